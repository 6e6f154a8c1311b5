/* history_setup.h -- setting our own tables up beside the Python project's, and taking them
 * away. */
#ifndef STORE_HISTORY_SETUP_H
#define STORE_HISTORY_SETUP_H

#include "store/store.h"

/* What the connection's statement timeout has to allow: building an index of a large table. */
#define HISTORY_SETUP_TIMEOUT (12 * HOUR)

/* One thing that is done to the database, in order; each is idempotent. */
struct history_step {
	struct str name; /* "01_tables", "index_claim" */
	struct str what; /* for people */
	struct str sql;  /* what is run */
	double took_ms;  /* NAN: not run, or not yet */
	struct str note; /* why it was left out; while it waits: for whom */
};
extern const struct record history_step_record;

enum history_news { STEP_BEGINS, STEP_WAITS, STEP_ENDS };

struct history_setup_options {
	bool removes;    /* --remove-history; else it is set up */
	bool optimizes;  /* --optimize as well */
	bool is_dry;     /* only say what would be run */
	usec_t patience; /* for a lock; 0: a minute, for indexes 10 */
	/* told of each step that is run; may be NULL */
	void (*tell)(void *arg, enum history_news news, const struct history_step *step);
	void *arg;
};

/* Safe beside workers that run: short locks, asked for with lock_timeout and tried again; indexes
 * built CONCURRENTLY, which waits for transactions that began before; what a killed run left half
 * made is made anew. Whoever runs it twice, or at once, ends with the same. Ends with the first
 * count (store_history_recount).
 *
 * Taking away leaves the Python project's tables and indexes as they were before, and pg_trgm
 * where it was there before.
 *
 * Gives:  ret_steps    struct history_step: those that were run, or would be
 * Errors: BUSY         a lock was not had in time: says who holds it; what was done stays, the
 *                      next run goes on from there
 *         FORBIDDEN    the role may not; SCHEMA  the tables of Soniq are missing */
enum err_code store_history_setup(struct store *st, const struct history_setup_options *options,
				  struct arena *arena, struct list *ret_steps,
				  struct err *err) MUST_CHECK;

/* The advisory lock that it holds: soniq_x.setup, made as those of setup.h. The migration lock is
 * left alone, so that building an index does not keep the Python tool waiting. */
#define SONIQ_LOCK_HISTORY_SETUP (-3981709471056760531LL)

#endif
