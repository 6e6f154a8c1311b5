/* past.h -- rows as if things had happened before now: for the demo, whose day began yesterday. */
#ifndef STORE_PAST_H
#define STORE_PAST_H

#include "store/store.h"

struct past {
	struct str job_name;
	struct str queue;
	struct str args[2];             /* JSON, before and behind a number */
	struct str result;              /* JSON, NULL: none; of jobs that were done */
	struct str error;               /* of those that died; %d in it is the number */
	const char *reason;
	int64_t priority;
	int64_t max_attempts;
	usec_t span;                    /* they ended between then and now */
	usec_t took[2];                 /* from made to ended: from, to */
	usec_t kept;                    /* how long after its end a done row is kept */
	int64_t n;                      /* how many; 0: none */
};

/* Errors: those of db_exec */
enum err_code store_past_done(struct store *st, const struct past *past,
			      struct err *err) MUST_CHECK;
enum err_code store_past_dead(struct store *st, const struct past *past,
			      struct err *err) MUST_CHECK;
/* The history is told of those rows as if it had been there; of a database with nothing else.
 * Each done row stands for so many (1: itself) of which the others' rows are gone. */
enum err_code store_past_history(struct store *st, int64_t thinned, struct err *err) MUST_CHECK;
/* A worker that has not been heard of for so long. */
enum err_code store_past_silent(struct store *st, const char *worker_id, usec_t silent,
				struct err *err) MUST_CHECK;

#endif
