/* verdict_rules.h -- for the rules of verdict.h themselves. */
#ifndef RULES_VERDICT_RULES_H
#define RULES_VERDICT_RULES_H

#include "rules/verdict.h"

/* So many findings of one rule stand apart; the rest is one more. */
#define VERDICT_APART_MAX 3

struct verdicts {
	const struct verdict_facts *facts;
	struct arena *arena;
	struct list *found; /* struct finding */
	const char *code;   /* of the rule at work */
};

/* "the text", in the arena. */
#define SAY(v, ...) str_of(arena_printf((v)->arena, __VA_ARGS__))

static inline struct finding *verdict_add(struct verdicts *v, enum finding_level level)
{
	return finding_add(v->found, v->code, level);
}

/* "1 job", "3 jobs"; "at least 3 jobs" where it is cut */
const char *verdict_jobs(struct verdicts *v, int64_t n, bool is_cut);
/* How long ago a moment was; "at an unknown time" of none. */
const char *verdict_ago(struct verdicts *v, usec_t moment);
int64_t verdict_live(const struct verdict_facts *facts); /* workers */

void verdict_no_worker(struct verdicts *v);
void verdict_unserved(struct verdicts *v);
void verdict_growing(struct verdicts *v);
void verdict_waiting(struct verdicts *v);
void verdict_stale(struct verdicts *v);
void verdict_orphaned(struct verdicts *v);
void verdict_unregistered(struct verdicts *v);
void verdict_failures(struct verdicts *v);
void verdict_attempts(struct verdicts *v);
void verdict_dead(struct verdicts *v);
void verdict_overdue(struct verdicts *v);
void verdict_history(struct verdicts *v);

#endif
