/* signature.c -- failures as a person would call them the same, or not. */
#include "rules/signature.h"

#include <stdio.h>

#include "conf/conf.h"
#include "unit.h"

static struct arena arena;

static struct failure of(const char *text)
{
	return failure_of(str_of(text), S("max_retries_exceeded"), &arena);
}

static void check_same(const char *a, const char *b)
{
	assert_string_equal(of(a).signature, of(b).signature);
}

static void check_other(const char *a, const char *b)
{
	assert_string_not_equal(of(a).signature, of(b).signature);
}

/* What a real Python wrote: tests/fuzz/corpus/signature/NAME-1 and NAME-7, of the same code with
 * other numbers in it. */
static struct failure of_file(const char *name, int n)
{
	const char *root = conf_env("SONIQ_ROOT");
	AUTO(buf) struct buf text = buf_new(65536);
	char *into = buf_reserve(&text, 16384);
	FILE *file = fopen(arena_printf(&arena, "%s/tests/fuzz/corpus/signature/%s-%d", root, name,
					n), "r");

	assert_non_null(file);
	text.n = fread(into, 1, 16384, file);
	fclose(file);
	return failure_of(buf_str(&text), STR_NULL, &arena);
}

static const struct written {
	const char *name, *error_type, *message, *frame;
} written[] = {
	{ "charge", "ValueError", "order <n> of customer <str> was refused after <time>",
	  "failing.py:charge" },
	{ "chained", "RuntimeError", "cannot load account <n>", "failing.py:chained" },
	{ "cause", "RuntimeError", "cannot load account <n>", "failing.py:cause" },
	{ "parse", "JSONDecodeError", "Expecting <str> delimiter: line <n> column <n> (char <n>)",
	  "failing.py:parse" },
	{ "deep", "RecursionError", "maximum recursion depth exceeded", "failing.py:deep" },
	{ "taskgroup", "ExceptionGroup",
	  "unhandled errors in a TaskGroup (<n> sub-exceptions): ValueError: part <n>",
	  "failing.py:_tg" },
	{ "syntax", "SyntaxError", "invalid syntax (<string>, line <n>)", "failing.py:syntax" },
	{ "syntax-file", "SyntaxError", "<str> was never closed (plugin.py, line <n>)",
	  "plugin.py" },
	{ "connect", "URLError", "<urlopen error [Errno <n>] Connection refused>",
	  "failing.py:connect" },
	{ "missing", "FileNotFoundError", "[Errno <n>] No such file or directory: <str>",
	  "failing.py:missing" },
	{ "multi", "ValueError",
	  "<n> validation errors for Order id Input should be a valid integer [type=int_parsing, "
	  "input_value=<str>, input_type=str] total Field required", "failing.py:multi" },
	{ "empty", "NotImplementedError", "", "failing.py:empty" },
	{ "attr", "AttributeError", "<str> object has no attribute <str>", "failing.py:attr" },
	{ "addr", "TypeError", "cannot serialise <object object at <addr>> at <addr> (<id>)",
	  "failing.py:addr" },
	{ "lamb", "ZeroDivisionError", "division by zero", "failing.py:<lambda>" },
	{ "timeout", "TimeoutError", "", "failing.py:main" },
	{ "custom", "Custom", "<email> at <time> from <host>: trace <id>", "failing.py:custom" },
};

TEST(tracebacks_of_a_real_python_come_apart)
{
	for (size_t i = 0; i < ARRAY_LEN(written); i++) {
		const struct failure f = of_file(written[i].name, 1);

		CHECK_STR(f.error_type, written[i].error_type);
		CHECK_STR(f.message, written[i].message);
		CHECK_STR(f.frame, written[i].frame);
	}
}

TEST(other_numbers_make_no_other_group_and_another_failure_does)
{
	for (size_t i = 0; i < ARRAY_LEN(written); i++) {
		const struct failure f = of_file(written[i].name, 1);

		assert_string_equal(f.signature, of_file(written[i].name, 7).signature);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(f.signature,
						of_file(written[k].name, 1).signature);
	}
}

