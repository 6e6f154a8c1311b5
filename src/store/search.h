/* search.h -- for the store itself: a filter of jobs as the statements take it. */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "store/job.h"

/* NULL: any. Texts are borrowed from the filter or in the arena. */
struct search {
	struct str text;        /* not empty */
	struct str id;          /* the same text where it is an id */
	usec_t after_at;
	struct str after_id;
	int64_t offset;
};

struct search search_of(const struct job_filter *filter, struct arena *arena);

/* A page of dead letters: its filter as the statement takes it, from where in the table. */
struct dead_page {
	const struct job_filter *filter;
	struct search search;
	struct str start;       /* of the window */
	int64_t limit;
};

/* All that its filter says but the signature. */
enum err_code store_dead_load(struct store *st, const struct dead_page *page, struct arena *arena,
			      struct list *ret_jobs, struct err *err) MUST_CHECK;
/* With the signature: page after page of all others, for so long (0: to the end). */
enum err_code store_dead_walk(struct store *st, const struct dead_page *page, usec_t patience,
			      struct arena *arena, struct job_list *ret,
			      struct err *err) MUST_CHECK;

/* The part of a dead-letter list that is the same for all their statements. */
enum err_code store_dead_list(struct store *st, const struct job_filter *filter,
			      struct arena *arena, struct job_list *ret,
			      struct err *err) MUST_CHECK;

/* The page off our own indexes. Where they are missing, or no help, ret_done is false and
 * nothing else is given. */
enum err_code store_job_indexed(struct store *st, const struct job_filter *filter,
				struct arena *arena, struct job_list *ret, bool *ret_done,
				struct err *err) MUST_CHECK;

/* How many jobs, or by its status dead letters, the filter finds, where the gauges of the history
 * know it: by queue and status. -1: they do not. */
enum err_code store_job_total(struct store *st, const struct job_filter *filter,
			      struct arena *arena, int64_t *ret, struct err *err) MUST_CHECK;

#endif
