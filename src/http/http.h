/* http.h -- requests and replies without a transport: routes, dispatch, replies. Knows nothing
 * about jobs. The server on libevent is http/server.h. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"

/* HTTP_OTHER is any other method: no route has it, so that it ends as 405. */
enum http_method {
	HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_DELETE, HTTP_OPTIONS, HTTP_OTHER, HTTP_METHOD__COUNT
};

struct http_pair { struct str name; struct str value; };

#define HTTP_PATH_PARTS_MAX 4
#define HTTP_LINE_MAX 8192              /* request line */
#define HTTP_HEAD_MAX 16384
#define HTTP_HEADERS_MAX 64
#define HTTP_BODY_MAX 65536
#define HTTP_REPLY_MAX (4 * 1024 * 1024)

/* Who asks, as the transport knows it. */
struct peer {
	char address[64];               /* "127.0.0.1", "::1", "unix" */
	int port;
	bool is_loopback;               /* by address, or a Unix socket */
	bool is_same_user;              /* the peer's socket belongs to our own user */
	bool is_crowd;                  /* many callers come by it: no limit of one address */
};

/* Whom the program that we are mounted in vouches for. */
struct caller {
	struct str user;                /* UTF-8; NULL: it has no name for it */
	int role;                       /* the application's word */
};

/* One request, decoded once. Everything borrowed from the arena, until the reply is sent. */
struct request {
	enum http_method method;
	struct str path;                /* decoded, below the mount, starts with "/" */
	struct str raw_query;           /* as it came, without "?" */
	const struct http_pair *query;  /* decoded pairs in order; bad encoding was a 400 already */
	size_t n_query;
	const struct http_pair *headers;/* names as they came */
	size_t n_headers;
	struct str body;
	struct peer peer;
	bool is_veiled;                 /* by admit: secrets in the data are not for this caller */
	int64_t round; /* for streams: the same until a change is heard of; else 0 */
	const struct caller *caller;    /* NULL: nobody vouches, the request must prove itself */
	struct str parts[HTTP_PATH_PARTS_MAX];  /* what stood for {name}s in the route's path */
	const struct route *route;      /* set by the router */
	struct arena *arena;
	void *app;                      /* what http_app.context is */
	void *lane;                     /* the executor's own (its store); NULL in the loop */
};

/* One answer. The body is built in `body`, or borrowed from constants. */
struct reply {
	int status;
	const char *content_type;       /* constant */
	struct buf body;
	const void *constant;           /* body that lives as long as the program, or NULL */
	size_t constant_n;
	struct list headers;            /* struct http_pair, in the request's arena */
	bool is_private_error;          /* logged in full, told in short */
	unsigned topics;                /* LANE_STREAM: a bit for each of http_live's topics */
	struct flow *flow;              /* LANE_LONG (http/flow.h); NULL: without a server */
};

struct str request_header(const struct request *rq, const char *name);  /* NULL if absent */
/* The value of a query parameter: NULL if absent; *ret_n (may be NULL) is how often it came. */
struct str request_query(const struct request *rq, const char *name, size_t *ret_n);
bool request_has_header(const struct request *rq, const char *name);
/* Is it in the list of what the caller takes (Accept, Accept-Encoding), with a weight above 0? */
bool request_accepts(const struct request *rq, const char *header, const char *wanted);
enum http_method http_method_of(const char *name);      /* HTTP_OTHER for what is no other */
const char *http_method_name(enum http_method method);  /* "OTHER" for HTTP_OTHER */

/* One more header: name constant, value constant or in the request's arena. Control bytes but the
 * tab are a fault of the caller: an assert. */
void reply_header(struct reply *reply, struct arena *arena, const char *name, struct str value);
struct str reply_find(const struct reply *reply, const char *name);     /* NULL if absent */
/* {"detail": msg, "parameter": ..., "state": ...} and the status of the code; the body that
 * was there is dropped, the headers stay. Faults of our own and of the database are told by
 * their kind alone. */
void reply_error(struct reply *reply, const struct err *err);

/* Of a LANE_LONG handler: send what the body holds, which is empty after it. The first time status
 * and headers go with it, and are final. Waits until the caller has taken what went before. An
 * error that is given back after it breaks the answer off, so that it does not look whole.
 * Errors: CANCELLED  nobody reads it any more; TOO_LARGE  the body has failed */
enum err_code reply_flush(struct reply *reply, struct err *err) MUST_CHECK;

