/* json_read.c -- JSON in: objects of known keys and small questions, through jansson. */
#include "json/json.h"

#include <math.h>

#undef json_null                /* the one of jansson, from here on */
#include <jansson.h>

#include "base/list.h"

#define TEXT_MAX ((size_t)64 * 1024)
#define STRINGS_TEXT_MAX ((size_t)1024 * 1024)

static const char *type_words(enum field_type type)
{
	switch (type) {
	case F_I64:
		return "a whole number";
	case F_F64:
		return "a number";
	case F_BOOL:
		return "true or false";
	default:
		return "a string";
	}
}

/* Errors of jansson quote the text; a body may hold a key that must not come back. */
static const char *reason(const json_error_t *at)
{
	switch (json_error_code(at)) {
	case json_error_duplicate_key:
		return "the JSON text has a key twice";
	case json_error_null_character:
		return "the JSON text has a NUL character in a string";
	case json_error_numeric_overflow:
		return "the JSON text has a number that is too large";
	default:
		return "the text is not JSON";
	}
}

static enum err_code read_value(const json_t *value, const struct json_want *want,
				struct arena *arena, struct err *err)
{
	if (want->type == F_STR && json_is_string(value)) {
		const struct str text = { json_string_value(value), json_string_length(value) };

		*(struct str *)want->out = str_copy(arena, text);
	} else if (want->type == F_I64 && json_is_integer(value)) {
		*(int64_t *)want->out = json_integer_value(value);
	} else if (want->type == F_F64 && json_is_number(value)) {
		*(double *)want->out = json_number_value(value);
	} else if (want->type == F_BOOL && json_is_boolean(value)) {
		*(int8_t *)want->out = json_is_true(value);
	} else {
		return err_param(err, want->key, "%s must be %s", want->key,
				 type_words(want->type));
	}
	return ERR_OK;
}

static const struct json_want *find_want(const struct json_want *wants, const char *key)
{
	while (wants->key && !str_eq(str_of(wants->key), str_of(key)))
		wants++;
	return wants->key ? wants : NULL;
}

static enum err_code check_keys(json_t *object, const struct json_want *wants, struct err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		const struct str head = str_head_utf8(str_of(key), sizeof(err->param) - 1);

		if (!find_want(wants, key))
			return err_param(err, key, "%.*s is not a key that is taken here",
					 STR_ARG(head));
	}
	return ERR_OK;
}

enum err_code json_read_object(struct str text, const struct json_want *wants,
			       struct arena *arena, struct err *err)
{
	json_error_t at;

	if (text.n > TEXT_MAX)
		return err_set(err, ERR_MALFORMED, "the JSON text is larger than 64 KiB");

	json_auto_t *root = json_loadb(text.p ? text.p : "", text.n,
				       JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &at);

	if (!root && json_error_code(&at) == json_error_out_of_memory)
		return err_set(err, ERR_BUSY, "there was not enough memory to read the body");
	if (!root)
		return err_set(err, ERR_MALFORMED, "%s (line %d, column %d)", reason(&at), at.line,
			       at.column);
	if (!json_is_object(root))
		return err_set(err, ERR_MALFORMED, "the JSON text is not an object");
	if (!json_is_valid(text, true, JSON_DEPTH_MAX))
		return err_set(err, ERR_MALFORMED, "the JSON text is nested deeper than %d",
			       JSON_DEPTH_MAX);
	TRY(check_keys(root, wants, err));

	for (; wants->key; wants++) {
		const json_t *value = json_object_get(root, wants->key);

		if (value && !json_is_null(value))
			TRY(read_value(value, wants, arena, err));
		else if (wants->is_required)
			return err_param(err, wants->key, "%s is missing", wants->key);
	}
	return ERR_OK;
}

/* jansson builds what it reads, so nothing large or deep from the database reaches it. */
static json_t *load_hostile(struct str text)
{
	if (text.n > STRINGS_TEXT_MAX || !json_is_valid(text, false, JSON_DEPTH_MAX))
		return NULL;
	return json_loadb(text.p, text.n, JSON_DECODE_ANY, NULL);
}

size_t json_read_strings(struct str text, struct arena *arena, const struct str **ret_items)
{
	json_auto_t *root = load_hostile(text);
	struct list items = list_new(arena, sizeof(struct str));
	size_t i;
	json_t *value;

	json_array_foreach(root, i, value) {
		const struct str item = { json_string_value(value), json_string_length(value) };

		if (json_is_string(value))
			*(struct str *)list_add(&items) = str_copy(arena, item);
	}
	*ret_items = items.items;
	return items.n;
}

double json_read_number(struct str text, const char *key)
{
	json_auto_t *root = load_hostile(text);
	const json_t *value = json_object_get(root, key);

	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}
