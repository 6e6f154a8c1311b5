/* history_read.c -- counts that are right folded or not, spans put together of rollups of three
 * lengths, and the attempts of one job. */
#include "keep.h"

#include <stdlib.h>

static struct list gauges_of(struct bench *b, struct quality *quality)
{
	struct list gauges;

	CHECK_OK(b, store_gauges(&b->store, &b->arena, &gauges, quality, &b->err));
	return gauges;
}

static const char *is_text(struct bench *b, const char *column, struct str text)
{
	if (!text.p)
		return arena_printf(&b->arena, "%s IS NULL", column);
	return arena_printf(&b->arena, "%s = '%.*s'", column, STR_ARG(text));
}

/* Each gauge is the number of such rows, and there are no rows besides. */
static void check_gauges(struct bench *b, enum kind kind)
{
	struct quality quality;
	const struct list gauges = gauges_of(b, &quality);
	int64_t live = 0, dead = 0;

	CHECK_KIND(quality, kind);
	for (size_t i = 0; i < gauges.n; i++) {
		const struct gauge *g = LIST_AT(&gauges, struct gauge, i);
		const bool is_dead = str_eq(g->status, S("dead_letter"));
		const char *rows =
			arena_printf(&b->arena, "%s WHERE %s AND %s AND %s",
				     is_dead ? "soniq_dead_letter_jobs" : "soniq_jobs",
				     is_text(b, "queue", g->queue),
				     is_text(b, "job_name", g->job_name),
				     is_dead ? "1 = 1" : is_text(b, "status", g->status));

		check_rows(b, g->n, rows, __FILE__, __LINE__);
		*(is_dead ? &dead : &live) += g->n;
	}
	CHECK_ROWS(b, live, "soniq_jobs", "1 = 1");
	CHECK_ROWS(b, dead, "soniq_dead_letter_jobs", "1 = 1");
}

/* A few hundred jobs on their ways, the same at each run. */
static void move_jobs(struct bench *b, int step)
{
	static const char *const queues[] = { "a", "b", "NULL" };
	static const char *const names[] = { "mail", "pay", "sum" };

	put_job(b, (struct seed){
			   .n = 1 + step % 4, .queue = queues[step % 3], .name = names[step % 2] });
	run(b, "UPDATE soniq_jobs SET status = 'processing', attempts = 1 WHERE id IN "
	       "(SELECT id FROM soniq_jobs WHERE status = 'queued' ORDER BY id LIMIT 2)");
	if (step % 2 == 0)
		run(b, "UPDATE soniq_jobs SET status = 'done' WHERE id IN (SELECT id FROM "
		       "soniq_jobs WHERE status = 'processing' ORDER BY id LIMIT 1)");
	if (step % 5 == 0)
		run(b, "UPDATE soniq_jobs SET queue = 'b', job_name = 'sum' WHERE id IN (SELECT id "
		       "FROM soniq_jobs WHERE status = 'queued' ORDER BY id LIMIT 2)");
	if (step % 6 == 0)
		put_dead(b, 2, names[step % 3], "a", -SECOND);
	if (step % 7 == 0)
		run(b, "DELETE FROM soniq_jobs WHERE status = 'done'");
	if (step % 9 == 0)
		run(b, "DELETE FROM soniq_dead_letter_jobs WHERE job_name = 'mail'");
}

TEST(gauges_are_exact_folded_or_not)
{
	struct bench *b = bench_of(state);

	counted(b);
	check_gauges(b, KIND_EXACT);
	for (int step = 1; step <= 40; step++) {
		move_jobs(b, step);
		if (step % 4 == 0)
			check_gauges(b, KIND_EXACT);
		if (step % 10 == 0) {
			keep(b);
			check_gauges(b, KIND_EXACT);
		}
	}
}

