/* stats_time.c -- what happened in a span of time: rates, hours, types, drifting names. */
#include "store/quality.h"
#include "store/stats_kept.h"
#include "store/worker.h"

#define TYPE_DAYS 7
/* As far back as the tables alone are asked. */
#define PLAIN_HOURS_MAX 720
#define BUCKETS_MAX 3000
/* Rows of one kind that a number is made of, at most. */
#define ROWS_MAX (STORE_COUNT_CAP + 1)

static const struct field metrics_fields[] = {
	FIELD_I64_FLAGS(struct metrics, total_processed, FIELD_COMPUTED),
	FIELD_I64(struct metrics, successful),
	FIELD_I64(struct metrics, dead_lettered),
	FIELD_F64_FLAGS(struct metrics, success_rate, FIELD_COMPUTED),
	FIELD_F64(struct metrics, avg_processing_time_ms),
	FIELD_I64_FLAGS(struct metrics, jobs_per_hour, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct metrics, time_window_hours, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct metrics, arrived, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct metrics, failed, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct metrics, cancelled, FIELD_COMPUTED),
	TIMES_FIELDS(struct metrics),
	FIELD_F64_FLAGS(struct metrics, avg_wait_ms, FIELD_COMPUTED),
	FIELD_F64_FLAGS(struct metrics, avg_run_ms, FIELD_COMPUTED),
	OUTLOOK_FIELDS(struct metrics),
	FIELD_TIME_FLAGS(struct metrics, covered_from, FIELD_OPTIONAL),
	FIELD_BOOL_FLAGS(struct metrics, is_capped, FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct metrics, is_sample, FIELD_HIDDEN),
	FIELD_END,
};
const struct record metrics_record = { "metrics", sizeof(struct metrics), metrics_fields };

static const struct field timeline_fields[] = {
	FIELD_TIME(struct timeline_bucket, hour),
	FIELD_I64(struct timeline_bucket, total_jobs),
	FIELD_I64(struct timeline_bucket, completed),
	FIELD_I64(struct timeline_bucket, dead_letter),
	FIELD_I64_FLAGS(struct timeline_bucket, started, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct timeline_bucket, failed, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct timeline_bucket, cancelled, FIELD_COMPUTED),
	TIMES_FIELDS(struct timeline_bucket),
	FIELD_I64_FLAGS(struct timeline_bucket, queued_max, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct timeline_bucket, processing_max, FIELD_COMPUTED),
	FIELD_F64_FLAGS(struct timeline_bucket, oldest_waiting_seconds, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct timeline_bucket, workers_max, FIELD_COMPUTED),
	FIELD_TIME_FLAGS(struct timeline_bucket, covered_from, FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct timeline_bucket, is_capped, FIELD_HIDDEN),
	FIELD_END,
};
const struct record timeline_record = { "timeline", sizeof(struct timeline_bucket),
					timeline_fields };

static const struct field type_stats_fields[] = {
	FIELD_STR(struct type_stats, job_name),
	FIELD_I64(struct type_stats, total_count),
	FIELD_I64(struct type_stats, completed_count),
	FIELD_I64(struct type_stats, dead_letter_count),
	FIELD_I64(struct type_stats, queued_count),
	FIELD_F64_FLAGS(struct type_stats, success_rate, FIELD_COMPUTED),
	FIELD_F64(struct type_stats, avg_processing_time_ms),
	FIELD_TIME(struct type_stats, last_run),
	FIELD_I64_FLAGS(struct type_stats, arrived_count, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct type_stats, failed_count, FIELD_COMPUTED),
	TIMES_FIELDS(struct type_stats),
	FIELD_F64_FLAGS(struct type_stats, avg_run_ms, FIELD_COMPUTED),
	OUTLOOK_FIELDS(struct type_stats),
	FIELD_JSON_FLAGS(struct type_stats, at_least, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct type_stats, dated, FIELD_COMPUTED | FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct type_stats, is_others, FIELD_COMPUTED | FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct type_stats, is_capped, FIELD_HIDDEN),
	FIELD_END,
};
const struct record type_stats_record = { "type_stats", sizeof(struct type_stats),
					  type_stats_fields };

