/* signature.c -- errors of any kind: parts are bounded, valid texts, and the same every time. */
#include <assert.h>
#include <stdint.h>

#include "rules/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_part(struct str part, size_t max, bool is_utf8)
{
	assert(part.n <= max);
	for (size_t i = 0; i < part.n; i++)
		assert((unsigned char)part.p[i] >= ' ');
	assert(!is_utf8 || part.n == 0 || str_is_utf8(part));
}

static void check_parts(const struct failure *f, bool is_utf8)
{
	assert(signature_is_valid(str_of(f->signature)));
	assert(f->message.p);
	check_part(f->message, SIGNATURE_MESSAGE_MAX, is_utf8);
	check_part(f->error_type, SIGNATURE_TYPE_MAX, is_utf8);
	check_part(f->frame, SIGNATURE_FRAME_MAX, is_utf8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = { (const char *)data, size };
	const bool is_utf8 = str_is_utf8(text);
	AUTO(arena) struct arena arena = { 0 };
	const struct failure f = failure_of(text, S("timeout"), &arena);
	const struct failure again = failure_of(str_copy(&arena, text), S("other"), &arena);
	const struct failure of_reason = failure_of(STR_NULL, text, &arena);

	check_parts(&f, is_utf8);
	check_parts(&of_reason, is_utf8);
	/* The reason counts where there is no error, and only there. */
	assert(strcmp(f.signature, again.signature) == 0 || f.message.n <= S("timeout").n);
	return 0;
}
