/* call.c -- one request of the program around us, and its answer on the way back.
 *
 * What the loop has for a call stands in its outlet's buffer until the program has taken what it
 * was given before: so that readers who are slow are known to be, as they are on a connection.
 */
#include "http/call.h"

#include <assert.h>
#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "http/flow.h"
#include "http/serving.h"

#define WAITING_MAX ((size_t)2 * HTTP_REPLY_MAX)

enum call_state {
	CALL_NEW,               /* posted */
	CALL_OPEN,              /* the request is under way */
	CALL_FLOWING,           /* a long body is made, piece by piece */
	CALL_STREAMING,         /* events, until one side ends it */
	CALL_SENT,              /* the rest of the answer is in the outlet */
	CALL_OVER,              /* the loop has nothing more to do with it */
};

struct call {
	struct outlet outlet;           /* the loop's, as are the next three */
	struct event pump;              /* something was added to the outlet */
	struct event patience;          /* FLOWING: so long it may take nothing */
	enum call_state state;

	struct desk *desk;              /* its guard is for all that follows */
	TAILQ_ENTRY(call) link;         /* all that are not OVER */
	TAILQ_ENTRY(call) posted;
	TAILQ_ENTRY(call) listed;
	bool is_posted, is_listed;
	bool is_left;                   /* the program has freed it */
	pthread_cond_t moved;
	struct arena arena;             /* of the next two */
	struct call_request asked;
	struct call_piece head;
	bool has_head, is_head_given;
	struct buf waiting, given;      /* of the body */
	size_t n_promised, n_handed;    /* the loop's; ENDLESS: nobody said how many */
	enum call_part end;             /* CALL_NOTHING: it goes on */
};

TAILQ_HEAD(call_list, call);

struct desk {
	pthread_mutex_t guard;
	struct server *server;          /* NULL: it is gone */
	int n_refs;                     /* of the server, and of each call */
	int fd;                         /* eventfd: something is listed */
	bool is_over;                   /* the loop has ended: nobody answers any more */
	struct call_list calls, posted, listed;
};

/* ---- both sides ---- */

/* Under the guard; gives whether it was the last. */
static bool unref(struct desk *desk)
{
	return --desk->n_refs == 0;
}

static void desk_free(struct desk *desk)
{
	close(desk->fd);
	pthread_mutex_destroy(&desk->guard);
	free(desk);
}

/* Under the guard. */
static void post(struct call *call)
{
	struct desk *desk = call->desk;

	if (!desk->server || call->is_posted)
		return;
	TAILQ_INSERT_TAIL(&desk->posted, call, posted);
	call->is_posted = true;
	server_wake(desk->server);
}

/* Under the guard. */
static void strike_post(struct call *call)
{
	if (call->is_posted)
		TAILQ_REMOVE(&call->desk->posted, call, posted);
	call->is_posted = false;
}

/* Under the guard. */
static void strike_listed(struct call *call)
{
	if (call->is_listed)
		TAILQ_REMOVE(&call->desk->listed, call, listed);
	call->is_listed = false;
}

/* Neither side needs it any more. Takes the guard, and gives it back. */
static void destroy(struct call *call)
{
	struct desk *desk = call->desk;

	strike_post(call);
	strike_listed(call);
	const bool is_last = unref(desk);
	pthread_mutex_unlock(&desk->guard);
	if (is_last)
		desk_free(desk);
	evbuffer_free(call->outlet.out);
	pthread_cond_destroy(&call->moved);
	buf_release(&call->waiting);
	buf_release(&call->given);
	arena_release(&call->arena);
	free(call);
}

/* ---- the loop: its way out ---- */

static struct call *call_of(struct outlet *outlet)
{
	return (struct call *)((char *)outlet - offsetof(struct call, outlet));
}

/* Under the guard. */
static void notify(struct call *call)
{
	const uint64_t one = 1;

	pthread_cond_broadcast(&call->moved);
	if (call->is_left || call->is_listed)
		return;
	if (call->asked.ready) {
		call->asked.ready(call->asked.arg);
		return;
	}
	TAILQ_INSERT_TAIL(&call->desk->listed, call, listed);
	call->is_listed = true;
	/* It fails only when the counter is full, and then it is readable anyway. */
	(void)!write(call->desk->fd, &one, sizeof(one));
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
	strike_post(call);
	call->end = end;
	notify(call);
	if (call->is_left)
		destroy(call);
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
		str_copy(&call->arena, name), str_copy(&call->arena, value),
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
	call->head = (struct call_piece){ .status = reply->status, .headers = headers.items,
					  .n_headers = headers.n };
	call->has_head = true;
	pthread_mutex_unlock(&call->desk->guard);
	event_active(&call->pump, 0, 0);
}

