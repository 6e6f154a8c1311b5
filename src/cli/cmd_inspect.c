/* cmd_inspect.c -- soniq inspect: workers and schedules. */
#include <inttypes.h>
#include <math.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/export_file.h"
#include "json/json.h"
#include "store/worker.h"

#define WORKERS_MAX 500

struct opts {
	bool stale;
	bool cleanup;
	bool schedules;
	struct file_opts file;
};

static const struct option options[] = {
	{ "--stale", 0, OPT_FLAG, offsetof(struct opts, stale), NULL, NULL, 0, 0, NULL,
	  "Only workers that went silent." },
	{ "--cleanup", 0, OPT_FLAG, offsetof(struct opts, cleanup), NULL, NULL, 0, 0, NULL,
	  "First mark silent workers as stopped and put their jobs back (writes)." },
	{ "--schedules", 0, OPT_FLAG, offsetof(struct opts, schedules), NULL, NULL, 0, 0, NULL,
	  "List the recurring jobs too." },
	FILE_OPTIONS(struct opts, file,
		     "Write the workers, with --schedules the recurring jobs, as CSV or as JSON "
		     "lines."),
	OPTION_END,
};

static const struct column schedule_columns[] = {
	{ "job_name", "Schedule", 40, 0 }, { "schedule_value", "When", 24, 0 },
	{ "status", "Status", 12, 0 }, { "next_run", "Next run", 0, 0 },
	{ "last_run", "Last run", 0, COLUMN_AGE }, { "run_count", "Runs", 0, 0 }, { 0 },
};

struct view {
	struct list workers;
	struct list schedules;
	struct quality quality;
	int64_t n_active, n_stale, n_stopped, concurrency;
	int64_t n_schedules; /* in all */
};

static enum err_code cleanup(struct cli *cli, const struct opts *opts, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	int64_t workers, jobs;

	TRY(cli_store(cli, DB_WRITE, &store, err));
	TRY(store_worker_sweep(&store, store.stale_after, &workers, &jobs, err));
	if (cli->is_json || opts->file.format)
		return ERR_OK;
	if (workers == 0)
		print_mark(cli, MARK_INFO, "No stale workers found");
	else
		print_mark(cli, MARK_OK, "Cleaned up %" PRId64 " stale worker records; %" PRId64
			   " jobs are queued again", workers, jobs);
	return ERR_OK;
}

static bool is_active(const struct worker *w)
{
	return w->stale != 1 && !str_eq(w->status, S("stopped"));
}

static void count(struct view *v, const struct worker *w)
{
	if (w->stale == 1)
		v->n_stale++;
	else if (is_active(w))
		v->n_active++;
	else
		v->n_stopped++;
	if (is_active(w) && w->concurrency > 0 && w->concurrency <= INT32_MAX)
		v->concurrency += w->concurrency;
}

static enum err_code load(struct cli *cli, struct view *v, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	static const struct worker_want want = { .stopped_within = DAY, .limit = WORKERS_MAX };
	static const struct schedule_want schedules = { .limit = SCHEDULE_PAGE_MAX };
	struct worker_list workers;

	TRY(cli_store(cli, DB_READ, &store, err));
	TRY(store_workers(&store, &want, &cli->arena, &workers, err));
	v->workers = workers.rows;
	v->quality = workers.quality;
	TRY(store_schedule_page(&store, &schedules, &cli->arena, &v->schedules, &v->n_schedules,
				err));
	for (size_t i = 0; i < v->workers.n; i++)
		count(v, LIST_AT(&v->workers, struct worker, i));
	return ERR_OK;
}

static void print_queues(struct cli *cli, const struct worker *w)
{
	const struct str *queues;
	const size_t n = json_read_strings(w->queues, &cli->arena, &queues);

	fprintf(cli->out, "     Queues: %s", n == 0 ? "all queues" : "");
	for (size_t i = 0; i < n; i++)
		fprintf(cli->out, "%s%s", i ? ", " : "", visible(cli, queues[i]));
	fputc('\n', cli->out);
}

static void print_uptime(struct cli *cli, double seconds)
{
	if (isnan(seconds) || seconds < 0 || seconds > 1e10)
		return;
	const int64_t s = (int64_t)seconds;
	fprintf(cli->out, "     Uptime: %" PRId64 "h %" PRId64 "m %" PRId64 "s\n", s / 3600,
		s / 60 % 60, s % 60);
}

