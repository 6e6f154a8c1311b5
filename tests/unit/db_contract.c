/* db_contract.c -- what every database driver promises, on each. */
#include "db_bench.h"

#include <math.h>

static const usec_t MOMENT = INT64_C(1764083758029367);

static void every_type_comes_back_as_it_went(void **state)
{
	struct bench *b = bench_of(state);
	struct every row;

	CHECK_OK(b, db_query_one(b->db, CALL(T(T_ECHO), &every_record, P_I64(-42), P_F64(0.1),
					     P_BOOL(1), P_TIME(MOMENT), P_TEXT("f\xC3\xBCr"),
					     P_TEXT("{\"a\": [1, null]}")),
				 &b->arena, &row, &b->err));
	assert_int_equal(row.i, -42);
	assert_true(row.f == 0.1);
	assert_int_equal(row.b, 1);
	assert_int_equal(row.t, MOMENT);
	CHECK_STR(row.s, "f\xC3\xBCr");
	CHECK_STR(row.j, "{\"a\": [1, null]}");
	assert_int_equal(row.computed, I64_NULL);
	CHECK_STR(row.optional, NULL);
}

static void null_comes_back_as_null(void **state)
{
	struct bench *b = bench_of(state);
	struct every row;

	CHECK_OK(b, db_query_one(b->db, CALL(T(T_ECHO), &every_record, P_I64(I64_NULL),
					     P_F64((double)NAN), P_BOOL(-1), P_TIME(TIME_NULL),
					     P_STR(STR_NULL), P_STR(STR_NULL)),
				 &b->arena, &row, &b->err));
	assert_int_equal(row.i, I64_NULL);
	assert_true(isnan(row.f));
	assert_int_equal(row.b, -1);
	assert_int_equal(row.t, TIME_NULL);
	CHECK_STR(row.s, NULL);
	CHECK_STR(row.j, NULL);
}

static void the_ends_of_the_ranges_come_back(void **state)
{
	struct bench *b = bench_of(state);
	static const usec_t times[] = { TIME_INFINITY, TIME_MINUS_INFINITY, 0, -1,
					INT64_C(253402300800000000),    /* year 10000 */
					INT64_C(-62135596800000001),    /* before year 1 */
					INT64_C(-62198755200000000) };  /* year -1 */
	struct every row;

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		CHECK_OK(b, db_query_one(b->db, CALL(T(T_ECHO), &every_record, P_I64(INT64_MAX),
						     P_F64(-1.7976931348623157e308), P_BOOL(0),
						     P_TIME(times[i]), P_TEXT(""), P_TEXT("\"\"")),
					 &b->arena, &row, &b->err));
		assert_int_equal(row.t, times[i]);
	}
	assert_int_equal(row.i, INT64_MAX);
	assert_true(row.f == -1.7976931348623157e308);
	assert_int_equal(row.b, 0);
	CHECK_STR(row.s, "");
}

static void columns_are_found_by_name(void **state)
{
	struct bench *b = bench_of(state);
	struct every row;

	CHECK_OK(b, db_query_one(b->db, CALL0(T(T_SWAPPED), &every_record), &b->arena, &row,
				 &b->err));
	assert_int_equal(row.i, 1);
	assert_true(row.f == 2.0);
	CHECK_STR(row.s, "text");
	assert_true(llabs((long long)(row.t - clock_now())) < MINUTE);
}

static void a_missing_column_is_named(void **state)
{
	struct bench *b = bench_of(state);
	struct list rows;

	CHECK_ERR(b, ERR_INTERNAL, db_query(b->db, CALL0(T(T_TOO_FEW), &every_record), &b->arena,
					    &rows, &b->err));
	CHECK_SAYS(b, "test_too_few");
	CHECK_SAYS(b, "column f");
	/* The connection is as good as before. */
	assert_int_equal(count(b, b->db), 0);
}

