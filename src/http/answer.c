/* answer.c -- answers that are shared: taken from a reply, hashed and compressed once. */
#define ZLIB_CONST

#include "http/answer.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define ETAG_BYTES 16
#define SLACK 1024

/* It does not grow any more, and may be kept. */
static void trim(struct buf *b)
{
	if (b->room - b->n <= SLACK)
		return;
	char *p = realloc(b->p, b->n + 1);
	if (!p)
		return;
	b->p = p;
	b->room = b->n + 1;
}

static void answer_free(struct answer *a)
{
	buf_release(&a->owned);
	arena_release(&a->arena);
	free(a->gzip);
	free(a);
}
DEFINE_AUTO_FREE(answer)

struct answer *answer_head(const struct reply *reply)
{
	AUTO_FREE(answer) struct answer *a = xalloc(sizeof(*a));

	a->n_refs = 1;
	a->status = reply->status;
	a->content_type = reply->content_type;
	a->n_headers = reply->headers.n;
	a->headers = ARENA_ARRAY(&a->arena, struct http_pair, a->n_headers + 1);
	for (size_t i = 0; i < a->n_headers; i++) {
		const struct http_pair *pair = LIST_AT(&reply->headers, struct http_pair, i);
		a->headers[i] = (struct http_pair){ str_copy(&a->arena, pair->name),
						    str_copy(&a->arena, pair->value) };
	}
	struct answer *whole = a;
	a = NULL;
	return whole;
}

struct answer *answer_take(struct reply *reply, const struct err *err)
{
	struct answer *a = answer_head(reply);

	a->owned = reply->body;
	reply->body = (struct buf){ 0 };
	trim(&a->owned);
	a->body = reply->constant ? reply->constant : a->owned.p;
	a->body_n = reply->constant ? reply->constant_n : a->owned.n;
	if (err)
		a->err = *err;
	return a;
}

static bool has_header(const struct answer *a, const char *name)
{
	for (size_t i = 0; i < a->n_headers; i++)
		if (str_eq_nocase(a->headers[i].name, str_of(name)))
			return true;
	return false;
}

static void add_etag(struct answer *a)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char *out = a->etag;

	if (!EVP_Digest(a->body, a->body_n, digest, NULL, EVP_sha256(), NULL))
		return;
	*out++ = '"';
	for (size_t i = 0; i < ETAG_BYTES; i++)
		out += snprintf(out, 3, "%02x", digest[i]);
	snprintf(out, 2, "\"");
}

static bool is_text(const char *type)
{
	const struct str s = str_of(type);
	return str_starts(s, S("application/json")) || str_starts(s, S("text/"));
}

/* Into what has room for it. The fastest level: these answers are read once, and mostly on the same
 * machine. */
static bool deflate_body(const struct answer *a, size_t room, size_t *ret_n)
{
	z_stream z = { .next_in = a->body,
		       .avail_in = (unsigned)a->body_n,
		       .next_out = a->gzip,
		       .avail_out = (unsigned)room };

	if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		return false;
	const bool is_whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
	*ret_n = room - z.avail_out;
	deflateEnd(&z);
	return is_whole;
}

/* Where it does not get smaller, it is not compressed. */
static void compress_body(struct answer *a)
{
	const size_t room = a->body_n;
	size_t n;

	a->gzip = xalloc(room);
	if (!deflate_body(a, room, &n) || n >= a->body_n) {
		free(a->gzip);
		a->gzip = NULL;
		return;
	}
	unsigned char *trimmed = realloc(a->gzip, n);
	a->gzip = trimmed ? trimmed : a->gzip;
	a->gzip_n = n;
}

void answer_polish(struct answer *a, bool wants_gzip)
{
	if (a->status != 200)
		return;
	if (!has_header(a, "ETag"))
		add_etag(a);
	/* A tag of the handler's own names the plain bytes: then those are sent. */
	a->varies = a->etag[0] && a->body_n > GZIP_MIN && is_text(a->content_type) &&
		    !has_header(a, "Content-Encoding");
	if (a->varies && wants_gzip)
		compress_body(a);
}

void answer_ref(struct answer *a)
{
	a->n_refs++;
}

void answer_unref(struct answer *a)
{
	if (--a->n_refs == 0)
		answer_free(a);
}

size_t answer_size(const struct answer *a)
{
	return sizeof(*a) + a->owned.room + a->gzip_n + a->arena.used;
}
