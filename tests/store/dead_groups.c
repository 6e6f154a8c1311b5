/* dead_groups.c -- equal failures together, and the pages of one group. */
#include "store/failing.h"

#define NO_GROUP "00000000000000ff"

TEST(equal_failures_are_one_group)
{
	struct bench *b = bench_of(state);

	put_error(b, 1, "ValueError: order 1", "queue = 'a'");
	put_error(b, 2, "ValueError: order 22", "queue = 'b'");
	put_error(b, 3, "KeyError: 3", "dead_letter_reason = 'permanent_failure'");
	put_error(b, 4, "Max retries exceeded: ValueError: order 3", "queue = 'b', job_name = 'x'");
	const struct group_list list = groups(b, all);
	const struct group *first = group_at(&list, 0);

	assert_int_equal(list.rows.n, 2);
	assert_int_equal(list.n_groups, 2);
	assert_int_equal(list.n_looked, 4);
	assert_int_equal(list.quality.kind, KIND_EXACT);
	CHECK_TEXT(first->signature, signature_of(b, "ValueError: order 9"));
	CHECK_TEXT(first->error_type, "ValueError");
	CHECK_TEXT(first->message, "order <n>");
	CHECK_TEXT(first->frame, NULL);
	assert_int_equal(first->count, 3);
	assert_true(first->share > 74.9 && first->share < 75.1);
	assert_int_equal(first->first_seen, PAST + SECOND);
	assert_int_equal(first->last_seen, PAST + 4 * SECOND);
	CHECK_TEXT(first->queues, "[\"b\",\"a\"]");
	CHECK_TEXT(first->job_names, "[\"mail.send\",\"x\"]");
	CHECK_TEXT(first->reasons, "[\"max_retries_exceeded\"]");
	CHECK_TEXT(first->sample_id, id_of(b, 4));
	CHECK_TEXT(first->sample_error, "Max retries exceeded: ValueError: order 3");
	CHECK_TEXT(group_at(&list, 1)->reasons, "[\"permanent_failure\"]");
}

TEST(filters_are_of_queue_name_text_and_time)
{
	struct bench *b = bench_of(state);
	struct group_want want = all;

	put_error(b, 1, "A: 1", "queue = 'a'");
	put_error(b, 2, "B: 1", "job_name = 'other'");
	put_error(b, 3, "C: needle", NULL);
	want.filter.queue = S("a");
	const struct group_list of_queue = groups(b, want);
	CHECK_TEXT(group_at(&of_queue, 0)->error_type, "A");
	want = all;
	want.filter.job_name = S("other");
	assert_int_equal(groups(b, want).n_looked, 1);
	want = all;
	want.filter.text = S("NEEDLE");
	assert_int_equal(groups(b, want).n_looked, 1);
	want.filter.text = str_of(id_of(b, 2));
	assert_int_equal(groups(b, want).n_looked, 1);
	want = all;
	want.since = PAST + 2 * SECOND;
	assert_int_equal(groups(b, want).n_looked, 2);
	want.before = PAST + 2 * SECOND;
	assert_int_equal(groups(b, want).n_looked, 1);
	want.before = PAST;
	assert_int_equal(groups(b, want).n_looked, 0);
}

TEST(a_limit_is_of_groups_and_all_are_counted)
{
	struct bench *b = bench_of(state);
	struct group_want want = all;

	want.limit = 2;
	for (int i = 1; i <= 5; i++)
		put_error(b, i, arena_printf(&b->arena, "Type%c: x", 'A' + i), NULL);
	const struct group_list list = groups(b, want);
	assert_int_equal(list.rows.n, 2);
	assert_int_equal(list.n_groups, 5);
	/* Of the same count the newest. */
	CHECK_TEXT(group_at(&list, 0)->error_type, "TypeF");
	CHECK_TEXT(group_at(&list, 1)->error_type, "TypeE");
}

