/* conf.c -- where the settings come from, and what people see of them. */
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/record.h"
#include "conf/conf.h"

extern char **environ;

static char folder[] = "/tmp/soniq-conf-XXXXXX";
static char env_file[sizeof(folder) + 16];

static int make_folder(void **state UNUSED)
{
	if (!mkdtemp(folder))
		return -1;
	snprintf(env_file, sizeof(env_file), "%s/env", folder);
	return 0;
}

static int remove_folder(void **state UNUSED)
{
	return rmdir(folder);
}

/* Each test begins without a setting in the environment and without a file. */
static int clean(void **state UNUSED)
{
	for (const struct setting *row = settings_table; row->name; row++)
		unsetenv(row->env);
	unsetenv("soniq_priority");
	unlink(env_file);
	return 0;
}

static void given_file(const char *text)
{
	FILE *file = fopen(env_file, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void load(struct conf *conf, const struct conf_flag *flags)
{
	struct err err = { 0 };

	if (conf_load(conf, flags, env_file, &err) != ERR_OK)
		fail_msg("%s", err.msg);
}

static void check_refused(const struct conf_flag *flags, const char *param, const char *msg)
{
	AUTO(conf) struct conf conf = { 0 };
	struct err err = { 0 };

	assert_int_equal(conf_load(&conf, flags, env_file, &err), ERR_INVALID);
	CHECK_TEXT(err.param, param);
	CHECK_TEXT(err.msg, msg);
}

static enum setting_source source_of(const struct conf *conf, const char *name)
{
	return conf->sources[conf_setting(name) - settings_table];
}

TEST(defaults_are_those_of_the_python_project)
{
	AUTO(conf) struct conf conf = { 0 };

	load(&conf, NULL);
	CHECK_TEXT(conf.values.database.url, "postgresql://postgres@localhost/soniq");
	CHECK_TEXT(conf.values.dashboard.host, "127.0.0.1");
	assert_int_equal(conf.values.dashboard.port, 6161);
	assert_false(conf.values.dashboard.write_enabled);
	assert_null(conf.values.dashboard.api_key);
	assert_null(conf.values.dashboard.allowed_hosts);
	assert_true(conf.values.dashboard.statement_timeout == 3 * SECOND);
	CHECK_TEXT(conf.values.queue.queues, "default");
	assert_true(conf.values.queue.heartbeat_timeout == 5 * MINUTE);
	assert_true(conf.values.queue.job_timeout == 5 * MINUTE);
	assert_true(conf.values.queue.sync_handler_grace == TIME_NULL);
	assert_true(conf.values.queue.snooze_max == DAY);
	assert_int_equal(conf.values.queue.result_ttl, 300);
	CHECK_TEXT(conf.values.queue.route_map, "{}");
	assert_null(conf.env_file);
	for (size_t i = 0; settings_table[i].name; i++)
		assert_int_equal(conf.sources[i], FROM_DEFAULT);
}

TEST(a_flag_beats_the_environment_which_beats_the_file)
{
	static const struct conf_flag flags[] = { { "dashboard.port", "3" }, { NULL, NULL } };
	AUTO(conf) struct conf conf = { 0 };

	given_file("SONIQ_DASHBOARD_PORT=1\nSONIQ_PRIORITY=11\nSONIQ_MAX_RETRIES=1\n");
	setenv("SONIQ_DASHBOARD_PORT", "2", 1);
	setenv("SONIQ_PRIORITY", "22", 1);
	load(&conf, flags);
	assert_int_equal(conf.values.dashboard.port, 3);
	assert_int_equal(source_of(&conf, "dashboard.port"), FROM_FLAG);
	assert_int_equal(conf.values.queue.priority, 22);
	assert_int_equal(source_of(&conf, "queue.priority"), FROM_ENV);
	assert_int_equal(conf.values.queue.max_retries, 1);
	assert_int_equal(source_of(&conf, "queue.max_retries"), FROM_FILE);
	CHECK_TEXT(conf.env_file, env_file);
	CHECK_TEXT(conf_source_name(FROM_ENV), "environment");
}

TEST(names_are_taken_in_any_case)
{
	AUTO(conf) struct conf conf = { 0 };

	given_file("soniq_max_retries=7\n");
	setenv("soniq_priority", "44", 1);
	load(&conf, NULL);
	assert_int_equal(conf.values.queue.max_retries, 7);
	assert_int_equal(conf.values.queue.priority, 44);
}

TEST(the_last_of_equal_names_in_the_file_counts)
{
	AUTO(conf) struct conf conf = { 0 };

	given_file("SONIQ_PRIORITY=1\nsoniq_priority=2\n");
	load(&conf, NULL);
	assert_int_equal(conf.values.queue.priority, 2);
}

TEST(an_empty_value_counts_as_unset)
{
	AUTO(conf) struct conf conf = { 0 };

	given_file("SONIQ_MAX_RETRIES=\nSONIQ_PRIORITY=5\nSONIQ_DASHBOARD_API_KEY=\"  \"\n");
	setenv("SONIQ_JOB_TIMEOUT", "", 1);
	setenv("SONIQ_PRIORITY", "", 1);
	load(&conf, NULL);
	assert_int_equal(conf.values.queue.max_retries, 3);
	assert_int_equal(conf.values.queue.priority, 5);
	assert_int_equal(source_of(&conf, "queue.priority"), FROM_FILE);
	assert_true(conf.values.queue.job_timeout == 5 * MINUTE);
	assert_null(conf.values.dashboard.api_key);
}

TEST(an_empty_flag_is_not_acceptable)
{
	static const struct conf_flag flags[] = { { "dashboard.host", "" }, { NULL, NULL } };

	check_refused(flags, "dashboard.host",
		      "--host: dashboard.host (SONIQ_DASHBOARD_HOST) must be a text from 1 to 255 "
		      "bytes, not \"\"");
}

TEST(a_bad_value_names_setting_place_and_range)
{
	static const struct conf_flag flags[] = { { "dashboard.port", "65536" }, { NULL, NULL } };

	check_refused(flags, "dashboard.port",
		      "--port: dashboard.port (SONIQ_DASHBOARD_PORT) must be a whole number from 0 "
		      "to 65535, not \"65536\"");
	setenv("SONIQ_LOG_LEVEL", "LOUD", 1);
	check_refused(NULL, "queue.log_level",
		      "environment: queue.log_level (SONIQ_LOG_LEVEL) must be one of DEBUG, INFO, "
		      "WARNING, ERROR, CRITICAL, not \"LOUD\"");
	unsetenv("SONIQ_LOG_LEVEL");
	given_file("SONIQ_DEBUG=perhaps\n");

	char want[300];

	snprintf(want, sizeof(want),
		 "%s: queue.debug (SONIQ_DEBUG) must be true or false (also 1/0, yes/no, on/off), "
		 "not \"perhaps\"",
		 env_file);
	check_refused(NULL, "queue.debug", want);
}

TEST(a_secret_is_never_repeated)
{
	AUTO(conf) struct conf conf = { 0 };
	AUTO(arena) struct arena arena = { 0 };

	setenv("SONIQ_DASHBOARD_API_KEY", "too-short", 1);
	check_refused(NULL, "dashboard.api_key",
		      "environment: dashboard.api_key (SONIQ_DASHBOARD_API_KEY) must be a text "
		      "from 16 to 1024 bytes");
	setenv("SONIQ_DASHBOARD_API_KEY", " sixteen-bytes-16 ", 1);
	load(&conf, NULL);
	CHECK_TEXT(conf.values.dashboard.api_key, "sixteen-bytes-16");
	CHECK_TEXT(conf_show(&conf, conf_setting("dashboard.api_key"), &arena), "(set)");
}

TEST(values_are_shown_as_they_were_given)
{
	AUTO(conf) struct conf conf = { 0 };
	AUTO(arena) struct arena arena = { 0 };

	setenv("SONIQ_DATABASE_URL", "postgresql://me:hush@db/soniq", 1);
	setenv("SONIQ_POLL_INTERVAL", "90ms", 1);
	check_refused(NULL, "queue.poll_interval",
		      "environment: queue.poll_interval (SONIQ_POLL_INTERVAL) must be a number of "
		      "seconds, or a number with us, ms, s, m, h or d, from 0.1 to 60, "
		      "not \"90ms\"");
	setenv("SONIQ_POLL_INTERVAL", "900ms", 1);
	load(&conf, NULL);
	CHECK_TEXT(conf.values.database.url, "postgresql://me:hush@db/soniq");
	CHECK_TEXT(conf_show(&conf, conf_setting("database.url"), &arena),
		   "postgresql://me@db/soniq");
	CHECK_TEXT(conf_show(&conf, conf_setting("queue.poll_interval"), &arena), "900ms");
	CHECK_TEXT(conf_show(&conf, conf_setting("dashboard.allowed_hosts"), &arena), "");
	CHECK_TEXT(conf_show(&conf, conf_setting("dashboard.api_key"), &arena), "");
}

TEST(a_folder_or_nothing_in_place_of_the_file_is_fine)
{
	struct err err = { 0 };
	AUTO(conf) struct conf in_folder = { 0 };
	AUTO(conf) struct conf without = { 0 };

	assert_int_equal(conf_load(&in_folder, NULL, folder, &err), ERR_OK);
	assert_int_equal(conf_load(&without, NULL, NULL, &err), ERR_OK);
	assert_null(in_folder.env_file);
}

TEST(a_file_that_is_no_file_of_settings_is_refused)
{
	struct err err = { 0 };
	AUTO(conf) struct conf conf = { 0 };

	given_file("SONIQ_PRIORITY=5\n");
	assert_int_equal(truncate(env_file, 1024 * 1024), 0);
	assert_int_equal(conf_load(&conf, NULL, env_file, &err), ERR_INVALID);
	assert_non_null(strstr(err.msg, "too large"));
}

TEST(settings_are_found_by_name)
{
	CHECK_TEXT(conf_setting("queue.debug")->env, "SONIQ_DEBUG");
	assert_null(conf_setting("queue.nothing"));
	setenv("SONIQ_TEST_ONLY", "x", 1);
	CHECK_TEXT(conf_env("SONIQ_TEST_ONLY"), "x");
	unsetenv("SONIQ_TEST_ONLY");
	assert_null(conf_env("SONIQ_TEST_ONLY"));
}

#define SETTINGS_TEST(name) cmocka_unit_test_setup_teardown(name, clean, clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SETTINGS_TEST(defaults_are_those_of_the_python_project),
		SETTINGS_TEST(a_flag_beats_the_environment_which_beats_the_file),
		SETTINGS_TEST(names_are_taken_in_any_case),
		SETTINGS_TEST(the_last_of_equal_names_in_the_file_counts),
		SETTINGS_TEST(an_empty_value_counts_as_unset),
		SETTINGS_TEST(an_empty_flag_is_not_acceptable),
		SETTINGS_TEST(a_bad_value_names_setting_place_and_range),
		SETTINGS_TEST(a_secret_is_never_repeated),
		SETTINGS_TEST(values_are_shown_as_they_were_given),
		SETTINGS_TEST(a_folder_or_nothing_in_place_of_the_file_is_fine),
		SETTINGS_TEST(a_file_that_is_no_file_of_settings_is_refused),
		SETTINGS_TEST(settings_are_found_by_name),
	};

	return cmocka_run_group_tests_name("conf", tests, make_folder, remove_folder);
}
