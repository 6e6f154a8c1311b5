/* metrics.c -- the formats and their choice, and docs/metrics.md is what the table says. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "metrics/metrics.h"

TEST(the_page_of_metrics_is_up_to_date)
{
	const char *root = conf_env("SONIQ_ROOT");
	AUTO(buf) struct buf want = buf_new(100000);
	static char got[100000];
	char path[4096];

	metrics_write_markdown(&want);
	assert_false(want.has_failed);
	snprintf(path, sizeof(path), "%s/docs/metrics.md", root ? root : ".");
	if (conf_env("SONIQ_GOLDEN")) {
		FILE *out = fopen(path, "wb");
		assert_non_null(out);
		fwrite(want.p, 1, want.n, out);
		fclose(out);
	}

	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be opened", path);
	const size_t n = fread(got, 1, sizeof(got), file);
	fclose(file);
	CHECK_BYTES(((struct str){ got, n }), buf_str(&want));
}

TEST(accept_decides_and_text_is_the_default)
{
	const struct { const char *accept; enum metrics_format format; } rows[] = {
		{ NULL, METRICS_TEXT }, { "", METRICS_TEXT }, { "*/*", METRICS_TEXT },
		{ "text/plain", METRICS_TEXT }, { ";;,,;q=", METRICS_TEXT },
		{ "application/openmetrics-text", METRICS_OPEN },
		{ "application/openmetrics-text;q=0", METRICS_TEXT },
		{ "application/openmetrics-text;q=0.5,text/plain;q=0.4,*/*;q=0.1", METRICS_OPEN },
		{ "text/plain;q=0.5, Application/OpenMetrics-Text; version=1.0.0; q=0.25",
		  METRICS_TEXT },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(metrics_format_of(str_of(rows[i].accept)), rows[i].format);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_of_metrics_is_up_to_date),
		cmocka_unit_test(accept_decides_and_text_is_the_default),
	};

	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
