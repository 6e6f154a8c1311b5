/* dead_look.h -- for the store itself: the newest dead letters, and what they died of. */
#ifndef STORE_DEAD_LOOK_H
#define STORE_DEAD_LOOK_H

#include "rules/signature.h"
#include "store/dead_groups.h"

/* Texts are borrowed until the function that gets it returns. */
struct dead_error {
	struct str id;
	struct str job_name;
	struct str queue;
	struct str dead_letter_reason;
	struct str last_error;
	usec_t moved_to_dead_letter_at;
	int8_t is_replayed;
};

struct note {
	void (*fn)(void *arg, const struct dead_error *row, const struct failure *failure);
	void *arg;
};

/* The later of the moments that it and its filter name; TIME_NULL: they name none. */
usec_t store_dead_since(const struct group_want *want);

/* The newest GROUP_LOOK_MAX that want finds, the newest first; its signature and limit are not
 * heeded. ret_whole: there are no more than those. */
enum err_code store_dead_look(struct store *st, const struct group_want *want, struct note note,
			      bool *ret_whole, struct err *err) MUST_CHECK;

#endif
