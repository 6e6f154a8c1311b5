/* numbers.h -- for tests of numbers: asking, and finding one queue in the answer. */
#ifndef STORE_NUMBERS_H
#define STORE_NUMBERS_H

#include "seed.h"
#include "store/stats.h"

static inline UNUSED struct job_stats stats_of(struct bench *b, struct quality *quality)
{
	struct job_stats stats;

	CHECK_OK(b, store_stats(&b->store, &b->arena, &stats, quality, &b->err));
	return stats;
}

static inline UNUSED const struct queue_stats *
queue_of_name(struct bench *b, const char *name, struct quality *quality)
{
	struct list rows;

	CHECK_OK(b, store_queues(&b->store, &b->arena, &rows, quality, &b->err));
	for (size_t i = 0; i < rows.n; i++) {
		const struct queue_stats *queue = LIST_AT(&rows, struct queue_stats, i);

		if (str_eq(queue->queue, str_of(name)))
			return queue;
	}
	return NULL;
}

#endif
