/* watch.c -- the watcher: one thread, one connection, and patience with both. */
#include "api/watch.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/thread.h"
#include "store/watch.h"

/* One call of store_wait_change: it ends anyway when something has changed, or by db_cancel. */
#define WAIT (15 * SECOND)
/* Notices may come by the thousand: whoever is told looks so often at the most anyway. */
#define COALESCE (100 * MSEC)
#define PAUSE_MIN (500 * MSEC)
#define PAUSE_MAX (15 * SECOND)
/* Where nothing tells of changes. */
#define CLOCK SECOND
#define PATIENCE (3 * SECOND)

struct watch {
	struct db_options options;
	const struct log_sink *log;
	void (*on_change)(void *arg);
	void *arg;
	pthread_t thread;
	pthread_mutex_t guard;
	pthread_cond_t moved;
	bool is_started;
	bool is_on, is_ending;          /* under the guard, as is store */
	struct store store;             /* db NULL: not connected */
	struct changes changes;         /* of this connection; the thread's own */
	atomic_bool is_stopped;         /* no statement begins: it is off, or ends */
	bool is_deaf;                   /* this connection tells of nothing */
	atomic_bool tells_all;
	struct log_limit limit;
	usec_t pause;                   /* before the next try to connect */
};

/* Sleeps, unless it is set off or ended. */
static void pause_for(struct watch *w, usec_t length)
{
	const usec_t until = clock_mono() + length;

	pthread_mutex_lock(&w->guard);
	if (w->is_on && !w->is_ending)
		(void)thread_wait(&w->moved, &w->guard, until);
	pthread_mutex_unlock(&w->guard);
}

static void set_store(struct watch *w, struct store store)
{
	pthread_mutex_lock(&w->guard);
	struct store before = w->store;
	w->store = store;
	if (!store.db)
		atomic_store(&w->tells_all, false);
	pthread_mutex_unlock(&w->guard);
	store_release(&before);
}

static void fail(struct watch *w, const struct err *err)
{
	int skipped = 0;

	set_store(w, (struct store){ 0 });
	if (err->code != ERR_CANCELLED && log_limit_pass(&w->limit, 1, &skipped))
		log_line(LOG_DEBUG, "dashboard", "watching for changes: %s", err->msg);
	pause_for(w, w->pause);
	w->pause = w->pause * 2 < PAUSE_MAX ? w->pause * 2 : PAUSE_MAX;
}

/* Under the guard: whoever frees what is told of the changes has set it off before. */
static void tell(struct watch *w)
{
	pthread_mutex_lock(&w->guard);
	if (w->is_on && !w->is_ending)
		w->on_change(w->arg);
	pthread_mutex_unlock(&w->guard);
}

/* A replica in recovery and a pooler in transaction mode refuse: then a clock has to do. */
static void connect(struct watch *w)
{
	AUTO(store) struct store store = { 0 };
	struct err err = { 0 };

	if (store_open(&w->options, &store, &err) != ERR_OK) {
		fail(w, &err);
		return;
	}
	db_set_stop(store.db, &w->is_stopped);
	w->is_deaf = store_watch(&store, &w->changes, &err) != ERR_OK;
	if (w->is_deaf && (err.code == ERR_UNAVAILABLE || err.code == ERR_CANCELLED)) {
		fail(w, &err);
		return;
	}
	set_store(w, store);
	store = (struct store){ 0 };
	atomic_store(&w->tells_all, w->changes.tells_all && !w->is_deaf);
	w->pause = PAUSE_MIN;
	/* What happened before it listened. */
	tell(w);
}

static void listen(struct watch *w)
{
	bool has_changed = false;
	struct err err = { 0 };
	const enum err_code code =
		store_wait_change(&w->store, &w->changes, WAIT, &has_changed, &err);

	if (code != ERR_OK && code != ERR_BUSY) {
		fail(w, &err);
		return;
	}
	atomic_store(&w->tells_all, w->changes.tells_all);
	if (has_changed)
		tell(w);
	pause_for(w, COALESCE);
}

static void turn(void *arg)
{
	struct watch *w = arg;

	if (!w->store.db) {
		connect(w);
	} else if (w->is_deaf) {
		pause_for(w, CLOCK);
		tell(w);
	} else {
		listen(w);
	}
}

static void fail_for_memory(struct watch *w)
{
	struct err err = { 0 };

	err_set(&err, ERR_BUSY, "there was not enough memory");
	fail(w, &err);
}

/* While it is off there is no connection. False: it ends. */
static bool await_on(struct watch *w)
{
	pthread_mutex_lock(&w->guard);
	const bool is_off = !w->is_on;
	pthread_mutex_unlock(&w->guard);
	if (is_off)
		set_store(w, (struct store){ 0 });

	pthread_mutex_lock(&w->guard);
	while (!w->is_on && !w->is_ending)
		pthread_cond_wait(&w->moved, &w->guard);
	const bool goes_on = !w->is_ending;
	pthread_mutex_unlock(&w->guard);
	return goes_on;
}

static void *run(void *arg)
{
	struct watch *w = arg;

	log_to(w->log);
	while (await_on(w))
		if (!memory_try(turn, w))
			fail_for_memory(w);
	set_store(w, (struct store){ 0 });
	return NULL;
}

struct watch *watch_new(const struct db_options *options, const struct log_sink *log,
			void (*on_change)(void *arg), void *arg)
{
	struct watch *w = xalloc(sizeof(*w));

	*w = (struct watch){ .options = *options, .log = log, .on_change = on_change, .arg = arg,
			     .pause = PAUSE_MIN };
	w->options.role = DB_READ;
	pthread_mutex_init(&w->guard, NULL);
	pthread_cond_init(&w->moved, NULL);
	return w;
}

/* Without a thread, pages are told by the server's own clock. */
static void start(struct watch *w)
{
	struct err ignored = { 0 };

	w->is_started = thread_start(&w->thread, run, w, &ignored) == ERR_OK;
}

static void set(struct watch *w, bool is_on, bool is_ending)
{
	pthread_mutex_lock(&w->guard);
	w->is_on = is_on;
	w->is_ending = is_ending;
	atomic_store(&w->is_stopped, !is_on);
	if (!is_on && w->store.db)
		db_cancel(w->store.db);
	pthread_cond_broadcast(&w->moved);
	pthread_mutex_unlock(&w->guard);
}

void watch_set(struct watch *w, bool is_on)
{
	set(w, is_on, false);
	if (is_on && !w->is_started)
		start(w);
}

bool watch_tells_all(const struct watch *w)
{
	return atomic_load(&w->tells_all);
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	set(w, false, true);
	/* One that is stuck connecting still uses all of this: it is left to its thread. */
	if (w->is_started && !thread_join(w->thread, clock_mono() + PATIENCE))
		return;
	pthread_mutex_destroy(&w->guard);
	pthread_cond_destroy(&w->moved);
	free(w);
}
