/* stats_outlook.c -- what waits and how that goes on: of all queues together, and by job name. */
#include "rules/forecast.h"
#include "store/stats_kept.h"

/* Queued rows whose names are looked at: about so many of all queues, and so many of each. */
#define HEADS_ROWS 1000
#define HEAD_LEAST 4
/* Jobs that nobody takes come to the head and stay there. */
#define HEAD_OF_NOBODY 8

static struct outlook unknown(void)
{
	return (struct outlook){
		.oldest_waiting_seconds = (double)NAN,
		.arrived_per_minute = (double)NAN,
		.finished_per_minute = (double)NAN,
	};
}

void outlook_foretell(struct outlook *o, int64_t due)
{
	const struct forecast forecast =
		forecast_make(due, o->arrived_per_minute, o->finished_per_minute);

	o->forecast = str_of(forecast_name(forecast.kind));
	o->drain_seconds = forecast.drain_seconds;
	o->growth_per_minute = forecast.growth_per_minute;
}

/* ---- of all queues ---- */

static void add_queue(struct outlook *o, int64_t *due, const struct queue_stats *queue)
{
	const struct outlook *of = &queue->outlook;

	*due += queue_due(queue);
	o->oldest_waiting_seconds = fmax(o->oldest_waiting_seconds, of->oldest_waiting_seconds);
	if (isfinite(of->arrived_per_minute))
		o->arrived_per_minute = fmax(o->arrived_per_minute, 0) + of->arrived_per_minute;
	if (isfinite(of->finished_per_minute))
		o->finished_per_minute = fmax(o->finished_per_minute, 0) + of->finished_per_minute;
}

enum err_code kept_outlook(struct store *st, struct arena *arena, struct outlook *ret,
			   struct quality *ret_quality, struct err *err)
{
	struct outlook outlook = unknown();
	struct list queues;
	int64_t due = 0;
	TRY(kept_waiting(st, arena, &queues, ret_quality, err));

	for (size_t i = 0; i < queues.n; i++)
		add_queue(&outlook, &due, LIST_AT(&queues, struct queue_stats, i));
	outlook_foretell(&outlook, due);
	*ret = outlook;
	return ERR_OK;
}

/* ---- by job name ---- */

static struct type_stats *find_type(const struct list *types, struct str name, bool is_others)
{
	for (size_t i = 0; i < types->n; i++) {
		struct type_stats *type = LIST_AT(types, struct type_stats, i);

		if (is_others ? type->is_others == 1
			      : type->is_others != 1 && str_eq(type->job_name, name))
			return type;
	}
	return NULL;
}

static enum err_code add_rates(struct store *st, struct list *types, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct history_want want = { .kind = HISTORY_TYPES };
	struct tallies tallies;
	double minutes;
	TRY(kept_recent(st, want, &arena, &tallies, &minutes, err));

	for (size_t i = 0; i < types->n && minutes > 0; i++) {
		struct outlook *o = &LIST_AT(types, struct type_stats, i)->outlook;

		o->arrived_per_minute = o->finished_per_minute = 0;
	}
	for (size_t i = 0; i < tallies.rows.n && minutes > 0; i++) {
		const struct tally *t = LIST_AT(&tallies.rows, struct tally, i);
		struct type_stats *type = find_type(types, t->name, t->is_others);

		if (!type)
			continue;
		type->outlook.arrived_per_minute = (double)t->arrived / minutes;
		type->outlook.finished_per_minute = (double)tally_ended(t) / minutes;
	}
	return ERR_OK;
}

struct type_waiting {
	struct str job_name;
	double oldest_waiting_seconds;
	double sure_seconds; /* who waits for less may wait longer elsewhere; NAN: nobody */
};
static const struct field type_waiting_fields[] = {
	FIELD_STR(struct type_waiting, job_name),
	FIELD_F64(struct type_waiting, oldest_waiting_seconds),
	FIELD_F64(struct type_waiting, sure_seconds),
	FIELD_END,
};
static const struct record type_waiting_record = { "type_waiting", sizeof(struct type_waiting),
						   type_waiting_fields };

