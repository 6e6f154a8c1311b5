/* history_memory.c -- a turn of the history that runs out of memory at any point: the next one, by
 * a new connection, goes on from where the transaction was. */
#include "keep.h"

struct going {
	struct bench *bench;
	bool is_done;
};

static void go(void *arg)
{
	struct going *going = arg;
	struct bench *b = going->bench;
	AUTO(store) struct store store = { 0 };
	struct history_turn turn = { 0 };
	struct err err = { 0 };

	going->is_done = store_open(&b->db.options, &store, &err) == ERR_OK &&
			 store_history_turn(&store, &history_policy_default, &turn, &err) ==
				 ERR_OK;
}

static bool turn_once(struct bench *b, long failing)
{
	struct going going = { .bench = b };

	memory_fail_at(failing);
	const bool is_whole = memory_try(go, &going);
	const bool has_failed = memory_has_failed();
	memory_fail_at(0);
	assert_true(going.is_done || has_failed);
	return is_whole && !has_failed;
}

TEST(a_turn_that_runs_out_of_memory_is_made_by_the_next)
{
	struct bench *b = bench_of(state);
	int n_turns = 0;
	long n = 1;

	do {
		put_job(b, (struct seed){ .name = "mail", .queue = "q", .status = "queued" });
		run(b, "UPDATE soniq_jobs SET status = 'processing' WHERE status = 'queued'");
		run(b, "UPDATE soniq_jobs SET status = 'done' WHERE status = 'processing'");
		n += 1 + n / 8;
		n_turns++;
	} while (!turn_once(b, n));
	assert_true(n_turns > 10);
	keep(b);
	CHECK_GAUGES(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(a_turn_that_runs_out_of_memory_is_made_by_the_next),
	};

	return cmocka_run_group_tests_name("history memory", tests, NULL, NULL);
}
