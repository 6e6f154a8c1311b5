/* cmd_dashboard.c -- soniq dashboard: serve the page and the JSON API. */
#include <string.h>

#include "cli/cli.h"
#include "cli/reload.h"
#include "cli/serve.h"

static void add_port(struct cli *cli, int port)
{
	size_t n = 0;
	while (cli->argv[n])
		n++;
	char **words = ARENA_ARRAY(&cli->arena, char *, n + 2);
	memcpy(words, cli->argv, n * sizeof(*words));
	words[n] = arena_printf(&cli->arena, "--port=%d", port);
	cli->argv = words;
}

static enum err_code run(struct cli *cli, const void *opts, char **args, struct err *err)
{
	struct serve serve = { 0 };
	(void)opts;
	(void)args;

	cli->database.application_name = "soniq dashboard";
	TRY(systemd_take(&serve.handed, err));
	TRY(serve_dashboard(cli, &serve, err));
	if (!serve.again)
		return ERR_OK;
	/* "any free port" was asked for once: pages that are open come back to the same one */
	if (cli->conf.values.dashboard.port == 0 && serve.port > 0)
		add_port(cli, serve.port);
	systemd_pass_on(&serve.handed);
	return reload_start_again(cli->argv, err);
}

static const char *const settings[] = {
	"dashboard.host", "dashboard.port", "dashboard.unix", "dashboard.unix_mode",
	"dashboard.unix_owner", "dashboard.reload", "dashboard.panels",
	"dashboard.insecure_public_reads", NULL,
};

const struct command cmd_dashboard = {
	.name = "dashboard",
	.doc = "Serve the page and the JSON API.",
	.more = "Read-only unless SONIQ_DASHBOARD_WRITE_ENABLED is true. Bound to this machine "
		"unless --host says otherwise, and then SONIQ_DASHBOARD_API_KEY is needed. "
		"Sockets that systemd hands over (LISTEN_FDS) go before --unix, and that before "
		"--host and --port. soniq config lists all settings.",
	.examples = "soniq dashboard --database-url postgresql://postgres@localhost/soniq\n"
		    "SONIQ_DASHBOARD_WRITE_ENABLED=true soniq dashboard --port 8080",
	.settings = settings,
	.run = run,
};
