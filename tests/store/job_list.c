/* job_list.c -- pages of jobs: their order, what is found, and how hostile rows look. */
#include <stdlib.h>

#include "store/indexed.h"

static struct job_list list_of(struct bench *b, struct job_filter filter)
{
	struct job_list list = { 0 };

	if (filter.limit == 0)
		filter.limit = STORE_PAGE_MAX;
	CHECK_OK(b, store_job_list(&b->store, &filter, &b->arena, &list, &b->err));
	return list;
}

/* The numbers of the listed jobs: "3 2 1". */
static const char *numbers(struct bench *b, const struct list *rows)
{
	const char *text = "";

	for (size_t i = 0; i < rows->n; i++) {
		const struct job_row *row = LIST_AT(rows, struct job_row, i);

		text = arena_printf(&b->arena, "%s%s%d", text, i > 0 ? " " : "",
				    atoi(row->id.p + 24));
	}
	return text;
}

static const char *found(struct bench *b, struct job_filter filter)
{
	const struct job_list list = list_of(b, filter);

	return numbers(b, &list.rows);
}

/* Page after page by the cursor until there are no more. */
static const char *walk(struct bench *b, struct job_filter filter)
{
	const char *text = "";

	for (int page = 0; page < 20; page++) {
		const struct job_list list = list_of(b, filter);

		if (list.rows.n == 0)
			return text;
		const struct job_row *last = LIST_AT(&list.rows, struct job_row, list.rows.n - 1);
		filter.has_cursor = true;
		filter.after_at = last->sort_at;
		memcpy(filter.after_id, last->id.p, sizeof(filter.after_id));
		text = arena_printf(&b->arena, "%s%s|", text, numbers(b, &list.rows));
	}
	fail_msg("the pages do not end: %s", text);
	return text;
}

TEST(the_newest_come_first)
{
	struct bench *b = bench_of(state);

	put(b, 1, NULL);
	put(b, 3, NULL);
	put(b, 2, NULL);
	assert_string_equal(found(b, (struct job_filter){ 0 }), "3 2 1");
	assert_string_equal(found(b, (struct job_filter){ .limit = 2 }), "3 2");
	assert_string_equal(found(b, (struct job_filter){ .limit = 2, .offset = 1 }), "2 1");
	assert_string_equal(found(b, (struct job_filter){ .offset = 3 }), "");
}

TEST(a_row_has_what_the_table_has)
{
	struct bench *b = bench_of(state);

	put(b, 1, "status = 'done', queue = 'mail', priority = 5, attempts = 2, max_attempts = 4, "
		  "last_error = 'once'");
	sql(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET scheduled_at = %s, updated_at = %s",
			    moment(b, PAST + 1), moment(b, PAST + 2)));
	const struct job_list list = list_of(b, (struct job_filter){ 0 });
	const struct job_row *row = LIST_AT(&list.rows, struct job_row, 0);

	assert_int_equal(list.rows.n, 1);
	assert_int_equal(list.total, -1);
	assert_int_equal(list.quality.kind, KIND_EXACT);
	CHECK_TEXT(row->id, id_of(b, 1));
	CHECK_TEXT(row->job_name, "mail.send");
	CHECK_TEXT(row->status, "done");
	CHECK_TEXT(row->queue, "mail");
	assert_int_equal(row->priority, 5);
	assert_int_equal(row->attempts, 2);
	assert_int_equal(row->max_attempts, 4);
	assert_int_equal(row->created_at, PAST + SECOND);
	assert_int_equal(row->updated_at, PAST + 2);
	assert_int_equal(row->scheduled_at, PAST + 1);
	CHECK_TEXT(row->last_error, "once");
	CHECK_TEXT(row->worker_id, NULL);
	CHECK_TEXT(row->dead_letter_reason, NULL);
}

/* Equal moments, no moment, moments without end: the pages hold each row once all the same. */
static void put_odd_dates(struct bench *b)
{
	const char *same = arena_printf(&b->arena, "created_at = %s", moment(b, PAST));

	put(b, 1, same);
	put(b, 2, same);
	put(b, 3, same);
	put(b, 4, "created_at = NULL");
	put(b, 5, "created_at = NULL");
	put(b, 6, bench_is_sqlite(b) ? "created_at = 9223372036854775807"
				     : "created_at = 'infinity'");
	put(b, 7, bench_is_sqlite(b) ? "created_at = -9223372036854775807"
				     : "created_at = '-infinity'");
}

