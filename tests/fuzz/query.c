/* query.c -- query strings: what was decoded, encoded and decoded again, is the same. */
#include <assert.h>
#include <stdint.h>

#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_encoded(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_printf(b, "%%%02x", (unsigned char)s.p[i]);
}

static void check_again(const struct http_pair *pairs, size_t n, struct arena *arena)
{
	AUTO(buf) struct buf b = buf_new(1 << 22);
	const struct http_pair *again = NULL;
	struct err err = { 0 };
	size_t n_again = 0;

	for (size_t i = 0; i < n; i++) {
		add_encoded(&b, pairs[i].name);
		buf_add_char(&b, '=');
		add_encoded(&b, pairs[i].value);
		buf_add_char(&b, '&');
	}
	const enum err_code code = http_query_parse(buf_str(&b), arena, &again, &n_again, &err);
	assert(code == ERR_OK && n_again == n);
	for (size_t i = 0; i < n; i++)
		assert(str_eq(pairs[i].name, again[i].name) &&
		       str_eq(pairs[i].value, again[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct http_pair *pairs = NULL;
	struct err err = { 0 };
	size_t n = 0;

	if (size > HTTP_LINE_MAX)
		return 0;
	const enum err_code code = http_query_parse((struct str){ (const char *)data, size },
						    &arena, &pairs, &n, &err);
	assert(code == ERR_OK || (code == ERR_MALFORMED && err.code == code));
	if (code != ERR_OK)
		return 0;
	assert(n <= 64);
	for (size_t i = 0; i < n; i++)
		assert(pairs[i].name.p && pairs[i].value.p);
	check_again(pairs, n, &arena);
	return 0;
}
