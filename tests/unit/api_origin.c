/* api_origin.c -- what is a host, whose it is, and which origin is our own. */
#include "api/origin.h"

#include "unit/unit.h"

struct host_case {
	const char *text;
	bool is_host;
	bool is_loopback;
};

static const struct host_case hosts[] = {
	{ "127.0.0.1", true, true },
	{ "127.0.0.1:6161", true, true },
	{ "localhost", true, true },
	{ "localhost:1", true, true },
	{ "LocalHost:65535", true, true },
	{ "[::1]", true, true },
	{ "[::1]:6161", true, true },
	{ "evil.test", true, false },
	{ "127.0.0.1.evil.test", true, false },
	{ "localhost.evil.test", true, false },
	{ "localhost.", true, false },
	{ "127.0.0.1.", true, false },
	{ "[::ffff:127.0.0.1]", true, false },
	{ "[0:0:0:0:0:0:0:1]", true, false },
	{ "0.0.0.0", true, false },
	{ "2130706433", true, false },
	{ "0x7f000001", true, false },
	{ "0177.0.0.1", true, false },
	{ "127.1", true, false },
	{ "127.0.0.2", true, false },
	{ "xlocalhost", true, false },
	{ "", false, false },
	{ NULL, false, false },
	{ ":6161", false, false },
	{ "localhost:", false, false },
	{ "localhost:x", false, false },
	{ "localhost:-1", false, false },
	{ "localhost:+1", false, false },
	{ "localhost:123456", false, false },
	{ "localhost:6161@evil", false, false },
	{ "evil@localhost", false, false },
	{ "localhost/x", false, false },
	{ "localhost#x", false, false },
	{ "localhost?x", false, false },
	{ "localhost\\x", false, false },
	{ "localhost, evil.test", false, false },
	{ "localhost,localhost", false, false },
	{ " localhost", false, false },
	{ "localhost ", false, false },
	{ "local\thost", false, false },
	{ "localhost\r", false, false },
	{ "loc\xC3\xA4l", false, false },
	{ "local%68ost", false, false },
	{ "::1", false, false },
	{ "[::1", false, false },
	{ "[::1]x", false, false },
	{ "[::1]6161", false, false },
	{ "[::1]:", false, false },
	{ "[]", false, false },
	{ "[]:1", false, false },
	{ "[g::1]", false, false },
	{ "[::1%eth0]", false, false },
	{ "]", false, false },
	{ "[", false, false },
};

TEST(hosts_are_read_strictly)
{
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		struct authority a = { 0 };
		const bool is_host = authority_parse(str_of(hosts[i].text), &a);

		if (is_host != hosts[i].is_host)
			print_error("\"%s\"\n", hosts[i].text ? hosts[i].text : "NULL");
		assert_true(is_host == hosts[i].is_host);
		if (!is_host)
			continue;
		if (authority_is_loopback(&a) != hosts[i].is_loopback)
			print_error("\"%s\"\n", hosts[i].text);
		assert_true(authority_is_loopback(&a) == hosts[i].is_loopback);
	}
}

TEST(a_host_has_parts)
{
	struct authority a;

	assert_true(authority_parse(S("jobs.example.com:8080"), &a));
	CHECK_STR(a.host, "jobs.example.com");
	CHECK_STR(a.port, "8080");
	assert_true(authority_parse(S("[2001:db8::1]:80"), &a));
	CHECK_STR(a.host, "[2001:db8::1]");
	CHECK_STR(a.port, "80");
	assert_true(authority_parse(S("name_with-all.1"), &a));
	CHECK_STR(a.host, "name_with-all.1");
	CHECK_STR(a.port, NULL);
}

TEST(a_host_that_is_too_long_is_none)
{
	char text[257];
	struct authority a;

	memset(text, 'a', sizeof(text));
	assert_true(authority_parse((struct str){ text, 255 }, &a));
	assert_false(authority_parse((struct str){ text, 256 }, &a));
}

static bool list_has(const char *allowed, const char *host)
{
	AUTO(arena) struct arena arena = { 0 };
	struct host_list list;
	struct err err = { 0 };
	struct authority a;

	assert_int_equal(host_list_parse(allowed, &arena, &list, &err), ERR_OK);
	assert_true(authority_parse(str_of(host), &a));
	return host_list_has(&list, &a);
}

TEST(allowed_hosts_are_compared_whole)
{
	assert_true(list_has("jobs.example.com", "jobs.example.com"));
	assert_true(list_has("jobs.example.com", "JOBS.example.COM:8080"));
	assert_true(list_has(" a.test , jobs.example.com:81,", "jobs.example.com:81"));
	assert_true(list_has("[2001:db8::1]", "[2001:DB8::1]:6161"));
	assert_false(list_has("jobs.example.com:81", "jobs.example.com"));
	assert_false(list_has("jobs.example.com:81", "jobs.example.com:8"));
	assert_false(list_has("example.com", "jobs.example.com"));
	assert_false(list_has("jobs.example.com", "example.com"));
	assert_false(list_has("jobs.example.com", "jobs.example.com.evil.test"));
	assert_false(list_has("jobs.example.com", "jobs.example.com."));
	assert_false(list_has("", "jobs.example.com"));
}

