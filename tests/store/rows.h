/* rows.h -- jobs and dead letters for tests of lists and actions: ids by number, any column. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include <inttypes.h>

#include "checks.h"
#include "store/job.h"
#include "support/store_fixture.h"

#define TEST(name) static void name(void **state)
#define PAST ((usec_t)1700000000 * SECOND)

/* "00000000-0000-4000-8000-000000000007": ids sort as their numbers. */
static inline UNUSED const char *id_of(struct bench *b, int n)
{
	return arena_printf(&b->arena, "00000000-0000-4000-8000-%012d", n);
}

/* A moment as an expression of the database at hand. */
static inline UNUSED const char *moment(struct bench *b, usec_t t)
{
	char text[TIME_TEXT_MAX];

	if (t == TIME_NULL)
		return "NULL";
	if (bench_is_sqlite(b))
		return arena_printf(&b->arena, "%" PRId64, t);
	time_format(t, text);
	return arena_printf(&b->arena, "'%s'::timestamptz", text);
}

static inline UNUSED void sql(struct bench *b, const char *text)
{
	given(b, text, text);
}

/* Job n, created n seconds after PAST; `more` sets further columns: "status = 'done'". */
static inline UNUSED void put(struct bench *b, int n, const char *more)
{
	sql(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_jobs (id, job_name, args, created_at, updated_at) "
			    "VALUES ('%s', 'mail.send', '{\"n\": %d}', %s, %s)",
			    id_of(b, n), n, moment(b, PAST + n * SECOND),
			    moment(b, PAST + n * SECOND)));
	if (more)
		sql(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET %s WHERE id = '%s'", more,
				    id_of(b, n)));
}

/* Dead letter n, moved n seconds after PAST. */
static inline UNUSED void put_dead(struct bench *b, int n, const char *more)
{
	sql(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, "
			    "priority, max_attempts, attempts, last_error, dead_letter_reason, "
			    "original_created_at, moved_to_dead_letter_at) "
			    "VALUES ('%s', 'mail.send', '{\"n\": %d}', 'mail', 7, 4, 4, "
			    "'ValueError: no', 'max_retries_exceeded', %s, %s)",
			    id_of(b, n), n, moment(b, PAST), moment(b, PAST + n * SECOND)));
	if (more)
		sql(b, arena_printf(&b->arena,
				    "UPDATE soniq_dead_letter_jobs SET %s WHERE id = '%s'", more,
				    id_of(b, n)));
}

/* Rows that the schema forbids and somebody else's tables may hold all the same. */
static inline UNUSED void drop_checks(struct bench *b)
{
	given(b,
	      "ALTER TABLE soniq_jobs DROP CONSTRAINT soniq_jobs_status_check;"
	      "ALTER TABLE soniq_jobs ALTER status DROP NOT NULL, ALTER job_name DROP NOT NULL",
	      "PRAGMA ignore_check_constraints = ON");
}

/* How many rows the query counts: "soniq_jobs WHERE status = 'done'". */
static inline UNUSED int64_t count_rows(struct bench *b, const char *from)
{
	/* There is no way to ask raw SQL through the store: the answer goes through a job's
	 * priority, in a transaction that is rolled back. */
	AUTO(db_tx) struct db_tx tx;
	struct job job;
	const char *id = id_of(b, 999999999);

	CHECK_OK(b, db_begin(b->store.db, &tx, &b->err));
	sql(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_jobs (id, job_name, args, priority) "
			    "SELECT '%s', 'count', '{}', count(*) FROM %s", id, from));
	CHECK_OK(b, store_job_find(&b->store, id, &b->arena, &job, &b->err));
	return job.priority;
}

#define CHECK_COUNT(b, want, from) assert_int_equal(count_rows((b), (from)), (want))

#define CHECK_MESSAGE(b, part)                                                                  \
	do {                                                                                    \
		if (!strstr((b)->err.msg, (part)))                                              \
			fail_msg("\"%s\" does not say \"%s\"", (b)->err.msg, (part));           \
	} while (0)

#endif
