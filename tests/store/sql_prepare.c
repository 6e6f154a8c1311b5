/* sql_prepare.c -- every statement of src/sql is one that both databases take, columns equal. */
#include "store/indexed.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64

/* What a database makes of a statement. */
struct shape {
	int n_params;
	int n_columns;
	const char *columns[COLUMNS_MAX];       /* sorted */
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_column(struct shape *shape, struct arena *arena, const char *name)
{
	assert_true(shape->n_columns < COLUMNS_MAX);
	shape->columns[shape->n_columns++] = arena_printf(arena, "%s", name);
}

static void sort_columns(struct shape *shape)
{
	qsort(shape->columns, (size_t)shape->n_columns, sizeof(shape->columns[0]), by_name);
}

/* Does PostgreSQL take it? Gives the number of those that it does not. */
static int prepare_pg(PGconn *conn, enum sql_id id, struct arena *arena, struct shape *ret)
{
	PGresult *made = PQprepare(conn, "", sql_texts[id].pg, 0, NULL);
	PGresult *shape = PQdescribePrepared(conn, "");
	const bool is_good = PQresultStatus(made) == PGRES_COMMAND_OK;

	if (!is_good)
		print_error("pg/%s: %s", sql_texts[id].name, PQresultErrorMessage(made));
	ret->n_params = PQnparams(shape);
	for (int i = 0; i < PQnfields(shape); i++)
		add_column(ret, arena, PQfname(shape, i));
	sort_columns(ret);
	PQclear(made);
	PQclear(shape);
	return !is_good;
}

static int prepare_lite(sqlite3 *file, enum sql_id id, struct arena *arena, struct shape *ret)
{
	sqlite3_stmt *stmt = NULL;
	const char *rest = "";

	if (sqlite3_prepare_v2(file, sql_texts[id].lite, -1, &stmt, &rest) != SQLITE_OK) {
		print_error("lite/%s: %s\n", sql_texts[id].name, sqlite3_errmsg(file));
		return 1;
	}
	assert_string_equal(rest, "");
	ret->n_params = sqlite3_bind_parameter_count(stmt);
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		add_column(ret, arena, sqlite3_column_name(stmt, i));
	sort_columns(ret);
	sqlite3_finalize(stmt);
	return 0;
}

static void never_called(sqlite3_context *context, int n, sqlite3_value **values)
{
	(void)n;
	(void)values;
	sqlite3_result_null(context);
}

static sqlite3 *open_file(const struct bench *b)
{
	static const struct {
		const char *name;
		int n_args;
	} ours[] = { { "now", 0 },     { "uuid4", 0 },     { "uuid7", 0 },
		     { "json_at", 2 }, { "json_holds", 2 } };
	sqlite3 *file = NULL;

	assert_int_equal(sqlite3_open(b->db.options.sqlite_path, &file), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		sqlite3_create_function(file, ours[i].name, ours[i].n_args, SQLITE_UTF8, NULL,
					never_called, NULL, NULL);
	return file;
}

static void postgresql_takes_every_statement(void **state)
{
	struct bench *b = bench_of(state);
	PGconn *conn = PQconnectdb(b->db.options.url);
	int n_bad = 0;

	assert_int_equal(PQstatus(conn), CONNECTION_OK);
	for (int id = 0; id < SQL__COUNT; id++) {
		struct shape shape = { 0 };

		n_bad += prepare_pg(conn, (enum sql_id)id, &b->arena, &shape);
		assert_int_equal(shape.n_params, sql_texts[id].n_params);
	}
	PQfinish(conn);
	assert_int_equal(n_bad, 0);
}

static void sqlite_takes_every_statement(void **state)
{
	struct bench *b = bench_of(state);
	sqlite3 *file = open_file(b);
	int n_bad = 0;

	for (int id = 0; id < SQL__COUNT; id++) {
		struct shape shape = { 0 };

		n_bad += prepare_lite(file, (enum sql_id)id, &b->arena, &shape);
		assert_int_equal(shape.n_params, sql_texts[id].n_params);
	}
	sqlite3_close(file);
	assert_int_equal(n_bad, 0);
}

/* However many jobs wait, and though nothing was ever analysed. */
static void sqlite_finds_queues_without_sorting(void **state)
{
	static const enum sql_id ids[] = { SQL_QUEUE_WAITING, SQL_X_READ_WAITING,
					   SQL_STATS_QUEUES };
	struct bench *b = bench_of(state);
	sqlite3 *file = open_file(b);

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		const struct sql_text *text = &sql_texts[ids[i]];
		const char *explain =
			arena_printf(&b->arena, "EXPLAIN QUERY PLAN %s", text->lite);
		sqlite3_stmt *stmt = NULL;

		assert_int_equal(sqlite3_prepare_v2(file, explain, -1, &stmt, NULL), SQLITE_OK);
		while (sqlite3_step(stmt) == SQLITE_ROW) {
			const char *step = (const char *)sqlite3_column_text(stmt, 3);

			if (strstr(step, "TEMP B-TREE"))
				fail_msg("%s: %s", text->name, step);
		}
		sqlite3_finalize(stmt);
	}
	sqlite3_close(file);
}

/* Both are sorted. */
static bool has_all(const struct shape *more, const struct shape *less)
{
	int at = 0;

	for (int i = 0; i < more->n_columns && at < less->n_columns; i++)
		at += strcmp(more->columns[i], less->columns[at]) == 0;
	return at == less->n_columns;
}

/* Rows are read by name: what a record takes from one database has to come from the other too.
 * A column that is there on one alone (a notification that was sent) can be in no record. */
static int compare(enum sql_id id, const struct shape *pg, const struct shape *lite)
{
	if (has_all(pg, lite) || has_all(lite, pg))
		return 0;
	print_error("%s: the columns differ\n", sql_texts[id].name);
	for (int i = 0; i < pg->n_columns || i < lite->n_columns; i++)
		print_error("\t%-24s %s\n", i < pg->n_columns ? pg->columns[i] : "",
			    i < lite->n_columns ? lite->columns[i] : "");
	return 1;
}

static void both_give_the_same_columns(void **state)
{
	struct bench *b = bench_of(state);
	void *other = NULL;
	assert_int_equal(bench_lite_indexed(&other), 0);
	struct bench *lite = other;
	PGconn *conn = PQconnectdb(b->db.options.url);
	sqlite3 *file = open_file(lite);
	int n_bad = 0;

	for (int id = 0; id < SQL__COUNT; id++) {
		struct shape shapes[2] = { 0 };

		n_bad += prepare_pg(conn, (enum sql_id)id, &b->arena, &shapes[0]);
		n_bad += prepare_lite(file, (enum sql_id)id, &b->arena, &shapes[1]);
		n_bad += compare((enum sql_id)id, &shapes[0], &shapes[1]);
	}
	PQfinish(conn);
	sqlite3_close(file);
	bench_end(&other);
	assert_int_equal(n_bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY_ON_PG(postgresql_takes_every_statement),
		INDEXED_ON_LITE(sqlite_takes_every_statement),
		INDEXED_ON_LITE(sqlite_finds_queues_without_sorting),
		WITH_HISTORY_ON_PG(both_give_the_same_columns),
	};

	return cmocka_run_group_tests_name("sql_prepare", tests, NULL, NULL);
}
