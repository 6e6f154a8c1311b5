/* json_check.c -- is a text JSON? Without building anything from it.
 *
 * Rows may hold 16 MiB of JSON with numbers of any size; jansson would build all of it and
 * refuse such numbers, although they are JSON and Python writes them. */
#include "json/json.h"

/* Each take_ moves s behind what it names, or is false and the whole text is not JSON. */

static bool take(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

static void skip_space(struct str *s)
{
	while (take(s, ' ') || take(s, '\n') || take(s, '\r') || take(s, '\t'))
		;
}

static size_t take_digits(struct str *s)
{
	size_t n = 0;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	s->p += n;
	s->n -= n;
	return n;
}

static bool take_number(struct str *s)
{
	take(s, '-');
	if (!take(s, '0') && take_digits(s) == 0)
		return false;
	if (take(s, '.') && take_digits(s) == 0)
		return false;
	if (!take(s, 'e') && !take(s, 'E'))
		return true;
	if (!take(s, '+'))
		take(s, '-');
	return take_digits(s) > 0;
}

static bool take_word(struct str *s, struct str word)
{
	if (!str_starts(*s, word))
		return false;
	s->p += word.n;
	s->n -= word.n;
	return true;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool take_escape(struct str *s)
{
	if (take(s, 'u')) {
		for (size_t i = 0; i < 4; i++)
			if (i >= s->n || !is_hex(s->p[i]))
				return false;
		s->p += 4;
		s->n -= 4;
		return true;
	}
	return take(s, '"') || take(s, '\\') || take(s, '/') || take(s, 'b') || take(s, 'f') ||
	       take(s, 'n') || take(s, 'r') || take(s, 't');
}

static bool take_string(struct str *s)
{
	if (!take(s, '"'))
		return false;
	while (!take(s, '"')) {
		uint32_t c;
		const size_t n = str_utf8_char(*s, &c);

		if (n == 0 || c < ' ')
			return false;
		s->p += n;
		s->n -= n;
		if (c == '\\' && !take_escape(s))
			return false;
	}
	return true;
}

static bool take_value(struct str *s, int depth);

static bool take_pair(struct str *s, int depth)
{
	skip_space(s);
	if (!take_string(s))
		return false;
	skip_space(s);
	return take(s, ':') && take_value(s, depth);
}

static bool take_items(struct str *s, int depth, char end)
{
	if (depth < 0)
		return false;
	skip_space(s);
	if (take(s, end))
		return true;
	do {
		if (!(end == '}' ? take_pair(s, depth) : take_value(s, depth)))
			return false;
	} while (take(s, ','));
	return take(s, end);
}

static bool take_value(struct str *s, int depth)
{
	bool is_good;

	skip_space(s);
	if (take(s, '{'))
		is_good = take_items(s, depth - 1, '}');
	else if (take(s, '['))
		is_good = take_items(s, depth - 1, ']');
	else if (s->n > 0 && s->p[0] == '"')
		is_good = take_string(s);
	else
		is_good = take_word(s, S("true")) || take_word(s, S("false")) ||
			  take_word(s, S("null")) || take_number(s);
	skip_space(s);
	return is_good;
}

bool json_is_valid(struct str text, bool must_be_object, int depth)
{
	if (!text.p)
		return false;
	skip_space(&text);
	if (must_be_object && (text.n == 0 || text.p[0] != '{'))
		return false;
	return take_value(&text, depth) && text.n == 0;
}
