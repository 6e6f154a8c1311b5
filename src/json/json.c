/* json.c -- JSON out: a streaming writer that places its own commas. */
#include "json/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD"

/* How a byte may stand inside a string. Most are plain: runs of them are copied as they are. */
enum { PLAIN, SPECIAL };

static const unsigned char byte_kinds[256] = {
	[0 ... 31] = SPECIAL, ['"'] = SPECIAL, ['\\'] = SPECIAL, [0x80 ... 0xFF] = SPECIAL,
};

/* What stands in place of the next n bytes; an empty text: they stay. */
struct special {
	size_t n;
	char text[8];
};

static struct special special_ascii(unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char letters[32] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};

	if (c == '"' || c == '\\')
		return (struct special){ 1, { '\\', (char)c } };
	if (c < 32 && letters[c])
		return (struct special){ 1, { '\\', letters[c] } };
	return (struct special){ 1, { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] } };
}

static struct special special_next(struct str s)
{
	uint32_t c;
	const size_t n = str_utf8_char(s, &c);

	if (n == 0)
		return (struct special){ 1, REPLACEMENT };
	if (n == 1)
		return special_ascii((unsigned char)c);
	return (struct special){ n, "" };
}

static void add_quoted(struct buf *out, struct str s)
{
	size_t begin = 0;
	size_t at = 0;

	buf_add_char(out, '"');
	while (at < s.n) {
		if (byte_kinds[(unsigned char)s.p[at]] == PLAIN) {
			at++;
			continue;
		}

		const struct special x = special_next((struct str){ s.p + at, s.n - at });

		if (x.text[0]) {
			buf_add(out, s.p + begin, at - begin);
			buf_add_text(out, x.text);
			begin = at + x.n;
		}
		at += x.n;
	}
	if (at > begin)
		buf_add(out, s.p + begin, at - begin);
	buf_add_char(out, '"');
}

struct json json_new(struct buf *out)
{
	return (struct json){ .out = out };
}

static void begin_value(struct json *j)
{
	assert(j->after_key == j->is_object[j->depth]);
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->has_items[j->depth]) {
		assert(j->depth > 0);
		buf_add_char(j->out, ',');
	}
	j->has_items[j->depth] = true;
}

static void begin_inner(struct json *j, char bracket)
{
	begin_value(j);
	assert(j->depth < JSON_DEPTH_MAX);
	buf_add_char(j->out, bracket);
	j->depth++;
	j->is_object[j->depth] = bracket == '{';
	j->has_items[j->depth] = false;
}

static void end_inner(struct json *j, char bracket)
{
	assert(j->depth > 0 && !j->after_key && j->is_object[j->depth] == (bracket == '}'));
	buf_add_char(j->out, bracket);
	j->depth--;
}

void json_open_object(struct json *j)
{
	begin_inner(j, '{');
}

void json_close_object(struct json *j)
{
	end_inner(j, '}');
}

void json_open_array(struct json *j)
{
	begin_inner(j, '[');
}

void json_close_array(struct json *j)
{
	end_inner(j, ']');
}

void json_key(struct json *j, const char *key)
{
	assert(j->is_object[j->depth] && !j->after_key);
	if (j->has_items[j->depth])
		buf_add_char(j->out, ',');
	j->has_items[j->depth] = true;
	add_quoted(j->out, str_of(key));
	buf_add_char(j->out, ':');
	j->after_key = true;
}

static void add_value(struct json *j, struct str text)
{
	begin_value(j);
	buf_add_str(j->out, text);
}

void json_null(struct json *j)
{
	add_value(j, S("null"));
}

void json_bool(struct json *j, bool value)
{
	add_value(j, value ? S("true") : S("false"));
}

void json_i64(struct json *j, int64_t value)
{
	if (value == I64_NULL) {
		json_null(j);
		return;
	}
	begin_value(j);
	buf_add_i64(j->out, value);
}

void json_f64(struct json *j, double value)
{
	const double exact = 1e15;              /* whole numbers below need no digits sought */
	char text[40];
	int n = 0;

	if (!isfinite(value)) {
		json_null(j);
		return;
	}
	if (fabs(value) < exact && trunc(value) == value) {
		json_i64(j, (int64_t)value);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	add_value(j, (struct str){ text, (size_t)n });
}

void json_str(struct json *j, struct str value)
{
	if (!value.p) {
		json_null(j);
		return;
	}
	begin_value(j);
	add_quoted(j->out, value);
}

void json_text(struct json *j, const char *value)
{
	json_str(j, str_of(value));
}

void json_time(struct json *j, usec_t value)
{
	char text[TIME_TEXT_MAX + 2] = "\"";

	if (value == TIME_NULL) {
		json_null(j);
		return;
	}

	char time[TIME_TEXT_MAX];
	const size_t n = time_format(value, time);

	memcpy(text + 1, time, n);
	text[n + 1] = '"';
	add_value(j, (struct str){ text, n + 2 });
}

/* Of a text that is JSON: brackets inside of strings do not count. */
static bool is_too_deep(struct str s)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];

		if (c == '"')
			in_string = !in_string;
		else if (in_string)
			i += c == '\\';
		else if (c == '[' || c == '{')
			depth++;
		else if (c == ']' || c == '}')
			depth--;
		if (depth > JSON_RAW_DEPTH_MAX)
			return true;
	}
	return false;
}

void json_raw(struct json *j, struct str value)
{
	if (value.n == 0)
		json_null(j);
	else if (value.n > JSON_RAW_DEPTH_MAX && is_too_deep(value))
		json_str(j, value);
	else
		add_value(j, value);
}

static void add_member(struct json *j, enum field_type type, const void *member)
{
	switch (type) {
	case F_I64:
		json_i64(j, *(const int64_t *)member);
		break;
	case F_F64:
		json_f64(j, *(const double *)member);
		break;
	case F_BOOL:
		if (*(const int8_t *)member < 0)
			json_null(j);
		else
			json_bool(j, *(const int8_t *)member);
		break;
	case F_TIME:
		json_time(j, *(const usec_t *)member);
		break;
	case F_STR:
		json_str(j, *(const struct str *)member);
		break;
	case F_JSON:
		json_raw(j, *(const struct str *)member);
		break;
	}
}

void json_fields(struct json *j, const struct record *record, const void *object)
{
	for (const struct field *field = record->fields; field->name; field++) {
		if (field->flags & FIELD_HIDDEN)
			continue;
		json_key(j, field->name);
		add_member(j, field->type, (const char *)object + field->offset);
	}
}

void json_record(struct json *j, const struct record *record, const void *object)
{
	json_open_object(j);
	json_fields(j, record, object);
	json_close_object(j);
}

void json_texts(struct json *j, const char *key, const char *const *texts)
{
	json_key(j, key);
	json_open_array(j);
	for (; *texts; texts++)
		json_text(j, *texts);
	json_close_array(j);
}

void json_list(struct json *j, const char *key, const struct record *record,
	       const struct list *list)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < list->n; i++)
		json_record(j, record, (const char *)list->items + i * list->item_size);
	json_close_array(j);
}
