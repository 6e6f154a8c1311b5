/* json_find.c -- one value out of a JSON text, and whether it is what was looked for. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/list.h"
#include "json/scan.h"

static void add_character(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_add_char(out, (char)c);
	} else if (c < 0x800) {
		buf_add_char(out, (char)(0xC0 | c >> 6));
		buf_add_char(out, (char)(0x80 | (c & 0x3F)));
	} else if (c < 0x10000) {
		buf_add_char(out, (char)(0xE0 | c >> 12));
		buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
		buf_add_char(out, (char)(0x80 | (c & 0x3F)));
	} else {
		buf_add_char(out, (char)(0xF0 | c >> 18));
		buf_add_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
		buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
		buf_add_char(out, (char)(0x80 | (c & 0x3F)));
	}
}

static uint32_t hex4(const char *p)
{
	char digits[5] = { p[0], p[1], p[2], p[3], '\0' };

	return (uint32_t)strtoul(digits, NULL, 16);
}

/* Behind a `\u`; how many bytes it took. Half of a pair alone is no character. */
static size_t add_escaped(struct buf *out, struct str s)
{
	const uint32_t c = hex4(s.p);
	const bool is_pair = (c & 0xFC00) == 0xD800 && s.n >= 10 && s.p[4] == '\\' &&
			     s.p[5] == 'u' && (hex4(s.p + 6) & 0xFC00) == 0xDC00;

	if (is_pair)
		add_character(out, 0x10000 + ((c & 0x3FF) << 10) + (hex4(s.p + 6) & 0x3FF));
	else
		add_character(out, (c & 0xF800) == 0xD800 ? 0xFFFD : c);
	return is_pair ? 10 : 4;
}

/* What a string says that was taken whole, quotes and all. */
static void add_said(struct buf *out, struct str string)
{
	static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";

	for (size_t i = 1; i + 1 < string.n; i++) {
		if (string.p[i] != '\\') {
			buf_add_char(out, string.p[i]);
			continue;
		}
		const char c = string.p[++i];
		const char *name = strchr(names, c);

		if (c == 'u')
			i += add_escaped(out, (struct str){ string.p + i + 1, string.n - i - 2 });
		else
			buf_add_char(out, name ? values[name - names] : c);
	}
}

static bool says(struct str string, struct str text)
{
	if (!memchr(string.p, '\\', string.n))
		return str_eq((struct str){ string.p + 1, string.n - 2 }, text);

	AUTO(buf) struct buf said = buf_new(string.n);
	add_said(&said, string);
	return str_eq(buf_str(&said), text);
}

/* ---- paths ---- */

/* From `at` up to where s is now, without the space around it. */
static struct str between(struct str at, const struct str *s)
{
	json_skip_space(&at);
	struct str value = { at.p, (size_t)(s->p - at.p) };

	while (value.n > 0 && strchr(" \n\r\t", value.p[value.n - 1]))
		value.n--;
	return value;
}

static bool find_member(struct str s, struct str key, struct str *ret)
{
	bool is_there = false;

	json_take(&s, '{');
	json_skip_space(&s);
	do {
		json_skip_space(&s);
		const struct str name_at = s;
		if (!json_take_string(&s))
			break;
		const struct str name = between(name_at, &s);
		json_skip_space(&s);
		json_take(&s, ':');
		const struct str at = s;
		if (!json_take_value(&s, JSON_RAW_DEPTH_MAX))
			return false;
		if (says(name, key)) {
			*ret = between(at, &s);
			is_there = true;
		}
	} while (json_take(&s, ','));
	return is_there;
}

struct str json_said(struct str value, struct arena *arena)
{
	if (value.n < 2 || value.p[0] != '"')
		return value;

	AUTO(buf) struct buf said = buf_new(value.n);
	add_said(&said, value);
	return str_copy(arena, buf_str(&said));
}

size_t json_names(struct str text, size_t max, struct arena *arena, const struct str **ret)
{
	struct list names = list_new(arena, sizeof(struct str));
	struct str s = text, whole = text;

	json_skip_space(&s);
	bool is_more = json_take_value(&whole, JSON_RAW_DEPTH_MAX) && json_take(&s, '{');
	while (is_more && names.n < max) {
		json_skip_space(&s);
		const struct str at = s;
		if (!json_take_string(&s))
			break;
		*(struct str *)list_add(&names) = json_said(between(at, &s), arena);
		json_skip_space(&s);
		json_take(&s, ':');
		is_more = json_take_value(&s, JSON_RAW_DEPTH_MAX) && json_take(&s, ',');
	}
	*ret = names.items;
	return names.n;
}

size_t json_items(struct str text, size_t max, struct arena *arena, const struct str **ret)
{
	struct list items = list_new(arena, sizeof(struct str));
	struct str s = text, whole = text;

	json_skip_space(&s);
	bool is_more = json_take_value(&whole, JSON_RAW_DEPTH_MAX) && json_take(&s, '[');
	while (is_more && items.n < max) {
		const struct str at = s;
		if (!json_take_value(&s, JSON_RAW_DEPTH_MAX))
			break;
		*(struct str *)list_add(&items) = between(at, &s);
		is_more = json_take(&s, ',');
	}
	*ret = items.items;
	return items.n;
}

