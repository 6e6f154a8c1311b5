/* api_keeper.c -- how long the keeper of the history waits between two turns. */
#include "unit.h"

#include "api/keeper.h"

static usec_t pause_of(struct keeper_pace *pace, enum err_code code, int64_t folded,
		       bool is_behind, usec_t took)
{
	const struct history_turn turn = { .folded = folded, .is_behind = is_behind };

	return keeper_pause(pace, code, &turn, took);
}

TEST(a_turn_a_second_while_something_happens)
{
	struct keeper_pace pace = { 0 };

	for (int i = 0; i < 100; i++)
		assert_int_equal(pause_of(&pace, ERR_OK, 10, false, 20 * MSEC), SECOND);
}

TEST(fewer_while_nothing_happens)
{
	struct keeper_pace pace = { 0 };

	for (int i = 0; i < 10; i++)
		assert_int_equal(pause_of(&pace, ERR_OK, 0, false, MSEC), SECOND);
	assert_false(keeper_rests(&pace));
	assert_int_equal(pause_of(&pace, ERR_OK, 0, false, MSEC), 15 * SECOND);
	assert_true(keeper_rests(&pace));
	assert_int_equal(pause_of(&pace, ERR_OK, 1, false, MSEC), SECOND);
	assert_int_equal(pause_of(&pace, ERR_OK, 0, false, MSEC), SECOND);
}

TEST(a_fifth_of_the_time_and_half_when_that_is_not_enough)
{
	struct keeper_pace pace = { 0 };

	for (int i = 0; i < 20; i++)
		assert_int_equal(pause_of(&pace, ERR_OK, 5000, true, 100 * MSEC), 400 * MSEC);
	assert_int_equal(pause_of(&pace, ERR_OK, 5000, true, 100 * MSEC), 100 * MSEC);
	assert_int_equal(pause_of(&pace, ERR_OK, 5000, true, 0), 10 * MSEC);
	assert_int_equal(pause_of(&pace, ERR_OK, 5000, true, MINUTE), 5 * SECOND);
	assert_int_equal(pause_of(&pace, ERR_OK, 5, false, 100 * MSEC), SECOND);
	assert_int_equal(pause_of(&pace, ERR_OK, 5000, true, 100 * MSEC), 400 * MSEC);
}

TEST(a_long_turn_is_followed_by_a_long_pause)
{
	struct keeper_pace pace = { 0 };

	assert_int_equal(pause_of(&pace, ERR_OK, 5, false, 3 * SECOND), 12 * SECOND);
	assert_int_equal(pause_of(&pace, ERR_OK, 5, false, 55 * SECOND), MINUTE);
}

TEST(what_somebody_has_to_do_first_is_looked_for_each_minute)
{
	static const enum err_code codes[] = { ERR_SCHEMA, ERR_FORBIDDEN, ERR_INTERNAL };

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct keeper_pace pace = { 0 };

		for (int n = 0; n < 3; n++)
			assert_int_equal(pause_of(&pace, codes[i], 0, false, SECOND), MINUTE);
		assert_int_equal(pause_of(&pace, ERR_OK, 1, false, 0), SECOND);
	}
}

TEST(a_database_that_is_away_is_asked_more_and_more_rarely)
{
	static const usec_t want[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
	struct keeper_pace pace = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_int_equal(pause_of(&pace, ERR_UNAVAILABLE, 0, false, 0), want[i] * SECOND);
	assert_int_equal(pause_of(&pace, ERR_OK, 1, false, 0), SECOND);
	assert_int_equal(pause_of(&pace, ERR_UNAVAILABLE, 0, false, 0), SECOND);
}

TEST(who_writes_goes_first)
{
	struct keeper_pace pace = { 0 };

	assert_int_equal(pause_of(&pace, ERR_BUSY, 0, false, 0), SECOND);
	assert_int_equal(pause_of(&pace, ERR_BUSY, 0, false, 0), 2 * SECOND);
	for (int i = 0; i < 100; i++)
		assert_true(pause_of(&pace, ERR_BUSY, 0, false, 0) <= 5 * SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turn_a_second_while_something_happens),
		cmocka_unit_test(fewer_while_nothing_happens),
		cmocka_unit_test(a_fifth_of_the_time_and_half_when_that_is_not_enough),
		cmocka_unit_test(a_long_turn_is_followed_by_a_long_pause),
		cmocka_unit_test(what_somebody_has_to_do_first_is_looked_for_each_minute),
		cmocka_unit_test(a_database_that_is_away_is_asked_more_and_more_rarely),
		cmocka_unit_test(who_writes_goes_first),
	};

	return cmocka_run_group_tests_name("api_keeper", tests, NULL, NULL);
}
