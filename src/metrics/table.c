/* table.c -- all metrics, and where the samples of each come from. */
#include "metrics/table.h"

#include <inttypes.h>
#include <stdio.h>

static void open_sample(struct writing *w, const char *label, struct str value)
{
	buf_printf(w->out, "%s{%s=\"%.*s\"", w->metric->name, label, STR_ARG(value));
}

void sample_i64(struct writing *w, int64_t value)
{
	if (value != I64_NULL)
		buf_printf(w->out, "%s %" PRId64 "\n", w->metric->name, value);
}

void sample_seconds(struct writing *w, usec_t value)
{
	const usec_t size = value < 0 ? -value : value;

	buf_printf(w->out, "%s %s%" PRId64 ".%06" PRId64 "\n", w->metric->name,
		   value < 0 ? "-" : "", size / SECOND, size % SECOND);
}

void sample_labelled(struct writing *w, const char *label, struct str value, int64_t n)
{
	if (n == I64_NULL)
		return;
	open_sample(w, label, value);
	buf_printf(w->out, "} %" PRId64 "\n", n);
}

/* ---- of queues ---- */

static void jobs(struct writing *w)
{
	for (size_t i = 0; i < w->n_queues; i++) {
		const struct queue_sums *q = &w->queues[i];
		const struct { const char *status; int64_t n; } rows[] = {
			{ "queued", q->queued }, { "processing", q->processing },
			{ "done", q->done }, { "cancelled", q->cancelled },
		};
		for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
			open_sample(w, "queue", q->name);
			buf_printf(w->out, ",status=\"%s\"} %" PRId64 "\n", rows[k].status,
				   rows[k].n);
		}
	}
}

static void of_queues(struct writing *w, size_t offset)
{
	for (size_t i = 0; i < w->n_queues; i++) {
		const struct queue_sums *q = &w->queues[i];
		open_sample(w, "queue", q->name);
		buf_printf(w->out, "} %" PRId64 "\n",
			   *(const int64_t *)((const char *)q + offset));
	}
}

static void dead_letters(struct writing *w)
{
	of_queues(w, offsetof(struct queue_sums, dead_letter));
}

static void ready(struct writing *w)
{
	of_queues(w, offsetof(struct queue_sums, ready));
}

static void scheduled(struct writing *w)
{
	of_queues(w, offsetof(struct queue_sums, scheduled));
}

static void live_workers(struct writing *w)
{
	of_queues(w, offsetof(struct queue_sums, live_workers));
}

static void oldest_waiting(struct writing *w)
{
	for (size_t i = 0; i < w->n_queues; i++) {
		open_sample(w, "queue", w->queues[i].name);
		buf_printf(w->out, "} %.3f\n", w->queues[i].oldest);
	}
}

/* ---- of workers and of time ---- */

static bool is_stopped(const struct worker *worker)
{
	return str_eq(worker->status, S("stopped"));
}

static void workers(struct writing *w)
{
	const struct list *rows = &w->scrape->workers.rows;
	int64_t active = 0, stale = 0, stopped = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct worker *worker = LIST_AT(rows, struct worker, i);
		if (is_stopped(worker))
			stopped++;
		else if (worker->stale == 1)
			stale++;
		else
			active++;
	}
	sample_labelled(w, "state", S("active"), active);
	sample_labelled(w, "state", S("stale"), stale);
	sample_labelled(w, "state", S("stopped"), stopped);
}

/* Rows may hold any number: their sum must not overflow. */
static void worker_slots(struct writing *w)
{
	const struct list *rows = &w->scrape->workers.rows;
	int64_t slots = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct worker *worker = LIST_AT(rows, struct worker, i);
		if (!is_stopped(worker) && worker->stale != 1 && worker->concurrency > 0 &&
		    __builtin_add_overflow(slots, worker->concurrency, &slots))
			slots = INT64_MAX;
	}
	sample_i64(w, slots);
}

static void finished(struct writing *w)
{
	sample_labelled(w, "outcome", S("done"), w->scrape->hour.completed_last_hour);
	sample_labelled(w, "outcome", S("dead_letter"), w->scrape->hour.dead_lettered_last_hour);
}

static void numbers_exact(struct writing *w)
{
	sample_labelled(w, "of", S("queues"), w->scrape->queues_kind == KIND_EXACT);
	sample_labelled(w, "of", S("finished"), w->scrape->hour_kind == KIND_EXACT);
	sample_labelled(w, "of", S("workers"), w->scrape->workers.quality.kind == KIND_EXACT);
}

/* ---- of the program itself ---- */

static void database_up(struct writing *w)
{
	sample_i64(w, w->scrape->is_up);
}

static void build_info(struct writing *w)
{
	sample_labelled(w, "version", str_of(w->scrape->version), 1);
}

static void requests(struct writing *w)
{
	sample_i64(w, w->scrape->cost->requests);
}

static void refused(struct writing *w)
{
	sample_i64(w, w->scrape->cost->refused);
}

static void errors(struct writing *w)
{
	sample_i64(w, w->scrape->cost->errors);
}

static void shared(struct writing *w)
{
	sample_i64(w, w->scrape->cost->shared);
}

static void queries(struct writing *w)
{
	sample_i64(w, w->scrape->cost->queries);
}

static void connections(struct writing *w)
{
	sample_i64(w, w->scrape->cost->connections);
}

static void busy(struct writing *w)
{
	sample_seconds(w, w->scrape->cost->busy);
}

static void refreshes(struct writing *w)
{
	sample_labelled(w, "cause", S("budget"), w->scrape->cost->refreshes);
	sample_labelled(w, "cause", S("asked"), w->scrape->cost->looks);
}

static void snapshots(struct writing *w)
{
	sample_seconds(w, w->scrape->cost->snapshots);
}

