/* stats_taken.c -- the numbers of stats.h without a history, or one that went. */
#include <stdlib.h>

#include "keep.h"
#include "numbers.h"

static struct list timeline_of(struct bench *b, struct timeline_want want, struct quality *quality)
{
	struct list rows;

	CHECK_OK(b, store_timeline(&b->store, &want, &b->arena, &rows, quality, &b->err));
	for (size_t i = 1; i < rows.n; i++) {
		const struct timeline_bucket *t = LIST_AT(&rows, struct timeline_bucket, i);

		assert_true(t->hour - t[-1].hour == want.bucket);
	}
	return rows;
}

static int64_t sum_total(const struct list *rows)
{
	int64_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		n += LIST_AT(rows, struct timeline_bucket, i)->total_jobs;
	return n;
}

static void check_refused(struct bench *b, struct timeline_want want, const char *param)
{
	struct quality quality;
	struct list rows;

	CHECK_ERR(b, ERR_INVALID,
		  store_timeline(&b->store, &want, &b->arena, &rows, &quality, &b->err));
	assert_string_equal(b->err.param, param);
}

TEST(what_only_the_history_knows_is_refused_without_it)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	check_refused(b, (struct timeline_want){ .hours = 1, .bucket = MINUTE }, "bucket");
	check_refused(b, (struct timeline_want){ .hours = 721, .bucket = HOUR }, "hours");
	check_refused(b, (struct timeline_want){ .hours = 1, .bucket = HOUR, .queue = S("a") },
		      "queue");
	check_refused(b, (struct timeline_want){ .hours = 1, .bucket = HOUR, .job_name = S("a") },
		      "job_name");
	put_job(b, (struct seed){ .n = 2 });
	const struct list rows =
		timeline_of(b, (struct timeline_want){ .hours = 1, .bucket = HOUR }, &quality);
	assert_int_equal(sum_total(&rows), 2);
	const struct timeline_bucket *last = LIST_AT(&rows, struct timeline_bucket, rows.n - 1);
	assert_int_equal(last->started, I64_NULL);
	assert_true(isnan(last->times.run_p50_ms));
	assert_true(isnan(queue_of_name(b, "default", &quality)->outlook.arrived_per_minute));
	CHECK_TEXT(queue_of_name(b, "default", &quality)->outlook.forecast, NULL);
}

/* Everything of stats.h gives what the tables alone tell. */
static void check_without(struct bench *b)
{
	struct quality quality;
	struct metrics metrics;
	struct last_hour hour;
	struct list rows;

	assert_int_equal(stats_of(b, &quality).queued, 3);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(queue_of_name(b, "default", &quality)->queued, 3);
	CHECK_TEXT(queue_of_name(b, "default", &quality)->outlook.forecast, NULL);
	CHECK_OK(b, store_metrics(&b->store, 24, &b->arena, &metrics, &quality, &b->err));
	assert_int_equal(metrics.arrived, I64_NULL);
	assert_int_equal(metrics.covered_from, TIME_NULL);
	CHECK_OK(b, store_last_hour(&b->store, &b->arena, &hour, &quality, &b->err));
	assert_int_equal(hour.queue_backlog, 3);
	CHECK_OK(b, store_types(&b->store, &b->arena, &rows, &quality, &b->err));
	assert_int_equal(rows.n, 1);
	assert_int_equal(LIST_AT(&rows, struct type_stats, 0)->arrived_count, I64_NULL);
	rows = timeline_of(b, (struct timeline_want){ .hours = 2, .bucket = HOUR }, &quality);
	assert_int_equal(sum_total(&rows), 3);
}

