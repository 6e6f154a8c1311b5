/* message.c -- an error's message without what differs from one to the next. */
#include "rules/message.h"

#include "base/macros.h"

#define QUOTED_MAX 200          /* bytes between quotes; more is no quotation */
#define ID_MIN 8                /* hex digits of an id */
#define TOKEN_MIN 16            /* letters and digits mixed: an id of any alphabet */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of a word in any language. */
static bool is_word(char c)
{
	return is_letter(c) || is_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_host(char c)
{
	return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

static bool is_mailbox(char c)
{
	return is_host(c) || c == '+' || c == '%';
}

static bool is_space(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

static bool is_path(char c)
{
	return !is_space(c) && !strchr("\"'`<>|,;()[]{}", c);
}

static char at(struct str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

static size_t span(struct str s, size_t from, bool (*is_of)(char c))
{
	size_t i = from;

	while (i < s.n && is_of(s.p[i]))
		i++;
	return i - from;
}

/* A sentence's end is no part of what stands before it. */
static size_t without_stop(struct str s, size_t n)
{
	while (n > 0 && (s.p[n - 1] == '.' || s.p[n - 1] == ':' || s.p[n - 1] == '?'))
		n--;
	return n;
}

static bool is_quote(char c)
{
	return c == '\'' || c == '"' || c == '`';
}

/* ---- shapes: how many bytes of it stand at the beginning of s, or 0 ---- */

/* Also Python's b'bytes'. */
static size_t find_quoted(struct str s)
{
	const size_t open = !is_quote(at(s, 0)) && is_letter(at(s, 0));
	const char quote = at(s, open);
	const size_t end = s.n < QUOTED_MAX ? s.n : QUOTED_MAX;

	if (!is_quote(quote))
		return 0;
	for (size_t i = open + 1; i < end; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == quote && !(is_word(at(s, i + 1))))
			return i + 1;
	}
	return 0;
}

static size_t find_url(struct str s)
{
	const size_t n = span(s, 0, is_letter);

	if (n < 2 || at(s, n) != ':' || at(s, n + 1) != '/' || at(s, n + 2) != '/')
		return 0;
	return without_stop(s, n + 3 + span(s, n + 3, is_path));
}

static size_t find_email(struct str s)
{
	const size_t n = span(s, 0, is_mailbox);
	const struct str host = { s.p + n + 1, n < s.n ? s.n - n - 1 : 0 };

	if (n == 0 || at(s, n) != '@')
		return 0;
	const size_t n_host = without_stop(host, span(host, 0, is_host));
	return n_host > 0 && memchr(host.p, '.', n_host) ? n + 1 + n_host : 0;
}

static size_t find_uuid(struct str s)
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };
	size_t i = 0;

	for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
		if (span(s, i, is_hex) != groups[g])
			return 0;
		i += groups[g];
		if (g + 1 < ARRAY_LEN(groups) && at(s, i++) != '-')
			return 0;
	}
	return is_word(at(s, i)) ? 0 : i;
}

static size_t find_pointer(struct str s)
{
	if (at(s, 0) != '0' || (at(s, 1) != 'x' && at(s, 1) != 'X'))
		return 0;
	const size_t n = span(s, 2, is_hex);
	return n > 0 && !is_word(at(s, n + 2)) ? n + 2 : 0;
}

/* As far as the picture goes: 9 stands for a digit, all else for itself. */
static size_t match(struct str s, size_t from, const char *picture)
{
	size_t i = 0;

	for (; picture[i]; i++) {
		const char c = at(s, from + i);
		if (picture[i] == '9' ? !is_digit(c) : c != picture[i])
			return 0;
	}
	return i;
}

static size_t find_clock(struct str s, size_t from)
{
	size_t n = match(s, from, "99:99:99");

	if (n == 0)
		n = match(s, from, "9:99:99");
	if (n > 0 && (at(s, from + n) == '.' || at(s, from + n) == ',') &&
	    is_digit(at(s, from + n + 1)))
		n += 1 + span(s, from + n + 1, is_digit);
	return n;
}

