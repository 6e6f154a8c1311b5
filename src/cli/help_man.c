/* help_man.c -- the man page, from the tables of commands and settings. */
#include "cli/help.h"

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

void help_man(struct buf *out)
{
	buf_add_text(out, ".TH SONIQ 1\n.SH NAME\nsoniq \\- watch and run background jobs that "
			  "live in your database\n.SH SYNOPSIS\n.B soniq\nCOMMAND [options]\n"
			  ".SH OPTIONS OF EVERY COMMAND\n");
	for (const struct option *o = global_options; o->name; o++) {
		const struct help_line line = help_option(o);
		add_man_entry(out, &line);
	}
	buf_add_text(out, ".SH COMMANDS\n");
	for (const struct command *const *c = commands; *c; c++)
		add_man_command(out, *c);
	add_man_settings(out);
	buf_printf(out, ".SH EXIT STATUS\n%s\n", help_exit_status);
}
