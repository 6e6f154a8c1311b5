/* stats.c -- how many jobs there are: of the whole database, and of each queue. */
#include <stdlib.h>

#include "json/json.h"
#include "store/quality.h"
#include "store/stats_kept.h"
#include "store/worker.h"

/* Done rows whose time is averaged, of all queues together. */
#define AVERAGED_ROWS 20000
#define AT_LEAST_MAX 256

static const struct field job_stats_fields[] = {
	FIELD_I64(struct job_stats, total),
	FIELD_I64(struct job_stats, queued),
	FIELD_I64(struct job_stats, processing),
	FIELD_I64(struct job_stats, done),
	FIELD_I64(struct job_stats, cancelled),
	FIELD_I64(struct job_stats, dead_letter),
	FIELD_END,
};
const struct record job_stats_record = { "job_stats", sizeof(struct job_stats), job_stats_fields };

/* Each statement has some of these columns: a line is put together from several of them. */
static const struct field queue_stats_fields[] = {
	FIELD_STR(struct queue_stats, queue),
	FIELD_I64_FLAGS(struct queue_stats, total_jobs, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct queue_stats, queued, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct queue_stats, processing, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct queue_stats, done, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct queue_stats, cancelled, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct queue_stats, dead_letter, FIELD_OPTIONAL),
	FIELD_F64_FLAGS(struct queue_stats, avg_processing_time_ms, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct queue_stats, ready, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct queue_stats, scheduled, FIELD_OPTIONAL),
	OUTLOOK_FIELD_FLAGS(struct queue_stats, oldest_waiting_seconds, F_F64, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct queue_stats, live_workers, FIELD_OPTIONAL),
	OUTLOOK_FIELD(struct queue_stats, arrived_per_minute, F_F64),
	OUTLOOK_FIELD(struct queue_stats, finished_per_minute, F_F64),
	TIMES_FIELDS(struct queue_stats),
	OUTLOOK_FIELD(struct queue_stats, forecast, F_STR),
	OUTLOOK_FIELD(struct queue_stats, drain_seconds, F_F64),
	OUTLOOK_FIELD(struct queue_stats, growth_per_minute, F_F64),
	FIELD_JSON_FLAGS(struct queue_stats, at_least, FIELD_COMPUTED),
	FIELD_BOOL_FLAGS(struct queue_stats, is_due_cut, FIELD_COMPUTED | FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct queue_stats, is_others, FIELD_COMPUTED | FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct queue_stats, is_capped, FIELD_OPTIONAL | FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct queue_stats, is_sample, FIELD_OPTIONAL | FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct queue_stats, is_all, FIELD_OPTIONAL | FIELD_HIDDEN),
	FIELD_END,
};
const struct record queue_stats_record = { "queue_stats", sizeof(struct queue_stats),
					   queue_stats_fields };

/* One of the statements that tell of queues. */
struct part {
	enum sql_id sql;
	int64_t limit;     /* its $1: rows of a group, or at all; 0: the store's stale_after */
	bool names_queues; /* a queue that only it knows belongs to the answer */
};

static const struct part live_part = { SQL_STATS_QUEUES, STORE_COUNT_CAP + 1, true };
static const struct part dead_part = { SQL_STATS_DEAD, STORE_COUNT_CAP + 1, true };
static const struct part more_parts[] = {
	{ SQL_QUEUE_WAITING, STORE_COUNT_CAP + 1, false },
	{ SQL_QUEUE_AVERAGE, AVERAGED_ROWS, false },
	{ SQL_QUEUE_WORKERS, 0, false },
};
/* Nothing but what waits, and for whom: a tenth of all the rest. */
static const struct part waiting_parts[] = {
	{ SQL_QUEUE_WAITING, STORE_COUNT_CAP + 1, true },
	{ SQL_QUEUE_WORKERS, 0, false },
};

/* The queues as far as they are put together. */
struct gather {
	struct store *st;
	struct arena *arena;
	struct list queues; /* struct queue_stats */
	struct quality quality;
	int64_t workers_of_all; /* live workers that serve every queue */
};

static struct gather gather_new(struct store *st, struct arena *arena)
{
	return (struct gather){
		.st = st,
		.arena = arena,
		.queues = list_new(arena, sizeof(struct queue_stats)),
		.quality = quality_new(),
	};
}