TEST(sums_of_gauges_are_apart_by_what_is_wanted)
{
	struct bench *b = bench_of(state);
	const struct gauge_want none = { .by_queue = false }, queues = { .by_queue = true },
				types = { .by_type = true };
	struct quality quality;
	struct list sums;

	counted(b);
	put_job(b, (struct seed){ .n = 3, .queue = "a", .name = "mail" });
	put_job(b, (struct seed){ .n = 2, .queue = "a", .name = "pay" });
	keep(b);
	put_job(b, (struct seed){ .n = 4, .queue = "b", .name = "mail" });

	CHECK_OK(b, store_gauge_sums(&b->store, &none, &b->arena, &sums, &quality, &b->err));
	assert_int_equal(sums.n, 1);
	assert_int_equal(LIST_AT(&sums, struct gauge, 0)->n, 9);
	CHECK_OK(b, store_gauge_sums(&b->store, &queues, &b->arena, &sums, &quality, &b->err));
	assert_int_equal(sums.n, 2);
	for (size_t i = 0; i < sums.n; i++) {
		const struct gauge *g = LIST_AT(&sums, struct gauge, i);

		assert_null(g->job_name.p);
		assert_int_equal(g->n, str_eq(g->queue, S("a")) ? 5 : 4);
	}
	CHECK_OK(b, store_gauge_sums(&b->store, &types, &b->arena, &sums, &quality, &b->err));
	assert_int_equal(sums.n, 2);
	for (size_t i = 0; i < sums.n; i++) {
		const struct gauge *g = LIST_AT(&sums, struct gauge, i);

		assert_null(g->queue.p);
		assert_int_equal(g->n, str_eq(g->job_name, S("mail")) ? 7 : 2);
	}
	CHECK_KIND(quality, KIND_EXACT);
}

static int64_t sum_of(const struct list *gauges)
{
	int64_t n = 0;

	for (size_t i = 0; i < gauges->n; i++)
		n += LIST_AT(gauges, struct gauge, i)->n;
	return n;
}

TEST(too_much_that_is_not_folded_is_left_out)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	put_job(b, (struct seed){ .n = 5 });
	keep(b);
	run(b, "UPDATE soniq_x_state SET folded_at = now()");
	const usec_t folded = clock_now();
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) "
			    "SELECT 'default', 'mail', 'queued', 1 FROM %s",
			    numbers(b, 20000)));
	struct list gauges = gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(sum_of(&gauges), 20005);

	put_job(b, (struct seed){ .n = 1 });
	gauges = gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_CACHED);
	assert_int_equal(sum_of(&gauges), 5);
	assert_true(llabs(quality.as_of - folded) < 2 * SECOND);
}

TEST(gauges_that_are_to_be_counted_anew_are_estimates)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_EXACT);
	run(b, "INSERT INTO soniq_x_delta (outcome) VALUES ('!truncate')");
	gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	run(b, "DELETE FROM soniq_x_delta");
	run(b, "UPDATE soniq_x_state SET recount_due = 'because'");
	gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	counted(b);
	tell(b, (struct told){ .was = "queued" });
	const struct list gauges = gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	assert_int_equal(gauges.n, 0);
}

static const char *repeated(struct bench *b, char c, int n)
{
	char *text = arena_alloc(&b->arena, (size_t)n + 1);

	memset(text, c, (size_t)n);
	return text;
}

/* The marks of the dictionary are names like others in a job. */
TEST(hostile_names_are_told_apart)
{
	struct bench *b = bench_of(state);
	const char *const names[] = {
		"*", "=", "", "=a", "a", "(others)", "\x01\x1b[31m", repeated(b, 'x', 255)
	};
	struct quality quality;

	counted(b);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			put_job(b, (struct seed){
					   .n = (int)i + 1, .queue = names[i], .name = names[i] });
		put_job(b, (struct seed){ .n = 20, .queue = "NULL" });
		check_gauges(b, KIND_EXACT);
		keep(b);
		check_gauges(b, KIND_EXACT);
	}
	/* Two names with the same beginning are one. */
	put_job(b, (struct seed){ .n = 3, .queue = repeated(b, 'x', 256) });
	const struct list gauges = gauges_of(b, &quality);
	int64_t n = 0;
	for (size_t i = 0; i < gauges.n; i++) {
		const struct gauge *g = LIST_AT(&gauges, struct gauge, i);

		assert_int_equal(g->is_other_queue, 0);
		n += g->queue.n == 255 ? g->n : 0;
	}
	assert_int_equal(n, 2 * (int64_t)ARRAY_LEN(names) + 3);
}

