/* finding.c -- words, addresses and command lines of findings, also of hostile names. */
#include "unit.h"

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

static struct str href(struct str name)
{
	const struct filter_term terms[] = { { "status", S("queued") }, { "queue", name }, { 0 } };

	return finding_href(&arena, "jobs", terms);
}

TEST(plain_names_need_no_quotes)
{
	CHECK_STR(href(S("mail-1.b_c")), "jobs?filter=status%3Aqueued+queue%3Amail-1.b_c");
	CHECK_STR(href(STR_NULL), "jobs?filter=status%3Aqueued");
}

TEST(other_names_are_quoted_and_encoded)
{
	CHECK_STR(href(S("")), "jobs?filter=status%3Aqueued+queue%3A%22%22");
	CHECK_STR(href(S("a b")), "jobs?filter=status%3Aqueued+queue%3A%22a+b%22");
	CHECK_STR(href(S("a\"b\\c")), "jobs?filter=status%3Aqueued+queue%3A%22a%5C%22b%5C%5Cc%22");
	CHECK_STR(href(S("a&b=c#d%+\r\n")),
		  "jobs?filter=status%3Aqueued+queue%3A%22a%26b%3Dc%23d%25%2B%0D%0A%22");
	CHECK_STR(href(S("\xc3\xa9")), "jobs?filter=status%3Aqueued+queue%3A%22%C3%A9%22");
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

#define UNIT(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(plain_names_need_no_quotes),
		UNIT(other_names_are_quoted_and_encoded),
		UNIT(a_shell_word_is_the_text_and_nothing_else),
		UNIT(what_cannot_be_seen_goes_by_number),
		UNIT(names_are_cut_where_they_are_long),
		UNIT(spans_are_whole_seconds),
		UNIT(counts_know_one),
		UNIT(the_worst_comes_first_and_equals_stay),
	};

	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
