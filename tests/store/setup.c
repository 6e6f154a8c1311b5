/* setup.c -- making the tables: once, by whoever comes first, and saying what is there. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/rows.h"
#include "store/setup.h"

#define AT_ONCE 20
#define N_MIGRATIONS 5

/* A database that is not there yet, beside that of the bench. */
struct missing {
	struct db_options options;
	const char *name;
};

static struct missing missing_beside(struct bench *b)
{
	struct missing m = { .options = b->db.options };
	const char *at = strstr(b->db.options.url, "soniq_test_");

	if (bench_is_sqlite(b)) {
		m.name = arena_printf(&b->arena, "%s/new.db", b->db.folder);
		m.options.sqlite_path = m.name;
		return m;
	}
	assert_non_null(at);
	const int n = (int)strcspn(at, "?");
	m.name = arena_printf(&b->arena, "new_%.*s", n, at);
	m.options.url = arena_printf(&b->arena, "%.*snew_%s", (int)(at - b->db.options.url),
				     b->db.options.url, at);
	return m;
}

static void drop_missing(struct bench *b, const struct missing *m)
{
	/* The folder goes with the bench, if nothing is in it. */
	static const char *const ends[] = { "", "-wal", "-shm" };

	if (!bench_is_sqlite(b)) {
		sql(b, arena_printf(&b->arena, "DROP DATABASE %s WITH (FORCE)", m->name));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		(void)unlink(arena_printf(&b->arena, "%s%s", m->name, ends[i]));
}

static struct setup_result setup_of(struct bench *b, const struct db_options *options)
{
	struct setup_result result = { 0 };

	CHECK_OK(b, store_setup(options, &b->arena, &result, &b->err));
	return result;
}

static struct schema_report report_of(struct bench *b)
{
	struct schema_report report = { 0 };

	CHECK_OK(b, store_schema_check(&b->store, &b->arena, &report, &b->err));
	return report;
}

/* Every table of Soniq goes, as if nobody had been here. */
static void drop_all(struct bench *b)
{
	sql(b, "DROP TABLE IF EXISTS soniq_migrations; DROP TABLE soniq_logs;"
	       "DROP TABLE soniq_webhook_deliveries; DROP TABLE soniq_webhook_endpoints;"
	       "DROP TABLE soniq_recurring_jobs; DROP TABLE soniq_dead_letter_jobs;"
	       "DROP TABLE soniq_task_registry; DROP TABLE soniq_jobs; DROP TABLE soniq_workers");
}

TEST(tables_are_made_once)
{
	struct bench *b = bench_of(state);

	drop_all(b);
	assert_int_equal(report_of(b).state, SCHEMA_ABSENT);
	const struct setup_result first = setup_of(b, &b->db.options);
	assert_false(first.made_database);
	assert_int_equal(first.n_known, N_MIGRATIONS);
	assert_int_equal(first.applied.n, N_MIGRATIONS);
	CHECK_TEXT(LIST_AT(&first.applied, struct migration, 0)->version, "0001");
	CHECK_TEXT(LIST_AT(&first.applied, struct migration, 4)->name, "logs");
	assert_int_equal(setup_of(b, &b->db.options).applied.n, 0);

	const struct schema_report report = report_of(b);
	assert_int_equal(report.state, SCHEMA_OK);
	CHECK_TEXT(report.latest, "0005");
	CHECK_TEXT(report.newer, NULL);
	CHECK_TEXT(report.missing, NULL);
	CHECK_OK(b, schema_report_err(&report, "x", &b->err));
	CHECK_COUNT(b, N_MIGRATIONS, "soniq_migrations");
	put(b, 1, NULL);
}

TEST(a_database_that_is_missing_is_created)
{
	struct bench *b = bench_of(state);
	const struct missing m = missing_beside(b);
	struct store store = { 0 };

	const struct setup_result first = setup_of(b, &m.options);
	assert_true(first.made_database);
	assert_int_equal(first.applied.n, N_MIGRATIONS);
	assert_false(setup_of(b, &m.options).made_database);

	struct schema_report report;
	CHECK_OK(b, store_open(&m.options, &store, &b->err));
	CHECK_OK(b, store_schema_check(&store, &b->arena, &report, &b->err));
	assert_int_equal(report.state, SCHEMA_OK);
	store_release(&store);
	drop_missing(b, &m);
}

struct runner {
	const struct db_options *options;
	struct arena arena;
	struct setup_result result;
	struct err err;
	enum err_code code;
};

static void *run_setup(void *arg)
{
	struct runner *r = arg;

	r->code = store_setup(r->options, &r->arena, &r->result, &r->err);
	return NULL;
}

TEST(of_twenty_at_once_each_migration_is_applied_by_one)
{
	struct bench *b = bench_of(state);
	const struct missing m = missing_beside(b);
	struct runner *runners = ARENA_ARRAY(&b->arena, struct runner, AT_ONCE);
	pthread_t threads[AT_ONCE];
	size_t n_applied = 0, n_made = 0;

	for (int i = 0; i < AT_ONCE; i++) {
		runners[i].options = &m.options;
		pthread_create(&threads[i], NULL, run_setup, &runners[i]);
	}
	for (int i = 0; i < AT_ONCE; i++) {
		pthread_join(threads[i], NULL);
		if (runners[i].code != ERR_OK)
			fail_msg("setup %d: %s", i, runners[i].err.msg);
		n_applied += runners[i].result.applied.n;
		n_made += runners[i].result.made_database;
		arena_release(&runners[i].arena);
	}
	assert_int_equal(n_applied, N_MIGRATIONS);
	assert_int_equal(n_made, 1);
	drop_missing(b, &m);
}

/* Tables that came about without the bookkeeping are taken over as they are. */
TEST(tables_that_are_there_keep_their_rows)
{
	struct bench *b = bench_of(state);

	put(b, 1, NULL);
	sql(b, "DROP TABLE soniq_migrations");
	const struct schema_report before = report_of(b);
	assert_int_equal(before.state, SCHEMA_PARTIAL);
	CHECK_TEXT(before.missing, "soniq_migrations");
	assert_int_equal(setup_of(b, &b->db.options).applied.n, N_MIGRATIONS);
	assert_int_equal(report_of(b).state, SCHEMA_OK);
	CHECK_COUNT(b, 1, "soniq_jobs WHERE job_name = 'mail.send'");
}

/* Somebody may set up again who may look at the tables and no more. */
TEST(a_schema_that_is_complete_is_only_looked_at)
{
	struct bench *b = bench_of(state);
	const char *role = arena_printf(&b->arena, "weak_%s", b->db.options.label);
	struct missing weak = { .options = b->db.options };

	setup_of(b, &b->db.options);
	sql(b, arena_printf(&b->arena,
			    "CREATE ROLE %s LOGIN; GRANT SELECT ON soniq_migrations TO %s;"
			    "REVOKE CREATE ON SCHEMA public FROM PUBLIC", role, role));
	const char *rest = strchr(b->db.options.url, '@');
	assert_non_null(rest);
	weak.options.url = arena_printf(&b->arena, "postgresql://%s%s", role, rest);
	assert_int_equal(setup_of(b, &weak.options).applied.n, 0);
	sql(b, "DELETE FROM soniq_migrations WHERE version = '0005'");
	struct setup_result result;
	CHECK_ERR(b, ERR_FORBIDDEN,
		  store_setup(&weak.options, &b->arena, &result, &b->err));
	sql(b, arena_printf(&b->arena, "DROP OWNED BY %s; DROP ROLE %s", role, role));
}

TEST(what_is_recorded_is_not_applied_again)
{
	struct bench *b = bench_of(state);

	drop_all(b);
	setup_of(b, &b->db.options);
	sql(b, "DROP TABLE soniq_logs; DELETE FROM soniq_migrations WHERE version = '0003'");
	const struct setup_result again = setup_of(b, &b->db.options);
	assert_int_equal(again.applied.n, 1);
	CHECK_TEXT(LIST_AT(&again.applied, struct migration, 0)->version, "0003");
}

/* One that fails leaves nothing of itself, and those before it stay. */
TEST(a_migration_is_applied_as_a_whole)
{
	struct bench *b = bench_of(state);
	struct setup_result result;

	drop_all(b);
	sql(b, "CREATE VIEW soniq_webhook_deliveries AS SELECT 1 AS id");
	assert_int_not_equal(store_setup(&b->db.options, &b->arena, &result, &b->err), ERR_OK);
	CHECK_MESSAGE(b, "0004_webhooks");
	CHECK_COUNT(b, 3, "soniq_migrations");
	sql(b, "DROP VIEW soniq_webhook_deliveries");
	assert_int_equal(setup_of(b, &b->db.options).applied.n, 2);
}

TEST(what_is_missing_is_named)
{
	struct bench *b = bench_of(state);

	setup_of(b, &b->db.options);
	sql(b, "DROP TABLE soniq_recurring_jobs;"
	       "ALTER TABLE soniq_workers RENAME COLUMN metadata TO meta;"
	       "ALTER TABLE soniq_jobs RENAME COLUMN producer_id TO producer");
	const struct schema_report report = report_of(b);
	assert_int_equal(report.state, SCHEMA_PARTIAL);
	CHECK_TEXT(report.missing,
		   "soniq_jobs.producer_id, soniq_workers.metadata, soniq_recurring_jobs");
	CHECK_ERR(b, ERR_SCHEMA, schema_report_err(&report, "db1", &b->err));
	CHECK_MESSAGE(b, "db1");
	CHECK_MESSAGE(b, "soniq_recurring_jobs");
	CHECK_MESSAGE(b, "soniq setup");
}

TEST(no_tables_at_all_is_said_so)
{
	struct bench *b = bench_of(state);

	drop_all(b);
	const struct schema_report report = report_of(b);
	CHECK_ERR(b, ERR_SCHEMA, schema_report_err(&report, "db1", &b->err));
	CHECK_MESSAGE(b, "soniq setup");
}

TEST(newer_columns_are_fine)
{
	struct bench *b = bench_of(state);

	setup_of(b, &b->db.options);
	sql(b, "ALTER TABLE soniq_jobs ADD COLUMN tenant text;"
	       "ALTER TABLE soniq_jobs ADD COLUMN region text NOT NULL DEFAULT 'eu';"
	       "ALTER TABLE soniq_workers ADD COLUMN zone text");
	assert_int_equal(report_of(b).state, SCHEMA_OK);
}

TEST(a_column_that_every_job_must_have_is_refused)
{
	struct bench *b = bench_of(state);

	setup_of(b, &b->db.options);
	given(b, "ALTER TABLE soniq_jobs ADD COLUMN shard integer NOT NULL",
	      "ALTER TABLE soniq_jobs RENAME TO soniq_old;"
	      "CREATE TABLE soniq_jobs (id, job_name, args, args_hash, status, attempts, "
	      "max_attempts, queue, priority, unique_job, dedup_key, scheduled_at, expires_at, "
	      "last_error, result, producer_id, created_at, updated_at, worker_id, "
	      "shard INTEGER NOT NULL)");
	const struct schema_report report = report_of(b);
	assert_int_equal(report.state, SCHEMA_INCOMPATIBLE);
	CHECK_ERR(b, ERR_SCHEMA, schema_report_err(&report, "db1", &b->err));
	CHECK_MESSAGE(b, "soniq_jobs.shard");
}

TEST(versions_that_we_do_not_know_are_told_and_accepted)
{
	struct bench *b = bench_of(state);

	setup_of(b, &b->db.options);
	sql(b, "INSERT INTO soniq_migrations (version, name) VALUES "
	       "('0006', 'sql_api'), ('0007', 'more'), ('8801001', 'plugin')");
	const struct schema_report report = report_of(b);
	assert_int_equal(report.state, SCHEMA_OK);
	CHECK_TEXT(report.newer, "0007, 8801001");
	CHECK_TEXT(report.latest, "8801001");
	assert_int_equal(setup_of(b, &b->db.options).applied.n, 0);
}

TEST(migrations_are_listed_by_version)
{
	struct bench *b = bench_of(state);
	struct list all;

	sql(b, "DROP TABLE soniq_migrations");
	CHECK_OK(b, store_migrations(&b->store, &b->arena, &all, &b->err));
	assert_int_equal(all.n, N_MIGRATIONS);
	for (size_t i = 0; i < all.n; i++)
		assert_int_equal(LIST_AT(&all, struct migration, i)->applied_at, TIME_NULL);

	setup_of(b, &b->db.options);
	sql(b, "INSERT INTO soniq_migrations (version, name) VALUES ('0004a', 'odd');"
	       "DELETE FROM soniq_migrations WHERE version = '0002';"
	       "UPDATE soniq_migrations SET applied_at = NULL WHERE version = '0003'");
	CHECK_OK(b, store_migrations(&b->store, &b->arena, &all, &b->err));
	assert_int_equal(all.n, N_MIGRATIONS + 1);
	const struct migration *m = LIST_AT(&all, struct migration, 0);
	CHECK_TEXT(m[0].version, "0001");
	CHECK_TEXT(m[0].name, "core");
	assert_int_equal(m[0].is_known, 1);
	assert_true(m[0].applied_at > PAST);
	CHECK_TEXT(m[1].version, "0002");
	assert_int_equal(m[1].applied_at, TIME_NULL);
	/* Recorded without a moment is applied all the same. */
	assert_int_equal(m[2].applied_at, TIME_MINUS_INFINITY);
	CHECK_TEXT(m[4].version, "0004a");
	CHECK_TEXT(m[4].name, "odd");
	assert_int_equal(m[4].is_known, 0);
}

/* While another holds the lock, nothing is made; then all of it. */
TEST(setup_waits_for_the_lock_of_the_python_tool)
{
	struct bench *b = bench_of(state);
	struct runner r = { .options = &b->db.options };
	pthread_t thread;

	drop_all(b);
	CHECK_OK(b, db_lock(b->store.db, SONIQ_LOCK_MIGRATIONS, SECOND, &b->err));
	pthread_create(&thread, NULL, run_setup, &r);
	sql(b, "DO $$ BEGIN FOR i IN 1..1000 LOOP "
	       "IF EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
	       "AND pid <> pg_backend_pid()) THEN EXIT; END IF; "
	       "PERFORM pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); END LOOP; "
	       "PERFORM pg_sleep(0.1); END $$");
	assert_int_equal(report_of(b).state, SCHEMA_ABSENT);
	db_unlock(b->store.db, SONIQ_LOCK_MIGRATIONS);
	pthread_join(thread, NULL);
	assert_int_equal(r.code, ERR_OK);
	assert_int_equal(r.result.applied.n, N_MIGRATIONS);
	arena_release(&r.arena);
}

TEST(tables_are_looked_for_where_the_session_looks)
{
	struct bench *b = bench_of(state);

	drop_all(b);
	sql(b, "CREATE SCHEMA app");
	sql(b, arena_printf(&b->arena, "ALTER DATABASE %s SET search_path = app",
			    b->db.options.label));
	assert_int_equal(setup_of(b, &b->db.options).applied.n, N_MIGRATIONS);
	assert_int_equal(report_of(b).state, SCHEMA_ABSENT);
	sql(b, "SET search_path = app");
	assert_int_equal(report_of(b).state, SCHEMA_OK);
	put(b, 1, NULL);
}

/* The promises of the schema that others lean on. */
TEST(the_schema_keeps_its_promises)
{
	struct bench *b = bench_of(state);
	const char *yes = bench_is_sqlite(b) ? "1" : "true";
	const char *twin = arena_printf(&b->arena, "args_hash = 'h', unique_job = %s", yes);

	put(b, 1, twin);
	put(b, 2, arena_printf(&b->arena, "status = 'done', %s", twin));
	put(b, 3, "dedup_key = 'k'");
	put(b, 4, "status = 'cancelled', dedup_key = 'k'");
	const char *const refused[] = {
		"UPDATE soniq_jobs SET status = 'queued' WHERE status = 'done'",
		"UPDATE soniq_jobs SET status = 'queued' WHERE status = 'cancelled'",
		"UPDATE soniq_jobs SET status = 'dead_letter'",
		"UPDATE soniq_jobs SET worker_id = '00000000-0000-4000-8000-00000000000f'",
	};
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CHECK_ERR(b, ERR_CONFLICT,
			  db_run_script(b->store.db, refused[i], &b->err));
	}
	sql(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_workers (id, hostname, pid) VALUES ('%s', 'h', 1);"
			    "UPDATE soniq_jobs SET worker_id = '%s' WHERE status = 'done';"
			    "DELETE FROM soniq_workers", id_of(b, 50), id_of(b, 50)));
	CHECK_COUNT(b, 0, "soniq_jobs WHERE worker_id IS NOT NULL");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(tables_are_made_once),
		ON_BOTH(a_database_that_is_missing_is_created),
		ON_BOTH(of_twenty_at_once_each_migration_is_applied_by_one),
		ON_BOTH(tables_that_are_there_keep_their_rows),
		ON_PG(a_schema_that_is_complete_is_only_looked_at),
		ON_BOTH(what_is_recorded_is_not_applied_again),
		ON_BOTH(a_migration_is_applied_as_a_whole),
		ON_BOTH(what_is_missing_is_named),
		ON_BOTH(no_tables_at_all_is_said_so),
		ON_BOTH(newer_columns_are_fine),
		ON_BOTH(a_column_that_every_job_must_have_is_refused),
		ON_BOTH(versions_that_we_do_not_know_are_told_and_accepted),
		ON_BOTH(migrations_are_listed_by_version),
		ON_PG(setup_waits_for_the_lock_of_the_python_tool),
		ON_PG(tables_are_looked_for_where_the_session_looks),
		ON_BOTH(the_schema_keeps_its_promises),
	};
	return cmocka_run_group_tests_name("setup", tests, NULL, NULL);
}
