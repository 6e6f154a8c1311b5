/* lite_fork.c -- no process forks while one of our threads is inside of SQLite: what it has locked
 * at that moment would be locked for ever in the child, which may open a dashboard of its own. */
#include "db/lite/lite.h"

#include <pthread.h>

#include "base/thread.h"

/* A fork waits no longer than this: rather a child without a dashboard than a host that stands. */
#define FORK_PATIENCE (2 * SECOND)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static int n_inside;            /* under the guard, as is the next */
static bool is_forking;

static void before_fork(void)
{
	const usec_t until = clock_mono() + FORK_PATIENCE;

	pthread_mutex_lock(&guard);
	is_forking = true;
	while (n_inside > 0 && thread_wait(&moved, &guard, until))
		;
}

static void in_parent(void)
{
	is_forking = false;
	pthread_cond_broadcast(&moved);
	pthread_mutex_unlock(&guard);
}

static void in_child(void)
{
	n_inside = 0;
	is_forking = false;
	pthread_cond_init(&moved, NULL);
	pthread_mutex_unlock(&guard);
}

static void watch_forks(void)
{
	pthread_atfork(before_fork, in_parent, in_child);
}

struct lite_visit lite_visit(void)
{
	pthread_once(&once, watch_forks);
	pthread_mutex_lock(&guard);
	while (is_forking)
		pthread_cond_wait(&moved, &guard);
	n_inside++;
	pthread_mutex_unlock(&guard);
	return (struct lite_visit){ .is_in = true };
}

void lite_visit_release(struct lite_visit *visit)
{
	if (!visit->is_in)
		return;
	visit->is_in = false;
	pthread_mutex_lock(&guard);
	n_inside--;
	if (n_inside == 0)
		pthread_cond_broadcast(&moved);
	pthread_mutex_unlock(&guard);
}
