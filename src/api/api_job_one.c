/* api_job_one.c -- one job in full, with its attempts; also one whose row is gone. */
#include "api/context.h"
#include "api/params.h"
#include "rules/job_state.h"
#include "store/history.h"

#define ERROR_SHORT_MAX 1024

/* What is gone allows nothing. */
static void add_actions(struct json *j, const struct job *job)
{
	static const char *const none[] = { NULL };
	const char *const *action =
		str_eq(job->kind, S("history")) ? none : job_state_actions(job->status);

	json_key(j, "allowed_actions");
	json_open_array(j);
	for (; *action; action++)
		json_text(j, *action);
	json_close_array(j);
}

static void add_attempts(struct json *j, const struct list *attempts)
{
	json_key(j, "attempts_history");
	json_open_array(j);
	for (size_t i = 0; i < attempts->n; i++)
		json_record(j, &attempt_record, LIST_AT(attempts, struct attempt, i));
	json_close_array(j);
}

static void write_job(struct reply *reply, const struct job *job, const struct list *attempts)
{
	struct json j = answer_json(reply);

	json_open_object(&j);
	json_fields(&j, &job_record, job);
	add_attempts(&j, attempts);
	add_actions(&j, job);
	json_close_object(&j);
}

/* 200 errors full of control bytes are more than an answer may hold. */
static void answer_job(struct request *rq, struct reply *reply, const struct job *job,
		       const struct list *attempts)
{
	const struct quality now = { .kind = KIND_EXACT, .as_of = clock_now() };

	answer_quality(rq, reply, &now);
	write_job(reply, job, attempts);
	if (!reply->body.has_failed)
		return;
	for (size_t i = 0; i < attempts->n; i++) {
		struct attempt *attempt = LIST_AT(attempts, struct attempt, i);

		attempt->error = str_head_utf8(attempt->error, ERROR_SHORT_MAX);
	}
	buf_reset(&reply->body);
	write_job(reply, job, attempts);
}

enum err_code job_get(struct request *rq, struct reply *reply, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];
	TRY(path_uuid(rq, 0, uuid, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct job job;
	struct list attempts;
	TRY(store_job_trace(store, uuid, rq->arena, &job, &attempts, err));
	answer_job(rq, reply, &job, &attempts);
	return ERR_OK;
}

enum err_code dead_letter_get(struct request *rq, struct reply *reply, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];
	TRY(path_uuid(rq, 0, uuid, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct job job;
	struct list attempts;
	TRY(store_dead_find(store, uuid, rq->arena, &job, err));
	TRY(store_attempts(store, uuid, rq->arena, &attempts, err));
	answer_job(rq, reply, &job, &attempts);
	return ERR_OK;
}
