/* panel.c -- the header of a panel's file, and how many statements stand below it. */
#include "rules/panel.h"

#include <string.h>

#include "unit.h"

static struct panel_head head_of(const char *text, struct arena *arena)
{
	struct panel_head head;
	struct err err = { 0 };

	if (panel_head_read(str_of(text), arena, &head, &err) != ERR_OK)
		fail_msg("%s: %s", text, err.msg);
	return head;
}

TEST(all_keys_are_read)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct panel_head head = head_of("-- title:  Failures: by type \r\n"
					       "--show: line\n"
					       "\n"
					       "-- This is said to whoever reads the file.\n"
					       "-- See https://example.org\n"
					       "-- label: per hour\n"
					       "-- timeout: 500ms\n"
					       "  -- refresh: 2m\n"
					       "-- order: -3\n"
					       "-- backend: sqlite\n"
					       "SELECT 1\n"
					       "-- tittle: is not looked at here\n",
					       &arena);

	CHECK_TEXT(head.title, "Failures: by type");
	CHECK_TEXT(head.label, "per hour");
	assert_int_equal(head.show, PANEL_LINE);
	assert_int_equal(head.timeout, 500 * MSEC);
	assert_int_equal(head.refresh, 2 * MINUTE);
	assert_int_equal(head.order, -3);
	assert_int_equal(head.backend, PANEL_SQLITE);
}

TEST(only_the_title_has_to_be_there)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct panel_head head = head_of("-- title: \xC3\x9C", &arena);

	CHECK_TEXT(head.title, "\xC3\x9C");
	assert_null(head.label);
	assert_int_equal(head.show, PANEL_TABLE);
	assert_int_equal(head.timeout, 0);
	assert_int_equal(head.refresh, 15 * SECOND);
	assert_int_equal(head.backend, PANEL_ANY);
}

static const struct {
	const char *text, *says;
} wrong_heads[] = {
	{ "", "no title" },
	{ "SELECT 1", "no title" },
	{ "SELECT 1\n-- title: late", "no title" },
	{ "-- title:", "line 1: title has to be" },
	{ "-- title: a\tb", "line 1: title holds a control character" },
	{ "-- title: a\n-- title: b", "line 2: title is there twice" },
	{ "-- tittle: a", "line 1: there is no key \"tittle\"" },
	{ "-- title: a\n-- show: pie", "line 2: show has to be" },
	{ "-- title: a\n\n-- timeout: 5", "" },
	{ "-- title: a\n\n-- timeout: soon", "line 3: timeout has to be" },
	{ "-- title: a\n-- timeout: 99ms", "line 2: timeout has to be" },
	{ "-- title: a\n-- refresh: 0", "line 2: refresh has to be" },
	{ "-- title: a\n-- refresh: 25h", "line 2: refresh has to be" },
	{ "-- title: a\n-- order: 1.5", "line 2: order has to be" },
	{ "-- title: a\n-- order: 1000001", "line 2: order has to be" },
	{ "-- title: a\n-- backend: mysql", "line 2: backend has to be" },
	{ "-- title: a\n-- backend: any", "line 2: backend has to be" },
	{ "-- title: \xFF", "UTF-8" },
};

TEST(what_is_wrong_is_told_with_its_line)
{
	AUTO(arena) struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(wrong_heads); i++) {
		struct panel_head head;
		struct err err = { 0 };
		const enum err_code code =
			panel_head_read(str_of(wrong_heads[i].text), &arena, &head, &err);
		const bool is_wrong = wrong_heads[i].says[0] != '\0';

		if (code != (is_wrong ? ERR_INVALID : ERR_OK) ||
		    !strstr(err.msg, wrong_heads[i].says))
			fail_msg("%s: said %s", wrong_heads[i].text, err.msg);
	}
}

TEST(a_title_has_a_hundred_and_twenty_characters)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(buf) struct buf text = buf_new(1024);
	struct panel_head head;
	struct err err = { 0 };

	buf_add_text(&text, "-- title: ");
	for (int i = 0; i < PANEL_TITLE_MAX; i++)
		buf_add_text(&text, "\xC3\xBC");
	assert_int_equal(panel_head_read(buf_str(&text), &arena, &head, &err), ERR_OK);
	buf_add_char(&text, 'x');
	assert_int_equal(panel_head_read(buf_str(&text), &arena, &head, &err), ERR_INVALID);
}

