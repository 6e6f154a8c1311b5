/* past.c -- the demo's yesterday, and what the history is told of it. */
#include "store/history.h"
#include "store/past.h"
#include "seed.h"

#define JOBS 300
#define DEATHS 20
#define THINNED 5

static void live_a_day(struct bench *b)
{
	struct past past = {
		.job_name = S("mail.send"),
		.queue = S("mail"),
		.args = { S("{\"n\": "), S("}") },
		.result = S("{}"),
		.error = S("ValueError: no"),
		.reason = "max_retries_exceeded",
		.priority = 100,
		.max_attempts = 4,
		.span = DAY,
		.took = { SECOND, 9 * SECOND },
		.kept = 25 * HOUR,
		.n = JOBS,
	};

	CHECK_OK(b, store_past_done(&b->store, &past, &b->err));
	past.n = DEATHS;
	CHECK_OK(b, store_past_dead(&b->store, &past, &b->err));
	CHECK_OK(b, store_past_history(&b->store, THINNED, &b->err));
}

TEST(a_day_without_a_history_is_fine)
{
	struct bench *b = bench_of(state);

	live_a_day(b);
	CHECK_ROWS(b, JOBS, "soniq_jobs", "status = 'done'");
	CHECK_ROWS(b, DEATHS, "soniq_dead_letter_jobs", "attempts = 4");
}

TEST(a_day_is_in_the_history_as_it_was)
{
	struct bench *b = bench_of(state);
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .is_sum = true,
					   .from = clock_now() - 26 * HOUR,
					   .until = TIME_NULL };
	struct tallies tallies;
	struct quality quality;
	struct list gauges;

	live_a_day(b);
	CHECK_OK(b, store_tallies(&b->store, &want, &b->arena, &tallies, &b->err));
	assert_int_equal(tallies.rows.n, 1);
	const struct tally *t = LIST_AT(&tallies.rows, struct tally, 0);
	assert_int_equal(t->arrived, THINNED * JOBS + DEATHS);
	assert_int_equal(t->started, THINNED * JOBS + DEATHS);
	assert_int_equal(t->done, THINNED * JOBS);
	assert_int_equal(t->dead, DEATHS);
	assert_int_equal(t->waits.n, JOBS + DEATHS);
	assert_int_equal(t->runs.n, JOBS + DEATHS);
	CHECK_OK(b, store_gauges(&b->store, &b->arena, &gauges, &quality, &b->err));
	for (size_t i = 0; i < gauges.n; i++) {
		const struct gauge *g = LIST_AT(&gauges, struct gauge, i);

		assert_int_equal(g->n, str_eq(g->status, S("done"))          ? JOBS
				       : str_eq(g->status, S("dead_letter")) ? DEATHS
									     : 0);
	}
	CHECK_ROWS(b, JOBS + DEATHS, "soniq_x_attempts", "ended_at > started_at");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(a_day_without_a_history_is_fine),
		WITH_HISTORY(a_day_is_in_the_history_as_it_was),
	};
	return cmocka_run_group_tests_name("past", tests, NULL, NULL);
}
