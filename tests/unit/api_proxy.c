/* api_proxy.c -- which proxies are believed, where a caller behind them is, and roles by name. */
#include "api/proxy.h"

#include "unit/unit.h"

static struct proxy_list proxies_of(const char *text, struct arena *arena)
{
	struct proxy_list list = { 0 };
	struct err err = { 0 };

	assert_int_equal(proxy_list_parse(text, arena, &list, &err), ERR_OK);
	return list;
}

static const struct {
	const char *list;
	const char *address;
	bool is_in;
} members[] = {
	{ "10.0.0.0/8", "10.0.0.0", true },
	{ "10.0.0.0/8", "10.255.255.255", true },
	{ "10.0.0.0/8", "11.0.0.0", false },
	{ "10.0.0.0/8", "9.255.255.255", false },
	{ "192.0.2.128/25", "192.0.2.128", true },
	{ "192.0.2.128/25", "192.0.2.127", false },
	{ "192.0.2.4/31", "192.0.2.5", true },
	{ "192.0.2.4/31", "192.0.2.6", false },
	{ "192.0.2.4/32", "192.0.2.4", true },
	{ "192.0.2.4", "192.0.2.4", true },
	{ "192.0.2.4", "192.0.2.5", false },
	{ "128.0.0.0/1", "128.0.0.0", true },
	{ "128.0.0.0/1", "127.255.255.255", false },
	{ "::1", "::1", true },
	{ "::1", "127.0.0.1", false },
	{ "127.0.0.1", "::1", false },
	{ "fd00::/8", "fdff::1", true },
	{ "fd00::/8", "fe00::1", false },
	{ "2001:db8::/33", "2001:db8:7fff::", true },
	{ "2001:db8::/33", "2001:db8:8000::", false },
	{ "::ffff:192.0.2.4", "192.0.2.4", true },
	{ "192.0.2.4", "::ffff:192.0.2.4", true },
	{ "0a00::/8", "10.0.0.1", false },
	{ "10.0.0.0/8", "a00::1", false },
	{ " ::1 ,, 10.0.0.0/8 ", "10.1.2.3", true },
	{ "unix", "unix", true },
	{ "unix", "127.0.0.1", false },
	{ "127.0.0.1, unix", "unix", true },
	{ "127.0.0.1", "unix", false },
	{ "127.0.0.1", "unknown", false },
	{ "127.0.0.1", "", false },
	{ "127.0.0.1", "127.0.0.1 ", false },
	{ "127.0.0.1", "127.0.0.01", false },
	{ "127.0.0.1", "127.1", false },
	{ "", "127.0.0.1", false },
	{ "", "unix", false },
};

TEST(a_network_has_its_addresses_and_no_others)
{
	AUTO(arena) struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const struct proxy_list list = proxies_of(members[i].list, &arena);
		const bool is_in = proxy_list_has(&list, str_of(members[i].address));

		if (is_in != members[i].is_in)
			print_error("%s in %s\n", members[i].address, members[i].list);
		assert_true(is_in == members[i].is_in);
	}
}

TEST(what_is_no_network_is_refused)
{
	static const char *const texts[] = {
		"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/x",
		"10.0.0.1/8", "10.0.0.0/ 8", "0.0.0.0/0", "::/0", "fd00::/129", "fd00::1/8",
		"10.0.0", "10.0.0.0.0", "256.0.0.1", "proxy.test", "localhost", "[::1]",
		"::1%lo", "*", "all", "UNIX", "/run/soniq.sock", "::ffff:10.0.0.0/104",
		"127.0.0.1, 10.0.0.1/8", "127.0.0.1;10.0.0.0/8", "127.0.0.1 10.0.0.2",
	};
	AUTO(arena) struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct proxy_list list;
		struct err err = { 0 };

		if (proxy_list_parse(texts[i], &arena, &list, &err) != ERR_INVALID)
			print_error("\"%s\" was taken\n", texts[i]);
		assert_int_equal(err.code, ERR_INVALID);
		assert_non_null(strstr(err.msg, "SONIQ_DASHBOARD_TRUSTED_PROXIES"));
	}
}

#define NOBODY NULL

static const struct {
	const char *forwarded;
	const char *client;
} clients[] = {
	{ "192.0.2.1", "192.0.2.1" },
	{ "192.0.2.1, 192.0.2.2", "192.0.2.2" },
	{ "192.0.2.1,10.0.0.7", "192.0.2.1" },
	{ "192.0.2.9, 192.0.2.1, 10.0.0.7 , ::1", "192.0.2.1" },
	{ "10.0.0.8, 10.0.0.7", "10.0.0.8" },
	{ "garbage, 10.0.0.7", "10.0.0.7" },
	{ "192.0.2.1, garbage", NOBODY },
	{ "192.0.2.1, unknown", NOBODY },
	{ "192.0.2.1, unix", NOBODY },
	{ "192.0.2.1,", NOBODY },
	{ "192.0.2.1,,10.0.0.7", "10.0.0.7" },
	{ ",192.0.2.1", "192.0.2.1" },
	{ "", NOBODY },
	{ " ", NOBODY },
	{ ",", NOBODY },
	{ "192.0.2.1:4711", "192.0.2.1" },
	{ "[2001:db8::1]:4711", "2001:db8::1" },
	{ "[2001:db8::1]", "2001:db8::1" },
	{ "2001:DB8:0::1", "2001:db8::1" },
	{ "[2001:db8::1", NOBODY },
	{ "[]", NOBODY },
	{ "[", NOBODY },
	{ ":80", NOBODY },
	{ "::ffff:192.0.2.1", "192.0.2.1" },
	{ "192.0.2.1 evil", NOBODY },
	{ "\"192.0.2.1\"", NOBODY },
};