TEST(names_beyond_the_room_are_the_others)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_names (kind, key, name) "
			    "SELECT 'queue', '=q' || i, 'q' || i FROM %s",
			    numbers(b, 500)));
	put_job(b, (struct seed){ .n = 2, .queue = "q7" });
	put_job(b, (struct seed){ .n = 3, .queue = "new" });
	put_job(b, (struct seed){ .n = 4, .queue = "newer" });
	for (int round = 0; round < 2; round++) {
		const struct list gauges = gauges_of(b, &quality);

		assert_int_equal(gauges.n, 2);
		for (size_t i = 0; i < gauges.n; i++) {
			const struct gauge *g = LIST_AT(&gauges, struct gauge, i);

			assert_int_equal(g->n, g->is_other_queue == 1 ? 7 : 2);
			assert_true(g->is_other_queue == 1 || str_eq(g->queue, S("q7")));
		}
		keep(b);
	}
}

/* ---- spans ---- */

/* Rollups of one length in a span, each with one arrival a minute. */
static void put_rollups(struct bench *b, int minutes, usec_t from, usec_t until)
{
	const char *every =
		arena_printf(&b->arena, "%s + (i - 1) * %s", moment(b, from),
			     bench_is_sqlite(b)
				     ? arena_printf(&b->arena, "%" PRId64, minutes * MINUTE)
				     : arena_printf(&b->arena, "interval '%d minutes'", minutes));

	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_rollup (name_id, span, at, arrived, waits) "
			    "SELECT (SELECT id FROM soniq_x_names WHERE key = '=q'), %d, %s, %d, "
			    "'7:%d' FROM %s",
			    minutes, every, minutes, minutes,
			    numbers(b, (int)((until - from) / (minutes * MINUTE)))));
}

static usec_t floored(usec_t t, usec_t step)
{
	return t - t % step;
}

/* 30 days, of which each length is there as long as it is kept. */
static usec_t given_a_month(struct bench *b)
{
	const usec_t now = clock_now();

	counted(b);
	run(b, "INSERT INTO soniq_x_names (kind, key, name) VALUES ('queue', '=q', 'q')");
	put_rollups(b, 1, floored(now, MINUTE) - 48 * HOUR, floored(now, MINUTE) + MINUTE);
	put_rollups(b, 10, floored(now, 10 * MINUTE) - 14 * DAY, floored(now, 10 * MINUTE));
	put_rollups(b, 60, floored(now, HOUR) - 30 * DAY, floored(now, HOUR));
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s",
			    moment(b, now - 60 * DAY)));
	return now;
}

static void derived(struct bench *b, usec_t ten, usec_t hour)
{
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET derived_10 = %s, derived_60 = %s",
			    ten == TIME_NULL ? "NULL" : moment(b, ten),
			    hour == TIME_NULL ? "NULL" : moment(b, hour)));
}

static struct tallies tallies_of(struct bench *b, const struct history_want *want)
{
	struct tallies tallies;

	CHECK_OK(b, store_tallies(&b->store, want, &b->arena, &tallies, &b->err));
	return tallies;
}

