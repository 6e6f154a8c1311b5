/* conf_docs.c -- docs/settings.md is what the table says. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "conf/conf.h"

static void write_file(const char *path, struct str text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fwrite(text.p, 1, text.n, file);
	fclose(file);
}

/* `./dev golden` writes the page anew, for whoever has changed the table. */
TEST(the_page_of_settings_is_up_to_date)
{
	const char *root = conf_env("SONIQ_ROOT");
	AUTO(buf) struct buf want = buf_new(100000);
	static char got[100000];
	char path[4096];

	conf_write_markdown(&want);
	assert_false(want.has_failed);
	snprintf(path, sizeof(path), "%s/docs/settings.md", root ? root : ".");
	if (conf_env("SONIQ_GOLDEN"))
		write_file(path, buf_str(&want));

	FILE *file = fopen(path, "rb");

	if (!file)
		fail_msg("%s cannot be opened", path);

	const size_t n = fread(got, 1, sizeof(got), file);

	fclose(file);
	CHECK_BYTES(((struct str){ got, n }), buf_str(&want));
}

TEST(the_page_has_each_setting_in_a_row_of_five_columns)
{
	AUTO(buf) struct buf page = buf_new(100000);
	size_t n_bars = 0;
	size_t n_rows = 0;

	conf_write_markdown(&page);
	for (const struct setting *row = settings_table; row->name; row++, n_rows++) {
		char start[100];

		snprintf(start, sizeof(start), "\n| `%s` | ", row->env);
		assert_non_null(strstr(buf_cstr(&page), start));
	}
	for (struct str rest = buf_str(&page), line; str_cut(&rest, '\n', &line);)
		if (str_starts(line, S("| `")))
			for (size_t i = 0; i < line.n; i++)
				n_bars += line.p[i] == '|';
	assert_int_equal(n_bars, 6 * n_rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_of_settings_is_up_to_date),
		cmocka_unit_test(the_page_has_each_setting_in_a_row_of_five_columns),
	};

	return cmocka_run_group_tests_name("conf_docs", tests, NULL, NULL);
}
