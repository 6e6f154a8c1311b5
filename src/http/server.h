/* server.h -- the HTTP server on libevent: one loop, a few executors, single flight. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <sys/types.h>

#include "http/http.h"

#define SERVER_LISTENERS_MAX 8

struct server;

/* A Unix socket to be made. Whoever may write to it may connect. */
struct server_socket {
	const char *path;
	unsigned mode;                  /* 0600 */
	uid_t owner;                    /* (uid_t)-1: as the process */
	gid_t group;                    /* likewise */
};

struct server_options {
	const char *host;               /* address or name to bind, or the path of a Unix socket;
					 * NULL: 127.0.0.1 */
	const struct server_socket *at; /* this one, and no address; or NULL */
	const int *handed;              /* sockets that somebody else listens at for us: these, and
					 * nothing is bound. They stay the caller's, and open */
	int n_handed;                   /* SERVER_LISTENERS_MAX at the most */
	int port;                       /* 0: any free one */
	int n_readers;                  /* executors that read; default 3 */
	bool has_writer;                /* one executor that writes */
	int n_longs;                    /* executors of long bodies: as many at once; default 2 */
	int n_guests;                   /* executors of LANE_GUEST; default 2 */
	int queue_max;                  /* waiting requests a lane; default 64, then 503 */
	int connections_max;            /* default 1536; then idle ones are closed for new ones */
	int streams_max;                /* of those, live ones; default 1024, then 503 */
	int peer_max;                   /* of one address, but for crowds (http.h); default 64 */
	usec_t head_deadline;           /* whole request head; default 10 s */
	usec_t idle_timeout;            /* default 15 s */
	usec_t request_deadline;        /* from admission to answer; default 10 s, then 504 */
	double budget;                  /* percent of one core for all snapshots; default 1 */
	/* Requests come from the program around us (http/call.h), in any of its threads: nothing
	 * is listened to, no signal is taken, nothing of the process is changed. */
	bool is_mounted;
};

/* What the server counts. */
struct server_meter {
	int64_t requests, refused, errors, queries, shared, connections;
	int64_t busy_usec;              /* time that executors spent in handlers */
	int64_t open;                   /* connections at this moment */
	int waiting;                    /* requests in the queues at this moment */
	int64_t refreshes, looks;       /* snapshots made within the budget, and beside it because
					 * nobody had asked before or a write had made them wrong */
	int64_t snapshot_usec;          /* time that handlers of snapshots took */
	int64_t tokens_usec;            /* what refreshes may take now; below 0: overdrawn */
	int64_t streams;                /* open at this moment */
	int64_t events;                 /* made; one counts once however many streams get it */
};

/* An answer that is given again, and when it may be made anew. */
struct server_kept {
	struct str path;                /* with its query */
	usec_t cost;                    /* of the last making */
	usec_t age;
	usec_t due;                     /* from now on; below 0: over */
};

/* What the numbers cost the database. */
struct server_spending {
	double share;                   /* percent of one core, of the last minutes */
	double budget;                  /* that they may */
	struct list kept;               /* struct server_kept, the most expensive first */
};

/* Bind and prepare; nothing is answered before server_run.
 * Errors: INVALID (host cannot be resolved, no such folder), CONFLICT (the address is in use: says
 *         which), FORBIDDEN (a privileged port, a folder or an owner that is not ours to use) */
enum err_code server_open(const struct http_app *app, const struct server_options *options,
			  struct server **ret_server, struct err *err) MUST_CHECK;
int server_port(const struct server *server);
/* Serve until server_stop; the first SIGTERM or SIGINT stops it gracefully (at most 10 s), the
 * second at once. */
enum err_code server_run(struct server *server, struct err *err) MUST_CHECK;
void server_stop(struct server *server);        /* any thread; the second call: at once */
/* Call back in the loop once, when it begins to stop. */
void server_on_stop(struct server *server, void (*fn)(void *arg), void *arg);
/* After server_run; ends the executors. False: one did not come back, and goes on using the server
 * and all that its handlers use; nothing of it may be freed. */
bool server_free(struct server *server);
DEFINE_AUTO_FREE(server)

/* A write succeeded: answers that were kept are not given again, and those that are being made
 * are neither kept nor shared any more. Any thread. Every success of a LANE_WRITE handler does
 * this by itself. */
void server_forget(struct server *server);
/* There may be news for those who watch (http_live). Any thread, at any rate. */
void server_changed(struct server *server);
/* Any thread; each number is right by itself. */
struct server_meter server_meter_get(const struct server *server);
/* Any thread. In the arena. */
void server_spending_get(struct server *server, struct arena *arena, struct server_spending *ret);
/* Call back in the loop when the descriptor is readable, or every so often. */
void server_on_readable(struct server *server, int fd, void (*fn)(void *arg), void *arg);
void server_every(struct server *server, usec_t interval, void (*fn)(void *arg), void *arg);

#endif
