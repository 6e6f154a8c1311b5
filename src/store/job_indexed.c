/* job_indexed.c -- pages of jobs off our own indexes: at any depth for the price of the first.
 *
 * Without filters, or with a queue alone, an index has the very order of the list, and the page is
 * read off it.  Other filters are looked for in three ways, the first that fits:
 *
 *   - a text in errors, off the trigrams: all that have it, while they are few;
 *   - a status, off the Python project's index on queue and status: all of it, while they are few;
 *   - else a walk along the order of the list, a stretch at a time, which gives up after a while:
 *     the list then says KIND_WINDOW and where to go on, so that nothing is ever left out. Along
 *     the jobs of one status, unless it is the one that most have, or rows are to be passed.
 *
 * Jobs without a date come behind all others, in a second walk. */
#include "rules/job_state.h"
#include "store/history.h"
#include "store/quality.h"
#include "store/search.h"

#define STRETCHES_MAX 50        /* of 1,000 jobs each, for one page */
#define TALLIES_MAX 4           /* of 5,000 jobs each, for one total */
#define TRIGRAM 3
#define FEW_MAX 1000            /* as in job_few */

/* From here on, this row included unless it is the one to be skipped. */
struct place {
	usec_t at;              /* TIME_NULL: among the jobs without a date */
	struct str id;          /* NULL: from the first of those on */
	struct str skip;        /* the cursor's own row; NULL: none */
};

/* A list in the making. */
struct walk {
	struct store *st;
	const struct job_filter *filter;
	struct search search;
	struct arena *arena;
	struct place place;
	int64_t offset;         /* rows that match and are still to be passed */
	usec_t begun;
	struct job_list *list;
};

static bool is_full(const struct walk *w)
{
	return w->list->rows.n >= (size_t)w->filter->limit;
}

static bool is_by_queue(const struct walk *w)
{
	return w->filter->queue.p && store_has_index(w->st, INDEX_QUEUE_CREATED);
}

static bool is_by_status(const struct walk *w)
{
	const struct str status = w->filter->status;

	return status.p && !str_eq(status, str_of(job_state_name(JOB_DONE))) && w->offset == 0 &&
	       store_has_index(w->st, INDEX_STATUS);
}

static enum sql_id walk_of(const struct walk *w)
{
	if (is_by_status(w))
		return SQL_JOB_STATUS_WALK;
	return is_by_queue(w) ? SQL_JOB_QUEUE_WALK : SQL_JOB_WALK;
}

/* Greater than every id: of SQLite's texts, than those that are none, too. */
static struct str greatest_id(const struct store *st)
{
	return db_is_sqlite(st->db) ? S("~") : S("ffffffff-ffff-ffff-ffff-ffffffffffff");
}

static bool is_bounded(const struct job_filter *filter)
{
	return filter->since != 0 || filter->until != 0;
}

static struct place first_place(const struct store *st, const struct job_filter *filter)
{
	const usec_t at = is_bounded(filter) ? filter->until : TIME_INFINITY;

	return (struct place){ at, greatest_id(st), STR_NULL };
}

static struct place place_of(const struct store *st, const struct job_filter *filter)
{
	const struct str id = str_of(filter->after_id);
	const struct place first = first_place(st, filter);

	if (!filter->has_cursor || filter->after_at > first.at)
		return first;
	return (struct place){ filter->after_at, id, id };
}

/* Whatever comes from here on is older than all that is asked for. */
static bool is_past(const struct job_filter *filter, usec_t at)
{
	return is_bounded(filter) && at < filter->since;
}

#define PAGE_PARAMS(w)                                                                          \
	P_TIME((w)->place.at), P_STR((w)->place.id), P_STR((w)->place.skip),                    \
		P_I64((w)->filter->limit - (int64_t)(w)->list->rows.n), P_I64(STORE_NAME_MAX),  \
		P_I64(STORE_ERROR_LIST_MAX)
#define FILTER_PARAMS(w)                                                                        \
	P_STR((w)->filter->queue), P_STR((w)->filter->status), P_STR((w)->filter->job_name),    \
		P_BOOL((w)->filter->name_is_part), P_STR((w)->search.text), P_STR((w)->search.id)

