/* verdict.c -- every rule about the whole in one table, and what it means that none applies. */
#include <inttypes.h>
#include <math.h>

#include "base/macros.h"
#include "rules/verdict_rules.h"

static const struct {
	struct finding_rule rule;
	void (*judge)(struct verdicts *v);
} rules[] = {
	{ { "no_worker", "Jobs are due and no live worker runs at all." }, verdict_no_worker },
	{ { "queue_unserved", "Jobs of a queue are due and no live worker serves it." },
	  verdict_unserved },
	{ { "jobs_orphaned",
	    "Jobs are processing whose worker went silent, was stopped or is gone." },
	  verdict_orphaned },
	{ { "failure_share",
	    "More than 10 % of what ended in the last hour died, or twice as much as usual." },
	  verdict_failures },
	{ { "attempts_failing",
	    "More than half of the attempts that ended in the last hour failed and will be tried "
	    "again, or more than a quarter and twice as many as usual (with the history)." },
	  verdict_attempts },
	{ { "waiting_long", "A job waits far longer than is usual in its queue." },
	  verdict_waiting },
	{ { "queue_growing", "More jobs come into a queue than are finished." }, verdict_growing },
	{ { "workers_stale",
	    "Workers that are active sent no heartbeat for `SONIQ_HEARTBEAT_TIMEOUT` "
	    "(5 minutes)." },
	  verdict_stale },
	{ { "schedule_overdue",
	    "Active schedules are due for more than 5 minutes: no scheduler runs, or it hangs." },
	  verdict_overdue },
	{ { "names_unregistered", "Jobs are queued under names that no live worker registered." },
	  verdict_unregistered },
	{ { "dead_letters_new", "Jobs died in the last hour." }, verdict_dead },
	{ { "history_inexact",
	    "The history is half made, may not be read, is not counted yet, or nobody keeps it." },
	  verdict_history },
};

const struct finding_rule *verdict_rule(size_t i)
{
	return i < ARRAY_LEN(rules) ? &rules[i].rule : NULL;
}

const char *verdict_jobs(struct verdicts *v, int64_t n, bool is_cut)
{
	static const struct count_words words = { "job", "jobs" };

	return arena_printf(v->arena, "%s%s", is_cut ? "at least " : "",
			    words_count(v->arena, n, &words));
}

const char *verdict_ago(struct verdicts *v, usec_t moment)
{
	if (moment == TIME_NULL || moment == TIME_INFINITY || moment == TIME_MINUS_INFINITY)
		return "at an unknown time";
	return arena_printf(v->arena, "%s ago",
			    words_span(v->arena, span_between(moment, v->facts->now)));
}

int64_t verdict_live(const struct verdict_facts *facts)
{
	int64_t n = 0;

	for (size_t i = 0; i < facts->workers.n; i++)
		n += LIST_AT(&facts->workers, struct worker_facts, i)->is_live;
	return n;
}

static const char *oldest_words(const struct verdict_facts *facts, struct arena *arena)
{
	double oldest = -1;

	for (size_t i = 0; i < facts->queues.n; i++)
		oldest = fmax(oldest,
			      LIST_AT(&facts->queues, struct queue_facts, i)->oldest_seconds);
	if (oldest < 0)
		return "none of them due";
	return arena_printf(arena, "the oldest due for %s",
			    words_span(arena, (usec_t)(oldest * SECOND)));
}

/* "2 workers running, 3 jobs queued (the oldest due for 4 s), no dead letters in the last hour" */
static const char *clear_words(const struct verdict_facts *facts, struct arena *arena)
{
	static const struct count_words workers = { "worker", "workers" };
	static const struct count_words jobs = { "job", "jobs" };
	const int64_t live = verdict_live(facts);
	const char *who = "no worker is running, and none is needed";
	const char *what = "nothing waits";

	if (live > 0)
		who = arena_printf(arena, "%s running", words_count(arena, live, &workers));
	if (facts->queued > 0)
		what = arena_printf(arena, "%s%s queued, %s",
				    facts->queued_is_cut ? "at least " : "",
				    words_count(arena, facts->queued, &jobs),
				    oldest_words(facts, arena));
	return arena_printf(arena, "%s; %s; no dead letters in the last hour", who, what);
}

void verdict_judge(const struct verdict_facts *facts, struct arena *arena, struct list *ret,
		   const char **ret_all_clear)
{
	struct verdicts v = { .facts = facts, .arena = arena, .found = ret };

	*ret = list_new(arena, sizeof(struct finding));
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		v.code = rules[i].rule.code;
		rules[i].judge(&v);
	}
	findings_sort(ret);
	*ret_all_clear = ret->n > 0 ? NULL : clear_words(facts, arena);
}
