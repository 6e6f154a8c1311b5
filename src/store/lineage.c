/* lineage.c -- where a job comes from, and what was made of a dead letter. */
#include "store/lineage.h"

#include <stdlib.h>

#include "json/json.h"
#include "store/history.h"
#include "store/replay.h"

#define IDS_TEXT_MAX ((size_t)16384)

static const struct field kin_fields[] = {
	FIELD_STR(struct kin, id),
	FIELD_STR(struct kin, relation),
	FIELD_STR(struct kin, status),
	FIELD_TIME(struct kin, at),
	FIELD_BOOL(struct kin, is_certain),
	FIELD_I64_FLAGS(struct kin, n, FIELD_HIDDEN),
	FIELD_END,
};
const struct record kin_record = { "kin", sizeof(struct kin), kin_fields };

struct found {
	struct str id;
	int64_t n; /* which of those that were asked for */
	struct str status;
	usec_t at;
};
static const struct field found_fields[] = {
	FIELD_STR(struct found, id),
	FIELD_I64(struct found, n),
	FIELD_STR(struct found, status),
	FIELD_TIME(struct found, at),
	FIELD_END,
};
static const struct record found_record = { "found", sizeof(struct found), found_fields };

struct origin {
	struct str id;
	int64_t replays;
	usec_t at;
	int8_t is_same; /* the arguments, where the moments are; else -1 */
};
static const struct field origin_fields[] = {
	FIELD_STR(struct origin, id),
	FIELD_I64(struct origin, replays),
	FIELD_TIME(struct origin, at),
	FIELD_BOOL(struct origin, is_same),
	FIELD_END,
};
static const struct record origin_record = { "origin", sizeof(struct origin), origin_fields };

struct gather {
	struct store *st;
	struct arena *arena;
	const struct job *job;
	struct list *kin; /* struct kin */
};

static struct kin *find(const struct gather *g, struct str id)
{
	for (size_t i = 0; i < g->kin->n; i++) {
		struct kin *kin = LIST_AT(g->kin, struct kin, i);

		if (str_eq(kin->id, id))
			return kin;
	}
	return NULL;
}

static struct kin *add(struct gather *g, struct str relation, struct str id)
{
	struct kin *kin = list_add(g->kin);

	record_clear(&kin_record, kin);
	kin->relation = relation;
	kin->id = id;
	kin->is_certain = 1;
	return kin;
}

/* ---- replays ---- */

/* Rows of SQLite may count to any number. */
static int64_t count_of(const struct gather *g)
{
	return g->job->resurrection_count > INT32_MAX ? INT32_MAX : g->job->resurrection_count;
}

/* The newest ones that can be told by their number. */
static int64_t first_number(int64_t replays)
{
	return replays > LINEAGE_MAX ? replays - LINEAGE_MAX + 1 : 1;
}

static struct str ids_of(const struct gather *g, int64_t replays)
{
	AUTO(buf) struct buf text = buf_new(IDS_TEXT_MAX);
	struct json j = json_new(&text);
	char id[UUID_TEXT_LEN + 1];

	json_open_array(&j);
	for (int64_t n = first_number(replays); n <= replays; n++) {
		replay_id(g->job->id, n, id);
		json_text(&j, id);
	}
	json_close_array(&j);
	return str_copy(g->arena, buf_str(&text));
}

static void note_found(struct gather *g, const struct list *rows, int64_t replays)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct found *row = LIST_AT(rows, struct found, i);

		if (find(g, row->id))
			continue;
		struct kin *kin = add(g, S("replay"), row->id);
		kin->status = row->status;
		kin->at = row->at;
		kin->n = first_number(replays) + row->n - 1;
	}
}

static enum err_code add_gone(struct gather *g, struct str ids, struct err *err)
{
	struct history history;
	struct list rows;
	TRY(store_history(g->st, g->arena, &history, err));
	if (history.state != HISTORY_OK)
		return ERR_OK;

	TRY(db_query(g->st->db,
		     CALL(SQL_X_LINEAGE_GONE, &found_record, P_STR(ids), P_I64(STORE_NAME_MAX)),
		     g->arena, &rows, err));
	note_found(g, &rows, count_of(g));
	return ERR_OK;
}

static enum err_code add_ours(struct gather *g, struct err *err)
{
	const int64_t replays = count_of(g);
	const struct str ids = ids_of(g, replays);
	struct err why = { 0 };
	struct list rows;
	TRY(db_query(g->st->db,
		     CALL(SQL_LINEAGE_FOUND, &found_record, P_STR(ids), P_I64(STORE_NAME_MAX)),
		     g->arena, &rows, err));
	note_found(g, &rows, replays);
	if (rows.n == (size_t)(replays - first_number(replays) + 1))
		return ERR_OK;

