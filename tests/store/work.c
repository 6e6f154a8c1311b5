/* work.c -- the life of a job: enqueued once, claimed once, and ended by whoever holds it. */
#include "seed.h"
#include "twin.h"
#include "store/stats.h"

#define JOB_1 "00000000-0000-4000-8000-000000000001"

static const struct new_job mail = { .job_name = { "mail", 4 }, .priority = 100,
				     .max_attempts = 3 };

static void enqueue(struct bench *b, const struct new_job *job, char id[UUID_TEXT_LEN + 1])
{
	CHECK_OK(b, store_enqueue(&b->store, job, id, &b->err));
}

static struct list claim(struct bench *b, const char *queue, int limit)
{
	const struct claim want = { WORKER_A, str_of(queue), limit };
	struct list rows;

	CHECK_OK(b, store_claim(&b->store, &want, &b->arena, &rows, &b->err));
	return rows;
}

/* One job in the hands of worker A, in its first attempt. */
static struct hold claim_one(struct bench *b)
{
	const struct list rows = claim(b, NULL, 1);

	assert_int_equal(rows.n, 1);
	const struct claimed *job = LIST_AT(&rows, struct claimed, 0);
	return (struct hold){ str_cstr(&b->arena, job->id), WORKER_A, job->attempts };
}

static struct hold given_held_job(struct bench *b)
{
	char id[UUID_TEXT_LEN + 1];

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_worker(b, WORKER_B, 2, "[]", NULL);
	enqueue(b, &mail, id);
	return claim_one(b);
}

TEST(a_new_job_has_every_column)
{
	struct bench *b = bench_of(state);
	char id[UUID_TEXT_LEN + 1];
	const struct new_job job = { .job_name = S("mail"), .args = S("{\"n\": 1}"),
				     .queue = S("q"), .priority = -5, .max_attempts = 7,
				     .delay = HOUR, .dedup_key = S("k"), .producer_id = S("me") };

	enqueue(b, &job, id);
	enqueue(b, &mail, id);
	CHECK_ROWS(b, 1, "soniq_jobs",
		   "job_name = 'mail' AND queue = 'q' AND priority = -5 AND max_attempts = 7 AND "
		   "status = 'queued' AND attempts = 0 AND dedup_key = 'k' AND NOT unique_job AND "
		   "args_hash IS NULL AND producer_id = 'me' AND worker_id IS NULL AND "
		   "created_at = updated_at AND expires_at IS NULL AND result IS NULL");
	CHECK_ROWS(b, 1, "soniq_jobs",
		   "queue = 'default' AND scheduled_at IS NULL AND dedup_key IS NULL");
	given(b,
	      "CREATE TABLE late AS SELECT 1 FROM soniq_jobs"
	      " WHERE scheduled_at = created_at + interval '1 hour'",
	      "CREATE TABLE late AS SELECT 1 FROM soniq_jobs"
	      " WHERE scheduled_at = created_at + 3600000000");
	CHECK_ROWS(b, 1, "late", "1 = 1");
}

TEST(a_dedup_key_is_queued_once)
{
	struct bench *b = bench_of(state);
	char first[UUID_TEXT_LEN + 1], second[UUID_TEXT_LEN + 1], third[UUID_TEXT_LEN + 1];
	struct new_job job = mail;

	job.dedup_key = S("k");
	enqueue(b, &job, first);
	job.priority = 1;
	enqueue(b, &job, second);
	assert_string_equal(first, second);
	CHECK_ROWS(b, 1, "soniq_jobs", "priority = 100");
	run(b, "UPDATE soniq_jobs SET status = 'done'");
	enqueue(b, &job, third);
	assert_string_not_equal(first, third);
	job.dedup_key = S("");
	enqueue(b, &job, first);
	enqueue(b, &job, first);
	CHECK_ROWS(b, 4, "soniq_jobs", "1 = 1");
}

static struct str nested(struct bench *b, int depth)
{
	char *text = arena_alloc(&b->arena, (size_t)depth * 6 + 2);
	char *p = text;

	for (int i = 0; i < depth; i++, p += 5)
		memcpy(p, "{\"a\":", 5);
	*p++ = '1';
	for (int i = 0; i < depth; i++)
		*p++ = '}';
	return (struct str){ text, (size_t)(p - text) };
}

