/* history_turn.c -- coarse rollups, samples, and the end of what is too old. */
#include "keep.h"

#include <stdlib.h>

static usec_t floor_of(usec_t t, usec_t span)
{
	return t - t % span;
}

/* As if nothing had been derived after this moment. */
static void derived_until(struct bench *b, usec_t t)
{
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET derived_10 = %s, derived_60 = %s",
			    moment(b, floor_of(t, 10 * MINUTE)), moment(b, floor_of(t, HOUR))));
}

TEST(spans_that_are_over_are_summed)
{
	struct bench *b = bench_of(state);
	const usec_t hour = floor_of(clock_now(), HOUR) - 3 * HOUR;

	counted(b);
	derived_until(b, hour);
	for (int i = 0; i < 60; i++)
		tell(b, (struct told){ .at = hour + i * MINUTE,
				       .was = "queued",
				       .becomes = "processing",
				       .waits = "100 5",
				       .n = 2 });
	tell(b, (struct told){
			.at = hour + HOUR, .was = "processing", .outcome = "done", .runs = "300" });
	keep(b);
	CHECK_ROWS(b, 60, ROLLUPS, "n.key = '=q' AND span = 1 AND started = 2");
	CHECK_ROWS(b, 6, ROLLUPS,
		   "n.key = '=q' AND span = 10 AND started = 20 AND wait_n = 20 AND "
		   "waits = '0:10 1:10' AND wait_us = 1050");
	CHECK_ROWS(b, 1, ROLLUPS,
		   "n.key = '=q' AND span = 60 AND started = 120 AND "
		   "waits = '0:60 1:60' AND wait_us = 6300 AND last_end IS NULL");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=mail' AND span = 60 AND started = 120");
	CHECK_ROWS(b, 1, ROLLUPS,
		   "n.key = '=q' AND span = 60 AND done = 1 AND runs = '10:1' AND "
		   "last_end IS NOT NULL");
	/* And what comes after that is added. */
	tell(b, (struct told){
			.at = hour + 7, .was = "queued", .becomes = "processing", .waits = "100" });
	keep(b);
	CHECK_ROWS(b, 1, ROLLUPS,
		   "n.key = '=q' AND span = 60 AND started = 121 AND waits = '0:60 1:61'");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 10 AND started = 21 AND wait_n = 21");
}

TEST(what_is_not_over_is_not_derived)
{
	struct bench *b = bench_of(state);
	const usec_t now = clock_now();

	counted(b);
	tell(b, (struct told){ .at = now + 2 * HOUR, .becomes = "queued" });
	keep(b);
	CHECK_ROWS(b, 0, ROLLUPS, "span > 1 AND arrived > 0");
	CHECK_ROWS(b, 1, "soniq_x_state", "derived_10 <= now() AND derived_60 <= now()");
}

/* The clock was put back: what was derived stays, and takes what comes now. */
TEST(a_clock_that_was_put_back_does_no_harm)
{
	struct bench *b = bench_of(state);
	const usec_t now = clock_now();

	counted(b);
	derived_until(b, now + 5 * HOUR);
	put_job(b, (struct seed){ .n = 3, .queue = "q" });
	keep(b);
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 1 AND arrived = 3 AND queued_max = 3");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 10 AND arrived = 3 AND queued_max = 3");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 60 AND arrived = 3");
	CHECK_ROWS(b, 1, "soniq_x_state", "derived_10 > now()");
}

TEST(a_year_without_the_keeper_is_caught_up)
{
	struct bench *b = bench_of(state);
	const usec_t now = clock_now(), start = floor_of(now - 300 * DAY, HOUR);

	counted(b);
	run(b, "UPDATE soniq_x_state SET pruned_at = now()");
	for (int i = 0; i < 100; i++)
		tell(b, (struct told){ .at = start + i * HOUR, .becomes = "queued" });
	keep(b);
	CHECK_SUM(b, 100, "arrived", ROLLUPS " WHERE n.key = '=q' AND span = 10");
	CHECK_ROWS(b, 100, ROLLUPS, "n.key = '=q' AND span = 60 AND arrived = 1");
	CHECK_ROWS(b, 1, "soniq_x_state", "derived_60 IS NOT NULL AND derived_10 >= derived_60");
}

