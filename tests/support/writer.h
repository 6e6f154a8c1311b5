/* writer.h -- somebody who does to jobs whatever can be done, and counts what he did. */
#ifndef TEST_WRITER_H
#define TEST_WRITER_H

#include "store/work.h"

#define WRITER_JOBS_MAX 4000

/* Where a job is; QUEUED and so on as in its status. */
enum at { QUEUED, PROCESSING, DONE, CANCELLED, WEIRD, DEAD, GONE };

struct job_model {
	char id[UUID_TEXT_LEN + 1];
	enum at at;
	int attempts;
	bool has_worker; /* claimed by our function, which is fenced */
};

/* What ought to be found in the rollups and among the attempts (ends). */
struct counts {
	int64_t arrived, started, done, failed, dead, cancelled, returned, ends;
};

struct writer {
	struct store st;
	struct err err; /* of what should have worked */
	uint64_t random;
	char worker_id[UUID_TEXT_LEN + 1];
	char queue[16];
	struct job_model jobs[WRITER_JOBS_MAX];
	int n_jobs;
	int n_steps;
	struct counts counts;
};

/* n_steps deeds, on jobs of its own; stops at the first error. For pthread_create:
 * arg is a struct writer. */
void *writer_run(void *arg);
/* Run statements; tries again while SQLite's only lock is somebody else's. */
void writer_sql(struct writer *w, const char *text);
uint64_t writer_random(uint64_t *state);

#endif
