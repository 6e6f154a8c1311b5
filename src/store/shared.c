/* shared.c -- rows that are kept for the other answers of a round. */
#include "store/shared.h"

#define SHARED_AGE SECOND
/* Five states of 500 queues; longer ones are rather read again than held by every executor. */
#define SHARED_ROWS_MAX 2600
#define SHARED_MAX 16           /* statements with their values */

struct reading {
	enum sql_id sql;
	const struct param *params;
	size_t n_params;
	struct list rows;
	usec_t as_of;
};

/* Their rows may be in use. */
void store_shared_forget(struct store *st)
{
	st->shared.readings.n = 0;
}

void store_round(struct store *st, int64_t round)
{
	struct store_shared *shared = &st->shared;
	const usec_t now = clock_mono();
	const bool is_same = round != 0 && round == shared->round && now < shared->until;

	if (is_same)
		return;
	arena_release(&shared->arena);
	shared->readings = list_new(&shared->arena, sizeof(struct reading));
	shared->is_on = true;
	shared->round = round;
	shared->until = now + SHARED_AGE;
}

static bool is_equal(const struct param *a, const struct param *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == F_STR || a->type == F_JSON)
		return (a->str.p == NULL) == (b->str.p == NULL) && str_eq(a->str, b->str);
	return a->type == F_F64 ? a->f64 == b->f64 : a->i64 == b->i64;
}

static bool is_of(const struct reading *reading, const struct call *call)
{
	if (reading->sql != call->sql || reading->n_params != call->n_params)
		return false;
	for (size_t i = 0; i < call->n_params; i++)
		if (!is_equal(&reading->params[i], &call->params[i]))
			return false;
	return true;
}

static const struct reading *find(const struct store_shared *shared, const struct call *call)
{
	for (size_t i = 0; i < shared->readings.n; i++) {
		const struct reading *reading = LIST_AT(&shared->readings, struct reading, i);

		if (is_of(reading, call))
			return reading;
	}
	return NULL;
}

static const struct param *keep_params(const struct call *call, struct arena *arena)
{
	struct param *params = ARENA_ARRAY(arena, struct param, call->n_params + 1);

	for (size_t i = 0; i < call->n_params; i++) {
		params[i] = call->params[i];
		if (params[i].type == F_STR || params[i].type == F_JSON)
			params[i].str = str_copy(arena, params[i].str);
	}
	return params;
}

static struct list keep_rows(const struct record *record, const struct list *rows,
			     struct arena *arena)
{
	struct list kept = list_new(arena, rows->item_size);

	for (size_t i = 0; i < rows->n; i++) {
		void *row = list_add(&kept);
		memcpy(row, (const char *)rows->items + i * rows->item_size, rows->item_size);
		record_keep(record, row, arena);
	}
	return kept;
}

static void keep(struct store_shared *shared, const struct call *call, const struct list *rows,
		 usec_t as_of)
{
	const struct reading reading = {
		.sql = call->sql,
		.params = keep_params(call, &shared->arena),
		.n_params = call->n_params,
		.rows = keep_rows(call->record, rows, &shared->arena),
		.as_of = as_of,
	};

	*(struct reading *)list_add(&shared->readings) = reading;
}

enum err_code store_query_shared(struct store *st, const struct call *call, struct arena *arena,
				 struct list *ret_rows, usec_t *as_of, struct err *err)
{
	struct store_shared *shared = &st->shared;
	const struct reading *before = shared->is_on ? find(shared, call) : NULL;
	const usec_t now = clock_now();

	if (before) {
		*ret_rows = before->rows;
		if (as_of && before->as_of < *as_of)
			*as_of = before->as_of;
		return ERR_OK;
	}
	TRY(db_query(st->db, call, arena, ret_rows, err));
	if (shared->is_on && ret_rows->n <= SHARED_ROWS_MAX && shared->readings.n < SHARED_MAX)
		keep(shared, call, ret_rows, now);
	return ERR_OK;
}
