/* keeper.h -- the thread of a dashboard that keeps the history: it folds what the triggers wrote,
 * and writes to tables of ours and no others. */
#ifndef API_KEEPER_H
#define API_KEEPER_H

#include "base/log.h"
#include "store/history.h"

struct keeper;

struct keeper_options {
	struct db_options database;     /* its texts are copied */
	struct history_policy policy;
	usec_t stale_after;             /* as in struct store */
	const struct log_sink *log;     /* borrowed; NULL: stderr */
};

/* What it did since the start. */
struct keeper_meter {
	int64_t turns;
	int64_t folded;                 /* rows of soniq_x_delta */
	int64_t failures;
	usec_t busy;                    /* time in turns, mostly waiting for the database */
	bool is_keeping;                /* the last turn went well: this one or another leads */
};

/* Begin at once, and go on whatever becomes of the database: trouble is told once in the log. */
enum err_code keeper_start(const struct keeper_options *options, struct keeper **ret_keeper,
			   struct err *err) MUST_CHECK;
/* End it, within a second also when the database says nothing. */
void keeper_free(struct keeper *keeper);
DEFINE_AUTO_FREE(keeper)
/* Any thread; NULL: nothing was done. */
struct keeper_meter keeper_meter_get(struct keeper *keeper);

/* Something has changed: while it rests it does not wait any longer. Any thread; NULL: nothing. */
void keeper_rouse(struct keeper *keeper);

/* How long to wait after a turn: a second; less while there is more to fold, but no more than a
 * fifth of the time is spent (half of it when it has been too little for long); more while
 * nothing happens (it rests), and after failures. */
struct keeper_pace {
	int behind, quiet, failed;      /* turns in a row */
};
usec_t keeper_pause(struct keeper_pace *pace, enum err_code code, const struct history_turn *turn,
		    usec_t took);
bool keeper_rests(const struct keeper_pace *pace);

#endif