#define PAGE_CALL(w, sql)                                                                       \
	CALL(sql, &job_row_record, PAGE_PARAMS(w), FILTER_PARAMS(w), P_I64((w)->offset),        \
	     P_STR((w)->filter->terms))

static void add_row(struct walk *w, const struct job_row *row)
{
	*(struct job_row *)list_add(&w->list->rows) = *row;
}

/* ---- an order that an index has ---- */

static enum err_code read_newest(struct walk *w, struct err *err)
{
	const struct call *call =
		is_by_queue(w) ? CALL(SQL_JOB_QUEUE_NEWEST, &job_row_record, PAGE_PARAMS(w),
				      P_STR(w->filter->queue))
			       : CALL(SQL_JOB_NEWEST, &job_row_record, PAGE_PARAMS(w));
	struct list rows;
	TRY(db_query(w->st->db, call, w->arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++)
		add_row(w, LIST_AT(&rows, struct job_row, i));
	return ERR_OK;
}

/* ---- walks ---- */

struct stretch {
	int64_t n;
	int64_t undated;
	usec_t stop_at;
	struct str stop_id;
};

static const struct field stretch_fields[] = {
	FIELD_I64(struct stretch, n),
	FIELD_I64(struct stretch, undated),
	FIELD_TIME(struct stretch, stop_at),
	FIELD_STR(struct stretch, stop_id),
	FIELD_END,
};
static const struct record stretch_record = { "stretch", sizeof(struct stretch), stretch_fields };

#define TALLY_CALL(w, place, with_undated)                                                      \
	CALL(is_by_queue(w) ? SQL_JOB_QUEUE_TALLY : SQL_JOB_TALLY, &stretch_record,             \
	     P_TIME((place)->at), P_STR((place)->id), P_STR((place)->skip),                     \
	     P_I64((with_undated) ? I64_NULL : 0), P_I64(STORE_NAME_MAX),                       \
	     P_I64(STORE_ERROR_LIST_MAX), FILTER_PARAMS(w), P_STR((w)->filter->terms))

/* How many match in the next stretch, and whether that is all of them (stop_id NULL); ret_done:
 * they were counted in time. */
static enum err_code tally_stretch(const struct walk *w, const struct place *place,
				   bool with_undated, struct stretch *ret, bool *ret_done,
				   struct err *err)
{
	struct db_look look = { .until = w->begun + w->st->patience * 9 / 8 };
	TRY(db_query_until(w->st->db, &look, TALLY_CALL(w, place, with_undated), w->arena, err));

	*ret_done = look.is_done;
	if (look.is_done)
		*ret = *LIST_AT(&look.rows, struct stretch, 0);
	return ERR_OK;
}

static void pass(struct walk *w, int64_t n)
{
	w->offset = n < w->offset ? w->offset - n : 0;
}

/* What a stretch gave. True: it has no more, and the next one begins behind its mark. */
static bool take_stretch(struct walk *w, const struct list *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct job_row *row = LIST_AT(rows, struct job_row, i);
		const bool is_match = row->is_match == 1;

		if (is_match && row->rank > w->offset)
			add_row(w, row);
		if (row->is_mark != 1)
			continue;
		pass(w, row->rank - !is_match);
		w->place = (struct place){ row->sort_at, row->id, row->id };
		return true;
	}
	return false;
}

/* The end was reached with rows still to be passed: those that come behind it are fewer then. */
static enum err_code pass_last(struct walk *w, const struct list *rows, struct err *err)
{
	struct stretch next;

	if (w->offset == 0 || is_full(w) || w->place.at == TIME_NULL)
		return ERR_OK;
	if (rows->n > 0) {
		pass(w, LIST_AT(rows, struct job_row, rows->n - 1)->rank);
		return ERR_OK;
	}
	TRY(db_query_one(w->st->db, TALLY_CALL(w, &w->place, false), w->arena, &next, err));
	pass(w, next.n);
	return ERR_OK;
}

static void stop_here(struct walk *w)
{
	w->list->stop_at = w->place.at;
	w->list->stop_id = w->place.skip;
	quality_worsen(&w->list->quality, KIND_WINDOW);
}