/* Every minute of the span is in the answer, and in one bucket only. */
static void check_minutes(struct bench *b, usec_t from, usec_t until, usec_t bucket)
{
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .is_sum = true,
					   .from = from,
					   .until = until,
					   .bucket = bucket };
	const struct tallies tallies = tallies_of(b, &want);
	const usec_t now = clock_now();
	const usec_t edge = until < now - 48 * HOUR ? 10 * MINUTE : MINUTE;
	const usec_t end = until == TIME_NULL ? floored(now, MINUTE) + MINUTE
					      : floored(until + edge - 1, edge);
	int64_t arrived = 0, waits = 0;

	assert_true(tallies.covered_from <= floored(from, MINUTE));
	for (size_t i = 0; i < tallies.rows.n; i++) {
		const struct tally *t = LIST_AT(&tallies.rows, struct tally, i);
		const bool is_whole = bucket > 0 && t->at >= from && t->at + bucket <= end;

		if (is_whole)
			assert_int_equal(t->arrived, bucket / MINUTE);
		if (bucket > 0)
			assert_int_equal(t->at % bucket, 0);
		arrived += t->arrived;
		waits += t->waits.n;
	}
	/* The minute may have changed between writing and reading. */
	const int64_t minutes = (end - tallies.covered_from + MINUTE - 1) / MINUTE;
	assert_true(llabs(arrived - minutes) <= (until == TIME_NULL ? 1 : 0));
	assert_int_equal(arrived, waits);
}

static void check_spans(struct bench *b, usec_t now)
{
	static const usec_t backs[] = { 3 * MINUTE,  25 * MINUTE,           59 * MINUTE,
					61 * MINUTE, 5 * HOUR + 7 * MINUTE, 30 * HOUR,
					47 * HOUR };
	static const usec_t buckets[] = { 0, MINUTE, 10 * MINUTE, HOUR, DAY };

	for (size_t i = 0; i < ARRAY_LEN(backs); i++) {
		for (size_t j = 0; j < ARRAY_LEN(buckets); j++) {
			check_minutes(b, now - backs[i], TIME_NULL, buckets[j]);
			if (backs[i] > HOUR)
				check_minutes(b, now - backs[i], floored(now - 52 * MINUTE, MINUTE),
					      buckets[j]);
		}
	}
}

TEST(a_span_is_put_together_of_rollups_of_each_length)
{
	struct bench *b = bench_of(state);
	const usec_t now = given_a_month(b);

	derived(b, floored(now, 10 * MINUTE), floored(now, HOUR));
	check_spans(b, now);
	/* The keeper was away. */
	derived(b, floored(now - 7 * HOUR, 10 * MINUTE), floored(now - 31 * HOUR, HOUR));
	check_spans(b, now);
	derived(b, floored(now - 7 * HOUR, 10 * MINUTE), TIME_NULL);
	check_spans(b, now);
	derived(b, TIME_NULL, TIME_NULL);
	check_spans(b, now);
}

/* Where the finest are gone, the span begins on an edge of what is kept. */
TEST(a_long_span_begins_on_an_edge_of_what_is_kept)
{
	struct bench *b = bench_of(state);
	const usec_t now = given_a_month(b);

	derived(b, floored(now, 10 * MINUTE), floored(now, HOUR));
	for (int i = 0; i < 7; i++) {
		check_minutes(b, now - 3 * DAY - i * 7 * MINUTE, TIME_NULL, 0);
		check_minutes(b, now - 20 * DAY - i * 7 * MINUTE, TIME_NULL, 0);
		check_minutes(b, now - 20 * DAY - i * 7 * MINUTE, now - now % MINUTE - 5 * DAY, 0);
	}
	check_minutes(b, floored(now - 20 * DAY, DAY), TIME_NULL, DAY);
	check_minutes(b, floored(now - 20 * DAY, HOUR), TIME_NULL, HOUR);
	check_minutes(b, floored(now - 10 * DAY, HOUR), TIME_NULL, 10 * MINUTE);
}

