/* watch.h -- has anything changed that numbers are made of? */
#ifndef STORE_WATCH_H
#define STORE_WATCH_H

#include "store/store.h"

/* From here on store_wait_change tells of changes; ret_tells_all: of all of jobs, whoever makes
 * them, and not only of new ones.
 * Errors: INVALID  this database or this way to it tells of none; those of db_watch, db_exec */
enum err_code store_watch(struct store *st, bool *ret_tells_all, struct err *err) MUST_CHECK;
/* Errors: those of db_wait_change */
enum err_code store_wait_change(struct store *st, usec_t patience, bool *ret_has_changed,
				struct err *err) MUST_CHECK;

#endif
