/* worker.c -- what is told of workers, and what becomes of the jobs of those that vanish. */
#include "seed.h"
#include "twin.h"

#define WORKER_C "00000000-0000-4000-8000-00000000000c"
#define JOB_1 "00000000-0000-4000-8000-000000000001"
#define JOB_2 "00000000-0000-4000-8000-000000000002"
#define JOB_3 "00000000-0000-4000-8000-000000000003"

static struct list workers_as(struct bench *b, usec_t stopped_within, int limit, enum kind want)
{
	const struct worker_want all = { .stopped_within = stopped_within, .limit = limit };
	struct worker_list workers;

	CHECK_OK(b, store_workers(&b->store, &all, &b->arena, &workers, &b->err));
	CHECK_KIND(workers.quality, want);
	return workers.rows;
}

static struct list workers_of(struct bench *b, usec_t stopped_within, int limit)
{
	return workers_as(b, stopped_within, limit, KIND_EXACT);
}

static const struct worker *worker_at(const struct list *rows, size_t i, const char *id)
{
	assert_true(i < rows->n);
	CHECK_TEXT(LIST_AT(rows, struct worker, i)->id, id);
	return LIST_AT(rows, struct worker, i);
}

TEST(a_worker_is_told_as_it_registered)
{
	struct bench *b = bench_of(state);
	const struct worker given_worker = {
		.id = S(WORKER_A),
		.hostname = S("host \xC3\xA9"),
		.pid = 77,
		.queues = S("[\"a\",\"b\"]"),
		.concurrency = 4,
		.version = S("1.2"),
		.cpu_percent = 12.5,
		.memory_mb = 33,
	};

	CHECK_OK(b, store_worker_register(&b->store, &given_worker, &b->err));
	const struct list rows = workers_of(b, 0, 10);
	const struct worker *worker = worker_at(&rows, 0, WORKER_A);
	assert_int_equal(rows.n, 1);
	CHECK_TEXT(worker->hostname, "host \xC3\xA9");
	assert_int_equal(worker->pid, 77);
	CHECK_TEXT(worker->queues, "[\"a\",\"b\"]");
	assert_int_equal(worker->concurrency, 4);
	CHECK_TEXT(worker->status, "active");
	CHECK_TEXT(worker->version, "1.2");
	CHECK_TEXT(worker->current_jobs, "[]");
	assert_true(worker->cpu_percent == 12.5);
	assert_true(worker->memory_mb == 33);
	assert_true(worker->uptime_seconds >= 0 && worker->uptime_seconds < 60);
	assert_int_equal(worker->stale, 0);
}

TEST(workers_that_work_come_first)
{
	struct bench *b = bench_of(state);

	put_worker(b, WORKER_A, 1, "[]", arena_printf(&b->arena, "last_heartbeat = %s",
						      at(b, -301 * SECOND)));
	put_worker(b, WORKER_B, 2, "[]", arena_printf(&b->arena, "last_heartbeat = %s",
						      at(b, -200 * SECOND)));
	put_worker(b, WORKER_C, 3, "[]", "status = 'stopped'");
	put_worker(b, JOB_1, 4, "[]", arena_printf(&b->arena, "status = 'stopped', "
						   "last_heartbeat = %s", at(b, -2 * HOUR)));

	struct list rows = workers_of(b, HOUR, 10);
	assert_int_equal(rows.n, 3);
	assert_int_equal(worker_at(&rows, 0, WORKER_B)->stale, 0);
	assert_int_equal(worker_at(&rows, 1, WORKER_A)->stale, 1);
	assert_int_equal(worker_at(&rows, 2, WORKER_C)->stale, 0);
	assert_true(isnan(worker_at(&rows, 2, WORKER_C)->uptime_seconds));
	rows = workers_of(b, 0, 10);
	assert_int_equal(rows.n, 2);
	rows = workers_as(b, DAY, 1, KIND_CAPPED);
	assert_int_equal(rows.n, 1);
	worker_at(&rows, 0, WORKER_B);
}

