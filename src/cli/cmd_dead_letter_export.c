/* cmd_dead_letter_export.c -- soniq dead-letter export: all that match, to a file. */
#include <string.h>

#include "cli/dead_letter.h"

static const struct option options[] = {
	{ "--format", 0, OPT_CHOICE, offsetof(struct dead_opts, file.format), "FORMAT", "csv", 0, 0,
	  "csv|json", "csv or json." },
	DEAD_OPT("--output", 'o', OPT_TEXT, file.output, "FILE", NULL, 0, 0,
		 "The file to write; - is the standard output."),
	DEAD_FILTERS,
	DEAD_OPT("--limit", 0, OPT_INT, limit, "N", "1000000", 1, 100000000, "At most so many."),
	OPTION_END,
};

/* The columns and their order are those of the Python tool's export. */
static const struct field fields[] = {
	FIELD_STR(struct job, id),
	FIELD_STR(struct job, job_name),
	FIELD_JSON(struct job, args),
	FIELD_STR(struct job, queue),
	FIELD_I64(struct job, priority),
	FIELD_I64(struct job, max_attempts),
	FIELD_I64(struct job, attempts),
	FIELD_STR(struct job, last_error),
	FIELD_STR(struct job, dead_letter_reason),
	{ "original_created_at", F_TIME, offsetof(struct job, created_at), 0 },
	FIELD_TIME(struct job, moved_to_dead_letter_at),
	FIELD_I64(struct job, resurrection_count),
	FIELD_TIME(struct job, last_resurrection_at),
	FIELD_JSON(struct job, tags),
	FIELD_END,
};
static const struct record export_record = { "dead_letter", sizeof(struct job), fields };

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct dead_opts *opts = p;
	struct job_filter filter;
	struct export_want want = {
		.kind = EXPORT_DEAD,
		.format = strcmp(opts->file.format, "json") == 0 ? EXPORT_ARRAY : EXPORT_CSV,
		.record = &export_record,
		.filter = &filter,
		.limit = opts->limit,
		.is_whole = true,
	};
	(void)args;

	TRY(dead_filter(cli, opts, &filter, err));
	if (!opts->file.output)
		return err_set(err, ERR_INVALID,
			       "say where to write: --output FILE, or --output -");
	if (strcmp(opts->file.output, "-") == 0 && cli->is_json)
		want.format = EXPORT_ARRAY;
	return export_to(cli, opts->file.output, &want, err);
}

const struct command cmd_dead_letter_export = {
	.name = "dead-letter export",
	.doc = "Write dead letters to a CSV or JSON file.",
	.more = "The file appears under its name when it is whole, readable by you alone. In CSV "
		"a text that a spreadsheet would take for a formula gets a ' in front; JSON has "
		"every text as it is.",
	.examples = "soniq dead-letter export --output dead.csv\n"
		    "soniq dead-letter export --format json --output - | jq length",
	.options = options,
	.opts_size = sizeof(struct dead_opts),
	.run = run,
};
