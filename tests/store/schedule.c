/* schedule.c -- schedules are kept by name, and each of their moments fires once. */
#include "seed.h"
#include "store/setup.h"

#include <pthread.h>

#define ROW_1 "00000000-0000-4000-8000-000000000001"
#define ROW_2 "00000000-0000-4000-8000-000000000002"
#define MOMENT ((usec_t)1700000000123456)

static const struct schedule hourly = {
	.job_name = { "report", 6 },
	.schedule_type = { "cron", 4 },
	.schedule_value = { "0 * * * *", 9 },
	.priority = 7,
	.queue = { "reports", 7 },
	.max_attempts = 5,
	.job_kwargs = { "{\"big\": 12345678901234567890}", 29 },
	.status = { "active", 6 },
	.next_run = MOMENT,
};

static struct list schedules_of(struct bench *b)
{
	static const struct schedule_want all = { .limit = SCHEDULE_PAGE_MAX };
	struct list rows;
	int64_t n;

	CHECK_OK(b, store_schedule_page(&b->store, &all, &b->arena, &rows, &n, &b->err));
	assert_int_equal(n, rows.n);
	return rows;
}

static struct schedule only_schedule(struct bench *b)
{
	const struct list rows = schedules_of(b);

	assert_int_equal(rows.n, 1);
	return *LIST_AT(&rows, struct schedule, 0);
}

TEST(a_schedule_is_kept_by_its_name)
{
	struct bench *b = bench_of(state);
	struct schedule changed = hourly;

	CHECK_OK(b, store_schedule_put(&b->store, &hourly, &b->err));
	const struct schedule first = only_schedule(b);
	CHECK_TEXT(first.job_name, "report");
	CHECK_TEXT(first.schedule_type, "cron");
	CHECK_TEXT(first.schedule_value, "0 * * * *");
	assert_int_equal(first.priority, 7);
	CHECK_TEXT(first.queue, "reports");
	assert_int_equal(first.max_attempts, 5);
	CHECK_TEXT(first.job_kwargs, "{\"big\": 12345678901234567890}");
	assert_true(first.next_run == MOMENT);
	assert_true(first.last_run == TIME_NULL);
	assert_int_equal(first.run_count, 0);
	assert_true(first.created_at > clock_now() - MINUTE);

	changed.status = S("paused");
	changed.schedule_type = S("interval");
	changed.schedule_value = S("30");
	changed.next_run = TIME_NULL;
	CHECK_OK(b, store_schedule_put(&b->store, &changed, &b->err));
	const struct schedule second = only_schedule(b);
	assert_true(str_eq(second.id, first.id));
	CHECK_TEXT(second.status, "paused");
	CHECK_TEXT(second.schedule_value, "30");
	assert_true(second.next_run == TIME_NULL);
	assert_true(second.created_at == first.created_at);
}

TEST(schedules_come_by_name)
{
	struct bench *b = bench_of(state);
	struct schedule s = hourly;
	static const char *const names[] = { "c", "a", "b" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		s.job_name = str_of(names[i]);
		CHECK_OK(b, store_schedule_put(&b->store, &s, &b->err));
	}
	const struct list rows = schedules_of(b);
	assert_int_equal(rows.n, 3);
	CHECK_TEXT(LIST_AT(&rows, struct schedule, 0)->job_name, "a");
	CHECK_TEXT(LIST_AT(&rows, struct schedule, 2)->job_name, "c");
}

/* Two schedulers of the Python project make two rows of a name, and then neither fires. */
TEST(rows_of_the_same_name_become_one)
{
	struct bench *b = bench_of(state);

	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_recurring_jobs (id, job_name, schedule_type, "
			    "schedule_value, created_at, run_count) "
			    "VALUES ('" ROW_1 "', 'report', 'cron', '* * * * *', %s, 1), "
			    "('" ROW_2 "', 'report', 'cron', '* * * * *', %s, 2)",
			    at(b, -HOUR), at(b, -MINUTE)));
	CHECK_OK(b, store_schedule_put(&b->store, &hourly, &b->err));
	const struct schedule one = only_schedule(b);
	CHECK_TEXT(one.id, ROW_2);
	assert_int_equal(one.run_count, 2);
	CHECK_TEXT(one.schedule_value, "0 * * * *");
}

TEST(a_schedule_that_is_wrong_is_not_kept)
{
	struct bench *b = bench_of(state);
	struct schedule bad[] = { hourly, hourly, hourly, hourly, hourly, hourly };

	bad[0].job_name = S("");
	bad[1].schedule_type = S("moon");
	bad[2].schedule_value = STR_NULL;
	bad[3].status = S("on");
	bad[4].job_kwargs = S("[]");
	bad[5].id = S("x");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_ERR(b, ERR_INVALID, store_schedule_put(&b->store, &bad[i], &b->err));
	assert_int_equal(schedules_of(b).n, 0);
}

