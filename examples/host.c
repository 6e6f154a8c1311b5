/* host.c -- what the examples have in common. */
#include "host.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the command line ---- */

static const struct option flags[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "socket", required_argument, NULL, 's' },
	{ "prefix", required_argument, NULL, 'x' },
	{ "database-url", required_argument, NULL, 'd' },
	{ "write", no_argument, NULL, 'w' },
	{ "set", required_argument, NULL, 'o' },
	{ "archive", required_argument, NULL, 'a' },
	{ "token", required_argument, NULL, 't' },
	{ "bare", no_argument, NULL, 'b' },
	{ 0 },
};

static const char usage[] =
	"usage: HOST [--port N] [--socket PATH] [--prefix /PATH] [--database-url URL] [--write]\n"
	"            [--set NAME=VALUE]... [--archive FILE] [--bare] --token ROLE=SECRET...\n"
	"ROLE: none, viewer, operator, admin. NAME: a setting, as dashboard.allowed_hosts.\n";

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

static bool add_setting(struct host *host, const char *name, const char *value)
{
	if (host->n_settings == HOST_SETTINGS_MAX)
		return false;
	host->settings[host->n_settings++] = (struct soniq_option){ name, value };
	return true;
}

/* "NAME=VALUE", which is cut in two. */
static bool set(struct host *host, char *text)
{
	char *value = strchr(text, '=');

	if (!value)
		return false;
	*value = '\0';
	return add_setting(host, text, value + 1);
}

static bool take(struct host *host, int flag, char *text)
{
	switch (flag) {
	case 'p': host->port = (int)strtol(text, NULL, 10); return true;
	case 's': host->socket = text; return true;
	case 'x': host->prefix = text; return true;
	case 'a': host->archive = text; return true;
	case 'b': host->is_bare = true; return true;
	case 'd': return add_setting(host, "database.url", text);
	case 'w': return add_setting(host, "dashboard.write_enabled", "true");
	case 'o': return set(host, text);
	case 't': return add_token(host, text);
	default: return false;
	}
}

bool host_read(struct host *host, int argc, char **argv)
{
	int flag;
	bool is_good = true;

	*host = (struct host){ .port = 8080, .socket = "soniq.sock", .prefix = "/admin/queue" };
	while ((flag = getopt_long(argc, argv, "", flags, NULL)) != -1)
		is_good = take(host, flag, optarg) && is_good;
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

/* As slow as whatever the file is: that of a device may take its time. */
static bool show_archive(void *arg, struct soniq_panel_out *out)
{
	const struct host *host = arg;
	char text[64] = "", json[128];
	FILE *file = host->archive ? fopen(host->archive, "r") : NULL;
	const bool is_read = file && fgets(text, sizeof(text), file);

	if (file)
		fclose(file);
	snprintf(json, sizeof(json), "{\"type\": \"number\", \"label\": \"tapes\", \"value\": %ld}",
		 strtol(text, NULL, 10));
	say(out, is_read ? json : "The archive cannot be read.");
	return is_read;
}

static bool add_panels(struct soniq_dashboard *dashboard, struct host *host,
		       struct soniq_error *error)
{
	return soniq_dashboard_add_panel(dashboard, "disks", "Disks", show_disks, NULL, error) &&
	       soniq_dashboard_add_panel(dashboard, "printer", "Printer", show_printer, NULL,
					 error) &&
	       soniq_dashboard_add_panel(dashboard, "archive", "Archive", show_archive, host,
					 error);
}

struct soniq_dashboard *host_open(struct host *host)
{
	const struct soniq_log log = { .put = put_line };
	struct soniq_error error = { 0 };
	struct soniq_dashboard *dashboard = soniq_dashboard_open(host->settings, &log, &error);

	if (dashboard && add_panels(dashboard, host, &error))
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