TEST(what_is_covered_is_said)
{
	struct bench *b = bench_of(state);
	const usec_t now = given_a_month(b);
	struct history_want want = {
		.kind = HISTORY_QUEUES, .is_sum = true, .from = now - 40 * DAY, .until = TIME_NULL
	};

	derived(b, floored(now, 10 * MINUTE), floored(now, HOUR));
	assert_true(tallies_of(b, &want).covered_from == floored(now - 40 * DAY, HOUR));
	const usec_t since = now - 3 * HOUR;
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", moment(b, since)));
	assert_true(tallies_of(b, &want).covered_from == since);
	want.from = now - 2 * HOUR;
	assert_true(tallies_of(b, &want).covered_from == floored(now - 2 * HOUR, MINUTE));
	/* Minutes are not kept that long. */
	want.from = now - 10 * DAY;
	want.bucket = MINUTE;
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s",
			    moment(b, now - 60 * DAY)));
	want.until = now - 3 * DAY;
	assert_int_equal(tallies_of(b, &want).rows.n, 0);
}

TEST(too_many_spans_at_once_are_refused)
{
	struct bench *b = bench_of(state);
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .is_sum = true,
					   .from = clock_now() - 300 * DAY,
					   .until = TIME_NULL,
					   .bucket = HOUR };
	struct tallies tallies;

	counted(b);
	CHECK_ERR(b, ERR_TOO_LARGE, store_tallies(&b->store, &want, &b->arena, &tallies, &b->err));
}

/* ---- what is in a span ---- */

static const struct tally *tally_at(const struct tallies *tallies, size_t i, const char *name)
{
	assert_true(i < tallies->rows.n);
	const struct tally *tally = LIST_AT(&tallies->rows, struct tally, i);

	CHECK_TEXT(tally->name, name);
	return tally;
}

static int64_t rank(uint64_t *random)
{
	*random = *random * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)(*random >> 33);
}

static int by_size(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void check_near(double got, int64_t want)
{
	assert_true(got > (double)want * 0.94 && got < (double)want * 1.06);
}

TEST(percentiles_are_near_the_exact_ones)
{
	enum { N = 3000 };
	struct bench *b = bench_of(state);
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .from = clock_now() - HOUR,
					   .until = TIME_NULL };
	AUTO(buf) struct buf text = buf_new(1 << 20);
	int64_t times[N];
	uint64_t random = 42;

	counted(b);
	for (int i = 0; i < N; i++) {
		/* From a millisecond to a quarter of an hour, evenly by magnitude. */
		times[i] = (int64_t)(1000 * exp((double)(rank(&random) % 1000000) / 1e6 * 13.7));
		buf_printf(&text, "%" PRId64 " ", times[i]);
		if (i % 500 != 499)
			continue;
		tell(b, (struct told){ .was = "queued",
				       .becomes = "processing",
				       .n = 500,
				       .waits = buf_cstr(&text) });
		buf_reset(&text);
		keep(b);
	}
	qsort(times, N, sizeof(times[0]), by_size);
	const struct tallies tallies = tallies_of(b, &want);
	const struct tally *tally = tally_at(&tallies, 0, "q");

	assert_int_equal(tally->started, N);
	assert_int_equal(tally->waits.n, N);
	check_near(histogram_percentile(&tally->waits, 0.5), times[N / 2 - 1]);
	check_near(histogram_percentile(&tally->waits, 0.95), times[N * 95 / 100 - 1]);
	check_near(histogram_percentile(&tally->waits, 0.99), times[N * 99 / 100 - 1]);
}

