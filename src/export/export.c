/* export.c -- from pages of the store to lines of text. */
#include "export/export.h"

#define JOBS_PAGE STORE_PAGE_MAX
#define DEAD_PAGE 50            /* rows of 192 KiB and more fit into one answer of the database */

/* A page, and where the next one begins. */
struct page {
	struct list rows;
	struct quality quality;
	struct str stop_id;
	usec_t stop_at;
};

struct run {
	struct store *st;
	const struct export_want *want;
	const struct export_sink *sink;
	struct job_filter filter;
	int64_t n;
	bool has_begun;
};

static enum err_code load_dead(struct run *x, struct arena *arena, struct page *ret,
			       struct err *err)
{
	ret->quality = quality_new();
	return store_dead_page(x->st, &x->filter, arena, &ret->rows, err);
}

static enum err_code load_jobs(struct run *x, struct arena *arena, struct page *ret,
			       struct err *err)
{
	struct job_list list;
	TRY(store_job_list(x->st, &x->filter, arena, &list, err));
	*ret = (struct page){ list.rows, list.quality, list.stop_id, list.stop_at };
	return ERR_OK;
}

/* What a cursor is made of. */
static void place_of(const struct run *x, const void *row, usec_t *ret_at, struct str *ret_id)
{
	const struct job *job = row;
	const struct job_row *line = row;
	const bool is_dead = x->want->kind == EXPORT_DEAD;

	*ret_at = is_dead ? job->moved_to_dead_letter_at : line->sort_at;
	*ret_id = is_dead ? job->id : line->id;
}

static bool set_cursor(struct run *x, usec_t at, struct str id)
{
	if (!parse_uuid(id, x->filter.after_id))
		return false;
	/* as the statements sort it */
	x->filter.after_at = at == TIME_NULL ? TIME_MINUS_INFINITY : at;
	x->filter.has_cursor = true;
	return true;
}

static void *row_at(const struct page *page, size_t i)
{
	return (char *)page->rows.items + i * page->rows.item_size;
}

/* Where to go on: rows behind the last one that can be named come with the next page. */
static enum err_code go_on(struct run *x, struct page *page, bool *ret_more, struct err *err)
{
	const bool is_full = page->rows.n > 0 && page->rows.n == (size_t)x->filter.limit;
	struct str id = STR_NULL;
	usec_t at;

	*ret_more = page->stop_id.p && set_cursor(x, page->stop_at, page->stop_id);
	if (*ret_more || !is_full || x->n + (int64_t)page->rows.n >= x->want->limit)
		return ERR_OK;
	*ret_more = true;
	for (size_t n = page->rows.n; n > 0; n--) {
		place_of(x, row_at(page, n - 1), &at, &id);
		page->rows.n = n;
		if (set_cursor(x, at, id))
			return ERR_OK;
	}
	return err_set(err, ERR_SCHEMA, "the row \"%.*s\" has an id that is none: mend or delete "
		       "it", (int)(id.n < 60 ? id.n : 60), id.p ? id.p : "");
}

/* An export may be all that is left afterwards: nothing in it is shortened. */
static enum err_code make_whole(struct run *x, struct job *job, struct arena *arena,
				struct err *err)
{
	const char *id = str_cstr(arena, job->id);
	enum err_code code = ERR_OK;

	if (id && job->args_bytes > STORE_TEXT_MAX)
		code = store_dead_args(x->st, id, arena, &job->args, err);
	if (id && code == ERR_OK && job->last_error.n >= STORE_TEXT_MAX)
		code = store_dead_error(x->st, id, arena, &job->last_error, err);
	if (code == ERR_TOO_LARGE)
		return err_prefix(err, id);
	/* deleted since: what the page had is what there is */
	return code == ERR_NOT_FOUND ? ERR_OK : code;
}

static void add_row(const struct run *x, void *row, struct arena *arena)
{
	if (x->sink->veil)
		x->sink->veil(x->sink->arg, x->want->record, row, arena);
	export_row(x->sink->out, x->want->format, x->want->record, row, x->n);
}

static enum err_code write_row(struct run *x, void *row, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };

	if (x->want->kind == EXPORT_DEAD && x->want->is_whole) {
		struct job job = *(const struct job *)row;
		TRY(make_whole(x, &job, &arena, err));
		add_row(x, &job, &arena);
	} else {
		add_row(x, row, &arena);
	}
	x->n++;
	return x->sink->row(x->sink->arg, err);
}

static enum err_code begin(struct run *x, const struct quality *quality, struct err *err)
{
	if (x->has_begun)
		return ERR_OK;
	x->has_begun = true;
	if (x->sink->begin)
		TRY(x->sink->begin(x->sink->arg, quality, err));
	export_begin(x->sink->out, x->want->format, x->want->record);
	return ERR_OK;
}

/* Each page in its own arena: any number of rows in little memory. */
static enum err_code write_page(struct run *x, bool *ret_more, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const bool is_dead = x->want->kind == EXPORT_DEAD;
	const int64_t most = is_dead ? DEAD_PAGE : JOBS_PAGE;
	const int64_t left = x->want->limit - x->n;
	struct page page = { .stop_id = STR_NULL };

	x->filter.limit = (int)(left < most ? left : most);
	TRY((is_dead ? load_dead : load_jobs)(x, &arena, &page, err));
	TRY(begin(x, &page.quality, err));
	TRY(go_on(x, &page, ret_more, err));
	for (size_t i = 0; i < page.rows.n; i++)
		TRY(write_row(x, row_at(&page, i), err));
	return ERR_OK;
}

enum err_code export_run(struct store *st, const struct export_want *want,
			 const struct export_sink *sink, int64_t *ret_n, struct err *err)
{
	struct run x = { .st = st, .want = want, .sink = sink, .filter = *want->filter };
	bool more = true;

	x.filter.offset = 0;
	x.filter.wants_total = false;
	x.filter.wants_all = true;
	while (more && x.n < want->limit)
		TRY(write_page(&x, &more, err));
	export_end(sink->out, want->format, x.n);
	*ret_n = x.n;
	return ERR_OK;
}
