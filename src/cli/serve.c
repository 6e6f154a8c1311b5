/* serve.c -- what `soniq dashboard` and `soniq demo` have in common: serving until told to stop. */
#include "cli/serve.h"

#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "api/api.h"
#include "api/identity.h"
#include "api/keeper.h"
#include "api/panel_file.h"
#include "base/log.h"
#include "cli/places.h"
#include "cli/reload.h"
#include "http/server.h"
#include "json/json.h"

static void greet_json(struct cli *cli, const char *url)
{
	AUTO(buf) struct buf text = buf_new(65536);
	struct json j = json_new(&text);
	json_open_object(&j);
	json_key(&j, "url");
	json_text(&j, url);
	json_key(&j, "write_enabled");
	json_bool(&j, cli->conf.values.dashboard.write_enabled);
	json_key(&j, "database");
	json_text(&j, cli->database.label);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static void greet(struct cli *cli, const char *url)
{
	const struct settings *s = &cli->conf.values;

	if (cli->is_json)
		greet_json(cli, url);
	else
		fprintf(cli->out,
			"Soniq Dashboard at %s (%s)\nDatabase %s\n"
			"Press Ctrl+C to stop\n",
			url, s->dashboard.write_enabled ? "write mode" : "read-only",
			visible(cli, str_of(cli->database.label)));
	fflush(cli->out);
	if (s->dashboard.write_enabled && !settings_close(s))
		log_line(LOG_WARNING, "dashboard",
			 "write mode without a key: only you, at this machine, may write");
	if (db_is_unproven(&cli->database))
		log_line(LOG_WARNING, "dashboard",
			 "the database is on another machine, which does not have to prove who "
			 "it is: add ?sslmode=verify-full to its URL, and sslrootcert where its "
			 "authority is your own");
	if (s->dashboard.insecure_public_reads && !settings_close(s))
		log_line(LOG_WARNING, "dashboard",
			 "everybody who reaches %s may read jobs and their arguments", url);
}

static void fd_release(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* What the loop needs when it turns for the first time, and when it begins to stop. */
struct turns {
	int started; /* eventfd: readable, so that it calls us at once */
	const char *url;
	const struct reload *reload;
};

/* The loop turns and listens to signals: those that were held back until now may come. */
static void on_running(void *arg)
{
	const struct turns *turns = arg;
	eventfd_t count;
	sigset_t ends;
	if (eventfd_read(turns->started, &count) != 0)
		return;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	pthread_sigmask(SIG_UNBLOCK, &ends, NULL);
	systemd_ready(turns->url);
}

static void on_stopping(void *arg)
{
	const struct turns *turns = arg;
	if (turns->reload->is_due)
		systemd_reloading();
	else
		systemd_stopping();
}

static void on_watchdog(void *arg)
{
	(void)arg;
	systemd_alive();
}

/* By the loop's own timer: it is alive when it comes round. */
static void tell_manager(struct server *server, struct turns *turns)
{
	const usec_t interval = systemd_watchdog();
	server_on_readable(server, turns->started, on_running, turns);
	server_on_stop(server, on_stopping, turns);
	if (interval > 0)
		server_every(server, interval / 2 > MSEC ? interval / 2 : MSEC, on_watchdog, NULL);
}

/* A wrong address or missing tables are said at once, not on the first request. */
static enum err_code check_database(struct cli *cli, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	return cli_store(cli, DB_READ, &store, err);
}

static bool is_on_sqlite(const struct cli *cli)
{
	return cli->database.sqlite_path != NULL;
}

static struct server_options options_of(const struct settings *s, const struct places *places,
					const struct handed *handed)
{
	return (struct server_options){
		.host = s->dashboard.host,
		.at = places->socket.path ? &places->socket : NULL,
		.handed = handed->fds,
		.n_handed = handed->n,
		.port = (int)s->dashboard.port,
		.has_writer = s->dashboard.write_enabled,
		.budget = s->dashboard.database_budget,
	};
}

static enum err_code run(struct cli *cli, struct api *api, const struct places *places,
			 struct serve *serve, struct err *err)
{
	const struct settings *s = &cli->conf.values;
	const struct server_options options = options_of(s, places, &serve->handed);
	/* what the server watches outlives it */
	AUTO(fd) int started = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	const struct reload_panels panels = { s->dashboard.panels, is_on_sqlite(cli) };
	AUTO(reload) struct reload reload = { .fd = -1 };
	AUTO_FREE(server) struct server *server = NULL;
	TRY(server_open(api_app(api), &options, &server, err));
	struct turns turns = { started, places_text(cli, places, server_port(server)), &reload };
	api_on_server(api, server);

	if (s->dashboard.reload)
		TRY(reload_watch(&reload, server, &panels, err));
	tell_manager(server, &turns);
	greet(cli, turns.url);
	const enum err_code code = server_run(server, err);
	api_on_server(api, NULL);
	TRY(code);
	serve->again = reload.is_due;
	serve->port = server_port(server);
	return ERR_OK;
}

/* Those for the other kind of database are no error: a folder may serve both. */
static enum err_code add_panels(struct cli *cli, struct api *api, struct err *err)
{
	struct list files;
	const bool is_sqlite = is_on_sqlite(cli);
	TRY(panel_files_read(&cli->conf.values, is_sqlite, &cli->arena, &files, err));

	for (size_t i = 0; i < files.n; i++) {
		const struct panel_file *file = LIST_AT(&files, struct panel_file, i);
		if (file->is_left_out)
			log_line(LOG_INFO, "dashboard", "%s is left out: it is for %s", file->path,
				 is_sqlite ? "PostgreSQL" : "SQLite");
	}
	return api_add_panel_files(api, &files, err);
}

enum err_code serve_dashboard(struct cli *cli, struct serve *serve, struct err *err)
{
	const struct settings *s = &cli->conf.values;
	AUTO_FREE(api) struct api *api = NULL;
	struct places places;

	cli->database.statement_timeout = s->dashboard.statement_timeout;
	TRY(places_find(cli, &serve->handed, &places, err));
	const struct api_options options = {
		.settings = s,
		.conf = &cli->conf,
		.database = cli->database,
		.is_local_only = places.is_local_only,
		.bound = places.hosts,
	};
	TRY(api_new(&options, &api, err));
	TRY(add_panels(cli, api, err));
	TRY(check_database(cli, err));
	AUTO_FREE(keeper) struct keeper *keeper = NULL;
	TRY(api_start_keeper(api, &keeper, err));
	api_on_keeper(api, keeper);
	return run(cli, api, &places, serve, err);
}
