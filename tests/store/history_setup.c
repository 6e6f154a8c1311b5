/* history_setup.c -- our own tables beside those of the Python project: made, found, taken away. */
#include <stdio.h>

#include "store/history.h"
#include "store/history_setup.h"
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
	CHECK_TEXT(h.missing,
		   bench_is_sqlite(b) ? "soniq_jobs.soniq_x_jobs_go" : "soniq_jobs.soniq_x_go");
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
	CHECK_TEXT(h.missing, "soniq_x_attempts, soniq_x_delta, soniq_x_gauge, soniq_x_names, "
			      "soniq_x_rollup");
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

/* Every step, with what is told of it. */
struct told {
	int n_begun, n_waits, n_ended;
	char last_note[400];
};

static void listen(void *arg, enum history_news news, const struct history_step *step)
{
	struct told *told = arg;

	told->n_begun += news == STEP_BEGINS;
	told->n_waits += news == STEP_WAITS;
	told->n_ended += news == STEP_ENDS;
	if (news == STEP_WAITS)
		snprintf(told->last_note, sizeof(told->last_note), "%.*s", STR_ARG(step->note));
}

static struct list steps_of(struct bench *b, struct history_setup_options options)
{
	struct list steps = { 0 };

	CHECK_OK(b, store_history_setup(&b->store, &options, &b->arena, &steps, &b->err));
	return steps;
}

static const struct history_step *find_step(const struct list *steps, const char *name)
{
	for (size_t i = 0; i < steps->n; i++) {
		const struct history_step *s = LIST_AT(steps, struct history_step, i);

		if (str_eq(s->name, str_of(name)))
			return s;
	}
	return NULL;
}

static void turn(struct bench *b)
{
	struct history_turn turn;

	CHECK_OK(b, store_history_turn(&b->store, &history_policy_default, &turn, &b->err));
}

TEST(it_is_set_up_once)
{
	struct bench *b = bench_of(state);
	struct told told = { 0 };

	const struct list first =
		steps_of(b, (struct history_setup_options){ .tell = listen, .arg = &told });
	assert_true(first.n >= 8);
	assert_int_equal(told.n_begun, first.n);
	assert_int_equal(told.n_ended, first.n);
	for (size_t i = 0; i < first.n; i++)
		assert_true(LIST_AT(&first, struct history_step, i)->took_ms >= 0);
	assert_int_equal(history_of(b).state, HISTORY_OK);
	CHECK_TEXT(history_of(b).recount_due, NULL);
	for (int i = 0; i < INDEX__COUNT; i++) {
		if (i != INDEX_ERROR)
			assert_true(store_has_index(&b->store, (enum store_index)i));
	}
	const struct list again = steps_of(b, (struct history_setup_options){ 0 });
	for (size_t i = 0; i < again.n; i++)
		assert_non_null(LIST_AT(&again, struct history_step, i)->note.p);
	CHECK_COUNT(b, 0, "soniq_x_delta");
	put(b, 1, NULL);
	CHECK_COUNT(b, 1, "soniq_x_delta");
}

TEST(a_dry_run_tells_and_does_nothing)
{
	struct bench *b = bench_of(state);
	struct told told = { 0 };

	const struct list steps =
		steps_of(b,
			 (struct history_setup_options){
				 .is_dry = true, .optimizes = true, .tell = listen, .arg = &told });
	assert_int_equal(told.n_begun, 0);
	assert_non_null(find_step(&steps, "01_tables"));
	const struct history_step *s = find_step(&steps, "index_claim");
	assert_non_null(s);
	assert_non_null(memmem(s->sql.p, s->sql.n, "soniq_x_jobs_claim", 18));
	assert_true(isnan(s->took_ms));
	assert_int_equal(find_step(&steps, "vacuum") != NULL, !bench_is_sqlite(b));
	assert_int_equal(history_of(b).state, HISTORY_ABSENT);
}

