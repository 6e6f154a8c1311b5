/* keeper.c -- the thread that keeps the history: connect, a turn, wait. */
#include "api/keeper.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/thread.h"
#include "store/history_size.h"

#define LABEL "the database"
/* A count of all jobs has to fit in. */
#define STATEMENT_TIMEOUT (60 * SECOND)
#define END_PATIENCE (800 * MSEC)
#define TELL_EVERY SECOND
/* A lock that is held for so many turns in a row is worth a line. */
#define BUSY_TURNS 30

struct keeper {
	struct arena arena;             /* texts of the options */
	struct db_options database;
	usec_t stale_after;
	const struct log_sink *log;
	struct history_policy policy;
	pthread_t thread;
	pthread_mutex_t guard;          /* of what follows */
	pthread_cond_t changed;
	struct store store;             /* the thread's own, but for db_cancel */
	bool is_open;
	bool is_over;                   /* the thread touches nothing any more */
	bool is_left;                   /* nobody waits for it: it clears up itself */
	bool is_roused;                 /* since the last turn began */
	struct keeper_meter meter;
	atomic_bool is_stopping;
	struct keeper_pace pace;        /* the thread's own, here and below */
	enum err_code said;             /* of which trouble the log knows; ERR_OK: none */
	usec_t told_at;                 /* clock_mono */
	int64_t untold;                 /* rows folded since */
};

static void keeper_drop(struct keeper *k)
{
	pthread_cond_destroy(&k->changed);
	pthread_mutex_destroy(&k->guard);
	arena_release(&k->arena);
	free(k);
}

static void disconnect(struct keeper *k)
{
	pthread_mutex_lock(&k->guard);
	const bool was_open = k->is_open;
	k->is_open = false;
	pthread_mutex_unlock(&k->guard);
	if (was_open)
		store_release(&k->store);
}

static enum err_code connect_now(struct keeper *k, struct err *err)
{
	struct store store;

	if (k->is_open)
		return ERR_OK;
	TRY(store_open(&k->database, &store, err));
	store.stale_after = k->stale_after;
	/* What was too much by one connection is so by the next. */
	store.kept.batch = k->store.kept.batch;
	store.kept.count_after = k->store.kept.count_after;
	db_set_stop(store.db, &k->is_stopping);
	pthread_mutex_lock(&k->guard);
	k->store = store;
	k->is_open = true;
	pthread_mutex_unlock(&k->guard);
	return ERR_OK;
}

/* Told at most once a second, and the last turn's too: those that listen need no other clock. */
static enum err_code tell(struct keeper *k, const struct history_turn *turn, struct err *err)
{
	const usec_t now = clock_mono();

	k->untold += turn->folded + turn->has_recounted;
	if (k->untold == 0 || (turn->is_behind && now - k->told_at < TELL_EVERY))
		return ERR_OK;
	k->told_at = now;
	k->untold = 0;
	return store_history_tell(&k->store, err);
}

static enum err_code turn(struct keeper *k, struct history_turn *ret, struct err *err)
{
	TRY(connect_now(k, err));
	TRY(store_history_turn(&k->store, &k->policy, ret, err));
	return tell(k, ret, err);
}

/* One line for each new trouble, and one for its end. */
static void say(struct keeper *k, enum err_code code, const struct err *err)
{
	if (atomic_load(&k->is_stopping) || code == k->said)
		return;
	if (code == ERR_BUSY && k->pace.failed < BUSY_TURNS)
		return;
	if (code == ERR_OK)
		log_line(LOG_INFO, "keeper", "the history is kept");
	else if (code == ERR_SCHEMA)
		log_line(LOG_INFO, "keeper", "no history is kept: %s", err->msg);
	else
		log_line(LOG_WARNING, "keeper", "the history is not kept by this dashboard: %s",
			 err->msg);
	k->said = code;
}

static void count(struct keeper *k, enum err_code code, const struct history_turn *turn,
		  usec_t took)
{
	pthread_mutex_lock(&k->guard);
	k->meter.turns++;
	k->meter.folded += turn->folded;
	k->meter.failures += code != ERR_OK;
	k->meter.busy += took;
	k->meter.is_keeping = code == ERR_OK;
	pthread_mutex_unlock(&k->guard);
}

/* Under the guard. */
static bool is_up(const struct keeper *k)
{
	return atomic_load(&k->is_stopping) || (k->is_roused && keeper_rests(&k->pace));
}

