/* db_bench.h -- what the tests of the database drivers stand on: a database of either kind. */
#ifndef UNIT_DB_BENCH_H
#define UNIT_DB_BENCH_H

#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "db_texts.h"
#include "support/test_db.h"

struct bench {
	struct test_db at;
	struct db *db;                  /* may write; NULL: there is no such database here */
	struct arena arena;
	struct err err;
};

static inline UNUSED int bench_setup(void **state, enum backend backend)
{
	struct bench *b = xalloc(sizeof(*b));

	*b = (struct bench){ 0 };
	*state = b;
	if (!test_db_make(backend, &b->at))
		return 0;
	if (db_open(&b->at.options, &b->db, &b->err) == ERR_OK &&
	    db_run_script(b->db, "CREATE TABLE thing (id bigint PRIMARY KEY, name text)",
			  &b->err) == ERR_OK)
		return 0;
	print_error("%s\n", b->err.msg);
	return -1;
}

static inline UNUSED int bench_pg(void **state)
{
	return bench_setup(state, BACKEND_PG);
}

static inline UNUSED int bench_lite(void **state)
{
	return bench_setup(state, BACKEND_LITE);
}

static inline UNUSED int bench_end(void **state)
{
	struct bench *b = *state;

	db_free(b->db);
	arena_release(&b->arena);
	test_db_drop(&b->at);
	free(b);
	return 0;
}

static inline UNUSED struct bench *bench_of(void **state)
{
	struct bench *b = *state;

	if (!b->db)
		skip();
	return b;
}

#define ON_PG(test) { #test " (postgresql)", test, bench_pg, bench_end, NULL }
#define ON_LITE(test) { #test " (sqlite)", test, bench_lite, bench_end, NULL }
#define ON_BOTH(test) ON_PG(test), ON_LITE(test)

static inline UNUSED void bench_check(struct bench *b, enum err_code got, enum err_code want,
				      const char *file, int line)
{
	if (got == want)
		return;
	print_error("gave %s, not %s: %s\n", err_name(got), err_name(want), b->err.msg);
	_fail(file, line);
}

#define CHECK_OK(b, call) bench_check((b), (call), ERR_OK, __FILE__, __LINE__)
#define CHECK_ERR(b, want, call) bench_check((b), (call), (want), __FILE__, __LINE__)
#define CHECK_SAYS(b, words) assert_non_null(strstr((b)->err.msg, words))

/* A second connection. Owned. */
static inline UNUSED struct db *bench_open(struct bench *b, enum db_role role)
{
	struct db_options options = b->at.options;
	struct db *db = NULL;

	options.role = role;
	CHECK_OK(b, db_open(&options, &db, &b->err));
	return db;
}

static inline UNUSED void put(struct bench *b, int64_t id, const char *name)
{
	CHECK_OK(b, db_exec(b->db, CALL(T(T_PUT), NULL, P_I64(id), P_TEXT(name)), NULL, &b->err));
}

static inline UNUSED size_t count(struct bench *b, struct db *db)
{
	struct list rows;

	CHECK_OK(b, db_query(db, CALL0(T(T_ALL), &pair_record), &b->arena, &rows, &b->err));
	return rows.n;
}

/* Asks a connection to stop, over and over, from another thread. */
struct canceller {
	struct db *db;
	atomic_bool is_enough;
	pthread_t thread;
};

static inline UNUSED void *cancel_often(void *arg)
{
	struct canceller *c = arg;

	while (!atomic_load(&c->is_enough)) {
		usleep(30000);
		db_cancel(c->db);
	}
	return NULL;
}

static inline UNUSED void cancel_begin(struct canceller *c, struct db *db)
{
	c->db = db;
	atomic_init(&c->is_enough, false);
	assert_int_equal(pthread_create(&c->thread, NULL, cancel_often, c), 0);
}

static inline UNUSED void cancel_end(struct canceller *c)
{
	atomic_store(&c->is_enough, true);
	pthread_join(c->thread, NULL);
}

#endif
