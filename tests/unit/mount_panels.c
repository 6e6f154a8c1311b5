/* mount_panels.c -- panels of a program: named, from files, and those that never come back. */
#include "unit.h"

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/mounted.h"

static bool give_up(void *arg, struct soniq_panel_out *out)
{
	const char *text = arg;

	soniq_panel_write(out, text, strlen(text));
	return false;
}

TEST(panels_have_one_name_each)
{
	struct soniq_dashboard *dashboard = open_one(NULL);
	struct soniq_error error = { 0 };
	char why[] = "because";

	assert_true(soniq_dashboard_add_panel(dashboard, "a", "A", give_up, why, &error));
	assert_false(soniq_dashboard_add_panel(dashboard, "a", "B", give_up, why, &error));
	assert_int_equal(error.status, 409);
	assert_false(soniq_dashboard_add_panel(dashboard, "A b", "B", give_up, why, &error));
	assert_int_equal(error.status, 422);
	assert_true(ask(dashboard, "/api/panels/a").status >= 400);
	soniq_dashboard_close(dashboard);
}

static sem_t is_there, is_wanted, is_back;

static bool sleep_long(void *arg, struct soniq_panel_out *out)
{
	(void)arg;
	sem_post(&is_there);
	sem_wait(&is_wanted);
	soniq_panel_write(out, "{}", 2);
	sem_post(&is_back);
	return true;
}

TEST(panels_of_files_are_there_too)
{
	char folder[] = "/tmp/soniq-panels-XXXXXX", path[64];

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/jobs.sql", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("-- title: Jobs\nSELECT count(*) AS n FROM soniq_jobs\n", file);
	fclose(file);
	const struct soniq_option options[] = {
		{ "database.url", mounted_db.options.sqlite_path },
		{ "dashboard.panels", folder },
		{ 0 },
	};
	struct soniq_dashboard *dashboard = open_with(options);

	unlink(path);
	rmdir(folder);
	assert_int_equal(ask(dashboard, "/api/panels/jobs").status, 200);
	soniq_dashboard_close(dashboard);
}

TEST(panels_that_do_not_come_back_hold_up_nothing_else)
{
	static const char *const ids[] = { "one", "two", "three", "four" };
	struct soniq_dashboard *dashboard = open_one(NULL);
	struct soniq_call *calls[ARRAY_LEN(ids)];
	char target[64];

	sem_init(&is_there, 0, 0);
	sem_init(&is_wanted, 0, 0);
	sem_init(&is_back, 0, 0);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		assert_true(
			soniq_dashboard_add_panel(dashboard, ids[i], "", sleep_long, NULL, NULL));
		snprintf(target, sizeof(target), "/api/panels/%s", ids[i]);
		calls[i] = begin(dashboard, target);
	}
	sem_wait(&is_there);
	assert_int_equal(ask(dashboard, "/api/queues").status, 200);
	assert_int_equal(ask(dashboard, "/api/jobs").status, 200);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		assert_int_equal(finish(calls[i]).status, 504);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		sem_post(&is_wanted);
	sem_wait(&is_back);
	sem_wait(&is_back);
	assert_int_equal(ask(dashboard, "/api/stats").status, 200);
	soniq_dashboard_close(dashboard);
}

/* Not freed, so that no sanitizer takes it for lost. */
static struct soniq_dashboard *left_behind;

TEST(a_panel_that_does_not_come_back_hurts_nobody)
{
	sem_init(&is_there, 0, 0);
	sem_init(&is_wanted, 0, 0);
	sem_init(&is_back, 0, 0);
	left_behind = open_one(NULL);
	assert_true(soniq_dashboard_add_panel(left_behind, "slow", "", sleep_long, NULL, NULL));
	struct soniq_call *call = begin(left_behind, "/api/panels/slow");
	sem_wait(&is_there);
	soniq_dashboard_close(left_behind);
	assert_true(soniq_call_wait(call, 0));
	soniq_call_free(call);
	sem_post(&is_wanted);
	sem_wait(&is_back);
	/* Long enough for its thread to touch whatever it would. */
	usleep(200 * 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panels_have_one_name_each),
		cmocka_unit_test(panels_of_files_are_there_too),
		cmocka_unit_test(panels_that_do_not_come_back_hold_up_nothing_else),
		cmocka_unit_test(a_panel_that_does_not_come_back_hurts_nobody),
	};

	return cmocka_run_group_tests(tests, mounted_make, mounted_drop);
}
