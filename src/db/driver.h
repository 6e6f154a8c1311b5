/* driver.h -- what a database driver provides; only db.c and the drivers look here. */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "db/view.h"

/* Every function may be called only from the thread that owns the connection, but cancel. */
struct db_driver {
	const char *name;
	unsigned can;
	/* options are borrowed until close; deadline: a moment of clock_mono, 0: none */
	enum err_code (*open)(const struct db_options *options, usec_t deadline,
			      void **ret_handle, struct err *err);
	void (*close)(void *handle);
	/* Is it of no more use? Looks at the socket or the file, but never waits. */
	bool (*is_broken)(void *handle);
	const char *(*version)(const void *handle);
	enum err_code (*query)(void *handle, const struct call *call, struct arena *arena,
			       struct list *ret_rows, int64_t *ret_changed, struct err *err);
	enum err_code (*begin)(void *handle, struct err *err);
	/* These two are neither cancelled nor bound by the deadline: their end has to be known.
	 * After a commit that failed the transaction is over too. */
	enum err_code (*commit)(void *handle, struct err *err);
	enum err_code (*rollback)(void *handle, struct err *err);
	enum err_code (*script)(void *handle, const char *script, struct err *err);
	void (*cancel)(void *handle);   /* any thread, while one of the calls above runs */
	void (*uncancel)(void *handle); /* before a call: forget a cancel that came too late */
	void (*deadline)(void *handle, usec_t mono);
	/* db_view: into a new view, of a connection for reading. Bound by the deadline. */
	enum err_code (*view)(void *handle, const char *sql, struct view *view, struct err *err);
	enum err_code (*create)(const struct db_options *options, bool *ret_was_made,
				struct err *err);
	/* db_is_unproven; absent (NULL) where it never is */
	bool (*is_unproven)(const struct db_options *options);
	/* absent where a write transaction excludes everyone else anyway */
	enum err_code (*lock)(void *handle, int64_t key, usec_t patience, struct err *err);
	void (*unlock)(void *handle, int64_t key);
	/* db_watch, db_wait_change; absent where there is no such thing */
	enum err_code (*watch)(void *handle, struct err *err);
	enum err_code (*wait_change)(void *handle, usec_t patience, bool *ret_has_changed,
				     struct err *err);
};

#define DB_STATEMENT_TIMEOUT (30 * SECOND)      /* where the options say 0 */
#define DB_READ_PATIENCE (2 * SECOND)           /* how long a read waits for a lock */
#define DB_WRITE_PATIENCE (5 * SECOND)          /* and a write */

extern const struct db_driver db_driver_pg;
extern const struct db_driver db_driver_lite;

#endif
