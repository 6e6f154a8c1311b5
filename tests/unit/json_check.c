/* json_check.c -- which texts are JSON. */
#include "unit.h"

#include <string.h>

#include "json/json.h"

TEST(json_is_recognised)
{
	static const struct str texts[] = {
		S("0"),
		S("-0"),
		S("-1.5e+10"),
		S("1E5"),
		S("true"),
		S("false"),
		S("null"),
		S("\"\""),
		S("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00Ff\""),
		S("[]"),
		S("{}"),
		S(" [ 1 , 2 ] "),
		S("{ \"a\" : { \"b\" : [ ] } , \"c\" : 1 }\r\n\t"),
		S("\"\xC3\xA4\x7f\""),
		S("99999999999999999999999999999999999999"),
		S("1e9999"),
		S("\"\\ud800\""),
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (!json_is_valid(texts[i], false, 8))
			fail_msg("%.*s is not taken", STR_ARG(texts[i]));
}

static const struct str not_json[] = {
	S(""),
	S(" "),
	S("+1"),
	S("01"),
	S("1."),
	S(".5"),
	S("1e"),
	S("1e+"),
	S("-"),
	S("--1"),
	S("tru"),
	S("truex"),
	S("True"),
	S("nul"),
	S("\""),
	S("\"a"),
	S("\"\\x\""),
	S("\"\\u12g4\""),
	S("\"\\u12"),
	S("\"\n\""),
	S("\"\xFF\""),
	S("'a'"),
	S("["),
	S("]"),
	S("[1"),
	S("[1,]"),
	S("[,1]"),
	S("[1 2]"),
	S("{"),
	S("{1:2}"),
	S("{\"a\"}"),
	S("{\"a\":}"),
	S("{\"a\":1,}"),
	S("{\"a\" 1}"),
	S("[}"),
	S("{]"),
	S("1 2"),
	S("[] []"),
	S("1\0"),
	S("// x\n1"),
	S("NaN"),
	S("Infinity"),
	S("\xEF\xBB\xBF"
	  "1"),
	S("\"\\"),
};

TEST(what_only_looks_like_json_is_refused)
{

	for (size_t i = 0; i < ARRAY_LEN(not_json); i++)
		if (json_is_valid(not_json[i], false, 8))
			fail_msg("%.*s is taken", STR_ARG(not_json[i]));
	assert_false(json_is_valid(STR_NULL, false, 8));
}

TEST(depth_is_limited)
{
	static char deep[200000];

	assert_true(json_is_valid(S("1"), false, 0));
	assert_false(json_is_valid(S("[]"), false, 0));
	assert_true(json_is_valid(S("[[{}]]"), false, 3));
	assert_false(json_is_valid(S("[[{}]]"), false, 2));
	memset(deep, '[', sizeof(deep));
	assert_false(json_is_valid((struct str){ deep, sizeof(deep) }, false, 32));
}

TEST(only_objects_when_it_must_be_one)
{
	assert_true(json_is_valid(S(" {\"a\":[1]}"), true, 2));
	assert_false(json_is_valid(S("[1]"), true, 2));
	assert_false(json_is_valid(S("1"), true, 2));
	assert_false(json_is_valid(S(""), true, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_recognised),
		cmocka_unit_test(what_only_looks_like_json_is_refused),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(only_objects_when_it_must_be_one),
	};

	return cmocka_run_group_tests_name("json_check", tests, NULL, NULL);
}
