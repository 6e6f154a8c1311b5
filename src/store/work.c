/* work.c -- enqueueing, claiming, and the three ways in which an attempt ends. */
#include "store/work.h"

#include <inttypes.h>
#include <stdlib.h>

#include "json/json.h"
#include "store/written.h"

#define JSON_BYTES_MAX ((size_t)1 << 20)
#define JSON_DEEP_MAX 128
#define DEDUP_KEY_MAX 1024              /* bytes; longer ones may not fit into an index */
#define CLAIM_MAX 100
#define CLAIM_ARGS_MAX ((int64_t)16 << 20)
#define TTL_MAX (3650 * DAY)
#define ERROR_BYTES_MAX ((size_t)STORE_ERROR_LIST_MAX * 4)

static const struct field claimed_fields[] = {
	FIELD_STR(struct claimed, id),
	FIELD_STR(struct claimed, job_name),
	FIELD_JSON(struct claimed, args),
	FIELD_STR(struct claimed, queue),
	FIELD_I64(struct claimed, attempts),
	FIELD_I64(struct claimed, max_attempts),
	FIELD_TIME(struct claimed, created_at),
	FIELD_I64_FLAGS(struct claimed, priority, FIELD_HIDDEN),
	FIELD_TIME_FLAGS(struct claimed, scheduled_at, FIELD_HIDDEN),
	FIELD_END,
};
const struct record claimed_record = { "claimed", sizeof(struct claimed), claimed_fields };

/* PostgreSQL's jsonb cannot hold the character that this escape stands for. */
static bool has_nul_escape(struct str json)
{
	for (size_t i = 0; i + 1 < json.n; i++) {
		if (json.p[i] != '\\')
			continue;
		i++;
		if (json.n - i >= 5 && memcmp(json.p + i, "u0000", 5) == 0)
			return true;
	}
	return false;
}

static enum err_code json_check(struct str json, const char *param, bool must_be_object,
				struct err *err)
{
	if (json.n > JSON_BYTES_MAX)
		return err_set(err, ERR_TOO_LARGE, "%s must have at most %zu bytes", param,
			       JSON_BYTES_MAX);
	if (!json_is_valid(json, must_be_object, JSON_DEEP_MAX))
		return err_param(err, param, "must be %s of at most %d levels",
				 must_be_object ? "a JSON object" : "JSON", JSON_DEEP_MAX);
	if (has_nul_escape(json))
		return err_param(err, param, "must not hold the character U+0000");
	return ERR_OK;
}

static enum err_code new_job_check(const struct new_job *job, struct err *err)
{
	TRY(text_check(job->job_name, "job_name", STORE_NAME_MAX, err));
	if (job->queue.p)
		TRY(text_check(job->queue, "queue", STORE_NAME_MAX, err));
	if (job->args.p)
		TRY(json_check(job->args, "args", true, err));
	if (job->dedup_key.n > 0)
		TRY(text_check(job->dedup_key, "dedup_key", DEDUP_KEY_MAX, err));
	if (job->producer_id.p)
		TRY(text_check(job->producer_id, "producer_id", STORE_NAME_MAX, err));
	if (job->priority < INT32_MIN || job->priority > INT32_MAX)
		return err_param(err, "priority", "must fit into 32 bits");
	if (job->max_attempts < 1 || job->max_attempts > INT32_MAX)
		return err_param(err, "max_attempts", "must be 1 or more");
	if (job->delay < 0 || job->delay > TTL_MAX)
		return err_param(err, "delay", "must be from 0 to ten years");
	return ERR_OK;
}

enum err_code store_enqueue(struct store *st, const struct new_job *job,
			    char ret_id[UUID_TEXT_LEN + 1], struct err *err)
{
	char id[UUID_TEXT_LEN + 1];
	TRY(new_job_check(job, err));
	uuid_v7(clock_now(), id);

	AUTO(arena) struct arena arena = { 0 };
	struct id_row row;
	const struct call *call =
		CALL(SQL_WORK_ENQUEUE, &id_record, P_TEXT(id), P_STR(job->job_name),
		     P_STR(job->args.p ? job->args : S("{}")), P_I64(job->max_attempts),
		     P_I64(job->priority), P_STR(job->queue.p ? job->queue : S("default")),
		     P_I64(job->delay), P_STR(job->dedup_key.n > 0 ? job->dedup_key : STR_NULL),
		     P_STR(job->producer_id));
	TRY(db_query_one(st->db, call, &arena, &row, err));
	if (!parse_uuid(row.id, ret_id))
		return err_set(err, ERR_INTERNAL, "the database gave a job an id that is none");
	return ERR_OK;
}

static int order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* NULL is the least of numbers: where it has to come last it stands for the greatest. */
static int64_t null_last(int64_t n)
{
	return n == I64_NULL ? INT64_MAX : n;
}

/* The order of RETURNING is nobody's promise. */
static int claim_order(const void *one, const void *other)
{
	const struct claimed *a = one, *b = other;
	int order = order_of(null_last(a->priority), null_last(b->priority));

	if (order == 0)
		order = order_of(a->scheduled_at, b->scheduled_at);
	if (order == 0)
		order = order_of(null_last(a->created_at), null_last(b->created_at));
	return order != 0 ? order : strncmp(a->id.p, b->id.p, UUID_TEXT_LEN);
}

/* In a transaction, so that jobs which are too large to be handed out are not taken. */
static enum err_code claim_once(struct store *st, const struct claim *want, int limit,
				struct arena *arena, struct list *ret, struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(st->db, &tx, err));

	const struct call *call =
		CALL(SQL_WORK_CLAIM, &claimed_record, P_TEXT(want->worker_id), P_STR(want->queue),
		     P_I64(limit), P_I64(CLAIM_ARGS_MAX));
	struct list rows;
	TRY(db_query(st->db, call, arena, &rows, err));
	TRY(db_commit(&tx, err));

	if (rows.n > 0)
		qsort(rows.items, rows.n, sizeof(struct claimed), claim_order);
	*ret = rows;
	return ERR_OK;
}

