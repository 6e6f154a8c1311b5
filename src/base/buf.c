/* buf.c -- text that is built: grows up to a maximum, and remembers that it did not fit. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define ROOM_FIRST ((size_t)256)
#define MAX_LARGEST (SIZE_MAX / 4)              /* so that doubling cannot wrap around */

struct buf buf_new(size_t max)
{
	return (struct buf){ .max = max < MAX_LARGEST ? max : MAX_LARGEST };
}

void buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->has_failed = false;
	if (b->p)
		b->p[0] = '\0';
}

static void grow(struct buf *b, size_t size)
{
	size_t room = b->room ? b->room : ROOM_FIRST;

	while (room < size)
		room *= 2;
	if (room > b->max + 1)
		room = b->max + 1;
	b->p = xrealloc(b->p, room);
	b->room = room;
}

char *buf_reserve(struct buf *b, size_t n)
{
	if (b->has_failed || n > b->max - b->n) {
		b->has_failed = true;
		return NULL;
	}
	if (b->n + n + 1 > b->room)
		grow(b, b->n + n + 1);
	return b->p + b->n;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	char *end = buf_reserve(b, n);

	if (!end)
		return;
	if (n > 0)
		memcpy(end, bytes, n);
	end[n] = '\0';
	b->n += n;
}

void buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void buf_add_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_add_i64(struct buf *b, int64_t n)
{
	char digits[24];
	char *p = digits + sizeof(digits);
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (n < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	va_list again;

	va_start(args, fmt);
	va_copy(again, args);

	const size_t room = b->room - b->n;
	const int n = vsnprintf(b->p ? b->p + b->n : NULL, b->p ? room : 0, fmt, args);

	va_end(args);
	if (n < 0) {
		b->has_failed = true;
	} else if (buf_reserve(b, (size_t)n)) {
		if ((size_t)n >= room)
			vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);

	/* What was tried and did not fit is not part of the text. */
	if (b->p)
		b->p[b->n] = '\0';
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

const char *buf_cstr(struct buf *b)
{
	if (!b->p)
		return "";
	b->p[b->n] = '\0';
	return b->p;
}
