/* cli.c -- from the arguments to an exit status: the one place that reports errors. */
#include "cli/cli.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/text.h"
#include "cli/options.h"
#include "store/setup.h"

#define CLI_STATEMENT_TIMEOUT (10 * SECOND)

const struct option global_options[] = {
	{ "--database-url", 0, OPT_TEXT, 0, "URL", NULL, 0, 0, NULL,
	  "Database to use; overrides SONIQ_DATABASE_URL." },
	{ "--json", 0, OPT_FLAG, offsetof(struct global_opts, is_json), NULL, NULL, 0, 0, NULL,
	  "Print data as JSON." },
	{ "--no-color", 0, OPT_FLAG, offsetof(struct global_opts, no_color), NULL, NULL, 0, 0,
	  NULL, "No colours, as with NO_COLOR set." },
	{ "--help", 'h', OPT_FLAG, offsetof(struct global_opts, help), NULL, NULL, 0, 0, NULL,
	  "Tell what the command does." },
	{ "--version", 'V', OPT_FLAG, offsetof(struct global_opts, version), NULL, NULL, 0, 0,
	  NULL, "Print the version." },
	OPTION_END,
};

bool command_takes(const struct command *command, const struct option *global)
{
	const int without = command ? command->without : 0;
	if (strcmp(global->name, "--json") == 0)
		return !(without & WITHOUT_JSON);
	return strcmp(global->name, "--database-url") != 0 || !(without & WITHOUT_DATABASE);
}

static enum err_code store_of(struct cli *cli, enum db_role role, struct store *ret,
			      struct err *err)
{
	struct db_options options = cli->database;
	options.role = role;
	TRY(store_open(&options, ret, err));
	ret->stale_after = cli->conf.values.queue.heartbeat_timeout;
	return ERR_OK;
}

enum err_code cli_store_bare(struct cli *cli, enum db_role role, struct store *ret,
			     struct err *err)
{
	return store_of(cli, role, ret, err);
}

enum err_code cli_store(struct cli *cli, enum db_role role, struct store *ret, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	TRY(store_of(cli, role, &store, err));

	struct schema_report report;
	TRY(store_schema_check(&store, &cli->arena, &report, err));
	TRY(schema_report_err(&report, cli->database.label, err));
	cli->ahead = store_now(&store) - clock_now();
	*ret = store;
	store = (struct store){ 0 };
	return ERR_OK;
}

usec_t cli_now(const struct cli *cli)
{
	return clock_now() + cli->ahead;
}

/* The password leaves the process list as soon as it was read. */
static void hide_urls(char **argv)
{
	for (; *argv; argv++) {
		char *url = NULL;
		if (strcmp(*argv, "--database-url") == 0 && argv[1])
			url = argv[1];
		else if (strncmp(*argv, "--database-url=", 15) == 0)
			url = *argv + 15;
		if (url)
			memset(url, '*', strlen(url));
	}
}

static void init_terminal(struct cli *cli, const struct global_opts *globals)
{
	struct winsize size;
	const int fd = fileno(cli->out);
	const char *term = conf_env("TERM");
	const char *no_color = conf_env("NO_COLOR");
	const char *columns = conf_env("COLUMNS");
	int64_t n = 0;

	cli->is_tty = isatty(fd);
	if (cli->is_tty && ioctl(fd, TIOCGWINSZ, &size) == 0)
		cli->columns = size.ws_col;
	if (columns && parse_i64(str_of(columns), &n) && n >= 40 && n <= 1000)
		cli->columns = (int)n;
	cli->use_color = cli->is_tty && !globals->no_color && !(no_color && no_color[0]) &&
			 term && strcmp(term, "dumb") != 0;
}

static void init_database(struct cli *cli)
{
	cli->database = api_database(&cli->conf.values, &cli->arena);
	cli->database.statement_timeout = CLI_STATEMENT_TIMEOUT;
	cli->database.application_name = "soniq";
}

static enum log_level level_of(const char *name)
{
	static const char *const names[LOG__COUNT] = { "DEBUG", "INFO", "WARNING", "ERROR",
						       "CRITICAL" };
	for (int i = 0; i < LOG__COUNT; i++)
		if (str_eq_nocase(str_of(name), str_of(names[i])))
			return (enum log_level)i;
	return LOG_INFO;
}

static enum err_code check_args(const struct parse *p, struct err *err)
{
	const struct command *c = p->command;
	if (p->n_args < c->min_args)
		return err_set(err, ERR_INVALID, "%s needs %s; see soniq %s --help", c->name,
			       c->args, c->name);
	if (p->n_args > c->max_args)
		return err_set(err, ERR_INVALID, "%s: \"%.60s\" is one argument too many",
			       c->name, p->args[c->max_args]);
	return ERR_OK;
}

