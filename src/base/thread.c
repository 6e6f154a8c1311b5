/* thread.c -- threads that take no signals. */
#include "base/thread.h"

#include <signal.h>
#include <string.h>
#include <time.h>

enum err_code thread_start(pthread_t *ret_thread, void *(*run)(void *arg), void *arg,
			   struct err *err)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	const int failed = pthread_create(ret_thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed)
		return err_set(err, ERR_INTERNAL, "cannot start a thread: %s", strerror(failed));
	return ERR_OK;
}

static struct timespec moment_of(usec_t mono)
{
	return (struct timespec){ .tv_sec = mono / SECOND, .tv_nsec = mono % SECOND * 1000 };
}

bool thread_wait(pthread_cond_t *cond, pthread_mutex_t *guard, usec_t until)
{
	const struct timespec at = moment_of(until);

	return pthread_cond_clockwait(cond, guard, CLOCK_MONOTONIC, &at) == 0;
}

bool thread_join(pthread_t thread, usec_t until)
{
	const struct timespec at = moment_of(until);

	return pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &at) == 0;
}

struct held hold(pthread_mutex_t *guard)
{
	pthread_mutex_lock(guard);
	return (struct held){ guard };
}

void held_release(struct held *held)
{
	pthread_mutex_unlock(held->guard);
}
