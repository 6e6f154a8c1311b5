/* history_setup.c -- goes through the steps: what is needed is run, noted, and told of. */
#include "store/history_setup.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "store/history_keep.h"
#include "store/history_steps.h"
#include "store/setup.h"

#define PATIENCE MINUTE
#define INDEX_PATIENCE (10 * MINUTE)
/* Those that want to write the table wait behind us for so long, and then go on for so long: behind
 * somebody who writes for minutes they stand still for a fifth of the time. */
#define TABLE_LOCK "200ms"
#define USUAL_LOCK "5s"
#define PAUSE (800 * MSEC)

static const struct field step_fields[] = {
	FIELD_STR(struct history_step, name), FIELD_STR(struct history_step, what),
	FIELD_STR(struct history_step, sql),  FIELD_F64(struct history_step, took_ms),
	FIELD_STR(struct history_step, note), FIELD_END,
};
const struct record history_step_record = { "history_step", sizeof(struct history_step),
					    step_fields };

/* A row of the bookkeeping. */
struct done {
	struct str step;
	usec_t applied_at;
	struct str digest;
	struct str note;
};

static const struct field done_fields[] = {
	FIELD_STR(struct done, step),
	FIELD_TIME(struct done, applied_at),
	FIELD_STR(struct done, digest),
	FIELD_STR(struct done, note),
	FIELD_END,
};
static const struct record done_record = { "done", sizeof(struct done), done_fields };

struct work {
	struct store *st;
	const struct history_setup_options *options;
	struct arena *arena;
	bool is_whole;      /* the history, before we began */
	bool leaves_unseen; /* a step is among them while which jobs come and go unseen */
	struct list parts; /* struct part */
	struct list done;  /* struct done */
	struct list steps; /* struct history_step: the result */
};

/* ---- what there is ---- */

static const struct done *find_done(const struct work *w, const char *name)
{
	for (size_t i = 0; name && i < w->done.n; i++) {
		const struct done *d = LIST_AT(&w->done, struct done, i);

		if (str_eq(d->step, str_of(name)))
			return d;
	}
	return NULL;
}

/* One that is a step's, or NULL. The name may be the beginning of several. */
static const struct part *find_part(const struct work *w, const char *kind, const char *name)
{
	for (size_t i = 0; i < w->parts.n; i++) {
		const struct part *p = LIST_AT(&w->parts, struct part, i);

		if (p->is_there == 1 && str_eq(p->kind, str_of(kind)) &&
		    (!name || str_starts(p->name, str_of(name))))
			return p;
	}
	return NULL;
}

static bool has_part(const struct work *w, const struct step_text *s)
{
	const struct part *p = s->kind ? find_part(w, s->kind, s->part) : NULL;

	return p && p->is_valid == 1;
}

static enum err_code look(struct work *w, struct err *err)
{
	struct history history;
	TRY(history_parts(w->st, w->arena, &w->parts, err));
	store_history_forget(w->st);
	TRY(store_history(w->st, w->arena, &history, err));

	w->is_whole = history.state == HISTORY_OK;
	w->done = list_new(w->arena, sizeof(struct done));
	if (!find_part(w, "steps", NULL))
		return ERR_OK;
	return db_query(w->st->db, CALL0(SQL_X_STEP_LIST, &done_record), w->arena, &w->done, err);
}

/* ---- what is to be done ---- */

static struct str text_of(const struct work *w, const struct step_text *s)
{
	const bool is_lite = db_is_sqlite(w->st->db);

	for (const struct migration_text *t = s->texts; t && t->version; t++) {
		if (strcmp(t->version, s->version) == 0)
			return str_of(is_lite ? t->lite : t->pg);
	}
	return str_of(is_lite ? sql_texts[s->sql].lite : sql_texts[s->sql].pg);
}

/* Tells a text from the one of another release, no more. */
static struct str digest_of(const struct work *w, const struct step_text *s)
{
	return str_of(arena_printf(w->arena, "%016" PRIx64, str_hash(text_of(w, s))));
}

/* Was the very text run that we have? What was found there is as good. */
static bool is_current(const struct work *w, const struct step_text *s)
{
	const struct done *d = find_done(w, s->name);

	return d && (!d->digest.p || str_eq(d->digest, digest_of(w, s)));
}

