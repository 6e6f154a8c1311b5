/* history_turn.c -- one turn of keeping the history: its steps, each a transaction of its own. */
#include "store/history_keep.h"

#define BATCH 5000
#define FEWER 8 /* times, after a fold that was too much */
#define RECOUNT_EVERY DAY
/* Counting takes at most this part of the time of one process. */
#define RECOUNT_PAUSE 20
#define RECOUNT_AGAIN (5 * MINUTE) /* after one that failed */
#define PRUNE_EVERY MINUTE
#define PRUNE_QUIET (10 * MINUTE)  /* while nothing happens, little becomes too much */
/* So old folded_at is written anew though there was nothing to fold; when a sample is taken, or,
 * where none is, somewhat later. */
#define IDLE_MAX (30 * SECOND)
#define IDLE_LATEST (90 * SECOND)
/* A table of soniq_x_delta that has more may be full of dead rows: a fold knows where to look. */
#define LOOK_PAGES 64

const struct history_policy history_policy_default = {
	.keep_attempts = 7 * DAY,
	.attempts_max = 5000000,
	.keep_hours = 366 * DAY,
};

static const struct field keep_state_fields[] = {
	FIELD_TIME(struct keep_state, now),          FIELD_TIME(struct keep_state, folded_at),
	FIELD_TIME(struct keep_state, derived_10),   FIELD_TIME(struct keep_state, derived_60),
	FIELD_TIME(struct keep_state, sampled_at),   FIELD_TIME(struct keep_state, pruned_at),
	FIELD_TIME(struct keep_state, recounted_at), FIELD_STR(struct keep_state, recount_due),
	FIELD_BOOL(struct keep_state, has_sums),     FIELD_I64(struct keep_state, pages),
	FIELD_BOOL_FLAGS(struct keep_state, is_told, FIELD_OPTIONAL),
	FIELD_END,
};
static const struct record keep_state_record = { "keep_state", sizeof(struct keep_state),
						 keep_state_fields };

/* ---- the lead ---- */

enum err_code lead_begin(struct db *db, usec_t patience, struct lead *ret, struct err *err)
{
	*ret = (struct lead){ .db = db };
	TRY(db_begin(db, &ret->tx, err));
	TRY(db_lock(db, SONIQ_LOCK_HISTORY, patience, err));
	ret->is_locked = true;
	return ERR_OK;
}

static void unlock(struct lead *lead)
{
	if (lead->is_locked)
		db_unlock(lead->db, SONIQ_LOCK_HISTORY);
	lead->is_locked = false;
}

enum err_code lead_commit(struct lead *lead, struct err *err)
{
	const enum err_code code = db_commit(&lead->tx, err);

	unlock(lead);
	return code;
}

/* The lock last: whoever has it next sees what was written. */
void lead_release(struct lead *lead)
{
	db_tx_release(&lead->tx);
	unlock(lead);
}

static enum err_code read_state(struct keep *keep, const struct call *call, struct err *err)
{
	const enum err_code code =
		db_query_one(keep->st->db, call, keep->arena, &keep->state, err);

	if (code != ERR_NOT_FOUND)
		return code;
	return err_set(err, ERR_SCHEMA, "%s: soniq_x_state has no row; run `soniq setup`",
		       db_label(keep->st->db));
}

enum err_code keep_state_read(struct keep *keep, struct err *err)
{
	return read_state(keep, CALL0(SQL_X_DELTA_STATE, &keep_state_record), err);
}

/* ---- when what is due; a clock that was put back makes it due as well ---- */

static bool is_past(usec_t moment, usec_t now, usec_t pause)
{
	return moment == TIME_NULL || now - moment >= pause || now < moment - pause;
}

bool keep_is_fresh(const struct keep_state *state)
{
	return !is_past(state->folded_at, state->now, IDLE_MAX);
}

static bool always(const struct keep *keep UNUSED)
{
	return true;
}

static bool is_ten_over(const struct keep *keep)
{
	return span_floor(keep->state.now, SPAN_TEN) > keep->state.derived_10;
}

static bool is_hour_over(const struct keep *keep)
{
	const struct keep_state *state = &keep->state;

	return state->derived_10 != TIME_NULL &&
	       span_floor(state->derived_10, SPAN_HOUR) > state->derived_60;
}

static bool is_minute_over(const struct keep *keep)
{
	const struct keep_state *state = &keep->state;

	return state->sampled_at == TIME_NULL ||
	       span_floor(state->sampled_at, 1) != span_floor(state->now, 1);
}

static bool is_prune_due(const struct keep *keep)
{
	const usec_t pause = keep->st->kept.is_quiet ? PRUNE_QUIET : PRUNE_EVERY;

	return is_past(keep->state.pruned_at, keep->state.now, pause);
}

static const struct step {
	const char *name;
	bool (*is_due)(const struct keep *keep);
	enum err_code (*run)(struct keep *keep, struct err *err);
	bool is_by_batch; /* of keep->limit rows */
} steps[] = {
	{ "fold", always, keep_fold, true },
	{ "derive 10 minutes", is_ten_over, keep_derive_10, false },
	{ "derive hours", is_hour_over, keep_derive_60, false },
	{ "sample", is_minute_over, keep_sample, false },
	{ "prune", is_prune_due, keep_prune, false },
};

