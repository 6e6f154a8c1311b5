/* memory.c -- where memory runs out, the work ends, what it held is released, and nothing else. */
#include "unit.h"

#include <string.h>

#include "base/thread.h"

static int n_held;

struct thing {
	int number;
};

static struct thing thing_new(int number)
{
	n_held++;
	return (struct thing){ number };
}

/* What is released may want memory itself. */
static void thing_release(struct thing *thing)
{
	free(xstrdup("on the way back"));
	n_held -= thing->number > 0;
}

static void *use_up(struct arena *arena, int depth)
{
	AUTO(thing) UNUSED struct thing thing = thing_new(depth);
	void *p = arena_alloc(arena, 100);

	return depth > 1 ? use_up(arena, depth - 1) : p;
}

static void deep(void *arg)
{
	use_up(arg, 50);
}

TEST(all_that_was_held_on_the_way_is_released)
{
	AUTO(arena) struct arena arena = { .max = 40 * 100 };

	n_held = 0;
	assert_false(memory_try(deep, &arena));
	assert_int_equal(n_held, 0);
	assert_int_equal(arena.used, 40 * 100);
}

TEST(an_arena_gives_as_much_as_it_may_have)
{
	AUTO(arena) struct arena arena = { .max = 50 * 100 };

	assert_true(memory_try(deep, &arena));
	assert_int_equal(arena.used, 50 * 100);
	assert_int_equal(n_held, 0);
}

static void too_much(void *arg)
{
	arena_alloc(arg, PTRDIFF_MAX - 8);
}

TEST(a_size_that_makes_no_sense_is_too_much)
{
	AUTO(arena) struct arena arena = { 0 };

	assert_false(memory_try(too_much, &arena));
	assert_int_equal(arena.used, 0);
}

struct nest {
	struct arena *arena;
	bool is_inner_done;
	bool has_gone_on;
};

static void nested(void *arg)
{
	struct nest *nest = arg;

	nest->is_inner_done = memory_try(too_much, nest->arena);
	arena_alloc(nest->arena, 1);
	nest->has_gone_on = true;
}

TEST(only_the_innermost_ends)
{
	AUTO(arena) struct arena arena = { 0 };
	struct nest nest = { .arena = &arena };

	assert_true(memory_try(nested, &nest));
	assert_false(nest.is_inner_done);
	assert_true(nest.has_gone_on);
}

static void nested_and_failing(void *arg)
{
	nested(arg);
	memory_fail();
}

TEST(the_outer_one_ends_after_an_inner_one_did)
{
	AUTO(arena) struct arena arena = { 0 };
	struct nest nest = { .arena = &arena };

	for (int i = 0; i < 3; i++)
		assert_false(memory_try(nested_and_failing, &nest));
	assert_true(nest.has_gone_on);
	assert_true(memory_try(nested, &nest));
}

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

static void with_a_lock(void *arg)
{
	HOLD(&guard);

	too_much(arg);
}

TEST(a_lock_is_given_back)
{
	AUTO(arena) struct arena arena = { 0 };

	assert_false(memory_try(with_a_lock, &arena));
	assert_int_equal(pthread_mutex_trylock(&guard), 0);
	pthread_mutex_unlock(&guard);
}

static void three(void *arg)
{
	int *n = arg;

	for (*n = 0; *n < 3; ++*n)
		free(xstrdup("x"));
}

TEST(tests_choose_which_one_finds_none)
{
	int n = 0;

	for (int i = 1; i <= 3; i++) {
		memory_fail_at(i);
		assert_false(memory_try(three, &n));
		assert_true(memory_has_failed());
		assert_int_equal(n, i - 1);
	}
	memory_fail_at(4);
	assert_true(memory_try(three, &n));
	assert_false(memory_has_failed());
	memory_fail_at(1);
	three(&n);              /* not within: it is not counted */
	assert_int_equal(n, 3);
	memory_fail_at(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_was_held_on_the_way_is_released),
		cmocka_unit_test(an_arena_gives_as_much_as_it_may_have),
		cmocka_unit_test(a_size_that_makes_no_sense_is_too_much),
		cmocka_unit_test(only_the_innermost_ends),
		cmocka_unit_test(the_outer_one_ends_after_an_inner_one_did),
		cmocka_unit_test(a_lock_is_given_back),
		cmocka_unit_test(tests_choose_which_one_finds_none),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
