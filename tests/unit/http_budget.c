/* http_budget.c -- what snapshots may cost, by a clock of the test's own. */
#include "unit.h"

#include <math.h>

#include "http/budget.h"

#define PERCENT 1.0

static struct budget new_budget(void)
{
	struct budget b;

	budget_init(&b, PERCENT, 0);
	return b;
}

TEST(tokens_come_with_time_and_no_purse_overflows)
{
	struct budget b = new_budget();

	budget_pay(&b, BUDGET_TOKENS_MAX + 10 * MSEC, false);
	assert_true(b.tokens < 0);
	budget_fill(&b, SECOND);
	assert_true(fabs(b.tokens) < 1);
	budget_fill(&b, 2 * SECOND);
	assert_true(fabs(b.tokens - 10 * MSEC) < 1);
	budget_fill(&b, DAY);
	assert_true(b.tokens == (double)BUDGET_TOKENS_MAX);
	assert_true(b.looks == (double)BUDGET_LOOKS_MAX);
	/* A clock that went back gives nothing, and takes nothing. */
	budget_fill(&b, HOUR);
	assert_true(b.tokens == (double)BUDGET_TOKENS_MAX);
}

TEST(looks_cannot_put_refreshes_into_debt)
{
	struct budget b = new_budget();

	budget_pay(&b, 19 * SECOND, true);
	assert_true(b.tokens == 0 && b.looks > 0);
	budget_pay(&b, 2 * SECOND, true);
	assert_true(b.tokens == 0 && b.looks < 0);
	budget_pay(&b, SECOND, false);
	budget_pay(&b, SECOND, true);
	assert_true(b.tokens == -(double)SECOND);
	/* A quarter of a core, at one percent. */
	budget_fill(&b, 4 * SECOND);
	assert_true(fabs(b.looks + 2 * SECOND - SECOND) < 1);
}

TEST(it_is_ample_for_what_is_little_of_it)
{
	static const struct { usec_t cost, tokens; bool is_ample, may_begin; } rows[] = {
		{ MSEC, 9 * MSEC, true, true },
		{ MSEC, 8 * MSEC, false, true },
		{ MSEC, 5 * MSEC, false, true },
		{ MSEC, 4 * MSEC, false, false },
		{ 30 * MSEC, 241 * MSEC, true, true },
		{ 30 * MSEC, 119 * MSEC, false, false },
		/* whatever it costs */
		{ 5 * SECOND, 501 * MSEC, true, true },
		{ 5 * SECOND, 500 * MSEC, false, false },
		{ 0, 0, false, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct snapshot s = { .is_there = true, .age = SECOND, .interval = SECOND,
					    .cost = rows[i].cost };
		struct budget b = new_budget();

		b.tokens = (double)rows[i].tokens;
		assert_int_equal(budget_is_ample(&b, s.cost), rows[i].is_ample);
		assert_int_equal(budget_step(&b, &s) != SNAPSHOT_GIVE, rows[i].may_begin);
	}
}

TEST(one_that_is_slow_once_is_not_dear)
{
	assert_int_equal(budget_expect(0, SECOND), SECOND);
	assert_int_equal(budget_expect(2 * MSEC, 90 * MSEC), 4 * MSEC);
	assert_int_equal(budget_expect(2 * MSEC, 4 * MSEC), 4 * MSEC);
	assert_int_equal(budget_expect(90 * MSEC, 2 * MSEC), 2 * MSEC);
	assert_int_equal(budget_expect(INT64_MAX / 2, INT64_MAX), INT64_MAX);
}

TEST(intervals_grow_with_what_a_refresh_costs)
{
	static const struct { usec_t cost; double roots; usec_t at_least, wanted; } rows[] = {
		{ 0, 0, SECOND, SECOND },
		{ 2 * MSEC, 0, SECOND, SECOND },
		{ 2 * MSEC, 0, 250 * MSEC, 250 * MSEC },
		{ 100 * MSEC, 0, SECOND, 10 * SECOND },
		{ SECOND, 0, SECOND, 100 * SECOND },
		{ MINUTE, 0, SECOND, BUDGET_FRESH_MAX },
		{ INT64_MAX, 0, SECOND, BUDGET_FRESH_MAX },
		/* beside three others of the same cost, and beside one of a hundred times */
		{ 100 * MSEC, 4, SECOND, 40 * SECOND },
		{ 100 * MSEC, 11, SECOND, 110 * SECOND },
	};
	const struct budget b = new_budget();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const double root = sqrt((double)rows[i].cost);
		const double n = rows[i].roots > 0 ? rows[i].roots : 1;
		const usec_t got = budget_interval(&b, rows[i].cost, n * root, rows[i].at_least);
		assert_true(llabs(got - rows[i].wanted) <= 1);
	}
}

