/* stats_history.c -- the numbers of stats.h where a history is kept. */
#include <stdlib.h>

#include "checks.h"
#include "keep.h"
#include "numbers.h"

static void set(struct bench *b, const char *changes, const char *where)
{
	run(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET %s WHERE %s", changes, where));
}

/* Ten jobs were put: six are done and their rows are gone, one is dead, one cancelled, one runs,
 * one waits. Each took two seconds and had waited three. */
static void given_a_day(struct bench *b)
{
	const char *claimed =
		arena_printf(&b->arena, "status = 'processing', attempts = 1, updated_at = %s",
			     at(b, -2 * SECOND));

	counted(b);
	put_job(b, (struct seed){
			   .n = 10, .queue = "a", .created = -5 * SECOND, .updated = -5 * SECOND });
	set(b, claimed, "id IN (SELECT id FROM soniq_jobs ORDER BY id LIMIT 8)");
	set(b, "status = 'cancelled'",
	    "id IN (SELECT id FROM soniq_jobs WHERE status = 'queued' "
	    "ORDER BY id LIMIT 1)");
	set(b, arena_printf(&b->arena, "status = 'done', updated_at = %s", at(b, 0)),
	    "id IN (SELECT id FROM soniq_jobs WHERE status = 'processing' ORDER BY id LIMIT 6)");
	run(b,
	    arena_printf(&b->arena,
			 "INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, "
			 "max_attempts, attempts, dead_letter_reason, original_created_at, "
			 "moved_to_dead_letter_at) SELECT id, job_name, '{}', queue, 1, 1, 1, 'r', "
			 "created_at, %s FROM soniq_jobs WHERE status = 'processing' "
			 "ORDER BY id LIMIT 1",
			 at(b, 0)));
	run(b, "DELETE FROM soniq_jobs WHERE id IN (SELECT id FROM soniq_dead_letter_jobs)");
	run(b, "DELETE FROM soniq_jobs WHERE status = 'done'");
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -400 * DAY)));
}

TEST(counts_are_exact_at_once_and_beyond_the_cap)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_a_day(b);
	for (int round = 0; round < 2; round++) {
		const struct job_stats stats = stats_of(b, &quality);

		CHECK_KIND(quality, KIND_EXACT);
		assert_int_equal(stats.total, 3);
		assert_int_equal(stats.queued, 1);
		assert_int_equal(stats.processing, 1);
		assert_int_equal(stats.done, 0);
		assert_int_equal(stats.cancelled, 1);
		assert_int_equal(stats.dead_letter, 1);
		keep(b);
	}
	put_job(b, (struct seed){ .n = STORE_COUNT_CAP + 500, .queue = "big" });
	keep(b);
	assert_int_equal(stats_of(b, &quality).queued, STORE_COUNT_CAP + 501);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(quality.covered_from, 0);
}

static void check_near(double got, double want)
{
	if (!(fabs(got - want) <= want * 0.4))
		fail_msg("%f, not about %f", got, want);
}

TEST(a_queue_tells_how_it_fares)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_a_day(b);
	keep(b);
	const struct queue_stats *queue = queue_of_name(b, "a", &quality);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(queue->total_jobs, 3);
	assert_int_equal(queue->queued, 1);
	assert_int_equal(queue->ready, 1);
	assert_int_equal(queue->scheduled, 0);
	assert_int_equal(queue->dead_letter, 1);
	/* 10 came and 8 ended (6 done, 1 dead, 1 cancelled) in ten minutes and a part of one. */
	const struct outlook *o = &queue->outlook;

	assert_true(o->arrived_per_minute > 0.9 && o->arrived_per_minute <= 1);
	assert_true(o->finished_per_minute > 0.72 && o->finished_per_minute <= 0.8);
	CHECK_TEXT(o->forecast, "grows");
	assert_true(fabs(o->growth_per_minute - o->arrived_per_minute / 5) < 1e-6);
	assert_true(isnan(o->drain_seconds));
	check_near(queue->times.run_p50_ms, 2000);
	check_near(queue->times.run_p99_ms, 2000);
	check_near(queue->avg_processing_time_ms, 5000);
	assert_true(o->oldest_waiting_seconds >= 5 && o->oldest_waiting_seconds < 60);
	/* SQLite's moments are the row's own; PostgreSQL's are those of the claim. */
	if (bench_is_sqlite(b))
		check_near(queue->times.wait_p50_ms, 3000);
	else
		check_near(queue->times.wait_p50_ms, 5000);
}

