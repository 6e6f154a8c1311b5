/* api_session.c -- keys, session tokens and what is done to them, cookies, guessing. */
#include "api/session.h"

#include <stdio.h>

#include "unit/unit.h"

#define KEY "0123456789abcdef-key"
#define NOW (1790000000 * SECOND)

static struct keyring ring_of(const char *key)
{
	const char *const keys[ACCESS_ROLE__COUNT] = { [ROLE_ADMIN] = key };
	struct keyring ring;

	keyring_init(&ring, keys);
	return ring;
}

static struct keyring ring_of_three(const char *viewer, const char *operator, const char *admin)
{
	const char *const keys[ACCESS_ROLE__COUNT] = { NULL, viewer, operator, admin };
	struct keyring ring;

	keyring_init(&ring, keys);
	return ring;
}

static bool is_key(const struct keyring *ring, struct str key)
{
	return keyring_role(ring, key) == ROLE_ADMIN;
}

static bool is_good(const struct keyring *ring, struct str token, usec_t now)
{
	return session_role(ring, token, now) == ROLE_ADMIN;
}

TEST(only_the_key_is_the_key)
{
	const struct keyring ring = ring_of(KEY);

	assert_true(ring.is_set);
	assert_true(is_key(&ring, S(KEY)));
	assert_int_equal(keyring_role(&ring, S(KEY " ")), ROLE_NONE);
	assert_int_equal(keyring_role(&ring, S("0123456789abcdef-ke")), ROLE_NONE);
	assert_int_equal(keyring_role(&ring, S("0123456789ABCDEF-KEY")), ROLE_NONE);
	assert_int_equal(keyring_role(&ring, S(KEY "\0")), ROLE_NONE);
	assert_int_equal(keyring_role(&ring, S("")), ROLE_NONE);
	assert_int_equal(keyring_role(&ring, STR_NULL), ROLE_NONE);
}

TEST(each_key_has_its_role)
{
	const struct keyring ring =
		ring_of_three("of the viewer", "of the operator", "of the admin");

	assert_int_equal(keyring_role(&ring, S("of the viewer")), ROLE_VIEWER);
	assert_int_equal(keyring_role(&ring, S("of the operator")), ROLE_OPERATOR);
	assert_int_equal(keyring_role(&ring, S("of the admin")), ROLE_ADMIN);
	assert_int_equal(keyring_role(&ring, S("of the")), ROLE_NONE);

	const struct keyring one = ring_of_three("of the viewer", NULL, NULL);
	assert_true(one.is_set);
	assert_int_equal(keyring_role(&one, S("of the viewer")), ROLE_VIEWER);
	assert_int_equal(keyring_role(&one, S("of the admin")), ROLE_NONE);
	assert_int_equal(keyring_role(&one, S("")), ROLE_NONE);
}

TEST(a_session_has_the_role_of_its_key)
{
	const struct keyring ring = ring_of_three("viewer", "operator", "admin");
	char token[SESSION_TOKEN_MAX];

	for (int role = ROLE_VIEWER; role <= ROLE_ADMIN; role++) {
		session_make(&ring, (enum access_role)role, NOW, token);
		assert_int_equal(session_role(&ring, str_of(token), NOW), role);
	}
}

/* Each key changed, taken away, or moved to another role: the session is none any more. */
TEST(a_session_is_of_no_other_key_or_role)
{
	const struct keyring ring = ring_of_three("one", "two", "three");
	const struct keyring others[] = {
		ring_of_three("x", "two", "three"), ring_of_three(NULL, "two", "three"),
		ring_of_three("x", "one", "three"), ring_of_three("x", "two", "one"),
		ring_of_three("two", "one", "three"), ring_of_three(NULL, NULL, NULL),
	};
	char token[SESSION_TOKEN_MAX];

	session_make(&ring, ROLE_VIEWER, NOW, token);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_int_equal(session_role(&others[i], str_of(token), NOW), ROLE_NONE);
	const struct keyring same = ring_of_three("one", "x", NULL);
	assert_int_equal(session_role(&same, str_of(token), NOW), ROLE_VIEWER);
}

TEST(a_key_that_is_too_long_is_not_hashed)
{
	char key[1026];

	memset(key, 'k', sizeof(key) - 1);
	key[1025] = '\0';
	const struct keyring ring = ring_of(key);
	assert_false(is_key(&ring, str_of(key)));
	key[1024] = '\0';
	const struct keyring shorter = ring_of(key);
	assert_true(is_key(&shorter, str_of(key)));
}

