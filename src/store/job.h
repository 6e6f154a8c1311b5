/* job.h -- jobs and dead letters: lists, one, and what may be done to one. */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "base/parse.h"
#include "rules/filter.h"
#include "store/store.h"

/* A line of a list: a job, or a dead letter in the shape of one (status "dead_letter",
 * created_at = original_created_at, updated_at = moved_to_dead_letter_at). Hostile rows are
 * possible: any member may be NULL, any status. Names are cut at STORE_NAME_MAX characters. */
struct job_row {
	struct str id;
	struct str job_name;
	struct str status;
	struct str queue;
	int64_t priority;
	int64_t attempts;
	int64_t max_attempts;
	usec_t created_at;
	usec_t updated_at;
	usec_t scheduled_at;
	struct str last_error;          /* at most STORE_ERROR_LIST_MAX characters */
	struct str worker_id;
	struct str producer_id;
	struct str dead_letter_reason;  /* NULL for jobs */
	struct str args_start;          /* by store_args_start; NULL: not asked for, or too long */
	/* Hidden, for the store itself, but for sort_at: what a cursor is made of, created_at or,
	 * without a date, -infinity or NULL. */
	usec_t sort_at;
	int64_t total;                  /* how many match in all */
	int8_t is_whole;                /* 1: total is of all there are */
	int8_t is_match, is_mark;       /* of a walk that may stop at a row that does not match */
	int64_t rank;
};
extern const struct record job_row_record;
extern const struct record job_row_args_record; /* with args_start */

struct job_filter {
	struct str status;              /* NULL: all live; "dead_letter": the dead letters */
	struct str queue;               /* exact; NULL: any */
	struct str job_name;            /* NULL: any */
	bool name_is_part;              /* job_name is a part of the name, in any case of letters */
	struct str text;                /* part of the name or the error, or an id; NULL, "": any */
	struct str reason;              /* dead letters: exact; NULL: any */
	struct str signature;           /* dead letters: of this group (rules/signature.h) */
	struct str terms;               /* what store_filter_add put here; NULL: none */
	usec_t since, until;            /* the span of created in terms, ends included; 0, 0: any */
	usec_t died_since;              /* in terms: no dead letter before it matches; 0: any */
	int limit;                      /* 1 .. STORE_PAGE_MAX */
	int offset;                     /* 0 .. STORE_OFFSET_MAX; ignored with a cursor */
	bool has_cursor;                /* go on after this place: newest first, then id */
	usec_t after_at;                /* TIME_NULL: among those without a date */
	char after_id[UUID_TEXT_LEN + 1];
	bool wants_total;
	bool wants_all;                 /* dead letters: not of the newest part only */
	bool is_brief;                  /* pages of dead letters: args stay NULL */
};

/* The ids of a page as a JSON array, in the arena; rows of the wild have any text as their id, and
 * those that are too long are left out. */
struct str store_job_ids(const struct list *rows, struct arena *arena);

#define STORE_ARGS_START 160
/* How the arguments of each row of a page begin, in characters of JSON: its args_start. Those that
 * are stored apart from their row, a few kilobytes or more, are not read. */
enum err_code store_args_start(struct store *st, const struct list *rows, bool are_dead,
			       struct arena *arena, struct err *err) MUST_CHECK;

/* Ask for what the terms of a filter say, besides what is asked for already; ages count back from
 * `now`. Once for a filter, and after its other members were set. Texts are borrowed or in the
 * arena. */
void store_filter_add(struct job_filter *filter, const struct filter *terms, usec_t now,
		      struct arena *arena);

struct job_list {
	struct list rows;               /* struct job_row, at most limit */
	int64_t total;                  /* all that match in the window; -1 unless wants_total */
	struct quality quality;         /* KIND_WINDOW: not all of a large table was looked at;
					 * KIND_CAPPED: total is at least this */
	/* Where looking stopped before the page was full: there is more behind this place, which
	 * is a cursor as sort_at and id of a row are. NULL: it did not stop. */
	struct str stop_id;
	usec_t stop_at;
};
#define STORE_TOTAL_CAP 10000           /* counting what is searched for stops here */

/* Jobs that match, newest first (created_at, id descending; rows without a date last).
 *
 * With our indexes (history.h) every page of any size of table costs the same, and following the
 * cursors gives each job that did not change once, however long that takes: a page may be short,
 * or empty, and still have a stop_id. Without them only the newest part of the table, a window, is
 * looked at. An id given as text is found wherever it is. */