TEST(a_job_that_is_wrong_is_refused_by_the_name_of_the_member)
{
	struct bench *b = bench_of(state);
	char id[UUID_TEXT_LEN + 1], long_name[257];
	struct new_job bad[] = { mail, mail, mail, mail, mail, mail, mail, mail, mail, mail };
	static const char *const params[] = { "job_name", "job_name", "job_name", "args", "args",
					      "args", "queue", "priority", "max_attempts",
					      "delay" };

	memset(long_name, 'x', sizeof(long_name));
	bad[0].job_name = STR_NULL;
	bad[1].job_name = (struct str){ long_name, 256 };
	bad[2].job_name = S("a\x1b[31m");
	bad[3].args = S("[1]");
	bad[4].args = S("{\"a\": \"\\\\\\u0000\"}");
	bad[5].args = nested(b, 129);
	bad[6].queue = S("\xff");
	bad[7].priority = 1LL << 31;
	bad[8].max_attempts = 0;
	bad[9].delay = -1;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK_ERR(b, ERR_INVALID, store_enqueue(&b->store, &bad[i], id, &b->err));
		assert_string_equal(b->err.param, params[i]);
	}
	CHECK_ROWS(b, 0, "soniq_jobs", "1 = 1");

	struct new_job good = mail;
	good.args = S("{\"a\": \"\\\\u0000\"}");
	enqueue(b, &good, id);
	good.args = nested(b, 128);
	enqueue(b, &good, id);
	good.args = (struct str){ long_name, (1 << 20) + 1 };
	CHECK_ERR(b, ERR_TOO_LARGE, store_enqueue(&b->store, &good, id, &b->err));
}

TEST(jobs_are_claimed_in_order)
{
	struct bench *b = bench_of(state);

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .name = "6", .created = -5 * SECOND, .priority = 200 });
	put_job(b, (struct seed){ .name = "5", .created = -9 * SECOND, .scheduled = -SECOND });
	put_job(b, (struct seed){ .name = "4", .created = -SECOND, .scheduled = -2 * SECOND });
	put_job(b, (struct seed){ .name = "3", .created = -2 * SECOND });
	put_job(b, (struct seed){ .name = "2", .created = -3 * SECOND });
	put_job(b, (struct seed){ .name = "1", .created = -SECOND, .priority = -1,
				  .scheduled = -SECOND, .attempts = 4 });
	put_job(b, (struct seed){ .name = "later", .scheduled = HOUR });
	put_job(b, (struct seed){ .name = "cancelled", .status = "cancelled" });

	const struct list rows = claim(b, NULL, 10);
	assert_int_equal(rows.n, 6);
	for (size_t i = 0; i < rows.n; i++) {
		const struct claimed *job = LIST_AT(&rows, struct claimed, i);

		assert_int_equal(job->job_name.p[0], '1' + (int)i);
		assert_int_equal(job->attempts, i == 0 ? 5 : 1);
		CHECK_TEXT(job->args, "{}");
		CHECK_TEXT(job->queue, "default");
		assert_int_equal(job->max_attempts, 3);
	}
	CHECK_ROWS(b, 6, "soniq_jobs", "status = 'processing' AND worker_id = '" WORKER_A "'");
	assert_int_equal(claim(b, NULL, 10).n, 0);
}

TEST(a_claim_may_name_its_queue_and_has_a_limit)
{
	struct bench *b = bench_of(state);
	struct list rows;
	const struct claim none = { WORKER_A, STR_NULL, 0 }, many = { WORKER_A, STR_NULL, 101 };

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 3, .queue = "a" });
	put_job(b, (struct seed){ .n = 3, .queue = "NULL" });
	assert_int_equal(claim(b, "b", 10).n, 0);
	assert_int_equal(claim(b, "a", 2).n, 2);
	assert_int_equal(claim(b, "a", 10).n, 1);
	assert_int_equal(claim(b, NULL, 10).n, 3);
	CHECK_ERR(b, ERR_INVALID, store_claim(&b->store, &none, &b->arena, &rows, &b->err));
	CHECK_ERR(b, ERR_INVALID, store_claim(&b->store, &many, &b->arena, &rows, &b->err));
}