static void a_nul_character_is_refused(void **state)
{
	struct bench *b = bench_of(state);

	CHECK_ERR(b, ERR_INVALID, db_exec(b->db, CALL(T(T_PUT), NULL, P_I64(1), P_STR(S("a\0b"))),
					  NULL, &b->err));
	CHECK_ERR(b, ERR_INVALID, db_exec(b->db, CALL(T(T_PUT), NULL, P_I64(1), P_TEXT("\xFF")),
					  NULL, &b->err));
	assert_int_equal(count(b, b->db), 0);
}

static void changed_rows_are_counted(void **state)
{
	struct bench *b = bench_of(state);
	int64_t n = -1;

	put(b, 1, "a");
	put(b, 2, "b");
	CHECK_OK(b, db_exec(b->db, CALL(T(T_RENAME), NULL, P_TEXT("c")), &n, &b->err));
	assert_int_equal(n, 2);
}

static void one_row_means_one_row(void **state)
{
	struct bench *b = bench_of(state);
	const struct call *all = CALL0(T(T_ALL), &pair_record);
	struct pair pair;

	CHECK_ERR(b, ERR_NOT_FOUND, db_query_one(b->db, all, &b->arena, &pair, &b->err));
	put(b, 1, "a");
	CHECK_OK(b, db_query_one(b->db, all, &b->arena, &pair, &b->err));
	CHECK_STR(pair.name, "a");
	put(b, 2, "b");
	CHECK_ERR(b, ERR_INTERNAL, db_query_one(b->db, all, &b->arena, &pair, &b->err));
}

static void what_is_in_the_way_is_a_conflict(void **state)
{
	struct bench *b = bench_of(state);

	put(b, 1, "a");
	CHECK_ERR(b, ERR_CONFLICT, db_exec(b->db, CALL(T(T_PUT), NULL, P_I64(1), P_TEXT("b")), NULL,
					   &b->err));
	assert_int_equal(count(b, b->db), 1);
}

static void what_is_not_there_is_the_schema(void **state)
{
	struct bench *b = bench_of(state);
	struct list rows;

	CHECK_ERR(b, ERR_SCHEMA, db_query(b->db, CALL0(T(T_NO_TABLE), &pair_record), &b->arena,
					  &rows, &b->err));
	CHECK_SAYS(b, "soniq setup");
	CHECK_ERR(b, ERR_SCHEMA, db_query(b->db, CALL0(T(T_NO_COLUMN), &pair_record), &b->arena,
					  &rows, &b->err));
}

static void a_reader_cannot_write(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *reader = bench_open(b, DB_READ);

	CHECK_ERR(b, ERR_FORBIDDEN, db_exec(reader, CALL(T(T_PUT), NULL, P_I64(1), P_TEXT("a")),
					    NULL, &b->err));
	assert_int_equal(count(b, reader), 0);
}

static void a_transaction_is_all_or_nothing(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *reader = bench_open(b, DB_READ);

	{
		AUTO(db_tx) struct db_tx tx = { 0 };
		CHECK_OK(b, db_begin(b->db, &tx, &b->err));
		put(b, 1, "a");
		assert_int_equal(count(b, b->db), 1);
		assert_int_equal(count(b, reader), 0);
	}
	assert_int_equal(count(b, b->db), 0);

	AUTO(db_tx) struct db_tx tx = { 0 };
	CHECK_OK(b, db_begin(b->db, &tx, &b->err));
	put(b, 1, "a");
	CHECK_OK(b, db_commit(&tx, &b->err));
	assert_int_equal(count(b, reader), 1);
}

static void a_reader_has_transactions_too(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *reader = bench_open(b, DB_READ);
	AUTO(db_tx) struct db_tx tx = { 0 };

	CHECK_OK(b, db_begin(reader, &tx, &b->err));
	assert_int_equal(count(b, reader), 0);
	CHECK_OK(b, db_commit(&tx, &b->err));
	assert_int_equal(count(b, reader), 0);
}

static void a_statement_that_lasts_is_stopped(void **state)
{
	struct bench *b = bench_of(state);
	struct db_options options = test_db_reader(&b->at);
	AUTO_FREE(db) struct db *reader = NULL;
	struct list rows;

	options.statement_timeout = 100 * MSEC;
	CHECK_OK(b, db_open(&options, &reader, &b->err));
	CHECK_ERR(b, ERR_TIMEOUT, db_query(reader, CALL(T(T_LONG), &pair_record, P_I64(60)),
					   &b->arena, &rows, &b->err));
	assert_int_equal(count(b, reader), 0);
}