enum err_code store_job_list(struct store *st, const struct job_filter *filter,
			     struct arena *arena, struct job_list *ret,
			     struct err *err) MUST_CHECK;

/* One job or dead letter, every column. args, result: JSON; NULL when over STORE_TEXT_MAX bytes,
 * then the preview holds the first STORE_TEXT_MAX characters of their text. */
struct job {
	struct str id;
	struct str job_name;
	struct str args;
	struct str args_hash;
	struct str status;
	int64_t attempts;
	int64_t max_attempts;
	struct str queue;
	int64_t priority;
	int8_t unique_job;
	struct str dedup_key;
	usec_t scheduled_at;
	usec_t expires_at;
	struct str last_error;
	struct str result;
	struct str producer_id;
	usec_t created_at;
	usec_t updated_at;
	struct str worker_id;
	int64_t args_bytes;
	struct str args_preview;
	int64_t result_bytes;
	struct str result_preview;
	struct str kind;                /* "job" or "dead_letter" */
	struct str dead_letter_reason;
	usec_t moved_to_dead_letter_at;
	int64_t resurrection_count;
	usec_t last_resurrection_at;
	struct str tags;                /* JSON */
};
extern const struct record job_record;
/* Of struct job: a dead letter in a list, without what is long; and with its args. */
extern const struct record dead_line_record, dead_whole_record;

/* Errors: NOT_FOUND  neither a job nor a dead letter has this id */
enum err_code store_job_find(struct store *st, const char *uuid, struct arena *arena,
			     struct job *ret, struct err *err) MUST_CHECK;
enum err_code store_dead_find(struct store *st, const char *uuid, struct arena *arena,
			      struct job *ret, struct err *err) MUST_CHECK;

/* What struct job has cut or left out of a dead letter, whole: args is JSON.
 * Errors: NOT_FOUND; TOO_LARGE  more than one answer of the database may hold */
enum err_code store_dead_args(struct store *st, const char *uuid, struct arena *arena,
			      struct str *ret_args, struct err *err) MUST_CHECK;
enum err_code store_dead_error(struct store *st, const char *uuid, struct arena *arena,
			       struct str *ret_error, struct err *err) MUST_CHECK;

/* Cancel a queued job. NOT_FOUND; CONFLICT with the state (err->state) when it is not queued;
 * a dead letter's state is dead_letter. */
enum err_code store_job_cancel(struct store *st, const char *uuid, struct err *err) MUST_CHECK;
/* Delete a job that is not being worked on. NOT_FOUND; CONFLICT when it is processing, or a dead
 * letter. */
enum err_code store_job_delete(struct store *st, const char *uuid, struct err *err) MUST_CHECK;
/* Mint a new queued job (attempts 0, due now) of a dead letter, which stays: its count grows.
 * Tells waiting workers. Gives the new job's id. NOT_FOUND. */
enum err_code store_dead_replay(struct store *st, const char *uuid,
				char ret_new[UUID_TEXT_LEN + 1], struct err *err) MUST_CHECK;
enum err_code store_dead_delete(struct store *st, const char *uuid, struct err *err) MUST_CHECK;

/* Dead letters that match filter (queue, job_name exact, reason, text, terms) and were moved before
 * `before` (TIME_INFINITY: any): newest first, for the verbs on many of the command line. All of
 * them are counted, however many. */
enum err_code store_dead_count(struct store *st, const struct job_filter *filter, usec_t before,
			       int64_t *ret_n, struct err *err) MUST_CHECK;
/* Up to limit of them deleted in one statement; gives how many. Call again while it gives limit. */
enum err_code store_dead_delete_many(struct store *st, const struct job_filter *filter,
				     usec_t before, int64_t *ret_n, struct err *err) MUST_CHECK;
/* A page of dead letters with every column, moved newest first, by all of filter but status and
 * wants_total; keyset by its cursor (after_at = moved_to_dead_letter_at). For somebody who looks:
 * of a large table only the newest part is searched, on PostgreSQL as many as that behind the
 * cursor. The rows are struct job. With a signature a page may be short, or empty, and still have a
 * stop_id, and the total is known only where the first page has all. */
enum err_code store_dead_newest(struct store *st, const struct job_filter *filter,
				struct arena *arena, struct job_list *ret,
				struct err *err) MUST_CHECK;
/* The same for those that need every one: all of the table is searched, however long it takes. */
enum err_code store_dead_page(struct store *st, const struct job_filter *filter,
			      struct arena *arena, struct list *ret_jobs,
			      struct err *err) MUST_CHECK;

#endif
