/* completion.c -- completion for shells, from the tables of commands. */
#include <string.h>

#include "cli/cli.h"

static void add_global_options(struct buf *out, const struct command *command)
{
	for (const struct option *o = global_options; o->name; o++)
		if (command_takes(command, o))
			buf_printf(out, " %s", o->name);
}

/* What stands in args in capitals is the user's; "bash|zsh|fish" are words to offer. */
static void add_choices(struct buf *out, const char *choices)
{
	struct str rest = str_of(choices), word;
	if (!choices || !strchr(choices, '|'))
		return;
	while (str_cut(&rest, '|', &word))
		buf_printf(out, " %.*s", STR_ARG(word));
}

static void add_all_options(struct buf *out, const struct command *c)
{
	add_choices(out, c->args);
	add_global_options(out, c);
	for (const struct option *o = c->options; o && o->name; o++)
		buf_printf(out, " %s", o->name);
	for (const char *const *s = c->settings; s && *s; s++)
		buf_printf(out, " %s", conf_setting(*s)->flag);
}

/* The words that can stand where: the first words of commands, and the second behind them. */
static void add_first_words(struct buf *out)
{
	struct str last = STR_NULL;
	for (const struct command *const *c = commands; *c; c++) {
		struct str name = str_of((*c)->name), first;
		str_cut(&name, ' ', &first);
		if (!str_eq(first, last))
			buf_printf(out, " %.*s", STR_ARG(first));
		last = first;
	}
}

static void add_second_words(struct buf *out, struct str first)
{
	for (const struct command *const *c = commands; *c; c++) {
		struct str name = str_of((*c)->name), word;
		str_cut(&name, ' ', &word);
		if (name.n > 0 && str_eq(word, first))
			buf_printf(out, " %.*s", STR_ARG(name));
	}
}

/* Behind the first word of commands of two: their second words, and what else it takes. */
static void add_bash_groups(struct buf *out)
{
	struct str last = STR_NULL;
	for (const struct command *const *c = commands; *c; c++) {
		struct str name = str_of((*c)->name), first;
		str_cut(&name, ' ', &first);
		if (name.n == 0 || str_eq(first, last))
			continue;
		last = first;
		buf_printf(out, "\tif [ \"$COMP_CWORD\" = 2 ] && [ \"${COMP_WORDS[1]}\" = %.*s ]; "
			   "then words=\"", STR_ARG(first));
		add_second_words(out, first);
		buf_add_text(out, "\"; fi\n");
	}
}

static void write_bash(struct buf *out)
{
	buf_add_text(out, "# bash completion for soniq\n_soniq() {\n"
			  "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words\n"
			  "\tcase \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
	for (const struct command *const *c = commands; *c; c++) {
		buf_printf(out, "\t\"%s\"%s) words=\"", (*c)->name,
			   strchr((*c)->name, ' ') ? "" : "\\ *");
		add_all_options(out, *c);
		buf_add_text(out, "\" ;;\n");
	}
	buf_add_text(out, "\t*) words=\"");
	add_global_options(out, NULL);
	buf_add_text(out, "\" ;;\n\tesac\n\tif [ \"$COMP_CWORD\" = 1 ]; then words=\"");
	add_first_words(out);
	buf_add_text(out, "\"; fi\n");
	add_bash_groups(out);
	buf_add_text(out, "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
			  "complete -o default -F _soniq soniq\n");
}

/* As a file of $fpath it is loaded by the first completion, which has to be done as well. */
static void write_zsh(struct buf *out)
{
	buf_add_text(out, "#compdef soniq\nautoload -U +X bashcompinit && bashcompinit\n");
	write_bash(out);
	buf_add_text(out, "if [ \"$funcstack[1]\" = _soniq ]; then "
			  "_bash_complete -o default -F _soniq; fi\n");
}

/* A single quote ends fish's quoting unless it is escaped. */
static void add_fish_text(struct buf *out, const char *text)
{
	buf_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, *text);
	}
	buf_add_char(out, '\'');
}

