/* why.h -- why does this job not run?  Rules over what is known of it, the strongest first. */
#ifndef RULES_WHY_H
#define RULES_WHY_H

#include "rules/finding.h"

/* A run longer than this many times what 99 % of its name took is worth a look. */
#define WHY_LONG_FACTOR 2
#define WHY_LONG_MIN (30 * SECOND)
/* Fewer runs than this do not tell what is usual. */
#define WHY_USUAL_MIN 30
/* Workers look every 5 s by default: what is first in line for longer is left lying. */
#define WHY_TAKEN_WITHIN MINUTE
/* Clocks that differ by more do harm. */
#define WHY_CLOCK_MAX (5 * SECOND)

enum why_answer {
	WHY_WAITS, /* it will run by itself */
	WHY_RUNS,
	WHY_STUCK, /* not before somebody does something */
	WHY_ENDED,
};
const char *why_answer_name(enum why_answer answer); /* "waits" ... */

/* Numbers that are not known are I64_NULL, NAN, TIME_NULL. */
struct why_facts {
	usec_t now; /* by the database's clock */

	struct str id, kind, status, job_name, queue; /* of struct job */
	struct str last_error, dead_letter_reason;
	int64_t priority, attempts, max_attempts;
	usec_t scheduled_at, created_at, updated_at; /* processing: claimed at updated_at */
	int64_t replays;                             /* of a dead letter */
	usec_t last_replay_at;

	struct str worker_id, worker; /* who has it; worker NULL: its row is gone */
	usec_t worker_heartbeat;
	bool worker_is_live, worker_is_stale;

	int64_t live_workers;
	usec_t stale_after; /* after so long without a heartbeat no worker is live */
	int64_t serving;      /* of those: serve its queue */
	int64_t slots, busy;  /* of those that serve it */
	bool knows_names;     /* live workers registered names */
	bool name_is_known;   /* a live worker registered its name */
	int64_t serving_name; /* of those that serve its queue: registered it */

	int64_t ahead; /* of its queue, due and claimed before it */
	bool ahead_is_capped;
	double finished_per_minute; /* of its queue */
	int64_t usual_runs;         /* how many runs of its name are known */
	double run_p99_ms;

	struct str twin_id;   /* a queued job that holds its key; NULL: there is none */
	const char *twin_key; /* "unique arguments", "dedup key" */
	usec_t clock_ahead; /* how far another clock was seen ahead; 0: it was not */
};

struct why {
	enum why_answer answer;
	struct str summary;  /* one sentence */
	struct list reasons; /* struct finding, the strongest first */
};
void why_judge(const struct why_facts *facts, struct arena *arena, struct why *ret);

/* Every reason, the strongest first; NULL behind the last. */
const struct finding_rule *why_rule(size_t i);

#endif
