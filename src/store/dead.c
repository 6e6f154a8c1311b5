/* dead.c -- dead letters: pages of them, how many, replayed, deleted. */
#include "rules/job_state.h"
#include "store/quality.h"
#include "store/replay.h"
#include "store/search.h"

struct counted {
	int64_t n;
};

static const struct field counted_fields[] = {
	FIELD_I64(struct counted, n),
	FIELD_END,
};
static const struct record counted_record = { "counted", sizeof(struct counted),
					      counted_fields };

/* What to count: of which part of the table, before when, and how far. */
struct count {
	struct str start;
	usec_t before;          /* TIME_NULL: any */
	int64_t limit;
};

#define COUNT_CALL(filter, search, count)                                                       \
	CALL(SQL_DEAD_COUNT, &counted_record, P_STR((count)->start), P_STR((filter)->queue),    \
	     P_STR((filter)->job_name), P_BOOL((filter)->name_is_part),                         \
	     P_STR((filter)->reason), P_STR((search).text), P_STR((search).id),                 \
	     P_TIME((count)->before), P_I64((count)->limit), P_I64(STORE_NAME_MAX),             \
	     P_I64(STORE_ERROR_LIST_MAX), P_STR((filter)->terms))

/* -1: it took too long. A page is worth more than how many there are behind it. */
static enum err_code count_window(struct store *st, const struct job_filter *filter,
				  struct str start, struct job_list *list, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct search search = search_of(filter, &arena);
	const struct count count = { start, TIME_NULL, STORE_COUNT_CAP + 1 };
	struct db_look look = { .until = clock_mono() + st->patience };
	TRY(db_query_until(st->db, &look, COUNT_CALL(filter, search, &count), &arena, err));

	list->total = look.is_done ? LIST_AT(&look.rows, struct counted, 0)->n : -1;
	if (list->total <= STORE_COUNT_CAP)
		return ERR_OK;
	list->total = STORE_COUNT_CAP;
	quality_worsen(&list->quality, KIND_CAPPED);
	return ERR_OK;
}

/* Nothing before the page, and it has room left. */
static bool is_all(const struct job_filter *filter, const struct job_list *list)
{
	return !filter->has_cursor && filter->offset == 0 && !list->stop_id.p &&
	       list->rows.n < (size_t)filter->limit;
}

/* Members of a group are told one by one: how many there are of them is not known. */
static enum err_code total_of(struct store *st, const struct job_filter *filter,
			      struct str start, struct job_list *list, struct err *err)
{
	struct job_filter dead = *filter;

	list->total = filter->wants_total && is_all(filter, list) ? (int64_t)list->rows.n : -1;
	if (!filter->wants_total || list->total >= 0 || filter->signature.p)
		return ERR_OK;
	dead.status = str_of(job_state_name(JOB_DEAD_LETTER));
	TRY(store_job_total(st, &dead, list->rows.arena, &list->total, err));
	return list->total >= 0 ? ERR_OK : count_window(st, filter, start, list, err);
}

/* The beginning of a window that leaves nothing out. */
static struct str everything(const struct store *st)
{
	return db_is_sqlite(st->db) ? S("-9223372036854775808") : S("9223372036854775807");
}

static enum err_code window_of(struct store *st, const struct job_filter *filter,
			       struct arena *arena, struct window *ret, struct err *err)
{
	if (!filter->wants_all)
		return store_dead_window(st, arena, ret, err);
	*ret = (struct window){ .start = everything(st), .is_whole = 1 };
	return ERR_OK;
}

enum err_code store_dead_list(struct store *st, const struct job_filter *filter,
			      struct arena *arena, struct job_list *ret, struct err *err)
{
	const struct search search = search_of(filter, arena);
	struct job_list list = { .quality = quality_new() };
	struct window window;
	TRY(window_of(st, filter, arena, &window, err));

	TRY(db_query(st->db, CALL(SQL_DEAD_LIST, &job_row_record, P_STR(window.start),
				  P_STR(filter->queue), P_STR(filter->job_name),
				  P_BOOL(filter->name_is_part), P_STR(filter->reason),
				  P_STR(search.text), P_STR(search.id),
				  P_TIME(search.after_at), P_STR(search.after_id),
				  P_I64(filter->limit), P_I64(search.offset),
				  P_I64(STORE_NAME_MAX), P_I64(STORE_ERROR_LIST_MAX),
				  P_STR(filter->terms)), arena, &list.rows, err));
	quality_note(&list.quality, !window.is_whole, 0);
	TRY(total_of(st, filter, window.start, &list, err));
	*ret = list;
	return ERR_OK;
}

enum err_code store_dead_load(struct store *st, const struct dead_page *page, struct arena *arena,
			      struct list *ret_jobs, struct err *err)
{
	const struct job_filter *filter = page->filter;
	const struct search *search = &page->search;

	return db_query(st->db, CALL(SQL_DEAD_PAGE, &job_record, P_STR(filter->queue),
				     P_STR(filter->job_name), P_BOOL(filter->name_is_part),
				     P_STR(filter->reason), P_STR(search->text), P_STR(search->id),
				     P_TIME(search->after_at), P_STR(search->after_id),
				     P_I64(page->limit), P_I64(search->offset),
				     P_I64(STORE_NAME_MAX), P_I64(STORE_TEXT_MAX),
				     P_BOOL(!filter->is_brief), P_STR(page->start),
				     P_STR(filter->terms)),
			arena, ret_jobs, err);
}

