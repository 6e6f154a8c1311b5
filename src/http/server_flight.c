/* server_flight.c -- equal requests that wait at the same moment are one execution. */
#include <stdlib.h>

#include "http/serving.h"

static uint64_t hash_of(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;       /* FNV-1a; the text decides in the end */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}

/* Text NULL when nobody may share the execution. HEAD shares with GET: it leaves out the body. */
static struct flight_key key_of(const struct exchange *ex)
{
	const struct http_app *app = ex->server->app;
	const struct request *rq = &ex->rq;

	if (rq->route->lane != LANE_READ || rq->method > HTTP_HEAD)
		return (struct flight_key){ 0 };
	const struct str salt = app->flight_salt ? app->flight_salt(rq) : STR_NULL;
	struct buf b = buf_new(4 * HTTP_HEAD_MAX);
	/* Control bytes stand in none of the first two, so that no text has two readings. */
	buf_printf(&b, "%.*s\n%.*s\n", STR_ARG(rq->path), STR_ARG(rq->raw_query));
	buf_add_str(&b, salt);
	const struct str text = b.has_failed ? STR_NULL : str_copy(rq->arena, buf_str(&b));
	buf_release(&b);
	return (struct flight_key){ text, hash_of(text) };
}

static void flight_free(struct flight *f)
{
	if (f->leader)
		exchange_unref(f->leader);
	if (f->answer)
		answer_unref(f->answer);
	arena_release(&f->arena);
	free(f);
}

static struct flight *flight_new(struct exchange *ex, const struct flight_key *key)
{
	struct server *server = ex->server;
	struct flight *f = xalloc(sizeof(*f));

	f->server = server;
	f->pool = ex->rq.route->lane == LANE_WRITE ? &server->writer : &server->readers;
	f->key = *key;
	f->generation = atomic_load(&server->generation);
	f->deadline = ex->started + server->options.request_deadline;
	f->rq = ex->rq;
	f->rq.arena = &f->arena;
	TAILQ_INIT(&f->waiters);
	atomic_init(&f->wants_gzip, wire_accepts_gzip(&ex->rq));
	f->leader = ex;
	ex->n_refs++;
	return f;
}

static struct flight *find(struct server *server, const struct flight_key *key)
{
	struct flight *f;

	TAILQ_FOREACH(f, &server->air, in_air)
		if (f->key.hash == key->hash && f->key.text.p && str_eq(f->key.text, key->text) &&
		    f->generation == atomic_load(&server->generation))
			return f;
	return NULL;
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct exchange *ex = arg;
	struct err err = { 0 };

	(void)fd;
	(void)what;
	flight_leave(ex, true);
	err_set(&err, ERR_TIMEOUT, "It took longer than %d s and was given up.",
		(int)(ex->server->options.request_deadline / SECOND));
	exchange_fail(ex, &err, 0);
}

static void join(struct flight *f, struct exchange *ex)
{
	const usec_t left = ex->started + ex->server->options.request_deadline - clock_mono();

	TAILQ_INSERT_TAIL(&f->waiters, ex, in_flight);
	ex->flight = f;
	event_assign(&ex->deadline, ex->server->base, -1, 0, on_deadline, ex);
	server_timer(&ex->deadline, left > 0 ? left : 1);
	if (wire_accepts_gzip(&ex->rq))
		atomic_store(&f->wants_gzip, true);
}

static void take_off(struct exchange *ex, const struct flight_key *key)
{
	struct server *server = ex->server;
	struct flight *f = flight_new(ex, key);
	struct err err = { 0 };

	if (pool_put(f->pool, f, &err) != ERR_OK) {
		flight_free(f);
		server->meter.refused++;
		exchange_fail(ex, &err, 0);
		return;
	}
	TAILQ_INSERT_TAIL(&server->air, f, in_air);
	join(f, ex);
}

void flight_board(struct exchange *ex)
{
	struct server *server = ex->server;
	const struct flight_key key = key_of(ex);
	struct answer *kept = key.text.p ? kept_find(server, &key) : NULL;
	struct flight *other = key.text.p ? find(server, &key) : NULL;

	if (kept || other)
		server->meter.shared++;
	if (kept)
		exchange_finish(ex, kept, true);
	else if (other)
		join(other, ex);
	else
		take_off(ex, &key);
}

static void step_out(struct exchange *ex)
{
	TAILQ_REMOVE(&ex->flight->waiters, ex, in_flight);
	event_del(&ex->deadline);
	ex->flight = NULL;
}

/* A write that runs is let finish when its client goes: half of it may be done, and it is short. */
void flight_leave(struct exchange *ex, bool is_timeout)
{
	struct flight *f = ex->flight;

	step_out(ex);
	if (!TAILQ_EMPTY(&f->waiters))
		return;
	f->key.text = STR_NULL;
	if (pool_drop(f->pool, f, is_timeout || !f->pool->may_write)) {
		TAILQ_REMOVE(&f->server->air, f, in_air);
		flight_free(f);
	}
}

static void land(struct flight *f)
{
	struct server *server = f->server;
	const usec_t fresh = f->rq.route->fresh_ms * MSEC;
	struct exchange *ex;

	TAILQ_REMOVE(&server->air, f, in_air);
	server->meter.queries++;
	if (fresh > 0 && f->key.text.p && f->answer->status == 200 &&
	    f->generation == atomic_load(&server->generation))
		kept_put(server, f, fresh);
	while ((ex = TAILQ_FIRST(&f->waiters))) {
		step_out(ex);
		exchange_finish(ex, f->answer, false);
	}
	flight_free(f);
}

void flights_land(struct server *server)
{
	struct flight_list landed;
	struct flight *f;

	TAILQ_INIT(&landed);
	pthread_mutex_lock(&server->landed_guard);
	TAILQ_CONCAT(&landed, &server->landed, in_queue);
	pthread_mutex_unlock(&server->landed_guard);

	while ((f = TAILQ_FIRST(&landed))) {
		TAILQ_REMOVE(&landed, f, in_queue);
		land(f);
	}
}