static bool is_needed(const struct work *w, const struct step_text *s)
{
	const struct done *undone = find_done(w, s->undoes);

	if ((s->flags & STEP_PG) && db_is_sqlite(w->st->db))
		return false;
	switch (s->need) {
	case NEED_SCRIPT:
		return !w->is_whole || !is_current(w, s);
	case NEED_PART:
		return !has_part(w, s) || (find_done(w, s->name) && !is_current(w, s));
	case NEED_GONE:
		return find_part(w, s->kind, s->part) != NULL;
	case NEED_UNDONE:
		return undone && !undone->note.p;
	}
	return false;
}

static const char *wanted_of(const struct work *w, const struct step_text *s)
{
	if (!(s->flags & STEP_TX))
		return "old";
	return w->options->removes ? "any" : "write";
}

/* ---- running one ---- */

static void tell(const struct work *w, enum history_news news, const struct history_step *step)
{
	if (w->options->tell)
		w->options->tell(w->options->arg, news, step);
}

static enum err_code run_text(struct work *w, const struct step_text *s, struct err *err)
{
	if (s->texts)
		return db_run_script(w->st->db, text_of(w, s).p, err);
	return db_exec(w->st->db, CALL0(s->sql, NULL), NULL, err);
}

static enum err_code set_patience(struct work *w, const char *time, bool is_local, struct err *err)
{
	return db_exec(w->st->db, CALL(SQL_X_PATIENCE, NULL, P_TEXT(time), P_BOOL(is_local)), NULL,
		       err);
}

/* note: why it was left out, or NULL. */
static enum err_code put_done(struct work *w, const struct step_text *s, struct str note,
			      struct err *err)
{
	const struct str digest = note.p ? STR_NULL : digest_of(w, s);

	return db_exec(w->st->db,
		       CALL(SQL_X_STEP_PUT, NULL, P_TEXT(s->name), P_STR(digest), P_STR(note)),
		       NULL, err);
}

/* What was done is noted; what was undone is forgotten. */
static enum err_code note_run(struct work *w, const struct step_text *s, struct err *err)
{
	if (s->undoes)
		return db_exec(w->st->db, CALL(SQL_X_STEP_DROP, NULL, P_TEXT(s->undoes)), NULL,
			       err);
	return w->options->removes ? ERR_OK : put_done(w, s, STR_NULL, err);
}

/* While the triggers were not all there, jobs came and went unseen; those of another release did
 * not tell all that these do. */
static enum err_code mark_unseen(struct work *w, const struct step_text *s, struct err *err)
{
	if (s->need != NEED_SCRIPT)
		return ERR_OK;
	if (!w->is_whole) {
		const usec_t minute = span_floor(store_now(w->st), 1);
		TRY(db_exec(w->st->db, CALL(SQL_X_HOLE_UNSEEN, NULL, P_TIME(minute)), NULL, err));
	}
	return db_exec(w->st->db, CALL(SQL_X_STATE_DUE, NULL, P_TEXT("setup")), NULL, err);
}

static enum err_code run_in_tx(struct work *w, const struct step_text *s, struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(w->st->db, &tx, err));

	if (s->flags & STEP_TABLES)
		TRY(set_patience(w, TABLE_LOCK, true, err));
	TRY(run_text(w, s, err));
	TRY(mark_unseen(w, s, err));
	TRY(note_run(w, s, err));
	return db_commit(&tx, err);
}

/* What was left of a run that was killed is half made, and no good. */
static enum err_code run_alone(struct work *w, const struct step_text *s, struct err *err)
{
	const bool is_whole = s->need == NEED_UNDONE && has_part(w, s);
	const usec_t patience = w->options->patience ? w->options->patience : INDEX_PATIENCE;
	const char *time = arena_printf(w->arena, "%" PRId64 "ms", patience / MSEC);
	TRY(set_patience(w, time, false, err));

	if (s->flags & STEP_ROW_FIRST)
		TRY(put_done(w, s, STR_NULL, err));
	if (s->before && !is_whole)
		TRY(db_exec(w->st->db, CALL0(s->before, NULL), NULL, err));
	if (!is_whole)
		TRY(run_text(w, s, err));
	TRY(set_patience(w, USUAL_LOCK, false, err));
	return s->flags & STEP_ROW_FIRST ? ERR_OK : note_run(w, s, err);
}

