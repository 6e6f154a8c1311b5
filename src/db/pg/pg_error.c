/* pg_error.c -- what PostgreSQL says, translated once: to a kind, a hint and one line. */
#include "db/pg/pg.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"

#define READ_ONLY "25006"

static const struct state {
	const char *prefix;     /* of the SQLSTATE; the first row that fits counts */
	enum err_code code;
	bool breaks;            /* the connection is of no more use */
	const char *hint;
} states[] = {
	{ "40001", ERR_BUSY,        false, "; try again" },
	{ "40P01", ERR_BUSY,        false, "; try again" },
	{ "55P03", ERR_BUSY,        false, "; another session holds the lock, try again" },
	{ "55006", ERR_BUSY,        false, "; try again" },
	{ "57014", ERR_TIMEOUT,     false, "" },
	{ "57P",   ERR_UNAVAILABLE, true,  "; try again" },
	{ "08",    ERR_UNAVAILABLE, true,  "; try again" },
	{ READ_ONLY, ERR_UNAVAILABLE, true,  "; the server takes no writes, is it a standby?" },
	{ "25P03", ERR_UNAVAILABLE, true,  "; try again" },
	{ "53300", ERR_UNAVAILABLE, true,  "; raise max_connections, or use a pooler" },
	{ "53",    ERR_UNAVAILABLE, false, "; the server has run out of something" },
	{ "58",    ERR_UNAVAILABLE, false, "; see the server's log" },
	{ "0A000", ERR_BUSY,        false, "; try again" },
	{ "26000", ERR_BUSY,        false, "; try again" },
	{ "42P05", ERR_BUSY,        false, "; try again" },
	{ "42P01", ERR_SCHEMA,      false, "; run `soniq setup`, or check the search_path" },
	{ "42703", ERR_SCHEMA,      false, "; run `soniq setup`" },
	{ "42P10", ERR_SCHEMA,      false, "; run `soniq setup`" },
	{ "42883", ERR_SCHEMA,      false, "; run `soniq setup`" },
	{ "3F000", ERR_SCHEMA,      false, "; check the search_path" },
	{ "42501", ERR_FORBIDDEN,   false, "; grant it to the role" },
	{ "3D000", ERR_UNAVAILABLE, true,  "; run `soniq setup` to create it" },
	{ "28",    ERR_FORBIDDEN,   true,  "; check user and password in the database URL" },
	{ "23",    ERR_CONFLICT,    false, "" },
	{ "22",    ERR_INVALID,     false, "" },
	{ "54",    ERR_INVALID,     false, "" },
	{ "",      ERR_INTERNAL,    false, "" },
};

static const struct state *state_of(const char *sqlstate)
{
	const struct state *state = states;

	while (strncmp(sqlstate, state->prefix, strlen(state->prefix)) != 0)
		state++;
	return state;
}

void pg_line(const char *text, char ret_line[PG_LINE_MAX])
{
	size_t n = 0;

	for (; *text && n < PG_LINE_MAX - 1; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c > ' ' && c != 0x7f)
			ret_line[n++] = (char)c;
		else if (n > 0 && ret_line[n - 1] != ' ')
			ret_line[n++] = ' ';
	}
	while (n > 0 && ret_line[n - 1] == ' ')
		n--;
	ret_line[str_head_utf8((struct str){ ret_line, n }, n).n] = '\0';
}

static void keep_state(char ret_state[PG_STATE_MAX], const char *sqlstate)
{
	memset(ret_state, 0, PG_STATE_MAX);
	if (sqlstate)
		memcpy(ret_state, sqlstate, strnlen(sqlstate, PG_STATE_MAX - 1));
}

static enum err_code fail_lost(struct pg *pg, struct err *err)
{
	char line[PG_LINE_MAX];

	pg->is_broken = true;
	pg_line(PQerrorMessage(pg->conn), line);
	return err_set(err, ERR_UNAVAILABLE, "%s: the connection is lost: %s", pg->options->label,
		       line[0] ? line : "the server closed it");
}

/* A statement that was stopped says why it was, not how. */
static enum err_code fail_stopped(struct pg *pg, struct err *err)
{
	const enum err_code why = pg->stopping == ERR_OK ? ERR_TIMEOUT : pg->stopping;

	if (why == ERR_CANCELLED)
		return err_set(err, why, "%s: the statement was cancelled", pg->options->label);
	if (why == ERR_TOO_LARGE)
		return err_set(err, why, "%s: the result is too large; ask for less",
			       pg->options->label);
	return err_set(err, ERR_TIMEOUT, "%s: the statement took too long and was stopped",
		       pg->options->label);
}

enum err_code pg_fail(struct pg *pg, const PGresult *result, struct err *err)
{
	char line[PG_LINE_MAX];

	keep_state(pg->state, result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL);
	if (!pg->state[0])
		return fail_lost(pg, err);
	const struct state *state = state_of(pg->state);
	if (strcmp(pg->state, READ_ONLY) == 0 && pg->options->role == DB_READ)
		return err_set(err, ERR_FORBIDDEN, "%s: this connection may only read",
			       pg->options->label);
	pg->is_broken |= state->breaks || PQstatus(pg->conn) == CONNECTION_BAD;
	if (state->code == ERR_TIMEOUT)
		return fail_stopped(pg, err);

	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	pg_line(message ? message : "", line);
	return err_set(err, state->code, "%s: %s (SQLSTATE %s)%s", pg->options->label, line,
		       pg->state, state->hint);
}

/* Where a SQLSTATE stands in a message of a server that refuses us: "FATAL:  28P01: ". It is the
 * only part that is the same in every language. There is a digit in each. */
static const char *find_state(const char *message)
{
	for (const char *at = strchr(message, ':'); at; at = strchr(at + 1, ':')) {
		const char *code = at + 1 + strspn(at + 1, " ");
		const size_t n = strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (code > at + 1 && n == PG_STATE_MAX - 1 && code[n] == ':' &&
		    strcspn(code, "0123456789") < n)
			return code;
	}
	return NULL;
}

/* The same without libpq's own hints ("\n\tIs the server running ..."): ours follows. */
static void dial_line(const char *message, char ret_line[PG_LINE_MAX])
{
	AUTO(buf) struct buf kept = buf_new(64 * 1024);
	struct str rest = str_of(message), line;

	while (str_cut(&rest, '\n', &line)) {
		if (!str_starts(line, S("\t")))
			buf_add_str(&kept, line);
		buf_add_char(&kept, ' ');
	}
	pg_line(buf_cstr(&kept), ret_line);
}

enum err_code pg_fail_dial(const struct db_options *options, const PGconn *conn,
			   char ret_state[PG_STATE_MAX], struct err *err)
{
	char line[PG_LINE_MAX], said[PG_LINE_MAX];
	const char *message = PQerrorMessage(conn);
	const char *at = find_state(message);

	keep_state(ret_state, at);
	if (!at) {
		dial_line(message, line);
		return err_set(err, ERR_UNAVAILABLE,
			       "%s: cannot connect: %s; check the address and that the server runs",
			       options->label, line);
	}
	const struct state *state = state_of(ret_state);
	const char *text = at + PG_STATE_MAX;
	const size_t n = strcspn(text, "\n");
	memcpy(said, text, n < sizeof(said) ? n : sizeof(said) - 1);
	said[n < sizeof(said) ? n : sizeof(said) - 1] = '\0';
	pg_line(said, line);
	return err_set(err, state->code == ERR_INTERNAL ? ERR_UNAVAILABLE : state->code,
		       "%s: cannot connect: %s (SQLSTATE %s)%s", options->label, line, ret_state,
		       state->hint);
}
