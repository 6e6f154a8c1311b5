/* conf_value.c -- one setting's text into its typed value. */
#include "conf/conf.h"

#include <assert.h>
#include <math.h>

#include "base/macros.h"
#include "base/parse.h"
#include "base/record.h"
#include "conf/conf_value.h"
#include "json/json.h"

#define EXPECTED_MAX 400
#define LIST_TEXT_MAX ((size_t)64 * 1024)
/* Shown of a value that is not acceptable. */
#define SHOWN_MAX 60

/* Each gives false when the text is not acceptable; the message is the same for all. */
typedef bool (*parse_fn)(const struct setting *setting, struct str text, struct arena *arena,
			 void *out);

static bool is_within(int64_t value, const struct setting *setting,
		      bool (*parse)(struct str, int64_t *))
{
	int64_t bound;

	if (setting->min && parse(str_of(setting->min), &bound) && value < bound)
		return false;
	return !setting->max || !parse(str_of(setting->max), &bound) || value <= bound;
}

static bool parse_text(const struct setting *setting, struct str text, struct arena *arena,
		       void *out)
{
	if (!is_within((int64_t)text.n, setting, parse_i64))
		return false;
	*(const char **)out = str_cstr(arena, text);
	return true;
}

/* It is shown to people: one line, no control bytes. */
static bool parse_name(const struct setting *setting, struct str text, struct arena *arena,
		       void *out)
{
	int64_t n = 0;

	text = str_trim(text);
	if (!str_is_utf8(text))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		const unsigned char c = (unsigned char)text.p[i];
		if (c < ' ' || c == 0x7f)
			return false;
		n += (c & 0xC0) != 0x80;
	}
	if (!is_within(n, setting, parse_i64))
		return false;
	*(const char **)out = str_cstr(arena, text);
	return true;
}

static bool parse_int(const struct setting *setting, struct str text,
		      struct arena *arena UNUSED, void *out)
{
	int64_t value;

	if (!parse_i64(text, &value) || !is_within(value, setting, parse_i64))
		return false;
	*(int64_t *)out = value;
	return true;
}

static bool parse_number(const struct setting *setting, struct str text,
			 struct arena *arena UNUSED, void *out)
{
	double value, bound;

	if (!parse_f64(text, &value))
		return false;
	if (setting->min && parse_f64(str_of(setting->min), &bound) && value < bound)
		return false;
	if (setting->max && parse_f64(str_of(setting->max), &bound) && value > bound)
		return false;
	*(double *)out = value;
	return true;
}

static bool parse_truth(const struct setting *setting UNUSED, struct str text,
			struct arena *arena UNUSED, void *out)
{
	return parse_bool(text, out);
}

static bool parse_time(const struct setting *setting, struct str text,
		       struct arena *arena UNUSED, void *out)
{
	usec_t value;

	if (setting->also && str_eq(text, str_of(setting->also))) {
		*(usec_t *)out = 0;
		return true;
	}
	if (!parse_duration(text, &value) || !is_within(value, setting, parse_duration))
		return false;
	*(usec_t *)out = value;
	return true;
}

static void add_item(struct buf *list, struct str item)
{
	item = str_trim(item);
	if (item.n == 0)
		return;
	if (list->n > 0)
		buf_add_char(list, ',');
	buf_add_str(list, item);
}

/* A JSON array cannot hold a text with a comma: the list that is kept could not say so. */
static bool add_json_items(struct buf *list, struct str text, struct arena *arena)
{
	const struct str *items;
	const size_t n = json_read_strings(text, arena, &items);

	for (size_t i = 0; i < n; i++) {
		if (items[i].n > 0 && memchr(items[i].p, ',', items[i].n))
			return false;
		add_item(list, items[i]);
	}
	return n > 0 || str_eq(text, S("[]"));
}

static bool parse_list(const struct setting *setting UNUSED, struct str text,
		       struct arena *arena, void *out)
{
	AUTO(buf) struct buf list = buf_new(LIST_TEXT_MAX);
	struct str item;

	text = str_trim(text);
	/* "[::1]" begins like an array, but is a host. */
	if (str_starts(text, S("[")) && json_is_valid(text, false, 1)) {
		if (!add_json_items(&list, text, arena))
			return false;
	} else {
		while (str_cut(&text, ',', &item))
			add_item(&list, item);
	}
	if (list.has_failed)
		return false;
	*(const char **)out = list.n > 0 ? str_cstr(arena, buf_str(&list)) : NULL;
	return true;
}

