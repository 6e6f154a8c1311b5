/* stats_kept.c -- how many jobs there are, and how queues fare, from the history. */
#include "store/stats_kept.h"

#include <stdlib.h>

#include "store/quality.h"
#include "store/shared.h"
#include "store/worker.h"

/* Queued rows with a moment that are counted apart, by whether it has come: of all queues about so
 * many, so that it takes the same time however many wait; and of one queue. */
#define WAITING_ROWS 2500
#define WAITING_LEAST 51
#define RATE_SPAN (10 * MINUTE)

int64_t stats_per_hour(int64_t n, usec_t span)
{
	const double minutes = (double)span / MINUTE;

	return (int64_t)((double)n * 60 / (minutes > 1 ? minutes : 1));
}

double stats_percent(int64_t part, int64_t whole)
{
	return whole > 0 ? round(1e4 * (double)part / (double)whole) / 100 : 0;
}

double mean_ms(double total_us, int64_t n)
{
	return n > 0 ? total_us / (double)n / MSEC : (double)NAN;
}

struct times times_of(const struct tally *tally)
{
	return (struct times){
		.wait_p50_ms = histogram_percentile(&tally->waits, 0.50) / MSEC,
		.wait_p95_ms = histogram_percentile(&tally->waits, 0.95) / MSEC,
		.wait_p99_ms = histogram_percentile(&tally->waits, 0.99) / MSEC,
		.run_p50_ms = histogram_percentile(&tally->runs, 0.50) / MSEC,
		.run_p95_ms = histogram_percentile(&tally->runs, 0.95) / MSEC,
		.run_p99_ms = histogram_percentile(&tally->runs, 0.99) / MSEC,
	};
}

void quality_join(struct quality *to, const struct quality *from)
{
	quality_worsen(to, from->kind);
	if (from->as_of < to->as_of)
		to->as_of = from->as_of;
	if (from->covered_from > to->covered_from)
		to->covered_from = from->covered_from;
}

void quality_cover(struct quality *to, const struct tallies *tallies, usec_t asked)
{
	if (tallies->covered_from > asked)
		to->covered_from = tallies->covered_from;
}

enum err_code kept_span(struct store *st, const struct history_want *want, struct arena *arena,
			struct quality *quality, struct tallies *ret, struct err *err)
{
	TRY(store_tallies(st, want, arena, ret, err));
	quality_join(quality, &ret->quality);
	return ERR_OK;
}

enum err_code kept_recent(struct store *st, struct history_want want, struct arena *arena,
			  struct tallies *ret, double *ret_minutes, struct err *err)
{
	const usec_t now = store_now(st);

	want.from = now - RATE_SPAN;
	want.until = TIME_NULL;
	TRY(store_tallies(st, &want, arena, ret, err));
	const double minutes = (double)(now - ret->covered_from) / MINUTE;
	*ret_minutes = minutes >= 1 ? minutes : 0;
	return ERR_OK;
}

enum err_code kept_open(struct store *st, struct arena *arena, struct history *ret, struct err *err)
{
	TRY(store_history(st, arena, ret, err));
	if (ret->state != HISTORY_OK || ret->recounted_at == TIME_NULL)
		return err_set(err, ERR_NOT_FOUND, "there is no history; `soniq setup` makes one");
	return ERR_OK;
}

bool kept_is_missing(struct store *st, enum err_code code)
{
	if (code == ERR_SCHEMA || code == ERR_FORBIDDEN)
		store_history_forget(st);
	return code == ERR_SCHEMA || code == ERR_FORBIDDEN || code == ERR_NOT_FOUND;
}

const struct status_counter status_counters[STATUS_COUNTERS] = {
	{ "queued", offsetof(struct job_stats, queued), offsetof(struct queue_stats, queued) },
	{ "processing", offsetof(struct job_stats, processing),
	  offsetof(struct queue_stats, processing) },
	{ "done", offsetof(struct job_stats, done), offsetof(struct queue_stats, done) },
	{ "cancelled", offsetof(struct job_stats, cancelled),
	  offsetof(struct queue_stats, cancelled) },
	{ "dead_letter", offsetof(struct job_stats, dead_letter),
	  offsetof(struct queue_stats, dead_letter) },
};

