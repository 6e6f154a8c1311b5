/* stats_kept_time.c -- what happened in a span of time, from the history. */
#include <stdlib.h>

#include "store/quality.h"
#include "store/stats_kept.h"

#define TYPE_SPAN (7 * DAY)
#define DRIFT_DELTAS_MAX 20000  /* not folded yet */
#define DRIFT_DEAD_MAX 20000

/* All of one kind as one tally; nothing happened: zeros. */
static enum err_code whole_span(struct store *st, usec_t from, struct arena *arena,
				struct quality *quality, struct tally **ret, struct err *err)
{
	const struct history_want want = {
		.kind = HISTORY_QUEUES, .is_sum = true, .from = from, .until = TIME_NULL
	};
	struct tallies tallies;
	TRY(kept_span(st, &want, arena, quality, &tallies, err));

	quality_cover(quality, &tallies, from);
	*ret = tallies.rows.n > 0 ? LIST_AT(&tallies.rows, struct tally, 0)
				  : ARENA_NEW(arena, struct tally);
	return ERR_OK;
}

enum err_code kept_metrics(struct store *st, int hours, struct arena *arena, struct metrics *ret,
			   struct quality *ret_quality, struct err *err)
{
	const usec_t now = store_now(st), from = now - hours * HOUR;
	struct quality quality = quality_new();
	struct history history;
	struct tally *tally;
	TRY(kept_open(st, arena, &history, err));
	TRY(whole_span(st, from, arena, &quality, &tally, err));

	const usec_t since = quality.covered_from > 0 ? quality.covered_from : from;
	*ret = (struct metrics){
		.total_processed = tally->done + tally->dead,
		.successful = tally->done,
		.dead_lettered = tally->dead,
		.success_rate = stats_percent(tally->done, tally->done + tally->dead),
		.avg_processing_time_ms = mean_ms(tally->total_us, tally->done),
		.jobs_per_hour = stats_per_hour(tally->done + tally->dead, now - since),
		.time_window_hours = hours,
		.arrived = tally->arrived,
		.failed = tally->failed,
		.cancelled = tally->cancelled,
		.times = times_of(tally),
		.avg_wait_ms = mean_ms(tally->wait_us, tally->waits.n),
		.avg_run_ms = mean_ms(tally->run_us, tally->runs.n),
		.covered_from = since,
	};
	struct quality waiting;
	TRY(kept_outlook(st, arena, &ret->outlook, &waiting, err));

	quality_join(&quality, &waiting);
	*ret_quality = quality;
	return ERR_OK;
}

static struct history_want want_of(struct store *st, const struct timeline_want *timeline)
{
	struct history_want want = {
		.kind = timeline->job_name.p ? HISTORY_TYPES : HISTORY_QUEUES,
		.has_name = timeline->job_name.p || timeline->queue.p,
		.name = timeline->job_name.p ? timeline->job_name : timeline->queue,
		.is_sum = true,
		.from = store_now(st) - timeline->hours * HOUR,
		.until = TIME_NULL,
		.bucket = timeline->bucket,
	};

	want.from -= want.from % (want.bucket == TIMELINE_ALL ? MINUTE : want.bucket);
	return want;
}

static void put_bucket(struct timeline_bucket *bucket, const struct tally *tally)
{
	bucket->total_jobs = tally->arrived;
	bucket->completed = tally->done;
	bucket->dead_letter = tally->dead;
	bucket->started = tally->started;
	bucket->failed = tally->failed;
	bucket->cancelled = tally->cancelled;
	bucket->times = times_of(tally);
	bucket->queued_max = tally->queued_max;
	bucket->processing_max = tally->processing_max;
	bucket->oldest_waiting_seconds = tally->oldest_us / SECOND;
	bucket->workers_max = tally->workers_max;
}

static struct timeline_bucket *add_bucket(struct list *buckets, usec_t at)
{
	struct timeline_bucket *bucket = list_add(buckets);

	record_clear(&timeline_record, bucket);
	bucket->hour = at;
	bucket->total_jobs = bucket->completed = bucket->dead_letter = 0;
	bucket->started = bucket->failed = bucket->cancelled = 0;
	return bucket;
}

static struct list list_whole(const struct history_want *span, const struct list *tallies,
			      struct arena *arena)
{
	struct list buckets = list_new(arena, sizeof(struct timeline_bucket));
	struct timeline_bucket *bucket = add_bucket(&buckets, span->from);

	if (tallies->n > 0)
		put_bucket(bucket, LIST_AT(tallies, struct tally, 0));
	return buckets;
}

static struct list list_buckets(const struct history_want *span, const struct list *tallies,
				usec_t now, struct arena *arena)
{
	struct list buckets = list_new(arena, sizeof(struct timeline_bucket));
	size_t i = 0;

	for (usec_t at = span->from; at <= now; at += span->bucket) {
		struct timeline_bucket *bucket = add_bucket(&buckets, at);

		while (i < tallies->n && LIST_AT(tallies, struct tally, i)->at < at)
			i++;
		if (i < tallies->n && LIST_AT(tallies, struct tally, i)->at == at)
			put_bucket(bucket, LIST_AT(tallies, struct tally, i));
	}
	return buckets;
}

