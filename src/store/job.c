/* job.c -- one job: all of it, and the two things that people may do to it. */
#include "store/job.h"

#include <stdio.h>

#include "base/text.h"
#include "rules/job_state.h"

#define TRIES 3

/* What jobs and dead letters do not have in common is optional. */
static const struct field job_fields[] = {
	FIELD_STR(struct job, id),
	FIELD_STR(struct job, job_name),
	FIELD_JSON_FLAGS(struct job, args, FIELD_PRIVATE),
	FIELD_STR_FLAGS(struct job, args_hash, FIELD_OPTIONAL),
	FIELD_STR(struct job, status),
	FIELD_I64(struct job, attempts),
	FIELD_I64(struct job, max_attempts),
	FIELD_STR(struct job, queue),
	FIELD_I64(struct job, priority),
	FIELD_BOOL_FLAGS(struct job, unique_job, FIELD_OPTIONAL),
	FIELD_STR_FLAGS(struct job, dedup_key, FIELD_OPTIONAL),
	FIELD_TIME_FLAGS(struct job, scheduled_at, FIELD_OPTIONAL),
	FIELD_TIME_FLAGS(struct job, expires_at, FIELD_OPTIONAL),
	FIELD_STR_FLAGS(struct job, last_error, FIELD_PRIVATE),
	FIELD_JSON_FLAGS(struct job, result, FIELD_OPTIONAL | FIELD_PRIVATE),
	FIELD_STR_FLAGS(struct job, producer_id, FIELD_OPTIONAL),
	FIELD_TIME(struct job, created_at),
	FIELD_TIME(struct job, updated_at),
	FIELD_STR_FLAGS(struct job, worker_id, FIELD_OPTIONAL),
	FIELD_I64(struct job, args_bytes),
	FIELD_STR_FLAGS(struct job, args_preview, FIELD_PRIVATE),
	FIELD_I64_FLAGS(struct job, result_bytes, FIELD_OPTIONAL),
	FIELD_STR_FLAGS(struct job, result_preview, FIELD_OPTIONAL | FIELD_PRIVATE),
	FIELD_STR(struct job, kind),
	FIELD_STR_FLAGS(struct job, dead_letter_reason, FIELD_OPTIONAL),
	FIELD_TIME_FLAGS(struct job, moved_to_dead_letter_at, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct job, resurrection_count, FIELD_OPTIONAL),
	FIELD_TIME_FLAGS(struct job, last_resurrection_at, FIELD_OPTIONAL),
	FIELD_JSON_FLAGS(struct job, tags, FIELD_OPTIONAL | FIELD_PRIVATE),
	FIELD_END,
};
const struct record job_record = { "job", sizeof(struct job), job_fields };

#define DEAD_LINE_FIELDS                                                                           \
	FIELD_STR(struct job, id), FIELD_STR(struct job, job_name), FIELD_STR(struct job, queue),  \
		FIELD_I64(struct job, priority), FIELD_I64(struct job, attempts),                  \
		FIELD_I64(struct job, max_attempts),                                               \
		FIELD_STR_FLAGS(struct job, last_error, FIELD_PRIVATE),                            \
		FIELD_STR(struct job, dead_letter_reason),                                         \
		{ "original_created_at", F_TIME, offsetof(struct job, created_at), 0 },            \
		FIELD_TIME(struct job, moved_to_dead_letter_at),                                   \
		FIELD_I64(struct job, resurrection_count),                                         \
		FIELD_TIME(struct job, last_resurrection_at),                                      \
		FIELD_JSON_FLAGS(struct job, tags, FIELD_PRIVATE)

static const struct field dead_line_fields[] = { DEAD_LINE_FIELDS, FIELD_END };
const struct record dead_line_record = { "dead_letter", sizeof(struct job), dead_line_fields };

static const struct field dead_whole_fields[] = {
	DEAD_LINE_FIELDS,
	FIELD_JSON_FLAGS(struct job, args, FIELD_PRIVATE),
	FIELD_I64(struct job, args_bytes),
	FIELD_END,
};
const struct record dead_whole_record = { "dead_letter", sizeof(struct job), dead_whole_fields };

struct standing {
	struct str status;
};

