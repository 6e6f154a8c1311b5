/* verdict.h -- is anything wrong with the whole?  Rules over numbers, worst first. */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include "rules/finding.h"

/* A queue of which so many are due may be said to grow: of fewer, it is chance. */
#define VERDICT_GROWING_MIN 10
/* A job waits too long when it does for this many times what 95 % of a day's jobs waited at most,
 * but not before a minute is over: claims come every few seconds at best. Four times that is
 * bad. */
#define VERDICT_WAIT_FACTOR 5
#define VERDICT_WAIT_MIN MINUTE
/* Where usual waits are not known: no queue that is served well lets a job wait so long. */
#define VERDICT_WAIT_UNKNOWN (15 * MINUTE)
#define VERDICT_WAIT_BAD 4
/* Fewer waits than this in a day are not what is usual. */
#define VERDICT_USUAL_MIN 30
/* Percent of what ended in the last hour: more is too many, if so many ended and died. Where the
 * rest of the day is known, half as many do when they are twice its share. */
#define VERDICT_FAILURES_MAX 10.0
#define VERDICT_FAILURES_ENDED 10
#define VERDICT_FAILURES_DEAD 3
/* Percent of the attempts that ended in the last hour which failed and are to be tried again: half
 * as many where that is twice what is usual; so many of them is bad. */
#define VERDICT_RETRIES_MAX 50.0
#define VERDICT_RETRIES_BAD 90.0
#define VERDICT_RETRIES_FAILED 10
/* The scheduler of the Python project looks once a minute. */
#define VERDICT_OVERDUE (5 * MINUTE)
/* Without a worker row a job may be one of `soniq worker --run-once`, which ends within the default
 * timeout of 5 minutes; twice that is too long. */
#define VERDICT_ORPHAN_AFTER (10 * MINUTE)
/* The history's keeper turns once a second and looks around once a minute. */
#define VERDICT_BEHIND (10 * MINUTE)

/* Numbers that are not known are I64_NULL, NAN, TIME_NULL. */
struct queue_facts {
	struct str name; /* NULL is a queue of its own */
	int64_t ready;   /* due now */
	bool ready_is_cut; /* more may be */
	int64_t live_workers;
	double oldest_seconds; /* that one of those that are due has waited; NAN: none is */
	double arrived_per_minute, finished_per_minute;
	int64_t usual_waits; /* how many waits of 23 hours until an hour ago are known */
	double usual_wait_ms;
	bool is_others; /* stands for queues that are not told apart */
};

struct worker_facts {
	struct str name; /* "host:pid" */
	usec_t last_heartbeat;
	bool is_live, is_stale;
};

/* Jobs that are processing, by who holds them. */
struct holder_facts {
	struct str worker_id; /* NULL: nobody */
	struct str worker;    /* "host:pid"; NULL: its row is gone */
	usec_t last_heartbeat;
	bool is_live, is_stale; /* neither: stopped, or gone */
	int64_t jobs;
	usec_t since; /* the longest of them */
};

struct name_facts {
	struct str job_name;
	int64_t n; /* jobs that are queued, or that died */
};

/* How attempts ended in one span of some minutes. */
struct ended_facts {
	usec_t at; /* where it begins */
	int64_t done, dead, failed; /* failed: another follows */
};

enum keeping {
	KEEPING_FINE, /* also where no history was ever set up */
	KEEPING_HALF_MADE,
	KEEPING_FORBIDDEN,
	KEEPING_UNCOUNTED,
	KEEPING_BEHIND,
};

struct history_facts {
	enum keeping state;
	struct str detail; /* what is missing, what may not be read, why it must be counted */
	usec_t since;
};

struct verdict_facts {
	usec_t now;          /* by the database's clock */
	struct list queues;  /* struct queue_facts */
	struct list workers; /* struct worker_facts, newest heartbeat first */
	struct list holders; /* struct holder_facts */
	bool holders_are_cut; /* there are more jobs than these hold */
	bool knows_names;    /* live workers registered names */
	struct list names;   /* struct name_facts: queued, and registered by no live worker */
	usec_t names_since;  /* one of them has waited at least since then */
	int64_t queued;
	bool queued_is_cut;           /* more may be */
	int64_t hour_done, hour_dead; /* ended in the last hour */
	int64_t hour_failed;          /* attempts that another follows */
	int64_t rest_done, rest_dead, rest_failed; /* in 23 hours before that hour */
	struct list ended;            /* struct ended_facts of a day, ascending; none: not known */
	struct list dead;             /* struct name_facts: died in the last hour, most first */
	bool dead_is_cut;             /* more died than these */
	usec_t dead_since;            /* the first of them */
	int64_t schedules;            /* active */
	struct list overdue;          /* struct name_facts, the most overdue first; n unused */
	int64_t overdue_n;
	usec_t overdue_since;
	struct history_facts history;
};

/* Gives:  ret        struct finding, worst first
 *         all_clear  what it rests on that there are none, in the arena; NULL: there are some */
void verdict_judge(const struct verdict_facts *facts, struct arena *arena, struct list *ret,
		   const char **ret_all_clear);

/* Every rule, in the order in which findings of one level stand; NULL behind the last. */
const struct finding_rule *verdict_rule(size_t i);

/* How long a job of this queue may wait before it is too long. */
usec_t verdict_wait_limit(const struct queue_facts *queue);

#endif