TEST(jobs_too_large_to_hand_out_together_are_claimed_apart)
{
	struct bench *b = bench_of(state);
	size_t n = 0;

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .n = 4 });
	put_job(b, (struct seed){ .name = "huge", .priority = 200 });
	given(b,
	      "UPDATE soniq_jobs SET args = jsonb_build_object('a', repeat('x', CASE job_name"
	      " WHEN 'huge' THEN 17 ELSE 12 END << 20))",
	      "UPDATE soniq_jobs SET args = json_object('a', replace(printf('%'"
	      " || (CASE job_name WHEN 'huge' THEN 17 ELSE 12 END << 20) || 's', ''), ' ', 'x'))");
	for (int i = 0; i < 4 && n < 5; i++)
		n += claim(b, NULL, 5).n;
	assert_int_equal(n, 5);
	CHECK_ROWS(b, 5, "soniq_jobs", "status = 'processing' AND attempts = 1");

	run(b, "UPDATE soniq_jobs SET status = 'queued' WHERE job_name = 'huge'");
	const struct list rows = claim(b, NULL, 5);
	assert_int_equal(rows.n, 1);
	assert_null(LIST_AT(&rows, struct claimed, 0)->args.p);
}

struct claimer {
	struct store store;
	const char *worker_id;
	int n_claimed;
	bool has_failed;
};

static void *claim_all(void *arg)
{
	struct claimer *c = arg;
	const struct claim want = { c->worker_id, STR_NULL, 3 };

	for (int idle = 0; idle < 3;) {
		AUTO(arena) struct arena arena = { 0 };
		struct list rows = { 0 };
		struct err err = { 0 };
		const enum err_code code = store_claim(&c->store, &want, &arena, &rows, &err);

		c->has_failed |= code != ERR_OK && !err_is_transient(code);
		if (c->has_failed)
			return NULL;
		c->n_claimed += code == ERR_OK ? (int)rows.n : 0;
		idle += code == ERR_OK && rows.n == 0;
	}
	return NULL;
}

TEST(no_job_is_claimed_twice)
{
	struct bench *b = bench_of(state);
	struct claimer claimers[2] = { { .worker_id = WORKER_A }, { .worker_id = WORKER_B } };
	pthread_t threads[2];

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_worker(b, WORKER_B, 2, "[]", NULL);
	put_job(b, (struct seed){ .n = 200 });
	for (size_t i = 0; i < 2; i++)
		CHECK_OK(b, store_open(&b->db.options, &claimers[i].store, &b->err));
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, claim_all, &claimers[i]), 0);
	for (size_t i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		store_release(&claimers[i].store);
	}
	assert_false(claimers[0].has_failed || claimers[1].has_failed);
	assert_int_equal(claimers[0].n_claimed + claimers[1].n_claimed, 200);
	CHECK_ROWS(b, 200, "soniq_jobs", "status = 'processing' AND attempts = 1");
}

TEST(a_job_that_is_done_keeps_its_result_for_a_while)
{
	struct bench *b = bench_of(state);
	const struct hold hold = given_held_job(b);
	int64_t n;

	CHECK_ERR(b, ERR_INVALID, store_done(&b->store, &hold, S("{nope"), HOUR, &b->err));
	CHECK_ERR(b, ERR_INVALID, store_done(&b->store, &hold, S("\"\\u0000\""), HOUR, &b->err));
	CHECK_ROWS(b, 1, "soniq_jobs", "status = 'processing'");
	CHECK_OK(b, store_done(&b->store, &hold, S("{\"a\": 1}"), HOUR, &b->err));
	CHECK_ROWS(b, 1, "soniq_jobs", "status = 'done' AND expires_at > updated_at");
	given(b,
	      "CREATE TABLE kept AS SELECT 1 FROM soniq_jobs WHERE result = '{\"a\": 1}'"
	      " AND expires_at = updated_at + interval '1 hour'",
	      "CREATE TABLE kept AS SELECT 1 FROM soniq_jobs WHERE result = '{\"a\": 1}'"
	      " AND expires_at = updated_at + 3600000000");
	CHECK_ROWS(b, 1, "kept", "1 = 1");

	CHECK_OK(b, store_expire(&b->store, 10, &n, &b->err));
	assert_int_equal(n, 0);
	put_job(b, (struct seed){ .n = 3, .status = "done", .expires = -SECOND });
	put_job(b, (struct seed){ .n = 1, .expires = -SECOND });
	CHECK_OK(b, store_expire(&b->store, 2, &n, &b->err));
	assert_int_equal(n, 2);
	CHECK_OK(b, store_expire(&b->store, 10, &n, &b->err));
	assert_int_equal(n, 1);
	CHECK_ROWS(b, 2, "soniq_jobs", "1 = 1");
}

