/* lite.h -- an open SQLite file, as the files of this driver see it. */
#ifndef DB_LITE_LITE_H
#define DB_LITE_LITE_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "db/driver.h"
#include "db/rows.h"

struct lite_statement {
	sqlite3_stmt *stmt;             /* NULL: not prepared yet */
	int n_reprepared;               /* when the map was made */
	struct db_map map;
};

struct lite {
	sqlite3 *db;
	const struct db_options *options;       /* borrowed until close */
	dev_t dev;                              /* the file that was opened */
	ino_t ino;
	usec_t deadline;                        /* of the caller; 0: none */
	usec_t until;                           /* of the statement that runs; INT64_MAX: none */
	usec_t busy_since;
	usec_t now;                             /* what now() gives */
	atomic_bool is_cancelled;
	bool is_stoppable;                      /* what runs heeds cancel */
	bool is_broken;
	bool is_in_tx;
	sqlite3_stmt *json_valid;
	sqlite3_stmt *data_version;             /* NULL: not watched */
	int64_t seen_version;
	struct lite_statement statements[SQL__COUNT + 1];
};

/* lite_open.c */
enum err_code lite_open(const struct db_options *options, struct lite **ret_lite,
			struct err *err) MUST_CHECK;
void lite_free(struct lite *lite);
DEFINE_AUTO_FREE(lite)
/* Make the file, for its owner alone. CONFLICT: there is one. */
enum err_code lite_create_file(const struct db_options *options, struct err *err) MUST_CHECK;
/* Is the file at the path still the one that is open? */
bool lite_is_same_file(const struct lite *lite);

/* lite_fork.c: from here until it is released this thread may be inside of SQLite, and a fork waits
 * for it. Not within another one. */
struct lite_visit {
	bool is_in;
};
struct lite_visit lite_visit(void);
void lite_visit_release(struct lite_visit *visit);

/* lite_run.c */
/* From here on cancel, deadline and statement timeout count; firmly: none of them does. */
void lite_start(struct lite *lite);
void lite_start_firmly(struct lite *lite);
/* Has whatever runs to stop? Why is told by lite_fail. */
bool lite_is_over(const struct lite *lite);
/* The two callbacks of SQLite: while it works, and while another connection holds a lock. */
int lite_on_progress(void *arg);
int lite_on_busy(void *arg, int n_before);
/* Run a text of ours to its end. */
enum err_code lite_run(struct lite *lite, const char *text, struct err *err) MUST_CHECK;

/* lite_error.c: the error of a result code, translated; notes that the file is of no more use. */
enum err_code lite_fail(struct lite *lite, int rc, struct err *err) MUST_CHECK;

/* lite_functions.c: now(), uuid4() and uuid7() for the statements. */
int lite_add_functions(struct lite *lite);

/* lite_query.c */
enum err_code lite_query(struct lite *lite, const struct call *call, struct arena *arena,
			 struct list *ret_rows, int64_t *ret_changed, struct err *err) MUST_CHECK;

/* lite_view.c: a query that is not ours (db/view.h). */
enum err_code lite_view(struct lite *lite, const char *sql, struct view *view,
			struct err *err) MUST_CHECK;

/* lite_watch.c: commits of others. */
enum err_code lite_watch(struct lite *lite, struct err *err) MUST_CHECK;
enum err_code lite_wait_change(struct lite *lite, usec_t patience, bool *ret_has_changed,
			       struct err *err) MUST_CHECK;

/* lite_value.c: a column of the row at hand into a field. What is of another type is read as
 * text if it can be, and is NULL if not: a column of SQLite may hold anything. */
void lite_read_field(struct lite *lite, struct db_rows *rows, const struct field *field,
		     void *object, sqlite3_stmt *stmt, int column);
/* SQLITE_OK, or why not. */
int lite_bind(sqlite3_stmt *stmt, int n, const struct param *param);

#endif
