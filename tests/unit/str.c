/* str.c -- comparing and cutting texts, and what is UTF-8. */
#include "unit.h"

TEST(null_is_not_the_empty_text)
{
	assert_true(str_eq(STR_NULL, STR_NULL));
	assert_false(str_eq(STR_NULL, S("")));
	assert_false(str_eq(S(""), STR_NULL));
	assert_true(str_eq(S(""), S("")));
	assert_false(str_eq_nocase(S(""), STR_NULL));
	assert_null(str_of(NULL).p);
}

TEST(texts_are_ordered_by_bytes_and_null_is_first)
{
	assert_true(str_order(S("a"), S("b")) < 0);
	assert_true(str_order(S("\xC3"), S("z")) > 0);
	assert_true(str_order(S("ab"), S("a")) > 0);
	assert_int_equal(str_order(S("a"), S("a")), 0);
	assert_true(str_order(STR_NULL, S("")) < 0);
	assert_true(str_order(S(""), STR_NULL) > 0);
	assert_int_equal(str_order(STR_NULL, STR_NULL), 0);
}

TEST(case_is_ignored_for_ascii_letters_only)
{
	assert_true(str_eq_nocase(S("Content-TYPE"), S("content-type")));
	assert_false(str_eq_nocase(S("\xC3\x84"), S("\xC3\xA4")));
	assert_false(str_eq_nocase(S("@"), S("`")));
	assert_false(str_eq_nocase(S("ab"), S("abc")));
}

TEST(beginnings_and_ends_are_found)
{
	assert_true(str_starts(S("abc"), S("ab")));
	assert_true(str_starts(S("abc"), S("")));
	assert_false(str_starts(S("ab"), S("abc")));
	assert_true(str_ends(S("x.db"), S(".db")));
	assert_false(str_ends(S("db"), S(".db")));
	assert_true(str_starts(STR_NULL, S("")));
}

TEST(trimming_takes_blanks_off_both_ends)
{
	CHECK_STR(str_trim(S(" \ta b\t ")), "a b");
	CHECK_STR(str_trim(S("  ")), "");
	CHECK_STR(str_trim(STR_NULL), NULL);
}

TEST(cutting_gives_each_piece_and_then_ends)
{
	struct str rest = S("a,,b,");
	struct str piece;
	const char *want[] = { "a", "", "b", "" };

	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_true(str_cut(&rest, ',', &piece));
		CHECK_STR(piece, want[i]);
	}
	assert_false(str_cut(&rest, ',', &piece));
	CHECK_STR(rest, NULL);
	rest = S("");
	assert_true(str_cut(&rest, ',', &piece));
	CHECK_STR(piece, "");
	assert_false(str_cut(&rest, ',', &piece));
}

TEST(copies_end_with_a_nul)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str part = { "abcdef", 3 };

	CHECK_TEXT(str_cstr(&arena, part), "abc");
	CHECK_TEXT(str_copy(&arena, part).p, "abc");
	assert_null(str_cstr(&arena, STR_NULL));
	CHECK_STR(str_copy(&arena, S("")), "");
}

TEST(well_formed_utf8_is_told_from_broken)
{
	static const struct str good[] = {
		S(""), S("abc"), S("\xC3\xA4"), S("\xE2\x82\xAC"), S("\xF0\x9F\x98\x80"),
		S("\xEF\xBF\xBF"), S("\xF4\x8F\xBF\xBF"), S("\xED\x9F\xBF"), S("\xEE\x80\x80"),
		S("\x7F"), S("\xC2\x80"),
	};
	static const struct str broken[] = {
		S("\x80"), S("\xC3"), S("\xC0\x80"), S("\xC1\xBF"), S("\xE0\x9F\xBF"),
		S("\xED\xA0\x80"), S("\xED\xBF\xBF"), S("\xF0\x8F\xBF\xBF"), S("\xF4\x90\x80\x80"),
		S("\xF5\x80\x80\x80"), S("\xFF"), S("\xE2\x82"), S("\xE2\x82x"), S("a\0b"),
		S("\xC3\xA4\xA4"),
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(str_is_utf8(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(broken); i++)
		assert_false(str_is_utf8(broken[i]));
}

TEST(a_character_is_decoded_with_its_length)
{
	uint32_t c = 0;

	assert_int_equal(str_utf8_char(S("\xF0\x9F\x98\x80x"), &c), 4);
	assert_int_equal(c, 0x1F600);
	assert_int_equal(str_utf8_char(S("\xE2\x82\xAC"), &c), 3);
	assert_int_equal(c, 0x20AC);
	assert_int_equal(str_utf8_char(S("\xC3\xA4"), &c), 2);
	assert_int_equal(c, 0xE4);
	assert_int_equal(str_utf8_char(S(""), &c), 0);
}

TEST(a_head_never_ends_inside_a_character)
{
	const struct str text = S("a\xE2\x82\xAC\xF0\x9F\x98\x80");     /* 1 + 3 + 4 bytes */
	const size_t want[] = { 0, 1, 1, 1, 4, 4, 4, 4, 8, 8 };

	for (size_t max = 0; max < ARRAY_LEN(want); max++)
		assert_int_equal(str_head_utf8(text, max).n, want[max]);
}

TEST(a_head_of_broken_text_is_cut_at_the_maximum)
{
	assert_int_equal(str_head_utf8(S("\x80\x80\x80\x80\x80\x80"), 4).n, 4);
	assert_int_equal(str_head_utf8(S("aa\xE2\x82zz"), 3).n, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_is_not_the_empty_text),
		cmocka_unit_test(texts_are_ordered_by_bytes_and_null_is_first),
		cmocka_unit_test(case_is_ignored_for_ascii_letters_only),
		cmocka_unit_test(beginnings_and_ends_are_found),
		cmocka_unit_test(trimming_takes_blanks_off_both_ends),
		cmocka_unit_test(cutting_gives_each_piece_and_then_ends),
		cmocka_unit_test(copies_end_with_a_nul),
		cmocka_unit_test(well_formed_utf8_is_told_from_broken),
		cmocka_unit_test(a_character_is_decoded_with_its_length),
		cmocka_unit_test(a_head_never_ends_inside_a_character),
		cmocka_unit_test(a_head_of_broken_text_is_cut_at_the_maximum),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
