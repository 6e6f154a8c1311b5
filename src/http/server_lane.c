/* server_lane.c -- the executors: threads that take flights from a bounded queue. */
#include <stdlib.h>

#include "base/thread.h"
#include "http/dispatch.h"
#include "http/flow.h"
#include "http/serving.h"

void pool_init(struct pool *pool, struct server *server, int n_executors, enum route_lane lane)
{
	*pool = (struct pool){
		.server = server,
		.may_write = lane == LANE_WRITE,
		.is_long = lane == LANE_LONG,
		.queue_max = lane == LANE_LONG ? n_executors : server->options.queue_max,
		.n_executors = n_executors,
		.executors = xalloc((size_t)n_executors * sizeof(struct executor)),
	};
	pthread_mutex_init(&pool->guard, NULL);
	TAILQ_INIT(&pool->queue);
	TAILQ_INIT(&pool->idle);
	for (int i = 0; i < n_executors; i++) {
		pool->executors[i] = (struct executor){ .pool = pool };
		pthread_cond_init(&pool->executors[i].called, NULL);
	}
}

void pool_release(struct pool *pool)
{
	if (!pool->executors)
		return;
	for (int i = 0; i < pool->n_executors; i++)
		pthread_cond_destroy(&pool->executors[i].called);
	pthread_mutex_destroy(&pool->guard);
	free(pool->executors);
	*pool = (struct pool){ 0 };
}

/* Under the guard. Who was busy last is the next: its session is warm. But a lane that has lost its
 * connection comes behind those that have one. */
static void rest(struct executor *self)
{
	struct pool *pool = self->pool;

	if (self->is_idle)
		return;
	self->is_idle = true;
	if (self->has_failed)
		TAILQ_INSERT_TAIL(&pool->idle, self, in_idle);
	else
		TAILQ_INSERT_HEAD(&pool->idle, self, in_idle);
}

/* Under the guard. */
static void rise(struct executor *self)
{
	if (self->is_idle)
		TAILQ_REMOVE(&self->pool->idle, self, in_idle);
	self->is_idle = false;
}

/* Under the guard. */
static void call_one(struct pool *pool)
{
	struct executor *e = TAILQ_FIRST(&pool->idle);

	if (!e)
		return;
	rise(e);
	pthread_cond_signal(&e->called);
}

/* The next flight; NULL when it is time to go. */
static struct flight *take(struct executor *self)
{
	struct pool *pool = self->pool;
	struct flight *f = NULL;

	pthread_mutex_lock(&pool->guard);
	while (!pool->is_stopping && TAILQ_EMPTY(&pool->queue)) {
		rest(self);
		pthread_cond_wait(&self->called, &pool->guard);
	}
	rise(self);
	if (!pool->is_stopping) {
		f = TAILQ_FIRST(&pool->queue);
		TAILQ_REMOVE(&pool->queue, f, in_queue);
		pool->n_queued--;
		f->state = FLIGHT_RUNNING;
		self->running = f;
		pool->n_running++;
	}
	pthread_mutex_unlock(&pool->guard);
	return f;
}

/* It rests before anybody hears of the answer: what is asked for next comes back to it. */
static void hand_back(struct executor *self, struct flight *f)
{
	struct pool *pool = self->pool;
	struct server *server = f->server;

	pthread_mutex_lock(&pool->guard);
	self->running = NULL;
	pool->n_running--;
	f->state = FLIGHT_LANDED;
	if (TAILQ_EMPTY(&pool->queue))
		rest(self);
	pthread_mutex_unlock(&pool->guard);

	pthread_mutex_lock(&server->landed_guard);
	TAILQ_INSERT_TAIL(&server->landed, f, in_queue);
	pthread_mutex_unlock(&server->landed_guard);
	server_wake(server);
}

static void set_lane(struct executor *self, void *lane)
{
	pthread_mutex_lock(&self->pool->guard);
	self->lane = lane;
	pthread_mutex_unlock(&self->pool->guard);
}

static void close_lane(struct executor *self)
{
	const struct http_app *app = self->pool->server->app;
	void *lane = self->lane;

	set_lane(self, NULL);
	if (lane && app->lane_close)
		app->lane_close(lane);
}

/* A lane that could not be opened is tried again by the next request. */
static enum err_code prepare(struct executor *self, struct flight *f, struct err *err)
{
	const struct http_app *app = f->server->app;
	void *lane = NULL;

	if (!self->lane && app->lane_open) {
		TRY(app->lane_open(app->context, self->pool->may_write, &lane, err));
		set_lane(self, lane);
	}
	if (self->lane && app->lane_deadline)
		app->lane_deadline(self->lane, self->pool->is_long ? 0 : f->deadline);
	/* Last: it makes the lane forget a cancel, which may have been this one's. */
	if (atomic_load(&f->is_cancelled))
		return err_set(err, ERR_CANCELLED, "Nobody waits for the answer.");
	f->rq.lane = self->lane;
	return ERR_OK;
}

/* One request in an executor's hands. */
struct turn {
	struct executor *self;
	struct flight *flight;
	struct reply reply;
	usec_t done;                    /* clock_mono, when the handler was */
};

