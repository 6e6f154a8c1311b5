/* history.h -- our own tables: exact counts at any size, and what happened long after the rows of
 * the jobs are gone. src/sql/history makes them; where they are missing, stats.h does without. */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "rules/histogram.h"
#include "store/store.h"

/* So many queues and job names are told apart; those that come later are the others. */
#define HISTORY_QUEUES_MAX 500
#define HISTORY_TYPES_MAX 1000

enum history_state {
	HISTORY_ABSENT,    /* not set up: `soniq setup` does it */
	HISTORY_BROKEN,    /* a table or a trigger is missing: `soniq setup` mends it */
	HISTORY_FORBIDDEN, /* it is there, but this role may not read it */
	HISTORY_OK,
};

/* The state row, and what there is besides. */
struct history {
	enum history_state state;      /* all else only of HISTORY_OK */
	struct str missing;            /* HISTORY_BROKEN: what is missing; HISTORY_FORBIDDEN: the
					 * tables that may not be read; else NULL */
	usec_t since;                  /* of what was before, nothing is known */
	usec_t folded_at;              /* TIME_NULL, here and below: not yet */
	usec_t derived_10, derived_60; /* rollups of 10 and of 60 minutes reach so far */
	usec_t sampled_at, pruned_at, recounted_at;
	struct str recount_due; /* why the gauges are not to be trusted; NULL: they are */
	int8_t has_sums;        /* 1: all queues together are kept beside each */
	usec_t hole_at;         /* the last minute of which something was not told; TIME_NULL */
};

/* Look, at the catalog at most every 30 s (st keeps what it saw), at the state row always. Never
 * fails for what is missing. */
enum err_code store_history(struct store *st, struct arena *arena, struct history *ret,
			    struct err *err) MUST_CHECK;
/* What was seen is void: the next call looks at the catalog. */
void store_history_forget(struct store *st);

/* Indexes of ours on soniq_jobs. */
enum store_index {
	INDEX_CREATED,       /* (created_at DESC, id DESC) */
	INDEX_QUEUE_CREATED, /* (queue, created_at DESC, id DESC) */
	INDEX_STATUS,        /* (status, created_at DESC, id DESC), all but done */
	INDEX_CLAIM,         /* (priority, scheduled_at NULLS FIRST, created_at), queued only */
	INDEX_WAIT,          /* (queue, scheduled_at NULLS FIRST, created_at), queued only */
	INDEX_ERROR,         /* trigrams of last_error, PostgreSQL only */
	INDEX__COUNT
};
/* Is it there, and finished? As of the same look, which is half a minute old at most; false where
 * that fails. */
bool store_has_index(struct store *st, enum store_index which);
/* Is there a history that is whole? From that look alone: what it is asked for may be missing. */
bool store_has_history(struct store *st);

/* ---- keeping it (history_fold.c and others) ---- */

struct history_policy {
	usec_t keep_attempts; /* default 7 days */
	int64_t attempts_max; /* default 5,000,000: the oldest go first */
	usec_t keep_hours;    /* rollups of an hour; default 366 days */
};
extern const struct history_policy history_policy_default;

struct history_turn {
	bool is_leader; /* false: another process is at it; nothing was done */
	bool is_behind; /* there is more to fold: come again at once */
	int64_t folded; /* delta rows */
	int64_t pruned; /* rows of attempts and rollups */
	bool has_recounted;
};

/* One turn of the keeper, about once a second: fold deltas, derive coarser rollups of spans that
 * are over, sample depth and waiting time once a minute, delete what is too old, count anew when
 * that is due (and each night). Each step is a transaction of its own: killed anywhere, nothing
 * is lost or counted twice. Any number may call; one leads (an advisory lock of ours).
 * Needs DB_WRITE, and rights on our own tables only.
 *
 * Errors: SCHEMA  the history is not there; FORBIDDEN  the role may not; those of db_query */
enum err_code store_history_turn(struct store *st, const struct history_policy *policy,
				 struct history_turn *ret, struct err *err) MUST_CHECK;
/* Count all jobs and dead letters anew and put the gauges right, in one snapshot. */
enum err_code store_history_recount(struct store *st, const char *reason,
				    struct err *err) MUST_CHECK;

/* ---- reading it (history_read.c) ---- */

