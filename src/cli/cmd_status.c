/* cmd_status.c -- soniq status: what is wrong, counts, queues, recent jobs. */
#include <inttypes.h>
#include <math.h>

#include "cli/cli.h"
#include "cli/export_file.h"
#include "cli/findings.h"
#include "json/json.h"
#include "store/job.h"
#include "store/overview.h"
#include "store/stats.h"
#include "store/worker.h"

#define RECENT_JOBS 10
#define WORKERS_MAX 500

struct opts {
	bool jobs;
	bool verbose;
	struct file_opts file;
};

static const struct option options[] = {
	{ "--jobs", 'j', OPT_FLAG, offsetof(struct opts, jobs), NULL, NULL, 0, 0, NULL,
	  "List the newest jobs too." },
	{ "--verbose", 'v', OPT_FLAG, offsetof(struct opts, verbose), NULL, NULL, 0, 0, NULL,
	  "Counts, times and a forecast for each queue too." },
	FILE_OPTIONS(struct opts, file,
		     "Write the queues as CSV, or as JSON lines, in place of all that."),
	OPTION_END,
};

static const struct column queue_columns[] = {
	{ "queue", "Queue", 40, 0 }, { "ready", "Ready", 0, 0 }, { "scheduled", "Later", 0, 0 },
	{ "processing", "Running", 0, 0 }, { "done", "Done", 0, 0 },
	{ "cancelled", "Cancelled", 0, 0 }, { "dead_letter", "Dead", 0, 0 },
	{ "oldest_waiting_seconds", "Waiting", 0, COLUMN_SPAN },
	{ "live_workers", "Workers", 0, 0 }, { 0 },
};

/* What only the history knows of a queue. */
struct pace {
	struct str queue;
	double arrived_per_minute, finished_per_minute;
	double wait_p50_ms, wait_p95_ms, wait_p99_ms;
	double run_p50_ms, run_p95_ms, run_p99_ms;
	struct str forecast;
};
static const struct field pace_fields[] = {
	FIELD_STR(struct pace, queue),
	FIELD_F64(struct pace, arrived_per_minute),
	FIELD_F64(struct pace, finished_per_minute),
	FIELD_F64(struct pace, wait_p50_ms),
	FIELD_F64(struct pace, wait_p95_ms),
	FIELD_F64(struct pace, wait_p99_ms),
	FIELD_F64(struct pace, run_p50_ms),
	FIELD_F64(struct pace, run_p95_ms),
	FIELD_F64(struct pace, run_p99_ms),
	FIELD_STR(struct pace, forecast),
	FIELD_END,
};
static const struct record pace_record = { "pace", sizeof(struct pace), pace_fields };

static const struct column pace_columns[] = {
	{ "queue", "Queue", 40, 0 }, { "arrived_per_minute", "In/min", 0, 0 },
	{ "finished_per_minute", "Out/min", 0, 0 }, { "forecast", "Forecast", 0, COLUMN_WHOLE },
	{ "wait_p50_ms", "Wait p50", 0, COLUMN_MS }, { "wait_p95_ms", "p95", 0, COLUMN_MS },
	{ "wait_p99_ms", "p99", 0, COLUMN_MS }, { "run_p50_ms", "Run p50", 0, COLUMN_MS },
	{ "run_p95_ms", "p95", 0, COLUMN_MS }, { "run_p99_ms", "p99", 0, COLUMN_MS }, { 0 },
};

/* All that the command shows. */
struct status {
	struct overview overview;
	struct job_stats stats;
	struct quality quality, queues_quality, jobs_quality, workers_quality;
	struct list queues;
	struct list jobs;
	int64_t active, stale;
};

static enum err_code load_workers(struct cli *cli, struct store *store, struct status *s,
				  struct err *err)
{
	static const struct worker_want want = { .is_brief = true, .limit = WORKERS_MAX };
	struct worker_list workers;
	TRY(store_workers(store, &want, &cli->arena, &workers, err));
	s->workers_quality = workers.quality;
	for (size_t i = 0; i < workers.rows.n; i++) {
		if (LIST_AT(&workers.rows, struct worker, i)->stale == 1)
			s->stale++;
		else
			s->active++;
	}
	return ERR_OK;
}

