/* holder.h -- for the store itself: who holds the jobs that are being processed. */
#ifndef STORE_HOLDER_H
#define STORE_HOLDER_H

#include "store/store.h"

/* "host:pid"; NULL without a host name. */
struct str holder_name(struct arena *arena, struct str hostname, int64_t pid);
/* So many jobs in hand are read where it is asked again and again: it takes the same time however
 * many there are.  Where there are more than can be read, so few that it takes about as long as
 * where there are hardly any: it is a part either way.  active: how many there are, as far as
 * anybody has counted them. */
#define HELD_MAX 1000
#define HELD_PART 250
int64_t held_most(int64_t active);

/* struct holder_facts (rules/verdict.h), most jobs first, at most 500; of so many jobs at most. */
enum err_code store_holders(struct store *st, int64_t jobs_max, struct arena *arena,
			    struct list *ret, bool *ret_is_cut, struct err *err) MUST_CHECK;

#endif
