/* help.c -- what the tables of commands say: to the terminal, and as Markdown. */
#include "cli/help.h"

#include <ctype.h>
#include <string.h>

#define WIDTH 78
#define COLUMN 28

const char help_exit_status[] =
	"0 done; 1 a fault of Soniq itself; 2 wrong use; 3 the database cannot be reached, is busy "
	"or too slow, or a file cannot be written; 4 not found; 5 in the wrong state; 6 not "
	"allowed; 7 the tables are missing or not usable.";

struct help_line help_option(const struct option *o)
{
	struct help_line line = { .doc = o->doc, .default_text = o->default_text };
	char letter[8] = "";
	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(line.words, sizeof(line.words), "%s%s%s%s", letter, o->name, o->value ? " " : "",
		 o->value ? o->value : "");
	return line;
}

struct help_line help_setting(const char *name)
{
	const struct setting *s = conf_setting(name);
	struct help_line line = { .doc = s->doc, .default_text = s->default_text };
	if (s->type == S_BOOL) {
		line.default_text = NULL;
		snprintf(line.words, sizeof(line.words), "%s", s->flag);
		return line;
	}
	const char *word = strrchr(name, '.') ? strrchr(name, '.') + 1 : name;
	char value[32];
	size_t n = 0;
	for (; n < sizeof(value) - 1 && word[n]; n++)
		value[n] = (char)toupper((unsigned char)word[n]);
	value[n] = '\0';
	snprintf(line.words, sizeof(line.words), "%s %s", s->flag, value);
	return line;
}

/* Text folded at WIDTH, each line after the first with an indent. */
static void add_folded(struct buf *out, struct str text, size_t at, size_t indent)
{
	struct str rest = text, word;
	size_t column = at;
	bool is_first = true;   /* of its line */

	while (str_cut(&rest, ' ', &word)) {
		if (!is_first && column + 1 + word.n > WIDTH) {
			buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
			is_first = true;
		}
		if (!is_first)
			buf_add_char(out, ' ');
		buf_add_str(out, word);
		column += word.n + !is_first;
		is_first = false;
	}
	buf_add_char(out, '\n');
}

/* Each with a blank line before it; there may be none. */
static void add_paragraphs(struct buf *out, const char *text)
{
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line)) {
		buf_add_char(out, '\n');
		add_folded(out, line, 0, 0);
	}
}

static void add_line(struct buf *out, const struct help_line *line)
{
	buf_printf(out, "  %-*s", COLUMN - 2, line->words);
	if (strlen(line->words) > COLUMN - 3)
		buf_printf(out, "\n%*s", COLUMN, "");
	AUTO(buf) struct buf doc = buf_new(4096);
	buf_add_text(&doc, line->doc);
	if (line->default_text)
		buf_printf(&doc, " [%s]", line->default_text);
	add_folded(out, buf_str(&doc), COLUMN, COLUMN);
}

static void add_options(struct buf *out, const struct option *options)
{
	for (; options && options->name; options++) {
		const struct help_line line = help_option(options);
		add_line(out, &line);
	}
}

static void add_rows(struct buf *out, const struct command *c)
{
	struct help_row row;

	if (!c->rows_title)
		return;
	buf_printf(out, "\n%s:\n", c->rows_title);
	for (size_t i = 0; c->row(i, &row); i++) {
		struct help_line line = { .doc = row.doc };
		snprintf(line.words, sizeof(line.words), "%s", row.words);
		add_line(out, &line);
	}
}

static void add_settings(struct buf *out, const char *const *settings)
{
	for (; settings && *settings; settings++) {
		const struct help_line line = help_setting(*settings);
		add_line(out, &line);
	}
}

static void add_global_options(struct buf *out, const struct command *command)
{
	buf_add_text(out, "\ngeneral options:\n");
	for (const struct option *o = global_options; o->name; o++) {
		const struct help_line line = help_option(o);
		if (command_takes(command, o))
			add_line(out, &line);
	}
}

static void add_command(struct buf *out, const struct command *command)
{
	struct help_line line = { .doc = command->doc };
	snprintf(line.words, sizeof(line.words), "%s", command->name);
	add_line(out, &line);
}

void help_overview(struct buf *out)
{
	buf_add_text(out, "Soniq watches background jobs that live in your database.\n\n"
			  "usage: soniq COMMAND [options]\n\ncommands:\n");
	for (const struct command *const *c = commands; *c; c++)
		add_command(out, *c);
	add_global_options(out, NULL);
	buf_add_text(out, "\nNothing to look at yet? soniq demo shows it alive.\n"
			  "soniq COMMAND --help tells more; soniq config lists all settings.\n");
}

void help_group(struct buf *out, const char *word)
{
	const size_t n = strlen(word);
	buf_printf(out, "usage: soniq %s COMMAND [options]\n\ncommands:\n", word);
	for (const struct command *const *c = commands; *c; c++)
		if (strncmp((*c)->name, word, n) == 0 && (*c)->name[n] == ' ')
			add_command(out, *c);
	buf_printf(out, "\nsoniq %s COMMAND --help tells more.\n", word);
}

void help_usage(struct buf *out, const struct command *c)
{
	buf_printf(out, "soniq %s%s%s%s\n", c->name, c->options || c->settings ? " [options]" : "",
		   c->args ? " " : "", c->args ? c->args : "");
}

void help_command(struct buf *out, const struct command *c)
{
	buf_add_text(out, "usage: ");
	help_usage(out, c);
	buf_add_char(out, '\n');
	add_folded(out, str_of(c->doc), 0, 0);
	add_paragraphs(out, c->more);
	add_rows(out, c);
	if (c->options || c->settings) {
		buf_add_text(out, "\noptions:\n");
		add_options(out, c->options);
		add_settings(out, c->settings);
	}
	add_global_options(out, c);
	if (!c->examples)
		return;
	buf_add_text(out, "\nexamples:\n");
	struct str rest = str_of(c->examples), line;
	while (str_cut(&rest, '\n', &line))
		buf_printf(out, "  %.*s\n", STR_ARG(line));
}

void help_markdown(struct buf *out)
{
	buf_add_text(out, "# The command line\n\nGenerated from the table of commands; "
			  "a test fails when it is out of date.\n\n```\n");
	help_overview(out);
	buf_add_text(out, "```\n\nExit status: ");
	add_folded(out, str_of(help_exit_status), 13, 0);
	for (const struct command *const *c = commands; *c; c++) {
		buf_printf(out, "\n## soniq %s\n\n```\n", (*c)->name);
		help_command(out, *c);
		buf_add_text(out, "```\n");
	}
}
