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

static int64_t total_of(struct bench *b, const char *queue, const char *status)
{
	const struct job_filter filter = { .queue = str_of(queue), .status = str_of(status) };

	return list_of(b, filter).total;
}

static void fold(struct bench *b)
{
	struct history_turn turn;

	CHECK_OK(b, store_history_turn(&b->store, &history_policy_default, &turn, &b->err));
	assert_true(turn.folded > 0 && !turn.has_recounted);
}

/* What is folded, what is not, and what has moved to another queue meanwhile. Those of a status are
 * more than would be counted row by row. */
TEST(of_one_queue_all_is_in_it)
{
	struct bench *b = bench_of(state);

	given_gauges(b);
	sql(b, "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) VALUES "
	       "('a', 'x', 'done', 4000), ('a', 'y', 'done', 2000), ('b', 'x', 'queued', 2000)");
	fold(b);
	assert_int_equal(total_of(b, "a", "done"), 6040);
	sql(b, "INSERT INTO soniq_x_delta (queue, job_name, was, becomes, n, is_moved, old_queue, "
	       "old_name) VALUES ('c', 'y', 'done', 'done', 3000, true, 'a', 'x')");
	sql(b, "INSERT INTO soniq_x_delta (queue, job_name, was, becomes, n) VALUES "
	       "('c', 'y', 'done', 'cancelled', 1200)");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(total_of(b, "a", "done"), 3040);
		assert_int_equal(total_of(b, "c", "done"), 1800);
		assert_int_equal(total_of(b, "c", "cancelled"), 1200);
		assert_int_equal(total_of(b, "b", "queued"), 2007);
		if (i == 0)
			fold(b);
	}
}

TEST(what_they_do_not_know_is_counted)
{
	struct bench *b = bench_of(state);

	given_gauges(b);
	sql(b, "UPDATE soniq_x_state SET recount_due = 'test'");
	assert_int_equal(list_of(b, (struct job_filter){ 0 }).total, 3);
	assert_int_equal(total_of(b, "a", "queued"), 2);
	sql(b, "UPDATE soniq_x_state SET recount_due = NULL, recounted_at = NULL");
	assert_int_equal(total_of(b, "a", "queued"), 2);
	sql(b, "DELETE FROM soniq_x_state");
	assert_int_equal(total_of(b, "a", "queued"), 2);
}

/* The others are one number; who has a number of its own keeps it. */
TEST(a_queue_that_is_not_told_apart_is_counted)
{
	struct bench *b = bench_of(state);

	given_gauges(b);
	fold(b);
	for (int i = 0; i < HISTORY_QUEUES_MAX; i++)
		sql(b, arena_printf(&b->arena,
				    "INSERT INTO soniq_x_names (kind, key) VALUES ('queue', '=%d')",
				    i));
	sql(b, "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) VALUES "
	       "('late', 'x', 'queued', 9000), ('a', 'x', 'done', 9000)");
	assert_int_equal(total_of(b, "late", "queued"), 0);
	assert_int_equal(total_of(b, "a", "done"), 9040);
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
		INDEXED(of_one_queue_all_is_in_it),
		INDEXED(what_they_do_not_know_is_counted),
		INDEXED(a_queue_that_is_not_told_apart_is_counted),
		INDEXED(a_history_that_is_gone_is_done_without),
	};

	return cmocka_run_group_tests_name("job_total", tests, NULL, NULL);
}