/* One name, all apart, all as one. */
TEST(names_are_apart_or_together)
{
	struct bench *b = bench_of(state);
	struct history_want want = { .kind = HISTORY_QUEUES,
				     .from = clock_now() - HOUR,
				     .until = TIME_NULL };

	counted(b);
	put_job(b, (struct seed){ .n = 3, .queue = "a", .name = "mail" });
	put_job(b, (struct seed){ .n = 2, .queue = "b", .name = "mail" });
	put_job(b, (struct seed){ .n = 1, .queue = "NULL", .name = "pay" });
	keep(b);

	struct tallies tallies = tallies_of(b, &want);
	assert_int_equal(tallies.rows.n, 3);
	assert_int_equal(tally_at(&tallies, 0, NULL)->arrived, 1);
	assert_int_equal(tally_at(&tallies, 1, "a")->arrived, 3);
	assert_int_equal(tally_at(&tallies, 2, "b")->arrived, 2);
	CHECK_KIND(tallies.quality, KIND_EXACT);

	want.kind = HISTORY_TYPES;
	tallies = tallies_of(b, &want);
	assert_int_equal(tallies.rows.n, 2);
	assert_int_equal(tally_at(&tallies, 0, "mail")->arrived, 5);

	want.is_sum = true;
	tallies = tallies_of(b, &want);
	assert_int_equal(tallies.rows.n, 1);
	assert_int_equal(tally_at(&tallies, 0, NULL)->arrived, 6);

	want = (struct history_want){ .kind = HISTORY_QUEUES,
				      .has_name = true,
				      .name = S("b"),
				      .from = want.from,
				      .until = TIME_NULL };
	tallies = tallies_of(b, &want);
	assert_int_equal(tallies.rows.n, 1);
	assert_int_equal(tally_at(&tallies, 0, "b")->arrived, 2);
	want.name = STR_NULL;
	tallies = tallies_of(b, &want);
	assert_int_equal(tally_at(&tallies, 0, NULL)->arrived, 1);
	want.name = S("nowhere");
	assert_int_equal(tallies_of(b, &want).rows.n, 0);
	/* The others have no name that could be asked for. */
	want.name = S("*");
	assert_int_equal(tallies_of(b, &want).rows.n, 0);
}

TEST(what_is_not_folded_makes_a_span_old)
{
	struct bench *b = bench_of(state);
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .is_sum = true,
					   .from = clock_now() - HOUR,
					   .until = TIME_NULL };

	counted(b);
	put_job(b, (struct seed){ .n = 3 });
	keep(b);
	put_job(b, (struct seed){ .n = 2 });
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET folded_at = %s",
			    at(b, -30 * SECOND)));
	struct tallies tallies = tallies_of(b, &want);
	CHECK_KIND(tallies.quality, KIND_CACHED);
	assert_true(clock_now() - tallies.quality.as_of >= 29 * SECOND);
	assert_int_equal(tally_at(&tallies, 0, NULL)->arrived, 3);
	keep(b);
	tallies = tallies_of(b, &want);
	CHECK_KIND(tallies.quality, KIND_EXACT);
	assert_int_equal(tally_at(&tallies, 0, NULL)->arrived, 5);
}

/* Depths of one moment are added, then the highest counts. */
TEST(samples_of_several_queues_are_put_together)
{
	struct bench *b = bench_of(state);
	const usec_t now = clock_now();
	const struct history_want want = {
		.kind = HISTORY_QUEUES, .is_sum = true, .from = now - HOUR, .until = TIME_NULL
	};

	counted(b);
	run(b, "INSERT INTO soniq_x_names (id, kind, key, name) VALUES (901, 'queue', '=a', 'a'), "
	       "(902, 'queue', '=b', 'b')");
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_rollup (name_id, span, at, queued_max, "
			    "processing_max, oldest_us, workers_max) VALUES "
			    "(901, 1, %1$s, 10, 1, 5000000, 2), (902, 1, %1$s, 20, 2, 7000000, 3), "
			    "(901, 1, %2$s, 25, NULL, NULL, NULL)",
			    moment(b, floored(now, MINUTE) - 4 * MINUTE),
			    moment(b, floored(now, MINUTE) - 3 * MINUTE)));
	const struct tallies tallies = tallies_of(b, &want);
	const struct tally *tally = tally_at(&tallies, 0, NULL);

	assert_int_equal(tally->queued_max, 30);
	assert_int_equal(tally->processing_max, 3);
	assert_int_equal(tally->workers_max, 3);
	assert_true(tally->oldest_us == 7e6);
	assert_int_equal(tally->last_end, TIME_NULL);
}