/* The others are many names: their oldest is that of the oldest of them. */
static void put_waiting(struct list *types, const struct type_waiting *row)
{
	struct type_stats *type = find_type(types, row->job_name, false);

	if (!type)
		type = find_type(types, row->job_name, true);
	if (!type)
		return;
	type->outlook.oldest_waiting_seconds =
		fmax(type->outlook.oldest_waiting_seconds, row->oldest_waiting_seconds);
	if (isfinite(row->sure_seconds) &&
	    type->outlook.oldest_waiting_seconds < row->sure_seconds)
		type->at_least = S("[\"oldest_waiting_seconds\"]");
	else
		type->at_least = S("[]");
}

static enum err_code rows_of_each(struct store *st, int64_t *ret, struct err *err)
{
	static const struct gauge_want by_queue = { .by_queue = true };
	AUTO(arena) struct arena arena = { 0 };
	struct quality quality;
	struct list gauges;
	int64_t n = 1;
	TRY(store_gauge_sums(st, &by_queue, &arena, &gauges, &quality, err));

	for (size_t i = 0; i < gauges.n; i++)
		n += str_eq(LIST_AT(&gauges, struct gauge, i)->status, S("queued"));
	*ret = HEADS_ROWS / n > HEAD_LEAST ? HEADS_ROWS / n : HEAD_LEAST;
	return ERR_OK;
}

/* Gives struct type_waiting, of so many rows at the head of each queue. */
static enum err_code read_heads(struct store *st, int64_t each, struct arena *arena,
				struct list *ret, struct err *err)
{
	*ret = list_new(arena, sizeof(struct type_waiting));
	if (!store_has_index(st, INDEX_WAIT))
		return ERR_OK;
	const struct call *call =
		CALL(SQL_X_READ_TYPE_WAITING, &type_waiting_record, P_I64(each),
		     P_I64(STATS_QUEUES_MAX), P_I64(STORE_NAME_MAX), P_I64(HEADS_ROWS));
	return db_query(st->db, call, arena, ret, err);
}

static enum err_code add_waiting(struct store *st, struct arena *arena, struct list *types,
				 struct err *err)
{
	struct list rows;
	int64_t each;
	TRY(rows_of_each(st, &each, err));
	TRY(read_heads(st, each, arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++)
		put_waiting(types, LIST_AT(&rows, struct type_waiting, i));
	return ERR_OK;
}

enum err_code kept_waiting_since(struct store *st, const struct list *names, usec_t *ret,
				 struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	double oldest = (double)NAN;
	struct list rows;
	TRY(read_heads(st, HEAD_OF_NOBODY, &arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++) {
		const struct type_waiting *row = LIST_AT(&rows, struct type_waiting, i);

		for (size_t n = 0; n < names->n; n++)
			if (str_eq(*LIST_AT(names, struct str, n), row->job_name))
				oldest = fmax(oldest, row->oldest_waiting_seconds);
	}
	*ret = isfinite(oldest) ? store_now(st) - (usec_t)(fmin(oldest, 1e10) * SECOND) : TIME_NULL;
	return ERR_OK;
}

/* Of those with a moment it is not known by name whether it has come. */
static int64_t due_of(const struct type_stats *type)
{
	return type->queued_count - (type->dated > 0 ? type->dated : 0);
}

enum err_code kept_type_outlooks(struct store *st, struct arena *arena, struct list *types,
				 struct err *err)
{
	for (size_t i = 0; i < types->n; i++)
		LIST_AT(types, struct type_stats, i)->outlook = unknown();
	TRY(add_rates(st, types, err));
	TRY(add_waiting(st, arena, types, err));

	for (size_t i = 0; i < types->n; i++) {
		struct type_stats *type = LIST_AT(types, struct type_stats, i);

		outlook_foretell(&type->outlook, due_of(type));
	}
	return ERR_OK;
}