TEST(each_minute_a_sample_is_taken)
{
	struct bench *b = bench_of(state);

	keep(b);
	put_worker(b, WORKER_A, 1, "[\"q\", \"idle\"]", NULL);
	put_worker(b, WORKER_B, 2, "[]", NULL);
	put_job(b, (struct seed){ .n = 3, .queue = "q", .created = -MINUTE });
	put_job(b, (struct seed){ .n = 1, .queue = "q", .created = -HOUR, .scheduled = HOUR });
	put_job(b, (struct seed){ .n = 2, .queue = "NULL", .status = "processing" });
	put_job(b, (struct seed){
			   .n = 1, .queue = "NULL", .created = -HOUR, .scheduled = -30 * MINUTE });
	for (int i = 0; i < 2; i++) {
		keep(b);
		run(b, "UPDATE soniq_x_state SET sampled_at = NULL");
		keep(b);
		CHECK_ROWS(b, 1, ROLLUPS,
			   "n.key = '=q' AND span = 1 AND queued_max = 4 AND "
			   "processing_max = 0 AND workers_max = 2 AND "
			   "oldest_us BETWEEN 60000000 AND 90000000");
		CHECK_ROWS(b, 1, ROLLUPS,
			   "n.key = '' AND span = 1 AND queued_max = 1 AND "
			   "processing_max = 2 AND workers_max = 1 AND "
			   "oldest_us BETWEEN 1800000000 AND 1830000000");
		CHECK_ROWS(b, 0, ROLLUPS, "kind = 'type' AND queued_max IS NOT NULL");
		CHECK_ROWS(b, 0, ROLLUPS, "span = 0 AND queued_max IS NOT NULL");
		/* Then the same by the index. */
		given(b,
		      "CREATE INDEX IF NOT EXISTS soniq_x_jobs_wait ON soniq_jobs "
		      "(queue, scheduled_at NULLS FIRST, created_at) WHERE status = 'queued'",
		      "CREATE INDEX IF NOT EXISTS soniq_x_jobs_wait ON soniq_jobs "
		      "(queue, scheduled_at, created_at) WHERE status = 'queued'");
		run(b, "DELETE FROM soniq_x_rollup");
		store_history_forget(&b->store);
	}
}

TEST(dates_at_infinity_are_no_wait)
{
	struct bench *b = bench_of(state);

	keep(b);
	put_job(b, (struct seed){ .n = 2, .queue = "q" });
	given(b, "UPDATE soniq_jobs SET created_at = '-infinity', scheduled_at = NULL",
	      "UPDATE soniq_jobs SET created_at = 'then', scheduled_at = x'00'");
	keep(b);
	run(b, "UPDATE soniq_x_state SET sampled_at = NULL");
	keep(b);
	CHECK_ROWS(b, 1, ROLLUPS,
		   "n.key = '=q' AND span = 1 AND queued_max = 2 AND oldest_us IS NULL");
}

/* n attempts that ended so long ago, in order. */
static void put_attempts(struct bench *b, int n, usec_t ago)
{
	given(b,
	      arena_printf(&b->arena,
			   "INSERT INTO soniq_x_attempts (job_id, ended_at, outcome) "
			   "SELECT gen_random_uuid(), now() - %" PRId64 " * interval "
			   "'1 microsecond' + i * interval '1 microsecond', 'done' FROM "
			   "generate_series(1, %d) AS s (i)",
			   ago, n),
	      arena_printf(&b->arena,
			   "INSERT INTO soniq_x_attempts (job_id, ended_at, outcome) "
			   "WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE "
			   "i < %d) SELECT uuid4(), now() - %" PRId64 " + i, 'done' FROM g",
			   n, ago));
}

static int64_t prune_once(struct bench *b, const struct history_policy *policy)
{
	struct history_turn turn = { 0 };

	CHECK_OK(b, store_history_turn(&b->store, policy, &turn, &b->err));
	return turn.pruned;
}

TEST(old_attempts_go_a_batch_at_a_time)
{
	struct bench *b = bench_of(state);

	put_attempts(b, 7000, 8 * DAY);
	put_attempts(b, 10, 6 * DAY);
	assert_int_equal(prune_once(b, &history_policy_default), 5000);
	CHECK_ROWS(b, 1, "soniq_x_state", "pruned_at IS NULL");
	assert_int_equal(prune_once(b, &history_policy_default), 2000);
	CHECK_ROWS(b, 1, "soniq_x_state", "pruned_at IS NOT NULL");
	CHECK_ROWS(b, 10, "soniq_x_attempts", "1 = 1");
	/* A minute's rest. */
	put_attempts(b, 5, 8 * DAY);
	assert_int_equal(prune_once(b, &history_policy_default), 0);
}

/* The clock of the database is put forward: nothing of yesterday is a week old by that. */
TEST(a_clock_that_is_put_forward_makes_nothing_old)
{
	struct bench *b = bench_of(state);

	put_attempts(b, 10, DAY);
	put_attempts(b, 3, 8 * DAY);
	assert_int_equal(prune_once(b, &history_policy_default), 3);
	/* As if ten days had passed since then, in no time. */
	run(b, "UPDATE soniq_x_state SET pruned_at = NULL");
	b->store.kept.pruned_now -= 10 * DAY;
	put_attempts(b, 5, 8 * DAY);
	assert_int_equal(prune_once(b, &history_policy_default), 0);
	/* A day later it is believed. */
	run(b, "UPDATE soniq_x_state SET pruned_at = NULL");
	b->store.kept.pruned_mono -= 25 * HOUR;
	assert_int_equal(prune_once(b, &history_policy_default), 5);
	CHECK_ROWS(b, 10, "soniq_x_attempts", "1 = 1");
}

