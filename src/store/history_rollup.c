/* history_rollup.c -- what happened in spans of time: put together in memory, added to the rows. */
#include "store/history_keep.h"

/* Rows of one statement: with their histograms far below what a result may have. */
#define ROWS_MAX 2000

static const struct field rollup_fields[] = {
	FIELD_I64(struct rollup, name_id),
	FIELD_I64(struct rollup, span),
	FIELD_I64(struct rollup, at),
	FIELD_I64(struct rollup, arrived),
	FIELD_I64(struct rollup, started),
	FIELD_I64(struct rollup, done),
	FIELD_I64(struct rollup, failed),
	FIELD_I64(struct rollup, dead),
	FIELD_I64(struct rollup, cancelled),
	FIELD_I64(struct rollup, returned),
	FIELD_I64(struct rollup, wait_n),
	FIELD_F64(struct rollup, wait_us),
	FIELD_I64(struct rollup, run_n),
	FIELD_F64(struct rollup, run_us),
	FIELD_F64(struct rollup, total_us),
	FIELD_STR(struct rollup, waits),
	FIELD_STR(struct rollup, runs),
	FIELD_I64(struct rollup, queued_max),
	FIELD_I64(struct rollup, processing_max),
	FIELD_I64(struct rollup, oldest_us),
	FIELD_I64(struct rollup, workers_max),
	FIELD_I64(struct rollup, last_end),
	FIELD_END,
};
const struct record rollup_record = { "rollup", sizeof(struct rollup), rollup_fields };

struct rollups rollups_new(struct arena *arena)
{
	return (struct rollups){ .table = table_new(arena, sizeof(struct rollup)), .arena = arena };
}

struct rollup *rollups_at(struct rollups *rollups, int64_t name_id, enum span span, usec_t at)
{
	const int64_t key[] = { name_id, span, at };
	bool is_new;
	struct rollup *row = table_put(&rollups->table, KEY_OF(key), &is_new);

	if (!is_new)
		return row;
	*row = (struct rollup){ .name_id = name_id,
				.span = span,
				.at = at,
				.queued_max = I64_NULL,
				.processing_max = I64_NULL,
				.oldest_us = I64_NULL,
				.workers_max = I64_NULL,
				.last_end = TIME_NULL };
	return row;
}

static struct rollup *row_at(const struct rollups *rollups, size_t i)
{
	return table_at(&rollups->table, i);
}

/* What each member does when two rows become one. */
static const struct {
	size_t offset;
	enum { SUM_I64, SUM_F64, MAX_I64 } how;
} members[] = {
#define SUM(member)                                                                                \
	{                                                                                          \
		offsetof(struct rollup, member), SUM_I64                                           \
	}
#define SUM_OF_TIMES(member)                                                                       \
	{                                                                                          \
		offsetof(struct rollup, member), SUM_F64                                           \
	}
#define MAX(member)                                                                                \
	{                                                                                          \
		offsetof(struct rollup, member), MAX_I64                                           \
	}
	SUM(arrived),
	SUM(started),
	SUM(done),
	SUM(failed),
	SUM(dead),
	SUM(cancelled),
	SUM(returned),
	SUM(wait_n),
	SUM(run_n),
	SUM_OF_TIMES(wait_us),
	SUM_OF_TIMES(run_us),
	SUM_OF_TIMES(total_us),
	MAX(queued_max),
	MAX(processing_max),
	MAX(oldest_us),
	MAX(workers_max),
	MAX(last_end),
#undef SUM
#undef SUM_OF_TIMES
#undef MAX
};

static int64_t sum_of(int64_t a, int64_t b)
{
	int64_t sum;

	if (b == I64_NULL || __builtin_add_overflow(a, b, &sum))
		return a;
	return sum;
}

