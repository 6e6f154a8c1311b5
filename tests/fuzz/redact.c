/* redact.c -- whatever a row holds: JSON stays JSON, and what is hidden stays hidden. */
#include "rules/redact.h"

#include <assert.h>
#include <stdint.h>

#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str text = { size > 0 ? (const char *)data : "", size };
	const struct list words = redact_words(S("password, token, api_key"), &arena);
	const struct str json = redact_json(&words, text, &arena);
	const struct str said = redact_text(&words, text, &arena);

	/* As deep as it was: what is hidden is less deep. */
	if (json_is_valid(text, false, JSON_RAW_DEPTH_MAX))
		assert(json_is_valid(json, false, JSON_RAW_DEPTH_MAX));
	assert(str_eq(redact_text(&words, said, &arena), said));
	return 0;
}
