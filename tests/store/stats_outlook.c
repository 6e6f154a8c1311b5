/* stats_outlook.c -- what waits and how that goes on; and whose clock says what is now. */
#include <stdlib.h>

#include "checks.h"
#include "keep.h"
#include "numbers.h"

static struct metrics metrics_of(struct bench *b, int hours)
{
	struct quality quality;
	struct metrics m;

	CHECK_OK(b, store_metrics(&b->store, hours, &b->arena, &m, &quality, &b->err));
	return m;
}

static const struct type_stats *type_of(struct bench *b, const char *name)
{
	struct quality quality;
	struct list types;

	CHECK_OK(b, store_types(&b->store, &b->arena, &types, &quality, &b->err));
	for (size_t i = 0; i < types.n; i++) {
		const struct type_stats *type = LIST_AT(&types, struct type_stats, i);

		if (str_eq(type->job_name, str_of(name)))
			return type;
	}
	return NULL;
}

static void check_oldest(struct bench *b, const char *name, usec_t age, const char *at_least)
{
	const struct type_stats *type = type_of(b, name);

	assert_non_null(type);
	if (!(fabs(type->outlook.oldest_waiting_seconds - (double)age / SECOND) < 60))
		fail_msg("%s: %f s, not about %f", name, type->outlook.oldest_waiting_seconds,
			 (double)age / SECOND);
	CHECK_TEXT(type->at_least, at_least);
}

/* Kept for so long that rates are known. */
static void given_time(struct bench *b)
{
	counted(b);
	given_the_index(b);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -DAY)));
}

static const struct seed old_mail = { .n = 3, .queue = "a", .created = -HOUR };
static const struct seed later_mail = {
	.n = 2, .queue = "b", .created = -9 * HOUR, .scheduled = HOUR
};
static const struct seed due_pay = {
	.n = 1, .name = "pay", .queue = "NULL", .created = -5 * HOUR, .scheduled = -2 * HOUR
};
static const struct seed new_pay = { .n = 1, .name = "pay", .queue = "a" };

TEST(all_and_each_name_tell_what_waits)
{
	struct bench *b = bench_of(state);

	given_time(b);
	put_job(b, old_mail);
	put_job(b, later_mail);
	put_job(b, due_pay);
	put_job(b, new_pay);
	keep(b);
	const struct outlook all = metrics_of(b, 1).outlook;
	assert_true(fabs(all.oldest_waiting_seconds - 7200) < 60);
	assert_true(all.arrived_per_minute > 0.6 && all.arrived_per_minute <= 0.7);
	assert_true(all.finished_per_minute == 0);
	CHECK_TEXT(all.forecast, "grows");
	assert_true(fabs(all.growth_per_minute - all.arrived_per_minute) < 1e-6);
	check_oldest(b, "mail", HOUR, "[]");
	check_oldest(b, "pay", 2 * HOUR, "[]");
	CHECK_TEXT(type_of(b, "mail")->outlook.forecast, "grows");
	run(b, "UPDATE soniq_jobs SET status = 'cancelled' WHERE job_name = 'mail'");
	assert_true(isnan(type_of(b, "mail")->outlook.oldest_waiting_seconds));
	CHECK_TEXT(type_of(b, "mail")->outlook.forecast, "empty");
	CHECK_TEXT(type_of(b, "pay")->outlook.forecast, "grows");
}

TEST(more_go_than_come)
{
	struct bench *b = bench_of(state);

	given_time(b);
	put_job(b, (struct seed){ .n = 40 });
	keep(b);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_rollup SET at = %s WHERE span > 0",
			    at(b, -3 * HOUR)));
	run(b, "UPDATE soniq_jobs SET status = 'cancelled' WHERE id IN "
	       "(SELECT id FROM soniq_jobs ORDER BY id LIMIT 20)");
	keep(b);
	for (int i = 0; i < 2; i++) {
		const struct outlook o = i == 0 ? metrics_of(b, 1).outlook
						: type_of(b, "mail")->outlook;

		CHECK_TEXT(o.forecast, "drains");
		/* 20 in ten minutes and a part of one, and 20 are left. */
		assert_true(o.drain_seconds >= 600 && o.drain_seconds < 670);
		assert_true(isnan(o.growth_per_minute));
	}
}

