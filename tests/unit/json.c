/* json.c -- what the JSON writer writes. */
#include "unit.h"

#include <float.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json/json.h"

static void check_str(struct str text, const char *want)
{
	AUTO(buf) struct buf out = buf_new(1000);
	struct json j = json_new(&out);

	json_str(&j, text);
	CHECK_STR(buf_str(&out), want);
	assert_true(!text.p || json_is_valid(buf_str(&out), false, 0));
}

static void check_f64(double value, const char *want)
{
	AUTO(buf) struct buf out = buf_new(1000);
	struct json j = json_new(&out);

	json_f64(&j, value);
	CHECK_STR(buf_str(&out), want);
}

TEST(commas_are_placed_by_the_writer)
{
	AUTO(buf) struct buf out = buf_new(1000);
	struct json j = json_new(&out);

	json_open_object(&j);
	json_key(&j, "a");
	json_open_array(&j);
	json_i64(&j, 1);
	json_null(&j);
	json_open_array(&j);
	json_close_array(&j);
	json_open_object(&j);
	json_close_object(&j);
	json_close_array(&j);
	json_key(&j, "b\"");
	json_bool(&j, true);
	json_key(&j, "c");
	json_raw(&j, S("{\"x\": 1}"));
	json_key(&j, "d");
	json_text(&j, "t");
	json_close_object(&j);
	CHECK_TEXT(buf_cstr(&out),
		   "{\"a\":[1,null,[],{}],\"b\\\"\":true,\"c\":{\"x\": 1},\"d\":\"t\"}");
}