static void a_deadline_stops_a_statement(void **state)
{
	struct bench *b = bench_of(state);
	struct list rows;

	db_set_deadline(b->db, clock_mono() + 100 * MSEC);
	CHECK_ERR(b, ERR_TIMEOUT, db_query(b->db, CALL(T(T_LONG), &pair_record, P_I64(60)),
					   &b->arena, &rows, &b->err));
	CHECK_ERR(b, ERR_TIMEOUT, db_query(b->db, CALL0(T(T_ALL), &pair_record), &b->arena, &rows,
					   &b->err));
	db_set_deadline(b->db, 0);
	assert_int_equal(count(b, b->db), 0);
}

static void what_is_good_to_have_is_given_up_when_it_is_late(void **state)
{
	struct bench *b = bench_of(state);
	const struct call *endless = CALL(T(T_LONG), &pair_record, P_I64(60));
	const struct call *quick = CALL0(T(T_ALL), &pair_record);
	struct db_look soon = { .until = clock_mono() + 100 * MSEC, .is_done = true };
	struct db_look later = { .until = clock_mono() + HOUR };
	struct db_look past = { .until = 1, .is_done = true };
	struct list rows;

	CHECK_OK(b, db_query_until(b->db, &soon, endless, &b->arena, &b->err));
	assert_false(soon.is_done);
	CHECK_OK(b, db_query_until(b->db, &later, quick, &b->arena, &b->err));
	assert_true(later.is_done);
	/* It is not begun. */
	CHECK_OK(b, db_query_until(b->db, &past, quick, &b->arena, &b->err));
	assert_false(past.is_done);
	/* Nothing of that is left behind, and the deadline of all counts as before. */
	assert_int_equal(count(b, b->db), 0);
	db_set_deadline(b->db, 1);
	CHECK_ERR(b, ERR_TIMEOUT, db_query_until(b->db, &later, quick, &b->arena, &b->err));
	CHECK_ERR(b, ERR_TIMEOUT, db_query(b->db, quick, &b->arena, &rows, &b->err));
	db_set_deadline(b->db, 0);
}

static void a_statement_can_be_cancelled(void **state)
{
	struct bench *b = bench_of(state);
	struct list rows;
	struct canceller canceller;

	db_cancel(b->db);
	assert_int_equal(count(b, b->db), 0);
	cancel_begin(&canceller, b->db);
	CHECK_ERR(b, ERR_CANCELLED, db_query(b->db, CALL(T(T_LONG), &pair_record, P_I64(60)),
					     &b->arena, &rows, &b->err));
	cancel_end(&canceller);
	assert_int_equal(count(b, b->db), 0);
}

static void nothing_begins_while_it_shall_stop(void **state)
{
	struct bench *b = bench_of(state);
	atomic_bool stop = true;
	struct db_tx tx;

	put(b, 1, "a");
	db_set_stop(b->db, &stop);
	CHECK_ERR(b, ERR_CANCELLED, db_exec(b->db, CALL(T(T_RENAME), NULL, P_TEXT("b")), NULL,
					    &b->err));
	CHECK_ERR(b, ERR_CANCELLED, db_begin(b->db, &tx, &b->err));
	atomic_store(&stop, false);
	CHECK_OK(b, db_begin(b->db, &tx, &b->err));
	CHECK_OK(b, db_exec(b->db, CALL(T(T_RENAME), NULL, P_TEXT("c")), NULL, &b->err));
	atomic_store(&stop, true);
	db_tx_release(&tx);
	db_set_stop(b->db, NULL);
	CHECK_OK(b, db_exec(b->db, CALL(T(T_RENAME), NULL, P_TEXT("d")), NULL, &b->err));
}

