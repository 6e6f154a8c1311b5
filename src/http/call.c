/* call.c -- requests of the program around us, as it sees them: handed over, taken, freed. */
#include <event2/buffer.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.h"
#include "http/calling.h"

#define WAITING_MAX ((size_t)2 * HTTP_REPLY_MAX)

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

void call_post(struct call *call)
{
	struct desk *desk = call->desk;

	if (!desk->server || call->is_posted)
		return;
	TAILQ_INSERT_TAIL(&desk->posted, call, posted);
	call->is_posted = true;
	server_wake(desk->server);
}

void call_strike_post(struct call *call)
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

void call_destroy(struct call *call)
{
	struct desk *desk = call->desk;

	call_strike_post(call);
	strike_listed(call);
	const bool is_last = unref(desk);
	pthread_mutex_unlock(&desk->guard);
	if (is_last)
		desk_free(desk);
	if (call->outlet.out)
		evbuffer_free(call->outlet.out);
	pthread_cond_destroy(&call->moved);
	buf_release(&call->waiting);
	buf_release(&call->given);
	arena_release(&call->arena);
	free(call);
}

void call_notify(struct call *call)
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

/* ---- the desk ---- */

struct desk *desk_open(struct server *server)
{
	struct desk *desk = xalloc(sizeof(*desk));

	desk->server = server;
	desk->n_refs = 1;
	desk->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&desk->guard, NULL);
	TAILQ_INIT(&desk->calls);
	TAILQ_INIT(&desk->posted);
	TAILQ_INIT(&desk->listed);
	return desk;
}

void desk_close(struct desk *desk)
{
	pthread_mutex_lock(&desk->guard);
	desk->server = NULL;
	const bool is_last = unref(desk);
	pthread_mutex_unlock(&desk->guard);
	if (is_last)
		desk_free(desk);
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
	/* Of what is too large only so much as shows that it is. */
	const size_t n = asked->body.n < HTTP_BODY_MAX ? asked->body.n : HTTP_BODY_MAX + 1;
	call->asked.body = str_copy(arena, (struct str){ asked->body.p, n });
	call->asked.address = str_cstr(arena, str_of(asked->address));
	call->asked.user = str_copy(arena, asked->user);
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
	call_open_outlet(call, server);

	pthread_mutex_lock(&desk->guard);
	desk->n_refs++;
	pthread_mutex_unlock(&desk->guard);
	return call;
}

void call_begin(struct call *call)
{
	struct desk *desk = call->desk;

	pthread_mutex_lock(&desk->guard);
	/* Without a way out there was no memory for one. */
	if (desk->is_over || !call->outlet.out) {
		call->end = CALL_BROKEN;
		call_notify(call);
	} else {
		TAILQ_INSERT_TAIL(&desk->calls, call, link);
		call_post(call);
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
			call_post(call);
	}
	pthread_mutex_unlock(&call->desk->guard);
	return part;
}

bool call_wait(struct call *call, usec_t at_most)
{
	const usec_t until = clock_mono() + at_most;

	pthread_mutex_lock(&call->desk->guard);
	while (next_part(call) == CALL_NOTHING &&
	       thread_wait(&call->moved, &call->desk->guard, until))
		;
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
		call_destroy(call);
		return;
	}
	call_post(call);
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