	/* A history that went meanwhile knows nothing. */
	const enum err_code code = add_gone(g, ids, &why);
	if (code == ERR_OK || code == ERR_SCHEMA || code == ERR_FORBIDDEN)
		return ERR_OK;
	*err = why;
	return code;
}

static bool has_newest(const struct gather *g)
{
	for (size_t i = 0; i < g->kin->n; i++)
		if (LIST_AT(g->kin, struct kin, i)->n == count_of(g))
			return true;
	return false;
}

/* Several of one moment were replayed in one transaction, and one of them is it. */
static enum err_code add_newest(struct gather *g, struct err *err)
{
	const bool is_fast = store_has_index(g->st, INDEX_CREATED);
	struct window window = { .start = STR_NULL };
	struct list rows;

	if (has_newest(g) || g->job->last_resurrection_at == TIME_NULL)
		return ERR_OK;
	if (!is_fast)
		TRY(store_window(g->st, g->arena, &window, err));
	TRY(db_query(g->st->db,
		     CALL(SQL_LINEAGE_NEWEST, &found_record, P_STR(g->job->id), P_STR(window.start),
			  P_I64(STORE_NAME_MAX), P_I64(LINEAGE_MAX)),
		     g->arena, &rows, err));
	for (size_t i = 0; i < rows.n; i++) {
		const struct found *row = LIST_AT(&rows, struct found, i);
		struct kin *kin = find(g, row->id);

		if (kin)
			continue;
		kin = add(g, S("replay"), row->id);
		kin->status = row->status;
		kin->at = row->at;
		kin->n = count_of(g);
		kin->is_certain = rows.n == 1;
	}
	return ERR_OK;
}

static int oldest_first(const void *a, const void *b)
{
	const struct kin *one = a, *other = b;

	if (one->n != other->n)
		return one->n < other->n ? -1 : 1;
	return str_order(one->id, other->id);
}

static enum err_code add_replays(struct gather *g, struct err *err)
{
	if (!str_eq(g->job->kind, S("dead_letter")) || g->job->resurrection_count <= 0)
		return ERR_OK;
	TRY(add_ours(g, err));
	TRY(add_newest(g, err));
	if (g->kin->n > 0)
		qsort(g->kin->items, g->kin->n, sizeof(struct kin), oldest_first);
	if (g->kin->n > LINEAGE_MAX)
		g->kin->n = LINEAGE_MAX;
	return ERR_OK;
}

/* ---- the origin ---- */

static bool is_made_by(const struct origin *origin, struct str job_id)
{
	char id[UUID_TEXT_LEN + 1];

	for (int64_t n = origin->replays; n >= first_number(origin->replays); n--) {
		replay_id(origin->id, n, id);
		if (str_eq(job_id, str_of(id)))
			return true;
	}
	return false;
}

static void put_origin(struct gather *g, const struct origin *origin, bool is_certain)
{
	struct kin *kin = add(g, S("origin"), origin->id);

	kin->status = S("dead_letter");
	kin->at = g->job->created_at;
	kin->is_certain = is_certain;
}

/* By its id; else by the moment and the arguments, where one dead letter alone has them. */
static void pick_origin(struct gather *g, const struct list *rows)
{
	const struct origin *same = NULL;
	int n_same = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct origin *origin = LIST_AT(rows, struct origin, i);

		if (is_made_by(origin, g->job->id)) {
			put_origin(g, origin, true);
			return;
		}
		if (origin->is_same == 1 && n_same++ == 0)
			same = origin;
	}
	if (same)
		put_origin(g, same, n_same == 1);
}

static enum err_code add_origin(struct gather *g, struct err *err)
{
	const struct job *job = g->job;
	struct list rows;

	if (!job->job_name.p || job->created_at == TIME_NULL)
		return ERR_OK;
	TRY(db_query(g->st->db,
		     CALL(SQL_LINEAGE_ORIGINS, &origin_record, P_STR(job->id), P_STR(job->job_name),
			  P_TIME(job->created_at), P_I64(LINEAGE_LOOKED)),
		     g->arena, &rows, err));
	pick_origin(g, &rows);
	return ERR_OK;
}

enum err_code store_lineage(struct store *st, const struct job *job, struct arena *arena,
			    struct list *ret, struct err *err)
{
	struct list kin = list_new(arena, sizeof(struct kin));
	struct list replays = list_new(arena, sizeof(struct kin));
	struct gather g = { .st = st, .arena = arena, .job = job, .kin = &kin };
	TRY(add_origin(&g, err));

	g.kin = &replays;
	TRY(add_replays(&g, err));
	for (size_t i = 0; i < replays.n; i++)
		*(struct kin *)list_add(&kin) = *LIST_AT(&replays, struct kin, i);
	*ret = kin;
	return ERR_OK;
}