/* What waits in them is looked at by name, as far as a limit goes. */
TEST(a_queue_beyond_those_that_are_looked_at_says_so)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	for (int i = 0; i < 500; i++)
		put_job(b, (struct seed){ .n = 1,
					  .queue = arena_printf(&b->arena, "z%03d", i) });
	keep(b);
	for (int i = 0; i < 5; i++)
		put_job(b, (struct seed){ .n = 1, .queue = arena_printf(&b->arena, "a%d", i) });
	const struct queue_stats *queue = queue_of_name(b, "z499", &quality);
	CHECK_KIND(quality, KIND_CAPPED);
	assert_int_equal(queue->queued, 1);
	assert_int_equal(queue->ready, 1);
	CHECK_TEXT(queue->at_least, "[\"ready\",\"scheduled\"]");
	CHECK_TEXT(queue_of_name(b, "z000", &quality)->at_least, "[]");
}

TEST(a_queue_whose_rows_are_gone_is_there_while_it_works)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_a_day(b);
	keep(b);
	run(b, "DELETE FROM soniq_jobs");
	run(b, "DELETE FROM soniq_dead_letter_jobs");
	const struct queue_stats *queue = queue_of_name(b, "a", &quality);
	assert_non_null(queue);
	assert_int_equal(queue->total_jobs, 0);
	CHECK_TEXT(queue->outlook.forecast, "empty");
	check_near(queue->times.run_p50_ms, 2000);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_rollup SET at = %s", at(b, -3 * HOUR)));
	assert_null(queue_of_name(b, "a", &quality));
}

/* Of a young history rates are of the time that there is; of less than a minute there are none. */
TEST(rates_of_a_young_history)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_a_day(b);
	keep(b);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -2 * MINUTE)));
	const struct queue_stats *queue = queue_of_name(b, "a", &quality);
	check_near(queue->outlook.arrived_per_minute, 5);
	assert_true(llabs(quality.covered_from - clock_now() + 2 * MINUTE) < 10 * SECOND);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -20 * SECOND)));
	queue = queue_of_name(b, "a", &quality);
	assert_true(isnan(queue->outlook.arrived_per_minute));
	CHECK_TEXT(queue->outlook.forecast, "unknown");
}

/* With the index and without: the same. */
TEST(those_that_wait_are_told_apart_by_when_they_are_due)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	put_job(b, (struct seed){ .n = 4, .queue = "a", .created = -HOUR });
	put_job(b, (struct seed){
			   .n = 3, .queue = "a", .created = -5 * HOUR, .scheduled = -2 * HOUR });
	put_job(b, (struct seed){ .n = 2, .queue = "a", .created = -9 * HOUR, .scheduled = HOUR });
	put_job(b, (struct seed){ .n = 5, .queue = "NULL", .created = -3 * HOUR });
	put_job(b, (struct seed){ .n = 1, .queue = "NULL", .scheduled = HOUR });
	put_job(b, (struct seed){ .n = 6, .queue = "later", .scheduled = HOUR });
	for (int round = 0; round < 2; round++) {
		const struct queue_stats *queue = queue_of_name(b, "a", &quality);

		assert_int_equal(queue->ready, 7);
		assert_int_equal(queue->scheduled, 2);
		assert_true(fabs(queue->outlook.oldest_waiting_seconds - 7200) < 60);
		queue = queue_of_name(b, NULL, &quality);
		assert_int_equal(queue->ready, 5);
		assert_int_equal(queue->scheduled, 1);
		assert_true(fabs(queue->outlook.oldest_waiting_seconds - 3 * 3600) < 60);
		queue = queue_of_name(b, "later", &quality);
		assert_int_equal(queue->ready, 0);
		assert_int_equal(queue->scheduled, 6);
		assert_true(isnan(queue->outlook.oldest_waiting_seconds));
		given_the_index(b);
	}
}

/* Those whose moment has come are counted, or those whose moment is to come, whichever are few;
 * where neither are, both numbers are `at least`. */
TEST(a_large_backlog_is_exact_by_the_index)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	given_the_index(b);
	put_job(b, (struct seed){ .n = 12000, .queue = "due" });
	put_job(b, (struct seed){ .n = 3, .queue = "due", .scheduled = HOUR });
	put_job(b, (struct seed){ .n = 12000, .queue = "later", .scheduled = HOUR });
	put_job(b, (struct seed){ .n = 4, .queue = "later" });
	keep(b);
	const struct queue_stats *due = queue_of_name(b, "due", &quality);
	assert_int_equal(due->ready, 12000);
	assert_int_equal(due->scheduled, 3);
	const struct queue_stats *later = queue_of_name(b, "later", &quality);
	assert_int_equal(later->ready, 4);
	assert_int_equal(later->scheduled, 12000);
	CHECK_KIND(quality, KIND_EXACT);
	put_job(b, (struct seed){ .n = 12000, .queue = "due", .scheduled = HOUR });
	keep(b);
	due = queue_of_name(b, "due", &quality);
	assert_int_equal(due->queued, 24003);
	assert_int_equal(due->ready, 12000);
	assert_int_equal(due->scheduled, 12003);
	CHECK_KIND(quality, KIND_EXACT);
	put_job(b, (struct seed){ .n = 12000, .queue = "past", .scheduled = -HOUR });
	put_job(b, (struct seed){ .n = 2, .queue = "past", .scheduled = HOUR });
	keep(b);
	const struct queue_stats *past = queue_of_name(b, "past", &quality);
	assert_int_equal(past->ready, 12000);
	assert_int_equal(past->scheduled, 2);
	CHECK_KIND(quality, KIND_EXACT);
	put_job(b, (struct seed){ .n = 12000, .queue = "past", .scheduled = HOUR });
	keep(b);
	past = queue_of_name(b, "past", &quality);
	assert_int_equal(past->queued, 24002);
	assert_in_range(past->ready, 51, 12000);
	assert_in_range(past->scheduled, 51, 12002);
	CHECK_TEXT(past->at_least, "[\"ready\",\"scheduled\"]");
	CHECK_TEXT(queue_of_name(b, "later", &quality)->at_least, "[]");
	CHECK_KIND(quality, KIND_CAPPED);
}

