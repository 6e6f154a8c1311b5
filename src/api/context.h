/* context.h -- what the files of this room share: the api itself, its lanes, its answers. */
#ifndef API_CONTEXT_H
#define API_CONTEXT_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/access.h"
#include "api/api.h"
#include "api/identity.h"
#include "api/origin.h"
#include "api/proxy.h"
#include "api/session.h"
#include "base/log.h"
#include "export/rows.h"
#include "json/json.h"
#include "store/setup.h"

#define PAGE_DEPTHS 4

struct page_variant {           /* index.html with its <base> for one depth of path */
	char *bytes;
	size_t n;
};

struct api {
	struct arena arena;
	const struct settings *settings;
	const struct conf *conf;
	usec_t started, started_mono;
	struct db_options database;
	bool is_local_only;
	char instance[17];
	struct keyring keyring;
	struct throttle throttle;
	struct sessions_over sessions_over;
	struct host_list hosts;
	struct origin_list origins;
	struct proxy_list proxies;
	struct role_list roles;
	struct list secrets;            /* words of keys, for redact.h */
	struct list panels;             /* struct panel * (api_panel.c) */
	struct page_variant pages[PAGE_DEPTHS];
	struct str policy;              /* Content-Security-Policy of all answers */
	struct log_limit access_limit, fault_limit, key_limit;
	struct server *server;          /* NULL: nobody counts */
	const struct log_sink *log;
	struct watch *watch;            /* NULL: nobody wants to hear of changes */
	_Atomic(struct keeper *) keeper; /* NULL: the history is not kept here */
	atomic_llong active;             /* jobs in hand when they were last counted */
	_Atomic(usec_t) active_at;       /* when that was, clock_mono; 0: never */
	struct http_app app;
};

/* An executor's connection, made on first use so that a handler can say what a failure means. */
struct lane {
	struct api *api;
	pthread_mutex_t guard;          /* of is_open, for cancel from another thread */
	struct store store;
	bool is_open;
	bool is_checked;                /* its schema was found usable */
	atomic_bool is_cancelled;       /* the request that runs */
	bool may_write;
	usec_t deadline;
	usec_t next_try;                /* to connect for the first time, clock_mono */
	struct err last;                /* why it did not work */
};

static inline struct api *api_of(const struct request *rq)
{
	return rq->app;
}

/* The executor's store, connected and with a schema that was found usable once.
 * Errors: those of store_open; SCHEMA */
enum err_code api_store(struct request *rq, struct store **ret, struct err *err) MUST_CHECK;
/* The same with a new look at the schema. */
enum err_code api_store_checked(struct request *rq, struct store **ret,
				struct err *err) MUST_CHECK;
/* Now by the database's clock; by ours while there is no connection. */
usec_t api_now(const struct request *rq);

/* How many jobs are in hand, for whoever must know beforehand how many he is to read: what was last
 * counted, 0 where that is too long ago. */
void api_note_active(struct api *api, int64_t active);
int64_t api_active(struct api *api);

void api_panels_release(struct api *api);

enum err_code lane_open(void *context, bool may_write, void **ret_lane, struct err *err);
void lane_close(void *p);
void lane_cancel(void *p);
void lane_deadline(void *p, usec_t mono);

/* What every request is measured by; the wish behind it is in the route's access column. */
struct access_facts api_facts(const struct request *rq, enum access_want want);
/* The same, of a caller who is known already. */
struct access_facts api_facts_of(const struct request *rq, const struct identity *who,
				 enum access_want want);
enum err_code api_admit(struct request *rq, const struct route *route, struct reply *reply,
			struct err *err);
/* For a browser that asks for a page where none is: one that says so. */
const struct route *api_missing(const struct request *rq);
void api_decorate(const struct request *rq, struct reply *reply);
struct str api_flight_salt(const struct request *rq);
void api_log(void *context, const struct request *rq, int status, usec_t took,
	     const struct err *err);