TEST(a_moment_fires_once)
{
	struct bench *b = bench_of(state);
	char job[UUID_TEXT_LEN + 1];
	bool fired;

	CHECK_OK(b, store_schedule_put(&b->store, &hourly, &b->err));
	const struct schedule s = only_schedule(b);
	CHECK_OK(b, store_schedule_fire(&b->store, &s, MOMENT + HOUR, job, &fired, &b->err));
	assert_true(fired);
	const struct schedule after = only_schedule(b);
	assert_true(after.next_run == MOMENT + HOUR);
	assert_int_equal(after.run_count, 1);
	CHECK_TEXT(after.last_job_id, job);
	assert_true(after.last_run > clock_now() - MINUTE);
	CHECK_ROWS(b, 1, "soniq_jobs", "job_name = 'report' AND queue = 'reports' AND "
				       "priority = 7 AND max_attempts = 5 AND status = 'queued'");

	CHECK_OK(b, store_schedule_fire(&b->store, &s, MOMENT + HOUR, job, &fired, &b->err));
	assert_false(fired);
	CHECK_ROWS(b, 1, "soniq_jobs", "1 = 1");
	assert_int_equal(only_schedule(b).run_count, 1);
}

TEST(a_schedule_that_was_paused_or_cut_does_not_fire)
{
	struct bench *b = bench_of(state);
	char job[UUID_TEXT_LEN + 1];
	bool fired = true;

	CHECK_OK(b, store_schedule_put(&b->store, &hourly, &b->err));
	struct schedule s = only_schedule(b);
	run(b, "UPDATE soniq_recurring_jobs SET status = 'paused'");
	CHECK_OK(b, store_schedule_fire(&b->store, &s, MOMENT + HOUR, job, &fired, &b->err));
	assert_false(fired);

	/* Arguments that a list left out are not {}. */
	run(b, "UPDATE soniq_recurring_jobs SET status = 'active'");
	s.job_kwargs = STR_NULL;
	CHECK_ERR(b, ERR_INVALID,
		  store_schedule_fire(&b->store, &s, MOMENT + HOUR, job, &fired, &b->err));
	CHECK_ROWS(b, 0, "soniq_jobs", "1 = 1");
}

struct racer {
	struct store store;
	const struct schedule *schedule;
	int n_fired;
	bool has_failed;
};

static void *race(void *arg)
{
	struct racer *r = arg;

	for (int i = 0; i < 20; i++) {
		struct schedule s = *r->schedule;
		char job[UUID_TEXT_LEN + 1];
		bool fired = false;
		struct err err = { 0 };

		s.next_run += i * HOUR;
		while (store_schedule_fire(&r->store, &s, s.next_run + HOUR, job, &fired, &err) !=
		       ERR_OK) {
			r->has_failed |= !err_is_transient(err.code);
			if (r->has_failed)
				return NULL;
		}
		r->n_fired += fired;
	}
	return NULL;
}

TEST(two_schedulers_fire_each_moment_once)
{
	struct bench *b = bench_of(state);
	struct racer racers[2] = { 0 };
	pthread_t threads[2];

	CHECK_OK(b, store_schedule_put(&b->store, &hourly, &b->err));
	const struct schedule s = only_schedule(b);
	for (size_t i = 0; i < 2; i++) {
		racers[i].schedule = &s;
		CHECK_OK(b, store_open(&b->db.options, &racers[i].store, &b->err));
	}
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	for (size_t i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		store_release(&racers[i].store);
	}
	assert_false(racers[0].has_failed || racers[1].has_failed);
	assert_int_equal(racers[0].n_fired + racers[1].n_fired, 20);
	CHECK_ROWS(b, 20, "soniq_jobs", "1 = 1");
	assert_int_equal(only_schedule(b).run_count, 20);
}

/* A scheduler of the Python project holds this lock while it works. */
TEST(putting_a_schedule_gives_its_lock_back)
{
	struct bench *b = bench_of(state);
	struct store other;

	CHECK_OK(b, store_schedule_put(&b->store, &hourly, &b->err));
	CHECK_OK(b, store_open(&b->db.options, &other, &b->err));
	CHECK_OK(b, db_lock(other.db, SONIQ_LOCK_SCHEDULER, 0, &b->err));
	db_unlock(other.db, SONIQ_LOCK_SCHEDULER);
	store_release(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(a_schedule_is_kept_by_its_name),
		ON_BOTH(schedules_come_by_name),
		ON_BOTH(rows_of_the_same_name_become_one),
		ON_BOTH(a_schedule_that_is_wrong_is_not_kept),
		ON_BOTH(a_moment_fires_once),
		ON_BOTH(a_schedule_that_was_paused_or_cut_does_not_fire),
		ON_BOTH(two_schedulers_fire_each_moment_once),
		ON_PG(putting_a_schedule_gives_its_lock_back),
	};

	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