static size_t find_zone(struct str s, size_t from)
{
	const char c = at(s, from);
	size_t n;

	if (c == 'Z')
		return 1;
	if (c != '+' && c != '-')
		return 0;
	n = match(s, from + 1, "99:99");
	if (n == 0)
		n = match(s, from + 1, "9999");
	return n > 0 ? n + 1 : 0;
}

static size_t find_moment(struct str s)
{
	size_t n = match(s, 0, "9999-99-99");
	const size_t n_clock = n > 0 && (at(s, n) == 'T' || at(s, n) == ' ') ?
			       find_clock(s, n + 1) : 0;

	if (n == 0)
		n = find_clock(s, 0);
	else if (n_clock > 0)
		n += 1 + n_clock;
	if (n > 0)
		n += find_zone(s, n);
	return n > 0 && !is_word(at(s, n)) ? n : 0;
}

static size_t add_port(struct str s, size_t n)
{
	const size_t n_port = at(s, n) == ':' ? span(s, n + 1, is_digit) : 0;

	return n_port > 0 && n_port <= 5 ? n + 1 + n_port : n;
}

static size_t find_ipv4(struct str s)
{
	size_t n = 0;

	for (int part = 0; part < 4; part++) {
		const size_t n_digits = span(s, n, is_digit);
		if (n_digits < 1 || n_digits > 3)
			return 0;
		n += n_digits;
		if (part < 3 && at(s, n++) != '.')
			return 0;
	}
	return is_word(at(s, n)) ? 0 : add_port(s, n);
}

static bool is_hex_or_colon(char c)
{
	return is_hex(c) || c == ':';
}

/* Two colons at least, and what looks like it alone: "std::" is none. */
static size_t find_ipv6(struct str s)
{
	const size_t open = at(s, 0) == '[';
	const size_t n = span(s, open, is_hex_or_colon);
	size_t n_colons = 0, n_digits = 0;

	for (size_t i = open; i < open + n; i++) {
		n_colons += s.p[i] == ':';
		n_digits += is_digit(s.p[i]);
	}
	if (n_colons < 2 || n_digits == 0 || is_word(at(s, open + n)))
		return 0;
	if (!open)
		return n;
	return at(s, n + 1) == ']' ? add_port(s, n + 2) : 0;
}

static size_t find_host_port(struct str s)
{
	const size_t n = span(s, 0, is_host);
	const size_t end = n > 0 ? add_port(s, n) : 0;

	if (end <= n || is_word(at(s, end)) || !(is_letter(s.p[0]) || is_digit(s.p[0])))
		return 0;
	/* "line:42" is a place, not a host. */
	return memchr(s.p, '.', n) || str_eq((struct str){ s.p, n }, S("localhost")) ||
	       end - n > 4 ? end : 0;
}

static size_t find_path(struct str s)
{
	const bool has_drive = is_letter(at(s, 0)) && at(s, 1) == ':' &&
			       (at(s, 2) == '\\' || at(s, 2) == '/');
	const size_t lead = has_drive ? 2 : at(s, 0) == '~' || at(s, 0) == '.' ? 1 : 0;

	if (at(s, lead) != '/' && at(s, lead) != '\\')
		return 0;
	const size_t n = without_stop(s, span(s, 0, is_path));
	return n > lead + 1 && is_word(at(s, lead + 1)) ? n : 0;
}

static size_t find_digits(struct str s)
{
	size_t n = span(s, 0, is_digit);

	if (n == 0)
		return 0;
	while ((at(s, n) == '.' || at(s, n) == ',' || at(s, n) == '_') && is_digit(at(s, n + 1)))
		n += 1 + span(s, n + 1, is_digit);
	if (at(s, n) == 'e' || at(s, n) == 'E') {
		const size_t sign = at(s, n + 1) == '-' || at(s, n + 1) == '+';
		const size_t n_power = span(s, n + 1 + sign, is_digit);
		n += n_power > 0 ? 1 + sign + n_power : 0;
	}
	return n;
}

