/* known.h -- names and values that lists may be asked for, from what is known without looking
 * through jobs: gauges of the history, jumps in an index, and the newest few jobs. */
#ifndef STORE_KNOWN_H
#define STORE_KNOWN_H

#include "store/store.h"

enum known { KNOWN_QUEUES, KNOWN_TYPES, KNOWN_REASONS, KNOWN_PRODUCERS };

struct known_name {
	struct str name;
	int64_t n;              /* jobs and dead letters of it; I64_NULL: not counted */
};

/* Each name once; the most frequent first where they are counted, else by name. */
enum err_code store_known_names(struct store *st, enum known what, struct arena *arena,
				struct list *ret, struct err *err) MUST_CHECK;
/* The arguments of the newest few jobs, struct str; long ones are left out. */
enum err_code store_known_args(struct store *st, struct arena *arena, struct list *ret,
			       struct err *err) MUST_CHECK;

#endif
