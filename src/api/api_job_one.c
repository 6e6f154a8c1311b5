/* api_job_one.c -- one job in full, with its attempts; also one whose row is gone. */
#include "api/context.h"
#include "api/params.h"
#include "rules/job_state.h"
#include "store/history.h"
#include "store/lineage.h"

#define ERROR_SHORT_MAX 1024

/* What is gone allows nothing. */
static void add_actions(struct json *j, const struct job *job)
{
	static const char *const none[] = { NULL };

	json_texts(j, "allowed_actions",
		   str_eq(job->kind, S("history")) ? none : job_state_actions(job->status));
}

/* All that is told of one job. */
struct told {
	struct job job;
	struct list attempts; /* struct attempt */
	struct list lineage;  /* struct kin */
};

static void write_job(struct reply *reply, const struct told *told)
{
	struct json j = answer_json(reply);

	json_open_object(&j);
	json_fields(&j, &job_record, &told->job);
	json_list(&j, "attempts_history", &attempt_record, &told->attempts);
	json_list(&j, "lineage", &kin_record, &told->lineage);
	add_actions(&j, &told->job);
	json_close_object(&j);
}

/* 200 errors full of control bytes are more than an answer may hold. */
static void answer_job(struct request *rq, struct reply *reply, struct told *told)
{
	struct quality now = quality_new();

	/* Before these there may be more. */
	if (told->attempts.n >= HISTORY_ATTEMPTS_MAX)
		now.kind = KIND_CAPPED;
	answer_quality(rq, reply, &now);
	answer_veil(rq, &job_record, &told->job);
	for (size_t i = 0; i < told->attempts.n; i++)
		answer_veil(rq, &attempt_record, LIST_AT(&told->attempts, struct attempt, i));
	write_job(reply, told);
	if (!reply->body.has_failed)
		return;
	for (size_t i = 0; i < told->attempts.n; i++) {
		struct attempt *attempt = LIST_AT(&told->attempts, struct attempt, i);

		attempt->error = str_head_utf8(attempt->error, ERROR_SHORT_MAX);
	}
	buf_reset(&reply->body);
	write_job(reply, told);
}

enum err_code job_get(struct request *rq, struct reply *reply, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];
	TRY(path_uuid(rq, 0, uuid, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct told told;
	TRY(store_job_trace(store, uuid, rq->arena, &told.job, &told.attempts, err));
	TRY(store_lineage(store, &told.job, rq->arena, &told.lineage, err));
	answer_job(rq, reply, &told);
	return ERR_OK;
}

enum err_code dead_letter_get(struct request *rq, struct reply *reply, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];
	TRY(path_uuid(rq, 0, uuid, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct told told;
	TRY(store_dead_find(store, uuid, rq->arena, &told.job, err));
	TRY(store_attempts(store, uuid, rq->arena, &told.attempts, err));
	TRY(store_lineage(store, &told.job, rq->arena, &told.lineage, err));
	answer_job(rq, reply, &told);
	return ERR_OK;
}
