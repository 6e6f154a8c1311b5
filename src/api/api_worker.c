/* api_worker.c -- workers, schedules, and names that nobody handles. */
#include "api/context.h"
#include "api/params.h"
#include "store/stats.h"
#include "store/worker.h"

#define WORKERS_MAX 200
#define STOPPED_SHOWN DAY
/* Where all would be too much. */
#define QUEUES_SHORT_MAX 5
#define KWARGS_SHORT_MAX 1024

/* A count of jobs in hand that is older tells nothing. */
#define ACTIVE_FRESH MINUTE

void api_note_active(struct api *api, int64_t active)
{
	atomic_store(&api->active, active);
	atomic_store(&api->active_at, clock_mono());
}

int64_t api_active(struct api *api)
{
	const usec_t at = atomic_load(&api->active_at);

	return at > 0 && clock_mono() - at < ACTIVE_FRESH ? atomic_load(&api->active) : 0;
}

/* The first of its queues; none would mean that it serves all. */
static void shorten_worker(void *p, struct arena *arena)
{
	struct worker *worker = p;
	const struct str *queues;
	const size_t n = json_read_strings(worker->queues, arena, &queues);
	AUTO(buf) struct buf text = buf_new(HTTP_REPLY_MAX);
	struct json j = json_new(&text);

	json_open_array(&j);
	for (size_t i = 0; i < n && i < QUEUES_SHORT_MAX; i++)
		json_str(&j, queues[i]);
	json_close_array(&j);
	worker->queues = str_copy(arena, buf_str(&text));
	worker->current_jobs = S("[]");
}

static enum err_code worker_params(const struct request *rq, struct worker_want *ret,
				   struct err *err)
{
	int64_t limit = WORKERS_MAX;
	struct str text;
	TRY(param_int(rq, "limit", (const int64_t[]){ 1, WORKERS_MAX }, &limit, err));
	TRY(param_cursor(rq, &text, err));

	*ret = (struct worker_want){ .active = api_active(api_of(rq)),
				     .stopped_within = STOPPED_SHOWN,
				     .limit = (int)limit };
	return !text.p || cursor_parse_worker(text, ret) ? ERR_OK : param_cursor_fail(err);
}

static void add_next_worker(struct request *rq, struct reply *reply, const struct list *rows)
{
	char cursor[CURSOR_MAX];

	for (size_t i = rows->n; i-- > 0;) {
		if (!cursor_format_worker(LIST_AT(rows, struct worker, i), cursor))
			continue;
		answer_next_cursor(rq, reply, str_of(cursor));
		return;
	}
}

static enum err_code workers_list(struct request *rq, struct reply *reply, struct err *err)
{
	struct worker_want want;
	enum export_format format;
	TRY(worker_params(rq, &want, err));
	TRY(param_format(rq, &format, err));
	struct store *store;
	TRY(api_store(rq, &store, err));
	struct worker_list workers;
	TRY(store_workers(store, &want, rq->arena, &workers, err));
	answer_quality(rq, reply, &workers.quality);
	if (workers.rows.n == (size_t)want.limit)
		add_next_worker(rq, reply, &workers.rows);
	answer_table(rq, reply,
		     &(struct table){ format, &worker_record, &workers.rows, shorten_worker,
				      NULL });
	return ERR_OK;
}

static enum err_code worker_get(struct request *rq, struct reply *reply, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];
	TRY(path_uuid(rq, 0, uuid, err));
	struct store *store;
	TRY(api_store(rq, &store, err));
	struct worker worker;
	struct quality quality;
	TRY(store_worker_get(store, uuid, rq->arena, &worker, &quality, err));
	answer_quality(rq, reply, &quality);
	answer_record(reply, &worker_record, &worker);
	return ERR_OK;
}

static void write_worker_stats(struct reply *reply, const struct last_hour *hour,
			       const struct list *workers, const struct quality *quality)
{
	struct json j = answer_json(reply);
	json_open_object(&j);
	json_key(&j, "active_jobs");
	json_i64(&j, hour->active_jobs);
	json_key(&j, "jobs_last_hour");
	json_i64(&j, hour->jobs_last_hour);
	json_key(&j, "completed_last_hour");
	json_i64(&j, hour->completed_last_hour);
	json_key(&j, "dead_lettered_last_hour");
	json_i64(&j, hour->dead_lettered_last_hour);
	json_key(&j, "timestamp");
	json_time(&j, quality->as_of);
	json_quality(&j, quality);
	json_key(&j, "workers");
	json_open_array(&j);
	for (size_t i = 0; i < workers->n; i++)
		json_record(&j, &worker_record, LIST_AT(workers, struct worker, i));
	json_close_array(&j);
	json_close_object(&j);
}

static enum err_code workers_stats(struct request *rq, struct reply *reply, struct err *err)
{
	struct store *store;
	TRY(api_store(rq, &store, err));
	struct last_hour hour;
	struct worker_list workers;
	struct quality quality;
	TRY(store_last_hour(store, rq->arena, &hour, &quality, err));
	api_note_active(api_of(rq), hour.active_jobs);
	const struct worker_want want = { .active = hour.active_jobs,
					  .stopped_within = STOPPED_SHOWN,
					  .limit = WORKERS_MAX };
	TRY(store_workers(store, &want, rq->arena, &workers, err));
	if (workers.quality.kind > quality.kind)
		quality.kind = workers.quality.kind;
	answer_quality(rq, reply, &quality);
	write_worker_stats(reply, &hour, &workers.rows, &quality);
	if (reply->body.has_failed) {
		rows_shorten(rq, &workers.rows, shorten_worker);
		buf_reset(&reply->body);
		write_worker_stats(reply, &hour, &workers.rows, &quality);
	}
	return ERR_OK;
}