static enum err_code load_page(struct store *st, const struct dead_page *page, usec_t patience,
			       struct arena *arena, struct job_list *list, struct err *err)
{
	if (page->filter->signature.p)
		return store_dead_walk(st, page, patience, arena, list, err);
	return store_dead_load(st, page, arena, &list->rows, err);
}

static struct dead_page page_of(const struct job_filter *filter, struct str start,
				struct arena *arena)
{
	return (struct dead_page){ filter, search_of(filter, arena), start, filter->limit };
}

enum err_code store_dead_newest(struct store *st, const struct job_filter *filter,
				struct arena *arena, struct job_list *ret, struct err *err)
{
	struct job_list list = { .quality = quality_new() };
	struct window window;
	TRY(store_dead_window(st, arena, &window, err));

	const struct dead_page page = page_of(filter, window.start, arena);
	TRY(load_page(st, &page, st->patience, arena, &list, err));
	quality_note(&list.quality, !window.is_whole, 0);
	TRY(total_of(st, filter, window.start, &list, err));
	*ret = list;
	return ERR_OK;
}

enum err_code store_dead_page(struct store *st, const struct job_filter *filter,
			      struct arena *arena, struct list *ret_jobs, struct err *err)
{
	const struct dead_page page = page_of(filter, everything(st), arena);
	struct job_list list = { .quality = quality_new() };
	TRY(load_page(st, &page, 0, arena, &list, err));
	*ret_jobs = list.rows;
	return ERR_OK;
}

static usec_t any_or(usec_t before)
{
	return before == TIME_INFINITY ? TIME_NULL : before;
}

enum err_code store_dead_count(struct store *st, const struct job_filter *filter, usec_t before,
			       int64_t *ret_n, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct search search = search_of(filter, &arena);
	const struct count count = { everything(st), any_or(before), INT64_MAX };
	struct counted counted;
	TRY(db_query_one(st->db, COUNT_CALL(filter, search, &count), &arena, &counted, err));

	*ret_n = counted.n;
	return ERR_OK;
}

enum err_code store_dead_delete_many(struct store *st, const struct job_filter *filter,
				     usec_t before, int64_t *ret_n, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct search search = search_of(filter, &arena);

	return db_exec(st->db, CALL(SQL_DEAD_DELETE_MANY, NULL, P_STR(filter->queue),
				    P_STR(filter->job_name), P_STR(filter->reason),
				    P_STR(search.text), P_STR(search.id), P_TIME(any_or(before)),
				    P_I64(filter->limit), P_I64(STORE_NAME_MAX),
				    P_I64(STORE_ERROR_LIST_MAX), P_STR(filter->terms)),
		       ret_n, err);
}

static enum err_code not_found(const char *uuid, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "there is no dead letter %s; it may have been deleted",
		       uuid);
}

struct whole {
	struct str args;
	struct str last_error;
};

static const struct field whole_fields[] = {
	FIELD_JSON(struct whole, args),
	FIELD_STR(struct whole, last_error),
	FIELD_END,
};
static const struct record whole_record = { "whole", sizeof(struct whole), whole_fields };

static enum err_code find_whole(struct store *st, const char *uuid, bool wants_args,
				struct arena *arena, struct whole *ret, struct err *err)
{
	const enum err_code code =
		db_query_one(st->db, CALL(SQL_DEAD_WHOLE, &whole_record, P_TEXT(uuid),
					  P_BOOL(wants_args)), arena, ret, err);

	return code == ERR_NOT_FOUND ? not_found(uuid, err) : code;
}

enum err_code store_dead_args(struct store *st, const char *uuid, struct arena *arena,
			      struct str *ret_args, struct err *err)
{
	struct whole whole;
	TRY(find_whole(st, uuid, true, arena, &whole, err));
	*ret_args = whole.args;
	return ERR_OK;
}

enum err_code store_dead_error(struct store *st, const char *uuid, struct arena *arena,
			       struct str *ret_error, struct err *err)
{
	struct whole whole;
	TRY(find_whole(st, uuid, false, arena, &whole, err));
	*ret_error = whole.last_error;
	return ERR_OK;
}

enum err_code store_dead_delete(struct store *st, const char *uuid, struct err *err)
{
	int64_t n_changed;
	TRY(db_exec(st->db, CALL(SQL_DEAD_DELETE, NULL, P_TEXT(uuid)), &n_changed, err));

	return n_changed > 0 ? ERR_OK : not_found(uuid, err);
}

enum err_code store_dead_replay(struct store *st, const char *uuid,
				char ret_new[UUID_TEXT_LEN + 1], struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	char made[UUID_TEXT_LEN + 1];
	bool is_made;
	TRY(db_begin(st->db, &tx, err));

	TRY(replay_make(st, SQL_DEAD_MARK, str_of(uuid), made, &is_made, err));
	if (!is_made)
		return not_found(uuid, err);
	TRY(db_commit(&tx, err));

	memcpy(ret_new, made, sizeof(made));
	return ERR_OK;
}
