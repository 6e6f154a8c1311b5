/* err.c -- what an error keeps, and what the kinds mean. */
#include "unit.h"

#include <string.h>

TEST(an_error_keeps_its_code_and_one_line)
{
	struct err err = { 0 };

	assert_int_equal(err_set(&err, ERR_UNAVAILABLE, "no %s\non port %d\n\n", "server", 5432),
			 ERR_UNAVAILABLE);
	assert_int_equal(err.code, ERR_UNAVAILABLE);
	CHECK_TEXT(err.msg, "no server on port 5432");
	CHECK_TEXT(err.param, "");
	CHECK_TEXT(err.state, "");
}

TEST(a_parameter_error_is_invalid_and_names_it)
{
	struct err err = { 0 };

	assert_int_equal(err_param(&err, "limit", "limit %d is not in 1..%d", 0, 9), ERR_INVALID);
	CHECK_TEXT(err.param, "limit");
	CHECK_TEXT(err.msg, "limit 0 is not in 1..9");
}

TEST(a_new_error_forgets_the_one_before)
{
	struct err err = { 0 };

	err_param(&err, "limit", "bad");
	memcpy(err.state, "done", 5);
	err_set(&err, ERR_NOT_FOUND, "no such job");
	CHECK_TEXT(err.param, "");
	CHECK_TEXT(err.state, "");
}

TEST(an_error_may_be_built_from_its_own_message)
{
	struct err err = { 0 };

	err_param(&err, "limit", "first");
	err_param(&err, err.param, "second, after %s", err.msg);
	CHECK_TEXT(err.msg, "second, after first");
	CHECK_TEXT(err.param, "limit");
}

TEST(a_prefix_stands_in_front_and_keeps_the_rest)
{
	struct err err = { 0 };

	err_param(&err, "port", "too large");
	assert_int_equal(err_prefix(&err, "environment"), ERR_INVALID);
	CHECK_TEXT(err.msg, "environment: too large");
	CHECK_TEXT(err.param, "port");
}

TEST(a_message_that_is_too_long_is_cut_between_characters)
{
	struct err err = { 0 };
	char text[2000];

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 2 ? '\xA4' : '\xC3';
	text[sizeof(text) - 1] = '\0';
	for (size_t shift = 0; shift < 2; shift++) {
		err_set(&err, ERR_INTERNAL, "%s%s", shift ? "x" : "", text);
		assert_true(strlen(err.msg) > sizeof(err.msg) - 5);
		assert_true(str_is_utf8(str_of(err.msg)));
	}
	err_param(&err, text, "%s", text);
	assert_true(strlen(err.param) > 0 && str_is_utf8(str_of(err.param)));
	err_prefix(&err, text);
	assert_true(str_is_utf8(str_of(err.msg)));
}

TEST(each_kind_has_a_name_and_a_status)
{
	CHECK_TEXT(err_name(ERR_NOT_FOUND), "not_found");
	CHECK_TEXT(err_name(ERR_MISDIRECTED), "misdirected");
	assert_int_equal(err_http(ERR_NOT_FOUND), 404);
	assert_int_equal(err_exit(ERR_CONFLICT), 5);
	assert_true(err_is_transient(ERR_BUSY));
	assert_false(err_is_transient(ERR_INVALID));
	for (int code = 0; code < ERR__COUNT; code++) {
		const char *name = err_name((enum err_code)code);

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
		assert_in_range(err_http((enum err_code)code), code ? 400 : 200, 504);
		assert_in_range(err_exit((enum err_code)code), code ? 1 : 0, 9);
	}
}

TEST(an_unknown_code_is_an_internal_error)
{
	CHECK_TEXT(err_name((enum err_code)999), "internal");
	assert_int_equal(err_http((enum err_code)999), 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_keeps_its_code_and_one_line),
		cmocka_unit_test(a_parameter_error_is_invalid_and_names_it),
		cmocka_unit_test(a_new_error_forgets_the_one_before),
		cmocka_unit_test(an_error_may_be_built_from_its_own_message),
		cmocka_unit_test(a_prefix_stands_in_front_and_keeps_the_rest),
		cmocka_unit_test(a_message_that_is_too_long_is_cut_between_characters),
		cmocka_unit_test(each_kind_has_a_name_and_a_status),
		cmocka_unit_test(an_unknown_code_is_an_internal_error),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