/* 1: one statement, 0: none, 2: more. pg, lite. */
static const struct {
	const char *text;
	int pg, lite;
} queries[] = {
	{ "SELECT 1", 1, 1 },
	{ "SELECT 1;", 1, 1 },
	{ " -- a\n/* b; */ SELECT 1 ; -- c;\n ; /* d */ ", 1, 1 },
	{ "", 0, 0 },
	{ "-- only; this", 0, 0 },
	{ "/* only; this */ ;", 0, 0 },
	{ "SELECT 1; SELECT 2", 2, 2 },
	{ "SELECT 1;SELECT 2;", 2, 2 },
	{ "SELECT ';'", 1, 1 },
	{ "SELECT 'it''s; fine'", 1, 1 },
	{ "SELECT \"a;b\", \"c\"\";d\"", 1, 1 },
	{ "SELECT '\\'; SELECT '2'", 2, 2 },
	{ "SELECT E'\\'; SELECT 2'", 1, 2 },
	{ "SELECT e'a\\\\'; SELECT 2", 2, 2 },
	{ "SELECT somE'\\'; SELECT '2'", 2, 2 },
	{ "SELECT $$a;b$$", 1, 2 },
	{ "SELECT $tag$a;$$;b$tag$; SELECT 2", 2, 2 },
	{ "SELECT $1; SELECT 2", 2, 2 },
	{ "SELECT a$b$; SELECT $b$", 2, 2 },
	{ "SELECT [a;b], `c;d`", 2, 1 },
	{ "/* a /* b */ x; */ SELECT 1", 1, 2 },
	{ "/* a /* b */ SELECT 1", 0, 1 },
	{ "SELECT 1 /* open ; SELECT 2", 1, 1 },
	{ "SELECT 'open ; SELECT 2", 1, 1 },
	{ "SELECT 1 -- x\n; -- y\n DELETE", 2, 2 },
	{ "SELECT 1 - -1; --", 1, 1 },
};

static int statements_of(const char *text, bool is_sqlite)
{
	struct err err = { 0 };

	if (panel_query_check(str_of(text), is_sqlite, &err) == ERR_OK)
		return 1;
	return strstr(err.msg, "no query") ? 0 : 2;
}

TEST(statements_are_counted_as_each_database_reads_them)
{
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		const int pg = statements_of(queries[i].text, false);
		const int lite = statements_of(queries[i].text, true);

		if (pg != queries[i].pg || lite != queries[i].lite)
			fail_msg("%s: %d %d", queries[i].text, pg, lite);
	}
}

TEST(a_second_statement_is_told_with_its_line)
{
	struct err err = { 0 };

	assert_int_equal(panel_query_check(S("SELECT 1;\n\n  SELECT 2"), false, &err), ERR_INVALID);
	assert_non_null(strstr(err.msg, "line 3: "));
}

TEST(an_id_is_a_name_that_fits_into_an_address)
{
	assert_true(panel_id_is_good(S("a-b_9")));
	assert_false(panel_id_is_good(S("")));
	assert_false(panel_id_is_good(S("A")));
	assert_false(panel_id_is_good(S("a.b")));
	assert_false(panel_id_is_good(S("../a")));
	assert_false(panel_id_is_good((struct str){ "a\0b", 3 }));
	assert_true(panel_id_is_good(
		S("0123456789012345678901234567890123456789012345678901234567890123")));
	assert_false(panel_id_is_good(
		S("01234567890123456789012345678901234567890123456789012345678901234")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_keys_are_read),
		cmocka_unit_test(only_the_title_has_to_be_there),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line),
		cmocka_unit_test(a_title_has_a_hundred_and_twenty_characters),
		cmocka_unit_test(statements_are_counted_as_each_database_reads_them),
		cmocka_unit_test(a_second_statement_is_told_with_its_line),
		cmocka_unit_test(an_id_is_a_name_that_fits_into_an_address),
	};

	return cmocka_run_group_tests_name("panel", tests, NULL, NULL);
}