static int64_t count_items(struct str s)
{
	int64_t n = 0;

	while (json_take_value(&s, JSON_RAW_DEPTH_MAX)) {
		n++;
		if (!json_take(&s, ','))
			break;
	}
	return n;
}

static bool find_item(struct str s, int64_t index, struct str *ret)
{
	json_take(&s, '[');
	if (index < 0)
		index += count_items(s);
	for (int64_t i = 0; index >= 0; i++) {
		const struct str at = s;

		if (!json_take_value(&s, JSON_RAW_DEPTH_MAX))
			return false;
		if (i == index) {
			*ret = between(at, &s);
			return true;
		}
		if (!json_take(&s, ','))
			return false;
	}
	return false;
}

/* As PostgreSQL reads an index. */
static bool read_index(struct str step, int64_t *ret)
{
	char copy[24], *end;

	if (step.n == 0 || step.n >= sizeof(copy) || memchr(step.p, '\0', step.n))
		return false;
	memcpy(copy, step.p, step.n);
	copy[step.n] = '\0';
	errno = 0;
	const long n = strtol(copy, &end, 10);
	*ret = n;
	return end != copy && *end == '\0' && errno == 0 && n >= INT_MIN && n <= INT_MAX;
}

static bool find_step(struct str value, struct str step, struct str *ret)
{
	int64_t index;

	if (value.n > 0 && value.p[0] == '{')
		return find_member(value, step, ret);
	return value.n > 0 && value.p[0] == '[' && read_index(step, &index) &&
	       find_item(value, index, ret);
}

bool json_find(struct str text, const struct str *path, size_t n, struct str *ret)
{
	struct str rest = text;

	if (!text.p || !json_take_value(&rest, JSON_RAW_DEPTH_MAX) || rest.n > 0)
		return false;
	struct str value = between(text, &rest);
	for (size_t i = 0; i < n; i++)
		if (!find_step(value, path[i], &value))
			return false;
	*ret = value;
	return true;
}

/* ---- equal scalars ---- */

#define DIGITS_MAX 1200
#define EXPONENT_MAX 1000000000000

/* digits * 10^exponent, without zeros at either end; nothing but the sign of 0 is lost. */
struct decimal {
	bool is_negative;
	bool is_too_long;
	size_t n;
	char digits[DIGITS_MAX];
	int64_t exponent;
};

static void add_digit(struct decimal *d, int64_t *n_zeros, char c)
{
	if (c == '0') {
		*n_zeros += d->n > 0;
		return;
	}
	if (*n_zeros + (int64_t)d->n + 1 > DIGITS_MAX) {
		d->is_too_long = true;
		return;
	}
	for (; *n_zeros > 0; --*n_zeros)
		d->digits[d->n++] = '0';
	d->digits[d->n++] = c;
}

static int64_t read_exponent(struct str s)
{
	const bool is_negative = s.n > 0 && s.p[0] == '-';
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9' && n < EXPONENT_MAX)
			n = n * 10 + (s.p[i] - '0');
	return is_negative ? -n : n;
}

static struct decimal decimal_of(struct str number)
{
	struct decimal d = { .is_negative = number.p[0] == '-' };
	int64_t n_zeros = 0, n_fraction = 0;
	bool is_fraction = false;
	size_t i = d.is_negative;

	for (; i < number.n && number.p[i] != 'e' && number.p[i] != 'E'; i++) {
		if (number.p[i] == '.') {
			is_fraction = true;
			continue;
		}
		add_digit(&d, &n_zeros, number.p[i]);
		n_fraction += is_fraction;
	}
	if (i < number.n)
		d.exponent = read_exponent((struct str){ number.p + i + 1, number.n - i - 1 });
	d.exponent += n_zeros - n_fraction;
	if (d.n == 0) {
		d.exponent = 0;
		d.is_negative = false;
	}
	return d;
}

static bool is_number(struct str s)
{
	return s.n > 0 && (s.p[0] == '-' || (s.p[0] >= '0' && s.p[0] <= '9'));
}

static bool numbers_equal(struct str a, struct str b)
{
	const struct decimal x = decimal_of(a), y = decimal_of(b);

	return !x.is_too_long && !y.is_too_long && x.is_negative == y.is_negative && x.n == y.n &&
	       x.exponent == y.exponent && memcmp(x.digits, y.digits, x.n) == 0;
}

static bool scalars_equal(struct str a, struct str b)
{
	if (is_number(a) && is_number(b))
		return numbers_equal(a, b);
	if (a.n == 0 || b.n == 0 || a.p[0] != '"' || b.p[0] != '"')
		return str_eq(a, b);

	AUTO(buf) struct buf said = buf_new(b.n);
	add_said(&said, b);
	return says(a, buf_str(&said));
}

bool json_holds(struct str value, struct str scalar)
{
	struct str item;

	if (value.n == 0 || scalar.n == 0)
		return false;
	if (value.p[0] != '[')
		return scalars_equal(value, scalar);
	json_take(&value, '[');
	do {
		const struct str at = value;

		if (!json_take_value(&value, JSON_RAW_DEPTH_MAX))
			return false;
		item = between(at, &value);
		if (scalars_equal(item, scalar))
			return true;
	} while (json_take(&value, ','));
	return false;
}