/* The first stretch is read whatever it takes, so that every page comes further than its cursor. */
static enum err_code read_stretch(struct walk *w, enum sql_id sql, bool is_first,
				  struct db_look *look, struct err *err)
{
	*look = (struct db_look){ .until = w->begun + w->st->patience, .is_done = true };
	if (is_first)
		return db_query(w->st->db, PAGE_CALL(w, sql), w->arena, &look->rows, err);
	return db_query_until(w->st->db, look, PAGE_CALL(w, sql), w->arena, err);
}

/* Stretch by stretch until the page is full, the end is there or it has been long enough. */
static enum err_code walk(struct walk *w, enum sql_id sql, struct err *err)
{
	struct db_look look;

	for (int i = 0; i < STRETCHES_MAX; i++) {
		TRY(read_stretch(w, sql, i == 0, &look, err));
		if (!look.is_done)
			break;
		if (!take_stretch(w, &look.rows))
			return pass_last(w, &look.rows, err);
		if (is_full(w) || is_past(w->filter, w->place.at))
			return ERR_OK;
	}
	stop_here(w);
	return ERR_OK;
}

static bool is_over(const struct walk *w)
{
	return is_full(w) || w->list->stop_id.p;
}

static enum err_code read_dated(struct walk *w, struct err *err)
{
	const struct job_filter *f = w->filter;
	const bool has_order = !f->queue.p || is_by_queue(w);

	if (has_order && !f->status.p && !f->job_name.p && !f->terms.p && !w->search.text.p &&
	    w->offset == 0)
		return read_newest(w, err);
	return walk(w, walk_of(w), err);
}

static enum err_code read_all(struct walk *w, struct err *err)
{
	if (w->place.at != TIME_NULL)
		TRY(read_dated(w, err));
	if (is_over(w) || is_bounded(w->filter))
		return ERR_OK;
	if (w->place.at != TIME_NULL)
		w->place = (struct place){ TIME_NULL, STR_NULL, STR_NULL };
	return walk(w, SQL_JOB_UNDATED, err);
}

/* ---- totals ---- */

static void put_total(struct walk *w, int64_t n, bool is_all)
{
	/* The page may have come further than the counting. */
	if (n < (int64_t)w->list->rows.n)
		n = (int64_t)w->list->rows.n;
	const bool is_capped = n > STORE_TOTAL_CAP;

	w->list->total = is_capped ? STORE_TOTAL_CAP : n;
	if (is_capped)
		quality_worsen(&w->list->quality, KIND_CAPPED);
	else if (!is_all)
		quality_worsen(&w->list->quality, KIND_WINDOW);
}

static enum err_code count_all(struct walk *w, struct err *err)
{
	struct place place = first_place(w->st, w->filter);
	struct stretch next = { .stop_id = place.id };
	bool is_done = true;
	int64_t n = 0;

	for (int i = 0; i < TALLIES_MAX && next.stop_id.p; i++) {
		TRY(tally_stretch(w, &place, i == 0, &next, &is_done, err));
		if (!is_done)
			break;
		n += next.n + next.undated;
		if (next.stop_id.p && is_past(w->filter, next.stop_at))
			next.stop_id = STR_NULL;
		if (n > STORE_TOTAL_CAP)
			break;
		place = (struct place){ next.stop_at, next.stop_id, next.stop_id };
	}
	put_total(w, n, !next.stop_id.p);
	return ERR_OK;
}

/* ---- what is few ---- */

/* Rows that say of themselves whether they are all there is. */
static enum err_code read_few(struct walk *w, enum sql_id sql, bool *ret_done, struct err *err)
{
	struct list rows;
	TRY(db_query(w->st->db, PAGE_CALL(w, sql), w->arena, &rows, err));

	const struct job_row *first = LIST_AT(&rows, struct job_row, 0);
	*ret_done = rows.n > 0 && first->is_whole == 1;
	if (!*ret_done)
		return ERR_OK;
	for (size_t i = 0; i < rows.n && first->id.p; i++)
		add_row(w, LIST_AT(&rows, struct job_row, i));
	w->list->total = w->filter->wants_total ? first->total : -1;
	return ERR_OK;
}