static const struct field last_hour_fields[] = {
	FIELD_I64_FLAGS(struct last_hour, active_jobs, FIELD_COMPUTED),
	FIELD_I64(struct last_hour, jobs_last_hour),
	FIELD_I64(struct last_hour, completed_last_hour),
	FIELD_I64(struct last_hour, dead_lettered_last_hour),
	FIELD_I64_FLAGS(struct last_hour, queue_backlog, FIELD_COMPUTED),
	FIELD_BOOL_FLAGS(struct last_hour, is_capped, FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct last_hour, is_sample, FIELD_HIDDEN),
	FIELD_END,
};
const struct record last_hour_record = { "last_hour", sizeof(struct last_hour), last_hour_fields };

static const struct field drift_fields[] = {
	FIELD_STR(struct drift_name, job_name),
	FIELD_I64(struct drift_name, queued),
	FIELD_I64(struct drift_name, dead_letter),
	FIELD_TIME(struct drift_name, last_seen),
	FIELD_BOOL_FLAGS(struct drift_name, is_registered, FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct drift_name, is_capped, FIELD_HIDDEN),
	FIELD_END,
};
const struct record drift_record = { "drift_name", sizeof(struct drift_name), drift_fields };

struct name_row {
	struct str name;
};
static const struct field name_fields[] = { FIELD_STR(struct name_row, name), FIELD_END };
static const struct record name_record = { "name", sizeof(struct name_row), name_fields };

static enum err_code plain_metrics(struct store *st, int hours, struct arena *arena,
				   struct metrics *ret, struct quality *ret_quality,
				   struct err *err)
{
	struct quality quality = quality_new();
	usec_t span = hours * HOUR;
	struct window window;
	TRY(store_window(st, arena, &window, err));

	struct metrics m;
	const struct call *call = CALL(SQL_METRICS_WINDOW, &metrics_record, P_I64(hours),
				       P_I64(ROWS_MAX), P_BOOL(window.is_whole));
	TRY(db_query_one(st->db, call, arena, &m, err));

	m.total_processed = m.successful + m.dead_lettered;
	m.success_rate = stats_percent(m.successful, m.total_processed);
	if (m.covered_from != TIME_NULL)
		quality.covered_from = m.covered_from;
	if (quality.covered_from > 0)
		span = store_now(st) - quality.covered_from;
	m.jobs_per_hour = stats_per_hour(m.total_processed, span);
	m.time_window_hours = hours;
	quality_note(&quality, m.is_sample, m.is_capped);
	*ret = m;
	*ret_quality = quality;
	return ERR_OK;
}

enum err_code store_metrics(struct store *st, int hours, struct arena *arena, struct metrics *ret,
			    struct quality *ret_quality, struct err *err)
{
	const enum err_code code = kept_metrics(st, hours, arena, ret, ret_quality, err);

	if (!kept_is_missing(st, code))
		return code;
	return plain_metrics(st, hours, arena, ret, ret_quality, err);
}

static void window_note(struct quality *quality, const struct window *window)
{
	if (window->is_whole != 1)
		quality_worsen(quality, KIND_WINDOW);
}

static enum err_code plain_timeline(struct store *st, int hours, struct arena *arena,
				    struct list *ret, struct quality *ret_quality, struct err *err)
{
	struct quality quality = quality_new();
	struct window window;
	TRY(store_window(st, arena, &window, err));

	struct list rows;
	const struct call *call = CALL(SQL_TIMELINE_HOURS, &timeline_record, P_I64(hours),
				       P_STR(window.start), P_I64(ROWS_MAX),
				       P_BOOL(window.is_whole));
	TRY(db_query(st->db, call, arena, &rows, err));

	window_note(&quality, &window);
	if (rows.n > 0) {
		const struct timeline_bucket *first = LIST_AT(&rows, struct timeline_bucket, 0);

		quality_note(&quality, -1, first->is_capped);
		if (first->covered_from != TIME_NULL)
			quality.covered_from = first->covered_from;
	}
	*ret = rows;
	*ret_quality = quality;
	return ERR_OK;
}

