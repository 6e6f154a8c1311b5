/* history_recount.c -- gauges are put right by counting, whenever there is a reason to. */
#include "keep.h"

static struct history_turn recounted(struct bench *b)
{
	const struct history_turn last = turn(b);

	assert_true(last.has_recounted);
	CHECK_ROWS(b, 1, "soniq_x_state", "recount_due IS NULL AND recounted_at IS NOT NULL");
	return last;
}

/* Jobs and dead letters that no trigger told of. */
static void given_untold_jobs(struct bench *b)
{
	given(b,
	      "ALTER TABLE soniq_jobs DISABLE TRIGGER USER; "
	      "ALTER TABLE soniq_dead_letter_jobs DISABLE TRIGGER USER",
	      "DROP TRIGGER soniq_x_jobs_appear; DROP TRIGGER soniq_x_dead_appear");
	put_job(b, (struct seed){ .n = 5, .queue = "a" });
	put_job(b, (struct seed){ .n = 3, .queue = "NULL", .status = "done" });
	put_job(b, (struct seed){ .n = 2, .queue = "", .status = "processing", .name = "*" });
	put_dead(b, 4, "mail", "gone", 0);
}

TEST(what_was_there_before_is_counted)
{
	struct bench *b = bench_of(state);

	given_untold_jobs(b);
	recounted(b);
	CHECK_GAUGES(b);
	CHECK_SUM(b, 14, "n", "soniq_x_gauge");
	CHECK_ROWS(b, 1, GAUGES,
		   "q.key = '=' AND t.key = '=*' AND status = 'processing' AND n = 2");
	CHECK_ROWS(b, 1, GAUGES, "q.key = '' AND status = 'done' AND n = 3");
	/* Once is enough. */
	assert_false(turn(b).has_recounted);
}

TEST(asked_for_it_is_done_at_once)
{
	struct bench *b = bench_of(state);

	given_untold_jobs(b);
	CHECK_OK(b, store_history_recount(&b->store, "the test asks", &b->err));
	CHECK_GAUGES(b);
	CHECK_ROWS(b, 1, "soniq_x_state", "recount_due IS NULL AND recounted_at IS NOT NULL");
}

TEST(what_is_not_folded_is_not_counted_twice)
{
	struct bench *b = bench_of(state);

	given_untold_jobs(b);
	recounted(b);
	given(b,
	      "ALTER TABLE soniq_jobs ENABLE TRIGGER USER; "
	      "ALTER TABLE soniq_dead_letter_jobs ENABLE TRIGGER USER",
	      "SELECT 1");
	if (bench_is_sqlite(b))
		run(b, "UPDATE soniq_jobs SET status = 'cancelled' WHERE queue = 'a'");
	else
		put_job(b, (struct seed){ .n = 7, .queue = "new" });
	run(b, "UPDATE soniq_jobs SET queue = 'b' WHERE queue = 'a'");
	run(b, "DELETE FROM soniq_dead_letter_jobs");
	CHECK_OK(b, store_history_recount(&b->store, "the test asks", &b->err));
	keep(b);
	CHECK_GAUGES(b);
}

TEST(hostile_rows_are_counted)
{
	struct bench *b = bench_of(state);

	given(b, "ALTER TABLE soniq_jobs DROP CONSTRAINT soniq_jobs_status_check",
	      "PRAGMA ignore_check_constraints = 1");
	put_job(b, (struct seed){ .n = 2, .status = "weird", .queue = "NULL" });
	put_job(b, (struct seed){ .n = 3, .status = "", .queue = "q" });
	given(b,
	      "UPDATE soniq_jobs SET created_at = 'infinity', updated_at = '-infinity', "
	      "scheduled_at = 'infinity'",
	      "UPDATE soniq_jobs SET created_at = 'x', updated_at = x'00ff', scheduled_at = 1e300");
	run(b, "UPDATE soniq_jobs SET status = 'processing' WHERE queue = 'q'");
	run(b, "UPDATE soniq_jobs SET status = 'odd' WHERE queue = 'q'");
	keep(b);
	CHECK_GAUGES(b);
	CHECK_ROWS(b, 2, GAUGES, "status = '*' AND n > 0");
	CHECK_ROWS(b, 1, ROLLUPS, "n.key = '=q' AND span = 1 AND arrived = 3 AND failed = 3");
	run(b, "UPDATE soniq_x_gauge SET n = n + 5");
	CHECK_OK(b, store_history_recount(&b->store, "the test asks", &b->err));
	CHECK_GAUGES(b);
}