TEST(pages_by_cursor_hold_each_job_once)
{
	struct bench *b = bench_of(state);

	put_odd_dates(b);
	assert_string_equal(walk(b, (struct job_filter){ .limit = 2 }), "6 3|2 1|7 5|4|");
	assert_string_equal(walk(b, (struct job_filter){ .limit = 2, .wants_total = true }),
			    "6 3|2 1|7 5|4|");
	assert_string_equal(walk(b, (struct job_filter){ .limit = 1, .queue = S("default") }),
			    "6|3|2|1|7|5|4|");
}

TEST(status_and_queue_are_exact)
{
	struct bench *b = bench_of(state);

	put(b, 1, "status = 'done', queue = 'mail'");
	put(b, 2, "status = 'queued', queue = 'mail'");
	put(b, 3, "status = 'queued', queue = 'Mail'");
	put(b, 4, "status = 'queued', queue = NULL");
	assert_string_equal(found(b, (struct job_filter){ .status = S("queued") }), "4 3 2");
	assert_string_equal(found(b, (struct job_filter){ .queue = S("mail") }), "2 1");
	assert_string_equal(found(b, (struct job_filter){ .queue = S("mail"),
							  .status = S("done") }), "1");
	assert_string_equal(found(b, (struct job_filter){ .queue = S("mai") }), "");
	assert_string_equal(found(b, (struct job_filter){ .queue = S("") }), "");
	assert_string_equal(found(b, (struct job_filter){ .queue = S("' OR 1=1 --") }), "");
}

TEST(text_is_looked_for_in_name_and_error)
{
	struct bench *b = bench_of(state);

	put(b, 1, "job_name = 'Billing.Charge'");
	put(b, 2, "last_error = 'Traceback: CHARGE failed'");
	put(b, 3, NULL);
	assert_string_equal(found(b, (struct job_filter){ .text = S("charge") }), "2 1");
	assert_string_equal(found(b, (struct job_filter){ .text = S("CHARGE F") }), "2");
	assert_string_equal(found(b, (struct job_filter){ .text = S("nowhere") }), "");
	assert_string_equal(found(b, (struct job_filter){ .text = S("") }), "3 2 1");
	assert_string_equal(found(b, (struct job_filter){ .job_name = S("billing"),
							  .name_is_part = true }), "1");
	assert_string_equal(found(b, (struct job_filter){ .job_name = S("Billing") }), "");
	assert_string_equal(found(b, (struct job_filter){ .job_name = S("Billing.Charge") }),
			    "1");
	assert_string_equal(found(b, (struct job_filter){ .text = S("charge"),
							  .job_name = S("SEND"),
							  .name_is_part = true }), "2");
}

TEST(wildcards_are_themselves)
{
	struct bench *b = bench_of(state);

	put(b, 1, "job_name = '100%'");
	put(b, 2, "job_name = 'a_b'");
	put(b, 3, "job_name = 'a\\b'");
	put(b, 4, "job_name = 'axb'");
	assert_string_equal(found(b, (struct job_filter){ .text = S("%") }), "1");
	assert_string_equal(found(b, (struct job_filter){ .text = S("_") }), "2");
	assert_string_equal(found(b, (struct job_filter){ .text = S("\\") }), "3");
	assert_string_equal(found(b, (struct job_filter){ .text = S("a_b") }), "2");
	assert_string_equal(found(b, (struct job_filter){ .job_name = S("%"),
							  .name_is_part = true }), "1");
}

TEST(an_id_is_found_in_any_form)
{
	struct bench *b = bench_of(state);

	put(b, 1, NULL);
	put(b, 2, arena_printf(&b->arena, "last_error = 'caused by %s'", id_of(b, 1)));
	assert_string_equal(found(b, (struct job_filter){ .text = str_of(id_of(b, 1)) }), "2 1");
	assert_string_equal(found(b, (struct job_filter){
					     .text = S("{00000000000040008000000000000001}") }),
			    "1");
	assert_string_equal(found(b, (struct job_filter){ .text = str_of(id_of(b, 1)),
							  .status = S("done") }), "");
	assert_string_equal(found(b, (struct job_filter){ .text = str_of(id_of(b, 3)) }), "");
}

