/* completion.c -- completion for shells, from the tables of commands. */
#include <string.h>

#include "cli/cli.h"

static void add_options(struct buf *out, const struct option *options, const char *between)
{
	for (; options && options->name; options++)
		buf_printf(out, "%s%s", between, options->name);
}

static void add_all_options(struct buf *out, const struct command *c)
{
	add_options(out, global_options, " ");
	add_options(out, c->options, " ");
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

static void add_second_words(struct buf *out, const char *first)
{
	for (const struct command *const *c = commands; *c; c++) {
		struct str name = str_of((*c)->name), word;
		str_cut(&name, ' ', &word);
		if (name.n > 0 && str_eq(word, str_of(first)))
			buf_printf(out, " %.*s", STR_ARG(name));
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
	add_options(out, global_options, " ");
	buf_add_text(out, "\" ;;\n\tesac\n\tif [ \"$COMP_CWORD\" = 1 ]; then words=\"");
	add_first_words(out);
	buf_add_text(out, "\"; fi\n\tif [ \"$COMP_CWORD\" = 2 ] && [ \"${COMP_WORDS[1]}\" = "
			  "dead-letter ]; then words=\"");
	add_second_words(out, "dead-letter");
	buf_add_text(out, "\"; fi\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
			  "complete -o default -F _soniq soniq\n");
}

static void write_zsh(struct buf *out)
{
	buf_add_text(out, "#compdef soniq\nautoload -U +X bashcompinit && bashcompinit\n");
	write_bash(out);
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

static void add_fish_option(struct buf *out, const char *first, const char *name,
			    const char *doc)
{
	buf_printf(out, "complete -c soniq%s%s%s -l %s -d ",
		   first ? " -n '__fish_seen_subcommand_from " : "", first ? first : "",
		   first ? "'" : "", name + 2);
	add_fish_text(out, doc);
	buf_add_char(out, '\n');
}

static void write_fish(struct buf *out)
{
	buf_add_text(out, "# fish completion for soniq\ncomplete -c soniq -f\n");
	for (const struct option *o = global_options; o->name; o++)
		add_fish_option(out, NULL, o->name, o->doc);
	for (const struct command *const *c = commands; *c; c++) {
		struct str rest = str_of((*c)->name), first;
		char word[64];
		str_cut(&rest, ' ', &first);
		snprintf(word, sizeof(word), "%.*s", STR_ARG(first));
		buf_printf(out, "complete -c soniq -n %s%s%s -a '%.*s' -d ",
			   rest.n ? "'__fish_seen_subcommand_from " : "__fish_use_subcommand",
			   rest.n ? word : "", rest.n ? "'" : "",
			   STR_ARG(rest.n ? rest : first));
		add_fish_text(out, (*c)->doc);
		buf_add_char(out, '\n');
		for (const struct option *o = (*c)->options; o && o->name; o++)
			add_fish_option(out, word, o->name, o->doc);
		for (const char *const *s = (*c)->settings; s && *s; s++)
			add_fish_option(out, word, conf_setting(*s)->flag, conf_setting(*s)->doc);
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
