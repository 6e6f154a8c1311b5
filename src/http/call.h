/* call.h -- requests that the program around us hands over, in place of those that come by a
 * connection. Answered by the same loop and the same executors.
 *
 *     the program's threads             loop thread
 *     call_begin ──── posted ─────────▶ gate, route, admit ... (exchange.c)
 *     call_take  ◀─── waiting, ready ── outlet: head, body, end
 *     call_free  ──── posted ─────────▶ what still runs is abandoned
 *
 * All that both sides touch is under one guard, of the desk, which lives as long as the server or
 * any of its calls.
 */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include "http/http.h"

struct call;
struct server;

struct call_request {
	const char *method;
	struct str target;              /* as it came, below the mount: "/api/jobs?limit=3" */
	const struct http_pair *headers;/* those about the connection are passed over */
	size_t n_headers;
	struct str body;
	const char *address;            /* of the client, for the log; NULL: not known */
	struct str user;                /* who the program says it is; NULL: nobody in particular */
	int role;                       /* the application's word */
	/* There is something to take. Called with the guard held, by any thread: it only wakes
	 * somebody. NULL: the call is given by call_next. */
	void (*ready)(void *arg);
	void *arg;
};

enum call_part {
	CALL_NOTHING,           /* not yet: ready will be called */
	CALL_HEAD,              /* status and headers; comes once, first */
	CALL_BODY,              /* some of the body */
	CALL_END,               /* that was all */
	CALL_BROKEN,            /* the body ended too early */
};

/* Borrowed until the next call_take or call_free. */
struct call_piece {
	int status;
	const struct http_pair *headers;/* both ended by a NUL */
	size_t n_headers;
	struct str body;
};

/* Any thread. All of the request is copied; nothing happens before call_begin. */
struct call *call_new(struct server *server, const struct call_request *asked);
/* Any thread; never blocks. What is wrong with the request is in the answer. */
void call_begin(struct call *call);
/* Any thread, one at a time for each call. After CALL_END and CALL_BROKEN it gives the same. */
enum call_part call_take(struct call *call, struct call_piece *ret);
/* Waits until there is something, at most this long; false: there is not. */
bool call_wait(struct call *call, usec_t at_most);
/* Any thread, also before the end: then what runs for it is given up. After server_free too. */
void call_free(struct call *call);

/* For calls without ready(): readable when call_next has one. */
int call_fd(const struct server *server);
/* The next call with something to take, and its arg; NULL: none. Each is given once for all that
 * has come until then. */
struct call *call_next(struct server *server, void **ret_arg);

/* ---- the server's part, of the loop thread ---- */

struct desk;
struct desk *desk_open(struct server *server);
/* No call reaches the server after this. */
void desk_close(struct desk *desk);
/* Whatever was posted. */
void desk_look(struct desk *desk);
/* Streams end, and nothing new begins. */
void desk_wind_up(struct desk *desk);
/* All that still runs is broken off. */
void desk_close_all(struct desk *desk);
/* The same when the loop has ended, and all that begins later is broken off at once. */
void desk_end(struct desk *desk);
bool desk_is_idle(struct desk *desk);

#endif