static void count_in_stats(struct job_stats *stats, const struct gauge *gauge)
{
	for (size_t i = 0; i < STATUS_COUNTERS; i++) {
		if (str_eq(gauge->status, str_of(status_counters[i].status)))
			*(int64_t *)((char *)stats + status_counters[i].in_stats) += gauge->n;
	}
}

enum err_code kept_stats(struct store *st, struct arena *arena, struct job_stats *ret,
			 struct quality *ret_quality, struct err *err)
{
	static const struct gauge_want all = { .by_queue = false, .by_type = false };
	struct history history;
	TRY(kept_open(st, arena, &history, err));

	struct list gauges;
	TRY(store_gauge_sums(st, &all, arena, &gauges, ret_quality, err));
	*ret = (struct job_stats){ 0 };
	for (size_t i = 0; i < gauges.n; i++)
		count_in_stats(ret, LIST_AT(&gauges, struct gauge, i));
	ret->total = ret->queued + ret->processing + ret->done + ret->cancelled;
	return ERR_OK;
}

/* The queues as far as they are put together. */
struct gather {
	struct store *st;
	struct arena *arena;
	struct list queues; /* struct queue_stats */
	struct quality quality;
	int64_t workers_of_all;
	int64_t waiting_max; /* rows of a queue that are counted apart */
};

static struct queue_stats *find(const struct gather *g, struct str name, bool is_others)
{
	for (size_t i = 0; i < g->queues.n; i++) {
		struct queue_stats *queue = LIST_AT(&g->queues, struct queue_stats, i);

		if (is_others ? queue->is_others == 1
			      : queue->is_others != 1 && str_eq(queue->queue, name))
			return queue;
	}
	return NULL;
}

static struct queue_stats *find_or_add(struct gather *g, struct str name, bool is_others)
{
	struct queue_stats *queue = find(g, name, is_others);

	if (queue)
		return queue;
	queue = list_add(&g->queues);
	record_clear(&queue_stats_record, queue);
	queue->queue = is_others ? S(STATS_OTHERS) : name;
	queue->is_others = is_others;
	queue->total_jobs = queue->queued = queue->processing = queue->done = 0;
	queue->cancelled = queue->dead_letter = queue->ready = queue->scheduled = 0;
	queue->live_workers = queue->dated = 0;
	return queue;
}

static void count_in_queue(struct gather *g, const struct gauge *gauge)
{
	struct queue_stats *queue = find_or_add(g, gauge->queue, gauge->is_other_queue == 1);

	for (size_t i = 0; i < STATUS_COUNTERS; i++) {
		if (str_eq(gauge->status, str_of(status_counters[i].status)))
			*counter_of(&status_counters[i], queue) += gauge->n;
	}
	queue->dated += gauge->dated;
}

static enum err_code add_counts(struct gather *g, struct err *err)
{
	static const struct gauge_want by_queue = { .by_queue = true };
	struct list gauges;
	TRY(store_gauge_sums(g->st, &by_queue, g->arena, &gauges, &g->quality, err));

	for (size_t i = 0; i < gauges.n; i++)
		count_in_queue(g, LIST_AT(&gauges, struct gauge, i));
	return ERR_OK;
}

/* One queue's jobs that have a moment, as far as a limit goes. */
struct waiting {
	struct str queue;
	int64_t due, later; /* later: counted only where due reached the limit */
	double oldest_waiting_seconds;
};
static const struct field waiting_fields[] = {
	FIELD_STR(struct waiting, queue),
	FIELD_I64(struct waiting, due),
	FIELD_I64(struct waiting, later),
	FIELD_F64(struct waiting, oldest_waiting_seconds),
	FIELD_END,
};
static const struct record waiting_record = { "waiting", sizeof(struct waiting), waiting_fields };

static int64_t clamp(int64_t n, int64_t max)
{
	return n < 0 ? 0 : n < max ? n : max;
}

/* What waits for its moment is what has one, without those whose moment has come: the fewer of
 * the two are counted. Where neither comes to its end, both are `at least`. */