TEST(the_total_is_of_all_that_match)
{
	struct bench *b = bench_of(state);
	const struct job_filter filter = { .text = S("mail"), .limit = 2, .wants_total = true };
	struct job_filter behind = filter;

	for (int i = 1; i <= 5; i++)
		put(b, i, NULL);
	put(b, 6, "job_name = 'other'");
	assert_int_equal(list_of(b, filter).total, 5);
	assert_int_equal(list_of(b, filter).rows.n, 2);
	behind.offset = 100;
	assert_int_equal(list_of(b, behind).total, 5);
	assert_int_equal(list_of(b, behind).rows.n, 0);
	behind.text = S("nobody");
	assert_int_equal(list_of(b, behind).total, 0);
	assert_int_equal(list_of(b, (struct job_filter){ .text = S("mail") }).total, -1);
}

TEST(hostile_rows_are_listed_and_bounded)
{
	struct bench *b = bench_of(state);

	drop_checks(b);
	put(b, 1, "status = '<script>alert(1)</script>', queue = NULL, priority = NULL, "
		  "attempts = NULL, max_attempts = NULL, updated_at = NULL");
	given(b,
	      "UPDATE soniq_jobs SET job_name = repeat('\xc3\xa9', 300), "
	      "last_error = repeat('e', 20000)",
	      "UPDATE soniq_jobs SET job_name = replace(hex(zeroblob(150)), '0', '\xc3\xa9'), "
	      "last_error = replace(hex(zeroblob(10000)), '0', 'e')");
	const struct job_list list = list_of(b, (struct job_filter){ 0 });
	const struct job_row *row = LIST_AT(&list.rows, struct job_row, 0);

	assert_int_equal(list.rows.n, 1);
	CHECK_TEXT(row->status, "<script>alert(1)</script>");
	CHECK_TEXT(row->queue, NULL);
	assert_int_equal(row->priority, I64_NULL);
	assert_int_equal(row->attempts, I64_NULL);
	assert_int_equal(row->max_attempts, I64_NULL);
	assert_int_equal(row->updated_at, TIME_NULL);
	assert_int_equal(row->job_name.n, 2 * STORE_NAME_MAX);
	assert_int_equal(row->last_error.n, STORE_ERROR_LIST_MAX);
	assert_string_equal(found(b, (struct job_filter){
					     .status = S("<script>alert(1)</script>") }), "1");
}

TEST(columns_of_a_wrong_type_are_null)
{
	struct bench *b = bench_of(state);

	drop_checks(b);
	put(b, 1, NULL);
	put(b, 2, "created_at = 'yesterday', updated_at = 'now', scheduled_at = x'00', "
		  "priority = 'high', job_name = x'ff00', status = 7");
	put(b, 3, NULL);
	assert_string_equal(walk(b, (struct job_filter){ .limit = 1 }), "3|1|2|");
	const struct job_list list = list_of(b, (struct job_filter){ .status = S("7") });
	const struct job_row *row = LIST_AT(&list.rows, struct job_row, 0);

	assert_int_equal(list.rows.n, 1);
	assert_int_equal(row->created_at, TIME_NULL);
	assert_int_equal(row->updated_at, TIME_NULL);
	assert_int_equal(row->scheduled_at, TIME_NULL);
	assert_int_equal(row->priority, I64_NULL);
}

TEST(a_reader_may_list_and_search)
{
	struct bench *b = bench_of(state);
	const struct db_options options = test_db_reader(&b->db);
	AUTO(store) struct store reader = { 0 };
	struct job_filter filter = { .limit = 10 };
	struct job_list list;

	put(b, 1, NULL);
	CHECK_OK(b, store_open(&options, &reader, &b->err));
	CHECK_OK(b, store_job_list(&reader, &filter, &b->arena, &list, &b->err));
	assert_int_equal(list.rows.n, 1);
	filter.text = S("send");
	CHECK_OK(b, store_job_list(&reader, &filter, &b->arena, &list, &b->err));
	assert_int_equal(list.rows.n, 1);
	CHECK_ERR(b, ERR_FORBIDDEN, store_job_cancel(&reader, id_of(b, 1), &b->err));
}

