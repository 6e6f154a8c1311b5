/* pg_connect.c -- makes a connection within seconds, whatever names and networks do. */
#include "db/pg/pg.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Time for the names, on top of the time for each address. */
#define RESOLVE_TIME (2 * SECOND)
#define WORDS_MAX 16

/* What the thread needs, all of it owned, for whoever waits may be gone. */
struct dial {
	const char *keywords[WORDS_MAX];
	const char *values[WORDS_MAX];  /* owned */
	size_t n_words;
	usec_t timeout;                 /* for each address */
	bool has_more_hosts;
	bool is_late;                   /* nobody answered */
	PGconn *conn;
};

static void dial_free(struct dial *dial)
{
	for (size_t i = 0; i < dial->n_words; i++)
		free((char *)dial->values[i]);
	PQfinish(dial->conn);
	free(dial);
}
DEFINE_AUTO_FREE(dial)

static void dial_drop(void *arg)
{
	dial_free(arg);
}

static void add_word(struct dial *dial, const char *keyword, const char *value)
{
	dial->keywords[dial->n_words] = keyword;
	dial->values[dial->n_words] = xstrdup(value);
	dial->n_words++;
}

/* What stands before the URL is a default that the URL may change; what follows it counts. */
static struct dial *dial_new(const struct db_options *options, const struct pg_url *url,
			     const char *dbname)
{
	AUTO_FREE(dial) struct dial *dial = xalloc(sizeof(*dial));
	char seconds[16];

	*dial = (struct dial){ .timeout = url->connect_timeout * SECOND,
			       .has_more_hosts = url->n_hosts > 1 };
	snprintf(seconds, sizeof(seconds), "%d", url->connect_timeout);
	add_word(dial, "fallback_application_name",
		 options->application_name ? options->application_name : "soniq");
	add_word(dial, "keepalives_idle", "2");
	add_word(dial, "keepalives_interval", "1");
	add_word(dial, "keepalives_count", "2");
	add_word(dial, "tcp_user_timeout", "4000");
	add_word(dial, "dbname", options->url);
	if (dbname)
		add_word(dial, "dbname", dbname);
	add_word(dial, "connect_timeout", seconds);
	add_word(dial, "client_encoding", "UTF8");
	struct dial *whole = dial;
	dial = NULL;
	return whole;
}

static void drop_notice(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

static bool wait_socket(const PGconn *conn, PostgresPollingStatusType want, usec_t until)
{
	struct pollfd fd = { .fd = PQsocket(conn),
			     .events = want == PGRES_POLLING_READING ? POLLIN : POLLOUT };
	const usec_t left = until - clock_mono();

	/* An interruption is an early look, which PQconnectPoll takes well. */
	return left > 0 && poll(&fd, 1, (int)(left / MSEC) + 1) != 0;
}

static void dial_work(void *arg)
{
	struct dial *dial = arg;
	const usec_t until = clock_mono() + dial->timeout;
	PostgresPollingStatusType want = PGRES_POLLING_WRITING;

	dial->conn = PQconnectStartParams(dial->keywords, dial->values, 1);
	if (!dial->conn || PQstatus(dial->conn) == CONNECTION_BAD)
		return;
	PQsetNoticeReceiver(dial->conn, drop_notice, NULL);
	/* Without this, no SQLSTATE tells a wrong password from a missing database. */
	PQsetErrorVerbosity(dial->conn, PQERRORS_VERBOSE);
	while (!dial->is_late && want != PGRES_POLLING_OK && want != PGRES_POLLING_FAILED) {
		dial->is_late = !wait_socket(dial->conn, want, until);
		if (!dial->is_late)
			want = PQconnectPoll(dial->conn);
	}
	/* Only the blocking way goes on to the next host after one that says nothing. */
	if (dial->is_late && dial->has_more_hosts) {
		PQreset(dial->conn);
		dial->is_late = PQstatus(dial->conn) != CONNECTION_OK;
	}
}

static enum err_code fail_late(const struct db_options *options, struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE,
		       "%s: no answer from the server; check the address and the firewall",
		       options->label);
}

static enum err_code dial_result(const struct db_options *options, struct dial *dial,
				 PGconn **ret_conn, char ret_state[PG_STATE_MAX], struct err *err)
{
	if (!dial->conn)
		return err_set(err, ERR_UNAVAILABLE, "%s: out of memory", options->label);
	if (dial->is_late)
		return fail_late(options, err);
	if (PQstatus(dial->conn) != CONNECTION_OK)
		return pg_fail_dial(options, dial->conn, ret_state, err);
	*ret_conn = dial->conn;
	dial->conn = NULL;
	return ERR_OK;
}

enum err_code pg_dial(const struct db_options *options, const char *dbname, usec_t deadline,
		      PGconn **ret_conn, char ret_state[PG_STATE_MAX], struct err *err)
{
	struct pg_url url;
	TRY(pg_url_check(options, &url, err));

	struct dial *dial = dial_new(options, &url, dbname);
	const int n_tries = url.n_hosts > 1 ? url.n_hosts + 1 : 1;
	usec_t until = clock_mono() + RESOLVE_TIME + n_tries * dial->timeout;
	if (deadline > 0 && deadline < until)
		until = deadline;

	ret_state[0] = '\0';
	struct errand *errand = errand_start(dial_work, dial_drop, dial);
	if (!errand)
		return err_set(err, ERR_UNAVAILABLE, "%s: no thread to connect with",
			       options->label);
	const enum err_code code = errand_wait(errand, until) ?
		dial_result(options, dial, ret_conn, ret_state, err) : fail_late(options, err);
	errand_leave(errand);
	return code;
}