/* Links that somebody keeps name the group for ever. */
TEST(a_signature_stays_what_it_is)
{
	assert_string_equal(of("ValueError: no").signature, "62f22d71b192d7d4");
	assert_string_equal(of_file("charge", 1).signature, "51e4176a94771bbc");
}

TEST(what_has_no_traceback_is_known_by_its_text)
{
	CHECK_STR(of("Job timed out after 5s").message, "Job timed out after <time>");
	CHECK_STR(of("Job timed out after 5s").error_type, NULL);
	CHECK_STR(of("Job timed out after 5s").frame, NULL);
	check_same("Job timed out after 5s", "Job timed out after 300.0s");
	check_other("Job mail.send not registered.", "Job mail.receive not registered.");
	CHECK_STR(of("Corrupted argument data: Expecting value").error_type, NULL);
	CHECK_STR(of("ValueError:").error_type, "ValueError");
	CHECK_STR(of("http://a.example/b").error_type, NULL);
}

TEST(how_often_it_was_tried_is_no_part_of_it)
{
	check_same("ValueError: no", "Max retries exceeded: ValueError: no");
	check_same("ValueError: no", "Retry policy declined: ValueError: no");
	check_same("ValueError: no", "Max retries exceeded: Retry policy declined: ValueError: no");
	check_other("ValueError: no", "KeyError: no");
	check_other("ValueError: no", "ValueError: yes");
}

TEST(signals_and_statuses_are_what_it_is_about)
{
	CHECK_STR(of("killed by signal 11 (SIGSEGV)").message, "killed by signal 11 (SIGSEGV)");
	check_other("killed by signal 11 (SIGSEGV)", "killed by signal 6 (SIGABRT)");
	check_other("exited with status 3", "exited with status 4");
	check_same("exited with status 3\nof row 7", "exited with status 3\nof row 8");
}

TEST(without_an_error_the_reason_counts)
{
	const struct failure f = failure_of(STR_NULL, S("job_not_found"), &arena);

	CHECK_STR(f.message, "job_not_found");
	CHECK_STR(f.error_type, NULL);
	assert_string_equal(f.signature,
			    failure_of(S(" \n"), S("job_not_found"), &arena).signature);
	assert_string_not_equal(f.signature,
				failure_of(S(""), S("timeout"), &arena).signature);
	CHECK_STR(failure_of(STR_NULL, STR_NULL, &arena).message, "");
}

/* With an error the reason does not count: one failure may be the end of its attempts, or what
 * the policy would not try again. */
TEST(with_an_error_the_reason_does_not_count)
{
	assert_string_equal(failure_of(S("A: b"), S("timeout"), &arena).signature,
			    failure_of(S("A: b"), S("permanent_failure"), &arena).signature);
}

#define TRACE "Traceback (most recent call last):\n"
#define FRAME(path, in) "  File \"" path "\", line 12, in " in "\n    call()\n"

TEST(the_frame_is_of_the_users_code)
{
	const char *const lib = "E: x\n" TRACE FRAME("/srv/app/mail.py", "send")
		FRAME("/srv/venv/lib/python3.12/site-packages/requests/api.py", "get")
		FRAME("/usr/lib/python3.12/socket.py", "connect") "E: x\n";
	const char *const own = "E: x\n" TRACE FRAME("/opt/soniq/core/processor.py", "run")
		FRAME("/opt/soniq/soniq/app.py", "call") "E: x\n";

	CHECK_STR(of(lib).frame, "mail.py:send");
	CHECK_STR(of(own).frame, "app.py:call");
	CHECK_STR(of("E: x\n" TRACE FRAME("C:\\app\\mail.py", "send")
		     FRAME("C:\\Python312\\Lib\\json\\decoder.py", "decode") "E: x\n").frame,
		  "mail.py:send");
	CHECK_STR(of("E: x\n" TRACE FRAME("/srv/app/__init__.py", "f") "E: x\n").frame,
		  "app/__init__.py:f");
	CHECK_STR(of("E: x\n" TRACE FRAME("<frozen importlib._bootstrap>", "_load")
		     "E: x\n").frame, "<frozen importlib._bootstrap>:_load");
}

/* The text is cut at 8192 characters, so that what is left of the traceback depends on how long
 * the message is. */
