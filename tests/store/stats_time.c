/* stats_time.c -- what happened in a span of time, to the number. */
#include <stdlib.h>

#include "seed.h"
#include "store/stats.h"

static const struct timeline_want hours_24 = { .hours = 24, .bucket = HOUR };

static struct metrics metrics_of(struct bench *b, int hours, struct quality *quality)
{
	struct metrics m;

	CHECK_OK(b, store_metrics(&b->store, hours, &b->arena, &m, quality, &b->err));
	return m;
}

TEST(metrics_count_what_ended_in_the_span)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .n = 5,
				  .status = "done",
				  .created = -62 * SECOND,
				  .updated = -60 * SECOND,
				  .expires = HOUR });
	/* Without a moment to expire at, which nobody writes. */
	put_job(b, (struct seed){
			   .status = "done", .created = -80 * SECOND, .updated = -70 * SECOND });
	/* Too long ago, though it is kept for long. */
	put_job(b, (struct seed){ .n = 2,
				  .status = "done",
				  .created = -5 * HOUR,
				  .updated = -4 * HOUR,
				  .expires = HOUR });
	put_job(b, (struct seed){ .n = 7 });
	put_dead(b, 3, "send", "mail", -30 * MINUTE);
	put_dead(b, 1, "send", "mail", -4 * HOUR);

	const struct metrics m = metrics_of(b, 3, &quality);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(m.successful, 6);
	assert_int_equal(m.dead_lettered, 3);
	assert_int_equal(m.total_processed, 9);
	assert_int_equal(m.jobs_per_hour, 3);
	assert_int_equal(m.time_window_hours, 3);
	assert_true(m.success_rate == 66.67);
	assert_true(fabs(m.avg_processing_time_ms - 20000.0 / 6) < 0.01);
	assert_int_equal(metrics_of(b, 24, &quality).total_processed, 12);
}

TEST(metrics_of_nothing_are_zero)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	const struct metrics m = metrics_of(b, 24, &quality);

	assert_int_equal(m.total_processed, 0);
	assert_true(m.success_rate == 0);
	assert_true(isnan(m.avg_processing_time_ms));
	CHECK_KIND(quality, KIND_EXACT);
}

TEST(rows_that_are_kept_for_long_do_not_hide_that_not_all_were_looked_at)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .n = STORE_COUNT_CAP + 100,
				  .status = "done",
				  .created = -3 * HOUR,
				  .updated = -2 * HOUR,
				  .expires = 30 * DAY });
	put_job(b, (struct seed){ .n = 4,
				  .status = "done",
				  .created = -MINUTE,
				  .updated = -MINUTE,
				  .expires = 31 * DAY });
	assert_int_equal(metrics_of(b, 1, &quality).successful, 4);
	CHECK_KIND(quality, KIND_WINDOW);
	assert_int_equal(metrics_of(b, 24, &quality).successful, STORE_COUNT_CAP + 1);
	CHECK_KIND(quality, KIND_CAPPED);
}

/* What died before the first of those that were counted would make the share a wrong one. */
TEST(a_share_is_of_what_ended_since_the_same_moment)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .n = STORE_COUNT_CAP + 100,
				  .status = "done",
				  .created = -2 * HOUR,
				  .updated = -HOUR,
				  .expires = DAY });
	put_dead(b, 30, "send", "mail", -5 * HOUR);
	put_dead(b, 10, "send", "mail", -MINUTE);
	const struct metrics m = metrics_of(b, 24, &quality);

	assert_int_equal(m.successful, STORE_COUNT_CAP + 1);
	assert_int_equal(m.dead_lettered, 10);
	assert_true(llabs(m.covered_from - clock_now() + HOUR) < 30 * SECOND);
	assert_int_equal(m.covered_from, quality.covered_from);
	assert_true(m.jobs_per_hour > 49000 && m.jobs_per_hour < 50020);
	assert_int_equal(metrics_of(b, 1, &quality).covered_from, TIME_NULL);
}

static const struct timeline_bucket *bucket_at(const struct list *rows, usec_t hour)
{
	for (size_t i = 0; i < rows->n; i++)
		if (LIST_AT(rows, struct timeline_bucket, i)->hour == hour)
			return LIST_AT(rows, struct timeline_bucket, i);
	fail_msg("no bucket for the hour");
	return NULL;
}

