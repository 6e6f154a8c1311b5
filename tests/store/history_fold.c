/* history_fold.c -- what triggers tell becomes gauges and rollups, once. */
#include "keep.h"

#define MANY 6000

static usec_t minute_of(usec_t t)
{
	return t - t % MINUTE;
}

TEST(a_job_is_counted_where_it_is_and_in_its_minute)
{
	struct bench *b = bench_of(state);

	keep(b);
	put_job(b, (struct seed){ .n = 3, .queue = "q" });
	put_job(b, (struct seed){ .queue = "NULL", .name = "other" });
	run(b, "UPDATE soniq_jobs SET status = 'cancelled' WHERE job_name = 'other'");
	assert_int_equal(keep(b) > 0, 1);
	CHECK_ROWS(b, 0, "soniq_x_delta", "1 = 1");
	CHECK_ROWS(b, 1, GAUGES,
		   "q.key = '=q' AND t.key = '=mail' AND status = 'queued' AND n = 3");
	CHECK_ROWS(b, 1, GAUGES,
		   "q.key = '' AND t.key = '=other' AND status = 'cancelled' AND n = 1");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 1 AND arrived = 3");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=mail' AND span = 1 AND arrived = 3");
	CHECK_ROWS(b, 1, ROLLUPS,
		   "n.key = '' AND kind = 'queue' AND span = 1 AND arrived = 1 AND cancelled = 1");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 0 AND arrived = 3");
	CHECK_ROWS(b, 1, "soniq_x_state", "folded_at IS NOT NULL AND recount_due IS NULL");
	assert_int_equal(keep(b), 0);
}

/* A whole life, by our own functions. */
TEST(each_end_of_an_attempt_is_counted)
{
	struct bench *b = bench_of(state);
	const struct claim want = { WORKER_A, STR_NULL, 100 };
	struct list rows;
	struct err *err = &b->err;

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 4 });
	CHECK_OK(b, store_claim(&b->store, &want, &b->arena, &rows, err));
	assert_int_equal(rows.n, 4);
	for (size_t i = 0; i < rows.n; i++) {
		const struct claimed *c = LIST_AT(&rows, struct claimed, i);
		const struct hold hold = { str_cstr(&b->arena, c->id), WORKER_A, c->attempts };

		switch (i) {
		case 0:
			CHECK_OK(b, store_done(&b->store, &hold, STR_NULL, HOUR, err));
			break;
		case 1:
			CHECK_OK(b, store_done(&b->store, &hold, STR_NULL, 0, err));
			break;
		case 2:
			CHECK_OK(b, store_retry(&b->store, &hold, S("no"), 0, err));
			break;
		default:
			CHECK_OK(b, store_bury(&b->store, &hold, S("no"), "max", err));
		}
	}
	keep(b);
	CHECK_ROWS(b, 1, ROLLUPS,
		   "n.key = '=mail' AND span = 1 AND arrived = 4 AND started = 4 AND done = 2 AND "
		   "failed = 1 AND dead = 1 AND cancelled = 0 AND returned = 0 AND wait_n = 4 AND "
		   "run_n = 4 AND last_end IS NOT NULL");
	CHECK_ROWS(b, 1, GAUGES, "status = 'dead_letter' AND n = 1");
	CHECK_ROWS(b, 1, GAUGES, "status = 'done' AND n = 1");
	CHECK_ROWS(b, 1, GAUGES, "status = 'queued' AND n = 1");
	CHECK_ROWS(b, 0, GAUGES, "status = 'processing' AND n <> 0");
}

TEST(a_job_that_moves_is_counted_where_it_came_to)
{
	struct bench *b = bench_of(state);

	keep(b);
	put_job(b, (struct seed){ .n = 2, .queue = "a" });
	run(b, "UPDATE soniq_jobs SET queue = 'b'");
	keep(b);
	CHECK_ROWS(b, 0, GAUGES, "q.key = '=a' AND n <> 0");
	CHECK_ROWS(b, 1, GAUGES, "q.key = '=b' AND status = 'queued' AND n = 2");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=a' AND span = 1 AND arrived = 2");
	CHECK_ROWS(b, 0, ROLLUPS, "n.key = '=b' AND arrived > 0");
}

TEST(times_become_histograms_and_what_is_none_is_skipped)
{
	struct bench *b = bench_of(state);

	tell(b, (struct told){ .was = "queued",
			       .becomes = "processing",
			       .n = 9,
			       .waits = "5 100  200 x -7 12a 99999999999999999999999 200 " });
	tell(b, (struct told){ .was = "processing", .outcome = "done", .n = 100001 });
	tell(b, (struct told){ .was = "processing", .outcome = "failed", .n = 2, .runs = "\x01" });
	keep(b);
	CHECK_ROWS(b, 1, ROLLUPS,
		   "n.key = '=q' AND span = 1 AND started = 9 AND wait_n = 4 AND wait_us = 505 AND "
		   "waits = '0:1 1:1 7:2' AND done = 100001 AND failed = 2 AND run_n = 0 AND "
		   "runs = ''");
	tell(b, (struct told){ .was = "queued", .becomes = "processing", .waits = "200" });
	keep(b);
	CHECK_ROWS(b, 1, ROLLUPS,
		   "n.key = '=q' AND span = 0 AND waits = '0:1 1:1 7:3' AND wait_n = 5");
}

