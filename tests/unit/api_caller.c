/* api_caller.c -- mounted in a program that vouches for callers: every route, every role. */
#include "api/api.h"

#include "api/access.h"
#include "unit/unit.h"

struct mount {
	struct conf conf;
	struct api *api;
	struct arena arena;
};

static void mount_release(struct mount *m)
{
	api_free(m->api);
	conf_release(&m->conf);
	arena_release(&m->arena);
}

/* A key that is set, so that one which is looked at would let in. */
#define KEY "the-key-of-the-admin"

/* Into *m, which stays where it is: the api looks at the settings in it. */
static void mount(struct mount *m, const char *write, const char *hosts)
{
	const struct conf_flag flags[] = {
		{ "dashboard.write_enabled", write },
		{ "dashboard.api_key", KEY },
		{ "database.url", "nothing.db" },
		{ hosts ? "dashboard.allowed_hosts" : NULL, hosts },
		{ 0 },
	};
	struct err err = { 0 };

	assert_int_equal(conf_load(&m->conf, flags, NULL, &err), ERR_OK);
	const struct api_options options = {
		.settings = &m->conf.values, .conf = &m->conf,
		.database = { .sqlite_path = "nothing.db", .label = "nothing.db" },
		.is_local_only = true,
	};
	assert_int_equal(api_new(&options, &m->api, &err), ERR_OK);
}

static struct request request_of(struct mount *m, const struct caller *caller,
				 const struct http_pair *headers, size_t n)
{
	return (struct request){
		.path = S("/api/session"), .caller = caller, .arena = &m->arena,
		.app = api_app(m->api)->context, .headers = headers, .n_headers = n,
		.peer = { .address = "192.0.2.9" },
	};
}

static enum err_code admit(struct mount *m, const struct caller *caller,
			   const struct route *route, const struct http_pair *headers, size_t n)
{
	struct request rq = request_of(m, caller, headers, n);
	struct reply reply = reply_new(&m->arena);
	struct err err = { 0 };

	rq.method = route->method;
	rq.route = route;
	const enum err_code code = api_app(m->api)->admit(&rq, route, &reply, &err);
	reply_release(&reply);
	return code;
}

static bool is_write(const struct route *route)
{
	return route->access == WANT_OPERATE || route->access == WANT_DESTROY;
}

static enum err_code expected(const struct route *route, int role, bool may_write)
{
	static const enum access_role needed[ACCESS_WANT__COUNT] = {
		[WANT_READ] = ROLE_VIEWER, [WANT_OPERATE] = ROLE_OPERATOR,
		[WANT_DESTROY] = ROLE_ADMIN,
	};

	if (is_write(route) && !may_write)
		return ERR_FORBIDDEN;
	return role < (int)needed[route->access] ? ERR_FORBIDDEN : ERR_OK;
}

static void check_route(struct mount *m, const struct route *route, int role, bool is_write_mode)
{
	static const struct http_pair ours[] = { { S("X-Soniq-Request"), S("1") } };
	const struct caller caller = { S("alice"), role };
	const enum err_code code = admit(m, &caller, route, ours, 1);

	if (code != expected(route, role, is_write_mode))
		print_error("%s as role %d: %s\n", route->id, role, err_name(code));
	assert_int_equal(code, expected(route, role, is_write_mode));
	/* Without the proof that no other page sent it. */
	assert_int_equal(admit(m, &caller, route, NULL, 0),
			 is_write(route) ? ERR_FORBIDDEN : code);
}

static int check_routes(struct mount *m, bool is_write_mode)
{
	int n = 0;

	for (const struct route *const *table = api_app(m->api)->tables; *table; table++)
		for (const struct route *route = *table; route->path; route++)
			for (int role = ROLE_NONE; role < ACCESS_ROLE__COUNT; role++, n++)
				check_route(m, route, role, is_write_mode);
	return n;
}

TEST(every_route_as_every_role)
{
	AUTO(mount) struct mount off = { 0 }, on = { 0 };

	mount(&off, "false", NULL);
	mount(&on, "true", NULL);
	assert_true(check_routes(&off, false) > 100);
	check_routes(&on, true);
}

static const struct route reads = { HTTP_GET, "/x", NULL, LANE_LOOP, WANT_READ, 0, "x" };
static const struct route writes = { HTTP_POST, "/x", NULL, LANE_LOOP, WANT_OPERATE, 0, "x" };

static enum err_code admit_one(struct mount *m, const struct caller *caller,
			       const struct route *route, const char *name, const char *value)
{
	const struct http_pair headers[] = {
		{ S("X-Soniq-Request"), S("1") }, { str_of(name), str_of(value) },
	};
	return admit(m, caller, route, headers, 2);
}

