/* pg_wait.c -- sends and receives without ever waiting longer than a deadline. */
#include "db/pg/pg.h"

#include <errno.h>
#include <poll.h>

/* How long after the server's own statement_timeout, and after a cancel, we still listen. */
#define GRACE (2 * SECOND)
/* A cancel that arrives between two messages of ours finds nothing to stop, and is lost. */
#define CANCEL_AGAIN (200 * MSEC)

static int millis(usec_t left)
{
	return left > 0 ? (int)(left / MSEC) + 1 : 0;
}

static void cancel_work(void *arg)
{
	char why[256];

	PQcancel(arg, why, sizeof(why));
}

static void cancel_drop(void *arg)
{
	PQfreeCancel(arg);
}

static usec_t first_of(usec_t a, usec_t b)
{
	return b > 0 && b < a ? b : a;
}

/* Once more, unless the one before is still on its way. */
static void send_cancel(struct pg *pg)
{
	pg->until = first_of(clock_mono() + CANCEL_AGAIN, pg->last_until);
	if (pg->canceller && !errand_wait(pg->canceller, 0))
		return;
	errand_leave(pg->canceller);

	PGcancel *cancel = PQgetCancel(pg->conn);
	pg->canceller = cancel ? errand_start(cancel_work, cancel_drop, cancel) : NULL;
}

void pg_stop(struct pg *pg, enum err_code why)
{
	if (pg->stopping != ERR_OK)
		return;
	pg->stopping = why;
	pg->last_until = clock_mono() + GRACE;
	send_cancel(pg);
}

enum err_code pg_started(struct pg *pg, int was_sent, struct err *err)
{
	pg->stopping = ERR_OK;
	pg->until = clock_mono() + pg_statement_timeout(pg) + GRACE;
	if (pg->is_stoppable)
		pg->until = first_of(pg->until, pg->deadline);
	return was_sent ? ERR_OK : pg_fail(pg, NULL, err);
}

/* Nothing more is heard: of a write that was under way nothing is known. */
static enum err_code give_up(struct pg *pg, struct err *err)
{
	pg->is_broken = true;
	if (pg->options->role == DB_READ && pg->stopping == ERR_CANCELLED)
		return err_set(err, ERR_CANCELLED, "%s: the statement was cancelled",
			       pg->options->label);
	if (pg->options->role == DB_READ)
		return err_set(err, ERR_TIMEOUT, "%s: the server does not answer any more",
			       pg->options->label);
	return err_set(err, ERR_UNAVAILABLE, "%s: the server does not answer any more; look "
		       "whether the change was made before you try again", pg->options->label);
}

static enum err_code overdue(struct pg *pg, struct err *err)
{
	if (!pg->is_stoppable || (pg->stopping != ERR_OK && clock_mono() >= pg->last_until))
		return give_up(pg, err);
	if (pg->stopping == ERR_OK)
		pg_stop(pg, ERR_TIMEOUT);
	else
		send_cancel(pg);
	return ERR_OK;
}

/* Waits until the socket has something for us, or takes something if wants_out. */
static enum err_code wait_socket(struct pg *pg, bool wants_out, struct err *err)
{
	for (;;) {
		const bool heeds_wake = pg->is_stoppable && pg->stopping == ERR_OK;
		struct pollfd fds[2] = {
			{ PQsocket(pg->conn), (short)(POLLIN | (wants_out ? POLLOUT : 0)), 0 },
			{ pg->wake_fd, POLLIN, 0 },
		};
		const int n = poll(fds, heeds_wake ? 2 : 1, millis(pg->until - clock_mono()));

		if (n < 0 && errno != EINTR)
			return pg_fail(pg, NULL, err);
		if (n > 0 && fds[0].revents)
			return ERR_OK;
		if (n > 0)
			pg_stop(pg, ERR_CANCELLED);
		if (n == 0 && clock_mono() >= pg->until)
			TRY(overdue(pg, err));
	}
}

/* A cancel that is still on its way would hit the next statement. */
static void settle_cancel(struct pg *pg)
{
	if (!pg->canceller)
		return;
	if (!errand_wait(pg->canceller, clock_mono() + GRACE))
		pg->is_broken = true;
	errand_leave(pg->canceller);
	pg->canceller = NULL;
}

enum err_code pg_next(struct pg *pg, PGresult **ret_result, struct err *err)
{
	while (PQisBusy(pg->conn)) {
		const int rest = PQflush(pg->conn);

		if (rest < 0)
			return pg_fail(pg, NULL, err);
		TRY(wait_socket(pg, rest > 0, err));
		if (!PQconsumeInput(pg->conn))
			return pg_fail(pg, NULL, err);
	}
	*ret_result = PQgetResult(pg->conn);
	if (!*ret_result)
		settle_cancel(pg);
	return ERR_OK;
}

static bool is_error(const PGresult *result)
{
	const ExecStatusType status = PQresultStatus(result);

	return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
	       status != PGRES_SINGLE_TUPLE && status != PGRES_EMPTY_QUERY;
}

/* Reads all results, keeps the last one that is none of an error. */
static enum err_code finish(struct pg *pg, PGresult **ret_last, struct err *err)
{
	enum err_code code = ERR_OK;
	PGresult *result;

	for (;;) {
		TRY(pg_next(pg, &result, err));
		if (!result)
			return code;
		if (code == ERR_OK && is_error(result))
			code = pg_fail(pg, result, err);
		PQclear(*ret_last);
		*ret_last = result;
	}
}

enum err_code pg_finish(struct pg *pg, PGresult **ret_last, struct err *err)
{
	PGresult *last = NULL;
	const enum err_code code = finish(pg, &last, err);

	if (code == ERR_OK && ret_last)
		*ret_last = last;
	else
		PQclear(last);
	return code;
}

enum err_code pg_run(struct pg *pg, const char *text, PGresult **ret_last, struct err *err)
{
	pg->is_stoppable = true;
	TRY(pg_started(pg, PQsendQuery(pg->conn, text), err));
	return pg_finish(pg, ret_last, err);
}

enum err_code pg_run_firmly(struct pg *pg, const char *text, PGresult **ret_last, struct err *err)
{
	pg->is_stoppable = false;
	TRY(pg_started(pg, PQsendQuery(pg->conn, text), err));
	return pg_finish(pg, ret_last, err);
}

enum err_code pg_pause(struct pg *pg, usec_t pause, struct err *err)
{
	struct pollfd fd = { pg->wake_fd, POLLIN, 0 };

	poll(&fd, 1, millis(pause));
	if (atomic_load(&pg->is_cancelled))
		return err_set(err, ERR_CANCELLED, "%s: the wait was cancelled",
			       pg->options->label);
	if (pg->deadline > 0 && clock_mono() >= pg->deadline)
		return err_set(err, ERR_TIMEOUT, "%s: the wait took too long", pg->options->label);
	return ERR_OK;
}
