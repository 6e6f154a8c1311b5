/* finding_docs.c -- docs/dashboard.md lists every rule there is, in order, and no other. */
#include "unit.h"

#include <stdio.h>

#include "rules/verdict.h"
#include "rules/why.h"

#define DOCS_MAX ((size_t)1 << 20)

static void read_docs(struct buf *ret)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/docs/dashboard.md", getenv("SONIQ_ROOT"));
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	for (int c = fgetc(file); c != EOF; c = fgetc(file))
		buf_add_char(ret, (char)c);
	fclose(file);
}

static void add_table(struct buf *b, const struct finding_rule *(*rule)(size_t i))
{
	buf_add_text(b, "| code | when |\n|---|---|\n");
	for (size_t i = 0; rule(i); i++)
		buf_printf(b, "| `%s` | %s |\n", rule(i)->code, rule(i)->what);
	buf_add_char(b, '\n');
}

static void check_table(const struct finding_rule *(*rule)(size_t i))
{
	AUTO(buf) struct buf docs = buf_new(DOCS_MAX);
	AUTO(buf) struct buf want = buf_new(DOCS_MAX);

	read_docs(&docs);
	add_table(&want, rule);
	if (!strstr(buf_cstr(&docs), buf_cstr(&want)))
		fail_msg("docs/dashboard.md lacks this table:\n%s", buf_cstr(&want));
}

TEST(verdicts_are_listed)
{
	check_table(verdict_rule);
}

TEST(reasons_are_listed)
{
	check_table(why_rule);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_are_listed),
		cmocka_unit_test(reasons_are_listed),
	};

	return cmocka_run_group_tests_name("finding_docs", tests, NULL, NULL);
}