static void budget(struct writing *w)
{
	sample_seconds(w, w->scrape->cost->tokens);
}

static void streams(struct writing *w)
{
	sample_i64(w, w->scrape->cost->streams);
}

static void events(struct writing *w)
{
	sample_i64(w, w->scrape->cost->events);
}

static void cpu(struct writing *w)
{
	sample_seconds(w, w->scrape->process.cpu);
}

static void resident(struct writing *w)
{
	sample_i64(w, w->scrape->process.resident_bytes);
}

static void open_fds(struct writing *w)
{
	sample_i64(w, w->scrape->process.open_fds);
}

const struct metric metrics_table[] = {
	{ "soniq_build_info", METRIC_INFO, NULL, "version", "The program's version.", NEEDS_NOTHING,
	  build_info },
	{ "soniq_database_up", METRIC_GAUGE, NULL, NULL,
	  "1 when the database answers and its tables are usable; at 0 what it would tell is "
	  "absent.",
	  NEEDS_NOTHING, database_up },
	{ "soniq_numbers_exact", METRIC_GAUGE, NULL, "of",
	  "1 when numbers are of all rows; 0 when counting stopped at a limit or a part was "
	  "looked at.",
	  NEEDS_DATABASE, numbers_exact },
	{ "soniq_jobs", METRIC_GAUGE, NULL, "queue, status", "Rows of the job table.",
	  NEEDS_DATABASE, jobs },
	{ "soniq_dead_letters", METRIC_GAUGE, NULL, "queue", "Jobs in the dead-letter queue.",
	  NEEDS_DATABASE, dead_letters },
	{ "soniq_queue_ready", METRIC_GAUGE, NULL, "queue", "Queued jobs that are due.",
	  NEEDS_DATABASE, ready },
	{ "soniq_queue_scheduled", METRIC_GAUGE, NULL, "queue", "Queued jobs that are due later.",
	  NEEDS_DATABASE, scheduled },
	{ "soniq_queue_oldest_waiting_seconds", METRIC_GAUGE, "seconds", "queue",
	  "How long the oldest due job has waited; 0 when nothing waits.", NEEDS_DATABASE,
	  oldest_waiting },
	{ "soniq_queue_live_workers", METRIC_GAUGE, NULL, "queue",
	  "Workers with a fresh heartbeat that serve the queue.", NEEDS_DATABASE, live_workers },
	{ "soniq_workers", METRIC_GAUGE, NULL, "state",
	  "Workers: active, stale (no heartbeat for SONIQ_HEARTBEAT_TIMEOUT), or stopped within "
	  "a day.",
	  NEEDS_DATABASE, workers },
	{ "soniq_worker_slots", METRIC_GAUGE, NULL, NULL,
	  "Jobs that the active workers can run at once.", NEEDS_DATABASE, worker_slots },
	{ "soniq_jobs_finished_last_hour", METRIC_GAUGE, NULL, "outcome",
	  "Jobs that ended within the last hour; without the history those whose rows are "
	  "still there.",
	  NEEDS_DATABASE, finished },
	{ "soniq_http_requests_total", METRIC_COUNTER, NULL, NULL, "Requests answered.", NEEDS_COST,
	  requests },
	{ "soniq_http_refused_total", METRIC_COUNTER, NULL, NULL,
	  "Requests and connections turned away, such as those without the key.", NEEDS_COST,
	  refused },
	{ "soniq_http_errors_total", METRIC_COUNTER, NULL, NULL,
	  "Answers with a status of 500 or more.", NEEDS_COST, errors },
	{ "soniq_http_shared_answers_total", METRIC_COUNTER, NULL, NULL,
	  "Requests answered with what another one had asked of the database.", NEEDS_COST,
	  shared },
	{ "soniq_http_connections", METRIC_GAUGE, NULL, NULL, "Open connections.", NEEDS_COST,
	  connections },
	{ "soniq_executor_runs_total", METRIC_COUNTER, NULL, NULL,
	  "Requests that were run against the database.", NEEDS_COST, queries },
	{ "soniq_executor_busy_seconds_total", METRIC_COUNTER, "seconds", NULL,
	  "Time that executors spent on requests, mostly waiting for the database.", NEEDS_COST,
	  busy },
	{ "soniq_snapshot_refreshes_total", METRIC_COUNTER, NULL, "cause",
	  "Numbers read anew: because they were due within the budget, or because somebody asked "
	  "for what nobody had or a write had made wrong.",
	  NEEDS_COST, refreshes },
	{ "soniq_snapshot_seconds_total", METRIC_COUNTER, "seconds", NULL,
	  "Time that reading numbers took.", NEEDS_COST, snapshots },
	{ "soniq_snapshot_budget_seconds", METRIC_GAUGE, "seconds", NULL,
	  "Time that refreshes may take at this moment; below 0 the budget is overdrawn and "
	  "numbers grow old.",
	  NEEDS_COST, budget },
	{ "soniq_event_streams", METRIC_GAUGE, NULL, NULL, "Open streams of live events.",
	  NEEDS_COST, streams },
	{ "soniq_events_total", METRIC_COUNTER, NULL, NULL,
	  "Live events made; one counts once, to however many streams it went.", NEEDS_COST,
	  events },
	{ "process_cpu_seconds_total", METRIC_COUNTER, "seconds", NULL,
	  "CPU time that this process has used.", NEEDS_NOTHING, cpu },
	{ "process_resident_memory_bytes", METRIC_GAUGE, "bytes", NULL,
	  "Memory of this process that is resident.", NEEDS_NOTHING, resident },
	{ "process_open_fds", METRIC_GAUGE, NULL, NULL, "Open file descriptors of this process.",
	  NEEDS_NOTHING, open_fds },
	{ 0 },
};