static void wait_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE * 1000 }, NULL);
}

/* A lock that is not had is asked for again: in between, those behind us go on. */
static enum err_code run_firmly(struct work *w, const struct step_text *s,
				struct history_step *step, struct err *err)
{
	const usec_t patience = w->options->patience ? w->options->patience : PATIENCE;
	const usec_t until = clock_mono() + patience;

	for (;;) {
		const enum err_code code =
			s->flags & STEP_TX ? run_in_tx(w, s, err) : run_alone(w, s, err);
		if (code != ERR_BUSY)
			return code;
		step->note = str_of(history_blockers(w->st, wanted_of(w, s), w->arena));
		if (clock_mono() >= until)
			return err_set(err, ERR_BUSY,
				       "no lock was to be had in time; in the way: "
				       "%.*s. End it, or run this again later: what was done "
				       "stays",
				       STR_ARG(step->note));
		tell(w, STEP_WAITS, step);
		wait_a_little();
	}
}

static bool is_for_good(enum err_code code)
{
	return code != ERR_TIMEOUT && code != ERR_CANCELLED && code != ERR_BUSY;
}

/* The server lacks it, or the role may not: everything else works without. */
static enum err_code leave_out(struct work *w, const struct step_text *s, struct history_step *step,
			       const char *why, struct err *err)
{
	step->note = str_copy(w->arena, str_of(why));
	return w->options->removes ? ERR_OK : put_done(w, s, step->note, err);
}

static enum err_code fail_step(const struct step_text *s, struct err *err)
{
	char what[80];

	snprintf(what, sizeof(what), "history, step %s", s->name);
	(void)err_prefix(err, what);
	if (err->code != ERR_FORBIDDEN)
		return err->code;
	const struct err why = *err;
	return err_set(err, ERR_FORBIDDEN,
		       "%.300s. Run it as the owner of the tables, or without "
		       "the history: soniq setup --minimal",
		       why.msg);
}

static enum err_code run_step(struct work *w, const struct step_text *s, struct history_step *step,
			      struct err *err)
{
	if ((s->flags & STEP_YIELDS) && find_part(w, "other settings", s->part))
		return leave_out(w, s, step, "soniq_jobs has settings of its own, which stay", err);
	const enum err_code code = run_firmly(w, s, step, err);
	if (code == ERR_OK) {
		step->note = STR_NULL;
		return ERR_OK;
	}
	if ((s->flags & STEP_OPTIONAL) && is_for_good(code)) {
		const struct err why = *err;

		return leave_out(w, s, step, why.msg, err);
	}
	return fail_step(s, err);
}

/* With what is run before it. */
static struct str whole_text(const struct work *w, const struct step_text *s)
{
	const struct str text = text_of(w, s);

	if (!s->before || (s->need == NEED_UNDONE && has_part(w, s)))
		return text;
	const struct sql_text *before = &sql_texts[s->before];
	return str_of(arena_printf(w->arena, "%s;\n%.*s",
				   db_is_sqlite(w->st->db) ? before->lite : before->pg,
				   STR_ARG(text)));
}

static enum err_code take_step(struct work *w, const struct step_text *s, struct err *err)
{
	struct history_step *step = list_add(&w->steps);
	const usec_t began = clock_mono();

	w->leaves_unseen |= s->need == NEED_SCRIPT;
	*step = (struct history_step){ str_of(s->name), str_of(s->what), whole_text(w, s), NAN,
				       STR_NULL };
	if (w->options->is_dry)
		return ERR_OK;
	tell(w, STEP_BEGINS, step);
	TRY(run_step(w, s, step, err));
	step->took_ms = (double)(clock_mono() - began) / (double)MSEC;
	tell(w, STEP_ENDS, step);
	return ERR_OK;
}

/* Found as if we had made it: noted, so that what was there before stays when we go. */
static enum err_code adopt(struct work *w, const struct step_text *s, struct err *err)
{
	if (w->options->is_dry || s->need != NEED_PART || find_done(w, s->name) || !has_part(w, s))
		return ERR_OK;
	return put_done(w, s, S("was there before"), err);
}