/* Copies of what is about to be hidden: the URL for the settings, all of it for --reload. */
static void keep_words(struct cli *cli, struct parse *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_flags; i++)
		p->flags[i].text = arena_copy(&cli->arena, p->flags[i].text,
					      strlen(p->flags[i].text) + 1);
	while (cli->argv[n])
		n++;
	char **words = ARENA_ARRAY(&cli->arena, char *, n + 1);
	for (size_t i = 0; i < n; i++)
		words[i] = arena_copy(&cli->arena, cli->argv[i], strlen(cli->argv[i]) + 1);
	hide_urls(cli->argv);
	cli->argv = words;
}

static enum err_code run_command(struct cli *cli, struct parse *p, struct err *err)
{
	TRY(check_args(p, err));
	keep_words(cli, p);
	TRY(conf_load(&cli->conf, p->flags, ".env", err));
	log_set_level(level_of(cli->conf.values.queue.log_level));
	init_database(cli);
	cli->is_json = p->globals->is_json;
	init_terminal(cli, p->globals);
	return p->command->run(cli, p->opts, p->args, err);
}

static enum err_code print_version(struct cli *cli, const struct global_opts *globals)
{
	fprintf(cli->out, globals->is_json ? "{\"version\":\"%s\"}\n" : "soniq %s\n",
		SONIQ_VERSION);
	return ERR_OK;
}

/* No command: help where it was asked for, else what is wrong. */
static enum err_code run_none(struct cli *cli, const struct parse *p, struct err *err)
{
	AUTO(buf) struct buf text = buf_new(256 * 1024);
	const char *group = p->n_args > 0 && command_is_group(p->args[0]) ? p->args[0] : NULL;

	if (p->n_args > (group && p->globals->help ? 1 : 0))
		return command_unknown(p->args, err);
	if (group)
		help_group(&text, group);
	else
		help_overview(&text);
	fputs(buf_cstr(&text), cli->out);
	return p->globals->help ? ERR_OK : err_set(err, ERR_INVALID, "%s", "");
}

static enum err_code run_found(struct cli *cli, struct parse *p, struct err *err)
{
	AUTO(buf) struct buf text = buf_new(256 * 1024);
	if (!p->globals->help)
		return run_command(cli, p, err);
	help_command(&text, p->command);
	fputs(buf_cstr(&text), cli->out);
	return ERR_OK;
}

/* Options of every command may stand before the command too. */
static enum err_code parse_all(struct cli *cli, struct parse *p, struct err *err)
{
	int used;
	TRY(options_parse(p, err));
	p->command = command_find(p->words, &used);
	p->words += used;
	if (p->command) {
		p->opts = arena_alloc(&cli->arena, p->command->opts_size + 1);
		options_default(p->command->options, p->opts);
	}
	p->takes_args = true;
	return options_parse(p, err);
}

static enum err_code dispatch(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct global_opts globals = { 0 };
	struct parse p = {
		.words = argc > 0 ? argv + 1 : argv,
		.globals = &globals,
		.args = ARENA_ARRAY(&cli->arena, char *, argc + 1),
	};
	TRY(parse_all(cli, &p, err));
	if (globals.version)
		return print_version(cli, &globals);
	return p.command ? run_found(cli, &p, err) : run_none(cli, &p, err);
}

/* The message as one line of safe text, for it may hold what a database or a caller wrote. */
static void report(const struct cli *cli, const struct err *err)
{
	AUTO(buf) struct buf line = buf_new(8192);
	text_add_visible(&line, str_of(err->msg));
	fprintf(cli->err, "soniq: %s\n", buf_cstr(&line));
}

/* What only the end can tell: did all of the output get out? */
static enum err_code check_output(const struct cli *cli, struct err *err)
{
	if (fflush(cli->out) != 0 || ferror(cli->out)) {
		if (errno == EPIPE)     /* whoever read it has seen enough */
			return err_set(err, ERR_INTERNAL, "%s", "");
		return err_set(err, ERR_UNAVAILABLE, "the output could not be written: %s",
			       strerror(errno));
	}
	if (cli->is_too_large)
		return err_set(err, ERR_TOO_LARGE, "too much for one JSON document: ask for less "
			       "with --limit or a filter");
	return ERR_OK;
}

int cli_run(int argc, char **argv, FILE *out, FILE *errors)
{
	struct cli cli = { .out = out, .err = errors, .argv = argv };
	struct err err = { 0 }, at_end = { 0 };
	enum err_code code = dispatch(&cli, argc, argv, &err);
	const enum err_code end_code = check_output(&cli, &at_end);

	if (code == ERR_OK) {
		code = end_code;
		err = at_end;
	}
	if (code != ERR_OK && err.msg[0])
		report(&cli, &err);
	conf_release(&cli.conf);
	arena_release(&cli.arena);
	return err_exit(code);
}
