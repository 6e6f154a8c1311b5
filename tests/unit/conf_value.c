/* conf_value.c -- texts of settings into typed values. */
#include "unit.h"

#include <string.h>

#include "base/record.h"
#include "conf/conf.h"

static bool takes(const char *name, const char *text, void *out, struct arena *arena)
{
	struct err err = { 0 };
	const enum err_code code = conf_parse_value(conf_setting(name), text, arena, out, &err);

	assert_true(code == ERR_OK || (code == ERR_INVALID && strcmp(err.param, name) == 0));
	return code == ERR_OK;
}

TEST(whole_numbers_keep_to_their_range)
{
	AUTO(arena) struct arena arena = { 0 };
	int64_t n = 7;

	assert_true(takes("queue.concurrency", "100", &n, &arena));
	assert_int_equal(n, 100);
	assert_false(takes("queue.concurrency", "0", &n, &arena));
	assert_false(takes("queue.concurrency", "101", &n, &arena));
	assert_false(takes("queue.concurrency", "4.0", &n, &arena));
	assert_false(takes("queue.concurrency", " 4", &n, &arena));
	assert_int_equal(n, 100);
	assert_true(takes("dashboard.port", "0", &n, &arena));
	assert_true(takes("queue.result_ttl", "9223372036854775807", &n, &arena));
	assert_true(takes("queue.result_ttl", NULL, &n, &arena));
	assert_true(n == I64_NULL);
}

TEST(numbers_keep_to_their_range)
{
	AUTO(arena) struct arena arena = { 0 };
	double n = 0;

	assert_true(takes("dashboard.database_budget", "0.5", &n, &arena));
	assert_true(n > 0.49 && n < 0.51);
	assert_true(takes("dashboard.database_budget", "100", &n, &arena));
	assert_false(takes("dashboard.database_budget", "100.1", &n, &arena));
	assert_false(takes("dashboard.database_budget", "0", &n, &arena));
	assert_false(takes("dashboard.database_budget", "-1", &n, &arena));
	assert_false(takes("dashboard.database_budget", "nan", &n, &arena));
	assert_false(takes("dashboard.database_budget", "1%", &n, &arena));
}

TEST(durations_keep_to_their_range)
{
	AUTO(arena) struct arena arena = { 0 };
	usec_t d = 0;

	assert_true(takes("dashboard.statement_timeout", "0.1", &d, &arena));
	assert_true(d == 100 * MSEC);
	assert_true(takes("dashboard.statement_timeout", "1m", &d, &arena));
	assert_false(takes("dashboard.statement_timeout", "61", &d, &arena));
	assert_false(takes("dashboard.statement_timeout", "99ms", &d, &arena));
	assert_false(takes("queue.snooze_max", "0", &d, &arena));
	assert_true(takes("queue.sync_handler_grace", "0", &d, &arena));
	assert_true(takes("queue.sync_handler_grace", NULL, &d, &arena));
	assert_true(d == TIME_NULL);
}

TEST(a_job_timeout_of_exactly_0_is_none)
{
	AUTO(arena) struct arena arena = { 0 };
	usec_t d = 7;

	assert_true(takes("queue.job_timeout", "0", &d, &arena));
	assert_int_equal(d, 0);
	assert_false(takes("queue.job_timeout", "0.0", &d, &arena));
	assert_false(takes("queue.job_timeout", "0.5", &d, &arena));
	assert_true(takes("queue.job_timeout", "1", &d, &arena));
	assert_true(d == SECOND);
}

static void check_list(const char *text, const char *want)
{
	AUTO(arena) struct arena arena = { 0 };
	const char *list = "before";

	if (!takes("queue.queues", text, &list, &arena))
		fail_msg("%s is not taken", text);
	CHECK_TEXT(list, want);
}

TEST(lists_are_separated_by_commas_or_json_arrays)
{
	AUTO(arena) struct arena arena = { 0 };
	const char *list;

	check_list("a, b ,,c,", "a,b,c");
	check_list(" , ", NULL);
	check_list("[\"a\", \" b \", \"\"]", "a,b");
	check_list("[]", NULL);
	check_list("[::1],localhost", "[::1],localhost");
	check_list("[\"a\"", "[\"a\"");
	assert_false(takes("queue.queues", "[\"a,b\"]", &list, &arena));
	assert_false(takes("queue.queues", "[1, 2]", &list, &arena));
}

