/* api_params.c -- query parameters, cursors, ids in paths. */
#include "api/params.h"

#include "unit/unit.h"

#define ID "0190a000-0000-7000-8000-000000000001"
/* What is there when nothing was given. */
#define UNTOUCHED 77

static struct request request_of(const char *query, struct arena *arena)
{
	struct request rq = { .arena = arena };
	struct err err = { 0 };

	assert_int_equal(http_query_parse(str_of(query), arena, &rq.query, &rq.n_query, &err),
			 ERR_OK);
	return rq;
}

static bool int_is(const char *query, int64_t want)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct request rq = request_of(query, &arena);
	struct err err = { 0 };
	int64_t n = UNTOUCHED;

	if (param_int(&rq, "n", (const int64_t[]){ -5, 200 }, &n, &err) != ERR_OK)
		return false;
	return n == want;
}

static void check_int_refused(const char *query)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct request rq = request_of(query, &arena);
	struct err err = { 0 };
	int64_t n = UNTOUCHED;

	if (param_int(&rq, "n", (const int64_t[]){ -5, 200 }, &n, &err) != ERR_INVALID)
		print_error("%s\n", query);
	assert_int_equal(err.code, ERR_INVALID);
	assert_string_equal(err.param, "n");
	assert_int_equal(n, UNTOUCHED);
}

TEST(numbers)
{
	assert_true(int_is("n=1", 1));
	assert_true(int_is("n=-5", -5));
	assert_true(int_is("n=200", 200));
	assert_true(int_is("a=1&n=007&b=2", 7));
	assert_true(int_is("", UNTOUCHED));
	assert_true(int_is("N=3", UNTOUCHED));
	assert_true(int_is("n%20=3", UNTOUCHED));
}

TEST(what_is_not_a_number_of_the_range)
{
	static const char *const wrong[] = {
		"n=",       "n",           "n=-6",       "n=201",      "n=1e12",
		"n=1.0",    "n=0x10",      "n=1_000",    "n=%2B5",     "n=+5",
		"n=%205",   "n=5%20",      "n=5%00",     "n=five",     "n=1%2C2",
		"n=%D9%A3", "n=%EF%BC%95", "n=%FF",      "n=--1",      "n=NaN",
		"n=inf",    "n=1&n=1",     "n=1&n=2",    "n[]=1",      "n=1&n[]=1",
		"n%5B%5D=1", "n=9223372036854775807", "n=9223372036854775808",
		"n=-9223372036854775808", "n=-9223372036854775809",
		"n=99999999999999999999999999999999999999999999999",
	};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		check_int_refused(wrong[i]);
}

static enum err_code text_of(const char *query, struct arena *arena, struct str *ret)
{
	const struct request rq = request_of(query, arena);
	struct err err = { 0 };
	const enum err_code code = param_text(&rq, "t", 4, ret, &err);

	if (code != ERR_OK)
		assert_string_equal(err.param, "t");
	return code;
}

TEST(texts)
{
	AUTO(arena) struct arena arena = { 0 };
	struct str text;

	assert_int_equal(text_of("t=abcd", &arena, &text), ERR_OK);
	CHECK_STR(text, "abcd");
	assert_int_equal(text_of("t=%E2%98%83%F0%9F%90%8D%25_", &arena, &text), ERR_OK);
	CHECK_STR(text, "\xE2\x98\x83\xF0\x9F\x90\x8D%_");
	assert_int_equal(text_of("t=", &arena, &text), ERR_OK);
	CHECK_STR(text, NULL);
	assert_int_equal(text_of("", &arena, &text), ERR_OK);
	CHECK_STR(text, NULL);
}

TEST(what_is_not_a_text)
{
	static const char *const wrong[] = {
		"t=abcde",         "t=%E2%98%83xxxx", "t=%FF",      "t=%00",        "t=a%00b",
		"t=%C0%80",        "t=%ED%A0%80",     "t=%F4%90%80%80", "t=%E2%98", "t=a&t=a",
		"t[]=a",           "t=%80",           "t=&t=",
	};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO(arena) struct arena arena = { 0 };
		struct str text;

		if (text_of(wrong[i], &arena, &text) != ERR_INVALID)
			fail_msg("%s", wrong[i]);
	}
}

static enum err_code choose(const char *query, struct arena *arena, struct str *ret,
			    struct err *err)
{
	static const char *const words[] = { "queued", "done", NULL };
	const struct request rq = request_of(query, arena);

	*err = (struct err){ 0 };
	return param_choice(&rq, "status", words, ret, err);
}

