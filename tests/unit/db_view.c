/* db_view.c -- queries that are not ours: values, limits, and that nothing of them stays. */
#include "db_bench.h"

#include "db/view.h"

#define SHORT (300 * MSEC)

static enum err_code look(struct bench *b, struct db *db, const char *sql, struct view *ret)
{
	return db_view(db, sql, 20 * SECOND, &b->arena, ret, &b->err);
}

static void check_cell(const struct view *view, size_t column, enum view_kind kind,
		       const char *text)
{
	const struct view_cell *cell = view_cell(view, 0, column);

	CHECK_STR(cell->text, text);
	assert_int_equal(cell->kind, kind);
}

static void numbers_keep_their_digits(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);
	struct view view;

	CHECK_OK(b, look(b, db,
			 "SELECT 9007199254740992, 9007199254740993, -9223372036854775807, "
			 "0.1 + 0, 1, NULL",
			 &view));
	check_cell(&view, 0, VIEW_NUMBER, "9007199254740992");
	check_cell(&view, 1, VIEW_TEXT, "9007199254740993");
	check_cell(&view, 2, VIEW_TEXT, "-9223372036854775807");
	check_cell(&view, 3, VIEW_NUMBER, "0.1");
	check_cell(&view, 4, VIEW_NUMBER, "1");
	check_cell(&view, 5, VIEW_NULL, NULL);
	assert_int_equal(view.n_rows, 1);
	assert_int_equal(view.columns.n, 6);
	assert_false(view.is_cut);
}

static void a_thousand_rows_are_all_of_them_or_not(void **state)
{
	static const char *const text = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
					"FROM n WHERE i < %d) SELECT i FROM n";
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);
	struct view view;

	for (int n = 999; n <= 1002; n++) {
		CHECK_OK(b, look(b, db, arena_printf(&b->arena, text, n), &view));
		assert_int_equal(view.n_rows, n < 1000 ? n : 1000);
		assert_int_equal(view.is_cut, n > 1000);
	}
}

static void what_is_wide_is_cut(void **state)
{
	static const char *const text = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
					"FROM n WHERE i < 900) SELECT %s FROM n";
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);
	const char *wide = db_is_sqlite(db) ? "printf('%0100000d', 7)" : "repeat('0', 100000)";
	struct view view;

	CHECK_OK(b, look(b, db, arena_printf(&b->arena, text, wide), &view));
	assert_true(view.is_cut);
	assert_true(view.n_rows > 1 && view.n_rows < 10);
	assert_true(view.size < VIEW_BYTES_MAX + VIEW_CELL_MAX);
	/* and the connection goes on */
	CHECK_OK(b, look(b, db, "SELECT 1", &view));
	assert_false(view.is_cut);
}

static void too_many_columns_are_refused(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);
	AUTO(buf) struct buf text = buf_new(4096);
	struct view view;

	buf_add_text(&text, "SELECT 0");
	for (int i = 1; i < VIEW_COLUMNS_MAX; i++)
		buf_printf(&text, ", %d", i);
	CHECK_OK(b, look(b, db, buf_cstr(&text), &view));
	buf_add_text(&text, ", 50");
	CHECK_ERR(b, ERR_INVALID, look(b, db, buf_cstr(&text), &view));
	CHECK_SAYS(b, "51 columns");
}

static void a_mistake_is_told_with_its_line(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);
	struct view view;

	CHECK_ERR(b, ERR_INVALID, look(b, db, "-- f\xC3\xBCr\nSELECT 1,\n       nothing\n", &view));
	CHECK_SAYS(b, "line 3: ");
	CHECK_SAYS(b, "nothing");
	CHECK_ERR(b, ERR_INVALID, look(b, db, "SELECT 1 FROM missing", &view));
	CHECK_SAYS(b, "missing");
	assert_null(strstr(b->err.msg, "soniq setup"));
	CHECK_ERR(b, ERR_INVALID, look(b, db, "", &view));
	CHECK_OK(b, look(b, db, "SELECT 1 -- the end", &view));
}

