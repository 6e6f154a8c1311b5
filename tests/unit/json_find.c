/* json_find.c -- one value out of a JSON text, and whether it is what was looked for. */
#include "unit.h"

#include "json/json.h"

#define STEPS_MAX 4

struct find {
	const char *text;
	const char *steps[STEPS_MAX];
	const char *value; /* NULL: there is none */
};

static const struct find finds[] = {
	{ "{\"a\": 1}", { "a" }, "1" },
	{ " { \"a\" : { \"b\" : [ 1 , \"x\" ] } } ", { "a", "b" }, "[ 1 , \"x\" ]" },
	{ "{\"a\": [1, \"x\", {}]}", { "a", "1" }, "\"x\"" },
	{ "{\"a\": [1, \"x\", {}]}", { "a", "-1" }, "{}" },
	{ "{\"a\": [1, \"x\"]}", { "a", "-3" }, NULL },
	{ "{\"a\": [1, \"x\"]}", { "a", "2" }, NULL },
	{ "{\"a\": [1, \"x\"]}", { "a", "x" }, NULL },
	{ "{\"a\": []}", { "a", "0" }, NULL },
	{ "{\"a\": []}", { "a", "-1" }, NULL },
	{ "{\"a\": {\"0\": 1}}", { "a", "0" }, "1" },
	{ "{\"a\": 1, \"a\": 2}", { "a" }, "2" },
	{ "{\"a\": 1, \"b\": 2}", { "a" }, "1" },
	{ "{\"\\u0061\\n\\\"\": 1}", { "a\n\"" }, "1" },
	{ "{\"\\ud83d\\ude00\": 1}", { "\xF0\x9F\x98\x80" }, "1" },
	{ "{\"\xC3\xA9\": 1}", { "\xC3\xA9" }, "1" },
	{ "{\"\\ud83d\": 1}", { "\xEF\xBF\xBD" }, "1" },
	{ "{\"\": 1}", { "" }, "1" },
	{ "{\"a\": 1", { "a" }, NULL },
	{ "{\"a\": 1} x", { "a" }, NULL },
	{ "{\"a\": NaN}", { "a" }, NULL },
	{ "{}", { "a" }, NULL },
	{ "1", { "a" }, NULL },
	{ "", { "a" }, NULL },
	{ "{\"a\": null}", { "a" }, "null" },
	{ "{\"a\": 12345678901234567890123}", { "a" }, "12345678901234567890123" },
};

TEST(values_are_found_by_their_path)
{
	for (size_t i = 0; i < ARRAY_LEN(finds); i++) {
		const struct find *find = &finds[i];
		struct str path[STEPS_MAX], value = STR_NULL;
		size_t n = 0;

		for (; n < STEPS_MAX && find->steps[n]; n++)
			path[n] = str_of(find->steps[n]);
		const bool is_there = json_find(str_of(find->text), path, n, &value);
		if (is_there != (find->value != NULL))
			fail_msg("%s: %d", find->text, is_there);
		CHECK_STR(value, find->value);
	}
}

struct pair {
	const char *value, *scalar;
	bool is_equal;
};

static const struct pair pairs[] = {
	{ "42", "42", true },
	{ "42", "\"42\"", false },
	{ "\"42\"", "\"42\"", true },
	{ "42.0", "42", true },
	{ "4.2e1", "42", true },
	{ "420E-1", "42", true },
	{ "0.042e+3", "42", true },
	{ "42", "-42", false },
	{ "-0", "0", true },
	{ "0e99", "0.000", true },
	{ "12345678901234567890123", "12345678901234567890123", true },
	{ "12345678901234567890124", "12345678901234567890123", false },
	{ "9007199254740993", "9007199254740992", false },
	{ "100", "1", false },
	{ "1e999999999999999999999", "1", false },
	{ "0.1", "0.10", true },
	{ "10101", "1111", false },
	{ "true", "true", true },
	{ "true", "\"true\"", false },
	{ "null", "null", true },
	{ "null", "0", false },
	{ "\"\\u00e9\\/\"", "\"\xC3\xA9/\"", true },
	{ "\"a\\\\n\"", "\"a\\n\"", false },
	{ "[1, 2.0, \"x\"]", "2", true },
	{ "[1, \"x\"]", "\"x\"", true },
	{ "[1, [2]]", "2", false },
	{ "[]", "null", false },
	{ "{\"a\": 1}", "1", false },
	{ "{\"a\": 1}", "\"a\"", false },
};

TEST(scalars_are_equal_by_what_they_are_worth)
{
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		if (json_holds(str_of(pairs[i].value), str_of(pairs[i].scalar)) !=
		    pairs[i].is_equal)
			fail_msg("%s, %s", pairs[i].value, pairs[i].scalar);
}

TEST(numbers_have_an_end)
{
	AUTO(buf) struct buf b = buf_new(10000);

	for (int i = 0; i < 2000; i++)
		buf_add_char(&b, '7');
	assert_false(json_holds(buf_str(&b), buf_str(&b)));
	buf_reset(&b);
	buf_add_char(&b, '7');
	for (int i = 0; i < 2000; i++)
		buf_add_char(&b, '0');
	assert_true(json_holds(buf_str(&b), S("7e2000")));
}

TEST(names_of_members)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str *names;

	assert_int_equal(json_names(S(" {\"a\": {\"x\": 1}, \"\\u00e9\" : [1], \"\":2} "), 9,
				    &arena, &names),
			 3);
	CHECK_STR(names[0], "a");
	CHECK_STR(names[1], "\xC3\xA9");
	CHECK_STR(names[2], "");
	assert_int_equal(json_names(S("{\"a\": 1, \"b\": 2}"), 1, &arena, &names), 1);
	assert_int_equal(json_names(S("{}"), 9, &arena, &names), 0);
	assert_int_equal(json_names(S("[1]"), 9, &arena, &names), 0);
	assert_int_equal(json_names(S("{\"a\": "), 9, &arena, &names), 0);
	assert_int_equal(json_names(STR_NULL, 9, &arena, &names), 0);
}

TEST(items_of_an_array)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str *items;

	assert_int_equal(json_items(S(" [ 1 ,\"a,b\", [2,3],{\"x\":[]} , null] "), 9, &arena,
				    &items),
			 5);
	CHECK_STR(items[0], "1");
	CHECK_STR(items[1], "\"a,b\"");
	CHECK_STR(items[2], "[2,3]");
	CHECK_STR(items[3], "{\"x\":[]}");
	CHECK_STR(items[4], "null");
	assert_int_equal(json_items(S("[1, 2]"), 1, &arena, &items), 1);
	assert_int_equal(json_items(S("[ ]"), 9, &arena, &items), 0);
	assert_int_equal(json_items(S("{\"a\": 1}"), 9, &arena, &items), 0);
	assert_int_equal(json_items(S("[1, "), 9, &arena, &items), 0);
	assert_int_equal(json_items(STR_NULL, 9, &arena, &items), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found_by_their_path),
		cmocka_unit_test(scalars_are_equal_by_what_they_are_worth),
		cmocka_unit_test(numbers_have_an_end),
		cmocka_unit_test(names_of_members),
		cmocka_unit_test(items_of_an_array),
	};
	return cmocka_run_group_tests_name("json_find", tests, NULL, NULL);
}
