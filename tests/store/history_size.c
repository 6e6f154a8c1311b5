/* history_size.c -- what the history takes up, what is not yet folded, and its counters. */
#include "store/history_size.h"

#include "store/rows.h"

TEST(what_is_not_folded_is_counted_with_its_oldest_moment)
{
	struct bench *b = bench_of(state);
	struct history_backlog backlog;

	CHECK_OK(b, store_history_backlog(&b->store, &backlog, &b->err));
	assert_int_equal(backlog.unfolded, 0);
	assert_int_equal(backlog.oldest_at, TIME_NULL);
	sql(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_delta (at, n) VALUES (%s, 1), (%s, 1), (%s, 1)",
			    moment(b, PAST + 2 * SECOND), moment(b, PAST),
			    moment(b, PAST + SECOND)));
	CHECK_OK(b, store_history_backlog(&b->store, &backlog, &b->err));
	assert_int_equal(backlog.unfolded, 3);
	assert_int_equal(backlog.oldest_at, PAST);
}

TEST(counting_of_what_is_not_folded_ends)
{
	struct bench *b = bench_of(state);
	struct history_backlog backlog;

	sql(b, "INSERT INTO soniq_x_delta (n) WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL "
	       "SELECT i + 1 FROM c WHERE i < 20001) SELECT i FROM c");
	CHECK_OK(b, store_history_backlog(&b->store, &backlog, &b->err));
	assert_int_equal(backlog.unfolded, HISTORY_BACKLOG_MAX);
}

TEST(each_table_has_a_size)
{
	struct bench *b = bench_of(state);
	struct list tables;
	bool has_attempts = false;

	CHECK_OK(b, store_history_tables(&b->store, &b->arena, &tables, &b->err));
	assert_int_equal(tables.n, 6);
	for (size_t i = 0; i < tables.n; i++) {
		const struct history_table *t = LIST_AT(&tables, struct history_table, i);

		assert_true(t->bytes > 0);
		has_attempts |= str_eq(t->name, S("soniq_x_attempts"));
	}
	assert_true(has_attempts);
}

TEST(totals_come_in_the_order_of_their_names_numbers)
{
	struct bench *b = bench_of(state);
	struct list totals;

	sql(b, "INSERT INTO soniq_x_names (id, kind, key, name) VALUES "
	       "(71, 'queue', '=b', 'b'), (70, 'type', '=a', 'a'), (72, 'queue', '', NULL), "
	       "(73, 'queue', '=idle', 'idle')");
	sql(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_rollup (name_id, span, at, arrived, done, waits, "
			    "wait_us) VALUES (71, 0, %s, 7, 5, '3:7', 2.5), (70, 0, %s, 4, 4, '', "
			    "0), (70, 1, %s, 9, 9, '', 0), (72, 0, %s, 1, 0, '', 0)",
			    moment(b, 0), moment(b, 0), moment(b, PAST), moment(b, 0)));
	CHECK_OK(b, store_history_totals(&b->store, &b->arena, &totals, &b->err));
	assert_int_equal(totals.n, 4);
	const struct total *t = LIST_AT(&totals, struct total, 0);
	CHECK_TEXT(t[0].kind, "type");
	CHECK_TEXT(t[0].name, "a");
	assert_int_equal(t[0].arrived, 4);
	CHECK_TEXT(t[1].kind, "queue");
	CHECK_TEXT(t[1].waits, "3:7");
	assert_int_equal(t[1].done, 5);
	assert_int_equal(t[1].is_others, 0);
	assert_true(t[1].wait_us > 2.4 && t[1].wait_us < 2.6);
	CHECK_TEXT(t[2].name, NULL);
	CHECK_TEXT(t[3].name, "idle");
	assert_int_equal(t[3].arrived, 0);
	CHECK_TEXT(t[3].runs, "");
}

TEST(without_a_history_each_says_so)
{
	struct bench *b = bench_of(state);
	struct history_backlog backlog;
	struct list rows;

	CHECK_ERR(b, ERR_SCHEMA, store_history_backlog(&b->store, &backlog, &b->err));
	CHECK_ERR(b, ERR_SCHEMA, store_history_totals(&b->store, &b->arena, &rows, &b->err));
	CHECK_OK(b, store_history_tell(&b->store, &b->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(what_is_not_folded_is_counted_with_its_oldest_moment),
		WITH_HISTORY(counting_of_what_is_not_folded_ends),
		WITH_HISTORY(each_table_has_a_size),
		WITH_HISTORY(totals_come_in_the_order_of_their_names_numbers),
		ON_BOTH(without_a_history_each_says_so),
	};

	return cmocka_run_group_tests_name("history_size", tests, NULL, NULL);
}
