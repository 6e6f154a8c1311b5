/* api_page.c -- the page and its files. */
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "api/context.h"
#include "web/web.h"

/* The page's own <base>, which is rewritten so that it names the mount from any depth of path:
 * relative, for behind a proxy nobody here knows the prefix. */
#define BASE "<base href=\"./\">"

static struct page_variant variant(struct api *api, struct str html, const char *base, int depth)
{
	const size_t head = (size_t)(base - html.p);
	AUTO(buf) struct buf b = buf_new(1024 * 1024);

	buf_add(&b, html.p, head);
	buf_add_text(&b, "<base href=\"./");
	for (int i = 0; i < depth; i++)
		buf_add_text(&b, "../");
	buf_add_text(&b, "\">");
	buf_add(&b, base + strlen(BASE), html.n - head - strlen(BASE));
	return (struct page_variant){ arena_copy(&api->arena, b.p, b.n), b.n };
}

/* What stands in the page itself between the two, as a source that a policy allows: a space, and
 * its hash. Empty where there is no such thing. */
static const char *inline_source(struct arena *arena, struct str html, const char *begin,
				 const char *end)
{
	unsigned char digest[SHA256_DIGEST_LENGTH], text[4 * SHA256_DIGEST_LENGTH];
	const char *from = memmem(html.p, html.n, begin, strlen(begin));
	if (!from)
		return "";
	from += strlen(begin);
	const char *to = memmem(from, (size_t)(html.p + html.n - from), end, strlen(end));
	if (!to || !EVP_Digest(from, (size_t)(to - from), digest, NULL, EVP_sha256(), NULL))
		return "";
	EVP_EncodeBlock(text, digest, sizeof(digest));
	return arena_printf(arena, " 'sha256-%s'", (const char *)text);
}

/* Nothing but our own files, and of the page itself what the build put there. */
static struct str policy_of(struct arena *arena, struct str html)
{
	return str_of(arena_printf(
		arena,
		"default-src 'none'; script-src 'self'%s; style-src 'self'%s; img-src 'self'; "
		"connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
		"require-trusted-types-for 'script'; trusted-types 'none'",
		inline_source(arena, html, "<script>", "</script>"),
		inline_source(arena, html, "<style>", "</style>")));
}

enum err_code api_pages_init(struct api *api, struct err *err)
{
	const struct web_asset *index = web_asset_find(S("index.html"));
	struct str html = S("");

	if (index)
		html = (struct str){ (const char *)index->bytes, index->n };

	api->policy = policy_of(&api->arena, html);
	if (!index)
		return ERR_OK;  /* built without the page: the API serves alone */
	const char *base = memmem(html.p, html.n, BASE, strlen(BASE));
	if (!base)
		return err_set(err, ERR_INTERNAL, "the page has no " BASE);
	for (int depth = 0; depth < PAGE_DEPTHS; depth++)
		api->pages[depth] = variant(api, html, base, depth);
	return ERR_OK;
}

static bool is_what_caller_has(const struct request *rq, struct str etag)
{
	struct str rest = request_header(rq, "If-None-Match"), item;
	while (str_cut(&rest, ',', &item)) {
		item = str_trim(item);
		if (str_starts(item, S("W/")))
			item = (struct str){ item.p + 2, item.n - 2 };
		if (str_eq(item, etag) || str_eq(item, S("*")))
			return true;
	}
	return false;
}

static void set_body(struct request *rq, struct reply *reply, const struct web_asset *asset)
{
	reply->constant = asset->bytes;
	reply->constant_n = asset->n;
	if (asset->brotli && request_accepts(rq, "Accept-Encoding", "br")) {
		reply->constant = asset->brotli;
		reply->constant_n = asset->brotli_n;
		reply_header(reply, rq->arena, "Content-Encoding", S("br"));
	} else if (asset->gzip && request_accepts(rq, "Accept-Encoding", "gzip")) {
		reply->constant = asset->gzip;
		reply->constant_n = asset->gzip_n;
		reply_header(reply, rq->arena, "Content-Encoding", S("gzip"));
	}
	reply_header(reply, rq->arena, "Vary", S("Accept-Encoding"));
}

enum err_code answer_asset(struct request *rq, struct reply *reply, const struct web_asset *asset)
{
	reply->content_type = asset->type;
	reply_header(reply, rq->arena, "ETag", str_of(asset->etag));
	reply_header(reply, rq->arena, "Cache-Control",
		     asset->immutable ? S("public, max-age=31536000, immutable") : S("no-cache"));
	if (is_what_caller_has(rq, str_of(asset->etag)))
		reply->status = 304;
	else
		set_body(rq, reply, asset);
	return ERR_OK;
}

