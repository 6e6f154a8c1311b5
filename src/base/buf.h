/* buf.h -- text that is built: grows up to a maximum, and remembers that it did not fit. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"

/* Append freely and ask once: after the first byte that does not fit, has_failed is set and
 * everything more is ignored. Owned: release it (AUTO(buf)). */
struct buf {
	char *p;                /* always NUL-terminated once something was added */
	size_t n;
	size_t room;            /* bytes allocated */
	size_t max;             /* never more than this many bytes of text */
	bool has_failed;
};

struct buf buf_new(size_t max);
void buf_release(struct buf *b);
void buf_reset(struct buf *b);                  /* empty again, memory kept */

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_str(struct buf *b, struct str s);
void buf_add_text(struct buf *b, const char *text);
void buf_add_char(struct buf *b, char c);
void buf_add_i64(struct buf *b, int64_t n);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Room for n more bytes at the end, to be written by hand and then claimed with b->n += k;
 * NULL when they do not fit. */
char *buf_reserve(struct buf *b, size_t n);

struct str buf_str(const struct buf *b);        /* borrowed until the next append */
const char *buf_cstr(struct buf *b);            /* never NULL */

#endif
