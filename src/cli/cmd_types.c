/* cmd_types.c -- soniq types: how the jobs of each name fare. */
#include "cli/cli.h"
#include "cli/export_file.h"
#include "json/json.h"
#include "store/stats.h"

struct opts {
	int64_t limit;
	struct file_opts file;
};

static const struct option options[] = {
	{ "--limit", 'l', OPT_INT, offsetof(struct opts, limit), "N", "1001", 1, 1001, NULL,
	  "At most so many names, those with the most jobs." },
	FILE_OPTIONS(struct opts, file,
		     "Write the names as CSV, or as JSON lines, in place of a table."),
	OPTION_END,
};

#define COUNTS                                                                                  \
	{ "job_name", "Task type", 40, 0 }, { "total_count", "Jobs", 0, 0 },                     \
	{ "queued_count", "Queued", 0, 0 }, { "completed_count", "Done", 0, 0 },                 \
	{ "dead_letter_count", "Dead", 0, 0 }, { "success_rate", "Success %", 0, 0 },            \
	{ "last_run", "Last", 0, COLUMN_AGE }

static const struct column columns[] = { COUNTS, { 0 } };

/* What only the history knows stands behind. */
static const struct column kept_columns[] = {
	COUNTS,
	{ "oldest_waiting_seconds", "Waiting", 0, COLUMN_SPAN },
	{ "arrived_per_minute", "In/min", 0, 0 }, { "finished_per_minute", "Out/min", 0, 0 },
	{ "failed_count", "Retried", 0, 0 }, { "wait_p95_ms", "Wait p95", 0, COLUMN_MS },
	{ "run_p50_ms", "Run p50", 0, COLUMN_MS }, { "run_p95_ms", "Run p95", 0, COLUMN_MS },
	{ "run_p99_ms", "Run p99", 0, COLUMN_MS }, { 0 },
};

struct view {
	struct list types;              /* struct type_stats */
	struct quality quality;
	size_t n_left_out;              /* by --limit */
};

static enum err_code load(struct cli *cli, const struct opts *opts, struct view *view,
			  struct err *err)
{
	AUTO(store) struct store store = { 0 };
	const size_t limit = (size_t)opts->limit;

	TRY(cli_store(cli, DB_READ, &store, err));
	TRY(store_types(&store, &cli->arena, &view->types, &view->quality, err));
	if (view->types.n <= limit)
		return ERR_OK;
	view->n_left_out = view->types.n - limit;
	view->types.n = limit;
	return ERR_OK;
}

static bool is_kept(const struct list *types)
{
	for (size_t i = 0; i < types->n; i++)
		if (LIST_AT(types, struct type_stats, i)->arrived_count != I64_NULL)
			return true;
	return false;
}

static void print_view(struct cli *cli, const struct view *v)
{
	if (v->types.n == 0) {
		print_mark(cli, MARK_INFO, "No jobs in the last 7 days");
		return;
	}
	print_table(cli, &type_stats_record, is_kept(&v->types) ? kept_columns : columns,
		    &v->types);
	if (v->n_left_out > 0)
		fprintf(cli->out, "... and %zu more names: see --limit.\n", v->n_left_out);
	if (v->quality.kind != KIND_EXACT)
		fprintf(cli->out, "\nNumbers: %s\n", quality_words(cli, &v->quality));
}

static void print_json_view(struct cli *cli, const struct view *v)
{
	AUTO(buf) struct buf text = buf_new(16 * 1024 * 1024);
	struct json j = json_new(&text);

	json_open_object(&j);
	json_quality(&j, &v->quality);
	json_list(&j, "types", &type_stats_record, &v->types);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	struct view view = { 0 };
	(void)args;

	TRY(file_check(cli, &opts->file, err));
	TRY(load(cli, opts, &view, err));
	if (opts->file.format)
		return file_write(cli, &opts->file, &type_stats_record, &view.types, &view.quality,
				  err);
	if (cli->is_json)
		print_json_view(cli, &view);
	else
		print_view(cli, &view);
	return ERR_OK;
}

const struct command cmd_types = {
	.name = "types",
	.doc = "Show for each task type how its jobs fare.",
	.more = "Of the last 7 days, most jobs first. With the history that soniq setup adds these "
		"are all jobs of that time, with rates of the last 10 minutes and times of 7 days; "
		"without it those whose rows are still there.",
	.examples = "soniq types --limit 10\n"
		    "soniq types --json | jq '.types[] | select(.run_p99_ms > 60000).job_name'\n"
		    "soniq types --format csv --output types.csv",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run,
};
