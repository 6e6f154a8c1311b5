/* serve.c -- what `soniq dashboard` and `soniq demo` have in common: serving until told to stop. */
#include "cli/serve.h"

#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "api/api.h"
#include "api/keeper.h"
#include "base/log.h"
#include "cli/places.h"
#include "cli/reload.h"
#include "http/server.h"
#include "json/json.h"

static struct server_meter meter(void *server)
{
	return server_meter_get(server);
}

static void spending(void *server, struct arena *arena, struct server_spending *ret)
{
	server_spending_get(server, arena, ret);
}

static void forget(void *server)
{
	server_forget(server);
}

static void changed(void *server)
{
	server_changed(server);
}

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
		fprintf(cli->out, "Soniq Dashboard at %s (%s)\nDatabase %s\n"
			"Press Ctrl+C to stop\n", url,
			s->dashboard.write_enabled ? "write mode" : "read-only",
			visible(cli, str_of(cli->database.label)));
	fflush(cli->out);
	if (s->dashboard.write_enabled && !s->dashboard.api_key)
		log_line(LOG_WARNING, "dashboard",
			 "write mode without a key: only you, at this machine, may write");
	if (s->dashboard.insecure_public_reads && !s->dashboard.api_key)
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
	AUTO(reload) struct reload reload = { .fd = -1 };
	AUTO_FREE(server) struct server *server = NULL;
	TRY(server_open(api_app(api), &options, &server, err));
	struct turns turns = { started, places_text(cli, places, server_port(server)), &reload };
	api_on_write(api, forget, server);
	api_on_meter(api, meter, server);
	api_on_spending(api, spending, server);
	api_on_change(api, changed, server);

	if (s->dashboard.reload)
		TRY(reload_watch(&reload, server, err));
	tell_manager(server, &turns);
	greet(cli, turns.url);
	const enum err_code code = server_run(server, err);
	api_on_change(api, NULL, NULL);
	TRY(code);
	serve->again = reload.is_due;
	serve->port = server_port(server);
	return ERR_OK;
}

/* Not a matter of write mode, which is about jobs: the keeper writes to tables of ours alone. */
static enum err_code start_keeper(struct cli *cli, struct keeper **ret_keeper, struct err *err)
{
	const struct settings *s = &cli->conf.values;
	const struct keeper_options options = {
		.database = cli->database,
		.policy = {
			.keep_attempts = s->history.attempts_retention,
			.attempts_max = s->history.attempts_max,
			.keep_hours = s->history.retention,
		},
	};

	return s->history.keeper ? keeper_start(&options, ret_keeper, err) : ERR_OK;
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
	TRY(check_database(cli, err));
	AUTO_FREE(keeper) struct keeper *keeper = NULL;
	TRY(start_keeper(cli, &keeper, err));
	api_on_keeper(api, keeper);
	return run(cli, api, &places, serve, err);
}
