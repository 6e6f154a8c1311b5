/* memory.h -- getting memory, and what ends where there is none. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* calloc (zeroed), realloc and strdup that never give NULL. Where there is no memory they end the
 * work that memory_try began, if the thread is within one; else they take from what is kept back;
 * else they end the process, with a line. */
void *xalloc(size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *text);

/* Do this, so that running out of memory ends it and no more: false. On the way back to here all
 * that is AUTO is released, as after any return; what a function holds in another way while it
 * allocates is lost, a lock too. May be nested.
 *
 * Frames that are not ours must not lie between this and an allocation: what libraries call, and
 * what programs call, has a memory_try of its own. */
bool memory_try(void (*work)(void *arg), void *arg);
/* As if there were no memory: for those who have a limit of their own. */
void memory_fail(void) __attribute__((noreturn));

/* For a program that is not ours to end: so many pieces are kept back, untouched, and given up one
 * by one by who has no memory and no memory_try around it. Nothing should begin while
 * memory_is_short. Counted: as many let go as keep back. Any thread. */
#define MEMORY_PIECE ((size_t)8 * 1024 * 1024)
#define MEMORY_PIECES 8
void memory_keep_back(void);
void memory_let_go(void);
/* Some of it was given up, and cannot be had again yet. */
bool memory_is_short(void);

/* For tests: within memory_try, in any thread, the nth from now finds no memory, once; 0: none
 * does. */
void memory_fail_at(long n);
/* Has it? */
bool memory_has_failed(void);

#endif
