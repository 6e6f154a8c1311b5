/* serving.h -- the server as its own parts see it: connections, and everything that they share.
 * Unless it says otherwise, all of it belongs to the loop thread. */
#ifndef HTTP_SERVING_H
#define HTTP_SERVING_H

#include "http/flight.h"
#include "http/head.h"
#include "http/live.h"
#include "http/server.h"

struct bufferevent;
struct evconnlistener;

TAILQ_HEAD(conn_list, conn);
TAILQ_HEAD(watcher_list, watcher);
struct sockaddr;

/* ---- connections (conn.c) ---- */

enum conn_state {
	CONN_READING,           /* nothing of a request has come, or a part of its head */
	CONN_BODY,              /* the head is whole and good, the body is not whole */
	CONN_RUNNING,           /* the request is under way */
	CONN_SENDING,           /* the answer is being written */
	CONN_FLOWING,           /* a long body is written, piece by piece */
	CONN_STREAMING,         /* events follow the head of the answer until one side ends it */
	CONN_LINGERING,         /* all is written and shut; what still comes is thrown away */
};

struct conn {
	struct outlet outlet;           /* exchange: BODY, RUNNING, FLOWING; stream: STREAMING */
	TAILQ_ENTRY(conn) link;
	struct server *server;
	struct bufferevent *bev;
	struct event timer;             /* what the state may take at the most */
	enum conn_state state;
	usec_t since;                   /* clock_mono; when it came into this state */
	struct peer peer;
	struct head_scan scan;
	struct head head;               /* in the exchange's arena */
	size_t body_n;
	size_t unsent;                  /* at the last look */
	bool is_eof;                    /* the client sends no more */
};

/* Takes the descriptor. */
void conn_open(struct server *server, int fd, const struct peer *peer);
void conn_close(struct conn *conn);
static inline struct conn *conn_of(struct outlet *outlet)
{
	return (struct conn *)((char *)outlet - offsetof(struct conn, outlet));
}
/* Close it now if nothing is under way, else after the answer. */
void conn_wind_up(struct conn *conn);

/* Who is at the other end (peer.c). */
void peer_find(int fd, const struct sockaddr *address, struct peer *ret_peer);

/* ---- listening (server_listen.c) ---- */

/* A socket made at its path, with owner and mode, that is still to listen (listen_unix.c).
 * Errors: INVALID, CONFLICT, FORBIDDEN; each says what to do */
enum err_code listen_unix(const struct server_socket *at, int *ret_fd, struct err *err) MUST_CHECK;
enum err_code listen_open(struct server *server, struct err *err) MUST_CHECK;
void listen_close(struct server *server);

/* ---- the server (server.c) ---- */

struct watcher {
	TAILQ_ENTRY(watcher) link;
	struct event *event;
	void (*fn)(void *arg);
	void *arg;
};

struct server {
	const struct http_app *app;
	struct server_options options;
	struct event_base *base;
	struct evconnlistener *listeners[SERVER_LISTENERS_MAX];
	int n_listeners;
	int port;
	char *unix_path;                /* of the socket that we made, or NULL */
	dev_t unix_device;              /* and which file that is */
	ino_t unix_inode;
	struct event listen_again;      /* after running out of descriptors */

	struct conn_list conns;
	atomic_int n_conns;             /* read by any thread */

	struct pool pools[LANE__COUNT]; /* by lane; those of the loop have no executors */
	struct flight_list air;         /* all that have not landed */
	struct kept kept[KEPT_MAX];
	int n_kept;
	size_t kept_bytes;
	struct budget budget;
	pthread_mutex_t kept_guard;     /* of kept and of what the budget spent: others look, and
					 * only the loop, which looks without it, changes them */
	struct hub hub;
	struct event kept_timer;
	atomic_llong generation;        /* one more with each server_forget; any thread */

	pthread_mutex_t landed_guard;
	struct flight_list landed;      /* under landed_guard */
	struct desk *desk;              /* of the program around us; NULL: it is ours */
	TAILQ_HEAD(flow_list, flow) flows;      /* that have a piece; under landed_guard */
	int wake_fd;                    /* eventfd: something landed, or somebody wants a stop */
	struct event wake;
	atomic_bool is_stop_asked;      /* any thread */

	struct event sigterm, sigint, grace;
	struct watcher_list watchers;
	void (*on_stop)(void *arg);     /* NULL: nobody wants to hear of it */
	void *on_stop_arg;
	bool is_stopping;
	char date[40];
	int64_t date_second;

	/* struct server_meter as it grows; counted in the loop, read by any thread */
	struct {
		atomic_llong requests, refused, errors, queries, shared, connections;
		atomic_llong refreshes, looks, snapshot_usec, tokens, streams, events;
	} meter;
	atomic_llong busy_usec;         /* any thread */
};

/* The loop is to look at what landed, or whether it should stop; any thread. */
void server_wake(struct server *server);
/* When it is stopping: is there nothing left to wait for? */
void server_check_end(struct server *server);
/* Add or move a timer. */
void server_timer(struct event *timer, usec_t after);

#endif
