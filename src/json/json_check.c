/* json_check.c -- is a text JSON? Without building anything from it.
 *
 * Rows may hold 16 MiB of JSON with numbers of any size; jansson would build all of it and
 * refuse such numbers, although they are JSON and Python writes them. */
#include "json/scan.h"

bool json_take(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

void json_skip_space(struct str *s)
{
	while (json_take(s, ' ') || json_take(s, '\n') || json_take(s, '\r') || json_take(s, '\t'))
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
	json_take(s, '-');
	if (!json_take(s, '0') && take_digits(s) == 0)
		return false;
	if (json_take(s, '.') && take_digits(s) == 0)
		return false;
	if (!json_take(s, 'e') && !json_take(s, 'E'))
		return true;
	if (!json_take(s, '+'))
		json_take(s, '-');
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
	if (json_take(s, 'u')) {
		for (size_t i = 0; i < 4; i++)
			if (i >= s->n || !is_hex(s->p[i]))
				return false;
		s->p += 4;
		s->n -= 4;
		return true;
	}
	return json_take(s, '"') || json_take(s, '\\') || json_take(s, '/') || json_take(s, 'b') ||
	       json_take(s, 'f') || json_take(s, 'n') || json_take(s, 'r') || json_take(s, 't');
}

bool json_take_string(struct str *s)
{
	if (!json_take(s, '"'))
		return false;
	while (!json_take(s, '"')) {
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

static bool take_pair(struct str *s, int depth)
{
	json_skip_space(s);
	if (!json_take_string(s))
		return false;
	json_skip_space(s);
	return json_take(s, ':') && json_take_value(s, depth);
}

static bool take_items(struct str *s, int depth, char end)
{
	if (depth < 0)
		return false;
	json_skip_space(s);
	if (json_take(s, end))
		return true;
	do {
		if (!(end == '}' ? take_pair(s, depth) : json_take_value(s, depth)))
			return false;
	} while (json_take(s, ','));
	return json_take(s, end);
}

bool json_take_value(struct str *s, int depth)
{
	bool is_good;

	json_skip_space(s);
	if (json_take(s, '{'))
		is_good = take_items(s, depth - 1, '}');
	else if (json_take(s, '['))
		is_good = take_items(s, depth - 1, ']');
	else if (s->n > 0 && s->p[0] == '"')
		is_good = json_take_string(s);
	else
		is_good = take_word(s, S("true")) || take_word(s, S("false")) ||
			  take_word(s, S("null")) || take_number(s);
	json_skip_space(s);
	return is_good;
}

bool json_is_valid(struct str text, bool must_be_object, int depth)
{
	if (!text.p)
		return false;
	json_skip_space(&text);
	if (must_be_object && (text.n == 0 || text.p[0] != '{'))
		return false;
	return json_take_value(&text, depth) && text.n == 0;
}
