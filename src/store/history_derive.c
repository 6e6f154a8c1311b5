/* history_derive.c -- rollups of ten minutes from those of one, and of an hour from those of ten,
 * when the span is over. */
#include "store/history_keep.h"

#define SPANS_A_TURN 30
#define NAMES_AT_ONCE 200
#define BEFORE_ALL (ALL_QUEUES - 1)

/* From one span to the next coarser one. */
struct derive {
	enum span from, to;
	usec_t done;  /* so far */
	usec_t limit; /* what the finer rollups cover ends here */
};

/* Adds what is told of some names; gives the last of them, BEFORE_ALL: there are no more. */
static enum err_code derive_names(struct keep *keep, const struct derive *d, usec_t at,
				  int64_t *name_id, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct rollups sums = rollups_new(&arena);
	struct list rows;
	TRY(db_query(keep->st->db,
		     CALL(SQL_X_ROLLUP_SPAN, &rollup_record, P_I64(*name_id), P_I64(NAMES_AT_ONCE),
			  P_I64(d->from), P_I64(at), P_I64(at + d->to * MINUTE)),
		     &arena, &rows, err));

	*name_id = BEFORE_ALL;
	for (size_t i = 0; i < rows.n; i++) {
		const struct rollup *row = LIST_AT(&rows, struct rollup, i);

		*name_id = row->name_id;
		if (row->span != I64_NULL)
			rollup_merge(rollups_at(&sums, row->name_id, d->to, at), row, &arena);
	}
	return rollups_put(keep, &sums, err);
}

static enum err_code derive_span(struct keep *keep, const struct derive *d, usec_t at,
				 struct err *err)
{
	int64_t name_id = BEFORE_ALL;

	do
		TRY(derive_names(keep, d, at, &name_id, err));
	while (name_id != BEFORE_ALL);
	return ERR_OK;
}

/* The next span in which something happened; `limit` when there is none before. */
static enum err_code find_next(struct keep *keep, const struct derive *d, usec_t *ret_at,
			       struct err *err)
{
	usec_t next;
	TRY(rollups_next(keep, d->from, d->done, &next, err));

	*ret_at = d->limit;
	if (next != TIME_NULL && span_floor(next, d->to) < d->limit)
		*ret_at = span_floor(next, d->to);
	return ERR_OK;
}

static enum err_code derive(struct keep *keep, struct derive *d, struct err *err)
{
	for (int i = 0; d->done < d->limit; i++) {
		usec_t at;

		if (i == SPANS_A_TURN) {
			keep->turn->is_behind = true;
			return ERR_OK;
		}
		TRY(find_next(keep, d, &at, err));
		if (at < d->limit)
			TRY(derive_span(keep, d, at, err));
		d->done = at < d->limit ? at + d->to * MINUTE : d->limit;
	}
	return ERR_OK;
}

static usec_t or_zero(usec_t t)
{
	return t == TIME_NULL ? 0 : t;
}

enum err_code keep_derive_10(struct keep *keep, struct err *err)
{
	struct derive d = { SPAN_MINUTE, SPAN_TEN, or_zero(keep->state.derived_10),
			    span_floor(keep->state.now, SPAN_TEN) };
	TRY(derive(keep, &d, err));

	keep->state.derived_10 = d.done;
	return db_exec(keep->st->db,
		       CALL(SQL_X_ROLLUP_DERIVED, NULL, P_TIME(d.done), P_TIME(TIME_NULL)), NULL,
		       err);
}

enum err_code keep_derive_60(struct keep *keep, struct err *err)
{
	struct derive d = { SPAN_TEN, SPAN_HOUR, or_zero(keep->state.derived_60),
			    span_floor(or_zero(keep->state.derived_10), SPAN_HOUR) };
	TRY(derive(keep, &d, err));

	return db_exec(keep->st->db,
		       CALL(SQL_X_ROLLUP_DERIVED, NULL, P_TIME(TIME_NULL), P_TIME(d.done)), NULL,
		       err);
}
