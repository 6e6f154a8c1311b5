/* table.c -- an object is found by its key, and stays where it is. */
#include "base/table.h"

#include "unit.h"

#define MANY 10000

struct place {
	int64_t x, y;
};

TEST(an_object_is_made_once_for_each_key)
{
	AUTO(arena) struct arena arena = { 0 };
	struct table table = table_new(&arena, sizeof(int));
	bool is_new;

	assert_int_equal(table_n(&table), 0);
	int *a = table_put(&table, S("a"), &is_new);
	assert_true(is_new);
	assert_int_equal(*a, 0);
	*a = 7;
	int *b = table_put(&table, S("b"), &is_new);
	assert_true(is_new && a != b);
	assert_ptr_equal(table_put(&table, S("a"), &is_new), a);
	assert_false(is_new);
	assert_ptr_equal(table_put(&table, S("b"), NULL), b);
	assert_int_equal(table_n(&table), 2);
	assert_ptr_equal(table_at(&table, 0), a);
	assert_ptr_equal(table_at(&table, 1), b);
}

TEST(keys_are_bytes)
{
	AUTO(arena) struct arena arena = { 0 };
	struct table table = table_new(&arena, 1);

	table_put(&table, S(""), NULL);
	table_put(&table, S("\0"), NULL);
	table_put(&table, S("\0\0"), NULL);
	table_put(&table, S("\xff"), NULL);
	table_put(&table, S("\0"), NULL);
	assert_int_equal(table_n(&table), 4);
}

TEST(many_objects_stay_where_they_are)
{
	AUTO(arena) struct arena arena = { 0 };
	struct table table = table_new(&arena, sizeof(struct place));
	struct place **at = xalloc(MANY * sizeof(struct place *));

	for (int i = 0; i < MANY; i++) {
		const struct place key = { i % 100, i / 100 };

		at[i] = table_put(&table, KEY_OF(key), NULL);
		*at[i] = key;
	}
	assert_int_equal(table_n(&table), MANY);
	for (int i = 0; i < MANY; i++) {
		const struct place key = { i % 100, i / 100 };

		assert_ptr_equal(table_put(&table, KEY_OF(key), NULL), at[i]);
		assert_ptr_equal(table_at(&table, (size_t)i), at[i]);
		assert_memory_equal(at[i], &key, sizeof(key));
	}
	free(at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_is_made_once_for_each_key),
		cmocka_unit_test(keys_are_bytes),
		cmocka_unit_test(many_objects_stay_where_they_are),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
