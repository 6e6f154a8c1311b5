/* job_total.c -- the total of a list of jobs, where the gauges of the history know it. */
#include <stdlib.h>

#include "store/indexed.h"
#include "store/job.h"

static struct job_list list_of(struct bench *b, struct job_filter filter)
{
	struct job_list list;

	filter.limit = 1;
	filter.wants_total = true;
	CHECK_OK(b, store_job_list(&b->store, &filter, &b->arena, &list, &b->err));
	return list;
}

/* Found by no count of rows: the gauges are told of jobs that are not there. */
static void given_gauges(struct bench *b)
{
	sql(b, "UPDATE soniq_x_state SET recounted_at = now(), recount_due = NULL");
	sql(b, "INSERT INTO soniq_jobs (id, job_name, args, status, queue) VALUES "
	       "('00000000-0000-4000-8000-000000000001', 'x', '{}', 'queued', 'a'), "
	       "('00000000-0000-4000-8000-000000000002', 'x', '{}', 'queued', 'a'), "
	       "('00000000-0000-4000-8000-000000000003', 'x', '{}', 'done', 'b')");
	sql(b, "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) VALUES "
	       "('a', 'x', 'done', 40), ('b', 'x', 'queued', 7), ('a', 'x', 'dead_letter', 500)");
}

TEST(by_queue_and_status_the_gauges_tell)
{
	struct bench *b = bench_of(state);

	given_gauges(b);
	assert_int_equal(list_of(b, (struct job_filter){ 0 }).total, 50);
	assert_int_equal(list_of(b, (struct job_filter){ .queue = S("a") }).total, 42);
	assert_int_equal(
		list_of(b, (struct job_filter){ .queue = S("b"), .status = S("done") }).total, 1);
	assert_int_equal(list_of(b, (struct job_filter){ .queue = S("none") }).total, 0);
	assert_int_equal(list_of(b, (struct job_filter){ 0 }).quality.kind, KIND_EXACT);
}

static struct job_list dead_of(struct bench *b, struct job_filter filter)
{
	struct job_list list;

	filter.wants_total = true;
	CHECK_OK(b, store_dead_newest(&b->store, &filter, &b->arena, &list, &b->err));
	return list;
}

TEST(of_dead_letters_too)
{
	struct bench *b = bench_of(state);
	const struct job_filter of_a = { .queue = S("a"), .limit = 1, .offset = 1 };
	struct job_filter narrow = of_a;

	given_gauges(b);
	assert_int_equal(dead_of(b, (struct job_filter){ .limit = 1, .offset = 1 }).total, 500);
	assert_int_equal(dead_of(b, of_a).total, 500);
	/* There is none: a page with room left knows better, and so does a count. */
	assert_int_equal(dead_of(b, (struct job_filter){ .limit = 1 }).total, 0);
	narrow.reason = S("r");
	assert_int_equal(dead_of(b, narrow).total, 0);
	narrow = (struct job_filter){ .text = S("x"), .limit = 1, .offset = 1 };
	assert_int_equal(dead_of(b, narrow).total, 0);
	narrow = (struct job_filter){ .status = S("dead_letter"), .limit = 1, .offset = 1,
				      .wants_total = true };
	struct job_list list;
	CHECK_OK(b, store_job_list(&b->store, &narrow, &b->arena, &list, &b->err));
	assert_int_equal(list.total, 500);
}

TEST(what_they_do_not_know_is_counted)
{
	struct bench *b = bench_of(state);

	given_gauges(b);
	sql(b, "UPDATE soniq_x_state SET recount_due = 'test'");
	assert_int_equal(list_of(b, (struct job_filter){ 0 }).total, 3);
	assert_int_equal(list_of(b, (struct job_filter){ .queue = S("a") }).total, 2);
}

TEST(a_history_that_is_gone_is_done_without)
{
	struct bench *b = bench_of(state);

	given_gauges(b);
	assert_int_equal(list_of(b, (struct job_filter){ 0 }).total, 50);
	sql(b, "DROP TABLE soniq_x_gauge");
	assert_int_equal(list_of(b, (struct job_filter){ 0 }).total, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		INDEXED(by_queue_and_status_the_gauges_tell),
		INDEXED(of_dead_letters_too),
		INDEXED(what_they_do_not_know_is_counted),
		INDEXED(a_history_that_is_gone_is_done_without),
	};

	return cmocka_run_group_tests_name("job_total", tests, NULL, NULL);
}