static void put_waiting(struct gather *g, struct queue_stats *queue, const struct waiting *row)
{
	const bool is_cut = row->due >= g->waiting_max;
	const bool is_capped = is_cut && row->later >= g->waiting_max;
	const int64_t later = is_cut ? row->later : queue->dated - row->due;

	queue->scheduled = clamp(later, queue->queued);
	queue->ready = is_capped ? queue->queued - queue->dated + row->due
				 : queue->queued - queue->scheduled;
	queue->outlook.oldest_waiting_seconds = row->oldest_waiting_seconds;
	queue->is_due_cut = is_capped;
	if (is_capped)
		quality_worsen(&g->quality, KIND_CAPPED);
}

static int64_t rows_of(const struct gather *g, int64_t max)
{
	int64_t sum = 0;

	for (size_t i = 0; i < g->queues.n; i++)
		sum += clamp(LIST_AT(&g->queues, struct queue_stats, i)->dated, 2 * max);
	return sum;
}

static int64_t waiting_max(const struct gather *g)
{
	int64_t max = WAITING_ROWS;

	while (max > WAITING_LEAST && rows_of(g, max) > WAITING_ROWS)
		max = max * 3 / 4;
	return max > WAITING_LEAST ? max : WAITING_LEAST;
}

/* Only so many queues are looked at, by name. Of one behind them it is not known what waits for its
 * moment, or for how long. */
static void assume_unseen(struct gather *g, const struct list *rows)
{
	if (rows->n < STATS_QUEUES_MAX)
		return;
	quality_worsen(&g->quality, KIND_CAPPED);
	for (size_t i = 0; i < g->queues.n; i++) {
		struct queue_stats *queue = LIST_AT(&g->queues, struct queue_stats, i);

		queue->scheduled = clamp(queue->dated, queue->queued);
		queue->ready = queue->queued - queue->scheduled;
		queue->is_due_cut = queue->queued > 0;
	}
}

static enum err_code add_indexed(struct gather *g, struct err *err)
{
	struct list rows;

	g->waiting_max = waiting_max(g);
	TRY(store_query_shared(g->st,
			       CALL(SQL_X_READ_WAITING, &waiting_record, P_I64(g->waiting_max),
				    P_I64(STATS_QUEUES_MAX), P_I64(STORE_NAME_MAX)),
			       g->arena, &rows, &g->quality.as_of, err));

	assume_unseen(g, &rows);
	for (size_t i = 0; i < rows.n; i++) {
		const struct waiting *row = LIST_AT(&rows, struct waiting, i);
		struct queue_stats *queue = find(g, row->queue, false);

		if (queue)
			put_waiting(g, queue, row);
	}
	return ERR_OK;
}

/* As without the history: row by row, up to a limit. */
static enum err_code add_looked(struct gather *g, struct err *err)
{
	struct list rows;
	TRY(db_query(g->st->db,
		     CALL(SQL_QUEUE_WAITING, &queue_stats_record, P_I64(STORE_COUNT_CAP + 1),
			  P_I64(STATS_QUEUES_MAX), P_I64(STORE_NAME_MAX)),
		     g->arena, &rows, err));

	assume_unseen(g, &rows);
	for (size_t i = 0; i < rows.n; i++) {
		const struct queue_stats *row = LIST_AT(&rows, struct queue_stats, i);
		struct queue_stats *queue = find(g, row->queue, false);

		quality_note(&g->quality, row->is_sample, row->is_capped);
		if (!queue)
			continue;
		queue->ready = row->ready;
		queue->scheduled = row->scheduled;
		queue->outlook.oldest_waiting_seconds = row->outlook.oldest_waiting_seconds;
		queue->is_due_cut = row->is_capped;
	}
	return ERR_OK;
}

static enum err_code add_waiting(struct gather *g, struct err *err)
{
	return store_has_index(g->st, INDEX_WAIT) ? add_indexed(g, err) : add_looked(g, err);
}

static enum err_code add_workers(struct gather *g, struct err *err)
{
	const struct call *call =
		CALL(SQL_QUEUE_WORKERS, &queue_stats_record, P_I64(g->st->stale_after),
		     P_I64(STATS_QUEUES_MAX), P_I64(STORE_NAME_MAX));
	struct list rows;
	TRY(store_query_shared(g->st, call, g->arena, &rows, &g->quality.as_of, err));