static bool parse_choice(const struct setting *setting, struct str text, struct arena *arena,
			 void *out)
{
	struct str choices = str_of(setting->choices);
	struct str choice;

	while (str_cut(&choices, '|', &choice)) {
		if (str_eq_nocase(choice, text)) {
			*(const char **)out = str_cstr(arena, choice);
			return true;
		}
	}
	return false;
}

static bool parse_json(const struct setting *setting UNUSED, struct str text,
		       struct arena *arena, void *out)
{
	if (!json_is_valid(text, true, JSON_DEPTH_MAX))
		return false;
	*(const char **)out = str_cstr(arena, text);
	return true;
}

static bool parse_url(const struct setting *setting UNUSED, struct str text,
		      struct arena *arena, void *out)
{
	if (str_trim(text).n == 0)
		return false;
	*(const char **)out = str_cstr(arena, str_trim(text));
	return true;
}

static const struct {
	parse_fn parse;
	const char *words;
} types[SETTING_TYPE__COUNT] = {
	[S_TEXT] = { parse_text, "a text" },
	[S_INT] = { parse_int, "a whole number" },
	[S_NUMBER] = { parse_number, "a number" },
	[S_BOOL] = { parse_truth, "true or false (also 1/0, yes/no, on/off)" },
	[S_DURATION] = { parse_time,
			 "a number of seconds, or a number with us, ms, s, m, h or d," },
	[S_LIST] = { parse_list, "a list separated by commas, or a JSON array of strings" },
	[S_CHOICE] = { parse_choice, "one of" },
	[S_JSON] = { parse_json, "a JSON object" },
	[S_URL] = { parse_url, "a database URL" },
	[S_NAME] = { parse_name, "a text of one line" },
};

void conf_add_expected(struct buf *out, const struct setting *setting)
{
	const char *unit = setting->type == S_TEXT   ? " bytes"
			   : setting->type == S_NAME ? " characters"
						     : "";
	struct str choices = str_of(setting->choices);
	struct str choice;
	const char *before = " ";

	buf_add_text(out, types[setting->type].words);
	for (; str_cut(&choices, '|', &choice); before = ", ")
		buf_printf(out, "%s%.*s", before, STR_ARG(choice));
	if (setting->min && setting->max)
		buf_printf(out, " from %s to %s%s", setting->min, setting->max, unit);
	else if (setting->min)
		buf_printf(out, " of at least %s%s", setting->min, unit);
	if (setting->also)
		buf_printf(out, ", or %s", setting->also);
}

static enum err_code refuse(const struct setting *setting, struct str text, struct err *err)
{
	const bool is_private = setting->is_secret || setting->type == S_URL;
	const struct str shown = str_head_utf8(text, SHOWN_MAX);
	AUTO(buf) struct buf expected = buf_new(EXPECTED_MAX);

	conf_add_expected(&expected, setting);
	if (is_private)
		return err_param(err, setting->name, "%s (%s) must be %s", setting->name,
				 setting->env, buf_cstr(&expected));
	return err_param(err, setting->name, "%s (%s) must be %s, not \"%.*s%s\"", setting->name,
			 setting->env, buf_cstr(&expected), STR_ARG(shown),
			 shown.n < text.n ? "..." : "");
}

static void set_unset(const struct setting *setting, void *out)
{
	switch (setting->type) {
	case S_INT:
		*(int64_t *)out = I64_NULL;
		break;
	case S_NUMBER:
		*(double *)out = NAN;
		break;
	case S_DURATION:
		*(usec_t *)out = TIME_NULL;
		break;
	case S_BOOL:
		*(bool *)out = false;
		break;
	default:
		*(const char **)out = NULL;
		break;
	}
}

enum err_code conf_parse_value(const struct setting *setting, const char *text,
			       struct arena *arena, void *out, struct err *err)
{
	struct str given = str_of(text);

	assert(setting->type < SETTING_TYPE__COUNT);
	if (setting->is_secret)
		given = str_trim(given);
	if (!given.p || (setting->is_secret && given.n == 0)) {
		set_unset(setting, out);
		return ERR_OK;
	}
	if (!types[setting->type].parse(setting, given, arena, out))
		return refuse(setting, given, err);
	return ERR_OK;
}
