/* panel.c -- a panel's file: whatever stands in it, its header is read or the line is told. */
#include "rules/panel.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_query(struct str text, bool is_sqlite)
{
	struct err err = { 0 };

	if (panel_query_check(text, is_sqlite, &err) != ERR_OK)
		assert(err.code == ERR_INVALID && err.msg[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str text = { size > 0 ? (const char *)data : "", size };
	struct panel_head head;
	struct err err = { 0 };

	check_query(text, false);
	check_query(text, true);
	if (panel_head_read(text, &arena, &head, &err) == ERR_OK) {
		assert(head.title && head.title[0] && head.show < PANEL_SHOW__COUNT);
		assert(head.timeout == 0 || head.timeout >= 100 * MSEC);
		assert(head.refresh >= SECOND);
	} else {
		assert(err.code == ERR_INVALID && err.msg[0]);
	}
	return 0;
}
