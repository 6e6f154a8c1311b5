/* db.h -- one connection to a database, PostgreSQL or SQLite, and statements on it. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/macros.h"
#include "base/record.h"
#include "base/str.h"
#include "sql/sql.h"

struct db;

enum db_role {
	DB_READ,        /* cannot write: read-only session (PostgreSQL), read-only file (SQLite) */
	DB_WRITE,
};

/* What a backend can do: asked by bit, never by name. */
enum db_can {
	DB_CAN_NOTIFY = 1,              /* tells others of changes */
	DB_CAN_CREATE_DATABASE = 2,
	DB_CAN_LOCK_ROWS = 4,
	DB_CAN_WATCH = 8,               /* db_watch; some connections cannot all the same */
};

struct db_options {
	const char *url;                /* as in SONIQ_DATABASE_URL */
	const char *sqlite_path;        /* set when the URL names a SQLite file, else NULL */
	const char *label;              /* the URL without password, for messages */
	enum db_role role;
	bool must_exist;                /* SQLite: do not create the file */
	usec_t statement_timeout;       /* longest time one statement may take; 0: 30 s */
	const char *application_name;   /* shown in pg_stat_activity; NULL: "soniq" */
};

/* Connect. Options are copied.
 *
 * A connection that breaks later is made again by the next call, at most twice a second; what
 * was in a transaction then is lost and the call says UNAVAILABLE.
 *
 * Gives:  ret_db       owned: db_free
 * Errors: UNAVAILABLE  no server, no such database (its message says which host, and what to
 *                      do), no such file; FORBIDDEN  the password or the role is refused;
 *         INVALID      the URL cannot be understood, or its backend is not built in */
enum err_code db_open(const struct db_options *options, struct db **ret_db,
		      struct err *err) MUST_CHECK;
void db_free(struct db *db);
DEFINE_AUTO_FREE(db)

/* Do these lead to another machine, without a look at whether its certificate is of its name? Then
 * who is between may read along, and answer in its place. */
bool db_is_unproven(const struct db_options *options);

bool db_can(const struct db *db, enum db_can what);
bool db_is_sqlite(const struct db *db);         /* which dialect's text a message should show */
const char *db_backend(const struct db *db);    /* "postgresql" or "sqlite" */
const char *db_label(const struct db *db);
/* The server's version as people write it: "15.18", "3.40.1". "" while not connected. */
const char *db_version(const struct db *db);

/* One value for a $n. Text is borrowed until the call returns. */
struct param {
	enum field_type type;
	int64_t i64;
	double f64;
	struct str str;
};

#define P_I64(v) ((struct param){ .type = F_I64, .i64 = (v) })
#define P_F64(v) ((struct param){ .type = F_F64, .f64 = (v) })
#define P_BOOL(v) ((struct param){ .type = F_BOOL, .i64 = (v) })         /* -1: NULL */
#define P_TIME(v) ((struct param){ .type = F_TIME, .i64 = (v) })
#define P_STR(v) ((struct param){ .type = F_STR, .str = (v) })
#define P_TEXT(v) ((struct param){ .type = F_STR, .str = str_of(v) })

/* A statement with its values and the shape of its rows. */
struct call {
	enum sql_id sql;
	const struct record *record;    /* NULL: rows are not wanted */
	const struct param *params;
	size_t n_params;
};

#define CALL(sql_, record_, ...)                                                                \
	(&(const struct call){ (sql_), (record_), (const struct param[]){ __VA_ARGS__ },        \
			       ARRAY_LEN(((const struct param[]){ __VA_ARGS__ })) })
#define CALL0(sql_, record_) (&(const struct call){ (sql_), (record_), NULL, 0 })

/* Run a statement and read its rows into structs of call->record, columns by name.
 *
 * Gives:  ret_rows     list of record objects, texts too, in the arena
 * Errors: UNAVAILABLE  the connection is lost or cannot be made; nothing is known of a write
 *         TIMEOUT      longer than the statement timeout; nothing was changed
 *         CANCELLED    db_cancel was called
 *         BUSY         a lock was not had, a deadlock, a serialisation failure; try again
 *         CONFLICT     a unique key, a foreign key or a check is in the way
 *         SCHEMA       a table or a column is not there
 *         FORBIDDEN    the role may not do this (the message names the table)
 *         TOO_LARGE    the rows take more than 32 MiB
 *         INTERNAL     anything else that the database says */
