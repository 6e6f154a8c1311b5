/* history_spans.c -- a span is put together of rollups of three lengths, nothing twice. */
#include "keep.h"

#include <stdlib.h>

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

/* Coarse rollups are there as far as they were derived. */
static void derived(struct bench *b, usec_t ten, usec_t hour)
{
	const char *until_ten = ten == TIME_NULL ? "NULL" : moment(b, ten);
	const char *until_hour = hour == TIME_NULL ? "NULL" : moment(b, hour);

	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET derived_10 = %s, derived_60 = %s",
			    until_ten, until_hour));
	run(b, arena_printf(
		       &b->arena,
		       "DELETE FROM soniq_x_rollup WHERE (span = 10 AND coalesce(at >= %s, 1 = 1)) "
		       "OR (span = 60 AND coalesce(at >= %s, 1 = 1))",
		       until_ten, until_hour));
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

static void check_all_spans(struct bench *b, usec_t now)
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

static void check_spans(struct bench *b, usec_t now)
{
	without_sums(b);
	check_all_spans(b, now);
	added_up(b);
	check_all_spans(b, now);
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
	added_up(b);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(a_span_is_put_together_of_rollups_of_each_length),
		WITH_HISTORY(a_long_span_begins_on_an_edge_of_what_is_kept),
		WITH_HISTORY(what_is_covered_is_said),
		WITH_HISTORY(too_many_spans_at_once_are_refused),
	};
	return cmocka_run_group_tests_name("history_spans", tests, NULL, NULL);
}
