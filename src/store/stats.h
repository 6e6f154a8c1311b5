/* stats.h -- numbers about queues, types and time; each with the kind of its truth.
 *
 * Where the history is kept (history.h) and its gauges were counted, they come from it: of all
 * jobs, also of those whose rows are gone. Where it is not, from the tables as they are, and what
 * only the history knows is NULL. */
#ifndef STORE_STATS_H
#define STORE_STATS_H

#include "store/store.h"

/* Waiting and running times in milliseconds; NAN: not known, or of nothing. */
struct times {
	double wait_p50_ms, wait_p95_ms, wait_p99_ms;
	double run_p50_ms, run_p95_ms, run_p99_ms;
};

/* What waits, and how that will go on. What is not known: NAN, NULL. */
struct outlook {
	double oldest_waiting_seconds; /* since it could have run; NAN also where nothing waits */
	double arrived_per_minute;     /* in the last 10 minutes, or since the history began */
	double finished_per_minute;    /* done, dead or cancelled */
	struct str forecast;           /* rules/forecast.h; of those that are due */
	double drain_seconds, growth_per_minute;
};

/* The name of all those that are no longer told apart (history.h). */
#define STATS_OTHERS "(others)"

struct job_stats {
	int64_t total; /* the four live statuses together */
	int64_t queued;
	int64_t processing;
	int64_t done;
	int64_t cancelled;
	int64_t dead_letter;
};
extern const struct record job_stats_record;
/* KIND_ESTIMATED without the history: counting stopped at the limit, and what is beyond it is
 * what the planner thinks. */
enum err_code store_stats(struct store *st, struct arena *arena, struct job_stats *ret,
			  struct quality *ret_quality, struct err *err) MUST_CHECK;

struct queue_stats {
	struct str queue;   /* NULL is a queue of its own */
	int64_t total_jobs; /* live; of a queue that only dead letters know: those */
	int64_t queued, processing, done, cancelled, dead_letter;
	double avg_processing_time_ms; /* created to finished, of done rows, or (history) of those
					 * done in the last hour; NAN: none */
	int64_t ready, scheduled;      /* queued: due now, due later */
	int64_t live_workers;          /* active and fresh, serving this queue (empty list: all) */
	struct outlook outlook;        /* without the history how long one waits alone */
	struct times times;            /* of the last hour */
	struct str at_least; /* JSON: names of those numbers that were not counted to their end */
	int64_t dated;       /* hidden, here and below; queued ones that have a moment: history */
	int8_t is_due_cut;   /* ready and scheduled may be more */
	int8_t is_others;
	int8_t is_capped; /* how it was had */
	int8_t is_sample;
	int8_t is_all;
};
extern const struct record queue_stats_record;
/* Gives struct queue_stats by total_jobs descending, then name; at most 500. */
enum err_code store_queues(struct store *st, struct arena *arena, struct list *ret,
			   struct quality *ret_quality, struct err *err) MUST_CHECK;

/* The same as far as jobs wait, for who needs no more than queued, ready, scheduled, how long and
 * for whom: without the history those numbers alone, of queues in which some wait. */
enum err_code store_waiting(struct store *st, struct arena *arena, struct list *ret,
			    struct quality *ret_quality, struct err *err) MUST_CHECK;

struct metrics {
	int64_t total_processed; /* successful + dead_lettered */
	int64_t successful;
	int64_t dead_lettered;
	double success_rate;           /* percent, 2 places; 0 when nothing was processed */
	double avg_processing_time_ms; /* NAN: none */
	int64_t jobs_per_hour;
	int64_t time_window_hours;
	int64_t arrived, failed, cancelled; /* failed: attempts that another follows */
	struct times times;
	double avg_wait_ms, avg_run_ms;
	struct outlook outlook; /* history: of now, whatever the hours */
	usec_t covered_from; /* the numbers are of what ended since then; TIME_NULL: of all hours */
	int8_t is_capped;
	int8_t is_sample;
};
extern const struct record metrics_record;
enum err_code store_metrics(struct store *st, int hours, struct arena *arena, struct metrics *ret,
			    struct quality *ret_quality, struct err *err) MUST_CHECK;

struct timeline_bucket {
	usec_t hour;                        /* start of the bucket, UTC */
	int64_t total_jobs;                 /* live rows that were created in it; history: all */
	int64_t completed;                  /* of those: done; history: done in it */
	int64_t dead_letter;                /* moved to the dead letters in it */
	int64_t started, failed, cancelled; /* I64_NULL, here and below: not known */
	struct times times;
	int64_t queued_max, processing_max; /* of a queue, or of all; not of a type */
	double oldest_waiting_seconds;
	int64_t workers_max;
	usec_t covered_from;                /* hidden: nothing before it was looked at */
	int8_t is_capped;
};
extern const struct record timeline_record;