/* What PostgreSQL estimates may come late, and twice: only what SQLite knows is exact. */
TEST(of_too_many_attempts_the_oldest_go)
{
	struct bench *b = bench_of(state);
	struct history_policy policy = history_policy_default;

	policy.attempts_max = 100;
	put_attempts(b, 50, DAY);
	given(b, "UPDATE soniq_x_attempts SET outcome = 'failed'; ANALYZE soniq_x_attempts",
	      "UPDATE soniq_x_attempts SET outcome = 'failed'");
	put_attempts(b, 100, HOUR);
	for (const usec_t until = clock_mono() + 20 * SECOND;
	     prune_once(b, &policy) == 0 && clock_mono() < until;)
		given(b, "UPDATE soniq_x_state SET pruned_at = NULL; ANALYZE soniq_x_attempts",
		      "UPDATE soniq_x_state SET pruned_at = NULL");
	CHECK_ROWS(b, 0, "soniq_x_attempts", "outcome = 'failed'");
	CHECK_ROWS(b, 100, "soniq_x_attempts", "1 = 1");
}

static void put_rollup(struct bench *b, int span, usec_t ago)
{
	const usec_t at = floor_of(clock_now() - ago, span * MINUTE);

	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_rollup (name_id, span, at, arrived) "
			    "SELECT id, %d, %s, 1 FROM soniq_x_names",
			    span, moment(b, at)));
}

TEST(old_rollups_go_when_the_coarser_one_is_there)
{
	struct bench *b = bench_of(state);

	counted(b);
	put_rollup(b, 1, 49 * HOUR);
	put_rollup(b, 1, 47 * HOUR);
	put_rollup(b, 10, 15 * DAY);
	put_rollup(b, 10, 13 * DAY);
	put_rollup(b, 60, 367 * DAY);
	put_rollup(b, 60, 365 * DAY);
	run(b, "INSERT INTO soniq_x_rollup (name_id, span, at, arrived) SELECT id, 0, "
	       "(SELECT min(at) FROM soniq_x_rollup), 1 FROM soniq_x_names");
	derived_until(b, clock_now() - 500 * DAY);
	added_up(b);
	keep(b);
	/* Two names, and all queues; what went was derived before. */
	CHECK_ROWS(b, 3, "soniq_x_rollup", "span = 1");
	CHECK_ROWS(b, 9, "soniq_x_rollup", "span = 10");
	CHECK_ROWS(b, 3, "soniq_x_rollup", "span = 0");
	CHECK_SUM(b, 15, "arrived", "soniq_x_rollup WHERE span = 60");
}

TEST(what_is_deleted_is_not_known_any_more)
{
	struct bench *b = bench_of(state);
	struct history_policy policy = history_policy_default;
	struct history history;

	policy.keep_hours = 20 * DAY;
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s",
			    moment(b, clock_now() - 90 * DAY)));
	(void)prune_once(b, &policy);
	store_history_forget(&b->store);
	CHECK_OK(b, store_history(&b->store, &b->arena, &history, &b->err));
	assert_true(llabs(history.since - (clock_now() - 20 * DAY)) < MINUTE);
}

TEST(what_is_not_derived_yet_stays)
{
	struct bench *b = bench_of(state);
	const usec_t long_ago = clock_now() - 30 * DAY;

	counted(b);
	derived_until(b, long_ago - DAY);
	/* More than one turn can derive. */
	for (int i = 0; i < 40; i++)
		tell(b, (struct told){ .at = long_ago + i * HOUR, .becomes = "queued" });
	assert_true(turn(b).is_behind);
	assert_true(turn(b).pruned >= 0);
	keep(b);
	CHECK_SUM(b, 40, "arrived", ROLLUPS " WHERE n.key = '=q' AND span = 60");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(spans_that_are_over_are_summed),
		WITH_HISTORY(what_is_not_over_is_not_derived),
		WITH_HISTORY(a_clock_that_was_put_back_does_no_harm),
		WITH_HISTORY(a_year_without_the_keeper_is_caught_up),
		WITH_HISTORY(each_minute_a_sample_is_taken),
		WITH_HISTORY(dates_at_infinity_are_no_wait),
		WITH_HISTORY(old_attempts_go_a_batch_at_a_time),
		WITH_HISTORY(a_clock_that_is_put_forward_makes_nothing_old),
		WITH_HISTORY(of_too_many_attempts_the_oldest_go),
		WITH_HISTORY(old_rollups_go_when_the_coarser_one_is_there),
		WITH_HISTORY(what_is_deleted_is_not_known_any_more),
		WITH_HISTORY(what_is_not_derived_yet_stays),
	};

	return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
