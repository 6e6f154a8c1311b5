/* pg_view.c -- a query that is not ours: through a cursor, in a transaction that is rolled back. */
#include "db/pg/pg.h"

#include <string.h>

#include "base/buf.h"
#include "base/parse.h"

/* Of a cursor's query the grammar takes SELECT, WITH, VALUES and TABLE, and nothing that writes. */
#define DECLARE "DECLARE soniq_view NO SCROLL CURSOR WITHOUT HOLD FOR "
/* A cursor's rows, and one more that tells that there are more. */
#define FETCH "FETCH FORWARD 1001 FROM soniq_view"
_Static_assert(VIEW_ROWS_MAX == 1000, "FETCH asks for one more");

/* Ours plan for small statements along indexes; this one is planned as the server would. */
#define PREPARE                                                                                    \
	"SET LOCAL enable_bitmapscan TO DEFAULT; SET LOCAL random_page_cost TO DEFAULT; "          \
	"SET LOCAL statement_timeout TO %lld; SAVEPOINT soniq_view"
/* A rollback undoes settings, notices and what was written; locks of the session it leaves, and
 * after an error they can only be given back from before it. */
#define UNDO                                                                                       \
	"ROLLBACK TO SAVEPOINT soniq_view; SELECT pg_catalog.pg_advisory_unlock_all(); ROLLBACK"

enum {
	BOOL = 16,
	BYTEA = 17,
	INT8 = 20,
	INT2 = 21,
	INT4 = 23,
	OID = 26,
	FLOAT4 = 700,
	FLOAT8 = 701,
	TIMESTAMPTZ = 1184,
	NUMERIC = 1700
};

struct look {
	struct pg *pg;
	const char *sql;
	struct view *view;
	bool has_columns;
};

static const char *column_name(void *result, int column)
{
	return PQfname(result, column);
}

static void add_moment(struct view *view, struct str text)
{
	char moment[TIME_TEXT_MAX];
	usec_t at;

	if (time_parse(text, &at))
		text = (struct str){ moment, time_format(at, moment) };
	view_add_text(view, text);
}

/* Two hex digits a byte, after \x. */
static void add_bytes(struct view *view, struct str text)
{
	view_add_bytes(view, text.n > 2 ? (text.n - 2) / 2 : 0);
}

static void add_bool(struct view *view, struct str text)
{
	view_add_bool(view, text.n > 0 && text.p[0] == 't');
}

/* The server writes them with the digits that they need. */
static void add_float(struct view *view, struct str text)
{
	double value;

	if (parse_f64(text, &value))
		view_add_double(view, value);
	else
		view_add_text(view, text);
}

static const struct type {
	Oid oid;
	void (*add)(struct view *view, struct str text);
} types[] = {
	{ BOOL, add_bool },          { BYTEA, add_bytes },      { INT8, view_add_number },
	{ INT2, view_add_number },   { INT4, view_add_number }, { OID, view_add_number },
	{ FLOAT4, view_add_number }, { FLOAT8, add_float },     { NUMERIC, view_add_number },
	{ TIMESTAMPTZ, add_moment },
};

static void add_value(struct view *view, Oid oid, struct str text)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (types[i].oid == oid) {
			types[i].add(view, text);
			return;
		}
	}
	view_add_text(view, text);
}

static void add_row(struct look *look, const PGresult *result)
{
	if (!view_add_row(look->view)) {
		/* The last one of the cursor's comes by itself. */
		if (look->view->n_rows < VIEW_ROWS_MAX)
			pg_stop(look->pg, ERR_TOO_LARGE);
		return;
	}
	for (int i = 0; i < PQnfields(result); i++) {
		const struct str text = { PQgetvalue(result, 0, i),
					  (size_t)PQgetlength(result, 0, i) };
		if (PQgetisnull(result, 0, i))
			view_add_null(look->view);
		else
			add_value(look->view, PQftype(result, i), text);
	}
}