TEST(a_worker_is_told_with_the_jobs_in_its_hands)
{
	struct bench *b = bench_of(state);

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_worker(b, WORKER_B, 2, "[]", NULL);
	put_job(b, (struct seed){ .id = JOB_1, .name = "second", .queue = "q", .attempts = 2,
				  .status = "processing", .worker = WORKER_A, .updated = -SECOND });
	put_job(b, (struct seed){ .id = JOB_2, .name = "first", .queue = "NULL", .attempts = 1,
				  .status = "processing", .worker = WORKER_A,
				  .updated = -MINUTE });
	put_job(b, (struct seed){ .n = 3, .status = "done", .worker = WORKER_A });
	put_job(b, (struct seed){ .n = 60, .status = "processing", .worker = WORKER_B });

	const struct list rows = workers_of(b, 0, 10);
	for (size_t i = 0; i < rows.n; i++) {
		const struct worker *worker = LIST_AT(&rows, struct worker, i);
		const char *jobs = str_cstr(&b->arena, worker->current_jobs);
		size_t n = 0;

		for (const char *p = jobs; (p = strstr(p, "\"id\":")); p++)
			n++;
		if (str_eq(worker->id, S(WORKER_B))) {
			assert_int_equal(n, 10);
			assert_int_equal(worker->current_jobs_count, 60);
			assert_int_equal(worker->current_jobs_capped, 0);
			continue;
		}
		assert_int_equal(n, 2);
		assert_int_equal(worker->current_jobs_count, 2);
		assert_non_null(strstr(jobs, "[{\"id\":\"" JOB_2 "\",\"job_name\":\"first\","
					     "\"queue\":null,\"attempts\":1,\"since\":\""));
		assert_non_null(strstr(jobs, "{\"id\":\"" JOB_1 "\",\"job_name\":\"second\","
					     "\"queue\":\"q\",\"attempts\":2,\"since\":\""));
	}
}

static size_t held_by(struct bench *b, const struct list *rows, const char *worker)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct worker *w = LIST_AT(rows, struct worker, i);
		const char *p = str_cstr(&b->arena, w->current_jobs);

		if (!str_eq(w->id, str_of(worker)))
			continue;
		while ((p = strstr(p, "\"id\":"))) {
			p++;
			n++;
		}
	}
	return n;
}

/* A thousand jobs are read: each queue has its share, and what the others leave. */
TEST(of_too_many_jobs_in_hand_each_queue_is_read_in_part)
{
	struct bench *b = bench_of(state);
	struct list rows;

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_worker(b, WORKER_B, 2, "[]", NULL);
	put_worker(b, WORKER_C, 3, "[]", NULL);
	put_job(b, (struct seed){ .n = 7, .queue = "z", .status = "processing",
				  .worker = WORKER_B });
	put_job(b, (struct seed){ .n = 5, .queue = "NULL", .status = "processing",
				  .worker = WORKER_C });
	put_job(b, (struct seed){ .n = 988, .queue = "a", .status = "processing" });
	rows = workers_of(b, 0, 10);
	assert_int_equal(held_by(b, &rows, WORKER_A), 0);

	put_job(b, (struct seed){ .n = 600, .queue = "a", .status = "processing",
				  .worker = WORKER_A });
	rows = workers_as(b, 0, 10, KIND_CAPPED);
	assert_int_equal(held_by(b, &rows, WORKER_B), 7);
	assert_int_equal(held_by(b, &rows, WORKER_C), 5);
}

/* It is a part either way: then a small one. */
TEST(of_more_than_can_be_read_fewer_are)
{
	struct bench *b = bench_of(state);
	struct worker_want want = { .active = 1000, .limit = 10 };
	struct worker_list found;

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 300, .status = "processing", .worker = WORKER_A });
	CHECK_OK(b, store_workers(&b->store, &want, &b->arena, &found, &b->err));
	CHECK_KIND(found.quality, KIND_EXACT);
	assert_int_equal(worker_at(&found.rows, 0, WORKER_A)->current_jobs_count, 300);

	want.active = 1001;
	CHECK_OK(b, store_workers(&b->store, &want, &b->arena, &found, &b->err));
	CHECK_KIND(found.quality, KIND_CAPPED);
	assert_int_equal(worker_at(&found.rows, 0, WORKER_A)->current_jobs_count, 251);
	assert_int_equal(worker_at(&found.rows, 0, WORKER_A)->current_jobs_capped, 1);
}

