/* worker.c -- the workers there are, and what each of them is doing. */
#include "store/worker.h"

#include "json/json.h"
#include "store/holder.h"
#include "store/quality.h"

#define WORKERS_MAX 500
#define QUEUES_MAX 500
#define WORKER_JOBS_MAX 50
#define WORKER_JOBS_LISTED 10
#define JOBS_TEXT_MAX ((size_t)1 << 20)

static const struct field worker_fields[] = {
	FIELD_STR(struct worker, id),
	FIELD_STR(struct worker, hostname),
	FIELD_I64(struct worker, pid),
	FIELD_JSON(struct worker, queues),
	FIELD_I64(struct worker, concurrency),
	FIELD_STR(struct worker, status),
	FIELD_F64(struct worker, uptime_seconds),
	FIELD_TIME(struct worker, started_at),
	FIELD_TIME(struct worker, last_heartbeat),
	FIELD_F64_FLAGS(struct worker, cpu_percent, FIELD_COMPUTED),
	FIELD_F64_FLAGS(struct worker, memory_mb, FIELD_COMPUTED),
	FIELD_JSON_FLAGS(struct worker, current_jobs, FIELD_COMPUTED),
	FIELD_I64_FLAGS(struct worker, current_jobs_count, FIELD_COMPUTED),
	FIELD_BOOL_FLAGS(struct worker, current_jobs_capped, FIELD_COMPUTED),
	FIELD_STR(struct worker, version),
	FIELD_BOOL(struct worker, stale),
	FIELD_JSON_FLAGS(struct worker, metadata, FIELD_HIDDEN),
	FIELD_I64_FLAGS(struct worker, half, FIELD_HIDDEN),
	FIELD_END,
};
const struct record worker_record = { "worker", sizeof(struct worker), worker_fields };

/* A job in a worker's hands. */
struct held_job {
	struct str worker_id;
	struct str id;
	struct str job_name;
	struct str queue;
	int64_t attempts;
	usec_t since;
	int64_t of_worker;
	int8_t is_cut;
};

static const struct field held_fields[] = {
	FIELD_STR_FLAGS(struct held_job, worker_id, FIELD_HIDDEN),
	FIELD_STR(struct held_job, id),
	FIELD_STR(struct held_job, job_name),
	FIELD_STR(struct held_job, queue),
	FIELD_I64(struct held_job, attempts),
	FIELD_TIME(struct held_job, since),
	FIELD_I64_FLAGS(struct held_job, of_worker, FIELD_HIDDEN),
	FIELD_BOOL_FLAGS(struct held_job, is_cut, FIELD_HIDDEN),
	FIELD_END,
};
static const struct record held_record = { "held_job", sizeof(struct held_job), held_fields };

static void add_jobs(struct worker *worker, const struct list *held, struct arena *arena)
{
	AUTO(buf) struct buf text = buf_new(JOBS_TEXT_MAX);
	struct json j = json_new(&text);

	json_open_array(&j);
	for (size_t i = 0; i < held->n; i++) {
		const struct held_job *job = LIST_AT(held, struct held_job, i);

		if (!str_eq(job->worker_id, worker->id))
			continue;
		json_record(&j, &held_record, job);
		worker->current_jobs_count = job->of_worker;
	}
	json_close_array(&j);
	worker->current_jobs = text.has_failed ? S("[]") : str_copy(arena, buf_str(&text));
}

static bool is_cut(const struct list *held)
{
	return held->n > 0 && LIST_AT(held, struct held_job, 0)->is_cut == 1;
}

static void worker_finish(struct worker *worker, const struct list *held, struct arena *arena)
{
	worker->cpu_percent = json_read_number(worker->metadata, "cpu_percent");
	worker->memory_mb = json_read_number(worker->metadata, "memory_mb");
	worker->current_jobs_count = 0;
	worker->current_jobs_capped = is_cut(held);
	add_jobs(worker, held, arena);
}

/* One more than are wanted, to see whether there are more. Who has no heartbeat comes first. */
static enum err_code workers_load(struct store *st, const struct worker_want *want,
				  struct arena *arena, struct list *ret, struct err *err)
{
	const bool goes_on = want->has_cursor;
	const usec_t after_at = want->after_at == TIME_NULL ? TIME_INFINITY : want->after_at;
	const struct call *call =
		CALL(SQL_WORKER_LIST, &worker_record, P_I64(want->stopped_within),
		     P_I64(want->limit + 1), P_I64(st->stale_after), P_I64(STORE_NAME_MAX),
		     P_I64(goes_on ? want->after_half : I64_NULL),
		     P_TIME(goes_on ? after_at : TIME_NULL),
		     P_STR(goes_on ? str_of(want->after_id) : STR_NULL));
	return db_query(st->db, call, arena, ret, err);
}

/* Of `most` jobs, so many of each worker. */
static enum err_code held_load(struct store *st, int64_t most, int64_t each, struct arena *arena,
			       struct list *ret, struct err *err)
{
	const struct call *call = CALL(SQL_WORKER_JOBS, &held_record, P_I64(most),
				       P_I64(QUEUES_MAX), P_I64(each), P_I64(STORE_NAME_MAX));
	return db_query(st->db, call, arena, ret, err);
}

static enum err_code held_of_list(struct store *st, const struct worker_want *want,
				  struct arena *arena, struct list *ret, struct err *err)
{
	*ret = (struct list){ 0 };
	return want->is_brief ? ERR_OK
			      : held_load(st, held_most(want->active), WORKER_JOBS_LISTED, arena,
					  ret, err);
}

enum err_code store_workers(struct store *st, const struct worker_want *want, struct arena *arena,
			    struct worker_list *ret, struct err *err)
{
	const int limit = want->limit;

	if (limit < 1 || limit > WORKERS_MAX)
		return err_param(err, "limit", "must be from 1 to %d", WORKERS_MAX);

	struct quality quality = quality_new();
	struct list workers, held;
	TRY(workers_load(st, want, arena, &workers, err));
	TRY(held_of_list(st, want, arena, &held, err));

	if (workers.n > (size_t)limit || is_cut(&held))
		quality_worsen(&quality, KIND_CAPPED);
	if (workers.n > (size_t)limit)
		workers.n = (size_t)limit;
	for (size_t i = 0; i < workers.n; i++)
		worker_finish(LIST_AT(&workers, struct worker, i), &held, arena);
	*ret = (struct worker_list){ workers, quality };
	return ERR_OK;
}

enum err_code store_worker_get(struct store *st, const char *uuid, struct arena *arena,
			       struct worker *ret, struct quality *ret_quality, struct err *err)
{
	const struct call *call = CALL(SQL_WORKER_GET, &worker_record, P_TEXT(uuid),
				       P_I64(st->stale_after), P_I64(STORE_NAME_MAX));
	struct quality quality = quality_new();
	struct worker worker;
	struct list held;
	if (db_query_one(st->db, call, arena, &worker, err) == ERR_NOT_FOUND)
		return err_set(err, ERR_NOT_FOUND, "There is no worker with this id.");
	if (err->code != ERR_OK)
		return err->code;
	TRY(held_load(st, HELD_MAX, WORKER_JOBS_MAX, arena, &held, err));

	if (is_cut(&held))
		quality_worsen(&quality, KIND_CAPPED);
	worker_finish(&worker, &held, arena);
	*ret = worker;
	*ret_quality = quality;
	return ERR_OK;
}