static const char *const writes[] = {
	"INSERT INTO thing VALUES (9, 'x')",
	"UPDATE thing SET name = 'x'",
	"DELETE FROM thing RETURNING id",
	"DROP TABLE thing",
	"ALTER TABLE thing ADD x int",
	"CREATE TABLE other AS SELECT 1",
	"CREATE TEMP TABLE other AS SELECT 1",
	"SELECT 1; DELETE FROM thing",
	"SELECT 1;;DELETE FROM thing;",
	"BEGIN",
	"COMMIT",
	"ROLLBACK",
	"SAVEPOINT a",
	"EXPLAIN DELETE FROM thing",
	"VACUUM",
	"REINDEX",
	"ANALYZE",
};

static const char *const writes_pg[] = {
	"WITH gone AS (DELETE FROM thing RETURNING id) SELECT * FROM gone",
	"SELECT 1 INTO other",
	"SELECT * FROM thing FOR UPDATE",
	"TRUNCATE thing",
	"COPY thing TO STDOUT",
	"COPY thing FROM STDIN",
	"COPY thing TO PROGRAM 'cat'",
	"SET default_transaction_read_only = off",
	"SET TRANSACTION READ WRITE",
	"SELECT set_config('transaction_read_only', 'off', false)",
	"RESET ALL",
	"DISCARD ALL",
	"ABORT",
	"END",
	"RELEASE SAVEPOINT soniq_view",
	"DO $$ BEGIN DELETE FROM thing; END $$",
	"SELECT wipe()",
	"SELECT unlock_and_wipe()",
	"SELECT nextval('numbers')",
	"LOCK TABLE thing",
	"LISTEN x",
	"PREPARE x AS DELETE FROM thing",
	"CALL wipe()",
	"DECLARE x CURSOR WITH HOLD FOR SELECT 1",
};

static const char *const writes_lite[] = {
	"ATTACH '/tmp/soniq-never' AS x",
	"ATTACH ':memory:' AS x",
	"DETACH main",
	"PRAGMA query_only = OFF",
	"PRAGMA user_version",
	"PRAGMA wal_checkpoint",
	"SELECT * FROM pragma_wal_checkpoint",
	"VACUUM INTO '/tmp/soniq-never'",
	"SELECT load_extension('x')",
	"SELECT fts3_tokenizer('x')",
	"CREATE TEMP TRIGGER x AFTER INSERT ON thing BEGIN DELETE FROM thing; END",
	"SELECT ?1",
};

static const char *const functions_pg =
	"CREATE SEQUENCE numbers;"
	"CREATE FUNCTION wipe() RETURNS int LANGUAGE plpgsql AS "
	"'BEGIN DELETE FROM thing; RETURN 1; END';"
	"CREATE FUNCTION unlock_and_wipe() RETURNS int LANGUAGE plpgsql AS "
	"'BEGIN SET LOCAL transaction_read_only = off; DELETE FROM thing; RETURN 1; END';";

static void check_refused(struct bench *b, struct db *db, const char *const *texts, size_t n)
{
	struct view view;

	for (size_t i = 0; i < n; i++) {
		if (look(b, db, texts[i], &view) != ERR_INVALID)
			fail_msg("%s: gave %s %s", texts[i], err_name(b->err.code), b->err.msg);
		/* in a panel's own words, not a hint for somebody else */
		assert_null(strstr(b->err.msg, "try again"));
	}
}

static void check_cannot_write(struct bench *b, struct db *db)
{
	CHECK_ERR(b, ERR_FORBIDDEN,
		  db_exec(db, CALL(T(T_PUT), NULL, P_I64(7), P_TEXT("x")), NULL, &b->err));
	assert_int_equal(count(b, db), 1);
}

