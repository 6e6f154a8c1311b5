/* lite_query.c -- one statement with its values and rows, prepared once. */
#include "db/lite/lite.h"

#include <string.h>

struct run {
	struct lite *lite;
	const struct call *call;
	struct lite_statement *statement;
	struct db_rows rows;
};

static enum err_code prepare(const struct run *run, struct err *err)
{
	if (run->statement->stmt)
		return ERR_OK;
	const int rc = sqlite3_prepare_v3(run->lite->db, sql_texts[run->call->sql].lite, -1,
					  SQLITE_PREPARE_PERSISTENT, &run->statement->stmt, NULL);
	return rc == SQLITE_OK ? ERR_OK : lite_fail(run->lite, rc, err);
}

/* The same as on PostgreSQL, where no text can hold a NUL. */
static enum err_code check_param(const struct param *param, struct err *err)
{
	const bool is_text = param->type == F_STR || param->type == F_JSON;

	if (is_text && param->str.p && memchr(param->str.p, '\0', param->str.n))
		return err_set(err, ERR_INVALID, "a text must not hold a NUL character");
	if (is_text && param->str.p && !str_is_utf8(param->str))
		return err_set(err, ERR_INVALID, "a text is not UTF-8");
	return ERR_OK;
}

static enum err_code bind_all(const struct run *run, struct err *err)
{
	for (size_t i = 0; i < run->call->n_params; i++) {
		const struct param *param = &run->call->params[i];
		TRY(check_param(param, err));
		const int rc = lite_bind(run->statement->stmt, (int)i + 1, param);

		if (rc != SQLITE_OK)
			return lite_fail(run->lite, rc, err);
	}
	return ERR_OK;
}

static const char *column_name(const void *stmt, int column)
{
	return sqlite3_column_name((sqlite3_stmt *)stmt, column);
}

/* SQLite prepares a statement again by itself when the tables have changed. */
static enum err_code make_map(const struct run *run, struct err *err)
{
	struct lite_statement *st = run->statement;
	const int n_reprepared = sqlite3_stmt_status(st->stmt, SQLITE_STMTSTATUS_REPREPARE, 0);

	if (st->map.record == run->call->record && st->n_reprepared == n_reprepared)
		return ERR_OK;
	st->n_reprepared = n_reprepared;
	const enum err_code code = db_map_make(&st->map, run->call->record,
					       sqlite3_column_count(st->stmt), column_name,
					       st->stmt, err);
	return code == ERR_OK ? code : err_prefix(err, sql_texts[run->call->sql].name);
}

static enum err_code read_row(struct run *run, struct err *err)
{
	const struct db_map *map = &run->statement->map;
	void *object;
	TRY(db_rows_add(&run->rows, &object, err));

	for (size_t i = 0; map->record->fields[i].name; i++) {
		if (map->column[i] >= 0)
			lite_read_field(run->lite, &run->rows, &map->record->fields[i], object,
					run->statement->stmt, map->column[i]);
	}
	return db_rows_check(&run->rows, err);
}

static enum err_code step_all(struct run *run, struct err *err)
{
	const bool wants_rows = run->call->record != NULL;
	int rc = sqlite3_step(run->statement->stmt);

	if (wants_rows && (rc == SQLITE_ROW || rc == SQLITE_DONE))
		TRY(make_map(run, err));
	for (; rc == SQLITE_ROW; rc = sqlite3_step(run->statement->stmt)) {
		if (wants_rows)
			TRY(read_row(run, err));
	}
	return rc == SQLITE_DONE ? ERR_OK : lite_fail(run->lite, rc, err);
}

static enum err_code run_statement(struct run *run, struct err *err)
{
	sqlite3_stmt *stmt = run->statement->stmt;
	enum err_code code = bind_all(run, err);

	if (code == ERR_OK)
		code = step_all(run, err);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	return code;
}

enum err_code lite_query(struct lite *lite, const struct call *call, struct arena *arena,
			 struct list *ret_rows, int64_t *ret_changed, struct err *err)
{
	struct run run = { .lite = lite, .call = call,
			   .statement = &lite->statements[call->sql],
			   .rows = db_rows_new(call->record, arena) };

	lite_start(lite);
	TRY(prepare(&run, err));
	TRY(run_statement(&run, err));
	*ret_changed = sqlite3_stmt_readonly(run.statement->stmt) ?
		(int64_t)run.rows.list.n : sqlite3_changes64(lite->db);
	if (call->record)
		*ret_rows = run.rows.list;
	return ERR_OK;
}
