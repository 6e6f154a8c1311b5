/* history_size.c -- what the history takes up, what is not yet folded, and its counters. */
#include "store/history_size.h"

#define NAMES_MAX 2000

static const struct field backlog_fields[] = {
	FIELD_I64(struct history_backlog, unfolded),
	FIELD_TIME(struct history_backlog, oldest_at),
	FIELD_END,
};
static const struct record backlog_record = {
	"history_backlog", sizeof(struct history_backlog), backlog_fields,
};

static const struct field table_fields[] = {
	FIELD_STR(struct history_table, name),
	FIELD_I64(struct history_table, n_rows),
	FIELD_I64(struct history_table, bytes),
	FIELD_END,
};
const struct record history_table_record = {
	"history_table", sizeof(struct history_table), table_fields,
};

static const struct field total_fields[] = {
	FIELD_STR(struct total, kind),
	FIELD_STR(struct total, name),
	FIELD_BOOL(struct total, is_others),
	FIELD_I64(struct total, arrived),
	FIELD_I64(struct total, started),
	FIELD_I64(struct total, done),
	FIELD_I64(struct total, failed),
	FIELD_I64(struct total, dead),
	FIELD_I64(struct total, cancelled),
	FIELD_I64(struct total, returned),
	FIELD_F64(struct total, wait_us),
	FIELD_F64(struct total, run_us),
	FIELD_STR(struct total, waits),
	FIELD_STR(struct total, runs),
	FIELD_END,
};
static const struct record total_record = { "total", sizeof(struct total), total_fields };

enum err_code store_history_backlog(struct store *st, struct history_backlog *ret,
				    struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };

	return db_query_one(st->db, CALL(SQL_X_BACKLOG, &backlog_record,
					 P_I64(HISTORY_BACKLOG_MAX)), &arena, ret, err);
}

/* SQLite tells the sizes of tables only where it was built with the means to. */
enum err_code store_history_tables(struct store *st, struct arena *arena, struct list *ret,
				   struct err *err)
{
	const enum err_code code = db_query(st->db, CALL0(SQL_X_SIZES, &history_table_record),
					    arena, ret, err);

	if (code != ERR_SCHEMA)
		return code;
	return db_query(st->db, CALL0(SQL_X_ROWS, &history_table_record), arena, ret, err);
}

enum err_code store_history_totals(struct store *st, struct arena *arena, struct list *ret,
				   struct err *err)
{
	return db_query(st->db, CALL(SQL_X_TOTALS, &total_record, P_I64(NAMES_MAX)), arena, ret,
			err);
}

enum err_code store_history_tell(struct store *st, struct err *err)
{
	if (!db_can(st->db, DB_CAN_NOTIFY))
		return ERR_OK;
	return db_exec(st->db, CALL0(SQL_X_TELL, NULL), NULL, err);
}
