/* metrics.h -- numbers as text for Prometheus and whatever else reads its formats. */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include "base/buf.h"
#include "store/history.h"
#include "store/history_size.h"
#include "store/stats.h"
#include "store/worker.h"

enum metrics_format {
	METRICS_TEXT,           /* Prometheus text format 0.0.4 */
	METRICS_OPEN,           /* OpenMetrics 1.0 */
};

/* Queues beyond so many are one: a label's values must stay few whatever rows say. */
#define METRICS_QUEUES_MAX 200
#define METRICS_TYPES_MAX 100
#define METRICS_OTHERS "(others)"

/* What the program costs whoever runs it. */
struct metrics_cost {
	int64_t requests, refused, errors, queries, shared;     /* since the start */
	int64_t connections;                                    /* open at this moment */
	usec_t busy;                                            /* of executors, in handlers */
	int64_t refreshes, looks;       /* of snapshots, within the budget and beside it */
	usec_t snapshots;               /* time that they took */
	usec_t tokens;                  /* what refreshes may take now; below 0: overdrawn */
	int64_t streams, events;
};

/* What keeping the history costs in this process. */
struct metrics_keeper {
	bool is_keeping;
	int64_t turns, folded, failures;
	usec_t busy;
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
	bool is_up;                     /* false: the next seven mean nothing and are left out */
	struct list queues;             /* struct queue_stats */
	struct last_hour hour;
	struct worker_list workers;
	enum kind queues_kind, hour_kind;
	bool has_history;               /* false: the next four likewise */
	struct history history;
	struct history_backlog backlog;
	struct list totals;             /* struct total, by age of the names */
	struct list tables;             /* struct history_table; none: not asked */
	usec_t at;                      /* clock_now, for ages */
	const struct metrics_keeper *keeper;    /* NULL: not in this process */
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
