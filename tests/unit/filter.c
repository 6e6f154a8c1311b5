/* filter.c -- the filter language: what is read as what, and what is said of what cannot be. */
#include "rules/filter.h"

#include <string.h>

#include "base/clock.h"
#include "unit/unit.h"

struct good {
	const char *text;
	const char *printed;
};

static const struct good goods[] = {
	{ "", "" },
	{ " \t\n ", "" },
	{ "status:dead queue:mail error:\"timed out\" args.user_id:42 attempts:>2 created:<1h",
	  "status:dead queue:mail error:\"timed out\" args.user_id:42 attempts:>=3 created:<1h" },
	{ "timeout", "timeout" },
	{ "\"timed out\"", "\"timed out\"" },
	{ "-timeout -\"a b\"", "-timeout -\"a b\"" },
	{ "a,b", "\"a,b\"" },
	{ "mail.send", "mail.send" },
	{ "12:30", "\"12:30\"" },
	{ "\"status:done\"", "\"status:done\"" },
	{ "\"a \\\"b\\\" \\\\ \\n\"", "\"a \\\"b\\\" \\\\ \\\\n\"" },
	{ "a\"b", "\"a\\\"b\"" },
	{ "--a", "-\"-a\"" },
	{ "STATUS:Dead", "status:dead" },
	{ "status:dead_letter", "status:dead" },
	{ "status:queued,processing", "status:queued,processing" },
	{ "status:ready status:scheduled", "status:ready status:scheduled" },
	{ "-status:dead,done", "-status:dead,done" },
	{ "queue:mail,sms", "queue:mail,sms" },
	{ "queue:\"a,b\",c", "queue:\"a,b\",c" },
	{ "queue:mail*", "queue:mail*" },
	{ "queue:\"mail*\"", "queue:\"mail*\"" },
	{ "worker:*", "worker:*" },
	{ "-worker:*", "-worker:*" },
	{ "type:mail.*", "type:mail.*" },
	{ "producer:a:b", "producer:\"a:b\"" },
	{ "reason:max_retries_exceeded", "reason:max_retries_exceeded" },
	{ "error:*", "error:*" },
	{ "error:\"*\"", "error:\"*\"" },
	{ "error:a*b", "error:\"a*b\"" },
	{ "error:\xC3\xA9", "error:\xC3\xA9" },
	{ "id:01234567-89AB-4cde-8f01-23456789abcd", "id:01234567-89ab-4cde-8f01-23456789abcd" },
	{ "-id:0123456789ab4cde8f0123456789abcd,fedcba9876544cde8f0123456789abcd",
	  "-id:01234567-89ab-4cde-8f01-23456789abcd,fedcba98-7654-4cde-8f01-23456789abcd" },
	{ "attempts:3", "attempts:3" },
	{ "attempts:>=3", "attempts:>=3" },
	{ "attempts:<5", "attempts:<=4" },
	{ "attempts:<=5", "attempts:<=5" },
	{ "priority:1..3", "priority:1..3" },
	{ "priority:-5..-2,7", "priority:-5..-2,7" },
	{ "priority:3..3", "priority:3" },
	{ "created:<90m", "created:<90m" },
	{ "created:<=60m", "created:<1h" },
	{ "created:>2d", "created:>2d" },
	{ "created:1h..2h", "created:1h..2h" },
	{ "created:>1.5s", "created:>1500ms" },
	{ "created:>0s", "created:>0us" },
	{ "created:2026-11-27",
	  "created:2026-11-27T00:00:00.000000Z..2026-11-27T23:59:59.999999Z" },
	{ "created:2026-11-27T03:00..2026-11-27T04:00",
	  "created:2026-11-27T03:00:00.000000Z..2026-11-27T04:00:59.999999Z" },
	{ "updated:>2026-11-27", "updated:>=2026-11-28T00:00:00.000000Z" },
	{ "updated:>=2026-11-27", "updated:>=2026-11-27T00:00:00.000000Z" },
	{ "created:2026-11-27T03:00+02:00..2026-11-27T04:00-05:30",
	  "created:2026-11-27T01:00:00.000000Z..2026-11-27T09:30:59.999999Z" },
	{ "scheduled:<2026-11-27T03:00:05Z", "scheduled:<=2026-11-27T03:00:04.999999Z" },
	{ "finished:<=2026-11-27T03:00:05.25", "finished:<=2026-11-27T03:00:05.259999Z" },
	{ "args.user_id:42", "args.user_id:42" },
	{ "args.user_id:\"42\"", "args.user_id:\"42\"" },
	{ "args.a.0.b:true,null", "args.a.0.b:true,null" },
	{ "args.\"a.b\".\"c d\":x", "args.\"a.b\".\"c d\":x" },
	{ "args.\"\":x", "args.\"\":x" },
	{ "args.a:*", "args.a:*" },
	{ "args.mail:bob*", "args.mail:bob*" },
	{ "args.a:12345678901234567890123", "args.a:12345678901234567890123" },
	{ "args.a:\">\"", "args.a:\">\"" },
	{ "Args.A:b", "args.A:b" },
	{ "args.1.2.3.4.5.6.7.8:x", "args.1.2.3.4.5.6.7.8:x" },
};