TEST(what_was_broken_is_mended_and_counted_anew)
{
	struct bench *b = bench_of(state);

	steps_of(b, (struct history_setup_options){ 0 });
	assert_true(history_of(b).hole_at == TIME_NULL);
	sql(b, "UPDATE soniq_x_state SET recounted_at = NULL");
	given(b,
	      "ALTER TABLE soniq_jobs DISABLE TRIGGER soniq_x_change;"
	      "DROP TRIGGER soniq_x_go ON soniq_dead_letter_jobs",
	      "DROP TRIGGER soniq_x_jobs_change; DROP TRIGGER soniq_x_dead_go");
	assert_int_equal(history_of(b).state, HISTORY_BROKEN);
	put(b, 1, NULL);
	sql(b, "UPDATE soniq_jobs SET status = 'cancelled'");
	const struct list steps = steps_of(b, (struct history_setup_options){ 0 });
	assert_non_null(find_step(&steps, "count"));
	assert_int_equal(history_of(b).state, HISTORY_OK);
	assert_true(history_of(b).recounted_at != TIME_NULL);
	assert_true(history_of(b).hole_at != TIME_NULL);
	CHECK_COUNT(b, 1, "soniq_x_gauge WHERE status = 'cancelled' AND n = 1");

	sql(b, "DELETE FROM soniq_x_state");
	steps_of(b, (struct history_setup_options){ 0 });
	assert_int_equal(history_of(b).state, HISTORY_OK);
	sql(b, "DROP TABLE soniq_x_steps");
	steps_of(b, (struct history_setup_options){ 0 });
	assert_int_equal(history_of(b).state, HISTORY_OK);
}

/* Of before all queues were summed up: turns leave it so, setup makes the sums, turns go on. */
TEST(the_sums_of_an_earlier_history_are_made)
{
	static const char of_all[] = "soniq_x_rollup WHERE name_id = 0 AND arrived = %d";
	struct bench *b = bench_of(state);

	put(b, 1, "queue = 'a'");
	put(b, 2, "queue = 'b'");
	sql(b, "DELETE FROM soniq_x_rollup WHERE name_id = 0");
	turn(b);
	CHECK_COUNT(b, 0, "soniq_x_rollup WHERE name_id = 0");
	assert_int_equal(history_of(b).has_sums, 0);
	const struct list steps = steps_of(b, (struct history_setup_options){ 0 });
	assert_non_null(find_step(&steps, "sum"));
	assert_int_equal(history_of(b).has_sums, 1);
	CHECK_COUNT(b, 2, arena_printf(&b->arena, of_all, 2));
	put(b, 3, NULL);
	turn(b);
	CHECK_COUNT(b, 2, arena_printf(&b->arena, of_all, 3));
}

/* An index that a killed run left half made is of no use, but has the name. */
TEST(half_made_indexes_are_made_anew)
{
	struct bench *b = bench_of(state);

	sql(b, "CREATE INDEX soniq_x_jobs_wait ON soniq_jobs (queue);"
	       "UPDATE pg_index SET indisvalid = false "
	       "WHERE indexrelid = 'soniq_x_jobs_wait'::regclass");
	store_history_forget(&b->store);
	assert_false(store_has_index(&b->store, INDEX_WAIT));
	const struct list steps = steps_of(b, (struct history_setup_options){ 0 });
	assert_non_null(find_step(&steps, "index_wait"));
	assert_true(store_has_index(&b->store, INDEX_WAIT));
	CHECK_COUNT(b, 1,
		    "pg_indexes WHERE indexname = 'soniq_x_jobs_wait' "
		    "AND indexdef LIKE '%scheduled_at NULLS FIRST%'");
}

TEST(an_index_of_another_release_is_made_anew)
{
	struct bench *b = bench_of(state);

	steps_of(b, (struct history_setup_options){ 0 });
	sql(b, "DROP INDEX soniq_x_jobs_wait; CREATE INDEX soniq_x_jobs_wait ON soniq_jobs (id);"
	       "UPDATE soniq_x_steps SET digest = 'older' WHERE step = 'index_wait'");
	const struct list steps = steps_of(b, (struct history_setup_options){ 0 });
	assert_non_null(find_step(&steps, "index_wait"));
	given(b,
	      "SELECT 1 / count(*) FROM pg_indexes WHERE indexname = 'soniq_x_jobs_wait' "
	      "AND indexdef LIKE '%queue%'",
	      "SELECT 1");
}