static void enter(struct outlet *outlet, enum call_state state)
{
	struct call *call = call_of(outlet);

	call->state = state;
	event_active(&call->pump, 0, 0);
}

static void sent(struct outlet *outlet)
{
	enter(outlet, CALL_SENT);
}

static void flow(struct outlet *outlet)
{
	enter(outlet, CALL_FLOWING);
	server_timer(&call_of(outlet)->patience, outlet->server->options.idle_timeout);
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

/* ---- the loop: handing over ---- */

/* Gives whether something went over: only when all that went before was taken. */
static bool hand_over(struct call *call)
{
	const size_t n = evbuffer_get_length(call->outlet.out);
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
		notify(call);
	pthread_mutex_unlock(&desk->guard);
	return place != NULL;
}

static void go_on(struct call *call)
{
	if (call->state == CALL_STREAMING)
		stream_drained(call->outlet.stream);
	if (call->state != CALL_FLOWING)
		return;
	server_timer(&call->patience, call->outlet.server->options.idle_timeout);
	flow_drained(&call->outlet);
}

static void pump(struct call *call)
{
	struct server *server = call->outlet.server;

	if (hand_over(call))
		go_on(call);
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

/* An executor waits for whoever reads a long body; not for ever. */
static void on_patience(evutil_socket_t fd, short what, void *arg)
{
	struct call *call = arg;

	(void)fd;
	(void)what;
	pthread_mutex_lock(&call->desk->guard);
	const bool is_stuck = call->waiting.n > 0;
	pthread_mutex_unlock(&call->desk->guard);
	if (is_stuck && call->state == CALL_FLOWING)
		break_call(call);
	else if (call->state == CALL_FLOWING)
		server_timer(&call->patience, call->outlet.server->options.idle_timeout);
}

/* Not here: what adds to the outlet may be in the middle of a list that the pump would change. */
static void on_added(struct evbuffer *out, const struct evbuffer_cb_info *info, void *arg)
{
	struct call *call = arg;

	(void)out;
	if (info->n_added > 0)
		event_active(&call->pump, 0, 0);
}

/* ---- the loop: beginning ---- */

/* What is said of the connection between the client and the program, or of a body that the program
 * has already read. */
static bool is_of_connection(struct str name)
{
	static const char *const names[] = {
		"Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Connection", "TE",
		"Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
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
				str_copy(arena, pair->name), str_copy(arena, pair->value),
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
	struct peer peer = { .is_loopback = true };

	snprintf(peer.address, sizeof(peer.address), "%s",
		 asked->address ? asked->address : "unknown");
	return peer;
}

static void start(struct call *call)
{
	const struct peer peer = peer_of(&call->asked);
	struct exchange *ex = exchange_new(&call->outlet, &peer);
	struct err err = { 0 };

	call->state = CALL_OPEN;
	if (call->outlet.server->is_stopping)
		err_set(&err, ERR_BUSY, "The dashboard is stopping.");
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

/* ---- the desk ---- */

struct desk *desk_open(struct server *server)
{
	struct desk *desk = xalloc(sizeof(*desk));

	desk->server = server;
	desk->n_refs = 1;
	desk->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	memory_keep_back();
	pthread_mutex_init(&desk->guard, NULL);
	TAILQ_INIT(&desk->calls);
	TAILQ_INIT(&desk->posted);
	TAILQ_INIT(&desk->listed);
	return desk;
}

void desk_close(struct desk *desk)
{
	pthread_mutex_lock(&desk->guard);
	memory_let_go();
	desk->server = NULL;
	const bool is_last = unref(desk);
	pthread_mutex_unlock(&desk->guard);
	if (is_last)
		desk_free(desk);
}

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

/* ---- the program ---- */

static void copy_request(struct call *call, const struct call_request *asked)
{
	struct arena *arena = &call->arena;
	struct http_pair *headers = ARENA_ARRAY(arena, struct http_pair, asked->n_headers + 1);

	for (size_t i = 0; i < asked->n_headers; i++) {
		headers[i].name = str_copy(arena, asked->headers[i].name);
		headers[i].value = str_copy(arena, asked->headers[i].value);
	}
	call->asked = *asked;
	call->asked.method = str_cstr(arena, str_of(asked->method));
	call->asked.target = str_copy(arena, asked->target);
	call->asked.headers = headers;
	call->asked.body = str_copy(arena, asked->body);
	call->asked.address = str_cstr(arena, str_of(asked->address));
	call->asked.user = str_copy(arena, asked->user);
}

static void open_outlet(struct call *call, struct server *server)
{
	call->outlet = (struct outlet){ .kind = &program, .server = server,
					.out = evbuffer_new() };
	assert(call->outlet.out);
	evbuffer_add_cb(call->outlet.out, on_added, call);
	event_assign(&call->pump, server->base, -1, 0, on_pump, call);
	event_assign(&call->patience, server->base, -1, 0, on_patience, call);
}

struct call *call_new(struct server *server, const struct call_request *asked)
{
	struct call *call = xalloc(sizeof(*call));
	struct desk *desk = server->desk;

	call->desk = desk;
	call->waiting = buf_new(WAITING_MAX);
	call->given = buf_new(WAITING_MAX);
	pthread_cond_init(&call->moved, NULL);
	copy_request(call, asked);
	open_outlet(call, server);

	pthread_mutex_lock(&desk->guard);
	desk->n_refs++;
	pthread_mutex_unlock(&desk->guard);
	return call;
}

void call_begin(struct call *call)
{
	struct desk *desk = call->desk;

	pthread_mutex_lock(&desk->guard);
	if (desk->is_over) {
		call->end = CALL_BROKEN;
		notify(call);
	} else {
		TAILQ_INSERT_TAIL(&desk->calls, call, link);
		post(call);
	}
	pthread_mutex_unlock(&desk->guard);
}

/* Under the guard. */
static enum call_part next_part(const struct call *call)
{
	if (call->has_head && !call->is_head_given)
		return CALL_HEAD;
	return call->waiting.n > 0 ? CALL_BODY : call->end;
}

enum call_part call_take(struct call *call, struct call_piece *ret)
{
	*ret = (struct call_piece){ 0 };
	pthread_mutex_lock(&call->desk->guard);
	const enum call_part part = next_part(call);
	if (part == CALL_HEAD) {
		*ret = call->head;
		call->is_head_given = true;
	} else if (part == CALL_BODY) {
		const struct buf empty = call->given;
		call->given = call->waiting;
		call->waiting = empty;
		buf_reset(&call->waiting);
		ret->body = buf_str(&call->given);
		if (call->end == CALL_NOTHING)
			post(call);
	}
	pthread_mutex_unlock(&call->desk->guard);
	return part;
}

bool call_wait(struct call *call, usec_t at_most)
{
	const usec_t until = clock_now() + at_most;
	const struct timespec at = { .tv_sec = until / SECOND,
				     .tv_nsec = until % SECOND * 1000 };
	int failed = 0;

	pthread_mutex_lock(&call->desk->guard);
	while (next_part(call) == CALL_NOTHING && !failed)
		failed = pthread_cond_timedwait(&call->moved, &call->desk->guard, &at);
	const bool is_there = next_part(call) != CALL_NOTHING;
	pthread_mutex_unlock(&call->desk->guard);
	return is_there;
}

void call_free(struct call *call)
{
	struct desk *desk = call->desk;

	pthread_mutex_lock(&desk->guard);
	call->is_left = true;
	/* The program has let go of what call_next would give it. */
	strike_listed(call);
	if (call->end != CALL_NOTHING) {
		destroy(call);
		return;
	}
	post(call);
	pthread_mutex_unlock(&desk->guard);
}

int call_fd(const struct server *server)
{
	return server->desk->fd;
}

struct call *call_next(struct server *server, void **ret_arg)
{
	struct desk *desk = server->desk;
	uint64_t n;

	pthread_mutex_lock(&desk->guard);
	struct call *call = TAILQ_FIRST(&desk->listed);
	if (call) {
		TAILQ_REMOVE(&desk->listed, call, listed);
		call->is_listed = false;
		*ret_arg = call->asked.arg;
	}
	if (TAILQ_EMPTY(&desk->listed))
		(void)!read(desk->fd, &n, sizeof(n));
	pthread_mutex_unlock(&desk->guard);
	return call;
}
