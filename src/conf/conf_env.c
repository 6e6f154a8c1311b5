/* conf_env.c -- the text of a .env file into names and values.
 *
 *     NAME=value            # comment
 *     export NAME = value
 *     NAME='as it stands'
 *     NAME="with \n, \t, \" and \\ in it, over
 *     several lines"
 *
 * As python-dotenv reads it, without its ${NAME}: a password may well hold a dollar sign. */
#include "conf/conf.h"

#include <string.h>

#include "base/list.h"
#include "base/macros.h"

static struct str rest_from(struct str s, size_t at)
{
	return (struct str){ s.p + at, s.n - at };
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-';
}

static void skip_blanks(struct str *s)
{
	while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t'))
		*s = rest_from(*s, 1);
}

static struct str take_line(struct str *s)
{
	size_t n = 0;

	while (n < s->n && !is_line_end(s->p[n]))
		n++;

	const struct str line = { s->p, n };

	*s = rest_from(*s, n);
	return line;
}

static struct str take_name(struct str *s)
{
	size_t n = 0;

	while (n < s->n && is_name_char(s->p[n]))
		n++;

	const struct str name = { s->p, n };

	*s = rest_from(*s, n);
	return name;
}

/* A comment begins at a # behind a blank: "secret#1" is a value. */
static struct str without_comment(struct str line)
{
	for (size_t i = 1; i < line.n; i++)
		if (line.p[i] == '#' && (line.p[i - 1] == ' ' || line.p[i - 1] == '\t'))
			return str_trim((struct str){ line.p, i });
	return str_trim(line);
}

/* What \c stands for inside of quotes; 0: the backslash stays. */
static char unescape(char c, char quote)
{
	static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v";

	if (c == '\\' || c == '\'')
		return c;
	if (quote == '\'')
		return 0;
	if (c == '"')
		return c;
	for (size_t i = 0; i + 1 < sizeof(letters); i += 2)
		if (letters[i] == c)
			return letters[i + 1];
	return 0;
}

/* The value between quotes; s begins with the first of them and moves behind the second. */
static bool take_quoted(struct str *s, struct arena *arena, struct str *ret_value)
{
	const char quote = s->p[0];
	size_t end = 1;

	while (end < s->n && s->p[end] != quote)
		end += s->p[end] == '\\' ? 2 : 1;
	if (end >= s->n)
		return false;

	char *value = arena_alloc(arena, end);
	size_t n = 0;

	for (size_t i = 1; i < end; i++) {
		const char c = s->p[i] == '\\' ? unescape(s->p[i + 1], quote) : 0;

		value[n++] = c ? c : s->p[i];
		i += c != 0;
	}
	*ret_value = (struct str){ value, n };
	*s = rest_from(*s, end + 1);
	return true;
}

/* The value behind the =; false if the line makes no sense, and s is somewhere in it. */
static bool take_value(struct str *s, struct arena *arena, struct str *ret_value)
{
	skip_blanks(s);
	if (s->n == 0 || (s->p[0] != '"' && s->p[0] != '\'')) {
		*ret_value = str_copy(arena, without_comment(take_line(s)));
		return true;
	}
	if (!take_quoted(s, arena, ret_value))
		return false;

	const struct str behind = str_trim(take_line(s));

	return behind.n == 0 || behind.p[0] == '#';
}

static bool take_pair(struct str *s, struct arena *arena, struct conf_flag *ret_pair)
{
	struct str name = take_name(s);
	struct str value;

	skip_blanks(s);
	if (str_eq(name, S("export")) && s->n > 0 && s->p[0] != '=') {
		name = take_name(s);
		skip_blanks(s);
	}
	if (name.n == 0 || s->n == 0 || s->p[0] != '=')
		return false;
	*s = rest_from(*s, 1);
	if (!take_value(s, arena, &value) || strlen(value.p) != value.n)
		return false;
	*ret_pair = (struct conf_flag){ str_cstr(arena, name), value.p };
	return true;
}

size_t conf_parse_env(struct str text, struct arena *arena, const struct conf_flag **ret_pairs)
{
	struct list pairs = list_new(arena, sizeof(struct conf_flag));
	struct conf_flag pair;

	if (str_starts(text, S("\xEF\xBB\xBF")))
		text = rest_from(text, 3);
	while (text.n > 0) {
		skip_blanks(&text);
		if (text.n > 0 && text.p[0] != '#' && take_pair(&text, arena, &pair))
			*(struct conf_flag *)list_add(&pairs) = pair;
		take_line(&text);
		while (text.n > 0 && is_line_end(text.p[0]))
			text = rest_from(text, 1);
	}
	*ret_pairs = pairs.items;
	return pairs.n;
}
