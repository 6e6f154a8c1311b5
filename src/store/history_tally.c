/* history_tally.c -- what happened in a span: rollups of three lengths, put together. */
#include <stdlib.h>

#include "store/history.h"
#include "store/quality.h"

#define BUCKETS_MAX 3001 /* of one name: 3,000 whole ones, and one that is cut */
#define TALLIES_MAX 20000
/* Rollups that one statement reads, roughly. */
#define ROWS_AT_ONCE 20000
/* So long each length of rollup is kept, with some room for when exactly it is deleted. */
#define KEPT_1 (48 * HOUR - 10 * MINUTE)
#define KEPT_10 (14 * DAY - HOUR)
#define KEPT_60 (366 * DAY + HOUR)

struct name_row {
	int64_t id; /* I64_NULL: the last row, which has only is_folded */
	struct str name;
	int8_t is_others;
	int8_t is_folded; /* nothing waits to be folded */
};

static const struct field name_fields[] = {
	FIELD_I64(struct name_row, id),
	FIELD_STR(struct name_row, name),
	FIELD_BOOL(struct name_row, is_others),
	FIELD_BOOL(struct name_row, is_folded),
	FIELD_END,
};
static const struct record name_record = { "name_row", sizeof(struct name_row), name_fields };

struct tally_row {
	int64_t name_id;
	int64_t bucket;
	struct tally tally;
	struct str waits, runs;
};

#define TALLY_FIELD(member, type)                                                                  \
	{                                                                                          \
#member, type, offsetof(struct tally_row, tally.member), 0                         \
	}

static const struct field tally_fields[] = {
	FIELD_I64(struct tally_row, name_id),
	FIELD_I64(struct tally_row, bucket),
	TALLY_FIELD(arrived, F_I64),
	TALLY_FIELD(started, F_I64),
	TALLY_FIELD(done, F_I64),
	TALLY_FIELD(failed, F_I64),
	TALLY_FIELD(dead, F_I64),
	TALLY_FIELD(cancelled, F_I64),
	TALLY_FIELD(returned, F_I64),
	TALLY_FIELD(wait_us, F_F64),
	TALLY_FIELD(run_us, F_F64),
	TALLY_FIELD(total_us, F_F64),
	FIELD_STR(struct tally_row, waits),
	FIELD_STR(struct tally_row, runs),
	TALLY_FIELD(queued_max, F_I64),
	TALLY_FIELD(processing_max, F_I64),
	TALLY_FIELD(oldest_us, F_F64),
	TALLY_FIELD(workers_max, F_I64),
	TALLY_FIELD(last_end, F_TIME),
	FIELD_END,
};
static const struct record tally_record = { "tally_row", sizeof(struct tally_row), tally_fields };

/* An answer as far as it is put together. */
struct sum {
	struct store *st;
	const struct history_want *want;
	struct arena *arena;
	const char *kind;
	struct str key;    /* NULL: all names */
	bool is_all;       /* all queues together, which are kept as one */
	struct list names; /* struct name_row by id */
	usec_t from, until;
	int64_t first_bucket;
	size_t n_buckets;
	struct tally **tallies; /* by name, then bucket; NULL: nothing happened */
	size_t n_tallies;
};

/* Rollups of one length in one part of the span. */
struct part {
	int64_t minutes;
	usec_t from, until;
};

static usec_t floor_to(usec_t t, usec_t step)
{
	return t - (t % step + step) % step;
}

static usec_t ceil_to(usec_t t, usec_t step)
{
	return floor_to(t + step - 1, step);
}

static usec_t least(usec_t a, usec_t b)
{
	return a < b ? a : b;
}

static usec_t most(usec_t a, usec_t b)
{
	return a > b ? a : b;
}

static void add_part(struct list *parts, int64_t minutes, usec_t from, usec_t until)
{
	if (from < until)
		*(struct part *)list_add(parts) = (struct part){ minutes, from, until };
}