TEST(a_cut_end_changes_nothing)
{
	const char *const whole = "E: x\n" TRACE FRAME("/srv/app/run.py", "main")
		FRAME("/srv/app/mail.py", "send") FRAME("/srv/app/smtp.py", "talk") "E: x\n";
	const struct str text = str_of(whole);
	const struct failure one = failure_of((struct str){ text.p, 90 }, STR_NULL, &arena);

	CHECK_STR(of(whole).frame, "smtp.py:talk");
	CHECK_STR(one.frame, "run.py:main");
	for (size_t n = 5; n < text.n - 5; n++) {
		const struct str cut = { text.p, n };
		/* Inside of the header it is still part of the message. */
		if (n < 6 || n > 40)
			assert_string_equal(failure_of(cut, STR_NULL, &arena).signature,
					    one.signature);
	}
}

TEST(a_cut_end_without_code_of_the_users_has_no_frame)
{
	CHECK_STR(of("E: x\n" TRACE FRAME("/usr/lib/python3.12/a.py", "f")).frame, NULL);
}

TEST(of_a_cut_chain_the_first_frames_count)
{
	const char *const text = "E: x\n" TRACE FRAME("/srv/app/db.py", "load") "KeyError: 'a'\n\n"
		"During handling of the above exception, another exception occurred:\n\n" TRACE
		FRAME("/srv/app/run.py", "main");

	CHECK_STR(of(text).frame, "db.py:load");
}

TEST(only_a_traceback_says_it_too)
{
	const struct failure f = of(TRACE FRAME("/srv/app/a.py", "f") "pkg.Odd: 7 left\n");

	CHECK_STR(f.error_type, "pkg.Odd");
	CHECK_STR(f.message, "<n> left");
	CHECK_STR(f.frame, "a.py:f");
}

TEST(every_part_is_bounded)
{
	AUTO(buf) struct buf b = buf_new(1 << 20);

	for (int i = 0; i < 20000; i++)
		buf_add_text(&b, "é");
	buf_add_text(&b, ": x\n" TRACE);
	const struct failure f = failure_of(buf_str(&b), STR_NULL, &arena);
	assert_true(f.message.n <= SIGNATURE_MESSAGE_MAX && str_is_utf8(f.message));
	CHECK_STR(of("E: x\n" TRACE FRAME("/srv/a.py", "f\x1b[31m") "E: x\n").frame,
		  "a.py:f [31m");
	/* Nothing behind it counts. */
	const struct str cut = { b.p, SIGNATURE_LOOK_MAX };
	assert_string_equal(f.signature, failure_of(cut, STR_NULL, &arena).signature);
}

TEST(a_signature_is_sixteen_hex_digits)
{
	assert_true(signature_is_valid(S("0123456789abcdef")));
	assert_false(signature_is_valid(S("0123456789ABCDEF")));
	assert_false(signature_is_valid(S("0123456789abcde")));
	assert_false(signature_is_valid(S("0123456789abcdef0")));
	assert_false(signature_is_valid(STR_NULL));
}

static int forget(void **state UNUSED)
{
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tracebacks_of_a_real_python_come_apart),
		cmocka_unit_test(other_numbers_make_no_other_group_and_another_failure_does),
		cmocka_unit_test(a_signature_stays_what_it_is),
		cmocka_unit_test(what_has_no_traceback_is_known_by_its_text),
		cmocka_unit_test(how_often_it_was_tried_is_no_part_of_it),
		cmocka_unit_test(signals_and_statuses_are_what_it_is_about),
		cmocka_unit_test(without_an_error_the_reason_counts),
		cmocka_unit_test(with_an_error_the_reason_does_not_count),
		cmocka_unit_test(the_frame_is_of_the_users_code),
		cmocka_unit_test(a_cut_end_changes_nothing),
		cmocka_unit_test(a_cut_end_without_code_of_the_users_has_no_frame),
		cmocka_unit_test(of_a_cut_chain_the_first_frames_count),
		cmocka_unit_test(only_a_traceback_says_it_too),
		cmocka_unit_test(every_part_is_bounded),
		cmocka_unit_test(a_signature_is_sixteen_hex_digits),
	};
	return cmocka_run_group_tests(tests, NULL, forget);
}
