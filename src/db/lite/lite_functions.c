/* lite_functions.c -- functions that SQLite lacks and our statements use. */
#include "db/lite/lite.h"

#include "base/arena.h"
#include "base/parse.h"
#include "json/json.h"

/* now(): microseconds since 1970 UTC, the same all through a transaction. */
static void now(sqlite3_context *context, int n_args, sqlite3_value **args)
{
	const struct lite *lite = sqlite3_user_data(context);

	(void)n_args;
	(void)args;
	sqlite3_result_int64(context, lite->now);
}

static void uuid4(sqlite3_context *context, int n_args, sqlite3_value **args)
{
	char uuid[UUID_TEXT_LEN + 1];

	(void)n_args;
	(void)args;
	uuid_v4(uuid);
	sqlite3_result_text(context, uuid, UUID_TEXT_LEN, SQLITE_TRANSIENT);
}

static void uuid7(sqlite3_context *context, int n_args, sqlite3_value **args)
{
	char uuid[UUID_TEXT_LEN + 1];

	(void)n_args;
	(void)args;
	uuid_v7(clock_now(), uuid);
	sqlite3_result_text(context, uuid, UUID_TEXT_LEN, SQLITE_TRANSIENT);
}

static struct str text_of(sqlite3_value *value)
{
	const unsigned char *text = sqlite3_value_text(value);

	return (struct str){ (const char *)text, (size_t)sqlite3_value_bytes(value) };
}

struct place {
	sqlite3_context *context;
	struct str text, path;
};

static void find(void *arg)
{
	const struct place *place = arg;
	AUTO(arena) struct arena arena = { 0 };
	const struct str *path;
	struct str value;

	const size_t n = json_read_strings(place->path, &arena, &path);
	if (json_find(place->text, path, n, &value))
		sqlite3_result_text64(place->context, value.p, value.n, SQLITE_TRANSIENT,
				      SQLITE_UTF8);
}

/* json_at(text, path): what stands there, as it is written; the path is an array of strings.
 * SQLite's own functions lose digits of numbers, and do not find every key. */
static void json_at(sqlite3_context *context, int n_args, sqlite3_value **args)
{
	struct place place = { context, text_of(args[0]), text_of(args[1]) };

	(void)n_args;
	/* Frames of SQLite's are around this one. */
	if (!memory_try(find, &place))
		sqlite3_result_error_nomem(context);
}

/* json_holds(value, scalar): as of json.h. */
static void holds(sqlite3_context *context, int n_args, sqlite3_value **args)
{
	(void)n_args;
	sqlite3_result_int(context, json_holds(text_of(args[0]), text_of(args[1])));
}

static const struct function {
	const char *name;
	int n_args;
	void (*call)(sqlite3_context *context, int n_args, sqlite3_value **args);
} functions[] = {
	{ "now", 0, now },
	{ "uuid4", 0, uuid4 },
	{ "uuid7", 0, uuid7 },
	{ "json_at", 2, json_at },
	{ "json_holds", 2, holds },
};

int lite_add_functions(struct lite *lite)
{
	int rc = SQLITE_OK;

	/* Innocuous: a default or a trigger of the file may use them too. */
	for (size_t i = 0; i < ARRAY_LEN(functions) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(lite->db, functions[i].name,
						functions[i].n_args,
						SQLITE_UTF8 | SQLITE_INNOCUOUS, lite,
						functions[i].call, NULL, NULL, NULL);
	return rc;
}
