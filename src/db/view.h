/* view.h -- a query that is not ours: whatever it gives, within limits, and nothing of it stays. */
#ifndef DB_VIEW_H
#define DB_VIEW_H

#include "db/db.h"

#define VIEW_COLUMNS_MAX 50
#define VIEW_ROWS_MAX ((size_t)1000)
#define VIEW_NAME_MAX 200                  /* bytes of a column's name */
#define VIEW_CELL_MAX ((size_t)64 << 10)   /* bytes of one text */
#define VIEW_BYTES_MAX ((size_t)256 << 10) /* of all texts */

enum view_kind { VIEW_NULL, VIEW_TEXT, VIEW_NUMBER, VIEW_BOOL };

/* A value as a text: UTF-8, in the arena. */
struct view_cell {
	enum view_kind kind;
	/* VIEW_NUMBER: a JSON number that a double holds to the last digit; one that none does is
	 * a VIEW_TEXT, and so are NaN and the infinities. VIEW_BOOL: "true" or "false". */
	struct str text;
};

struct view {
	struct list columns; /* struct str */
	struct list cells;   /* struct view_cell, row after row */
	size_t n_rows;
	size_t size;  /* bytes of all texts */
	bool is_cut;  /* there is more than is here */
	bool is_full; /* nothing more goes in */
};

/* Run one statement of somebody else's that reads, and undo all else that it does.
 *
 * On PostgreSQL it is the query of a cursor in a READ ONLY transaction, sent as one statement by
 * the extended protocol, and rolled back: settings that it makes, locks that it takes and notices
 * that it sends are gone with it. On SQLite an authorizer lets it do nothing but read. Only on a
 * connection of DB_READ, outside of transactions. What it does in other programs by functions of
 * the server (another database, a file) is a matter of the role's rights.
 *
 * Takes:  sql      runs as it stands; has no parameters
 *         timeout  besides the connection's deadline
 * Errors: INVALID  the statement is wrong, or does more than read: the database's words, with the
 *                  line of sql where it tells the place
 *         TIMEOUT, CANCELLED, UNAVAILABLE, BUSY  as of db_query */
enum err_code db_view(struct db *db, const char *sql, usec_t timeout, struct arena *arena,
		      struct view *ret, struct err *err) MUST_CHECK;

static inline const struct view_cell *view_cell(const struct view *view, size_t row, size_t column)
{
	return LIST_AT(&view->cells, struct view_cell, row * view->columns.n + column);
}

/* For the drivers. */
struct view view_new(struct arena *arena);
/* Errors: INVALID  there are too many of them */
enum err_code view_add_columns(struct view *view, int n, const char *(*name)(void *result, int n),
			       void *result, struct err *err) MUST_CHECK;
/* Before the cells of a row; false when nothing more goes in. */
bool view_add_row(struct view *view);
void view_add_null(struct view *view);
void view_add_bool(struct view *view, bool value);
void view_add_text(struct view *view, struct str text);
void view_add_bytes(struct view *view, size_t n); /* a note in place of them */
/* Digits as the database writes them, of any size. */
void view_add_number(struct view *view, struct str digits);
void view_add_double(struct view *view, double value);
/* Of an error that the statement itself is to blame for: the message, and in which line of the text
 * the place stands; at: bytes of the text, -1: not known. */
enum err_code view_fail(const char *sql, int at, const char *message, struct err *err) MUST_CHECK;

#endif
