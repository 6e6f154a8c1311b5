/* watch.c -- listening to what producers and the keeper tell, or to the file itself. */
#include "store/watch.h"

#include "rules/verdict.h"
#include "store/history.h"

/* What is folded is told: as long as somebody keeps the history. */
static bool is_kept(struct store *st)
{
	AUTO(arena) struct arena arena = { 0 };
	struct history h;
	struct err err = { 0 };

	if (store_history(st, &arena, &h, &err) != ERR_OK)
		return false;
	const usec_t last = h.sampled_at == TIME_NULL ? h.since : h.sampled_at;
	return h.state == HISTORY_OK && h.recounted_at != TIME_NULL &&
	       span_between(last, clock_now()) < VERDICT_BEHIND;
}

enum err_code store_watch(struct store *st, bool *ret_tells_all, struct err *err)
{
	*ret_tells_all = !db_can(st->db, DB_CAN_NOTIFY);
	TRY(db_watch(st->db, err));
	if (!db_can(st->db, DB_CAN_NOTIFY))
		return ERR_OK;
	*ret_tells_all = is_kept(st);
	TRY(db_exec(st->db, CALL0(SQL_WATCH_JOBS, NULL), NULL, err));
	return db_exec(st->db, CALL0(SQL_WATCH_HISTORY, NULL), NULL, err);
}

enum err_code store_wait_change(struct store *st, usec_t patience, bool *ret_has_changed,
				struct err *err)
{
	return db_wait_change(st->db, patience, ret_has_changed, err);
}
