/* table.h -- the table of metrics, and what writes the samples of one. */
#ifndef METRICS_TABLE_H
#define METRICS_TABLE_H

#include "metrics/metrics.h"

enum metric_type { METRIC_GAUGE, METRIC_COUNTER, METRIC_INFO };

/* Of one queue, or of all that are no longer told apart. */
struct queue_sums {
	struct str name;                /* as a label's value, escaped */
	int64_t queued, processing, done, cancelled, dead_letter, ready, scheduled;
	int64_t live_workers;           /* of several queues: the most of one */
	double oldest;                  /* likewise; 0: nothing waits */
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
	struct arena arena;
};

/* When there is anything to tell. */
enum metric_needs { NEEDS_NOTHING, NEEDS_DATABASE, NEEDS_COST };

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

#endif