static void nothing_writes(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);

	put(b, 1, "one");
	if (!db_is_sqlite(db))
		CHECK_OK(b, db_run_script(b->db, functions_pg, &b->err));
	check_refused(b, db, writes, ARRAY_LEN(writes));
	if (db_is_sqlite(db))
		check_refused(b, db, writes_lite, ARRAY_LEN(writes_lite));
	else
		check_refused(b, db, writes_pg, ARRAY_LEN(writes_pg));
	check_cannot_write(b, db);
}

/* What PostgreSQL lets a query that only reads do to its session. */
static const char *const settings[] = {
	"SELECT set_config('default_transaction_read_only', 'off', false)",
	"SELECT set_config('statement_timeout', '0', false)",
	"SELECT set_config('TimeZone', 'Asia/Tokyo', false)",
	"SELECT set_config('search_path', 'nowhere', false)",
	"SELECT set_config('role', 'pg_monitor', false)",
	"SELECT pg_advisory_lock(4711)",
	"SELECT pg_advisory_lock(4711), 1 / 0",
	"SELECT lo_create(4711)",
	"SELECT 1 / 0 FROM (SELECT set_config('default_transaction_read_only', 'off', false)) x",
};

static const char *const leavings =
	"SELECT current_setting('default_transaction_read_only') || "
	"current_setting('transaction_read_only') || current_setting('TimeZone') || current_user, "
	"(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), "
	"(SELECT count(*) FROM pg_largeobject_metadata), "
	"current_setting('search_path') LIKE '%public%', pg_backend_pid()";

static void nothing_stays(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);
	struct view before, after, view;

	put(b, 1, "one");
	CHECK_OK(b, look(b, db, leavings, &before));
	check_cell(&before, 1, VIEW_NUMBER, "0");
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		const enum err_code code = look(b, db, settings[i], &view);
		if (code != ERR_OK && code != ERR_INVALID)
			fail_msg("%s: %s", settings[i], b->err.msg);
		CHECK_OK(b, look(b, db, leavings, &after));
		for (size_t c = 0; c < 5; c++)
			CHECK_BYTES(view_cell(&after, 0, c)->text, view_cell(&before, 0, c)->text);
		check_cannot_write(b, db);
	}
}

static void a_query_that_lasts_is_stopped(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);
	const char *text = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
			   "SELECT count(*) FROM n";
	const usec_t began = clock_mono();
	struct view view;

	CHECK_ERR(b, ERR_TIMEOUT, db_view(db, text, SHORT, &b->arena, &view, &b->err));
	db_set_deadline(db, clock_mono() + SHORT);
	CHECK_ERR(b, ERR_TIMEOUT, look(b, db, text, &view));
	assert_true(clock_mono() - began < 15 * SECOND);
	db_set_deadline(db, 0);
	CHECK_OK(b, look(b, db, "SELECT 1", &view));
}

static void a_query_can_be_cancelled(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *db = bench_open(b, DB_READ);
	struct canceller canceller;
	struct view view;

	cancel_begin(&canceller, db);
	CHECK_ERR(b, ERR_CANCELLED,
		  look(b, db,
		       "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
		       "SELECT count(*) FROM n",
		       &view));
	cancel_end(&canceller);
	CHECK_OK(b, look(b, db, "SELECT 1", &view));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(numbers_keep_their_digits),
		ON_BOTH(a_thousand_rows_are_all_of_them_or_not),
		ON_BOTH(what_is_wide_is_cut),
		ON_BOTH(too_many_columns_are_refused),
		ON_BOTH(a_mistake_is_told_with_its_line),
		ON_BOTH(nothing_writes),
		ON_PG(nothing_stays),
		ON_BOTH(a_query_that_lasts_is_stopped),
		ON_BOTH(a_query_can_be_cancelled),
	};

	return cmocka_run_group_tests_name("db_view", tests, NULL, NULL);
}
