/* lineage.h -- what a job is a replay of, and the replays of a dead letter. */
#ifndef STORE_LINEAGE_H
#define STORE_LINEAGE_H

#include "store/job.h"

#define LINEAGE_MAX 50

struct kin {
	struct str id;
	struct str relation; /* "origin", "replay" */
	struct str status;   /* of a row that is gone: how its last attempt ended */
	usec_t at;           /* when it was replayed */
	int8_t is_certain;   /* 0: same name, arguments and moment, but others have that, too */
	int64_t n;           /* hidden: which replay; I64_NULL: not known */
};
extern const struct record kin_record;

/* Of a job as store_job_trace gives it: its origin, then, of a dead letter, its replays, oldest
 * first, the newest LINEAGE_MAX.
 *
 * Our own replays are known by their id, whatever became of them since (of those whose rows are
 * gone the history has to tell). Of those that the Python project made, the newest of a dead
 * letter is: it was made at the moment that the letter has; older ones nobody can tell. An origin
 * is looked for among the newest LINEAGE_LOOKED dead letters that were there when the job was made.
 *
 * Errors: those of db_query */
#define LINEAGE_LOOKED 5000
enum err_code store_lineage(struct store *st, const struct job *job, struct arena *arena,
			    struct list *ret, struct err *err) MUST_CHECK;

#endif
