/* job_state.c -- one table of what may happen to a job; everything else is read off it. */
#include "rules/job_state.h"

#include "base/macros.h"

static const char *const state_names[JOB_STATE__COUNT] = {
	[JOB_QUEUED] = "queued",
	[JOB_PROCESSING] = "processing",
	[JOB_DONE] = "done",
	[JOB_CANCELLED] = "cancelled",
	[JOB_DEAD_LETTER] = "dead_letter",
	[JOB_GONE] = "gone",
};

/* A job that is being worked on is not deleted: its worker would go on, and write into nothing. */
static const struct {
	enum job_state from;
	enum job_verb verb;
	enum job_state to;
} changes[] = {
	{ JOB_QUEUED,      JOB_CANCEL, JOB_CANCELLED },
	{ JOB_QUEUED,      JOB_DELETE, JOB_GONE },
	{ JOB_QUEUED,      JOB_CLAIM,  JOB_PROCESSING },
	{ JOB_PROCESSING,  JOB_FINISH, JOB_DONE },
	{ JOB_PROCESSING,  JOB_RETRY,  JOB_QUEUED },
	{ JOB_PROCESSING,  JOB_BURY,   JOB_DEAD_LETTER },
	{ JOB_DONE,        JOB_DELETE, JOB_GONE },
	{ JOB_CANCELLED,   JOB_DELETE, JOB_GONE },
	{ JOB_DEAD_LETTER, JOB_REPLAY, JOB_DEAD_LETTER },
	{ JOB_DEAD_LETTER, JOB_DELETE, JOB_GONE },
};

const char *job_state_name(enum job_state state)
{
	return state_names[state];
}

bool job_state_parse(struct str text, enum job_state *ret_state)
{
	for (int i = 0; i < JOB_GONE; i++) {
		if (!str_eq(text, str_of(state_names[i])))
			continue;
		*ret_state = (enum job_state)i;
		return true;
	}
	return false;
}

bool job_state_may(enum job_state from, enum job_verb verb, enum job_state *ret_to)
{
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		if (changes[i].from != from || changes[i].verb != verb)
			continue;
		if (ret_to)
			*ret_to = changes[i].to;
		return true;
	}
	return false;
}

/* Every set of people's verbs that a state can have, by bits of the verbs. */
#define BIT(verb) (1u << (verb))

static const char *const *actions_of(unsigned verbs)
{
	static const char *const none[] = { NULL };
	static const char *const remove[] = { "delete", NULL };
	static const char *const cancel[] = { "cancel", "delete", NULL };
	static const char *const replay[] = { "replay", "delete", NULL };

	switch (verbs) {
	case BIT(JOB_DELETE):
		return remove;
	case BIT(JOB_CANCEL) | BIT(JOB_DELETE):
		return cancel;
	case BIT(JOB_REPLAY) | BIT(JOB_DELETE):
		return replay;
	default:
		return none;
	}
}

const char *const *job_state_actions(struct str status)
{
	enum job_state from;
	unsigned verbs = 0;

	if (!job_state_parse(status, &from))
		return actions_of(BIT(JOB_DELETE));
	for (int verb = JOB_CANCEL; verb <= JOB_REPLAY; verb++) {
		if (job_state_may(from, (enum job_verb)verb, NULL))
			verbs |= BIT(verb);
	}
	return actions_of(verbs);
}