const char *const timeline_bucket_words[] = { "minute", "10m", "hour", "day", "all", NULL };

usec_t timeline_bucket_span(struct str word, int64_t hours)
{
	static const usec_t spans[] = { MINUTE, 10 * MINUTE, HOUR, DAY, TIMELINE_ALL };

	for (size_t i = 0; word.p && timeline_bucket_words[i]; i++)
		if (str_eq(word, str_of(timeline_bucket_words[i])))
			return spans[i];
	return hours > BUCKETS_MAX ? DAY : HOUR;
}

/* Finer ones are kept for a shorter time than coarse ones. */
static enum err_code check_timeline(const struct timeline_want *want, struct err *err)
{
	if (want->bucket == MINUTE && want->hours > 48)
		return err_param(err, "bucket",
				 "minutes are kept for 48 hours: take "
				 "a bucket of 10m, hour or day, or fewer hours");
	if (want->bucket == 10 * MINUTE && want->hours > 14 * 24)
		return err_param(err, "bucket",
				 "spans of 10 minutes are kept for 14 days: take "
				 "a bucket of hour or day, or fewer hours");
	if (want->bucket != TIMELINE_ALL && want->hours * HOUR / want->bucket > BUCKETS_MAX)
		return err_param(err, "bucket",
				 "these are more than %d spans: take a bucket of day, "
				 "or fewer hours",
				 BUCKETS_MAX);
	return ERR_OK;
}

static enum err_code needs_history(struct err *err, const char *param)
{
	return err_param(err, param,
			 "%s of this kind needs the history, which this database "
			 "does not have; `soniq setup` makes one",
			 param);
}

static enum err_code check_plain(const struct timeline_want *want, struct err *err)
{
	if (want->queue.p)
		return needs_history(err, "queue");
	if (want->job_name.p)
		return needs_history(err, "job_name");
	if (want->bucket != HOUR)
		return needs_history(err, "bucket");
	if (want->hours > PLAIN_HOURS_MAX)
		return needs_history(err, "hours");
	return ERR_OK;
}

enum err_code store_timeline(struct store *st, const struct timeline_want *want,
			     struct arena *arena, struct list *ret, struct quality *ret_quality,
			     struct err *err)
{
	TRY(check_timeline(want, err));
	const enum err_code code = kept_timeline(st, want, arena, ret, ret_quality, err);
	if (!kept_is_missing(st, code))
		return code;
	TRY(check_plain(want, err));
	return plain_timeline(st, want->hours, arena, ret, ret_quality, err);
}

static enum err_code plain_types(struct store *st, struct arena *arena, struct list *ret,
				 struct quality *ret_quality, struct err *err)
{
	struct quality quality = quality_new();
	struct window window;
	TRY(store_window(st, arena, &window, err));

	struct list rows;
	const struct call *call =
		CALL(SQL_TYPE_LIST, &type_stats_record, P_I64(TYPE_DAYS), P_STR(window.start),
		     P_I64(ROWS_MAX), P_I64(STATS_TYPES_MAX), P_I64(STORE_NAME_MAX),
		     P_BOOL(window.is_whole));
	TRY(db_query(st->db, call, arena, &rows, err));

	window_note(&quality, &window);
	for (size_t i = 0; i < rows.n; i++) {
		struct type_stats *type = LIST_AT(&rows, struct type_stats, i);

		type->success_rate = stats_percent(type->completed_count,
						   type->completed_count + type->dead_letter_count);
		type->at_least = S("[]");
		quality_note(&quality, -1, type->is_capped);
	}
	if (rows.n >= STATS_TYPES_MAX)
		quality_worsen(&quality, KIND_CAPPED);
	*ret = rows;
	*ret_quality = quality;
	return ERR_OK;
}

enum err_code store_types(struct store *st, struct arena *arena, struct list *ret,
			  struct quality *ret_quality, struct err *err)
{
	const enum err_code code = kept_types(st, arena, ret, ret_quality, err);

	if (!kept_is_missing(st, code))
		return code;
	return plain_types(st, arena, ret, ret_quality, err);
}

