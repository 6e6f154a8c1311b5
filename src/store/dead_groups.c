/* dead_groups.c -- dead letters that died of the same thing: counted, named, spread over time. */
#include "store/dead_groups.h"

#include <stdlib.h>

#include "json/json.h"
#include "store/dead_look.h"
#include "store/quality.h"

#define SLOTS 32768             /* more than GROUP_LOOK_MAX, a power of two */
#define NAMES_MAX 32            /* names of one group that are told apart */
#define NAMES_JSON_MAX 65536

static const struct field group_fields[] = {
	FIELD_STR(struct group, signature),
	FIELD_STR(struct group, error_type),
	FIELD_STR_FLAGS(struct group, message, FIELD_PRIVATE),
	FIELD_STR(struct group, frame),
	FIELD_I64(struct group, count),
	FIELD_F64(struct group, share),
	FIELD_TIME(struct group, first_seen),
	FIELD_TIME(struct group, last_seen),
	FIELD_I64(struct group, replayed),
	FIELD_JSON(struct group, job_names),
	FIELD_JSON(struct group, queues),
	FIELD_JSON(struct group, reasons),
	FIELD_JSON(struct group, trend),
	FIELD_TIME(struct group, trend_from),
	FIELD_I64(struct group, trend_bucket_seconds),
	FIELD_STR(struct group, sample_id),
	FIELD_STR_FLAGS(struct group, sample_error, FIELD_PRIVATE),
	FIELD_END,
};
const struct record group_record = { "group", sizeof(struct group), group_fields };

struct name_count {
	struct str name;
	int64_t n;
};

/* A group in the making. */
struct tally {
	struct group group;
	struct list job_names, queues, reasons;         /* struct name_count */
	size_t i;
};

/* Which group it is of, and when it came: what a trend is made of. */
struct moment {
	size_t tally;
	usec_t at;
};

struct tallies {
	struct arena *arena;
	const struct group_want *want;
	struct list list;               /* struct tally *, in the order they were found */
	struct tally **slots;
	struct list moments;            /* struct moment */
	int64_t n_looked;
};

/* ---- one by one ---- */

static struct tally **find_slot(struct tallies *t, const char *signature)
{
	for (size_t i = str_hash(str_of(signature)) % SLOTS;; i = (i + 1) % SLOTS)
		if (!t->slots[i] || str_eq(t->slots[i]->group.signature, str_of(signature)))
			return &t->slots[i];
}

/* Characters, not bytes: of the first max of them. */
static struct str head(struct str s, size_t max)
{
	size_t i = 0;

	for (size_t n = 0; i < s.n; i++) {
		const bool is_first = ((unsigned char)s.p[i] & 0xC0) != 0x80;
		if (is_first && n++ == max)
			break;
	}
	return s.p ? (struct str){ s.p, i } : s;
}

static struct tally *tally_new(struct tallies *t, const struct dead_error *row,
			       const struct failure *failure)
{
	struct arena *a = t->arena;
	struct tally *tally = ARENA_NEW(a, struct tally);
	const size_t sample_max = t->want->signature ? STORE_ERROR_LIST_MAX : GROUP_SAMPLE_MAX;

	record_clear(&group_record, &tally->group);
	tally->group.signature = str_copy(a, str_of(failure->signature));
	tally->group.error_type = str_copy(a, failure->error_type);
	tally->group.message = str_copy(a, failure->message);
	tally->group.frame = str_copy(a, failure->frame);
	tally->group.count = tally->group.replayed = 0;
	tally->group.sample_id = str_copy(a, row->id);
	tally->group.sample_error = str_copy(a, head(row->last_error, sample_max));
	tally->job_names = list_new(a, sizeof(struct name_count));
	tally->queues = list_new(a, sizeof(struct name_count));
	tally->reasons = list_new(a, sizeof(struct name_count));
	tally->i = t->list.n;
	*(struct tally **)list_add(&t->list) = tally;
	return tally;
}

static void count_name(struct list *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++) {
		struct name_count *known = LIST_AT(names, struct name_count, i);
		if (str_eq(known->name, name)) {
			known->n++;
			return;
		}
	}
	if (!name.p || names->n >= NAMES_MAX)
		return;
	*(struct name_count *)list_add(names) =
		(struct name_count){ str_copy(names->arena, name), 1 };
}

static void note_moment(struct tallies *t, struct tally *tally, usec_t at)
{
	struct group *g = &tally->group;

	if (at == TIME_NULL)
		return;
	g->first_seen = g->first_seen == TIME_NULL || at < g->first_seen ? at : g->first_seen;
	g->last_seen = at > g->last_seen ? at : g->last_seen;
	*(struct moment *)list_add(&t->moments) = (struct moment){ tally->i, at };
}

static void note_row(void *arg, const struct dead_error *row, const struct failure *failure)
{
	struct tallies *t = arg;

	t->n_looked++;
	if (t->want->signature && strcmp(t->want->signature, failure->signature) != 0)
		return;
	struct tally **slot = find_slot(t, failure->signature);
	if (!*slot)
		*slot = tally_new(t, row, failure);
	struct tally *tally = *slot;
	tally->group.count++;
	tally->group.replayed += row->is_replayed == 1;
	note_moment(t, tally, row->moved_to_dead_letter_at);
	count_name(&tally->job_names, row->job_name);
	count_name(&tally->queues, row->queue);
	count_name(&tally->reasons, row->dead_letter_reason);
}

/* ---- all together ---- */

static int by_frequency(const void *a, const void *b)
{
	const struct name_count *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return str_order(x->name, y->name);
}

