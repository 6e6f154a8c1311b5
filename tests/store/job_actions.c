/* job_actions.c -- one job in full; cancelling and deleting, alone and in a race. */
#include <pthread.h>

#include "store/rows.h"

#define RACERS 8

TEST(a_job_is_found_with_every_column)
{
	struct bench *b = bench_of(state);
	const char *at = moment(b, PAST + 5);
	struct job job;

	put(b, 1, arena_printf(&b->arena,
			       "status = 'done', queue = 'mail', priority = -5, attempts = 2, "
			       "max_attempts = 4, args_hash = 'abc', dedup_key = 'key', "
			       "last_error = 'once', producer_id = 'host:1:py', "
			       "result = '{\"big\": 12345678901234567890, \"f\": 1.50}', "
			       "unique_job = %s, scheduled_at = %s, expires_at = %s",
			       bench_is_sqlite(b) ? "1" : "true", at, at));
	CHECK_OK(b, store_job_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	CHECK_TEXT(job.id, id_of(b, 1));
	CHECK_TEXT(job.job_name, "mail.send");
	CHECK_TEXT(job.args, "{\"n\": 1}");
	CHECK_TEXT(job.args_hash, "abc");
	CHECK_TEXT(job.status, "done");
	assert_int_equal(job.attempts, 2);
	assert_int_equal(job.max_attempts, 4);
	CHECK_TEXT(job.queue, "mail");
	assert_int_equal(job.priority, -5);
	assert_int_equal(job.unique_job, 1);
	CHECK_TEXT(job.dedup_key, "key");
	assert_int_equal(job.scheduled_at, PAST + 5);
	assert_int_equal(job.expires_at, PAST + 5);
	CHECK_TEXT(job.last_error, "once");
	assert_non_null(strstr(job.result.p, "12345678901234567890"));
	assert_non_null(strstr(job.result.p, "1.50"));
	CHECK_TEXT(job.producer_id, "host:1:py");
	assert_int_equal(job.created_at, PAST + SECOND);
	assert_int_equal(job.args_bytes, 8);
	CHECK_TEXT(job.args_preview, NULL);
	CHECK_TEXT(job.kind, "job");
	CHECK_TEXT(job.dead_letter_reason, NULL);
	assert_int_equal(job.resurrection_count, I64_NULL);
}

TEST(what_a_job_has_not_is_null)
{
	struct bench *b = bench_of(state);
	struct job job;

	put(b, 1, "queue = NULL, priority = NULL, attempts = NULL, max_attempts = NULL, "
		  "unique_job = NULL, created_at = NULL, updated_at = NULL");
	CHECK_OK(b, store_job_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	CHECK_TEXT(job.queue, NULL);
	CHECK_TEXT(job.result, NULL);
	CHECK_TEXT(job.last_error, NULL);
	CHECK_TEXT(job.worker_id, NULL);
	assert_int_equal(job.priority, I64_NULL);
	assert_int_equal(job.unique_job, -1);
	assert_int_equal(job.created_at, TIME_NULL);
	assert_int_equal(job.result_bytes, I64_NULL);
}

TEST(an_id_that_is_not_there_is_not_found)
{
	struct bench *b = bench_of(state);
	struct job job;

	CHECK_ERR(b, ERR_NOT_FOUND,
		  store_job_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	CHECK_MESSAGE(b, id_of(b, 1));
	CHECK_ERR(b, ERR_NOT_FOUND,
		  store_dead_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	put(b, 1, NULL);
	CHECK_ERR(b, ERR_NOT_FOUND,
		  store_dead_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
}

TEST(a_dead_letter_is_found_as_a_job_too)
{
	struct bench *b = bench_of(state);
	struct job job;

	put_dead(b, 1, "tags = '{\"a\": \"b\"}', resurrection_count = 3");
	CHECK_OK(b, store_job_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	CHECK_TEXT(job.kind, "dead_letter");
	CHECK_TEXT(job.status, "dead_letter");
	CHECK_TEXT(job.dead_letter_reason, "max_retries_exceeded");
	CHECK_TEXT(job.args, "{\"n\": 1}");
	CHECK_TEXT(job.tags, "{\"a\": \"b\"}");
	assert_int_equal(job.resurrection_count, 3);
	assert_int_equal(job.created_at, PAST);
	assert_int_equal(job.moved_to_dead_letter_at, PAST + SECOND);
	assert_int_equal(job.updated_at, PAST + SECOND);
	CHECK_TEXT(job.worker_id, NULL);
	assert_int_equal(job.unique_job, -1);
}

TEST(large_args_come_as_a_preview)
{
	struct bench *b = bench_of(state);
	struct job job;

	put(b, 1, NULL);
	given(b,
	      "UPDATE soniq_jobs SET args = jsonb_build_object('x', repeat('y', 16777216)), "
	      "result = to_jsonb(repeat('z', 65534)), last_error = repeat('e', 100000)",
	      "UPDATE soniq_jobs SET args = '{\"x\": \"' || hex(zeroblob(8388608)) || '\"}', "
	      "result = '\"' || hex(zeroblob(32767)) || '\"', "
	      "last_error = hex(zeroblob(50000))");
	CHECK_OK(b, store_job_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	CHECK_TEXT(job.args, NULL);
	assert_int_equal(job.args_bytes, 16777216 + 9);
	assert_int_equal(job.args_preview.n, STORE_TEXT_MAX);
	assert_memory_equal(job.args_preview.p, "{\"x\": \"", 7);
	/* 65536 bytes with the quotes: as much as is carried. */
	assert_int_equal(job.result.n, STORE_TEXT_MAX);
	assert_int_equal(job.result_bytes, STORE_TEXT_MAX);
	CHECK_TEXT(job.result_preview, NULL);
	assert_int_equal(job.last_error.n, STORE_TEXT_MAX);
}

TEST(what_is_not_json_comes_as_a_string)
{
	struct bench *b = bench_of(state);
	struct job job;

	drop_checks(b);
	put(b, 1, "args = 'not \"json\"', result = '{\"open\": '");
	put_dead(b, 2, "args = 'nan', tags = '<b>'");
	CHECK_OK(b, store_job_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	CHECK_TEXT(job.args, "\"not \\\"json\\\"\"");
	CHECK_TEXT(job.result, "\"{\\\"open\\\": \"");
	CHECK_OK(b, store_dead_find(&b->store, id_of(b, 2), &b->arena, &job, &b->err));
	CHECK_TEXT(job.args, "\"nan\"");
	CHECK_TEXT(job.tags, "\"<b>\"");
}

TEST(a_queued_job_is_cancelled)
{
	struct bench *b = bench_of(state);
	struct job job;

	put(b, 1, "attempts = 1, last_error = 'once', queue = 'mail'");
	put(b, 2, NULL);
	CHECK_OK(b, store_job_cancel(&b->store, id_of(b, 1), &b->err));
	CHECK_OK(b, store_job_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	CHECK_TEXT(job.status, "cancelled");
	CHECK_TEXT(job.last_error, "once");
	assert_int_equal(job.attempts, 1);
	assert_true(job.updated_at > PAST + SECOND);
	CHECK_COUNT(b, 1, "soniq_jobs WHERE status = 'cancelled'");
}

/* What stands in the way is named, and the row stays as it was. */
TEST(only_a_queued_job_is_cancelled)
{
	static const char *const others[] = { "processing", "done", "cancelled", "exploded" };
	struct bench *b = bench_of(state);

	drop_checks(b);
	for (int i = 0; i < 4; i++) {
		put(b, i, arena_printf(&b->arena, "status = '%s'", others[i]));
		CHECK_ERR(b, ERR_CONFLICT, store_job_cancel(&b->store, id_of(b, i), &b->err));
		assert_string_equal(b->err.state, others[i]);
		CHECK_MESSAGE(b, others[i]);
		CHECK_MESSAGE(b, "only queued jobs can be cancelled");
		struct job job;
		CHECK_OK(b, store_job_find(&b->store, id_of(b, i), &b->arena, &job, &b->err));
		CHECK_TEXT(job.status, others[i]);
		assert_int_equal(job.updated_at, PAST + i * SECOND);
	}
	CHECK_ERR(b, ERR_NOT_FOUND, store_job_cancel(&b->store, id_of(b, 9), &b->err));
}

TEST(a_hostile_state_is_told_safely)
{
	struct bench *b = bench_of(state);

	drop_checks(b);
	put(b, 1, "status = 'a\x1b[2J\nb'");
	put(b, 2, "status = NULL");
	CHECK_ERR(b, ERR_CONFLICT, store_job_cancel(&b->store, id_of(b, 1), &b->err));
	assert_null(strchr(b->err.msg, '\x1b'));
	assert_null(strchr(b->err.state, '\n'));
	CHECK_ERR(b, ERR_CONFLICT, store_job_cancel(&b->store, id_of(b, 2), &b->err));
	CHECK_OK(b, store_job_delete(&b->store, id_of(b, 1), &b->err));
	CHECK_OK(b, store_job_delete(&b->store, id_of(b, 2), &b->err));
}

TEST(a_job_that_nobody_works_on_is_deleted)
{
	static const char *const states[] = { "queued", "done", "cancelled" };
	struct bench *b = bench_of(state);

	for (int i = 0; i < 3; i++) {
		put(b, i, arena_printf(&b->arena, "status = '%s'", states[i]));
		CHECK_OK(b, store_job_delete(&b->store, id_of(b, i), &b->err));
		CHECK_ERR(b, ERR_NOT_FOUND, store_job_delete(&b->store, id_of(b, i), &b->err));
	}
	CHECK_COUNT(b, 0, "soniq_jobs WHERE job_name = 'mail.send'");
}

TEST(a_job_that_is_worked_on_is_not_deleted)
{
	struct bench *b = bench_of(state);

	put(b, 1, "status = 'processing'");
	CHECK_ERR(b, ERR_CONFLICT, store_job_delete(&b->store, id_of(b, 1), &b->err));
	assert_string_equal(b->err.state, "processing");
	CHECK_COUNT(b, 1, "soniq_jobs WHERE status = 'processing'");
}

TEST(a_dead_letter_is_neither_cancelled_nor_deleted_as_a_job)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, NULL);
	CHECK_ERR(b, ERR_CONFLICT, store_job_cancel(&b->store, id_of(b, 1), &b->err));
	assert_string_equal(b->err.state, "dead_letter");
	CHECK_ERR(b, ERR_CONFLICT, store_job_delete(&b->store, id_of(b, 1), &b->err));
	assert_string_equal(b->err.state, "dead_letter");
	CHECK_COUNT(b, 1, "soniq_dead_letter_jobs");
}

struct race {
	struct bench *b;
	const char *id;
	enum err_code (*verb)(struct store *st, const char *uuid, struct err *err);
	enum err_code code;
};

static void *run_race(void *arg)
{
	struct race *race = arg;
	AUTO(store) struct store store = { 0 };
	struct err err = { 0 };

	race->code = store_open(&race->b->db.options, &store, &err);
	if (race->code == ERR_OK)
		race->code = race->verb(&store, race->id, &err);
	return NULL;
}

/* How many of the racers got this. */
static int count_code(const struct race *races, enum err_code code)
{
	int n = 0;

	for (int i = 0; i < RACERS; i++)
		n += races[i].code == code;
	return n;
}

static void race_all(struct race *races)
{
	pthread_t threads[RACERS];

	for (int i = 0; i < RACERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_race, &races[i]), 0);
	for (int i = 0; i < RACERS; i++)
		pthread_join(threads[i], NULL);
}

TEST(of_many_who_cancel_one_does)
{
	struct bench *b = bench_of(state);
	struct race races[RACERS];

	put(b, 1, NULL);
	for (int i = 0; i < RACERS; i++)
		races[i] = (struct race){ b, id_of(b, 1), store_job_cancel, ERR_INTERNAL };
	race_all(races);
	assert_int_equal(count_code(races, ERR_OK), 1);
	assert_int_equal(count_code(races, ERR_CONFLICT), RACERS - 1);
}

TEST(of_many_who_delete_one_does)
{
	struct bench *b = bench_of(state);
	struct race races[RACERS];

	put(b, 1, NULL);
	for (int i = 0; i < RACERS; i++)
		races[i] = (struct race){ b, id_of(b, 1), store_job_delete, ERR_INTERNAL };
	race_all(races);
	assert_int_equal(count_code(races, ERR_OK), 1);
	assert_int_equal(count_code(races, ERR_NOT_FOUND), RACERS - 1);
}

TEST(without_tables_the_answer_is_that_they_are_missing)
{
	struct bench *b = bench_of(state);
	const struct job_filter filter = { .limit = 1 };
	struct job_list list;
	struct job job;

	sql(b, "DROP TABLE soniq_jobs");
	CHECK_ERR(b, ERR_SCHEMA, store_job_list(&b->store, &filter, &b->arena, &list, &b->err));
	CHECK_ERR(b, ERR_SCHEMA,
		  store_job_find(&b->store, id_of(b, 1), &b->arena, &job, &b->err));
	CHECK_ERR(b, ERR_SCHEMA, store_job_cancel(&b->store, id_of(b, 1), &b->err));
}

TEST(a_ping_is_answered)
{
	struct bench *b = bench_of(state);

	CHECK_OK(b, store_ping(&b->store, &b->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(a_job_is_found_with_every_column),
		ON_BOTH(what_a_job_has_not_is_null),
		ON_BOTH(an_id_that_is_not_there_is_not_found),
		ON_BOTH(a_dead_letter_is_found_as_a_job_too),
		ON_BOTH(large_args_come_as_a_preview),
		ON_LITE(what_is_not_json_comes_as_a_string),
		ON_BOTH(a_queued_job_is_cancelled),
		ON_BOTH(only_a_queued_job_is_cancelled),
		ON_PG(a_hostile_state_is_told_safely),
		ON_BOTH(a_job_that_nobody_works_on_is_deleted),
		ON_BOTH(a_job_that_is_worked_on_is_not_deleted),
		ON_BOTH(a_dead_letter_is_neither_cancelled_nor_deleted_as_a_job),
		ON_BOTH(of_many_who_cancel_one_does),
		ON_BOTH(of_many_who_delete_one_does),
		ON_BOTH(without_tables_the_answer_is_that_they_are_missing),
		ON_BOTH(a_ping_is_answered),
	};
	return cmocka_run_group_tests_name("job_actions", tests, NULL, NULL);
}