static enum err_code load(struct cli *cli, const struct opts *opts, struct status *s,
			  struct err *err)
{
	AUTO(store) struct store store = { 0 };
	const struct job_filter newest = { .limit = RECENT_JOBS };
	struct job_list list;

	TRY(cli_store(cli, DB_READ, &store, err));
	TRY(store_overview(&store, &cli->arena, &s->overview, err));
	TRY(store_stats(&store, &cli->arena, &s->stats, &s->quality, err));
	TRY(load_workers(cli, &store, s, err));
	if (opts->verbose)
		TRY(store_queues(&store, &cli->arena, &s->queues, &s->queues_quality, err));
	if (!opts->jobs)
		return ERR_OK;
	TRY(store_job_list(&store, &newest, &cli->arena, &list, err));
	s->jobs = list.rows;
	s->jobs_quality = list.quality;
	return ERR_OK;
}

static void print_stats(struct cli *cli, const struct status *s)
{
	const struct job_stats *n = &s->stats;
	const struct { const char *name; int64_t n; } lines[] = {
		{ "Total Jobs", n->total }, { "Queued", n->queued },
		{ "Processing", n->processing }, { "Done", n->done },
		{ "Cancelled", n->cancelled }, { "Dead Letter", n->dead_letter },
	};
	if (n->total + n->dead_letter == 0) {
		print_mark(cli, MARK_INFO, "No jobs found");
		return;
	}
	fprintf(cli->out, "\nQueue Statistics (%s):\n", quality_words(cli, &s->quality));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		fprintf(cli->out, "  %-12s %" PRId64 "\n", lines[i].name, lines[i].n);
	fputc('\n', cli->out);
	if (n->queued > 0)
		print_mark(cli, MARK_WARNING, "%" PRId64 " jobs waiting to be processed",
			   n->queued);
	if (n->dead_letter > 0)
		print_mark(cli, MARK_WARNING, "%" PRId64 " jobs in dead-letter queue",
			   n->dead_letter);
	if (n->queued + n->processing + n->dead_letter == 0)
		print_mark(cli, MARK_OK, "All jobs processed successfully");
}

static void print_workers(struct cli *cli, const struct status *s)
{
	/* Active ones come first. */
	const char *least = s->workers_quality.kind == KIND_CAPPED ? "at least " : "";

	if (s->active + s->stale == 0)
		fprintf(cli->out, "Workers: None running (start one to work on the queues)\n");
	else if (s->stale > 0)
		fprintf(cli->out,
			"Workers: %s%" PRId64 " active, %" PRId64
			" stale (use 'soniq inspect' for details)\n",
			least, s->active, s->stale);
	else
		fprintf(cli->out,
			"Workers: %s%" PRId64 " active (use 'soniq inspect' for details)\n", least,
			s->active);
}

static void print_part(struct cli *cli, const char *title, const struct record *record,
		       const struct column *columns, const struct list *rows,
		       const struct quality *quality)
{
	fprintf(cli->out, "\n%s (%zu", title, rows->n);
	if (quality->kind != KIND_EXACT)
		fprintf(cli->out, ", %s", quality_words(cli, quality));
	fprintf(cli->out, "):\n");
	if (rows->n > 0)
		print_table(cli, record, columns, rows);
}

static struct pace pace_of(struct cli *cli, const struct queue_stats *q)
{
	return (struct pace){
		.queue = q->queue,
		.arrived_per_minute = q->outlook.arrived_per_minute,
		.finished_per_minute = q->outlook.finished_per_minute,
		.wait_p50_ms = q->times.wait_p50_ms,
		.wait_p95_ms = q->times.wait_p95_ms,
		.wait_p99_ms = q->times.wait_p99_ms,
		.run_p50_ms = q->times.run_p50_ms,
		.run_p95_ms = q->times.run_p95_ms,
		.run_p99_ms = q->times.run_p99_ms,
		.forecast = str_of(forecast_words(cli, &q->outlook)),
	};
}

