/* finding.c -- words, addresses and command lines of findings, also of hostile names. */
#include "unit.h"

#include "rules/filter.h"
#include "rules/finding.h"

static struct arena arena;

static int begin(void **state)
{
	(void)state;
	arena = (struct arena){ 0 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct finding shown(struct str name)
{
	struct finding f = { 0 };
	const struct filter_term terms[] = { { "status", S("queued"), true },
					     { "queue", name, false },
					     { 0 } };

	finding_show(&f, &arena, &finding_jobs, terms);
	return f;
}

static struct str href(struct str name)
{
	return shown(name).href;
}

TEST(plain_names_need_no_quotes)
{
	CHECK_STR(href(S("mail-1.b_c")), "jobs?filter=status%3Aqueued+queue%3Amail-1.b_c");
	CHECK_STR(href(STR_NULL), "jobs?filter=status%3Aqueued");
}

/* What the page asks for is what was meant: the filter language reads the name back. */
static struct str decoded(struct str href)
{
	AUTO(buf) struct buf b = buf_new(4096);
	const char *hex;

	for (size_t i = strlen("jobs?filter="); i < href.n; i++) {
		hex = href.p[i] == '%' ? arena_printf(&arena, "%.2s", href.p + i + 1) : NULL;
		buf_add_char(&b, hex ? (char)strtol(hex, NULL, 16)
				     : (char)(href.p[i] == '+' ? ' ' : href.p[i]));
		i += hex ? 2 : 0;
	}
	return str_copy(&arena, buf_str(&b));
}

TEST(the_filter_language_reads_every_name_back)
{
	static const char *const names[] = {
		"mail",
		"a b",
		"a\"b\\c",
		"x queue:y",
		"-x",
		"mail*",
		"a,b",
		"<1h",
		"args.x",
		"*",
		"it's",
		"a&b=c#d%+;",
		"\xc3\xa9 \xe2\x98\x83",
		"status:dead",
	};
	struct filter filter;
	struct err err = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct str text = decoded(href(str_of(names[i])));

		if (filter_parse(text, &arena, &filter, &err) != ERR_OK)
			fail_msg("%.*s: %s", STR_ARG(text), err.msg);
		assert_int_equal(filter.terms.n, 2);
		const struct filter_clause *term = LIST_AT(&filter.terms, struct filter_clause, 1);

		assert_int_equal(term->key, FILTER_QUEUE);
		assert_int_equal(term->values.n, 1);
		CHECK_STR(LIST_AT(&term->values, struct filter_value, 0)->text, names[i]);
		assert_int_equal(LIST_AT(&term->values, struct filter_value, 0)->op, FILTER_IS);
	}
}

TEST(several_values_are_one_term)
{
	const struct str texts[] = { S("a"), S("b c"), STR_NULL };
	struct str many[FINDING_VALUES_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = S("x");
	CHECK_STR(finding_values(&arena, texts, 2), "a,\"b c\"");
	CHECK_STR(finding_values(&arena, texts, 3), NULL);
	CHECK_STR(finding_values(&arena, texts, 0), NULL);
	assert_non_null(finding_values(&arena, many, FINDING_VALUES_MAX).p);
	CHECK_STR(finding_values(&arena, many, FINDING_VALUES_MAX + 1), NULL);
}

TEST(other_names_are_quoted_and_encoded)
{
	CHECK_STR(href(S("")), "jobs?filter=status%3Aqueued");
	CHECK_STR(href(S("a b")), "jobs?filter=status%3Aqueued+queue%3A%22a+b%22");
	CHECK_STR(href(S("a\"b\\c")), "jobs?filter=status%3Aqueued+queue%3A%22a%5C%22b%5C%5Cc%22");
	CHECK_STR(href(S("a&b=c#d%+\r\n")),
		  "jobs?filter=status%3Aqueued+queue%3A%22a%26b%3Dc%23d%25%2B%0D%0A%22");
	CHECK_STR(href(S("\xc3\xa9")), "jobs?filter=status%3Aqueued+queue%3A%C3%A9");
	CHECK_STR(href(S("x queue:y")), "jobs?filter=status%3Aqueued+queue%3A%22x+queue%3Ay%22");
}

TEST(a_shell_word_is_the_text_and_nothing_else)
{
	CHECK_STR(shell_word(&arena, S("mail.send_2")), "mail.send_2");
	CHECK_STR(shell_word(&arena, S("")), "''");
	CHECK_STR(shell_word(&arena, S("a b; rm -rf ~ $(x) `y`")), "'a b; rm -rf ~ $(x) `y`'");
	CHECK_STR(shell_word(&arena, S("it's")), "'it'\\''s'");
	CHECK_STR(shell_word(&arena, S("\xc3\xa9")), "'\xc3\xa9'");
}

/* One line that a terminal shows as it is. */
TEST(what_cannot_be_seen_goes_by_number)
{
	CHECK_STR(shell_word(&arena, S("a\n'b")), "$'a\\012\\047b'");
	CHECK_STR(shell_word(&arena, S("\x1b[31m")), "$'\\033\\13331m'");
	CHECK_STR(shell_word(&arena, S("\xe2\x80\xaex")), "$'\\342\\200\\256x'");
	CHECK_STR(shell_word(&arena, S("\xff")), "$'\\377'");
}

TEST(the_command_has_the_filter_of_the_page_as_one_word)
{
	static const struct filter_term none[] = { { 0 } };
	static const struct filter_place dead = { "dead-letter", "soniq dead-letter list" };
	struct finding f = { 0 };

	CHECK_STR(shown(S("mail")).command, "soniq jobs 'status:queued queue:mail'");
	CHECK_STR(shown(S("a'b $(x)")).command,
		  "soniq jobs 'status:queued queue:\"a'\\''b $(x)\"'");
	CHECK_STR(shown(S("a\nb")).command,
		  "soniq jobs $'status\\072queued queue\\072\\042a\\012b\\042'");
	finding_show(&f, &arena, &dead, none);
	CHECK_STR(f.command, "soniq dead-letter list ''");
	CHECK_STR(f.href, "dead-letter?filter=");
}

TEST(names_are_cut_where_they_are_long)
{
	char text[100];

	memset(text, 'x', sizeof(text));
	CHECK_TEXT(words_name(&arena, S("a"), "(none)"), "\u201ca\u201d");
	CHECK_TEXT(words_name(&arena, STR_NULL, "(none)"), "(none)");
	CHECK_TEXT(words_name(&arena, (struct str){ text, 100 }, "(none)"),
		   "\u201cxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\u2026\u201d");
}

TEST(spans_are_whole_seconds)
{
	CHECK_TEXT(words_span(&arena, 90 * SECOND + 400 * MSEC), "1m 30s");
	CHECK_TEXT(words_span(&arena, 2 * SECOND + 999 * MSEC), "2 s");
	CHECK_TEXT(words_span(&arena, 30 * MSEC), "30 ms");
	CHECK_TEXT(words_span(&arena, -5), "0 us");
}

TEST(counts_know_one)
{
	static const struct count_words words = { "job", "jobs" };

	CHECK_TEXT(words_count(&arena, 1, &words), "1 job");
	CHECK_TEXT(words_count(&arena, 0, &words), "0 jobs");
	CHECK_TEXT(words_count(&arena, 12, &words), "12 jobs");
}

TEST(the_worst_comes_first_and_equals_stay)
{
	static const struct {
		const char *code;
		enum finding_level level;
	} made[] = { { "a", FINDING_INFO },
		     { "b", FINDING_WARN },
		     { "c", FINDING_BAD },
		     { "d", FINDING_WARN },
		     { "e", FINDING_BAD } };
	static const char *const want[] = { "c", "e", "b", "d", "a" };
	struct list found = list_new(&arena, sizeof(struct finding));

	for (size_t i = 0; i < ARRAY_LEN(made); i++)
		finding_add(&found, made[i].code, made[i].level);
	findings_sort(&found);
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		CHECK_STR(LIST_AT(&found, struct finding, i)->code, want[i]);
	CHECK_STR(LIST_AT(&found, struct finding, 0)->level, "bad");
	CHECK_STR(LIST_AT(&found, struct finding, 4)->level, "info");
}

TEST(numbers_are_grouped)
{
	assert_string_equal(words_number(&arena, 0), "0");
	assert_string_equal(words_number(&arena, 999), "999");
	assert_string_equal(words_number(&arena, 1000), "1,000");
	assert_string_equal(words_number(&arena, 12034567), "12,034,567");
	assert_string_equal(words_number(&arena, -1001), "-1,001");
	assert_string_equal(words_number(&arena, INT64_MIN), "-9,223,372,036,854,775,808");
	assert_string_equal(words_count(&arena, 1200, &(struct count_words){ "job", "jobs" }),
			    "1,200 jobs");
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(plain_names_need_no_quotes),
		UNIT(the_filter_language_reads_every_name_back),
		UNIT(several_values_are_one_term),
		UNIT(other_names_are_quoted_and_encoded),
		UNIT(a_shell_word_is_the_text_and_nothing_else),
		UNIT(what_cannot_be_seen_goes_by_number),
		UNIT(the_command_has_the_filter_of_the_page_as_one_word),
		UNIT(names_are_cut_where_they_are_long),
		UNIT(spans_are_whole_seconds),
		UNIT(counts_know_one),
		UNIT(numbers_are_grouped),
		UNIT(the_worst_comes_first_and_equals_stay),
	};

	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
