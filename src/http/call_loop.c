/* call_loop.c -- one request of the program around us, and its answer on the way back.
 *
 * What the loop has for a call stands in its outlet's buffer until the program has taken what it
 * was given before: so that readers who are slow are known to be, as they are on a connection.
 */
#include <event2/buffer.h>
#include <stdio.h>

#include "http/calling.h"
#include "http/flow.h"

/* Requests and answers that are under way at once. */
#define CALLS_MAX 10000
/* A program that is busy takes an answer late: so many times the idle time of a connection. */
#define SENT_PATIENCE 4

/* ---- its way out ---- */

static struct call *call_of(struct outlet *outlet)
{
	return (struct call *)((char *)outlet - offsetof(struct call, outlet));
}

/* The loop has done its part. */
static void retire(struct call *call, enum call_part end)
{
	struct desk *desk = call->desk;

	event_del(&call->pump);
	event_del(&call->patience);
	call->state = CALL_OVER;
	/* Here: answers and events that it shares are counted by this thread alone. */
	evbuffer_drain(call->outlet.out, SIZE_MAX);
	pthread_mutex_lock(&desk->guard);
	TAILQ_REMOVE(&desk->calls, call, link);
	call_strike_post(call);
	call->end = end;
	call_notify(call);
	if (call->is_left)
		call_destroy(call);
	else
		pthread_mutex_unlock(&desk->guard);
}

static void break_call(struct call *call)
{
	struct server *server = call->outlet.server;

	if (call->outlet.exchange)
		exchange_abandon(call->outlet.exchange);
	if (call->outlet.stream)
		stream_free(call->outlet.stream);
	retire(call, CALL_BROKEN);
	server_check_end(server);
}

static void add_header(struct call *call, struct list *headers, struct str name, struct str value)
{
	*(struct http_pair *)list_add(headers) = (struct http_pair){
		str_copy(&call->arena, name),
		str_copy(&call->arena, value),
	};
}

static void head(struct outlet *outlet, const struct exchange *ex, size_t body_n)
{
	struct call *call = call_of(outlet);
	const struct reply *reply = &ex->reply;
	const bool has_body = wire_has_body(reply->status);

	pthread_mutex_lock(&call->desk->guard);
	struct list headers = list_new(&call->arena, sizeof(struct http_pair));
	if (has_body)
		add_header(call, &headers, S("Content-Type"), str_of(reply->content_type));
	if (has_body && body_n != ENDLESS)
		add_header(call, &headers, S("Content-Length"),
			   str_of(arena_printf(&call->arena, "%zu", body_n)));
	for (size_t i = 0; i < reply->headers.n; i++) {
		const struct http_pair *pair = LIST_AT(&reply->headers, struct http_pair, i);
		add_header(call, &headers, pair->name, pair->value);
	}
	call->n_promised = has_body && ex->rq.method != HTTP_HEAD ? body_n : ENDLESS;
	call->head = (struct call_piece){ .status = reply->status,
					  .headers = headers.items,
					  .n_headers = headers.n };
	call->has_head = true;
	pthread_mutex_unlock(&call->desk->guard);
	event_active(&call->pump, 0, 0);
}

static void be_patient(struct call *call);

static void enter(struct outlet *outlet, enum call_state state)
{
	struct call *call = call_of(outlet);

	call->state = state;
	event_active(&call->pump, 0, 0);
}

static void sent(struct outlet *outlet)
{
	enter(outlet, CALL_SENT);
	be_patient(call_of(outlet));
}

static void flow(struct outlet *outlet)
{
	enter(outlet, CALL_FLOWING);
	be_patient(call_of(outlet));
}

static void stream(struct outlet *outlet)
{
	enter(outlet, CALL_STREAMING);
}

static void break_off(struct outlet *outlet, bool is_chunked)
{
	(void)is_chunked;
	break_call(call_of(outlet));
}

static void close_outlet(struct outlet *outlet)
{
	break_call(call_of(outlet));
}

static const struct outlet_kind program = {
	.head = head,
	.sent = sent,
	.flow = flow,
	.stream = stream,
	.stream_over = sent,
	.break_off = break_off,
	.close = close_outlet,
};

/* ---- handing over ---- */

/* What a reader is slow to take is held in the outlet, where equal answers are one; so much of it
 * is copied at a time. */
#define HANDED_MAX ((size_t)256 * 1024)