TEST(a_text_that_is_too_long_costs_only_its_times)
{
	struct bench *b = bench_of(state);
	const char *longest = bench_is_sqlite(b) ? "replace(hex(zeroblob(3000000)), '00', '7 ')"
						 : "repeat('7 ', 3000000)";

	for (int i = 0; i < 3; i++)
		run(b, arena_printf(&b->arena,
				    "INSERT INTO soniq_x_delta (was, outcome, n, runs) "
				    "VALUES ('processing', 'done', 5, %s)",
				    longest));
	keep(b);
	CHECK_ROWS(b, 2, ROLLUPS, "span = 1 AND done = 15 AND run_n = 0");
}

/* More than one result can hold: it is taken in smaller batches. */
TEST(many_long_texts_are_folded)
{
	struct bench *b = bench_of(state);
	const char *text = bench_is_sqlite(b) ? "replace(hex(zeroblob(500000)), '00', '7 ')"
					      : "repeat('7 ', 500000)";

	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_delta (was, outcome, n, runs) "
			    "SELECT 'processing', 'done', 500000, %s FROM %s",
			    text, numbers(b, 40)));
	assert_int_equal(keep(b), 40);
	CHECK_ROWS(b, 2, ROLLUPS, "span = 1 AND done = 20000000 AND run_n = 20000000");
}

TEST(many_rows_are_folded_in_batches)
{
	struct bench *b = bench_of(state);

	counted(b);
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) "
			    "SELECT 'q', 'mail', 'queued', 1 FROM %s",
			    numbers(b, MANY)));
	const struct history_turn first = turn(b);
	assert_true(first.is_behind);
	assert_true(first.folded < MANY);
	assert_int_equal(first.folded + keep(b), MANY);
	CHECK_ROWS(b, 1, GAUGES, "q.key = '=q' AND n = 6000");
	CHECK_ROWS(b, 2, ROLLUPS, "span = 0 AND arrived = 6000");
}

TEST(names_beyond_the_room_are_the_others_and_sums_stay_exact)
{
	struct bench *b = bench_of(state);

	counted(b);
	given(b,
	      "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) SELECT 'q' || (i % 700), "
	      "'t' || i, 'queued', 1 FROM generate_series(1, 6000) AS s (i)",
	      "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) WITH RECURSIVE g (i) AS "
	      "(SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 6000) SELECT 'q' || (i % 700), "
	      "'t' || i, 'queued', 1 FROM g");
	keep(b);
	CHECK_ROWS(b, 501, "soniq_x_names", "kind = 'queue'");
	CHECK_ROWS(b, 1001, "soniq_x_names", "kind = 'type'");
	CHECK_SUM(b, 6000, "n", "soniq_x_gauge");
	CHECK_SUM(b, 6000, "arrived", ROLLUPS " WHERE kind = 'queue' AND span = 1");
	CHECK_SUM(b, 6000, "arrived", ROLLUPS " WHERE kind = 'type' AND span = 0");
}

static const usec_t year = 365 * DAY;

TEST(deltas_of_any_age_are_in_their_own_minute_and_in_what_was_derived)
{
	struct bench *b = bench_of(state);
	const usec_t now = clock_now(), old = minute_of(now - year), soon = minute_of(now) + DAY;

	tell(b, (struct told){ .becomes = "queued" });
	keep(b);
	CHECK_ROWS(b, 1, "soniq_x_state", "derived_10 IS NOT NULL AND derived_60 IS NOT NULL");
	tell(b, (struct told){ .at = old, .becomes = "queued", .n = 2 });
	tell(b, (struct told){ .at = old + SECOND, .becomes = "queued", .n = 3 });
	tell(b, (struct told){ .at = now - 3 * HOUR, .becomes = "queued", .n = 5 });
	tell(b, (struct told){ .at = soon, .becomes = "queued", .n = 7 });
	given(b,
	      "INSERT INTO soniq_x_delta (at, becomes, n) VALUES ('infinity', 'queued', 1), "
	      "('-infinity', 'queued', 1), ('4000-01-01', 'queued', 1)",
	      "INSERT INTO soniq_x_delta (at, becomes, n) VALUES (9223372036854775807, 'queued', "
	      "1), "
	      "('then', 'queued', 1), (-1, 'queued', 1)");
	/* Old rows are pruned in the same turn. */
	run(b, "UPDATE soniq_x_state SET pruned_at = now()");
	keep(b);
	CHECK_ROWS(b, 2, ROLLUPS, "n.key = '=q' AND span = 10 AND arrived = 5");
	CHECK_ROWS(b, 2, ROLLUPS, "n.key = '=q' AND span = 60 AND arrived = 5");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 1 AND arrived = 7");
	CHECK_ROWS(b, 0, ROLLUPS, "n.key = '=q' AND span > 1 AND arrived = 7");
	CHECK_ROWS(b, 2, ROLLUPS, "n.key = '' AND span = 1 AND arrived = 3");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 0 AND arrived = 18");
}

