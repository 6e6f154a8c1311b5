/* lite_error.c -- SQLite's result codes, translated once. */
#include "db/lite/lite.h"

#include <string.h>

#define FOLDER_HINT                                                                             \
	"the file, or the -wal and -shm files beside it, cannot be opened or made; the folder " \
	"must be writable for this account even to read, because the file is in WAL mode"

static const struct code {
	int rc;                 /* extended codes before the primary ones that they belong to */
	enum err_code code;
	bool breaks;
	const char *hint;       /* NULL: SQLite's own words */
} codes[] = {
	{ SQLITE_READONLY_DBMOVED, ERR_UNAVAILABLE, true,
	  "the file was moved or replaced; try again" },
	{ SQLITE_READONLY_CANTINIT, ERR_UNAVAILABLE, true, FOLDER_HINT },
	{ SQLITE_READONLY_DIRECTORY, ERR_UNAVAILABLE, true, FOLDER_HINT },
	{ SQLITE_READONLY, ERR_FORBIDDEN, false,
	  "the file is not writable for this account, or was opened for reading" },
	{ SQLITE_BUSY, ERR_BUSY, false, "another process is writing; try again" },
	{ SQLITE_LOCKED, ERR_BUSY, false, "another connection holds a lock; try again" },
	{ SQLITE_PROTOCOL, ERR_BUSY, false, "the locks of the file are contended; try again" },
	{ SQLITE_SCHEMA, ERR_BUSY, false, "the tables have just been changed; try again" },
	{ SQLITE_CANTOPEN, ERR_UNAVAILABLE, true, FOLDER_HINT },
	{ SQLITE_NOTADB, ERR_UNAVAILABLE, true, "this is not a SQLite database" },
	{ SQLITE_CORRUPT, ERR_UNAVAILABLE, true,
	  "the file is damaged; restore it from a backup" },
	{ SQLITE_FULL, ERR_UNAVAILABLE, false, "the disk is full" },
	{ SQLITE_IOERR, ERR_UNAVAILABLE, true, NULL },
	{ SQLITE_NOMEM, ERR_UNAVAILABLE, false, "out of memory" },
	{ SQLITE_CONSTRAINT, ERR_CONFLICT, false, NULL },
	{ SQLITE_MISMATCH, ERR_INVALID, false, NULL },
	{ SQLITE_TOOBIG, ERR_TOO_LARGE, false, "a value is too large" },
	{ SQLITE_AUTH, ERR_FORBIDDEN, false, NULL },
	{ SQLITE_PERM, ERR_FORBIDDEN, false, NULL },
};

static const struct code *code_of(int rc)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		if (codes[i].rc == rc || codes[i].rc == (rc & 0xff))
			return &codes[i];
	}
	return NULL;
}

/* SQLite has one code for every mistake in a statement. */
static bool is_about_schema(const char *message)
{
	return strncmp(message, "no such table", 13) == 0 ||
	       strncmp(message, "no such column", 14) == 0 ||
	       strncmp(message, "no such index", 13) == 0 ||
	       strstr(message, " has no column named ") ||
	       strstr(message, "ON CONFLICT clause does not match");
}

/* What we stopped ourselves comes out as an interruption, or as a lock that was not had. */
static enum err_code fail_stopped(const struct lite *lite, struct err *err)
{
	if (atomic_load(&lite->is_cancelled))
		return err_set(err, ERR_CANCELLED, "%s: the statement was cancelled",
			       lite->options->label);
	return err_set(err, ERR_TIMEOUT, "%s: the statement took too long and was stopped",
		       lite->options->label);
}

enum err_code lite_fail(struct lite *lite, int rc, struct err *err)
{
	const char *label = lite->options->label;
	const char *message = lite->db ? sqlite3_errmsg(lite->db) : sqlite3_errstr(rc);
	const struct code *code = code_of(rc);

	if ((rc & 0xff) == SQLITE_INTERRUPT || ((rc & 0xff) == SQLITE_BUSY && lite_is_over(lite)))
		return fail_stopped(lite, err);
	if (!code && is_about_schema(message))
		return err_set(err, ERR_SCHEMA, "%s: %s; run `soniq setup`", label, message);
	if (!code)
		return err_set(err, ERR_INTERNAL, "%s: %s (SQLite code %d)", label, message, rc);
	lite->is_broken |= code->breaks;
	return err_set(err, code->code, "%s: %s", label, code->hint ? code->hint : message);
}
