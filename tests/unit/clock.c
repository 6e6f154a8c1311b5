/* clock.c -- moments and durations to text and back. */
#include "unit.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"

static void check_format(usec_t t, const char *want)
{
	char text[TIME_TEXT_MAX];
	const size_t n = time_format(t, text);

	CHECK_TEXT(text, want);
	assert_int_equal(n, str_of(want).n);
}

static void check_parse(const char *text, const char *want)
{
	usec_t t = 12345;

	if (!time_parse(str_of(text), &t))
		fail_msg("%s is not taken", text);
	check_format(t, want);
}

static void check_refused(const char *text)
{
	usec_t t = 12345;

	if (time_parse(str_of(text), &t))
		fail_msg("%s is taken", text);
	assert_int_equal(t, 12345);
}

TEST(moments_are_written_as_rfc_3339)
{
	check_format(0, "1970-01-01T00:00:00.000000Z");
	check_format(-1, "1969-12-31T23:59:59.999999Z");
	check_format(1795454158029367, "2026-11-23T17:15:58.029367Z");
	check_format(951782400 * SECOND, "2000-02-29T00:00:00.000000Z");
	check_format(-62135596800 * SECOND, "0001-01-01T00:00:00.000000Z");
	check_format(253402300800 * SECOND - 1, "9999-12-31T23:59:59.999999Z");
}

TEST(years_outside_of_four_digits_carry_a_sign)
{
	check_format(253402300800 * SECOND, "+10000-01-01T00:00:00.000000Z");
	check_format(-62135596800 * SECOND - 1, "+0000-12-31T23:59:59.999999Z");
	check_format(-62167219200 * SECOND - 1, "-0001-12-31T23:59:59.999999Z");
	check_format(TIME_INFINITY - 1, "+294247-01-10T04:00:54.775806Z");
	check_format(TIME_MINUS_INFINITY + 1, "-290308-12-21T19:59:05.224194Z");
}

TEST(null_and_infinity_have_their_words)
{
	check_format(TIME_NULL, "");
	check_format(TIME_INFINITY, "infinity");
	check_format(TIME_MINUS_INFINITY, "-infinity");
}

/* The C library knows the calendar as well; every 11 days over 800 years. */
TEST(the_calendar_agrees_with_the_c_library)
{
	for (time_t s = -11 * 400 * 86400L * 33; s < 11 * 400 * 86400L * 33;
	     s += 11 * 86400 + 4567) {
		char want[TIME_TEXT_MAX];
		struct tm tm;

		assert_non_null(gmtime_r(&s, &tm));
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S.000000Z", &tm);
		check_format((usec_t)s * SECOND, want);
		check_parse(want, want);
	}
}

TEST(text_that_was_written_is_read_back)
{
	const usec_t moments[] = {
		0,
		1,
		-1,
		TIME_INFINITY,
		TIME_INFINITY - 1,
		TIME_MINUS_INFINITY,
		TIME_MINUS_INFINITY + 1,
		TIME_MINUS_INFINITY + DAY,
		1795454158029367,
		-62135596800 * SECOND - 1,
		-62167219200 * SECOND - 1,
	};

	for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
		char text[TIME_TEXT_MAX];
		usec_t t = 0;

		time_format(moments[i], text);
		assert_true(time_parse(str_of(text), &t));
		assert_true(t == moments[i]);
	}
}

TEST(what_postgresql_prints_is_read)
{
	check_parse("2026-11-23 17:15:58.029367+00", "2026-11-23T17:15:58.029367Z");
	check_parse("2026-11-23 17:15:58+00", "2026-11-23T17:15:58.000000Z");
	check_parse("2026-11-23 17:15:58.5+05:30", "2026-11-23T11:45:58.500000Z");
	check_parse("1883-11-18 12:03:57-07:52:58", "1883-11-18T19:56:55.000000Z");
	check_parse("2026-11-23 17:15:58", "2026-11-23T17:15:58.000000Z");
	check_parse("0044-03-15 12:00:00+00 BC", "-0043-03-15T12:00:00.000000Z");
	check_parse("0001-12-31 23:59:59+00 BC", "+0000-12-31T23:59:59.000000Z");
	check_parse("12026-01-02 03:04:05+00", "+12026-01-02T03:04:05.000000Z");
	check_parse("infinity", "infinity");
	check_parse("-infinity", "-infinity");
}

