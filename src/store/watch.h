/* watch.h -- has anything changed that numbers are made of? */
#ifndef STORE_WATCH_H
#define STORE_WATCH_H

#include "store/store.h"

/* What is known of how changes are told, and where the last look found the database. */
struct changes {
	/* All of jobs, whoever makes them, and not only new ones; found anew while it is waited. */
	bool tells_all;
	bool looks;                     /* for those that nobody tells of, before they are folded */
	bool is_armed;                  /* who writes tells us: there is nothing to look for */
	bool never_arms;                /* we may not */
	usec_t judged_at;               /* clock_mono; when tells_all was found */
	usec_t changed_at;              /* clock_mono; the last time that something had */
	char place[24];
};

/* From here on store_wait_change tells of changes.
 * Errors: INVALID  this database or this way to it tells of none; those of db_watch, db_exec */
enum err_code store_watch(struct store *st, struct changes *ret, struct err *err) MUST_CHECK;
/* Until something has changed, at most `patience`. Where a history is kept on PostgreSQL, what
 * nobody tells of is found by a look, five times a second; after a second of nothing the triggers
 * of the history are asked to tell of the next change, and nothing is looked for until then. Where
 * the server does not let us look (some that others run do not tell of their log), it is told
 * when it is folded.
 * Errors: those of db_wait_change */
enum err_code store_wait_change(struct store *st, struct changes *changes, usec_t patience,
				bool *ret_has_changed, struct err *err) MUST_CHECK;

#endif
