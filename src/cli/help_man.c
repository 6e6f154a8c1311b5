/* help_man.c -- the man pages soniq(1) and soniq-settings(5), from the tables of commands and
 * settings. */
#include <string.h>

#include "cli/help.h"
#include "conf/conf_value.h"

/* roff takes a backslash, and a point or quote at the start of a line, as its own. */
static void add_roff(struct buf *out, const char *text)
{
	bool at_start = true;
	for (; *text; text++) {
		if (*text == '\\')
			buf_add_text(out, "\\e");
		else if (*text == '-')
			buf_add_text(out, "\\-");
		else if (at_start && (*text == '.' || *text == '\''))
			buf_printf(out, "\\&%c", *text);
		else
			buf_add_char(out, *text);
		at_start = *text == '\n';
	}
}

static void add_man_entry(struct buf *out, const struct help_line *line)
{
	buf_add_text(out, ".TP\n.B ");
	add_roff(out, line->words);
	buf_add_char(out, '\n');
	add_roff(out, line->doc);
	if (line->default_text) {
		buf_add_text(out, " Default: ");
		add_roff(out, line->default_text);
		buf_add_char(out, '.');
	}
	buf_add_char(out, '\n');
}

static void add_man_examples(struct buf *out, const char *examples)
{
	if (!examples)
		return;
	buf_add_text(out, ".PP\nExamples:\n.PP\n.nf\n");
	add_roff(out, examples);
	buf_add_text(out, "\n.fi\n");
}

static void add_man_command(struct buf *out, const struct command *c)
{
	buf_add_text(out, ".SS ");
	help_usage(out, c);
	add_roff(out, c->doc);
	buf_add_char(out, '\n');
	if (c->more) {
		buf_add_text(out, ".PP\n");
		add_roff(out, c->more);
		buf_add_char(out, '\n');
	}
	struct help_row row;
	for (size_t i = 0; c->rows_title && c->row(i, &row); i++) {
		struct help_line line = { .doc = row.doc };
		snprintf(line.words, sizeof(line.words), "%s", row.words);
		add_man_entry(out, &line);
	}
	for (const struct option *o = c->options; o && o->name; o++) {
		const struct help_line line = help_option(o);
		add_man_entry(out, &line);
	}
	for (const char *const *s = c->settings; s && *s; s++) {
		const struct help_line line = help_setting(*s);
		add_man_entry(out, &line);
	}
	add_man_examples(out, c->examples);
}

static void add_man_settings(struct buf *out)
{
	buf_add_text(out, ".SH ENVIRONMENT\n");
	for (const struct setting *s = settings_table; s->name; s++) {
		struct help_line line = { .doc = s->doc, .default_text = s->default_text };
		if (!s->env)
			continue;
		snprintf(line.words, sizeof(line.words), "%s", s->env);
		add_man_entry(out, &line);
	}
}

/* Without a date: pages are of the version, whenever they were made. */
static void add_man_title(struct buf *out, const char *name, int section)
{
	buf_printf(out, ".TH %s %d \"\" \"soniq ", name, section);
	add_roff(out, SONIQ_VERSION);
	buf_add_text(out, "\"\n.SH NAME\n");
}

void help_man(struct buf *out)
{
	add_man_title(out, "SONIQ", 1);
	buf_add_text(out, "soniq \\- watch background jobs that live in your database\n"
			  ".SH SYNOPSIS\n.B soniq\nCOMMAND [options]\n"
			  ".SH GENERAL OPTIONS\n");
	for (const struct option *o = global_options; o->name; o++) {
		const struct help_line line = help_option(o);
		add_man_entry(out, &line);
	}
	buf_add_text(out, ".SH COMMANDS\n");
	for (const struct command *const *c = commands; *c; c++)
		add_man_command(out, *c);
	add_man_settings(out);
	buf_printf(out, ".SH EXIT STATUS\n%s\n.SH SEE ALSO\n.BR soniq\\-settings (5)\n",
		   help_exit_status);
}

static const char settings_intro[] =
	"soniq\\-settings \\- settings of soniq, in the environment and in the file .env\n"
	".SH DESCRIPTION\n"
	"A setting is taken from the first of these that has it: the flag of the command line, the "
	"environment, the file\n.I .env\nin the working directory, the default.  "
	"\"soniq config\" prints each value and where it came from.\n"
	".PP\n"
	"Names may be written in any case; names that are not listed here are ignored.  An empty "
	"value counts as unset.  A value that is not acceptable stops every command.\n"
	".PP\n"
	"In\n.I .env\neach line is NAME=value.  Values may stand in single quotes, as they are, or "
	"in double quotes, where a backslash escapes; a # behind a blank begins a comment.\n"
	".PP\n"
	"A list is separated by commas.  A duration is a number of seconds, or a number with us, "
	"ms, s, m, h or d.\n";

static void add_man_setting(struct buf *out, const struct setting *s)
{
	AUTO(buf) struct buf doc = buf_new(4096);
	struct help_line line = { .default_text = s->default_text };

	buf_printf(&doc, "%s%s Takes ", s->doc, s->is_secret ? " Never shown." : "");
	conf_add_expected(&doc, s);
	buf_add_char(&doc, '.');
	if (s->flag)
		buf_printf(&doc, " Flag: %s.", s->flag);
	line.doc = buf_cstr(&doc);
	snprintf(line.words, sizeof(line.words), "%s", s->env);
	add_man_entry(out, &line);
}

void help_man_settings(struct buf *out)
{
	const char *group = "";

	add_man_title(out, "SONIQ-SETTINGS", 5);
	buf_add_text(out, settings_intro);
	for (const struct setting *s = settings_table; s->name; s++) {
		if (!s->env)
			continue;
		if (strcmp(group, s->group) != 0)
			buf_printf(out, ".SH %s\n", s->group);
		group = s->group;
		add_man_setting(out, s);
	}
	buf_add_text(out, ".SH SEE ALSO\n.BR soniq (1)\n");
}
