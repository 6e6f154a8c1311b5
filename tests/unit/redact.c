/* redact.c -- what is taken for a secret, and that nothing of it is left. */
#include "unit.h"

#include "json/json.h"
#include "rules/redact.h"

struct scene {
	struct arena arena;
	struct list words;
};

static int set_up(void **state)
{
	struct scene *s = xalloc(sizeof(*s));

	s->words = redact_words(S("password, api_key,token,credentials,authorization"), &s->arena);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	arena_release(&s->arena);
	free(s);
	return 0;
}

TEST(a_name_is_told_by_its_words)
{
	struct scene *s = *state;
	static const char *const secret[] = { "password",   "PASSWORD",  "userPassword",
					      "api-key",    "API_KEY",   "x.api.key",
					      "pass_word",
					      "apiKey",     "\\u0070assword", "db_password_2" };
	static const char *const plain[] = { "max_tokens", "passwordless", "key",  "api",
					     "tokenizer",  "",             "keyApi" };

	assert_int_equal(s->words.n, 5);
	for (size_t i = 0; i < ARRAY_LEN(secret); i++)
		if (!redact_is_secret(&s->words, str_of(secret[i])))
			fail_msg("%s is a secret", secret[i]);
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (redact_is_secret(&s->words, str_of(plain[i])))
			fail_msg("%s is none", plain[i]);
}

struct pair {
	const char *from, *to;
};

TEST(json_keeps_its_shape)
{
	struct scene *s = *state;
	static const struct pair pairs[] = {
		{ "{}", "{}" },
		{ "{\"a\": 9007199254740993, \"password\": \"x\"}",
		  "{\"a\": 9007199254740993, \"password\": \"[hidden]\"}" },
		{ "{\"a\": [{\"token\": 1.50}, 2]}", "{\"a\": [{\"token\": \"[hidden]\"}, 2]}" },
		{ "{\"credentials\": {\"user\": \"u\", \"x\": [1, {\"y\": \"}\"}]}, \"b\": 1}",
		  "{\"credentials\": \"[hidden]\", \"b\": 1}" },
		{ "{\"pass\\u0077ord\" : null}", "{\"pass\\u0077ord\" : \"[hidden]\"}" },
		{ "[\"password\", \"x\"]", "[\"password\", \"x\"]" },
		{ "\"postgresql://u:p@h/d\"", "\"postgresql://u:[hidden]@h/d\"" },
		{ "{\"url\": \"https://h/?token=abc&b=1\"}",
		  "{\"url\": \"https://h/?token=[hidden]&b=1\"}" },
		{ "{\"raw\": \"{\\\"password\\\": \\\"a b\\\", \\\"c\\\": 1}\"}",
		  "{\"raw\": \"{\\\"password\\\": \\\"[hidden]\\\", \\\"c\\\": 1}\"}" },
		{ "{\"a\": \"token=p\\u00e4ss\\\\x, b\\ntoken=y\\nz\"}",
		  "{\"a\": \"token=[hidden], b\\ntoken=[hidden]\\nz\"}" },
		{ "{\"a\": \"\\\"\", \"password\": \"\\\"\\\\\"}",
		  "{\"a\": \"\\\"\", \"password\": \"[hidden]\"}" },
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct str got = redact_json(&s->words, str_of(pairs[i].from), &s->arena);
		CHECK_STR(got, pairs[i].to);
		assert_true(json_is_valid(got, false, JSON_DEPTH_MAX));
	}
	assert_null(redact_json(&s->words, STR_NULL, &s->arena).p);
}

/* It is cut anywhere: what is left of a secret is hidden with it. */
TEST(json_that_is_cut_gives_nothing_away)
{
	struct scene *s = *state;
	const struct str whole =
		S("{\"a\": {\"password\": \"hunter2\", \"b\": [{\"apiKey\": \"hunter2\"}]}}");

	for (size_t n = 0; n <= whole.n; n++) {
		const struct str cut = { whole.p, n };
		const struct str got = redact_json(&s->words, cut, &s->arena);
		if (got.n > 0 && memmem(got.p, got.n, "hunt", 4))
			fail_msg("%.*s", STR_ARG(got));
	}
}

TEST(texts_are_looked_through)
{
	struct scene *s = *state;
	static const struct pair pairs[] = {
		{ "ValueError: order 7", "ValueError: order 7" },
		{ "the password is wrong: try again", "the password is wrong: try again" },
		{ "KeyError: 'password'", "KeyError: 'password'" },
		{ "password=hunter2", "password=[hidden]" },
		{ "login(user='a', password='it\\'s', b=1)",
		  "login(user='a', password='[hidden]', b=1)" },
		{ "{'password': 'a b', 'n': 1}", "{'password': '[hidden]', 'n': 1}" },
		{ "{'password': b'a b'}", "{'password': b'[hidden]'}" },
		{ "credentials={'user': 'u', 'k': [1]}, b", "credentials=[hidden], b" },
		{ "Authorization: Bearer abc.def", "Authorization: Bearer [hidden]" },
		{ "Authorization: Basic dTpw\nHost: h", "Authorization: Basic [hidden]\nHost: h" },
		{ "cannot reach redis://:s3@h:6379/0", "cannot reach redis://:[hidden]@h:6379/0" },
		{ "amqp://u:p:q@h and http://h:80/a@b", "amqp://u:[hidden]@h and http://h:80/a@b" },
		{ "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln!", "got [hidden]!" },
		{ "os.environ[\"API_KEY\"] = \"x\"", "os.environ[\"API_KEY\"] = \"[hidden]\"" },
		{ "token:", "token:" },
		{ "token", "token" },
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		CHECK_STR(redact_text(&s->words, str_of(pairs[i].from), &s->arena), pairs[i].to);
	assert_null(redact_text(&s->words, STR_NULL, &s->arena).p);
}

TEST(without_words_nothing_is_hidden)
{
	struct scene *s = *state;
	const struct list none = redact_words(S("-"), &s->arena);

	assert_int_equal(none.n, 0);
	CHECK_STR(redact_text(&none, S("password=x"), &s->arena), "password=x");
	CHECK_STR(redact_json(&none, S("{\"password\": 1}"), &s->arena), "{\"password\": 1}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_name_is_told_by_its_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(json_keeps_its_shape, set_up, tear_down),
		cmocka_unit_test_setup_teardown(json_that_is_cut_gives_nothing_away, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(texts_are_looked_through, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_words_nothing_is_hidden, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
