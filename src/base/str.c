/* str.c -- text that is read: comparing, cutting, copying, and what is UTF-8. */
#include "base/str.h"

#include "base/arena.h"

bool str_eq(struct str a, struct str b)
{
	if (!a.p || !b.p)
		return !a.p && !b.p;
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

uint64_t str_hash(struct str s)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return hash;
}

int str_order(struct str a, struct str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (order != 0)
		return order;
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return (a.p != NULL) - (b.p != NULL);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (!a.p || !b.p)
		return !a.p && !b.p;
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str str_trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_cut(struct str *s, char sep, struct str *ret_head)
{
	if (!s->p)
		return false;

	const struct str all = *s;
	const char *at = all.n > 0 ? memchr(all.p, sep, all.n) : NULL;

	if (!at) {
		*ret_head = all;
		*s = STR_NULL;
		return true;
	}
	*ret_head = (struct str){ all.p, (size_t)(at - all.p) };
	*s = (struct str){ at + 1, all.n - ret_head->n - 1 };
	return true;
}

struct str str_copy(struct arena *arena, struct str s)
{
	return (struct str){ str_cstr(arena, s), s.n };
}

const char *str_cstr(struct arena *arena, struct str s)
{
	if (!s.p)
		return NULL;

	char *copy = arena_alloc(arena, s.n + 1);

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return copy;
}

static bool is_tail(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* How long a character is that starts with this byte, by the byte alone; 0: none does. */
static size_t lead_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xC2)
		return 0;
	if (lead < 0xE0)
		return 2;
	if (lead < 0xF0)
		return 3;
	return lead < 0xF5 ? 4 : 0;
}

size_t str_utf8_char(struct str s, uint32_t *ret_char)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char lead = s.n > 0 ? (unsigned char)s.p[0] : 0xFF;
	const size_t n = lead_length(lead);

	if (n == 0 || n > s.n)
		return 0;

	uint32_t c = n == 1 ? lead : lead & (0x7FU >> n);

	for (size_t i = 1; i < n; i++) {
		if (!is_tail(s.p[i]))
			return 0;
		c = c << 6 | ((unsigned char)s.p[i] & 0x3FU);
	}
	if (c < smallest[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*ret_char = c;
	return n;
}

bool str_is_utf8(struct str s)
{
	while (s.n > 0) {
		uint32_t c;
		const size_t n = str_utf8_char(s, &c);

		if (n == 0 || c == 0)
			return false;
		s.p += n;
		s.n -= n;
	}
	return true;
}

struct str str_head_utf8(struct str s, size_t max)
{
	if (s.n <= max)
		return s;

	size_t cut = max;

	while (cut > 0 && max - cut < 3 && is_tail(s.p[cut]))
		cut--;

	/* Only a character that really stands there is kept whole; broken bytes may be cut. */
	uint32_t c;
	const size_t n = str_utf8_char((struct str){ s.p + cut, s.n - cut }, &c);

	return (struct str){ s.p, cut + n > max ? cut : max };
}
