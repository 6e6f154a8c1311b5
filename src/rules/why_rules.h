/* why_rules.h -- for the rules of why.h themselves. */
#ifndef RULES_WHY_RULES_H
#define RULES_WHY_RULES_H

#include "rules/why.h"

struct reasons {
	const struct why_facts *facts;
	struct arena *arena;
	struct why *why;
	const char *code; /* of the rule at work */
};

/* "the text", in the arena. */
#define TELL(r, ...) str_of(arena_printf((r)->arena, __VA_ARGS__))

/* One more reason; the gravest answer stands. */
struct finding *why_add(struct reasons *r, enum finding_level level, enum why_answer answer);
bool why_is(const struct reasons *r, const char *status); /* a row of soniq_jobs in this state */
bool why_is_later(const struct reasons *r);               /* queued, and not due yet */
const char *why_ago(struct reasons *r, usec_t moment);
const char *why_queue(struct reasons *r);
const char *why_name(struct reasons *r);
struct str why_here(struct reasons *r);                        /* where the page shows this job */
struct str why_command(struct reasons *r, const char *before); /* and the job's id */

/* why_ended.c: it ended, or runs */
void why_gone(struct reasons *r);
void why_done(struct reasons *r);
void why_cancelled(struct reasons *r);
void why_unknown(struct reasons *r);
void why_dead(struct reasons *r);
void why_replayed(struct reasons *r);
void why_twin(struct reasons *r);
void why_worker_gone(struct reasons *r);
void why_worker_silent(struct reasons *r);
void why_long(struct reasons *r);
void why_running(struct reasons *r);
/* why_queued.c: it waits */
void why_later(struct reasons *r);
void why_used_up(struct reasons *r);
void why_no_worker(struct reasons *r);
void why_unserved(struct reasons *r);
void why_unregistered(struct reasons *r);
void why_elsewhere(struct reasons *r);
void why_clocks(struct reasons *r);
void why_busy(struct reasons *r);
void why_behind(struct reasons *r);
void why_not_taken(struct reasons *r);
void why_next(struct reasons *r);

#endif