TEST(without_a_key_nothing_is_right)
{
	const struct keyring ring = ring_of(NULL);
	char token[SESSION_TOKEN_MAX];

	assert_false(ring.is_set);
	assert_int_equal(keyring_role(&ring, S("")), ROLE_NONE);
	assert_int_equal(keyring_role(&ring, S(KEY)), ROLE_NONE);
	for (int role = ROLE_NONE; role < ACCESS_ROLE__COUNT; role++) {
		session_make(&ring, (enum access_role)role, NOW, token);
		assert_int_equal(session_role(&ring, str_of(token), NOW), ROLE_NONE);
	}
}

/* Signed by the zeros of a role that has no key, where another has one. */
TEST(a_role_without_a_key_signs_nothing)
{
	const struct keyring ring = ring_of_three("one", NULL, NULL);
	char token[SESSION_TOKEN_MAX];

	session_make(&ring, ROLE_ADMIN, NOW, token);
	assert_int_equal(session_role(&ring, str_of(token), NOW), ROLE_NONE);
}

TEST(a_session_ends)
{
	const struct keyring ring = ring_of(KEY);
	char token[SESSION_TOKEN_MAX];

	session_make(&ring, ROLE_ADMIN, NOW, token);
	assert_true(is_good(&ring, str_of(token), NOW));
	assert_true(is_good(&ring, str_of(token), NOW + SESSION_LIFE - SECOND));
	assert_false(is_good(&ring, str_of(token), NOW + SESSION_LIFE));
	assert_false(is_good(&ring, str_of(token), NOW + 100 * DAY));
}

TEST(a_session_is_of_its_key)
{
	const struct keyring ring = ring_of(KEY), same = ring_of(KEY), other = ring_of(KEY "2");
	char token[SESSION_TOKEN_MAX];

	session_make(&ring, ROLE_ADMIN, NOW, token);
	assert_true(is_good(&same, str_of(token), NOW));
	assert_false(is_good(&other, str_of(token), NOW));
}

TEST(sessions_are_never_the_same)
{
	const struct keyring ring = ring_of(KEY);
	char one[SESSION_TOKEN_MAX], other[SESSION_TOKEN_MAX];

	session_make(&ring, ROLE_ADMIN, NOW, one);
	session_make(&ring, ROLE_ADMIN, NOW, other);
	assert_string_not_equal(one, other);
}