static size_t find_signed(struct str s)
{
	const struct str rest = { s.p + 1, s.n > 0 ? s.n - 1 : 0 };
	const size_t n = at(s, 0) == '-' || at(s, 0) == '+' ? find_digits(rest) : 0;

	return n > 0 ? n + 1 : 0;
}

static size_t find_duration(struct str s)
{
	static const char *const units[] = {
		"us", "ms", "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute",
		"minutes", "h", "hour", "hours", "d", "day", "days", "millisecond", "milliseconds",
	};
	size_t n = find_digits(s);

	if (n == 0)
		return 0;
	n += at(s, n) == ' ';
	const struct str unit = { s.p + n, span(s, n, is_letter) };
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (str_eq(unit, str_of(units[i])) && !is_word(at(s, n + unit.n)))
			return n + unit.n;
	return 0;
}

/* A word of hex digits, or of letters and digits so mixed that nobody would call it a name. */
static size_t find_id(struct str s)
{
	const size_t n = span(s, 0, is_word);
	size_t n_hex = 0, n_digits = 0, n_others = 0;

	for (size_t i = 0; i < n; i++) {
		n_hex += is_hex(s.p[i]);
		n_digits += is_digit(s.p[i]);
		n_others += !is_digit(s.p[i]) && !is_letter(s.p[i]);
	}
	if (n_digits == 0 || n_digits == n || n_others > 0)
		return 0;
	return (n_hex == n && n >= ID_MIN) || (n >= TOKEN_MIN && n_digits >= 4) ? n : 0;
}

/* The first that fits counts. */
static const struct shape {
	size_t (*find)(struct str s);
	const char *put;
	/* What it does not stand right behind, as in "don't" and "and/or"; and what would have been
	 * part of it, so that nothing is looked through twice. */
	bool (*is_behind)(char c);
} shapes[] = {
	{ find_quoted, "<str>", is_word },      { find_url, "<url>", is_word },
	{ find_email, "<email>", is_mailbox },  { find_uuid, "<id>", NULL },
	{ find_pointer, "<addr>", NULL },       { find_moment, "<time>", NULL },
	{ find_ipv4, "<host>", NULL },          { find_ipv6, "<host>", NULL },
	{ find_host_port, "<host>", is_mailbox }, { find_path, "<path>", is_word },
	{ find_duration, "<time>", NULL },      { find_id, "<id>", NULL },
	{ find_digits, "<n>", NULL },           { find_signed, "<n>", is_word },
};

static size_t add_shape(struct buf *out, struct str s, char before)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		const bool is_behind = shapes[i].is_behind && shapes[i].is_behind(before);
		const size_t n = is_behind ? 0 : shapes[i].find(s);
		if (n == 0)
			continue;
		buf_add_text(out, shapes[i].put);
		return n;
	}
	return 0;
}

/* Digits behind letters stay where they are few, as in utf8 or s3. */
static size_t add_word(struct buf *out, struct str s)
{
	const size_t n = span(s, 0, is_word);

	for (size_t i = 0; i < n;) {
		const size_t n_digits = span((struct str){ s.p, n }, i, is_digit);
		if (n_digits > 3 || (n_digits > 0 && i > 0 && s.p[i - 1] == '_'))
			buf_add_text(out, "<n>");
		else
			buf_add(out, s.p + i, n_digits ? n_digits : 1);
		i += n_digits ? n_digits : 1;
	}
	return n;
}

static size_t add_other(struct buf *out, struct str s)
{
	const size_t n_space = span(s, 0, is_space);

	if (n_space == 0)
		buf_add_char(out, s.p[0]);
	else if (out->n > 0 && out->p[out->n - 1] != ' ')
		buf_add_char(out, ' ');
	return n_space > 0 ? n_space : 1;
}

void message_add_plain(struct buf *out, struct str message)
{
	struct str s = message;
	char before = ' ';

	while (s.n > 0 && !out->has_failed) {
		size_t n = add_shape(out, s, before);
		if (n == 0)
			n = is_word(s.p[0]) ? add_word(out, s) : add_other(out, s);
		before = s.p[n - 1];
		s = (struct str){ s.p + n, s.n - n };
	}
}
