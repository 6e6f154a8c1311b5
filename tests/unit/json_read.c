/* json_read.c -- JSON objects of known keys, and small questions to JSON of the database. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "json/json.h"

struct answer {
	struct str reason;
	int64_t limit;
	int8_t force;
	double factor;
};

static enum err_code read_answer(struct str text, struct answer *ret, struct arena *arena,
				 struct err *err)
{
	const struct json_want wants[] = {
		{ "reason", F_STR, true, &ret->reason },
		{ "limit", F_I64, false, &ret->limit },
		{ "force", F_BOOL, false, &ret->force },
		{ "factor", F_F64, false, &ret->factor },
		{ NULL, F_I64, false, NULL },
	};

	*ret = (struct answer){ .reason = S("before"), .limit = 5, .force = -1, .factor = 0.5 };
	return json_read_object(text, wants, arena, err);
}

static void check_refused(struct str text, enum err_code code, const char *param)
{
	AUTO(arena) struct arena arena = { 0 };
	struct answer a;
	struct err err = { 0 };

	if (read_answer(text, &a, &arena, &err) != code)
		fail_msg("%.*s: %s, %s", STR_ARG(text), err_name(err.code), err.msg);
	CHECK_TEXT(err.param, param);
	assert_true(err.msg[0] != '\0');
}

TEST(known_keys_are_read_by_their_type)
{
	AUTO(arena) struct arena arena = { 0 };
	struct answer a;
	struct err err = { 0 };

	assert_int_equal(read_answer(S(" {\"limit\": 7, \"reason\": \"\\u00e4 x\", \"force\": true,"
				       " \"factor\": 2}\n"),
				     &a, &arena, &err),
			 ERR_OK);
	CHECK_STR(a.reason, "\xC3\xA4 x");
	assert_int_equal(a.limit, 7);
	assert_int_equal(a.force, 1);
	assert_true(a.factor == 2.0);
}

TEST(absent_and_null_optional_keys_keep_their_value)
{
	AUTO(arena) struct arena arena = { 0 };
	struct answer a;
	struct err err = { 0 };

	assert_int_equal(read_answer(S("{\"reason\":\"\",\"limit\":null}"), &a, &arena, &err),
			 ERR_OK);
	CHECK_STR(a.reason, "");
	assert_int_equal(a.limit, 5);
	assert_int_equal(a.force, -1);
}

TEST(keys_that_are_missing_unknown_or_of_the_wrong_type_are_named)
{
	check_refused(S("{}"), ERR_INVALID, "reason");
	check_refused(S("{\"reason\":null}"), ERR_INVALID, "reason");
	check_refused(S("{\"reason\":1}"), ERR_INVALID, "reason");
	check_refused(S("{\"reason\":\"\",\"limit\":\"7\"}"), ERR_INVALID, "limit");
	check_refused(S("{\"reason\":\"\",\"limit\":1.5}"), ERR_INVALID, "limit");
	check_refused(S("{\"reason\":\"\",\"force\":1}"), ERR_INVALID, "force");
	check_refused(S("{\"reason\":\"\",\"factor\":true}"), ERR_INVALID, "factor");
	check_refused(S("{\"reason\":\"\",\"other\":1}"), ERR_INVALID, "other");
}

TEST(what_is_not_a_json_object_is_malformed)
{
	static const struct str texts[] = {
		S(""),
		S("{"),
		S("[]"),
		S("null"),
		S("\"x\""),
		S("{} x"),
		S("{\"reason\":\"\xFF\"}"),
		S("{\"reason\":\"a\",\"reason\":\"b\"}"),
		S("{\"reason\":\"\\u0000\"}"),
		S("{\"limit\":99999999999999999999}"),
		S("{'reason':1}"),
		S("{\"reason\":\"a\"}\0"),
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		check_refused(texts[i], ERR_MALFORMED, "");
	check_refused(STR_NULL, ERR_MALFORMED, "");
}

TEST(text_that_is_too_deep_or_too_long_is_malformed)
{
	AUTO(buf) struct buf text = buf_new(100000);

	buf_add_text(&text, "{\"reason\":");
	for (int i = 0; i < 5000; i++)
		buf_add_char(&text, '[');
	for (int i = 0; i < 5000; i++)
		buf_add_char(&text, ']');
	buf_add_char(&text, '}');
	check_refused(buf_str(&text), ERR_MALFORMED, "");
	buf_reset(&text);
	buf_printf(&text, "{\"reason\":\"x\"}%70000s", "");
	check_refused(buf_str(&text), ERR_MALFORMED, "");
}

/* A body may hold the API key: what the caller sent does not come back in a message. */
TEST(messages_never_repeat_the_text)
{
	AUTO(arena) struct arena arena = { 0 };
	struct answer a;
	struct err err = { 0 };

	assert_int_equal(read_answer(S("{\"reason\": sesame-open }"), &a, &arena, &err),
			 ERR_MALFORMED);
	assert_null(strstr(err.msg, "sesame"));
	assert_non_null(strstr(err.msg, "line 1"));
	assert_int_equal(read_answer(S("{\"reason\": \"x\", \"limit\": \"sesame\"}"), &a, &arena,
				     &err),
			 ERR_INVALID);
	assert_null(strstr(err.msg, "sesame"));
}

TEST(strings_of_an_array_are_listed)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str *items;

	assert_int_equal(json_read_strings(S("[\"a\", 1, null, \"\\u00e4\", [\"b\"]]"), &arena,
					   &items),
			 2);
	CHECK_STR(items[0], "a");
	CHECK_STR(items[1], "\xC3\xA4");
	assert_int_equal(json_read_strings(S("{\"a\":1}"), &arena, &items), 0);
	assert_int_equal(json_read_strings(S("[\"a\""), &arena, &items), 0);
	assert_int_equal(json_read_strings(S("\"a\""), &arena, &items), 0);
	assert_int_equal(json_read_strings(STR_NULL, &arena, &items), 0);
}

TEST(a_number_under_a_key_is_found)
{
	assert_true(json_read_number(S("{\"a\": 1.5, \"b\": 7}"), "a") == 1.5);
	assert_true(json_read_number(S("{\"a\": 1.5, \"b\": 7}"), "b") == 7);
	assert_true(isnan(json_read_number(S("{\"a\": \"1\"}"), "a")));
	assert_true(isnan(json_read_number(S("{\"a\": {\"b\": 1}}"), "b")));
	assert_true(isnan(json_read_number(S("[1]"), "a")));
	assert_true(isnan(json_read_number(S("nonsense"), "a")));
	assert_true(isnan(json_read_number(STR_NULL, "a")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_keys_are_read_by_their_type),
		cmocka_unit_test(absent_and_null_optional_keys_keep_their_value),
		cmocka_unit_test(keys_that_are_missing_unknown_or_of_the_wrong_type_are_named),
		cmocka_unit_test(what_is_not_a_json_object_is_malformed),
		cmocka_unit_test(text_that_is_too_deep_or_too_long_is_malformed),
		cmocka_unit_test(messages_never_repeat_the_text),
		cmocka_unit_test(strings_of_an_array_are_listed),
		cmocka_unit_test(a_number_under_a_key_is_found),
	};

	return cmocka_run_group_tests_name("json_read", tests, NULL, NULL);
}
