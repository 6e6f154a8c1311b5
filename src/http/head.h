/* head.h -- the bytes of a request's head, read strictly. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "http/http.h"

/* How far a head that is still arriving was looked at. Zeroed at the start of each. */
struct head_scan {
	size_t n;               /* bytes looked at */
	size_t line_n;          /* length of the request line, 0 while it is not complete */
	size_t n_lines;
};

enum head_state { HEAD_MORE, HEAD_WHOLE, HEAD_BROKEN };

/* Look at what has come since the last call. After HEAD_WHOLE scan->n is the length with the
 * empty line at the end; after HEAD_BROKEN *ret_status is what to answer, and err says why.
 * Every line ends with CR LF; no other control byte but the tab may stand in a head. */
enum head_state http_head_scan(struct head_scan *scan, const char *bytes, size_t n,
			       int *ret_status, struct err *err);

/* A head taken apart; nothing of it is believed yet (http_gate). In the arena. */
struct head {
	const char *method;
	struct str raw_path;
	struct str raw_query;
	const struct http_pair *headers;
	size_t n_headers;
	int minor;              /* HTTP/1.minor */
};

/* Takes:  bytes  a whole head, borrowed as long as the arena lives
 * Gives:  ret_status  what to answer if it fails and it is not the code's own status, else 0
 * Errors: MALFORMED, TOO_LARGE */
enum err_code http_head_parse(struct str bytes, struct arena *arena, struct head *ret_head,
			      int *ret_status, struct err *err) MUST_CHECK;

/* The strict gate, before anything believes a request: header names are tokens without '_',
 * values have no control bytes, exactly one plausible Host, no Transfer-Encoding, one decimal
 * Content-Length at most, no header twice whose meaning would depend on the order, no coded
 * body; a path that is decoded once and then has no control bytes, no backslash, no "..".
 *
 * Gives:  ret_path  the decoded path, in the arena
 * Errors: MALFORMED; TOO_LARGE (Content-Length); MEDIA_TYPE (Content-Encoding) */
enum err_code http_gate(const struct head *head, struct arena *arena, struct str *ret_path,
			struct err *err) MUST_CHECK;

struct str head_find(const struct head *head, const char *name);        /* NULL if absent */
/* Is the word among the header's comma-separated values (any case)? */
bool head_has_word(const struct head *head, const char *name, const char *word);

/* %XX once, and + as a space if has_plus; into the arena.
 * Errors: MALFORMED  a % without two hex digits */
enum err_code http_decode(struct str raw, bool has_plus, struct arena *arena, struct str *ret,
			  struct err *err) MUST_CHECK;
bool http_is_token(struct str s);

#endif
