/* parse.c -- texts to numbers, durations, booleans and ids. */
#include "unit.h"

#include <string.h>

#include "base/parse.h"

TEST(whole_numbers_are_read_to_their_limits)
{
	static const struct {
		const char *text;
		int64_t want;
	} good[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "007", 7 },
		{ "-42", -42 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
	};
	static const char *const bad[] = {
		"",
		"-",
		"+1",
		" 1",
		"1 ",
		"1.0",
		"1e3",
		"0x10",
		"9223372036854775808",
		"-9223372036854775809",
		"99999999999999999999999",
		"--1",
		"1_000",
		"\xD9\xA1",
	};
	int64_t n;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(parse_i64(str_of(good[i].text), &n));
		assert_true(n == good[i].want);
	}
	n = 7;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(parse_i64(str_of(bad[i]), &n));
	assert_false(parse_i64(STR_NULL, &n));
	assert_false(parse_i64(S("1\0"), &n));
	assert_int_equal(n, 7);
}

TEST(numbers_are_read_without_extras)
{
	static const struct {
		const char *text;
		double want;
	} good[] = {
		{ "0", 0 }, { "1.5", 1.5 }, { "-2.25e2", -225 }, { "1E+3", 1000 }, { "5e-1", 0.5 },
	};
	static const char *const bad[] = {
		"", "-", ".5", "5.", "1e", "1e+", "0x1p3", "inf", "nan", "+1", "1e999", "1,5", " 1",
	};
	double n;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(parse_f64(str_of(good[i].text), &n));
		assert_true(n == good[i].want);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(parse_f64(str_of(bad[i]), &n));
	assert_false(parse_f64(STR_NULL, &n));
}

TEST(booleans_have_many_words)
{
	static const char *const truths[] = { "1", "true", "T", "YES", "y", "On" };
	static const char *const lies[] = { "0", "False", "f", "no", "N", "off", "" };
	bool b;

	for (size_t i = 0; i < ARRAY_LEN(truths); i++)
		assert_true(parse_bool(str_of(truths[i]), &b) && b);
	for (size_t i = 0; i < ARRAY_LEN(lies); i++)
		assert_true(parse_bool(str_of(lies[i]), &b) && !b);
	assert_false(parse_bool(S("2"), &b));
	assert_false(parse_bool(S("maybe"), &b));
	assert_false(parse_bool(STR_NULL, &b));
}

TEST(durations_take_seconds_or_a_unit)
{
	static const struct {
		const char *text;
		usec_t want;
	} good[] = {
		{ "0", 0 },
		{ "30", 30 * SECOND },
		{ "0.5", 500 * MSEC },
		{ "300.0", 5 * MINUTE },
		{ "90s", 90 * SECOND },
		{ "15m", 15 * MINUTE },
		{ "2h", 2 * HOUR },
		{ "7d", 7 * DAY },
		{ "250ms", 250 * MSEC },
		{ "3us", 3 },
		{ "1.5h", 90 * MINUTE },
		{ "0.1", 100 * MSEC },
	};
	static const char *const bad[] = {
		"",   "s",     "-1",  "-1s", "1 s",         "1S",
		"1w", "1e300", "inf", "1ss", "1000000000d", "1h30m",
	};
	usec_t d;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(parse_duration(str_of(good[i].text), &d));
		assert_true(d == good[i].want);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(parse_duration(str_of(bad[i]), &d));
	assert_false(parse_duration(STR_NULL, &d));
}

TEST(ids_are_read_in_all_forms_of_python)
{
	static const char want[] = "12345678-1234-5678-1234-567812345678";
	static const char *const good[] = {
		"12345678-1234-5678-1234-567812345678",
		"12345678123456781234567812345678",
		"{12345678-1234-5678-1234-567812345678}",
		"urn:uuid:12345678-1234-5678-1234-567812345678",
	};
	static const char *const bad[] = {
		"",
		"1234",
		"12345678-1234-5678-1234-56781234567",
		"{}",
		"12345678-1234-5678-1234-5678123456789",
		"12345678-1234-5678-1234-56781234567g",
		" 12345678123456781234567812345678",
		"urn:12345678",
	};
	char uuid[UUID_TEXT_LEN + 1];

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(parse_uuid(str_of(good[i]), uuid));
		CHECK_TEXT(uuid, want);
	}
	assert_true(parse_uuid(S("ABCDEFAB-1234-5678-1234-567812345678"), uuid));
	CHECK_TEXT(uuid, "abcdefab-1234-5678-1234-567812345678");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(parse_uuid(str_of(bad[i]), uuid));
	assert_false(parse_uuid(STR_NULL, uuid));
}

TEST(new_ids_are_of_their_version_and_differ)
{
	char a[UUID_TEXT_LEN + 1], b[UUID_TEXT_LEN + 1], again[UUID_TEXT_LEN + 1];

	uuid_v4(a);
	uuid_v4(b);
	assert_string_not_equal(a, b);
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	assert_true(parse_uuid(str_of(a), again));
	CHECK_TEXT(again, a);
	uuid_v7(1795454158029367, a);
	assert_int_equal(a[14], '7');
	assert_non_null(strchr("89ab", a[19]));
	assert_true(parse_uuid(str_of(a), again));
	CHECK_TEXT(again, a);
}

TEST(ids_of_version_7_sort_by_their_moment)
{
	char before[UUID_TEXT_LEN + 1], after[UUID_TEXT_LEN + 1];

	uuid_v7(1795454158029367, before);
	for (usec_t t = 1795454158029368; t < 1795454158031000; t++) {
		uuid_v7(t, after);
		assert_true(strcmp(before, after) < 0);
		memcpy(before, after, sizeof(before));
	}
	uuid_v7(0, before);
	assert_memory_equal(before, "00000000-0000-7000", 18);
}

TEST(random_bytes_fill_all_of_the_room)
{
	unsigned char bytes[1000] = { 0 };
	size_t n_zero = 0;

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		n_zero += bytes[i] == 0;
	assert_true(n_zero < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_are_read_to_their_limits),
		cmocka_unit_test(numbers_are_read_without_extras),
		cmocka_unit_test(booleans_have_many_words),
		cmocka_unit_test(durations_take_seconds_or_a_unit),
		cmocka_unit_test(ids_are_read_in_all_forms_of_python),
		cmocka_unit_test(new_ids_are_of_their_version_and_differ),
		cmocka_unit_test(ids_of_version_7_sort_by_their_moment),
		cmocka_unit_test(random_bytes_fill_all_of_the_room),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
