/* json.c -- JSON in: no text crashes the readers, and what they take they agree on. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX ((size_t)1 << 20)

/* The wants of all the write endpoints together. */
static void read_object(struct str text, struct arena *arena)
{
	struct str api_key = STR_NULL, queue = STR_NULL;
	int64_t limit = -7;
	int8_t force = -1;
	double factor = 0.25;
	const struct json_want wants[] = {
		{ "api_key", F_STR, true, &api_key }, { "queue", F_STR, false, &queue },
		{ "limit", F_I64, false, &limit },    { "force", F_BOOL, false, &force },
		{ "factor", F_F64, false, &factor },  { NULL, F_STR, false, NULL },
	};
	struct err err = { 0 };
	const enum err_code code = json_read_object(text, wants, arena, &err);

	assert(code == err.code);
	assert(code == ERR_OK || code == ERR_MALFORMED || code == ERR_INVALID);
	assert((code == ERR_OK) == (err.msg[0] == '\0'));
	assert(code == ERR_INVALID || err.param[0] == '\0');
	assert(str_is_utf8(str_of(err.msg)));
	if (code != ERR_OK)
		return;
	assert(json_is_valid(text, true, JSON_DEPTH_MAX));
	assert(api_key.p && str_is_utf8(api_key) && !memchr(api_key.p, '\0', api_key.n));
	assert(force >= -1 && force <= 1);
	assert(isfinite(factor));
}

/* Whatever the bytes, the writer makes JSON of them; and what is UTF-8 comes back unchanged. */
static void write_and_read(struct str text, struct arena *arena)
{
	AUTO(buf) struct buf out = buf_new(8 * TEXT_MAX);
	struct json j = json_new(&out);
	const struct str *items = NULL;

	json_open_array(&j);
	json_str(&j, text);
	json_close_array(&j);
	assert(!out.has_failed);
	assert(json_is_valid(buf_str(&out), false, 1));
	if (!str_is_utf8(text) || out.n > TEXT_MAX)
		return;
	assert(json_read_strings(buf_str(&out), arena, &items) == 1);
	assert(str_eq(items[0], text));
}

static void ask_small_questions(struct str text, struct arena *arena)
{
	const struct str *items = NULL;
	const size_t n = json_read_strings(text, arena, &items);

	for (size_t i = 0; i < n; i++)
		assert(items[i].p && str_is_utf8((struct str){ items[i].p, strlen(items[i].p) }));
	assert(n == 0 || json_is_valid(text, false, JSON_DEPTH_MAX));
	assert(isnan(json_read_number(text, "limit")) ||
	       json_is_valid(text, true, JSON_DEPTH_MAX));
	for (int depth = 0; depth < 4; depth++)
		assert(!json_is_valid(text, false, depth) || json_is_valid(text, false, depth + 1));
}

static void show(struct str text)
{
	AUTO(buf) struct buf out = buf_new(16 * TEXT_MAX);

	text_add_visible(&out, text);
	for (size_t i = 0; i < out.n; i++)
		assert((unsigned char)out.p[i] >= ' ' && out.p[i] != 0x7F);
	assert(str_is_utf8(buf_str(&out)));
	buf_reset(&out);
	text_add_cell(&out, text, 20);
	assert(text_columns(buf_str(&out)) <= 20);
	buf_reset(&out);
	text_add_csv(&out, text);
	assert(str_is_utf8(buf_str(&out)));
}

/* Times are read from rows as JSON is; what was read is written and read again. */
static void read_time(struct str text)
{
	char out[TIME_TEXT_MAX];
	usec_t t, again;

	if (!time_parse(text, &t))
		return;

	const size_t n = time_format(t, out);

	assert(n < sizeof(out) && time_parse((struct str){ out, n }, &again) && again == t);
	assert(duration_format(t, out) < sizeof(out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str text = { (const char *)data, size };

	if (size > TEXT_MAX || !data)
		return 0;
	read_object(text, &arena);
	write_and_read(text, &arena);
	ask_small_questions(text, &arena);
	show(text);
	read_time(text);
	return 0;
}
