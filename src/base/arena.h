/* arena.h -- memory of one unit of work: a request, a command, a tick. Freed all at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "base/memory.h"

struct arena_block;

/* A zeroed arena is empty and usable. One thread at a time. Where there is no memory, or no more
 * than it may have, the work ends (base/memory.h). */
struct arena {
	struct arena_block *blocks;
	size_t used;            /* bytes handed out, for limits and the meters */
	size_t max;             /* of those; 0: as many as there are */
};

/* Zeroed memory, aligned for any type; lives until the arena is released.
 * Under AddressSanitizer each piece is a malloc of its own, so that every edge is seen. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));
void *arena_copy(struct arena *arena, const void *bytes, size_t n);
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
void arena_release(struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(n)))

#endif
