/* holder.h -- for the store itself: who holds the jobs that are being processed. */
#ifndef STORE_HOLDER_H
#define STORE_HOLDER_H

#include "store/store.h"

/* "host:pid"; NULL without a host name. */
struct str holder_name(struct arena *arena, struct str hostname, int64_t pid);
/* struct holder_facts (rules/verdict.h), most jobs first, at most 500. */
enum err_code store_holders(struct store *st, struct arena *arena, struct list *ret,
			    struct err *err) MUST_CHECK;

#endif
