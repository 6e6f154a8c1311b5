/* why.h -- why does this job not run?  The facts for rules/why.h, and what the rules say. */
#ifndef STORE_WHY_H
#define STORE_WHY_H

#include "rules/why.h"
#include "store/job.h"

/* Of a job as store_job_trace gives it: a row, a dead letter, or one that is gone.
 *
 * A few bounded statements: the queue is counted off an index up to a cap.
 *
 * Errors: those of db_query */
enum err_code store_why(struct store *st, const struct job *job, struct arena *arena,
			struct why *ret, struct err *err) MUST_CHECK;

#endif
