/* flow.c -- pieces of a long body, from an executor to a connection. */
#include "http/flow.h"

#include <event2/buffer.h>
#include <stdlib.h>

#include "http/serving.h"

/* Above this the next piece has to wait. */
#define UNSENT_MAX ((size_t)64 * 1024)

struct flow *flow_new(struct flight *flight)
{
	struct flow *flow = xalloc(sizeof(*flow));

	flow->flight = flight;
	flow->piece = buf_new(HTTP_REPLY_MAX);
	pthread_mutex_init(&flow->guard, NULL);
	pthread_cond_init(&flow->taken, NULL);
	return flow;
}

void flow_free(struct flow *flow)
{
	struct server *server = flow->flight->server;

	pthread_mutex_lock(&server->landed_guard);
	if (flow->is_told)
		TAILQ_REMOVE(&server->flows, flow, told);
	pthread_mutex_unlock(&server->landed_guard);
	if (flow->head)
		answer_unref(flow->head);
	buf_release(&flow->piece);
	pthread_mutex_destroy(&flow->guard);
	pthread_cond_destroy(&flow->taken);
	free(flow);
}

/* ---- the executor ---- */

static void tell(struct flow *flow)
{
	struct server *server = flow->flight->server;

	pthread_mutex_lock(&server->landed_guard);
	if (!flow->is_told)
		TAILQ_INSERT_TAIL(&server->flows, flow, told);
	flow->is_told = true;
	pthread_mutex_unlock(&server->landed_guard);
	server_wake(server);
}

/* The executor waits until what went before is taken. Gives whether somebody still reads. */
static bool hand_over(struct flow *flow, struct buf body, struct answer *head)
{
	const usec_t began = clock_mono();

	pthread_mutex_lock(&flow->guard);
	while (flow->piece.n > 0 && !flow->is_left)
		pthread_cond_wait(&flow->taken, &flow->guard);
	flow->waited += clock_mono() - began;
	const bool is_left = flow->is_left;
	flow->head = head;
	if (!is_left)
		flow->piece = body;
	pthread_mutex_unlock(&flow->guard);
	return !is_left;
}

enum err_code flow_flush(struct reply *reply, struct err *err)
{
	struct flow *flow = reply->flow;

	if (reply->body.has_failed)
		return err_set(err, ERR_TOO_LARGE, "One row is larger than an answer may be.");
	/* The head is that of the first piece. */
	if (!hand_over(flow, reply->body, flow->head ? flow->head : answer_head(reply)))
		return err_set(err, ERR_CANCELLED, "Nobody reads it any more.");
	reply->body = buf_new(HTTP_REPLY_MAX);
	tell(flow);
	return ERR_OK;
}

/* ---- the loop ---- */

void flow_leave(struct flow *flow)
{
	pthread_mutex_lock(&flow->guard);
	flow->is_left = true;
	pthread_cond_signal(&flow->taken);
	pthread_mutex_unlock(&flow->guard);
}

static struct buf take(struct flow *flow)
{
	pthread_mutex_lock(&flow->guard);
	const struct buf piece = flow->piece;
	flow->piece = buf_new(HTTP_REPLY_MAX);
	pthread_cond_signal(&flow->taken);
	pthread_mutex_unlock(&flow->guard);
	return piece;
}

static struct evbuffer *output_of(const struct exchange *ex)
{
	return ex->outlet->out;
}

static void let_go(const void *data, size_t n, void *arg)
{
	(void)n;
	(void)arg;
	free((void *)data);
}

/* The bytes become the output's. */
static void send_piece(struct flow *flow, struct exchange *ex, struct buf piece)
{
	struct evbuffer *out = output_of(ex);

	if (piece.n == 0) {
		buf_release(&piece);
		return;
	}
	if (flow->is_chunked)
		evbuffer_add_printf(out, "%zx\r\n", piece.n);
	if (evbuffer_add_reference(out, piece.p, piece.n, let_go, NULL) != 0)
		buf_release(&piece);
	if (flow->is_chunked)
		evbuffer_add(out, "\r\n", 2);
	flow->n_sent += piece.n;
}

/* A caller of HTTP/1.0 knows the end by that of the connection. */
static void open_flow(struct flow *flow, struct exchange *ex)
{
	flow->is_open = true;
	flow->is_chunked = ex->outlet->can_chunk;
	event_del(&ex->deadline);
	if (flow->is_chunked)
		reply_header(&ex->reply, &ex->arena, "Transfer-Encoding", S("chunked"));
	else
		ex->outlet->is_closing = true;
	wire_send_flow(ex, flow->head);
	ex->outlet->kind->flow(ex->outlet);
}

static void flow_move(struct flow *flow)
{
	struct exchange *ex = TAILQ_FIRST(&flow->flight->waiters);

	if (!ex)
		return;
	if (!flow->is_open)
		open_flow(flow, ex);
	if (ex->rq.method == HTTP_HEAD)
		flight_finish_flow(ex, false, NULL);
	else if (evbuffer_get_length(output_of(ex)) <= UNSENT_MAX)
		send_piece(flow, ex, take(flow));
}

void flows_look(struct server *server)
{
	struct flow *flow;

	for (;;) {
		pthread_mutex_lock(&server->landed_guard);
		flow = TAILQ_FIRST(&server->flows);
		if (flow) {
			TAILQ_REMOVE(&server->flows, flow, told);
			flow->is_told = false;
		}
		pthread_mutex_unlock(&server->landed_guard);
		if (!flow)
			return;
		flow_move(flow);
	}
}

void flow_drained(struct outlet *outlet)
{
	flow_move(outlet->exchange->flight->flow);
}

bool flow_is_moving(struct outlet *outlet, size_t n)
{
	struct flow *flow = outlet->exchange->flight->flow;
	const size_t unsent = evbuffer_get_length(outlet->out);
	const size_t taken = flow->n_sent > unsent ? flow->n_sent - unsent : 0;
	/* Sent is counted without the frames of its pieces, unsent with them. */
	const size_t more = taken > flow->n_taken ? taken - flow->n_taken : 0;
	const bool is_moving = unsent == 0 || more >= n;

	flow->n_taken = taken;
	return is_moving;
}

static void break_off(struct flow *flow, struct exchange *ex, const struct err *err)
{
	struct outlet *outlet = ex->outlet;
	const bool is_chunked = flow->is_chunked;

	flight_finish_flow(ex, true, err);
	outlet->kind->break_off(outlet, is_chunked);
}

static struct buf rest_of(struct answer *answer)
{
	const struct buf rest = answer->owned;

	answer->owned = (struct buf){ 0 };
	answer->body = NULL;
	answer->body_n = 0;
	return rest;
}

bool flow_land(struct flight *f)
{
	struct flow *flow = f->flow;
	struct exchange *ex = TAILQ_FIRST(&f->waiters);

	if (!flow || !flow->head)
		return false;
	if (!ex)
		return true;
	if (!flow->is_open)
		open_flow(flow, ex);
	if (f->answer->err.code != ERR_OK) {
		break_off(flow, ex, &f->answer->err);
		return true;
	}
	if (ex->rq.method != HTTP_HEAD) {
		send_piece(flow, ex, take(flow));
		send_piece(flow, ex, rest_of(f->answer));
		if (flow->is_chunked)
			evbuffer_add_printf(output_of(ex), "0\r\n\r\n");
	}
	flight_finish_flow(ex, true, NULL);
	return true;
}