/* Gives whether something went over: only when all that went before was taken. */
static bool hand_over(struct call *call)
{
	const size_t left = evbuffer_get_length(call->outlet.out);
	const size_t n = left < HANDED_MAX ? left : HANDED_MAX;
	struct desk *desk = call->desk;

	pthread_mutex_lock(&desk->guard);
	const bool is_free = call->waiting.n == 0;
	char *place = is_free && n > 0 ? buf_reserve(&call->waiting, n) : NULL;
	if (place) {
		evbuffer_remove(call->outlet.out, place, n);
		call->waiting.n += n;
		call->n_handed += n;
	}
	if (place || (call->has_head && !call->is_head_given))
		call_notify(call);
	pthread_mutex_unlock(&desk->guard);
	return place != NULL;
}

/* All of it went over, and more may come. */
static void go_on(struct call *call)
{
	if (call->state == CALL_STREAMING)
		stream_drained(call->outlet.stream);
	if (call->state == CALL_FLOWING)
		flow_drained(&call->outlet);
}

static bool has_patience(const struct call *call)
{
	return call->state == CALL_FLOWING || call->state == CALL_SENT;
}

static void be_patient(struct call *call)
{
	const usec_t idle = call->outlet.server->options.idle_timeout;

	server_timer(&call->patience, call->state == CALL_SENT ? SENT_PATIENCE * idle : idle);
}

static void pump(struct call *call)
{
	struct server *server = call->outlet.server;

	if (hand_over(call)) {
		if (has_patience(call))
			be_patient(call);
		if (evbuffer_get_length(call->outlet.out) == 0)
			go_on(call);
	}
	if (call->state != CALL_SENT || evbuffer_get_length(call->outlet.out) > 0)
		return;
	/* Where libevent found no memory for a piece, the rest is not all of it. */
	const bool is_whole = call->n_promised == ENDLESS || call->n_handed == call->n_promised;
	retire(call, is_whole ? CALL_END : CALL_BROKEN);
	server_check_end(server);
}

static void on_pump(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	pump(arg);
}

/* An executor waits for whoever reads a long body, and memory for any other; not for ever. */
static void on_patience(evutil_socket_t fd, short what, void *arg)
{
	struct call *call = arg;

	(void)fd;
	(void)what;
	pthread_mutex_lock(&call->desk->guard);
	const bool is_stuck = call->waiting.n > 0;
	pthread_mutex_unlock(&call->desk->guard);
	if (is_stuck && has_patience(call))
		break_call(call);
	else if (has_patience(call))
		be_patient(call);
}

/* Not here: what adds to the outlet may be in the middle of a list that the pump would change. */
static void on_added(struct evbuffer *out, const struct evbuffer_cb_info *info, void *arg)
{
	struct call *call = arg;

	(void)out;
	if (info->n_added > 0)
		event_active(&call->pump, 0, 0);
}

void call_open_outlet(struct call *call, struct server *server)
{
	call->outlet = (struct outlet){ .kind = &program, .server = server, .out = evbuffer_new() };
	if (!call->outlet.out)
		return;
	evbuffer_add_cb(call->outlet.out, on_added, call);
	event_assign(&call->pump, server->base, -1, 0, on_pump, call);
	event_assign(&call->patience, server->base, -1, 0, on_patience, call);
}

/* ---- beginning ---- */

/* What is said of the connection between the client and the program, or of a body that the program
 * has already read. */
static bool is_of_connection(struct str name)
{
	static const char *const names[] = {
		"Connection",     "Content-Length",    "Expect",
		"Keep-Alive",     "Proxy-Connection",  "TE",
		"Trailer",        "Transfer-Encoding", "Upgrade",
		"HTTP2-Settings",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_nocase(name, str_of(names[i])))
			return true;
	return false;
}

static void take_headers(const struct call_request *asked, struct arena *arena, struct head *head)
{
	struct http_pair *headers = ARENA_ARRAY(arena, struct http_pair, asked->n_headers + 1);

	for (size_t i = 0; i < asked->n_headers; i++) {
		const struct http_pair *pair = &asked->headers[i];
		if (!is_of_connection(pair->name))
			headers[head->n_headers++] = (struct http_pair){
				str_copy(arena, pair->name),
				str_copy(arena, pair->value),
			};
	}
	head->headers = headers;
}

static const struct caller *caller_of(const struct call_request *asked, struct arena *arena)
{
	struct caller *caller = ARENA_NEW(arena, struct caller);

	*caller = (struct caller){ str_copy(arena, asked->user), asked->role };
	return caller;
}