/* How many pages one more fold of these would look at is less than so many. */
static void check_pages_seen(struct bench *b, int64_t most)
{
	const struct store_kept *kept = &b->store.kept;

	run(b, arena_printf(&b->arena,
			    "DO $test$ DECLARE plan json; seen bigint; BEGIN "
			    "EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || $take$%s$take$ "
			    "INTO plan USING %" PRId64 "::bigint, %" PRId64 "::bigint, "
			    "%" PRId64 "::bigint, 5000::bigint, 1000::bigint; "
			    "seen := (plan->0->'Plan'->>'Shared Hit Blocks')::bigint "
			    "+ (plan->0->'Plan'->>'Shared Read Blocks')::bigint; "
			    "IF seen > %" PRId64 " OR seen = 0 THEN RAISE EXCEPTION "
			    "'%% pages were looked at', seen; END IF; END $test$",
			    sql_texts[SQL_X_DELTA_TAKE].pg, kept->tail, kept->roll,
			    kept->roll + 256, most));
}

/* Somebody's snapshot keeps the rows that were folded in the table: a fold does not look through
 * all of them each time. */
TEST(an_old_snapshot_does_not_make_folds_slower)
{
	struct bench *b = bench_of(state);
	AUTO(store) struct store other = { 0 };

	keep(b);
	CHECK_OK(b, store_open(&b->db.options, &other, &b->err));
	CHECK_OK(b, db_run_script(other.db, "BEGIN ISOLATION LEVEL REPEATABLE READ", &b->err));
	CHECK_OK(b, db_run_script(other.db, "SELECT count(*) FROM soniq_jobs", &b->err));
	counted(b);
	for (int i = 0; i < 30; i++) {
		run(b, "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) SELECT "
		       "repeat('q', 200), repeat('t', 200), 'queued', 1 "
		       "FROM generate_series(1, 2500)");
		keep(b);
	}
	CHECK_ROWS(b, 0, "soniq_x_delta", "1 = 1");
	CHECK_ROWS(b, 1, "pg_class",
		   "oid = 'soniq_x_delta'::regclass AND pg_relation_size(oid) > 3000 * 8192");
	check_pages_seen(b, 600);
	/* In the whole table, and anywhere in it. */
	CHECK_OK(b, db_run_script(other.db, "COMMIT", &b->err));
	run(b, "VACUUM soniq_x_delta");
	run(b, "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) SELECT 'q', 'mail', "
	       "'queued', 1 FROM generate_series(1, 10000)");
	for (int i = 0; i < 30; i++)
		keep(b);
	CHECK_ROWS(b, 0, "soniq_x_delta", "1 = 1");
	CHECK_SUM(b, 85000, "n", "soniq_x_gauge");
	CHECK_SUM(b, 85000, "arrived", ROLLUPS " WHERE kind = 'queue' AND span = 0");
}

/* Another process begins with a table that is full of dead rows, and some that live. */
TEST(who_comes_new_to_a_large_table_finds_all_in_it)
{
	struct bench *b = bench_of(state);
	AUTO(store) struct store other = { 0 };

	keep(b);
	counted(b);
	CHECK_OK(b, store_open(&b->db.options, &other, &b->err));
	CHECK_OK(b, db_run_script(other.db, "BEGIN ISOLATION LEVEL REPEATABLE READ", &b->err));
	CHECK_OK(b, db_run_script(other.db, "SELECT count(*) FROM soniq_jobs", &b->err));
	run(b, "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) SELECT repeat('q', 250), "
	       "repeat('t', 250), 'queued', i % 2 FROM generate_series(1, 40000) AS s (i)");
	run(b, "DELETE FROM soniq_x_delta WHERE n = 0");
	assert_true(turn(b).is_behind);
	for (int i = 0; i < 30; i++)
		keep(b);
	CHECK_ROWS(b, 0, "soniq_x_delta", "1 = 1");
	CHECK_SUM(b, 20000, "n", "soniq_x_gauge");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(a_job_is_counted_where_it_is_and_in_its_minute),
		WITH_HISTORY(each_end_of_an_attempt_is_counted),
		WITH_HISTORY(a_job_that_moves_is_counted_where_it_came_to),
		WITH_HISTORY(times_become_histograms_and_what_is_none_is_skipped),
		WITH_HISTORY(a_text_that_is_too_long_costs_only_its_times),
		WITH_HISTORY(many_long_texts_are_folded),
		WITH_HISTORY(many_rows_are_folded_in_batches),
		WITH_HISTORY(names_beyond_the_room_are_the_others_and_sums_stay_exact),
		WITH_HISTORY_ON_PG(an_old_snapshot_does_not_make_folds_slower),
		WITH_HISTORY_ON_PG(who_comes_new_to_a_large_table_finds_all_in_it),
		WITH_HISTORY(deltas_of_any_age_are_in_their_own_minute_and_in_what_was_derived),
	};

	return cmocka_run_group_tests_name("folding", tests, NULL, NULL);
}
