/* seed.h -- rows for tests of numbers and workers, in the words of whichever database. */
#ifndef STORE_SEED_H
#define STORE_SEED_H

#include <inttypes.h>
#include <math.h>

#include "checks.h"
#include "store/work.h"
#include "store/worker.h"
#include "support/store_fixture.h"

#define TEST(name) static void name(void **state)

/* No moment: NULL. */
#define NEVER INT64_MIN

#define WORKER_A "00000000-0000-4000-8000-00000000000a"
#define WORKER_B "00000000-0000-4000-8000-00000000000b"

/* now and so many microseconds, as an expression. */
static inline UNUSED const char *at(struct bench *b, int64_t offset)
{
	if (offset == NEVER)
		return "NULL";
	if (bench_is_sqlite(b))
		return arena_printf(&b->arena, "now() + (%" PRId64 ")", offset);
	return arena_printf(&b->arena, "now() + (%" PRId64 ") * interval '1 microsecond'", offset);
}

/* As SQL: a text in quotes, or NULL. */
static inline UNUSED const char *quoted(struct bench *b, const char *text)
{
	return text ? arena_printf(&b->arena, "'%s'", text) : "NULL";
}

static inline UNUSED void run(struct bench *b, const char *text)
{
	given(b, text, text);
}

/* n equal jobs; moments are relative to now. */
struct seed {
	int n;                  /* 0: one */
	const char *id;         /* NULL: any */
	const char *name;       /* NULL: "mail" */
	const char *queue;      /* NULL: the default queue; "NULL": none */
	const char *status;     /* NULL: queued */
	int64_t created;
	int64_t updated;
	int64_t expires;        /* 0: none */
	int64_t scheduled;      /* 0: none */
	const char *worker;
	const char *dedup_key;
	const char *args_hash;  /* makes it a unique job */
	int attempts;
	int priority;           /* 0: 100 */
	int max_attempts;
};

static inline UNUSED const char *numbers(struct bench *b, int n)
{
	if (bench_is_sqlite(b))
		return arena_printf(&b->arena,
				    "(WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
				    "FROM g WHERE i < %d) SELECT i FROM g)", n);
	return arena_printf(&b->arena, "(SELECT i FROM generate_series(1, %d) AS s (i)) AS g", n);
}

static inline UNUSED const char *any_id(struct bench *b, const char *id)
{
	if (id)
		return arena_printf(&b->arena, bench_is_sqlite(b) ? "'%s'" : "'%s'::uuid", id);
	return bench_is_sqlite(b) ? "uuid4()" : "gen_random_uuid()";
}

static inline UNUSED const char *queue_of(struct bench *b, const char *queue)
{
	if (queue && strcmp(queue, "NULL") == 0)
		return "NULL";
	return quoted(b, queue ? queue : "default");
}

static inline UNUSED const char *uuid_or_null(struct bench *b, const char *id)
{
	return id ? any_id(b, id) : "NULL";
}

static inline UNUSED void put_job(struct bench *b, struct seed s)
{
	const char *is_true = bench_is_sqlite(b) ? "1" : "true";
	const char *is_false = bench_is_sqlite(b) ? "0" : "false";
	const char *text = arena_printf(
		&b->arena,
		"INSERT INTO soniq_jobs (id, job_name, args, status, queue, created_at, "
		"updated_at, expires_at, scheduled_at, worker_id, dedup_key, args_hash, "
		"unique_job, attempts, priority, max_attempts) "
		"SELECT %s, %s, '{}', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %d, %d, %d FROM %s",
		any_id(b, s.id), quoted(b, s.name ? s.name : "mail"),
		quoted(b, s.status ? s.status : "queued"), queue_of(b, s.queue), at(b, s.created),
		at(b, s.updated), at(b, s.expires ? s.expires : NEVER),
		at(b, s.scheduled ? s.scheduled : NEVER), uuid_or_null(b, s.worker),
		quoted(b, s.dedup_key), quoted(b, s.args_hash), s.args_hash ? is_true : is_false,
		s.attempts, s.priority ? s.priority : 100, s.max_attempts ? s.max_attempts : 3,
		numbers(b, s.n ? s.n : 1));

	run(b, text);
}

/* n equal dead letters, moved at that moment. */
static inline UNUSED void put_dead(struct bench *b, int n, const char *name, const char *queue,
				   int64_t moved)
{
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, "
			    "priority, max_attempts, attempts, dead_letter_reason, "
			    "original_created_at, moved_to_dead_letter_at) "
			    "SELECT %s, '%s', '{}', '%s', 100, 3, 3, 'max_retries_exceeded', "
			    "%s, %s FROM %s",
			    any_id(b, NULL), name, queue, at(b, moved - SECOND), at(b, moved),
			    numbers(b, n)));
}

/* A worker as it registered, whose row then says something else. */
static inline UNUSED void put_worker(struct bench *b, const char *id, int64_t pid,
				     const char *queues, const char *changes)
{
	const struct worker worker = {
		.id = str_of(id),
		.hostname = S("host"),
		.pid = pid,
		.queues = str_of(queues),
		.concurrency = 2,
		.cpu_percent = NAN,
		.memory_mb = NAN,
	};

	CHECK_OK(b, store_worker_register(&b->store, &worker, &b->err));
	if (changes)
		run(b, arena_printf(&b->arena, "UPDATE soniq_workers SET %s WHERE id = '%s'",
				    changes, id));
}

/* Fails unless so many rows of the table are so. */
#define CHECK_ROWS(b, want, table, where)                                                       \
	check_rows((b), (want), "" table " WHERE " where, __FILE__, __LINE__)

static inline UNUSED void check_rows(struct bench *b, int64_t want, const char *rows,
				     const char *file, int line)
{
	/* A check tells: raw SQL has no other way to answer. */
	const char *test = arena_printf(
		&b->arena,
		"CREATE TEMP TABLE probe (is_so %s CHECK (is_so)); "
		"INSERT INTO probe SELECT (SELECT count(*) FROM %s) = %" PRId64,
		bench_is_sqlite(b) ? "INTEGER" : "boolean", rows, want);
	const enum err_code code = db_run_script(b->store.db, test, &b->err);
	struct err ignored = { 0 };

	if (db_run_script(b->store.db, "DROP TABLE probe", &ignored) != ERR_OK)
		print_message("%s\n", ignored.msg);
	if (code == ERR_OK)
		return;
	print_error("not %" PRId64 " rows of %s: %s\n", want, rows, b->err.msg);
	_fail(file, line);
}

#define CHECK_KIND(quality, want) assert_string_equal(kind_name((quality).kind), kind_name(want))

#endif
