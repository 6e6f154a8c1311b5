/* memory.c -- memory runs out at each point of each request: 503, and all goes on as before. */
#include <stdio.h>

#include "store/failing.h"
#include "support/mounted.h"

/* What may fail is far more often than this; further on, each step is longer. */
#define EVERY_ONE 40
#define STEP_PART 12

static const char error[] = "ValueError: no";

static void put_rows(struct bench *b)
{
	static const char worker[] =
		"INSERT INTO soniq_workers (id, hostname, pid, queues, concurrency, status, "
		"last_heartbeat) VALUES ('00000000-0000-4000-8000-000000000099', 'h', 1, %s, 4, "
		"'active', %s)";

	for (int i = 1; i <= 30; i++)
		put(b, i, i % 3 ? NULL : "status = 'done', attempts = 1");
	for (int i = 41; i <= 60; i++)
		put_error(b, i, error, NULL);
	sql(b, arena_printf(&b->arena, worker,
			    bench_is_sqlite(b) ? "'[\"mail\"]'" : "'{mail}'",
			    moment(b, clock_now())));
}

static struct soniq_dashboard *open_for(struct bench *b)
{
	const struct db_options *db = &b->db.options;
	const struct soniq_option options[] = {
		{ "database.url", db->sqlite_path ? db->sqlite_path : db->url },
		{ "dashboard.write_enabled", "true" },
		{ "history.keeper", "false" },
		{ 0 },
	};

	return open_with(options);
}

static struct got ask_by(struct soniq_dashboard *dashboard, const char *method, const char *target)
{
	struct soniq_request request = request_of(target);

	request.method = method;
	return finish(soniq_call_begin(dashboard, &request));
}

static long next_of(long n)
{
	return n + 1 + (n > EVERY_ONE ? n / STEP_PART : 0);
}

/* Until none of its allocations is the nth. Gives how often it failed. */
static int fail_everywhere(struct soniq_dashboard *dashboard, const char *method,
			   const char *target)
{
	int n_failed = 0;
	long n = 1;

	for (;; n = next_of(n)) {
		memory_fail_at(n);
		const struct got got = ask_by(dashboard, method, target);
		if (!memory_has_failed())
			break;
		n_failed++;
		/* Broken: the head of a long body is gone before its end, or what failed was to
		 * show the head here. */
		if (got.status != 503 && got.end != SONIQ_PART_BROKEN)
			fail_msg("%s %s, the %ldth: %d", method, target, n, got.status);
		memory_fail_at(0);
	}
	memory_fail_at(0);
	return n_failed;
}

static const char *const targets[] = {
	"/api/stats",
	"/api/overview",
	"/api/queues",
	"/api/metrics?hours=24",
	"/api/jobs?limit=20",
	"/api/jobs?q=args.n%3A3",
	"/api/jobs/search?q=mail",
	"/api/jobs/complete?q=que",
	"/api/jobs/timeline?hours=24",
	"/api/jobs/types",
	"/api/jobs/00000000-0000-4000-8000-000000000003",
	"/api/jobs/00000000-0000-4000-8000-000000000003/why",
	"/api/jobs/export?format=csv",
	"/api/jobs/export?format=jsonl",
	"/api/dead-letter",
	"/api/dead-letter/groups",
	"/api/dead-letter/groups?format=jsonl",
	"/api/dead-letter/00000000-0000-4000-8000-000000000041",
	"/api/dead-letter/export",
	"/api/workers",
	"/api/workers?format=csv",
	"/api/workers/stats",
	"/api/workers/00000000-0000-4000-8000-000000000099",
	"/api/schedules",
	"/api/tasks/drift",
	"/api/system",
	"/api/system/health",
	"/metrics",
	"/ready",
};

TEST(reads_that_run_out_of_memory_are_503_and_nothing_else_changes)
{
	struct bench *b = bench_of(state);

	put_rows(b);
	struct soniq_dashboard *dashboard = open_for(b);

	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		if (fail_everywhere(dashboard, "GET", targets[i]) < 10)
			fail_msg("%s: hardly anything was made to fail", targets[i]);
		const struct got got = ask(dashboard, targets[i]);
		if (got.status != 200)
			fail_msg("%s: %d afterwards", targets[i], got.status);
	}
	soniq_dashboard_close(dashboard);
}

/* A write that ran out may have happened: it has wholly, or not at all. */
static void check_write(struct bench *b, const char *method, const char *target,
			const char *const *counts)
{
	struct soniq_dashboard *dashboard = open_for(b);
	int64_t n_before = count_rows(b, counts[0]) + count_rows(b, counts[1]);
	int n_failed = 0;

	for (long n = 1;; n = next_of(n)) {
		memory_fail_at(n);
		const struct got got = ask_by(dashboard, method, target);
		const bool is_over = !memory_has_failed();
		memory_fail_at(0);
		const int64_t n_now = count_rows(b, counts[0]) + count_rows(b, counts[1]);
		assert_true(n_now == n_before || n_now == n_before + 1);
		assert_true(got.status != 200 || n_now == n_before + 1);
		if (is_over)
			break;
		assert_true(got.status == 503 || got.status == 404 || got.status == 409 ||
			    got.end == SONIQ_PART_BROKEN);
		n_before = n_now;
		n_failed++;
	}
	assert_true(n_failed > 10);
	soniq_dashboard_close(dashboard);
}

TEST(writes_that_run_out_of_memory_happen_once_or_not)
{
	static const char *const cancelled[] = { "soniq_jobs WHERE status = 'cancelled'",
						 "soniq_jobs WHERE status = 'none'" };
	static const char *const replayed[] = {
		"soniq_jobs WHERE queue = 'mail'",
		"soniq_dead_letter_jobs WHERE resurrection_count < 0",
	};
	struct bench *b = bench_of(state);

	put_rows(b);
	check_write(b, "POST", "/api/jobs/00000000-0000-4000-8000-000000000001/cancel", cancelled);
	check_write(b, "POST", "/api/dead-letter/00000000-0000-4000-8000-000000000041/replay",
		    replayed);
}

static bool give_much(void *arg, struct soniq_panel_out *out)
{
	(void)arg;
	soniq_panel_write(out, "{\"a\":\"", 6);
	for (int i = 0; i < 1000; i++)
		soniq_panel_write(out, "0123456789", 10);
	soniq_panel_write(out, "\"}", 2);
	return true;
}

TEST(a_panel_that_runs_out_of_memory_says_so)
{
	struct bench *b = bench_of(state);
	struct soniq_dashboard *dashboard = open_for(b);

	assert_true(soniq_dashboard_add_panel(dashboard, "much", "Much", give_much, NULL, NULL));
	for (long n = 1;; n++) {
		memory_fail_at(n);
		const struct got got = ask(dashboard, "/api/panels/much");
		if (!memory_has_failed())
			break;
		assert_true(got.status == 503 || got.status == 422 || got.end == SONIQ_PART_BROKEN);
	}
	memory_fail_at(0);
	assert_int_equal(ask(dashboard, "/api/panels/much").status, 200);
	soniq_dashboard_close(dashboard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(reads_that_run_out_of_memory_are_503_and_nothing_else_changes),
		WITH_HISTORY(reads_that_run_out_of_memory_are_503_and_nothing_else_changes),
		WITH_HISTORY(writes_that_run_out_of_memory_happen_once_or_not),
		ON_LITE(a_panel_that_runs_out_of_memory_says_so),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
