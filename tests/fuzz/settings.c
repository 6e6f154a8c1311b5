/* settings.c -- a .env file: nothing in it crashes, leaks a secret, or leaves its range. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The value of one setting, whatever its type. */
union value {
	int64_t number;
	double real;
	bool truth;
	const char *text;
};

static void check_range(const struct setting *row, int64_t value,
			bool (*parse)(struct str, int64_t *))
{
	int64_t bound;

	if (row->also && value == 0)
		return;
	assert(!row->min || (parse(str_of(row->min), &bound) && value >= bound));
	assert(!row->max || (parse(str_of(row->max), &bound) && value <= bound));
}

static void check_real(const struct setting *row, double value)
{
	double bound;

	assert(!row->min || (parse_f64(str_of(row->min), &bound) && value >= bound));
	assert(!row->max || (parse_f64(str_of(row->max), &bound) && value <= bound));
}

static void check_value(const struct setting *row, const union value *value)
{
	if (row->type == S_INT)
		check_range(row, value->number, parse_i64);
	else if (row->type == S_NUMBER)
		check_real(row, value->real);
	else if (row->type == S_DURATION)
		check_range(row, value->number, parse_duration);
	else if (row->type == S_TEXT && value->text)
		check_range(row, (int64_t)strlen(value->text), parse_i64);
	else if (row->type == S_LIST)
		assert(!value->text || (value->text[0] && value->text[0] != ','));
	else if (row->type == S_CHOICE)
		assert(strstr(row->choices, value->text));
}

/* The message about a bad secret is the same for all of them: so nothing of it is in there. */
static void check_private(const struct setting *row, const struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	union value value = { 0 };
	struct err other = { 0 };

	assert(conf_parse_value(row, row->is_secret ? "x" : " ", &arena, &value, &other));
	assert(strcmp(err->msg, other.msg) == 0);
}

static void parse_as(const struct setting *row, const char *text, struct arena *arena)
{
	union value value = { 0 };
	struct err err = { 0 };
	const enum err_code code = conf_parse_value(row, text, arena, &value, &err);

	assert(code == err.code && (code == ERR_OK || code == ERR_INVALID));
	if (code == ERR_OK) {
		check_value(row, &value);
		return;
	}
	assert(strcmp(err.param, row->name) == 0);
	assert(strlen(err.msg) < sizeof(err.msg) - 1);
	if (row->is_secret || row->type == S_URL)
		check_private(row, &err);
}

/* The text as a part of a password, in each place where one can stand. */
static void check_labels(const char *text, struct arena *arena)
{
	static const char mark[] = "Qx7-hush";
	const char *const urls[] = {
		arena_printf(arena, "postgresql://user:%s%s%s@host/db", mark, text, mark),
		arena_printf(arena, "postgresql://host/db?password=%s%s", mark, text),
		arena_printf(arena, "host=h password=%s%s", mark, text),
		arena_printf(arena, "password='%s%s' user=u", mark, text),
		arena_printf(arena, "sqlite://user:%s%s@host/x.db", mark, text),
		arena_printf(arena, "user:%s%s@host/x.db", mark, text),
	};

	assert(strlen(conf_url_label(text, arena)) <= strlen(text) + 64);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		assert(!strstr(conf_url_label(urls[i], arena), mark));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str text = { (const char *)data, size };
	const struct conf_flag *pairs = NULL;

	if (size > 1 << 16)
		return 0;

	const size_t n = conf_parse_env(text, &arena, &pairs);

	assert(n <= size / 2);
	for (size_t i = 0; i < n && i < 64; i++) {
		assert(pairs[i].name[0] && !strpbrk(pairs[i].name, "= \t\r\n#'\""));
		for (const struct setting *row = settings_table; row->name; row++)
			parse_as(row, pairs[i].text, &arena);
		check_labels(pairs[i].text, &arena);
	}
	return 0;
}