struct web_asset;
const struct web_asset *web_asset_find(struct str path);        /* NULL if there is none */
enum err_code answer_asset(struct request *rq, struct reply *reply,
			   const struct web_asset *asset) MUST_CHECK;
/* Take a key and give a session's cookie; *ret_role is the key's. UNAUTHORIZED, TOO_MANY. */
enum err_code session_start(struct request *rq, struct reply *reply, struct str key,
			    enum access_role *ret_role, struct err *err) MUST_CHECK;
enum err_code api_pages_init(struct api *api, struct err *err) MUST_CHECK;

/* Answers. Soniq-Kind and Soniq-As-Of are said of all that comes from the database,
 * Soniq-Covered-From where a span is covered in part; json_quality says it within an object that
 * has room for it: given again later, the headers say cached, and the body is what it was. */
struct json answer_json(struct reply *reply);
void answer_quality(struct request *rq, struct reply *reply, const struct quality *quality);
void answer_record(struct reply *reply, const struct record *record, const void *object);
void answer_list(struct reply *reply, const struct record *record, const struct list *list);
/* Texts full of control bytes grow sixfold as JSON: rather shorter rows than no answer. `shorten`
 * is called for each row when the answer became larger than one may be. */
typedef void (*shorten_fn)(void *row, struct arena *arena);
void rows_shorten(struct request *rq, struct list *rows, shorten_fn shorten);
/* Hides what the caller may not see of a row, where it is veiled. */
void answer_veil(struct request *rq, const struct record *record, void *row);
void answer_rows(struct request *rq, struct reply *reply, const struct record *record,
		 struct list *rows, shorten_fn shorten);
/* The same of a list that may also be had as a file (api_export.c). */
struct table {
	enum export_format format;      /* EXPORT_ARRAY: the answer is JSON, as of other lists */
	const struct record *record;
	struct list *rows;
	shorten_fn shorten;             /* NULL: they are short */
	const char *noun;               /* what the file is called by; NULL: as the route ends */
};
void answer_table(struct request *rq, struct reply *reply, const struct table *table);
/* The parameter format of such a list: json (the default), csv, jsonl. INVALID: another word. */
enum err_code param_format(const struct request *rq, enum export_format *ret,
			   struct err *err) MUST_CHECK;
enum err_code answer_message(struct reply *reply, const char *message);
/* `Link: <?...>; rel="next"` with the request's own parameters: what comes after the row of this
 * moment and id. False when the id is no UUID (SQLite takes any text): then the row before it
 * has to do, and those behind come twice rather than never. */
bool answer_next(struct request *rq, struct reply *reply, usec_t at, struct str id) MUST_CHECK;
/* The same of a list with a cursor of its own kind. */
void answer_next_cursor(struct request *rq, struct reply *reply, struct str cursor);
void answer_total(struct request *rq, struct reply *reply, int64_t total);

/* One job, or dead letter, with its attempts (api_job_one.c). */
enum err_code job_get(struct request *rq, struct reply *reply, struct err *err) MUST_CHECK;
enum err_code dead_letter_get(struct request *rq, struct reply *reply,
			      struct err *err) MUST_CHECK;

/* Files of all that match (api_export.c). */
enum err_code jobs_export(struct request *rq, struct reply *reply, struct err *err) MUST_CHECK;
enum err_code dead_letters_export(struct request *rq, struct reply *reply,
				  struct err *err) MUST_CHECK;
/* What state everything is in (api_system_get.c). */
enum err_code system_get(struct request *rq, struct reply *reply, struct err *err) MUST_CHECK;

extern const struct route api_job_routes[], api_complete_routes[], api_dead_routes[],
	api_group_routes[], api_stats_routes[], api_worker_routes[], api_system_routes[],
	api_session_routes[], api_panel_routes[], api_metrics_routes[], api_page_routes[],
	api_event_routes[], api_overview_routes[];
extern const struct http_live api_live;

#endif
