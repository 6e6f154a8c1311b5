/* why.c -- every reason why a job does not run, in one table. */
#include "rules/why.h"

#include <inttypes.h>

#include "base/macros.h"
#include "rules/why_rules.h"

static const struct {
	struct finding_rule rule;
	void (*judge)(struct reasons *r);
} rules[] = {
	{ { "gone", "Its row is gone; only its attempts are remembered." }, why_gone },
	{ { "done", "It was done." }, why_done },
	{ { "cancelled", "Somebody cancelled it." }, why_cancelled },
	{ { "status_unknown", "Its status is none that Soniq writes: no worker takes it." },
	  why_unknown },
	{ { "dead_letter",
	    "It used up its attempts or failed for good; only a replay runs it again." },
	  why_dead },
	{ { "replayed", "The dead letter was replayed already." }, why_replayed },
	{ { "worker_gone", "It is processing, but its worker was stopped or its row is gone." },
	  why_worker_gone },
	{ { "worker_silent",
	    "It is processing, but its worker sent no heartbeat for `SONIQ_HEARTBEAT_TIMEOUT` "
	    "(5 minutes)." },
	  why_worker_silent },
	{ { "running_long", "It runs for more than twice as long as 99 % of its name did." },
	  why_long },
	{ { "running", "A live worker runs it." }, why_running },
	{ { "twin_queued", "A queued job holds the key that it needs, or does the same work." },
	  why_twin },
	{ { "scheduled_later",
	    "It is not due yet: scheduled, put off, or backing off after a failure." },
	  why_later },
	{ { "attempts_used_up",
	    "It has no attempt left: the next claim moves it to the dead letters." },
	  why_used_up },
	{ { "no_worker", "No live worker runs at all." }, why_no_worker },
	{ { "queue_unserved", "No live worker serves its queue." }, why_unserved },
	{ { "name_unregistered", "No live worker registered its name." }, why_unregistered },
	{ { "name_elsewhere", "Only workers that do not serve its queue registered its name." },
	  why_elsewhere },
	{ { "clocks_differ", "A worker's or producer's clock is ahead of the database's." },
	  why_clocks },
	{ { "slots_busy", "All slots of the workers that serve its queue are busy." }, why_busy },
	{ { "behind_others", "Jobs of its queue are claimed before it." }, why_behind },
	{ { "not_taken", "It is first in line and a slot is free, yet nobody takes it." },
	  why_not_taken },
	{ { "next_in_line", "It is first in line: the next free slot takes it." }, why_next },
};

const struct finding_rule *why_rule(size_t i)
{
	return i < ARRAY_LEN(rules) ? &rules[i].rule : NULL;
}

const char *why_answer_name(enum why_answer answer)
{
	static const char *const names[] = {
		[WHY_WAITS] = "waits",
		[WHY_RUNS] = "runs",
		[WHY_STUCK] = "stuck",
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
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		r.code = rules[i].rule.code;
		rules[i].judge(&r);
	}
	ret->summary = ret->reasons.n > 0
			       ? LIST_AT(&ret->reasons, struct finding, 0)->title
			       : S("It is queued, and nothing is known to be in its way.");
}
