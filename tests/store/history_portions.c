/* history_portions.c -- a fold that is too much for one go is made in smaller ones. */
#include "keep.h"

#define ROWS 600

/* Each row takes two milliseconds to fold. */
static void made_slow(struct bench *b)
{
	run(b, "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
	       "$$ BEGIN PERFORM pg_sleep(0.002); RETURN OLD; END $$");
	run(b, "CREATE TRIGGER slow BEFORE DELETE ON soniq_x_delta FOR EACH ROW "
	       "EXECUTE FUNCTION slow()");
}

static void told(struct bench *b)
{
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) "
			    "SELECT 'q', 'mail', 'queued', 1 FROM generate_series(1, %d)",
			    ROWS));
}

static enum err_code turn_of(struct bench *b, int64_t *folded)
{
	struct history_turn turn = { 0 };
	struct err err = { 0 };
	const enum err_code code =
		store_history_turn(&b->store, &history_policy_default, &turn, &err);

	*folded += turn.folded;
	return code;
}

TEST(what_takes_too_long_at_once_is_folded_in_portions)
{
	struct bench *b = bench_of(state);
	int64_t folded = 0;
	int n_turns = 1;

	keep(b);
	counted(b);
	told(b);
	made_slow(b);
	run(b, "SET statement_timeout = 300");
	assert_int_equal(turn_of(b, &folded), ERR_TIMEOUT);
	for (; folded < ROWS && n_turns < 100; n_turns++)
		(void)!turn_of(b, &folded);
	assert_int_equal(folded, ROWS);
	CHECK_SUM(b, ROWS, "n", "soniq_x_gauge");
	CHECK_SUM(b, ROWS, "arrived", ROLLUPS " WHERE kind = 'queue' AND span = 0");

	/* Nor is it for ever. */
	run(b, "RESET statement_timeout");
	run(b, "DROP TRIGGER slow ON soniq_x_delta");
	for (int i = 0; i < 20 && b->store.kept.batch > 0; i++)
		(void)!turn_of(b, &folded);
	told(b);
	assert_int_equal(turn(b).folded, ROWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY_ON_PG(what_takes_too_long_at_once_is_folded_in_portions),
	};

	return cmocka_run_group_tests_name("history portions", tests, NULL, NULL);
}
