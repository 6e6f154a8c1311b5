/* cmd_help.c -- soniq help, soniq completion. */
#include <string.h>

#include "cli/cli.h"

struct opts {
	const char *format;
};

static const struct option options[] = {
	{ "--format", 0, OPT_CHOICE, offsetof(struct opts, format), "FORMAT", "text", 0, 0,
	  "text|man|man-settings|markdown",
	  "text; man and markdown tell of all commands, man-settings of all settings." },
	OPTION_END,
};

static enum err_code write_text(char **args, struct buf *out, struct err *err)
{
	int used = 0;
	const struct command *command = args[0] ? command_find(args, &used) : NULL;
	const bool is_group = args[0] && !args[1] && command_is_group(args[0]);
	if (args[0] && !is_group && (!command || args[used]))
		return command_unknown(command ? args + used : args, err);
	if (command)
		help_command(out, command);
	else if (is_group)
		help_group(out, args[0]);
	else
		help_overview(out);
	return ERR_OK;
}

static enum err_code run_help(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	AUTO(buf) struct buf text = buf_new(1024 * 1024);

	if (strcmp(opts->format, "man") == 0)
		help_man(&text);
	else if (strcmp(opts->format, "man-settings") == 0)
		help_man_settings(&text);
	else if (strcmp(opts->format, "markdown") == 0)
		help_markdown(&text);
	else
		TRY(write_text(args, &text, err));
	fputs(buf_cstr(&text), cli->out);
	return ERR_OK;
}

static enum err_code run_completion(struct cli *cli, const void *opts, char **args,
				    struct err *err)
{
	AUTO(buf) struct buf text = buf_new(1024 * 1024);
	(void)opts;
	TRY(completion_write(args[0], &text, err));
	fputs(buf_cstr(&text), cli->out);
	return ERR_OK;
}

const struct command cmd_help = {
	.name = "help",
	.args = "[COMMAND]",
	.max_args = 2,
	.doc = "Tell about a command, or list them all.",
	.examples = "soniq help dead-letter\nsoniq help --format man > soniq.1",
	.without = WITHOUT_JSON | WITHOUT_DATABASE,
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run_help,
};

const struct command cmd_completion = {
	.name = "completion",
	.args = "bash|zsh|fish",
	.min_args = 1,
	.max_args = 1,
	.doc = "Print completion for bash, zsh or fish.",
	.without = WITHOUT_JSON | WITHOUT_DATABASE,
	.examples = "source <(soniq completion bash)\nsoniq completion fish | source",
	.run = run_completion,
};
