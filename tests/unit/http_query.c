/* http_query.c -- the pairs of a query string. */
#include "unit.h"

#include "http/http.h"

static enum err_code parse(const char *raw, struct arena *arena, struct request *rq)
{
	struct err err = { 0 };

	*rq = (struct request){ 0 };
	const enum err_code code =
		http_query_parse(str_of(raw), arena, &rq->query, &rq->n_query, &err);
	assert_int_equal(code, err.code);
	return code;
}

TEST(pairs_come_in_order_and_decoded)
{
	AUTO(arena) struct arena arena = { 0 };
	struct request rq;
	size_t n = 0;

	assert_int_equal(parse("a=1&b=%20x+y&a=2&c&=d&e=f=g&%41=%C3%a9", &arena, &rq), ERR_OK);
	assert_int_equal(rq.n_query, 7);
	CHECK_STR(request_query(&rq, "a", &n), "1");
	assert_int_equal(n, 2);
	CHECK_STR(request_query(&rq, "b", &n), " x y");
	assert_int_equal(n, 1);
	CHECK_STR(request_query(&rq, "c", NULL), "");
	CHECK_STR(request_query(&rq, "", NULL), "d");
	CHECK_STR(request_query(&rq, "e", NULL), "f=g");
	CHECK_STR(request_query(&rq, "A", NULL), "\xc3\xa9");
	assert_null(request_query(&rq, "z", &n).p);
	assert_int_equal(n, 0);
}

TEST(nothing_gives_nothing)
{
	AUTO(arena) struct arena arena = { 0 };
	struct request rq;

	assert_int_equal(parse("", &arena, &rq), ERR_OK);
	assert_int_equal(rq.n_query, 0);
	assert_int_equal(parse("&&&", &arena, &rq), ERR_OK);
	assert_int_equal(rq.n_query, 0);
	assert_int_equal(parse(NULL, &arena, &rq), ERR_OK);
	assert_int_equal(rq.n_query, 0);
}

TEST(a_nul_is_part_of_the_value)
{
	AUTO(arena) struct arena arena = { 0 };
	struct request rq;

	assert_int_equal(parse("a=x%00y", &arena, &rq), ERR_OK);
	CHECK_BYTES(request_query(&rq, "a", NULL), S("x\0y"));
}

TEST(broken_encoding_is_refused)
{
	static const char *const broken[] = { "a=%", "a=%4", "a=%zz", "%=1", "a=1&b=%4g", "%%41" };

	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		AUTO(arena) struct arena arena = { 0 };
		struct request rq;

		assert_int_equal(parse(broken[i], &arena, &rq), ERR_MALFORMED);
	}
}

TEST(more_than_64_pairs_are_refused)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(buf) struct buf b = buf_new(10000);
	struct request rq;

	for (int i = 0; i < 64; i++)
		buf_add_text(&b, "a=1&");
	assert_int_equal(parse(buf_cstr(&b), &arena, &rq), ERR_OK);
	assert_int_equal(rq.n_query, 64);
	buf_add_text(&b, "a");
	assert_int_equal(parse(buf_cstr(&b), &arena, &rq), ERR_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_come_in_order_and_decoded),
		cmocka_unit_test(nothing_gives_nothing),
		cmocka_unit_test(a_nul_is_part_of_the_value),
		cmocka_unit_test(broken_encoding_is_refused),
		cmocka_unit_test(more_than_64_pairs_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