/* Split at its two ends: the middle of coarse rollups where there are any, the rest finer. */
static void cut(struct list *parts, const struct history *h, struct part whole, int64_t minutes)
{
	static const struct {
		int64_t minutes, finer;
	} lengths[] = { { 60, 10 }, { 10, 1 } };
	const size_t i = minutes == 60 ? 0 : 1;
	const usec_t derived = minutes == 60 ? h->derived_60 : h->derived_10;
	const usec_t step = minutes * MINUTE;
	const usec_t from = ceil_to(whole.from, step);
	/* TIME_NULL, and whatever else is no moment of this age: none are derived. */
	const usec_t until = derived < 0 ? from : floor_to(least(whole.until, derived), step);

	if (minutes == 1) {
		add_part(parts, 1, whole.from, whole.until);
	} else if (minutes > whole.minutes || from >= until) {
		cut(parts, h, whole, lengths[i].finer);
	} else {
		cut(parts, h, (struct part){ whole.minutes, whole.from, from }, lengths[i].finer);
		add_part(parts, minutes, from, until);
		cut(parts, h, (struct part){ whole.minutes, until, whole.until }, lengths[i].finer);
	}
}

static struct list cut_all(const struct sum *s, const struct history *h)
{
	const usec_t bucket = s->want->bucket;
	const int64_t longest = bucket == 0 || bucket >= HOUR ? 60 : bucket / MINUTE;
	const usec_t since = h->since < 0 ? 0 : floor_to(h->since, HOUR);
	const struct part whole = { longest < 10 ? 1 : longest, most(s->from, since), s->until };
	struct list parts = list_new(s->arena, sizeof(struct part));

	cut(&parts, h, whole, 60);
	return parts;
}

/* Where the answer begins: on an edge of what is still kept. */
static usec_t start_of(const struct history_want *want, usec_t now)
{
	const usec_t from = floor_to(want->from, MINUTE);

	if (want->bucket == MINUTE)
		return most(from, ceil_to(now - 48 * HOUR - 2 * MINUTE, MINUTE));
	if (from < now - KEPT_10 && want->bucket != 0 && want->bucket < HOUR)
		return most(floor_to(from, 10 * MINUTE), ceil_to(now - 14 * DAY - HOUR, HOUR));
	if (from < now - KEPT_10)
		return floor_to(from, HOUR);
	return from < now - KEPT_1 ? floor_to(from, 10 * MINUTE) : from;
}

/* And where it ends: outside of the last that is asked for. */
static usec_t end_of(const struct history_want *want, usec_t now)
{
	/* The clock of the database may be ahead of ours. */
	if (want->until == TIME_NULL)
		return now + MINUTE;
	if (want->until < now - KEPT_10)
		return ceil_to(want->until, HOUR);
	return ceil_to(want->until, want->until < now - KEPT_1 ? 10 * MINUTE : MINUTE);
}

static usec_t width_of(const struct sum *s)
{
	return s->want->bucket > 0 ? s->want->bucket : most(s->until - s->from, MINUTE);
}

/* How many tallies there can be at most, and room for them. */
static enum err_code make_room(struct sum *s, struct err *err)
{
	const size_t n_names = s->want->is_sum ? 1 : s->names.n;
	const usec_t width = width_of(s);

	s->first_bucket = s->want->bucket > 0 ? floor_to(s->from, width) / width : 0;
	s->n_buckets = 1;
	if (s->want->bucket > 0 && s->until > s->from)
		s->n_buckets = (size_t)(ceil_to(s->until, width) / width - s->first_bucket);
	s->n_tallies = n_names * s->n_buckets;
	if (s->n_buckets > BUCKETS_MAX || s->n_tallies > TALLIES_MAX)
		return err_set(err, ERR_TOO_LARGE,
			       "these are too many spans at once: take longer ones");
	s->tallies = ARENA_ARRAY(s->arena, struct tally *, s->n_tallies + 1);
	return ERR_OK;
}

static int by_id(const void *key, const void *item)
{
	const int64_t id = *(const int64_t *)key;
	const struct name_row *name = item;

	return id < name->id ? -1 : id > name->id;
}

/* The names come first, and the last row tells whether all is folded. */
static enum err_code find_names(struct sum *s, bool *ret_is_folded, struct err *err)
{
	const struct call *call = CALL(SQL_X_READ_NAMES, &name_record, P_TEXT(s->kind),
				       P_STR(s->key), P_I64(HISTORY_TYPES_MAX + 2));
	TRY(db_query(s->st->db, call, s->arena, &s->names, err));