static const char *printed(struct arena *arena, const struct filter *filter)
{
	AUTO(buf) struct buf b = buf_new(65536);

	filter_print(filter, &b);
	return arena_printf(arena, "%s", buf_cstr(&b));
}

TEST(texts_are_read_and_written_as_the_same_again)
{
	for (size_t i = 0; i < ARRAY_LEN(goods); i++) {
		AUTO(arena) struct arena arena = { 0 };
		struct filter filter, again;
		struct err err = { 0 };

		if (filter_parse(str_of(goods[i].text), &arena, &filter, &err) != ERR_OK)
			fail_msg("%s: %s", goods[i].text, err.msg);
		const char *text = printed(&arena, &filter);
		CHECK_TEXT(text, goods[i].printed);
		assert_int_equal(filter_parse(str_of(text), &arena, &again, &err), ERR_OK);
		CHECK_TEXT(printed(&arena, &again), goods[i].printed);
	}
}

struct bad {
	const char *text;
	int position, length;
	const char *says;
};

static const struct bad bads[] = {
	{ "stats:dead", 0, 5, "did you mean status?" },
	{ "queue:a job_name:b", 8, 8, "did you mean type?" },
	{ "-exception:b", 1, 9, "did you mean error?" },
	{ "zzz:b", 0, 3, "status, queue, type" },
	{ "http://x", 0, 4, "In quotes it is a text" },
	{ "queue:", 0, 6, "queue: a value is missing" },
	{ "a queue: b", 2, 6, "queue: a value is missing" },
	{ "queue:a,,b", 7, 1, "a value is missing" },
	{ "queue:a,", 7, 1, "a value is missing" },
	{ "queue:\"\"", 0, 8, "a value is missing" },
	{ "\"\"", 0, 2, "the text is empty" },
	{ "a - b", 2, 1, "behind the -" },
	{ "-", 0, 1, "behind the -" },
	{ "\xC3\xA9\xC3\xA9 \"abc", 3, 4, "the quote is not closed" },
	{ "error:\"abc\\\"", 6, 6, "the quote is not closed" },
	{ "\"a\"b", 3, 1, "behind the closing quote" },
	{ "queue:\"a\"b", 9, 1, "behind the closing quote" },
	{ "status:dun", 7, 3, "did you mean done?" },
	{ "status:failed", 7, 6, "did you mean dead?" },
	{ "status:xyzzy", 7, 5, "no status" },
	{ "status:done,dead", 7, 9, "a list of their own" },
	{ "queue:a*b", 7, 1, "at the end only" },
	{ "type:*a", 5, 1, "at the end only" },
	{ "id:42", 3, 2, "no id" },
	{ "id:0123456789ab4cde8f0123456789abcd,fedcba9876544cde8f0123456789abcd", 3, 65,
	  "one id only" },
	{ "attempts:x", 9, 1, "no number" },
	{ "attempts:>", 9, 1, "no number" },
	{ "attempts:1..", 9, 3, "no number" },
	{ "attempts:3..1", 9, 4, "the smaller one comes first" },
	{ "attempts:1.5", 9, 3, "no number" },
	{ "attempts:>1000000000000000", 9, 17, "no number" },
	{ "priority:99999999999999999999", 9, 20, "no number" },
	{ "created:yesterday", 8, 9, "no age and no moment" },
	{ "created:1h", 8, 2, "younger or older: created:<1h" },
	{ "created:<30", 8, 3, "no age" },
	{ "created:2026-11-27T03:00+14:01", 8, 22, "no age and no moment" },
	{ "created:2026-11-27T03:00+2:00", 8, 21, "no age and no moment" },
	{ "created:2026-11-27+02:00", 8, 16, "no age and no moment" },
	{ "created:<40000d", 8, 7, "no age" },
	{ "created:2026-13-01", 8, 10, "no moment" },
	{ "created:2026-02-30", 8, 10, "no moment" },
	{ "created:2026-11-27..2026-11-26", 8, 22, "the smaller one comes first" },
	{ "created:2h..1h", 8, 6, "the smaller one comes first" },
	{ "created:2026-11-27T3:00", 8, 15, "no moment" },
	{ "args:42", 0, 5, "args needs a path" },
	{ "args.user_id", 0, 12, "behind the path" },
	{ "args.user id:1", 0, 9, "behind the path" },
	{ "args..a:1", 4, 2, "a step of the path" },
	{ "args.a.:1", 6, 2, "a step of the path" },
	{ "args.a:>2", 7, 2, "compared as a whole" },
	{ "args.1.2.3.4.5.6.7.8.9:x", 21, 1, "at most 8 steps" },
};

