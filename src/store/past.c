/* past.c -- rows as if things had happened before now. */
#include "store/past.h"

enum err_code store_past_done(struct store *st, const struct past *past, struct err *err)
{
	if (past->n < 1)
		return ERR_OK;
	return db_exec(st->db, CALL(SQL_PAST_DONE, NULL, P_I64(past->n), P_I64(past->span),
				    P_I64(past->took[0]), P_I64(past->took[1] - past->took[0]),
				    P_STR(past->job_name), P_STR(past->args[0]),
				    P_STR(past->args[1]), P_STR(past->queue),
				    P_I64(past->priority), P_I64(past->max_attempts),
				    P_STR(past->result), P_TEXT("soniq-demo"), P_I64(past->kept)),
		       NULL, err);
}

enum err_code store_past_dead(struct store *st, const struct past *past, struct err *err)
{
	if (past->n < 1)
		return ERR_OK;
	return db_exec(st->db, CALL(SQL_PAST_DEAD, NULL, P_I64(past->n), P_I64(past->span),
				    P_I64(past->took[0]), P_I64(past->took[1] - past->took[0]),
				    P_STR(past->job_name), P_STR(past->args[0]),
				    P_STR(past->args[1]), P_STR(past->queue),
				    P_I64(past->priority), P_I64(past->max_attempts),
				    P_STR(past->error), P_TEXT(past->reason)),
		       NULL, err);
}

enum err_code store_past_silent(struct store *st, const char *worker_id, usec_t silent,
				struct err *err)
{
	return db_exec(st->db, CALL(SQL_PAST_SILENT, NULL, P_TEXT(worker_id), P_I64(silent)), NULL,
		       err);
}