static const struct field standing_fields[] = {
	FIELD_STR(struct standing, status),
	FIELD_END,
};
static const struct record standing_record = { "standing", sizeof(struct standing),
					       standing_fields };

static enum err_code find(struct store *st, enum sql_id sql, const char *uuid,
			  struct arena *arena, struct job *ret, struct err *err)
{
	return db_query_one(st->db, CALL(sql, &job_record, P_TEXT(uuid), P_I64(STORE_NAME_MAX),
					 P_I64(STORE_TEXT_MAX)), arena, ret, err);
}

enum err_code store_dead_find(struct store *st, const char *uuid, struct arena *arena,
			      struct job *ret, struct err *err)
{
	const enum err_code code = find(st, SQL_DEAD_GET, uuid, arena, ret, err);

	if (code != ERR_NOT_FOUND)
		return code;
	return err_set(err, ERR_NOT_FOUND, "there is no dead letter %s; it may have been deleted",
		       uuid);
}

enum err_code store_job_find(struct store *st, const char *uuid, struct arena *arena,
			     struct job *ret, struct err *err)
{
	enum err_code code = find(st, SQL_JOB_GET, uuid, arena, ret, err);

	if (code == ERR_NOT_FOUND)
		code = find(st, SQL_DEAD_GET, uuid, arena, ret, err);
	if (code != ERR_NOT_FOUND)
		return code;
	return err_set(err, ERR_NOT_FOUND,
		       "there is no job %s; one that is done is deleted after a while", uuid);
}

/* What stands behind "job ID is ..., ". */
static const char *advice(enum job_verb verb, bool is_dead)
{
	if (verb == JOB_CANCEL)
		return is_dead ? "it waits for nothing: replay or delete the dead letter" :
				 "only queued jobs can be cancelled";
	return is_dead ? "delete the dead letter instead" :
			 "its worker would not notice: delete it when it has ended";
}

static enum err_code conflict(const char *uuid, struct str status, enum job_verb verb,
			      struct err *err)
{
	const bool is_dead = str_eq(status, str_of(job_state_name(JOB_DEAD_LETTER)));
	AUTO(buf) struct buf state = buf_new(4 * sizeof(err->state));

	text_add_visible(&state, status);
	err_set(err, ERR_CONFLICT, "job %s is %s; %s", uuid,
		is_dead ? "a dead letter" : buf_cstr(&state), advice(verb, is_dead));
	snprintf(err->state, sizeof(err->state), "%s", buf_cstr(&state));
	return ERR_CONFLICT;
}

/* Nothing was changed: why? ERR_OK when there is no reason any more. */
static enum err_code why_not(struct store *st, const char *uuid, enum job_verb verb,
			     struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct standing now;
	enum job_state state;

	const enum err_code code = db_query_one(
		st->db, CALL(SQL_JOB_STATUS, &standing_record, P_TEXT(uuid)), &arena, &now, err);
	if (code == ERR_NOT_FOUND)
		return err_set(err, code, "there is no job %s; it may have been deleted", uuid);
	if (code != ERR_OK)
		return code;
	if (job_state_parse(now.status, &state) && state != JOB_DEAD_LETTER &&
	    job_state_may(state, verb, NULL))
		return ERR_OK;
	return conflict(uuid, now.status, verb, err);
}

/* The statement looks at the state as it writes; between it and the look for the reason, the
 * job may have gone on. */
static enum err_code apply(struct store *st, enum sql_id sql, const char *uuid,
			   enum job_verb verb, struct err *err)
{
	for (int i = 0; i < TRIES; i++) {
		int64_t n_changed;

		TRY(db_exec(st->db, CALL(sql, NULL, P_TEXT(uuid)), &n_changed, err));
		if (n_changed > 0)
			return ERR_OK;
		TRY(why_not(st, uuid, verb, err));
	}
	return err_set(err, ERR_BUSY, "job %s goes from state to state at the moment; try again",
		       uuid);
}

enum err_code store_job_cancel(struct store *st, const char *uuid, struct err *err)
{
	return apply(st, SQL_JOB_CANCEL, uuid, JOB_CANCEL, err);
}

enum err_code store_job_delete(struct store *st, const char *uuid, struct err *err)
{
	return apply(st, SQL_JOB_DELETE, uuid, JOB_DELETE, err);
}
