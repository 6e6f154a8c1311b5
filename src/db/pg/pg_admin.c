/* pg_admin.c -- locks that all processes share, and the making of a database. */
#include "db/pg/pg.h"

#include <string.h>

#include "base/buf.h"

#define LOCK_TEXT_MAX 128
#define CREATE_TEXT_MAX 512
#define LOCK_PAUSE (50 * MSEC)
#define DATABASE_EXISTS "42P04"
#define UNIQUE_VIOLATION "23505"        /* the same, when both come at one moment */
#define NO_DATABASE "3D000"

static enum err_code ask_lock(struct pg *pg, const char *verb, int64_t key, bool *ret_yes,
			      struct err *err)
{
	char text[LOCK_TEXT_MAX];
	AUTO_RESULT PGresult *result = NULL;

	snprintf(text, sizeof(text), "SELECT pg_%s(%lld)", verb, (long long)key);
	TRY(pg_run(pg, text, &result, err));
	*ret_yes = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
	return ERR_OK;
}

/* Asked again and again: a blocking call would be at the mercy of the statement timeout, and
 * could not tell waiting from a dead server. */
static enum err_code wait_lock(struct pg *pg, const char *verb, int64_t key, usec_t patience,
			       struct err *err)
{
	const usec_t until = clock_mono() + patience;
	bool is_ours = false;

	for (;;) {
		TRY(ask_lock(pg, verb, key, &is_ours, err));
		if (is_ours)
			return ERR_OK;
		if (clock_mono() >= until)
			return err_set(err, ERR_BUSY, "%s: another process holds the lock; "
				       "try again", pg->options->label);
		TRY(pg_pause(pg, LOCK_PAUSE, err));
	}
}

enum err_code pg_lock(struct pg *pg, int64_t key, usec_t patience, struct err *err)
{
	if (!pg->is_pooled)
		return wait_lock(pg, "try_advisory_lock", key, patience, err);
	if (pg->is_in_tx)
		return wait_lock(pg, "try_advisory_xact_lock", key, patience, err);
	return err_set(err, ERR_INVALID, "%s: a connection pooler stands between, and cannot hold "
		       "a lock; use the address of the server itself", pg->options->label);
}

void pg_unlock(struct pg *pg, int64_t key)
{
	char text[LOCK_TEXT_MAX];
	struct err ignored;

	/* Where there is a pooler, the end of the transaction was the end of the lock. */
	if (pg->is_pooled)
		return;
	snprintf(text, sizeof(text), "SELECT pg_advisory_unlock(%lld)", (long long)key);
	if (pg_run_firmly(pg, text, NULL, &ignored) != ERR_OK)
		pg->is_broken = true;
}

/* The database that every server has, to connect to while the wanted one is not there. */
static enum err_code dial_maintenance(const struct db_options *options, PGconn **ret_conn,
				      struct err *err)
{
	char state[PG_STATE_MAX];

	if (pg_dial(options, "postgres", 0, ret_conn, state, err) == ERR_OK)
		return ERR_OK;
	return pg_dial(options, "template1", 0, ret_conn, state, err);
}

static enum err_code run_create(struct pg *pg, const char *dbname, bool *ret_was_made,
				struct err *err)
{
	AUTO(buf) struct buf text = buf_new(CREATE_TEXT_MAX);
	char *name = PQescapeIdentifier(pg->conn, dbname, strlen(dbname));

	if (!name)
		return err_set(err, ERR_INVALID, "%s: the database name is not acceptable",
			       pg->options->label);
	buf_printf(&text, "CREATE DATABASE %s", name);
	PQfreemem(name);
	const enum err_code code = pg_run(pg, buf_cstr(&text), NULL, err);
	*ret_was_made = code == ERR_OK;
	/* Someone else was faster. */
	return strcmp(pg->state, DATABASE_EXISTS) == 0 ||
	       strcmp(pg->state, UNIQUE_VIOLATION) == 0 ? ERR_OK : code;
}

enum err_code pg_create(const struct db_options *options, bool *ret_was_made, struct err *err)
{
	char state[PG_STATE_MAX];
	AUTO_CONN PGconn *there = NULL;
	const enum err_code code = pg_dial(options, NULL, 0, &there, state, err);
	struct pg_url url;

	*ret_was_made = false;
	if (code == ERR_OK || strcmp(state, NO_DATABASE) != 0)
		return code;
	TRY(pg_url_check(options, &url, err));
	if (!url.dbname[0])
		return err_set(err, ERR_INVALID, "%s: the database URL names no database",
			       options->label);

	struct db_options writer = *options;
	writer.role = DB_WRITE;
	AUTO_CONN PGconn *conn = NULL;
	TRY(dial_maintenance(options, &conn, err));
	AUTO_FREE(pg) struct pg *pg = NULL;
	TRY(pg_new(&writer, &conn, 0, &pg, err));
	return run_create(pg, url.dbname, ret_was_made, err);
}