TEST(strings_are_escaped_where_json_wants_it)
{
	check_str(S("plain"), "\"plain\"");
	check_str(S(""), "\"\"");
	check_str(STR_NULL, "null");
	check_str(S("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
	check_str(S("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
	check_str(S("\x01\x1f\0x"), "\"\\u0001\\u001f\\u0000x\"");
	check_str(S("<&>\x7f\xC2\x85\xE2\x80\xA8"), "\"<&>\x7f\xC2\x85\xE2\x80\xA8\"");
}

TEST(broken_utf8_becomes_the_replacement_character)
{
	check_str(S("a\xFF" "b"), "\"a\xEF\xBF\xBD" "b\"");
	check_str(S("\xC3"), "\"\xEF\xBF\xBD\"");
	check_str(S("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
	check_str(S("\xC3\xA4\xFF\xC3\xA4"), "\"\xC3\xA4\xEF\xBF\xBD\xC3\xA4\"");
}

TEST(numbers_take_the_fewest_digits_that_come_back)
{
	check_f64(0, "0");
	check_f64(-0.0, "0");
	check_f64(3, "3");
	check_f64(-12, "-12");
	check_f64(0.1, "0.1");
	check_f64(1.0 / 3, "0.3333333333333333");
	check_f64(5e-324, "4.94065645841247e-324");
	check_f64(DBL_MAX, "1.7976931348623157e+308");
	check_f64(123456.789, "123456.789");
	check_f64(1e15, "1e+15");
	check_f64(9007199254740993.0, "9007199254740992");
}

TEST(numbers_come_back_as_they_were)
{
	double value = 1.0;

	for (int i = 0; i < 2000; i++) {
		AUTO(buf) struct buf out = buf_new(100);
		struct json j = json_new(&out);

		value = value * 1.37 + 0.001 * i;
		if (value > 1e300)
			value = 1e-300;
		json_f64(&j, value);
		assert_true(strtod(buf_cstr(&out), NULL) == value);
		assert_true(json_is_valid(buf_str(&out), false, 0));
	}
}

TEST(what_is_null_in_a_record_is_null_in_json)
{
	AUTO(buf) struct buf out = buf_new(1000);
	struct json j = json_new(&out);

	json_open_array(&j);
	json_i64(&j, I64_NULL);
	json_f64(&j, (double)NAN);
	json_f64(&j, (double)INFINITY);
	json_time(&j, TIME_NULL);
	json_str(&j, STR_NULL);
	json_raw(&j, STR_NULL);
	json_raw(&j, S(""));
	json_text(&j, NULL);
	json_close_array(&j);
	CHECK_TEXT(buf_cstr(&out), "[null,null,null,null,null,null,null,null]");
}

/* `before`, n times `open`, then `close` as often, `after`. */
static void check_nested(const char *before, int n, const char *after, bool is_raw)
{
	AUTO(buf) struct buf text = buf_new(100000);
	AUTO(buf) struct buf out = buf_new(100000);
	struct json j = json_new(&out);

	buf_add_text(&text, before);
	for (int i = 0; i < n; i++)
		buf_add_text(&text, i % 2 ? "[" : "{\"k\":");
	buf_add_text(&text, "1");
	for (int i = n; i-- > 0;)
		buf_add_char(&text, i % 2 ? ']' : '}');
	buf_add_text(&text, after);
	json_raw(&j, buf_str(&text));
	if (is_raw)
		CHECK_BYTES(buf_str(&out), buf_str(&text));
	assert_true(json_is_valid(buf_str(&out), false, is_raw ? JSON_RAW_DEPTH_MAX : 0));
}

TEST(json_that_is_nested_too_deeply_becomes_a_string)
{
	check_nested("", JSON_RAW_DEPTH_MAX, "", true);
	check_nested("", JSON_RAW_DEPTH_MAX + 1, "", false);
	check_nested("[\"a\\\"[[{\\\\\",", JSON_RAW_DEPTH_MAX - 1, "]", true);
	check_nested("[\"a\\\"[[{\\\\\",", JSON_RAW_DEPTH_MAX, "]", false);
	check_nested("[[], {}, [{}, []], ", JSON_RAW_DEPTH_MAX - 1, "]", true);
	check_nested("[[], {}, [{}, []], ", 10000, "]", false);
}

TEST(times_are_strings)
{
	AUTO(buf) struct buf out = buf_new(1000);
	struct json j = json_new(&out);

	json_open_array(&j);
	json_time(&j, 1795454158029367);
	json_time(&j, TIME_INFINITY);
	json_time(&j, TIME_MINUS_INFINITY + 1);
	json_close_array(&j);
	CHECK_TEXT(buf_cstr(&out), "[\"2026-11-23T17:15:58.029367Z\",\"infinity\","
				   "\"-290308-12-21T19:59:05.224194Z\"]");
}

struct sample {
	int64_t id;
	struct str secret;
	double load;
	int8_t is_on;
	usec_t at;
	struct str name, args;
};

static const struct field fields[] = {
	FIELD_I64(struct sample, id),
	FIELD_STR_FLAGS(struct sample, secret, FIELD_HIDDEN),
	FIELD_F64(struct sample, load),
	FIELD_BOOL(struct sample, is_on),
	FIELD_TIME(struct sample, at),
	FIELD_STR(struct sample, name),
	FIELD_JSON(struct sample, args),
	FIELD_END,
};

static const struct record record = { "sample", sizeof(struct sample), fields };

TEST(a_record_is_an_object_without_its_hidden_fields)
{
	AUTO(buf) struct buf out = buf_new(1000);
	struct json j = json_new(&out);
	struct sample s = { .id = 7, .secret = S("hush"), .load = 0.5, .is_on = 1, .at = 0,
			    .name = S("n"), .args = S("[1]") };

	json_open_array(&j);
	json_record(&j, &record, &s);
	record_clear(&record, &s);
	json_record(&j, &record, &s);
	json_close_array(&j);
	CHECK_TEXT(buf_cstr(&out),
		   "[{\"id\":7,\"load\":0.5,\"is_on\":true,\"at\":\"1970-01-01T00:00:00.000000Z\","
		   "\"name\":\"n\",\"args\":[1]},{\"id\":null,\"load\":null,\"is_on\":null,"
		   "\"at\":null,\"name\":null,\"args\":null}]");
}

TEST(too_much_text_shows_in_the_buffer)
{
	AUTO(buf) struct buf out = buf_new(10);
	struct json j = json_new(&out);

	json_open_array(&j);
	json_text(&j, "much too long");
	json_close_array(&j);
	assert_true(out.has_failed);
	assert_true(out.n <= 10);
}

/* Each of these is wrong use, and must end a child of ours in abort(). */
static void key_in_array(struct json *j)
{
	json_open_array(j);
	json_key(j, "k");
}

static void value_without_key(struct json *j)
{
	json_open_object(j);
	json_i64(j, 1);
}

static void key_without_value(struct json *j)
{
	json_open_object(j);
	json_key(j, "k");
	json_close_object(j);
}

static void wrong_end(struct json *j)
{
	json_open_object(j);
	json_close_array(j);
}

static void one_end_too_many(struct json *j)
{
	json_open_array(j);
	json_close_array(j);
	json_close_array(j);
}

static void second_value(struct json *j)
{
	json_i64(j, 1);
	json_i64(j, 2);
}

static void too_deep(struct json *j)
{
	for (int i = 0; i <= JSON_DEPTH_MAX; i++)
		json_open_array(j);
}

static int status_of_misuse(void (*misuse)(struct json *))
{
	int status = 0;
	const pid_t child = fork();

	if (child == 0) {
		AUTO(buf) struct buf out = buf_new(1000);
		struct json j = json_new(&out);

		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		misuse(&j);
		_exit(0);
	}
	assert_true(waitpid(child, &status, 0) == child);
	return status;
}

TEST(wrong_use_is_an_assert)
{
	static void (*const misuses[])(struct json *) = {
		key_in_array, value_without_key, key_without_value, wrong_end, one_end_too_many,
		second_value, too_deep,
	};

	for (size_t i = 0; i < ARRAY_LEN(misuses); i++) {
		const int status = status_of_misuse(misuses[i]);

		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
			fail_msg("misuse %zu went through", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_are_placed_by_the_writer),
		cmocka_unit_test(strings_are_escaped_where_json_wants_it),
		cmocka_unit_test(broken_utf8_becomes_the_replacement_character),
		cmocka_unit_test(numbers_take_the_fewest_digits_that_come_back),
		cmocka_unit_test(numbers_come_back_as_they_were),
		cmocka_unit_test(what_is_null_in_a_record_is_null_in_json),
		cmocka_unit_test(json_that_is_nested_too_deeply_becomes_a_string),
		cmocka_unit_test(times_are_strings),
		cmocka_unit_test(a_record_is_an_object_without_its_hidden_fields),
		cmocka_unit_test(too_much_text_shows_in_the_buffer),
		cmocka_unit_test(wrong_use_is_an_assert),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