/* What is no text in SQLite's column, and text that is not UTF-8: the others. */
TEST(names_that_are_no_text_are_the_others)
{
	struct bench *b = bench_of(state);

	keep(b);
	for (int i = 0; i < 2; i++) {
		run(b, "INSERT INTO soniq_jobs (id, job_name, args, queue) VALUES "
		       "(uuid4(), x'fffe', '{}', x'61ff'), (uuid4(), 7, '{}', 1.5), "
		       "(uuid4(), char(0), '{}', 'a' || char(0)), (uuid4(), x'62', '{}', x'63')");
		CHECK_OK(b, store_history_recount(&b->store, "the test asks", &b->err));
		keep(b);
		CHECK_SUM(b, 4 * (i + 1), "n", "soniq_x_gauge");
		CHECK_SUM(b, i + 1, "n", GAUGES " WHERE q.key = '*' AND t.key = '*'");
		CHECK_SUM(b, i + 1, "n", GAUGES " WHERE q.key = '=a' AND t.key = '='");
		CHECK_SUM(b, i + 1, "n", GAUGES " WHERE q.key = '=1.5' AND t.key = '=7'");
		CHECK_SUM(b, i + 1, "n", GAUGES " WHERE q.key = '=c' AND t.key = '=b'");
		CHECK_ROWS(b, 0, "soniq_x_gauge", "n < 0");
	}
}

TEST(an_emptied_table_is_counted_anew)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .n = 5 });
	put_dead(b, 4, "mail", "gone", 0);
	keep(b);
	b->store.kept.count_after = 0;
	run(b, "TRUNCATE soniq_jobs");
	put_job(b, (struct seed){ .n = 2 });
	recounted(b);
	CHECK_GAUGES(b);
	b->store.kept.count_after = 0;
	run(b, "TRUNCATE soniq_dead_letter_jobs");
	recounted(b);
	CHECK_GAUGES(b);
	CHECK_SUM(b, 2, "n", "soniq_x_gauge");
}

TEST(what_a_trigger_could_not_tell_is_counted)
{
	struct bench *b = bench_of(state);

	keep(b);
	given_untold_jobs(b);
	keep(b);
	CHECK_SUM(b, 0, "n", "soniq_x_gauge");
	run(b, "INSERT INTO soniq_x_delta (outcome, job_name) VALUES ('!lost', 'disk full')");
	b->store.kept.count_after = INT64_MAX;
	keep(b);
	CHECK_ROWS(b, 1, "soniq_x_state", "recount_due LIKE '%: disk full'");
	CHECK_SUM(b, 0, "n", "soniq_x_gauge");
	b->store.kept.count_after = 0;
	recounted(b);
	CHECK_GAUGES(b);
}

static enum kind kind_of_span(struct bench *b, usec_t from, usec_t until)
{
	const struct history_want want = {
		.kind = HISTORY_QUEUES, .is_sum = true, .from = from, .until = until
	};
	struct tallies tallies;

	CHECK_OK(b, store_tallies(&b->store, &want, &b->arena, &tallies, &b->err));
	return tallies.quality.kind;
}

/* Counting anew puts right how many there are, not what happened. */
TEST(what_happened_in_a_gap_stays_an_estimate)
{
	struct bench *b = bench_of(state);
	const usec_t now = clock_now();

	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -DAY)));
	counted(b);
	assert_int_equal(kind_of_span(b, now - HOUR, TIME_NULL), KIND_EXACT);
	run(b, "INSERT INTO soniq_x_delta (outcome) VALUES ('!truncate')");
	b->store.kept.count_after = 0;
	recounted(b);
	assert_int_equal(kind_of_span(b, now - HOUR, TIME_NULL), KIND_EXACT);
	run(b,
	    arena_printf(&b->arena, "INSERT INTO soniq_x_delta (at, outcome) VALUES (%s, '!lost')",
			 at(b, -10 * MINUTE)));
	b->store.kept.count_after = 0;
	recounted(b);
	CHECK_GAUGES(b);
	assert_int_equal(kind_of_span(b, now - HOUR, TIME_NULL), KIND_ESTIMATED);
	assert_int_equal(kind_of_span(b, now - HOUR, now - 20 * MINUTE), KIND_EXACT);
	assert_int_equal(kind_of_span(b, now - 5 * MINUTE, TIME_NULL), KIND_EXACT);
}

TEST(a_count_below_zero_is_noticed)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .n = 5 });
	keep(b);
	run(b, "UPDATE soniq_x_gauge SET n = 2");
	run(b, "UPDATE soniq_jobs SET status = 'cancelled'");
	b->store.kept.count_after = INT64_MAX;
	turn(b);
	CHECK_ROWS(b, 1, "soniq_x_state", "recount_due LIKE 'a count fell below zero at 2%'");
	b->store.kept.count_after = 0;
	recounted(b);
	CHECK_GAUGES(b);
}

TEST(each_day_all_is_counted)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .n = 5 });
	keep(b);
	b->store.kept.count_after = 0;
	run(b, "UPDATE soniq_x_gauge SET n = 7");
	assert_false(turn(b).has_recounted);
	given(b, "UPDATE soniq_x_state SET recounted_at = now() - interval '24 hours 1 second'",
	      "UPDATE soniq_x_state SET recounted_at = now() - 86401000000");
	recounted(b);
	CHECK_GAUGES(b);
}