TEST(broken_histograms_and_counts_do_no_harm)
{
	struct bench *b = bench_of(state);
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .is_sum = true,
					   .from = clock_now() - HOUR,
					   .until = TIME_NULL };

	counted(b);
	run(b, "INSERT INTO soniq_x_names (id, kind, key, name) VALUES (901, 'queue', '=a', 'a')");
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_rollup (name_id, span, at, arrived, waits, runs) "
			    "VALUES (901, 1, %s, 9223372036854775807, 'x 5:2 999:1 :: 5:-4', "
			    "'5:9223372036854775807 6:9')",
			    moment(b, floored(clock_now(), MINUTE) - MINUTE)));
	const struct tallies tallies = tallies_of(b, &want);
	const struct tally *tally = tally_at(&tallies, 0, NULL);

	assert_int_equal(tally->arrived, INT64_MAX);
	assert_int_equal(tally->waits.n, 2);
	assert_int_equal(tally->runs.n, INT64_MAX);
}

/* ---- attempts ---- */

#define JOB "00000000-0000-4000-8000-0000000000aa"

static struct list attempts_of(struct bench *b)
{
	struct list attempts;

	CHECK_OK(b, store_attempts(&b->store, JOB, &b->arena, &attempts, &b->err));
	return attempts;
}

/* The row, as if it had been changed at that moment. */
static void change(struct bench *b, const char *set, int64_t offset)
{
	run(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET %s, updated_at = %s WHERE id = '%s'",
			    set, at(b, offset), JOB));
}

static const struct attempt *attempt_at(const struct list *attempts, size_t i, const char *outcome)
{
	assert_true(i < attempts->n);
	const struct attempt *attempt = LIST_AT(attempts, struct attempt, i);

	CHECK_TEXT(attempt->outcome, outcome);
	return attempt;
}

static void check_ms(double got, double want)
{
	if (fabs(got - want) > 900)
		fail_msg("%f ms, not %f", got, want);
}

TEST(attempts_of_a_job_from_first_to_last)
{
	struct bench *b = bench_of(state);
	const char *claim = arena_printf(&b->arena,
					 "status = 'processing', attempts = attempts + 1, "
					 "worker_id = '%s'",
					 WORKER_A);

	put_worker(b, WORKER_A, 77, "[]", NULL);
	put_job(b, (struct seed){ .id = JOB,
				  .name = "mail",
				  .queue = "a",
				  .created = -60 * SECOND,
				  .updated = -60 * SECOND });
	assert_int_equal(attempts_of(b).n, 0);
	change(b, claim, -50 * SECOND);
	struct list attempts = attempts_of(b);
	assert_int_equal(attempts.n, 1);
	const struct attempt *running = attempt_at(&attempts, 0, "running");
	assert_int_equal(running->attempt, 1);
	assert_int_equal(running->ended_at, TIME_NULL);
	assert_true(isnan(running->run_ms));
	check_ms(running->wait_ms, 10000);
	CHECK_TEXT(running->worker, "host:77");
	CHECK_TEXT(running->worker_id, WORKER_A);
	CHECK_TEXT(running->error, NULL);

	change(b, "status = 'queued', last_error = 'ValueError: no'", 0);
	change(b, claim, 0);
	attempts = attempts_of(b);
	assert_int_equal(attempts.n, 2);
	const struct attempt *failed = attempt_at(&attempts, 0, "failed");
	CHECK_TEXT(failed->error, "ValueError: no");
	check_ms(failed->run_ms, 50000);
	/* It waits since it was put back, not since it was made. */
	check_ms(attempt_at(&attempts, 1, "running")->wait_ms, 0);

	change(b, "status = 'done', result = '1'", 0);
	attempts = attempts_of(b);
	assert_int_equal(attempts.n, 2);
	assert_int_equal(attempt_at(&attempts, 1, "done")->attempt, 2);

	run(b, "DELETE FROM soniq_jobs");
	run(b, "DELETE FROM soniq_workers");
	attempts = attempts_of(b);
	assert_int_equal(attempts.n, 2);
	CHECK_TEXT(attempt_at(&attempts, 1, "done")->worker, NULL);
	CHECK_TEXT(LIST_AT(&attempts, struct attempt, 1)->queue, "a");
	CHECK_TEXT(LIST_AT(&attempts, struct attempt, 1)->job_name, "mail");
}