	for (size_t i = 0; i < rows.n; i++) {
		const struct queue_stats *row = LIST_AT(&rows, struct queue_stats, i);
		struct queue_stats *queue = find(g, row->queue, false);

		if (row->is_all == 1)
			g->workers_of_all = row->live_workers;
		else if (queue)
			queue->live_workers = row->live_workers;
	}
	return ERR_OK;
}

/* Also of queues whose rows are all gone: they are at work. */
static enum err_code add_hour(struct gather *g, struct err *err)
{
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .from = store_now(g->st) - HOUR,
					   .until = TIME_NULL };
	struct tallies tallies;
	TRY(kept_span(g->st, &want, g->arena, &g->quality, &tallies, err));

	quality_cover(&g->quality, &tallies, want.from);
	for (size_t i = 0; i < tallies.rows.n; i++) {
		const struct tally *tally = LIST_AT(&tallies.rows, struct tally, i);
		struct queue_stats *queue = find_or_add(g, tally->name, tally->is_others);

		queue->times = times_of(tally);
		queue->avg_processing_time_ms = mean_ms(tally->total_us, tally->done);
	}
	return ERR_OK;
}

static enum err_code add_rates(struct gather *g, struct err *err)
{
	const struct history_want want = { .kind = HISTORY_QUEUES };
	struct tallies tallies;
	double minutes;
	TRY(kept_recent(g->st, want, g->arena, &tallies, &minutes, err));

	quality_join(&g->quality, &tallies.quality);
	for (size_t i = 0; i < g->queues.n && minutes > 0; i++) {
		struct queue_stats *queue = LIST_AT(&g->queues, struct queue_stats, i);

		queue->outlook.arrived_per_minute = queue->outlook.finished_per_minute = 0;
	}
	for (size_t i = 0; i < tallies.rows.n && minutes > 0; i++) {
		const struct tally *t = LIST_AT(&tallies.rows, struct tally, i);
		struct queue_stats *queue = find_or_add(g, t->name, t->is_others);

		queue->outlook.arrived_per_minute = (double)t->arrived / minutes;
		queue->outlook.finished_per_minute = (double)tally_ended(t) / minutes;
	}
	return ERR_OK;
}

int64_t queue_due(const struct queue_stats *queue)
{
	const int64_t most = queue->queued - queue->scheduled;

	return most > queue->ready ? most : queue->ready;
}

static void finish(const struct gather *g, struct queue_stats *queue)
{
	const int64_t live = queue->queued + queue->processing + queue->done + queue->cancelled;

	queue->total_jobs = live > 0 ? live : queue->dead_letter;
	queue->live_workers += g->workers_of_all;
	/* Whose moment has come of those nobody counted. */
	if (queue->is_others == 1) {
		queue->scheduled = queue->dated;
		queue->ready = queue->queued - queue->dated;
		queue->is_due_cut = queue->dated > 0;
	}
	queue_tell_cut(queue, false, g->arena);
	outlook_foretell(&queue->outlook, queue_due(queue));
}

static enum err_code gather(struct store *st, struct arena *arena, bool has_hour, struct list *ret,
			    struct quality *ret_quality, struct err *err)
{
	static enum err_code (*const steps[])(struct gather *, struct err *) = {
		add_counts,
		add_waiting,
		add_workers,
		add_rates,
	};
	struct gather g = { .st = st,
			    .arena = arena,
			    .quality = quality_new(),
			    .queues = list_new(arena, sizeof(struct queue_stats)) };
	struct history history;
	TRY(kept_open(st, arena, &history, err));
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		TRY(steps[i](&g, err));
	if (has_hour)
		TRY(add_hour(&g, err));

	for (size_t i = 0; i < g.queues.n; i++)
		finish(&g, LIST_AT(&g.queues, struct queue_stats, i));
	queues_sort(&g.queues);
	*ret = g.queues;
	*ret_quality = g.quality;
	return ERR_OK;
}

enum err_code kept_queues(struct store *st, struct arena *arena, struct list *ret,
			  struct quality *ret_quality, struct err *err)
{
	return gather(st, arena, true, ret, ret_quality, err);
}

enum err_code kept_waiting(struct store *st, struct arena *arena, struct list *ret,
			   struct quality *ret_quality, struct err *err)
{
	return gather(st, arena, false, ret, ret_quality, err);
}