static void a_transaction_outlives_neither_cancel_nor_deadline(void **state)
{
	struct bench *b = bench_of(state);
	struct list rows;

	{
		AUTO(db_tx) struct db_tx tx = { 0 };
		CHECK_OK(b, db_begin(b->db, &tx, &b->err));
		put(b, 1, "a");
		db_set_deadline(b->db, clock_mono() + 100 * MSEC);
		CHECK_ERR(b, ERR_TIMEOUT, db_query(b->db, CALL(T(T_LONG), &pair_record, P_I64(60)),
						   &b->arena, &rows, &b->err));
	}
	db_set_deadline(b->db, 0);
	assert_int_equal(count(b, b->db), 0);
	put(b, 1, "a");
}

static void a_result_has_a_limit(void **state)
{
	struct bench *b = bench_of(state);
	struct list rows;

	CHECK_OK(b, db_query(b->db, CALL(T(T_BIG), &pair_record, P_I64(30)), &b->arena, &rows,
			     &b->err));
	assert_int_equal(rows.n, 30);
	CHECK_ERR(b, ERR_TOO_LARGE, db_query(b->db, CALL(T(T_BIG), &pair_record, P_I64(100000)),
					     &b->arena, &rows, &b->err));
	assert_int_equal(count(b, b->db), 0);
}

static void a_changed_table_is_read_anew(void **state)
{
	struct bench *b = bench_of(state);
	const struct call *star = CALL0(T(T_STAR), &pair_record);
	struct list rows;

	put(b, 1, "a");
	for (int i = 0; i < 2; i++)
		CHECK_OK(b, db_query(b->db, star, &b->arena, &rows, &b->err));
	CHECK_OK(b, db_run_script(b->db, "ALTER TABLE thing RENAME TO old;"
				  "CREATE TABLE thing (more text, name text, other int, id bigint);"
				  "INSERT INTO thing (id, name, more) VALUES (7, 'x', 'y');"
				  "DROP TABLE old", &b->err));
	CHECK_OK(b, db_query(b->db, star, &b->arena, &rows, &b->err));
	assert_int_equal(rows.n, 1);
	assert_int_equal(LIST_AT(&rows, struct pair, 0)->id, 7);
	CHECK_STR(LIST_AT(&rows, struct pair, 0)->name, "x");
}

static void one_waits_for_the_other_and_gives_up(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *other = bench_open(b, DB_WRITE);
	AUTO(db_tx) struct db_tx tx = { 0 };
	const usec_t began = clock_mono();

	put(b, 1, "a");
	CHECK_OK(b, db_begin(b->db, &tx, &b->err));
	CHECK_OK(b, db_exec(b->db, CALL(T(T_RENAME), NULL, P_TEXT("c")), NULL, &b->err));
	CHECK_ERR(b, ERR_BUSY, db_exec(other, CALL(T(T_RENAME), NULL, P_TEXT("d")), NULL, &b->err));
	assert_true(clock_mono() - began >= SECOND);
	CHECK_OK(b, db_commit(&tx, &b->err));
	CHECK_OK(b, db_exec(other, CALL(T(T_RENAME), NULL, P_TEXT("d")), NULL, &b->err));
}

static void waiting_for_a_lock_can_be_cancelled(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *other = bench_open(b, DB_WRITE);
	AUTO(db_tx) struct db_tx tx = { 0 };
	struct canceller canceller;

	put(b, 1, "a");
	CHECK_OK(b, db_begin(b->db, &tx, &b->err));
	CHECK_OK(b, db_exec(b->db, CALL(T(T_RENAME), NULL, P_TEXT("c")), NULL, &b->err));
	cancel_begin(&canceller, other);
	CHECK_ERR(b, ERR_CANCELLED, db_exec(other, CALL(T(T_RENAME), NULL, P_TEXT("d")), NULL,
					    &b->err));
	cancel_end(&canceller);
}

/* What the other side does that a watch hears of. */
static void change(struct bench *b, struct db *other, int64_t id)
{
	CHECK_OK(b, db_exec(other, CALL(T(T_PUT), NULL, P_I64(id), P_TEXT("a")), NULL, &b->err));
	if (!db_is_sqlite(other))
		CHECK_OK(b, db_run_script(other, "NOTIFY some_channel", &b->err));
}

