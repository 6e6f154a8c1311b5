/* http_dispatch.c -- from a request to a reply without a socket: routes, admission, errors. */
#include "unit.h"

#include "http/http.h"

static enum err_code say_id(struct request *rq, struct reply *reply, struct err *err)
{
	(void)err;
	buf_printf(&reply->body, "%s %.*s %.*s", rq->route->id, STR_ARG(rq->parts[0]),
		   STR_ARG(rq->parts[1]));
	return ERR_OK;
}

static enum err_code conflict(struct request *rq, struct reply *reply, struct err *err)
{
	(void)rq;
	buf_add_text(&reply->body, "half an answer");
	err_set(err, ERR_CONFLICT, "It is \"running\".");
	memcpy(err->state, "running", 8);
	return ERR_CONFLICT;
}

static enum err_code wrong_value(struct request *rq, struct reply *reply, struct err *err)
{
	(void)rq;
	(void)reply;
	return err_param(err, "limit", "limit must be 1 to 200");
}

static enum err_code our_fault(struct request *rq, struct reply *reply, struct err *err)
{
	(void)rq;
	(void)reply;
	return err_set(err, ERR_INTERNAL, "SELECT secret FROM somewhere");
}

static enum err_code endless(struct request *rq, struct reply *reply, struct err *err)
{
	(void)rq;
	(void)err;
	for (int i = 0; i < HTTP_REPLY_MAX / 8 + 1; i++)
		buf_add_text(&reply->body, "12345678");
	return ERR_OK;
}

static const struct route first[] = {
	{ HTTP_GET, "/", say_id, LANE_LOOP, 0, 0, "root" },
	{ HTTP_GET, "/jobs/{id}", say_id, LANE_LOOP, 0, 0, "job" },
	{ HTTP_DELETE, "/jobs/{id}", say_id, LANE_LOOP, 0, 0, "job_delete" },
	{ HTTP_GET, "/jobs/stats", say_id, LANE_LOOP, 0, 0, "stats" },
	{ HTTP_GET, "/{kind}/stats", say_id, LANE_LOOP, 0, 0, "any_stats" },
	{ HTTP_GET, "/{kind}/{id}", say_id, LANE_LOOP, 0, 0, "any" },
	{ 0 },
};

static const struct route second[] = {
	{ HTTP_POST, "/jobs/{id}/cancel", say_id, LANE_WRITE, 0, 0, "cancel" },
	{ HTTP_POST, "/conflict", conflict, LANE_LOOP, 0, 0, "conflict" },
	{ HTTP_GET, "/limit", wrong_value, LANE_LOOP, 0, 0, "limit" },
	{ HTTP_GET, "/fault", our_fault, LANE_LOOP, 0, 0, "fault" },
	{ HTTP_GET, "/endless", endless, LANE_LOOP, 0, 0, "endless" },
	{ 0 },
};

static const struct route *const tables[] = { first, second, NULL };

static const struct route *admitted;
static int n_admitted;

static enum err_code admit(struct request *rq, const struct route *route,
			   struct reply *reply, struct err *err)
{
	admitted = route;
	n_admitted++;
	if (request_has_header(rq, "deny"))
		return err_set(err, ERR_UNAUTHORIZED, "A key is needed.");
	reply_header(reply, rq->arena, "Admitted", S("yes"));
	if (rq->method == HTTP_OPTIONS && request_has_header(rq, "Preflight"))
		reply->status = 204;
	return ERR_OK;
}

static void decorate(const struct request *rq, struct reply *reply)
{
	reply_header(reply, rq->arena, "Decorated", S("yes"));
}

static const struct http_app app = { .tables = tables, .admit = admit, .decorate = decorate };

struct given {
	struct arena arena;
	struct request rq;
	struct reply reply;
};

static void given_release(struct given *g)
{
	reply_release(&g->reply);
	arena_release(&g->arena);
}

