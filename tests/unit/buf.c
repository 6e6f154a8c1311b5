/* buf.c -- text that is built, and what happens at its maximum. */
#include "unit.h"

#include <string.h>

TEST(a_new_buffer_is_empty_text)
{
	AUTO(buf) struct buf b = buf_new(10);

	CHECK_STR(buf_str(&b), "");
	CHECK_TEXT(buf_cstr(&b), "");
}

TEST(appending_adds_up)
{
	AUTO(buf) struct buf b = buf_new(1000);

	buf_add(&b, "ab", 2);
	buf_add_str(&b, S("cd"));
	buf_add_str(&b, STR_NULL);
	buf_add_text(&b, "ef");
	buf_add_char(&b, 'g');
	buf_add_i64(&b, -42);
	buf_printf(&b, "<%d %s>", 7, "x");
	CHECK_STR(buf_str(&b), "abcdefg-42<7 x>");
	CHECK_TEXT(buf_cstr(&b), "abcdefg-42<7 x>");
}

TEST(whole_numbers_of_all_sizes_are_written)
{
	AUTO(buf) struct buf b = buf_new(1000);

	buf_add_i64(&b, 0);
	buf_add_char(&b, ' ');
	buf_add_i64(&b, INT64_MAX);
	buf_add_char(&b, ' ');
	buf_add_i64(&b, INT64_MIN);
	CHECK_TEXT(buf_cstr(&b), "0 9223372036854775807 -9223372036854775808");
}

TEST(exactly_the_maximum_fits)
{
	AUTO(buf) struct buf b = buf_new(5);

	buf_add_text(&b, "12345");
	assert_false(b.has_failed);
	buf_add_text(&b, "");
	assert_false(b.has_failed);
	buf_add_char(&b, '6');
	assert_true(b.has_failed);
	CHECK_TEXT(buf_cstr(&b), "12345");
}

TEST(after_a_failure_everything_is_ignored)
{
	AUTO(buf) struct buf b = buf_new(4);

	buf_add_text(&b, "abc");
	buf_add_text(&b, "de");
	buf_add_char(&b, 'f');
	buf_printf(&b, "g");
	assert_null(buf_reserve(&b, 0));
	CHECK_STR(buf_str(&b), "abc");
	buf_reset(&b);
	assert_false(b.has_failed);
	buf_add_text(&b, "wxyz");
	CHECK_TEXT(buf_cstr(&b), "wxyz");
}

TEST(printing_that_does_not_fit_leaves_no_trace)
{
	AUTO(buf) struct buf b = buf_new(300);

	buf_add_text(&b, "abc");
	buf_printf(&b, "%0300d", 1);
	assert_true(b.has_failed);
	CHECK_TEXT(buf_cstr(&b), "abc");
}

TEST(printing_grows_the_buffer)
{
	AUTO(buf) struct buf b = buf_new(10000);

	for (int i = 0; i < 10; i++)
		buf_printf(&b, "%0999d", i);
	assert_int_equal(b.n, 9990);
	assert_int_equal(strlen(buf_cstr(&b)), 9990);
	assert_int_equal(b.p[9989], '9');
}

TEST(reserved_room_is_claimed_by_hand)
{
	AUTO(buf) struct buf b = buf_new(2000);

	buf_add_char(&b, '>');

	char *end = buf_reserve(&b, 1999);

	assert_non_null(end);
	memset(end, 'x', 1999);
	b.n += 1999;
	assert_int_equal(strlen(buf_cstr(&b)), 2000);
	assert_null(buf_reserve(&b, 1));
}

TEST(a_released_or_zeroed_buffer_takes_nothing)
{
	struct buf b = buf_new(100);

	buf_add_text(&b, "abc");
	buf_release(&b);
	buf_release(&b);
	assert_null(b.p);
	buf_add_char(&b, 'x');
	assert_true(b.has_failed);
	CHECK_STR(buf_str(&b), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_buffer_is_empty_text),
		cmocka_unit_test(appending_adds_up),
		cmocka_unit_test(whole_numbers_of_all_sizes_are_written),
		cmocka_unit_test(exactly_the_maximum_fits),
		cmocka_unit_test(after_a_failure_everything_is_ignored),
		cmocka_unit_test(printing_that_does_not_fit_leaves_no_trace),
		cmocka_unit_test(printing_grows_the_buffer),
		cmocka_unit_test(reserved_room_is_claimed_by_hand),
		cmocka_unit_test(a_released_or_zeroed_buffer_takes_nothing),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
