/* stats.c -- how many jobs there are, and what is said of counts that stop at a limit. */
#include "checks.h"
#include "seed.h"
#include "store/stats.h"

static struct list queues_of(struct bench *b, struct quality *quality)
{
	struct list rows;

	CHECK_OK(b, store_queues(&b->store, &b->arena, &rows, quality, &b->err));
	return rows;
}

static const struct queue_stats *queue_at(const struct list *rows, size_t i, const char *name)
{
	const struct queue_stats *queue = LIST_AT(rows, struct queue_stats, i);

	assert_true(i < rows->n);
	CHECK_TEXT(queue->queue, name);
	return queue;
}

static struct job_stats stats_of(struct bench *b, struct quality *quality)
{
	struct job_stats stats;

	CHECK_OK(b, store_stats(&b->store, &b->arena, &stats, quality, &b->err));
	return stats;
}

TEST(nothing_is_counted_in_an_empty_database)
{
	struct bench *b = bench_of(state);
	struct quality quality;
	const struct job_stats stats = stats_of(b, &quality);

	assert_int_equal(stats.total, 0);
	assert_int_equal(stats.dead_letter, 0);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(queues_of(b, &quality).n, 0);
	CHECK_KIND(quality, KIND_EXACT);
}

/* mail: 3 queued, 2 processing, 4 done, 1 cancelled, 2 dead; none: 2 queued; old: 1 dead. */
static void given_jobs(struct bench *b)
{
	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 3, .queue = "mail" });
	put_job(b, (struct seed){ .n = 2, .queue = "mail", .status = "processing",
				  .worker = WORKER_A });
	put_job(b, (struct seed){ .n = 4, .queue = "mail", .status = "done",
				  .created = -10 * SECOND, .updated = -8 * SECOND,
				  .expires = 300 * SECOND });
	put_job(b, (struct seed){ .queue = "mail", .status = "cancelled" });
	put_job(b, (struct seed){ .n = 2, .queue = "NULL" });
	put_dead(b, 2, "send", "mail", -SECOND);
	put_dead(b, 1, "send", "old", -SECOND);
}

TEST(jobs_are_counted_by_status)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_jobs(b);
	const struct job_stats stats = stats_of(b, &quality);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(stats.queued, 5);
	assert_int_equal(stats.processing, 2);
	assert_int_equal(stats.done, 4);
	assert_int_equal(stats.cancelled, 1);
	assert_int_equal(stats.total, 12);
	assert_int_equal(stats.dead_letter, 3);
}

TEST(each_queue_has_its_line_even_the_one_without_a_name)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	given_jobs(b);
	const struct list rows = queues_of(b, &quality);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(rows.n, 3);

	const struct queue_stats *mail = queue_at(&rows, 0, "mail");
	assert_int_equal(mail->total_jobs, 10);
	assert_int_equal(mail->queued, 3);
	assert_int_equal(mail->processing, 2);
	assert_int_equal(mail->done, 4);
	assert_int_equal(mail->cancelled, 1);
	assert_int_equal(mail->dead_letter, 2);
	assert_true(fabs(mail->avg_processing_time_ms - 2000) < 0.01);

	const struct queue_stats *none = queue_at(&rows, 1, NULL);
	assert_int_equal(none->total_jobs, 2);
	assert_int_equal(none->ready, 2);
	assert_true(isnan(none->avg_processing_time_ms));

	const struct queue_stats *old = queue_at(&rows, 2, "old");
	assert_int_equal(old->total_jobs, 1);
	assert_int_equal(old->queued, 0);
	assert_int_equal(old->dead_letter, 1);
	assert_true(isnan(old->outlook.oldest_waiting_seconds));
}

TEST(waiting_begins_when_a_job_could_have_run)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .n = 2, .created = -2 * HOUR, .scheduled = HOUR });
	put_job(b, (struct seed){ .created = -3 * HOUR, .scheduled = -HOUR });
	put_job(b, (struct seed){ .n = 3, .created = -MINUTE });
	const struct list rows = queues_of(b, &quality);
	const struct queue_stats *queue = queue_at(&rows, 0, "default");

	assert_int_equal(queue->queued, 6);
	assert_int_equal(queue->ready, 4);
	assert_int_equal(queue->scheduled, 2);
	assert_true(queue->outlook.oldest_waiting_seconds >= 3600);
	assert_true(queue->outlook.oldest_waiting_seconds < 2 * 3600);
}

TEST(live_workers_are_counted_for_the_queues_that_they_serve)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .queue = "a", .n = 2 });
	put_job(b, (struct seed){ .queue = "b" });
	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_worker(b, WORKER_B, 2, "[\"a\", \"a\", \"c\"]", NULL);
	put_worker(b, "00000000-0000-4000-8000-00000000000c", 3, "[\"b\"]", "status = 'stopped'");
	put_worker(b, "00000000-0000-4000-8000-00000000000d", 4, "[\"b\"]",
		   arena_printf(&b->arena, "last_heartbeat = %s", at(b, -301 * SECOND)));

	const struct list rows = queues_of(b, &quality);
	assert_int_equal(rows.n, 2);
	assert_int_equal(queue_at(&rows, 0, "a")->live_workers, 2);
	assert_int_equal(queue_at(&rows, 1, "b")->live_workers, 1);
}

