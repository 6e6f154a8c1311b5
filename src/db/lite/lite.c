/* lite.c -- the driver for SQLite. */
#include "db/lite/lite.h"

static enum err_code open_handle(const struct db_options *options, usec_t deadline,
				 void **ret_handle, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();
	struct lite *lite;

	(void)deadline;         /* the busy handler's patience bounds it */
	TRY(lite_open(options, &lite, err));
	*ret_handle = lite;
	return ERR_OK;
}

static void close_handle(void *handle)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();

	lite_free(handle);
}

/* Writing into a file that was deleted or replaced would be writing into nothing. */
static bool is_broken(void *handle)
{
	const struct lite *lite = handle;

	return lite->is_broken || !lite_is_same_file(lite);
}

static const char *version(const void *handle)
{
	(void)handle;
	return sqlite3_libversion();
}

static enum err_code query(void *handle, const struct call *call, struct arena *arena,
			   struct list *ret_rows, int64_t *ret_changed, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();

	return lite_query(handle, call, arena, ret_rows, ret_changed, err);
}

static enum err_code begin(void *handle, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();
	struct lite *lite = handle;

	lite_start(lite);
	TRY(lite_run(lite, lite->options->role == DB_READ ? "BEGIN" : "BEGIN IMMEDIATE", err));
	lite->is_in_tx = true;
	return ERR_OK;
}

static enum err_code roll_back(struct lite *lite, struct err *err)
{
	lite->is_in_tx = false;
	/* Some errors (a full disk) have rolled back already. */
	if (sqlite3_get_autocommit(lite->db))
		return ERR_OK;
	lite_start_firmly(lite);
	return lite_run(lite, "ROLLBACK", err);
}

static enum err_code rollback(void *handle, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();

	return roll_back(handle, err);
}

static enum err_code commit(void *handle, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();
	struct lite *lite = handle;
	struct err ignored;

	lite_start_firmly(lite);
	const enum err_code code = lite_run(lite, "COMMIT", err);
	lite->is_in_tx = false;
	/* A commit that was refused leaves the transaction open. */
	if (code != ERR_OK && roll_back(lite, &ignored) != ERR_OK)
		lite->is_broken = true;
	return code;
}

static enum err_code script(void *handle, const char *text, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();

	lite_start(handle);
	return lite_run(handle, text, err);
}

static void cancel(void *handle)
{
	struct lite *lite = handle;

	/* The progress handler sees it; the interruption is for work outside of it, sorting. */
	atomic_store(&lite->is_cancelled, true);
	sqlite3_interrupt(lite->db);
}

static void uncancel(void *handle)
{
	struct lite *lite = handle;

	atomic_store(&lite->is_cancelled, false);
}

static void deadline(void *handle, usec_t mono)
{
	struct lite *lite = handle;

	lite->deadline = mono;
}

static enum err_code create(const struct db_options *options, bool *ret_was_made, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();
	struct lite *lite = NULL;
	struct db_options writer = *options;
	const enum err_code code = lite_create_file(options, err);

	if (code != ERR_OK && code != ERR_CONFLICT)
		return code;
	*ret_was_made = code == ERR_OK;
	/* Opened once, it is a database in WAL mode. */
	writer.role = DB_WRITE;
	writer.must_exist = true;
	TRY(lite_open(&writer, &lite, err));
	lite_free(lite);
	return ERR_OK;
}

static enum err_code view(void *handle, const char *sql, struct view *view, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();

	return lite_view(handle, sql, view, err);
}

static enum err_code watch(void *handle, struct err *err)
{
	return lite_watch(handle, err);
}

static enum err_code wait_change(void *handle, usec_t patience, bool *ret_has_changed,
				 struct err *err)
{
	return lite_wait_change(handle, patience, ret_has_changed, err);
}

const struct db_driver db_driver_lite = {
	.name = "sqlite",
	.can = DB_CAN_CREATE_DATABASE | DB_CAN_WATCH,
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
	.create = create,
	.watch = watch,
	.wait_change = wait_change,
};
