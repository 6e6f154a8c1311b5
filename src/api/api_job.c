/* api_job.c -- jobs: list, search, one, cancel, delete. */
#include "api/context.h"
#include "api/params.h"

#define TEXT_SHORT_MAX 1024
/* Many pages that are open ask for the same list; a second is less than anybody sees. */
#define LIST_FRESH_MS 1000

static void shorten_row(void *p, struct arena *arena)
{
	struct job_row *row = p;
	(void)arena;
	row->last_error = str_head_utf8(row->last_error, TEXT_SHORT_MAX);
}

static void add_next(struct request *rq, struct reply *reply, const struct list *rows)
{
	bool is_done = false;

	for (size_t i = rows->n; i-- > 0 && !is_done;) {
		const struct job_row *row = LIST_AT(rows, struct job_row, i);
		is_done = answer_next(rq, reply, row->sort_at, row->id);
	}
}

static enum err_code answer_page(struct request *rq, struct reply *reply,
				 const struct job_filter *filter, bool with_args, struct err *err)
{
	const bool are_dead = str_eq(filter->status, S("dead_letter"));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct job_list list;
	TRY(store_job_list(store, filter, rq->arena, &list, err));
	if (with_args)
		TRY(store_args_start(store, &list.rows, are_dead, rq->arena, err));

	answer_quality(rq, reply, &list.quality);
	answer_total(rq, reply, list.total);
	const bool has_stopped =
		list.stop_id.p && answer_next(rq, reply, list.stop_at, list.stop_id);
	if (!has_stopped && list.rows.n == (size_t)filter->limit)
		add_next(rq, reply, &list.rows);
	answer_rows(rq, reply, with_args ? &job_row_args_record : &job_row_record, &list.rows,
		    shorten_row);
	return ERR_OK;
}

static enum err_code jobs_list(struct request *rq, struct reply *reply, struct err *err)
{
	struct job_filter filter = { .wants_total = false };
	TRY(param_choice(rq, "status", param_statuses, &filter.status, err));
	TRY(param_text(rq, "queue", STORE_NAME_MAX, &filter.queue, err));
	TRY(param_page(rq, &filter, err));
	return answer_page(rq, reply, &filter, false, err);
}

static enum err_code jobs_search(struct request *rq, struct reply *reply, struct err *err)
{
	static const char *const yes_no[] = { "true", "false", NULL };
	struct job_filter filter;
	struct str with_args = STR_NULL;
	TRY(param_search(rq, &filter, err));
	TRY(param_page(rq, &filter, err));
	TRY(param_choice(rq, "with_args", yes_no, &with_args, err));
	filter.wants_total = true;
	return answer_page(rq, reply, &filter, str_eq(with_args, S("true")), err);
}

/* The verbs on one row have the same shape: an id, a store, a sentence. */
typedef enum err_code (*verb_fn)(struct store *st, const char *uuid, struct err *err);

static enum err_code act(struct request *rq, struct reply *reply, verb_fn verb,
			 const char *message, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];
	TRY(path_uuid(rq, 0, uuid, err));
	struct store *store;
	TRY(api_store(rq, &store, err));
	TRY(verb(store, uuid, err));
	return answer_message(reply, message);
}

static enum err_code job_cancel(struct request *rq, struct reply *reply, struct err *err)
{
	return act(rq, reply, store_job_cancel, "Job cancelled", err);
}

static enum err_code job_delete(struct request *rq, struct reply *reply, struct err *err)
{
	return act(rq, reply, store_job_delete, "Job deleted", err);
}

static enum err_code dead_letter_delete(struct request *rq, struct reply *reply,
					struct err *err)
{
	return act(rq, reply, store_dead_delete, "Dead-letter job deleted", err);
}