TEST(names_of_which_nothing_is_left_are_forgotten_but_not_their_sums)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .n = 5, .queue = "old" });
	put_job(b, (struct seed){ .n = 3, .queue = "new" });
	keep(b);
	run(b, "DELETE FROM soniq_jobs WHERE queue = 'old'");
	keep(b);
	CHECK_OK(b, store_history_recount(&b->store, "the test asks", &b->err));
	CHECK_ROWS(b, 1, "soniq_x_names", "key = '=old'");
	run(b, "DELETE FROM soniq_x_rollup WHERE span > 0");
	CHECK_OK(b, store_history_recount(&b->store, "the test asks", &b->err));
	CHECK_ROWS(b, 0, "soniq_x_names", "key = '=old'");
	CHECK_ROWS(b, 1, "soniq_x_names", "key = '=new'");
	CHECK_ROWS(b, 2, "soniq_x_names", "key = '*'");
	CHECK_ROWS(b, 1, ROLLUPS, "kind = 'queue' AND n.key = '*' AND span = 0 AND arrived = 5");
	CHECK_ROWS(b, 1, "soniq_x_rollup", "name_id = 0 AND arrived = 8");
	CHECK_ROWS(b, 3, "soniq_x_rollup", "name_id <> 0");
	CHECK_GAUGES(b);
}

TEST(one_leads_and_the_others_do_nothing)
{
	struct bench *b = bench_of(state);
	AUTO(store) struct store other = { 0 };
	struct history_turn mine;

	CHECK_OK(b, store_open(&b->db.options, &other, &b->err));
	put_job(b, (struct seed){ .n = 5 });
	CHECK_OK(b, db_lock(other.db, -3880281731548567603LL, 0, &b->err));
	CHECK_OK(b, store_history_turn(&b->store, &history_policy_default, &mine, &b->err));
	assert_false(mine.is_leader || mine.has_recounted);
	assert_int_equal(mine.folded, 0);
	CHECK_ROWS(b, 1, "soniq_x_delta", "1 = 1");
	db_unlock(other.db, -3880281731548567603LL);
	assert_int_equal(turn(b).folded, 1);
	/* It has given the lead back. */
	CHECK_OK(b, store_history_turn(&other, &history_policy_default, &mine, &b->err));
	assert_true(mine.is_leader);
}

/* While nothing happens, no lock is asked for: somebody else may have it. */
TEST(a_quiet_turn_only_looks)
{
	struct bench *b = bench_of(state);
	AUTO(store) struct store other = { 0 };
	struct history_turn mine;

	CHECK_OK(b, store_open(&b->db.options, &other, &b->err));
	put_job(b, (struct seed){ .n = 5 });
	keep(b);
	keep(b);
	CHECK_OK(b, db_lock(other.db, -3880281731548567603LL, 0, &b->err));
	run(b, "UPDATE soniq_x_state SET folded_at = now(), sampled_at = now(), pruned_at = now(), "
	       "recounted_at = now()");
	CHECK_OK(b, store_history_turn(&b->store, &history_policy_default, &mine, &b->err));
	assert_true(mine.is_leader);
	put_job(b, (struct seed){ .n = 1 });
	CHECK_OK(b, store_history_turn(&b->store, &history_policy_default, &mine, &b->err));
	assert_false(mine.is_leader);
	db_unlock(other.db, -3880281731548567603LL);
	assert_int_equal(turn(b).folded, 1);
	CHECK_GAUGES(b);
}

TEST(without_the_tables_it_says_so)
{
	struct bench *b = bench_of(state);
	struct history_turn mine;

	CHECK_ERR(b, ERR_SCHEMA,
		  store_history_turn(&b->store, &history_policy_default, &mine, &b->err));
	CHECK_ERR(b, ERR_SCHEMA, store_history_recount(&b->store, "no", &b->err));
}

TEST(a_state_without_its_row_is_no_state)
{
	struct bench *b = bench_of(state);
	struct history_turn mine;

	run(b, "DELETE FROM soniq_x_state");
	CHECK_ERR(b, ERR_SCHEMA,
		  store_history_turn(&b->store, &history_policy_default, &mine, &b->err));
	assert_non_null(strstr(b->err.msg, "soniq setup"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(what_was_there_before_is_counted),
		WITH_HISTORY(asked_for_it_is_done_at_once),
		WITH_HISTORY(what_is_not_folded_is_not_counted_twice),
		WITH_HISTORY(hostile_rows_are_counted),
		WITH_HISTORY_ON_LITE(names_that_are_no_text_are_the_others),
		WITH_HISTORY_ON_PG(an_emptied_table_is_counted_anew),
		WITH_HISTORY(what_a_trigger_could_not_tell_is_counted),
		WITH_HISTORY(what_happened_in_a_gap_stays_an_estimate),
		WITH_HISTORY(a_count_below_zero_is_noticed),
		WITH_HISTORY(each_day_all_is_counted),
		WITH_HISTORY(names_of_which_nothing_is_left_are_forgotten_but_not_their_sums),
		WITH_HISTORY_ON_PG(one_leads_and_the_others_do_nothing),
		WITH_HISTORY_ON_PG(a_quiet_turn_only_looks),
		ON_BOTH(without_the_tables_it_says_so),
		WITH_HISTORY(a_state_without_its_row_is_no_state),
	};

	return cmocka_run_group_tests_name("counting anew", tests, NULL, NULL);
}