/* A table larger than the window, with job 1 at its very beginning. */
static void make_large(struct bench *b)
{
	put(b, 1, NULL);
	given(b,
	      "ALTER TABLE soniq_jobs SET (fillfactor = 10);"
	      "INSERT INTO soniq_jobs (id, job_name, args, created_at, producer_id) "
	      "SELECT gen_random_uuid(), 'bulk', '{}', '2024-01-01', repeat('x', 300) "
	      "FROM generate_series(1, 20000)",
	      "INSERT INTO soniq_jobs (rowid, id, job_name, args) "
	      "VALUES (300000, '00000000-0000-4000-8000-000000000002', 'bulk', '{}')");
}

/* More pages than are looked at first, whose rows stand in no order of time. */
TEST(the_newest_are_found_wherever_they_stand)
{
	struct bench *b = bench_of(state);
	const struct job_filter two = { .limit = 2 };
	struct job_filter third = { .limit = 1, .offset = 2 };

	put(b, 8, "queue = 'rare'");
	put(b, 9, NULL);
	given(b,
	      "ALTER TABLE soniq_jobs SET (fillfactor = 10);"
	      "INSERT INTO soniq_jobs (id, job_name, args, created_at, producer_id) "
	      "SELECT gen_random_uuid(), 'bulk', '{}', '2020-01-01', repeat('x', 300) "
	      "FROM generate_series(1, 1000)",
	      "WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 1000) "
	      "INSERT INTO soniq_jobs (id, job_name, args, created_at) "
	      "SELECT uuid4(), 'bulk', '{}', 1577836800000000 FROM g");
	assert_string_equal(found(b, two), "9 8");
	put(b, 7, NULL);
	assert_string_equal(found(b, two), "9 8");
	assert_string_equal(found(b, third), "7");
	third.queue = S("rare");
	third.offset = 0;
	assert_string_equal(found(b, third), "8");
}

TEST(a_large_table_is_looked_at_in_part_and_says_so)
{
	struct bench *b = bench_of(state);

	make_large(b);
	const struct job_list list = list_of(b, (struct job_filter){ .limit = 1 });
	assert_int_equal(list.quality.kind, KIND_WINDOW);
	CHECK_TEXT(LIST_AT(&list.rows, struct job_row, 0)->job_name, "bulk");
	/* Job 1 is outside, and is found by its id only. */
	assert_string_equal(found(b, (struct job_filter){ .text = S("send") }), "");
	assert_string_equal(found(b, (struct job_filter){ .text = str_of(id_of(b, 1)) }), "1");
	assert_string_equal(found(b, (struct job_filter){ .text = str_of(id_of(b, 1)),
							  .queue = S("x") }), "");
}

TEST(an_empty_table_is_an_empty_list)
{
	struct bench *b = bench_of(state);
	const struct job_list list = list_of(b, (struct job_filter){ .wants_total = true });

	assert_int_equal(list.rows.n, 0);
	assert_int_equal(list.total, 0);
	assert_int_equal(list.quality.kind, KIND_EXACT);
}

TEST(dead_letters_are_listed_in_the_shape_of_jobs)
{
	struct bench *b = bench_of(state);
	const struct job_filter filter = { .status = S("dead_letter"), .wants_total = true };

	put(b, 9, NULL);
	put_dead(b, 1, NULL);
	put_dead(b, 2, "dead_letter_reason = 'job_not_found'");
	const struct job_list list = list_of(b, filter);
	const struct job_row *row = LIST_AT(&list.rows, struct job_row, 0);

	assert_string_equal(numbers(b, &list.rows), "2 1");
	assert_int_equal(list.total, 2);
	assert_int_equal(list.quality.kind, KIND_EXACT);
	CHECK_TEXT(row->status, "dead_letter");
	CHECK_TEXT(row->queue, "mail");
	CHECK_TEXT(row->dead_letter_reason, "job_not_found");
	assert_int_equal(row->created_at, PAST);
	assert_int_equal(row->updated_at, PAST + 2 * SECOND);
	assert_int_equal(row->scheduled_at, TIME_NULL);
	assert_int_equal(row->priority, 7);
}

