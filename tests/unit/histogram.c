/* histogram.c -- percentiles out of buckets are near those of the durations themselves. */
#include "rules/histogram.h"

#include <math.h>

#include "unit.h"

#define MANY 20000
#define ERROR_MAX 0.06

static uint64_t random_state = 20260101;

/* xorshift64*: the same on every machine. */
static double random_part(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (double)((random_state * 2685821657736338717ULL) >> 11) / (double)(1ULL << 53);
}

static double log_normal(double middle, double spread)
{
	const double pi = acos(-1);
	const double normal = sqrt(-2 * log(1 - random_part())) * cos(2 * pi * random_part());

	return middle * exp(spread * normal);
}

static usec_t of_jobs(void)
{
	return (usec_t)log_normal(250e3, 1.5) + 100;
}

static usec_t of_a_wide_spread(void)
{
	return (usec_t)log_normal(5e6, 3) + 100;
}

static usec_t even(void)
{
	return 100 + (usec_t)(random_part() * 60e6);
}

static usec_t constant(void)
{
	return 1234567;
}

static int by_duration(const void *one, const void *other)
{
	const usec_t a = *(const usec_t *)one, b = *(const usec_t *)other;

	return (a > b) - (a < b);
}

static void check_percentiles(usec_t (*next)(void))
{
	static const double parts[] = { 0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1 };
	usec_t *all = xalloc(MANY * sizeof(*all));
	struct histogram h = { 0 };

	for (int i = 0; i < MANY; i++) {
		all[i] = next();
		histogram_add(&h, all[i]);
	}
	qsort(all, MANY, sizeof(*all), by_duration);
	assert_int_equal(h.n, MANY);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const int rank = (int)fmax(1, ceil(parts[i] * MANY));
		const double truth = (double)all[rank - 1];
		const double got = histogram_percentile(&h, parts[i]);

		if (fabs(got / truth - 1) > ERROR_MAX)
			fail_msg("p%g: got %.0f, want %.0f", parts[i] * 100, got, truth);
	}
	free(all);
}

TEST(percentiles_are_near_the_truth)
{
	check_percentiles(of_jobs);
	check_percentiles(of_a_wide_spread);
	check_percentiles(even);
	check_percentiles(constant);
}

TEST(buckets_meet_without_gap_or_overlap)
{
	assert_int_equal(histogram_bucket(INT64_MIN), 0);
	assert_int_equal(histogram_bucket(-1), 0);
	assert_int_equal(histogram_bucket(0), 0);
	assert_int_equal(histogram_bucket(99), 0);
	assert_int_equal(histogram_bucket(100), 1);
	assert_int_equal(histogram_bucket(200), 1 + HISTOGRAM_PER_OCTAVE);
	assert_int_equal(histogram_bucket(INT64_MAX), HISTOGRAM_BUCKETS - 1);
	for (int b = 0; b < HISTOGRAM_BUCKETS - 1; b++) {
		const double bound = histogram_bound(b);

		assert_true(bound < histogram_bound(b + 1));
		assert_int_equal(histogram_bucket((usec_t)ceil(bound)), b + 1);
		assert_int_equal(histogram_bucket((usec_t)ceil(bound) - 1), b);
	}
	assert_true(isinf(histogram_bound(HISTOGRAM_BUCKETS - 1)) != 0);
}

TEST(of_nothing_there_is_no_percentile)
{
	const struct histogram none = { 0 };
	AUTO(buf) struct buf text = buf_new(100);

	assert_true(isnan(histogram_percentile(&none, 0.5)) != 0);
	histogram_write(&none, &text);
	assert_int_equal(text.n, 0);
}

TEST(text_is_written_and_read)
{
	struct histogram h = { 0 }, back = { 0 };
	AUTO(buf) struct buf text = buf_new(10000);

	histogram_add(&h, 5);
	histogram_add(&h, 100);
	histogram_add(&h, 100);
	histogram_add(&h, INT64_MAX);
	histogram_write(&h, &text);
	CHECK_STR(buf_str(&text), "0:1 1:2 241:1");
	assert_true(histogram_read(&back, buf_str(&text)));
	assert_memory_equal(&h, &back, sizeof(h));
	/* Reading adds. */
	assert_true(histogram_read(&back, buf_str(&text)));
	assert_int_equal(back.n, 8);
	assert_int_equal(back.counts[1], 4);
	assert_true(histogram_read(&back, S("")));
	assert_true(histogram_read(&back, STR_NULL));
	assert_int_equal(back.n, 8);
}

TEST(what_is_not_understood_is_skipped)
{
	static const char *const bad[] = {
		"x",
		"1",
		"1:",
		":1",
		"1:2:3",
		"242:1",
		"-1:1",
		"3:-1",
		"1:x",
		"\x01",
		"99999999999999999999:1",
		"1:99999999999999999999",
		"NaN:NaN",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct histogram h = { 0 };
		AUTO(buf) struct buf text = buf_new(100);

		buf_printf(&text, "2:1 %s  3:4", bad[i]);
		assert_false(histogram_read(&h, buf_str(&text)));
		assert_int_equal(h.n, 5);
		assert_int_equal(h.counts[2] + h.counts[3], 5);
	}
}

TEST(sums_that_do_not_fit_stay_at_the_end)
{
	struct histogram h = { 0 }, twice = { 0 };

	assert_true(histogram_read(&h, S("7:9223372036854775807 8:3")));
	histogram_merge(&twice, &h);
	histogram_merge(&twice, &h);
	assert_int_equal(twice.n, INT64_MAX);
	assert_int_equal(twice.counts[7], INT64_MAX);
	assert_int_equal(twice.counts[8], 6);
	assert_true(histogram_percentile(&twice, 1) > 0);
}

TEST(two_added_are_as_one)
{
	struct histogram odd = { 0 }, all = { 0 }, sum = { 0 };

	for (int i = 0; i < MANY; i++) {
		const usec_t d = of_a_wide_spread();

		histogram_add(&all, d);
		histogram_add(i % 2 ? &odd : &sum, d);
	}
	histogram_merge(&sum, &odd);
	assert_memory_equal(&sum, &all, sizeof(all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_near_the_truth),
		cmocka_unit_test(buckets_meet_without_gap_or_overlap),
		cmocka_unit_test(of_nothing_there_is_no_percentile),
		cmocka_unit_test(text_is_written_and_read),
		cmocka_unit_test(what_is_not_understood_is_skipped),
		cmocka_unit_test(sums_that_do_not_fit_stay_at_the_end),
		cmocka_unit_test(two_added_are_as_one),
	};

	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
