/* cmd_timeline.c -- soniq timeline: what happened, bucket by bucket. */
#include "cli/cli.h"
#include "cli/export_file.h"
#include "json/json.h"
#include "store/stats.h"

struct opts {
	int64_t hours;
	const char *bucket;
	const char *queue;
	const char *type;
	struct file_opts file;
};

static const struct option options[] = {
	{ "--hours", 0, OPT_INT, offsetof(struct opts, hours), "N", "24", 1, 8784, NULL,
	  "The last N hours." },
	{ "--bucket", 0, OPT_CHOICE, offsetof(struct opts, bucket), "SPAN", NULL, 0, 0,
	  TIMELINE_BUCKETS,
	  "What a line is of; else an hour, or of over 3,000 hours a day. all: one line." },
	{ "--queue", 0, OPT_TEXT, offsetof(struct opts, queue), "NAME", NULL, 0, 0, NULL,
	  "Only this queue; needs the history." },
	{ "--type", 0, OPT_TEXT, offsetof(struct opts, type), "NAME", NULL, 0, 0, NULL,
	  "Only this task type; needs the history." },
	FILE_OPTIONS(struct opts, file,
		     "Write the lines as CSV, or as JSON lines, in place of a table."),
	OPTION_END,
};

#define COUNTS                                                                                  \
	{ "hour", "From", 0, 0 }, { "total_jobs", "Came", 0, 0 },                                \
	{ "completed", "Done", 0, 0 }, { "dead_letter", "Dead", 0, 0 }

static const struct column columns[] = { COUNTS, { 0 } };

/* What only the history knows stands behind. */
static const struct column kept_columns[] = {
	COUNTS,
	{ "failed", "Retried", 0, 0 }, { "cancelled", "Cancelled", 0, 0 },
	{ "wait_p95_ms", "Wait p95", 0, COLUMN_MS }, { "run_p50_ms", "Run p50", 0, COLUMN_MS },
	{ "run_p95_ms", "Run p95", 0, COLUMN_MS }, { "run_p99_ms", "Run p99", 0, COLUMN_MS },
	{ "queued_max", "Queued, most", 0, 0 }, { "workers_max", "Workers, most", 0, 0 }, { 0 },
};

struct view {
	struct list buckets;            /* struct timeline_bucket */
	struct quality quality;
};

static enum err_code load(struct cli *cli, const struct opts *opts, struct view *view,
			  struct err *err)
{
	const struct timeline_want want = {
		.hours = (int)opts->hours,
		.bucket = timeline_bucket_span(str_of(opts->bucket), opts->hours),
		.queue = str_of(opts->queue),
		.job_name = str_of(opts->type),
	};
	AUTO(store) struct store store = { 0 };

	if (opts->queue && opts->type)
		return err_set(err, ERR_INVALID, "--queue and --type are kept apart in the "
			       "history: give one of them");
	TRY(cli_store(cli, DB_READ, &store, err));
	return store_timeline(&store, &want, &cli->arena, &view->buckets, &view->quality, err);
}

static bool is_kept(const struct list *buckets)
{
	for (size_t i = 0; i < buckets->n; i++)
		if (LIST_AT(buckets, struct timeline_bucket, i)->started != I64_NULL)
			return true;
	return false;
}

static void print_view(struct cli *cli, const struct view *v)
{
	const struct quality *quality = &v->quality;

	print_table(cli, &timeline_record, is_kept(&v->buckets) ? kept_columns : columns,
		    &v->buckets);
	if (quality->kind != KIND_EXACT)
		fprintf(cli->out, "\nNumbers: %s\n", quality_words(cli, quality));
	if (quality->covered_from != 0)
		fprintf(cli->out, "Nothing is known of the time before %s.\n",
			when(cli, quality->covered_from));
}

static void print_json_view(struct cli *cli, const struct view *v)
{
	AUTO(buf) struct buf text = buf_new(16 * 1024 * 1024);
	struct json j = json_new(&text);

	json_open_object(&j);
	json_quality(&j, &v->quality);
	json_key(&j, "covered_from");
	json_time(&j, v->quality.covered_from ? v->quality.covered_from : TIME_NULL);
	json_list(&j, "buckets", &timeline_record, &v->buckets);
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
		return file_write(cli, &opts->file, &timeline_record, &view.buckets, &view.quality,
				  err);
	if (cli->is_json)
		print_json_view(cli, &view);
	else
		print_view(cli, &view);
	return ERR_OK;
}

const struct command cmd_timeline = {
	.name = "timeline",
	.doc = "Show what came, was done and failed, hour by hour.",
	.more = "With the history that soniq setup adds it goes back a year, tells how long jobs "
		"waited and ran, and is had of one queue or task type; without it these are the "
		"jobs whose rows are still there. Times are in UTC.",
	.examples = "soniq timeline --hours 12\n"
		    "soniq timeline --hours 2 --bucket minute --queue mail\n"
		    "soniq timeline --hours 720 --bucket day --format csv --output month.csv",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run,
};
