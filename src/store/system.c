/* system.c -- what state the database is in. */
#include "store/system.h"

#include <stdlib.h>

#include "store/history_size.h"
#include "store/setup.h"

#define COUNTED_MAX 10000

static const struct field table_fields[] = {
	FIELD_STR(struct system_table, name),
	FIELD_I64(struct system_table, rows),
	FIELD_I64(struct system_table, dead_rows),
	FIELD_I64(struct system_table, table_bytes),
	FIELD_I64(struct system_table, index_bytes),
	FIELD_TIME(struct system_table, last_vacuum),
	FIELD_END,
};
const struct record system_table_record = {
	"system_table", sizeof(struct system_table), table_fields,
};

static const struct field system_fields[] = {
	FIELD_STR_FLAGS(struct system_state, version, FIELD_COMPUTED),
	FIELD_BOOL(struct system_state, is_standby),
	FIELD_I64(struct system_state, size_bytes),
	FIELD_I64(struct system_state, connections),
	FIELD_I64(struct system_state, connections_max),
	FIELD_F64(struct system_state, oldest_transaction_seconds),
	FIELD_STR_FLAGS(struct system_state, schema_version, FIELD_COMPUTED),
	FIELD_END,
};
const struct record system_record = { "system", sizeof(struct system_state), system_fields };

/* One part that is not to be had is no reason to have none of them. */
static bool is_left_out(enum err_code code)
{
	return code == ERR_TIMEOUT || code == ERR_BUSY || code == ERR_FORBIDDEN;
}

static enum err_code load_state(struct store *st, struct arena *arena, struct system_state *ret,
				struct err *err)
{
	const enum err_code code = db_query_one(st->db, CALL0(SQL_SYSTEM_DATABASE, &system_record),
						arena, ret, err);

	if (is_left_out(code))
		record_clear(&system_record, ret);
	return is_left_out(code) ? ERR_OK : code;
}

static enum err_code load_version(struct store *st, struct arena *arena, struct system_state *ret,
				  struct err *err)
{
	struct schema_report report = { .latest = STR_NULL };
	const enum err_code code = store_schema_check(st, arena, &report, err);

	ret->schema_version = report.latest;
	return is_left_out(code) ? ERR_OK : code;
}

/* SQLite has no names that may be missing in a statement: ours come by another. */
static enum err_code add_ours(struct store *st, struct arena *arena, struct list *tables,
			      struct err *err)
{
	struct list ours;
	TRY(db_query(st->db, CALL0(SQL_X_ROWS, &history_table_record), arena, &ours, err));

	for (size_t i = 0; i < ours.n; i++) {
		const struct history_table *t = LIST_AT(&ours, struct history_table, i);
		struct system_table *table = list_add(tables);

		record_clear(&system_table_record, table);
		table->name = t->name;
		table->rows = t->n_rows;
	}
	return ERR_OK;
}

static enum err_code load_tables(struct store *st, bool has_history, struct arena *arena,
				 struct list *ret, struct err *err)
{
	const struct call *call =
		CALL(SQL_SYSTEM_TABLES, &system_table_record, P_I64(COUNTED_MAX));
	enum err_code code = db_query(st->db, call, arena, ret, err);

	if (code == ERR_OK && has_history && db_is_sqlite(st->db))
		code = add_ours(st, arena, ret, err);
	return is_left_out(code) ? ERR_OK : code;
}

static int64_t known(int64_t n)
{
	return n == I64_NULL ? 0 : n;
}

static int by_size(const void *p, const void *q)
{
	const struct system_table *a = p, *b = q;
	const int64_t one = known(a->table_bytes) + known(a->index_bytes);
	const int64_t other = known(b->table_bytes) + known(b->index_bytes);

	if (one != other)
		return one < other ? 1 : -1;
	if (known(a->rows) != known(b->rows))
		return known(a->rows) < known(b->rows) ? 1 : -1;
	return str_order(a->name, b->name);
}

enum err_code store_system(struct store *st, bool has_history, struct arena *arena,
			   struct system_state *ret, struct err *err)
{
	struct list tables = list_new(arena, sizeof(struct system_table));
	struct system_state state;
	TRY(load_state(st, arena, &state, err));
	TRY(load_version(st, arena, &state, err));
	TRY(load_tables(st, has_history, arena, &tables, err));

	if (tables.n > 0)
		qsort(tables.items, tables.n, sizeof(struct system_table), by_size);
	state.version = str_copy(arena, str_of(db_version(st->db)));
	state.tables = tables;
	*ret = state;
	return ERR_OK;
}
