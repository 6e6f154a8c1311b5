/* wire.c -- an answer as bytes: what this caller gets of it, headers, body by reference. */
#include <event2/buffer.h>
#include <event2/util.h>
#include <time.h>

#include "base/parse.h"
#include "http/serving.h"

#define HEAD_OUT_MAX 65536

static const struct { int status; const char *phrase; } phrases[] = {
	{ 200, "OK" },                  { 201, "Created" },
	{ 202, "Accepted" },            { 204, "No Content" },
	{ 301, "Moved Permanently" },   { 302, "Found" },
	{ 303, "See Other" },           { 304, "Not Modified" },
	{ 307, "Temporary Redirect" },  { 308, "Permanent Redirect" },
	{ 400, "Bad Request" },         { 401, "Unauthorized" },
	{ 403, "Forbidden" },           { 404, "Not Found" },
	{ 405, "Method Not Allowed" },  { 409, "Conflict" },
	{ 413, "Content Too Large" },   { 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },  { 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },   { 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
};

static const char *phrase_of(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Unknown";
}

static const char *date_of(struct server *server)
{
	const int64_t second = clock_now() / SECOND;

	if (second != server->date_second) {
		const time_t t = (time_t)second;
		struct tm tm;
		if (gmtime_r(&t, &tm))
			evutil_date_rfc1123(server->date, sizeof(server->date), &tm);
		server->date_second = second;
	}
	return server->date;
}

/* The weight of one "gzip;q=0.5": 1 if none is given. */
static double weight_of(struct str parameters)
{
	struct str item;
	double q = 1;

	while (str_cut(&parameters, ';', &item)) {
		item = str_trim(item);
		if (item.n > 2 && (item.p[0] == 'q' || item.p[0] == 'Q') && item.p[1] == '=' &&
		    !parse_f64((struct str){ item.p + 2, item.n - 2 }, &q))
			return 0;
	}
	return q;
}

bool request_accepts(const struct request *rq, const char *header, const char *wanted)
{
	struct str rest = request_header(rq, header);
	struct str item, name;

	while (str_cut(&rest, ',', &item)) {
		str_cut(&item, ';', &name);
		if (str_eq_nocase(str_trim(name), str_of(wanted)))
			return weight_of(item) > 0;
	}
	return false;
}

/* The tag without what tells the compressed form from the plain one. */
static struct str bare_tag(struct str tag)
{
	if (str_starts(tag, S("W/")))
		tag = (struct str){ tag.p + 2, tag.n - 2 };
	if (tag.n >= 2 && tag.p[0] == '"' && tag.p[tag.n - 1] == '"')
		tag = (struct str){ tag.p + 1, tag.n - 2 };
	if (str_ends(tag, S("-gz")))
		tag.n -= 3;
	return tag;
}

static bool is_unchanged(const struct exchange *ex)
{
	const struct str tag = reply_find(&ex->reply, "ETag");
	struct str rest = request_header(&ex->rq, "If-None-Match");
	struct str item;

	if (!tag.p || ex->reply.status != 200 || ex->rq.method > HTTP_HEAD)
		return false;
	while (str_cut(&rest, ',', &item)) {
		item = str_trim(item);
		if (str_eq(item, S("*")) || str_eq(bare_tag(item), bare_tag(tag)))
			return true;
	}
	return false;
}

/* The answer's headers join those of admission; a kept answer says that it is one. */
static void add_headers(struct exchange *ex, const struct answer *answer, bool is_kept)
{
	const struct http_app *app = ex->server->app;

	for (size_t i = 0; i < answer->n_headers; i++) {
		const struct http_pair *pair = &answer->headers[i];
		struct str value = pair->value;
		if (is_kept && app->kept_mark.name &&
		    str_eq_nocase(pair->name, str_of(app->kept_mark.name)) &&
		    str_eq(value, app->kept_mark.fresh))
			value = app->kept_mark.kept;
		reply_header(&ex->reply, &ex->arena, pair->name.p, value);
	}
}

/* Gives whether the compressed body is the one to send. */
static bool add_representation(struct exchange *ex, const struct answer *answer)
{
	const bool is_gzip = answer->gzip && request_accepts(&ex->rq, "Accept-Encoding", "gzip");

	if (answer->etag[0]) {
		const int n = (int)strlen(answer->etag) - 1;
		const char *tag = is_gzip ? arena_printf(&ex->arena, "%.*s-gz\"", n, answer->etag)
					  : answer->etag;
		reply_header(&ex->reply, &ex->arena, "ETag", str_of(tag));
	}
	if (answer->varies)
		reply_header(&ex->reply, &ex->arena, "Vary", S("Accept-Encoding"));
	if (is_unchanged(ex))
		ex->reply.status = 304;
	else if (is_gzip)
		reply_header(&ex->reply, &ex->arena, "Content-Encoding", S("gzip"));
	return is_gzip;
}

bool wire_has_body(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

void wire_head(struct outlet *outlet, const struct exchange *ex, size_t body_n)
{
	const struct conn *conn = conn_of(outlet);
	const struct reply *reply = &ex->reply;
	AUTO(buf) struct buf b = buf_new(HEAD_OUT_MAX);

	buf_printf(&b, "HTTP/1.1 %d %s\r\nDate: %s\r\n", reply->status, phrase_of(reply->status),
		   date_of(ex->server));
	if (wire_has_body(reply->status))
		buf_printf(&b, "Content-Type: %s\r\n", reply->content_type);
	if (wire_has_body(reply->status) && body_n != ENDLESS)
		buf_printf(&b, "Content-Length: %zu\r\n", body_n);
	if (outlet->is_closing)
		buf_add_text(&b, "Connection: close\r\n");
	else if (conn->head.minor == 0)
		buf_add_text(&b, "Connection: keep-alive\r\n");
	for (size_t i = 0; i < reply->headers.n; i++) {
		const struct http_pair *pair = LIST_AT(&reply->headers, struct http_pair, i);
		buf_printf(&b, "%.*s: %.*s\r\n", STR_ARG(pair->name), STR_ARG(pair->value));
	}
	buf_add_text(&b, "\r\n");
	/* A head that was cut would be another message: then nothing is said but that. */
	if (b.has_failed) {
		outlet->is_closing = true;
		evbuffer_add_printf(outlet->out, "HTTP/1.1 500 Internal Server Error\r\n"
				    "Content-Length: 0\r\nConnection: close\r\n\r\n");
		return;
	}
	evbuffer_add(outlet->out, b.p, b.n);
}

static void let_go(const void *data, size_t n, void *answer)
{
	(void)data;
	(void)n;
	answer_unref(answer);
}

void wire_send(struct exchange *ex, struct answer *answer, bool is_kept)
{
	struct outlet *outlet = ex->outlet;
	const struct http_app *app = ex->server->app;

	ex->reply.status = answer->status;
	ex->reply.content_type = answer->content_type;
	add_headers(ex, answer, is_kept);
	const bool is_gzip = add_representation(ex, answer);
	if (app->decorate)
		app->decorate(&ex->rq, &ex->reply);

	const void *body = is_gzip ? answer->gzip : answer->body;
	const size_t n = is_gzip ? answer->gzip_n : answer->body_n;
	outlet->kind->head(outlet, ex, n);
	if (n == 0 || ex->rq.method == HTTP_HEAD || !wire_has_body(ex->reply.status))
		return;
	answer_ref(answer);
	if (evbuffer_add_reference(outlet->out, body, n, let_go, answer) != 0)
		answer_unref(answer);
}

void wire_send_flow(struct exchange *ex, const struct answer *head)
{
	const struct http_app *app = ex->server->app;

	ex->reply.status = head->status;
	ex->reply.content_type = head->content_type;
	add_headers(ex, head, false);
	if (app->decorate)
		app->decorate(&ex->rq, &ex->reply);
	ex->outlet->kind->head(ex->outlet, ex, ENDLESS);
}

void wire_send_head(struct exchange *ex, const struct reply *reply)
{
	const struct http_app *app = ex->server->app;

	ex->reply.status = reply->status;
	ex->reply.content_type = reply->content_type;
	for (size_t i = 0; i < reply->headers.n; i++) {
		const struct http_pair *pair = LIST_AT(&reply->headers, struct http_pair, i);
		reply_header(&ex->reply, &ex->arena, pair->name.p, pair->value);
	}
	if (app->decorate)
		app->decorate(&ex->rq, &ex->reply);
	ex->outlet->kind->head(ex->outlet, ex, ENDLESS);
}
