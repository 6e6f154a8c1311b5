/* history.c -- is there a history, and how far has it come? */
#include "store/history.h"

#include <stdio.h>

#include "store/history_steps.h"
#include "store/shared.h"

/* What is whole seldom changes, and a part that has gone is told by whoever misses it. */
#define LOOK_EVERY (10 * SECOND)
#define LOOK_EVERY_WHOLE (30 * SECOND)

static const struct field part_fields[] = {
	FIELD_STR(struct part, kind),
	FIELD_STR(struct part, name),
	FIELD_BOOL(struct part, is_there),
	FIELD_BOOL(struct part, is_valid),
	FIELD_BOOL(struct part, may_read),
	FIELD_TIME(struct part, now),
	FIELD_END,
};
static const struct record part_record = { "part", sizeof(struct part), part_fields };

static const struct field history_fields[] = {
	FIELD_TIME(struct history, since),
	FIELD_TIME(struct history, folded_at),
	FIELD_TIME(struct history, derived_10),
	FIELD_TIME(struct history, derived_60),
	FIELD_TIME(struct history, sampled_at),
	FIELD_TIME(struct history, pruned_at),
	FIELD_TIME(struct history, recounted_at),
	FIELD_STR(struct history, recount_due),
	FIELD_BOOL(struct history, has_sums),
	FIELD_TIME(struct history, hole_at),
	FIELD_END,
};
static const struct record history_record = { "history", sizeof(struct history), history_fields };

static const char *const index_names[INDEX__COUNT] = {
	[INDEX_CREATED] = "soniq_x_jobs_created",
	[INDEX_QUEUE_CREATED] = "soniq_x_jobs_queue_created",
	[INDEX_STATUS] = "soniq_x_jobs_status",
	[INDEX_CLAIM] = "soniq_x_jobs_claim",
	[INDEX_WAIT] = "soniq_x_jobs_wait",
	[INDEX_ERROR] = "soniq_x_jobs_error",
};

/* What a history cannot do without. */
static bool is_needed(const struct part *part)
{
	return str_eq(part->kind, S("table")) || str_eq(part->kind, S("function")) ||
	       str_eq(part->kind, S("trigger"));
}

static bool is_whole(const struct part *part)
{
	return part->is_there == 1 && part->is_valid == 1;
}

static void note_index(struct store_seen *seen, const struct part *part)
{
	for (unsigned i = 0; i < INDEX__COUNT; i++) {
		if (is_whole(part) && str_eq(part->name, str_of(index_names[i])))
			seen->indexes |= 1U << i;
	}
}

static void note_name(struct store_seen *seen, struct str name)
{
	const size_t n = strlen(seen->missing);

	snprintf(seen->missing + n, sizeof(seen->missing) - n, "%s%.*s", n > 0 ? ", " : "",
		 STR_ARG(name));
}

/* Names what the parts lack: all that is not there, or all that may not be read. */
static bool note_lacking(struct store_seen *seen, const struct list *parts, bool is_there)
{
	for (size_t i = 0; i < parts->n; i++) {
		const struct part *p = LIST_AT(parts, struct part, i);

		if (is_needed(p) && (is_there ? p->may_read != 1 : !is_whole(p)))
			note_name(seen, p->name);
	}
	return seen->missing[0] != '\0';
}

static bool has_any(const struct list *parts)
{
	for (size_t i = 0; i < parts->n; i++) {
		const struct part *p = LIST_AT(parts, struct part, i);

		if (is_needed(p) && p->is_there == 1)
			return true;
	}
	return false;
}

static enum history_state judge(struct store_seen *seen, const struct list *parts)
{
	if (!has_any(parts))
		return HISTORY_ABSENT;
	if (note_lacking(seen, parts, false))
		return HISTORY_BROKEN;
	return note_lacking(seen, parts, true) ? HISTORY_FORBIDDEN : HISTORY_OK;
}

enum err_code history_parts(struct store *st, struct arena *arena, struct list *ret,
			    struct err *err)
{
	return db_query(st->db, CALL0(SQL_X_PARTS, &part_record), arena, ret, err);
}

/* They said it at some moment since we asked: however long that took, and within a second, is no
 * difference. */
static usec_t ahead_of_us(const struct list *parts, usec_t asked)
{
	const usec_t theirs = parts->n > 0 ? LIST_AT(parts, struct part, 0)->now : TIME_NULL;
	const usec_t now = clock_now();

	if (theirs == TIME_NULL || (theirs > asked - SECOND && theirs < now + SECOND))
		return 0;
	return theirs - now;
}

static enum err_code look(struct store *st, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct store_seen seen = { 0 };
	const usec_t asked = clock_now();
	struct list parts;

	if (clock_mono() < st->seen.until)
		return ERR_OK;
	TRY(history_parts(st, &arena, &parts, err));
	for (size_t i = 0; i < parts.n; i++)
		note_index(&seen, LIST_AT(&parts, struct part, i));
	seen.history = (int)judge(&seen, &parts);
	seen.ahead = ahead_of_us(&parts, asked);
	seen.until =
		clock_mono() + (seen.history == (int)HISTORY_OK ? LOOK_EVERY_WHOLE : LOOK_EVERY);
	st->seen = seen;
	return ERR_OK;
}

void store_history_forget(struct store *st)
{
	st->seen.until = 0;
	store_shared_forget(st);
}

bool store_has_index(struct store *st, enum store_index which)
{
	struct err ignored = { 0 };

	return look(st, &ignored) == ERR_OK && (st->seen.indexes >> which & 1U) != 0;
}

bool store_has_history(struct store *st)
{
	struct err ignored = { 0 };

	return look(st, &ignored) == ERR_OK && st->seen.history == (int)HISTORY_OK;
}

usec_t store_now(struct store *st)
{
	struct err ignored = { 0 };

	/* Without an answer it is what it was. */
	(void)look(st, &ignored);
	return clock_now() + st->seen.ahead;
}

/* Of a history that is not there, or not whole: no moment is known. */
static void put_seen(const struct store *st, struct arena *arena, struct history *ret)
{
	record_clear(&history_record, ret);
	ret->state = (enum history_state)st->seen.history;
	ret->missing = STR_NULL;
	if (st->seen.missing[0])
		ret->missing = str_copy(arena, str_of(st->seen.missing));
}

static enum err_code read_state(struct store *st, struct arena *arena, struct history *ret,
				struct err *err)
{
	struct list rows;
	TRY(store_query_shared(st, CALL0(SQL_X_STATE, &history_record), arena, &rows, NULL, err));

	put_seen(st, arena, ret);
	if (rows.n > 0)
		*ret = *LIST_AT(&rows, struct history, 0);
	ret->state = rows.n > 0 ? HISTORY_OK : HISTORY_BROKEN;
	ret->missing = rows.n > 0 ? STR_NULL : S("the row of soniq_x_state");
	return ERR_OK;
}

static enum err_code look_and_read(struct store *st, struct arena *arena, struct history *ret,
				   struct err *err)
{
	TRY(look(st, err));
	if (st->seen.history == HISTORY_OK)
		return read_state(st, arena, ret, err);
	put_seen(st, arena, ret);
	return ERR_OK;
}

enum err_code store_history(struct store *st, struct arena *arena, struct history *ret,
			    struct err *err)
{
	const enum err_code code = look_and_read(st, arena, ret, err);

	/* Taken away, or forbidden, since the last look. */
	if (code != ERR_SCHEMA && code != ERR_FORBIDDEN)
		return code;
	store_history_forget(st);
	return look_and_read(st, arena, ret, err);
}
