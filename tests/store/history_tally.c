/* history_tally.c -- what is told of a span: names, percentiles, samples. */
#include "keep.h"

#include <stdlib.h>

static usec_t floored(usec_t t, usec_t step)
{
	return t - t % step;
}

static struct tallies tallies_of(struct bench *b, const struct history_want *want)
{
	struct tallies tallies;

	CHECK_OK(b, store_tallies(&b->store, want, &b->arena, &tallies, &b->err));
	return tallies;
}

/* Of all queues together: of each of them, and of their sums, which give the same. */
static struct tallies tallies_of_all(struct bench *b, const struct history_want *want)
{
	without_sums(b);
	const struct tallies each = tallies_of(b, want);
	added_up(b);
	const struct tallies sums = tallies_of(b, want);

	assert_int_equal(sums.rows.n, each.rows.n);
	for (size_t i = 0; i < sums.rows.n; i++)
		assert_memory_equal(LIST_AT(&sums.rows, struct tally, i),
				    LIST_AT(&each.rows, struct tally, i), sizeof(struct tally));
	return sums;
}

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
	/* Minutes of an hour that is over are read from what was derived of them. */
	const usec_t first = floored(now, HOUR);
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
			    moment(b, first), moment(b, first + MINUTE)));
	const struct tallies tallies = tallies_of_all(b, &want);
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
			    moment(b, floored(clock_now(), MINUTE))));
	const struct tallies tallies = tallies_of_all(b, &want);
	const struct tally *tally = tally_at(&tallies, 0, NULL);

	assert_int_equal(tally->arrived, INT64_MAX);
	assert_int_equal(tally->waits.n, 2);
	assert_int_equal(tally->runs.n, INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(percentiles_are_near_the_exact_ones),
		WITH_HISTORY(names_are_apart_or_together),
		WITH_HISTORY(what_is_not_folded_makes_a_span_old),
		WITH_HISTORY(samples_of_several_queues_are_put_together),
		WITH_HISTORY(broken_histograms_and_counts_do_no_harm),
	};
	return cmocka_run_group_tests_name("history_tally", tests, NULL, NULL);
}