enum err_code kept_timeline(struct store *st, const struct timeline_want *want, struct arena *arena,
			    struct list *ret, struct quality *ret_quality, struct err *err)
{
	const struct history_want span = want_of(st, want);
	struct quality quality = quality_new();
	struct history history;
	struct tallies tallies;
	TRY(kept_open(st, arena, &history, err));
	TRY(kept_span(st, &span, arena, &quality, &tallies, err));
	/* What is asked for is the hours, of which the first bucket may have begun before. */
	quality_cover(&quality, &tallies,
		      span.from + (want->bucket == TIMELINE_ALL ? MINUTE : span.bucket));

	*ret = want->bucket == TIMELINE_ALL
		       ? list_whole(&span, &tallies.rows, arena)
		       : list_buckets(&span, &tallies.rows, store_now(st), arena);
	*ret_quality = quality;
	return ERR_OK;
}

/* A type as it is put together: what happened, and the rows that there are. */
struct type_sum {
	struct type_stats type;
	int64_t live, done_rows, dead_rows;
};

static struct type_sum *find_or_add(struct list *types, struct str name, bool is_others)
{
	for (size_t i = 0; i < types->n; i++) {
		struct type_sum *type = LIST_AT(types, struct type_sum, i);
		const bool is_one_of_others = type->type.is_others == 1;

		if (is_others == is_one_of_others &&
		    (is_others || str_eq(type->type.job_name, name)))
			return type;
	}
	struct type_sum *type = list_add(types);

	record_clear(&type_stats_record, &type->type);
	type->type.job_name = is_others ? S(STATS_OTHERS) : name;
	type->type.is_others = is_others;
	type->type.completed_count = type->type.dead_letter_count = 0;
	type->type.queued_count = type->type.arrived_count = type->type.failed_count = 0;
	type->type.dated = 0;
	type->type.at_least = S("[]");
	return type;
}

static void put_gauge(struct type_sum *type, const struct gauge *gauge)
{
	if (str_eq(gauge->status, S("dead_letter")))
		type->dead_rows += gauge->n;
	else
		type->live += gauge->n;
	if (str_eq(gauge->status, S("done")))
		type->done_rows += gauge->n;
	if (!str_eq(gauge->status, S("queued")))
		return;
	type->type.queued_count += gauge->n;
	type->type.dated += gauge->dated;
}

