/* conf_docs.c -- docs/settings.md, from the table. */
#include "conf/conf.h"

#include <string.h>

#include "conf/conf_value.h"

static const char intro[] =
	"# Settings\n"
	"\n"
	"This page is made from the table in `src/conf/conf_table.c`; a test compares the two.\n"
	"\n"
	"A setting is taken from the first of these places that has it:\n"
	"\n"
	"1. the flag of the command line,\n"
	"2. the process environment,\n"
	"3. the file `.env` in the working directory,\n"
	"4. the default.\n"
	"\n"
	"`soniq config` prints each value and the place it came from.\n"
	"\n"
	"- Names may be written in any case. Names that are not in this list are ignored.\n"
	"- The groups from *Jobs* on are the Python project's. They are checked and shown, so\n"
	"  that one `.env` serves both; of them this program uses only `SONIQ_LOG_LEVEL`, and\n"
	"  `SONIQ_HEARTBEAT_TIMEOUT` (`soniq inspect --cleanup`).\n"
	"- An empty value in the environment or in `.env` counts as unset.\n"
	"- A value that is not acceptable stops every command, with a message that names the\n"
	"  setting, the place and what is expected.\n"
	"- In `.env`, values may stand in single quotes (as they are) or in double quotes (with\n"
	"  `\\n`, `\\t`, `\\\"` and `\\\\`), a `#` behind a blank begins a comment, and a\n"
	"  line may begin with `export`. `${NAME}` is not replaced.\n"
	"- A list is separated by commas, or is a JSON array of strings.\n"
	"- A duration is a number of seconds, or a number with `us`, `ms`, `s`, `m`, `h` or `d`.\n";

static void add_code(struct buf *out, const char *text)
{
	if (text)
		buf_printf(out, "`%s`", text);
}

static void add_row(struct buf *out, const struct setting *row)
{
	buf_add_text(out, "| ");
	add_code(out, row->env);
	buf_add_text(out, " | ");
	add_code(out, row->flag);
	buf_add_text(out, " | ");
	if (row->default_text)
		add_code(out, row->default_text);
	else
		buf_add_text(out, "unset");
	buf_add_text(out, " | ");
	conf_add_expected(out, row);
	buf_printf(out, " | %s%s |\n", row->doc, row->is_secret ? " Never shown." : "");
}

void conf_write_markdown(struct buf *out)
{
	const char *group = "";

	buf_add_text(out, intro);
	for (const struct setting *row = settings_table; row->name; row++) {
		if (strcmp(group, row->group) != 0) {
			group = row->group;
			buf_printf(out, "\n## %s\n\n", group);
			buf_add_text(out, "| environment | flag | default | takes | meaning |\n"
					  "|---|---|---|---|---|\n");
		}
		add_row(out, row);
	}
}
