/* export.h -- all that match, written row by row in little memory: the one way of API and command
 * line. */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include "export/rows.h"
#include "store/job.h"

enum export_kind {
	EXPORT_JOBS,            /* struct job_row */
	EXPORT_DEAD,            /* struct job */
};

struct export_want {
	enum export_kind kind;
	enum export_format format;
	const struct record *record;    /* its columns, of the kind's struct */
	/* limit and offset of it do not count; with a cursor it goes on there */
	const struct job_filter *filter;
	int64_t limit;
	bool is_whole;                  /* args and error of a dead letter, however long */
};

struct export_sink {
	struct buf *out;
	/* The first page is read: nothing is written yet. May be NULL. */
	enum err_code (*begin)(void *arg, const struct quality *quality, struct err *err);
	/* The row is about to be written: it may be changed, in the arena. May be NULL. */
	void (*veil)(void *arg, const struct record *record, void *row, struct arena *arena);
	/* A row more is in `out`, which may be emptied. */
	enum err_code (*row)(void *arg, struct err *err);
	void *arg;
};

/* Newest first, following cursors to the end or the limit; looking that stops early goes on. What
 * is left in `out` at the end is the sink's, too.
 *
 * Errors: those of store_job_list and store_dead_page, of the sink; SCHEMA  a page of rows without
 *         an id to go on from; TOO_LARGE  (is_whole) more than one answer of the database holds */
enum err_code export_run(struct store *st, const struct export_want *want,
			 const struct export_sink *sink, int64_t *ret_n,
			 struct err *err) MUST_CHECK;

#endif
