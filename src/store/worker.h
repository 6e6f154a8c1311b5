/* worker.h -- workers, the names they register, and schedules. */
#ifndef STORE_WORKER_H
#define STORE_WORKER_H

#include "base/parse.h"
#include "store/store.h"


struct worker {
	struct str id;
	struct str hostname;
	int64_t pid;
	struct str queues;              /* JSON array of strings; [] serves all */
	int64_t concurrency;
	struct str status;              /* active, stopping, stopped; anything in hostile rows */
	double uptime_seconds;          /* since started_at while active; NAN otherwise */
	usec_t started_at;
	usec_t last_heartbeat;
	double cpu_percent;             /* from metadata; NAN: not told */
	double memory_mb;
	struct str current_jobs;        /* JSON array of {id, job_name, queue, attempts, since}, at
					 * most 50; of each in a list at most 10 */
	int64_t current_jobs_count;     /* all of them */
	int8_t current_jobs_capped;     /* 1: there may be more, for not all that is processing was
					 * looked at */
	struct str version;
	int8_t stale;                   /* active, but silent for the store's stale_after by the
					 * database's clock */
	struct str metadata;            /* hidden; a JSON object. NULL for store_worker_register:
					 * made of cpu_percent and memory_mb */
	int64_t half;                   /* hidden: 0 those that work, which come first; 1 */
};
extern const struct record worker_record;

struct worker_want {
	bool is_brief;                  /* without what they are doing: current_jobs is [] */
	int64_t active;                 /* how many jobs are in hand, where it is known; else 0 */
	usec_t stopped_within;          /* stopped for over that long are left out; 0: all */
	int limit;                      /* 1 .. 500 */
	bool has_cursor;                /* go on after this place */
	int64_t after_half;
	usec_t after_at;                /* last_heartbeat */
	char after_id[UUID_TEXT_LEN + 1];
};

struct worker_list {
	struct list rows;               /* struct worker */
	struct quality quality;         /* KIND_CAPPED: there are more than limit */
};

/* Active ones first (newest heartbeat first, then id), then stopped. A worker whose heartbeat comes
 * between two pages may be on both. */
enum err_code store_workers(struct store *st, const struct worker_want *want, struct arena *arena,
			    struct worker_list *ret, struct err *err) MUST_CHECK;

/* One of them, stopped for however long. NOT_FOUND */
enum err_code store_worker_get(struct store *st, const char *uuid, struct arena *arena,
			       struct worker *ret, struct quality *ret_quality,
			       struct err *err) MUST_CHECK;

/* Mark workers stale as the Python project does (stopped; their jobs back to queued), each
 * worker in a transaction of its own; a job whose twin holds its unique or dedup key is put
 * back without the key, so that one row never holds up another. Gives workers and jobs changed. */
enum err_code store_worker_sweep(struct store *st, usec_t stale_after, int64_t *ret_workers,
				 int64_t *ret_jobs, struct err *err) MUST_CHECK;

/* Register: the old row of (hostname, pid) is taken away and its jobs put back first.
 * Errors: INVALID names the member; CONFLICT  a worker of this id is there already */
enum err_code store_worker_register(struct store *st, const struct worker *worker,
				    struct err *err) MUST_CHECK;
/* NOT_FOUND: the row is gone; register again. Sets status active again. */
enum err_code store_worker_beat(struct store *st, const char *uuid, double cpu_percent,
				double memory_mb, struct err *err) MUST_CHECK;
/* NOT_FOUND: the row is gone. */
enum err_code store_worker_stop(struct store *st, const char *uuid, struct err *err) MUST_CHECK;
/* task_name handled by this process (registry id is any UUID text). */
enum err_code store_registry_put(struct store *st, const char *uuid, struct str task_name,
				 struct err *err) MUST_CHECK;

struct schedule {
	struct str id;
	struct str job_name;
	struct str schedule_type;       /* interval, cron */
	struct str schedule_value;      /* seconds, or a cron expression */
	int64_t priority;
	struct str queue;
	int64_t max_attempts;
	struct str job_kwargs;          /* JSON object */
	struct str status;              /* active, paused */
	usec_t created_at;
	usec_t last_run;
	usec_t next_run;
	int64_t run_count;
	struct str last_job_id;
	usec_t updated_at;
};
extern const struct record schedule_record;

#define SCHEDULE_PAGE_MAX 500
struct schedule_want {
	int limit;
	int offset;                     /* ignored with a cursor */
	struct str after_name;          /* go on after this name and id; id NULL: from the first */
	struct str after_id;
};
/* A page of them by job_name, then id; ret_total: how many there are, at most STORE_COUNT_CAP. */
enum err_code store_schedule_page(struct store *st, const struct schedule_want *want,
				  struct arena *arena, struct list *ret, int64_t *ret_total,
				  struct err *err) MUST_CHECK;
/* The name is the identity: the row that is there changes, other rows of that name go. Errors:
 * INVALID names the member; BUSY  a scheduler held its lock for 10 s */
enum err_code store_schedule_put(struct store *st, const struct schedule *schedule,
				 struct err *err) MUST_CHECK;
/* In one transaction: move next_run from `expected` to `next` (only if still active and still
 * expected) and enqueue its job. ret_fired false: somebody else did, or it was paused.
 * INVALID: job_kwargs is NULL, as in a list when they are over 64 KiB. */
enum err_code store_schedule_fire(struct store *st, const struct schedule *schedule, usec_t next,
				  char ret_job[UUID_TEXT_LEN + 1], bool *ret_fired,
				  struct err *err) MUST_CHECK;

#endif
