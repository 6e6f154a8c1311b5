/* reply.c -- building an answer, or the answer that there is none. */
#include "http/http.h"

#include <assert.h>

#include "http/flow.h"
#include "json/json.h"

static const char *const meanings[ERR__COUNT] = {
#define X(name, http, status, retry, meaning) [ERR_##name] = meaning,
	ERR_MAP(X)
#undef X
};

struct reply reply_new(struct arena *arena)
{
	return (struct reply){
		.status = 200,
		.content_type = "application/json",
		.body = buf_new(HTTP_REPLY_MAX),
		.headers = list_new(arena, sizeof(struct http_pair)),
	};
}

void reply_release(struct reply *reply)
{
	buf_release(&reply->body);
	*reply = (struct reply){ 0 };
}

/* Without a server the body is one piece. */
enum err_code reply_flush(struct reply *reply, struct err *err)
{
	return reply->flow ? flow_flush(reply, err) : ERR_OK;
}

static bool is_clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return true;
}

void reply_header(struct reply *reply, struct arena *arena, const char *name, struct str value)
{
	assert(is_clean(str_of(name)) && is_clean(value));
	assert(reply->headers.arena == arena);
	(void)arena;

	struct http_pair *pair = list_add(&reply->headers);
	*pair = (struct http_pair){ str_of(name), value };
}

struct str reply_find(const struct reply *reply, const char *name)
{
	const struct str wanted = str_of(name);

	for (size_t i = 0; i < reply->headers.n; i++) {
		const struct http_pair *pair = LIST_AT(&reply->headers, struct http_pair, i);

		if (str_eq_nocase(pair->name, wanted))
			return pair->value;
	}
	return STR_NULL;
}

/* What a caller need not know: which host, which statement, which line of ours. */
static bool is_private(enum err_code code)
{
	return code == ERR_INTERNAL || code == ERR_UNAVAILABLE || code == ERR_CANCELLED;
}

void reply_error(struct reply *reply, const struct err *err)
{
	const enum err_code code = err->code != ERR_OK ? err->code : ERR_INTERNAL;

	buf_reset(&reply->body);
	reply->constant = NULL;
	reply->constant_n = 0;
	reply->status = err_http(code);
	reply->content_type = "application/json";
	reply->is_private_error = is_private(code);

	struct json j = json_new(&reply->body);
	json_open_object(&j);
	json_key(&j, "detail");
	json_text(&j, reply->is_private_error || !err->msg[0] ? meanings[code] : err->msg);
	if (err->param[0]) {
		json_key(&j, "parameter");
		json_text(&j, err->param);
	}
	if (err->length > 0) {
		json_key(&j, "position");
		json_i64(&j, err->position);
		json_key(&j, "length");
		json_i64(&j, err->length);
	}
	if (err->state[0]) {
		json_key(&j, "state");
		json_text(&j, err->state);
	}
	json_close_object(&j);
	if (code == ERR_BUSY && !reply_find(reply, "Retry-After").p)
		reply_header(reply, reply->headers.arena, "Retry-After", S("1"));
}