TEST(what_workers_do_is_left_out_where_nobody_wants_it)
{
	struct bench *b = bench_of(state);
	const struct worker_want want = { .is_brief = true, .limit = 10 };
	struct worker_list found;

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 2, .status = "processing", .worker = WORKER_A });
	CHECK_OK(b, store_workers(&b->store, &want, &b->arena, &found, &b->err));
	CHECK_TEXT(worker_at(&found.rows, 0, WORKER_A)->current_jobs, "[]");
	assert_int_equal(worker_at(&found.rows, 0, WORKER_A)->current_jobs_count, 0);
}

/* All the others leave is given to the one that holds more than its share. */
TEST(one_queue_may_hold_nearly_all_jobs_that_are_read)
{
	struct bench *b = bench_of(state);

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 950, .queue = "a", .status = "processing" });
	put_job(b, (struct seed){ .n = 40, .queue = "a", .status = "processing",
				  .worker = WORKER_A });
	put_job(b, (struct seed){ .n = 3, .queue = "z" });

	const struct list rows = workers_of(b, 0, 10);
	assert_int_equal(worker_at(&rows, 0, WORKER_A)->current_jobs_count, 40);
}

TEST(hostile_workers_are_told_as_far_as_they_can_be)
{
	struct bench *b = bench_of(state);

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_worker(b, WORKER_B, 2, "[]", NULL);
	given(b,
	      "UPDATE soniq_workers SET queues = '{{a,b},{c,NULL}}', metadata = '{\"cpu_percent\":"
	      " \"<b>\", \"memory_mb\": 1e400}', started_at = '-infinity',"
	      " last_heartbeat = 'infinity', hostname = repeat('h', 300) WHERE pid = 1;"
	      "UPDATE soniq_workers SET queues = NULL, metadata = '[1, 2]', version = 'v',"
	      " pid = -5 WHERE pid = 2",
	      "PRAGMA ignore_check_constraints = ON;"
	      "UPDATE soniq_workers SET queues = '[\"a\", 5, \"b\", null, \"c\"]',"
	      " metadata = '{\"cpu_percent\": \"<b>\", \"memory_mb\": 1e400}',"
	      " started_at = -9223372036854775807, last_heartbeat = 9223372036854775807,"
	      " hostname = replace(printf('%300s', ''), ' ', 'h') WHERE pid = 1;"
	      "UPDATE soniq_workers SET queues = 'not {json', metadata = 'neither', version = 'v',"
	      " pid = -5 WHERE pid = 2");

	const struct list rows = workers_of(b, 0, 10);
	const struct worker *worker = worker_at(&rows, 0, WORKER_A);
	CHECK_TEXT(worker->queues, "[\"a\",\"b\",\"c\"]");
	assert_true(isnan(worker->cpu_percent));
	assert_true(isnan(worker->memory_mb));
	assert_true(isnan(worker->uptime_seconds));
	assert_true(worker->last_heartbeat == TIME_INFINITY);
	assert_int_equal(worker->hostname.n, STORE_NAME_MAX);
	assert_int_equal(worker->stale, 0);

	worker = worker_at(&rows, 1, WORKER_B);
	CHECK_TEXT(worker->queues, "[]");
	assert_true(isnan(worker->cpu_percent));
	assert_int_equal(worker->pid, -5);
}

TEST(a_worker_that_is_wrong_is_not_registered)
{
	struct bench *b = bench_of(state);
	const struct worker good = { .id = S(WORKER_A), .hostname = S("h"), .pid = 1,
				     .concurrency = 1, .cpu_percent = NAN, .memory_mb = NAN };
	struct worker bad[] = { good, good, good, good, good };

	bad[0].id = S("not an id");
	bad[1].hostname = S("");
	bad[2].pid = -1;
	bad[3].concurrency = 0;
	bad[4].queues = S("{\"a\": 1}");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_ERR(b, ERR_INVALID, store_worker_register(&b->store, &bad[i], &b->err));
	CHECK_ROWS(b, 0, "soniq_workers", "1 = 1");
	CHECK_OK(b, store_worker_register(&b->store, &good, &b->err));
}

