/* filter_spot.h -- what of a filter is being typed, and may be completed. Of any text, also of one
 * that cannot be parsed. */
#ifndef RULES_FILTER_SPOT_H
#define RULES_FILTER_SPOT_H

#include "rules/filter.h"

enum filter_part {
	FILTER_PART_NAME,       /* a qualifier, or a word */
	FILTER_PART_STEP,       /* a step of the path of args, behind `path` */
	FILTER_PART_VALUE,      /* a value of `key` */
};

struct filter_spot {
	enum filter_part part;
	enum filter_key key;
	struct list path;       /* struct str */
	size_t from, to;        /* characters that the completion takes the place of */
	struct str typed;       /* of them, up to the cursor, without quotes */
	bool is_quoted;
	char next;              /* the byte behind `to`; 0 at the end */
};

/* at: where the cursor is, in characters; behind the end: at the end. */
struct filter_spot filter_spot_at(struct str text, size_t at, struct arena *arena);

#endif
