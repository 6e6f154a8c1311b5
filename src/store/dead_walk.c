/* dead_walk.c -- dead letters of one group: looked for in pages of all others. */
#include "rules/signature.h"
#include "store/quality.h"
#include "store/search.h"

#define PAGE 200
#define PAGES_MAX 50    /* of 10,000 dead letters, for somebody who looks */

struct walk {
	struct store *st;
	struct dead_page page;          /* the next one to be read */
	int64_t offset;                 /* rows of the group that are still to be passed */
	int64_t limit;
	struct job_list *list;
};

static bool is_full(const struct walk *w)
{
	return w->list->rows.n >= (size_t)w->limit;
}

static bool is_member(const struct walk *w, const struct job *job)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct failure failure =
		failure_of(job->last_error, job->dead_letter_reason, &arena);

	return str_eq(w->page.filter->signature, str_of(failure.signature));
}

static void take(struct walk *w, const struct job *job)
{
	if (!is_member(w, job))
		return;
	if (w->offset > 0) {
		w->offset--;
		return;
	}
	struct job *kept = list_add(&w->list->rows);
	*kept = *job;
	record_keep(&job_record, kept, w->list->rows.arena);
}

/* A row without a date stands where the statement puts it: before all times. */
static void go_on(struct walk *w, const struct job *last)
{
	const usec_t at = last->moved_to_dead_letter_at;

	w->page.search.after_at = at == TIME_NULL ? TIME_MINUS_INFINITY : at;
	w->page.search.after_id = str_copy(w->list->rows.arena, last->id);
	w->page.search.offset = 0;
}

/* Where a cursor can say it: an id that is none is passed by, and what is behind it comes twice. */
static void note_stop(struct walk *w, const struct list *jobs)
{
	char id[UUID_TEXT_LEN + 1];

	for (size_t i = jobs->n; i-- > 0;) {
		const struct job *job = LIST_AT(jobs, struct job, i);
		if (!parse_uuid(job->id, id))
			continue;
		w->list->stop_at = job->moved_to_dead_letter_at;
		w->list->stop_id = str_copy(w->list->rows.arena, job->id);
		return;
	}
}

static enum err_code read_page(struct walk *w, bool *ret_more, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list jobs;
	TRY(store_dead_load(w->st, &w->page, &arena, &jobs, err));

	for (size_t i = 0; i < jobs.n && !is_full(w); i++)
		take(w, LIST_AT(&jobs, struct job, i));
	*ret_more = jobs.n == PAGE;
	if (!*ret_more)
		return ERR_OK;
	go_on(w, LIST_AT(&jobs, struct job, jobs.n - 1));
	note_stop(w, &jobs);
	return ERR_OK;
}

static bool may_go_on(usec_t until, int n_pages)
{
	return until == 0 || (n_pages < PAGES_MAX && clock_mono() < until);
}

enum err_code store_dead_walk(struct store *st, const struct dead_page *page, usec_t patience,
			      struct arena *arena, struct job_list *ret, struct err *err)
{
	struct walk w = { st, *page, page->search.offset, page->limit, ret };
	const usec_t until = patience > 0 ? clock_mono() + patience : 0;
	bool has_more = true;

	ret->rows = list_new(arena, sizeof(struct job));
	w.page.limit = PAGE;
	w.page.search.offset = 0;
	for (int n = 0; has_more && !is_full(&w) && may_go_on(until, n); n++)
		TRY(read_page(&w, &has_more, err));
	if (!has_more || is_full(&w))
		ret->stop_id = STR_NULL;
	else
		quality_worsen(&ret->quality, KIND_WINDOW);
	return ERR_OK;
}