static struct queue_stats *queue_find(const struct list *queues, struct str name)
{
	for (size_t i = 0; i < queues->n; i++) {
		struct queue_stats *queue = LIST_AT(queues, struct queue_stats, i);

		if (str_eq(queue->queue, name))
			return queue;
	}
	return NULL;
}

static struct queue_stats *queue_add(struct list *queues, struct str name)
{
	struct queue_stats *queue = list_add(queues);

	record_clear(&queue_stats_record, queue);
	queue->queue = name;
	return queue;
}

static void put_i64(int64_t *to, int64_t from)
{
	if (from != I64_NULL)
		*to = from;
}

static void put_f64(double *to, double from)
{
	if (!isnan(from))
		*to = from;
}

static void queue_put(struct queue_stats *to, const struct queue_stats *from)
{
	put_i64(&to->queued, from->queued);
	put_i64(&to->processing, from->processing);
	put_i64(&to->done, from->done);
	put_i64(&to->cancelled, from->cancelled);
	put_i64(&to->dead_letter, from->dead_letter);
	if (from->ready != I64_NULL)
		to->is_due_cut = from->is_capped;
	put_i64(&to->ready, from->ready);
	put_i64(&to->scheduled, from->scheduled);
	put_i64(&to->live_workers, from->live_workers);
	put_f64(&to->avg_processing_time_ms, from->avg_processing_time_ms);
	put_f64(&to->outlook.oldest_waiting_seconds, from->outlook.oldest_waiting_seconds);
}

static void gather_row(struct gather *g, const struct part *part, const struct queue_stats *row)
{
	struct queue_stats *queue = queue_find(&g->queues, row->queue);

	quality_note(&g->quality, row->is_sample, row->is_capped);
	if (row->is_all == 1) {
		g->workers_of_all = row->live_workers;
		return;
	}
	if (!queue && part->names_queues)
		queue = queue_add(&g->queues, row->queue);
	if (queue)
		queue_put(queue, row);
}

