/* arena.h -- memory of one unit of work: a request, a command, a tick. Freed all at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct arena_block;

/* A zeroed arena is empty and usable. One thread at a time. Running out of memory ends the
 * process with one line: every size that a user controls is capped long before. */
struct arena {
	struct arena_block *blocks;
	size_t used;            /* bytes handed out, for limits and the meters */
};

/* Zeroed memory, aligned for any type; lives until the arena is released.
 * Under AddressSanitizer each piece is a malloc of its own, so that every edge is seen. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));
void *arena_copy(struct arena *arena, const void *bytes, size_t n);
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
void arena_release(struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(n)))

/* For a program that is not ours to end: so many pieces are kept back, untouched, and given up one
 * by one when there is no memory left. What runs comes to its end with them, and nothing should
 * begin while memory_is_short. Counted: as many let go as keep back. Any thread. */
#define MEMORY_PIECE ((size_t)8 * 1024 * 1024)
#define MEMORY_PIECES 8         /* as many as may run at once (http/server.h) */
void memory_keep_back(void);
void memory_let_go(void);
/* Some of it was given up, and cannot be had again yet. */
bool memory_is_short(void);

/* calloc (zeroed), realloc and strdup that end the process when there is no memory. */
void *xalloc(size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *text);

#endif
