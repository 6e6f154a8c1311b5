/* indexed.h -- databases with the indexes that lists are read off. */
#ifndef STORE_INDEXED_H
#define STORE_INDEXED_H

#include "store/history.h"
#include "store/rows.h"

/* As soniq setup makes them. Trigrams only where the server has them. */
static inline UNUSED void make_indexes(struct bench *b)
{
	given(b,
	      "CREATE INDEX soniq_x_jobs_created ON soniq_jobs (created_at DESC, id DESC);"
	      "CREATE INDEX soniq_x_jobs_queue_created ON soniq_jobs "
	      "(queue, created_at DESC, id DESC);"
	      "CREATE INDEX soniq_x_jobs_status ON soniq_jobs (status, created_at DESC, id DESC) "
	      "WHERE status <> 'done';"
	      "CREATE INDEX soniq_x_jobs_wait ON soniq_jobs "
	      "(queue, scheduled_at NULLS FIRST, created_at) "
	      "WHERE status = 'queued';"
	      "CREATE EXTENSION IF NOT EXISTS pg_trgm;"
	      "CREATE INDEX soniq_x_jobs_error ON soniq_jobs USING gin (last_error gin_trgm_ops) "
	      "WHERE last_error IS NOT NULL",
	      "CREATE INDEX soniq_x_jobs_created ON soniq_jobs (created_at DESC, id DESC);"
	      "CREATE INDEX soniq_x_jobs_queue_created ON soniq_jobs "
	      "(queue, created_at DESC, id DESC);"
	      "CREATE INDEX soniq_x_jobs_status ON soniq_jobs (status, created_at DESC, id DESC) "
	      "WHERE status <> 'done';"
	      "CREATE INDEX soniq_x_jobs_wait ON soniq_jobs (queue, scheduled_at, created_at) "
	      "WHERE status = 'queued'");
	/* Nothing was counted yet, and all that will be told is in the changes. */
	sql(b, "UPDATE soniq_x_state SET recount_due = NULL");
	store_history_forget(&b->store);
}

static inline UNUSED int indexed(void **state, int (*bench)(void **))
{
	const int code = bench(state);
	struct bench *b = *state;

	if (code == 0 && b->store.db)
		make_indexes(b);
	return code;
}

static inline UNUSED int bench_pg_indexed(void **state)
{
	return indexed(state, bench_pg_history);
}

static inline UNUSED int bench_lite_indexed(void **state)
{
	return indexed(state, bench_lite_history);
}

#define INDEXED_ON_PG(test)                                                                     \
	{ #test " (postgresql, indexed)", test, bench_pg_indexed, bench_end, NULL }
#define INDEXED_ON_LITE(test)                                                                   \
	{ #test " (sqlite, indexed)", test, bench_lite_indexed, bench_end, NULL }
#define INDEXED(test) INDEXED_ON_PG(test), INDEXED_ON_LITE(test)

#endif