static const struct drift_name *drifting(struct bench *b, int minutes, const char *name)
{
	struct drift *drift = ARENA_NEW(&b->arena, struct drift);

	CHECK_OK(b, store_drift(&b->store, minutes, &b->arena, drift, &b->err));
	CHECK_KIND(drift->quality, KIND_EXACT);
	for (size_t i = 0; i < drift->observed.n; i++) {
		const struct drift_name *one = LIST_AT(&drift->observed, struct drift_name, i);

		if (str_eq(one->job_name, str_of(name)))
			return one;
	}
	return NULL;
}

/* Folded or not; from rows that never were in the window of the tables. */
TEST(names_drift_as_long_as_their_jobs_wait)
{
	struct bench *b = bench_of(state);

	counted(b);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -3 * HOUR)));
	put_job(b, (struct seed){ .n = 3, .name = "waits", .updated = -DAY });
	put_job(b, (struct seed){ .n = 2, .name = "gone" });
	run(b, "UPDATE soniq_jobs SET status = 'cancelled' WHERE job_name = 'gone'");
	put_dead(b, 4, "dead", "mail", -5 * MINUTE);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(drifting(b, 60, "waits")->queued, 3);
		assert_true(drifting(b, 60, "waits")->last_seen > clock_now() - 3 * MINUTE);
		assert_int_equal(drifting(b, 60, "waits")->is_registered, 0);
		assert_int_equal(drifting(b, 60, "dead")->dead_letter, 4);
		assert_int_equal(drifting(b, 60, "dead")->queued, 0);
		assert_null(drifting(b, 60, "gone"));
		keep(b);
	}
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_rollup SET at = %s WHERE span = 1",
			    at(b, -2 * HOUR)));
	assert_null(drifting(b, 60, "waits"));
	assert_int_equal(drifting(b, 150, "waits")->queued, 3);
}

TEST(metrics_remember_rows_that_are_gone)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct metrics m;

	given_a_day(b);
	keep(b);
	CHECK_OK(b, store_metrics(&b->store, 24, &b->arena, &m, &quality, &b->err));
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(m.successful, 6);
	assert_int_equal(m.dead_lettered, 1);
	assert_int_equal(m.total_processed, 7);
	assert_true(m.success_rate == 85.71);
	assert_int_equal(m.arrived, 10);
	assert_int_equal(m.cancelled, 1);
	assert_int_equal(m.failed, 0);
	check_near(m.avg_processing_time_ms, 5000);
	check_near(m.avg_run_ms, 2000);
	check_near(m.times.run_p95_ms, 2000);
	assert_int_equal(quality.covered_from, 0);
	assert_true(llabs(m.covered_from - clock_now() + DAY) < 10 * SECOND);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -HOUR)));
	CHECK_OK(b, store_metrics(&b->store, 24, &b->arena, &m, &quality, &b->err));
	assert_true(llabs(quality.covered_from - clock_now() + HOUR) < 10 * SECOND);
	assert_int_equal(m.covered_from, quality.covered_from);
}

