/* replay.h -- for the store itself: a dead letter becomes a job again. */
#ifndef STORE_REPLAY_H
#define STORE_REPLAY_H

#include "base/parse.h"
#include "store/store.h"

/* The id of a dead letter's replay number n (1 is the first). It is made of both, so that a replay
 * is found by the letter, also when its row is gone, without a word about it in any table. */
void replay_id(struct str dead_id, int64_t n, char ret_id[UUID_TEXT_LEN + 1]);

/* Inside a transaction: count a replay by one of SQL_DEAD_MARK..., which locks the dead letter, so
 * that no two count the same; make the job, and tell waiting workers. ret_is_made false: nothing
 * was marked, nothing is written.
 *
 * Gives:  ret_id       of the new job
 * Errors: those of db_query */
enum err_code replay_make(struct store *st, enum sql_id mark, struct str dead_id,
			  char ret_id[UUID_TEXT_LEN + 1], bool *ret_is_made,
			  struct err *err) MUST_CHECK;

#endif