static enum err_code add_columns(struct look *look, PGresult *result, struct err *err)
{
	if (look->has_columns)
		return ERR_OK;
	look->has_columns = true;
	return view_add_columns(look->view, PQnfields(result), column_name, result, err);
}

/* The server counts characters from 1, with what stands before the query. */
static int place_of(const struct look *look, const PGresult *result)
{
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	int64_t n;
	int at = 0;

	if (!position || !parse_i64(str_of(position), &n))
		return -1;
	n -= (int64_t)strlen(DECLARE) + 1;
	for (; n > 0 && look->sql[at]; at++)
		n -= ((unsigned char)look->sql[at + 1] & 0xC0) != 0x80;
	return at;
}

/* What passes by itself is the connection's matter, all else the query's. */
static enum err_code fail(const struct look *look, const PGresult *result, struct err *err)
{
	static const char *const passing[] = { "40001", "40P01", "55P03", "55006" };
	struct pg *pg = look->pg;
	char line[PG_LINE_MAX];
	const enum err_code code = pg_fail(pg, result, err);

	if (code == ERR_TIMEOUT || code == ERR_CANCELLED || code == ERR_UNAVAILABLE)
		return code;
	for (size_t i = 0; i < ARRAY_LEN(passing); i++) {
		if (strcmp(pg->state, passing[i]) == 0)
			return code;
	}
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	pg_line(message ? message : "", line);
	return view_fail(look->sql, place_of(look, result), line, err);
}

static enum err_code take(struct look *look, PGresult *result, struct err *err)
{
	switch (PQresultStatus(result)) {
	case PGRES_SINGLE_TUPLE:
		TRY(add_columns(look, result, err));
		add_row(look, result);
		return ERR_OK;
	case PGRES_TUPLES_OK:
		return add_columns(look, result, err);
	case PGRES_COMMAND_OK:
		return ERR_OK;
	default:
		/* Stopped because there was enough. */
		return look->view->is_full ? ERR_OK : fail(look, result, err);
	}
}

/* Reads on to the end even after an error, else the next statement would get these results. */
static enum err_code send(struct look *look, const char *text, struct err *err)
{
	struct pg *pg = look->pg;
	enum err_code code = ERR_OK;
	struct err later;

	pg->is_stoppable = true;
	TRY(pg_started(pg, PQsendQueryParams(pg->conn, text, 0, NULL, NULL, NULL, NULL, 0), err));
	PQsetSingleRowMode(pg->conn);
	for (;;) {
		AUTO_RESULT PGresult *result = NULL;
		TRY(pg_next(pg, &result, code == ERR_OK ? err : &later));
		if (!result)
			return code;
		if (code == ERR_OK && !look->view->is_full)
			code = take(look, result, err);
		if (code != ERR_OK && PQresultStatus(result) == PGRES_SINGLE_TUPLE)
			pg_stop(pg, code);
	}
}

static enum err_code look_through(struct look *look, struct err *err)
{
	AUTO(buf) struct buf text = buf_new(1 << 20);
	char prepare[sizeof(PREPARE) + 24];
	const usec_t left = look->pg->deadline - clock_mono();

	snprintf(prepare, sizeof(prepare), PREPARE, (long long)(left > MSEC ? left / MSEC : 1));
	TRY(pg_run(look->pg, prepare, NULL, err));
	buf_add_text(&text, DECLARE);
	buf_add_text(&text, look->sql);
	if (text.has_failed)
		return err_set(err, ERR_INVALID, "the query is too long");
	TRY(send(look, buf_cstr(&text), err));
	return send(look, FETCH, err);
}

enum err_code pg_view(struct pg *pg, const char *sql, struct view *view, struct err *err)
{
	struct look look = { .pg = pg, .sql = sql, .view = view };
	struct err ignored = { 0 };
	TRY(pg_begin(pg, err));

	const enum err_code code = look_through(&look, err);
	pg->is_in_tx = false;
	/* Closing the connection ends whatever could not be undone. */
	if (pg->is_broken || pg_run_firmly(pg, UNDO, NULL, &ignored) != ERR_OK)
		pg->is_broken = true;
	return code;
}
