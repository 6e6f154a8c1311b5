/* metrics.h -- numbers as text for Prometheus and whatever else reads its formats. */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include "base/buf.h"
#include "store/stats.h"
#include "store/worker.h"

enum metrics_format {
	METRICS_TEXT,           /* Prometheus text format 0.0.4 */
	METRICS_OPEN,           /* OpenMetrics 1.0 */
};

/* Queues beyond so many are one: a label's values must stay few whatever rows say. */
#define METRICS_QUEUES_MAX 200
#define METRICS_OTHERS "(others)"

/* What the program costs whoever runs it. */
struct metrics_cost {
	int64_t requests, refused, errors, queries, shared;     /* since the start */
	int64_t connections;                                    /* open at this moment */
	usec_t busy;                                            /* of executors, in handlers */
};

struct metrics_process {
	usec_t cpu;
	int64_t resident_bytes;         /* I64_NULL, here and below: the system does not tell */
	int64_t open_fds;
};
void metrics_process_read(struct metrics_process *ret);

/* Everything that is told at once. */
struct scrape {
	const char *version;
	bool is_up;                     /* false: the next five mean nothing and are left out */
	struct list queues;             /* struct queue_stats */
	struct last_hour hour;
	struct worker_list workers;
	enum kind queues_kind, hour_kind;
	const struct metrics_cost *cost;/* NULL: nobody counts */
	struct metrics_process process;
};

/* One text of all metrics; names of queues are the only texts of rows in it. */
void metrics_write(struct buf *out, enum metrics_format format, const struct scrape *scrape);
/* Which format an Accept header prefers; NULL, and what asks for neither: METRICS_TEXT. */
enum metrics_format metrics_format_of(struct str accept);
const char *metrics_content_type(enum metrics_format format);
void metrics_write_markdown(struct buf *out);   /* docs/metrics.md */

#endif