/* ---- a turn ---- */

static enum err_code step_in_lead(struct keep *keep, const struct step *step, struct err *err)
{
	AUTO(lead) struct lead lead = { 0 };
	const enum err_code code = lead_begin(keep->st->db, 0, &lead, err);

	/* Who holds SQLite's only lock is any writer: that is told as it is. */
	if (code == ERR_BUSY && lead.tx.db) {
		keep->turn->is_leader = false;
		return ERR_OK;
	}
	TRY(code);
	TRY(keep_state_read(keep, err));
	if (step->is_due(keep))
		TRY(step->run(keep, err));
	return lead_commit(&lead, err);
}

static enum err_code step_once(struct keep *keep, const struct step *step, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };

	keep->arena = &arena;
	const enum err_code code = step_in_lead(keep, step, err);
	keep->arena = NULL;
	/* Its text ends with this arena; that there is one is what the next steps ask. */
	if (keep->state.recount_due.p)
		keep->state.recount_due = S("");
	return code;
}

static bool is_too_much(enum err_code code)
{
	return code == ERR_TOO_LARGE || code == ERR_TIMEOUT || code == ERR_UNAVAILABLE;
}

/* What is too much at once, for a result, for memory or for the time of a statement, is tried with
 * fewer rows, lest it stand in the way for ever; what succeeds, with more again. Memory that runs
 * out does not come back here: what the next fold takes is noted before. */
static enum err_code step_by_batch(struct keep *keep, const struct step *step, struct err *err)
{
	int64_t *batch = &keep->st->kept.batch;

	if (!step->is_by_batch)
		return step_once(keep, step, err);
	keep->limit = *batch > 0 ? *batch : BATCH;
	*batch = keep->limit > FEWER ? keep->limit / FEWER : 1;
	const enum err_code code = step_once(keep, step, err);
	if (code == ERR_OK)
		*batch = keep->limit < BATCH / 2 ? 2 * keep->limit : 0;
	else if (!is_too_much(code))
		*batch = keep->limit;
	return code;
}

/* What is too large is so without having taken long: it is tried anew at once. */
static enum err_code run_step(struct keep *keep, const struct step *step, struct err *err)
{
	enum err_code code = step_by_batch(keep, step, err);

	while (code == ERR_TOO_LARGE && step->is_by_batch && keep->limit > 1) {
		*err = (struct err){ 0 };
		code = step_by_batch(keep, step, err);
	}
	return code == ERR_OK ? code : err_prefix(err, step->name);
}

static bool is_recount_due(const struct keep *keep)
{
	const struct keep_state *state = &keep->state;
	const bool is_wanted = state->recount_due.p != NULL ||
			       is_past(state->recounted_at, state->now, RECOUNT_EVERY);

	return is_wanted && clock_mono() >= keep->st->kept.count_after;
}

static enum err_code recount(struct keep *keep, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const usec_t began = clock_mono();

	keep->arena = &arena;
	const enum err_code code = keep_recount(keep, 0, err);
	const usec_t now = clock_mono();

	keep->arena = NULL;
	keep->st->kept.count_after = now + (now - began) * RECOUNT_PAUSE;
	keep->turn->has_recounted = code == ERR_OK;
	/* Somebody else counts. */
	if (code == ERR_BUSY)
		return ERR_OK;
	if (code != ERR_OK && keep->st->kept.count_after < now + RECOUNT_AGAIN)
		keep->st->kept.count_after = now + RECOUNT_AGAIN;
	return code == ERR_OK ? code : err_prefix(err, "recount");
}

/* While nothing happens, one small statement tells so, and neither takes a lock nor writes. */
static enum err_code look(const struct keep *keep, bool *ret_is_due, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct keep own = *keep;

	own.arena = &arena;
	TRY(read_state(&own, CALL(SQL_X_DELTA_LOOK, &keep_state_record, P_I64(LOOK_PAGES)), err));

	*ret_is_due = own.state.is_told == 1 || is_recount_due(&own) ||
		      is_past(own.state.folded_at, own.state.now, IDLE_LATEST);
	for (size_t i = 1; i < ARRAY_LEN(steps) && !*ret_is_due; i++)
		*ret_is_due = steps[i].is_due(&own);
	return ERR_OK;
}

enum err_code store_history_turn(struct store *st, const struct history_policy *policy,
				 struct history_turn *ret, struct err *err)
{
	struct history_turn turn = { .is_leader = true };
	struct keep keep = { .st = st, .policy = policy, .turn = &turn };

	bool is_due = true;
	if (st->kept.is_quiet)
		TRY(look(&keep, &is_due, err));
	*ret = turn;
	if (!is_due)
		return ERR_OK;
	for (size_t i = 0; i < ARRAY_LEN(steps) && turn.is_leader; i++) {
		/* The first one reads what the others are judged by. */
		if (i == 0 || steps[i].is_due(&keep))
			TRY(run_step(&keep, &steps[i], err));
	}
	if (turn.is_leader && is_recount_due(&keep))
		TRY(recount(&keep, err));
	st->kept.is_quiet = turn.is_leader && turn.folded == 0 && !turn.is_behind;
	*ret = turn;
	return ERR_OK;
}