TEST(a_job_that_is_kept_for_no_time_is_gone_when_it_is_done)
{
	struct bench *b = bench_of(state);
	const struct hold hold = given_held_job(b);

	CHECK_OK(b, store_done(&b->store, &hold, STR_NULL, 0, &b->err));
	CHECK_ROWS(b, 0, "soniq_jobs", "1 = 1");
	CHECK_ERR(b, ERR_CONFLICT, store_done(&b->store, &hold, STR_NULL, 0, &b->err));
}

TEST(a_failed_attempt_is_tried_again)
{
	struct bench *b = bench_of(state);
	const struct hold hold = given_held_job(b);

	CHECK_OK(b, store_retry(&b->store, &hold, S("bang"), HOUR, &b->err));
	CHECK_ROWS(b, 1, "soniq_jobs",
		   "status = 'queued' AND last_error = 'bang' AND attempts = 1 AND "
		   "scheduled_at > updated_at");
	run(b, "UPDATE soniq_jobs SET scheduled_at = NULL");
	const struct hold again = claim_one(b);
	assert_int_equal(again.attempts, 2);
	CHECK_OK(b, store_retry(&b->store, &again, S("bang"), 0, &b->err));
	CHECK_ROWS(b, 1, "soniq_jobs", "status = 'queued' AND scheduled_at IS NULL");
}

TEST(a_retry_gives_up_its_key_to_a_queued_twin)
{
	struct bench *b = bench_of(state);
	struct new_job job = mail;
	char id[UUID_TEXT_LEN + 1];

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .id = JOB_1, .dedup_key = "k", .args_hash = "h" });
	const struct hold hold = claim_one(b);
	job.dedup_key = S("k");
	enqueue(b, &job, id);
	CHECK_OK(b, store_retry(&b->store, &hold, S("bang"), 0, &b->err));
	CHECK_ROWS(b, 2, "soniq_jobs", "status = 'queued'");
	CHECK_ROWS(b, 1, "soniq_jobs", "id = '" JOB_1 "' AND dedup_key IS NULL AND unique_job");
}

TEST(a_retry_gives_up_its_key_to_a_twin_that_comes_at_the_same_moment)
{
	struct bench *b = bench_of(state);
	static struct twin twin;        /* outlives a test that fails */

	put_worker(b, WORKER_A, 1, "[]", NULL);
	put_job(b, (struct seed){ .id = JOB_1, .dedup_key = "k" });
	const struct hold hold = claim_one(b);
	twin_start(b, &twin);
	CHECK_OK(b, store_retry(&b->store, &hold, S("bang"), 0, &b->err));
	twin_end(&twin);
	CHECK_ROWS(b, 2, "soniq_jobs", "status = 'queued'");
	CHECK_ROWS(b, 1, "soniq_jobs", "id = '" JOB_1 "' AND dedup_key IS NULL");
}

TEST(errors_are_cut_and_cleaned)
{
	struct bench *b = bench_of(state);
	const struct hold hold = given_held_job(b);
	const size_t n = STORE_ERROR_LIST_MAX + 10;
	char *text = arena_alloc(&b->arena, 2 * n);

	for (size_t i = 0; i < n; i++)
		memcpy(text + 2 * i, "\xC3\xA9", 2);
	text[0] = '\0';
	text[1] = '\xff';
	CHECK_OK(b, store_retry(&b->store, &hold, (struct str){ text, 2 * n }, 0, &b->err));
	CHECK_ROWS(b, 1, "soniq_jobs", "length(last_error) = 8191");
	CHECK_ROWS(b, 1, "soniq_jobs", "substr(last_error, 1, 2) = '\xEF\xBF\xBD\xC3\xA9'");
}

TEST(a_job_without_hope_is_buried)
{
	struct bench *b = bench_of(state);
	const struct hold hold = given_held_job(b);
	const char *where = arena_printf(&b->arena, "soniq_dead_letter_jobs WHERE id = '%s' AND "
					 "job_name = 'mail' AND queue = 'default' AND attempts = 1 "
					 "AND max_attempts = 3 AND last_error = 'bang' AND "
					 "dead_letter_reason = 'max_retries_exceeded' AND "
					 "resurrection_count = 0", hold.job_id);

	CHECK_OK(b, store_bury(&b->store, &hold, S("bang"), "max_retries_exceeded", &b->err));
	CHECK_ROWS(b, 0, "soniq_jobs", "1 = 1");
	check_rows(b, 1, where, __FILE__, __LINE__);
	CHECK_ERR(b, ERR_CONFLICT, store_bury(&b->store, &hold, S("bang"), "again", &b->err));
	CHECK_ROWS(b, 1, "soniq_dead_letter_jobs", "1 = 1");
}