TEST(the_last_hour_and_the_types_come_from_the_history_too)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct last_hour hour;
	struct list types;

	given_a_day(b);
	put_job(b, (struct seed){ .n = 2, .name = "old" });
	keep(b);
	CHECK_OK(b, store_last_hour(&b->store, &b->arena, &hour, &quality, &b->err));
	assert_int_equal(hour.active_jobs, 1);
	assert_int_equal(hour.queue_backlog, 3);
	assert_int_equal(hour.completed_last_hour, 6);
	assert_int_equal(hour.dead_lettered_last_hour, 1);
	assert_int_equal(hour.jobs_last_hour, 12);

	/* Longer ago than is looked back; but they are there. */
	run(b, arena_printf(&b->arena,
			    "UPDATE soniq_x_rollup SET at = %s WHERE name_id = (SELECT id FROM "
			    "soniq_x_names WHERE key = '=old') AND span > 0",
			    at(b, -9 * DAY)));
	CHECK_OK(b, store_types(&b->store, &b->arena, &types, &quality, &b->err));
	assert_int_equal(types.n, 2);
	const struct type_stats *mail = LIST_AT(&types, struct type_stats, 0);
	CHECK_TEXT(mail->job_name, "mail");
	assert_int_equal(mail->total_count, 10);
	assert_int_equal(mail->completed_count, 6);
	assert_int_equal(mail->dead_letter_count, 1);
	assert_int_equal(mail->queued_count, 1);
	assert_int_equal(mail->arrived_count, 10);
	assert_true(mail->success_rate == 85.71);
	assert_true(llabs(mail->last_run - clock_now()) < MINUTE);
	check_near(mail->avg_run_ms, 2000);
	const struct type_stats *old = LIST_AT(&types, struct type_stats, 1);
	CHECK_TEXT(old->job_name, "old");
	assert_int_equal(old->total_count, 2);
	assert_int_equal(old->arrived_count, 0);
	assert_int_equal(old->last_run, TIME_NULL);
}

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

TEST(the_timeline_has_every_bucket)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_a_day(b);
	put_job(b, (struct seed){ .n = 5, .queue = "b", .name = "pay" });
	keep(b);
	struct list rows =
		timeline_of(b, (struct timeline_want){ .hours = 24, .bucket = HOUR }, &quality);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(rows.n, 25);
	assert_int_equal(sum_total(&rows), 15);
	assert_int_equal(quality.covered_from, 0);
	rows = timeline_of(b, (struct timeline_want){ .hours = 48, .bucket = MINUTE }, &quality);
	assert_in_range(rows.n, 2881, 2882);
	assert_int_equal(sum_total(&rows), 15);
	rows = timeline_of(b, (struct timeline_want){ .hours = 336, .bucket = 10 * MINUTE },
			   &quality);
	assert_in_range(rows.n, 2017, 2018);
	assert_int_equal(sum_total(&rows), 15);
	rows = timeline_of(b, (struct timeline_want){ .hours = 8784, .bucket = DAY }, &quality);
	assert_in_range(rows.n, 367, 368);
	assert_int_equal(sum_total(&rows), 15);

	rows = timeline_of(b, (struct timeline_want){ .hours = 2, .bucket = HOUR, .queue = S("b") },
			   &quality);
	assert_int_equal(sum_total(&rows), 5);
	rows = timeline_of(b,
			   (struct timeline_want){
				   .hours = 2, .bucket = HOUR, .job_name = S("mail") },
			   &quality);
	assert_int_equal(sum_total(&rows), 10);
	rows = timeline_of(b,
			   (struct timeline_want){ .hours = 2, .bucket = HOUR, .queue = S("none") },
			   &quality);
	assert_int_equal(rows.n, 3);
	assert_int_equal(sum_total(&rows), 0);
}

static void check_refused(struct bench *b, struct timeline_want want, const char *param)
{
	struct quality quality;
	struct list rows;

	CHECK_ERR(b, ERR_INVALID,
		  store_timeline(&b->store, &want, &b->arena, &rows, &quality, &b->err));
	assert_string_equal(b->err.param, param);
}

TEST(a_bucket_too_fine_is_refused)
{
	struct bench *b = bench_of(state);

	counted(b);
	check_refused(b, (struct timeline_want){ .hours = 49, .bucket = MINUTE }, "bucket");
	check_refused(b, (struct timeline_want){ .hours = 337, .bucket = 10 * MINUTE }, "bucket");
	check_refused(b, (struct timeline_want){ .hours = 3001, .bucket = HOUR }, "bucket");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(counts_are_exact_at_once_and_beyond_the_cap),
		WITH_HISTORY(a_queue_tells_how_it_fares),
		WITH_HISTORY(a_queue_beyond_those_that_are_looked_at_says_so),
		WITH_HISTORY(a_queue_whose_rows_are_gone_is_there_while_it_works),
		WITH_HISTORY(rates_of_a_young_history),
		WITH_HISTORY(those_that_wait_are_told_apart_by_when_they_are_due),
		WITH_HISTORY(a_large_backlog_is_exact_by_the_index),
		WITH_HISTORY(names_drift_as_long_as_their_jobs_wait),
		WITH_HISTORY(metrics_remember_rows_that_are_gone),
		WITH_HISTORY(the_last_hour_and_the_types_come_from_the_history_too),
		WITH_HISTORY(the_timeline_has_every_bucket),
		WITH_HISTORY(a_bucket_too_fine_is_refused),
	};
	return cmocka_run_group_tests_name("stats_history", tests, NULL, NULL);
}