static void wait_for(struct keeper *k, usec_t pause)
{
	const usec_t until = clock_mono() + pause;

	pthread_mutex_lock(&k->guard);
	while (!is_up(k) && thread_wait(&k->changed, &k->guard, until))
		;
	k->is_roused = false;
	pthread_mutex_unlock(&k->guard);
}

void keeper_rouse(struct keeper *k)
{
	if (!k)
		return;
	pthread_mutex_lock(&k->guard);
	k->is_roused = true;
	pthread_cond_broadcast(&k->changed);
	pthread_mutex_unlock(&k->guard);
}

/* One turn, as it went. */
struct going {
	struct keeper *keeper;
	struct history_turn done;
	struct err err;
	enum err_code code;
};

static void go(void *arg)
{
	struct going *going = arg;

	going->code = turn(going->keeper, &going->done, &going->err);
}

static void fail_for_memory(struct going *going)
{
	disconnect(going->keeper);
	going->code = err_set(&going->err, ERR_BUSY, "there was not enough memory for a turn");
}

static usec_t keep(struct keeper *k)
{
	struct going going = { .keeper = k };
	const usec_t began = clock_mono();

	if (!memory_try(go, &going))
		fail_for_memory(&going);
	const usec_t took = clock_mono() - began;
	const usec_t pause = keeper_pause(&k->pace, going.code, &going.done, took);

	count(k, going.code, &going.done, took);
	say(k, going.code, &going.err);
	if (pause >= MINUTE && going.code != ERR_OK)
		disconnect(k);          /* no connection is held for nothing */
	return pause;
}

static void *run(void *arg)
{
	struct keeper *k = arg;

	log_to(k->log);
	while (!atomic_load(&k->is_stopping))
		wait_for(k, keep(k));
	disconnect(k);
	pthread_mutex_lock(&k->guard);
	k->is_over = true;
	const bool is_left = k->is_left;
	pthread_cond_broadcast(&k->changed);
	pthread_mutex_unlock(&k->guard);
	if (is_left)
		keeper_drop(k);
	return NULL;
}

static const char *copy_text(struct keeper *k, const char *text)
{
	return text ? arena_copy(&k->arena, text, strlen(text) + 1) : NULL;
}

static struct keeper *keeper_new(const struct keeper_options *options)
{
	struct keeper *k = xalloc(sizeof(*k));

	*k = (struct keeper){ .policy = options->policy, .log = options->log };
	k->stale_after = options->stale_after;
	k->database = (struct db_options){
		.url = copy_text(k, options->database.url),
		.sqlite_path = copy_text(k, options->database.sqlite_path),
		.label = LABEL,
		.role = DB_WRITE,
		.must_exist = true,
		.statement_timeout = STATEMENT_TIMEOUT,
		.application_name = "soniq keeper",
	};
	pthread_mutex_init(&k->guard, NULL);
	pthread_cond_init(&k->changed, NULL);
	return k;
}

enum err_code keeper_start(const struct keeper_options *options, struct keeper **ret_keeper,
			   struct err *err)
{
	struct keeper *k = keeper_new(options);

	if (thread_start(&k->thread, run, k, err) != ERR_OK) {
		keeper_drop(k);
		return err->code;
	}
	*ret_keeper = k;
	return ERR_OK;
}

/* Only connecting takes longer than a moment once it is cancelled. */
static bool wait_for_end(struct keeper *k)
{
	const usec_t until = clock_mono() + END_PATIENCE;

	while (!k->is_over && thread_wait(&k->changed, &k->guard, until))
		;
	k->is_left = !k->is_over;
	return k->is_over;
}

void keeper_free(struct keeper *k)
{
	const pthread_t thread = k->thread;

	pthread_mutex_lock(&k->guard);
	atomic_store(&k->is_stopping, true);
	if (k->is_open)
		db_cancel(k->store.db);
	pthread_cond_broadcast(&k->changed);
	const bool is_over = wait_for_end(k);
	pthread_mutex_unlock(&k->guard);
	if (!is_over) {
		pthread_detach(thread);
		return;
	}
	pthread_join(thread, NULL);
	keeper_drop(k);
}

struct keeper_meter keeper_meter_get(struct keeper *k)
{
	struct keeper_meter meter = { 0 };

	if (!k)
		return meter;
	pthread_mutex_lock(&k->guard);
	meter = k->meter;
	pthread_mutex_unlock(&k->guard);
	return meter;
}