TEST(the_timeline_has_every_hour)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct list rows;
	/* Ten minutes into an hour some hours ago: far from any edge. */
	const usec_t now = clock_now();
	const usec_t hour = (now / HOUR - 5) * HOUR;
	const int64_t then = hour + 10 * MINUTE - now;

	put_job(b, (struct seed){ .n = 3, .created = then });
	put_job(b, (struct seed){ .n = 2, .status = "done", .created = then, .updated = then });
	put_job(b, (struct seed){ .created = then + 2 * HOUR });
	put_job(b, (struct seed){ .created = then - 40 * HOUR });
	put_job(b, (struct seed){ .created = 10 * HOUR });
	put_dead(b, 4, "send", "mail", then - HOUR);

	CHECK_OK(b, store_timeline(&b->store, &hours_24, &b->arena, &rows, &quality, &b->err));
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(rows.n, 25);
	assert_int_equal(bucket_at(&rows, hour)->total_jobs, 5);
	assert_int_equal(bucket_at(&rows, hour)->completed, 2);
	assert_int_equal(bucket_at(&rows, hour)->dead_letter, 0);
	assert_int_equal(bucket_at(&rows, hour + HOUR)->total_jobs, 0);
	assert_int_equal(bucket_at(&rows, hour + 2 * HOUR)->total_jobs, 1);
	assert_int_equal(bucket_at(&rows, hour - HOUR)->total_jobs, 0);
	assert_int_equal(bucket_at(&rows, hour - HOUR)->dead_letter, 4);

	int64_t total = 0;
	for (size_t i = 0; i < rows.n; i++) {
		const struct timeline_bucket *bucket = LIST_AT(&rows, struct timeline_bucket, i);

		total += bucket->total_jobs;
		if (i > 0)
			assert_int_equal(bucket->hour - bucket[-1].hour, HOUR);
	}
	assert_int_equal(total, 6);
}

static const struct type_stats *type_at(const struct list *rows, size_t i, const char *name)
{
	assert_true(i < rows->n);
	CHECK_TEXT(LIST_AT(rows, struct type_stats, i)->job_name, name);
	return LIST_AT(rows, struct type_stats, i);
}

TEST(types_are_told_apart_by_name)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct list rows;

	put_job(b, (struct seed){ .n = 3,
				  .name = "send",
				  .status = "done",
				  .created = -20 * SECOND,
				  .updated = -10 * SECOND });
	put_job(b, (struct seed){ .n = 2, .name = "send" });
	put_job(b, (struct seed){ .n = 4, .name = "fetch", .status = "cancelled" });
	put_job(b, (struct seed){ .n = 9, .name = "old", .created = -8 * DAY });
	put_dead(b, 1, "send", "mail", -DAY);
	put_dead(b, 2, "doomed", "mail", -DAY);
	put_dead(b, 2, "doomed before", "mail", -8 * DAY);

	CHECK_OK(b, store_types(&b->store, &b->arena, &rows, &quality, &b->err));
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(rows.n, 3);

	const struct type_stats *send = type_at(&rows, 0, "send");
	assert_int_equal(send->total_count, 5);
	assert_int_equal(send->completed_count, 3);
	assert_int_equal(send->dead_letter_count, 1);
	assert_int_equal(send->queued_count, 2);
	assert_true(send->success_rate == 75);
	assert_true(fabs(send->avg_processing_time_ms - 10000) < 0.01);
	assert_true(send->last_run > clock_now() - MINUTE);

	const struct type_stats *fetch = type_at(&rows, 1, "fetch");
	assert_int_equal(fetch->total_count, 4);
	assert_true(fetch->success_rate == 0);
	assert_true(fetch->last_run == TIME_NULL);

	const struct type_stats *doomed = type_at(&rows, 2, "doomed");
	assert_int_equal(doomed->total_count, 2);
	assert_int_equal(doomed->dead_letter_count, 2);
	assert_true(doomed->last_run < clock_now() - 23 * HOUR);
}

TEST(the_last_hour_is_what_changed_in_it)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct last_hour hour;

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 2, .created = -2 * HOUR, .updated = -2 * HOUR });
	put_job(b, (struct seed){ .n = 1, .created = -2 * HOUR, .updated = -MINUTE });
	put_job(b, (struct seed){ .n = 3, .status = "processing", .worker = WORKER_A });
	put_job(b, (struct seed){ .n = 5, .status = "done", .expires = HOUR });
	put_job(b, (struct seed){ .n = 1, .status = "done", .updated = -MINUTE });
	put_job(b,
		(struct seed){ .n = 9, .status = "done", .updated = -2 * HOUR, .expires = HOUR });
	put_dead(b, 4, "send", "mail", -MINUTE);
	put_dead(b, 4, "send", "mail", -61 * MINUTE);

	CHECK_OK(b, store_last_hour(&b->store, &b->arena, &hour, &quality, &b->err));
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(hour.active_jobs, 3);
	assert_int_equal(hour.completed_last_hour, 6);
	assert_int_equal(hour.dead_lettered_last_hour, 4);
	assert_int_equal(hour.jobs_last_hour, 1 + 3 + 6 + 4);
	assert_int_equal(hour.queue_backlog, 3);
}

