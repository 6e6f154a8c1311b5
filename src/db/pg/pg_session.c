/* pg_session.c -- the settings of a session, and what to do where a pooler shares sessions. */
#include "db/pg/pg.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/buf.h"

#define SETTINGS_MAX 4096

/* NULL: as the server has it. The times are added below. */
static const struct setting {
	const char *name, *for_reads, *for_writes;
} settings[] = {
	{ "TimeZone", "UTC", "UTC" },
	{ "DateStyle", "ISO", "ISO" },
	{ "IntervalStyle", "postgres", "postgres" },
	{ "extra_float_digits", "1", "1" },
	{ "bytea_output", "hex", "hex" },
	{ "standard_conforming_strings", "on", "on" },
	{ "default_transaction_isolation", "read committed", "read committed" },
	{ "default_transaction_read_only", "on", "off" },
	{ "idle_in_transaction_session_timeout", "60s", "60s" },
	/* Small statements only: planning for more costs more than it gives. */
	{ "max_parallel_workers_per_gather", "0", NULL },
	{ "jit", "off", NULL },
	/* Statements walk an index, or the newest pages, and stop at a limit: a bitmap or a sort,
	 * which read all of a group before the first row, look cheap while little is vacuumed. */
	{ "enable_bitmapscan", "off", NULL },
	/* One plan for any values, for it is the same for nearly all: to plan for each call's own
	 * took as long as the rest of many a call. Where it is not: sql/pg/plan_values. */
	{ "plan_cache_mode", "force_generic_plan", NULL },
	{ "random_page_cost", "1.1", NULL },
	{ "synchronous_commit", NULL, "on" },
};

static const char *begin_text(const struct pg *pg)
{
	return pg->options->role == DB_READ ?
		"BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY; " :
		"BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE; ";
}

usec_t pg_statement_timeout(const struct pg *pg)
{
	return pg->options->statement_timeout > 0 ? pg->options->statement_timeout :
						    DB_STATEMENT_TIMEOUT;
}

static void add_setting(struct buf *b, const char *name, const char *value)
{
	if (value)
		buf_printf(b, ", ('%s', '%s')", name, value);
}

static void add_time(struct buf *b, const char *name, usec_t time)
{
	buf_printf(b, ", ('%s', '%lldms')", name, (long long)((time + MSEC - 1) / MSEC));
}

/* One statement makes all settings. Where pg_backend_pid() is not the process that answered the
 * login, a pooler stands between: a session's setting would stay behind in a connection that
 * others get next, so there they are made local to the transaction. */
static char *settings_text(const struct pg *pg)
{
	const bool reads = pg->options->role == DB_READ;
	AUTO(buf) struct buf b = buf_new(SETTINGS_MAX);

	buf_printf(&b, "SELECT pg_backend_pid(), count(set_config(s.name, s.value, "
		       "pg_backend_pid() <> %d)) FROM (VALUES ('client_encoding', 'UTF8')",
		   PQbackendPID(pg->conn));
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		add_setting(&b, settings[i].name,
			    reads ? settings[i].for_reads : settings[i].for_writes);
	add_time(&b, "statement_timeout", pg_statement_timeout(pg));
	add_time(&b, "lock_timeout", reads ? DB_READ_PATIENCE : DB_WRITE_PATIENCE);
	buf_add_text(&b, ") AS s (name, value)");
	return xstrdup(buf_cstr(&b));
}

static enum err_code make_settings(struct pg *pg, struct err *err)
{
	AUTO_RESULT PGresult *result = NULL;
	char own[16];

	pg->settings = settings_text(pg);
	TRY(pg_run(pg, pg->settings, &result, err));
	snprintf(own, sizeof(own), "%d", PQbackendPID(pg->conn));
	pg->is_pooled = PQntuples(result) != 1 || strcmp(PQgetvalue(result, 0, 0), own) != 0;
	pg->is_plain = pg->is_pooled;
	return ERR_OK;
}

/* "15.18 (Debian 15.18-0+deb12u1)" */
static void keep_version(struct pg *pg)
{
	const char *version = PQparameterStatus(pg->conn, "server_version");

	snprintf(pg->version, sizeof(pg->version), "%.*s",
		 version ? (int)strcspn(version, " ") : 0, version ? version : "");
}

enum err_code pg_new(const struct db_options *options, PGconn **conn, usec_t deadline,
		     struct pg **ret_pg, struct err *err)
{
	AUTO_FREE(pg) struct pg *pg = xalloc(sizeof(*pg));

	memset(pg, 0, sizeof(*pg));
	pg->conn = *conn;
	*conn = NULL;
	pg->options = options;
	pg->deadline = deadline;
	pg->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pg->wake_fd < 0 || PQsetnonblocking(pg->conn, 1) != 0)
		return err_set(err, ERR_UNAVAILABLE, "%s: no file descriptor is left",
			       options->label);
	PQsetErrorVerbosity(pg->conn, PQERRORS_DEFAULT);
	keep_version(pg);
	TRY(make_settings(pg, err));

	*ret_pg = pg;
	pg = NULL;
	return ERR_OK;
}

void pg_free(struct pg *pg)
{
	if (!pg)
		return;
	errand_leave(pg->canceller);
	PQfinish(pg->conn);
	if (pg->wake_fd >= 0)
		close(pg->wake_fd);
	free(pg->settings);
	free(pg);
}

enum err_code pg_begin(struct pg *pg, struct err *err)
{
	AUTO(buf) struct buf text = buf_new(2 * SETTINGS_MAX);

	buf_add_text(&text, begin_text(pg));
	if (pg->is_pooled)
		buf_add_text(&text, pg->settings);
	/* Even if it fails half-way: the rollback is then for certain. */
	pg->is_in_tx = true;
	const enum err_code code = pg_run(pg, buf_cstr(&text), NULL, err);
	if (code != ERR_OK) {
		struct err ignored = { 0 };

		pg->is_broken |= pg_rollback(pg, &ignored) != ERR_OK;
	}
	return code;
}

enum err_code pg_commit(struct pg *pg, struct err *err)
{
	AUTO_RESULT PGresult *result = NULL;

	pg->is_in_tx = false;
	TRY(pg_run_firmly(pg, "COMMIT", &result, err));
	/* After a statement that failed, COMMIT rolls back and calls that a success. */
	if (strcmp(PQcmdStatus(result), "COMMIT") == 0)
		return ERR_OK;
	return err_set(err, ERR_INTERNAL,
		       "%s: the transaction was rolled back, for one of its statements failed",
		       pg->options->label);
}

enum err_code pg_rollback(struct pg *pg, struct err *err)
{
	pg->is_in_tx = false;
	return pg_run_firmly(pg, "ROLLBACK", NULL, err);
}