/* Where a handler runs. */
enum route_lane {
	LANE_LOOP,   /* answers from memory, at once, never blocks */
	LANE_READ,   /* on an executor with a reading connection */
	LANE_LONG,   /* on one of a few with a reading connection; the body goes in pieces */
	LANE_WRITE,  /* on the executor with the writing connection */
	LANE_GUEST,  /* on one of a few for code that is not ours: it may never come back */
	LANE_STREAM, /* in the loop; what follows the head are events of reply->topics */
	LANE__COUNT
};

typedef enum err_code (*handler_fn)(struct request *rq, struct reply *reply, struct err *err);

#define ROUTE_FRESH_MAX 60000
/* In place of a time: numbers that are made anew the more rarely the longer it takes, all of them
 * within the server's budget (http/budget.h). Until then the old answer is given. */
#define ROUTE_SNAPSHOT (-1)

/* One thing that can be asked. `path` has "{name}" for one piece without a slash, e.g.
 * "/api/jobs/{job_id}"; exact pieces win over names. `access` is the application's word. */
struct route {
	enum http_method method;        /* GET serves HEAD as well */
	const char *path;
	handler_fn run;
	enum route_lane lane;
	int access;
	int fresh_ms;                   /* an answer this old may be given again; 0: only to equal
	                                 * requests that are waiting at the same moment;
	                                 * or ROUTE_SNAPSHOT, as is whatever a topic tells of */
	const char *id;                 /* operationId in api/openapi.yaml */
};

struct http_live;               /* http/topic.h */

/* What the application tells the transport. All functions may be called from the loop thread,
 * those that say so from an executor. */
struct http_app {
	const struct route *const *tables;      /* NULL-ended list of tables ended by a NULL path */
	const struct route *(*missing)(const struct request *rq); /* none has one; may be NULL */
	/* Is there a file at "/NAME"? NULL: no prefix is looked for either (router.c). */
	bool (*has_file)(struct str name);
	void *context;
	/* A proxy, of which is known that many callers come by it? NULL: loopback alone is one. */
	bool (*is_proxy)(void *context, const char *address);
	/* May this request go on, and is it veiled? Called in the loop before the handler, also
	 * for unknown paths (route NULL) and wrong methods. On refusal the reply's error is `err`;
	 * headers may be added to the reply either way. An OPTIONS request is answered here or
	 * not at all: one that leaves with reply->status 204 is done, any other is a 405. */
	enum err_code (*admit)(struct request *rq, const struct route *route, struct reply *reply,
			       struct err *err);
	/* Headers that every reply gets, errors too. */
	void (*decorate)(const struct request *rq, struct reply *reply);
	/* What makes two equal requests of different callers differ, mixed into the single-flight
	 * key (NULL: nothing). */
	struct str (*flight_salt)(const struct request *rq);
	/* An answer that is given again out of the server's memory says so: where its header
	 * `name` has the value `fresh`, it gets the value `kept`. name NULL: it does not. */
	struct { const char *name; struct str fresh, kept; } kept_mark;
	const struct http_live *live;   /* NULL: there are no streams */
	/* An executor's connection; called from that executor's thread. cancel from any thread,
	 * and it must not block: the loop calls it. */
	enum err_code (*lane_open)(void *context, bool may_write, void **ret_lane, struct err *err);
	void (*lane_close)(void *lane);
	void (*lane_cancel)(void *lane);
	/* Before the handler on an executor: the moment (clock_mono) by which it must be done. What
	 * was cancelled before is over: cancel is about the handler that follows. */
	void (*lane_deadline)(void *lane, usec_t mono);
	/* Called once a request, in the loop, when its answer is known (status 499: the client
	 * left first). Of a request that the gate refused only the peer is known, path is "". */
	void (*log)(void *context, const struct request *rq, int status, usec_t took,
		    const struct err *err);
};

/* Find the route of a request: sets rq->route (NULL if none) and rq->parts, takes a prefix off its
 * path. Errors: NOT_FOUND  no such path; METHOD  another method (ret_allow: "GET, HEAD") */
enum err_code http_route(const struct http_app *app, struct request *rq,
			 const char **ret_allow, struct err *err) MUST_CHECK;

/* Route, admit, run the handler, decorate: one request to one reply without a socket, in the
 * caller's thread with the caller's lane. The server splits this order between its threads. */
void http_dispatch(const struct http_app *app, struct request *rq, struct reply *reply);

struct reply reply_new(struct arena *arena);
void reply_release(struct reply *reply);

/* Decode "a=1&b=%20x" into pairs in the arena. Text that is not UTF-8 is the validator's matter.
 * Errors: MALFORMED  a % without two hex digits, more than 64 pairs */
enum err_code http_query_parse(struct str raw, struct arena *arena, const struct http_pair **ret,
			       size_t *ret_n, struct err *err) MUST_CHECK;

#endif
