/* help.c -- what the tables of commands say: to the terminal, as Markdown, as a man page. */
#include <ctype.h>
#include <string.h>

#include "cli/cli.h"

#define WIDTH 78
#define COLUMN 28

/* A table of three shapes: the words of one option or setting, however it is shown. */
struct line {
	char words[96];
	const char *doc;
	const char *default_text;
};

static struct line option_line(const struct option *o)
{
	struct line line = { .doc = o->doc, .default_text = o->default_text };
	char letter[8] = "";
	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(line.words, sizeof(line.words), "%s%s%s%s", letter, o->name, o->value ? " " : "",
		 o->value ? o->value : "");
	return line;
}

static struct line setting_line(const char *name)
{
	const struct setting *s = conf_setting(name);
	struct line line = { .doc = s->doc, .default_text = s->default_text };
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
static void add_folded(struct buf *out, const char *text, size_t at, size_t indent)
{
	struct str rest = str_of(text), word;
	size_t column = at;

	while (str_cut(&rest, ' ', &word)) {
		if (column > at && column + word.n + 1 > WIDTH) {
			buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > at || (column == indent && at != indent)) {
			buf_add_char(out, ' ');
			column++;
		}
		buf_add_str(out, word);
		column += word.n;
	}
	buf_add_char(out, '\n');
}

static void add_line(struct buf *out, const struct line *line)
{
	buf_printf(out, "  %-*s", COLUMN - 2, line->words);
	if (strlen(line->words) > COLUMN - 3)
		buf_printf(out, "\n%*s", COLUMN, "");
	AUTO(buf) struct buf doc = buf_new(4096);
	buf_add_text(&doc, line->doc);
	if (line->default_text)
		buf_printf(&doc, " [%s]", line->default_text);
	add_folded(out, buf_cstr(&doc), COLUMN, COLUMN);
}

static void add_options(struct buf *out, const struct option *options)
{
	for (; options && options->name; options++) {
		const struct line line = option_line(options);
		add_line(out, &line);
	}
}

static void add_settings(struct buf *out, const char *const *settings)
{
	for (; settings && *settings; settings++) {
		const struct line line = setting_line(*settings);
		add_line(out, &line);
	}
}

void help_overview(struct buf *out)
{
	buf_add_text(out, "Soniq watches background jobs that live in your database.\n\n"
			  "usage: soniq COMMAND [options]\n\ncommands:\n");
	for (const struct command *const *c = commands; *c; c++)
		buf_printf(out, "  %-22s %s\n", (*c)->name, (*c)->doc);
	buf_add_text(out, "\noptions of every command:\n");
	add_options(out, global_options);
	buf_add_text(out, "\nNothing to look at yet? soniq demo shows it alive.\n"
			  "soniq COMMAND --help tells more; soniq config lists all settings.\n");
}

static void add_usage(struct buf *out, const struct command *c)
{
	buf_printf(out, "soniq %s%s%s%s%s", c->name,
		   c->options || c->settings ? " [options]" : "", c->args ? " " : "",
		   c->args ? c->args : "", "\n");
}

void help_command(struct buf *out, const struct command *c)
{
	buf_add_text(out, "usage: ");
	add_usage(out, c);
	buf_printf(out, "\n%s\n", c->doc);
	if (c->more) {
		buf_add_char(out, '\n');
		add_folded(out, c->more, 0, 0);
	}
	if (c->options || c->settings) {
		buf_add_text(out, "\noptions:\n");
		add_options(out, c->options);
		add_settings(out, c->settings);
	}
	buf_add_text(out, "\noptions of every command:\n");
	add_options(out, global_options);
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
	buf_add_text(out, "```\n\nExit status: 0 done; 1 a fault of Soniq's own; 2 wrong use; 3 the "
			  "database cannot be\nreached, or is busy; 4 not found; 5 in the wrong "
			  "state; 6 not allowed; 7 the tables are\nmissing or not usable.\n");
	for (const struct command *const *c = commands; *c; c++) {
		buf_printf(out, "\n## soniq %s\n\n```\n", (*c)->name);
		help_command(out, *c);
		buf_add_text(out, "```\n");
	}
}

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

static void add_man_entry(struct buf *out, const struct line *line)
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

static void add_man_command(struct buf *out, const struct command *c)
{
	buf_add_text(out, ".SS ");
	add_usage(out, c);
	add_roff(out, c->doc);
	buf_add_char(out, '\n');
	if (c->more) {
		buf_add_text(out, ".PP\n");
		add_roff(out, c->more);
		buf_add_char(out, '\n');
	}
	for (const struct option *o = c->options; o && o->name; o++) {
		const struct line line = option_line(o);
		add_man_entry(out, &line);
	}
	for (const char *const *s = c->settings; s && *s; s++) {
		const struct line line = setting_line(*s);
		add_man_entry(out, &line);
	}
}

static void add_man_settings(struct buf *out)
{
	buf_add_text(out, ".SH ENVIRONMENT\n");
	for (const struct setting *s = settings_table; s->name; s++) {
		struct line line = { .doc = s->doc, .default_text = s->default_text };
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
		const struct line line = option_line(o);
		add_man_entry(out, &line);
	}
	buf_add_text(out, ".SH COMMANDS\n");
	for (const struct command *const *c = commands; *c; c++)
		add_man_command(out, *c);
	add_man_settings(out);
	buf_add_text(out, ".SH EXIT STATUS\n0 done; 1 a fault of its own; 2 wrong use; 3 the "
			  "database cannot be reached or is busy; 4 not found; 5 in the wrong state; "
			  "6 not allowed; 7 the tables are missing or not usable.\n");
}
