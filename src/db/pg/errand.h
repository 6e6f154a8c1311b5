/* errand.h -- a call that may block for long, run by a thread that can be left behind. */
#ifndef DB_PG_ERRAND_H
#define DB_PG_ERRAND_H

#include <stdbool.h>

#include "base/clock.h"

/* libpq resolves names and cancels with calls that no timeout bounds. They run in a thread of
 * their own; whoever waits no longer leaves it, and the thread then clears up after itself. */
struct errand;

/* work(arg) in a new thread that takes no signals. drop(arg) frees arg after both sides are
 * done with it. NULL (arg is dropped): there is no thread to be had. */
struct errand *errand_start(void (*work)(void *arg), void (*drop)(void *arg), void *arg);
/* True when the work is done; waits for that until a moment of clock_mono. */
bool errand_wait(struct errand *errand, usec_t until);
/* Needed in any case; arg is borrowed until here. */
void errand_leave(struct errand *errand);

#endif
