/* lite_run.c -- bounds what SQLite does: by time, by the caller's patience, by cancel. */
#include "db/lite/lite.h"

#include <time.h>

void lite_start(struct lite *lite)
{
	const usec_t timeout = lite->options->statement_timeout;
	const usec_t mono = clock_mono();

	lite->until = mono + (timeout > 0 ? timeout : DB_STATEMENT_TIMEOUT);
	if (lite->deadline > 0 && lite->deadline < lite->until)
		lite->until = lite->deadline;
	lite->is_stoppable = true;
	if (!lite->is_in_tx)
		lite->now = clock_now();
}

void lite_start_firmly(struct lite *lite)
{
	lite->until = INT64_MAX;
	lite->is_stoppable = false;
}

bool lite_is_over(const struct lite *lite)
{
	return lite->is_stoppable &&
	       (atomic_load(&lite->is_cancelled) || clock_mono() >= lite->until);
}

int lite_on_progress(void *arg)
{
	return lite_is_over(arg);
}

/* Short pauses at first: most locks are held for a millisecond. */
static usec_t pause_of(int n_before)
{
	static const usec_t pauses[] = { 1 * MSEC, 2 * MSEC, 5 * MSEC, 10 * MSEC, 20 * MSEC };
	const int last = (int)ARRAY_LEN(pauses) - 1;

	return pauses[n_before < last ? n_before : last];
}

int lite_on_busy(void *arg, int n_before)
{
	struct lite *lite = arg;
	const bool reads = lite->options->role == DB_READ;
	const usec_t patience = reads ? DB_READ_PATIENCE : DB_WRITE_PATIENCE;
	const usec_t mono = clock_mono();

	if (n_before == 0)
		lite->busy_since = mono;
	if (lite_is_over(lite) || mono - lite->busy_since >= patience)
		return 0;
	nanosleep(&(struct timespec){ .tv_nsec = pause_of(n_before) * 1000 }, NULL);
	return 1;
}

enum err_code lite_run(struct lite *lite, const char *text, struct err *err)
{
	const int rc = sqlite3_exec(lite->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ERR_OK : lite_fail(lite, rc, err);
}
