/* mounted.c -- opening a dashboard, and taking answers of it to their end. */
#include "support/mounted.h"

#include <stdio.h>
#include <string.h>

#include "store/setup.h"
#include "unit/unit.h"

struct test_db mounted_db;

static const struct soniq_header headers[] = {
	{ "Host", "localhost" }, { "X-Soniq-Request", "1" }, { "Accept", "*/*" },
};

struct soniq_request request_of(const char *target)
{
	return (struct soniq_request){
		.method = "GET", .target = target, .headers = headers,
		.n_headers = ARRAY_LEN(headers), .role = SONIQ_ROLE_ADMIN,
	};
}

struct soniq_call *begin(struct soniq_dashboard *dashboard, const char *target)
{
	const struct soniq_request request = request_of(target);

	return soniq_call_begin(dashboard, &request);
}

struct soniq_dashboard *open_with(const struct soniq_option *options)
{
	struct soniq_error error = { 0 };
	struct soniq_dashboard *dashboard = soniq_dashboard_open(options, NULL, &error);

	if (!dashboard)
		print_error("%s\n", error.message);
	assert_non_null(dashboard);
	return dashboard;
}

struct soniq_dashboard *open_one(const char *write)
{
	const struct soniq_option options[] = {
		{ "database.url", mounted_db.options.sqlite_path },
		{ "dashboard.write_enabled", write },
		{ 0 },
	};

	return open_with(options);
}

static void take_head(const struct soniq_piece *piece, struct got *got)
{
	got->status = piece->status;
	for (size_t i = 0; i < piece->n_headers; i++)
		if (strcmp(piece->headers[i].name, "Soniq-Instance") == 0)
			snprintf(got->instance, sizeof(got->instance), "%s",
				 piece->headers[i].value);
}

bool take_all(struct soniq_call *call, struct got *got)
{
	struct soniq_piece piece;

	for (;;) {
		const enum soniq_part part = soniq_call_take(call, &piece);
		if (part == SONIQ_PART_HEAD)
			take_head(&piece, got);
		if (part == SONIQ_PART_BODY)
			got->body_n += piece.body_n;
		got->end = part;
		if (part == SONIQ_PART_NOTHING)
			return false;
		if (part == SONIQ_PART_END || part == SONIQ_PART_BROKEN)
			return true;
	}
}

struct got finish(struct soniq_call *call)
{
	struct got got = { 0 };

	while (!take_all(call, &got))
		assert_true(soniq_call_wait(call, PATIENCE_MS));
	soniq_call_free(call);
	return got;
}

struct got ask(struct soniq_dashboard *dashboard, const char *target)
{
	return finish(begin(dashboard, target));
}

int mounted_make(void **state)
{
	AUTO(arena) struct arena arena = { 0 };
	struct setup_result result;
	struct err err = { 0 };

	(void)state;
	if (!test_db_make(BACKEND_LITE, &mounted_db))
		return 1;
	return store_setup(&mounted_db.options, &arena, &result, &err) == ERR_OK ? 0 : 1;
}

int mounted_drop(void **state)
{
	(void)state;
	test_db_drop(&mounted_db);
	return 0;
}