#define TIMELINE_ALL 0 /* one row of all the hours, whose percentiles are of all */

struct timeline_want {
	int hours;
	usec_t bucket;              /* MINUTE, 10 * MINUTE, HOUR, DAY, TIMELINE_ALL */
	struct str queue, job_name; /* NULL: all; one of them at most */
};
/* How long a bucket may be. */
#define TIMELINE_BUCKETS "minute|10m|hour|day|all"
extern const char *const timeline_bucket_words[]; /* the same; ended by NULL */
/* What one of the words says; without one (NULL) an hour, or of over 3,000 hours a day. */
usec_t timeline_bucket_span(struct str word, int64_t hours);

/* Every bucket that touches the last hours, whole and ascending, zeros included.
 *
 * Errors: INVALID  (err->param) a bucket too fine for what is kept of these hours, or more than
 *                  3,000 of them; a queue, a name, a bucket or hours that only the history knows,
 *                  where there is none */
enum err_code store_timeline(struct store *st, const struct timeline_want *want,
			     struct arena *arena, struct list *ret, struct quality *ret_quality,
			     struct err *err) MUST_CHECK;

struct type_stats {
	struct str job_name;
	int64_t total_count; /* live; of a name that only dead letters know: those */
	int64_t completed_count, dead_letter_count, queued_count;
	double success_rate; /* percent of completed + dead, 2 places; 0 when none */
	double avg_processing_time_ms;
	usec_t last_run;       /* newest finish, done or dead; TIME_NULL: none */
	int64_t arrived_count; /* in the last 7 days, here and below */
	int64_t failed_count;  /* attempts that another follows */
	struct times times;
	double avg_run_ms;
	struct outlook outlook; /* history: of those without a moment of their own */
	struct str at_least;    /* as in struct queue_stats */
	int64_t dated;          /* hidden, here and below; as in struct queue_stats */
	int8_t is_others;
	int8_t is_capped;
};
extern const struct record type_stats_record;
/* Of jobs created, or dead-lettered, in the last 7 days; by total_count; at most 1,001. With the
 * history, of all that happened in the last 7 days, or of the rows there are where those are more,
 * and also the names of live jobs that are older. */
enum err_code store_types(struct store *st, struct arena *arena, struct list *ret,
			  struct quality *ret_quality, struct err *err) MUST_CHECK;

struct last_hour {              /* what /api/workers/stats and system/health count */
	int64_t active_jobs;    /* processing now */
	int64_t jobs_last_hour; /* live rows changed, plus dead letters made; history: those
					 * that came or those that ended, whichever are more */
	int64_t completed_last_hour;
	int64_t dead_lettered_last_hour;
	int64_t failed_last_hour; /* attempts that another follows; I64_NULL: not known */
	int64_t queue_backlog; /* queued, later ones included */
	int8_t is_capped;
	int8_t is_sample;
};
extern const struct record last_hour_record;
enum err_code store_last_hour(struct store *st, struct arena *arena, struct last_hour *ret,
			      struct quality *ret_quality, struct err *err) MUST_CHECK;
/* The same but for active_jobs and queue_backlog, which without the history cost the most of it. */
enum err_code store_ended(struct store *st, struct arena *arena, struct last_hour *ret,
			  struct quality *ret_quality, struct err *err) MUST_CHECK;

/* A name with queued or dead jobs changed in the window. With the history `queued` is all that wait
 * of a name that came in it, and last_seen known to the minute. */
struct drift_name {
	struct str job_name;
	int64_t queued;
	int64_t dead_letter;
	usec_t last_seen;
	int8_t is_registered; /* some worker ever registered it */
	int8_t is_capped;
};
extern const struct record drift_record;
struct drift {
	struct list observed;   /* struct drift_name, newest first, at most 500 */
	struct list registered; /* struct str: names of live workers, at most 2000 */
	struct quality quality;
};
/* Names that live workers registered: struct str, at most STATS_REGISTERED_MAX. */
#define STATS_REGISTERED_MAX 2000
enum err_code store_registered(struct store *st, struct arena *arena, struct list *ret,
			       struct err *err) MUST_CHECK;
enum err_code store_drift(struct store *st, int window_minutes, struct arena *arena,
			  struct drift *ret, struct err *err) MUST_CHECK;

#endif