/* Only the heads of queues are looked at: what comes behind them is younger, but not than what is
 * found in another queue. */
TEST(a_name_behind_a_head_waits_at_least_so_long)
{
	struct bench *b = bench_of(state);

	given_time(b);
	for (int i = 0; i < 6; i++)
		put_job(b, (struct seed){ .n = 100, .queue = "a", .created = -(9 - i) * HOUR });
	put_job(b, (struct seed){ .n = 1, .name = "rare", .queue = "a", .created = -2 * HOUR });
	put_job(b, (struct seed){ .n = 1, .name = "rare", .queue = "b", .created = -HOUR });
	put_job(b, (struct seed){ .n = 1, .name = "never", .queue = "a", .created = -HOUR });
	put_job(b, (struct seed){ .n = 1, .name = "early", .queue = "b", .created = -8 * HOUR });
	keep(b);
	check_oldest(b, "mail", 9 * HOUR, "[]");
	check_oldest(b, "early", 8 * HOUR, "[]");
	check_oldest(b, "rare", HOUR, "[\"oldest_waiting_seconds\"]");
	assert_true(isnan(type_of(b, "never")->outlook.oldest_waiting_seconds));
}

/* All of one transaction have one moment. */
TEST(many_of_one_moment_are_looked_at_in_part)
{
	struct bench *b = bench_of(state);

	given_time(b);
	put_job(b, (struct seed){ .n = 9000, .queue = "a", .created = -HOUR });
	put_job(b, (struct seed){ .n = 1, .name = "rare", .queue = "b", .created = -MINUTE });
	keep(b);
	assert_true(fabs(type_of(b, "mail")->outlook.oldest_waiting_seconds - 3600) < 60);
	/* SQLite reads moments whole, and gives up what is behind too many. */
	if (!bench_is_sqlite(b))
		check_oldest(b, "rare", MINUTE, "[\"oldest_waiting_seconds\"]");
}

TEST(no_name_that_is_told_apart_is_left_out)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct list types;

	given_time(b);
	for (int i = 0; i < 1010; i++)
		tell(b, (struct told){ .name = arena_printf(&b->arena, "n%d", i),
				       .becomes = "queued" });
	keep(b);
	CHECK_OK(b, store_types(&b->store, &b->arena, &types, &quality, &b->err));
	assert_int_equal(types.n, 1001);
	assert_int_equal(type_of(b, STATS_OTHERS)->arrived_count, 10);
}

/* PostgreSQL's now() from here on is three hours ahead of ours. */
static void put_clock_ahead(struct bench *b)
{
	run(b, "CREATE SCHEMA ahead;"
	       "CREATE FUNCTION ahead.now() RETURNS timestamptz LANGUAGE sql STABLE AS "
	       "$$ SELECT pg_catalog.now() + interval '3 hours' $$;"
	       "SET search_path = ahead, pg_catalog, public");
	store_history_forget(&b->store);
}

/* Moments are the database's: a dashboard with another clock asks for the same span. */
TEST(now_is_what_the_database_says)
{
	struct bench *b = bench_of(state);

	if (bench_is_sqlite(b)) /* whose clock is ours */
		return;
	given_time(b);
	assert_true(llabs(store_now(&b->store) - clock_now()) < 10 * SECOND);
	put_clock_ahead(b);
	assert_true(llabs(store_now(&b->store) - clock_now() - 3 * HOUR) < 10 * SECOND);
	tell(b, (struct told){ .n = 7, .becomes = "queued" });
	keep(b);
	struct metrics m = metrics_of(b, 1);
	assert_int_equal(m.arrived, 7);
	assert_true(m.outlook.arrived_per_minute > 0.6);
	assert_true(llabs(m.covered_from - clock_now() - 2 * HOUR) < 10 * SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(all_and_each_name_tell_what_waits),
		WITH_HISTORY(more_go_than_come),
		WITH_HISTORY(a_name_behind_a_head_waits_at_least_so_long),
		WITH_HISTORY(many_of_one_moment_are_looked_at_in_part),
		WITH_HISTORY(no_name_that_is_told_apart_is_left_out),
		WITH_HISTORY(now_is_what_the_database_says),
	};
	return cmocka_run_group_tests_name("stats_outlook", tests, NULL, NULL);
}
