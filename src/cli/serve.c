/* serve.c -- what `soniq dashboard` and `soniq demo` have in common: serving until told to stop. */
#include "cli/serve.h"

#include <string.h>

#include "api/api.h"
#include "base/log.h"
#include "cli/reload.h"
#include "http/server.h"

static void forget(void *server)
{
	server_forget(server);
}

static void greet(struct cli *cli, const struct server *server)
{
	const struct settings *s = &cli->conf.values;
	const char *host = s->dashboard.host;
	const bool is_v6 = strchr(host, ':') != NULL;

	fprintf(cli->out, is_v6 ? "Soniq Dashboard at http://[%s]:%d" : "Soniq Dashboard at http://%s:%d",
		host, server_port(server));
	fprintf(cli->out, " (%s)\n", s->dashboard.write_enabled ? "write mode" : "read-only");
	fprintf(cli->out, "Database %s\nPress Ctrl+C to stop\n", cli->database.label);
	fflush(cli->out);
	if (s->dashboard.write_enabled && !s->dashboard.api_key)
		log_line(LOG_WARNING, "dashboard",
			 "write mode without a key: only you, at this machine, may write");
	if (s->dashboard.insecure_public_reads && !s->dashboard.api_key)
		log_line(LOG_WARNING, "dashboard",
			 "everybody who reaches %s:%d may read jobs and their arguments", host,
			 server_port(server));
}

/* A wrong address or missing tables are said at once, not on the first request. */
static enum err_code check_database(struct cli *cli, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	return cli_store(cli, DB_READ, &store, err);
}

static enum err_code serve(struct cli *cli, struct api *api, bool *ret_again, struct err *err)
{
	const struct settings *s = &cli->conf.values;
	const struct server_options options = {
		.host = s->dashboard.host,
		.port = (int)s->dashboard.port,
		.has_writer = s->dashboard.write_enabled,
	};
	AUTO_FREE(server) struct server *server = NULL;
	TRY(server_open(api_app(api), &options, &server, err));
	api_on_write(api, forget, server);

	AUTO(reload) struct reload reload = { .fd = -1 };
	if (s->dashboard.reload)
		TRY(reload_watch(&reload, server, s->dashboard.panels, err));
	greet(cli, server);
	TRY(server_run(server, err));
	*ret_again = reload.is_due;
	return ERR_OK;
}

enum err_code serve_dashboard(struct cli *cli, bool *ret_again, struct err *err)
{
	const struct settings *s = &cli->conf.values;
	AUTO_FREE(api) struct api *api = NULL;

	cli->database.statement_timeout = s->dashboard.statement_timeout;
	const struct api_options options = {
		.settings = s,
		.database = cli->database,
		.is_local_only = api_host_is_local(s->dashboard.host),
	};
	TRY(api_new(&options, &api, err));
	TRY(check_database(cli, err));
	return serve(cli, api, ret_again, err);
}
