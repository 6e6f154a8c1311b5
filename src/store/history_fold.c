/* history_fold.c -- what the triggers told becomes gauges and rollups; the rows are gone then. */
#include "store/history_keep.h"

#include <stdio.h>

/* Bytes of one text of times: what a trigger writes has at most half of it. */
#define TIMES_MAX ((int64_t)4 << 20)
/* Pages of the table that one fold looks through at most: at its end, and of the rest. */
#define TAIL_PAGES 1024
#define ROLL_PAGES 256
#define REASON_MAX 400

struct delta {
	struct str place; /* "(page,item)" of PostgreSQL, else NULL */
	usec_t at;
	struct str queue, job_name;
	struct str was, becomes, outcome;
	int64_t n;
	struct str waits, runs;
	double total_us;
	int8_t is_moved;
	struct str old_queue, old_name;
	/* resolved */
	const struct name *queue_of, *type_of, *old_queue_of, *old_type_of;
};
static const struct field delta_fields[] = {
	FIELD_STR(struct delta, place),
	FIELD_I64(struct delta, at),
	FIELD_STR(struct delta, queue),
	FIELD_STR(struct delta, job_name),
	FIELD_STR(struct delta, was),
	FIELD_STR(struct delta, becomes),
	FIELD_STR(struct delta, outcome),
	FIELD_I64(struct delta, n),
	FIELD_STR(struct delta, waits),
	FIELD_STR(struct delta, runs),
	FIELD_F64(struct delta, total_us),
	FIELD_BOOL(struct delta, is_moved),
	FIELD_STR(struct delta, old_queue),
	FIELD_STR(struct delta, old_name),
	FIELD_END,
};
static const struct record delta_record = { "delta", sizeof(struct delta), delta_fields };

/* One batch. */
struct fold {
	struct keep *keep;
	struct list deltas;
	struct names names;
	struct table cells; /* struct cell */
	struct rollups rollups;
	int64_t tail, roll, roll_end; /* pages: from tail on, and from roll to before roll_end */
	bool is_full;                 /* there may be more in these pages */
	struct str mark;              /* why all is to be counted anew; NULL: it is not */
	usec_t hole;                  /* when a change was not told; TIME_NULL: all were */
};

/* ---- which pages ---- */

/* New rows come at the end, or where dead ones were cleared away: the end is always looked at,
 * the rest in turns. */
static void choose_pages(struct fold *fold)
{
	struct store_kept *kept = &fold->keep->st->kept;
	const int64_t last = fold->keep->state.pages > 0 ? fold->keep->state.pages - 1 : 0;

	if (kept->tail > last)
		kept->tail = last;
	if (kept->tail < last - TAIL_PAGES)
		kept->tail = last - TAIL_PAGES;
	if (kept->roll >= kept->tail || kept->tail <= ROLL_PAGES)
		kept->roll = 0;
	fold->tail = kept->tail;
	fold->roll = kept->roll;
	fold->roll_end = kept->roll + ROLL_PAGES;
	if (fold->roll_end > fold->tail)
		fold->roll_end = fold->tail;
}

static int64_t page_of(struct str place)
{
	int64_t page = 0;

	for (size_t i = 1; i < place.n && place.p[i] >= '0' && place.p[i] <= '9'; i++)
		page = page * 10 + (place.p[i] - '0');
	return page;
}

/* The end is looked at first: rows from before it mean that it is done. */
static void note_pages(const struct fold *fold)
{
	struct store_kept *kept = &fold->keep->st->kept;
	const int64_t pages = fold->keep->state.pages;
	int64_t in_tail = 0, in_roll = -1;

	for (size_t i = 0; i < fold->deltas.n; i++) {
		const int64_t page = page_of(LIST_AT(&fold->deltas, struct delta, i)->place);

		if (page >= fold->tail && page > in_tail)
			in_tail = page;
		if (page < fold->tail && page > in_roll)
			in_roll = page;
	}
	if (fold->is_full && in_roll < 0) {
		kept->tail = in_tail;
		return;
	}
	kept->tail = pages > 0 ? pages - 1 : 0;
	kept->roll = fold->is_full ? in_roll : fold->roll_end;
}

/* Nothing was left unseen: then every count has to be right. */
static bool is_complete(const struct fold *fold)
{
	return !fold->is_full && fold->roll == 0 && fold->roll_end >= fold->tail;
}

static enum err_code take(struct fold *fold, struct err *err)
{
	const struct keep *keep = fold->keep;