struct names {
	int64_t n;
	int8_t is_sure;
};

static const struct field names_fields[] = {
	FIELD_I64(struct names, n),
	FIELD_BOOL(struct names, is_sure),
	FIELD_END,
};
static const struct record names_record = { "names", sizeof(struct names), names_fields };

/* No job has such a name, and that is certain. */
static enum err_code is_no_name(const struct walk *w, struct str name, bool is_part, bool *ret,
				struct err *err)
{
	struct history history;
	struct names names;

	*ret = false;
	TRY(store_history(w->st, w->arena, &history, err));
	if (history.state != HISTORY_OK)
		return ERR_OK;
	TRY(db_query_one(w->st->db, CALL(SQL_JOB_NAMES, &names_record, P_STR(name),
					 P_BOOL(is_part)), w->arena, &names, err));
	*ret = names.is_sure == 1 && names.n == 0;
	return ERR_OK;
}

/* The index knows letters and digits, three in a row; what others are letters is the server's
 * affair. */
static bool has_trigram(struct str text)
{
	int n = 0;

	for (size_t i = 0; i < text.n && n < TRIGRAM; i++) {
		const char c = text.p[i];
		const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				     (c >= '0' && c <= '9');
		n = is_word ? n + 1 : 0;
	}
	return n >= TRIGRAM;
}

static enum err_code read_trigrams(struct walk *w, bool *ret_done, struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(w->st->db, &tx, err));
	TRY(db_exec(w->st->db, CALL0(SQL_PLAN_BITMAPS, NULL), NULL, err));
	TRY(read_few(w, SQL_JOB_ERROR, ret_done, err));
	return db_commit(&tx, err);
}

static enum err_code read_errors(struct walk *w, bool *ret_done, struct err *err)
{
	bool is_in_errors_only;

	if (!has_trigram(w->search.text) || !store_has_index(w->st, INDEX_ERROR))
		return ERR_OK;
	TRY(is_no_name(w, w->search.text, true, &is_in_errors_only, err));
	return is_in_errors_only ? read_trigrams(w, ret_done, err) : ERR_OK;
}

/* Many are found faster by a walk. */
static bool may_be_few(const struct walk *w)
{
	const struct job_filter *f = w->filter;
	const bool is_status_only = !f->queue.p && !f->job_name.p && !w->search.text.p;

	return f->status.p && w->list->total <= FEW_MAX && !(is_status_only && is_by_status(w));
}

static enum err_code read_sparse(struct walk *w, bool *ret_done, struct err *err)
{
	const struct job_filter *f = w->filter;

	*ret_done = false;
	if (f->job_name.p)
		TRY(is_no_name(w, f->job_name, f->name_is_part, ret_done, err));
	if (*ret_done)
		w->list->total = f->wants_total ? 0 : -1;
	if (!*ret_done && w->search.text.p)
		TRY(read_errors(w, ret_done, err));
	if (!*ret_done && may_be_few(w))
		TRY(read_few(w, SQL_JOB_FEW, ret_done, err));
	return ERR_OK;
}

enum err_code store_job_indexed(struct store *st, const struct job_filter *filter,
				struct arena *arena, struct job_list *ret, bool *ret_done,
				struct err *err)
{
	struct job_list list = { .rows = list_new(arena, sizeof(struct job_row)), .total = -1,
				 .quality = quality_new() };
	struct walk w = { st, filter, search_of(filter, arena), arena, place_of(st, filter), 0,
			  clock_mono(), &list };

	*ret_done = false;
	if (!store_has_index(st, INDEX_CREATED))
		return ERR_OK;
	w.offset = w.search.offset;
	if (filter->wants_total)
		TRY(store_job_total(st, filter, arena, &list.total, err));
	TRY(read_sparse(&w, ret_done, err));
	/* An id may be anywhere, and no walk would come by. */
	if (!*ret_done && !w.search.id.p) {
		TRY(read_all(&w, err));
		if (filter->wants_total && list.total < 0)
			TRY(count_all(&w, err));
		*ret_done = true;
	}
	*ret = list;
	return ERR_OK;
}