/* A writer that is at it is waited for, and named when that takes too long. */
TEST(who_is_in_the_way_is_named)
{
	struct bench *b = bench_of(state);
	struct store other = { 0 };
	struct told told = { 0 };
	struct db_options writer = b->db.options;
	struct list steps;
	const struct history_setup_options options = { .patience = 100 * MSEC,
						       .tell = listen,
						       .arg = &told };

	writer.application_name = "slow writer";
	CHECK_OK(b, store_open(&writer, &other, &b->err));
	CHECK_OK(b,
		 db_run_script(other.db, "BEGIN; LOCK soniq_jobs IN ROW EXCLUSIVE MODE", &b->err));
	CHECK_ERR(b, ERR_BUSY,
		  store_history_setup(&b->store, &options, &b->arena, &steps, &b->err));
	CHECK_MESSAGE(b, "slow writer");
	CHECK_MESSAGE(b, "03_triggers_jobs");
	CHECK_MESSAGE(b, "process ");
	CHECK_OK(b, db_run_script(other.db, "COMMIT", &b->err));
	steps_of(b, options);
	assert_int_equal(history_of(b).state, HISTORY_OK);
	store_release(&other);
}

/* A reader, however long it takes, is not waited for. */
TEST(readers_are_in_nobodys_way)
{
	struct bench *b = bench_of(state);
	struct store other = { 0 };
	struct told told = { 0 };

	CHECK_OK(b, store_open(&b->db.options, &other, &b->err));
	CHECK_OK(b,
		 db_run_script(other.db, "BEGIN; LOCK soniq_jobs IN ACCESS SHARE MODE", &b->err));
	steps_of(b, (struct history_setup_options){ .tell = listen, .arg = &told });
	assert_int_equal(told.n_waits, 0);
	store_release(&other);
}

TEST(one_setup_at_a_time)
{
	struct bench *b = bench_of(state);
	struct store other = { 0 };
	struct list steps;
	struct db_options first = b->db.options;
	const struct history_setup_options options = { .patience = 100 * MSEC };

	first.application_name = "first of two";
	CHECK_OK(b, store_open(&first, &other, &b->err));
	CHECK_OK(b, db_lock(other.db, SONIQ_LOCK_HISTORY_SETUP, 0, &b->err));
	CHECK_ERR(b, ERR_BUSY,
		  store_history_setup(&b->store, &options, &b->arena, &steps, &b->err));
	CHECK_MESSAGE(b, "first of two");
	store_release(&other);
	steps_of(b, (struct history_setup_options){ 0 });
}

TEST(optimizing_is_undone_with_the_rest)
{
	struct bench *b = bench_of(state);

	const struct list done = steps_of(b, (struct history_setup_options){ .optimizes = true });
	assert_non_null(find_step(&done, "vacuum"));
	assert_non_null(find_step(&done, "spare_status_priority"));
	assert_non_null(find_step(&done, "spare_queue_status_priority"));
	CHECK_COUNT(b, 0, "pg_indexes WHERE indexname LIKE 'idx%status_priority'");
	CHECK_COUNT(b, 1, "pg_class WHERE relname = 'soniq_jobs' AND reloptions IS NOT NULL");
	assert_int_equal(steps_of(b, (struct history_setup_options){ .optimizes = true }).n, 0);

	steps_of(b, (struct history_setup_options){ .removes = true });
	CHECK_COUNT(b, 2, "pg_indexes WHERE indexname LIKE 'idx%status_priority'");
	CHECK_COUNT(b, 1, "pg_class WHERE relname = 'soniq_jobs' AND reloptions IS NULL");
}

/* What somebody else did stays, both ways. */
TEST(settings_and_indexes_of_others_stay)
{
	struct bench *b = bench_of(state);

	sql(b, "ALTER TABLE soniq_jobs SET (autovacuum_vacuum_threshold = 7);"
	       "DROP INDEX idx_soniq_jobs_status_priority");
	const struct list done = steps_of(b, (struct history_setup_options){ .optimizes = true });
	const struct history_step *s = find_step(&done, "vacuum");
	assert_non_null(s);
	assert_non_null(s->note.p);
	steps_of(b, (struct history_setup_options){ .removes = true });
	CHECK_COUNT(b, 1,
		    "pg_class WHERE relname = 'soniq_jobs' "
		    "AND reloptions = '{autovacuum_vacuum_threshold=7}'");
	CHECK_COUNT(b, 0, "pg_indexes WHERE indexname = 'idx_soniq_jobs_status_priority'");
}

