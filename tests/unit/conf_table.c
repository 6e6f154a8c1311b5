/* conf_table.c -- the table covers the struct, and every row of it is sound. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "conf/conf.h"

static const struct {
	size_t size, alignment;
} members[SETTING_TYPE__COUNT] = {
	[S_TEXT] = { sizeof(const char *), _Alignof(const char *) },
	[S_INT] = { sizeof(int64_t), _Alignof(int64_t) },
	[S_NUMBER] = { sizeof(double), _Alignof(double) },
	[S_BOOL] = { sizeof(bool), _Alignof(bool) },
	[S_DURATION] = { sizeof(usec_t), _Alignof(usec_t) },
	[S_LIST] = { sizeof(const char *), _Alignof(const char *) },
	[S_CHOICE] = { sizeof(const char *), _Alignof(const char *) },
	[S_JSON] = { sizeof(const char *), _Alignof(const char *) },
	[S_URL] = { sizeof(const char *), _Alignof(const char *) },
	[S_NAME] = { sizeof(const char *), _Alignof(const char *) },
};

/* A gap larger than alignment explains is a member without a row. */
TEST(the_rows_cover_the_struct_and_do_not_overlap)
{
	unsigned char owners[sizeof(struct settings)] = { 0 };
	size_t gap = 0;

	for (const struct setting *row = settings_table; row->name; row++)
		for (size_t i = 0; i < members[row->type].size; i++)
			if (owners[row->offset + i]++)
				fail_msg("%s shares its bytes with another row", row->name);
	for (size_t i = 0; i < sizeof(owners); i++) {
		gap = owners[i] ? 0 : gap + 1;
		if (gap >= _Alignof(struct settings))
			fail_msg("byte %zu of struct settings belongs to no row", i);
	}
}

static size_t count_members(FILE *header)
{
	char line[200];
	bool is_inside = false;
	size_t n = 0;

	while (fgets(line, sizeof(line), header)) {
		const char *text = line + strspn(line, " \t");

		if (strcmp(line, "struct settings {\n") == 0)
			is_inside = true;
		else if (strcmp(line, "};\n") == 0)
			is_inside = false;
		else if (is_inside && strchr(text, ';') && !strchr("}*/", text[0]))
			n++;
	}
	return n;
}

/* A bool can hide in what looks like padding, so the members are counted in the header too. */
TEST(every_member_of_the_struct_has_a_row)
{
	const char *root = conf_env("SONIQ_ROOT");
	char path[4096];
	size_t n_rows = 0;

	snprintf(path, sizeof(path), "%s/src/conf/conf.h", root ? root : ".");

	FILE *header = fopen(path, "r");

	assert_non_null(header);
	while (settings_table[n_rows].name)
		n_rows++;
	assert_int_equal(count_members(header), n_rows);
	fclose(header);
}

TEST(offsets_suit_the_types)
{
	for (const struct setting *row = settings_table; row->name; row++) {
		assert_true(row->type < SETTING_TYPE__COUNT);
		assert_int_equal(row->offset % members[row->type].alignment, 0);
		assert_true(row->offset + members[row->type].size <= sizeof(struct settings));
	}
}

TEST(names_environment_names_and_flags_are_unique)
{
	for (const struct setting *a = settings_table; a->name; a++) {
		assert_true(strncmp(a->env, "SONIQ_", 6) == 0);
		assert_true(!a->flag || strncmp(a->flag, "--", 2) == 0);
		for (const struct setting *b = a + 1; b->name; b++) {
			assert_string_not_equal(a->name, b->name);
			assert_string_not_equal(a->env, b->env);
			assert_true(!a->flag || !b->flag || strcmp(a->flag, b->flag) != 0);
		}
	}
}

TEST(defaults_and_bounds_are_acceptable_values)
{
	for (const struct setting *row = settings_table; row->name; row++) {
		AUTO(arena) struct arena arena = { 0 };
		const char *const texts[] = {
			row->default_text,
			row->also,
			row->type == S_TEXT ? NULL : row->min,
			row->type == S_TEXT ? NULL : row->max,
		};
		struct err err = { 0 };
		int64_t out;

		for (size_t i = 0; i < ARRAY_LEN(texts); i++)
			if (texts[i] && conf_parse_value(row, texts[i], &arena, &out, &err))
				fail_msg("%s", err.msg);
		assert_true((row->type == S_CHOICE) == (row->choices != NULL));
	}
}

TEST(every_row_is_documented_in_one_sentence)
{
	for (const struct setting *row = settings_table; row->name; row++) {
		const size_t n = strlen(row->doc);

		assert_true(n > 10 && row->doc[n - 1] == '.');
		assert_null(strchr(row->doc, '|'));
		assert_true(row->group && row->group[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rows_cover_the_struct_and_do_not_overlap),
		cmocka_unit_test(every_member_of_the_struct_has_a_row),
		cmocka_unit_test(offsets_suit_the_types),
		cmocka_unit_test(names_environment_names_and_flags_are_unique),
		cmocka_unit_test(defaults_and_bounds_are_acceptable_values),
		cmocka_unit_test(every_row_is_documented_in_one_sentence),
	};

	return cmocka_run_group_tests_name("conf_table", tests, NULL, NULL);
}
