/* why.c -- every reason why a job does not run, in one table. */
#include "rules/why.h"

#include <inttypes.h>

#include "base/macros.h"
#include "rules/why_rules.h"

const struct finding_rule why_list[] = {
	{ "gone", "Its row is gone; only its attempts are remembered." },
	{ "done", "It was done." },
	{ "cancelled", "Somebody cancelled it." },
	{ "status_unknown", "Its status is none that Soniq writes: no worker takes it." },
	{ "dead_letter", "It used up its attempts or failed for good; only a replay runs it again." },
	{ "replayed", "The dead letter was replayed already." },
	{ "worker_gone", "It is processing, but its worker was stopped or its row is gone." },
	{ "worker_silent", "It is processing, but its worker sent no heartbeat for 5 minutes." },
	{ "running_long", "It runs for more than twice as long as 99 % of its name did." },
	{ "running", "A live worker runs it." },
	{ "twin_queued", "A queued job holds the key that it needs, or does the same work." },
	{ "scheduled_later", "It is not due yet: scheduled, put off, or backing off after a failure." },
	{ "attempts_used_up", "It has no attempt left: the next claim moves it to the dead letters." },
	{ "no_worker", "No live worker runs at all." },
	{ "queue_unserved", "No live worker serves its queue." },
	{ "name_unregistered", "No live worker registered its name." },
	{ "name_elsewhere", "Only workers that do not serve its queue registered its name." },
	{ "clocks_differ", "A worker's or producer's clock is ahead of the database's." },
	{ "slots_busy", "All slots of the workers that serve its queue are busy." },
	{ "behind_others", "Jobs of its queue are claimed before it." },
	{ "not_taken", "It is first in line and a slot is free, yet nobody takes it." },
	{ "next_in_line", "It is first in line: the next free slot takes it." },
	{ 0 },
};

static void (*const judges[])(struct reasons *r) = {
	why_gone,    why_done,          why_cancelled,    why_unknown,   why_dead,
	why_replayed, why_worker_gone,  why_worker_silent, why_long,     why_running,
	why_twin,    why_later,         why_used_up,      why_no_worker, why_unserved,
	why_unregistered, why_elsewhere, why_clocks,      why_busy,      why_behind,
	why_not_taken, why_next,
};
_Static_assert(ARRAY_LEN(judges) + 1 == ARRAY_LEN(why_list), "a rule, a judge");

const char *why_answer_name(enum why_answer answer)
{
	static const char *const names[] = {
		[WHY_WAITS] = "waits", [WHY_RUNS] = "runs", [WHY_STUCK] = "stuck",
		[WHY_ENDED] = "ended",
	};

	return names[answer];
}

struct finding *why_add(struct reasons *r, enum finding_level level, enum why_answer answer)
{
	struct finding *f = finding_add(&r->why->reasons, r->code, level);

	if (answer > r->why->answer)
		r->why->answer = answer;
	f->href = why_here(r);
	return f;
}

bool why_is(const struct reasons *r, const char *status)
{
	return str_eq(r->facts->kind, S("job")) && str_eq(r->facts->status, str_of(status));
}

bool why_is_later(const struct reasons *r)
{
	return why_is(r, "queued") && r->facts->scheduled_at != TIME_NULL &&
	       r->facts->scheduled_at > r->facts->now;
}

const char *why_ago(struct reasons *r, usec_t moment)
{
	if (moment == TIME_NULL || moment == TIME_INFINITY || moment == TIME_MINUS_INFINITY)
		return "at an unknown time";
	return arena_printf(r->arena, "%s ago",
			    words_span(r->arena, span_between(moment, r->facts->now)));
}

const char *why_queue(struct reasons *r)
{
	return words_name(r->arena, r->facts->queue, "(none)");
}

const char *why_name(struct reasons *r)
{
	return words_name(r->arena, r->facts->job_name, "(none)");
}

struct str why_here(struct reasons *r)
{
	return TELL(r, "jobs/%.*s", STR_ARG(r->facts->id));
}

struct str why_command(struct reasons *r, const char *before)
{
	return TELL(r, "%s %.*s", before, STR_ARG(shell_word(r->arena, r->facts->id)));
}

void why_judge(const struct why_facts *facts, struct arena *arena, struct why *ret)
{
	struct reasons r = { .facts = facts, .arena = arena, .why = ret };

	*ret = (struct why){ .answer = WHY_WAITS,
			     .reasons = list_new(arena, sizeof(struct finding)) };
	for (size_t i = 0; i < ARRAY_LEN(judges); i++) {
		r.code = why_list[i].code;
		judges[i](&r);
	}
	ret->summary = ret->reasons.n > 0 ? LIST_AT(&ret->reasons, struct finding, 0)->title
					  : S("It is queued, and nothing is known to be in its way.");
}