TEST(rfc_3339_is_read)
{
	check_parse("2026-11-23T17:15:58Z", "2026-11-23T17:15:58.000000Z");
	check_parse("2026-11-23t17:15:58.1z", "2026-11-23T17:15:58.100000Z");
	check_parse("2026-11-23T17:15:58.0293679999-01:00", "2026-11-23T18:15:58.029367Z");
	check_parse("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000000Z");
	check_parse("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z");
}

TEST(moments_out_of_range_become_infinite)
{
	check_parse("294276-12-31 23:59:59.999999+00", "+294247-01-10T04:00:54.775806Z");
	check_parse("294247-01-10 04:00:54.775807+00", "+294247-01-10T04:00:54.775806Z");
	check_parse("999999999-01-01 00:00:00+00", "+294247-01-10T04:00:54.775806Z");
	check_parse("-300000-01-01T00:00:00Z", "-290308-12-21T19:59:05.224194Z");
	check_parse("999999999-01-01 00:00:00+00 BC", "-290308-12-21T19:59:05.224194Z");
}

TEST(other_texts_are_refused)
{
	static const char *const texts[] = {
		"",
		"now",
		"Infinity",
		"2026-11-23",
		"2026-11-23T17:15Z",
		"2026-11-23T17:15:58.Z",
		"2026-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-01-32T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z",
		"226-01-01T00:00:00Z",
		"2026-1-01T00:00:00Z",
		"2026-01-01T00:00:00ZZ",
		"2026-01-01T00:00:00 Z",
		"2026-01-01T00:00:00+24:00",
		"2026-01-01T00:00:00+5",
		"2026-01-01X00:00:00Z",
		" 2026-01-01T00:00:00Z",
		"0000-01-01 00:00:00+00 BC",
		"9999999999-01-01 00:00:00+00",
		"2026-01-01 00:00:00+00 AD",
		"2026-01-01 00:00:00+00:00:00:00",
	};
	usec_t t;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		check_refused(texts[i]);
	assert_false(time_parse(STR_NULL, &t));
	assert_false(time_parse(S("2026-01-01\0"
				  "00:00:00Z"),
				&t));
}

static void check_duration(usec_t d, const char *want)
{
	char text[TIME_TEXT_MAX];
	const size_t n = duration_format(d, text);

	CHECK_TEXT(text, want);
	assert_int_equal(n, str_of(want).n);
}

TEST(durations_are_written_for_people)
{
	check_duration(0, "0 us");
	check_duration(999, "999 us");
	check_duration(950 * MSEC, "950 ms");
	check_duration(45 * SECOND, "45 s");
	check_duration(45 * SECOND + 999 * MSEC, "45 s");
	check_duration(5 * MINUTE, "5 min");
	check_duration(5 * MINUTE + 3 * SECOND, "5m 3s");
	check_duration(3 * HOUR + 12 * MINUTE + 9 * SECOND, "3h 12m");
	check_duration(3 * HOUR + 9 * SECOND, "3 h");
	check_duration(2 * DAY, "2 d");
	check_duration(2 * DAY + 4 * HOUR, "2d 4h");
	check_duration(-90 * SECOND, "-1m 30s");
	check_duration(TIME_NULL, "");
	check_duration(TIME_INFINITY, "infinity");
	check_duration(TIME_INFINITY - 1, "106751991d 4h");
	check_duration(TIME_MINUS_INFINITY + 1, "-106751991d 4h");
}

TEST(the_clocks_go_forward)
{
	const usec_t mono = clock_mono();
	const usec_t cpu = clock_cpu();

	assert_true(clock_now() > 1700000000 * SECOND);
	assert_true(clock_mono() >= mono);
	assert_true(clock_cpu() >= cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_written_as_rfc_3339),
		cmocka_unit_test(years_outside_of_four_digits_carry_a_sign),
		cmocka_unit_test(null_and_infinity_have_their_words),
		cmocka_unit_test(the_calendar_agrees_with_the_c_library),
		cmocka_unit_test(text_that_was_written_is_read_back),
		cmocka_unit_test(what_postgresql_prints_is_read),
		cmocka_unit_test(rfc_3339_is_read),
		cmocka_unit_test(moments_out_of_range_become_infinite),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(durations_are_written_for_people),
		cmocka_unit_test(the_clocks_go_forward),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