enum err_code db_query(struct db *db, const struct call *call, struct arena *arena,
		       struct list *ret_rows, struct err *err) MUST_CHECK;
/* The same for what is good to have, by so late (clock_mono): what is not read by then is given up,
 * which is no error. Outside of transactions, which it would break. */
struct db_look {
	usec_t until;
	bool is_done;     /* false: given up, and there are no rows */
	struct list rows; /* as of db_query */
};
enum err_code db_query_until(struct db *db, struct db_look *look, const struct call *call,
			     struct arena *arena, struct err *err) MUST_CHECK;
/* The same for a statement of exactly one row: NOT_FOUND when there is none. */
enum err_code db_query_one(struct db *db, const struct call *call, struct arena *arena,
			   void *ret_object, struct err *err) MUST_CHECK;
/* Run a statement for its effect. ret_changed (may be NULL): rows inserted, changed or deleted. */
enum err_code db_exec(struct db *db, const struct call *call, int64_t *ret_changed,
		      struct err *err) MUST_CHECK;

/* A transaction: rolls back at the end of its scope unless committed.
 *     AUTO(db_tx) struct db_tx tx = { 0 };
 *     TRY(db_begin(db, &tx, err)); ... return db_commit(&tx, err);
 * Isolation is always READ COMMITTED on PostgreSQL; BEGIN IMMEDIATE on SQLite (DB_WRITE).
 * Not nested. */
struct db_tx {
	struct db *db;          /* NULL: none, or over */
};

enum err_code db_begin(struct db *db, struct db_tx *ret_tx, struct err *err) MUST_CHECK;
enum err_code db_commit(struct db_tx *tx, struct err *err) MUST_CHECK;
void db_tx_release(struct db_tx *tx);

/* Wait for the lock of this number that every process on the database shares (PostgreSQL: a
 * session's advisory lock, also taken by the Python project). SQLite: nothing to do, a write
 * transaction excludes all others. wait at most `patience`; BUSY after that. Behind a pooler in
 * transaction mode only inside a transaction, whose end is the end of the lock; else INVALID. */
enum err_code db_lock(struct db *db, int64_t key, usec_t patience, struct err *err) MUST_CHECK;
void db_unlock(struct db *db, int64_t key);

/* From here on db_wait_change tells of changes by others: on PostgreSQL of notices in the channels
 * that a LISTEN on this connection names, on SQLite of every commit into the file.
 * Errors: INVALID  this connection cannot: behind a pooler in transaction mode notices are lost */
enum err_code db_watch(struct db *db, struct err *err) MUST_CHECK;
/* Wait until something has changed since the last call, at most `patience`. db_cancel ends it.
 * Errors: UNAVAILABLE  the connection was lost: what changed meanwhile is not known, db_watch
 *         anew; CANCELLED */
enum err_code db_wait_change(struct db *db, usec_t patience, bool *ret_has_changed,
			     struct err *err) MUST_CHECK;

/* From here on a statement may take so long (0: 30 s), as if the connection had been opened with
 * it. The server's own timeout is that of its session: only a statement changes it. */
void db_set_statement_timeout(struct db *db, usec_t timeout);
usec_t db_statement_timeout(const struct db *db);

/* Run the text of a migration, several statements, inside the caller's transaction. */
enum err_code db_run_script(struct db *db, const char *script, struct err *err) MUST_CHECK;

/* PostgreSQL: create the database that the options name, through the server's maintenance
 * database; fine if it exists by now. SQLite: create the file, 0600. ret_was_made may be NULL. */
enum err_code db_create_database(const struct db_options *options, bool *ret_was_made,
				 struct err *err) MUST_CHECK;

/* Ask the statement that is running to stop; from any thread, at any time; never blocks long. */
void db_cancel(struct db *db);
/* While the caller's flag is true, no statement begins: CANCELLED. Whoever sets it before
 * db_cancel stops all that the caller still wants, not only what runs at that moment. Borrowed;
 * NULL: none. Rolling back heeds it not. */
void db_set_stop(struct db *db, const atomic_bool *stop);
/* The same connection is asked for nothing else before this moment (clock_mono): a call that
 * lasts beyond it gives TIMEOUT. 0: only the statement timeout counts. */
void db_set_deadline(struct db *db, usec_t mono);

#endif
