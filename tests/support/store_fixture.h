/* store_fixture.h -- what tests of the store stand on: a database of either kind with its tables.
 *
 *     static void a_queue_is_found(void **state)
 *     {
 *             struct bench *b = bench_of(state);      // skips it where there is no PostgreSQL
 *             CHECK_OK(b, store_queue_find(&b->store, ..., &b->arena, &row, &b->err));
 *     }
 *
 *     int main(void)
 *     {
 *             const struct CMUnitTest tests[] = { ON_BOTH(a_queue_is_found), ... };
 *             return cmocka_run_group_tests_name("queues", tests, NULL, NULL);
 *     }
 *
 * Every test runs once on each, with a database of its own. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"
#include "support/test_db.h"

struct bench {
	struct store store;             /* may write; a new database with all tables */
	struct arena arena;
	struct err err;
	struct test_db db;              /* for a second connection: store_open(&b->db.options...) */
};

int bench_pg(void **state);
int bench_lite(void **state);
/* With our own tables and triggers too (history.h). */
int bench_pg_history(void **state);
int bench_lite_history(void **state);
int bench_end(void **state);

/* Never NULL; ends the test as skipped where there is no database. */
struct bench *bench_of(void **state);
bool bench_is_sqlite(const struct bench *b);
/* Run statements as they are: a given state of the tables. The text for the database at hand. */
void given(struct bench *b, const char *pg, const char *lite);

#define ON_PG(test) { #test " (postgresql)", test, bench_pg, bench_end, NULL }
#define ON_LITE(test) { #test " (sqlite)", test, bench_lite, bench_end, NULL }
#define ON_BOTH(test) ON_PG(test), ON_LITE(test)
/* The same on a database that has the history. */
#define WITH_HISTORY_ON_PG(t) { #t " (postgresql, history)", t, bench_pg_history, bench_end, NULL }
#define WITH_HISTORY_ON_LITE(t) { #t " (sqlite, history)", t, bench_lite_history, bench_end, NULL }
#define WITH_HISTORY(test) WITH_HISTORY_ON_PG(test), WITH_HISTORY_ON_LITE(test)

/* The call gives ERR_OK; else the test fails with its message. */
#define CHECK_OK(b, call) bench_check((b), (call), ERR_OK, #call, __FILE__, __LINE__)
/* The call gives this error. */
#define CHECK_ERR(b, want, call) bench_check((b), (call), (want), #call, __FILE__, __LINE__)
void bench_check(const struct bench *b, enum err_code got, enum err_code want, const char *call,
		 const char *file, int line);

#endif
