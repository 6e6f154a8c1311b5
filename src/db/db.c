/* db.c -- a connection that is made again when it breaks, over one of the drivers. */
#include "db/db.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "db/driver.h"

/* Two tries to connect are at least this far apart. */
#define RETRY_PAUSE (500 * MSEC)

struct db {
	const struct db_driver *driver;
	struct db_options options;      /* its texts are owned */
	void *handle;                   /* NULL while not connected */
	pthread_mutex_t mutex;          /* for is_running, and handle while it is true */
	bool is_running;                /* a call that db_cancel may stop */
	bool is_in_tx;
	bool is_watched;                /* the connection at hand, since db_watch */
	usec_t deadline;
	const atomic_bool *stop;        /* the caller's, or NULL */
	usec_t next_try;                /* clock_mono */
	struct err last;                /* why there is no connection */
};

/* Every driver has all of these. */
static const struct {
	const char *name;
	size_t offset;
} needed[] = {
#define NEED(member) { #member, offsetof(struct db_driver, member) }
	NEED(name),   NEED(open),     NEED(close),    NEED(is_broken), NEED(version),
	NEED(query),  NEED(begin),    NEED(commit),   NEED(rollback),  NEED(script),
	NEED(cancel), NEED(uncancel), NEED(deadline), NEED(create), NEED(view),
#undef NEED
};

static enum err_code driver_check(const struct db_driver *driver, struct err *err)
{
	static const char none[sizeof(void *)];

	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		const char *at = (const char *)driver + needed[i].offset;

		if (memcmp(at, none, sizeof(none)) == 0)
			return err_set(err, ERR_INTERNAL, "a database driver lacks '%s'",
				       needed[i].name);
	}
	return ERR_OK;
}

static const struct db_driver *driver_pg(void)
{
#if WITH_POSTGRESQL
	return &db_driver_pg;
#else
	return NULL;
#endif
}

static const struct db_driver *driver_lite(void)
{
#if WITH_SQLITE
	return &db_driver_lite;
#else
	return NULL;
#endif
}

static enum err_code driver_choose(const struct db_options *options,
				   const struct db_driver **ret_driver, struct err *err)
{
	const struct db_driver *driver = options->sqlite_path ? driver_lite() : driver_pg();

	if (!driver)
		return err_set(err, ERR_INVALID, "%s: this build of soniq cannot use %s databases",
			       options->label, options->sqlite_path ? "SQLite" : "PostgreSQL");
	TRY(driver_check(driver, err));
	*ret_driver = driver;
	return ERR_OK;
}

