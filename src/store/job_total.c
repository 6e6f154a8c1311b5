/* job_total.c -- how many jobs or dead letters a filter finds, where the gauges know it. */
#include "rules/job_state.h"
#include "store/search.h"
#include "store/stats_kept.h"

/* What the gauges keep of a name. */
#define KEPT_MAX 255

static bool is_counted(const struct job_filter *filter)
{
	return !filter->job_name.p && !filter->reason.p && filter->text.n == 0 &&
	       !filter->terms.p && filter->queue.n <= KEPT_MAX;
}

static bool counts(const struct gauge *gauge, const struct job_filter *filter)
{
	const bool is_dead = str_eq(gauge->status, str_of(job_state_name(JOB_DEAD_LETTER)));

	/* All of the live ones, where no status is asked for. */
	return filter->status.p ? str_eq(gauge->status, filter->status) : !is_dead;
}

/* -1: its queue is no longer told apart. */
static int64_t sum(const struct list *gauges, const struct job_filter *filter)
{
	int64_t n = 0;

	for (size_t i = 0; i < gauges->n; i++) {
		const struct gauge *gauge = LIST_AT(gauges, struct gauge, i);

		if (filter->queue.p && gauge->is_other_queue == 1)
			return -1;
		n += counts(gauge, filter) ? gauge->n : 0;
	}
	return n;
}

static enum err_code from_gauges(struct store *st, const struct job_filter *filter,
				 struct arena *arena, int64_t *ret, struct err *err)
{
	const struct gauge_want want = { .queue = filter->queue };
	struct list gauges;
	struct quality quality;

	TRY(store_gauge_sums(st, &want, arena, &gauges, &quality, err));
	if (quality.kind == KIND_EXACT)
		*ret = sum(&gauges, filter);
	return ERR_OK;
}

enum err_code store_job_total(struct store *st, const struct job_filter *filter,
			      struct arena *arena, int64_t *ret, struct err *err)
{
	*ret = -1;
	if (!is_counted(filter) || !store_has_history(st))
		return ERR_OK;

	const enum err_code code = from_gauges(st, filter, arena, ret, err);
	return kept_is_missing(st, code) ? ERR_OK : code;
}