/* Nothing where nothing is known: without the history. */
static void print_paces(struct cli *cli, const struct list *queues)
{
	struct list paces = list_new(&cli->arena, sizeof(struct pace));
	bool is_known = false;

	for (size_t i = 0; i < queues->n; i++) {
		const struct queue_stats *q = LIST_AT(queues, struct queue_stats, i);
		is_known |= !isnan(q->outlook.arrived_per_minute);
		*(struct pace *)list_add(&paces) = pace_of(cli, q);
	}
	if (!is_known)
		return;
	fprintf(cli->out, "\nRates of the last 10 minutes, times of the last hour:\n");
	print_table(cli, &pace_record, pace_columns, &paces);
}

static void print_verdicts(struct cli *cli, const struct overview *overview)
{
	if (overview->all_clear)
		print_mark(cli, MARK_OK, "All clear: %s", overview->all_clear);
	print_findings(cli, &overview->verdicts);
}

static void print_status(struct cli *cli, const struct opts *opts, const struct status *s)
{
	fprintf(cli->out, "\n>>> Soniq System Status\n");
	print_mark(cli, MARK_OK, "Database connection: OK (%s)", cli->database.label);
	print_verdicts(cli, &s->overview);
	print_stats(cli, s);
	print_workers(cli, s);
	if (opts->verbose) {
		print_part(cli, "Queues", &queue_stats_record, queue_columns, &s->queues,
			   &s->queues_quality);
		print_paces(cli, &s->queues);
	}
	if (opts->jobs)
		print_part(cli, "Recent Jobs", &job_row_record, job_columns, &s->jobs,
			   &s->jobs_quality);
}

static void add_kind(struct json *j, const char *key, const struct quality *quality)
{
	json_key(j, key);
	json_text(j, kind_name(quality->kind));
}

static void print_json_status(struct cli *cli, const struct opts *opts, const struct status *s)
{
	AUTO(buf) struct buf text = buf_new(16 * 1024 * 1024);
	struct json j = json_new(&text);
	json_open_object(&j);
	json_quality(&j, &s->quality);
	json_list(&j, "verdicts", &finding_record, &s->overview.verdicts);
	json_key(&j, "all_clear");
	json_text(&j, s->overview.all_clear);
	json_key(&j, "stats");
	json_record(&j, &job_stats_record, &s->stats);
	json_key(&j, "workers_active");
	json_i64(&j, s->active);
	json_key(&j, "workers_stale");
	json_i64(&j, s->stale);
	add_kind(&j, "workers_kind", &s->workers_quality);
	if (opts->verbose) {
		add_kind(&j, "queues_kind", &s->queues_quality);
		json_list(&j, "queues", &queue_stats_record, &s->queues);
	}
	if (opts->jobs) {
		add_kind(&j, "jobs_kind", &s->jobs_quality);
		json_list(&j, "jobs", &job_row_record, &s->jobs);
	}
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code write_queues(struct cli *cli, const struct opts *opts, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct list queues;
	struct quality quality;

	TRY(cli_store(cli, DB_READ, &store, err));
	TRY(store_queues(&store, &cli->arena, &queues, &quality, err));
	return file_write(cli, &opts->file, &queue_stats_record, &queues, &quality, err);
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	struct status status = { 0 };
	(void)args;

	TRY(file_check(cli, &opts->file, err));
	if (opts->file.format)
		return write_queues(cli, opts, err);
	TRY(load(cli, opts, &status, err));
	if (cli->is_json)
		print_json_status(cli, opts, &status);
	else
		print_status(cli, opts, &status);
	return ERR_OK;
}

const struct command cmd_status = {
	.name = "status",
	.doc = "Show what is wrong, and how many jobs there are in which state.",
	.more = "First what the rules find, worst first, each with its numbers, what is safe to do "
		"about it, and a command line; or what it rests on that nothing is wrong.",
	.examples = "soniq status --verbose\nsoniq status --jobs --json\n"
		    "soniq status --format csv --output queues.csv",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run,
};