TEST(of_many_attempts_the_newest_are_given)
{
	struct bench *b = bench_of(state);

	run(b,
	    arena_printf(&b->arena,
			 "INSERT INTO soniq_x_attempts (job_id, attempt, ended_at, outcome, error) "
			 "SELECT '%s', i, %s, 'failed', '%s' FROM %s",
			 JOB,
			 bench_is_sqlite(b) ? "now() + i" : "now() + i * interval '1 microsecond'",
			 repeated(b, '\x01', 5000), numbers(b, 250)));
	const struct list attempts = attempts_of(b);

	assert_int_equal(attempts.n, 200);
	assert_int_equal(LIST_AT(&attempts, struct attempt, 0)->attempt, 51);
	assert_int_equal(LIST_AT(&attempts, struct attempt, 199)->attempt, 250);
	assert_int_equal(LIST_AT(&attempts, struct attempt, 0)->error.n, 4000);
	assert_int_equal(LIST_AT(&attempts, struct attempt, 0)->started_at, TIME_NULL);
	assert_true(isnan(LIST_AT(&attempts, struct attempt, 0)->run_ms));
}

TEST(without_history_there_are_no_attempts)
{
	struct bench *b = bench_of(state);
	struct tallies tallies;
	const struct history_want want = { .from = 0, .until = TIME_NULL };

	put_job(b, (struct seed){ .id = JOB, .status = "processing" });
	assert_int_equal(attempts_of(b).n, 0);
	CHECK_ERR(b, ERR_SCHEMA, store_tallies(&b->store, &want, &b->arena, &tallies, &b->err));
}

TEST(a_history_that_goes_meanwhile_leaves_no_attempts)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .id = JOB });
	change(b, "status = 'processing', attempts = 1", 0);
	assert_int_equal(attempts_of(b).n, 1);
	run(b, "DROP TABLE soniq_x_attempts");
	assert_int_equal(attempts_of(b).n, 0);
	assert_int_equal(attempts_of(b).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(gauges_are_exact_folded_or_not),
		WITH_HISTORY(sums_of_gauges_are_apart_by_what_is_wanted),
		WITH_HISTORY(too_much_that_is_not_folded_is_left_out),
		WITH_HISTORY(gauges_that_are_to_be_counted_anew_are_estimates),
		WITH_HISTORY(hostile_names_are_told_apart),
		WITH_HISTORY(names_beyond_the_room_are_the_others),
		WITH_HISTORY(a_span_is_put_together_of_rollups_of_each_length),
		WITH_HISTORY(a_long_span_begins_on_an_edge_of_what_is_kept),
		WITH_HISTORY(what_is_covered_is_said),
		WITH_HISTORY(too_many_spans_at_once_are_refused),
		WITH_HISTORY(percentiles_are_near_the_exact_ones),
		WITH_HISTORY(names_are_apart_or_together),
		WITH_HISTORY(what_is_not_folded_makes_a_span_old),
		WITH_HISTORY(samples_of_several_queues_are_put_together),
		WITH_HISTORY(broken_histograms_and_counts_do_no_harm),
		WITH_HISTORY(attempts_of_a_job_from_first_to_last),
		WITH_HISTORY(of_many_attempts_the_newest_are_given),
		ON_BOTH(without_history_there_are_no_attempts),
		WITH_HISTORY(a_history_that_goes_meanwhile_leaves_no_attempts),
	};
	return cmocka_run_group_tests_name("history_read", tests, NULL, NULL);
}
