/* text.c -- hostile text made safe for a terminal, a log line or a spreadsheet. */
#include "base/text.h"

#include <locale.h>
#include <pthread.h>
#include <wchar.h>

#include "base/macros.h"
#include "base/parse.h"

#define REPLACEMENT "\xEF\xBF\xBD"

/* Characters that move, hide or break what stands around them. Sorted. */
static const struct {
	uint32_t first, last;
} harmful[] = {
	{ 0x00, 0x1F },         { 0x7F, 0x9F },         { 0x061C, 0x061C },
	{ 0x200E, 0x200F },     { 0x2028, 0x202E },     { 0x2066, 0x2069 },
	{ 0xFEFF, 0xFEFF },     { 0xFFF9, 0xFFFB },     { 0xE0000, 0xE007F },
};

static bool is_harmful(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_LEN(harmful); i++)
		if (c <= harmful[i].last)
			return c >= harmful[i].first;
	return false;
}

static locale_t utf8_locale;

static void open_locale(void)
{
	utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* wcwidth() asks the thread's locale, whatever the user's environment says; so lend it one. */
static int width_of(uint32_t c)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (c < 0x300)
		return 1;
	pthread_once(&once, open_locale);
	if (!utf8_locale)
		return 1;

	const locale_t before = uselocale(utf8_locale);
	const int width = wcwidth((wchar_t)c);

	uselocale(before);
	return width < 0 ? 1 : width;
}

/* One character as it will be shown. */
struct glyph {
	size_t n;               /* bytes of the text that it takes */
	uint32_t c;
	enum { PLAIN, ESCAPED_BYTE, ESCAPED_CHAR } form;
	size_t columns;
};

static struct glyph glyph_next(struct str s)
{
	uint32_t c;
	const size_t n = str_utf8_char(s, &c);

	if (n == 0)
		return (struct glyph){ 1, (unsigned char)s.p[0], ESCAPED_BYTE, 4 };
	if (!is_harmful(c))
		return (struct glyph){ n, c, PLAIN, (size_t)width_of(c) };
	if (c < 0x80)
		return (struct glyph){ n, c, ESCAPED_BYTE, 4 };
	return (struct glyph){ n, c, ESCAPED_CHAR, c > 0xFFFF ? 9 : 8 };
}

static void glyph_add(struct buf *b, const char *at, const struct glyph *g)
{
	switch (g->form) {
	case PLAIN:
		buf_add(b, at, g->n);
		break;
	case ESCAPED_BYTE:
		buf_printf(b, "\\x%02x", (unsigned)g->c);
		break;
	case ESCAPED_CHAR:
		buf_printf(b, "\\u{%04x}", (unsigned)g->c);
		break;
	}
}

/* Adds whole characters until `columns` are full; gives the bytes of s that were used. */
static size_t add_columns(struct buf *b, struct str s, size_t columns)
{
	size_t used = 0;

	while (used < s.n) {
		const struct glyph g = glyph_next((struct str){ s.p + used, s.n - used });

		if (g.columns > columns)
			break;
		glyph_add(b, s.p + used, &g);
		columns -= g.columns;
		used += g.n;
	}
	return used;
}

/* Columns of the beginning of s, counted no further than past `enough`. */
static size_t columns_up_to(struct str s, size_t enough)
{
	size_t columns = 0;

	for (size_t used = 0; used < s.n && columns <= enough;) {
		const struct glyph g = glyph_next((struct str){ s.p + used, s.n - used });

		columns += g.columns;
		used += g.n;
	}
	return columns;
}

void text_add_visible(struct buf *b, struct str s)
{
	add_columns(b, s, SIZE_MAX);
}

void text_add_cell(struct buf *b, struct str s, size_t columns)
{
	if (columns_up_to(s, columns) <= columns) {
		text_add_visible(b, s);
	} else if (columns > 0) {
		add_columns(b, s, columns - 1);
		buf_add_text(b, "\xE2\x80\xA6");
	}
}

size_t text_columns(struct str s)
{
	return columns_up_to(s, SIZE_MAX - 1);
}

void text_add_utf8(struct buf *b, struct str s)
{
	struct str run = { s.p, 0 };

	while (s.n > 0) {
		uint32_t c;
		size_t n = str_utf8_char(s, &c);

		if (n > 0 && c != 0) {
			run.n += n;
		} else {
			n = 1;
			buf_add_str(b, run);
			buf_add_text(b, REPLACEMENT);
			run = (struct str){ s.p + 1, 0 };
		}
		s = (struct str){ s.p + n, s.n - n };
	}
	buf_add_str(b, run);
}

/* Some programs pass over these before they look. */
static bool is_passed_over(uint32_t c)
{
	return c <= ' ' || c == 0x7f || c == 0xa0 || (c >= 0x2000 && c <= 0x200f) || c == 0x3000 ||
	       c == 0xfeff;
}

/* The wide forms of = + - @ are as good as those for some. */
static bool begins_formula(uint32_t c)
{
	return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d || c == 0xff0b ||
	       c == 0xff0d || c == 0xff20;
}

static bool is_formula(struct str s)
{
	const bool is_odd = s.n > 0 && (s.p[0] == '\t' || s.p[0] == '\r' || s.p[0] == '\n');
	double number;
	uint32_t c = 0;
	size_t n;

	if (parse_f64(s, &number))
		return false;
	while ((n = str_utf8_char(s, &c)) > 0 && is_passed_over(c))
		s = (struct str){ s.p + n, s.n - n };
	return is_odd || (n > 0 && begins_formula(c));
}

static bool needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\0' && strchr("\",;\t\r\n", s.p[i]))
			return true;
	return s.n == 0 || s.p[0] == ' ' || s.p[s.n - 1] == ' ';
}

void text_add_csv(struct buf *b, struct str s)
{
	if (!s.p)
		return;

	const bool is_quoted = needs_quotes(s);
	struct str piece;

	if (is_quoted)
		buf_add_char(b, '"');
	if (is_formula(s))
		buf_add_char(b, '\'');
	for (bool is_first = true; str_cut(&s, '"', &piece); is_first = false) {
		if (!is_first)
			buf_add_text(b, "\"\"");
		text_add_utf8(b, piece);
	}
	if (is_quoted)
		buf_add_char(b, '"');
}
