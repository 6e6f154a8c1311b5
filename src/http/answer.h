/* answer.h -- an answer that several callers may share: made by one thread, then only read, and
 * counted by the loop thread. */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include "http/http.h"

#define GZIP_MIN 4096

struct answer {
	int n_refs;
	int status;
	const char *content_type;
	struct arena arena;             /* of the headers */
	struct http_pair *headers;
	size_t n_headers;
	struct buf owned;
	const void *body;               /* in `owned`, or constant */
	size_t body_n;
	unsigned char *gzip;            /* the same, compressed; NULL if it is not */
	size_t gzip_n;
	bool varies;                    /* by Accept-Encoding */
	char etag[40];                  /* "" if there is none, or the handler's own */
	struct err err;                 /* what went wrong, ERR_OK if nothing */
};

/* All of the reply but its body, which stays there; headers are copied. One reference. */
struct answer *answer_head(const struct reply *reply);
/* The same, and takes the body over. */
struct answer *answer_take(struct reply *reply, const struct err *err);
/* A strong ETag, and gzip if somebody wants it: the costly part, for an executor. */
void answer_polish(struct answer *answer, bool wants_gzip);
void answer_ref(struct answer *answer);
void answer_unref(struct answer *answer);
size_t answer_size(const struct answer *answer);

#endif