static bool has_name(const struct list *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(*LIST_AT(names, struct str, i), str_of(name)))
			return true;
	return false;
}

TEST(names_drift_when_nobody_registered_them)
{
	struct bench *b = bench_of(state);
	struct drift drift;

	put_worker(b, WORKER_A, 1, "[]", NULL);
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("known"), &b->err));
	put_job(b, (struct seed){ .n = 2, .name = "known", .updated = -2 * MINUTE });
	put_job(b, (struct seed){ .n = 3, .name = "unknown", .updated = -MINUTE });
	put_job(b, (struct seed){ .name = "long ago", .updated = -2 * HOUR });
	put_job(b, (struct seed){ .name = "finished", .status = "done" });
	put_dead(b, 4, "unknown", "mail", -5 * MINUTE);

	CHECK_OK(b, store_drift(&b->store, 60, &b->arena, &drift, &b->err));
	CHECK_KIND(drift.quality, KIND_EXACT);
	assert_int_equal(drift.observed.n, 2);
	const struct drift_name *name = LIST_AT(&drift.observed, struct drift_name, 0);
	CHECK_TEXT(name->job_name, "unknown");
	assert_int_equal(name->queued, 3);
	assert_int_equal(name->dead_letter, 4);
	assert_int_equal(name->is_registered, 0);
	assert_true(name->last_seen > clock_now() - 3 * MINUTE);
	CHECK_TEXT(name[1].job_name, "known");
	assert_int_equal(name[1].is_registered, 1);
	assert_int_equal(drift.registered.n, 1);
}

TEST(names_count_as_registered_while_their_worker_lives)
{
	struct bench *b = bench_of(state);
	struct drift drift;
	const char *old_start = arena_printf(&b->arena, "started_at = %s", at(b, -DAY));

	put_worker(b, WORKER_A, 1, "[]", old_start);
	put_worker(b, WORKER_B, 2, "[]", "status = 'stopped'");
	/* Its own id; an id that is nobody's, as the Python project has it, at the start of a
	 * live worker, and at no such moment; the id of a stopped one. */
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("own"), &b->err));
	CHECK_OK(b, store_registry_put(&b->store, "somebody", S("beside"), &b->err));
	CHECK_OK(b, store_registry_put(&b->store, "nobody", S("gone"), &b->err));
	CHECK_OK(b, store_registry_put(&b->store, WORKER_B, S("stopped"), &b->err));
	run(b, arena_printf(&b->arena,
			    "UPDATE soniq_task_registry SET last_seen_at = %s "
			    "WHERE worker_id = 'somebody'",
			    at(b, -DAY - SECOND)));

	CHECK_OK(b, store_drift(&b->store, 60, &b->arena, &drift, &b->err));
	assert_int_equal(drift.registered.n, 2);
	assert_true(has_name(&drift.registered, "own"));
	assert_true(has_name(&drift.registered, "beside"));
}

/* More than the window holds: 33,000 rows of a quarter of a page, or 200,100 rowids. */
static void given_more_than_the_window(struct bench *b)
{
	given(b,
	      "INSERT INTO soniq_jobs (id, job_name, args, producer_id)"
	      " SELECT gen_random_uuid(), 'x', '{}', repeat('x', 1800)"
	      " FROM generate_series(1, 33000)",
	      "WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 200100)"
	      " INSERT INTO soniq_jobs (id, job_name, args, created_at, updated_at)"
	      " SELECT uuid4(), 'x', '{}', now(), now() FROM g");
}