TEST(steps_depend_on_age_purses_and_what_is_under_way)
{
	enum { FULL = BUDGET_TOKENS_MAX };
	static const struct { double tokens, looks; struct snapshot s; enum snapshot_step wanted; }
	rows[] = {
		/* never made */
		{ 0, 1, { 0 }, SNAPSHOT_LOOK },
		{ 1, 0, { 0 }, SNAPSHOT_REFUSE },
		{ 1, 0, { .is_flying = true }, SNAPSHOT_LOOK },
		/* made wrong by a write */
		{ 0, 1, { .is_there = true, .is_wrong = true, .interval = 9 }, SNAPSHOT_LOOK },
		{ 1, 0, { .is_there = true, .is_wrong = true, .interval = 9 }, SNAPSHOT_GIVE },
		/* fresh */
		{ FULL, 1, { .is_there = true, .age = 8, .interval = 9 }, SNAPSHOT_GIVE },
		/* due: a cheap one is waited for, a dear one is not, none without tokens */
		{ FULL, 0, { .is_there = true, .age = SECOND, .interval = SECOND,
			  .cost = BUDGET_PROMPT }, SNAPSHOT_REFRESH },
		{ FULL, 0, { .is_there = true, .age = SECOND, .interval = SECOND,
			  .cost = BUDGET_PROMPT + 1 }, SNAPSHOT_GIVE_AND_MAKE },
		{ 0, 1, { .is_there = true, .age = DAY, .interval = SECOND }, SNAPSHOT_GIVE },
		/* due and being made: the dear one, and the cheap one that takes long, as it is */
		{ 1, 0, { .is_there = true, .is_flying = true, .age = SECOND, .interval = SECOND,
			  .cost = SECOND }, SNAPSHOT_GIVE },
		{ 0, 0, { .is_there = true, .is_flying = true, .age = SECOND,
			  .interval = SECOND }, SNAPSHOT_REFRESH },
		{ 1, 0, { .is_there = true, .is_flying = true, .flying_for = BUDGET_PROMPT + 1,
			  .age = SECOND, .interval = SECOND }, SNAPSHOT_GIVE },
		/* far too old: waited for */
		{ FULL, 0, { .is_there = true, .age = 2 * MINUTE, .interval = 50 * SECOND,
			  .cost = SECOND }, SNAPSHOT_REFRESH },
		{ FULL, 0, { .is_there = true, .age = 2 * MINUTE, .interval = 70 * SECOND,
			  .cost = SECOND }, SNAPSHOT_GIVE_AND_MAKE },
		{ FULL, 0, { .is_there = true, .age = 4 * SECOND, .interval = SECOND,
			  .cost = SECOND }, SNAPSHOT_GIVE_AND_MAKE },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct budget b = new_budget();
		b.tokens = rows[i].tokens;
		b.looks = rows[i].looks;
		const enum snapshot_step got = budget_step(&b, &rows[i].s);
		if (got != rows[i].wanted)
			print_error("row %zu\n", i);
		assert_int_equal(got, rows[i].wanted);
	}
}

/* One page that asks for each of `n` numbers every second, for an hour; gives the time spent. */
static usec_t an_hour_of(const usec_t *costs, size_t n, int64_t *ret_n_first)
{
	struct budget b = new_budget();
	usec_t made[8] = { 0 }, spent = 0;
	double roots = 0;

	*ret_n_first = 0;
	for (size_t i = 0; i < n; i++)
		roots += sqrt((double)costs[i]);
	for (usec_t now = SECOND; now <= HOUR; now += SECOND) {
		budget_fill(&b, now);
		for (size_t i = 0; i < n; i++) {
			const struct snapshot s = {
				.is_there = made[i] > 0, .age = now - made[i], .cost = costs[i],
				.interval = budget_interval(&b, costs[i], roots, BUDGET_FRESH_MIN),
			};
			const enum snapshot_step step = budget_step(&b, &s);
			if (step == SNAPSHOT_GIVE || step == SNAPSHOT_REFUSE)
				continue;
			budget_pay(&b, costs[i], step == SNAPSHOT_LOOK);
			made[i] = now;
			spent += costs[i];
			*ret_n_first += i == 0;
		}
	}
	return spent;
}

TEST(an_hour_costs_no_more_than_the_budget)
{
	static const usec_t dear[] = { 2 * MSEC, 700 * MSEC, 400 * MSEC, 3 * SECOND, 50 * MSEC };
	static const usec_t cheap[] = { MSEC, MSEC, MSEC };
	const usec_t allowed = HOUR / 100 + BUDGET_TOKENS_MAX + 4200 * MSEC;
	int64_t n_first = 0;

	const usec_t spent = an_hour_of(dear, ARRAY_LEN(dear), &n_first);
	assert_true(spent <= allowed);
	assert_true(spent >= HOUR / 100 / 2);
	/* What is cheap is not as rare as what is dear: about 14 s, not some minutes. */
	assert_true(n_first > 3600 / 30);
	assert_true(an_hour_of(cheap, ARRAY_LEN(cheap), &n_first) <= allowed);
	assert_int_equal(n_first, 3600);
}

TEST(what_was_paid_in_the_last_minutes_is_a_share)
{
	struct budget b = new_budget();

	assert_true(budget_share(&b, 0) == 0);
	budget_fill(&b, 30 * SECOND);
	budget_pay(&b, 300 * MSEC, false);
	budget_fill(&b, 90 * SECOND);
	budget_pay(&b, 600 * MSEC, true);
	/* 0.9 s of 90 s; then the first minute is forgotten, then all */
	assert_true(fabs(budget_share(&b, 90 * SECOND) - 1) < 1e-9);
	assert_true(fabs(budget_share(&b, 6 * MINUTE) - 100 * 0.6 / 300) < 1e-9);
	assert_true(budget_share(&b, 8 * MINUTE) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_come_with_time_and_no_purse_overflows),
		cmocka_unit_test(looks_cannot_put_refreshes_into_debt),
		cmocka_unit_test(it_is_ample_for_what_is_little_of_it),
		cmocka_unit_test(one_that_is_slow_once_is_not_dear),
		cmocka_unit_test(intervals_grow_with_what_a_refresh_costs),
		cmocka_unit_test(steps_depend_on_age_purses_and_what_is_under_way),
		cmocka_unit_test(an_hour_costs_no_more_than_the_budget),
		cmocka_unit_test(what_was_paid_in_the_last_minutes_is_a_share),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
