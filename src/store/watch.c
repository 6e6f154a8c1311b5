/* watch.c -- listening to what producers and the keeper tell, or to the file itself. */
#include "store/watch.h"

#include <stdio.h>

#include "rules/verdict.h"
#include "store/history.h"

/* Waiting for the fold would take up to seconds, and notices of the triggers would have all commits
 * of all writers wait for each other. */
#define LOOK_EVERY (200 * MSEC)
#define LOOK_PAGES 64
/* A look costs the database a quarter of a millisecond, most of it for waking up: where nothing
 * happens for so long, who writes next is asked to tell. */
#define ARM_AFTER SECOND
/* A history may be set up, counted, left or removed while we listen. */
#define JUDGE_EVERY (15 * SECOND)

struct armed {
	int8_t is_armed;
};
static const struct field armed_fields[] = {
	FIELD_BOOL(struct armed, is_armed),
	FIELD_END,
};
static const struct record armed_record = { "armed", sizeof(struct armed), armed_fields };

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
	       span_between(last, store_now(st)) < VERDICT_BEHIND;
}

/* A look that is not allowed is tried again with the next history, and not before. */
static void judge(struct store *st, struct changes *changes)
{
	const bool told_all = changes->tells_all;

	changes->judged_at = clock_mono();
	changes->tells_all = is_kept(st);
	if (changes->tells_all != told_all)
		changes->looks = changes->tells_all;
}

enum err_code store_watch(struct store *st, struct changes *ret, struct err *err)
{
	const bool is_told = db_can(st->db, DB_CAN_NOTIFY);
	*ret = (struct changes){ .tells_all = !is_told };
	TRY(db_watch(st->db, err));
	if (!is_told)
		return ERR_OK;
	judge(st, ret);
	TRY(db_exec(st->db, CALL0(SQL_WATCH_ALIVE, NULL), NULL, err));
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

/* ---- having it told ---- */

static enum err_code arm(struct store *st, struct changes *changes, bool *ret_has_changed,
			 struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct armed armed;
	const enum err_code code = db_query_one(
		st->db, CALL0(SQL_WATCH_ARM, &armed_record), &arena, &armed, err);

	if (code != ERR_OK && !err_is_transient(code)) {
		changes->never_arms = true;
		*err = (struct err){ 0 };
		return ERR_OK;
	}
	TRY(code);
	changes->is_armed = armed.is_armed == 1;
	/* What was written between the last look and this. */
	return changes->is_armed ? look_if_allowed(st, changes, ret_has_changed, err) : ERR_OK;
}

/* The place is of now, so that the next look does not find the same once more. */
static enum err_code disarm(struct store *st, struct changes *changes, struct err *err)
{
	bool ignored;

	TRY(db_exec(st->db, CALL0(SQL_WATCH_DISARM, NULL), NULL, err));
	changes->is_armed = false;
	return look_if_allowed(st, changes, &ignored, err);
}

static enum err_code wait_to_be_told(struct store *st, struct changes *changes, usec_t until,
				     bool *ret_has_changed, struct err *err)
{
	const usec_t left = until - clock_mono();
	TRY(db_wait_change(st->db, left > 0 ? left : 0, ret_has_changed, err));

	return *ret_has_changed && changes->is_armed ? disarm(st, changes, err) : ERR_OK;
}

static enum err_code wait_and_look(struct store *st, struct changes *changes,
				   bool *ret_has_changed, struct err *err)
{
	TRY(db_wait_change(st->db, LOOK_EVERY, ret_has_changed, err));
	if (*ret_has_changed)
		return ERR_OK;
	TRY(look_if_allowed(st, changes, ret_has_changed, err));
	const bool is_calm = clock_mono() - changes->changed_at >= ARM_AFTER;
	if (*ret_has_changed || changes->never_arms || !is_calm)
		return ERR_OK;
	return arm(st, changes, ret_has_changed, err);
}

enum err_code store_wait_change(struct store *st, struct changes *changes, usec_t patience,
				bool *ret_has_changed, struct err *err)
{
	const usec_t until = clock_mono() + patience;

	*ret_has_changed = false;
	if (db_can(st->db, DB_CAN_NOTIFY) && clock_mono() - changes->judged_at >= JUDGE_EVERY)
		judge(st, changes);
	while (!*ret_has_changed && clock_mono() < until) {
		if (changes->is_armed || !changes->looks)
			TRY(wait_to_be_told(st, changes, until, ret_has_changed, err));
		else
			TRY(wait_and_look(st, changes, ret_has_changed, err));
	}
	if (*ret_has_changed)
		changes->changed_at = clock_mono();
	return ERR_OK;
}
