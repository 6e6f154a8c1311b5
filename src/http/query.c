/* query.c -- percent-encoding, and the pairs of a query string. */
#include "http/head.h"

#define PAIRS_MAX 64

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err_code http_decode(struct str raw, bool has_plus, struct arena *arena, struct str *ret,
			  struct err *err)
{
	char *out = arena_alloc(arena, raw.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];
		if (c == '%') {
			const int high = raw.n - i > 2 ? hex_digit(raw.p[i + 1]) : -1;
			const int low = raw.n - i > 2 ? hex_digit(raw.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return err_set(err, ERR_MALFORMED,
					       "A %% in the address is not followed by two "
					       "hexadecimal digits.");
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && has_plus) {
			c = ' ';
		}
		out[n++] = c;
	}
	*ret = (struct str){ out, n };
	return ERR_OK;
}

enum err_code http_query_parse(struct str raw, struct arena *arena, const struct http_pair **ret,
			       size_t *ret_n, struct err *err)
{
	struct list pairs = list_new(arena, sizeof(struct http_pair));
	struct str piece;

	while (str_cut(&raw, '&', &piece)) {
		struct str name = { piece.p, 0 };
		struct str value = piece;
		if (piece.n == 0)
			continue;
		if (pairs.n == PAIRS_MAX)
			return err_set(err, ERR_MALFORMED,
				       "The address has more than %d parameters.", PAIRS_MAX);
		str_cut(&value, '=', &name);
		if (!value.p)
			value = S("");
		struct http_pair *pair = list_add(&pairs);
		TRY(http_decode(name, true, arena, &pair->name, err));
		TRY(http_decode(value, true, arena, &pair->value, err));
	}
	*ret = pairs.items;
	*ret_n = pairs.n;
	return ERR_OK;
}