struct gauge {
	struct str queue; /* NULL is a queue of its own */
	struct str job_name;
	struct str status; /* as in soniq_jobs, and dead_letter; '*': any other, once
					 * it is folded */
	int64_t n;
	int64_t dated;         /* those of n that are queued and have a moment, due or not */
	int8_t is_other_queue; /* 1: one of those that are no longer told apart */
	int8_t is_other_type;
};
extern const struct record gauge_record;
/* Gauges and what is not yet folded, in one snapshot: exact. KIND_CACHED with the moment of the
 * last fold when too much is unfolded; KIND_ESTIMATED while a recount is due. */
enum err_code store_gauges(struct store *st, struct arena *arena, struct list *ret,
			   struct quality *ret_quality, struct err *err) MUST_CHECK;
/* The same put together: apart by queue, by job name, or neither; what is not apart is NULL. Of one
 * queue that is no longer told apart there is a gauge that says so, and no other. In a round of
 * streams (store/shared.h) also those that are neither are by queue, to be added up. */
struct gauge_want {
	bool by_queue, by_type;
	struct str queue; /* of this one alone, all its names as one; NULL: of all */
};
enum err_code store_gauge_sums(struct store *st, const struct gauge_want *want, struct arena *arena,
			       struct list *ret, struct quality *ret_quality,
			       struct err *err) MUST_CHECK;

enum history_kind { HISTORY_QUEUES, HISTORY_TYPES };

struct history_want {
	enum history_kind kind;
	bool has_name;   /* only this queue or type; else all of the kind, apart */
	struct str name; /* NULL: jobs without one */
	bool is_sum;     /* all names of the kind together */
	usec_t from;     /* rounded down to a minute, or to what is still kept */
	usec_t until;    /* rounded up likewise; TIME_NULL: now */
	usec_t bucket;   /* 60 s, 600 s, 1 h, 1 day (UTC); 0: the whole as one */
};

/* What happened to one queue or type in one span. */
struct tally {
	struct str name;
	int8_t is_others;
	usec_t at; /* where the span begins */
	int64_t arrived, started, done, failed, dead, cancelled, returned;
	double wait_us, run_us, total_us; /* sums; means are over waits.n, runs.n, done */
	struct histogram waits, runs;
	int64_t queued_max, processing_max, workers_max; /* I64_NULL: no sample */
	double oldest_us;                                /* NAN: no sample */
	usec_t last_end;                                 /* TIME_NULL: none */
};

struct tallies {
	struct list rows;       /* struct tally, by name, then at; spans in which nothing
					 * happened are left out */
	usec_t covered_from;    /* what the answer really covers begins here */
	struct quality quality; /* KIND_CACHED, as_of the last fold, while something is
					 * not folded yet */
};
/* Coarse rollups where they lie wholly in the span, finer ones at its ends.
 *
 * Errors: SCHEMA     there is no history
 *         TOO_LARGE  more than 20,000 spans, or 3,000 of one name */
enum err_code store_tallies(struct store *st, const struct history_want *want, struct arena *arena,
			    struct tallies *ret, struct err *err) MUST_CHECK;

struct attempt {
	int64_t attempt;
	struct str worker_id;
	struct str worker; /* "host:pid" while its row is there; else NULL */
	usec_t created_at; /* of the job */
	usec_t started_at;
	usec_t ended_at;            /* TIME_NULL: it runs */
	double wait_ms;             /* due, or put back, to started */
	double run_ms;              /* started to ended; NAN: it runs */
	struct str outcome;         /* done, failed, dead, cancelled, snoozed, released, lost;
					 * running */
	struct str error;           /* at most 4000 characters */
	struct str queue, job_name; /* hidden */
};
extern const struct record attempt_record;
#define HISTORY_ATTEMPTS_MAX 200 /* of one job */
/* The attempts of one job, first to last, at most 200 (the newest); also of one that is gone. The
 * last one may run. Without the history there are none. */
enum err_code store_attempts(struct store *st, const char *uuid, struct arena *arena,
			     struct list *ret, struct err *err) MUST_CHECK;

struct job;
/* A job or dead letter, and its attempts. One whose row is gone is told from its last attempt:
 * kind "history", status how that ended (dead_letter, or its own word: what became of a job that
 * was to be tried again is not known), what attempts do not know is NULL.
 * Errors: NOT_FOUND  neither a row nor an attempt has this id */
enum err_code store_job_trace(struct store *st, const char *uuid, struct arena *arena,
			      struct job *ret_job, struct list *ret_attempts,
			      struct err *err) MUST_CHECK;
/* The same without the attempts, for which a job that is there is not asked. */
enum err_code store_job_recall(struct store *st, const char *uuid, struct arena *arena,
			       struct job *ret, struct err *err) MUST_CHECK;

#endif