static const char *copy_or_null(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

/* Each text is the copy's as soon as there is one. */
static void options_copy(struct db_options *copy, const struct db_options *options)
{
	*copy = *options;
	copy->url = copy->sqlite_path = copy->label = copy->application_name = NULL;
	copy->url = copy_or_null(options->url);
	copy->sqlite_path = copy_or_null(options->sqlite_path);
	copy->label = xstrdup(options->label ? options->label : "database");
	copy->application_name = copy_or_null(options->application_name);
}

static void options_release(struct db_options *options)
{
	free((char *)options->url);
	free((char *)options->sqlite_path);
	free((char *)options->label);
	free((char *)options->application_name);
	*options = (struct db_options){ 0 };
}

static void disconnect(struct db *db)
{
	if (db->handle)
		db->driver->close(db->handle);
	db->handle = NULL;
	db->is_watched = false;
}

/* Who asks again before the next try to connect is told why there is no connection. */
static void disconnect_because(struct db *db, const struct err *why)
{
	db->last = *why;
	disconnect(db);
}

/* A server that does not answer costs each try some seconds: half of the time at most. */
static enum err_code connect_failed(struct db *db, usec_t began, const struct err *err)
{
	const usec_t now = clock_mono();
	const usec_t took = now - began;

	db->next_try = now + (took > RETRY_PAUSE ? took : RETRY_PAUSE);
	db->last = *err;
	return err->code;
}

static enum err_code connect_now(struct db *db, struct err *err)
{
	const usec_t began = clock_mono();

	if (began < db->next_try) {
		*err = db->last;
		return err->code;
	}
	db->next_try = began + RETRY_PAUSE;
	if (db->driver->open(&db->options, db->deadline, &db->handle, err) != ERR_OK)
		return connect_failed(db, began, err);
	/* What was there once is never made anew, empty. */
	db->options.must_exist = true;
	db->driver->deadline(db->handle, db->deadline);
	return ERR_OK;
}

enum err_code db_open(const struct db_options *options, struct db **ret_db, struct err *err)
{
	const struct db_driver *driver;
	TRY(driver_choose(options, &driver, err));

	AUTO_FREE(db) struct db *db = xalloc(sizeof(*db));
	db->driver = driver;
	pthread_mutex_init(&db->mutex, NULL);
	options_copy(&db->options, options);
	TRY(connect_now(db, err));

	*ret_db = db;
	db = NULL;
	return ERR_OK;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	disconnect(db);
	options_release(&db->options);
	pthread_mutex_destroy(&db->mutex);
	free(db);
}

bool db_is_unproven(const struct db_options *options)
{
	const struct db_driver *driver;
	struct err ignored = { 0 };

	return driver_choose(options, &driver, &ignored) == ERR_OK && driver->is_unproven &&
	       driver->is_unproven(options);
}

bool db_can(const struct db *db, enum db_can what)
{
	return (db->driver->can & (unsigned)what) != 0;
}

bool db_is_sqlite(const struct db *db)
{
	return db->driver == driver_lite();
}

const char *db_backend(const struct db *db)
{
	return db->driver->name;
}

const char *db_label(const struct db *db)
{
	return db->options.label;
}

const char *db_version(const struct db *db)
{
	return db->handle ? db->driver->version(db->handle) : "";
}

/* There is a connection after this, the one of the transaction if there is one. */
static enum err_code make_ready(struct db *db, struct err *err)
{
	if (db->handle && db->driver->is_broken(db->handle)) {
		struct err lost;

		err_set(&lost, ERR_UNAVAILABLE, "%s: the connection is lost; try again",
			db->options.label);
		disconnect_because(db, &lost);
	}
	if (!db->handle && db->is_in_tx)
		return err_set(err, ERR_UNAVAILABLE,
			       "%s: the connection was lost inside a transaction; try again",
			       db->options.label);
	if (!db->handle)
		TRY(connect_now(db, err));
	db->driver->uncancel(db->handle);
	return ERR_OK;
}

static void set_running(struct db *db, bool is_running)
{
	pthread_mutex_lock(&db->mutex);
	db->is_running = is_running;
	pthread_mutex_unlock(&db->mutex);
}

static enum err_code enter(struct db *db, struct err *err)
{
	if (db->deadline > 0 && clock_mono() >= db->deadline)
		return err_set(err, ERR_TIMEOUT, "%s: there was no time left for the database",
			       db->options.label);
	TRY(make_ready(db, err));
	set_running(db, true);
	/* In this order: db_cancel finds it running, or what was set before that is seen here. */
	if (!db->stop || !atomic_load(db->stop))
		return ERR_OK;
	set_running(db, false);
	return err_set(err, ERR_CANCELLED, "%s: the statement was cancelled before it began",
		       db->options.label);
}

static enum err_code leave(struct db *db, enum err_code code, const struct err *err)
{
	set_running(db, false);
	if (code != ERR_OK && db->driver->is_broken(db->handle))
		disconnect_because(db, err);
	return code;
}

static enum err_code run(struct db *db, const struct call *call, struct arena *arena,
			 struct list *ret_rows, int64_t *ret_changed, struct err *err)
{
	assert(call->sql < SQL__COUNT);
	assert((int)call->n_params == sql_texts[call->sql].n_params);
	TRY(enter(db, err));
	const enum err_code code =
		db->driver->query(db->handle, call, arena, ret_rows, ret_changed, err);
	return leave(db, code, err);
}

enum err_code db_query(struct db *db, const struct call *call, struct arena *arena,
		       struct list *ret_rows, struct err *err)
{
	int64_t changed;

	assert(call->record);
	return run(db, call, arena, ret_rows, &changed, err);
}

enum err_code db_query_until(struct db *db, struct db_look *look, const struct call *call,
			     struct arena *arena, struct err *err)
{
	const usec_t deadline = db->deadline;
	const bool is_sooner = deadline == 0 || look->until < deadline;
	struct err late = { 0 };

	db_set_deadline(db, is_sooner ? look->until : deadline);
	const enum err_code code = db_query(db, call, arena, &look->rows, &late);
	db_set_deadline(db, deadline);
	look->is_done = code == ERR_OK;
	if (code == ERR_OK || (code == ERR_TIMEOUT && is_sooner))
		return ERR_OK;
	*err = late;
	return code;
}

enum err_code db_query_one(struct db *db, const struct call *call, struct arena *arena,
			   void *ret_object, struct err *err)
{
	struct list rows;
	TRY(db_query(db, call, arena, &rows, err));

	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "there is no such row");
	if (rows.n > 1)
		return err_set(err, ERR_INTERNAL, "%s gave %zu rows instead of one",
			       sql_texts[call->sql].name, rows.n);
	memcpy(ret_object, rows.items, call->record->size);
	return ERR_OK;
}