static void merge_member(void *to, const void *from, int how)
{
	int64_t *n = to;
	double *f = to;

	if (how == SUM_I64)
		*n = sum_of(*n, *(const int64_t *)from);
	else if (how == SUM_F64 && isfinite(*(const double *)from))
		*f += *(const double *)from;
	else if (how == MAX_I64 && *(const int64_t *)from > *n)
		*n = *(const int64_t *)from;
}

static struct histogram *histogram_of(struct histogram **at, struct arena *arena)
{
	if (!*at)
		*at = ARENA_NEW(arena, struct histogram);
	return *at;
}

static void merge_times(struct histogram **to, const struct histogram *times, struct str text,
			struct arena *arena)
{
	if (times)
		histogram_merge(histogram_of(to, arena), times);
	/* What somebody else wrote there is skipped. */
	if (text.n > 0)
		(void)histogram_read(histogram_of(to, arena), text);
}

void rollup_merge(struct rollup *to, const struct rollup *from, struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		merge_member((char *)to + members[i].offset, (const char *)from + members[i].offset,
			     (int)members[i].how);
	merge_times(&to->wait_times, from->wait_times, from->waits, arena);
	merge_times(&to->run_times, from->run_times, from->runs, arena);
}

static void add_depth(int64_t *to, int64_t n)
{
	if (n != I64_NULL)
		*to = *to == I64_NULL ? n : sum_of(*to, n);
}

void rollup_merge_queue(struct rollup *to, const struct rollup *from, struct arena *arena)
{
	int64_t queued = to->queued_max, processing = to->processing_max;

	rollup_merge(to, from, arena);
	add_depth(&queued, from->queued_max);
	add_depth(&processing, from->processing_max);
	to->queued_max = queued;
	to->processing_max = processing;
}

/* One number of at most 18 digits, and all that stands up to the next blank; -1: it is none. */
static int64_t next_time(struct str *text)
{
	int64_t n = 0;
	size_t i = 0;

	for (; i < text->n && text->p[i] >= '0' && text->p[i] <= '9' && i < 18; i++)
		n = n * 10 + (text->p[i] - '0');
	if (i == 0 || (i < text->n && text->p[i] != ' '))
		n = -1;
	while (i < text->n && text->p[i] != ' ')
		i++;
	*text = (struct str){ text->p + i, text->n - i };
	return n;
}

static void add_times(struct str text, struct histogram **times, int64_t *ret_n, double *ret_sum,
		      struct arena *arena)
{
	while (text.n > 0) {
		if (*text.p == ' ') {
			text = (struct str){ text.p + 1, text.n - 1 };
			continue;
		}
		const int64_t time = next_time(&text);
		if (time < 0)
			continue;
		histogram_add(histogram_of(times, arena), time);
		*ret_n += 1;
		*ret_sum += (double)time;
	}
}

void rollup_waited(struct rollup *to, struct str times, struct arena *arena)
{
	add_times(times, &to->wait_times, &to->wait_n, &to->wait_us, arena);
}

void rollup_ran(struct rollup *to, struct str times, struct arena *arena)
{
	add_times(times, &to->run_times, &to->run_n, &to->run_us, arena);
}

static void merge_into(struct rollups *rollups, enum span span, const struct rollup *from)
{
	const usec_t at = span == SPAN_EVER ? 0 : span_floor(from->at, span);
	struct rollup *to = rollups_at(rollups, from->name_id, span, at);

	rollup_merge(to, from, rollups->arena);
}

void rollups_fan(struct rollups *rollups, const struct keep_state *state, bool has_ever)
{
	const size_t n = table_n(&rollups->table);

	for (size_t i = 0; i < n; i++) {
		const struct rollup *row = row_at(rollups, i);

		if (row->at < state->derived_10)
			merge_into(rollups, SPAN_TEN, row);
		if (row->at < state->derived_60)
			merge_into(rollups, SPAN_HOUR, row);
		if (has_ever)
			merge_into(rollups, SPAN_EVER, row);
	}
}