/* "complete -c soniq -n 'all of the command's words were seen'". */
static void add_fish_when(struct buf *out, const char *words)
{
	struct str rest = str_of(words), word;
	const char *between = "";
	buf_add_text(out, "complete -c soniq");
	if (!words)
		return;
	buf_add_text(out, " -n '");
	while (str_cut(&rest, ' ', &word)) {
		buf_printf(out, "%s__fish_seen_subcommand_from %.*s", between, STR_ARG(word));
		between = "; and ";
	}
	buf_add_char(out, '\'');
}

static void add_fish_option(struct buf *out, const char *words, const struct option *o)
{
	add_fish_when(out, words);
	if (o->letter)
		buf_printf(out, " -s %c", o->letter);
	buf_printf(out, " -l %s%s", o->name + 2, o->type == OPT_FLAG ? "" : " -r");
	if (o->choices) {
		buf_add_text(out, " -a '");
		add_choices(out, o->choices);
		buf_add_char(out, '\'');
	}
	buf_add_text(out, " -d ");
	add_fish_text(out, o->doc);
	buf_add_char(out, '\n');
}

static void add_fish_setting(struct buf *out, const char *words, const struct setting *s)
{
	add_fish_when(out, words);
	buf_printf(out, " -l %s%s -d ", s->flag + 2, s->type == S_BOOL ? "" : " -r");
	add_fish_text(out, s->doc);
	buf_add_char(out, '\n');
}

/* The word that a command ends with, where the words before it were seen. */
static void add_fish_word(struct buf *out, const struct command *c)
{
	const char *last = strrchr(c->name, ' ');
	char group[64] = "";
	if (last) {
		snprintf(group, sizeof(group), "%.*s", (int)(last - c->name), c->name);
		add_fish_when(out, group);
	} else {
		buf_add_text(out, "complete -c soniq -n __fish_use_subcommand");
	}
	buf_printf(out, " -a %s -d ", last ? last + 1 : c->name);
	add_fish_text(out, c->doc);
	buf_add_char(out, '\n');
}

static void add_fish_command(struct buf *out, const struct command *c)
{
	add_fish_word(out, c);
	if (c->args && strchr(c->args, '|')) {
		add_fish_when(out, c->name);
		buf_add_text(out, " -a '");
		add_choices(out, c->args);
		buf_add_text(out, "'\n");
	}
	for (const struct option *o = c->options; o && o->name; o++)
		add_fish_option(out, c->name, o);
	for (const char *const *s = c->settings; s && *s; s++)
		add_fish_setting(out, c->name, conf_setting(*s));
}

static void write_fish(struct buf *out)
{
	buf_add_text(out, "# fish completion for soniq\ncomplete -c soniq -f\n");
	for (const struct option *o = global_options; o->name; o++)
		add_fish_option(out, NULL, o);
	for (const struct command *const *c = commands; *c; c++) {
		struct str rest = str_of((*c)->name), first;
		str_cut(&rest, ' ', &first);
		if (rest.n > 0 && (c == commands || !str_starts(str_of(c[-1]->name), first)))
			buf_printf(out, "complete -c soniq -n __fish_use_subcommand -a %.*s\n",
				   STR_ARG(first));
		add_fish_command(out, *c);
	}
}

enum err_code completion_write(const char *shell, struct buf *out, struct err *err)
{
	static const struct { const char *name; void (*write)(struct buf *out); } shells[] = {
		{ "bash", write_bash }, { "zsh", write_zsh }, { "fish", write_fish },
	};
	for (size_t i = 0; i < ARRAY_LEN(shells); i++)
		if (strcmp(shell, shells[i].name) == 0) {
			shells[i].write(out);
			return ERR_OK;
		}
	return err_set(err, ERR_INVALID, "no completion for \"%.40s\"; there is bash, zsh and fish",
		       shell);
}
