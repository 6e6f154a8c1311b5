/* cmd_dead_letter_groups.c -- soniq dead-letter groups: what they died of. */
#include <inttypes.h>

#include "cli/dead_letter.h"

static const struct option options[] = {
	DEAD_FILTERS,
	DEAD_OPT("--hours", 0, OPT_INT, hours, "N", "0", 0, 8784,
		 "Only those that died in the last N hours; 0: whenever they did."),
	DEAD_OPT("--limit", 0, OPT_INT, limit, "N", "50", 1, 10000, "At most so many groups."),
	FILE_OPTIONS(struct dead_opts, file,
		     "Write the groups as CSV, or as JSON lines, in place of a list."),
	OPTION_END,
};

/* A group as a line of a table. */
struct line {
	struct str signature;
	int64_t count;
	usec_t last_seen;
	struct str error;
	struct str frame;
};

static const struct field line_fields[] = {
	FIELD_STR(struct line, signature),
	FIELD_I64(struct line, count),
	FIELD_TIME(struct line, last_seen),
	FIELD_STR(struct line, error),
	FIELD_STR(struct line, frame),
	FIELD_END,
};
static const struct record line_record = { "line", sizeof(struct line), line_fields };

static const struct column columns[] = {
	{ "signature", "Group", 16, COLUMN_WHOLE }, { "count", "Count", 0, 0 },
	{ "last_seen", "Last seen", 0, COLUMN_AGE }, { "error", "Error", 72, 0 },
	{ "frame", "Where", 40, 0 }, { 0 },
};

static void print_groups(struct cli *cli, const struct group_list *groups)
{
	struct list lines = list_new(&cli->arena, sizeof(struct line));

	for (size_t i = 0; i < groups->rows.n; i++) {
		const struct group *group = LIST_AT(&groups->rows, struct group, i);
		*(struct line *)list_add(&lines) = (struct line){
			group->signature, group->count, group->last_seen,
			dead_group_error(cli, group), group->frame,
		};
	}
	print_table(cli, &line_record, columns, &lines);
	if (groups->n_groups > (int64_t)groups->rows.n)
		fprintf(cli->out, "... and %" PRId64 " more groups: see --limit.\n",
			groups->n_groups - (int64_t)groups->rows.n);
}

static enum err_code show(struct cli *cli, const struct dead_opts *opts,
			  const struct group_list *groups, struct err *err)
{
	if (opts->file.format)
		return file_write(cli, &opts->file, &group_record, &groups->rows, NULL, err);
	if (cli->is_json)
		print_json_list(cli, &group_record, &groups->rows);
	else if (groups->rows.n == 0)
		fprintf(cli->out, "No dead-letter jobs.\n");
	else
		print_groups(cli, groups);
	return ERR_OK;
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct dead_opts *opts = p;
	struct group_want want = {
		.since = TIME_NULL,
		.before = TIME_NULL,
		.limit = (int)opts->limit,
	};
	AUTO(store) struct store store = { 0 };
	struct group_list groups;
	(void)args;

	TRY(file_check(cli, &opts->file, err));
	TRY(dead_filter(cli, opts, &want.filter, err));
	TRY(cli_store(cli, DB_READ, &store, err));
	if (opts->hours > 0)
		want.since = store_now(&store) - opts->hours * HOUR;
	TRY(store_group_list(&store, &want, &cli->arena, &groups, err));
	TRY(show(cli, opts, &groups, err));
	if (groups.quality.kind != KIND_EXACT)
		fprintf(cli->err, "Only the newest %" PRId64 " dead letters were looked at.\n",
			groups.n_looked);
	return ERR_OK;
}

const struct command cmd_dead_letter_groups = {
	.name = "dead-letter groups",
	.doc = "Show what dead letters died of, equal failures together.",
	.more = "Equal are those of one type of error, of the same message but for numbers, ids, "
		"quotes and addresses, and of the same place in your code. The newest 10,000 that "
		"match are looked at. The other dead-letter commands take a group by --group.",
	.examples = "soniq dead-letter groups --hours 24\n"
		    "soniq dead-letter groups --where 'finished:<24h -queue:mail'\n"
		    "soniq dead-letter groups --format csv --output groups.csv\n"
		    "soniq dead-letter groups --queue mail --json | jq -r '.[0].sample_error'",
	.options = options,
	.opts_size = sizeof(struct dead_opts),
	.run = run,
};
