/* watch.c -- listening to what producers and the keeper tell, or to the file itself. */
#include "store/watch.h"

#include <stdio.h>

#include "rules/verdict.h"
#include "store/history.h"

/* Waiting for the fold would be up to a second, and a notice of the triggers would have all commits
 * of all writers wait for each other. A look costs the database some 60 us. */
#define LOOK_EVERY (200 * MSEC)
#define LOOK_PAGES 64

struct look {
	struct str place;
	int8_t is_there;
};
static const struct field look_fields[] = {
	FIELD_STR(struct look, place), FIELD_BOOL(struct look, is_there), FIELD_END,
};
static const struct record look_record = { "look", sizeof(struct look), look_fields };

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

enum err_code store_watch(struct store *st, struct changes *ret, struct err *err)
{
	const bool is_told = db_can(st->db, DB_CAN_NOTIFY);
	*ret = (struct changes){ .tells_all = !is_told };
	TRY(db_watch(st->db, err));
	if (!is_told)
		return ERR_OK;
	ret->tells_all = ret->looks = is_kept(st);
	TRY(db_exec(st->db, CALL0(SQL_WATCH_JOBS, NULL), NULL, err));
	return db_exec(st->db, CALL0(SQL_WATCH_HISTORY, NULL), NULL, err);
}

/* The same place: what is there was there at the last look. */
static enum err_code look(struct store *st, struct changes *changes, bool *ret_has_changed,
			  struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct call *call = CALL(SQL_WATCH_LOOK, &look_record, P_I64(LOOK_PAGES));
	struct list rows;
	TRY(db_query(st->db, call, &arena, &rows, err));

	if (rows.n == 0)
		return ERR_OK;
	const struct look *found = LIST_AT(&rows, struct look, 0);
	const bool has_moved = !str_eq(found->place, str_of(changes->place));
	*ret_has_changed = has_moved && found->is_there == 1;
	snprintf(changes->place, sizeof(changes->place), "%.*s", STR_ARG(found->place));
	return ERR_OK;
}

static enum err_code look_if_allowed(struct store *st, struct changes *changes,
				     bool *ret_has_changed, struct err *err)
{
	const enum err_code code = look(st, changes, ret_has_changed, err);

	if (code == ERR_OK || err_is_transient(code))
		return code;
	changes->looks = false;
	*err = (struct err){ 0 };
	return ERR_OK;
}

enum err_code store_wait_change(struct store *st, struct changes *changes, usec_t patience,
				bool *ret_has_changed, struct err *err)
{
	const usec_t until = clock_mono() + patience;

	while (changes->looks && clock_mono() < until) {
		TRY(db_wait_change(st->db, LOOK_EVERY, ret_has_changed, err));
		if (!*ret_has_changed)
			TRY(look_if_allowed(st, changes, ret_has_changed, err));
		if (*ret_has_changed)
			return ERR_OK;
	}
	const usec_t left = until - clock_mono();
	return db_wait_change(st->db, left > 0 ? left : 0, ret_has_changed, err);
}
