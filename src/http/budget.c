/* budget.c -- two purses that time fills, and what they allow. */
#include "http/budget.h"

#include <math.h>

static double capped(double value, double max)
{
	return value < max ? value : max;
}

void budget_init(struct budget *b, double percent, usec_t mono)
{
	*b = (struct budget){ .rate = percent / 100, .tokens = (double)BUDGET_TOKENS_MAX,
			      .looks = (double)BUDGET_LOOKS_MAX, .at = mono, .since = mono };
}

void budget_fill(struct budget *b, usec_t mono)
{
	const double passed = mono > b->at ? (double)(mono - b->at) : 0;
	const double looks_rate = capped(b->rate * BUDGET_LOOK_FACTOR, 1);

	b->tokens = capped(b->tokens + passed * b->rate, (double)BUDGET_TOKENS_MAX);
	b->looks = capped(b->looks + passed * looks_rate, (double)BUDGET_LOOKS_MAX);
	b->at = mono;
}

static bool holds(const struct budget *b, usec_t cost, int times)
{
	return b->tokens > capped((double)cost * times, (double)BUDGET_TOKENS_MAX / 2);
}

bool budget_is_ample(const struct budget *b, usec_t cost)
{
	return holds(b, cost, BUDGET_AMPLE);
}

static void note(struct budget *b, usec_t cost)
{
	const int64_t number = b->at / BUDGET_SPAN;
	struct budget_span *span = &b->spans[number % BUDGET_SPANS];

	if (span->number != number)
		*span = (struct budget_span){ .number = number };
	span->spent += cost;
}

double budget_share(const struct budget *b, usec_t mono)
{
	const int64_t first = mono / BUDGET_SPAN - BUDGET_SPANS + 1;
	const usec_t begin = first * BUDGET_SPAN > b->since ? first * BUDGET_SPAN : b->since;
	usec_t spent = 0;

	for (int i = 0; i < BUDGET_SPANS; i++)
		if (b->spans[i].number >= first)
			spent += b->spans[i].spent;
	return mono > begin ? 100.0 * (double)spent / (double)(mono - begin) : 0;
}

void budget_pay(struct budget *b, usec_t cost, bool is_look)
{
	const double left = b->tokens - (double)cost;

	note(b, cost);
	if (!is_look) {
		b->tokens = left;
		return;
	}
	b->looks -= (double)cost;
	b->tokens = left > 0 ? left : capped(b->tokens, 0);
}

usec_t budget_expect(usec_t before, usec_t took)
{
	return before > 0 && took / 2 > before ? 2 * before : took;
}

usec_t budget_interval(const struct budget *b, usec_t cost, double roots, usec_t at_least)
{
	const double wanted = sqrt((double)cost) * roots / b->rate;

	if (wanted >= (double)BUDGET_FRESH_MAX)
		return BUDGET_FRESH_MAX;
	return wanted > (double)at_least ? (usec_t)wanted : at_least;
}

static enum snapshot_step look(const struct budget *b, const struct snapshot *s,
			       enum snapshot_step otherwise)
{
	return s->is_flying || b->looks > 0 ? SNAPSHOT_LOOK : otherwise;
}

static bool is_waited_for(const struct snapshot *s)
{
	const bool is_prompt = s->cost <= BUDGET_PROMPT && s->flying_for <= BUDGET_PROMPT;

	return is_prompt || (s->age > 2 * s->interval && s->age > BUDGET_OLD);
}

enum snapshot_step budget_step(const struct budget *b, const struct snapshot *s)
{
	if (!s->is_there)
		return look(b, s, SNAPSHOT_REFUSE);
	if (s->is_wrong)
		return look(b, s, SNAPSHOT_GIVE);
	if (s->age < s->interval || (!s->is_flying && !holds(b, s->cost, BUDGET_HOLDS)))
		return SNAPSHOT_GIVE;
	if (is_waited_for(s))
		return SNAPSHOT_REFRESH;
	return s->is_flying ? SNAPSHOT_GIVE : SNAPSHOT_GIVE_AND_MAKE;
}
