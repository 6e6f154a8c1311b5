/* other_pages.c -- workers and schedules, page by page: each that stays is on one page. */
#include <stdlib.h>

#include "seed.h"

static const char *number_of(struct bench *b, int n)
{
	return arena_printf(&b->arena, "00000000-0000-4000-8000-%012d", n);
}

/* Of 60 workers each third has stopped, and always four have the same heartbeat. */
static void put_workers(struct bench *b)
{
	for (int i = 1; i <= 60; i++)
		run(b, arena_printf(&b->arena,
				    "INSERT INTO soniq_workers (id, hostname, pid, status, "
				    "last_heartbeat) VALUES ('%s', 'h', %d, '%s', %s)",
				    number_of(b, i), i, i % 3 == 0 ? "stopped" : "active",
				    bench_is_sqlite(b)
					    ? arena_printf(&b->arena, "%" PRId64,
							   clock_now() - i / 4 * SECOND)
					    : arena_printf(&b->arena, "date_trunc('hour', now()) - "
							   "%d * interval '1 second'", i / 4)));
}

/* Workers come and go between the pages. */
static void churn(struct bench *b, int page)
{
	run(b, "DELETE FROM soniq_workers WHERE pid >= 1000");
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_workers (id, hostname, pid, status, last_heartbeat) "
			    "VALUES ('%s', 'h', %d, 'active', %s)", number_of(b, 1000 + page),
			    1000 + page, at(b, -page * SECOND)));
}

static bool follow_workers(struct bench *b, struct worker_want *want, int *seen, size_t *n_seen)
{
	struct worker_list list;

	CHECK_OK(b, store_workers(&b->store, want, &b->arena, &list, &b->err));
	for (size_t i = 0; i < list.rows.n; i++) {
		const struct worker *worker = LIST_AT(&list.rows, struct worker, i);
		if (worker->pid >= 1000)
			continue;
		assert_int_equal(worker->half, worker->pid % 3 == 0);
		seen[worker->pid]++;
		++*n_seen;
	}
	if (list.rows.n < (size_t)want->limit)
		return false;
	assert_true(list.quality.kind == KIND_CAPPED || list.rows.n == (size_t)want->limit);
	const struct worker *last = LIST_AT(&list.rows, struct worker, list.rows.n - 1);
	want->has_cursor = true;
	want->after_half = last->half;
	want->after_at = last->last_heartbeat;
	memcpy(want->after_id, last->id.p, sizeof(want->after_id));
	return true;
}

TEST(each_worker_is_on_one_page)
{
	static const int limits[] = { 1, 7, 40, 60 };
	struct bench *b = bench_of(state);

	put_workers(b);
	for (size_t l = 0; l < ARRAY_LEN(limits); l++) {
		struct worker_want want = { .stopped_within = DAY, .limit = limits[l] };
		int seen[1000] = { 0 };
		size_t n = 0;

		for (int page = 1; follow_workers(b, &want, seen, &n); page++) {
			assert_true(page < 200);
			churn(b, page % 30);
		}
		assert_int_equal(n, 60);
		for (int i = 1; i <= 60; i++)
			assert_int_equal(seen[i], 1);
	}
}

static void put_schedule(struct bench *b, int n, const char *name)
{
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_recurring_jobs (id, job_name, schedule_type, "
			    "schedule_value) VALUES ('%s', %s, 'interval', '1')", number_of(b, n),
			    name));
}

/* Two of each name, and names that differ only behind what is shown of them. */
static void put_schedules(struct bench *b)
{
	for (int i = 1; i <= 40; i++)
		put_schedule(b, i, arena_printf(&b->arena, "'job %02d'", i / 2));
	for (int i = 41; i <= 50; i++)
		put_schedule(b, i, bench_is_sqlite(b)
					   ? arena_printf(&b->arena, "replace(hex(zeroblob(200)), "
							  "'0', 'e') || %d", 99 - i)
					   : arena_printf(&b->arena, "repeat('e', 400) || %d",
							  99 - i));
	put_schedule(b, 51, "''");
}

static bool follow_schedules(struct bench *b, struct schedule_want *want, int *seen)
{
	struct list rows;
	int64_t total;

	CHECK_OK(b, store_schedule_page(&b->store, want, &b->arena, &rows, &total, &b->err));
	assert_true(total >= 51);
	for (size_t i = 0; i < rows.n; i++)
		seen[atoi(LIST_AT(&rows, struct schedule, i)->id.p + 24)]++;
	if (rows.n < (size_t)want->limit)
		return false;
	const struct schedule *last = LIST_AT(&rows, struct schedule, rows.n - 1);
	want->after_name = last->job_name;
	want->after_id = last->id;
	return true;
}

TEST(each_schedule_is_on_one_page)
{
	static const int limits[] = { 1, 7, 50, 51 };
	struct bench *b = bench_of(state);

	put_schedules(b);
	for (size_t l = 0; l < ARRAY_LEN(limits); l++) {
		struct schedule_want want = { .limit = limits[l] };
		int seen[2000] = { 0 };

		for (int page = 1; follow_schedules(b, &want, seen); page++) {
			const int n = 100 + (int)l * 100 + page;

			assert_true(page < 200);
			if (page > 30)          /* or there would always be one more */
				continue;
			put_schedule(b, n, arena_printf(&b->arena, "'job %d%02d'", page % 4, n));
			/* The row of the cursor itself goes now and then, if it is no other. */
			run(b, arena_printf(&b->arena, "DELETE FROM soniq_recurring_jobs WHERE "
					    "id = '%s' AND id > '%s'",
					    str_cstr(&b->arena, want.after_id), number_of(b, 99)));
		}
		for (int i = 1; i <= 51; i++)
			assert_int_equal(seen[i], 1);
	}
}

TEST(an_offset_passes_schedules_over)
{
	struct bench *b = bench_of(state);
	struct schedule_want want = { .limit = 2, .offset = 1 };
	struct list rows;
	int64_t total;

	put_schedule(b, 1, "'c'");
	put_schedule(b, 2, "'b'");
	put_schedule(b, 3, "'a'");
	CHECK_OK(b, store_schedule_page(&b->store, &want, &b->arena, &rows, &total, &b->err));
	assert_int_equal(total, 3);
	assert_int_equal(rows.n, 2);
	CHECK_TEXT(LIST_AT(&rows, struct schedule, 0)->job_name, "b");
	want.offset = 9;
	CHECK_OK(b, store_schedule_page(&b->store, &want, &b->arena, &rows, &total, &b->err));
	assert_int_equal(total, 3);
	assert_int_equal(rows.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(each_worker_is_on_one_page),
		ON_BOTH(each_schedule_is_on_one_page),
		ON_BOTH(an_offset_passes_schedules_over),
	};
	return cmocka_run_group_tests_name("other_pages", tests, NULL, NULL);
}
