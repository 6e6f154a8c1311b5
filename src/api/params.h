/* params.h -- query parameters: each of its type and range, or an error that names it. */
#ifndef API_PARAMS_H
#define API_PARAMS_H

#include "http/http.h"
#include "store/dead_groups.h"
#include "store/job.h"
#include "store/worker.h"

/* Errors of all: INVALID with the parameter's name: repeated ("x" twice, or "x[]"), not UTF-8,
 * out of range, not one of the words. An absent one gives the default. */
enum err_code param_int(const struct request *rq, const char *name, const int64_t range[2],
			int64_t *out, struct err *err) MUST_CHECK;
/* At most max characters, no NUL; NULL when absent or empty. */
enum err_code param_text(const struct request *rq, const char *name, size_t max,
			 struct str *ret, struct err *err) MUST_CHECK;
/* One of the words (ended by NULL); NULL when absent or empty. */
enum err_code param_choice(const struct request *rq, const char *name, const char *const *words,
			   struct str *ret, struct err *err) MUST_CHECK;
/* A moment in RFC 3339 with a Z; TIME_NULL when absent or empty. */
enum err_code param_moment(const struct request *rq, const char *name, usec_t *ret,
			   struct err *err) MUST_CHECK;
/* A group's signature; NULL when absent or empty. */
enum err_code param_signature(const struct request *rq, struct str *ret,
			      struct err *err) MUST_CHECK;
/* The text of the parameter cursor; NULL when absent or empty. */
enum err_code param_cursor(const struct request *rq, struct str *ret, struct err *err) MUST_CHECK;
/* INVALID: the cursor cannot be read. */
enum err_code param_cursor_fail(struct err *err) MUST_CHECK;
/* limit, offset, cursor into the filter. */
enum err_code param_page(const struct request *rq, struct job_filter *filter,
			 struct err *err) MUST_CHECK;

extern const char *const param_statuses[];
/* The parameter filter, into what was asked for before it; ages count back from `now`. */
enum err_code param_filter(const struct request *rq, usec_t now, struct job_filter *filter,
			   struct err *err) MUST_CHECK;
/* What lists and exports of jobs, and of dead letters, are searched for by: all but the page. */
enum err_code param_search(const struct request *rq, struct job_filter *ret,
			   struct err *err) MUST_CHECK;
enum err_code param_dead_search(const struct request *rq, struct job_filter *ret,
				struct err *err) MUST_CHECK;

/* "1790000000000000~0190a…": a moment, or TIME_NULL, and an id. False when the id is none that
 * could be read again: canonical text of a UUID. */
#define CURSOR_MAX 80
bool cursor_format(usec_t at, struct str id, char out[CURSOR_MAX]) MUST_CHECK;
bool cursor_parse(struct str text, usec_t *ret_at, char ret_id[UUID_TEXT_LEN + 1]);

/* A worker's: "0~" or "1~", which half of the list, and a cursor as above. */
bool cursor_format_worker(const struct worker *worker, char out[CURSOR_MAX]) MUST_CHECK;
bool cursor_parse_worker(struct str text, struct worker_want *ret);
/* A schedule's: its name, as a list shows it, "~" and its id. NULL when its id is none. */
struct str cursor_format_schedule(const struct schedule *schedule, struct arena *arena);
bool cursor_parse_schedule(struct str text, struct schedule_want *ret);
/* A group's: "COUNT~LAST_SEEN~SIGNATURE". */
struct str cursor_format_group(const struct group *group, struct arena *arena);
bool cursor_parse_group(struct str text, struct group_want *ret);

/* A path piece that must be an id. NOT_FOUND when it is none: there is nothing of that name. */
enum err_code path_uuid(const struct request *rq, int part, char ret[UUID_TEXT_LEN + 1],
			struct err *err) MUST_CHECK;

#endif
