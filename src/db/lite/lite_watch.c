/* lite_watch.c -- notices the commits of other connections by a number that SQLite keeps. */
#include "db/lite/lite.h"

#include <time.h>

/* Between two looks, and between two looks at whether it was cancelled. */
#define LOOK_EVERY (250 * MSEC)
#define NAP (50 * MSEC)

static enum err_code read_version(struct lite *lite, int64_t *ret, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();
	lite_start(lite);
	const int rc = sqlite3_step(lite->data_version);

	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(lite->data_version, 0);
	sqlite3_reset(lite->data_version);
	return rc == SQLITE_ROW ? ERR_OK : lite_fail(lite, rc, err);
}

static enum err_code prepare_version(struct lite *lite, struct err *err)
{
	AUTO(lite_visit) struct lite_visit visit UNUSED = lite_visit();
	int rc = SQLITE_OK;

	if (!lite->data_version)
		rc = sqlite3_prepare_v3(lite->db, "PRAGMA data_version", -1,
					SQLITE_PREPARE_PERSISTENT, &lite->data_version, NULL);
	return rc == SQLITE_OK ? ERR_OK : lite_fail(lite, rc, err);
}

enum err_code lite_watch(struct lite *lite, struct err *err)
{
	TRY(prepare_version(lite, err));
	return read_version(lite, &lite->seen_version, err);
}

static enum err_code nap(struct lite *lite, usec_t length, struct err *err)
{
	for (usec_t slept = 0; slept < length; slept += NAP) {
		if (atomic_load(&lite->is_cancelled))
			return err_set(err, ERR_CANCELLED, "%s: the wait was cancelled",
				       lite->options->label);
		nanosleep(&(struct timespec){ .tv_nsec = NAP * 1000 }, NULL);
	}
	return ERR_OK;
}

enum err_code lite_wait_change(struct lite *lite, usec_t patience, bool *ret_has_changed,
			       struct err *err)
{
	const usec_t until = clock_mono() + patience;
	int64_t version = lite->seen_version;

	for (;;) {
		/* No commit is seen in a file that nobody opens any more. */
		if (!lite_is_same_file(lite))
			return err_set(err, ERR_UNAVAILABLE, "%s: the file was moved or replaced",
				       lite->options->label);
		TRY(read_version(lite, &version, err));
		*ret_has_changed = version != lite->seen_version;
		lite->seen_version = version;
		if (*ret_has_changed || clock_mono() >= until)
			return ERR_OK;
		TRY(nap(lite, LOOK_EVERY, err));
	}
}