TEST(a_trend_is_of_the_time_since_the_first)
{
	struct bench *b = bench_of(state);
	struct group_want want = all;
	const usec_t now = clock_now();

	for (int i = 0; i < 24; i++)
		put_error(b, i + 1, "A: 1",
			  arena_printf(&b->arena, "moved_to_dead_letter_at = %s",
				       moment(b, now - (i % 12) * HOUR)));
	const struct group_list list = groups(b, want);
	const struct group *g = group_at(&list, 0);

	assert_int_equal(g->trend_from, now - 11 * HOUR);
	assert_true(g->trend_bucket_seconds >= 1650 && g->trend_bucket_seconds <= 1660);
	CHECK_TEXT(g->trend, "[2,0,2,0,2,0,2,0,2,0,2,0,0,2,0,2,0,2,0,2,0,2,0,2]");
	want.since = now - 48 * HOUR;
	const struct group_list asked = groups(b, want);
	assert_int_equal(group_at(&asked, 0)->trend_from, now - 48 * HOUR);
	assert_int_equal(group_at(&asked, 0)->trend_bucket_seconds, 7201);
}

TEST(rows_of_the_wild_are_grouped_too)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, "last_error = NULL");
	put_dead(b, 2, bench_is_sqlite(b) ? "moved_to_dead_letter_at = 'never'"
					  : "moved_to_dead_letter_at = 'infinity'");
	put_dead(b, 3, bench_is_sqlite(b) ? "moved_to_dead_letter_at = 9223372036854775807"
					  : "moved_to_dead_letter_at = '-infinity'");
	put_dead(b, 4, "resurrection_count = NULL, queue = ''");
	const struct group_list list = groups(b, all);

	assert_int_equal(list.n_looked, 4);
	assert_int_equal(list.rows.n, 2);
	assert_int_equal(group_at(&list, 0)->count, 3);
	CHECK_TEXT(group_at(&list, 1)->message, "max_retries_exceeded");
}

TEST(names_are_the_five_most_frequent)
{
	struct bench *b = bench_of(state);
	int n = 0;

	for (int q = 1; q <= 7; q++)
		for (int i = 0; i < q; i++)
			put_error(b, ++n, "A: 1", arena_printf(&b->arena, "queue = 'q%d'", q));
	const struct group_list list = groups(b, all);
	CHECK_TEXT(group_at(&list, 0)->queues, "[\"q7\",\"q6\",\"q5\",\"q4\",\"q3\"]");
}

TEST(no_more_than_the_newest_ten_thousand_are_looked_at)
{
	struct bench *b = bench_of(state);

	put_many(b, GROUP_LOOK_MAX + 1, "CASE WHEN i = 1 THEN 'Old: x' ELSE 'New: x ' || i END");
	const struct group_list list = groups(b, all);
	assert_int_equal(list.n_looked, GROUP_LOOK_MAX);
	assert_int_equal(list.rows.n, 1);
	assert_int_equal(list.quality.kind, KIND_WINDOW);
	CHECK_OK(b, store_dead_delete(&b->store, id_of(b, 1), &b->err));
	const struct group_list whole = groups(b, all);
	assert_int_equal(whole.n_looked, GROUP_LOOK_MAX);
	assert_int_equal(whole.quality.kind, KIND_EXACT);
}

TEST(one_group_has_its_sample_in_full)
{
	struct bench *b = bench_of(state);
	struct group_want want = all;
	struct group group;
	struct quality quality;
	const char *error = arena_printf(&b->arena, "A: x%2000d", 1);

	want.signature = signature_of(b, error);
	put_error(b, 1, error, NULL);
	put_error(b, 2, "B: 2", NULL);
	CHECK_OK(b, store_group_find(&b->store, &want, &b->arena, &group, &quality, &b->err));
	assert_int_equal(group.count, 1);
	assert_true(group.share > 49 && group.share < 51);
	assert_int_equal(group.sample_error.n, 2004);
	const struct group_list list = groups(b, all);
	assert_int_equal(group_at(&list, 1)->sample_error.n, GROUP_SAMPLE_MAX);
	want.signature = NO_GROUP;
	CHECK_ERR(b, ERR_NOT_FOUND,
		  store_group_find(&b->store, &want, &b->arena, &group, &quality, &b->err));
}

/* ---- pages of one group ---- */

