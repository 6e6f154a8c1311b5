/* origin.h -- Host and Origin headers: read strictly, compared with lists of ours. */
#ifndef API_ORIGIN_H
#define API_ORIGIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* "name", "name:port", "[v6]", "[v6]:port", without user, path or spaces. */
struct authority {
	struct str host;        /* without brackets' port; brackets kept: "[::1]" */
	struct str port;        /* NULL: none */
};

/* False when it is not one. Borrowed from the text. */
bool authority_parse(struct str text, struct authority *ret);
/* Exactly 127.0.0.1, localhost or [::1], any case. */
bool authority_is_loopback(const struct authority *a);

/* Names that a comma list allows, each "name" (any port) or "name:port". */
struct host_list {
	struct authority *items;
	size_t n;
};
/* Errors: INVALID  an entry is not a host */
enum err_code host_list_parse(const char *text, struct arena *arena, struct host_list *ret,
			      struct err *err) MUST_CHECK;
bool host_list_has(const struct host_list *list, const struct authority *a);

/* Origins that a comma list allows: "scheme://host[:port]". */
struct origin_list {
	struct str *items;
	size_t n;
};
/* Errors: INVALID  an entry is not an origin ("*" neither) */
enum err_code origin_list_parse(const char *text, struct arena *arena, struct origin_list *ret,
				struct err *err) MUST_CHECK;
bool origin_list_has(const struct origin_list *list, struct str origin);
/* Does this Origin name the same host and port as the Host header? http or https: a proxy may
 * have taken the TLS off. any_port: when the browser vouches (Sec-Fetch-Site), for a proxy may
 * have dropped the port. */
bool origin_is_host(struct str origin, struct str host, bool any_port);

#endif
