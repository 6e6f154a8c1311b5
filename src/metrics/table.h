/* table.h -- the table of metrics, and what writes the samples of one. */
#ifndef METRICS_TABLE_H
#define METRICS_TABLE_H

#include "metrics/metrics.h"

enum metric_type { METRIC_GAUGE, METRIC_COUNTER, METRIC_INFO, METRIC_HISTOGRAM };

/* Of one queue, or of all that are no longer told apart. */
struct queue_sums {
	struct str name;                /* as a label's value, escaped */
	int64_t queued, processing, done, cancelled, dead_letter, ready, scheduled;
	int64_t live_workers;           /* of several queues: the most of one */
	double oldest;                  /* likewise; 0: nothing waits */
};

/* What happened since the history began, of one queue or type or of those beyond; and how many
 * took no longer than each of the bounds, those below it not included. */
#define METRICS_BOUNDS 16

struct name_sums {
	struct str name;                /* as above */
	int64_t arrived, started, done, failed, dead, cancelled, returned;
	double wait_us, run_us;
	int64_t waits[METRICS_BOUNDS + 1], runs[METRICS_BOUNDS + 1];
};

struct names {
	struct name_sums *items;        /* room for max, and behind them the others */
	size_t n, max;
	struct name_sums *others;
};

struct metric;

/* One text under way. */
struct writing {
	struct buf *out;
	enum metrics_format format;
	const struct scrape *scrape;
	const struct metric *metric;
	struct queue_sums queues[METRICS_QUEUES_MAX + 1];     /* and those beyond */
	size_t n_queues;
	struct names queues_ever, types_ever;
	struct arena arena;
};

/* When there is anything to tell. */
enum metric_needs { NEEDS_NOTHING, NEEDS_DATABASE, NEEDS_COST, NEEDS_HISTORY, NEEDS_KEEPER };

struct metric {
	const char *name;               /* as samples have it */
	enum metric_type type;
	const char *unit;               /* what the name ends with, or NULL */
	const char *labels;             /* for the page, or NULL */
	const char *doc;
	enum metric_needs needs;
	void (*write)(struct writing *w);
};

extern const struct metric metrics_table[];     /* ended by a NULL name */
extern const struct metric metrics_history[];   /* likewise: what only the history knows */

/* A text as a label's value: UTF-8 whatever it was, with the escapes that both formats have. */
struct str metric_label(struct arena *arena, struct str text);
/* Samples of the metric at hand. */
void sample_i64(struct writing *w, int64_t value);              /* nothing of I64_NULL */
void sample_seconds(struct writing *w, usec_t value);
void sample_labelled(struct writing *w, const char *label, struct str value, int64_t n);

/* Add up what the scrape says of each name, under at most so many labels. */
void totals_sum(struct writing *w);

#endif