static struct job_list page_of_group(struct bench *b, struct job_filter *filter)
{
	struct job_list list = { 0 };

	filter->limit = filter->limit ? filter->limit : 10;
	CHECK_OK(b, store_dead_newest(&b->store, filter, &b->arena, &list, &b->err));
	return list;
}

TEST(pages_of_a_group_give_each_of_it_once)
{
	struct bench *b = bench_of(state);
	struct job_filter filter = { .signature = str_of(signature_of(b, "Odd: 1")), .limit = 7,
				     .is_brief = true };
	int n = 0, n_pages = 0;

	put_many(b, 900, "CASE WHEN i % 9 = 0 THEN 'Odd: ' || i ELSE 'Even: ' || i END");
	for (struct job_list list; n_pages < 40; n_pages++) {
		list = page_of_group(b, &filter);
		for (size_t i = 0; i < list.rows.n; i++, n++)
			CHECK_TEXT(LIST_AT(&list.rows, struct job, i)->id, id_of(b, 900 - 9 * n));
		if (list.rows.n < 7 && !list.stop_id.p)
			break;
		const struct job *last = LIST_AT(&list.rows, struct job, list.rows.n - 1);
		filter.has_cursor = true;
		filter.after_at = last->moved_to_dead_letter_at;
		memcpy(filter.after_id, last->id.p, UUID_TEXT_LEN);
	}
	assert_int_equal(n, 100);
	assert_int_equal(n_pages, 14);
}

TEST(a_page_of_a_rare_group_says_where_it_stopped)
{
	struct bench *b = bench_of(state);
	struct job_filter filter = { .signature = str_of(signature_of(b, "Rare: 1")),
				     .is_brief = true };
	int n_found = 0;

	put_many(b, 10300, "CASE WHEN i = 5 THEN 'Rare: x' ELSE 'Common: ' || i END");
	filter.signature = str_of(signature_of(b, "Rare: x"));
	struct job_list list = page_of_group(b, &filter);
	assert_int_equal(list.rows.n, 0);
	assert_non_null(list.stop_id.p);
	assert_int_equal(list.quality.kind, KIND_WINDOW);
	for (int i = 0; i < 20 && list.stop_id.p; i++) {
		filter.has_cursor = true;
		filter.after_at = list.stop_at;
		memcpy(filter.after_id, list.stop_id.p, UUID_TEXT_LEN);
		list = page_of_group(b, &filter);
		n_found += (int)list.rows.n;
	}
	assert_int_equal(n_found, 1);
	/* Who needs every one waits for it. */
	struct list jobs;
	filter.has_cursor = false;
	CHECK_OK(b, store_dead_page(&b->store, &filter, &b->arena, &jobs, &b->err));
	assert_int_equal(jobs.n, 1);
}

TEST(an_offset_is_of_the_group)
{
	struct bench *b = bench_of(state);
	struct job_filter filter = { .signature = str_of(signature_of(b, "A: 1")), .offset = 2,
				     .is_brief = true };

	for (int i = 1; i <= 8; i++)
		put_error(b, i, i % 2 ? "A: 1" : "B: 1", NULL);
	const struct job_list list = page_of_group(b, &filter);
	assert_int_equal(list.rows.n, 2);
	CHECK_TEXT(LIST_AT(&list.rows, struct job, 0)->id, id_of(b, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(equal_failures_are_one_group),
		ON_BOTH(filters_are_of_queue_name_text_and_time),
		ON_BOTH(a_limit_is_of_groups_and_all_are_counted),
		ON_BOTH(a_trend_is_of_the_time_since_the_first),
		ON_BOTH(rows_of_the_wild_are_grouped_too),
		ON_BOTH(names_are_the_five_most_frequent),
		ON_BOTH(no_more_than_the_newest_ten_thousand_are_looked_at),
		ON_BOTH(one_group_has_its_sample_in_full),
		ON_BOTH(pages_of_a_group_give_each_of_it_once),
		ON_BOTH(a_page_of_a_rare_group_says_where_it_stopped),
		ON_BOTH(an_offset_is_of_the_group),
	};
	return cmocka_run_group_tests_name("dead_groups", tests, NULL, NULL);
}