TEST(allowed_hosts_must_be_hosts)
{
	static const char *const wrong[] = { "http://a.test", "a.test/x", "*", "*.test", "a b",
					     "a.test;b.test", "a:x" };

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO(arena) struct arena arena = { 0 };
		struct host_list list;
		struct err err = { 0 };

		assert_int_equal(host_list_parse(wrong[i], &arena, &list, &err), ERR_INVALID);
		assert_non_null(strstr(err.msg, "SONIQ_DASHBOARD_ALLOWED_HOSTS"));
	}
}

static bool allows(const char *allowed, const char *origin)
{
	AUTO(arena) struct arena arena = { 0 };
	struct origin_list list;
	struct err err = { 0 };

	assert_int_equal(origin_list_parse(allowed, &arena, &list, &err), ERR_OK);
	return origin_list_has(&list, str_of(origin));
}

TEST(allowed_origins_are_compared_byte_for_byte)
{
	static const char list[] = "https://ops.example.com, http://localhost:3000";

	assert_true(allows(list, "https://ops.example.com"));
	assert_true(allows(list, "http://localhost:3000"));
	assert_false(allows(list, "http://ops.example.com"));
	assert_false(allows(list, "https://ops.example.com:443"));
	assert_false(allows(list, "https://ops.example.com."));
	assert_false(allows(list, "https://ops.example.com.evil.test"));
	assert_false(allows(list, "https://evil-ops.example.com"));
	assert_false(allows(list, "http://localhost:30000"));
	assert_false(allows(list, "https://ops.example.com/"));
	assert_false(allows(list, "null"));
	assert_false(allows(list, ""));
	assert_false(allows(list, NULL));
	assert_false(allows("", "https://ops.example.com"));
}

TEST(allowed_origins_must_be_origins)
{
	static const char *const wrong[] = { "*", "null", "ops.example.com", "ftp://a.test",
					     "https://a.test/", "https://", "https://u@a.test",
					     "HTTPS://a.test" };

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO(arena) struct arena arena = { 0 };
		struct origin_list list;
		struct err err = { 0 };

		assert_int_equal(origin_list_parse(wrong[i], &arena, &list, &err), ERR_INVALID);
		assert_non_null(strstr(err.msg, "SONIQ_DASHBOARD_ALLOWED_ORIGINS"));
	}
}

static const struct {
	const char *origin, *host;
	bool is_same;
	bool is_same_but_port;
} pairs[] = {
	{ "http://127.0.0.1:6161", "127.0.0.1:6161", true, true },
	{ "http://LOCALHOST:6161", "localhost:6161", true, true },
	{ "http://[::1]:6161", "[::1]:6161", true, true },
	{ "https://jobs.example.com", "jobs.example.com", true, true },
	{ "https://jobs.example.com", "jobs.example.com:443", true, true },
	{ "http://jobs.example.com", "jobs.example.com:80", true, true },
	{ "http://jobs.example.com:80", "jobs.example.com", true, true },
	{ "https://jobs.example.com:8443", "jobs.example.com", false, true },
	{ "http://127.0.0.1:3000", "127.0.0.1:6161", false, true },
	{ "http://127.0.0.1", "127.0.0.1:6161", false, true },
	{ "https://jobs.example.com", "jobs.example.com:80", false, true },
	{ "http://localhost:6161", "127.0.0.1:6161", false, false },
	{ "http://evil-localhost:6161", "localhost:6161", false, false },
	{ "http://localhost:6161.evil", "localhost:6161", false, false },
	{ "http://localhost:6161/", "localhost:6161", false, false },
	{ "http://localhost:6161@evil.test", "localhost:6161", false, false },
	{ "ftp://localhost:6161", "localhost:6161", false, false },
	{ "localhost:6161", "localhost:6161", false, false },
	{ "null", "localhost:6161", false, false },
	{ "", "localhost:6161", false, false },
	{ NULL, "localhost:6161", false, false },
	{ "http://localhost", NULL, false, false },
};

TEST(our_own_origin)
{
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct str origin = str_of(pairs[i].origin), host = str_of(pairs[i].host);

		if (origin_is_host(origin, host, false) != pairs[i].is_same ||
		    origin_is_host(origin, host, true) != pairs[i].is_same_but_port)
			print_error("%zu: \"%s\"\n", i, pairs[i].origin);
		assert_true(origin_is_host(origin, host, false) == pairs[i].is_same);
		assert_true(origin_is_host(origin, host, true) == pairs[i].is_same_but_port);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_read_strictly),
		cmocka_unit_test(a_host_has_parts),
		cmocka_unit_test(a_host_that_is_too_long_is_none),
		cmocka_unit_test(allowed_hosts_are_compared_whole),
		cmocka_unit_test(allowed_hosts_must_be_hosts),
		cmocka_unit_test(allowed_origins_are_compared_byte_for_byte),
		cmocka_unit_test(allowed_origins_must_be_origins),
		cmocka_unit_test(our_own_origin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
