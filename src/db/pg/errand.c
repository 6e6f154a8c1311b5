/* errand.c -- a call that may block for long, run by a thread that can be left behind. */
#include "db/pg/errand.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.h"

struct errand {
	void (*work)(void *arg);
	void (*drop)(void *arg);
	void *arg;
	int done_fd;            /* readable once the work is done */
	atomic_bool is_done;    /* set before; what the thread wrote is seen by who reads it */
	atomic_int n_holders;   /* the thread, and who started it */
};

void errand_leave(struct errand *errand)
{
	if (!errand || atomic_fetch_sub(&errand->n_holders, 1) > 1)
		return;
	errand->drop(errand->arg);
	if (errand->done_fd >= 0)
		close(errand->done_fd);
	free(errand);
}

static void *run(void *arg)
{
	struct errand *errand = arg;

	errand->work(errand->arg);
	atomic_store(&errand->is_done, true);
	eventfd_write(errand->done_fd, 1);
	errand_leave(errand);
	return NULL;
}

static bool start_thread(struct errand *errand)
{
	pthread_t thread;
	struct err ignored = { 0 };

	if (thread_start(&thread, run, errand, &ignored) != ERR_OK)
		return false;
	pthread_detach(thread);
	return true;
}

struct errand *errand_start(void (*work)(void *arg), void (*drop)(void *arg), void *arg)
{
	struct errand *errand = malloc(sizeof(*errand));

	if (!errand) {
		drop(arg);
		return NULL;
	}
	*errand = (struct errand){ .work = work, .drop = drop, .arg = arg,
				   .done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	atomic_init(&errand->n_holders, 2);
	atomic_init(&errand->is_done, false);
	if (errand->done_fd >= 0 && start_thread(errand))
		return errand;
	atomic_store(&errand->n_holders, 1);
	errand_leave(errand);
	return NULL;
}

bool errand_wait(struct errand *errand, usec_t until)
{
	struct pollfd fd = { .fd = errand->done_fd, .events = POLLIN };

	for (;;) {
		const usec_t left = until - clock_mono();
		const int n = poll(&fd, 1, left > 0 ? (int)(left / MSEC) + 1 : 0);

		if (n > 0 && atomic_load(&errand->is_done))
			return true;
		if (left <= 0 || (n < 0 && errno != EINTR))
			return false;
	}
}
