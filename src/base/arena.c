/* arena.c -- memory of one unit of work: blocks that grow, freed all at once. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#if defined(__SANITIZE_ADDRESS__)
#define PIECE_PER_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PIECE_PER_MALLOC 1
#endif
#endif
#ifndef PIECE_PER_MALLOC
#define PIECE_PER_MALLOC 0
#endif

#define ALIGNMENT _Alignof(max_align_t)
#define BLOCK_FIRST ((size_t)4 * 1024)
#define BLOCK_LARGEST ((size_t)256 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t room;
	size_t used;
	_Alignas(max_align_t) char bytes[];
};

static struct arena_block *block_new(size_t room)
{
	struct arena_block *block = xalloc(sizeof(*block) + room);

	block->room = room;
	return block;
}

/* A piece that would waste much of a block gets one of its own, behind the one in use. */
static void *alloc_alone(struct arena *arena, size_t size)
{
	struct arena_block *block = block_new(size);

	block->used = size;
	if (arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		arena->blocks = block;
	}
	return block->bytes;
}

static void grow(struct arena *arena)
{
	size_t room = BLOCK_FIRST;

	if (arena->blocks && arena->blocks->room >= BLOCK_FIRST)
		room = arena->blocks->room * 2;
	if (room > BLOCK_LARGEST)
		room = BLOCK_LARGEST;

	struct arena_block *block = block_new(room);

	block->next = arena->blocks;
	arena->blocks = block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t max = arena->max ? arena->max : PTRDIFF_MAX / 2;

	if (size > max || arena->used > max - size)
		memory_fail();
	arena->used += size;
	if (PIECE_PER_MALLOC || size > BLOCK_FIRST / 4)
		return alloc_alone(arena, size);

	const size_t step = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	const struct arena_block *now = arena->blocks;

	if (!now || now->room - now->used < step)
		grow(arena);

	struct arena_block *block = arena->blocks;
	void *p = block->bytes + block->used;

	block->used += step;
	return p;
}

void *arena_copy(struct arena *arena, const void *bytes, size_t n)
{
	void *p = arena_alloc(arena, n);

	if (n > 0)
		memcpy(p, bytes, n);
	return p;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args;
	va_list again;

	va_start(args, fmt);
	va_copy(again, args);
	const int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);

	const size_t size = n < 0 ? 1 : (size_t)n + 1;
	char *text = arena_alloc(arena, size);

	if (n > 0 && vsnprintf(text, size, fmt, again) != n)
		text[0] = '\0';
	va_end(again);
	return text;
}

void arena_release(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks; block;) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	*arena = (struct arena){ 0 };
}
