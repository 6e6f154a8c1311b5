/* job_list.c -- pages of jobs: the plain list, and what is searched for. */
#include "rules/job_state.h"
#include "store/quality.h"
#include "store/search.h"

#define JOB_ROW_FIELDS                                                                             \
	FIELD_STR(struct job_row, id), FIELD_STR(struct job_row, job_name),                        \
		FIELD_STR(struct job_row, status), FIELD_STR(struct job_row, queue),               \
		FIELD_I64(struct job_row, priority), FIELD_I64(struct job_row, attempts),          \
		FIELD_I64(struct job_row, max_attempts), FIELD_TIME(struct job_row, created_at),   \
		FIELD_TIME(struct job_row, updated_at),                                            \
		FIELD_TIME_FLAGS(struct job_row, scheduled_at, FIELD_OPTIONAL),                    \
		FIELD_STR_FLAGS(struct job_row, last_error, FIELD_PRIVATE),                        \
		FIELD_STR_FLAGS(struct job_row, worker_id, FIELD_OPTIONAL),                        \
		FIELD_STR_FLAGS(struct job_row, producer_id, FIELD_OPTIONAL),                      \
		FIELD_STR_FLAGS(struct job_row, dead_letter_reason, FIELD_OPTIONAL),               \
		FIELD_TIME_FLAGS(struct job_row, sort_at, FIELD_HIDDEN),                           \
		FIELD_I64_FLAGS(struct job_row, total, FIELD_HIDDEN | FIELD_OPTIONAL),             \
		FIELD_BOOL_FLAGS(struct job_row, is_whole, FIELD_HIDDEN | FIELD_OPTIONAL),         \
		FIELD_BOOL_FLAGS(struct job_row, is_match, FIELD_HIDDEN | FIELD_OPTIONAL),         \
		FIELD_BOOL_FLAGS(struct job_row, is_mark, FIELD_HIDDEN | FIELD_OPTIONAL),          \
		FIELD_I64_FLAGS(struct job_row, rank, FIELD_HIDDEN | FIELD_OPTIONAL)

static const struct field job_row_fields[] = {
	JOB_ROW_FIELDS,
	FIELD_STR_FLAGS(struct job_row, args_start, FIELD_COMPUTED | FIELD_HIDDEN),
	FIELD_END,
};
const struct record job_row_record = { "job_row", sizeof(struct job_row), job_row_fields };

static const struct field job_row_args_fields[] = {
	JOB_ROW_FIELDS,
	FIELD_STR_FLAGS(struct job_row, args_start, FIELD_COMPUTED | FIELD_PRIVATE),
	FIELD_END,
};
const struct record job_row_args_record = { "job_row", sizeof(struct job_row),
					    job_row_args_fields };

/* A row without a date stands where the statements put it: before all times. */
static usec_t after_at(const struct job_filter *filter)
{
	if (!filter->has_cursor)
		return TIME_NULL;
	return filter->after_at == TIME_NULL ? TIME_MINUS_INFINITY : filter->after_at;
}

struct search search_of(const struct job_filter *filter, struct arena *arena)
{
	struct search search = { .after_at = after_at(filter) };
	char id[UUID_TEXT_LEN + 1];

	if (filter->text.n > 0)
		search.text = filter->text;
	if (filter->text.n > 0 && parse_uuid(filter->text, id))
		search.id = str_copy(arena, str_of(id));
	if (filter->has_cursor)
		search.after_id = str_of(filter->after_id);
	else
		search.offset = filter->offset;
	return search;
}

/* Any of its conditions may be left out, by a NULL: only a plan for these values can take an index
 * for one that is not. */
static enum err_code query_window(struct store *st, const struct call *call, struct arena *arena,
				  struct list *ret, struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(st->db, &tx, err));
	TRY(db_exec(st->db, CALL0(SQL_PLAN_VALUES, NULL), NULL, err));
	TRY(db_query(st->db, call, arena, ret, err));
	return db_commit(&tx, err);
}

static enum err_code plain_list(struct store *st, const struct job_filter *filter,
				struct str start, struct arena *arena, struct job_list *ret,
				struct err *err)
{
	const struct search search = search_of(filter, arena);

	ret->total = -1;
	const struct call *call =
		CALL(SQL_JOB_LIST, &job_row_record, P_STR(start), P_STR(filter->status),
		     P_STR(filter->queue), P_TIME(search.after_at), P_STR(search.after_id),
		     P_I64(filter->limit), P_I64(search.offset), P_I64(STORE_NAME_MAX),
		     P_I64(STORE_ERROR_LIST_MAX));
	return query_window(st, call, arena, &ret->rows, err);
}

static enum err_code search_list(struct store *st, const struct job_filter *filter,
				 struct str start, struct arena *arena, struct job_list *ret,
				 struct err *err)
{
	const struct search search = search_of(filter, arena);

	const struct call *call =
		CALL(SQL_JOB_SEARCH, &job_row_record, P_STR(start), P_STR(filter->status),
		     P_STR(filter->queue), P_STR(filter->job_name), P_BOOL(filter->name_is_part),
		     P_STR(search.text), P_STR(search.id), P_TIME(search.after_at),
		     P_STR(search.after_id), P_I64(filter->limit), P_I64(search.offset),
		     P_I64(STORE_NAME_MAX), P_I64(STORE_ERROR_LIST_MAX), P_STR(filter->terms));

	TRY(query_window(st, call, arena, &ret->rows, err));
	const struct job_row *first = LIST_AT(&ret->rows, struct job_row, 0);
	ret->total = ret->rows.n > 0 && filter->wants_total ? first->total : -1;
	/* An empty page is one row that has nothing but the total. */
	if (ret->rows.n == 1 && !first->id.p)
		ret->rows.n = 0;
	return ERR_OK;
}

static enum err_code window_list(struct store *st, const struct job_filter *filter,
				 struct arena *arena, struct job_list *ret, struct err *err)
{
	struct job_list list = { .quality = quality_new() };
	struct window window;
	TRY(store_window(st, arena, &window, err));
	quality_note(&list.quality, !window.is_whole, 0);

	const bool is_plain = !filter->job_name.p && filter->text.n == 0 && !filter->terms.p &&
			      !filter->wants_total;
	TRY((is_plain ? plain_list : search_list)(st, filter, window.start, arena, &list, err));
	*ret = list;
	return ERR_OK;
}

enum err_code store_job_list(struct store *st, const struct job_filter *filter,
			     struct arena *arena, struct job_list *ret, struct err *err)
{
	bool is_done;

	if (str_eq(filter->status, str_of(job_state_name(JOB_DEAD_LETTER))))
		return store_dead_list(st, filter, arena, ret, err);
	TRY(store_job_indexed(st, filter, arena, ret, &is_done, err));
	return is_done ? ERR_OK : window_list(st, filter, arena, ret, err);
}
