/* api_panel.c -- panels that the program registers: what they give, and an error as their own. */
#include "api/api.h"

#include <string.h>

#include "unit.h"

struct bench {
	struct conf conf;
	struct api *api;
	struct arena arena;
	struct err err;
};

static int begin(void **state)
{
	static struct bench b;

	b = (struct bench){ 0 };
	*state = &b;
	if (conf_load(&b.conf, NULL, NULL, &b.err) != ERR_OK)
		return -1;
	const struct api_options options = { .settings = &b.conf.values,
					     .conf = &b.conf,
					     .is_local_only = true };
	return api_new(&options, &b.api, &b.err) == ERR_OK ? 0 : -1;
}

static int end(void **state)
{
	struct bench *b = *state;

	api_free(b->api);
	conf_release(&b->conf);
	arena_release(&b->arena);
	return 0;
}

static enum err_code fine(void *arg, struct arena *arena, struct buf *out, struct err *err)
{
	(void)arena;
	(void)err;
	buf_add_text(out, arg);
	return ERR_OK;
}

static enum err_code failing(void *arg, struct arena *arena, struct buf *out, struct err *err)
{
	(void)arena;
	buf_add_text(out, "{\"half");
	return err_set(err, *(enum err_code *)arg, "the mail server <b>is away</b>");
}

/* The status of a panel of these. */
static int ask(struct bench *b, const char *id, struct str *ret_body)
{
	static const struct http_pair headers[] = { { S("Host"), S("localhost") } };
	struct request rq = {
		.method = HTTP_GET,
		.path = str_of(arena_printf(&b->arena, "/api/panels%s%s", id[0] ? "/" : "", id)),
		.headers = headers,
		.n_headers = 1,
		.arena = &b->arena,
		.peer = { .address = "127.0.0.1", .is_loopback = true },
		.app = b->api,
	};
	struct reply reply = reply_new(&b->arena);

	http_dispatch(api_app(b->api), &rq, &reply);
	const int status = reply.status;
	*ret_body = str_copy(&b->arena, buf_str(&reply.body));
	reply_release(&reply);
	return status;
}

static void add(struct bench *b, const char *id,
		enum err_code (*render)(void *, struct arena *, struct buf *, struct err *),
		void *arg)
{
	const struct api_panel panel = { id, "A title", render, arg };

	assert_int_equal(api_add_panel(b->api, &panel, &b->err), ERR_OK);
}

static void what_it_gives_is_shown(void **state)
{
	struct bench *b = *state;
	struct str body;

	add(b, "mine", fine, "{\"type\":\"number\",\"value\":7}");
	assert_int_equal(ask(b, "mine", &body), 200);
	CHECK_STR(body, "{\"id\":\"mine\",\"title\":\"A title\","
			"\"content\":{\"type\":\"number\",\"value\":7}}");
	assert_int_equal(ask(b, "", &body), 200);
	CHECK_STR(body, "[{\"id\":\"mine\",\"title\":\"A title\"}]");
	assert_int_equal(ask(b, "other", &body), 404);
}

static void its_error_is_its_own(void **state)
{
	static const struct {
		const char *id;
		enum err_code code;
		int status;
	} errors[] = {
		{ "a", ERR_INTERNAL, 422 },     { "b", ERR_UNAVAILABLE, 422 },
		{ "c", ERR_UNAUTHORIZED, 422 }, { "d", ERR_NOT_FOUND, 422 },
		{ "e", ERR_TIMEOUT, 504 },      { "f", ERR_INVALID, 422 },
	};
	struct bench *b = *state;
	struct str body;

	add(b, "mine", fine, "{\"type\":\"number\",\"value\":7}");
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		enum err_code code = errors[i].code;
		add(b, errors[i].id, failing, &code);
		assert_int_equal(ask(b, errors[i].id, &body), errors[i].status);
		CHECK_STR(body, arena_printf(&b->arena,
					     "{\"detail\":\"The panel \\\"%s\\\" failed: the mail "
					     "server <b>is away</b>\"}",
					     errors[i].id));
		assert_int_equal(ask(b, "mine", &body), 200);
	}
}

static void what_is_no_object_is_its_error_too(void **state)
{
	static const char *const texts[] = { "", "[]", "{\"a\":", "{}{}", "null" };
	struct bench *b = *state;
	struct str body;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *id = arena_printf(&b->arena, "p%zu", i);
		add(b, id, fine, (char *)texts[i]);
		assert_int_equal(ask(b, id, &body), 422);
		assert_non_null(strstr(body.p, "not an object"));
	}
}

static void an_id_is_checked_and_there_once(void **state)
{
	struct bench *b = *state;
	struct api_panel panel = { "mine", "A title", fine, "{}" };

	assert_int_equal(api_add_panel(b->api, &panel, &b->err), ERR_OK);
	assert_int_equal(api_add_panel(b->api, &panel, &b->err), ERR_CONFLICT);
	panel.id = "No";
	assert_int_equal(api_add_panel(b->api, &panel, &b->err), ERR_INVALID);
}

#define IN_API(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_API(what_it_gives_is_shown),
		IN_API(its_error_is_its_own),
		IN_API(what_is_no_object_is_its_error_too),
		IN_API(an_id_is_checked_and_there_once),
	};

	return cmocka_run_group_tests_name("api_panel", tests, NULL, NULL);
}
