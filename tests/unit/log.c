/* log.c -- what lands on stderr. */
#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"

static char said[20000];

/* Between these two, stderr goes into a pipe; afterwards `said` has it. */
static int saved_stderr;
static int pipe_end;

static void listen_begin(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	saved_stderr = dup(STDERR_FILENO);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	close(ends[1]);
	pipe_end = ends[0];
}

static void listen_end(void)
{
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);

	const ssize_t n = read(pipe_end, said, sizeof(said) - 1);

	close(pipe_end);
	said[n > 0 ? n : 0] = '\0';
}

TEST(a_line_has_moment_level_place_and_text)
{
	listen_begin();
	log_line(LOG_WARNING, "dashboard", "text %d", 7);
	listen_end();
	assert_int_equal(strspn(said, "0123456789-T:.Z"), 24);
	assert_int_equal(said[19], '.');
	CHECK_TEXT(said + 23, "Z WARNING dashboard: text 7\n");
}

TEST(hostile_text_stays_one_line)
{
	listen_begin();
	log_line(LOG_ERROR, "x", "a\nb\x1b[0m\xFF \xC3\xA4");
	listen_end();
	CHECK_TEXT(said + 24, " ERROR x: a\\x0ab\\x1b[0m\\xff \xC3\xA4\n");
}

TEST(a_line_is_cut_at_4_kib_between_characters)
{
	char text[9000];

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 2 ? '\xA4' : '\xC3';
	text[sizeof(text) - 1] = '\0';
	for (size_t shift = 0; shift < 2; shift++) {
		listen_begin();
		log_line(LOG_ERROR, "x", "%s%s", shift ? "y" : "", text);
		listen_end();

		const size_t n = strlen(said);

		assert_in_range(n, 4000, 4096);
		assert_int_equal(said[n - 1], '\n');
		assert_null(strchr(said, '\\'));
		assert_true(str_is_utf8(str_of(said)));
	}
}

TEST(lines_below_the_level_are_dropped)
{
	listen_begin();
	log_line(LOG_DEBUG, "x", "hidden");
	log_set_level(LOG_ERROR);
	log_line(LOG_WARNING, "x", "hidden too");
	log_set_level(LOG_DEBUG);
	log_line(LOG_DEBUG, "x", "shown");
	log_set_level(LOG_INFO);
	listen_end();
	CHECK_TEXT(said + 24, " DEBUG x: shown\n");
	assert_true(log_is_on(LOG_INFO));
	assert_false(log_is_on(LOG_DEBUG));
}

/* The second may change in between; then the count begins anew, which the test allows for. */
TEST(a_limiter_lets_a_burst_through_and_counts_the_rest)
{
	struct log_limit limit = { 0 };
	int passed = 0;
	int skipped = 0;

	for (int i = 0; i < 100; i++) {
		int told;

		passed += log_limit_pass(&limit, 3, &told);
		skipped += told;
	}
	assert_true(passed == 3 || passed == 6);
	assert_int_equal(passed + skipped + limit.skipped, 100);

	limit.second--;
	const int left = limit.skipped;

	assert_true(log_limit_pass(&limit, 3, &skipped));
	assert_int_equal(skipped, left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_moment_level_place_and_text),
		cmocka_unit_test(hostile_text_stays_one_line),
		cmocka_unit_test(a_line_is_cut_at_4_kib_between_characters),
		cmocka_unit_test(lines_below_the_level_are_dropped),
		cmocka_unit_test(a_limiter_lets_a_burst_through_and_counts_the_rest),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
