/* overview.h -- is anything wrong?  The facts for rules/verdict.h, and what the rules say. */
#ifndef STORE_OVERVIEW_H
#define STORE_OVERVIEW_H

#include "rules/finding.h"
#include "store/store.h"

struct overview {
	struct list verdicts;  /* struct finding, worst first */
	const char *all_clear; /* what it rests on that there are none; NULL: there are */
	struct quality quality;
};

/* Numbers as store_waiting, store_ended and others give them, with the worst of their kinds.
 *
 * Errors: those of db_query */
enum err_code store_overview(struct store *st, struct arena *arena, struct overview *ret,
			     struct err *err) MUST_CHECK;

#endif