	choose_pages(fold);
	TRY(db_query(keep->st->db,
		     CALL(SQL_X_DELTA_TAKE, &delta_record, P_I64(fold->tail), P_I64(fold->roll),
			  P_I64(fold->roll_end), P_I64(keep->limit), P_I64(TIMES_MAX)),
		     keep->arena, &fold->deltas, err));
	fold->is_full = (int64_t)fold->deltas.n >= keep->limit;
	return ERR_OK;
}

/* ---- names ---- */

static void name_delta(struct names *names, struct delta *d)
{
	d->queue_of = names_put(names, NAME_QUEUE, d->queue);
	d->type_of = names_put(names, NAME_TYPE, d->job_name);
	d->old_queue_of = d->queue_of;
	d->old_type_of = d->type_of;
	if (d->is_moved != 1)
		return;
	d->old_queue_of = names_put(names, NAME_QUEUE, d->old_queue);
	d->old_type_of = names_put(names, NAME_TYPE, d->old_name);
}

/* ---- marks ---- */

static bool is_mark(const struct delta *d)
{
	return d->outcome.n > 0 && d->outcome.p[0] == '!';
}

static void note_mark(struct fold *fold, const struct delta *d)
{
	char when[TIME_TEXT_MAX];
	const struct str why = str_head_utf8(d->job_name, REASON_MAX);

	const bool is_emptied = str_eq(d->outcome, S("!truncate"));

	time_format(d->at, when);
	if (!is_emptied)
		fold->hole = d->at;
	fold->mark = str_of(
		is_emptied ? arena_printf(fold->keep->arena, "a table was emptied at %s", when)
			   : arena_printf(fold->keep->arena, "a change was not told at %s: %.*s",
					  when, STR_ARG(why)));
}

/* ---- counts ---- */

/* Of the queued ones, how many have a moment: counted beside them, and nothing that happened. */
static bool is_dated(const struct delta *d)
{
	return str_eq(d->outcome, gauge_dated);
}

static void add_cell(struct fold *fold, const struct name *queue, const struct name *type,
		     struct str told, int64_t n)
{
	const uintptr_t key[] = { (uintptr_t)queue->id, (uintptr_t)type->id, (uintptr_t)told.p };
	bool is_new;
	struct cell *cell = table_put(&fold->cells, KEY_OF(key), &is_new);

	if (is_new)
		*cell = (struct cell){ queue->id, type->id, told, 0 };
	cell->n += n;
}

static void count_rows(struct fold *fold, const struct delta *d)
{
	const struct str was = is_dated(d) ? gauge_dated : gauge_status(d->was);
	const struct str becomes = is_dated(d) ? gauge_dated : gauge_status(d->becomes);

	if (d->was.p)
		add_cell(fold, d->old_queue_of, d->old_type_of, was, -d->n);
	if (d->becomes.p)
		add_cell(fold, d->queue_of, d->type_of, becomes, d->n);
}

/* ---- what happened ---- */

static bool is_arrival(const struct delta *d)
{
	return !d->was.p && d->becomes.p && d->is_moved != 1 &&
	       !str_eq(d->becomes, S("dead_letter"));
}

static bool is_start(const struct delta *d)
{
	return str_eq(d->was, S("queued")) && str_eq(d->becomes, S("processing"));
}

static bool is_done(const struct delta *d)
{
	return str_eq(d->outcome, S("done"));
}

static bool is_failure(const struct delta *d)
{
	return str_eq(d->outcome, S("failed"));
}

static bool is_death(const struct delta *d)
{
	return !d->was.p && str_eq(d->becomes, S("dead_letter"));
}

static bool is_cancel(const struct delta *d)
{
	return str_eq(d->becomes, S("cancelled")) && !str_eq(d->was, S("cancelled"));
}

static bool is_return(const struct delta *d)
{
	return str_eq(d->outcome, S("snoozed")) || str_eq(d->outcome, S("released")) ||
	       str_eq(d->outcome, S("lost"));
}

static const struct event {
	bool (*is_so)(const struct delta *d);
	size_t offset;
} events[] = {
	{ is_arrival, offsetof(struct rollup, arrived) },
	{ is_start, offsetof(struct rollup, started) },
	{ is_done, offsetof(struct rollup, done) },
	{ is_failure, offsetof(struct rollup, failed) },
	{ is_death, offsetof(struct rollup, dead) },
	{ is_cancel, offsetof(struct rollup, cancelled) },
	{ is_return, offsetof(struct rollup, returned) },
};

/* Which of the events a delta is: it is one for its queue, one for its type, one for all. */
static unsigned events_of(const struct delta *d)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < ARRAY_LEN(events); i++)
		bits |= (unsigned)events[i].is_so(d) << i;
	return bits;
}

