/* str.h -- text that is read: a pointer and a length, borrowed from whoever owns the bytes. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

/* p == NULL means "no text" (SQL NULL); p != NULL with n == 0 is the empty text.
 * Not ended by a NUL unless a function says so. */
struct str {
	const char *p;
	size_t n;
};

#define S(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NULL ((struct str){ NULL, 0 })
/* for printf: "%.*s", STR_ARG(s) */
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

static inline struct str str_of(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

bool str_eq(struct str a, struct str b);                /* NULL equals only NULL */
bool str_eq_nocase(struct str a, struct str b);         /* ASCII letters only */
/* By bytes; below, at or above 0. NULL stands before every text. */
int str_order(struct str a, struct str b);
uint64_t str_hash(struct str s);        /* FNV-1a, which is kept in databases: for ever the same */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
struct str str_trim(struct str s);                      /* spaces and tabs of both ends */
/* Take what stands before the first `sep`; s becomes the rest, after the last piece STR_NULL.
 * False when s is used up, so "a,,b," gives four pieces and STR_NULL none. */
bool str_cut(struct str *s, char sep, struct str *ret_head);
struct str str_copy(struct arena *arena, struct str s); /* in the arena, with a NUL behind it */
const char *str_cstr(struct arena *arena, struct str s);/* the same as a C string, or NULL */

/* The character at the beginning of s: its length in bytes, or 0 if what stands there is not
 * UTF-8 (or s is empty). */
size_t str_utf8_char(struct str s, uint32_t *ret_char);
/* Is it well-formed UTF-8 (no surrogates, nothing overlong, no NUL)? */
bool str_is_utf8(struct str s);
/* The longest beginning of at most max bytes that does not end inside a character. */
struct str str_head_utf8(struct str s, size_t max);

#endif
