/* message.c -- what of a message is the same each time. */
#include "rules/message.h"

#include "unit.h"

struct sample {
	const char *message, *plain;
};

static void check(const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO(buf) struct buf b = buf_new(4096);

		message_add_plain(&b, str_of(samples[i].message));
		CHECK_TEXT(buf_cstr(&b), samples[i].plain);
	}
}

#define CHECK_ALL(...)                                                                          \
	do {                                                                                    \
		static const struct sample samples_[] = { __VA_ARGS__ };                        \
		check(samples_, ARRAY_LEN(samples_));                                           \
	} while (0)

TEST(numbers_differ_from_one_to_the_next)
{
	CHECK_ALL({ "order 17 of 3", "order <n> of <n>" },
		  { "1,234.50 EUR, 1e-7, 1_000", "<n> EUR, <n>, <n>" },
		  { "x=-3.2, +4", "x=<n>, <n>" }, { "index-2", "index-<n>" },
		  { "50%", "<n>%" }, { "task_12 order12345", "task_<n> order<n>" },
		  { "[Errno 111] refused", "[Errno <n>] refused" });
}

TEST(digits_of_a_name_stay)
{
	CHECK_ALL({ "utf8 codec, s3, sha256, Int64", "utf8 codec, s3, sha256, Int64" },
		  { "HTTPSConnectionPool", "HTTPSConnectionPool" });
}

TEST(ids_are_no_words)
{
	CHECK_ALL({ "job 123e4567-e89b-42d3-a456-426655440000.", "job <id>." },
		  { "commit 9f86d081884c7d65", "commit <id>" },
		  { "key AKIA1234567890ABCDEF", "key <id>" },
		  { "the facade of a decade", "the facade of a decade" },
		  { "object at 0x7f3c2a10f0d0>", "object at <addr>>" },
		  { "0xZZ", "<n>xZZ" });
}

TEST(quotes_hold_what_differs)
{
	CHECK_ALL({ "no attribute 'name'", "no attribute <str>" },
		  { "say \"it's\" now", "say <str> now" }, { "b'\\x00\\'z' `x`", "<str> <str>" },
		  { "can't open, don't", "can't open, don't" },
		  { "an 'open end", "an 'open end" }, { "''", "<str>" });
}

TEST(addresses_of_people_and_machines)
{
	CHECK_ALL({ "to a.b+c@mail.example failed", "to <email> failed" },
		  { "10.1.2.3 and 10.1.2.3:5432", "<host> and <host>" },
		  { "db.example.com:5432: refused", "<host>: refused" },
		  { "localhost:80 index-2:9300", "<host> <host>" },
		  { "[::1]:80 fe80::1 2001:db8::8a2e", "<host> <host> <host>" },
		  { "std::vector a::b", "std::vector a::b" },
		  { "GET https://shop.example/items/4?x=1, then", "GET <url>, then" },
		  { "line 3:7", "line <n>:<n>" });
}

TEST(places_in_a_file_system)
{
	CHECK_ALL({ "open /srv/data/17/a.csv: no", "open <path>: no" },
		  { "C:\\Users\\bo\\a.txt is gone", "<path> is gone" },
		  { "~/x ./y", "<path> <path>" },
		  { "and/or N/A 3 / 4", "and/or N/A <n> / <n>" });
}

TEST(moments_and_durations)
{
	CHECK_ALL({ "at 2026-01-02T03:04:05.123456+00:00 sharp", "at <time> sharp" },
		  { "2026-01-02 03:04:05Z, 2026-01-02, 12:00:01", "<time>, <time>, <time>" },
		  { "timed out after 5s", "timed out after <time>" },
		  { "after 300.0 seconds (10 ms)", "after <time> (<time>)" },
		  { "5 stars, 2nd", "<n> stars, <n>nd" });
}

TEST(white_space_and_control_bytes_are_one_space)
{
	CHECK_ALL({ "  a \t b\r\n\n c\x1b[1;2H", "a b c [<n>;<n>H" }, { "", "" },
		  { "Grüße, 你好", "Grüße, 你好" });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_differ_from_one_to_the_next),
		cmocka_unit_test(digits_of_a_name_stay),
		cmocka_unit_test(ids_are_no_words),
		cmocka_unit_test(quotes_hold_what_differs),
		cmocka_unit_test(addresses_of_people_and_machines),
		cmocka_unit_test(places_in_a_file_system),
		cmocka_unit_test(moments_and_durations),
		cmocka_unit_test(white_space_and_control_bytes_are_one_space),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