enum err_code db_exec(struct db *db, const struct call *call, int64_t *ret_changed,
		      struct err *err)
{
	const struct call plain = { call->sql, NULL, call->params, call->n_params };
	int64_t changed;
	TRY(run(db, &plain, NULL, NULL, &changed, err));

	if (ret_changed)
		*ret_changed = changed;
	return ERR_OK;
}

enum err_code db_begin(struct db *db, struct db_tx *ret_tx, struct err *err)
{
	assert(!db->is_in_tx);
	ret_tx->db = NULL;
	TRY(enter(db, err));
	TRY(leave(db, db->driver->begin(db->handle, err), err));
	db->is_in_tx = true;
	ret_tx->db = db;
	return ERR_OK;
}

enum err_code db_commit(struct db_tx *tx, struct err *err)
{
	struct db *db = tx->db;

	assert(db && db->is_in_tx);
	TRY(make_ready(db, err));
	tx->db = NULL;
	db->is_in_tx = false;
	return leave(db, db->driver->commit(db->handle, err), err);
}

void db_tx_release(struct db_tx *tx)
{
	struct db *db = tx->db;
	struct err err = { 0 };

	if (!db)
		return;
	/* A rollback that fails leaves a transaction open: only closing ends it then. */
	if (make_ready(db, &err) == ERR_OK && db->driver->rollback(db->handle, &err) != ERR_OK)
		disconnect_because(db, &err);
	db->is_in_tx = false;
	tx->db = NULL;
}

enum err_code db_lock(struct db *db, int64_t key, usec_t patience, struct err *err)
{
	if (!db->driver->lock)
		return ERR_OK;
	TRY(enter(db, err));
	return leave(db, db->driver->lock(db->handle, key, patience, err), err);
}

void db_unlock(struct db *db, int64_t key)
{
	/* A connection that is gone has taken its locks with it. */
	if (db->driver->unlock && db->handle)
		db->driver->unlock(db->handle, key);
}

enum err_code db_watch(struct db *db, struct err *err)
{
	if (!db->driver->watch)
		return err_set(err, ERR_INVALID, "%s: this database tells of no changes",
			       db->options.label);
	TRY(enter(db, err));
	TRY(leave(db, db->driver->watch(db->handle, err), err));
	db->is_watched = true;
	return ERR_OK;
}

enum err_code db_wait_change(struct db *db, usec_t patience, bool *ret_has_changed,
			     struct err *err)
{
	TRY(enter(db, err));
	/* A connection that was made anew on the way listens to nothing. */
	if (!db->is_watched) {
		set_running(db, false);
		return err_set(err, ERR_UNAVAILABLE, "%s: the watched connection was lost",
			       db->options.label);
	}
	return leave(db, db->driver->wait_change(db->handle, patience, ret_has_changed, err), err);
}

enum err_code db_view(struct db *db, const char *sql, usec_t timeout, struct arena *arena,
		      struct view *ret, struct err *err)
{
	const usec_t deadline = db->deadline;
	const usec_t until = clock_mono() + timeout;
	struct view view = view_new(arena);

	assert(db->options.role == DB_READ && !db->is_in_tx);
	db_set_deadline(db, deadline > 0 && deadline < until ? deadline : until);
	enum err_code code = enter(db, err);
	if (code == ERR_OK)
		code = leave(db, db->driver->view(db->handle, sql, &view, err), err);
	db_set_deadline(db, deadline);
	if (code == ERR_OK)
		*ret = view;
	return code;
}

void db_set_statement_timeout(struct db *db, usec_t timeout)
{
	db->options.statement_timeout = timeout;
}

usec_t db_statement_timeout(const struct db *db)
{
	return db->options.statement_timeout;
}

enum err_code db_run_script(struct db *db, const char *script, struct err *err)
{
	TRY(enter(db, err));
	return leave(db, db->driver->script(db->handle, script, err), err);
}

enum err_code db_create_database(const struct db_options *options, bool *ret_was_made,
				 struct err *err)
{
	const struct db_driver *driver;
	TRY(driver_choose(options, &driver, err));

	bool was_made = false;
	TRY(driver->create(options, &was_made, err));
	if (ret_was_made)
		*ret_was_made = was_made;
	return ERR_OK;
}

void db_cancel(struct db *db)
{
	pthread_mutex_lock(&db->mutex);
	if (db->is_running)
		db->driver->cancel(db->handle);
	pthread_mutex_unlock(&db->mutex);
}

void db_set_stop(struct db *db, const atomic_bool *stop)
{
	db->stop = stop;
}

void db_set_deadline(struct db *db, usec_t mono)
{
	db->deadline = mono;
	if (db->handle)
		db->driver->deadline(db->handle, mono);
}