	*ret_is_folded = false;
	if (s->names.n == 0)
		return ERR_OK;
	s->names.n--;
	*ret_is_folded = LIST_AT(&s->names, struct name_row, s->names.n)->is_folded == 1;
	return ERR_OK;
}

static struct tally *tally_new(const struct sum *s, size_t slot)
{
	struct tally *tally = ARENA_NEW(s->arena, struct tally);
	const size_t bucket = slot % s->n_buckets;

	tally->at = s->from;
	if (s->want->bucket > 0)
		tally->at = (s->first_bucket + (int64_t)bucket) * s->want->bucket;
	tally->queued_max = tally->processing_max = tally->workers_max = I64_NULL;
	tally->oldest_us = (double)NAN;
	tally->last_end = TIME_NULL;
	if (!s->want->is_sum) {
		const struct name_row *name =
			LIST_AT(&s->names, struct name_row, slot / s->n_buckets);

		tally->name = name->name;
		tally->is_others = name->is_others == 1;
	}
	return tally;
}

/* Where a row belongs; NULL: nowhere, its name or its moment came after we looked. */
static struct tally *tally_of(const struct sum *s, const struct tally_row *row)
{
	const struct name_row *name = NULL;
	const int64_t bucket = row->bucket - s->first_bucket;
	size_t slot = 0;

	if (!s->want->is_sum) {
		name = bsearch(&row->name_id, s->names.items, s->names.n, sizeof(*name), by_id);
		if (!name)
			return NULL;
		slot = (size_t)(name - LIST_AT(&s->names, struct name_row, 0));
	}
	if (bucket < 0 || bucket >= (int64_t)s->n_buckets)
		return NULL;
	slot = slot * s->n_buckets + (size_t)bucket;
	if (!s->tallies[slot])
		s->tallies[slot] = tally_new(s, slot);
	return s->tallies[slot];
}

static void add_i64(int64_t *to, int64_t n)
{
	if (n != I64_NULL && __builtin_add_overflow(*to, n, to))
		*to = INT64_MAX;
}

static void add_f64(double *to, double n)
{
	if (!isnan(n))
		*to += n;
}

static void add_row(struct tally *to, const struct tally_row *row)
{
	const struct tally *from = &row->tally;

	add_i64(&to->arrived, from->arrived);
	add_i64(&to->started, from->started);
	add_i64(&to->done, from->done);
	add_i64(&to->failed, from->failed);
	add_i64(&to->dead, from->dead);
	add_i64(&to->cancelled, from->cancelled);
	add_i64(&to->returned, from->returned);
	add_f64(&to->wait_us, from->wait_us);
	add_f64(&to->run_us, from->run_us);
	add_f64(&to->total_us, from->total_us);
	to->queued_max = most(to->queued_max, from->queued_max);
	to->processing_max = most(to->processing_max, from->processing_max);
	to->workers_max = most(to->workers_max, from->workers_max);
	to->oldest_us = fmax(to->oldest_us, from->oldest_us);
	to->last_end = most(to->last_end, from->last_end);
	(void)histogram_read(&to->waits, row->waits);
	(void)histogram_read(&to->runs, row->runs);
}

static enum err_code ask(const struct sum *s, const struct part *part, struct arena *arena,
			 struct list *ret_rows, struct err *err)
{
	const int64_t bucket = s->want->bucket / SECOND;

	if (s->is_all)
		return db_query(s->st->db,
				CALL(SQL_X_READ_ALL, &tally_record, P_I64(part->minutes),
				     P_TIME(part->from), P_TIME(part->until), P_I64(bucket)),
				arena, ret_rows, err);
	return db_query(s->st->db,
			CALL(s->want->is_sum ? SQL_X_READ_SUMS : SQL_X_READ_TALLIES,
			     &tally_record, P_TEXT(s->kind), P_STR(s->key), P_I64(part->minutes),
			     P_TIME(part->from), P_TIME(part->until), P_I64(bucket)),
			arena, ret_rows, err);
}

