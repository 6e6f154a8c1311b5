/* pg_query.c -- one statement with its values and rows: prepared once, read row by row. */
#include "db/pg/pg.h"

#include <string.h>

#include "base/parse.h"

struct run {
	struct pg *pg;
	const struct call *call;
	const char *const *values;
	struct db_rows rows;
	int64_t changed;
};

static struct pg_statement *statement_of(const struct run *run)
{
	return &run->pg->statements[run->call->sql];
}

static const char *text_of(const struct run *run)
{
	return sql_texts[run->call->sql].pg;
}

static const char *name_of(const struct run *run)
{
	return sql_texts[run->call->sql].name;
}

static enum err_code prepare(const struct run *run, struct err *err)
{
	struct pg *pg = run->pg;

	if (statement_of(run)->is_prepared)
		return ERR_OK;
	TRY(pg_started(pg, PQsendPrepare(pg->conn, name_of(run), text_of(run), 0, NULL), err));
	TRY(pg_finish(pg, NULL, err));
	statement_of(run)->is_prepared = true;
	return ERR_OK;
}

static int send_call(const struct run *run)
{
	PGconn *conn = run->pg->conn;
	const int n = (int)run->call->n_params;

	if (run->pg->is_plain)
		return PQsendQueryParams(conn, text_of(run), n, NULL, run->values, NULL, NULL, 0);
	return PQsendQueryPrepared(conn, name_of(run), n, run->values, NULL, NULL, 0);
}

static const char *column_name(const void *result, int column)
{
	return PQfname(result, column);
}

static enum err_code make_map(const struct run *run, const PGresult *result, struct err *err)
{
	struct db_map *map = &statement_of(run)->map;
	const int n_columns = PQnfields(result);

	if (map->record == run->call->record && map->n_columns == n_columns)
		return ERR_OK;
	const enum err_code code =
		db_map_make(map, run->call->record, n_columns, column_name, result, err);
	return code == ERR_OK ? code : err_prefix(err, name_of(run));
}

static enum err_code read_row(struct run *run, const PGresult *result, int row, struct err *err)
{
	const struct db_map *map = &statement_of(run)->map;
	void *object;
	TRY(db_rows_add(&run->rows, &object, err));

	for (size_t i = 0; map->record->fields[i].name; i++) {
		const struct field *field = &map->record->fields[i];
		const int column = map->column[i];

		if (column < 0 || PQgetisnull(result, row, column))
			continue;
		const struct str text = { PQgetvalue(result, row, column),
					  (size_t)PQgetlength(result, row, column) };
		/* NaN and the infinities are not numbers to us: they stay NULL. */
		if (!db_field_put(&run->rows, field, object, text) && field->type != F_F64)
			return err_set(err, ERR_INTERNAL, "%s: column %s is of another type",
				       name_of(run), field->name);
	}
	return db_rows_check(&run->rows, err);
}

static enum err_code read_rows(struct run *run, const PGresult *result, struct err *err)
{
	if (!run->call->record)
		return ERR_OK;
	TRY(make_map(run, result, err));
	for (int row = 0; row < PQntuples(result); row++)
		TRY(read_row(run, result, row, err));
	return ERR_OK;
}

static enum err_code take_result(struct run *run, PGresult *result, struct err *err)
{
	switch (PQresultStatus(result)) {
	case PGRES_SINGLE_TUPLE:
		return read_rows(run, result, err);
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		if (!parse_i64(str_of(PQcmdTuples(result)), &run->changed))
			run->changed = 0;
		return read_rows(run, result, err);
	default:
		return pg_fail(run->pg, result, err);
	}
}

/* Reads on to the end even after an error, else the next statement would get these results. */
static enum err_code receive(struct run *run, struct err *err)
{
	enum err_code code = ERR_OK;
	struct err ignored;

	for (;;) {
		AUTO_RESULT PGresult *result = NULL;
		const enum err_code lost =
			pg_next(run->pg, &result, code == ERR_OK ? err : &ignored);
		if (lost != ERR_OK)
			return code == ERR_OK ? lost : code;
		if (!result)
			return code;
		if (code == ERR_OK)
			code = take_result(run, result, err);
		const bool has_more = PQresultStatus(result) == PGRES_SINGLE_TUPLE;
		if (code != ERR_OK && has_more)
			pg_stop(run->pg, code);
	}
}

static enum err_code run_once(struct run *run, struct err *err)
{
	struct pg *pg = run->pg;

	pg->is_stoppable = true;
	if (!pg->is_plain)
		TRY(prepare(run, err));
	else
		statement_of(run)->map.record = NULL;
	TRY(pg_started(pg, send_call(run), err));
	if (run->call->record)
		PQsetSingleRowMode(pg->conn);
	return receive(run, err);
}

/* The server lost what we prepared, has it already, or the tables changed under it: someone
 * stands between, or has been here. This connection then does without. */
static bool is_about_preparing(const struct pg *pg)
{
	static const char *const states[] = { "26000", "42P05", "0A000" };

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (strcmp(pg->state, states[i]) == 0)
			return true;
	}
	return false;
}

static enum err_code run_again(struct run *run, struct err *err)
{
	const enum err_code code = run_once(run, err);

	if (code != ERR_BUSY || run->pg->is_plain || !is_about_preparing(run->pg))
		return code;
	run->pg->is_plain = true;
	/* A transaction has failed with its statement: its owner has to try it all again. */
	return run->pg->is_in_tx ? code : run_once(run, err);
}

/* Every statement a transaction: a pooler keeps no settings between two of them. */
static enum err_code run_pooled(struct run *run, struct err *err)
{
	struct err ignored;
	TRY(pg_begin(run->pg, err));

	const enum err_code code = run_once(run, err);
	if (code == ERR_OK)
		return pg_commit(run->pg, err);
	if (pg_rollback(run->pg, &ignored) != ERR_OK)
		run->pg->is_broken = true;
	return code;
}

enum err_code pg_query(struct pg *pg, const struct call *call, struct arena *arena,
		       struct list *ret_rows, int64_t *ret_changed, struct err *err)
{
	AUTO(arena) struct arena scratch = { 0 };
	struct run run = { .pg = pg, .call = call, .rows = db_rows_new(call->record, arena) };
	TRY(pg_params(call, &scratch, &run.values, err));

	TRY(pg->is_pooled && !pg->is_in_tx ? run_pooled(&run, err) : run_again(&run, err));
	*ret_changed = run.changed;
	if (call->record)
		*ret_rows = run.rows.list;
	return ERR_OK;
}