TEST(a_changed_token_is_none)
{
	const struct keyring ring = ring_of(KEY);
	char token[SESSION_TOKEN_MAX];

	session_make(&ring, ROLE_ADMIN, NOW, token);
	const size_t n = strlen(token);
	for (size_t i = 0; i < n; i++) {
		const char before = token[i];

		token[i] = before == '0' ? '1' : '0';
		assert_false(is_good(&ring, str_of(token), NOW));
		token[i] = before;
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_false(is_good(&ring, (struct str){ token, cut }, NOW));
	assert_false(is_good(&ring, (struct str){ token + 1, n - 1 }, NOW));
	strcat(token, "0");
	assert_false(is_good(&ring, str_of(token), NOW));
}

TEST(texts_that_are_no_tokens)
{
	static const char *const texts[] = { "", ".", "..", "1790000000", "1790000000.abc.def",
					     "admin", "null", "true" };
	const struct keyring ring = ring_of(KEY);
	char dots[SESSION_TOKEN_MAX + 40];

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(is_good(&ring, str_of(texts[i]), NOW));
	memset(dots, '.', sizeof(dots));
	for (size_t n = 0; n <= sizeof(dots); n++)
		assert_false(is_good(&ring, (struct str){ dots, n }, NOW));
	assert_false(is_good(&ring, STR_NULL, NOW));
}

/* The tokens in a Cookie header, one after the other with a bar behind each. */
static void check_cookies(const char *header, const char *want)
{
	AUTO(buf) struct buf all = buf_new(1024);
	struct str rest = str_of(header), token;

	while (session_next_cookie(&rest, &token)) {
		buf_add_str(&all, token);
		buf_add_char(&all, '|');
	}
	CHECK_STR(buf_str(&all), want);
}

TEST(cookies_are_found_by_their_whole_name)
{
	check_cookies("soniq_session=abc", "abc|");
	check_cookies("a=1; soniq_session=abc; b=2", "abc|");
	check_cookies("a=1;soniq_session=abc;b=2", "abc|");
	check_cookies("  soniq_session=abc  ", "abc|");
	check_cookies("soniq_session=a=b", "a=b|");
	check_cookies("soniq_session=one; x=1; soniq_session=two", "one|two|");
	check_cookies("soniq_session=", "|");
	check_cookies("soniq_session", "");
	check_cookies("soniq_session ; soniq_session =a", "");
	check_cookies("xsoniq_session=abc", "");
	check_cookies("soniq_sessionx=abc", "");
	check_cookies("Soniq_Session=abc", "");
	check_cookies("a=soniq_session=abc", "");
	check_cookies(";;;", "");
	check_cookies("", "");
	check_cookies(NULL, "");
}

TEST(what_was_signed_out_of_is_over)
{
	static struct sessions_over over;
	const struct keyring ring = ring_of(KEY);
	char one[SESSION_TOKEN_MAX], other[SESSION_TOKEN_MAX];

	session_make(&ring, ROLE_ADMIN, NOW, one);
	session_make(&ring, ROLE_ADMIN, NOW, other);
	assert_false(sessions_over_has(&over, str_of(one)));
	sessions_over_put(&over, str_of(one));
	sessions_over_put(&over, str_of(one));
	assert_int_equal(over.n, 1);
	assert_true(sessions_over_has(&over, str_of(one)));
	assert_false(sessions_over_has(&over, str_of(other)));
}

TEST(the_oldest_end_is_forgotten_first)
{
	static struct sessions_over over;
	const struct keyring ring = ring_of(KEY);
	char first[SESSION_TOKEN_MAX], token[SESSION_TOKEN_MAX];

	session_make(&ring, ROLE_ADMIN, NOW, first);
	sessions_over_put(&over, str_of(first));
	for (int i = 0; i < SESSIONS_OVER_MAX - 1; i++) {
		session_make(&ring, ROLE_ADMIN, NOW, token);
		sessions_over_put(&over, str_of(token));
	}
	assert_true(sessions_over_has(&over, str_of(first)));
	session_make(&ring, ROLE_ADMIN, NOW, token);
	sessions_over_put(&over, str_of(token));
	assert_false(sessions_over_has(&over, str_of(first)));
	assert_true(sessions_over_has(&over, str_of(token)));
}

TEST(guesses_are_counted_by_address_and_minute)
{
	static struct throttle t;
	const usec_t at = 100 * MINUTE;

	for (int i = 0; i < THROTTLE_TRIES; i++) {
		assert_false(throttle_is_over(&t, "10.0.0.1", at));
		throttle_count(&t, "10.0.0.1", at + i);
	}
	assert_true(throttle_is_over(&t, "10.0.0.1", at));
	assert_true(throttle_is_over(&t, "10.0.0.1", at + MINUTE - 1));
	assert_false(throttle_is_over(&t, "10.0.0.2", at));
	assert_false(throttle_is_over(&t, "10.0.0.1", at + MINUTE));
	throttle_count(&t, "10.0.0.1", at + MINUTE);
	assert_false(throttle_is_over(&t, "10.0.0.1", at + MINUTE));
}

TEST(guesses_from_everywhere_are_counted_together)
{
	static struct throttle t;
	const usec_t at = 100 * MINUTE;
	char address[64];

	for (int i = 0; i < THROTTLE_TRIES_ALL; i++) {
		snprintf(address, sizeof(address), "10.%d.%d.1", i / 200, i % 200);
		assert_false(throttle_is_over(&t, address, at));
		throttle_count(&t, address, at);
	}
	assert_true(throttle_is_over(&t, "192.0.2.1", at));
	assert_false(throttle_is_over(&t, "192.0.2.1", at + MINUTE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_key_is_the_key),
		cmocka_unit_test(each_key_has_its_role),
		cmocka_unit_test(a_session_has_the_role_of_its_key),
		cmocka_unit_test(a_session_is_of_no_other_key_or_role),
		cmocka_unit_test(a_role_without_a_key_signs_nothing),
		cmocka_unit_test(a_key_that_is_too_long_is_not_hashed),
		cmocka_unit_test(without_a_key_nothing_is_right),
		cmocka_unit_test(a_session_ends),
		cmocka_unit_test(a_session_is_of_its_key),
		cmocka_unit_test(sessions_are_never_the_same),
		cmocka_unit_test(a_changed_token_is_none),
		cmocka_unit_test(texts_that_are_no_tokens),
		cmocka_unit_test(cookies_are_found_by_their_whole_name),
		cmocka_unit_test(what_was_signed_out_of_is_over),
		cmocka_unit_test(the_oldest_end_is_forgotten_first),
		cmocka_unit_test(guesses_are_counted_by_address_and_minute),
		cmocka_unit_test(guesses_from_everywhere_are_counted_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