TEST(errors_point_at_the_place)
{
	for (size_t i = 0; i < ARRAY_LEN(bads); i++) {
		AUTO(arena) struct arena arena = { 0 };
		const struct bad *bad = &bads[i];
		struct filter filter;
		struct err err = { 0 };

		if (filter_parse(str_of(bad->text), &arena, &filter, &err) != ERR_INVALID)
			fail_msg("%s: was taken", bad->text);
		if (err.position != bad->position || err.length != bad->length ||
		    !strstr(err.msg, bad->says))
			fail_msg("%s: at %d, %d: %s", bad->text, err.position, err.length, err.msg);
		CHECK_TEXT(err.param, "filter");
	}
}

static enum err_code parse_repeated(const char *word, int n, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(buf) struct buf b = buf_new(65536);
	struct filter filter;

	for (int i = 0; i < n; i++)
		buf_add_text(&b, word);
	return filter_parse(buf_str(&b), &arena, &filter, err);
}

TEST(there_is_an_end_to_texts_and_terms)
{
	struct err err = { 0 };

	assert_int_equal(parse_repeated("\xC3\xA9", FILTER_CHARACTERS_MAX, &err), ERR_OK);
	assert_int_equal(parse_repeated("\xC3\xA9", FILTER_CHARACTERS_MAX + 3, &err), ERR_INVALID);
	assert_int_equal(err.position, FILTER_CHARACTERS_MAX);
	assert_int_equal(err.length, 3);
	assert_int_equal(parse_repeated("a ", FILTER_TERMS_MAX, &err), ERR_OK);
	assert_int_equal(parse_repeated("a ", FILTER_TERMS_MAX + 2, &err), ERR_INVALID);
	assert_int_equal(err.position, 2 * FILTER_TERMS_MAX);
	assert_int_equal(err.length, 4);
}

TEST(what_is_no_text_is_refused)
{
	AUTO(arena) struct arena arena = { 0 };
	struct filter filter;
	struct err err = { 0 };

	assert_int_equal(filter_parse(S("a\xFF"), &arena, &filter, &err), ERR_INVALID);
	assert_int_equal(filter_parse(S("a\0b"), &arena, &filter, &err), ERR_INVALID);
	assert_int_equal(filter_parse(STR_NULL, &arena, &filter, &err), ERR_OK);
	assert_int_equal(filter.terms.n, 0);
}

/* The examples of help and completion are taken, and each is of its own qualifier. */
TEST(examples_are_good)
{
	for (int key = 0; key < FILTER_KEY__COUNT; key++) {
		AUTO(arena) struct arena arena = { 0 };
		const struct filter_qualifier *q = &filter_qualifiers[key];
		struct filter filter;
		struct err err = { 0 };

		if (filter_parse(str_of(q->example), &arena, &filter, &err) != ERR_OK)
			fail_msg("%s: %s", q->example, err.msg);
		assert_int_equal(filter.terms.n, 1);
		assert_int_equal(LIST_AT(&filter.terms, struct filter_clause, 0)->key, key);
		assert_true(strlen(q->doc) > 0);
	}
}

static struct filter_value value_of(struct arena *arena, const char *text)
{
	struct filter filter;
	struct err err = { 0 };

	assert_int_equal(filter_parse(str_of(text), arena, &filter, &err), ERR_OK);
	return *LIST_AT(&LIST_AT(&filter.terms, struct filter_clause, 0)->values,
			struct filter_value, 0);
}

TEST(spans_have_their_ends)
{
	AUTO(arena) struct arena arena = { 0 };
	struct filter_value v = value_of(&arena, "created:1970-01-02");

	assert_int_equal(v.op, FILTER_BETWEEN);
	assert_int_equal(v.low, DAY);
	assert_int_equal(v.high, 2 * DAY - 1);
	v = value_of(&arena, "created:<1h");
	assert_int_equal(v.op, FILTER_AGE);
	assert_true(v.low == I64_NULL && v.high == HOUR);
	v = value_of(&arena, "created:>1h");
	assert_true(v.low == HOUR && v.high == I64_NULL);
	v = value_of(&arena, "attempts:>2");
	assert_true(v.low == 3 && v.high == I64_NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_read_and_written_as_the_same_again),
		cmocka_unit_test(errors_point_at_the_place),
		cmocka_unit_test(there_is_an_end_to_texts_and_terms),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(examples_are_good),
		cmocka_unit_test(spans_have_their_ends),
	};
	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
