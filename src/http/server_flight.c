/* server_flight.c -- equal requests that wait at the same moment are one execution. */
#include <stdlib.h>

#include "http/flow.h"
#include "http/serving.h"

/* HEAD shares with GET: it leaves out the body. */
struct flight_key flight_key_of(const struct exchange *ex)
{
	const struct http_app *app = ex->server->app;
	const struct request *rq = &ex->rq;

	const enum route_lane lane = rq->route->lane;

	if ((lane != LANE_READ && lane != LANE_GUEST) || rq->method > HTTP_HEAD)
		return (struct flight_key){ 0 };
	const struct str salt = app->flight_salt ? app->flight_salt(rq) : STR_NULL;
	struct buf b = buf_new(4 * HTTP_HEAD_MAX);
	/* Control bytes stand in none of the first two, so that no text has two readings. */
	buf_printf(&b, "%.*s\n%.*s\n", STR_ARG(rq->path), STR_ARG(rq->raw_query));
	buf_add_str(&b, salt);
	const struct str text = b.has_failed ? STR_NULL : str_copy(rq->arena, buf_str(&b));
	buf_release(&b);
	return (struct flight_key){ text, str_hash(text) };
}

static void flight_free(struct flight *f)
{
	if (f->flow)
		flow_free(f->flow);
	if (f->leader)
		exchange_unref(f->leader);
	if (f->answer)
		answer_unref(f->answer);
	arena_release(&f->arena);
	free(f);
}

/* What is watched is the same to those who ask for it. */
static int fresh_ms_of(const struct exchange *ex, const struct flight_key *key)
{
	return live_has(ex->server, key) ? ROUTE_SNAPSHOT : ex->rq.route->fresh_ms;
}

static struct flight *flight_new(struct exchange *ex, const struct flight_key *key)
{
	struct server *server = ex->server;
	struct flight *f = xalloc(sizeof(*f));

	f->server = server;
	f->pool = &server->pools[ex->rq.route->lane];
	f->key = *key;
	f->generation = atomic_load(&server->generation);
	f->fresh_ms = fresh_ms_of(ex, key);
	f->boarded = clock_mono();
	f->deadline = ex->started + server->options.request_deadline;
	f->rq = ex->rq;
	f->rq.arena = &f->arena;
	TAILQ_INIT(&f->waiters);
	atomic_init(&f->wants_gzip, request_accepts(&ex->rq, "Accept-Encoding", "gzip"));
	f->leader = ex;
	ex->n_refs++;
	if (f->pool->is_long)
		f->flow = flow_new(f);
	return f;
}

struct flight *flight_find(struct server *server, const struct flight_key *key)
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
	if (request_accepts(&ex->rq, "Accept-Encoding", "gzip"))
		atomic_store(&f->wants_gzip, true);
}

/* NULL: the queue is full. */
static struct flight *take_off(struct exchange *ex, const struct flight_key *key, struct err *err)
{
	struct flight *f = flight_new(ex, key);

	if (pool_put(f->pool, f, err) != ERR_OK) {
		flight_free(f);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&ex->server->air, f, in_air);
	return f;
}

static void refuse(struct exchange *ex, const struct err *err)
{
	ex->server->meter.refused++;
	exchange_fail(ex, err, 0);
}

bool flight_begin_alone(struct exchange *ex, const struct flight_key *key, bool is_look)
{
	struct err ignored = { 0 };
	struct flight *f = take_off(ex, key, &ignored);

	if (!f)
		return false;
	f->is_alone = true;
	f->is_look = is_look;
	return true;
}

static void board(struct exchange *ex, const struct flight_key *key, struct flight *other,
		  bool is_look)
{
	struct err err = { 0 };
	struct flight *f = other ? other : take_off(ex, key, &err);

	if (!f) {
		refuse(ex, &err);
		return;
	}
	if (other)
		ex->server->meter.shared++;
	else
		f->is_look = is_look;
	join(f, ex);
}

static void give(struct exchange *ex, struct kept *k)
{
	ex->server->meter.shared++;
	kept_note_given(ex->server, k);
	exchange_finish(ex, k->answer, true);
}

static void refuse_look(struct exchange *ex)
{
	struct err err = { 0 };

	err_set(&err, ERR_BUSY, "These numbers would cost the database more than "
		"SONIQ_DASHBOARD_DATABASE_BUDGET allows; try again in some seconds.");
	refuse(ex, &err);
}

static void board_snapshot(struct exchange *ex, const struct flight_key *key, struct kept *k,
			   struct flight *other)
{
	struct budget *budget = &ex->server->budget;
	const struct snapshot s = kept_snapshot(ex->server, k, other, BUDGET_FRESH_MIN);

