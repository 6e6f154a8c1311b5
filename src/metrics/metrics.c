/* metrics.c -- one text of all metrics, in either format, and the page that lists them. */
#include "metrics/metrics.h"

#include "base/text.h"
#include "metrics/table.h"

static const char *type_name(const struct writing *w)
{
	switch (w->metric->type) {
	case METRIC_COUNTER:
		return "counter";
	case METRIC_INFO:
		return w->format == METRICS_OPEN ? "info" : "gauge";
	case METRIC_HISTOGRAM:
		return "histogram";
	case METRIC_GAUGE:
		break;
	}
	return "gauge";
}

/* OpenMetrics names the family without what its type adds to the samples' name. */
static struct str family_of(const struct writing *w)
{
	struct str name = str_of(w->metric->name);
	if (w->format == METRICS_OPEN && w->metric->type == METRIC_COUNTER)
		name.n -= sizeof("_total") - 1;
	if (w->format == METRICS_OPEN && w->metric->type == METRIC_INFO)
		name.n -= sizeof("_info") - 1;
	return name;
}

struct str metric_label(struct arena *arena, struct str text)
{
	AUTO(buf) struct buf whole = buf_new(65536), out = buf_new(131072);
	text_add_utf8(&whole, text);
	for (size_t i = 0; i < whole.n; i++) {
		const char c = whole.p[i];
		if (c == '\n')
			buf_add_text(&out, "\\n");
		else if (c == '"' || c == '\\')
			buf_printf(&out, "\\%c", c);
		else if (c == '\0')
			buf_add_text(&out, "\xEF\xBF\xBD");
		else
			buf_add_char(&out, c);
	}
	return str_copy(arena, (struct str){ buf_cstr(&out), out.n });
}

/* Names that look alike as labels are one: no two samples may be the same. */
static struct queue_sums *sums_of(struct writing *w, struct str label)
{
	for (size_t i = 0; i < w->n_queues; i++)
		if (str_eq(w->queues[i].name, label))
			return &w->queues[i];
	if (w->n_queues >= METRICS_QUEUES_MAX && !str_eq(label, S(METRICS_OTHERS)))
		return sums_of(w, S(METRICS_OTHERS));
	struct queue_sums *sums = &w->queues[w->n_queues++];
	*sums = (struct queue_sums){ .name = label };
	return sums;
}

static void add_queue(struct queue_sums *sums, const struct queue_stats *queue)
{
	sums->queued += queue->queued;
	sums->processing += queue->processing;
	sums->done += queue->done;
	sums->cancelled += queue->cancelled;
	sums->dead_letter += queue->dead_letter;
	sums->ready += queue->ready;
	sums->scheduled += queue->scheduled;
	if (queue->live_workers > sums->live_workers)
		sums->live_workers = queue->live_workers;
	if (queue->outlook.oldest_waiting_seconds > sums->oldest)       /* never of NAN */
		sums->oldest = queue->outlook.oldest_waiting_seconds;
}

static void sum_queues(struct writing *w)
{
	const struct list *rows = &w->scrape->queues;
	for (size_t i = 0; i < rows->n; i++) {
		const struct queue_stats *queue = LIST_AT(rows, struct queue_stats, i);
		add_queue(sums_of(w, metric_label(&w->arena, queue->queue)), queue);
	}
}

static bool is_told(const struct metric *metric, const struct scrape *scrape)
{
	switch (metric->needs) {
	case NEEDS_DATABASE:
		return scrape->is_up;
	case NEEDS_COST:
		return scrape->cost != NULL;
	case NEEDS_HISTORY:
		return scrape->is_up && scrape->has_history;
	case NEEDS_KEEPER:
		return scrape->keeper != NULL;
	case NEEDS_NOTHING:
		break;
	}
	return true;
}