static enum err_code plain_ended(struct store *st, struct arena *arena, struct last_hour *ret,
				 struct quality *ret_quality, struct err *err)
{
	struct quality quality = quality_new();
	struct window window;
	TRY(store_window(st, arena, &window, err));

	struct last_hour hour;
	const struct call *call = CALL(SQL_STATS_LAST_HOUR, &last_hour_record, P_STR(window.start),
				       P_I64(ROWS_MAX), P_BOOL(window.is_whole));
	TRY(db_query_one(st->db, call, arena, &hour, err));

	quality_note(&quality, hour.is_sample, hour.is_capped);
	hour.failed_last_hour = I64_NULL;
	*ret = hour;
	*ret_quality = quality;
	return ERR_OK;
}

enum err_code store_ended(struct store *st, struct arena *arena, struct last_hour *ret,
			  struct quality *ret_quality, struct err *err)
{
	const enum err_code code = kept_ended(st, arena, ret, ret_quality, err);

	if (!kept_is_missing(st, code))
		return code;
	return plain_ended(st, arena, ret, ret_quality, err);
}

static enum err_code plain_last_hour(struct store *st, struct arena *arena, struct last_hour *ret,
				     struct quality *ret_quality, struct err *err)
{
	struct quality quality, ended;
	struct job_stats stats;
	struct last_hour hour;
	TRY(store_stats(st, arena, &stats, &quality, err));
	TRY(plain_ended(st, arena, &hour, &ended, err));

	hour.active_jobs = stats.processing;
	hour.queue_backlog = stats.queued;
	quality_worsen(&quality, ended.kind);
	*ret = hour;
	*ret_quality = quality;
	return ERR_OK;
}

enum err_code store_last_hour(struct store *st, struct arena *arena, struct last_hour *ret,
			      struct quality *ret_quality, struct err *err)
{
	const enum err_code code = kept_last_hour(st, arena, ret, ret_quality, err);

	if (!kept_is_missing(st, code))
		return code;
	return plain_last_hour(st, arena, ret, ret_quality, err);
}

enum err_code store_registered(struct store *st, struct arena *arena, struct list *ret,
			       struct err *err)
{
	struct list rows;
	const struct call *call =
		CALL(SQL_DRIFT_REGISTERED, &name_record, P_I64(st->stale_after),
		     P_I64(STATS_REGISTERED_MAX), P_I64(STORE_NAME_MAX));
	TRY(db_query(st->db, call, arena, &rows, err));

	*ret = list_new(arena, sizeof(struct str));
	for (size_t i = 0; i < rows.n; i++)
		*(struct str *)list_add(ret) = LIST_AT(&rows, struct name_row, i)->name;
	return ERR_OK;
}

static enum err_code plain_drift(struct store *st, int window_minutes, struct arena *arena,
				 struct list *ret_observed, struct quality *ret_quality,
				 struct err *err)
{
	struct quality quality = quality_new();
	struct window window;
	TRY(store_window(st, arena, &window, err));

	const struct call *call =
		CALL(SQL_DRIFT_OBSERVED, &drift_record, P_I64(window_minutes), P_STR(window.start),
		     P_I64(ROWS_MAX), P_I64(STATS_DRIFT_MAX), P_I64(STORE_NAME_MAX));
	TRY(db_query(st->db, call, arena, ret_observed, err));

	window_note(&quality, &window);
	if (ret_observed->n > 0)
		quality_note(&quality, -1,
			     LIST_AT(ret_observed, struct drift_name, 0)->is_capped);
	*ret_quality = quality;
	return ERR_OK;
}

enum err_code store_drift(struct store *st, int window_minutes, struct arena *arena,
			  struct drift *ret, struct err *err)
{
	struct drift drift;
	enum err_code code =
		kept_drift(st, window_minutes, arena, &drift.observed, &drift.quality, err);

	if (kept_is_missing(st, code))
		code = plain_drift(st, window_minutes, arena, &drift.observed, &drift.quality,
				   err);
	TRY(code);
	TRY(store_registered(st, arena, &drift.registered, err));
	*ret = drift;
	return ERR_OK;
}
