/* history_setup.c -- our own tables beside those of the Python project: made, found, taken away. */
#include "store/history.h"
#include "store/rows.h"

static struct history history_of(struct bench *b)
{
	struct history h = { 0 };

	store_history_forget(&b->store);
	CHECK_OK(b, store_history(&b->store, &b->arena, &h, &b->err));
	return h;
}

TEST(no_history_is_no_error)
{
	struct bench *b = bench_of(state);
	const struct history h = history_of(b);

	assert_int_equal(h.state, HISTORY_ABSENT);
	assert_int_equal(h.since, TIME_NULL);
	CHECK_TEXT(h.missing, NULL);
	CHECK_TEXT(h.recount_due, NULL);
	for (int i = 0; i < INDEX__COUNT; i++)
		assert_false(store_has_index(&b->store, (enum store_index)i));
}

TEST(a_new_history_says_since_when)
{
	struct bench *b = bench_of(state);
	const struct history h = history_of(b);

	assert_int_equal(h.state, HISTORY_OK);
	assert_true(h.since > clock_now() - MINUTE && h.since <= clock_now() + SECOND);
	assert_int_equal(h.folded_at, TIME_NULL);
	CHECK_TEXT(h.recount_due, "setup");
	CHECK_TEXT(h.missing, NULL);
}

TEST(what_a_history_lacks_is_named)
{
	struct bench *b = bench_of(state);

	given(b, "DROP TRIGGER soniq_x_go ON soniq_jobs", "DROP TRIGGER soniq_x_jobs_go");
	struct history h = history_of(b);
	assert_int_equal(h.state, HISTORY_BROKEN);
	CHECK_TEXT(h.missing, bench_is_sqlite(b) ? "soniq_x_jobs_go" : "soniq_jobs.soniq_x_go");
	sql(b, "DROP TABLE soniq_x_gauge");
	h = history_of(b);
	assert_int_equal(h.state, HISTORY_BROKEN);
	assert_non_null(memmem(h.missing.p, h.missing.n, "soniq_x_gauge", 13));
}

TEST(a_disabled_trigger_is_missing)
{
	struct bench *b = bench_of(state);

	sql(b, "ALTER TABLE soniq_jobs DISABLE TRIGGER soniq_x_change");
	const struct history h = history_of(b);
	assert_int_equal(h.state, HISTORY_BROKEN);
	CHECK_TEXT(h.missing, "soniq_jobs.soniq_x_change");
}

TEST(a_history_without_its_row_is_broken)
{
	struct bench *b = bench_of(state);

	sql(b, "DELETE FROM soniq_x_state");
	const struct history h = history_of(b);
	assert_int_equal(h.state, HISTORY_BROKEN);
	assert_int_equal(h.since, TIME_NULL);
	CHECK_TEXT(h.missing, "the row of soniq_x_state");
}

/* Taken away under a connection that had seen it. */
TEST(a_history_that_went_is_not_an_error)
{
	struct bench *b = bench_of(state);
	struct history h = history_of(b);

	assert_int_equal(h.state, HISTORY_OK);
	sql(b, "DROP TABLE soniq_x_state");
	CHECK_OK(b, store_history(&b->store, &b->arena, &h, &b->err));
	assert_int_equal(h.state, HISTORY_BROKEN);
	CHECK_TEXT(h.missing, "soniq_x_state");
}

TEST(a_role_that_may_not_read_it_is_told)
{
	struct bench *b = bench_of(state);
	const char *role = arena_printf(&b->arena, "reader_%s", b->db.options.label);

	sql(b, arena_printf(&b->arena,
			    "CREATE ROLE %s; GRANT SELECT ON soniq_jobs, soniq_x_state TO %s;"
			    "SET ROLE %s",
			    role, role, role));
	const struct history h = history_of(b);
	assert_int_equal(h.state, HISTORY_FORBIDDEN);
	CHECK_TEXT(h.missing, "soniq_x_delta, soniq_x_names, soniq_x_gauge, soniq_x_rollup, "
			      "soniq_x_attempts");
	sql(b, arena_printf(&b->arena, "RESET ROLE; DROP OWNED BY %s; DROP ROLE %s", role, role));
}

TEST(indexes_are_seen_where_they_are)
{
	struct bench *b = bench_of(state);

	sql(b, "CREATE INDEX soniq_x_jobs_created ON soniq_jobs (created_at DESC, id DESC)");
	store_history_forget(&b->store);
	for (int i = 0; i < INDEX__COUNT; i++)
		assert_int_equal(store_has_index(&b->store, (enum store_index)i),
				 i == INDEX_CREATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(no_history_is_no_error),
		WITH_HISTORY(a_new_history_says_since_when),
		WITH_HISTORY(what_a_history_lacks_is_named),
		WITH_HISTORY_ON_PG(a_disabled_trigger_is_missing),
		WITH_HISTORY(a_history_without_its_row_is_broken),
		WITH_HISTORY(a_history_that_went_is_not_an_error),
		WITH_HISTORY_ON_PG(a_role_that_may_not_read_it_is_told),
		ON_BOTH(indexes_are_seen_where_they_are),
	};
	return cmocka_run_group_tests_name("history_setup", tests, NULL, NULL);
}