TEST(choices)
{
	static const char *const wrong[] = { "status=Queued", "status=queued%20",
					     "status=queue", "status=queuedd", "status=%00",
					     "status=queued,done", "status=queued&status=done" };
	AUTO(arena) struct arena arena = { 0 };
	struct str word;
	struct err err;

	assert_int_equal(choose("status=done", &arena, &word, &err), ERR_OK);
	CHECK_STR(word, "done");
	assert_int_equal(choose("status=", &arena, &word, &err), ERR_OK);
	CHECK_STR(word, NULL);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(choose(wrong[i], &arena, &word, &err), ERR_INVALID);
		assert_string_equal(err.param, "status");
	}
	assert_int_equal(choose("status=x", &arena, &word, &err), ERR_INVALID);
	assert_non_null(strstr(err.msg, "queued, done"));
}

TEST(cursors_come_back)
{
	static const usec_t moments[] = { 0, 1, -1, 1790000000123456, INT64_MAX, TIME_INFINITY,
					  TIME_MINUS_INFINITY, TIME_NULL };
	char text[CURSOR_MAX], id[UUID_TEXT_LEN + 1];

	for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
		usec_t at = UNTOUCHED;

		assert_true(cursor_format(moments[i], S(ID), text));
		assert_true(cursor_parse(str_of(text), &at, id));
		assert_int_equal(at, moments[i]);
		assert_string_equal(id, ID);
	}
}

TEST(an_id_that_would_not_come_back_has_no_cursor)
{
	static const char *const ids[] = {
		"", "x", "a\r\nSet-Cookie: b", "0190a000000070008000000000000001",
		"0190A000-0000-7000-8000-000000000001", ID " ", "{" ID "}",
	};
	char text[CURSOR_MAX];

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		assert_false(cursor_format(0, str_of(ids[i]), text));
	assert_false(cursor_format(0, STR_NULL, text));
}

TEST(texts_that_are_no_cursors)
{
	static const char *const wrong[] = {
		"", "~", "1~", "~" ID, "1", ID, "1~x", "x~" ID, "1.5~" ID, "0x1~" ID, " 1~" ID,
		"1~" ID "~", "1~" ID " ", "1~~" ID, "1~{" ID "}",
		"1~0190a000000070008000000000000001",
		"-9223372036854775809~" ID, "9223372036854775808~" ID, "+1~" ID,
		"1~0190a000-0000-7000-8000-00000000000g",
	};
	char id[UUID_TEXT_LEN + 1];
	usec_t at;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (cursor_parse(str_of(wrong[i]), &at, id))
			fail_msg("%s", wrong[i]);
	assert_false(cursor_parse(STR_NULL, &at, id));
}

static enum err_code page_of(const char *query, struct job_filter *filter, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct request rq = request_of(query, &arena);

	*filter = (struct job_filter){ 0 };
	*err = (struct err){ 0 };
	return param_page(&rq, filter, err);
}

TEST(pages)
{
	struct job_filter filter;
	struct err err;

	assert_int_equal(page_of("", &filter, &err), ERR_OK);
	assert_int_equal(filter.limit, 50);
	assert_int_equal(filter.offset, 0);
	assert_int_equal(page_of("limit=200&offset=10000", &filter, &err), ERR_OK);
	assert_int_equal(filter.limit, 200);
	assert_int_equal(filter.offset, 10000);
	assert_false(filter.has_cursor);
	assert_int_equal(page_of("offset=5&cursor=12~" ID, &filter, &err), ERR_OK);
	assert_true(filter.has_cursor);
	assert_int_equal(filter.offset, 0);
	assert_int_equal(filter.after_at, 12);
	assert_string_equal(filter.after_id, ID);
}

TEST(pages_that_are_none)
{
	static const struct { const char *query, *param; } wrong[] = {
		{ "limit=0", "limit" },         { "limit=201", "limit" },
		{ "offset=-1", "offset" },      { "offset=10001", "offset" },
		{ "cursor=x", "cursor" },       { "limit=1&limit=1", "limit" },
		{ "cursor=1~" ID "&cursor=1~" ID, "cursor" },
	};
	struct job_filter filter;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(page_of(wrong[i].query, &filter, &err), ERR_INVALID);
		assert_string_equal(err.param, wrong[i].param);
	}
}

TEST(ids_in_paths)
{
	struct request rq = { .parts = { S("{0190A000-0000-7000-8000-000000000001}"), S("x") } };
	char id[UUID_TEXT_LEN + 1];
	struct err err = { 0 };

	assert_int_equal(path_uuid(&rq, 0, id, &err), ERR_OK);
	assert_string_equal(id, ID);
	assert_int_equal(path_uuid(&rq, 1, id, &err), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(what_is_not_a_number_of_the_range),
		cmocka_unit_test(texts),
		cmocka_unit_test(what_is_not_a_text),
		cmocka_unit_test(choices),
		cmocka_unit_test(cursors_come_back),
		cmocka_unit_test(an_id_that_would_not_come_back_has_no_cursor),
		cmocka_unit_test(texts_that_are_no_cursors),
		cmocka_unit_test(pages),
		cmocka_unit_test(pages_that_are_none),
		cmocka_unit_test(ids_in_paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
