/* cursor.c -- cursors out of links: what is read as one is written as the same place again. */
#include <assert.h>
#include <stdint.h>

#include "api/params.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(usec_t at, const char *id)
{
	char text[CURSOR_MAX], id_again[UUID_TEXT_LEN + 1];
	usec_t at_again = 0;

	assert(strlen(id) == UUID_TEXT_LEN);
	const bool is_written = cursor_format(at, str_of(id), text);
	assert(is_written && strlen(text) < CURSOR_MAX);
	const bool is_read = cursor_parse(str_of(text), &at_again, id_again);
	assert(is_read && at_again == at && strcmp(id, id_again) == 0);
}

/* Rows of a SQLite file can have any id: it ends in a header, or there is no cursor. */
static void check_as_id(struct str id)
{
	char text[CURSOR_MAX];

	if (!cursor_format(0, id, text))
		return;
	for (const char *c = text; *c; c++)
		assert((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'f') || *c == '-' ||
		       *c == '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = { (const char *)data, size };
	char id[UUID_TEXT_LEN + 1];
	usec_t at = TIME_NULL;

	/* TIME_NULL is a place too: among the rows without a date. */
	if (cursor_parse(text, &at, id))
		check_again(at, id);
	check_as_id(text);
	return 0;
}