static void put_tally(struct type_stats *type, const struct tally *tally)
{
	type->completed_count = tally->done;
	type->dead_letter_count = tally->dead;
	type->arrived_count = tally->arrived;
	type->failed_count = tally->failed;
	type->avg_processing_time_ms = mean_ms(tally->total_us, tally->done);
	type->avg_run_ms = mean_ms(tally->run_us, tally->runs.n);
	type->times = times_of(tally);
	type->last_run = tally->last_end;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A history that is younger than the span knows less than the rows tell. */
static void finish_type(struct type_sum *sum)
{
	struct type_stats *type = &sum->type;

	type->success_rate = stats_percent(type->completed_count,
					   type->completed_count + type->dead_letter_count);
	type->total_count = most(type->arrived_count, sum->live);
	type->completed_count = most(type->completed_count, sum->done_rows);
	type->dead_letter_count = most(type->dead_letter_count, sum->dead_rows);
	if (type->total_count == 0)
		type->total_count = type->dead_letter_count;
}

static int by_total(const void *one, const void *other)
{
	const struct type_sum *a = one, *b = other;

	if (a->type.total_count != b->type.total_count)
		return a->type.total_count > b->type.total_count ? -1 : 1;
	return str_order(a->type.job_name, b->type.job_name);
}

static enum err_code sum_types(struct store *st, struct arena *arena, struct list *types,
			       struct quality *quality, struct err *err)
{
	static const struct gauge_want by_type = { .by_type = true };
	const struct history_want want = { .kind = HISTORY_TYPES,
					   .from = store_now(st) - TYPE_SPAN,
					   .until = TIME_NULL };
	struct tallies tallies;
	struct list gauges;
	TRY(kept_span(st, &want, arena, quality, &tallies, err));
	struct quality of_gauges;
	TRY(store_gauge_sums(st, &by_type, arena, &gauges, &of_gauges, err));

	quality_join(quality, &of_gauges);
	quality_cover(quality, &tallies, want.from);
	for (size_t i = 0; i < gauges.n; i++) {
		const struct gauge *gauge = LIST_AT(&gauges, struct gauge, i);

		put_gauge(find_or_add(types, gauge->job_name, gauge->is_other_type == 1), gauge);
	}
	for (size_t i = 0; i < tallies.rows.n; i++) {
		const struct tally *tally = LIST_AT(&tallies.rows, struct tally, i);

		put_tally(&find_or_add(types, tally->name, tally->is_others)->type, tally);
	}
	return ERR_OK;
}

enum err_code kept_types(struct store *st, struct arena *arena, struct list *ret,
			 struct quality *ret_quality, struct err *err)
{
	struct list sums = list_new(arena, sizeof(struct type_sum));
	struct list types = list_new(arena, sizeof(struct type_stats));
	struct quality quality = quality_new();
	struct history history;
	TRY(kept_open(st, arena, &history, err));
	TRY(sum_types(st, arena, &sums, &quality, err));

	for (size_t i = 0; i < sums.n; i++)
		finish_type(LIST_AT(&sums, struct type_sum, i));
	if (sums.n > 0)
		qsort(sums.items, sums.n, sizeof(struct type_sum), by_total);
	for (size_t i = 0; i < sums.n && i < STATS_TYPES_MAX; i++)
		*(struct type_stats *)list_add(&types) = LIST_AT(&sums, struct type_sum, i)->type;
	TRY(kept_type_outlooks(st, arena, &types, err));
	if (sums.n > STATS_TYPES_MAX)
		quality_worsen(&quality, KIND_CAPPED);
	*ret = types;
	*ret_quality = quality;
	return ERR_OK;
}

enum err_code kept_ended(struct store *st, struct arena *arena, struct last_hour *ret,
			 struct quality *ret_quality, struct err *err)
{
	struct quality quality = quality_new();
	struct history history;
	struct tally *tally;
	TRY(kept_open(st, arena, &history, err));
	TRY(whole_span(st, store_now(st) - HOUR, arena, &quality, &tally, err));

	*ret = (struct last_hour){
		.jobs_last_hour =
			most(tally->arrived, tally->done + tally->dead + tally->cancelled),
		.completed_last_hour = tally->done,
		.dead_lettered_last_hour = tally->dead,
		.failed_last_hour = tally->failed,
	};
	*ret_quality = quality;
	return ERR_OK;
}

enum err_code kept_last_hour(struct store *st, struct arena *arena, struct last_hour *ret,
			     struct quality *ret_quality, struct err *err)
{
	struct quality quality, ended;
	struct job_stats stats;
	TRY(kept_stats(st, arena, &stats, &quality, err));
	TRY(kept_ended(st, arena, ret, &ended, err));

	ret->active_jobs = stats.processing;
	ret->queue_backlog = stats.queued;
	quality_join(&quality, &ended);
	*ret_quality = quality;
	return ERR_OK;
}

static struct drift_name *find_name(const struct list *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++) {
		struct drift_name *one = LIST_AT(names, struct drift_name, i);

		if (str_eq(one->job_name, name))
			return one;
	}
	return NULL;
}

static void put_queued(const struct list *names, const struct list *gauges,
		       struct quality *quality)
{
	for (size_t i = 0; i < gauges->n; i++) {
		const struct gauge *gauge = LIST_AT(gauges, struct gauge, i);
		struct drift_name *name = find_name(names, gauge->job_name);

		if (!str_eq(gauge->status, S("queued")) || gauge->n <= 0)
			continue;
		if (gauge->is_other_type == 1)
			quality_worsen(quality, KIND_CAPPED);
		else if (name)
			name->queued = gauge->n;
	}
}

/* A name that came and waits no more is none. */
static struct list those_left(const struct list *names, struct arena *arena)
{
	struct list left = list_new(arena, sizeof(struct drift_name));

	for (size_t i = 0; i < names->n; i++) {
		const struct drift_name *name = LIST_AT(names, struct drift_name, i);

		if (left.n < STATS_DRIFT_MAX && (name->queued > 0 || name->dead_letter > 0))
			*(struct drift_name *)list_add(&left) = *name;
	}
	return left;
}

enum err_code kept_drift(struct store *st, int window_minutes, struct arena *arena,
			 struct list *ret_observed, struct quality *ret_quality, struct err *err)
{
	static const struct gauge_want by_type = { .by_type = true };
	struct quality quality = quality_new();
	struct history history;
	struct list gauges, names;
	TRY(kept_open(st, arena, &history, err));
	if (history.since > store_now(st) - window_minutes * MINUTE)
		return err_set(err, ERR_NOT_FOUND, "the history is younger than the window");

	TRY(db_query(st->db, CALL(SQL_DRIFT_KEPT, &drift_record, P_I64(window_minutes),
				  P_I64(DRIFT_DELTAS_MAX), P_I64(DRIFT_DEAD_MAX),
				  P_I64(HISTORY_TYPES_MAX + STATS_DRIFT_MAX),
				  P_I64(STORE_NAME_MAX)),
		     arena, &names, err));
	TRY(store_gauge_sums(st, &by_type, arena, &gauges, &quality, err));

	put_queued(&names, &gauges, &quality);
	if (names.n > 0)
		quality_note(&quality, -1, LIST_AT(&names, struct drift_name, 0)->is_capped);
	*ret_observed = those_left(&names, arena);
	*ret_quality = quality;
	return ERR_OK;
}
