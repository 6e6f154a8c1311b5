/* schedule.c -- recurring jobs: their rows, and the moment when one of them fires. */
#include "json/json.h"
#include "store/setup.h"
#include "store/work.h"
#include "store/worker.h"
#include "store/written.h"

#define KWARGS_DEPTH_MAX 128
#define LOCK_PATIENCE (10 * SECOND)

static const struct field schedule_fields[] = {
	FIELD_STR(struct schedule, id),
	FIELD_STR(struct schedule, job_name),
	FIELD_STR(struct schedule, schedule_type),
	FIELD_STR(struct schedule, schedule_value),
	FIELD_I64(struct schedule, priority),
	FIELD_STR(struct schedule, queue),
	FIELD_I64(struct schedule, max_attempts),
	FIELD_JSON(struct schedule, job_kwargs),
	FIELD_STR(struct schedule, status),
	FIELD_TIME(struct schedule, created_at),
	FIELD_TIME(struct schedule, last_run),
	FIELD_TIME(struct schedule, next_run),
	FIELD_I64(struct schedule, run_count),
	FIELD_STR(struct schedule, last_job_id),
	FIELD_TIME(struct schedule, updated_at),
	FIELD_END,
};
const struct record schedule_record = { "schedule", sizeof(struct schedule), schedule_fields };

static enum err_code schedules_load(struct store *st, const struct schedule_want *want,
				    struct arena *arena, struct list *ret, struct err *err)
{
	const struct str after_name = want->after_name.p ? want->after_name : S("");
	const bool goes_on = want->after_id.p != NULL;
	const struct call *call =
		CALL(SQL_SCHEDULE_LIST, &schedule_record, P_I64(want->limit),
		     P_I64(STORE_NAME_MAX), P_I64(STORE_TEXT_MAX),
		     P_STR(goes_on ? after_name : STR_NULL), P_STR(want->after_id),
		     P_I64(goes_on ? 0 : want->offset));
	return db_query(st->db, call, arena, ret, err);
}

struct counted {
	int64_t n;
};

static const struct field counted_fields[] = {
	FIELD_I64(struct counted, n),
	FIELD_END,
};
static const struct record counted_record = { "counted", sizeof(struct counted),
					      counted_fields };

enum err_code store_schedule_page(struct store *st, const struct schedule_want *want,
				  struct arena *arena, struct list *ret, int64_t *ret_total,
				  struct err *err)
{
	struct counted counted;
	TRY(db_query_one(st->db, CALL(SQL_SCHEDULE_COUNT, &counted_record,
				      P_I64(STORE_COUNT_CAP)), arena, &counted, err));
	*ret_total = counted.n;
	return schedules_load(st, want, arena, ret, err);
}

static bool is_one_of(struct str text, struct str one, struct str other)
{
	return str_eq(text, one) || str_eq(text, other);
}

static enum err_code schedule_check(const struct schedule *s, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];

	if (s->id.p && !parse_uuid(s->id, uuid))
		return err_param(err, "id", "is not an id");
	TRY(text_check(s->job_name, "job_name", STORE_NAME_MAX, err));
	if (!is_one_of(s->schedule_type, S("interval"), S("cron")))
		return err_param(err, "schedule_type", "must be interval or cron");
	TRY(text_check(s->schedule_value, "schedule_value", STORE_NAME_MAX, err));
	if (!is_one_of(s->status, S("active"), S("paused")))
		return err_param(err, "status", "must be active or paused");
	if (s->queue.p)
		TRY(text_check(s->queue, "queue", STORE_NAME_MAX, err));
	if (s->job_kwargs.p && !json_is_valid(s->job_kwargs, true, KWARGS_DEPTH_MAX))
		return err_param(err, "job_kwargs", "must be a JSON object");
	return ERR_OK;
}

static int64_t or_default(int64_t n, int64_t otherwise)
{
	return n == I64_NULL ? otherwise : n;
}

#define SCHEDULE_PARAMS(s)                                                                      \
	P_STR((s)->job_name), P_STR((s)->schedule_type), P_STR((s)->schedule_value),            \
		P_I64(or_default((s)->priority, 100)),                                          \
		P_STR((s)->queue.p ? (s)->queue : S("default")),                                \
		P_I64(or_default((s)->max_attempts, 3)),                                        \
		P_STR((s)->job_kwargs.p ? (s)->job_kwargs : S("{}")), P_STR((s)->status),       \
		P_TIME((s)->next_run)

static enum err_code schedule_insert(struct store *st, const struct schedule *s, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];

	if (!s->id.p || !parse_uuid(s->id, uuid))
		uuid_v4(uuid);
	return db_exec(st->db, CALL(SQL_SCHEDULE_INSERT, NULL, SCHEDULE_PARAMS(s), P_TEXT(uuid)),
		       NULL, err);
}

/* The name is the identity. The row that is there stays, with its history and last_job_id. */
static enum err_code put_locked(struct store *st, const struct schedule *s, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(st->db, &tx, err));

	struct list rows;
	TRY(db_query(st->db, CALL(SQL_SCHEDULE_UPDATE, &id_record, SCHEDULE_PARAMS(s)), &arena,
		     &rows, err));
	if (rows.n == 0)
		TRY(schedule_insert(st, s, err));
	else
		TRY(db_exec(st->db,
			    CALL(SQL_SCHEDULE_COLLAPSE, NULL, P_STR(s->job_name),
				 P_STR(LIST_AT(&rows, struct id_row, 0)->id)),
			    NULL, err));
	return db_commit(&tx, err);
}

enum err_code store_schedule_put(struct store *st, const struct schedule *schedule,
				 struct err *err)
{
	TRY(schedule_check(schedule, err));
	TRY(db_lock(st->db, SONIQ_LOCK_SCHEDULER, LOCK_PATIENCE, err));

	const enum err_code code = put_locked(st, schedule, err);
	db_unlock(st->db, SONIQ_LOCK_SCHEDULER);
	return code;
}

static enum err_code fire_enqueue(struct store *st, const struct schedule *schedule,
				  char ret_job[UUID_TEXT_LEN + 1], struct err *err)
{
	const struct new_job job = {
		.job_name = schedule->job_name,
		.args = schedule->job_kwargs,
		.queue = schedule->queue,
		.priority = or_default(schedule->priority, 100),
		.max_attempts = or_default(schedule->max_attempts, 3),
	};

	/* A list leaves out arguments that are too long: {} would be another job. */
	if (!schedule->job_kwargs.p)
		return err_param(err, "job_kwargs", "the arguments are too long");
	return store_enqueue(st, &job, ret_job, err);
}

enum err_code store_schedule_fire(struct store *st, const struct schedule *schedule, usec_t next,
				  char ret_job[UUID_TEXT_LEN + 1], bool *ret_fired,
				  struct err *err)
{
	char job[UUID_TEXT_LEN + 1];
	int64_t changed;
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(st->db, &tx, err));
	TRY(fire_enqueue(st, schedule, job, err));

	const struct call *call =
		CALL(SQL_SCHEDULE_ADVANCE, NULL, P_STR(schedule->id), P_TIME(schedule->next_run),
		     P_TIME(next), P_TEXT(job), P_STR(schedule->job_name), P_STR(schedule->queue));
	TRY(db_exec(st->db, call, &changed, err));
	if (changed == 0) {     /* the job goes with the transaction */
		*ret_fired = false;
		return ERR_OK;
	}
	TRY(db_commit(&tx, err));
	memcpy(ret_job, job, sizeof(job));
	*ret_fired = true;
	return ERR_OK;
}
