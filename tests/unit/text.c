/* text.c -- hostile text on terminals, in logs and in spreadsheets. */
#include "unit.h"

#include "base/text.h"

static void check_visible(struct str text, const char *want)
{
	AUTO(buf) struct buf b = buf_new(1000);

	text_add_visible(&b, text);
	CHECK_STR(buf_str(&b), want);
}

static void check_cell(struct str text, size_t columns, const char *want)
{
	AUTO(buf) struct buf b = buf_new(1000);

	text_add_cell(&b, text, columns);
	CHECK_STR(buf_str(&b), want);
}

static void check_csv(struct str text, const char *want)
{
	AUTO(buf) struct buf b = buf_new(1000);

	text_add_csv(&b, text);
	CHECK_STR(buf_str(&b), want);
}

TEST(printable_text_stays_as_it_is)
{
	check_visible(S("plain \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80 \\ \"x\""),
		      "plain \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80 \\ \"x\"");
	check_visible(STR_NULL, "");
}

TEST(control_bytes_are_spelled_out)
{
	check_visible(S("\x1b[2J"), "\\x1b[2J");
	check_visible(S("a\tb\nc\rd\0e\x7F"), "a\\x09b\\x0ac\\x0dd\\x00e\\x7f");
	check_visible(S("\xC2\x9B"), "\\u{009b}");
}

TEST(characters_that_turn_text_around_are_spelled_out)
{
	check_visible(S("a\xE2\x80\xAE" "b"), "a\\u{202e}b");
	check_visible(S("\xE2\x81\xA6\xE2\x81\xA9\xD8\x9C"), "\\u{2066}\\u{2069}\\u{061c}");
	check_visible(S("\xE2\x80\xA8\xE2\x80\xA9"), "\\u{2028}\\u{2029}");
	check_visible(S("\xEF\xBB\xBF"), "\\u{feff}");
	check_visible(S("\xF3\xA0\x80\xA0"), "\\u{e0020}");
}

TEST(broken_bytes_are_spelled_out_one_by_one)
{
	check_visible(S("\xC3(\xFF\xE2\x82"), "\\xc3(\\xff\\xe2\\x82");
}

TEST(columns_are_counted_as_a_terminal_does)
{
	assert_int_equal(text_columns(S("")), 0);
	assert_int_equal(text_columns(S("abc")), 3);
	assert_int_equal(text_columns(S("\xC3\xA4")), 1);
	assert_int_equal(text_columns(S("a\xCC\x88")), 1);              /* a and a combining mark */
	assert_int_equal(text_columns(S("\xE6\xBC\xA2\xE5\xAD\x97")), 4);     /* two wide ones */
	assert_int_equal(text_columns(S("\x1b")), 4);
	assert_int_equal(text_columns(S("\xE2\x80\xAE")), 8);
	assert_int_equal(text_columns(S("\xF3\xA0\x80\xA0")), 9);
}

TEST(a_cell_is_cut_with_an_ellipsis)
{
	check_cell(S("abcdef"), 6, "abcdef");
	check_cell(S("abcdef"), 5, "abcd\xE2\x80\xA6");
	check_cell(S("abcdef"), 1, "\xE2\x80\xA6");
	check_cell(S("abcdef"), 0, "");
	check_cell(S("\xE6\xBC\xA2\xE5\xAD\x97"), 3, "\xE6\xBC\xA2\xE2\x80\xA6");
	check_cell(S("\xE6\xBC\xA2\xE5\xAD\x97"), 2, "\xE2\x80\xA6");
	check_cell(S("ab\x1b" "cd"), 5, "ab\xE2\x80\xA6");
}

TEST(csv_fields_are_quoted_when_they_must_be)
{
	check_csv(S("plain"), "plain");
	check_csv(S("a,b"), "\"a,b\"");
	check_csv(S("say \"hi\""), "\"say \"\"hi\"\"\"");
	check_csv(S("two\nlines"), "\"two\nlines\"");
	check_csv(S("\""), "\"\"\"\"");
	check_csv(S(" blank"), "\" blank\"");
}

TEST(csv_tells_null_from_empty)
{
	check_csv(STR_NULL, "");
	check_csv(S(""), "\"\"");
}

TEST(a_spreadsheet_gets_no_formulas)
{
	check_csv(S("=1+1"), "'=1+1");
	check_csv(S("+1"), "'+1");
	check_csv(S("-1+cmd"), "'-1+cmd");
	check_csv(S("@SUM(A1)"), "'@SUM(A1)");
	check_csv(S("\t=1"), "\"'\t=1\"");
	check_csv(S("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
	check_csv(S("-12.5"), "-12.5");
	check_csv(S(" =1"), "\"' =1\"");
	check_csv(S("\xEF\xBC\x9D" "1"), "'\xEF\xBC\x9D" "1");
	check_csv(S("\xEF\xBC\x8B" "1"), "'\xEF\xBC\x8B" "1");
	check_csv(S("\xEF\xBC\x8D" "1"), "'\xEF\xBC\x8D" "1");
	check_csv(S("\xEF\xBC\xA0" "A1"), "'\xEF\xBC\xA0" "A1");
	check_csv(S("\xC2\xA0@x"), "'\xC2\xA0@x");
	check_csv(S("\xEF\xBB\xBF+x"), "'\xEF\xBB\xBF+x");
	check_csv(S("\xE2\x80\x8B-x"), "'\xE2\x80\x8B-x");
	check_csv(S("\x01=1"), "'\x01=1");
	check_csv(S("\r"), "\"'\r\"");
	check_csv(S("  plain"), "\"  plain\"");
	check_csv(S("a=1"), "a=1");
}

TEST(broken_text_becomes_utf8)
{
	AUTO(buf) struct buf b = buf_new(1000);

	text_add_utf8(&b, S("a\xFF\xC3\xA4\xE2\x82"));
	CHECK_STR(buf_str(&b), "a\xEF\xBF\xBD\xC3\xA4\xEF\xBF\xBD\xEF\xBF\xBD");
	check_csv(S("\xFF"), "\xEF\xBF\xBD");
	check_csv(S("a\0b"), "a\xEF\xBF\xBD" "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printable_text_stays_as_it_is),
		cmocka_unit_test(control_bytes_are_spelled_out),
		cmocka_unit_test(characters_that_turn_text_around_are_spelled_out),
		cmocka_unit_test(broken_bytes_are_spelled_out_one_by_one),
		cmocka_unit_test(columns_are_counted_as_a_terminal_does),
		cmocka_unit_test(a_cell_is_cut_with_an_ellipsis),
		cmocka_unit_test(csv_fields_are_quoted_when_they_must_be),
		cmocka_unit_test(csv_tells_null_from_empty),
		cmocka_unit_test(a_spreadsheet_gets_no_formulas),
		cmocka_unit_test(broken_text_becomes_utf8),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