enum err_code store_claim(struct store *st, const struct claim *want, struct arena *arena,
			  struct list *ret, struct err *err)
{
	int limit = want->limit;

	if (limit < 1 || limit > CLAIM_MAX)
		return err_param(err, "limit", "must be from 1 to %d", CLAIM_MAX);
	enum err_code code = claim_once(st, want, limit, arena, ret, err);
	while (code == ERR_TOO_LARGE && limit > 1) {
		limit = (limit + 3) / 4;
		*err = (struct err){ 0 };
		code = claim_once(st, want, limit, arena, ret, err);
	}
	return code;
}

static enum err_code hold_check(const struct hold *hold, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];

	if (!parse_uuid(str_of(hold->job_id), uuid))
		return err_param(err, "job_id", "is not an id");
	if (!parse_uuid(str_of(hold->worker_id), uuid))
		return err_param(err, "worker_id", "is not an id");
	return ERR_OK;
}

static enum err_code hold_lost(const struct hold *hold, struct err *err)
{
	return err_set(err, ERR_CONFLICT,
		       "job %.36s is no longer this worker's in attempt %" PRId64, hold->job_id,
		       hold->attempts);
}

#define HOLD_PARAMS(hold) P_TEXT((hold)->job_id), P_TEXT((hold)->worker_id), P_I64((hold)->attempts)

static enum err_code exec_held(struct store *st, const struct hold *hold, const struct call *call,
			       struct err *err)
{
	int64_t changed;
	TRY(db_exec(st->db, call, &changed, err));
	return changed > 0 ? ERR_OK : hold_lost(hold, err);
}

enum err_code store_done(struct store *st, const struct hold *hold, struct str result,
			 usec_t ttl, struct err *err)
{
	TRY(hold_check(hold, err));
	if (result.p)
		TRY(json_check(result, "result", false, err));
	if (ttl < 0 || ttl > TTL_MAX)
		return err_param(err, "ttl", "must be from 0 to ten years");
	if (ttl == 0)
		return exec_held(st, hold, CALL(SQL_WORK_DROP, NULL, HOLD_PARAMS(hold)), err);
	return exec_held(
		st, hold,
		CALL(SQL_WORK_DONE, NULL, HOLD_PARAMS(hold), P_STR(result), P_I64(ttl)), err);
}

/* The error as every database takes it: UTF-8, no NUL, STORE_ERROR_LIST_MAX characters. */
static void error_add(struct buf *out, struct str error)
{
	uint32_t c;

	for (int n = 0; error.n > 0 && n < STORE_ERROR_LIST_MAX; n++) {
		const size_t len = str_utf8_char(error, &c);
		const size_t step = len > 0 ? len : 1;

		if (len == 0 && error.p[0] != '\0')
			buf_add_text(out, "\xEF\xBF\xBD");
		else if (error.p[0] != '\0')
			buf_add(out, error.p, len);
		error = (struct str){ error.p + step, error.n - step };
	}
}

static struct str error_text(struct buf *out, struct str error)
{
	error_add(out, error);
	return error.p ? str_of(buf_cstr(out)) : STR_NULL;
}

static enum err_code retry_once(struct store *st, const struct hold *hold,
				const struct param more[3], struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list rows;
	const struct call *call = CALL(SQL_WORK_RETRY, &id_record, HOLD_PARAMS(hold), more[0],
				       more[1], more[2]);
	TRY(db_query(st->db, call, &arena, &rows, err));
	return rows.n > 0 ? ERR_OK : hold_lost(hold, err);
}

enum err_code store_retry(struct store *st, const struct hold *hold, struct str error,
			  usec_t delay, struct err *err)
{
	TRY(hold_check(hold, err));
	if (delay < 0 || delay > TTL_MAX)
		return err_param(err, "delay", "must be from 0 to ten years");

	AUTO(buf) struct buf text = buf_new(ERROR_BYTES_MAX);
	struct param more[3] = { P_STR(error_text(&text, error)), P_I64(delay), P_BOOL(0) };
	const enum err_code code = retry_once(st, hold, more, err);
	if (code != ERR_CONFLICT)
		return code;
	/* A twin that was queued at this very moment, or the attempt is lost: this tells. */
	*err = (struct err){ 0 };
	more[2] = P_BOOL(1);
	return retry_once(st, hold, more, err);
}

enum err_code store_bury(struct store *st, const struct hold *hold, struct str error,
			 const char *reason, struct err *err)
{
	TRY(hold_check(hold, err));
	TRY(text_check(str_of(reason), "reason", STORE_NAME_MAX, err));

	AUTO(buf) struct buf text = buf_new(ERROR_BYTES_MAX);
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(st->db, &tx, err));
	const struct call *bury = CALL(SQL_WORK_BURY, NULL, HOLD_PARAMS(hold),
				       P_STR(error_text(&text, error)), P_TEXT(reason));
	TRY(exec_held(st, hold, bury, err));
	TRY(exec_held(st, hold, CALL(SQL_WORK_DROP, NULL, HOLD_PARAMS(hold)), err));
	return db_commit(&tx, err);
}

enum err_code store_expire(struct store *st, int limit, int64_t *ret_n, struct err *err)
{
	int64_t n;

	if (limit < 1)
		return err_param(err, "limit", "must be 1 or more");
	TRY(db_exec(st->db, CALL(SQL_WORK_EXPIRE, NULL, P_I64(limit)), &n, err));
	*ret_n = n;
	return ERR_OK;
}
