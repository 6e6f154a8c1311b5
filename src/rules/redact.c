/* redact.c -- names and texts that look like secrets, and how they are hidden. */
#include "rules/redact.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"

#define NAME_MAX_N 128
#define JWT_LEAST 20

/* ---- names ---- */

/* A name as its letters and digits in lower case, and where its words begin and end. */
struct name {
	char text[NAME_MAX_N];
	bool is_start[NAME_MAX_N + 1]; /* the end of the name is one, too */
	size_t n;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c);
}

static int hex_of(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* What \u00XX stands for: no name hides behind it. */
static char unescape(struct str s, size_t *i)
{
	if (s.n - *i < 6 || memcmp(s.p + *i, "\\u00", 4) != 0)
		return s.p[*i];
	const int high = hex_of(s.p[*i + 4]), low = hex_of(s.p[*i + 5]);
	if (high < 0 || low < 0)
		return s.p[*i];
	*i += 5;
	return (char)(high * 16 + low);
}

static bool begins_word(char before, char c)
{
	return !is_word(before) || (isupper((unsigned char)c) && islower((unsigned char)before));
}

static void name_add(struct name *name, char before, char c)
{
	if (!is_word(c))
		return;
	name->is_start[name->n] = begins_word(before, c);
	name->text[name->n++] = (char)tolower((unsigned char)c);
}

static struct name name_read(struct str s)
{
	struct name name = { .n = 0 };
	char before = '_';

	for (size_t i = 0; i < s.n && name.n < NAME_MAX_N; i++) {
		const char c = unescape(s, &i);

		name_add(&name, before, c);
		before = c;
	}
	name.is_start[name.n] = true;
	return name;
}

static bool has_word(const struct name *name, struct str word)
{
	for (size_t i = 0; i + word.n <= name->n; i++)
		if (name->is_start[i] && name->is_start[i + word.n] &&
		    memcmp(name->text + i, word.p, word.n) == 0)
			return true;
	return false;
}

struct list redact_words(struct str text, struct arena *arena)
{
	struct list words = list_new(arena, sizeof(struct str));
	struct str item;

	while (str_cut(&text, ',', &item)) {
		const struct name name = name_read(item);
		if (name.n > 0)
			*(struct str *)list_add(&words) =
				str_copy(arena, (struct str){ name.text, name.n });
	}
	return words;
}

bool redact_is_secret(const struct list *words, struct str text)
{
	const struct name name = name_read(text);

	for (size_t i = 0; i < words->n; i++)
		if (has_word(&name, *LIST_AT(words, struct str, i)))
			return true;
	return false;
}

/* ---- texts ---- */

struct scan {
	const struct list *words;
	struct str s;
	size_t i;
	struct buf *out;
};

static char at(const struct scan *scan, size_t i)
{
	return i < scan->s.n ? scan->s.p[i] : '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

/* What a value without quotes ends with. */
static bool is_end(char c)
{
	return c == '\0' || isspace((unsigned char)c) || strchr("\"'`,;&<>()[]{}\\", c);
}

static bool is_bracket(char c)
{
	return c == '{' || c == '[' || c == '(';
}

static void copy_to(struct scan *scan, size_t until)
{
	buf_add(scan->out, scan->s.p + scan->i, until - scan->i);
	scan->i = until;
}

static void hide_to(struct scan *scan, size_t until)
{
	buf_add_text(scan->out, REDACTED);
	scan->i = until;
}

static size_t skip(const struct scan *scan, size_t i, const char *any)
{
	while (at(scan, i) != '\0' && strchr(any, at(scan, i)))
		i++;
	return i;
}

static size_t name_end(const struct scan *scan, size_t i)
{
	while (is_word(at(scan, i)) || at(scan, i) == '_' || at(scan, i) == '-')
		i++;
	return i;
}

/* Behind a name: quotes and blanks, then : or =, and what stands before the value. 0: none is. */
static size_t value_start(const struct scan *scan, size_t i)
{
	i = skip(scan, i, " \t\"'`\\]");
	if (at(scan, i) != ':' && at(scan, i) != '=')
		return 0;
	return skip(scan, i, ":=> \t");
}

/* In quotes up to the next one that is not escaped, or, where the first one is, that is. */
static size_t quoted_end(const struct scan *scan, size_t i, char quote, bool is_escaped)
{
	for (; i < scan->s.n; i++) {
		const bool is_next_escaped = at(scan, i) == '\\' && at(scan, i + 1) == quote;

		if (is_next_escaped && is_escaped)
			return i;
		if (is_next_escaped || (at(scan, i) == '\\' && at(scan, i + 1) == '\\'))
			i++;
		else if (at(scan, i) == quote)
			return i;
	}
	return i;
}

/* In JSON a letter may stand as \u00e4: it belongs to the value. */
static bool is_escape(const struct scan *scan, size_t i)
{
	const char next = at(scan, i + 1);

	return at(scan, i) == '\\' && next != '\0' && !strchr("ntr\"'`", next);
}

static size_t bare_end(const struct scan *scan, size_t i)
{
	while (is_escape(scan, i) || !is_end(at(scan, i)))
		i += is_escape(scan, i) ? 2 : 1;
	return i;
}

static bool is_scheme(const struct scan *scan, size_t from, size_t to)
{
	const struct str word = { scan->s.p + from, to - from };

	return (str_eq_nocase(word, S("bearer")) || str_eq_nocase(word, S("basic")) ||
		str_eq_nocase(word, S("token"))) &&
	       is_blank(at(scan, to));
}

/* Behind the bracket that closes this one; brackets in quotes count too, so that it may be more. */
static size_t bracket_end(const struct scan *scan, size_t i)
{
	size_t depth = 0;

	for (; i < scan->s.n; i++) {
		if (is_bracket(at(scan, i)))
			depth++;
		else if (at(scan, i) != '\0' && strchr("}])", at(scan, i)) && --depth == 0)
			return i + 1;
	}
	return i;
}

/* At a quote, or the \ before one. */
static void hide_quoted(struct scan *scan)
{
	const bool is_escaped = at(scan, scan->i) == '\\';
	const size_t first = scan->i + is_escaped;

	copy_to(scan, first + 1);
	hide_to(scan, quoted_end(scan, scan->i, at(scan, first), is_escaped));
}

static bool is_quoted(const struct scan *scan, size_t i)
{
	return is_quote(at(scan, i)) || (at(scan, i) == '\\' && is_quote(at(scan, i + 1)));
}

/* scan->i is where the value begins. */
static void hide_value(struct scan *scan)
{
	size_t end = bare_end(scan, scan->i);

	/* b'...', rb"..." */
	if (end - scan->i <= 2 && is_quoted(scan, end)) {
		copy_to(scan, end);
		hide_quoted(scan);
		return;
	}
	if (is_bracket(at(scan, scan->i))) {
		hide_to(scan, bracket_end(scan, scan->i));
		return;
	}
	if (is_scheme(scan, scan->i, end)) {
		copy_to(scan, end + 1);
		end = bare_end(scan, scan->i);
	}
	if (end > scan->i)
		hide_to(scan, end);
}

/* eyJ... . eyJ... . ...: the header and the claims of a JWT are JSON objects in base64. */
static size_t jwt_end(const struct scan *scan)
{
	size_t i = name_end(scan, scan->i);
	int dots = 0;

	for (; at(scan, i) == '.'; i = name_end(scan, i + 1))
		dots++;
	return dots >= 2 && i - scan->i >= JWT_LEAST ? i : 0;
}

/* ://user:password@ */
static void scan_address(struct scan *scan)
{
	size_t colon = 0, end = scan->i + 3, sign = 0;

	for (; !is_end(at(scan, end)) && !strchr("/?#", at(scan, end)); end++) {
		if (at(scan, end) == ':' && !colon)
			colon = end;
		if (at(scan, end) == '@')
			sign = end;
	}
	if (!colon || sign < colon) {
		copy_to(scan, scan->i + 3);
		return;
	}
	copy_to(scan, colon + 1);
	hide_to(scan, sign);
}

/* The letter of \n, \t or \r, with which no name begins. */
static bool is_escaped_letter(const struct scan *scan)
{
	return scan->i > 0 && at(scan, scan->i - 1) == '\\' && strchr("ntr", at(scan, scan->i));
}

static void scan_name(struct scan *scan)
{
	const size_t end = name_end(scan, scan->i);
	const struct str name = { scan->s.p + scan->i, end - scan->i };
	const bool is_jwt = str_starts(name, S("eyJ")) && jwt_end(scan) > 0;
	const size_t value = is_jwt ? 0 : value_start(scan, end);

	if (is_escaped_letter(scan) && !redact_is_secret(scan->words, name)) {
		copy_to(scan, scan->i + 1);
	} else if (is_jwt) {
		hide_to(scan, jwt_end(scan));
	} else if (value > 0 && at(scan, end) != '\0' && redact_is_secret(scan->words, name)) {
		copy_to(scan, value);
		hide_value(scan);
	} else {
		copy_to(scan, end);
	}
}

static void scan_text(struct scan *scan)
{
	while (scan->i < scan->s.n) {
		const char c = at(scan, scan->i);

		if (c == ':' && at(scan, scan->i + 1) == '/' && at(scan, scan->i + 2) == '/')
			scan_address(scan);
		else if (is_word(c) || c == '_')
			scan_name(scan);
		else
			copy_to(scan, scan->i + 1);
	}
}

static struct scan scan_of(const struct list *words, struct str s, struct buf *out)
{
	return (struct scan){ .words = words, .s = s, .out = out };
}

/* ---- JSON ---- */

/* Behind the string that begins here; of one that is cut the end of all. */
static size_t string_end(const struct scan *scan, size_t i)
{
	for (i++; i < scan->s.n; i++) {
		if (at(scan, i) == '\\')
			i++;
		else if (at(scan, i) == '"')
			return i + 1;
	}
	return scan->s.n;
}

static size_t skip_space(const struct scan *scan, size_t i)
{
	while (i < scan->s.n && isspace((unsigned char)at(scan, i)))
		i++;
	return i;
}

static size_t value_end(const struct scan *scan, size_t i)
{
	size_t depth = 0;

	for (; i < scan->s.n; i++) {
		const char c = at(scan, i);

		if (c == '"') {
			i = string_end(scan, i) - 1;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return i;
			depth--;
		} else if (depth == 0 && c == ',') {
			return i;
		}
	}
	return i;
}

/* A string that is no key, as a text; of its inside no escape is torn apart. */
static void scan_string(struct scan *scan, size_t end)
{
	struct scan inside = scan_of(scan->words, (struct str){ scan->s.p, end }, scan->out);

	inside.i = scan->i;
	scan_text(&inside);
	scan->i = end;
}

static void scan_json(struct scan *scan)
{
	while (scan->i < scan->s.n) {
		if (at(scan, scan->i) != '"') {
			copy_to(scan, scan->i + 1);
			continue;
		}
		const size_t end = string_end(scan, scan->i);
		const size_t colon = skip_space(scan, end);
		const struct str name = { scan->s.p + scan->i, end - scan->i };

		if (at(scan, colon) != ':') {
			scan_string(scan, end);
			continue;
		}
		copy_to(scan, skip_space(scan, colon + 1));
		if (redact_is_secret(scan->words, name) && scan->i < scan->s.n) {
			buf_add_text(scan->out, "\"" REDACTED "\"");
			scan->i = value_end(scan, scan->i);
		}
	}
}

/* ---- together ---- */

/* Each mark may be longer than what it hides. What does not fit even so is `instead`. */
static struct str redact(const struct list *words, struct str s, struct arena *arena,
			 void (*run)(struct scan *scan), struct str instead)
{
	if (!s.p || words->n == 0)
		return s;
	AUTO(buf) struct buf out = buf_new((s.n + 1) * sizeof(REDACTED));
	struct scan scan = scan_of(words, s, &out);

	run(&scan);
	return out.has_failed ? instead : str_copy(arena, buf_str(&out));
}

struct str redact_text(const struct list *words, struct str text, struct arena *arena)
{
	return redact(words, text, arena, scan_text, S(REDACTED));
}

struct str redact_json(const struct list *words, struct str json, struct arena *arena)
{
	return redact(words, json, arena, scan_json, S("\"" REDACTED "\""));
}

/* ---- rows ---- */

/* JSON that was cut is a text; and so is what only looks like it (Python's own way to write). */
static struct str redact_any(const struct list *words, struct str text, struct arena *arena)
{
	const struct str trimmed = str_trim(text);
	const bool is_like_json = trimmed.n > 0 && (trimmed.p[0] == '{' || trimmed.p[0] == '[');

	if (is_like_json)
		text = redact_json(words, text, arena);
	return redact_text(words, text, arena);
}

void redact_row(const struct list *words, const struct record *record, void *row,
		struct arena *arena)
{
	for (const struct field *f = record->fields; f->name; f++) {
		struct str *text = (struct str *)((char *)row + f->offset);

		if (!(f->flags & FIELD_PRIVATE))
			continue;
		*text = f->type == F_JSON ? redact_json(words, *text, arena)
					  : redact_any(words, *text, arena);
	}
}