static void add_events(struct fold *fold, const struct delta *d, int64_t name_id, unsigned bits)
{
	struct rollup *to =
		rollups_at(&fold->rollups, name_id, SPAN_MINUTE, span_floor(d->at, SPAN_MINUTE));

	for (unsigned i = 0; i < ARRAY_LEN(events); i++)
		*(int64_t *)((char *)to + events[i].offset) += (bits >> i & 1U) ? d->n : 0;
	rollup_waited(to, d->waits, fold->rollups.arena);
	rollup_ran(to, d->runs, fold->rollups.arena);
	if (isfinite(d->total_us) && d->total_us > 0)
		to->total_us += d->total_us;
	if (d->outcome.p && d->at > to->last_end)
		to->last_end = d->at;
}

static void fold_delta(struct fold *fold, const struct delta *d)
{
	const unsigned bits = is_dated(d) ? 0 : events_of(d);

	count_rows(fold, d);
	if (is_dated(d))
		return;
	if (bits == 0 && d->waits.n == 0 && d->runs.n == 0 && !d->outcome.p)
		return;
	add_events(fold, d, d->queue_of->id, bits);
	add_events(fold, d, d->type_of->id, bits);
	if (fold->keep->state.has_sums == 1)
		add_events(fold, d, ALL_QUEUES, bits);
}

/* ---- the batch ---- */

/* Notes a mark, and dates what has no moment. Whether the row tells of a change: marks do not, and
 * rows of somebody else's. */
static bool take_told(struct fold *fold, struct delta *d)
{
	if (d->at == TIME_NULL)
		d->at = fold->keep->state.now;
	if (is_mark(d))
		note_mark(fold, d);
	return !is_mark(d) && d->n != I64_NULL && d->n > 0;
}

static void name_all(struct fold *fold)
{
	size_t n = 0;

	for (size_t i = 0; i < fold->deltas.n; i++) {
		struct delta *d = LIST_AT(&fold->deltas, struct delta, i);

		if (!take_told(fold, d))
			continue;
		name_delta(&fold->names, d);
		*LIST_AT(&fold->deltas, struct delta, n++) = *d;
	}
	fold->deltas.n = n;
}

static struct list list_cells(const struct fold *fold)
{
	struct list cells = list_new(fold->keep->arena, sizeof(struct cell));

	for (size_t i = 0; i < table_n(&fold->cells); i++)
		*(struct cell *)list_add(&cells) = *(struct cell *)table_at(&fold->cells, i);
	return cells;
}

static enum err_code write_all(struct fold *fold, struct err *err)
{
	const struct list cells = list_cells(fold);
	char when[TIME_TEXT_MAX];
	bool is_below;
	TRY(gauges_add(fold->keep, &cells, &is_below, err));
	rollups_fan(&fold->rollups, &fold->keep->state, true);
	TRY(rollups_add(fold->keep, &fold->rollups, err));

	if (!is_below || !is_complete(fold) || fold->mark.p || fold->keep->state.recount_due.p)
		return ERR_OK;
	time_format(fold->keep->state.now, when);
	fold->mark = str_of(arena_printf(fold->keep->arena, "a count fell below zero at %s", when));
	return ERR_OK;
}

static enum err_code fold_batch(struct fold *fold, struct err *err)
{
	name_all(fold);
	if (fold->deltas.n == 0)
		return ERR_OK;
	TRY(names_resolve(fold->keep, &fold->names, err));
	for (size_t i = 0; i < fold->deltas.n; i++)
		fold_delta(fold, LIST_AT(&fold->deltas, struct delta, i));
	return write_all(fold, err);
}

enum err_code keep_fold(struct keep *keep, struct err *err)
{
	struct fold fold = { .keep = keep,
			     .names = names_new(keep->arena),
			     .cells = table_new(keep->arena, sizeof(struct cell)),
			     .rollups = rollups_new(keep->arena),
			     .hole = TIME_NULL };
	TRY(take(&fold, err));
	const int64_t n = (int64_t)fold.deltas.n;

	note_pages(&fold);
	TRY(fold_batch(&fold, err));
	keep->turn->folded = n;
	keep->turn->is_behind = fold.is_full;
	if (fold.mark.p)
		keep->state.recount_due = fold.mark;
	if (fold.hole != TIME_NULL)
		TRY(db_exec(keep->st->db,
			    CALL(SQL_X_HOLE_PUT, NULL, P_TIME(span_floor(fold.hole, 1))), NULL,
			    err));
	if (n == 0 && keep_is_fresh(&keep->state))
		return ERR_OK;
	return db_exec(keep->st->db,
		       CALL(SQL_X_DELTA_DONE, NULL, P_STR(fold.mark), P_BOOL(!fold.is_full)), NULL,
		       err);
}
