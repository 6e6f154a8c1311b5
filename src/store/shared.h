/* shared.h -- what several answers of one round want from the database is read once.
 *
 * The answers that streams are told together (http/server_live.c) rest on the same few rows: how
 * many jobs there are by queue, what waits, how far the history is. Nobody has heard of a change
 * since the first of them was read, or it would be another round. */
#ifndef STORE_SHARED_H
#define STORE_SHARED_H

#include "store/store.h"

/* From here on what is asked by store_query_shared is of this round; what was read in another one,
 * or more than a second ago, is forgotten. 0: of a round of its own, as one request is. Rows that
 * were had before are void. Without a call of this nothing is shared. */
void store_round(struct store *st, int64_t round);
/* What was read is not to be given again; rows that were had stay until the next round. */
void store_shared_forget(struct store *st);

/* As db_query, of a statement that only reads. The rows are only to be read, too.
 *
 * Gives:  as_of  set back to when the rows were read, if that is earlier, by our clock; NULL: it
 *                does not matter
 * Errors: those of db_query */
enum err_code store_query_shared(struct store *st, const struct call *call, struct arena *arena,
				 struct list *ret_rows, usec_t *as_of, struct err *err) MUST_CHECK;

#endif