static void write_key(struct json *j, const struct rollup *row)
{
	json_open_object(j);
	json_key(j, "name_id");
	json_i64(j, row->name_id);
	json_key(j, "span");
	json_i64(j, row->span);
	json_key(j, "at");
	json_i64(j, row->at);
	json_close_object(j);
}

static struct str histogram_text(const struct histogram *times, struct arena *arena)
{
	AUTO(buf) struct buf text = buf_new(KEEP_TEXT_MAX);

	if (!times)
		return S("");
	histogram_write(times, &text);
	return str_copy(arena, str_of(buf_cstr(&text)));
}

struct writing {
	struct json j;
	struct arena *arena; /* of the texts of this chunk */
};

static void write_row(struct writing *w, const struct rollup *row)
{
	struct rollup out = *row;

	out.waits = histogram_text(row->wait_times, w->arena);
	out.runs = histogram_text(row->run_times, w->arena);
	json_record(&w->j, &rollup_record, &out);
}

static size_t chunk_end(const struct rollups *rollups, size_t from)
{
	const size_t n = table_n(&rollups->table);

	return n - from > ROWS_MAX ? from + ROWS_MAX : n;
}

static enum err_code read_chunk(struct keep *keep, struct rollups *rollups, size_t from,
				struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(buf) struct buf text = buf_new(KEEP_TEXT_MAX);
	struct json j = json_new(&text);
	struct list rows;

	json_open_array(&j);
	for (size_t i = from; i < chunk_end(rollups, from); i++)
		write_key(&j, row_at(rollups, i));
	json_close_array(&j);
	TRY(db_query(keep->st->db, CALL(SQL_X_ROLLUP_READ, &rollup_record, P_STR(buf_str(&text))),
		     &arena, &rows, err));
	for (size_t i = 0; i < rows.n; i++) {
		const struct rollup *row = LIST_AT(&rows, struct rollup, i);
		struct rollup *to =
			rollups_at(rollups, row->name_id, (enum span)row->span, row->at);

		rollup_merge(to, row, rollups->arena);
	}
	return ERR_OK;
}

static enum err_code put_chunk(struct keep *keep, const struct rollups *rollups, size_t from,
			       struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(buf) struct buf text = buf_new(KEEP_TEXT_MAX);
	struct writing w = { json_new(&text), &arena };

	json_open_array(&w.j);
	for (size_t i = from; i < chunk_end(rollups, from); i++)
		write_row(&w, row_at(rollups, i));
	json_close_array(&w.j);
	return db_exec(keep->st->db, CALL(SQL_X_ROLLUP_PUT, NULL, P_STR(buf_str(&text))), NULL,
		       err);
}

struct moment {
	usec_t at;
};
static const struct field moment_fields[] = {
	FIELD_TIME(struct moment, at),
	FIELD_END,
};
static const struct record moment_record = { "moment", sizeof(struct moment), moment_fields };

enum err_code rollups_next(struct keep *keep, enum span span, usec_t from, usec_t *ret_at,
			   struct err *err)
{
	struct moment next;
	TRY(db_query_one(keep->st->db,
			 CALL(SQL_X_ROLLUP_NEXT, &moment_record, P_I64(span), P_TIME(from)),
			 keep->arena, &next, err));

	*ret_at = next.at;
	return ERR_OK;
}

enum err_code rollups_read(struct keep *keep, struct rollups *rollups, struct err *err)
{
	const size_t n = table_n(&rollups->table);

	for (size_t i = 0; i < n; i += ROWS_MAX)
		TRY(read_chunk(keep, rollups, i, err));
	return ERR_OK;
}

enum err_code rollups_put(struct keep *keep, struct rollups *rollups, struct err *err)
{
	for (size_t i = 0; i < table_n(&rollups->table); i += ROWS_MAX)
		TRY(put_chunk(keep, rollups, i, err));
	return ERR_OK;
}

enum err_code rollups_add(struct keep *keep, struct rollups *rollups, struct err *err)
{
	TRY(rollups_read(keep, rollups, err));
	return rollups_put(keep, rollups, err);
}
