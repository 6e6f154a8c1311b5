/* history_sum.c -- all queues together, beside each: added up once where only each is known. */
#include "store/history_keep.h"

#define PATIENCE (10 * SECOND)
/* So that a piece of the rollups of 500 queues is far from what a result may hold. */
#define SPANS_AT_ONCE 40

static enum err_code sum_piece(struct keep *keep, enum span span, usec_t from, usec_t before,
			       struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct rollups sums = rollups_new(&arena);
	struct list rows;
	TRY(db_query(keep->st->db,
		     CALL(SQL_X_ROLLUP_QUEUES, &rollup_record, P_I64(span), P_I64(from),
			  P_I64(before)),
		     &arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++) {
		const struct rollup *row = LIST_AT(&rows, struct rollup, i);

		rollup_merge_queue(rollups_at(&sums, ALL_QUEUES, span, row->at), row, &arena);
	}
	return rollups_put(keep, &sums, err);
}

static enum err_code sum_span(struct keep *keep, enum span span, struct err *err)
{
	const usec_t piece = SPANS_AT_ONCE * (span == SPAN_EVER ? 1 : span) * MINUTE;
	usec_t at;
	TRY(rollups_next(keep, span, 0, &at, err));

	while (at != TIME_NULL) {
		TRY(sum_piece(keep, span, at, at + piece, err));
		TRY(rollups_next(keep, span, at + piece, &at, err));
	}
	return ERR_OK;
}

/* The last one written is that of all times: by its row others know that there are sums. */
static enum err_code sum_all(struct keep *keep, struct err *err)
{
	static const enum span spans[] = { SPAN_HOUR, SPAN_TEN, SPAN_MINUTE, SPAN_EVER };
	AUTO(arena) struct arena arena = { 0 };
	struct rollups mark = rollups_new(&arena);

	for (size_t i = 0; i < ARRAY_LEN(spans); i++)
		TRY(sum_span(keep, spans[i], err));
	(void)rollups_at(&mark, ALL_QUEUES, SPAN_EVER, 0);
	return rollups_add(keep, &mark, err);
}

enum err_code history_sum_queues(struct store *st, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(lead) struct lead lead = { 0 };
	struct keep keep = { .st = st, .arena = &arena };
	TRY(lead_begin(st->db, PATIENCE, &lead, err));
	TRY(keep_state_read(&keep, err));

	if (keep.state.has_sums != 1)
		TRY(sum_all(&keep, err));
	return lead_commit(&lead, err);
}
