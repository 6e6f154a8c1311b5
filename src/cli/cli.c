/* cli.c -- from the arguments to an exit status: the one place that reports errors. */
#include "cli/cli.h"

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

static int words_match(const char *name, char **argv)
{
	struct str rest = str_of(name), word;
	int n = 0;
	while (str_cut(&rest, ' ', &word)) {
		if (!argv[n] || !str_eq(word, str_of(argv[n])))
			return 0;
		n++;
	}
	return n;
}

const struct command *command_find(char **argv, int *ret_used)
{
	const struct command *best = NULL;
	*ret_used = 0;
	for (const struct command *const *c = commands; *c; c++) {
		const int n = words_match((*c)->name, argv);
		if (n > *ret_used) {
			best = *c;
			*ret_used = n;
		}
	}
	return best;
}

static enum err_code store_of(struct cli *cli, enum db_role role, struct store *ret,
			      struct err *err)
{
	struct db_options options = cli->database;
	options.role = role;
	return store_open(&options, ret, err);
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
	*ret = store;
	store = (struct store){ 0 };
	return ERR_OK;
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
	const char *columns = conf_env("COLUMNS");
	int64_t n = 0;

	cli->is_tty = isatty(fd);
	if (cli->is_tty && ioctl(fd, TIOCGWINSZ, &size) == 0)
		cli->columns = size.ws_col;
	if (columns && parse_i64(str_of(columns), &n) && n >= 40 && n <= 1000)
		cli->columns = (int)n;
	cli->use_color = cli->is_tty && !globals->no_color && !conf_env("NO_COLOR") && term &&
			 strcmp(term, "dumb") != 0;
}

static void init_database(struct cli *cli)
{
	const char *url = cli->conf.values.database.url;
	const char *path = NULL;
	conf_url_is_sqlite(url, &cli->arena, &path);
	cli->database = (struct db_options){
		.url = url,
		.sqlite_path = path,
		.label = conf_url_label(url, &cli->arena),
		.must_exist = true,
		.statement_timeout = CLI_STATEMENT_TIMEOUT,
		.application_name = "soniq",
	};
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

static enum err_code run_command(struct cli *cli, struct parse *p, struct err *err)
{
	TRY(check_args(p, err));
	for (size_t i = 0; i < p->n_flags; i++)
		p->flags[i].text = arena_copy(&cli->arena, p->flags[i].text,
					      strlen(p->flags[i].text) + 1);
	char **again = ARENA_ARRAY(&cli->arena, char *, PARSE_FLAGS_MAX * 64);
	for (int i = 0; i < PARSE_FLAGS_MAX * 64 - 1 && cli->argv[i]; i++)
		again[i] = arena_copy(&cli->arena, cli->argv[i], strlen(cli->argv[i]) + 1);
	hide_urls(cli->argv);
	cli->argv = again;

	TRY(conf_load(&cli->conf, p->flags, ".env", err));
	log_set_level(level_of(cli->conf.values.queue.log_level));
	init_database(cli);
	cli->is_json = p->globals->is_json;
	init_terminal(cli, p->globals);
	return p->command->run(cli, p->opts, p->args, err);
}

static enum err_code say(FILE *out, struct buf *text)
{
	fputs(buf_cstr(text), out);
	return ERR_OK;
}

static enum err_code unknown_command(const char *word, struct err *err)
{
	const char *names[64];
	size_t n = 0;
	for (const struct command *const *c = commands; *c && n < 64; c++)
		names[n++] = (*c)->name;
	const char *near = nearest(word, names, n);
	if (near)
		return err_set(err, ERR_INVALID, "there is no command \"%.60s\"; did you mean "
			       "%s?", word, near);
	return err_set(err, ERR_INVALID, "there is no command \"%.60s\"; soniq --help lists them",
		       word);
}

static enum err_code dispatch(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct global_opts globals = { 0 };
	int used;
	const struct command *command = command_find(argv + 1, &used);
	void *opts = arena_alloc(&cli->arena, command ? command->opts_size + 1 : 1);
	struct parse p = {
		.words = argv + 1 + used, .command = command, .opts = opts, .globals = &globals,
		.args = ARENA_ARRAY(&cli->arena, char *, argc + 1),
	};
	AUTO(buf) struct buf text = buf_new(256 * 1024);

	options_default(command ? command->options : NULL, opts);
	TRY(options_parse(&p, err));
	if (globals.version) {
		fprintf(cli->out, "soniq %s\n", SONIQ_VERSION);
		return ERR_OK;
	}
	if (command && globals.help) {
		help_command(&text, command);
		return say(cli->out, &text);
	}
	if (command)
		return run_command(cli, &p, err);
	if (p.n_args > 0)
		return unknown_command(p.args[0], err);
	help_overview(&text);
	say(cli->out, &text);
	return globals.help ? ERR_OK : err_set(err, ERR_INTERNAL, "%s", "");
}

/* The message as one line of safe text, for it may hold what a database or a caller wrote. */
static void report(const struct cli *cli, const struct err *err)
{
	AUTO(buf) struct buf line = buf_new(8192);
	text_add_visible(&line, str_of(err->msg));
	fprintf(cli->err, "soniq: %s\n", buf_cstr(&line));
}

int cli_run(int argc, char **argv, FILE *out, FILE *errors)
{
	struct cli cli = { .out = out, .err = errors, .argv = argv };
	struct err err = { 0 };
	enum err_code code = dispatch(&cli, argc, argv, &err);

	if (code != ERR_OK && err.msg[0])
		report(&cli, &err);
	if (fflush(out) != 0 && code == ERR_OK) {
		fprintf(errors, "soniq: the output could not be written\n");
		code = ERR_INTERNAL;
	}
	conf_release(&cli.conf);
	arena_release(&cli.arena);
	return err_exit(code);
}