TEST(counting_a_group_stops_at_the_limit_and_says_so)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .n = STORE_COUNT_CAP + 100, .queue = "big" });
	put_job(b, (struct seed){ .n = 2, .queue = "small" });
	const struct job_stats stats = stats_of(b, &quality);
	CHECK_KIND(quality, KIND_CAPPED);
	assert_int_equal(stats.queued, STORE_COUNT_CAP + 1 + 2);

	const struct list rows = queues_of(b, &quality);
	CHECK_KIND(quality, KIND_CAPPED);
	assert_int_equal(queue_at(&rows, 0, "big")->queued, STORE_COUNT_CAP + 1);
	CHECK_TEXT(queue_at(&rows, 0, "big")->at_least,
		  "[\"queued\",\"total_jobs\",\"ready\",\"scheduled\"]");
	assert_int_equal(queue_at(&rows, 1, "small")->queued, 2);
	CHECK_TEXT(queue_at(&rows, 1, "small")->at_least, "[]");
}

TEST(a_total_is_at_least_what_is_counted_in_it)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .n = STORE_COUNT_CAP + 1, .status = "done", .queue = "alive" });
	put_dead(b, STORE_COUNT_CAP + 1, "send", "dead", -SECOND);
	put_dead(b, STORE_COUNT_CAP + 1, "send", "half", -SECOND);
	put_job(b, (struct seed){ .n = 2, .queue = "half" });
	const struct list rows = queues_of(b, &quality);
	CHECK_TEXT(queue_at(&rows, 0, "alive")->at_least, "[\"done\",\"total_jobs\"]");
	CHECK_TEXT(queue_at(&rows, 1, "dead")->at_least, "[\"dead_letter\",\"total_jobs\"]");
	CHECK_TEXT(queue_at(&rows, 2, "half")->at_least, "[\"dead_letter\"]");
}

TEST(a_group_of_just_the_limit_is_exact)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .n = STORE_COUNT_CAP, .status = "cancelled" });
	assert_int_equal(stats_of(b, &quality).cancelled, STORE_COUNT_CAP);
	CHECK_KIND(quality, KIND_EXACT);
}

TEST(there_are_at_most_500_queues)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_jobs (id, job_name, args, queue) "
			    "SELECT %s, 'x', '{}', 'queue ' || i FROM %s",
			    any_id(b, NULL), numbers(b, 501)));
	assert_int_equal(queues_of(b, &quality).n, 500);
	CHECK_KIND(quality, KIND_CAPPED);

	run(b, "DELETE FROM soniq_jobs WHERE queue = 'queue 77'");
	assert_int_equal(queues_of(b, &quality).n, 500);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(stats_of(b, &quality).queued, 500);
}

TEST(hostile_rows_do_not_break_the_numbers)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	put_job(b, (struct seed){ .n = 2, .status = "done", .created = -4 * SECOND,
				  .updated = -SECOND, .expires = HOUR });
	put_job(b, (struct seed){ .n = 6, .status = "done", .expires = 2 * HOUR });
	put_job(b, (struct seed){ .n = 3, .queue = "odd" });
	given(b,
	      "ALTER TABLE soniq_jobs DROP CONSTRAINT soniq_jobs_status_check;"
	      "UPDATE soniq_jobs SET created_at = 'infinity', updated_at = '-infinity'"
	      " WHERE status = 'done' AND expires_at > now() + interval '90 minutes';"
	      "UPDATE soniq_jobs SET created_at = '4713-01-01 BC', scheduled_at = '-infinity'"
	      " WHERE queue = 'odd';"
	      "INSERT INTO soniq_jobs (id, job_name, args, status, queue)"
	      " VALUES (gen_random_uuid(), 'x', '{}', 'exploded', 'odd')",
	      "PRAGMA ignore_check_constraints = ON;"
	      "UPDATE soniq_jobs SET created_at = 9223372036854775807,"
	      " updated_at = -9223372036854775807"
	      " WHERE status = 'done' AND expires_at > now() + 5400000000;"
	      "UPDATE soniq_jobs SET created_at = -210866803200000000,"
	      " scheduled_at = -9223372036854775807 WHERE queue = 'odd';"
	      "INSERT INTO soniq_jobs (id, job_name, args, status, queue)"
	      " VALUES (uuid4(), 'x', '{}', 'exploded', 'odd')");

	const struct list rows = queues_of(b, &quality);
	const struct queue_stats *queue = queue_at(&rows, 0, "default");
	assert_int_equal(queue->done, 8);
	assert_true(fabs(queue->avg_processing_time_ms - 3000) < 0.01);
	queue = queue_at(&rows, 1, "odd");
	assert_int_equal(queue->total_jobs, 3);
	assert_int_equal(queue->ready, 3);
	assert_true(queue->outlook.oldest_waiting_seconds > 0);
	assert_int_equal(stats_of(b, &quality).total, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(nothing_is_counted_in_an_empty_database),
		ON_BOTH(jobs_are_counted_by_status),
		ON_BOTH(each_queue_has_its_line_even_the_one_without_a_name),
		ON_BOTH(waiting_begins_when_a_job_could_have_run),
		ON_BOTH(live_workers_are_counted_for_the_queues_that_they_serve),
		ON_BOTH(counting_a_group_stops_at_the_limit_and_says_so),
		ON_BOTH(a_total_is_at_least_what_is_counted_in_it),
		ON_BOTH(a_group_of_just_the_limit_is_exact),
		ON_BOTH(there_are_at_most_500_queues),
		ON_BOTH(hostile_rows_do_not_break_the_numbers),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
