/* thread.h -- threads of ours, which leave signals to whoever the process belongs to. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/macros.h"

/* Begin run(arg) in a thread that takes no signal: one that sat in a system call would be woken.
 * Errors: INTERNAL  no thread could be made */
enum err_code thread_start(pthread_t *ret_thread, void *(*run)(void *arg), void *arg,
			   struct err *err) MUST_CHECK;

/* Wait for the condition, or until this moment of clock_mono, whatever is done to the clock on the
 * wall meanwhile. False: the moment has come. */
bool thread_wait(pthread_cond_t *cond, pthread_mutex_t *guard, usec_t until);
/* True: the thread has ended, and is joined. False: it had not at that moment of clock_mono. */
bool thread_join(pthread_t thread, usec_t until);

/* A lock for the rest of the scope, also where that ends because there is no memory. */
#define HOLD(guard) AUTO(held) UNUSED struct held held = hold(guard)
struct held {
	pthread_mutex_t *guard;
};
struct held hold(pthread_mutex_t *guard);
void held_release(struct held *held);

#endif
