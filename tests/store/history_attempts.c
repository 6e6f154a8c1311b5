/* history_attempts.c -- the attempts of one job, also when its row is gone. */
#include "keep.h"

static const char *repeated(struct bench *b, char c, int n)
{
	char *text = arena_alloc(&b->arena, (size_t)n + 1);

	memset(text, c, (size_t)n);
	return text;
}

#define JOB "00000000-0000-4000-8000-0000000000aa"

static struct list attempts_of(struct bench *b)
{
	struct list attempts;

	CHECK_OK(b, store_attempts(&b->store, JOB, &b->arena, &attempts, &b->err));
	return attempts;
}

/* The row, as if it had been changed at that moment. */
static void change(struct bench *b, const char *set, int64_t offset)
{
	run(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET %s, updated_at = %s WHERE id = '%s'",
			    set, at(b, offset), JOB));
}

static const struct attempt *attempt_at(const struct list *attempts, size_t i, const char *outcome)
{
	assert_true(i < attempts->n);
	const struct attempt *attempt = LIST_AT(attempts, struct attempt, i);

	CHECK_TEXT(attempt->outcome, outcome);
	return attempt;
}

static void check_ms(double got, double want)
{
	if (fabs(got - want) > 900)
		fail_msg("%f ms, not %f", got, want);
}

static void check_running(struct bench *b)
{
	const struct list attempts = attempts_of(b);
	const struct attempt *running = attempt_at(&attempts, 0, "running");

	assert_int_equal(attempts.n, 1);
	assert_int_equal(running->attempt, 1);
	assert_int_equal(running->ended_at, TIME_NULL);
	assert_true(isnan(running->run_ms));
	check_ms(running->wait_ms, 10000);
	CHECK_TEXT(running->worker, "host:77");
	CHECK_TEXT(running->worker_id, WORKER_A);
	CHECK_TEXT(running->error, NULL);
}

TEST(attempts_of_a_job_from_first_to_last)
{
	struct bench *b = bench_of(state);
	struct list attempts;
	const char *claim = arena_printf(&b->arena,
					 "status = 'processing', attempts = attempts + 1, "
					 "worker_id = '%s'",
					 WORKER_A);

	put_worker(b, WORKER_A, 77, "[]", NULL);
	put_job(b, (struct seed){ .id = JOB,
				  .name = "mail",
				  .queue = "a",
				  .created = -60 * SECOND,
				  .updated = -60 * SECOND });
	assert_int_equal(attempts_of(b).n, 0);
	change(b, claim, -50 * SECOND);
	check_running(b);

	change(b, "status = 'queued', last_error = 'ValueError: no'", 0);
	change(b, claim, 0);
	attempts = attempts_of(b);
	assert_int_equal(attempts.n, 2);
	const struct attempt *failed = attempt_at(&attempts, 0, "failed");
	CHECK_TEXT(failed->error, "ValueError: no");
	check_ms(failed->run_ms, 50000);
	/* It waits since it was put back, not since it was made. */
	check_ms(attempt_at(&attempts, 1, "running")->wait_ms, 0);

	change(b, "status = 'done', result = '1'", 0);
	attempts = attempts_of(b);
	assert_int_equal(attempts.n, 2);
	assert_int_equal(attempt_at(&attempts, 1, "done")->attempt, 2);

	run(b, "DELETE FROM soniq_jobs");
	run(b, "DELETE FROM soniq_workers");
	attempts = attempts_of(b);
	assert_int_equal(attempts.n, 2);
	CHECK_TEXT(attempt_at(&attempts, 1, "done")->worker, NULL);
	CHECK_TEXT(LIST_AT(&attempts, struct attempt, 1)->queue, "a");
	CHECK_TEXT(LIST_AT(&attempts, struct attempt, 1)->job_name, "mail");
}

TEST(of_many_attempts_the_newest_are_given)
{
	struct bench *b = bench_of(state);

	run(b,
	    arena_printf(&b->arena,
			 "INSERT INTO soniq_x_attempts (job_id, attempt, ended_at, outcome, error) "
			 "SELECT '%s', i, %s, 'failed', '%s' FROM %s",
			 JOB,
			 bench_is_sqlite(b) ? "now() + i" : "now() + i * interval '1 microsecond'",
			 repeated(b, '\x01', 5000), numbers(b, 250)));
	const struct list attempts = attempts_of(b);

	assert_int_equal(attempts.n, 200);
	assert_int_equal(LIST_AT(&attempts, struct attempt, 0)->attempt, 51);
	assert_int_equal(LIST_AT(&attempts, struct attempt, 199)->attempt, 250);
	assert_int_equal(LIST_AT(&attempts, struct attempt, 0)->error.n, 4000);
	assert_int_equal(LIST_AT(&attempts, struct attempt, 0)->started_at, TIME_NULL);
	assert_true(isnan(LIST_AT(&attempts, struct attempt, 0)->run_ms));
}

TEST(without_history_there_are_no_attempts)
{
	struct bench *b = bench_of(state);
	struct tallies tallies;
	const struct history_want want = { .from = 0, .until = TIME_NULL };

	put_job(b, (struct seed){ .id = JOB, .status = "processing" });
	assert_int_equal(attempts_of(b).n, 0);
	CHECK_ERR(b, ERR_SCHEMA, store_tallies(&b->store, &want, &b->arena, &tallies, &b->err));
}

TEST(a_history_that_goes_meanwhile_leaves_no_attempts)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .id = JOB });
	change(b, "status = 'processing', attempts = 1", 0);
	assert_int_equal(attempts_of(b).n, 1);
	run(b, "DROP TABLE soniq_x_attempts");
	assert_int_equal(attempts_of(b).n, 0);
	assert_int_equal(attempts_of(b).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(attempts_of_a_job_from_first_to_last),
		WITH_HISTORY(of_many_attempts_the_newest_are_given),
		ON_BOTH(without_history_there_are_no_attempts),
		WITH_HISTORY(a_history_that_goes_meanwhile_leaves_no_attempts),
	};
	return cmocka_run_group_tests_name("history_attempts", tests, NULL, NULL);
}