TEST(dead_letters_are_filtered_and_searched)
{
	struct bench *b = bench_of(state);
	struct job_filter filter = { .status = S("dead_letter"), .wants_total = true };

	put_dead(b, 1, "queue = 'a', last_error = '100% Broken'");
	put_dead(b, 2, "dead_letter_reason = 'job_not_found'");
	put_dead(b, 3, "job_name = 'Other.Job'");
	filter.reason = S("job_not_found");
	assert_string_equal(found(b, filter), "2");
	assert_int_equal(list_of(b, filter).total, 1);
	filter.reason = STR_NULL;
	filter.queue = S("a");
	assert_string_equal(found(b, filter), "1");
	filter.queue = STR_NULL;
	filter.text = S("% broken");
	assert_string_equal(found(b, filter), "1");
	filter.text = str_of(id_of(b, 3));
	assert_string_equal(found(b, filter), "3");
	assert_int_equal(list_of(b, filter).total, 1);
	filter.text = STR_NULL;
	filter.job_name = S("other");
	assert_string_equal(found(b, filter), "");
	filter.name_is_part = true;
	assert_string_equal(found(b, filter), "3");
}

TEST(pages_of_dead_letters_hold_each_once)
{
	struct bench *b = bench_of(state);
	const char *same = arena_printf(&b->arena, "moved_to_dead_letter_at = %s",
					moment(b, PAST));

	put_dead(b, 1, same);
	put_dead(b, 2, same);
	put_dead(b, 3, bench_is_sqlite(b) ? "moved_to_dead_letter_at = 9223372036854775807"
					  : "moved_to_dead_letter_at = 'infinity'");
	put_dead(b, 4, bench_is_sqlite(b) ? "moved_to_dead_letter_at = 'never'"
					  : "moved_to_dead_letter_at = '-infinity'");
	put_dead(b, 5, NULL);
	assert_string_equal(walk(b, (struct job_filter){ .status = S("dead_letter"),
							 .limit = 2 }), "3 5|2 1|4|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(the_newest_come_first),
		INDEXED(the_newest_come_first),
		ON_BOTH(a_row_has_what_the_table_has),
		INDEXED(a_row_has_what_the_table_has),
		ON_BOTH(pages_by_cursor_hold_each_job_once),
		INDEXED(pages_by_cursor_hold_each_job_once),
		ON_BOTH(status_and_queue_are_exact),
		INDEXED(status_and_queue_are_exact),
		ON_BOTH(text_is_looked_for_in_name_and_error),
		INDEXED(text_is_looked_for_in_name_and_error),
		ON_BOTH(wildcards_are_themselves),
		INDEXED(wildcards_are_themselves),
		ON_BOTH(an_id_is_found_in_any_form),
		INDEXED(an_id_is_found_in_any_form),
		ON_BOTH(the_total_is_of_all_that_match),
		INDEXED(the_total_is_of_all_that_match),
		ON_BOTH(hostile_rows_are_listed_and_bounded),
		INDEXED(hostile_rows_are_listed_and_bounded),
		ON_LITE(columns_of_a_wrong_type_are_null),
		INDEXED_ON_LITE(columns_of_a_wrong_type_are_null),
		ON_BOTH(a_reader_may_list_and_search),
		INDEXED(a_reader_may_list_and_search),
		ON_BOTH(the_newest_are_found_wherever_they_stand),
		INDEXED(the_newest_are_found_wherever_they_stand),
		ON_BOTH(a_large_table_is_looked_at_in_part_and_says_so),
		ON_BOTH(an_empty_table_is_an_empty_list),
		INDEXED(an_empty_table_is_an_empty_list),
		ON_BOTH(dead_letters_are_listed_in_the_shape_of_jobs),
		ON_BOTH(dead_letters_are_filtered_and_searched),
		ON_BOTH(pages_of_dead_letters_hold_each_once),
	};
	return cmocka_run_group_tests_name("job_list", tests, NULL, NULL);
}