TEST(a_beat_revives_and_a_stop_ends)
{
	struct bench *b = bench_of(state);

	put_worker(b, WORKER_A, 1, "[]", arena_printf(&b->arena, "status = 'stopped', "
						      "last_heartbeat = %s", at(b, -DAY)));
	CHECK_OK(b, store_worker_beat(&b->store, WORKER_A, 1.5, NAN, &b->err));
	struct list rows = workers_of(b, 0, 10);
	CHECK_TEXT(worker_at(&rows, 0, WORKER_A)->status, "active");
	assert_int_equal(worker_at(&rows, 0, WORKER_A)->stale, 0);
	assert_true(worker_at(&rows, 0, WORKER_A)->cpu_percent == 1.5);
	assert_true(isnan(worker_at(&rows, 0, WORKER_A)->memory_mb));

	CHECK_OK(b, store_worker_stop(&b->store, WORKER_A, &b->err));
	assert_int_equal(workers_of(b, 0, 10).n, 0);
	rows = workers_of(b, HOUR, 10);
	CHECK_TEXT(worker_at(&rows, 0, WORKER_A)->status, "stopped");
	CHECK_ERR(b, ERR_NOT_FOUND, store_worker_beat(&b->store, WORKER_B, 1, 1, &b->err));
	CHECK_ERR(b, ERR_NOT_FOUND, store_worker_stop(&b->store, WORKER_B, &b->err));
}

/* A container that starts again has the host name and the pid that it had before. */
TEST(registering_takes_over_from_the_process_before)
{
	struct bench *b = bench_of(state);

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 2, .status = "processing", .worker = WORKER_A });
	put_job(b, (struct seed){ .n = 3, .status = "done", .worker = WORKER_A });
	put_worker(b, WORKER_B, 1, "[]", NULL);

	CHECK_ROWS(b, 1, "soniq_workers", "id = '" WORKER_B "'");
	CHECK_ROWS(b, 1, "soniq_workers", "1 = 1");
	CHECK_ROWS(b, 2, "soniq_jobs", "status = 'queued' AND worker_id IS NULL");
	CHECK_ROWS(b, 3, "soniq_jobs", "status = 'done' AND worker_id IS NULL");
}

static void check_sweep(struct bench *b, int64_t want_workers, int64_t want_jobs)
{
	int64_t workers, jobs;

	CHECK_OK(b, store_worker_sweep(&b->store, STORE_STALE_AFTER, &workers, &jobs, &b->err));
	assert_int_equal(workers, want_workers);
	assert_int_equal(jobs, want_jobs);
}

static void put_silent(struct bench *b, const char *id, int64_t pid)
{
	put_worker(b, id, pid, "[]", arena_printf(&b->arena, "last_heartbeat = %s",
						  at(b, -301 * SECOND)));
}

TEST(the_sweep_puts_back_what_silent_workers_held)
{
	struct bench *b = bench_of(state);

	put_silent(b, WORKER_A, 1);
	put_worker(b, WORKER_B, 2, "[]", NULL);
	put_job(b, (struct seed){ .n = 2, .status = "processing", .worker = WORKER_A,
				  .attempts = 2, .updated = -HOUR });
	put_job(b, (struct seed){ .n = 4, .status = "done", .worker = WORKER_A });
	put_job(b, (struct seed){ .n = 3, .status = "processing", .worker = WORKER_B });

	check_sweep(b, 1, 2);
	CHECK_ROWS(b, 1, "soniq_workers", "id = '" WORKER_A "' AND status = 'stopped'");
	CHECK_ROWS(b, 1, "soniq_workers", "id = '" WORKER_B "' AND status = 'active'");
	CHECK_ROWS(b, 2, "soniq_jobs", "status = 'queued' AND worker_id IS NULL AND attempts = 2");
	CHECK_ROWS(b, 3, "soniq_jobs", "status = 'processing'");
	CHECK_ROWS(b, 4, "soniq_jobs", "status = 'done' AND worker_id = '" WORKER_A "'");
	check_sweep(b, 0, 0);
}

