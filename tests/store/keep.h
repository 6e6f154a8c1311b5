/* keep.h -- for tests of the keeping of history: turns, and what came of them. */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include "seed.h"
#include "store/history_keep.h"

/* One turn that leads. */
static inline UNUSED struct history_turn turn(struct bench *b)
{
	struct history_turn turn = { 0 };

	CHECK_OK(b, store_history_turn(&b->store, &history_policy_default, &turn, &b->err));
	assert_true(turn.is_leader);
	return turn;
}

/* Turns until nothing is behind; gives how many rows were folded. */
static inline UNUSED int64_t keep(struct bench *b)
{
	int64_t folded = 0;
	struct history_turn last;

	do {
		last = turn(b);
		folded += last.folded;
	} while (last.is_behind || last.folded > 0);
	return folded;
}

/* No recount is due: rows of soniq_x_delta may tell of jobs that are not there. */
static inline UNUSED void counted(struct bench *b)
{
	run(b, "UPDATE soniq_x_state SET recounted_at = now(), recount_due = NULL");
}

/* A history of before there were sums of all queues. */
static inline UNUSED void without_sums(struct bench *b)
{
	run(b, "DELETE FROM soniq_x_rollup WHERE name_id = 0");
}

/* The sums of what is there now, as setup makes them. */
static inline UNUSED void added_up(struct bench *b)
{
	without_sums(b);
	CHECK_OK(b, history_sum_queues(&b->store, &b->err));
}

/* A moment as SQL. */
static inline UNUSED const char *moment(struct bench *b, usec_t t)
{
	if (bench_is_sqlite(b))
		return arena_printf(&b->arena, "%" PRId64, t);
	return arena_printf(&b->arena,
			    "(timestamptz 'epoch' + %" PRId64 " * interval '1 microsecond')", t);
}

#define WAIT_INDEX                                                                                 \
	"CREATE INDEX IF NOT EXISTS soniq_x_jobs_wait ON soniq_jobs (queue, scheduled_at %s, "     \
	"created_at) "                                                                             \
	"WHERE status = 'queued'"

static inline UNUSED void given_the_index(struct bench *b)
{
	run(b, arena_printf(&b->arena, WAIT_INDEX, bench_is_sqlite(b) ? "" : "NULLS FIRST"));
	store_history_forget(&b->store);
}

/* Rows as a trigger would have written them. */
struct told {
	usec_t at; /* 0: now */
	const char *queue, *name, *was, *becomes, *outcome;
	const char *waits, *runs;
	int n; /* 0: one */
};

static inline UNUSED void tell(struct bench *b, struct told t)
{
	run(b,
	    arena_printf(&b->arena,
			 "INSERT INTO soniq_x_delta (at, queue, job_name, was, becomes, outcome, "
			 "n, waits, runs) VALUES (%s, %s, %s, %s, %s, %s, %d, %s, %s)",
			 t.at ? moment(b, t.at) : "now()", quoted(b, t.queue ? t.queue : "q"),
			 quoted(b, t.name ? t.name : "mail"), quoted(b, t.was),
			 quoted(b, t.becomes), quoted(b, t.outcome), t.n ? t.n : 1,
			 quoted(b, t.waits), quoted(b, t.runs)));
}

/* The sum of a column over some rows is so. */
#define CHECK_SUM(b, want, column, rows)                                                           \
	check_rows((b), 1, sum_is((b), (want), column, rows), __FILE__, __LINE__)

static inline UNUSED const char *sum_is(struct bench *b, int64_t want, const char *column,
					const char *rows)
{
	return arena_printf(&b->arena,
			    "(SELECT coalesce(sum(%s), 0) AS sum FROM %s) AS s "
			    "WHERE sum = %" PRId64,
			    column, rows, want);
}

/* What all rows are, by the keys of the dictionary; and what the gauges say. */
#define KEY(kind_, column)                                                                      \
	"CASE WHEN EXISTS (SELECT 1 FROM soniq_x_names AS d WHERE d.kind = '" kind_ "' AND "    \
	"d.key = coalesce('=' || " column ", '')) THEN coalesce('=' || " column ", '') "        \
	"ELSE '*' END"
#define TRUTH                                                                                   \
	"SELECT " KEY("queue", "queue") " AS q, " KEY("type", "job_name") " AS t, "             \
	"CASE WHEN dated = 1 THEN 'dated' "                                                     \
	"WHEN status IN ('queued', 'processing', 'done', 'cancelled', 'dead_letter') "          \
	"THEN status ELSE '*' END AS s, count(*) AS n FROM ("                                   \
	"SELECT queue, job_name, status, 0 AS dated FROM soniq_jobs UNION ALL "                 \
	"SELECT queue, job_name, status, 1 FROM soniq_jobs WHERE status = 'queued' "            \
	"AND scheduled_at IS NOT NULL UNION ALL "                                               \
	"SELECT queue, job_name, 'dead_letter', 0 FROM soniq_dead_letter_jobs) AS rows_of_all " \
	"GROUP BY 1, 2, 3"
#define TOLD                                                                                    \
	"SELECT q.key, t.key, g.status, g.n FROM soniq_x_gauge AS g JOIN soniq_x_names AS q "   \
	"ON q.id = g.queue_id JOIN soniq_x_names AS t ON t.id = g.type_id WHERE g.n <> 0"

/* Every gauge is what a full count gives. */
#define CHECK_GAUGES(b)                                                                         \
	do {                                                                                    \
		CHECK_ROWS(b, 0, "(SELECT * FROM (" TRUTH ") AS a EXCEPT " TOLD ") AS wrong",   \
			   "1 = 1");                                                            \
		CHECK_ROWS(b, 0, "(" TOLD " EXCEPT SELECT * FROM (" TRUTH ") AS a) AS wrong",   \
			   "1 = 1");                                                            \
	} while (0)

#define ROLLUPS "soniq_x_rollup AS r JOIN soniq_x_names AS n ON n.id = r.name_id"
#define GAUGES                                                                                     \
	"soniq_x_gauge AS g JOIN soniq_x_names AS q ON q.id = g.queue_id "                         \
	"JOIN soniq_x_names AS t ON t.id = g.type_id"

#endif