TEST(taken_away_nothing_is_left)
{
	struct bench *b = bench_of(state);

	steps_of(b, (struct history_setup_options){ 0 });
	put(b, 1, NULL);
	const struct list gone = steps_of(b, (struct history_setup_options){ .removes = true });
	assert_true(gone.n > 5);
	assert_int_equal(history_of(b).state, HISTORY_ABSENT);
	given(b,
	      "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_class WHERE relname LIKE 'soniq_x%') OR "
	      "EXISTS (SELECT 1 FROM pg_proc WHERE proname LIKE 'soniq_x%') OR "
	      "EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') "
	      "THEN RAISE 'left'; END IF; END $$",
	      "CREATE TEMP TABLE n (n CHECK (n = 0)); INSERT INTO n SELECT count(*) FROM "
	      "sqlite_schema WHERE name LIKE 'soniq_x%'; DROP TABLE n");
	put(b, 2, NULL);
	assert_int_equal(steps_of(b, (struct history_setup_options){ .removes = true }).n, 0);
	steps_of(b, (struct history_setup_options){ 0 });
	assert_int_equal(history_of(b).state, HISTORY_OK);
}

TEST(pg_trgm_of_others_stays)
{
	struct bench *b = bench_of(state);

	sql(b, "CREATE EXTENSION pg_trgm");
	steps_of(b, (struct history_setup_options){ 0 });
	assert_true(store_has_index(&b->store, INDEX_ERROR));
	steps_of(b, (struct history_setup_options){ .removes = true });
	CHECK_COUNT(b, 1, "pg_extension WHERE extname = 'pg_trgm'");
}

/* Where the extension cannot be used, all else is there, and it is said why. */
TEST(without_trigrams_the_rest_works)
{
	struct bench *b = bench_of(state);

	sql(b, "CREATE SCHEMA away; CREATE EXTENSION pg_trgm SCHEMA away");
	const struct list done = steps_of(b, (struct history_setup_options){ 0 });
	const struct history_step *s = find_step(&done, "index_error");
	assert_non_null(s);
	assert_non_null(s->note.p);
	assert_int_equal(history_of(b).state, HISTORY_OK);
	assert_false(store_has_index(&b->store, INDEX_ERROR));
	sql(b, "ALTER EXTENSION pg_trgm SET SCHEMA public");
	assert_int_equal(steps_of(b, (struct history_setup_options){ 0 }).n, 1);
	assert_true(store_has_index(&b->store, INDEX_ERROR));
}

TEST(tables_of_soniq_must_be_there)
{
	struct bench *b = bench_of(state);
	struct list steps;

	sql(b, "DROP TABLE soniq_dead_letter_jobs");
	CHECK_ERR(b, ERR_SCHEMA,
		  store_history_setup(&b->store, &(struct history_setup_options){ 0 }, &b->arena,
				      &steps, &b->err));
	steps_of(b, (struct history_setup_options){ .removes = true });
}

TEST(a_role_that_may_not_make_tables_is_told)
{
	struct bench *b = bench_of(state);
	const char *role = arena_printf(&b->arena, "weak_%s", b->db.options.label);
	struct list steps;

	sql(b, arena_printf(&b->arena,
			    "CREATE ROLE %s; GRANT SELECT ON ALL TABLES IN SCHEMA public TO %s;"
			    "REVOKE CREATE ON SCHEMA public FROM PUBLIC; SET ROLE %s",
			    role, role, role));
	CHECK_ERR(b, ERR_FORBIDDEN,
		  store_history_setup(&b->store, &(struct history_setup_options){ 0 }, &b->arena,
				      &steps, &b->err));
	CHECK_MESSAGE(b, "--minimal");
	sql(b, arena_printf(&b->arena, "RESET ROLE; DROP OWNED BY %s; DROP ROLE %s", role, role));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(it_is_set_up_once),
		ON_BOTH(a_dry_run_tells_and_does_nothing),
		ON_BOTH(what_was_broken_is_mended_and_counted_anew),
		WITH_HISTORY(the_sums_of_an_earlier_history_are_made),
		ON_PG(half_made_indexes_are_made_anew),
		ON_BOTH(an_index_of_another_release_is_made_anew),
		ON_PG(who_is_in_the_way_is_named),
		ON_PG(readers_are_in_nobodys_way),
		ON_PG(one_setup_at_a_time),
		ON_PG(optimizing_is_undone_with_the_rest),
		ON_PG(settings_and_indexes_of_others_stay),
		ON_BOTH(taken_away_nothing_is_left),
		ON_PG(pg_trgm_of_others_stays),
		ON_PG(without_trigrams_the_rest_works),
		ON_BOTH(tables_of_soniq_must_be_there),
		ON_PG(a_role_that_may_not_make_tables_is_told),
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
