/* forecast.c -- what is said of a queue's future. */
#include "rules/forecast.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void check(int64_t waiting, const double rates[2], const char *want)
{
	assert_string_equal(forecast_name(forecast_make(waiting, rates[0], rates[1]).kind), want);
}

static void nothing_waits(void **state)
{
	(void)state;
	check(0, (const double[]){ 5, 5 }, "empty");
	check(0, (const double[]){ 5, 0 }, "empty");
	check(-3, (const double[]){ 0, 0 }, "empty");
	/* What is empty is so whatever is known besides. */
	check(0, (const double[]){ (double)NAN, (double)NAN }, "empty");
}

static void a_queue_drains(void **state)
{
	(void)state;
	const struct forecast f = forecast_make(120, 10, 70);

	assert_int_equal(f.kind, FORECAST_DRAINS);
	assert_true(fabs(f.drain_seconds - 120) < 1e-9);
	assert_true(isnan(f.growth_per_minute));
}

static void a_queue_grows(void **state)
{
	(void)state;
	const struct forecast f = forecast_make(1, 70, 10);

	assert_int_equal(f.kind, FORECAST_GROWS);
	assert_true(fabs(f.growth_per_minute - 60) < 1e-9);
	assert_true(isnan(f.drain_seconds));
	check(5, (const double[]){ 0.2, 0 }, "grows");
}

/* One job in ten minutes, or a few of a hundred, are chance. */
static void small_differences_are_none(void **state)
{
	(void)state;
	check(5, (const double[]){ 0, 0 }, "steady");
	check(5, (const double[]){ 0.05, 0 }, "steady");
	check(5, (const double[]){ 1000, 1049 }, "steady");
	check(5, (const double[]){ 1049, 1000 }, "steady");
	check(5, (const double[]){ 1000, 1060 }, "drains");
	check(5, (const double[]){ 1060, 1000 }, "grows");
	const struct forecast f = forecast_make(5, 0, 0);
	assert_true(isnan(f.drain_seconds) && isnan(f.growth_per_minute));
}

static void what_is_not_known_is_not_told(void **state)
{
	(void)state;
	check(5, (const double[]){ (double)NAN, 1 }, "unknown");
	check(5, (const double[]){ 1, (double)NAN }, "unknown");
	check(5, (const double[]){ (double)INFINITY, 1 }, "unknown");
	const struct forecast f = forecast_make(5, (double)NAN, 1);
	assert_true(isnan(f.drain_seconds) && isnan(f.growth_per_minute));
	assert_string_equal(forecast_name((enum forecast_kind)99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_waits),
		cmocka_unit_test(a_queue_drains),
		cmocka_unit_test(a_queue_grows),
		cmocka_unit_test(small_differences_are_none),
		cmocka_unit_test(what_is_not_known_is_not_told),
	};
	return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}
