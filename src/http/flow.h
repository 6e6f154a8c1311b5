/* flow.h -- a body that is longer than memory should hold: made on an executor, piece by piece,
 * each when the caller has taken the one before.
 *
 *     executor: http_run ─ reply_flush ─ waits ─ reply_flush ─ waits ─ done
 *                              │ one piece                                │
 *     loop:                head, chunk ── drained ── chunk ── drained ── last chunk
 */
#ifndef HTTP_FLOW_H
#define HTTP_FLOW_H

#include "http/flight.h"

/* One piece waits here, one is with the connection, one is being made: no more. */
struct flow {
	pthread_mutex_t guard;
	pthread_cond_t taken;
	struct answer *head;            /* under the guard, as are the next four; NULL: nothing was
					 * flushed yet */
	struct buf piece;
	bool is_left;                   /* nobody reads any more */
	usec_t waited;                  /* for the reader, in all */
	struct flight *flight;
	TAILQ_ENTRY(flow) told;         /* under the server's landed_guard, as is is_told */
	bool is_told;
	bool is_open;                   /* the loop's: the head is written */
	bool is_chunked;                /* the loop's: else the end is that of the connection */
	size_t n_sent;                  /* the loop's: bytes written */
	size_t n_taken;                 /* the loop's: of them with the kernel, at the last look */
};

struct flow *flow_new(struct flight *flight);
void flow_free(struct flow *flow);

/* Executor: what reply_flush does for this flight. */
enum err_code flow_flush(struct reply *reply, struct err *err) MUST_CHECK;

/* Loop: nobody waits for it any more. */
void flow_leave(struct flow *flow);
/* Loop: all that have a piece. */
void flows_look(struct server *server);
/* Loop: the flight has come back. False: nothing was flushed, it is an answer as others are. */
bool flow_land(struct flight *flight);
/* Loop: all of the output is with the kernel. */
void flow_drained(struct outlet *outlet);
/* Loop: at least n bytes were taken since the last look, or there was nothing to take. */
bool flow_is_moving(struct outlet *outlet, size_t n);

#endif
