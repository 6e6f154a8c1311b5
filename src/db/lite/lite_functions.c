/* lite_functions.c -- functions that SQLite lacks and our statements use. */
#include "db/lite/lite.h"

#include "base/parse.h"

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

static const struct function {
	const char *name;
	void (*call)(sqlite3_context *context, int n_args, sqlite3_value **args);
} functions[] = {
	{ "now", now },
	{ "uuid4", uuid4 },
	{ "uuid7", uuid7 },
};

int lite_add_functions(struct lite *lite)
{
	int rc = SQLITE_OK;

	/* Innocuous: a default or a trigger of the file may use them too. */
	for (size_t i = 0; i < ARRAY_LEN(functions) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(lite->db, functions[i].name, 0,
						SQLITE_UTF8 | SQLITE_INNOCUOUS, lite,
						functions[i].call, NULL, NULL, NULL);
	return rc;
}
