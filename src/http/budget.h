/* budget.h -- how much of the database the numbers may cost, and so how old they become. Pure. */
#ifndef HTTP_BUDGET_H
#define HTTP_BUDGET_H

#include <stdbool.h>

#include "base/clock.h"

/* What was spent is remembered so long. */
#define BUDGET_SPANS 6
#define BUDGET_SPAN MINUTE

/* Two purses, both in microseconds of handlers' time, both filled by the clock:
 *
 *   tokens  what refreshes are paid from: `percent` of one core. No refresh begins that the purse
 *           does not hold BUDGET_HOLDS times, so that a count does not wait until what is dear is
 *           paid off. What one costs is known afterwards: the purse may be overdrawn.
 *   looks   what nobody has asked for yet, or a write made wrong, is made at once: a page must
 *           fill. Its purse bounds callers who vary parameters: BUDGET_LOOK_FACTOR times the
 *           rate, and BUDGET_LOOKS_MAX at once. When it is empty they are refused. A look is
 *           taken from the tokens as well, but it cannot put them into debt. */
struct budget {
	double rate;            /* microseconds a microsecond */
	double tokens, looks;
	usec_t at;              /* clock_mono, when they were counted */
	struct budget_span { int64_t number; usec_t spent; } spans[BUDGET_SPANS];
	usec_t since;           /* clock_mono, when it began */
};

#define BUDGET_TOKENS_MAX SECOND
/* But half of a full purse is enough for whatever it costs. */
#define BUDGET_HOLDS 4
#define BUDGET_AMPLE 8
#define BUDGET_LOOK_FACTOR 25.0
#define BUDGET_LOOKS_MAX (20 * SECOND)

#define BUDGET_FRESH_MIN SECOND
#define BUDGET_FRESH_MAX (15 * MINUTE)
/* A refresh that took no longer than this is waited for: rather a new number than a fast one. */
#define BUDGET_PROMPT (100 * MSEC)
/* An answer older than this, and than twice its interval, is waited for however long it takes. */
#define BUDGET_OLD (5 * SECOND)

/* percent: of one core, more than 0 and up to 100. */
void budget_init(struct budget *b, double percent, usec_t mono);
void budget_fill(struct budget *b, usec_t mono);
void budget_pay(struct budget *b, usec_t cost, bool is_look);

/* The purse holds it BUDGET_AMPLE times: what changed need not wait for its turn. */
bool budget_is_ample(const struct budget *b, usec_t cost);

/* Percent of one core that was paid in the last minutes. */
double budget_share(const struct budget *b, usec_t mono);

/* What the next making is taken to cost, after one that was taken to cost `before` (0: none was)
 * took so long: twice as much at the most, for one that is slow once met somebody else's load. */
usec_t budget_expect(usec_t before, usec_t took);

/* How long one stays fresh whose last making took `cost`, when all that are looked at, this one
 * too, have `roots` as the sum of the square roots of their costs. Intervals in proportion to
 * the roots make numbers youngest on average: what is cheap is made more often, and nothing
 * that is cheap waits for what is not. at_least: BUDGET_FRESH_MIN, or less. */
usec_t budget_interval(const struct budget *b, usec_t cost, double roots, usec_t at_least);

/* What is known when somebody asks for one. */
struct snapshot {
	bool is_there;
	bool is_wrong;          /* a write through us came after it, or its last making failed */
	bool is_flying;         /* it is being made */
	usec_t flying_for;
	usec_t age, cost, interval;
};

enum snapshot_step {
	SNAPSHOT_GIVE,          /* as it is */
	SNAPSHOT_GIVE_AND_MAKE, /* as it is, and one is made behind it */
	SNAPSHOT_REFRESH,       /* made first, or waited for if it is being made; from the tokens */
	SNAPSHOT_LOOK,          /* likewise, from the looks */
	SNAPSHOT_REFUSE,
};
/* After budget_fill. */
enum snapshot_step budget_step(const struct budget *b, const struct snapshot *s);

#endif
