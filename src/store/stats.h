/* stats.h -- numbers about queues, types and time; each with the kind of its truth. */
#ifndef STORE_STATS_H
#define STORE_STATS_H

#include "store/store.h"

struct job_stats {
	int64_t total;                  /* the four live statuses together */
	int64_t queued;
	int64_t processing;
	int64_t done;
	int64_t cancelled;
	int64_t dead_letter;
};
extern const struct record job_stats_record;
enum err_code store_stats(struct store *st, struct arena *arena, struct job_stats *ret,
			  struct quality *ret_quality, struct err *err) MUST_CHECK;

struct queue_stats {
	struct str queue;               /* NULL is a queue of its own */
	int64_t total_jobs;             /* live; of a queue that only dead letters know: those */
	int64_t queued, processing, done, cancelled, dead_letter;
	double avg_processing_time_ms;  /* created to finished, of done rows; NAN: none */
	int64_t ready, scheduled;       /* queued: due now, due later */
	double oldest_waiting_seconds;  /* since it could have run; NAN: nothing waits */
	int64_t live_workers;           /* active and fresh, serving this queue (empty list: all) */
	int8_t is_capped;               /* hidden, here and below: how it was had */
	int8_t is_sample;
	int8_t is_all;
};
extern const struct record queue_stats_record;
/* Gives struct queue_stats by total_jobs descending, then name; at most 500. */
enum err_code store_queues(struct store *st, struct arena *arena, struct list *ret,
			   struct quality *ret_quality, struct err *err) MUST_CHECK;

struct metrics {
	int64_t total_processed;        /* successful + dead_lettered */
	int64_t successful;
	int64_t dead_lettered;
	double success_rate;            /* percent, 2 places; 0 when nothing was processed */
	double avg_processing_time_ms;  /* NAN: none */
	int64_t jobs_per_hour;
	int64_t time_window_hours;
	int8_t is_capped;
	int8_t is_sample;
};
extern const struct record metrics_record;
enum err_code store_metrics(struct store *st, int hours, struct arena *arena, struct metrics *ret,
			    struct quality *ret_quality, struct err *err) MUST_CHECK;

struct timeline_bucket {
	usec_t hour;                    /* start of the hour, UTC */
	int64_t total_jobs;             /* live rows that were created in it */
	int64_t completed;              /* of those: done */
	int64_t dead_letter;            /* moved to the dead letters in it */
	int8_t is_capped;
};
extern const struct record timeline_record;
/* Every hour that touches the last `hours`, whole and ascending, zeros included. */
enum err_code store_timeline(struct store *st, int hours, struct arena *arena, struct list *ret,
			     struct quality *ret_quality, struct err *err) MUST_CHECK;

struct type_stats {
	struct str job_name;
	int64_t total_count;            /* live; of a name that only dead letters know: those */
	int64_t completed_count, dead_letter_count, queued_count;
	double success_rate;            /* percent of completed + dead, 2 places; 0 when none */
	double avg_processing_time_ms;
	usec_t last_run;                /* newest finish, done or dead; TIME_NULL: none */
	int8_t is_capped;
};
extern const struct record type_stats_record;
/* Of jobs created, or dead-lettered, in the last 7 days; by total_count; at most 200. */
enum err_code store_types(struct store *st, struct arena *arena, struct list *ret,
			  struct quality *ret_quality, struct err *err) MUST_CHECK;

struct last_hour {                      /* what /api/workers/stats and system/health count */
	int64_t active_jobs;            /* processing now */
	int64_t jobs_last_hour;         /* live rows changed, plus dead letters made */
	int64_t completed_last_hour;
	int64_t dead_lettered_last_hour;
	int64_t queue_backlog;          /* queued, later ones included */
	int8_t is_capped;
	int8_t is_sample;
};
extern const struct record last_hour_record;
enum err_code store_last_hour(struct store *st, struct arena *arena, struct last_hour *ret,
			      struct quality *ret_quality, struct err *err) MUST_CHECK;

struct drift_name {                     /* a name with queued or dead jobs changed in the window */
	struct str job_name;
	int64_t queued;
	int64_t dead_letter;
	usec_t last_seen;
	int8_t is_registered;           /* some worker ever registered it */
	int8_t is_capped;
};
extern const struct record drift_record;
struct drift {
	struct list observed;           /* struct drift_name, newest first, at most 500 */
	struct list registered;         /* struct str: names of live workers, at most 2000 */
	struct quality quality;
};
enum err_code store_drift(struct store *st, int window_minutes, struct arena *arena,
			  struct drift *ret, struct err *err) MUST_CHECK;

#endif
