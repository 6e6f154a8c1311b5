/* totals.c -- counters and histograms of jobs under a bounded number of labels. */
#include "metrics/table.h"

/* Where the bounds lie, in microseconds; history.c here has their texts. */
static const double bounds[METRICS_BOUNDS] = {
	1e4, 2.5e4, 1e5, 2.5e5, 5e5, 1e6, 2.5e6, 5e6, 1e7, 3e7, 6e7, 3e8, 9e8, 3.6e9, 1.44e10,
	8.64e10,
};

/* Half a bucket above its beginning a duration counts as longer. The last of them: longer than
 * all bounds. */
static int bound_of(int bucket)
{
	const double begins = bucket > 0 ? histogram_bound(bucket - 1) : 0;
	int i = 0;

	while (i < METRICS_BOUNDS && begins * 1.06 > bounds[i])
		i++;
	return i;
}

static void add_histogram(int64_t to[METRICS_BOUNDS + 1], struct str text)
{
	struct histogram h = { 0 };

	histogram_read(&h, text);
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h.counts[i] > 0)
			to[bound_of(i)] += h.counts[i];
}

static void add_total(struct name_sums *to, const struct total *from)
{
	to->arrived += from->arrived;
	to->started += from->started;
	to->done += from->done;
	to->failed += from->failed;
	to->dead += from->dead;
	to->cancelled += from->cancelled;
	to->returned += from->returned;
	to->wait_us += from->wait_us;
	to->run_us += from->run_us;
	add_histogram(to->waits, from->waits);
	add_histogram(to->runs, from->runs);
}

/* Names that look alike as labels are one. Which have a label is a matter of their age alone:
 * one that became "others" later would let a counter fall. */
static struct name_sums *sums_of(struct names *names, struct str label)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->items[i].name, label))
			return &names->items[i];
	if (names->n == names->max || str_eq(label, S(METRICS_OTHERS))) {
		names->others->name = S(METRICS_OTHERS);
		return names->others;
	}
	struct name_sums *sums = &names->items[names->n++];
	sums->name = label;
	return sums;
}

static struct names names_new(struct arena *arena, size_t max)
{
	struct name_sums *items = ARENA_ARRAY(arena, struct name_sums, max + 1);

	return (struct names){ .items = items, .max = max, .others = &items[max] };
}

/* The others, when there are any, come last. */
static void close_names(struct names *names)
{
	if (names->others->name.p)
		names->items[names->n++] = *names->others;
}

void totals_sum(struct writing *w)
{
	const struct list *rows = &w->scrape->totals;

	w->queues_ever = names_new(&w->arena, METRICS_QUEUES_MAX);
	w->types_ever = names_new(&w->arena, METRICS_TYPES_MAX);
	for (size_t i = 0; i < rows->n; i++) {
		const struct total *total = LIST_AT(rows, struct total, i);
		const bool is_queue = str_eq(total->kind, S("queue"));
		const struct str label = total->is_others == 1
			? S(METRICS_OTHERS) : metric_label(&w->arena, total->name);

		add_total(sums_of(is_queue ? &w->queues_ever : &w->types_ever, label), total);
	}
	close_names(&w->queues_ever);
	close_names(&w->types_ever);
}