static void ask(struct given *g, enum http_method method, const char *path, const char *header)
{
	struct http_pair *pair = ARENA_NEW(&g->arena, struct http_pair);

	*pair = (struct http_pair){ str_of(header), S("1") };
	g->rq = (struct request){ .method = method, .path = str_of(path), .arena = &g->arena,
				  .headers = pair, .n_headers = header ? 1 : 0 };
	g->reply = reply_new(&g->arena);
	admitted = NULL;
	n_admitted = 0;
	http_dispatch(&app, &g->rq, &g->reply);
	assert_int_equal(n_admitted, 1);
	CHECK_STR(reply_find(&g->reply, "decorated"), "yes");
}

static void check_body(enum http_method method, const char *path, const char *body)
{
	AUTO(given) struct given g = { 0 };

	ask(&g, method, path, NULL);
	assert_int_equal(g.reply.status, 200);
	assert_ptr_equal(admitted, g.rq.route);
	CHECK_STR(buf_str(&g.reply.body), body);
	CHECK_STR(reply_find(&g.reply, "Admitted"), "yes");
}

static void check_error(enum http_method method, const char *path, int status, const char *body)
{
	AUTO(given) struct given g = { 0 };

	ask(&g, method, path, NULL);
	assert_int_equal(g.reply.status, status);
	CHECK_STR(buf_str(&g.reply.body), body);
	CHECK_TEXT(g.reply.content_type, "application/json");
}

TEST(exact_pieces_win_over_names)
{
	check_body(HTTP_GET, "/", "root  ");
	check_body(HTTP_GET, "/jobs/7", "job 7 ");
	check_body(HTTP_HEAD, "/jobs/7", "job 7 ");
	check_body(HTTP_GET, "/jobs/stats", "stats  ");
	check_body(HTTP_GET, "/dead/stats", "any_stats dead ");
	check_body(HTTP_GET, "/dead/7", "any dead 7");
	check_body(HTTP_POST, "/jobs/a b/cancel", "cancel a b ");
}

TEST(what_is_not_there_is_404)
{
	static const char *const missing[] = { "/nothing", "/jobs/1/2/3", "/jobs//cancel", "//",
					       "/limit/", "*", "/jobs/1/cancel/" };

	for (size_t i = 0; i < ARRAY_LEN(missing); i++)
		check_error(HTTP_GET, missing[i], 404,
			    "{\"detail\":\"There is nothing at this path.\"}");
}

static bool has_file(struct str name)
{
	return str_eq(name, S("app.js"));
}

/* The address below the prefix; NULL: none is found, and the path stays as it came. */
static void check_below(const char *path, const char *below)
{
	AUTO(given) struct given g = { 0 };
	struct http_app roaming = app;
	const char *allow = NULL;
	struct err err;

	roaming.has_file = has_file;
	g.rq = (struct request){ .path = str_of(path), .arena = &g.arena };
	const enum err_code code = http_route(&roaming, &g.rq, &allow, &err);
	assert_int_equal(code, below ? ERR_OK : ERR_NOT_FOUND);
	CHECK_STR(g.rq.path, below ? below : path);
}

TEST(a_prefix_ends_where_the_first_address_begins)
{
	check_below("/", "/");
	check_below("/ops/", "/");
	check_below("/ops/soniq/", "/");
	check_below("/ops/soniq/jobs/7", "/jobs/7");
	check_below("/ops/soniq/jobs/limit", "/jobs/limit");
	check_below("/ops/soniq/jobs/stats", "/jobs/stats");
	check_below("/1/2/3/4/5/6/7/8/limit", "/limit");
	check_below("/jobs/limit", "/jobs/limit");
}

/* Else a rule of a proxy for "/limit" would open all that is here. */
TEST(below_an_address_of_ours_there_is_no_other)
{
	static const char *const missing[] = { "/limit/jobs/7", "/app.js/jobs/7", "/jobs//jobs/7",
					       "/limit/" };

	for (size_t i = 0; i < ARRAY_LEN(missing); i++)
		check_below(missing[i], NULL);
}

