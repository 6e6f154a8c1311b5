/* shared.c -- what the answers of one round read once, and when it is read anew. */
#include "store/shared.h"

#include <stdlib.h>

#include "store/indexed.h"
#include "store/overview.h"
#include "store/stats.h"

#define JOB "00000000-0000-4000-8000-00000000000"

static void given_queued(struct bench *b, int i, const char *queue)
{
	sql(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_jobs (id, job_name, args, status, queue) VALUES "
			    "('" JOB "%d', 'x', '{}', 'queued', '%s')",
			    i, queue));
}

static void given_counted(struct bench *b)
{
	sql(b, "UPDATE soniq_x_state SET recounted_at = now(), recount_due = NULL");
	given_queued(b, 1, "a");
	given_queued(b, 2, "b");
}

static int64_t queued(struct bench *b, struct quality *ret_quality)
{
	struct job_stats stats;

	CHECK_OK(b, store_stats(&b->store, &b->arena, &stats, ret_quality, &b->err));
	return stats.queued;
}

static int64_t queued_in(struct bench *b, const char *queue, struct quality *ret_quality)
{
	struct list queues;

	CHECK_OK(b, store_queues(&b->store, &b->arena, &queues, ret_quality, &b->err));
	for (size_t i = 0; i < queues.n; i++)
		if (str_eq(LIST_AT(&queues, struct queue_stats, i)->queue, str_of(queue)))
			return LIST_AT(&queues, struct queue_stats, i)->queued;
	return 0;
}

TEST(a_round_reads_once)
{
	struct bench *b = bench_of(state);
	struct quality first, second;

	given_counted(b);
	store_round(&b->store, 7);
	assert_int_equal(queued(b, &first), 2);
	const usec_t then = clock_now();
	given_queued(b, 3, "a");
	store_round(&b->store, 7);
	assert_int_equal(queued_in(b, "a", &second), 1);
	assert_int_equal(queued(b, &second), 2);
	/* And says of when it is. */
	assert_true(second.as_of >= first.as_of && second.as_of <= then);
	store_round(&b->store, 8);
	assert_int_equal(queued_in(b, "a", &second), 2);
	assert_int_equal(queued(b, &second), 3);
	assert_true(second.as_of >= first.as_of);
}

TEST(a_request_is_a_round_of_its_own)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_counted(b);
	assert_int_equal(queued(b, &quality), 2);
	given_queued(b, 3, "a");
	assert_int_equal(queued(b, &quality), 3);
	store_round(&b->store, 0);
	assert_int_equal(queued(b, &quality), 3);
	given_queued(b, 4, "a");
	store_round(&b->store, 0);
	assert_int_equal(queued(b, &quality), 4);
}

TEST(a_round_ends_with_a_second)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_counted(b);
	store_round(&b->store, 7);
	assert_int_equal(queued(b, &quality), 2);
	given_queued(b, 3, "a");
	b->store.shared.until = clock_mono();
	store_round(&b->store, 7);
	assert_int_equal(queued(b, &quality), 3);
}

TEST(texts_and_numbers_of_a_statement_count)
{
	struct bench *b = bench_of(state);
	static const struct gauge_want by_queue = { .by_queue = true };
	static const struct gauge_want by_type = { .by_type = true };
	struct list queues, types, again;
	struct quality quality;

	given_counted(b);
	store_round(&b->store, 7);
	CHECK_OK(b, store_gauge_sums(&b->store, &by_queue, &b->arena, &queues, &quality, &b->err));
	CHECK_OK(b, store_gauge_sums(&b->store, &by_type, &b->arena, &types, &quality, &b->err));
	CHECK_OK(b, store_gauge_sums(&b->store, &by_queue, &b->arena, &again, &quality, &b->err));
	assert_int_equal(queues.n, 2);
	assert_int_equal(types.n, 1);
	assert_int_equal(again.n, 2);
	assert_true(str_eq(LIST_AT(&types, struct gauge, 0)->job_name, S("x")));
	assert_null(LIST_AT(&types, struct gauge, 0)->queue.p);
}

TEST(rows_outlive_what_is_forgotten)
{
	struct bench *b = bench_of(state);
	static const struct gauge_want by_queue = { .by_queue = true };
	struct list read, shared;
	struct quality quality;

	given_counted(b);
	store_round(&b->store, 7);
	CHECK_OK(b, store_gauge_sums(&b->store, &by_queue, &b->arena, &read, &quality, &b->err));
	CHECK_OK(b, store_gauge_sums(&b->store, &by_queue, &b->arena, &shared, &quality, &b->err));
	store_history_forget(&b->store);
	given_queued(b, 3, "c");
	CHECK_OK(b, store_gauge_sums(&b->store, &by_queue, &b->arena, &read, &quality, &b->err));
	assert_int_equal(shared.n, 2);
	assert_int_equal(read.n, 3);
	for (size_t i = 0; i < shared.n; i++)
		assert_int_equal(LIST_AT(&shared, struct gauge, i)->queue.n, 1);
	assert_true(str_eq(LIST_AT(&shared, struct gauge, 0)->status, S("queued")));
}

TEST(a_history_that_went_is_looked_for)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct overview overview;

	given_counted(b);
	store_round(&b->store, 7);
	assert_int_equal(queued(b, &quality), 2);
	sql(b, "DROP TABLE soniq_x_rollup");
	CHECK_OK(b, store_overview(&b->store, &b->arena, &overview, &b->err));
	store_history_forget(&b->store);
	given_queued(b, 3, "a");
	assert_int_equal(queued(b, &quality), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		INDEXED(a_round_reads_once),
		INDEXED(a_request_is_a_round_of_its_own),
		INDEXED(a_round_ends_with_a_second),
		INDEXED(texts_and_numbers_of_a_statement_count),
		INDEXED(rows_outlive_what_is_forgotten),
		INDEXED(a_history_that_went_is_looked_for),
	};

	return cmocka_run_group_tests_name("shared", tests, NULL, NULL);
}
