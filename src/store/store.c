/* store.c -- the connection of the store, and which part of a large table it looks at. */
#include "store/store.h"

#include "json/json.h"

static const char *const kind_names[KIND__COUNT] = {
	[KIND_EXACT] = "exact",   [KIND_CACHED] = "cached",       [KIND_WINDOW] = "window",
	[KIND_CAPPED] = "capped", [KIND_ESTIMATED] = "estimated",
};

static const struct field window_fields[] = {
	FIELD_STR(struct window, start),
	FIELD_BOOL(struct window, is_whole),
	FIELD_END,
};
static const struct record window_record = { "window", sizeof(struct window), window_fields };

const char *kind_name(enum kind kind)
{
	return kind_names[kind];
}

void json_quality(struct json *j, const struct quality *quality)
{
	json_key(j, "kind");
	json_text(j, kind_name(quality->kind));
	json_key(j, "as_of");
	json_time(j, quality->as_of);
}

enum err_code store_open(const struct db_options *options, struct store *ret_store, struct err *err)
{
	struct db *db;
	TRY(db_open(options, &db, err));

	*ret_store = (struct store){ .db = db, .patience = STORE_PATIENCE,
				     .stale_after = STORE_STALE_AFTER };
	return ERR_OK;
}

void store_release(struct store *st)
{
	db_free(st->db);
	st->db = NULL;
	arena_release(&st->shared.arena);
}

static enum err_code window_of(struct store *st, enum sql_id sql, struct arena *arena,
			       struct window *ret, struct err *err)
{
	const int64_t size = db_is_sqlite(st->db) ? STORE_WINDOW_ROWS : STORE_WINDOW_PAGES;

	return db_query_one(st->db, CALL(sql, &window_record, P_I64(size)), arena, ret, err);
}

enum err_code store_window(struct store *st, struct arena *arena, struct window *ret,
			   struct err *err)
{
	return window_of(st, SQL_WINDOW_JOBS, arena, ret, err);
}

enum err_code store_dead_window(struct store *st, struct arena *arena, struct window *ret,
				struct err *err)
{
	return window_of(st, SQL_WINDOW_DEAD, arena, ret, err);
}

enum err_code store_ping(struct store *st, struct err *err)
{
	return db_exec(st->db, CALL0(SQL_PING, NULL), NULL, err);
}