	budget_fill(budget, clock_mono());
	switch (budget_step(budget, &s)) {
	case SNAPSHOT_GIVE_AND_MAKE:
		flight_begin_alone(ex, key, false);
		give(ex, k);
		return;
	case SNAPSHOT_GIVE:
		give(ex, k);
		return;
	case SNAPSHOT_REFRESH:
	case SNAPSHOT_LOOK:
		if (k)
			kept_note_given(ex->server, k);
		board(ex, key, other, !s.is_there || s.is_wrong);
		return;
	case SNAPSHOT_REFUSE:
		refuse_look(ex);
		return;
	}
}

void flight_board(struct exchange *ex)
{
	struct server *server = ex->server;
	const struct flight_key key = flight_key_of(ex);
	struct kept *k = key.text.p ? kept_find(server, &key) : NULL;
	struct flight *other = key.text.p ? flight_find(server, &key) : NULL;

	if (key.text.p && fresh_ms_of(ex, &key) == ROUTE_SNAPSHOT)
		board_snapshot(ex, &key, k, other);
	else if (k)
		give(ex, k);
	else
		board(ex, &key, other, false);
}

static void step_out(struct exchange *ex)
{
	TAILQ_REMOVE(&ex->flight->waiters, ex, in_flight);
	event_del(&ex->deadline);
	ex->flight = NULL;
}

static void drop(struct flight *f, bool may_cancel)
{
	f->key.text = STR_NULL;
	/* First: an executor that is told that nobody reads may be done before it is cancelled. */
	const bool is_waiting = pool_drop(f->pool, f, may_cancel);
	if (f->flow)
		flow_leave(f->flow);
	if (is_waiting) {
		TAILQ_REMOVE(&f->server->air, f, in_air);
		flight_free(f);
	}
}

/* A write that runs is let finish when its client goes: half of it may be done, and it is short. */
void flight_leave(struct exchange *ex, bool is_timeout)
{
	struct flight *f = ex->flight;

	step_out(ex);
	if (!TAILQ_EMPTY(&f->waiters) || f->is_alone)
		return;
	drop(f, is_timeout || !f->pool->may_write);
}

void flight_finish_flow(struct exchange *ex, bool is_landed, const struct err *err)
{
	struct flight *f = ex->flight;

	step_out(ex);
	exchange_finish_flow(ex, err);
	if (!is_landed)
		drop(f, true);
}

void flights_drop_alone(struct server *server)
{
	struct flight *f, *next;

	for (f = TAILQ_FIRST(&server->air); f; f = next) {
		next = TAILQ_NEXT(f, in_air);
		if (f->is_alone && TAILQ_EMPTY(&f->waiters))
			drop(f, true);
	}
}

/* A database that cannot be reached is not paid for. */
static void pay(struct flight *f)
{
	struct server *server = f->server;

	if (f->answer->err.code == ERR_UNAVAILABLE)
		return;
	kept_pay(server, f);
	server->meter.snapshot_usec += f->cost;
	server->meter.tokens = (long long)server->budget.tokens;
	if (f->is_look)
		server->meter.looks++;
	else
		server->meter.refreshes++;
}

/* An error is told to whoever asks next. One that says that it took too long, or that others were
 * before us, does not: better the old numbers with their age. */
static bool is_told(const struct answer *answer)
{
	return answer->err.code != ERR_TIMEOUT && answer->err.code != ERR_BUSY &&
	       answer->err.code != ERR_CANCELLED;
}

static void keep_snapshot(struct flight *f)
{
	if (f->answer->status == 200)
		kept_put(f->server, f, 0);
	else
		kept_note_failed(f->server, f, !is_told(f->answer));
}

static void keep(struct flight *f)
{
	if (f->fresh_ms == ROUTE_SNAPSHOT)
		pay(f);
	if (!f->key.text.p || f->generation != atomic_load(&f->server->generation))
		return;
	if (f->fresh_ms == ROUTE_SNAPSHOT)
		keep_snapshot(f);
	else if (f->fresh_ms > 0 && f->answer->status == 200)
		kept_put(f->server, f, f->fresh_ms * MSEC);
	live_landed(f);
}

static void land(struct flight *f)
{
	struct server *server = f->server;
	struct exchange *ex;

	TAILQ_REMOVE(&server->air, f, in_air);
	server->meter.queries++;
	keep(f);
	while (!flow_land(f) && (ex = TAILQ_FIRST(&f->waiters))) {
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
