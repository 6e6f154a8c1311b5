/* history_prune.c -- what is too old goes, a bounded number of rows at a time. */
#include "store/history_keep.h"

#define ROWS_AT_ONCE 5000

/* So far the database's clock may be ahead of what has passed. */
#define AHEAD_MAX HOUR

static usec_t first_of(usec_t a, usec_t b)
{
	return a < b ? a : b;
}

/* Now, for what is deleted by its age. A clock that is put forward makes nothing older: neither one
 * that is ahead of ours, nor one that goes faster than time does. If it is right after all, it is
 * believed a day later. */
static usec_t ripe_now(struct keep *keep)
{
	struct store_kept *kept = &keep->st->kept;
	const usec_t now = first_of(keep->state.now, clock_now() + AHEAD_MAX);
	const usec_t mono = clock_mono();

	if (kept->pruned_mono == 0 || mono - kept->pruned_mono > DAY) {
		kept->pruned_mono = mono;
		kept->pruned_now = now;
	}
	return first_of(now, kept->pruned_now + (mono - kept->pruned_mono) + AHEAD_MAX);
}

/* ret_more: there may be more of it. */
static enum err_code note(struct keep *keep, int64_t n, bool *ret_more)
{
	keep->turn->pruned += n;
	*ret_more |= n >= ROWS_AT_ONCE;
	return ERR_OK;
}

static enum err_code prune_attempts(struct keep *keep, usec_t before, int64_t limit, bool *ret_more,
				    struct err *err)
{
	int64_t n;
	TRY(db_exec(keep->st->db, CALL(SQL_X_PRUNE_ATTEMPTS, NULL, P_TIME(before), P_I64(limit)),
		    &n, err));

	return note(keep, n, ret_more);
}

/* The number is an estimate, and of a moment ago: one step at a time, so that little is deleted
 * that could have stayed. */
static enum err_code prune_surplus(struct keep *keep, bool *ret_more, struct err *err)
{
	struct number attempts;
	TRY(db_query_one(keep->st->db, CALL0(SQL_X_PRUNE_COUNT, &number_record), keep->arena,
			 &attempts, err));

	const int64_t surplus = attempts.n - keep->policy->attempts_max;
	if (attempts.n == I64_NULL || surplus <= 0)
		return ERR_OK;
	return prune_attempts(keep, TIME_INFINITY, surplus < ROWS_AT_ONCE ? surplus : ROWS_AT_ONCE,
			      ret_more, err);
}

static enum err_code prune_rollups(struct keep *keep, enum span span, usec_t before, bool *ret_more,
				   struct err *err)
{
	int64_t n;
	if (before <= 0)
		return ERR_OK;
	TRY(db_exec(keep->st->db,
		    CALL(SQL_X_PRUNE_ROLLUP, NULL, P_I64(span), P_TIME(before),
			 P_I64(ROWS_AT_ONCE)),
		    &n, err));

	return note(keep, n, ret_more);
}

/* A finer rollup stays until the coarser one is derived. */
enum err_code keep_prune(struct keep *keep, struct err *err)
{
	const struct keep_state *state = &keep->state;
	const usec_t now = ripe_now(keep);
	bool is_more = false, is_over = false;

	TRY(prune_attempts(keep, now - keep->policy->keep_attempts, ROWS_AT_ONCE, &is_more,
			   err));
	TRY(prune_surplus(keep, &is_over, err));
	TRY(prune_rollups(keep, SPAN_MINUTE,
			  first_of(now - KEEP_MINUTE_SPANS, state->derived_10), &is_more,
			  err));
	TRY(prune_rollups(keep, SPAN_TEN, first_of(now - KEEP_TEN_SPANS, state->derived_60),
			  &is_more, err));
	TRY(prune_rollups(keep, SPAN_HOUR, now - keep->policy->keep_hours, &is_more, err));
	TRY(db_exec(keep->st->db,
		    CALL(SQL_X_PRUNE_HOLES, NULL, P_TIME(now - keep->policy->keep_hours)), NULL,
		    err));
	keep->turn->is_behind |= is_more;
	if (is_more || is_over)
		return ERR_OK;
	return db_exec(keep->st->db,
		       CALL(SQL_X_PRUNE_DONE, NULL, P_TIME(now - keep->policy->keep_hours)), NULL,
		       err);
}