/* In the Python project one such row keeps every lost job of the fleet from coming back. */
TEST(a_queued_twin_does_not_hold_up_the_sweep)
{
	struct bench *b = bench_of(state);

	put_silent(b, WORKER_A, 1);
	put_job(b, (struct seed){ .id = JOB_1, .status = "processing", .worker = WORKER_A,
				  .dedup_key = "k" });
	put_job(b, (struct seed){ .id = JOB_2, .status = "processing", .worker = WORKER_A,
				  .args_hash = "h" });
	put_job(b, (struct seed){ .id = JOB_3, .status = "processing", .worker = WORKER_A,
				  .dedup_key = "mine", .args_hash = "mine" });
	put_job(b, (struct seed){ .dedup_key = "k" });
	put_job(b, (struct seed){ .args_hash = "h" });

	check_sweep(b, 1, 3);
	CHECK_ROWS(b, 5, "soniq_jobs", "status = 'queued'");
	CHECK_ROWS(b, 1, "soniq_jobs", "id = '" JOB_1 "' AND dedup_key IS NULL");
	CHECK_ROWS(b, 0, "soniq_jobs", "id = '" JOB_2 "' AND unique_job");
	CHECK_ROWS(b, 1, "soniq_jobs", "id = '" JOB_3 "' AND unique_job AND dedup_key = 'mine'");
}

TEST(twins_in_the_same_hands_both_come_back)
{
	struct bench *b = bench_of(state);

	put_silent(b, WORKER_A, 1);
	put_job(b, (struct seed){ .n = 3, .status = "processing", .worker = WORKER_A,
				  .dedup_key = "k", .args_hash = "h" });
	check_sweep(b, 1, 3);
	CHECK_ROWS(b, 3, "soniq_jobs", "status = 'queued'");
	CHECK_ROWS(b, 1, "soniq_jobs", "dedup_key = 'k'");
	CHECK_ROWS(b, 1, "soniq_jobs", "unique_job");
}

TEST(a_twin_that_comes_at_the_same_moment_does_not_hold_up_the_sweep)
{
	struct bench *b = bench_of(state);
	static struct twin twin;        /* outlives a test that fails */

	put_silent(b, WORKER_A, 1);
	put_job(b, (struct seed){ .n = 1, .status = "processing", .worker = WORKER_A,
				  .dedup_key = "k" });
	twin_start(b, &twin);
	check_sweep(b, 1, 1);
	twin_end(&twin);
	CHECK_ROWS(b, 2, "soniq_jobs", "status = 'queued'");
	CHECK_ROWS(b, 1, "soniq_jobs", "dedup_key = 'k'");
}

TEST(a_name_is_registered_once_for_a_process)
{
	struct bench *b = bench_of(state);

	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("send"), &b->err));
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("send"), &b->err));
	CHECK_OK(b, store_registry_put(&b->store, WORKER_B, S("send"), &b->err));
	CHECK_ROWS(b, 2, "soniq_task_registry", "task_name = 'send'");
	CHECK_ERR(b, ERR_INVALID, store_registry_put(&b->store, WORKER_A, S(""), &b->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(a_worker_is_told_as_it_registered),
		ON_BOTH(workers_that_work_come_first),
		ON_BOTH(a_worker_is_told_with_the_jobs_in_its_hands),
		ON_BOTH(of_more_than_can_be_read_fewer_are),
		ON_BOTH(what_workers_do_is_left_out_where_nobody_wants_it),
		ON_BOTH(of_too_many_jobs_in_hand_each_queue_is_read_in_part),
		ON_BOTH(one_queue_may_hold_nearly_all_jobs_that_are_read),
		ON_BOTH(hostile_workers_are_told_as_far_as_they_can_be),
		ON_BOTH(a_worker_that_is_wrong_is_not_registered),
		ON_BOTH(a_beat_revives_and_a_stop_ends),
		ON_BOTH(registering_takes_over_from_the_process_before),
		ON_BOTH(the_sweep_puts_back_what_silent_workers_held),
		ON_BOTH(a_queued_twin_does_not_hold_up_the_sweep),
		ON_BOTH(twins_in_the_same_hands_both_come_back),
		ON_BOTH(a_twin_that_comes_at_the_same_moment_does_not_hold_up_the_sweep),
		ON_BOTH(a_name_is_registered_once_for_a_process),
	};

	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