/* Into the request's arena: a write that runs outlives a call whose client has gone. */
static enum err_code read_request(const struct call_request *asked, struct request *rq,
				  struct err *err)
{
	struct head head = { .method = asked->method, .minor = 1 };
	struct str rest = str_copy(rq->arena, asked->target);

	if (asked->body.n > HTTP_BODY_MAX)
		return err_set(err, ERR_TOO_LARGE, "The body is larger than %d bytes.",
			       HTTP_BODY_MAX);
	if (asked->user.p && !str_is_utf8(asked->user))
		return err_set(err, ERR_MALFORMED, "The name of the user is not UTF-8.");
	rq->caller = caller_of(asked, rq->arena);
	str_cut(&rest, '?', &head.raw_path);
	head.raw_query = rest;
	take_headers(asked, rq->arena, &head);
	TRY(http_gate(&head, rq->arena, &rq->path, err));
	rq->method = http_method_of(head.method);
	rq->raw_query = rest.p ? rest : S("");
	rq->headers = head.headers;
	rq->n_headers = head.n_headers;
	rq->body = asked->body.n > 0 ? str_copy(rq->arena, asked->body) : S("");
	return ERR_OK;
}

/* Behind the program may stand a proxy, and all of its clients: no address is too many. */
static struct peer peer_of(const struct call_request *asked)
{
	struct peer peer = { .is_loopback = true, .is_crowd = true };

	snprintf(peer.address, sizeof(peer.address), "%s",
		 asked->address ? asked->address : "unknown");
	return peer;
}

static bool is_crowded(struct desk *desk)
{
	pthread_mutex_lock(&desk->guard);
	const bool is_crowded = desk->n_refs > CALLS_MAX;
	pthread_mutex_unlock(&desk->guard);
	return is_crowded;
}

static void start(struct call *call)
{
	const struct peer peer = peer_of(&call->asked);
	struct exchange *ex = exchange_new(&call->outlet, &peer);
	struct err err = { 0 };

	call->state = CALL_OPEN;
	if (call->outlet.server->is_stopping)
		err_set(&err, ERR_BUSY, "The dashboard is stopping.");
	else if (is_crowded(call->desk))
		err_set(&err, ERR_BUSY, "Too many requests are under way; try again.");
	else if (memory_is_short())
		err_set(&err, ERR_BUSY, "The program has no memory to spare; try again.");
	else if (read_request(&call->asked, &ex->rq, &err) == ERR_OK) {
		exchange_start(ex);
		return;
	}
	call->outlet.server->meter.refused++;
	exchange_fail(ex, &err, 0);
}

static struct call *next_posted(struct desk *desk, bool *ret_is_left)
{
	pthread_mutex_lock(&desk->guard);
	struct call *call = TAILQ_FIRST(&desk->posted);
	if (call) {
		TAILQ_REMOVE(&desk->posted, call, posted);
		call->is_posted = false;
		*ret_is_left = call->is_left;
	}
	pthread_mutex_unlock(&desk->guard);
	return call;
}

void desk_look(struct desk *desk)
{
	struct call *call;
	bool is_left = false;

	while ((call = next_posted(desk, &is_left))) {
		if (is_left)
			break_call(call);
		else if (call->state == CALL_NEW)
			start(call);
		else
			pump(call);
	}
}

/* ---- all of them ---- */

/* The one after this, the first after NULL. Calls leave the list in the loop alone. */
static struct call *next_open(struct desk *desk, struct call *before)
{
	pthread_mutex_lock(&desk->guard);
	struct call *call = before ? TAILQ_NEXT(before, link) : TAILQ_FIRST(&desk->calls);
	pthread_mutex_unlock(&desk->guard);
	return call;
}

void desk_close_all(struct desk *desk)
{
	struct call *call;

	while ((call = next_open(desk, NULL)))
		break_call(call);
}

void desk_end(struct desk *desk)
{
	pthread_mutex_lock(&desk->guard);
	desk->is_over = true;
	pthread_mutex_unlock(&desk->guard);
	desk_close_all(desk);
}

void desk_wind_up(struct desk *desk)
{
	struct call *call = NULL;

	while ((call = next_open(desk, call)))
		if (call->outlet.stream)
			stream_end(call->outlet.stream, "The dashboard stops.");
}

bool desk_is_idle(struct desk *desk)
{
	return next_open(desk, NULL) == NULL;
}