TEST(choices_are_kept_as_they_are_spelled_in_the_table)
{
	AUTO(arena) struct arena arena = { 0 };
	const char *choice = NULL;

	assert_true(takes("queue.log_level", "warning", &choice, &arena));
	CHECK_TEXT(choice, "WARNING");
	assert_true(takes("queue.enqueue_validation", "none", &choice, &arena));
	CHECK_TEXT(choice, "none");
	assert_false(takes("queue.log_level", "WARN", &choice, &arena));
	assert_false(takes("queue.log_level", "", &choice, &arena));
	assert_false(takes("queue.log_level", "INFO|DEBUG", &choice, &arena));
}

TEST(texts_keep_to_their_length)
{
	AUTO(arena) struct arena arena = { 0 };
	const char *key = "before";

	assert_false(takes("dashboard.api_key", "fifteen-bytes-1", &key, &arena));
	assert_true(takes("dashboard.api_key", "\tsixteen-bytes-16 ", &key, &arena));
	CHECK_TEXT(key, "sixteen-bytes-16");
	assert_true(takes("dashboard.api_key", "", &key, &arena));
	assert_null(key);
	assert_false(takes("database.url", "  ", &key, &arena));
}

TEST(a_route_map_is_a_json_object)
{
	AUTO(arena) struct arena arena = { 0 };
	const char *map = NULL;

	assert_true(takes("queue.route_map", "{\"mail.\": \"mail\"}", &map, &arena));
	CHECK_TEXT(map, "{\"mail.\": \"mail\"}");
	assert_false(takes("queue.route_map", "[]", &map, &arena));
	assert_false(takes("queue.route_map", "mail=mail", &map, &arena));
}

TEST(a_name_is_one_line_of_some_characters)
{
	AUTO(arena) struct arena arena = { 0 };
	const char *name = NULL;
	char text[200] = "";

	assert_true(takes("dashboard.environment", " Produktion \xc3\x96st ", &name, &arena));
	CHECK_TEXT(name, "Produktion \xc3\x96st");
	for (int i = 0; i < 40; i++)
		memcpy(text + 2 * i, "\xc3\xb6", 2);
	assert_true(takes("dashboard.environment", text, &name, &arena));
	memcpy(text + 80, "x", 2);
	assert_false(takes("dashboard.environment", text, &name, &arena));
	assert_false(takes("dashboard.environment", "a\nb", &name, &arena));
	assert_false(takes("dashboard.environment", "a\x1b[1m", &name, &arena));
	assert_false(takes("dashboard.environment", "a\xff", &name, &arena));
	assert_false(takes("dashboard.environment", "  ", &name, &arena));
}

TEST(a_long_bad_value_is_shown_in_part)
{
	AUTO(arena) struct arena arena = { 0 };
	struct err err = { 0 };
	char text[5000];
	int64_t n;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(conf_parse_value(conf_setting("queue.priority"), text, &arena, &n, &err),
			 ERR_INVALID);
	assert_non_null(strstr(err.msg, "xxx...\""));
	assert_true(strlen(err.msg) < 250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_keep_to_their_range),
		cmocka_unit_test(numbers_keep_to_their_range),
		cmocka_unit_test(durations_keep_to_their_range),
		cmocka_unit_test(a_job_timeout_of_exactly_0_is_none),
		cmocka_unit_test(lists_are_separated_by_commas_or_json_arrays),
		cmocka_unit_test(choices_are_kept_as_they_are_spelled_in_the_table),
		cmocka_unit_test(texts_keep_to_their_length),
		cmocka_unit_test(a_route_map_is_a_json_object),
		cmocka_unit_test(a_name_is_one_line_of_some_characters),
		cmocka_unit_test(a_long_bad_value_is_shown_in_part),
	};

	return cmocka_run_group_tests_name("conf_value", tests, NULL, NULL);
}