static enum err_code gather_part(struct gather *g, const struct part *part, struct err *err)
{
	const int64_t limit = part->limit ? part->limit : g->st->stale_after;
	const struct call *call = CALL(part->sql, &queue_stats_record, P_I64(limit),
				       P_I64(STATS_QUEUES_MAX), P_I64(STORE_NAME_MAX));
	struct list rows;
	TRY(db_query(g->st->db, call, g->arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++)
		gather_row(g, part, LIST_AT(&rows, struct queue_stats, i));
	return ERR_OK;
}

static int64_t or_zero(int64_t n)
{
	return n == I64_NULL ? 0 : n;
}

/* The total is that of the live ones, and of a queue that has none the dead letters. */
static void tell_counts_cut(struct queue_stats *queue, struct json *j)
{
	int64_t live = 0;
	bool is_total_cut = false;

	for (size_t i = 0; i < STATUS_COUNTERS; i++) {
		const int64_t n = *counter_of(&status_counters[i], queue);
		const bool is_in_total = i < STATUS_COUNTERS - 1 || live == 0;

		live += n;
		if (n <= STORE_COUNT_CAP)
			continue;
		json_str(j, str_of(status_counters[i].status));
		is_total_cut = is_total_cut || is_in_total;
	}
	if (is_total_cut)
		json_str(j, S("total_jobs"));
}

void queue_tell_cut(struct queue_stats *queue, bool is_counted, struct arena *arena)
{
	AUTO(buf) struct buf text = buf_new(AT_LEAST_MAX);
	struct json j = json_new(&text);

	json_open_array(&j);
	if (is_counted)
		tell_counts_cut(queue, &j);
	if (queue->is_due_cut == 1)
		json_str(&j, S("ready"));
	/* Of the others it is all that have a moment, due or not. */
	if (queue->is_due_cut == 1 && queue->is_others != 1)
		json_str(&j, S("scheduled"));
	json_close_array(&j);
	queue->at_least = str_copy(arena, buf_str(&text));
}

/* What no statement told is none. */
static void queue_finish(struct queue_stats *queue, int64_t workers_of_all)
{
	const bool is_live = queue->queued != I64_NULL;

	queue->queued = or_zero(queue->queued);
	queue->processing = or_zero(queue->processing);
	queue->done = or_zero(queue->done);
	queue->cancelled = or_zero(queue->cancelled);
	queue->dead_letter = or_zero(queue->dead_letter);
	queue->ready = or_zero(queue->ready);
	queue->scheduled = or_zero(queue->scheduled);
	queue->live_workers = or_zero(queue->live_workers) + workers_of_all;
	queue->total_jobs =
		is_live ? queue->queued + queue->processing + queue->done + queue->cancelled
			: queue->dead_letter;
}

static enum err_code gather_counts(struct gather *g, struct err *err)
{
	TRY(gather_part(g, &live_part, err));
	return gather_part(g, &dead_part, err);
}

/* What the planner thinks of a table: by status, or (NULL) all of the jobs. */
struct estimate_row {
	struct str status;
	int64_t n;
};
static const struct field estimate_fields[] = {
	FIELD_STR(struct estimate_row, status),
	FIELD_I64(struct estimate_row, n),
	FIELD_END,
};
static const struct record estimate_record = { "estimate", sizeof(struct estimate_row),
					       estimate_fields };

/* A count, and whether counting stopped in one of the queues. */
struct count {
	const char *status;
	int64_t n;
	bool is_capped;
};
enum { COUNT_QUEUED, COUNT_PROCESSING, COUNT_DONE, COUNT_CANCELLED, COUNT_DEAD, COUNT__N };

static void count_add(struct count *count, int64_t n)
{
	count->n += n;
	count->is_capped = count->is_capped || n > STORE_COUNT_CAP;
}

static void count_queue(struct count *counts, struct queue_stats *queue)
{
	queue_finish(queue, 0);
	count_add(&counts[COUNT_QUEUED], queue->queued);
	count_add(&counts[COUNT_PROCESSING], queue->processing);
	count_add(&counts[COUNT_DONE], queue->done);
	count_add(&counts[COUNT_CANCELLED], queue->cancelled);
	count_add(&counts[COUNT_DEAD], queue->dead_letter);
}

static int64_t live_of(const struct count *counts)
{
	return counts[COUNT_QUEUED].n + counts[COUNT_PROCESSING].n + counts[COUNT_DONE].n +
	       counts[COUNT_CANCELLED].n;
}

/* True when it says more than was counted. */
static bool estimate_put(struct count *counts, const struct estimate_row *row)
{
	bool is_used = false;

	for (int i = 0; i < COUNT__N; i++) {
		struct count *count = &counts[i];

		if (!count->is_capped || !str_eq(row->status, str_of(count->status)) ||
		    row->n <= count->n)
			continue;
		count->n = row->n;
		is_used = true;
	}
	return is_used;
}

/* Jobs of a large table are mostly done: what else the whole table holds is taken for that. */
static bool estimate_rest(struct count *counts, const struct list *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct estimate_row *row = LIST_AT(rows, struct estimate_row, i);

		if (row->status.p || !counts[COUNT_DONE].is_capped || row->n <= live_of(counts))
			continue;
		counts[COUNT_DONE].n += row->n - live_of(counts);
		return true;
	}
	return false;
}

/* Counts that stopped at the limit are far off: statistics are nearer. */
static enum err_code estimate(struct gather *g, struct count *counts, struct err *err)
{
	bool is_used = false;
	struct list rows;

	if (g->quality.kind != KIND_CAPPED)
		return ERR_OK;
	TRY(db_query(g->st->db, CALL0(SQL_STATS_ESTIMATE, &estimate_record), g->arena, &rows, err));
	for (size_t i = 0; i < rows.n; i++)
		is_used |= estimate_put(counts, LIST_AT(&rows, struct estimate_row, i));
	is_used |= estimate_rest(counts, &rows);
	if (is_used)
		quality_worsen(&g->quality, KIND_ESTIMATED);
	return ERR_OK;
}

