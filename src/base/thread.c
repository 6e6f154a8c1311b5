/* thread.c -- threads that take no signals. */
#include "base/thread.h"

#include <signal.h>
#include <string.h>

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
