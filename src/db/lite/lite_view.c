/* lite_view.c -- a query that is not ours: an authorizer lets it read, and do nothing else. */
#include "db/lite/lite.h"

#include <string.h>

struct look {
	struct lite *lite;
	const char *sql;
	struct view *view;
	sqlite3_stmt *stmt;
};

static void look_release(struct look *look)
{
	sqlite3_finalize(look->stmt);
	sqlite3_set_authorizer(look->lite->db, NULL, NULL);
}

static bool is_harmless(const char *function)
{
	static const char *const harmful[] = { "load_extension", "fts3_tokenizer" };

	for (size_t i = 0; i < ARRAY_LEN(harmful); i++) {
		if (function && sqlite3_stricmp(function, harmful[i]) == 0)
			return false;
	}
	return true;
}

/* ATTACH, PRAGMA and transactions count as reading for SQLite itself. */
static int allow(void *arg, int action, const char *one, const char *other, const char *database,
		 const char *within)
{
	(void)arg;
	(void)one;
	(void)database;
	(void)within;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return is_harmless(other) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static const char *column_name(void *stmt, int column)
{
	return sqlite3_column_name(stmt, column);
}

static void add_value(struct view *view, sqlite3_stmt *stmt, int column)
{
	const int type = sqlite3_column_type(stmt, column);

	if (type == SQLITE_NULL) {
		view_add_null(view);
	} else if (type == SQLITE_FLOAT) {
		view_add_double(view, sqlite3_column_double(stmt, column));
	} else if (type == SQLITE_BLOB) {
		view_add_bytes(view, (size_t)sqlite3_column_bytes(stmt, column));
	} else {
		const char *text = (const char *)sqlite3_column_text(stmt, column);
		const struct str s = { text,
				       text ? (size_t)sqlite3_column_bytes(stmt, column) : 0 };
		if (type == SQLITE_INTEGER)
			view_add_number(view, s);
		else
			view_add_text(view, s);
	}
}

/* What passes by itself is the connection's matter, all else the query's. */
static enum err_code fail(const struct look *look, int rc, struct err *err)
{
	const int at = sqlite3_error_offset(look->lite->db);
	const char *message = sqlite3_errmsg(look->lite->db);
	struct err own;
	const enum err_code code =
		(rc & 0xff) == SQLITE_AUTH
			? view_fail(look->sql, at, "it does more than read", &own)
			: view_fail(look->sql, at, message, &own);
	const enum err_code why = lite_fail(look->lite, rc, err);

	if (why == ERR_TIMEOUT || why == ERR_CANCELLED || why == ERR_UNAVAILABLE || why == ERR_BUSY)
		return why;
	*err = own;
	return code;
}

/* Nothing but comments may follow. */
static enum err_code check_rest(const struct look *look, const char *rest, struct err *err)
{
	sqlite3_stmt *more = NULL;
	const int rc = sqlite3_prepare_v3(look->lite->db, rest, -1, 0, &more, NULL);
	const bool is_over = rc == SQLITE_OK && !more;

	sqlite3_finalize(more);
	return is_over ? ERR_OK
		       : view_fail(look->sql, (int)(rest - look->sql),
				   "a second statement begins here; a panel has one", err);
}

static enum err_code prepare(struct look *look, struct err *err)
{
	const char *rest = "";
	const int rc = sqlite3_prepare_v3(look->lite->db, look->sql, -1, 0, &look->stmt, &rest);

	if (rc != SQLITE_OK)
		return fail(look, rc, err);
	if (!look->stmt || sqlite3_column_count(look->stmt) == 0)
		return view_fail(look->sql, -1, "there is no query", err);
	TRY(check_rest(look, rest, err));
	if (!sqlite3_stmt_readonly(look->stmt))
		return view_fail(look->sql, -1, "it does more than read", err);
	if (sqlite3_bind_parameter_count(look->stmt) > 0)
		return view_fail(look->sql, -1, "it has a parameter, which nobody gives", err);
	return ERR_OK;
}

static enum err_code look_through(struct look *look, struct err *err)
{
	int rc = SQLITE_ROW;
	TRY(prepare(look, err));
	const int n = sqlite3_column_count(look->stmt);
	TRY(view_add_columns(look->view, n, column_name, look->stmt, err));

	while ((rc = sqlite3_step(look->stmt)) == SQLITE_ROW && view_add_row(look->view)) {
		for (int i = 0; i < n; i++)
			add_value(look->view, look->stmt, i);
	}
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : fail(look, rc, err);
}

enum err_code lite_view(struct lite *lite, const char *sql, struct view *view, struct err *err)
{
	AUTO(look) struct look look = { .lite = lite, .sql = sql, .view = view };

	lite_start(lite);
	/* As long as it runs: SQLite prepares again what meets other tables. */
	sqlite3_set_authorizer(lite->db, allow, NULL);
	return look_through(&look, err);
}
