/* host.c -- what the examples have in common. */
#include "host.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the command line ---- */

static const struct option flags[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "socket", required_argument, NULL, 's' },
	{ "prefix", required_argument, NULL, 'x' },
	{ "database-url", required_argument, NULL, 'd' },
	{ "write", no_argument, NULL, 'w' },
	{ "token", required_argument, NULL, 't' },
	{ "bare", no_argument, NULL, 'b' },
	{ 0 },
};

static const char usage[] =
	"usage: HOST [--port N] [--socket PATH] [--prefix /PATH] [--database-url URL] [--write]\n"
	"            [--bare] --token ROLE=SECRET...    ROLE: none, viewer, operator, admin\n";

static bool add_token(struct host *host, const char *text)
{
	static const char *const words[] = { "none", "viewer", "operator", "admin" };
	const size_t n = strcspn(text, "=");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == n && strncmp(words[i], text, n) == 0 && text[n] &&
		    host->n_tokens < HOST_TOKENS_MAX) {
			host->tokens[host->n_tokens++] =
				(struct host_token){ (enum soniq_role)i, words[i], text + n + 1 };
			return true;
		}
	return false;
}

static bool set(struct host *host, int flag)
{
	switch (flag) {
	case 'p': host->port = (int)strtol(optarg, NULL, 10); return true;
	case 's': host->socket = optarg; return true;
	case 'x': host->prefix = optarg; return true;
	case 'd': host->database_url = optarg; return true;
	case 'w': host->write = "true"; return true;
	case 'b': host->is_bare = true; return true;
	case 't': return add_token(host, optarg);
	default: return false;
	}
}

bool host_read(struct host *host, int argc, char **argv)
{
	int flag;
	bool is_good = true;

	*host = (struct host){ .port = 8080, .socket = "soniq.sock", .prefix = "/admin/queue" };
	while ((flag = getopt_long(argc, argv, "", flags, NULL)) != -1)
		is_good = set(host, flag) && is_good;
	if (is_good && host->n_tokens > 0 && optind == argc)
		return true;
	fputs(usage, stderr);
	return false;
}

/* ---- the users ---- */

/* However much of it is right, it takes as long. */
static bool is_equal(const char *one, const char *other)
{
	const size_t n = strlen(one);
	unsigned int differs = 0;

	if (strlen(other) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		differs |= (unsigned int)(one[i] ^ other[i]);
	return !differs;
}

const struct host_token *host_user(const struct host *host, const char *authorization)
{
	static const char kind[] = "Bearer ";

	if (!authorization || strncmp(authorization, kind, strlen(kind)) != 0)
		return NULL;
	for (size_t i = 0; i < host->n_tokens; i++)
		if (is_equal(host->tokens[i].secret, authorization + strlen(kind)))
			return &host->tokens[i];
	return NULL;
}

/* ---- the dashboard ---- */

static void put_line(void *arg, enum soniq_level level, const char *part, const char *line)
{
	(void)arg;
	if (level >= SONIQ_LEVEL_INFO)
		fprintf(stderr, "%s: %s\n", part, line);
}

static void say(struct soniq_panel_out *out, const char *text)
{
	soniq_panel_write(out, text, strlen(text));
}

static bool show_disks(void *arg, struct soniq_panel_out *out)
{
	(void)arg;
	say(out, "{\"type\": \"table\", \"columns\": [\"disk\", \"free\"], \"rows\": ");
	say(out, "[[\"/\", 0.25], [\"<b>/data</b>\", 0.75]]}");
	return true;
}

static bool show_printer(void *arg, struct soniq_panel_out *out)
{
	(void)arg;
	say(out, "The printer is out of paper.");
	return false;
}

static bool show_archive(void *arg, struct soniq_panel_out *out)
{
	const struct timespec pause = { .tv_sec = 2 };

	(void)arg;
	nanosleep(&pause, NULL);
	say(out, "{\"type\": \"number\", \"value\": 42, \"label\": \"tapes\"}");
	return true;
}

static bool add_panels(struct soniq_dashboard *dashboard, struct soniq_error *error)
{
	return soniq_dashboard_add_panel(dashboard, "disks", "Disks", show_disks, NULL, error) &&
	       soniq_dashboard_add_panel(dashboard, "printer", "Printer", show_printer, NULL,
					 error) &&
	       soniq_dashboard_add_panel(dashboard, "archive", "Archive", show_archive, NULL,
					 error);
}

struct soniq_dashboard *host_open(const struct host *host)
{
	const struct soniq_option options[] = {
		{ "database.url", host->database_url },
		{ "dashboard.write_enabled", host->write },
		{ NULL, NULL },
	};
	const struct soniq_log log = { .put = put_line };
	struct soniq_error error = { 0 };
	struct soniq_dashboard *dashboard = soniq_dashboard_open(options, &log, &error);

	if (dashboard && add_panels(dashboard, &error))
		return dashboard;
	fprintf(stderr, "no dashboard: %s\n", error.message);
	if (dashboard)
		soniq_dashboard_close(dashboard);
	return NULL;
}

/* ---- signals ---- */

static void ends(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGINT);
}

void host_hold_signals(void)
{
	sigset_t set;

	ends(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

void host_wait(void)
{
	sigset_t set;
	int number;

	ends(&set);
	sigwait(&set, &number);
}
