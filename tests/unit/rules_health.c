/* rules_health.c -- healthy and degraded, at the edges. */
#include "rules/health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void error_rate_is_of_what_ended(void **state)
{
	(void)state;
	assert_true(health_error_rate(0, 0) == 0);
	assert_true(health_error_rate(9, 1) == 10);
	assert_true(health_error_rate(2, 1) == 33.33);
	assert_true(health_error_rate(0, 5) == 100);
	assert_true(health_error_rate(INT64_MAX, INT64_MAX) == 50);
}

static void status_turns_behind_the_edge(void **state)
{
	(void)state;
	assert_string_equal(health_status(0, 0), "healthy");
	assert_string_equal(health_status(1000, 10), "healthy");
	assert_string_equal(health_status(1001, 0), "degraded");
	assert_string_equal(health_status(0, 10.01), "degraded");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_rate_is_of_what_ended),
		cmocka_unit_test(status_turns_behind_the_edge),
	};

	return cmocka_run_group_tests_name("rules_health", tests, NULL, NULL);
}