static enum err_code read_some(const struct sum *s, const struct part *part, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list rows;
	TRY(ask(s, part, &arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++) {
		const struct tally_row *row = LIST_AT(&rows, struct tally_row, i);
		struct tally *tally = tally_of(s, row);

		if (tally)
			add_row(tally, row);
	}
	return ERR_OK;
}

/* Histograms of a long part are more than one answer may hold: a piece after the other. */
static enum err_code read_part(const struct sum *s, const struct part *part, struct err *err)
{
	const usec_t step = part->minutes * MINUTE;
	const usec_t piece = step * most(ROWS_AT_ONCE / ((int64_t)s->names.n + 1), 1);

	for (usec_t at = part->from; at < part->until; at += piece) {
		const struct part some = { part->minutes, at, least(at + piece, part->until) };

		TRY(read_some(s, &some, err));
	}
	return ERR_OK;
}

static int by_name(const void *one, const void *other)
{
	const struct tally *a = one, *b = other;
	const int order = str_order(a->name, b->name);

	if (order != 0)
		return order;
	if (a->is_others != b->is_others)
		return a->is_others - b->is_others;
	return a->at < b->at ? -1 : a->at > b->at;
}

static struct list collect(const struct sum *s)
{
	struct list rows = list_new(s->arena, sizeof(struct tally));

	for (size_t i = 0; i < s->n_tallies; i++) {
		if (s->tallies[i])
			*(struct tally *)list_add(&rows) = *s->tallies[i];
	}
	if (rows.n > 0)
		qsort(rows.items, rows.n, sizeof(struct tally), by_name);
	return rows;
}

static struct sum sum_new(struct store *st, const struct history *history,
			  const struct history_want *want, struct arena *arena)
{
	const usec_t now = store_now(st);
	struct sum s = {
		.st = st,
		.want = want,
		.arena = arena,
		.kind = want->kind == HISTORY_QUEUES ? "queue" : "type",
		.is_all = want->kind == HISTORY_QUEUES && want->is_sum && !want->has_name &&
			  history->has_sums == 1,
		.from = start_of(want, now),
		.until = end_of(want, now),
	};

	/* Then no name is asked for. */
	if (s.is_all)
		s.key = S("?");
	else if (want->has_name && !want->name.p)
		s.key = S("");
	else if (want->has_name)
		s.key = str_of(arena_printf(arena, "=%.*s", STR_ARG(want->name)));
	return s;
}

/* Something of the span was not told, and nothing mends that: it is over. */
static bool has_hole(const struct history *h, const struct history_want *want)
{
	return h->hole_at != TIME_NULL && h->hole_at + MINUTE > want->from &&
	       (want->until == TIME_NULL || h->hole_at < want->until);
}

static struct quality quality_of(const struct store *st, const struct history *h,
				 const struct history_want *want, bool is_folded)
{
	struct quality quality = quality_new();

	if (has_hole(h, want))
		quality_worsen(&quality, KIND_ESTIMATED);
	if (is_folded)
		return quality;
	quality_worsen(&quality, KIND_CACHED);
	quality.as_of = store_by_our_clock(st, h->folded_at != TIME_NULL ? h->folded_at : h->since);
	return quality;
}

enum err_code store_tallies(struct store *st, const struct history_want *want, struct arena *arena,
			    struct tallies *ret, struct err *err)
{
	struct history history;
	TRY(store_history(st, arena, &history, err));
	if (history.state != HISTORY_OK)
		return err_set(err, ERR_SCHEMA, "there is no history; `soniq setup` sets it up");

	struct sum s = sum_new(st, &history, want, arena);
	bool is_folded;
	TRY(find_names(&s, &is_folded, err));
	TRY(make_room(&s, err));
	const struct list parts = cut_all(&s, &history);
	for (size_t i = 0; i < parts.n && (s.is_all || s.names.n > 0); i++)
		TRY(read_part(&s, LIST_AT(&parts, struct part, i), err));

	ret->rows = collect(&s);
	ret->covered_from = most(most(s.from, history.since), store_now(st) - KEPT_60);
	ret->quality = quality_of(st, &history, want, is_folded);
	return ERR_OK;
}
