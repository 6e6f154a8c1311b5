/* cmd_demo.c -- soniq demo: see it alive without a database. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/serve.h"
#include "demo/demo.h"
#include "store/history_setup.h"
#include "store/setup.h"

struct opts {
	bool keep;
};

static const struct option options[] = {
	{ "--keep", 0, OPT_FLAG, offsetof(struct opts, keep), NULL, NULL, 0, 0, NULL,
	  "Leave the database file behind at the end." },
	OPTION_END,
};

/* A folder of our own, so that the files that SQLite puts beside it are found and removed. */
static enum err_code make_folder(struct cli *cli, char **ret_folder, struct err *err)
{
	const char *root = conf_env("TMPDIR");
	char *folder =
		arena_printf(&cli->arena, "%s/soniq-demo-XXXXXX", root && root[0] ? root : "/tmp");
	if (!mkdtemp(folder))
		return err_set(err, ERR_UNAVAILABLE, "cannot make a folder in %s: %s",
			       root && root[0] ? root : "/tmp", strerror(errno));
	*ret_folder = folder;
	return ERR_OK;
}

static void remove_folder(struct cli *cli, const char *folder)
{
	static const char *const names[] = { "demo.db", "demo.db-wal", "demo.db-shm" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(arena_printf(&cli->arena, "%s/%s", folder, names[i]));
	rmdir(folder);
}

/* Whatever is set for real use: the demo is for this machine only, and may be played with. */
static enum err_code use_demo_settings(struct cli *cli, const char *folder, struct err *err)
{
	const char *path = arena_printf(&cli->arena, "%s/demo.db", folder);
	const struct conf_flag ours[] = {
		{ "dashboard.host", "127.0.0.1" },     { "dashboard.unix", NULL },
		{ "dashboard.write_enabled", "true" }, { "dashboard.api_key", NULL },
		{ "dashboard.allowed_hosts", NULL },   { "dashboard.allowed_origins", NULL },
		{ "dashboard.operator_key", NULL },    { "dashboard.viewer_key", NULL },
		{ "dashboard.trusted_proxies", NULL }, { "dashboard.user_header", NULL },
		{ "dashboard.roles", NULL },           { "dashboard.reload", "false" },
		{ "database.url", path },
	};

	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		TRY(conf_set(&cli->conf, ours[i].name, ours[i].text, err));
	cli->database = (struct db_options){
		.url = path,
		.sqlite_path = path,
		.label = path,
		.role = DB_WRITE,
		.application_name = "soniq demo",
	};
	return ERR_OK;
}

static void end_like_sigterm(int number)
{
	(void)number;
	raise(SIGTERM);
}

/* The folder is there to be removed: from now on nothing ends us but the server, which is told
 * of signals when it runs (serve_dashboard lets them in), and they are nothing after it. */
static void hold_signals(void)
{
	sigset_t all;
	sigemptyset(&all);
	sigaddset(&all, SIGTERM);
	sigaddset(&all, SIGINT);
	sigaddset(&all, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, end_like_sigterm); /* the terminal was closed */
	signal(SIGPIPE, SIG_IGN);
}

static enum err_code set_up(struct cli *cli, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct setup_result tables;
	struct list steps;
	TRY(store_setup(&cli->database, &cli->arena, &tables, err));

	TRY(store_open(&cli->database, &store, err));
	return store_history_setup(&store, &(const struct history_setup_options){ 0 }, &cli->arena,
				   &steps, err);
}

static enum err_code play(struct cli *cli, const char *folder, struct err *err)
{
	struct serve serve = { 0 };
	TRY(use_demo_settings(cli, folder, err));
	TRY(set_up(cli, err));
	AUTO_FREE(demo) struct demo *demo = NULL;
	TRY(demo_start(&cli->database, &demo, err));

	if (!cli->is_json)
		fprintf(cli->out, "This is a play: workers and jobs are acted out in a database "
				  "of their own.\nReplay, cancel and delete as you like.\n");
	cli->database.must_exist = true;
	return serve_dashboard(cli, &serve, err);
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	char *folder;
	(void)args;

	hold_signals();
	TRY(make_folder(cli, &folder, err));
	const enum err_code code = play(cli, folder, err);
	if (!opts->keep)
		remove_folder(cli, folder);
	else if (!cli->is_json)
		fprintf(cli->out,
			"Kept %s/demo.db; look again with: soniq dashboard "
			"--database-url %s/demo.db\n",
			folder, folder);
	return code;
}

static const char *const settings[] = { "dashboard.port", NULL };

const struct command cmd_demo = {
	.name = "demo",
	.doc = "See it alive: lively sample jobs in a temporary database, and the dashboard on it.",
	.more = "Needs nothing installed. The database is SQLite in a temporary file, the "
		"dashboard is in write mode and bound to this machine only.",
	.examples = "soniq demo\nsoniq demo --port 7000 --keep",
	.options = options,
	.opts_size = sizeof(struct opts),
	.settings = settings,
	.without = WITHOUT_DATABASE,
	.run = run,
};