static enum err_code take_steps(struct work *w, const struct step_text *steps, struct err *err)
{
	for (const struct step_text *s = steps; s->name; s++)
		TRY(is_needed(w, s) ? take_step(w, s, err) : adopt(w, s, err));
	return ERR_OK;
}

/* ---- all of them ---- */

/* Someone else is at it, or it takes too long: the keeper of the dashboard does it then. */
static enum err_code count_step(struct work *w, struct history_step *step, struct err *err)
{
	const enum err_code code = store_history_recount(w->st, "setup", err);

	if (code != ERR_OK && code != ERR_BUSY && code != ERR_TIMEOUT)
		return code;
	if (code != ERR_OK)
		step->note = str_of(
			arena_printf(w->arena, "%s; the dashboard will count them", err->msg));
	return ERR_OK;
}

static enum err_code sum_step(struct work *w, struct history_step *step UNUSED, struct err *err)
{
	return history_sum_queues(w->st, err);
}

/* A step that is no statement. */
typedef enum err_code own_step(struct work *w, struct history_step *step, struct err *err);

static enum err_code take_own(struct work *w, const char *name, const char *what, own_step *run,
			      struct err *err)
{
	struct history_step *step = list_add(&w->steps);
	const usec_t began = clock_mono();

	*step = (struct history_step){ str_of(name), str_of(what), STR_NULL, NAN, STR_NULL };
	if (w->options->is_dry)
		return ERR_OK;
	tell(w, STEP_BEGINS, step);
	TRY(run(w, step, err));
	step->took_ms = (double)(clock_mono() - began) / (double)MSEC;
	tell(w, STEP_ENDS, step);
	return ERR_OK;
}

/* What was there before the triggers, and what changed while they were not whole; before that the
 * sums, which a history of an earlier release does not have. */
static enum err_code count_jobs(struct work *w, struct err *err)
{
	struct history history;
	store_history_forget(w->st);
	TRY(store_history(w->st, w->arena, &history, err));

	const bool is_there = history.state == HISTORY_OK;
	const bool will_mark = w->options->is_dry && w->leaves_unseen;
	if (is_there && history.has_sums != 1)
		TRY(take_own(w, "sum", "add up the queues", sum_step, err));
	if (will_mark || (is_there && history.recount_due.p))
		TRY(take_own(w, "count", "count the jobs", count_step, err));
	return ERR_OK;
}

static enum err_code check_schema(struct work *w, struct err *err)
{
	struct schema_report report;

	if (w->options->is_dry || w->options->removes)
		return ERR_OK;
	TRY(store_schema_check(w->st, w->arena, &report, err));
	return schema_report_err(&report, db_label(w->st->db), err);
}

static enum err_code take_all(struct work *w, struct err *err)
{
	TRY(look(w, err));
	if (w->options->removes)
		return take_steps(w, removal_steps, err);
	TRY(take_steps(w, history_steps, err));
	if (w->options->optimizes)
		TRY(take_steps(w, optimize_steps, err));
	return count_jobs(w, err);
}

static enum err_code take_lock(struct work *w, struct err *err)
{
	const usec_t patience = w->options->patience ? w->options->patience : PATIENCE;
	const enum err_code code = db_lock(w->st->db, SONIQ_LOCK_HISTORY_SETUP, patience, err);

	if (code != ERR_BUSY)
		return code;
	return err_set(err, code,
		       "%s: another setup is at the history: %s; wait until it is "
		       "done, or end it",
		       db_label(w->st->db), history_blockers(w->st, "lock", w->arena));
}

enum err_code store_history_setup(struct store *st, const struct history_setup_options *options,
				  struct arena *arena, struct list *ret_steps, struct err *err)
{
	struct work w = { .st = st,
			  .options = options,
			  .arena = arena,
			  .steps = list_new(arena, sizeof(struct history_step)) };
	TRY(check_schema(&w, err));
	if (!options->is_dry) {
		TRY(take_lock(&w, err));
		TRY(db_exec(st->db, CALL0(SQL_X_SESSION, NULL), NULL, err));
	}

	const enum err_code code = take_all(&w, err);
	if (!options->is_dry)
		db_unlock(st->db, SONIQ_LOCK_HISTORY_SETUP);
	store_history_forget(st);
	TRY(code);
	*ret_steps = w.steps;
	return ERR_OK;
}
