/* history.c -- the metrics that only the history knows. */
#include <inttypes.h>

#include "metrics/table.h"

/* As both formats write them; totals.c has the numbers. */
static const char *const bound_texts[METRICS_BOUNDS + 1] = {
	"0.01", "0.025", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "30.0", "60.0",
	"300.0", "900.0", "3600.0", "14400.0", "86400.0", "+Inf",
};

/* ---- how far it has come ---- */

static void history_up(struct writing *w)
{
	sample_i64(w, w->scrape->has_history);
}

static void unfolded(struct writing *w)
{
	sample_i64(w, w->scrape->backlog.unfolded);
}

static void lag(struct writing *w)
{
	const usec_t oldest = w->scrape->backlog.oldest_at;
	const bool is_known = oldest > 0 && oldest < w->scrape->at;

	sample_seconds(w, is_known ? w->scrape->at - oldest : 0);
}

static void recount_due(struct writing *w)
{
	sample_i64(w, w->scrape->history.recount_due.p != NULL);
}

static void history_bytes(struct writing *w)
{
	const struct list *rows = &w->scrape->tables;

	for (size_t i = 0; i < rows->n; i++) {
		const struct history_table *t = LIST_AT(rows, struct history_table, i);
		sample_labelled(w, "table", t->name, t->bytes);
	}
}

/* ---- of queues and of types ---- */

static void of_names(struct writing *w, const struct names *names, size_t offset)
{
	for (size_t i = 0; i < names->n; i++) {
		const struct name_sums *sums = &names->items[i];
		const int64_t n = *(const int64_t *)((const char *)sums + offset);
		sample_labelled(w, w->metric->labels, sums->name, n);
	}
}

static const struct names *names_of(const struct writing *w)
{
	return w->metric->labels[0] == 'q' ? &w->queues_ever : &w->types_ever;
}

static void arrived(struct writing *w)
{
	of_names(w, names_of(w), offsetof(struct name_sums, arrived));
}

static void started(struct writing *w)
{
	of_names(w, names_of(w), offsetof(struct name_sums, started));
}

static void ended(struct writing *w)
{
	const struct names *names = names_of(w);
	const char *label = names == &w->queues_ever ? "queue" : "job_name";

	for (size_t i = 0; i < names->n; i++) {
		const struct name_sums *n = &names->items[i];
		const struct { const char *outcome; int64_t n; } rows[] = {
			{ "done", n->done }, { "failed", n->failed }, { "dead_letter", n->dead },
			{ "cancelled", n->cancelled }, { "returned", n->returned },
		};
		for (size_t k = 0; k < ARRAY_LEN(rows); k++)
			buf_printf(w->out, "%s{%s=\"%.*s\",outcome=\"%s\"} %" PRId64 "\n",
				   w->metric->name, label, STR_ARG(n->name), rows[k].outcome,
				   rows[k].n);
	}
}

static void write_histogram(struct writing *w, struct str name, const int64_t *counts,
			    double sum_us)
{
	const char *metric = w->metric->name, *label = w->metric->labels;
	int64_t all = 0;

	for (int i = 0; i <= METRICS_BOUNDS; i++) {
		all += counts[i];
		buf_printf(w->out, "%s_bucket{%s=\"%.*s\",le=\"%s\"} %" PRId64 "\n", metric,
			   label, STR_ARG(name), bound_texts[i], all);
	}
	buf_printf(w->out, "%s_sum{%s=\"%.*s\"} %.6f\n", metric, label, STR_ARG(name),
		   sum_us > 0 ? sum_us / 1e6 : 0);
	buf_printf(w->out, "%s_count{%s=\"%.*s\"} %" PRId64 "\n", metric, label, STR_ARG(name),
		   all);
}

static void waits(struct writing *w)
{
	const struct names *names = names_of(w);

	for (size_t i = 0; i < names->n; i++)
		write_histogram(w, names->items[i].name, names->items[i].waits,
				names->items[i].wait_us);
}

static void runs(struct writing *w)
{
	const struct names *names = names_of(w);

	for (size_t i = 0; i < names->n; i++)
		write_histogram(w, names->items[i].name, names->items[i].runs,
				names->items[i].run_us);
}

/* ---- of the one who keeps it ---- */

static void keeper_up(struct writing *w)
{
	sample_i64(w, w->scrape->keeper->is_keeping);
}

static void keeper_turns(struct writing *w)
{
	sample_i64(w, w->scrape->keeper->turns);
}

static void keeper_failures(struct writing *w)
{
	sample_i64(w, w->scrape->keeper->failures);
}