static void write_metric(struct writing *w)
{
	const struct str family = family_of(w);

	buf_printf(w->out, "# HELP %.*s %s\n", STR_ARG(family), w->metric->doc);
	buf_printf(w->out, "# TYPE %.*s %s\n", STR_ARG(family), type_name(w));
	if (w->format == METRICS_OPEN && w->metric->unit)
		buf_printf(w->out, "# UNIT %.*s %s\n", STR_ARG(family), w->metric->unit);
	w->metric->write(w);
}

static void write_table(struct writing *w, const struct metric *table)
{
	for (w->metric = table; w->metric->name; w->metric++)
		if (is_told(w->metric, w->scrape))
			write_metric(w);
}

static void writing_release(struct writing *w)
{
	arena_release(&w->arena);
}

void metrics_write(struct buf *out, enum metrics_format format, const struct scrape *scrape)
{
	AUTO(writing) struct writing w = { .out = out, .format = format, .scrape = scrape };

	if (scrape->is_up)
		sum_queues(&w);
	if (scrape->is_up && scrape->has_history)
		totals_sum(&w);
	write_table(&w, metrics_table);
	write_table(&w, metrics_history);
	if (format == METRICS_OPEN)
		buf_add_text(out, "# EOF\n");
}

const char *metrics_content_type(enum metrics_format format)
{
	return format == METRICS_OPEN
		? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		: "text/plain; version=0.0.4; charset=utf-8";
}

static const char *const type_words[] = {
	[METRIC_GAUGE] = "gauge", [METRIC_COUNTER] = "counter", [METRIC_INFO] = "info",
	[METRIC_HISTOGRAM] = "histogram",
};

static const char intro[] =
	"# Metrics\n"
	"\n"
	"This page is made from the tables in `src/metrics/`; a test compares them.\n"
	"\n"
	"`GET /metrics` gives them in Prometheus' text format 0.0.4, or as OpenMetrics 1.0 where\n"
	"`Accept` prefers it. With a key set it needs one (that of a viewer will do), as names of\n"
	"queues are in it:\n"
	"\n"
	"```yaml\n"
	"scrape_configs:\n"
	"  - job_name: soniq\n"
	"    http_headers:\n"
	"      X-API-Key: { files: [/etc/prometheus/soniq.key] }\n"
	"    static_configs: [{ targets: ['127.0.0.1:6161'] }]\n"
	"```\n"
	"\n"
	"- A database that is away is no failed scrape: `soniq_database_up` is 0, and what it "
	"would\n"
	"  tell is absent.\n"
	"- Answers may be seconds old, and older where they cost the database more: they are made\n"
	"  within the same budget as the numbers of the page, so that any\n"
	"  number of scrapers costs it no more than one.\n"
	"- The 200 largest queues have a label of their own, the others are summed in\n"
	"  `queue=\"(others)\"` (of workers and waiting times: the largest). Jobs without a queue\n"
	"  have `queue=\"\"`.\n"
	"- Counters and histograms of jobs need the [history](history.md); without it they\n"
	"  are absent. They are kept in the database: they go on when a dashboard starts\n"
	"  again, and every dashboard on one database tells the same ones, so do not add\n"
	"  those up. They begin anew only when the history is taken away and set up again.\n"
	"- In them the first 200 queues and the first 100 names of jobs that were ever seen\n"
	"  have a label, the others are `(others)`: a label once given stays, so that no\n"
	"  counter falls. Of a name of which nothing is known for a year the counter ends.\n"
	"- The bounds of histograms are met within 6 %.\n"
	"\n"
	"`contrib/` has a Grafana dashboard and alert rules on these.\n"
	"\n"
	"| metric | type | labels | meaning |\n"
	"|---|---|---|---|\n";

static void list_metrics(struct buf *out, const struct metric *table)
{
	for (const struct metric *m = table; m->name; m++)
		buf_printf(out, "| `%s` | %s | %s | %s |\n", m->name, type_words[m->type],
			   m->labels ? m->labels : "", m->doc);
}

void metrics_write_markdown(struct buf *out)
{
	buf_add_text(out, intro);
	list_metrics(out, metrics_table);
	list_metrics(out, metrics_history);
}