TEST(what_is_no_prefix)
{
	check_below("//limit", NULL);
	check_below("/ops//limit", NULL);
	check_below("/1/2/3/4/5/6/7/8/9/limit", NULL);
	check_below("/ops/soniq/more", NULL);
	check_below("/Limit", NULL);
	check_below("*", NULL);
}

TEST(a_prefix_needs_an_application_that_has_files)
{
	check_error(HTTP_GET, "/ops/soniq/limit", 404,
		    "{\"detail\":\"There is nothing at this path.\"}");
}

TEST(another_method_is_405_and_says_which)
{
	AUTO(given) struct given g = { 0 };

	ask(&g, HTTP_POST, "/jobs/7", NULL);
	assert_int_equal(g.reply.status, 405);
	CHECK_STR(reply_find(&g.reply, "Allow"), "GET, HEAD, DELETE");
	assert_null(admitted);
	check_error(HTTP_DELETE, "/jobs/stats", 405, "{\"detail\":\"This path takes GET, HEAD.\"}");
	check_error(HTTP_OTHER, "/conflict", 405, "{\"detail\":\"This path takes POST.\"}");
	check_error(HTTP_GET, "/conflict", 405, "{\"detail\":\"This path takes POST.\"}");
	check_error(HTTP_OPTIONS, "/conflict", 405, "{\"detail\":\"This path takes POST.\"}");
}

TEST(a_preflight_is_answered_by_admission)
{
	AUTO(given) struct given g = { 0 };

	ask(&g, HTTP_OPTIONS, "/jobs/7", "Preflight");
	assert_int_equal(g.reply.status, 204);
	assert_int_equal(g.reply.body.n, 0);
}

TEST(admission_comes_before_what_exists)
{
	static const char *const paths[] = { "/jobs/7", "/nothing", "/conflict" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		AUTO(given) struct given g = { 0 };

		ask(&g, HTTP_GET, paths[i], "Deny");
		assert_int_equal(g.reply.status, 401);
		CHECK_STR(buf_str(&g.reply.body), "{\"detail\":\"A key is needed.\"}");
		assert_null(reply_find(&g.reply, "Allow").p);
	}
}

TEST(errors_say_what_and_no_more)
{
	check_error(HTTP_POST, "/conflict", 409,
		    "{\"detail\":\"It is \\\"running\\\".\",\"state\":\"running\"}");
	check_error(HTTP_GET, "/limit", 422,
		    "{\"detail\":\"limit must be 1 to 200\",\"parameter\":\"limit\"}");
	check_error(HTTP_GET, "/fault", 500, "{\"detail\":\"Soniq itself is at fault.\"}");
	check_error(HTTP_GET, "/endless", 422,
		    "{\"detail\":\"The answer would be larger than 4 MiB: ask for fewer rows.\"}");
}

TEST(busy_says_when_to_come_back)
{
	AUTO(arena) struct arena arena = { 0 };
	struct reply reply = reply_new(&arena);
	struct err err = { 0 };

	err_set(&err, ERR_BUSY, "busy");
	reply_error(&reply, &err);
	assert_int_equal(reply.status, 503);
	CHECK_STR(reply_find(&reply, "Retry-After"), "1");
	reply_release(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_pieces_win_over_names),
		cmocka_unit_test(what_is_not_there_is_404),
		cmocka_unit_test(a_prefix_ends_where_the_first_address_begins),
		cmocka_unit_test(below_an_address_of_ours_there_is_no_other),
		cmocka_unit_test(what_is_no_prefix),
		cmocka_unit_test(a_prefix_needs_an_application_that_has_files),
		cmocka_unit_test(another_method_is_405_and_says_which),
		cmocka_unit_test(a_preflight_is_answered_by_admission),
		cmocka_unit_test(admission_comes_before_what_exists),
		cmocka_unit_test(errors_say_what_and_no_more),
		cmocka_unit_test(busy_says_when_to_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