/* Without a look at the catalog in between: what was seen last is wrong. */
TEST(a_history_that_is_taken_away_is_done_without)
{
	static const char *const tables[] = { "soniq_x_rollup", "soniq_x_gauge", "soniq_x_names",
					      "soniq_x_delta", "soniq_x_state" };
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	put_job(b, (struct seed){ .n = 3 });
	keep(b);
	assert_int_equal(stats_of(b, &quality).queued, 3);
	CHECK_TEXT(queue_of_name(b, "default", &quality)->outlook.forecast, "unknown");
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		run(b, arena_printf(&b->arena, "DROP TABLE %s", tables[i]));
		if (i == 0)
			assert_null(queue_of_name(b, "default", &quality)->outlook.forecast.p);
		check_without(b);
	}
}

TEST(gauges_that_were_never_counted_are_not_used)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .n = 3 });
	run(b, "DELETE FROM soniq_x_delta");
	check_without(b);
}

TEST(a_recount_that_is_due_makes_estimates)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	put_job(b, (struct seed){ .n = 3 });
	run(b, "UPDATE soniq_x_state SET recount_due = 'because'");
	assert_int_equal(stats_of(b, &quality).queued, 3);
	CHECK_KIND(quality, KIND_ESTIMATED);
}

TEST(names_that_are_marks_elsewhere)
{
	static const char *const names[] = { "*", "=", "=*", STATS_OTHERS, "\x01\x02" };
	struct bench *b = bench_of(state);
	struct quality quality;
	struct list types;

	counted(b);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		put_job(b, (struct seed){ .n = (int)i + 1, .queue = names[i], .name = names[i] });
	put_job(b, (struct seed){ .n = 9, .queue = "NULL" });
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			assert_int_equal(queue_of_name(b, names[i], &quality)->queued, i + 1);
		assert_int_equal(queue_of_name(b, NULL, &quality)->queued, 9);
		keep(b);
	}
	CHECK_OK(b, store_types(&b->store, &b->arena, &types, &quality, &b->err));
	assert_int_equal(types.n, ARRAY_LEN(names) + 1);
	for (size_t i = 1; i < types.n; i++) {
		const struct type_stats *type = LIST_AT(&types, struct type_stats, i);

		assert_int_equal(type->total_count, ARRAY_LEN(names) + 1 - i);
		CHECK_TEXT(type->job_name, names[ARRAY_LEN(names) - i]);
	}
}

/* Statistics of the planner are nearer than a count that stopped. */
TEST(without_history_the_planner_helps_out)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b,
		(struct seed){ .n = STORE_COUNT_CAP + 30000, .status = "done", .expires = HOUR });
	put_job(b, (struct seed){ .n = 1000, .queue = "b" });
	assert_int_equal(stats_of(b, &quality).done, STORE_COUNT_CAP + 1);
	CHECK_KIND(quality, KIND_CAPPED);
	run(b, "ANALYZE soniq_jobs");
	const struct job_stats stats = stats_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	assert_true(llabs(stats.done - STORE_COUNT_CAP - 30000) < 2000);
	assert_int_equal(stats.queued, 1000);
	assert_int_equal(stats.total, stats.done + 1000);

	/* Of each status that was not counted to its end. */
	put_job(b, (struct seed){ .n = STORE_COUNT_CAP + 20000, .queue = "c" });
	assert_int_equal(stats_of(b, &quality).queued, STORE_COUNT_CAP + 1001);
	run(b, "ANALYZE soniq_jobs");
	assert_true(llabs(stats_of(b, &quality).queued - STORE_COUNT_CAP - 21000) < 4000);
	CHECK_KIND(quality, KIND_ESTIMATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(what_only_the_history_knows_is_refused_without_it),
		WITH_HISTORY(a_history_that_is_taken_away_is_done_without),
		WITH_HISTORY(gauges_that_were_never_counted_are_not_used),
		WITH_HISTORY(a_recount_that_is_due_makes_estimates),
		WITH_HISTORY(names_that_are_marks_elsewhere),
		ON_PG(without_history_the_planner_helps_out),
	};
	return cmocka_run_group_tests_name("stats_taken", tests, NULL, NULL);
}
