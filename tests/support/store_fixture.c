/* store_fixture.c -- opens a store on a fresh database, and says what went wrong. */
#include "support/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/setup.h"

static enum err_code open_store(struct bench *b)
{
	struct setup_result result;
	TRY(store_setup(&b->db.options, &b->arena, &result, &b->err));

	return store_open(&b->db.options, &b->store, &b->err);
}

static int setup(void **state, enum backend backend)
{
	struct bench *b = xalloc(sizeof(*b));

	*b = (struct bench){ 0 };
	*state = b;
	/* Without a server there is no store, and bench_of skips. */
	if (!test_db_make(backend, &b->db) || open_store(b) == ERR_OK)
		return 0;
	fprintf(stderr, "no store for a test: %s\n", b->err.msg);
	return -1;
}

int bench_pg(void **state)
{
	return setup(state, BACKEND_PG);
}

int bench_lite(void **state)
{
	return setup(state, BACKEND_LITE);
}

int bench_end(void **state)
{
	struct bench *b = *state;

	store_release(&b->store);
	arena_release(&b->arena);
	test_db_drop(&b->db);
	free(b);
	return 0;
}

struct bench *bench_of(void **state)
{
	struct bench *b = *state;

	if (!b->store.db)
		skip();
	return b;
}

bool bench_is_sqlite(const struct bench *b)
{
	return b->db.backend == BACKEND_LITE;
}

void given(struct bench *b, const char *pg, const char *lite)
{
	const char *script = bench_is_sqlite(b) ? lite : pg;

	CHECK_OK(b, db_run_script(b->store.db, script, &b->err));
}

void bench_check(const struct bench *b, enum err_code got, enum err_code want, const char *call,
		 const char *file, int line)
{
	if (got == want)
		return;
	print_error("%s\ngave %s, not %s: %s\n", call, err_name(got), err_name(want), b->err.msg);
	_fail(file, line);
}
