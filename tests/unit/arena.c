/* arena.c -- pieces of an arena, and running out of memory. */
#include "unit.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/list.h"

TEST(pieces_are_zeroed_aligned_and_apart)
{
	AUTO(arena) struct arena arena = { 0 };
	unsigned char *before = NULL;
	size_t size_before = 0;

	for (size_t size = 0; size < 5000; size += 37) {
		unsigned char *p = arena_alloc(&arena, size);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, size);
		if (before)
			assert_true(size_before == 0 || before[size_before - 1] == 0xAA);
		before = p;
		size_before = size;
	}
}

TEST(large_and_small_pieces_keep_their_bytes)
{
	AUTO(arena) struct arena arena = { 0 };
	char *pieces[200];

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		const size_t size = i % 7 == 0 ? 100000 : 20 + i;

		pieces[i] = arena_alloc(&arena, size);
		memset(pieces[i], (int)i, size);
	}
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
		assert_int_equal((unsigned char)pieces[i][19], i);
	assert_true(arena.used > 200 * 20);
}

TEST(release_leaves_an_empty_arena_that_can_be_used_again)
{
	AUTO(arena) struct arena arena = { 0 };

	arena_alloc(&arena, 10);
	arena_release(&arena);
	assert_null(arena.blocks);
	assert_int_equal(arena.used, 0);
	arena_release(&arena);
	CHECK_TEXT(arena_printf(&arena, "%d-%s", 7, "x"), "7-x");
}

TEST(copies_are_copies)
{
	AUTO(arena) struct arena arena = { 0 };
	char text[] = "abc";
	const char *copy = arena_copy(&arena, text, 4);

	text[0] = 'x';
	CHECK_TEXT(copy, "abc");
	assert_non_null(arena_copy(&arena, NULL, 0));
	CHECK_TEXT(arena_printf(&arena, "%s", ""), "");
}

TEST(a_list_grows_and_keeps_its_items)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list list = list_new(&arena, sizeof(int));

	for (int i = 0; i < 1000; i++) {
		int *item = list_add(&list);

		assert_int_equal(*item, 0);
		*item = i;
	}
	assert_int_equal(list.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(*LIST_AT(&list, int, i), i);
}

TEST(x_functions_give_zeroed_memory_and_copies)
{
	char *p = xalloc(100);
	char *copy = xstrdup("text");

	for (size_t i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	p = xrealloc(p, 200);
	CHECK_TEXT(copy, "text");
	free(copy);
	free(p);
}

/* A child asks for more than there can be; its last words and its end are looked at. */
TEST(no_memory_ends_the_process_with_one_line)
{
	int pipes[2];
	char said[200] = "";
	int status = 0;

	assert_int_equal(pipe(pipes), 0);

	const pid_t child = fork();

	if (child == 0) {
		const struct rlimit no_core = { 0, 0 };
		struct arena arena = { 0 };

		setrlimit(RLIMIT_CORE, &no_core);
		signal(SIGABRT, SIG_DFL);
		dup2(pipes[1], STDERR_FILENO);
		arena_alloc(&arena, (size_t)PTRDIFF_MAX - 8);
		_exit(0);
	}
	close(pipes[1]);
	assert_true(waitpid(child, &status, 0) == child);
	assert_true(read(pipes[0], said, sizeof(said) - 1) > 0);
	close(pipes[0]);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	CHECK_TEXT(said, "soniq: out of memory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
		cmocka_unit_test(large_and_small_pieces_keep_their_bytes),
		cmocka_unit_test(release_leaves_an_empty_arena_that_can_be_used_again),
		cmocka_unit_test(copies_are_copies),
		cmocka_unit_test(a_list_grows_and_keeps_its_items),
		cmocka_unit_test(x_functions_give_zeroed_memory_and_copies),
		cmocka_unit_test(no_memory_ends_the_process_with_one_line),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
