/* pg.c -- the driver for PostgreSQL. */
#include "db/pg/pg.h"

#include <poll.h>
#include <sys/eventfd.h>

static enum err_code open_handle(const struct db_options *options, usec_t deadline,
				 void **ret_handle, struct err *err)
{
	char state[PG_STATE_MAX];
	AUTO_CONN PGconn *conn = NULL;
	struct pg *pg = NULL;
	TRY(pg_dial(options, NULL, deadline, &conn, state, err));

	TRY(pg_new(options, &conn, deadline, &pg, err));
	*ret_handle = pg;
	return ERR_OK;
}

static void close_handle(void *handle)
{
	pg_free(handle);
}

/* An idle connection that has something to say was closed by the server, most of the time. */
static bool is_broken(void *handle)
{
	struct pg *pg = handle;
	struct pollfd fd = { .fd = PQsocket(pg->conn), .events = POLLIN };

	for (int i = 0; i < 3 && !pg->is_broken && poll(&fd, 1, 0) > 0; i++)
		pg->is_broken = !PQconsumeInput(pg->conn);
	return pg->is_broken || PQstatus(pg->conn) == CONNECTION_BAD;
}

static const char *version(const void *handle)
{
	const struct pg *pg = handle;

	return pg->version;
}

static enum err_code query(void *handle, const struct call *call, struct arena *arena,
			   struct list *ret_rows, int64_t *ret_changed, struct err *err)
{
	return pg_query(handle, call, arena, ret_rows, ret_changed, err);
}

static enum err_code begin(void *handle, struct err *err)
{
	return pg_begin(handle, err);
}

static enum err_code commit(void *handle, struct err *err)
{
	return pg_commit(handle, err);
}

static enum err_code rollback(void *handle, struct err *err)
{
	return pg_rollback(handle, err);
}

static enum err_code script(void *handle, const char *text, struct err *err)
{
	return pg_run(handle, text, NULL, err);
}

static void cancel(void *handle)
{
	struct pg *pg = handle;

	atomic_store(&pg->is_cancelled, true);
	eventfd_write(pg->wake_fd, 1);
}

static void uncancel(void *handle)
{
	struct pg *pg = handle;
	eventfd_t n;

	atomic_store(&pg->is_cancelled, false);
	eventfd_read(pg->wake_fd, &n);
}

static void deadline(void *handle, usec_t mono)
{
	struct pg *pg = handle;

	pg->deadline = mono;
}

static enum err_code view(void *handle, const char *sql, struct view *view, struct err *err)
{
	return pg_view(handle, sql, view, err);
}

static enum err_code lock(void *handle, int64_t key, usec_t patience, struct err *err)
{
	return pg_lock(handle, key, patience, err);
}

static void unlock(void *handle, int64_t key)
{
	pg_unlock(handle, key);
}

static enum err_code watch(void *handle, struct err *err)
{
	return pg_watch(handle, err);
}

static enum err_code wait_change(void *handle, usec_t patience, bool *ret_has_changed,
				 struct err *err)
{
	return pg_wait_change(handle, patience, ret_has_changed, err);
}

const struct db_driver db_driver_pg = {
	.name = "postgresql",
	.can = DB_CAN_NOTIFY | DB_CAN_CREATE_DATABASE | DB_CAN_LOCK_ROWS | DB_CAN_WATCH,
	.open = open_handle,
	.close = close_handle,
	.is_broken = is_broken,
	.version = version,
	.query = query,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.script = script,
	.cancel = cancel,
	.uncancel = uncancel,
	.deadline = deadline,
	.view = view,
	.create = pg_create,
	.is_unproven = pg_is_unproven,
	.lock = lock,
	.unlock = unlock,
	.watch = watch,
	.wait_change = wait_change,
};