/* In the Python project such a job can never end. */
TEST(a_job_whose_dead_letter_is_there_already_is_buried_over_it)
{
	struct bench *b = bench_of(state);
	const struct hold hold = given_held_job(b);

	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, "
			    "priority, max_attempts, attempts, dead_letter_reason, "
			    "original_created_at, moved_to_dead_letter_at, resurrection_count) "
			    "VALUES ('%s', 'mail', '{}', 'q', 1, 1, 9, 'old', %s, %s, 2)",
			    hold.job_id, at(b, -DAY), at(b, -DAY)));
	run(b, "UPDATE soniq_jobs SET queue = NULL, priority = NULL, max_attempts = NULL");
	CHECK_OK(b, store_bury(&b->store, &hold, STR_NULL, "new", &b->err));
	CHECK_ROWS(b, 0, "soniq_jobs", "1 = 1");
	CHECK_ROWS(b, 1, "soniq_dead_letter_jobs",
		   "dead_letter_reason = 'new' AND attempts = 1 AND resurrection_count = 2 AND "
		   "last_error IS NULL");
}

/* Whoever lost a job may not write it: another worker, an earlier attempt, a job put back. */
TEST(only_the_holder_writes)
{
	struct bench *b = bench_of(state);
	const struct hold hold = given_held_job(b);
	const struct hold others[] = {
		{ hold.job_id, WORKER_B, hold.attempts },
		{ hold.job_id, WORKER_A, hold.attempts + 1 },
		{ hold.job_id, WORKER_A, hold.attempts - 1 },
		{ JOB_1, WORKER_A, hold.attempts },
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		const struct hold *h = &others[i];

		CHECK_ERR(b, ERR_CONFLICT, store_done(&b->store, h, S("1"), HOUR, &b->err));
		CHECK_ERR(b, ERR_CONFLICT, store_done(&b->store, h, S("1"), 0, &b->err));
		CHECK_ERR(b, ERR_CONFLICT, store_retry(&b->store, h, S("x"), 0, &b->err));
		CHECK_ERR(b, ERR_CONFLICT, store_bury(&b->store, h, S("x"), "why", &b->err));
	}
	CHECK_ROWS(b, 0, "soniq_dead_letter_jobs", "1 = 1");
	CHECK_ROWS(b, 1, "soniq_jobs", "status = 'processing' AND attempts = 1 AND "
				       "last_error IS NULL AND result IS NULL");

	run(b, "UPDATE soniq_jobs SET status = 'queued'");
	CHECK_ERR(b, ERR_CONFLICT, store_done(&b->store, &hold, S("1"), HOUR, &b->err));
	CHECK_ERR(b, ERR_CONFLICT, store_bury(&b->store, &hold, S("x"), "why", &b->err));
	CHECK_ROWS(b, 1, "soniq_jobs", "status = 'queued'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(a_new_job_has_every_column),
		ON_BOTH(a_dedup_key_is_queued_once),
		ON_BOTH(a_job_that_is_wrong_is_refused_by_the_name_of_the_member),
		ON_BOTH(jobs_are_claimed_in_order),
		ON_BOTH(a_claim_may_name_its_queue_and_has_a_limit),
		ON_BOTH(jobs_too_large_to_hand_out_together_are_claimed_apart),
		ON_BOTH(no_job_is_claimed_twice),
		ON_BOTH(a_job_that_is_done_keeps_its_result_for_a_while),
		ON_BOTH(a_job_that_is_kept_for_no_time_is_gone_when_it_is_done),
		ON_BOTH(a_failed_attempt_is_tried_again),
		ON_BOTH(a_retry_gives_up_its_key_to_a_queued_twin),
		ON_BOTH(a_retry_gives_up_its_key_to_a_twin_that_comes_at_the_same_moment),
		ON_BOTH(errors_are_cut_and_cleaned),
		ON_BOTH(a_job_without_hope_is_buried),
		ON_BOTH(a_job_whose_dead_letter_is_there_already_is_buried_over_it),
		ON_BOTH(only_the_holder_writes),
	};

	return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