static void print_worker(struct cli *cli, const struct worker *w)
{
	const char *state = w->stale == 1 ? "stale" : visible(cli, w->status);

	fprintf(cli->out, "  %s:%s  [%s]\n", visible(cli, w->hostname), number_text(cli, w->pid),
		state);
	print_queues(cli, w);
	fprintf(cli->out, "     Concurrency: %s\n", number_text(cli, w->concurrency));
	print_uptime(cli, w->uptime_seconds);
	fprintf(cli->out, "     Last Heartbeat: %s\n", when(cli, w->last_heartbeat));
	if (!isnan(w->cpu_percent))
		fprintf(cli->out, "     CPU: %.1f%%\n", w->cpu_percent);
	if (!isnan(w->memory_mb))
		fprintf(cli->out, "     Memory: %.1f MB\n", w->memory_mb);
}

/* There are more schedules than are shown. */
static bool is_cut(const struct view *v)
{
	return v->n_schedules > (int64_t)v->schedules.n;
}

static void print_schedules(struct cli *cli, const struct opts *opts, const struct view *v)
{
	size_t active = 0;
	for (size_t i = 0; i < v->schedules.n; i++)
		active += str_eq(LIST_AT(&v->schedules, struct schedule, i)->status, S("active"));
	fprintf(cli->out, "\nRecurring Schedules:\n  Total: %" PRId64 " (", v->n_schedules);
	if (is_cut(v))
		fprintf(cli->out, "of the first %zu: ", v->schedules.n);
	fprintf(cli->out, "%zu active, %zu paused)\n", active, v->schedules.n - active);
	if (opts->schedules && v->schedules.n > 0)
		print_table(cli, &schedule_record, schedule_columns, &v->schedules);
}

static void print_view(struct cli *cli, const struct opts *opts, const struct view *v)
{
	fprintf(cli->out, "[WORKERS] Soniq Worker Status\n");
	if (v->quality.kind != KIND_EXACT)
		fprintf(cli->out, "Numbers: %s\n", quality_words(cli, &v->quality));
	fprintf(cli->out, "Health: %s\n", v->n_stale > 0 ? "DEGRADED" : "HEALTHY");
	fprintf(cli->out, "Active Workers: %" PRId64 "\nStale Workers: %" PRId64
		"\nStopped Workers (last day): %" PRId64 "\nTotal Concurrency: %" PRId64 "\n\n",
		v->n_active, v->n_stale, v->n_stopped, v->concurrency);
	for (size_t i = 0; i < v->workers.n; i++) {
		const struct worker *w = LIST_AT(&v->workers, struct worker, i);
		if (w->stale == 1 || (is_active(w) && !opts->stale))
			print_worker(cli, w);
	}
	if (v->n_active + v->n_stale == 0)
		print_mark(cli, MARK_INFO, "No worker is running");
	print_schedules(cli, opts, v);
}

static struct list shown_workers(struct cli *cli, const struct opts *opts, const struct view *v)
{
	struct list shown = list_new(&cli->arena, sizeof(struct worker));

	for (size_t i = 0; i < v->workers.n; i++) {
		const struct worker *w = LIST_AT(&v->workers, struct worker, i);
		if (!opts->stale || w->stale == 1)
			*(struct worker *)list_add(&shown) = *w;
	}
	return shown;
}

static void print_json_view(struct cli *cli, const struct opts *opts, const struct view *v)
{
	const struct list workers = shown_workers(cli, opts, v);
	AUTO(buf) struct buf text = buf_new(64 * 1024 * 1024);
	struct json j = json_new(&text);
	json_open_object(&j);
	json_key(&j, "health");
	json_text(&j, v->n_stale > 0 ? "degraded" : "healthy");
	json_quality(&j, &v->quality);
	json_list(&j, "workers", &worker_record, &workers);
	json_list(&j, "schedules", &schedule_record, &v->schedules);
	json_key(&j, "schedules_total");
	json_i64(&j, v->n_schedules);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code write_view(struct cli *cli, const struct opts *opts, const struct view *v,
				struct err *err)
{
	const struct list workers = shown_workers(cli, opts, v);
	const struct quality part = { .kind = KIND_CAPPED, .as_of = v->quality.as_of };

	if (opts->schedules)
		return file_write(cli, &opts->file, &schedule_record, &v->schedules,
				  is_cut(v) ? &part : NULL, err);
	return file_write(cli, &opts->file, &worker_record, &workers, &v->quality, err);
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	struct view view = { 0 };
	(void)args;

	TRY(file_check(cli, &opts->file, err));
	if (opts->cleanup)
		TRY(cleanup(cli, opts, err));
	TRY(load(cli, &view, err));
	if (opts->file.format)
		return write_view(cli, opts, &view, err);
	if (cli->is_json)
		print_json_view(cli, opts, &view);
	else
		print_view(cli, opts, &view);
	return ERR_OK;
}

const struct command cmd_inspect = {
	.name = "inspect",
	.doc = "Show the workers, what they serve and when they were last heard of.",
	.examples = "soniq inspect --stale\n"
		    "soniq inspect --schedules --format csv --output schedules.csv",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run,
};
