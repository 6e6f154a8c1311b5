/* history_sample.c -- once a minute: how much waits and runs, how long, and who works at it. */
#include "store/history_keep.h"
#include "store/worker.h"

/* Rows that are looked at for the longest wait of a queue. */
#define WAITING_ROWS 10000
#define QUEUES_MAX 501
/* An idle queue in which nothing happened for so long takes no part. */
#define IDLE_MAX (2 * MINUTE)

struct sample {
	int64_t name_id;
	struct str key;
	int64_t queued, processing;
};
static const struct field sample_fields[] = {
	FIELD_I64(struct sample, name_id),
	FIELD_STR(struct sample, key),
	FIELD_I64(struct sample, queued),
	FIELD_I64(struct sample, processing),
	FIELD_END,
};
static const struct record sample_record = { "sample", sizeof(struct sample), sample_fields };

/* Who waits in a queue, or works at it: each statement tells a part. */
struct serving {
	int64_t name_id;
	int64_t oldest_us;
	struct str queue;
	int8_t is_all; /* 1: the workers that serve every queue */
	int64_t live_workers;
};
static const struct field serving_fields[] = {
	FIELD_I64_FLAGS(struct serving, name_id, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct serving, oldest_us, FIELD_OPTIONAL),
	FIELD_STR_FLAGS(struct serving, queue, FIELD_OPTIONAL),
	FIELD_BOOL_FLAGS(struct serving, is_all, FIELD_OPTIONAL),
	FIELD_I64_FLAGS(struct serving, live_workers, FIELD_OPTIONAL),
	FIELD_END,
};
static const struct record serving_record = { "serving", sizeof(struct serving), serving_fields };

/* The rows of this minute, found by the queue's key. */
struct sampling {
	struct keep *keep;
	usec_t at;
	struct rollups rollups;
	struct table by_key; /* struct rollup * */
	int64_t workers_of_all;
};

static enum err_code sample_gauges(struct sampling *s, struct err *err)
{
	struct list rows;
	TRY(db_query(s->keep->st->db,
		     CALL(SQL_X_SAMPLE_GAUGES, &sample_record, P_I64(SPAN_MINUTE),
			  P_TIME(s->at - IDLE_MAX)),
		     s->keep->arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++) {
		const struct sample *row = LIST_AT(&rows, struct sample, i);
		struct rollup *to = rollups_at(&s->rollups, row->name_id, SPAN_MINUTE, s->at);

		to->queued_max = row->queued;
		to->processing_max = row->processing;
		to->workers_max = 0;
		if (row->key.p)
			*(struct rollup **)table_put(&s->by_key, row->key, NULL) = to;
	}
	return ERR_OK;
}

/* The row of a queue; that of the others when it has none; NULL: neither. */
static struct rollup *find(struct sampling *s, struct str queue)
{
	struct arena *arena = s->keep->arena;
	const struct str key =
		queue.p ? str_of(arena_printf(arena, "=%.*s", STR_ARG(queue))) : S("");
	struct rollup **at = table_put(&s->by_key, key, NULL);

	return *at ? *at : *(struct rollup **)table_put(&s->by_key, S("*"), NULL);
}

static void put_waiting(struct sampling *s, const struct serving *row)
{
	struct rollup *to = rollups_at(&s->rollups, row->name_id, SPAN_MINUTE, s->at);

	if (row->oldest_us > to->oldest_us)
		to->oldest_us = row->oldest_us;
}

static void put_workers(struct sampling *s, const struct serving *row)
{
	struct rollup *to = row->is_all == 1 ? NULL : find(s, row->queue);

	if (row->is_all == 1)
		s->workers_of_all = row->live_workers;
	if (to && row->live_workers > to->workers_max)
		to->workers_max = row->live_workers;
}

typedef void put_fn(struct sampling *s, const struct serving *row);

static enum err_code sample_part(struct sampling *s, const struct call *call, put_fn *put,
				 struct err *err)
{
	struct list rows;
	TRY(db_query(s->keep->st->db, call, s->keep->arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++)
		put(s, LIST_AT(&rows, struct serving, i));
	return ERR_OK;
}

static enum err_code sample_waiting(struct sampling *s, struct err *err)
{
	if (store_has_index(s->keep->st, INDEX_WAIT))
		return sample_part(s, CALL(SQL_X_SAMPLE_WAIT, &serving_record, P_I64(1)),
				   put_waiting, err);
	return sample_part(s, CALL(SQL_X_SAMPLE_LOOK, &serving_record, P_I64(WAITING_ROWS)),
			   put_waiting, err);
}

static enum err_code sample_workers(struct sampling *s, struct err *err)
{
	const struct call *call =
		CALL(SQL_QUEUE_WORKERS, &serving_record, P_I64(s->keep->st->stale_after),
		     P_I64(QUEUES_MAX), P_I64(STORE_NAME_MAX));

	return sample_part(s, call, put_workers, err);
}

/* What waits and runs at one moment adds up; who works is the most that one queue has. */
static void sum_up(struct sampling *s)
{
	const size_t n = table_n(&s->rollups.table);

	if (s->keep->state.has_sums != 1 || n == 0)
		return;
	struct rollup *all = rollups_at(&s->rollups, ALL_QUEUES, SPAN_MINUTE, s->at);
	for (size_t i = 0; i < n; i++)
		rollup_merge_queue(all, table_at(&s->rollups.table, i), s->rollups.arena);
}

enum err_code keep_sample(struct keep *keep, struct err *err)
{
	struct sampling s = { .keep = keep,
			      .at = span_floor(keep->state.now, SPAN_MINUTE),
			      .rollups = rollups_new(keep->arena),
			      .by_key = table_new(keep->arena, sizeof(struct rollup *)) };
	TRY(sample_gauges(&s, err));
	TRY(sample_waiting(&s, err));
	TRY(sample_workers(&s, err));
	for (size_t i = 0; i < table_n(&s.rollups.table); i++)
		((struct rollup *)table_at(&s.rollups.table, i))->workers_max += s.workers_of_all;
	sum_up(&s);
	rollups_fan(&s.rollups, &keep->state, false);
	TRY(rollups_add(keep, &s.rollups, err));
	return db_exec(keep->st->db, CALL0(SQL_X_SAMPLE_DONE, NULL), NULL, err);
}
