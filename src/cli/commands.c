/* commands.c -- all commands, in the order in which help shows them, and finding one of them. */
#include "cli/cli.h"

#define NAMES_MAX 64

extern const struct command cmd_demo, cmd_dashboard, cmd_setup, cmd_migrate_status, cmd_status,
	cmd_top, cmd_inspect, cmd_types, cmd_timeline, cmd_jobs, cmd_job, cmd_job_cancel,
	cmd_job_delete, cmd_history, cmd_dead_letter_list, cmd_dead_letter_groups,
	cmd_dead_letter_replay, cmd_dead_letter_delete, cmd_dead_letter_cleanup,
	cmd_dead_letter_export, cmd_panels, cmd_config, cmd_health, cmd_ready, cmd_completion,
	cmd_help;

const struct command *const commands[] = {
	&cmd_demo,
	&cmd_dashboard,
	&cmd_setup,
	&cmd_migrate_status,
	&cmd_status,
	&cmd_top,
	&cmd_inspect,
	&cmd_types,
	&cmd_timeline,
	&cmd_jobs,
	&cmd_job,
	&cmd_job_cancel,
	&cmd_job_delete,
	&cmd_history,
	&cmd_dead_letter_list,
	&cmd_dead_letter_groups,
	&cmd_dead_letter_replay,
	&cmd_dead_letter_delete,
	&cmd_dead_letter_cleanup,
	&cmd_dead_letter_export,
	&cmd_panels,
	&cmd_config,
	&cmd_health,
	&cmd_ready,
	&cmd_completion,
	&cmd_help,
	NULL,
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

/* The second word of a command whose first is this; NULL if it has none. */
static const char *second_word(const struct command *command, const char *first)
{
	const size_t n = strlen(first);
	if (strncmp(command->name, first, n) != 0 || command->name[n] != ' ')
		return NULL;
	return command->name + n + 1;
}

bool command_is_group(const char *word)
{
	for (const struct command *const *c = commands; *c; c++)
		if (second_word(*c, word))
			return true;
	return false;
}

/* "there is no command "lst"", and which are there: after a group's word those of the group. */
static enum err_code unknown_in(const char *group, const char *word, struct err *err)
{
	const char *names[NAMES_MAX];
	size_t n = 0;
	for (const struct command *const *c = commands; *c && n < NAMES_MAX; c++) {
		const char *name = group ? second_word(*c, group) : (*c)->name;
		if (name)
			names[n++] = name;
	}
	const char *near = nearest(word, names, n);
	const char *space = group ? " " : "";
	if (!group)
		group = "";
	if (near)
		return err_set(err, ERR_INVALID,
			       "there is no command \"%s%s%.60s\"; did you mean %s%s%s?", group,
			       space, word, group, space, near);
	return err_set(err, ERR_INVALID,
		       "there is no command \"%s%s%.60s\"; soniq %s%s--help lists them", group,
		       space, word, group, space);
}

enum err_code command_unknown(char **words, struct err *err)
{
	if (!command_is_group(words[0]))
		return unknown_in(NULL, words[0], err);
	if (words[1])
		return unknown_in(words[0], words[1], err);
	return err_set(err, ERR_INVALID, "%s needs to be told what to do; soniq %s --help lists it",
		       words[0], words[0]);
}
