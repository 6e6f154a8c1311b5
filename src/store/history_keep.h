/* history_keep.h -- for the store itself: what the steps of keeping the history share. */
#ifndef STORE_HISTORY_KEEP_H
#define STORE_HISTORY_KEEP_H

#include "base/table.h"
#include "json/json.h"
#include "store/history.h"

/* Held by whoever keeps the history; made like those of setup.h, of "soniq.history". */
#define SONIQ_LOCK_HISTORY (-3880281731548567603LL)

#define KEEP_MINUTE_SPANS (48 * HOUR)    /* how long rollups of a minute are kept */
#define KEEP_TEN_SPANS (14 * DAY)        /* and of ten */
#define KEEP_TEXT_MAX ((size_t)64 << 20) /* bytes of one parameter */

/* The state row, read inside the transaction of a step. */
struct keep_state {
	usec_t now; /* the database's clock, here and below */
	usec_t folded_at, derived_10, derived_60, sampled_at, pruned_at, recounted_at;
	struct str recount_due; /* in the arena of the step */
	int8_t has_sums;        /* 1: rollups of all queues together are kept (history_sum.c) */
	int64_t pages;          /* of soniq_x_delta; 0: it does not matter */
	int8_t is_told;         /* 1: it may have rows; of a look only */
};

/* A step that is under way. */
struct keep {
	struct store *st;
	const struct history_policy *policy;
	struct history_turn *turn;
	struct arena *arena; /* of this step */
	struct keep_state state;
	int64_t limit; /* delta rows of one batch */
};

/* A transaction of the one that leads. */
struct lead {
	struct db *db;
	struct db_tx tx;
	bool is_locked;
};
/* Waits at most `patience` for the lead. Errors: BUSY  another process has it; those of db_begin */
enum err_code lead_begin(struct db *db, usec_t patience, struct lead *ret,
			 struct err *err) MUST_CHECK;
enum err_code lead_commit(struct lead *lead, struct err *err) MUST_CHECK;
void lead_release(struct lead *lead);
/* SCHEMA: the row is missing, or the tables. */
enum err_code keep_state_read(struct keep *keep, struct err *err) MUST_CHECK;

/* It was noted not long ago how far all is folded. */
bool keep_is_fresh(const struct keep_state *state);

/* The steps, each in the transaction of its caller. */
enum err_code keep_fold(struct keep *keep, struct err *err) MUST_CHECK;
enum err_code keep_derive_10(struct keep *keep, struct err *err) MUST_CHECK;
enum err_code keep_derive_60(struct keep *keep, struct err *err) MUST_CHECK;
enum err_code keep_sample(struct keep *keep, struct err *err) MUST_CHECK;
enum err_code keep_prune(struct keep *keep, struct err *err) MUST_CHECK;
/* Counts all rows; makes its own transaction. BUSY: another process has the lead, or has counted
 * meanwhile. */
enum err_code keep_recount(struct keep *keep, usec_t patience, struct err *err) MUST_CHECK;

/* ---- names (history_names.c) ---- */

enum name_kind { NAME_QUEUE, NAME_TYPE, NAME__KINDS };

struct name {
	enum name_kind kind;
	struct str key, name; /* as in soniq_x_names */
	int64_t id;           /* 0: not resolved yet */
};
struct names {
	struct table table; /* struct name */
	struct name *others[NAME__KINDS];
};
struct names names_new(struct arena *arena);
/* Stays where it is. A name that the dictionary cannot hold is one of the others. */
struct name *names_put(struct names *names, enum name_kind kind, struct str name);
/* Give each its id: its own, a new one while there is room, or that of the others. */
enum err_code names_resolve(struct keep *keep, struct names *names, struct err *err) MUST_CHECK;

/* ---- rollups (history_rollup.c) ---- */

enum span { SPAN_EVER = 0, SPAN_MINUTE = 1, SPAN_TEN = 10, SPAN_HOUR = 60 };

struct rollup {
	int64_t name_id, span;
	usec_t at;
	int64_t arrived, started, done, failed, dead, cancelled, returned;
	int64_t wait_n, run_n;
	double wait_us, run_us, total_us;
	struct str waits, runs; /* histograms as text: of a row, and to be written */
	int64_t queued_max, processing_max, oldest_us, workers_max;
	usec_t last_end;
	struct histogram *wait_times, *run_times; /* NULL: none yet */
};
extern const struct record rollup_record;

struct rollups {
	struct table table; /* struct rollup */
	struct arena *arena;
};
struct rollups rollups_new(struct arena *arena);
/* Made of nothing when it is missing. */
struct rollup *rollups_at(struct rollups *rollups, int64_t name_id, enum span span, usec_t at);
/* Adds what is in `from`, its texts too. */
void rollup_merge(struct rollup *to, const struct rollup *from, struct arena *arena);
/* The same for two queues of one moment: what waits and runs in them adds up. */
void rollup_merge_queue(struct rollup *to, const struct rollup *from, struct arena *arena);
/* Add durations, as texts of the triggers: microseconds with blanks between. What is none is
 * skipped. */
void rollup_waited(struct rollup *to, struct str times, struct arena *arena);
void rollup_ran(struct rollup *to, struct str times, struct arena *arena);
/* What came too late for the coarse rollups is added to them as well; has_ever: to those that
 * never end too. */
void rollups_fan(struct rollups *rollups, const struct keep_state *state, bool has_ever);
/* Adds them to what the tables hold. */
enum err_code rollups_add(struct keep *keep, struct rollups *rollups, struct err *err) MUST_CHECK;
/* Writes them in the place of what the tables hold. */
enum err_code rollups_put(struct keep *keep, struct rollups *rollups, struct err *err) MUST_CHECK;
/* Add what the tables hold of these. */
enum err_code rollups_read(struct keep *keep, struct rollups *rollups, struct err *err) MUST_CHECK;

/* The first moment, not before `from`, of which something is known; TIME_NULL: there is none. */
enum err_code rollups_next(struct keep *keep, enum span span, usec_t from, usec_t *ret_at,
			   struct err *err) MUST_CHECK;

/* The number of all queues together, which have no row of the dictionary. */
#define ALL_QUEUES 0

/* Where the span of so many minutes begins that holds the moment. */
static inline usec_t span_floor(usec_t at, int64_t minutes)
{
	const usec_t span = minutes * MINUTE;

	return at - at % span;
}

/* Add up the rollups of all queues where that was never done (history_sum.c): from then on turns
 * keep the sums. In one transaction, with the lead. Errors: BUSY  another process has it */
enum err_code history_sum_queues(struct store *st, struct err *err) MUST_CHECK;

/* ---- gauges (history_gauge.c) ---- */

struct cell {
	int64_t queue_id, type_id;
	struct str status;
	int64_t n;
};
extern const struct record cell_record;
/* One of the statuses that gauges tell apart; "*" for all others. Beside these there is
 * gauge_dated: those of the queued ones that have a moment. No row's status becomes that. */
extern const struct str gauge_dated;
struct str gauge_status(struct str status);
/* ret_below: some count is below zero now. */
enum err_code gauges_add(struct keep *keep, const struct list *cells, bool *ret_below,
			 struct err *err) MUST_CHECK;

/* A row of one number. */
struct number {
	int64_t n;
};
extern const struct record number_record;

#endif