static struct str names_json(struct list *names)
{
	AUTO(buf) struct buf b = buf_new(NAMES_JSON_MAX);
	struct json j = json_new(&b);

	if (names->n > 1)
		qsort(names->items, names->n, names->item_size, by_frequency);
	json_open_array(&j);
	for (size_t i = 0; i < names->n && i < GROUP_NAMES; i++)
		json_str(&j, LIST_AT(names, struct name_count, i)->name);
	json_close_array(&j);
	return str_copy(names->arena, buf_str(&b));
}

static struct str trend_json(struct arena *arena, const int64_t counts[GROUP_TREND])
{
	AUTO(buf) struct buf b = buf_new(NAMES_JSON_MAX);
	struct json j = json_new(&b);

	json_open_array(&j);
	for (size_t i = 0; i < GROUP_TREND; i++)
		json_i64(&j, counts[i]);
	json_close_array(&j);
	return str_copy(arena, buf_str(&b));
}

static bool is_finite(usec_t at)
{
	return at != TIME_NULL && at != TIME_INFINITY && at != TIME_MINUS_INFINITY;
}

/* From the first one on, or all of the time that was asked for, up to now. */
static void set_trend_span(struct group *g, const struct group_want *want, usec_t now)
{
	const usec_t since = store_dead_since(want);
	const usec_t from = since != TIME_NULL ? since : g->first_seen;
	usec_t span;

	g->trend_bucket_seconds = 1;
	if (!is_finite(from))
		return;
	g->trend_from = from;
	if (__builtin_sub_overflow(now, from, &span) || span < 0)
		return;
	g->trend_bucket_seconds = span / SECOND / GROUP_TREND + 1;
}

static size_t bucket_of(const struct group *g, usec_t at)
{
	usec_t since;

	if (at < g->trend_from || __builtin_sub_overflow(at, g->trend_from, &since))
		return GROUP_TREND;
	return (size_t)(since / SECOND / g->trend_bucket_seconds);
}

static void finish(struct tallies *t, struct tally *tally, usec_t now)
{
	int64_t counts[GROUP_TREND] = { 0 };
	struct group *g = &tally->group;

	set_trend_span(g, t->want, now);
	for (size_t i = 0; i < t->moments.n && g->trend_from != TIME_NULL; i++) {
		const struct moment *m = LIST_AT(&t->moments, struct moment, i);
		const size_t bucket = m->tally == tally->i && is_finite(m->at) ?
				      bucket_of(g, m->at) : GROUP_TREND;
		if (bucket < GROUP_TREND)
			counts[bucket]++;
	}
	g->trend = trend_json(t->arena, counts);
	g->share = 100.0 * (double)g->count / (double)t->n_looked;
	g->job_names = names_json(&tally->job_names);
	g->queues = names_json(&tally->queues);
	g->reasons = names_json(&tally->reasons);
}

static int group_order(const struct group *x, const struct group *y)
{
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->last_seen != y->last_seen)
		return x->last_seen > y->last_seen ? -1 : 1;
	return str_order(x->signature, y->signature);
}

static int by_count(const void *a, const void *b)
{
	return group_order(&(*(struct tally *const *)a)->group,
			   &(*(struct tally *const *)b)->group);
}

/* How many stand before the place at which the list goes on. */
static size_t first_of(const struct tallies *t)
{
	const struct group_want *want = t->want;
	const struct group last = { .count = want->after_count,
				    .last_seen = want->after_seen,
				    .signature = str_of(want->after_signature) };
	size_t i = 0;

	while (want->has_cursor && i < t->list.n &&
	       group_order(&(*LIST_AT(&t->list, struct tally *, i))->group, &last) <= 0)
		i++;
	return i;
}

static struct tallies tallies_new(const struct group_want *want, struct arena *arena)
{
	return (struct tallies){
		.arena = arena,
		.want = want,
		.list = list_new(arena, sizeof(struct tally *)),
		.slots = ARENA_ARRAY(arena, struct tally *, SLOTS),
		.moments = list_new(arena, sizeof(struct moment)),
	};
}

enum err_code store_group_list(struct store *st, const struct group_want *want,
			       struct arena *arena, struct group_list *ret, struct err *err)
{
	struct group_list list = { .rows = list_new(arena, sizeof(struct group)),
				   .quality = quality_new() };
	struct tallies t = tallies_new(want, arena);
	bool is_whole;
	TRY(store_dead_look(st, want, (struct note){ note_row, &t }, &is_whole, err));

	if (t.list.n > 1)
		qsort(t.list.items, t.list.n, t.list.item_size, by_count);
	size_t i = first_of(&t);
	for (; i < t.list.n && list.rows.n < (size_t)want->limit; i++) {
		struct tally *tally = *LIST_AT(&t.list, struct tally *, i);
		finish(&t, tally, list.quality.as_of);
		*(struct group *)list_add(&list.rows) = tally->group;
	}
	quality_note(&list.quality, !is_whole, 0);
	list.n_groups = (int64_t)t.list.n;
	list.has_more = i < t.list.n;
	list.n_looked = t.n_looked;
	*ret = list;
	return ERR_OK;
}

enum err_code store_group_find(struct store *st, const struct group_want *want,
			       struct arena *arena, struct group *ret,
			       struct quality *ret_quality, struct err *err)
{
	struct group_list list;
	TRY(store_group_list(st, want, arena, &list, err));

	if (list.rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "no dead letter that was looked at is of the "
			       "group %s", want->signature);
	*ret = *LIST_AT(&list.rows, struct group, 0);
	*ret_quality = list.quality;
	return ERR_OK;
}
