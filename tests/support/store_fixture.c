/* store_fixture.c -- opens a store on a fresh database, and says what went wrong. */
#include "support/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/setup.h"

static enum err_code open_store(struct bench *b)
{
	struct setup_result result;
	TRY(store_setup(&b->db.options, &b->arena, &result, &b->err));

	TRY(store_open(&b->db.options, &b->store, &b->err));
	b->store.patience = HOUR; /* what is found is no matter of how fast it is found */
	return ERR_OK;
}

static enum err_code add_history(struct bench *b)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(b->store.db, &tx, &b->err));

	TRY(db_exec(b->store.db, CALL0(SQL_X_STEP_TABLE, NULL), NULL, &b->err));
	for (const struct migration_text *t = history_texts; t->version; t++)
		TRY(db_run_script(b->store.db, bench_is_sqlite(b) ? t->lite : t->pg, &b->err));
	return db_commit(&tx, &b->err);
}

static enum err_code fill(struct bench *b, bool has_history)
{
	TRY(open_store(b));
	return has_history ? add_history(b) : ERR_OK;
}

static int setup(void **state, enum backend backend, bool has_history)
{
	struct bench *b = xalloc(sizeof(*b));

	*b = (struct bench){ 0 };
	*state = b;
	/* Without a server there is no store, and bench_of skips. */
	if (!test_db_make(backend, &b->db) || fill(b, has_history) == ERR_OK)
		return 0;
	fprintf(stderr, "no store for a test: %s\n", b->err.msg);
	return -1;
}

int bench_pg(void **state)
{
	return setup(state, BACKEND_PG, false);
}

int bench_lite(void **state)
{
	return setup(state, BACKEND_LITE, false);
}

int bench_pg_history(void **state)
{
	return setup(state, BACKEND_PG, true);
}

int bench_lite_history(void **state)
{
	return setup(state, BACKEND_LITE, true);
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