TEST(keys_and_headers_are_not_looked_at)
{
	AUTO(mount) struct mount m = { 0 };
	mount(&m, "true", NULL);
	const struct caller nobody = { S("eve"), ROLE_NONE }, viewer = { STR_NULL, ROLE_VIEWER };
	const struct caller odd = { S("eve"), 99 }, below = { S("eve"), -1 };

	assert_int_equal(admit_one(&m, &nobody, &reads, "X-API-Key", KEY), ERR_FORBIDDEN);
	assert_int_equal(admit_one(&m, &viewer, &writes, "X-API-Key", KEY), ERR_FORBIDDEN);
	assert_int_equal(admit_one(&m, &viewer, &reads, "X-API-Key", "wrong"), ERR_OK);
	assert_int_equal(admit_one(&m, &odd, &reads, "X-API-Key", KEY), ERR_FORBIDDEN);
	assert_int_equal(admit_one(&m, &below, &reads, "X-API-Key", KEY), ERR_FORBIDDEN);
	/* Whoever is not vouched for has to show the key. */
	assert_int_equal(admit_one(&m, NULL, &reads, "Host", "localhost"), ERR_UNAUTHORIZED);
}

TEST(a_proxy_in_front_of_the_program_is_its_business)
{
	AUTO(mount) struct mount m = { 0 };
	mount(&m, "true", NULL);
	const struct caller operator = { S("bob"), ROLE_OPERATOR };

	assert_int_equal(admit_one(&m, &operator, &writes, "X-Forwarded-For", "192.0.2.1"), ERR_OK);
	assert_int_equal(admit_one(&m, &operator, &writes, "Via", "1.1 x"), ERR_OK);
	assert_int_equal(admit_one(&m, &operator, &writes, "Host", "any.test"), ERR_OK);
	assert_int_equal(admit_one(&m, &operator, &writes, "Host", "not a host"), ERR_OK);
	/* Another page is another page everywhere. */
	assert_int_equal(admit_one(&m, &operator, &writes, "Origin", "http://evil.test"),
			 ERR_FORBIDDEN);
	assert_int_equal(admit_one(&m, &operator, &reads, "Sec-Fetch-Site", "cross-site"),
			 ERR_FORBIDDEN);
}

TEST(hosts_that_are_listed_bind_the_program_too)
{
	AUTO(mount) struct mount m = { 0 };
	mount(&m, "true", "jobs.test");
	const struct caller admin = { S("ann"), ROLE_ADMIN };

	assert_int_equal(admit_one(&m, &admin, &reads, "Host", "jobs.test"), ERR_OK);
	assert_int_equal(admit_one(&m, &admin, &reads, "Host", "evil.test"), ERR_MISDIRECTED);
	assert_int_equal(admit_one(&m, &admin, &reads, "Host", "not a host"), ERR_MALFORMED);
}

static void check_session(struct mount *m, const struct caller *caller, const char *const *wanted)
{
	struct request rq = request_of(m, caller, NULL, 0);
	struct reply reply = reply_new(&m->arena);

	http_dispatch(api_app(m->api), &rq, &reply);
	assert_int_equal(reply.status, 200);
	for (; *wanted; wanted++) {
		if (!strstr(buf_cstr(&reply.body), *wanted))
			print_error("%s\nhas no %s\n", buf_cstr(&reply.body), *wanted);
		assert_non_null(strstr(buf_cstr(&reply.body), *wanted));
	}
	reply_release(&reply);
}

TEST(the_session_tells_what_the_program_said)
{
	AUTO(mount) struct mount m = { 0 };
	mount(&m, "true", NULL);
	const struct caller bob = { S("b\"ob"), ROLE_OPERATOR }, none = { STR_NULL, ROLE_NONE };

	check_session(&m, &bob, (const char *const[]){
		"\"user\":\"b\\\"ob\"", "\"role\":\"operator\"", "\"auth_required\":false",
		"\"signed_in\":false", "\"may\":{\"read\":true,\"operate\":true,\"destroy\":false}",
		"\"destroy\":\"Delete needs the role admin; yours is operator.\"", NULL });
	check_session(&m, &none, (const char *const[]){
		"\"user\":null", "\"role\":\"none\"", "\"database\":null",
		"\"may\":{\"read\":false,\"operate\":false,\"destroy\":false}",
		"you have no role here", NULL });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_as_every_role),
		cmocka_unit_test(keys_and_headers_are_not_looked_at),
		cmocka_unit_test(a_proxy_in_front_of_the_program_is_its_business),
		cmocka_unit_test(hosts_that_are_listed_bind_the_program_too),
		cmocka_unit_test(the_session_tells_what_the_program_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
