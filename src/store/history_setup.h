/* history_setup.h -- setting our own tables up beside the Python project's, and taking them away. */
#ifndef STORE_HISTORY_SETUP_H
#define STORE_HISTORY_SETUP_H

#include "store/store.h"

/* One thing that is done to the database, in order; each is idempotent. */
struct history_step {
	struct str name;                /* "01_tables", "index_claim" */
	struct str what;                /* for people */
	struct str sql;                 /* what is run */
	usec_t applied_at;              /* TIME_NULL: not yet */
	struct str note;                /* why it was left out, or NULL */
};
extern const struct record history_step_record;

struct history_setup_options {
	bool removes;                   /* --remove-history; else it is set up */
	bool optimizes;                 /* --optimize as well */
	bool is_dry;                    /* only say what would be run */
	/* told before each step is run; may be NULL */
	void (*tell)(void *arg, const struct history_step *step);
	void *arg;
};

/* Safe beside workers that run: short locks, asked for with lock_timeout and tried again; indexes
 * built CONCURRENTLY; what a killed run left half made is made anew. Whoever runs it twice, or at
 * once, ends with the same. Ends with the first count (store_history_recount).
 *
 * Gives:  ret_steps    struct history_step: those that were run, or would be
 * Errors: BUSY         a lock was not had within a minute: says who holds it; what was done stays,
 *                      the next run goes on from there
 *         FORBIDDEN    the role may not; SCHEMA  the tables of Soniq are missing */
enum err_code store_history_setup(struct store *st, const struct history_setup_options *options,
				  struct arena *arena, struct list *ret_steps,
				  struct err *err) MUST_CHECK;

#endif
