/* demo.h -- a play of a lively workload, through the same store that real work goes through. */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include "base/err.h"
#include "db/db.h"

struct demo;

/* Start playing on a database that is set up: workers register and beat, jobs are enqueued,
 * claimed, done, retried, dead; schedules fire. In a thread of its own, with a connection of
 * its own, until demo_free.
 * Errors: those of store_open, and of the first writes */
enum err_code demo_start(const struct db_options *database, struct demo **ret_demo,
			 struct err *err) MUST_CHECK;
/* Workers say good-bye; waits for the thread. */
void demo_free(struct demo *demo);
DEFINE_AUTO_FREE(demo)

#endif
