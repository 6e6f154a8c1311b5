/* flight.h -- requests on their way: exchanges, the flights they share, the threads that fly them.
 * Unless it says otherwise, all of it belongs to the loop thread. */
#ifndef HTTP_FLIGHT_H
#define HTTP_FLIGHT_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "http/answer.h"
#include "http/budget.h"
#include "http/outlet.h"

struct flow;
struct pool;

TAILQ_HEAD(flight_list, flight);
TAILQ_HEAD(exchange_list, exchange);

/* ---- one request on its way (exchange.c) ---- */

struct exchange {
	struct server *server;
	struct outlet *outlet;          /* NULL: answered, or the client has gone */
	int n_refs;                     /* of the outlet, and of the flight it leads */
	struct arena arena;
	struct request rq;
	struct reply reply;             /* headers of admission; in the end all but the body */
	usec_t started;                 /* clock_mono */
	struct flight *flight;          /* NULL unless it waits for one */
	TAILQ_ENTRY(exchange) in_flight;
	struct event deadline;
};

/* A request that came by this outlet. */
struct exchange *exchange_new(struct outlet *outlet, const struct peer *peer);
/* A GET of the server's own, for a flight that nobody waits for. */
struct exchange *exchange_own(struct server *server);
void exchange_unref(struct exchange *ex);
/* The request is whole: route, admit, and answer or board a flight. */
void exchange_start(struct exchange *ex);
/* Answer with an error of ours; status 0: that of the code. */
void exchange_fail(struct exchange *ex, const struct err *err, int status);
/* Answer, and be done with the exchange. The answer stays the caller's. */
void exchange_finish(struct exchange *ex, struct answer *answer, bool is_kept);
/* All of its body is written, or will never be (err). */
void exchange_finish_flow(struct exchange *ex, const struct err *err);
/* The client has left before it was answered. */
void exchange_abandon(struct exchange *ex);

/* Put the answer into the outlet (wire.c). */
void wire_send(struct exchange *ex, struct answer *answer, bool is_kept);
/* The head of a body that comes in pieces. */
void wire_send_flow(struct exchange *ex, const struct answer *head);
/* The head of an answer that ends with the connection. */
void wire_send_head(struct exchange *ex, const struct reply *reply);
bool wire_has_body(int status);
/* What a connection does with a head (outlet.h). */
void wire_head(struct outlet *outlet, const struct exchange *ex, size_t body_n);

/* ---- one execution for all who ask the same (server_flight.c) ---- */

/* Bytes that a handler's arena may have: above is 503. A result of a statement has
 * DB_RESULT_MAX (db/rows.h), and a list leaves as much behind while it grows. */
#define FLIGHT_MEMORY_MAX ((size_t)64 * 1024 * 1024)

enum flight_state { FLIGHT_WAITING, FLIGHT_RUNNING, FLIGHT_LANDED };

/* What makes requests equal: method, path, query, salt. */
struct flight_key {
	struct str text;
	uint64_t hash;
};

struct flight {
	struct server *server;
	struct pool *pool;
	enum flight_state state;        /* under the pool's guard */
	TAILQ_ENTRY(flight) in_queue;   /* the pool's, then the server's landed ones */
	TAILQ_ENTRY(flight) in_air;
	struct exchange_list waiters;
	struct exchange *leader;        /* owns the bytes that rq borrows */
	struct request rq;              /* the executor's */
	struct arena arena;             /* the executor's */
	struct flight_key key;          /* text NULL: nobody may join, and it is not kept */
	long long generation;           /* of the server, when it was boarded */
	usec_t deadline;                /* clock_mono */
	usec_t boarded;                 /* clock_mono */
	int fresh_ms;                   /* as of its route; what is watched is a snapshot */
	bool is_look;                   /* of a snapshot: paid as one (budget.h) */
	bool is_alone;                  /* goes on without anybody who waits */
	atomic_bool wants_gzip;
	atomic_bool is_cancelled;
	struct flow *flow;              /* LANE_LONG (flow.h), else NULL */
	struct answer *answer;          /* set by the executor, as is the cost */
	usec_t cost;                    /* of the handler */
};

