/* dead_look.c -- the newest dead letters one by one, with what they died of. */
#include "store/dead_look.h"

#include "base/buf.h"
#include "store/search.h"

/* So that a page of the longest errors fits into one answer of the database. */
#define PAGE 500
#define ID_MAX (32 * 1024 * 1024)    /* a SQLite file may hold any text */

static const struct field dead_error_fields[] = {
	FIELD_STR(struct dead_error, id),
	FIELD_STR(struct dead_error, job_name),
	FIELD_STR(struct dead_error, queue),
	FIELD_STR(struct dead_error, dead_letter_reason),
	FIELD_STR(struct dead_error, last_error),
	FIELD_TIME(struct dead_error, moved_to_dead_letter_at),
	FIELD_BOOL(struct dead_error, is_replayed),
	FIELD_END,
};
static const struct record dead_error_record = { "dead_error", sizeof(struct dead_error),
						 dead_error_fields };

struct look {
	struct store *st;
	const struct group_want *want;
	struct str start;
	struct search search;
	/* Where the next page begins, unless it is the first. */
	bool has_place;
	usec_t after_at;
	struct buf after_id;
};

static void look_release(struct look *look)
{
	buf_release(&look->after_id);
}

usec_t store_dead_since(const struct group_want *want)
{
	const usec_t died = want->filter.died_since;

	if (died == 0 || (want->since != TIME_NULL && want->since > died))
		return want->since;
	return died;
}

static enum err_code read_page(const struct look *look, size_t n, struct arena *arena,
			       struct list *ret, struct err *err)
{
	const struct group_want *w = look->want;
	const struct job_filter *f = &w->filter;
	const struct str after_id = look->has_place ? buf_str(&look->after_id) : STR_NULL;

	return db_query(look->st->db,
			CALL(SQL_DEAD_ERRORS, &dead_error_record, P_STR(look->start),
			     P_STR(f->queue), P_STR(f->job_name), P_STR(f->reason),
			     P_STR(look->search.text), P_STR(look->search.id),
			     P_TIME(store_dead_since(w)), P_TIME(w->before), P_TIME(look->after_at),
			     P_STR(after_id), P_I64((int64_t)n), P_BOOL(w->is_unreplayed),
			     P_I64(STORE_NAME_MAX), P_I64(STORE_ERROR_LIST_MAX), P_STR(f->terms)),
			arena, ret, err);
}

/* A row without a date stands where the statement puts it: before all times. */
static void go_on(struct look *look, const struct dead_error *last)
{
	const usec_t at = last->moved_to_dead_letter_at;

	look->has_place = true;
	look->after_at = at == TIME_NULL ? TIME_MINUS_INFINITY : at;
	buf_reset(&look->after_id);
	buf_add_str(&look->after_id, last->id);
}

/* Tells of n_left rows at most. ret_full: there are more behind them. */
static enum err_code look_at_page(struct look *look, size_t *n_left, struct note note,
				  bool *ret_full, struct err *err)
{
	const size_t n_wanted = *n_left > PAGE ? PAGE : *n_left + 1;
	AUTO(arena) struct arena arena = { 0 };
	struct list rows;
	TRY(read_page(look, n_wanted, &arena, &rows, err));

	for (size_t i = 0; i < rows.n && *n_left > 0; i++, --*n_left) {
		const struct dead_error *row = LIST_AT(&rows, struct dead_error, i);
		const struct failure failure =
			failure_of(row->last_error, row->dead_letter_reason, &arena);
		note.fn(note.arg, row, &failure);
	}
	*ret_full = rows.n == n_wanted;
	if (rows.n > 0)
		go_on(look, LIST_AT(&rows, struct dead_error, rows.n - 1));
	return ERR_OK;
}

enum err_code store_dead_look(struct store *st, const struct group_want *want, struct note note,
			      bool *ret_whole, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(look) struct look look = { .st = st, .want = want, .after_at = TIME_NULL,
					.after_id = buf_new(ID_MAX) };
	size_t n_left = GROUP_LOOK_MAX;
	struct window window;
	bool is_full = true;
	TRY(store_dead_window(st, &arena, &window, err));

	look.start = window.start;
	look.search = search_of(&want->filter, &arena);
	while (is_full && n_left > 0)
		TRY(look_at_page(&look, &n_left, note, &is_full, err));
	*ret_whole = !is_full && window.is_whole == 1;
	return ERR_OK;
}