static void listen_there(struct bench *b, struct db *watched)
{
	CHECK_OK(b, db_watch(watched, &b->err));
	if (!db_is_sqlite(watched))
		CHECK_OK(b, db_run_script(watched, "LISTEN some_channel", &b->err));
}

static bool has_changed(struct bench *b, struct db *watched, usec_t patience)
{
	bool has_changed = true;

	CHECK_OK(b, db_wait_change(watched, patience, &has_changed, &b->err));
	return has_changed;
}

static void changes_of_others_are_noticed(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *watched = bench_open(b, DB_READ);
	bool ignored;

	assert_true(db_can(watched, DB_CAN_WATCH));
	CHECK_ERR(b, ERR_UNAVAILABLE, db_wait_change(watched, 0, &ignored, &b->err));
	listen_there(b, watched);
	assert_false(has_changed(b, watched, 100 * MSEC));
	for (int64_t id = 1; id < 4; id++) {
		change(b, b->db, id);
		assert_true(has_changed(b, watched, 5 * SECOND));
		assert_false(has_changed(b, watched, 100 * MSEC));
	}
	/* One answer for all that came since, and statements in between do no harm. */
	change(b, b->db, 4);
	change(b, b->db, 5);
	assert_int_equal(count(b, watched), 5);
	assert_true(has_changed(b, watched, 5 * SECOND));
	assert_false(has_changed(b, watched, 100 * MSEC));
}

static void waiting_for_a_change_can_be_cancelled(void **state)
{
	struct bench *b = bench_of(state);
	struct canceller canceller;
	bool ignored;

	listen_there(b, b->db);
	cancel_begin(&canceller, b->db);
	const usec_t began = clock_mono();
	CHECK_ERR(b, ERR_CANCELLED, db_wait_change(b->db, MINUTE, &ignored, &b->err));
	assert_true(clock_mono() - began < 10 * SECOND);
	cancel_end(&canceller);
	assert_false(has_changed(b, b->db, 50 * MSEC));
}

static void a_database_is_made_once(void **state)
{
	struct bench *b = bench_of(state);
	bool was_made = true;

	CHECK_OK(b, db_create_database(&b->at.options, &was_made, &b->err));
	assert_false(was_made);
	assert_true(db_can(b->db, DB_CAN_CREATE_DATABASE));
	assert_true(db_version(b->db)[0] >= '1' && db_version(b->db)[0] <= '9');
	assert_string_equal(db_backend(b->db), db_is_sqlite(b->db) ? "sqlite" : "postgresql");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(every_type_comes_back_as_it_went),
		ON_BOTH(null_comes_back_as_null),
		ON_BOTH(the_ends_of_the_ranges_come_back),
		ON_BOTH(columns_are_found_by_name),
		ON_BOTH(a_missing_column_is_named),
		ON_BOTH(a_nul_character_is_refused),
		ON_BOTH(changed_rows_are_counted),
		ON_BOTH(one_row_means_one_row),
		ON_BOTH(what_is_in_the_way_is_a_conflict),
		ON_BOTH(what_is_not_there_is_the_schema),
		ON_BOTH(a_reader_cannot_write),
		ON_BOTH(a_transaction_is_all_or_nothing),
		ON_BOTH(a_reader_has_transactions_too),
		ON_BOTH(a_statement_that_lasts_is_stopped),
		ON_BOTH(a_deadline_stops_a_statement),
		ON_BOTH(what_is_good_to_have_is_given_up_when_it_is_late),
		ON_BOTH(a_statement_can_be_cancelled),
		ON_BOTH(nothing_begins_while_it_shall_stop),
		ON_BOTH(a_transaction_outlives_neither_cancel_nor_deadline),
		ON_BOTH(a_result_has_a_limit),
		ON_BOTH(a_changed_table_is_read_anew),
		ON_BOTH(one_waits_for_the_other_and_gives_up),
		ON_BOTH(waiting_for_a_lock_can_be_cancelled),
		ON_BOTH(changes_of_others_are_noticed),
		ON_BOTH(waiting_for_a_change_can_be_cancelled),
		ON_BOTH(a_database_is_made_once),
	};

	return cmocka_run_group_tests_name("db_contract", tests, NULL, NULL);
}