static void shorten_schedule(void *p, struct arena *arena)
{
	struct schedule *schedule = p;
	(void)arena;
	if (schedule->job_kwargs.n > KWARGS_SHORT_MAX)
		schedule->job_kwargs = STR_NULL;
}

static enum err_code schedule_params(const struct request *rq, struct schedule_want *ret,
				     struct err *err)
{
	int64_t limit = 50, offset = 0;
	struct str text;
	TRY(param_int(rq, "limit", (const int64_t[]){ 1, STORE_PAGE_MAX }, &limit, err));
	TRY(param_int(rq, "offset", (const int64_t[]){ 0, STORE_OFFSET_MAX }, &offset, err));
	TRY(param_cursor(rq, &text, err));

	*ret = (struct schedule_want){ .limit = (int)limit, .offset = (int)offset };
	return !text.p || cursor_parse_schedule(text, ret) ? ERR_OK : param_cursor_fail(err);
}

static void add_next_schedule(struct request *rq, struct reply *reply, const struct list *rows)
{
	for (size_t i = rows->n; i-- > 0;) {
		const struct schedule *schedule = LIST_AT(rows, struct schedule, i);
		const struct str cursor = cursor_format_schedule(schedule, rq->arena);

		if (!cursor.p)
			continue;
		answer_next_cursor(rq, reply, cursor);
		return;
	}
}

static enum err_code schedules_list(struct request *rq, struct reply *reply, struct err *err)
{
	struct schedule_want want;
	enum export_format format;
	TRY(schedule_params(rq, &want, err));
	TRY(param_format(rq, &format, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct list rows;
	int64_t total;
	const struct quality now = quality_new();
	TRY(store_schedule_page(store, &want, rq->arena, &rows, &total, err));
	answer_quality(rq, reply, &now);
	answer_total(rq, reply, total);
	if (rows.n == (size_t)want.limit)
		add_next_schedule(rq, reply, &rows);
	answer_table(rq, reply,
		     &(struct table){ format, &schedule_record, &rows, shorten_schedule, NULL });
	return ERR_OK;
}

static void write_skewed(struct json *j, const struct drift_name *name)
{
	json_open_object(j);
	json_key(j, "job_name");
	json_str(j, name->job_name);
	json_key(j, "queued");
	json_i64(j, name->queued);
	json_key(j, "dead_letter");
	json_i64(j, name->dead_letter);
	json_key(j, "last_seen");
	json_time(j, name->last_seen);
	json_close_object(j);
}

/* A job without a name is not a name that nobody handles. */
static bool is_skewed(const struct drift_name *name)
{
	return name->job_name.p && name->is_registered != 1;
}

static void write_name(struct json *j, struct str name)
{
	if (name.p)
		json_str(j, name);
}

static void write_drift(struct reply *reply, int64_t minutes, const struct drift *drift)
{
	const struct list *observed = &drift->observed, *registered = &drift->registered;
	struct json j = answer_json(reply);
	json_open_object(&j);
	json_key(&j, "window_minutes");
	json_i64(&j, minutes);
	json_quality(&j, &drift->quality);
	json_key(&j, "registered");
	json_open_array(&j);
	for (size_t i = 0; i < registered->n; i++)
		write_name(&j, *LIST_AT(registered, struct str, i));
	json_close_array(&j);
	json_key(&j, "observed");
	json_open_array(&j);
	for (size_t i = 0; i < observed->n; i++)
		write_name(&j, LIST_AT(observed, struct drift_name, i)->job_name);
	json_close_array(&j);
	json_key(&j, "skewed_names");
	json_open_array(&j);
	for (size_t i = 0; i < observed->n; i++)
		if (is_skewed(LIST_AT(observed, struct drift_name, i)))
			write_skewed(&j, LIST_AT(observed, struct drift_name, i));
	json_close_array(&j);
	json_close_object(&j);
}

static enum err_code drift_get(struct request *rq, struct reply *reply, struct err *err)
{
	int64_t minutes = 60;
	TRY(param_int(rq, "window_minutes", (const int64_t[]){ 1, 43200 }, &minutes, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct drift drift;
	TRY(store_drift(store, (int)minutes, rq->arena, &drift, err));
	answer_quality(rq, reply, &drift.quality);
	write_drift(reply, minutes, &drift);
	return ERR_OK;
}

const struct route api_worker_routes[] = {
	{ HTTP_GET, "/api/workers", workers_list, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "workers_list" },
	{ HTTP_GET, "/api/workers/stats", workers_stats, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "workers_stats" },
	{ HTTP_GET, "/api/workers/{worker_id}", worker_get, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "worker_get" },
	{ HTTP_GET, "/api/schedules", schedules_list, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "schedules_list" },
	{ HTTP_GET, "/api/tasks/drift", drift_get, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "drift_get" },
	{ 0 },
};
