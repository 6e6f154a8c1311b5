/* past.c -- rows as if things had happened before now. */
#include "store/past.h"

#include "store/history.h"

enum err_code store_past_done(struct store *st, const struct past *past, struct err *err)
{
	if (past->n < 1)
		return ERR_OK;
	return db_exec(st->db,
		       CALL(SQL_PAST_DONE, NULL, P_I64(past->n), P_I64(past->span),
			    P_I64(past->took[0]), P_I64(past->took[1] - past->took[0]),
			    P_STR(past->job_name), P_STR(past->args[0]), P_STR(past->args[1]),
			    P_STR(past->queue), P_I64(past->priority), P_I64(past->max_attempts),
			    P_STR(past->result), P_TEXT("soniq-demo"), P_I64(past->kept)),
		       NULL, err);
}

enum err_code store_past_dead(struct store *st, const struct past *past, struct err *err)
{
	if (past->n < 1)
		return ERR_OK;
	return db_exec(st->db,
		       CALL(SQL_PAST_DEAD, NULL, P_I64(past->n), P_I64(past->span),
			    P_I64(past->took[0]), P_I64(past->took[1] - past->took[0]),
			    P_STR(past->job_name), P_STR(past->args[0]), P_STR(past->args[1]),
			    P_STR(past->queue), P_I64(past->priority), P_I64(past->max_attempts),
			    P_STR(past->error), P_TEXT(past->reason)),
		       NULL, err);
}

enum err_code store_past_silent(struct store *st, const char *worker_id, usec_t silent,
				struct err *err)
{
	return db_exec(st->db, CALL(SQL_PAST_SILENT, NULL, P_TEXT(worker_id), P_I64(silent)), NULL,
		       err);
}

static enum err_code retell(struct store *st, int64_t thinned, struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(st->db, &tx, err));

	TRY(db_exec(st->db, CALL0(SQL_X_PAST_FORGET, NULL), NULL, err));
	TRY(db_exec(st->db, CALL(SQL_X_PAST_DELTA, NULL, P_I64(thinned)), NULL, err));
	TRY(db_exec(st->db, CALL0(SQL_X_PAST_ATTEMPTS, NULL), NULL, err));
	TRY(db_exec(st->db, CALL0(SQL_X_PAST_SINCE, NULL), NULL, err));
	return db_commit(&tx, err);
}

enum err_code store_past_history(struct store *st, int64_t thinned, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct history history;
	struct history_turn turn = { .is_behind = true };
	TRY(store_history(st, &arena, &history, err));

	if (history.state != HISTORY_OK)
		return ERR_OK;
	TRY(retell(st, thinned, err));
	while (turn.is_behind)
		TRY(store_history_turn(st, &history_policy_default, &turn, err));
	return ERR_OK;
}