static void make_answer(void *arg)
{
	struct turn *turn = arg;
	struct flight *f = turn->flight;
	struct err err = { 0 };

	err.code = prepare(turn->self, f, &err);
	if (err.code != ERR_OK)
		reply_error(&turn->reply, &err);
	else
		http_run(&f->rq, &turn->reply, &err);
	turn->done = clock_mono();
	f->answer = answer_take(&turn->reply, &err);
	if (!turn->self->pool->may_write && !f->flow)
		answer_polish(f->answer, atomic_load(&f->wants_gzip));
}

static struct reply begin_reply(struct flight *f)
{
	struct reply reply = reply_new(&f->arena);

	f->arena.max = FLIGHT_MEMORY_MAX;
	reply.flow = f->flow;
	return reply;
}

/* What it was in the middle of is not worth going on with: not even the lane, whose connection may
 * wait for the rest of an answer. */
static void answer_failure(struct turn *turn)
{
	struct flight *f = turn->flight;
	struct err err = { 0 };

	turn->done = clock_mono();
	close_lane(turn->self);
	if (f->answer)
		answer_unref(f->answer);
	reply_release(&turn->reply);
	arena_release(&f->arena);
	turn->reply = begin_reply(f);
	err_set(&err, ERR_BUSY, turn->self->pool->may_write
		? "Memory ran out on the way: look whether it has happened before trying again."
		: "There was not enough memory for this: ask for less, or later.");
	reply_error(&turn->reply, &err);
	f->answer = answer_take(&turn->reply, &err);
}

static void fly(struct executor *self, struct flight *f)
{
	const usec_t begun = clock_mono();
	struct turn turn = { .self = self, .flight = f, .reply = begin_reply(f) };

	if (!memory_try(make_answer, &turn))
		answer_failure(&turn);
	/* Before anybody hears of the write: what they ask next must not come from memory. One
	 * that failed may have happened all the same, when only its answer was lost. */
	if (self->pool->may_write)
		server_forget(f->server);

	self->has_failed = f->answer->err.code == ERR_UNAVAILABLE;
	reply_release(&turn.reply);
	arena_release(&f->arena);
	f->cost = turn.done - begun;
	const usec_t waited = f->flow ? f->flow->waited : 0;
	atomic_fetch_add(&f->server->busy_usec, clock_mono() - begun - waited);
}

static void *run(void *arg)
{
	struct executor *self = arg;
	struct flight *f;

	while ((f = take(self))) {
		fly(self, f);
		hand_back(self, f);
	}
	close_lane(self);
	return NULL;
}

enum err_code pool_start(struct pool *pool, struct err *err)
{
	for (int i = 0; i < pool->n_executors; i++) {
		struct executor *e = &pool->executors[i];
		TRY(thread_start(&e->thread, run, e, err));
		e->is_started = true;
	}
	return ERR_OK;
}

/* Under the guard. */
static void cancel(struct pool *pool, const struct flight *f)
{
	const struct http_app *app = pool->server->app;

	for (int i = 0; i < pool->n_executors; i++) {
		struct executor *e = &pool->executors[i];
		if (e->running && (!f || e->running == f) && e->lane && app->lane_cancel)
			app->lane_cancel(e->lane);
	}
}

void pool_stop(struct pool *pool)
{
	pthread_mutex_lock(&pool->guard);
	pool->is_stopping = true;
	cancel(pool, NULL);
	for (int i = 0; i < pool->n_executors; i++)
		pthread_cond_signal(&pool->executors[i].called);
	pthread_mutex_unlock(&pool->guard);
}

bool pool_join(struct pool *pool, usec_t until)
{
	bool is_done = true;

	for (int i = 0; i < pool->n_executors; i++) {
		struct executor *e = &pool->executors[i];
		if (e->is_started && thread_join(e->thread, until))
			e->is_started = false;
		is_done = is_done && !e->is_started;
	}
	return is_done;
}

enum err_code pool_put(struct pool *pool, struct flight *f, struct err *err)
{
	pthread_mutex_lock(&pool->guard);
	const int n_before = pool->n_queued + (pool->is_long ? pool->n_running : 0);
	const bool is_full = pool->n_executors == 0 || n_before >= pool->queue_max;
	if (!is_full) {
		f->state = FLIGHT_WAITING;
		TAILQ_INSERT_TAIL(&pool->queue, f, in_queue);
		pool->n_queued++;
		call_one(pool);
	}
	pthread_mutex_unlock(&pool->guard);

	if (is_full && pool->is_long)
		return err_set(err, ERR_BUSY, "%d of these are under way, and no more are made at "
			       "a time; try again.", pool->n_executors);
	if (is_full)
		return err_set(err, ERR_BUSY, "Too many requests are waiting; try again.");
	return ERR_OK;
}

bool pool_drop(struct pool *pool, struct flight *f, bool may_cancel)
{
	pthread_mutex_lock(&pool->guard);
	const bool is_waiting = f->state == FLIGHT_WAITING;
	if (is_waiting) {
		TAILQ_REMOVE(&pool->queue, f, in_queue);
		pool->n_queued--;
	} else if (f->state == FLIGHT_RUNNING && may_cancel) {
		atomic_store(&f->is_cancelled, true);
		cancel(pool, f);
	}
	pthread_mutex_unlock(&pool->guard);
	return is_waiting;
}
