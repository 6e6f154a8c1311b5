/* soniq/dashboard.h -- the dashboard of Soniq inside another program.
 *
 * The program has a server, and knows who asks. It hands requests over and takes answers; what
 * works on them are a few threads of the dashboard's own, so that no thread of the program ever
 * waits for a database. The library changes nothing of the process: no signals, no environment, no
 * output, no limits.
 *
 *     struct soniq_dashboard *dashboard = soniq_dashboard_open(options, NULL, &error);
 *     struct soniq_call *call = soniq_call_begin(dashboard, &request);
 *     switch (soniq_call_take(call, &piece)) ...      as often as there is something
 *     soniq_call_free(call);
 *     soniq_dashboard_close(dashboard);
 *
 * There are three ways to learn that a call has something to take:
 *   - request.ready is called, from any thread: it may only wake another;
 *   - without it, soniq_dashboard_fd() becomes readable and soniq_dashboard_next() says which call;
 *   - soniq_call_wait() waits, for programs with a thread for each request.
 *
 * Threads: all functions may be called from any thread; one call, and one dashboard's open and
 * close, by one thread at a time. In the child of a fork() open one of its own; what the parent had
 * open cannot be used there, and freeing it does nothing.
 */
#ifndef SONIQ_DASHBOARD_H
#define SONIQ_DASHBOARD_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SONIQ_API __attribute__((visibility("default")))

struct soniq_dashboard;
struct soniq_call;

struct soniq_error {
	int status;             /* the HTTP status that fits: 422 for a wrong option ... */
	char message[480];      /* one line for people; never a secret */
};

/* One setting of docs/settings.md by its name, e.g. "database.url", "dashboard.write_enabled".
 * A list of them ends with a NULL name. A NULL value leaves the default. */
struct soniq_option {
	const char *name;
	const char *value;
};

enum soniq_level {
	SONIQ_LEVEL_DEBUG, SONIQ_LEVEL_INFO, SONIQ_LEVEL_WARNING, SONIQ_LEVEL_ERROR,
	SONIQ_LEVEL_CRITICAL
};

/* What the dashboard would log, the audit of writes among it: one line, ended by a NUL, without a
 * line break or any other control byte. From threads of the dashboard; must not call back. */
struct soniq_log {
	void (*put)(void *arg, enum soniq_level level, const char *part, const char *line);
	void *arg;
};

/* Open one. The database is connected to when something is asked: one that is not there, or goes
 * away, is a 503 with the reason, until it is back.
 *
 * Takes:  options  copied; names that make no sense here (dashboard.host, dashboard.port,
 *                  dashboard.unix and its like, queue.log_level,
 *                  dashboard.reload, keys) have no effect
 *         log      NULL: nothing is logged; its arg must outlive the dashboard
 *         error    may be NULL
 * Gives:  NULL on failure: error says why
 */
SONIQ_API struct soniq_dashboard *soniq_dashboard_open(const struct soniq_option *options,
						       const struct soniq_log *log,
						       struct soniq_error *error);

/* A view of the program's own beside those of Soniq. render is called in a thread of the
 * dashboard, several at once, and may wait; it gives one JSON object, PanelContent of
 * api/openapi.yaml, by soniq_panel_write, in pieces as it likes. False: it failed, and what it
 * wrote is the message that its tile shows.
 *
 * Takes:  id, title  copied; id of a-z 0-9 - _
 * Gives:  false on failure (422 a bad id, 409 it is there already). Before the first call only. */
struct soniq_panel_out;
typedef bool (*soniq_panel_fn)(void *arg, struct soniq_panel_out *out);
SONIQ_API bool soniq_dashboard_add_panel(struct soniq_dashboard *dashboard, const char *id,
					 const char *title, soniq_panel_fn render, void *arg,
					 struct soniq_error *error);
SONIQ_API void soniq_panel_write(struct soniq_panel_out *out, const char *bytes, size_t n);

enum soniq_role {
	SONIQ_ROLE_NONE,        /* refused, with 403 */
	SONIQ_ROLE_VIEWER,      /* reads */
	SONIQ_ROLE_OPERATOR,    /* and replays, cancels */
	SONIQ_ROLE_ADMIN        /* and deletes */
};

struct soniq_header {
	const char *name;
	const char *value;
};

struct soniq_request {
	const char *method;
	/* Below the mount and as it came, %XX and all: "/", "/api/jobs?limit=3". Of "/admin/queue"
	 * without a slash behind it the program redirects to "/admin/queue/" itself. */
	const char *target;
	const struct soniq_header *headers;     /* all that the client sent, Host among them */
	size_t n_headers;
	const char *body;                       /* at most 64 KiB; NULL: none */
	size_t body_n;
	const char *address;                    /* of the client, for the log; may be NULL */
	const char *user;                       /* who that is, for page and audit; may be NULL */
	enum soniq_role role;                   /* what they may do */
	void (*ready)(void *arg);               /* see above; with locks held: it may only wake */
	void *arg;
};

/* Hand over a request, all of which is copied. Never blocks; never NULL: what is wrong with it is
 * in the answer. */
SONIQ_API struct soniq_call *soniq_call_begin(struct soniq_dashboard *dashboard,
					      const struct soniq_request *request);

enum soniq_part {
	SONIQ_PART_NOTHING,     /* not now: wait to be told */
	SONIQ_PART_HEAD,        /* status and headers: once, before all else */
	SONIQ_PART_BODY,        /* some bytes of the body */
	SONIQ_PART_END,         /* that was all of it */
	SONIQ_PART_BROKEN       /* it broke off: the client must not take it for whole; as the
				 * first part: there is no answer, say 503 */
};

/* Borrowed until the next soniq_call_take of this call, or its soniq_call_free. */
struct soniq_piece {
	int status;
	const struct soniq_header *headers;     /* Content-Length is among them where it is known */
	size_t n_headers;
	const char *body;
	size_t body_n;
};

/* The next part, without waiting. More of a long body, or of a stream, is made only when what was
 * there has been taken: pass it on as fast as the client reads, no faster. */
SONIQ_API enum soniq_part soniq_call_take(struct soniq_call *call, struct soniq_piece *piece);
/* Wait until there is something to take; false: there was nothing in so many milliseconds. */
SONIQ_API bool soniq_call_wait(struct soniq_call *call, int milliseconds);
/* Done with it. Before its end this cancels what runs for it: when the client has gone. */
SONIQ_API void soniq_call_free(struct soniq_call *call);

/* For a loop: readable as long as a call without `ready` has news. Belongs to the dashboard. */
SONIQ_API int soniq_dashboard_fd(const struct soniq_dashboard *dashboard);
/* The next of those calls, and its request's arg; NULL: no more. Take until there is nothing. */
SONIQ_API struct soniq_call *soniq_dashboard_next(struct soniq_dashboard *dashboard,
						  void **ret_arg);

/* Begin to end it: streams are told, new requests are answered with 503, those that run have ten
 * seconds. Does not wait. */
SONIQ_API void soniq_dashboard_drain(struct soniq_dashboard *dashboard);
/* The same, and wait for it: at most about 13 seconds. Calls that are not freed give
 * SONIQ_PART_BROKEN from here on, and are to be freed all the same. No call may begin meanwhile.
 * A panel of the program's that has not come back by then keeps the dashboard's memory. */
SONIQ_API void soniq_dashboard_close(struct soniq_dashboard *dashboard);

/* "0.1.0" */
SONIQ_API const char *soniq_version(void);

#ifdef __cplusplus
}
#endif

#endif
