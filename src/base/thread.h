/* thread.h -- threads of ours, which leave signals to whoever the process belongs to. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

#include "base/err.h"

/* Begin run(arg) in a thread that takes no signal: one that sat in a system call would be woken.
 * Errors: INTERNAL  no thread could be made */
enum err_code thread_start(pthread_t *ret_thread, void *(*run)(void *arg), void *arg,
			   struct err *err) MUST_CHECK;

#endif