void flight_board(struct exchange *ex);
/* Is one of this key under way that began after the last write? */
struct flight *flight_find(struct server *server, const struct flight_key *key);
/* Text NULL when nobody may share the execution. In the exchange's arena. */
struct flight_key flight_key_of(const struct exchange *ex);
/* Begin one that nobody waits for; false: the queue is full. */
bool flight_begin_alone(struct exchange *ex, const struct flight_key *key, bool is_look);
/* The long body of its only passenger is over (exchange_finish_flow); the flight is dropped unless
 * it has landed. */
void flight_finish_flow(struct exchange *ex, bool is_landed, const struct err *err);
/* Those that nobody waits for are not worth waiting for: the server stops. */
void flights_drop_alone(struct server *server);
/* Has left it; the flight goes on for others, else it is dropped or cancelled. */
void flight_leave(struct exchange *ex, bool is_timeout);
/* All that have come back from the executors. */
void flights_land(struct server *server);

/* ---- answers that are given again (server_kept.c) ---- */
#define KEPT_MAX 256
#define KEPT_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct kept {
	struct answer *answer;          /* NULL: free place */
	struct flight_key key;          /* owned */
	long long generation;
	usec_t made;                    /* clock_mono, when its handler began, or that of a later
					 * try that took too long */
	usec_t fresh;                   /* so long it is given; 0: a snapshot, the budget decides */
	usec_t cost;
	usec_t asked;                   /* clock_mono, the last time */
	int64_t n_given;
	bool has_failed;                /* the last try to make it anew */
	size_t size;
};

/* Borrowed until the loop turns; NULL if there is none, or none that is fresh. A snapshot has any
 * age. */
struct kept *kept_find(struct server *server, const struct flight_key *key);
void kept_note_given(struct server *server, struct kept *k);
/* It was to be made anew, and that failed; or, too_slow, took too long: the old one stays. */
void kept_note_failed(struct server *server, const struct flight *flight, bool is_too_slow);
/* Out of the budget. */
void kept_pay(struct server *server, const struct flight *flight);
void kept_put(struct server *server, const struct flight *flight, usec_t fresh);
/* Drops what is stale or was long not asked for; with is_all, all of it. */
void kept_sweep(struct server *server, bool is_all);
/* What the budget has to know; `kept` and `flight` may be NULL. */
struct snapshot kept_snapshot(const struct server *server, const struct kept *kept,
			      const struct flight *flight, usec_t at_least);

/* ---- threads that run handlers, each with a lane of its own (server_lane.c) ---- */

struct executor {
	pthread_t thread;
	struct pool *pool;
	void *lane;                     /* the application's; guarded, as others cancel it */
	struct flight *running;         /* under the guard, as what follows */
	pthread_cond_t called;
	TAILQ_ENTRY(executor) in_idle;
	bool is_idle;
	bool has_failed;                /* its lane, at its last flight; its own */
	bool is_started; /* the loop's */
};

struct pool {
	struct server *server;
	bool may_write;
	bool is_long;                   /* of LANE_LONG: nothing waits, what runs counts */
	int n_running;                  /* under the guard */
	pthread_mutex_t guard;
	struct flight_list queue;    /* under the guard, as what follows */
	TAILQ_HEAD(, executor) idle; /* the next is the first */
	bool is_stopping;
	atomic_int n_queued;            /* changed under the guard */
	int queue_max;
	struct executor *executors;
	int n_executors;
};

void pool_init(struct pool *pool, struct server *server, int n_executors,
	       enum route_lane lane);
/* Errors: INTERNAL  no thread could be made */
enum err_code pool_start(struct pool *pool, struct err *err) MUST_CHECK;
/* Cancels what runs. */
void pool_stop(struct pool *pool);
/* Waits for the threads, until that moment of clock_mono at most; false: some still run. */
bool pool_join(struct pool *pool, usec_t until);
void pool_release(struct pool *pool);

/* Errors: BUSY  the queue is full */
enum err_code pool_put(struct pool *pool, struct flight *flight, struct err *err) MUST_CHECK;
/* Takes a waiting flight out of the queue: true. One that runs is cancelled if it may be; it
 * comes back by itself: false. */
bool pool_drop(struct pool *pool, struct flight *flight, bool may_cancel);

#endif