static void keeper_folded(struct writing *w)
{
	sample_i64(w, w->scrape->keeper->folded);
}

static void keeper_busy(struct writing *w)
{
	sample_seconds(w, w->scrape->keeper->busy);
}

#define ARRIVED "enqueued since the history began, replays too."
#define STARTED "that a worker took since the history began."
#define ENDED                                                                                   \
	"since the history began: done, cancelled and dead letters are ends of jobs; failed "   \
	"(another attempt follows) and returned (put off, given back or lost) of attempts."
#define WAITED "From when they were due until a worker took them."
#define RAN "From when a worker took them until the attempt ended, however it did."

const struct metric metrics_history[] = {
	{ "soniq_history_up", METRIC_GAUGE, NULL, NULL,
	  "1 when the database has a history that can be read; at 0 what only it knows is absent.",
	  NEEDS_DATABASE, history_up },
	{ "soniq_history_unfolded_rows", METRIC_GAUGE, NULL, NULL,
	  "What triggers wrote and nobody has folded yet; counting stops at 20000.",
	  NEEDS_HISTORY, unfolded },
	{ "soniq_history_lag_seconds", METRIC_GAUGE, "seconds", NULL,
	  "Age of the oldest of them; 0 when there is none.", NEEDS_HISTORY, lag },
	{ "soniq_history_recount_due", METRIC_GAUGE, NULL, NULL,
	  "1 while numbers are estimated because all jobs have to be counted anew.",
	  NEEDS_HISTORY, recount_due },
	{ "soniq_history_size_bytes", METRIC_GAUGE, "bytes", "table",
	  "Size of the history's tables with their indexes; not told by SQLite.", NEEDS_HISTORY,
	  history_bytes },
	{ "soniq_queue_arrived_total", METRIC_COUNTER, NULL, "queue", "Jobs " ARRIVED,
	  NEEDS_HISTORY, arrived },
	{ "soniq_queue_started_total", METRIC_COUNTER, NULL, "queue", "Jobs " STARTED,
	  NEEDS_HISTORY, started },
	{ "soniq_queue_ended_total", METRIC_COUNTER, NULL, "queue, outcome", "Ends " ENDED,
	  NEEDS_HISTORY, ended },
	{ "soniq_queue_wait_seconds", METRIC_HISTOGRAM, "seconds", "queue",
	  "How long jobs of a queue waited. " WAITED, NEEDS_HISTORY, waits },
	{ "soniq_queue_run_seconds", METRIC_HISTOGRAM, "seconds", "queue",
	  "How long jobs of a queue ran. " RAN, NEEDS_HISTORY, runs },
	{ "soniq_type_arrived_total", METRIC_COUNTER, NULL, "job_name", "Jobs of a name " ARRIVED,
	  NEEDS_HISTORY, arrived },
	{ "soniq_type_started_total", METRIC_COUNTER, NULL, "job_name", "Jobs of a name " STARTED,
	  NEEDS_HISTORY, started },
	{ "soniq_type_ended_total", METRIC_COUNTER, NULL, "job_name, outcome",
	  "Ends of jobs of a name " ENDED, NEEDS_HISTORY, ended },
	{ "soniq_type_wait_seconds", METRIC_HISTOGRAM, "seconds", "job_name",
	  "How long jobs of a name waited. " WAITED, NEEDS_HISTORY, waits },
	{ "soniq_type_run_seconds", METRIC_HISTOGRAM, "seconds", "job_name",
	  "How long jobs of a name ran. " RAN, NEEDS_HISTORY, runs },
	{ "soniq_keeper_up", METRIC_GAUGE, NULL, NULL,
	  "1 when this dashboard keeps the history, or found another at it.", NEEDS_KEEPER,
	  keeper_up },
	{ "soniq_keeper_turns_total", METRIC_COUNTER, NULL, NULL, "Turns of its keeper.",
	  NEEDS_KEEPER, keeper_turns },
	{ "soniq_keeper_failures_total", METRIC_COUNTER, NULL, NULL,
	  "Turns that failed, those that found no history too.", NEEDS_KEEPER, keeper_failures },
	{ "soniq_keeper_folded_rows_total", METRIC_COUNTER, NULL, NULL, "What it has folded.",
	  NEEDS_KEEPER, keeper_folded },
	{ "soniq_keeper_busy_seconds_total", METRIC_COUNTER, "seconds", NULL,
	  "Time of its turns, mostly waiting for the database.", NEEDS_KEEPER, keeper_busy },
	{ 0 },
};