TEST(numbers_of_a_large_table_are_of_its_newest_part)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct drift drift;
	struct list rows;
	struct last_hour hour;

	given_more_than_the_window(b);
	put_job(b, (struct seed){ .n = 2, .name = "newest" });
	put_dead(b, 3, "x", "mail", SECOND);
	put_dead(b, 5, "x", "mail", -2 * HOUR); /* before the part begins: not set against it */
	CHECK_OK(b, store_types(&b->store, &b->arena, &rows, &quality, &b->err));
	CHECK_KIND(quality, KIND_WINDOW);
	assert_int_equal(rows.n, 2);
	assert_int_equal(type_at(&rows, 1, "newest")->total_count, 2);
	assert_true(type_at(&rows, 0, "x")->total_count < (bench_is_sqlite(b) ? 200000 : 33000));
	assert_true(type_at(&rows, 0, "x")->total_count > 30000);
	assert_int_equal(type_at(&rows, 0, "x")->dead_letter_count, 3);

	CHECK_OK(b, store_timeline(&b->store, &hours_24, &b->arena, &rows, &quality, &b->err));
	CHECK_KIND(quality, KIND_WINDOW);
	assert_true(llabs(quality.covered_from - clock_now()) < 2 * MINUTE);
	int64_t dead = 0;
	for (size_t i = 0; i < rows.n; i++)
		dead += LIST_AT(&rows, struct timeline_bucket, i)->dead_letter;
	assert_int_equal(dead, 3);
	CHECK_OK(b, store_drift(&b->store, 5, &b->arena, &drift, &b->err));
	CHECK_KIND(drift.quality, KIND_WINDOW);
	assert_int_equal(drift.observed.n, 2);
	CHECK_OK(b, store_last_hour(&b->store, &b->arena, &hour, &quality, &b->err));
	assert_true(quality.kind >= KIND_WINDOW);
	CHECK_KIND((metrics_of(b, 1, &quality), quality), KIND_EXACT);
}

TEST(moments_at_infinity_are_in_no_span)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	struct drift drift;
	struct list rows;
	struct last_hour hour;

	put_worker(b, WORKER_A, 1, "[]", NULL);
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("late"), &b->err));
	put_job(b, (struct seed){ .n = 2, .status = "done", .expires = HOUR });
	put_job(b, (struct seed){ .n = 2, .name = "late" });
	put_dead(b, 1, "late", "mail", -MINUTE);
	given(b,
	      "UPDATE soniq_jobs SET created_at = 'infinity', updated_at = 'infinity',"
	      " expires_at = 'infinity', scheduled_at = 'infinity';"
	      "UPDATE soniq_dead_letter_jobs SET moved_to_dead_letter_at = 'infinity';"
	      "UPDATE soniq_workers SET started_at = '4714-11-24 00:00:00+00 BC'",
	      "UPDATE soniq_jobs SET created_at = 9223372036854775807,"
	      " updated_at = 9223372036854775807, expires_at = 9223372036854775807,"
	      " scheduled_at = 9223372036854775807;"
	      "UPDATE soniq_dead_letter_jobs SET moved_to_dead_letter_at = 9223372036854775807;"
	      "UPDATE soniq_workers SET started_at = -9223372036854775807");

	assert_true(isnan(metrics_of(b, 1, &quality).avg_processing_time_ms));
	CHECK_OK(b, store_timeline(&b->store, &hours_24, &b->arena, &rows, &quality, &b->err));
	for (size_t i = 0; i < rows.n; i++)
		assert_int_equal(LIST_AT(&rows, struct timeline_bucket, i)->total_jobs, 0);
	CHECK_OK(b, store_types(&b->store, &b->arena, &rows, &quality, &b->err));
	assert_true(type_at(&rows, 0, "late")->last_run == TIME_NULL);
	CHECK_OK(b, store_drift(&b->store, 5, &b->arena, &drift, &b->err));
	assert_true(LIST_AT(&drift.observed, struct drift_name, 0)->last_seen == TIME_INFINITY);
	assert_int_equal(drift.registered.n, 1);
	CHECK_OK(b, store_last_hour(&b->store, &b->arena, &hour, &quality, &b->err));
	CHECK_OK(b, store_queues(&b->store, &b->arena, &rows, &quality, &b->err));
	assert_int_equal(LIST_AT(&rows, struct queue_stats, 0)->scheduled, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(metrics_count_what_ended_in_the_span),
		ON_BOTH(metrics_of_nothing_are_zero),
		ON_BOTH(rows_that_are_kept_for_long_do_not_hide_that_not_all_were_looked_at),
		ON_BOTH(a_share_is_of_what_ended_since_the_same_moment),
		ON_BOTH(the_timeline_has_every_hour),
		ON_BOTH(types_are_told_apart_by_name),
		ON_BOTH(the_last_hour_is_what_changed_in_it),
		ON_BOTH(names_drift_when_nobody_registered_them),
		ON_BOTH(names_count_as_registered_while_their_worker_lives),
		ON_BOTH(numbers_of_a_large_table_are_of_its_newest_part),
		ON_BOTH(moments_at_infinity_are_in_no_span),
	};

	return cmocka_run_group_tests_name("stats_time", tests, NULL, NULL);
}
