/* unit.h -- what every unit test includes: cmocka, and checks for texts. */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/macros.h"
#include "base/str.h"

/* A test: TEST(numbers_may_be_negative) { ... } */
#define TEST(name) static void name(void **state UNUSED)

/* Both texts byte for byte; NULL equals only NULL. */
static inline UNUSED void check_str_at(struct str got, struct str want, const char *file, int line)
{
	if (str_eq(got, want))
		return;
	print_error("got  %s\"%.*s\"\nwant %s\"%.*s\"\n", got.p ? "" : "NULL ", STR_ARG(got),
		    want.p ? "" : "NULL ", STR_ARG(want));
	_fail(file, line);
}

#define CHECK_STR(got, want) check_str_at((got), str_of(want), __FILE__, __LINE__)
#define CHECK_BYTES(got, want) check_str_at((got), (want), __FILE__, __LINE__)
#define CHECK_TEXT(got, want) CHECK_STR(str_of(got), (want))

#endif
