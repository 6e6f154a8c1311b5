/* written.h -- for the store itself: what the statements that write have in common. */
#ifndef STORE_WRITTEN_H
#define STORE_WRITTEN_H

#include "store/store.h"

/* Rows that only say whom a statement meant. */
struct id_row {
	struct str id;
};
extern const struct record id_record;

/* INVALID, with the parameter, unless it is 1 to max bytes of UTF-8 without control characters. */
enum err_code text_check(struct str text, const char *param, size_t max,
			 struct err *err) MUST_CHECK;

#endif
