/* history_size.h -- what the history takes up, what of it is not yet folded, and its counters. */
#ifndef STORE_HISTORY_SIZE_H
#define STORE_HISTORY_SIZE_H

#include "store/store.h"

#define HISTORY_BACKLOG_MAX 20000       /* more is not counted */

struct history_backlog {
	int64_t unfolded;               /* delta rows; HISTORY_BACKLOG_MAX: or more */
	usec_t oldest_at;               /* TIME_NULL: none */
};
/* Errors, here and below: SCHEMA  there is no history; those of db_query */
enum err_code store_history_backlog(struct store *st, struct history_backlog *ret,
				    struct err *err) MUST_CHECK;

struct history_table {
	struct str name;
	int64_t n_rows;                 /* about; I64_NULL: not known */
	int64_t bytes;                  /* with indexes; I64_NULL: the database does not tell */
};
extern const struct record history_table_record;
/* On SQLite all of their pages are looked at: for somebody who asks, not for a page. */
enum err_code store_history_tables(struct store *st, struct arena *arena, struct list *ret,
				   struct err *err) MUST_CHECK;

/* What ever happened to one queue or type, since the history began. No number ever falls, unless
 * the history is taken away and begins anew. */
struct total {
	struct str kind;                /* "queue" or "type" */
	struct str name;                /* NULL: jobs without one; of the others too */
	int8_t is_others;               /* those that are no longer told apart */
	int64_t arrived, started, done, failed, dead, cancelled, returned;
	double wait_us, run_us;         /* sums */
	struct str waits, runs;         /* as histogram_read takes them */
};
/* Gives struct total in the order in which the names were first seen. */
enum err_code store_history_totals(struct store *st, struct arena *arena, struct list *ret,
				   struct err *err) MUST_CHECK;

/* Tell those that watch that numbers have changed; nothing where the database cannot. */
enum err_code store_history_tell(struct store *st, struct err *err) MUST_CHECK;

#endif