static enum err_code plain_stats(struct store *st, struct arena *arena, struct job_stats *ret,
				 struct quality *ret_quality, struct err *err)
{
	struct count counts[COUNT__N] = {
		[COUNT_QUEUED] = { .status = "queued" },
		[COUNT_PROCESSING] = { .status = "processing" },
		[COUNT_DONE] = { .status = "done" },
		[COUNT_CANCELLED] = { .status = "cancelled" },
		[COUNT_DEAD] = { .status = "dead_letter" },
	};
	struct gather g = gather_new(st, arena);
	TRY(gather_counts(&g, err));
	for (size_t i = 0; i < g.queues.n; i++)
		count_queue(counts, LIST_AT(&g.queues, struct queue_stats, i));
	TRY(estimate(&g, counts, err));

	*ret = (struct job_stats){
		.total = live_of(counts),
		.queued = counts[COUNT_QUEUED].n,
		.processing = counts[COUNT_PROCESSING].n,
		.done = counts[COUNT_DONE].n,
		.cancelled = counts[COUNT_CANCELLED].n,
		.dead_letter = counts[COUNT_DEAD].n,
	};
	*ret_quality = g.quality;
	return ERR_OK;
}

enum err_code store_stats(struct store *st, struct arena *arena, struct job_stats *ret,
			  struct quality *ret_quality, struct err *err)
{
	const enum err_code code = kept_stats(st, arena, ret, ret_quality, err);

	if (!kept_is_missing(st, code))
		return code;
	return plain_stats(st, arena, ret, ret_quality, err);
}

static int queue_order(const void *one, const void *other)
{
	const struct queue_stats *a = one, *b = other;

	if (a->total_jobs != b->total_jobs)
		return a->total_jobs > b->total_jobs ? -1 : 1;
	return str_order(a->queue, b->queue);
}

void queues_sort(struct list *queues)
{
	if (queues->n > 0)
		qsort(queues->items, queues->n, sizeof(struct queue_stats), queue_order);
}

static enum err_code plain_queues(struct store *st, struct arena *arena, struct list *ret,
				  struct quality *ret_quality, struct err *err)
{
	struct gather g = gather_new(st, arena);
	TRY(gather_counts(&g, err));
	for (size_t i = 0; i < ARRAY_LEN(more_parts); i++)
		TRY(gather_part(&g, &more_parts[i], err));

	for (size_t i = 0; i < g.queues.n; i++) {
		struct queue_stats *queue = LIST_AT(&g.queues, struct queue_stats, i);

		queue_finish(queue, g.workers_of_all);
		queue_tell_cut(queue, true, arena);
	}
	queues_sort(&g.queues);
	if (g.queues.n > STATS_QUEUES_MAX) {
		g.queues.n = STATS_QUEUES_MAX;
		quality_worsen(&g.quality, KIND_CAPPED);
	}
	*ret = g.queues;
	*ret_quality = g.quality;
	return ERR_OK;
}

enum err_code store_queues(struct store *st, struct arena *arena, struct list *ret,
			   struct quality *ret_quality, struct err *err)
{
	const enum err_code code = kept_queues(st, arena, ret, ret_quality, err);

	if (!kept_is_missing(st, code))
		return code;
	return plain_queues(st, arena, ret, ret_quality, err);
}

static enum err_code plain_waiting(struct store *st, struct arena *arena, struct list *ret,
				   struct quality *ret_quality, struct err *err)
{
	struct gather g = gather_new(st, arena);
	for (size_t i = 0; i < ARRAY_LEN(waiting_parts); i++)
		TRY(gather_part(&g, &waiting_parts[i], err));

	for (size_t i = 0; i < g.queues.n; i++) {
		struct queue_stats *queue = LIST_AT(&g.queues, struct queue_stats, i);

		queue->queued = queue->ready + queue->scheduled;
		queue_finish(queue, g.workers_of_all);
	}
	if (g.queues.n >= STATS_QUEUES_MAX)
		quality_worsen(&g.quality, KIND_CAPPED);
	queues_sort(&g.queues);
	*ret = g.queues;
	*ret_quality = g.quality;
	return ERR_OK;
}

enum err_code store_waiting(struct store *st, struct arena *arena, struct list *ret,
			    struct quality *ret_quality, struct err *err)
{
	const enum err_code code = kept_waiting(st, arena, ret, ret_quality, err);

	if (!kept_is_missing(st, code))
		return code;
	return plain_waiting(st, arena, ret, ret_quality, err);
}