static size_t depth_of(struct str path)
{
	size_t n = 0;
	for (size_t i = 1; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

/* Browsers ask for a page so, and for nothing else. */
static bool wants_page(const struct request *rq)
{
	return (rq->method == HTTP_GET || rq->method == HTTP_HEAD) &&
	       !str_starts(rq->path, S("/api/")) && depth_of(rq->path) < PAGE_DEPTHS &&
	       request_accepts(rq, "Accept", "text/html");
}

static void put_page(const struct request *rq, struct reply *reply)
{
	const struct page_variant *shown = &api_of(rq)->pages[depth_of(rq->path)];

	reply->constant = shown->bytes;
	reply->constant_n = shown->n;
}

/* A person at an address of nothing sees the page, which says so; a program reads the error. */
static enum err_code nothing(struct request *rq, struct reply *reply, struct err *err)
{
	const struct web_asset *index = web_asset_find(S("index.html"));
	if (!index || !wants_page(rq))
		return err_set(err, ERR_NOT_FOUND, "There is nothing at this path.");

	reply->status = 404;
	reply->content_type = index->type;
	put_page(rq, reply);
	return ERR_OK;
}

const struct route *api_missing(const struct request *rq)
{
	static const struct route route = { .path = "", .run = nothing, .lane = LANE_LOOP,
					    .access = WANT_SHELL, .id = "nothing" };

	return wants_page(rq) ? &route : NULL;
}

static enum err_code asset_get(struct request *rq, struct reply *reply, struct err *err)
{
	const struct str path = { rq->path.p + 1, rq->path.n - 1 };
	const struct web_asset *asset = web_asset_find(path);
	if (!asset || str_eq(path, S("index.html")) || str_eq(path, S("openapi.json")))
		return nothing(rq, reply, err);
	return answer_asset(rq, reply, asset);
}

static enum err_code page(struct request *rq, struct reply *reply, struct err *err)
{
	const size_t depth = depth_of(rq->path);
	const struct web_asset *index = web_asset_find(S("index.html"));
	if (!index || depth >= PAGE_DEPTHS)
		return err_set(err, ERR_NOT_FOUND, "Not Found");

	const struct str etag = str_of(arena_printf(rq->arena, "\"%zu-%s", depth, index->etag + 1));
	reply->content_type = index->type;
	reply_header(reply, rq->arena, "ETag", etag);
	reply_header(reply, rq->arena, "Cache-Control", S("no-cache"));
	/* Whether it may have an opener (api_decorate). */
	reply_header(reply, rq->arena, "Vary", S("Sec-Fetch-Site, Sec-Fetch-Mode"));
	if (is_what_caller_has(rq, etag)) {
		reply->status = 304;
		return ERR_OK;
	}
	put_page(rq, reply);
	return ERR_OK;
}

/* A key in the address is taken once and leads to the same page without it. */
static enum err_code page_get(struct request *rq, struct reply *reply, struct err *err)
{
	size_t n = 0;
	const struct str key = request_query(rq, "api_key", &n);
	if (n > 1 || key.n > 1024)
		return err_param(err, "api_key", "api_key may be given once, 1024 bytes at most");
	enum access_role role;
	if (!key.p || !identity_of(api_of(rq), rq).takes_keys)
		return page(rq, reply, err);
	TRY(session_start(rq, reply, key, &role, err));
	reply->status = 303;
	reply_header(reply, rq->arena, "Location", S("./"));
	return ERR_OK;
}

#define PAGE(path) { HTTP_GET, path, page, LANE_LOOP, WANT_SHELL, 0, "page_get" }

const struct route api_page_routes[] = {
	{ HTTP_GET, "/", page_get, LANE_LOOP, WANT_SHELL, 0, "page_get" },
	PAGE("/jobs"), PAGE("/jobs/{job_id}"), PAGE("/queues"), PAGE("/queues/{name}"),
	PAGE("/workers"), PAGE("/workers/{worker_id}"), PAGE("/dead-letter"),
	PAGE("/dead-letter/{job_id}"), PAGE("/schedules"), PAGE("/types"), PAGE("/types/{name}"),
	PAGE("/system"), PAGE("/panels"), PAGE("/panels/{panel_id}"), PAGE("/components"),
	{ HTTP_GET, "/{file}", asset_get, LANE_LOOP, WANT_SHELL, 0, "asset_get" },
	{ 0 },
};
