/* filter_spot.c -- what of a filter is being typed. */
#include "rules/filter_spot.h"

#include "rules/filter_parts.h"

struct reading {
	struct str text;
	size_t cursor;   /* in bytes */
	size_t from, to; /* the piece at hand */
	struct filter_spot spot;
};

static char byte_at(const struct reading *r, size_t i)
{
	return i < r->text.n ? r->text.p[i] : '\0';
}

static bool is_end(const struct reading *r, size_t i)
{
	return i >= r->text.n || filter_is_space(r->text.p[i]);
}

static bool ends_piece(const struct reading *r, size_t i)
{
	const char c = byte_at(r, i);

	if (is_end(r, i))
		return true;
	if (r->spot.part == FILTER_PART_VALUE)
		return c == ',';
	if (r->spot.part == FILTER_PART_STEP)
		return c == '.' || c == ':';
	return c == ':' ||
	       (c == '.' &&
		str_eq_nocase((struct str){ r->text.p + r->from, i - r->from }, S("args")));
}

static size_t skip_quoted(const struct reading *r, size_t i)
{
	for (i++; i < r->text.n && r->text.p[i] != '"'; i++)
		i += r->text.p[i] == '\\' && i + 1 < r->text.n;
	return i < r->text.n ? i + 1 : r->text.n;
}

static void take_piece(struct reading *r)
{
	r->to = byte_at(r, r->from) == '"' ? skip_quoted(r, r->from) : r->from;
	while (!ends_piece(r, r->to))
		r->to++;
}

/* Up to the cursor, as it would be read. */
static struct str typed(const struct reading *r, size_t end, struct arena *arena)
{
	const bool is_quoted = byte_at(r, r->from) == '"';
	char *said = arena_alloc(arena, r->text.n + 1);
	size_t n = 0;

	for (size_t i = r->from + is_quoted; i < end; i++) {
		if (is_quoted && r->text.p[i] == '"')
			break;
		if (is_quoted && r->text.p[i] == '\\' && i + 1 < end)
			i++;
		said[n++] = r->text.p[i];
	}
	return (struct str){ said, n };
}

/* What comes behind a piece that the cursor is not in. */
static void go_on(struct reading *r, struct arena *arena)
{
	const char sep = byte_at(r, r->to);

	if (r->spot.part == FILTER_PART_NAME) {
		r->spot.key = filter_find_key((struct str){ r->text.p + r->from, r->to - r->from });
		r->spot.part = sep == '.' ? FILTER_PART_STEP : FILTER_PART_VALUE;
	} else if (r->spot.part == FILTER_PART_STEP) {
		*(struct str *)list_add(&r->spot.path) = typed(r, r->to, arena);
		r->spot.part = sep == ':' ? FILTER_PART_VALUE : FILTER_PART_STEP;
	}
	r->from = r->to + 1;
}

static void begin_term(struct reading *r, size_t at, struct arena *arena)
{
	while (at < r->cursor && filter_is_space(byte_at(r, at)))
		at++;
	r->from = at + (byte_at(r, at) == '-' && at < r->cursor);
	r->spot = (struct filter_spot){ .path = list_new(arena, sizeof(struct str)) };
}

static size_t bytes_of(struct str s, size_t n_characters)
{
	size_t n = 0;

	for (; n < s.n; n++)
		if (((unsigned char)s.p[n] & 0xC0) != 0x80 && n_characters-- == 0)
			break;
	return n;
}

static size_t characters_of(struct str s, size_t n_bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < n_bytes; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

struct filter_spot filter_spot_at(struct str text, size_t at, struct arena *arena)
{
	struct reading r = { .text = text.p ? text : S(""), .cursor = bytes_of(text, at) };

	begin_term(&r, 0, arena);
	for (take_piece(&r); r.to < r.cursor; take_piece(&r)) {
		if (is_end(&r, r.to))
			begin_term(&r, r.to, arena);
		else
			go_on(&r, arena);
	}
	r.spot.typed = typed(&r, r.cursor, arena);
	r.spot.from = characters_of(r.text, r.from);
	r.spot.to = characters_of(r.text, r.to);
	r.spot.is_quoted = byte_at(&r, r.from) == '"';
	r.spot.next = byte_at(&r, r.to);
	return r.spot;
}
