/* watch.c -- listening to what producers and the keeper tell, or to the file itself. */
#include "store/watch.h"

enum err_code store_watch(struct store *st, struct err *err)
{
	TRY(db_watch(st->db, err));
	if (!db_can(st->db, DB_CAN_NOTIFY))
		return ERR_OK;
	TRY(db_exec(st->db, CALL0(SQL_WATCH_JOBS, NULL), NULL, err));
	return db_exec(st->db, CALL0(SQL_WATCH_HISTORY, NULL), NULL, err);
}

enum err_code store_wait_change(struct store *st, usec_t patience, bool *ret_has_changed,
				struct err *err)
{
	return db_wait_change(st->db, patience, ret_has_changed, err);
}