static enum err_code dead_letter_replay(struct request *rq, struct reply *reply,
					struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1], made[UUID_TEXT_LEN + 1];
	TRY(path_uuid(rq, 0, uuid, err));
	struct store *store;
	TRY(api_store(rq, &store, err));
	TRY(store_dead_replay(store, uuid, made, err));

	struct json j = answer_json(reply);
	json_open_object(&j);
	json_key(&j, "message");
	json_text(&j, "Dead-letter job replayed");
	json_key(&j, "job_id");
	json_text(&j, made);
	json_close_object(&j);
	return ERR_OK;
}

static void cut_error(void *p, struct arena *arena)
{
	struct job *job = p;
	(void)arena;
	job->last_error = str_head_utf8(job->last_error, STORE_ERROR_LIST_MAX);
}

static void shorten_dead(void *p, struct arena *arena)
{
	struct job *job = p;
	(void)arena;
	job->last_error = str_head_utf8(job->last_error, TEXT_SHORT_MAX);
	if (job->tags.n > TEXT_SHORT_MAX)
		job->tags = STR_NULL;
}

static void add_next_dead(struct request *rq, struct reply *reply, const struct list *jobs)
{
	bool is_done = false;

	for (size_t i = jobs->n; i-- > 0 && !is_done;) {
		const struct job *job = LIST_AT(jobs, struct job, i);
		is_done = answer_next(rq, reply, job->moved_to_dead_letter_at, job->id);
	}
}

static enum err_code dead_letters_list(struct request *rq, struct reply *reply,
				       struct err *err)
{
	struct job_filter filter;
	TRY(param_dead_search(rq, &filter, err));
	TRY(param_page(rq, &filter, err));
	filter.is_brief = filter.wants_total = true;
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct job_list list;
	TRY(store_dead_newest(store, &filter, rq->arena, &list, err));
	answer_quality(rq, reply, &list.quality);
	answer_total(rq, reply, list.total);
	const bool has_stopped =
		list.stop_id.p && answer_next(rq, reply, list.stop_at, list.stop_id);
	if (!has_stopped && list.rows.n == (size_t)filter.limit)
		add_next_dead(rq, reply, &list.rows);
	rows_shorten(rq, &list.rows, cut_error);
	answer_rows(rq, reply, &dead_line_record, &list.rows, shorten_dead);
	return ERR_OK;
}

const struct route api_job_routes[] = {
	{ HTTP_GET, "/api/jobs", jobs_list, LANE_READ, WANT_READ, LIST_FRESH_MS, "jobs_list" },
	{ HTTP_GET, "/api/jobs/search", jobs_search, LANE_READ, WANT_READ, LIST_FRESH_MS,
	  "jobs_search" },
	{ HTTP_GET, "/api/jobs/export", jobs_export, LANE_LONG, WANT_READ, 0, "jobs_export" },
	{ HTTP_GET, "/api/jobs/{job_id}", job_get, LANE_READ, WANT_READ, 0, "job_get" },
	{ HTTP_DELETE, "/api/jobs/{job_id}", job_delete, LANE_WRITE, WANT_DESTROY, 0,
	  "job_delete" },
	{ HTTP_POST, "/api/jobs/{job_id}/cancel", job_cancel, LANE_WRITE, WANT_OPERATE, 0,
	  "job_cancel" },
	{ 0 },
};

const struct route api_dead_routes[] = {
	{ HTTP_GET, "/api/dead-letter", dead_letters_list, LANE_READ, WANT_READ, LIST_FRESH_MS,
	  "dead_letters_list" },
	{ HTTP_GET, "/api/dead-letter/export", dead_letters_export, LANE_LONG, WANT_READ, 0,
	  "dead_letters_export" },
	{ HTTP_GET, "/api/dead-letter/{dead_letter_id}", dead_letter_get, LANE_READ, WANT_READ, 0,
	  "dead_letter_get" },
	{ HTTP_DELETE, "/api/dead-letter/{dead_letter_id}", dead_letter_delete, LANE_WRITE,
	  WANT_DESTROY, 0, "dead_letter_delete" },
	{ HTTP_POST, "/api/dead-letter/{dead_letter_id}/replay", dead_letter_replay, LANE_WRITE,
	  WANT_OPERATE, 0, "dead_letter_replay" },
	{ 0 },
};
