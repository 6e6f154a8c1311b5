/* pg_watch.c -- waits for what other sessions NOTIFY. */
#include "db/pg/pg.h"

#include <errno.h>
#include <poll.h>

enum err_code pg_watch(struct pg *pg, struct err *err)
{
	if (!pg->is_pooled)
		return ERR_OK;
	return err_set(err, ERR_INVALID, "%s: notices do not come through this pooler; give it "
		       "session mode, or connect past it", pg->options->label);
}

/* Takes all that have come; were there any? */
static bool take_notices(struct pg *pg)
{
	PGnotify *notice;
	bool has_any = false;

	while ((notice = PQnotifies(pg->conn))) {
		PQfreemem(notice);
		has_any = true;
	}
	return has_any;
}

/* Waits for the socket; what it has is read, notices too. */
static enum err_code wait_more(struct pg *pg, usec_t left, struct err *err)
{
	struct pollfd fds[2] = {
		{ PQsocket(pg->conn), POLLIN, 0 },
		{ pg->wake_fd, POLLIN, 0 },
	};
	const int n = poll(fds, 2, (int)(left / MSEC) + 1);

	if (atomic_load(&pg->is_cancelled))
		return err_set(err, ERR_CANCELLED, "%s: the wait was cancelled",
			       pg->options->label);
	if ((n < 0 && errno != EINTR) || (n > 0 && fds[0].revents && !PQconsumeInput(pg->conn)))
		return pg_fail(pg, NULL, err);
	return ERR_OK;
}

enum err_code pg_wait_change(struct pg *pg, usec_t patience, bool *ret_has_changed,
			     struct err *err)
{
	const usec_t until = clock_mono() + patience;

	while (!(*ret_has_changed = take_notices(pg))) {
		const usec_t left = until - clock_mono();
		if (left <= 0)
			return ERR_OK;
		TRY(wait_more(pg, left, err));
	}
	return ERR_OK;
}
