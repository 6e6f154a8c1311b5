/* pg.h -- a connection to PostgreSQL, as the files of this driver see it. */
#ifndef DB_PG_PG_H
#define DB_PG_PG_H

#include <libpq-fe.h>
#include <stdatomic.h>

#include "db/driver.h"
#include "db/pg/errand.h"
#include "db/rows.h"

#define PG_STATE_MAX 6          /* a SQLSTATE and its NUL */

/* What libpq gives, released at the end of its scope. */
static inline void pg_conn_clear(PGconn **conn)
{
	PQfinish(*conn);
}
static inline void pg_result_clear(PGresult **result)
{
	PQclear(*result);
	*result = NULL;
}
#define AUTO_CONN __attribute__((cleanup(pg_conn_clear)))
#define AUTO_RESULT __attribute__((cleanup(pg_result_clear)))

struct pg_statement {
	bool is_prepared;
	struct db_map map;
};

struct pg {
	PGconn *conn;
	const struct db_options *options;       /* borrowed until close */
	char version[32];
	usec_t deadline;                        /* of the caller; 0: none */
	usec_t until;                           /* of the statement in flight */
	usec_t last_until;                      /* of one that was asked to stop */
	int wake_fd;                            /* readable once cancelled */
	atomic_bool is_cancelled;
	bool is_broken;
	bool is_in_tx;
	bool is_pooled;         /* another session may serve each transaction: nothing may stay */
	bool is_plain;          /* prepared statements do not last here */
	bool is_stoppable;      /* the statement in flight heeds cancel and deadline */
	enum err_code stopping; /* why the statement in flight is asked to stop; OK: it is not */
	struct errand *canceller;
	char state[PG_STATE_MAX];       /* SQLSTATE of the last error, or "" */
	char *settings;                 /* the statement that makes the session's settings */
	struct pg_statement statements[SQL__COUNT + 1];
};

/* pg_connect.c: a connection without any setting, made within seconds whatever the network does.
 * dbname: another database than the URL's, or NULL. ret_state: SQLSTATE of a refusal, or "". */
enum err_code pg_dial(const struct db_options *options, const char *dbname, usec_t deadline,
		      PGconn **ret_conn, char ret_state[PG_STATE_MAX],
		      struct err *err) MUST_CHECK;

/* pg_url.c: does libpq understand the URL, and is no piece of a password taken for a host?
 * The messages are safe to show. */
struct pg_url {
	char dbname[64];        /* "" when not named */
	int connect_timeout;    /* seconds an address */
	int n_hosts;
};
enum err_code pg_url_check(const struct db_options *options, struct pg_url *ret_url,
			   struct err *err) MUST_CHECK;

bool pg_is_unproven(const struct db_options *options); /* db_is_unproven */

/* pg_session.c. Takes the connection, whether it fails or not: it is NULL then. */
enum err_code pg_new(const struct db_options *options, PGconn **conn, usec_t deadline,
		     struct pg **ret_pg, struct err *err) MUST_CHECK;
void pg_free(struct pg *pg);
DEFINE_AUTO_FREE(pg)
/* Begin a transaction, and give it the settings that a pooled connection cannot keep. */
enum err_code pg_begin(struct pg *pg, struct err *err) MUST_CHECK;
enum err_code pg_commit(struct pg *pg, struct err *err) MUST_CHECK;
enum err_code pg_rollback(struct pg *pg, struct err *err) MUST_CHECK;
/* 0 first: the options' or the default. */
usec_t pg_statement_timeout(const struct pg *pg);

/* pg_wait.c: one statement is in flight from pg_started to the NULL result of pg_next.
 *
 * was_sent: what the PQsend function gave. */
enum err_code pg_started(struct pg *pg, int was_sent, struct err *err) MUST_CHECK;
/* The next result, owned; NULL at the end. Errors: the connection is broken. */
enum err_code pg_next(struct pg *pg, PGresult **ret_result, struct err *err) MUST_CHECK;
/* Ask the server to stop the statement in flight; the results that still come say how it ended. */
void pg_stop(struct pg *pg, enum err_code why);
/* Read to the end; gives the first error, else the last result, owned (ret_last may be NULL). */
enum err_code pg_finish(struct pg *pg, PGresult **ret_last, struct err *err) MUST_CHECK;
/* Run a text of ours to its end: BEGIN, settings, a script. */
enum err_code pg_run(struct pg *pg, const char *text, PGresult **ret_last,
		     struct err *err) MUST_CHECK;
/* The same for what has to come to its end whoever is tired of waiting: COMMIT, ROLLBACK. */
enum err_code pg_run_firmly(struct pg *pg, const char *text, PGresult **ret_last,
			    struct err *err) MUST_CHECK;
/* Wait, as a statement would: CANCELLED, TIMEOUT. */
enum err_code pg_pause(struct pg *pg, usec_t pause, struct err *err) MUST_CHECK;

/* pg_error.c */
#define PG_LINE_MAX 320
/* The text as one line without control bytes. */
void pg_line(const char *text, char ret_line[PG_LINE_MAX]);
/* The error of a result (NULL: of the connection), translated; notes that a connection broke. */
enum err_code pg_fail(struct pg *pg, const PGresult *result, struct err *err) MUST_CHECK;
/* The error of a connection that could not be made. */
enum err_code pg_fail_dial(const struct db_options *options, const PGconn *conn,
			   char ret_state[PG_STATE_MAX], struct err *err) MUST_CHECK;

/* pg_query.c */
enum err_code pg_query(struct pg *pg, const struct call *call, struct arena *arena,
		       struct list *ret_rows, int64_t *ret_changed, struct err *err) MUST_CHECK;

/* pg_view.c: a query that is not ours (db/view.h). */
enum err_code pg_view(struct pg *pg, const char *sql, struct view *view,
		      struct err *err) MUST_CHECK;

/* pg_admin.c: what is not about rows. */
enum err_code pg_lock(struct pg *pg, int64_t key, usec_t patience, struct err *err) MUST_CHECK;
void pg_unlock(struct pg *pg, int64_t key);
enum err_code pg_create(const struct db_options *options, bool *ret_was_made,
			struct err *err) MUST_CHECK;

/* pg_watch.c: notices of others. */
enum err_code pg_watch(struct pg *pg, struct err *err) MUST_CHECK;
enum err_code pg_wait_change(struct pg *pg, usec_t patience, bool *ret_has_changed,
			     struct err *err) MUST_CHECK;

/* pg_param.c: values as PostgreSQL's texts, in the arena. */
enum err_code pg_params(const struct call *call, struct arena *arena,
			const char *const **ret_values, struct err *err) MUST_CHECK;

#endif
