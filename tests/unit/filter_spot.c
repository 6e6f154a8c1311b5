/* filter_spot.c -- what of a filter is being typed: `|` is the cursor. */
#include "rules/filter_spot.h"

#include <string.h>

#include "unit/unit.h"

struct spot {
	const char *text;
	const char *is; /* part, key, path, typed, from-to, next */
};

static const struct spot spots[] = {
	{ "|", "name . [] 0-0" },
	{ "st|", "name . [st] 0-2" },
	{ "st|atus:dead", "name . [st] 0-6:" },
	{ "-st|", "name . [st] 1-3" },
	{ "-|", "name . [] 1-1" },
	{ "|-st", "name . [] 0-3" },
	{ "a | b", "name . [] 2-2 " },
	{ "a  b|", "name . [b] 3-4" },
	{ "\xC3\xA9 st|", "name . [st] 2-4" },
	{ "\"a b|", "name . [a b] 0-4" },
	{ "\"a b\" st|", "name . [st] 6-8" },
	{ "status:|", "value status. [] 7-7" },
	{ "status:de|ad queue:x", "value status. [de] 7-11 " },
	{ "status:a,b|c,d", "value status. [b] 9-11," },
	{ "queue:\"a, b|\",c", "value queue. [a, b] 6-12," },
	{ "queue:\"a\\\"|", "value queue. [a\"] 6-10" },
	{ "queue:\"a\"|", "value queue. [a] 6-9" },
	{ "stats:de|", "value . [de] 6-8" },
	{ "args|", "name . [args] 0-4" },
	{ "args.|", "step args. [] 5-5" },
	{ "args.us|er.id:1", "step args. [us] 5-9." },
	{ "args.user.i|d:1", "step args.user [i] 10-12:" },
	{ "-args.\"a.b\".c:|", "value args.a.b.c [] 14-14" },
	{ "args.\"a.|b\":1", "step args. [a.] 5-10:" },
	{ "args.a:1,2|", "value args.a [2] 9-10" },
	{ "args.a:1 qu|", "name . [qu] 9-11" },
	{ "created:2026-11-27T03:|", "value created. [2026-11-27T03:] 8-22" },
};

static const char *described(struct arena *arena, const struct filter_spot *spot)
{
	static const char *const parts[] = { "name", "step", "value" };
	AUTO(buf) struct buf b = buf_new(1000);

	buf_printf(&b, "%s %s.", parts[spot->part], filter_qualifiers[spot->key].name);
	for (size_t i = 0; i < spot->path.n; i++)
		buf_printf(&b, "%s%.*s", i ? "." : "",
			   STR_ARG(*LIST_AT(&spot->path, struct str, i)));
	buf_printf(&b, " [%.*s] %zu-%zu", STR_ARG(spot->typed), spot->from, spot->to);
	if (spot->next)
		buf_add_char(&b, spot->next);
	return arena_printf(arena, "%s", buf_cstr(&b));
}

TEST(the_piece_at_the_cursor_is_found)
{
	for (size_t i = 0; i < ARRAY_LEN(spots); i++) {
		AUTO(arena) struct arena arena = { 0 };
		const char *bar = strchr(spots[i].text, '|');
		const int head = (int)(bar - spots[i].text);
		const char *text = arena_printf(&arena, "%.*s%s", head, spots[i].text, bar + 1);
		size_t at = 0;

		for (int k = 0; k < head; k++)
			at += ((unsigned char)text[k] & 0xC0) != 0x80;
		const struct filter_spot spot = filter_spot_at(str_of(text), at, &arena);
		const char *is = described(&arena, &spot);
		if (strcmp(is, spots[i].is) != 0)
			fail_msg("%s: %s", spots[i].text, is);
	}
}

TEST(a_cursor_behind_the_end_is_at_the_end)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct filter_spot spot = filter_spot_at(S("st"), 1000, &arena);

	assert_int_equal(spot.to, 2);
	CHECK_STR(spot.typed, "st");
	assert_int_equal(filter_spot_at(STR_NULL, 1000, &arena).to, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_piece_at_the_cursor_is_found),
		cmocka_unit_test(a_cursor_behind_the_end_is_at_the_end),
	};
	return cmocka_run_group_tests_name("filter_spot", tests, NULL, NULL);
}
