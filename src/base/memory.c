/* memory.c -- getting memory, and going back to where the work began when there is none.
 *
 * The way back is that of pthread_exit: the unwinder calls what AUTO declared, in each frame
 * (-fexceptions in meson.build), and the outermost of them jumps. No function of ours has to ask
 * whether it got memory, and none is forgotten.
 */
#include "base/memory.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>

#include "base/macros.h"

/* One memory_try. */
struct trial {
	struct trial *outer;
	bool is_falling;                /* on the way back: what is released may allocate */
	jmp_buf start;
	struct _Unwind_Exception fall;
};

/* Initial-exec: no thread needs memory to have it. */
static _Thread_local __attribute__((tls_model("initial-exec"))) struct trial *innermost;

static pthread_mutex_t kept_guard = PTHREAD_MUTEX_INITIALIZER;
static void *kept_back[MEMORY_PIECES];  /* under the guard; the first n_kept are there */
static int n_kept, n_keepers;           /* likewise */

static atomic_long to_fail_at;

/* ---- ending the work ---- */

static void end_process(void) __attribute__((noreturn));

static void end_process(void)
{
	static const char line[] = "soniq: out of memory\n";

	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		abort();
	abort();
}

static _Unwind_Reason_Code go_on(int version, _Unwind_Action actions, _Unwind_Exception_Class kind,
				 struct _Unwind_Exception *fall, struct _Unwind_Context *context,
				 void *arg)
{
	(void)version;
	(void)kind;
	(void)fall;
	(void)context;
	(void)arg;
	if (actions & _UA_END_OF_STACK)
		end_process();
	return _URC_NO_REASON;
}

static bool may_fall(void)
{
	return innermost && !innermost->is_falling;
}

void memory_fail(void)
{
	if (may_fall()) {
		innermost->is_falling = true;
		_Unwind_ForcedUnwind(&innermost->fall, go_on, NULL);
	}
	end_process();
}

/* The frame of the work is gone, and with it all that it held. */
static void trial_release(struct trial **trial)
{
	if ((*trial)->is_falling)
		longjmp((*trial)->start, 1);
}

static void run(struct trial *of, void (*work)(void *arg), void *arg)
{
	__attribute__((cleanup(trial_release))) UNUSED struct trial *trial = of;

	work(arg);
}

bool memory_try(void (*work)(void *arg), void *arg)
{
	struct trial trial = { .outer = innermost };

	if (setjmp(trial.start) != 0) {
		innermost = trial.outer;
		return false;
	}
	innermost = &trial;
	run(&trial, work, arg);
	innermost = trial.outer;
	return true;
}

/* ---- what is kept back ---- */

/* One piece at a time: others, who are as short of it, take what is free. Gives whether there was
 * any. */
static bool give_up(void)
{
	pthread_mutex_lock(&kept_guard);
	void *p = n_kept > 0 ? kept_back[--n_kept] : NULL;
	pthread_mutex_unlock(&kept_guard);
	free(p);
	return p != NULL;
}

/* Under the guard. Nothing is written to it: it is room, and no memory until it is given up. */
static void fill_up(void)
{
	while (n_kept < MEMORY_PIECES && (kept_back[n_kept] = malloc(MEMORY_PIECE)))
		n_kept++;
}

void memory_keep_back(void)
{
	pthread_mutex_lock(&kept_guard);
	n_keepers++;
	fill_up();
	pthread_mutex_unlock(&kept_guard);
}

void memory_let_go(void)
{
	pthread_mutex_lock(&kept_guard);
	const bool is_last = --n_keepers == 0;
	pthread_mutex_unlock(&kept_guard);
	while (is_last && give_up())
		;
}

bool memory_is_short(void)
{
	pthread_mutex_lock(&kept_guard);
	if (n_keepers > 0)
		fill_up();
	const bool is_short = n_keepers > 0 && n_kept < MEMORY_PIECES;
	pthread_mutex_unlock(&kept_guard);
	return is_short;
}

/* ---- getting it ---- */

void memory_fail_at(long n)
{
	atomic_store(&to_fail_at, n);
}

bool memory_has_failed(void)
{
	return atomic_load(&to_fail_at) <= 0;
}

static bool is_to_fail(void)
{
	return atomic_load_explicit(&to_fail_at, memory_order_relaxed) > 0 && may_fall() &&
	       atomic_fetch_sub(&to_fail_at, 1) == 1;
}

/* There is no memory for it: another try, or none. */
static void fail_unless_given_up(void)
{
	if (may_fall())
		memory_fail();
	if (!give_up())
		end_process();
}

void *xalloc(size_t size)
{
	void *p;

	if (is_to_fail())
		memory_fail();
	while (!(p = calloc(1, size ? size : 1)))
		fail_unless_given_up();
	return p;
}

void *xrealloc(void *p, size_t size)
{
	void *bigger;

	if (is_to_fail())
		memory_fail();
	while (!(bigger = realloc(p, size ? size : 1)))
		fail_unless_given_up();
	return bigger;
}

char *xstrdup(const char *text)
{
	const size_t size = strlen(text) + 1;

	return memcpy(xalloc(size), text, size);
}
