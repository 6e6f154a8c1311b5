/* work.h -- a job's life as a worker and a producer drive it; every write is fenced. */
#ifndef STORE_WORK_H
#define STORE_WORK_H

#include "base/parse.h"
#include "store/job.h"

struct new_job {
	struct str job_name;            /* 1 .. STORE_NAME_MAX bytes, no control bytes */
	struct str args;                /* a JSON object, at most 1 MiB and 128 deep; NULL: {} */
	struct str queue;               /* NULL: "default" */
	int64_t priority;               /* lower first */
	int64_t max_attempts;           /* 1 .. */
	usec_t delay;                   /* 0: now */
	struct str dedup_key;           /* NULL: none */
	struct str producer_id;
};

/* Durable when it returns. Gives the id; with a dedup_key that a queued job holds already, that
 * job's id. Errors: INVALID names the member; TOO_LARGE */
enum err_code store_enqueue(struct store *st, const struct new_job *job,
			    char ret_id[UUID_TEXT_LEN + 1], struct err *err) MUST_CHECK;

struct claim {
	const char *worker_id;
	struct str queue;               /* NULL: any */
	int limit;                      /* 1 .. 100 */
};
struct claimed {
	struct str id, job_name;
	struct str args;                /* JSON; NULL when over 16 MiB, which nobody should run */
	struct str queue;
	int64_t attempts, max_attempts;
	usec_t created_at;
	int64_t priority;               /* hidden, for the order */
	usec_t scheduled_at;
};
extern const struct record claimed_record;
/* Take up to limit due jobs by (priority, scheduled_at with NULL first, created_at); attempts
 * grow by one. No two callers get the same job. */
enum err_code store_claim(struct store *st, const struct claim *want, struct arena *arena,
			  struct list *ret, struct err *err) MUST_CHECK;

/* Whose attempt it is that is written back. */
struct hold {
	const char *job_id;
	const char *worker_id;
	int64_t attempts;
};
/* Each gives CONFLICT when the attempt is no longer the holder's (nothing is written). */
enum err_code store_done(struct store *st, const struct hold *hold, struct str result,
			 usec_t ttl, struct err *err) MUST_CHECK;
enum err_code store_retry(struct store *st, const struct hold *hold, struct str error,
			  usec_t delay, struct err *err) MUST_CHECK;
enum err_code store_bury(struct store *st, const struct hold *hold, struct str error,
			 const char *reason, struct err *err) MUST_CHECK;
/* Delete done rows whose time is over, at most limit; gives how many. */
enum err_code store_expire(struct store *st, int limit, int64_t *ret_n,
			   struct err *err) MUST_CHECK;

#endif
