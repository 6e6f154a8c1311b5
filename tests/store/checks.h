/* checks.h -- what the tests of the store check alike. */
#ifndef STORE_CHECKS_H
#define STORE_CHECKS_H

#include "support/store_fixture.h"

#define CHECK_TEXT(got, want) check_text((got), (want), __FILE__, __LINE__)

static inline UNUSED void check_text(struct str got, const char *want, const char *file, int line)
{
	if (str_eq(got, str_of(want)))
		return;
	print_error("got \"%.*s\", want \"%s\"\n", STR_ARG(got), want ? want : "NULL");
	_fail(file, line);
}

#endif
