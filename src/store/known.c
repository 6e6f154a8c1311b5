/* known.c -- names and values that lists may be asked for. */
#include "store/known.h"

#include <stdlib.h>

#include "store/job.h"
#include "store/stats_kept.h"

#define JUMPS_MAX 300
#define NEWEST 50
#define ARGS_MAX 4096

static const struct field name_fields[] = {
	FIELD_STR(struct known_name, name),
	FIELD_END,
};
static const struct record name_record = { "known_name", sizeof(struct known_name), name_fields };

static const struct field args_fields[] = {
	{ "args", F_JSON, 0, 0 },
	FIELD_END,
};
static const struct record args_record = { "known_args", sizeof(struct str), args_fields };

/* A few hundred names at the most. */
static void add(struct list *names, struct str name, int64_t n)
{
	if (!name.p)
		return;
	for (size_t i = 0; i < names->n; i++) {
		struct known_name *known = LIST_AT(names, struct known_name, i);

		if (!str_eq(known->name, name))
			continue;
		known->n += n == I64_NULL ? 0 : n;
		return;
	}
	*(struct known_name *)list_add(names) = (struct known_name){ name, n };
}

static enum err_code from_gauges(struct store *st, enum known what, struct arena *arena,
				 struct list *names, struct err *err)
{
	const bool by_queue = what == KNOWN_QUEUES;
	const struct gauge_want want = { .by_queue = by_queue, .by_type = !by_queue };
	struct history history;
	struct list gauges;
	struct quality quality;
	TRY(kept_open(st, arena, &history, err));
	TRY(store_gauge_sums(st, &want, arena, &gauges, &quality, err));

	for (size_t i = 0; i < gauges.n; i++) {
		const struct gauge *gauge = LIST_AT(&gauges, struct gauge, i);

		if ((by_queue ? gauge->is_other_queue : gauge->is_other_type) != 1 && gauge->n > 0)
			add(names, by_queue ? gauge->queue : gauge->job_name, gauge->n);
	}
	return ERR_OK;
}

static enum err_code from_index(struct store *st, enum sql_id sql, struct arena *arena,
				struct list *names, struct err *err)
{
	struct list rows;
	TRY(db_query(st->db, CALL(sql, &name_record, P_I64(JUMPS_MAX), P_I64(STORE_NAME_MAX)),
		     arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++)
		add(names, LIST_AT(&rows, struct known_name, i)->name, I64_NULL);
	return ERR_OK;
}

static enum err_code newest(struct store *st, struct arena *arena, struct job_list *ret,
			    struct err *err)
{
	const struct job_filter filter = { .limit = NEWEST };

	return store_job_list(st, &filter, arena, ret, err);
}

static enum err_code from_newest(struct store *st, enum known what, struct arena *arena,
				 struct list *names, struct err *err)
{
	struct job_list list;
	TRY(newest(st, arena, &list, err));

	for (size_t i = 0; i < list.rows.n; i++) {
		const struct job_row *row = LIST_AT(&list.rows, struct job_row, i);

		add(names, what == KNOWN_TYPES ? row->job_name : row->producer_id, I64_NULL);
	}
	return ERR_OK;
}

static int by_frequency(const void *a, const void *b)
{
	const struct known_name *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return str_order(x->name, y->name);
}

static enum err_code without_history(struct store *st, enum known what, struct arena *arena,
				     struct list *names, struct err *err)
{
	if (what == KNOWN_REASONS)
		return from_index(st, SQL_NAMES_REASON, arena, names, err);
	if (what == KNOWN_PRODUCERS)
		return from_newest(st, what, arena, names, err);
	if (what == KNOWN_QUEUES)
		return from_index(st, SQL_NAMES_QUEUE, arena, names, err);
	TRY(from_index(st, SQL_NAMES_TYPE, arena, names, err));
	return from_newest(st, what, arena, names, err);
}

enum err_code store_known_names(struct store *st, enum known what, struct arena *arena,
				struct list *ret, struct err *err)
{
	struct list names = list_new(arena, sizeof(struct known_name));
	const bool is_counted = what == KNOWN_QUEUES || what == KNOWN_TYPES;
	enum err_code code = ERR_NOT_FOUND;

	if (is_counted)
		code = from_gauges(st, what, arena, &names, err);
	if (kept_is_missing(st, code))
		code = without_history(st, what, arena, &names, err);
	TRY(code);
	if (names.n > 0)
		qsort(names.items, names.n, sizeof(struct known_name), by_frequency);
	*ret = names;
	return ERR_OK;
}

enum err_code store_known_args(struct store *st, struct arena *arena, struct list *ret,
			       struct err *err)
{
	struct job_list list;
	TRY(newest(st, arena, &list, err));

	return db_query(st->db,
			CALL(SQL_JOB_ARGS, &args_record, P_STR(store_job_ids(&list.rows, arena)),
			     P_I64(ARGS_MAX)),
			arena, ret, err);
}