/* From the end, as far as proxies that are trusted wrote it. */
TEST(the_client_is_the_last_that_is_no_proxy)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct proxy_list list = proxies_of("10.0.0.0/8, ::1", &arena);

	for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
		char client[64] = "before";
		const bool is_found = proxy_client(&list, str_of(clients[i].forwarded), client,
						   sizeof(client));

		if (is_found != (clients[i].client != NULL))
			print_error("\"%s\"\n", clients[i].forwarded);
		assert_true(is_found == (clients[i].client != NULL));
		assert_string_equal(client, is_found ? clients[i].client : "before");
	}
	char client[64];
	assert_false(proxy_client(&list, STR_NULL, client, sizeof(client)));
}

static const struct {
	const char *name;
	bool is_name;
} names[] = {
	{ "alice", true },	  { "alice@example.com", true }, { "CORP\\alice", true },
	{ "Ann Other", true },	  { "J\xc3\xb6rg", true },	 { "*", true },
	{ "", false },		  { NULL, false },		 { "a\tb", false },
	{ "a\x1b[31m", false },	  { "a\x7f", false },		 { "a\xc2\x9b""b", false },
	{ "a\xff", false },	  { "\xc3", false },		 { "a\r\nb", false },
};

TEST(names_of_users)
{
	char name[USER_NAME_MAX + 2];

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_true(user_name_is_valid(str_of(names[i].name)) == names[i].is_name);
	memset(name, 'a', sizeof(name));
	assert_true(user_name_is_valid((struct str){ name, USER_NAME_MAX }));
	assert_false(user_name_is_valid((struct str){ name, USER_NAME_MAX + 1 }));
	assert_false(user_name_is_valid(S("a\0b")));
}

static struct role_list roles_of(const char *text, struct arena *arena)
{
	struct role_list list = { 0 };
	struct err err = { 0 };

	assert_int_equal(role_list_parse(text, arena, &list, &err), ERR_OK);
	return list;
}

TEST(roles_by_name)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct role_list list = roles_of("alice=admin, bob = operator,,eve=none",
					       &arena);

	assert_int_equal(role_list_find(&list, S("alice")), ROLE_ADMIN);
	assert_int_equal(role_list_find(&list, S("bob")), ROLE_OPERATOR);
	assert_int_equal(role_list_find(&list, S("eve")), ROLE_NONE);
	assert_int_equal(role_list_find(&list, S("Alice")), ROLE_NONE);
	assert_int_equal(role_list_find(&list, S("alic")), ROLE_NONE);
	assert_int_equal(role_list_find(&list, S("alice2")), ROLE_NONE);
	assert_int_equal(role_list_find(&list, S("*")), ROLE_NONE);

	const struct role_list open = roles_of("*=viewer,alice=admin,eve=none", &arena);
	assert_int_equal(role_list_find(&open, S("bob")), ROLE_VIEWER);
	assert_int_equal(role_list_find(&open, S("alice")), ROLE_ADMIN);
	assert_int_equal(role_list_find(&open, S("eve")), ROLE_NONE);
}

TEST(what_is_no_role_is_refused)
{
	static const char *const texts[] = {
		"alice",
		"alice=",
		"=admin",
		"alice=root",
		"alice=Admin",
		"alice=admin bob=viewer",
		"a=b=viewer",
		"alice=admin,alice=viewer",
		"*=viewer,*=admin",
		"a\tb=admin",
		"alice:admin",
	};
	AUTO(arena) struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct role_list list;
		struct err err = { 0 };

		if (role_list_parse(texts[i], &arena, &list, &err) != ERR_INVALID)
			print_error("\"%s\" was taken\n", texts[i]);
		assert_int_equal(err.code, ERR_INVALID);
		assert_non_null(strstr(err.msg, "SONIQ_DASHBOARD_ROLES"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_has_its_addresses_and_no_others),
		cmocka_unit_test(what_is_no_network_is_refused),
		cmocka_unit_test(the_client_is_the_last_that_is_no_proxy),
		cmocka_unit_test(names_of_users),
		cmocka_unit_test(roles_by_name),
		cmocka_unit_test(what_is_no_role_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
