/* filter.c -- the filter language: what is read is printed, and is read as the same again. */
#include "rules/filter_spot.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

/* The place is in the text, or right behind it. */
static void check_place(struct str text, const struct err *err)
{
	assert(err->code == ERR_INVALID && err->msg[0]);
	assert(err->position >= 0 && err->length >= 0);
	assert((size_t)err->position <= characters(text));
}

/* Spelled out it may be longer than one may be. */
static void check_again(const struct filter *filter, struct arena *arena)
{
	AUTO(buf) struct buf once = buf_new(1 << 20);
	AUTO(buf) struct buf twice = buf_new(1 << 20);
	struct filter again;
	struct err err = { 0 };

	filter_print(filter, &once);
	if (characters(buf_str(&once)) > FILTER_CHARACTERS_MAX)
		return;
	assert(str_is_utf8(buf_str(&once)));
	const enum err_code code = filter_parse(buf_str(&once), arena, &again, &err);
	assert(code == ERR_OK);
	assert(again.terms.n == filter->terms.n);
	filter_print(&again, &twice);
	assert(once.n == twice.n && str_eq(buf_str(&once), buf_str(&twice)));
}

/* The cursor is in what a completion takes the place of, wherever it is. */
static void check_spots(struct str text, struct arena *arena)
{
	const size_t n = characters(text);

	for (size_t at = 0; at <= n && n <= FILTER_CHARACTERS_MAX; at++) {
		const struct filter_spot spot = filter_spot_at(text, at, arena);

		assert(spot.from <= at && at <= spot.to && spot.to <= n);
		assert(spot.typed.n <= text.n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str text = { (const char *)data, size };
	struct filter filter;
	struct err err = { 0 };

	if (filter_parse(text, &arena, &filter, &err) == ERR_OK)
		check_again(&filter, &arena);
	else
		check_place(text, &err);
	if (str_is_utf8(text))
		check_spots(text, &arena);
	return 0;
}
