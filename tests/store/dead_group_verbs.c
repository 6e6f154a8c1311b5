/* dead_group_verbs.c -- a verb on a group deals with each dead letter of it once. */
#include <pthread.h>

#include "store/failing.h"

#define THREADS 6

static struct group_verb verb_on(struct bench *b, const char *error, usec_t before)
{
	return (struct group_verb){ .signature = signature_of(b, error), .before = before,
				     .limit = GROUP_VERB_MAX };
}

static struct group_done replay(struct bench *b, struct group_verb verb)
{
	struct group_done done = { -1, false };

	CHECK_OK(b, store_group_replay(&b->store, &verb, &done, &b->err));
	return done;
}

TEST(a_group_is_replayed_once_however_often_it_is_asked)
{
	struct bench *b = bench_of(state);
	const struct group_verb verb = verb_on(b, "A: 1", PAST + 100 * SECOND);

	for (int i = 1; i <= 120; i++)
		put_error(b, i, i % 2 ? "A: 1" : "B: 1", NULL);
	const struct group_done done = replay(b, verb);
	/* 1, 3 .. 99: what came after somebody looked stays. */
	assert_int_equal(done.n, 50);
	assert_false(done.has_more);
	assert_int_equal(replay(b, verb).n, 0);
	CHECK_COUNT(b, 50, "soniq_jobs WHERE status = 'queued'");
	CHECK_COUNT(b, 120, "soniq_dead_letter_jobs");
	CHECK_COUNT(b, 50, "soniq_dead_letter_jobs WHERE resurrection_count = 1");
	const struct group_list list = groups(b, all);
	assert_int_equal(group_at(&list, 0)->replayed + group_at(&list, 1)->replayed, 50);
}

TEST(a_letter_that_was_replayed_before_is_passed_over)
{
	struct bench *b = bench_of(state);
	char made[UUID_TEXT_LEN + 1];

	put_error(b, 1, "A: 1", NULL);
	put_error(b, 2, "A: 1", NULL);
	/* Moved here again after its replay. */
	put_error(b, 3, "A: 1", arena_printf(&b->arena, "resurrection_count = 1, "
					     "last_resurrection_at = %s", moment(b, PAST)));
	CHECK_OK(b, store_dead_replay(&b->store, id_of(b, 1), made, &b->err));
	assert_int_equal(replay(b, verb_on(b, "A: 1", clock_now())).n, 2);
	CHECK_COUNT(b, 1, "soniq_dead_letter_jobs WHERE resurrection_count = 2");
}

TEST(the_oldest_go_first_up_to_the_limit)
{
	struct bench *b = bench_of(state);
	struct group_verb verb = verb_on(b, "A: 1", clock_now());

	for (int i = 1; i <= 130; i++)
		put_error(b, i, "A: 1", NULL);
	verb.limit = 60;
	struct group_done done = replay(b, verb);
	assert_int_equal(done.n, 60);
	assert_true(done.has_more);
	CHECK_COUNT(b, 60, arena_printf(&b->arena, "soniq_dead_letter_jobs WHERE "
					"resurrection_count = 1 AND id <= '%s'", id_of(b, 60)));
	assert_int_equal(replay(b, verb).n, 60);
	done = replay(b, verb);
	assert_int_equal(done.n, 10);
	assert_false(done.has_more);
}

TEST(time_that_is_over_ends_it_after_the_first_few)
{
	struct bench *b = bench_of(state);
	struct group_verb verb = verb_on(b, "A: 1", clock_now());

	for (int i = 1; i <= 80; i++)
		put_error(b, i, "A: 1", NULL);
	verb.until = 1;
	const struct group_done done = replay(b, verb);
	assert_true(done.n > 0 && done.n < 80);
	assert_true(done.has_more);
}

TEST(a_group_is_deleted_and_nothing_else)
{
	struct bench *b = bench_of(state);
	const struct group_verb verb = verb_on(b, "A: 1", PAST + 6 * SECOND);
	struct group_done done;

	for (int i = 1; i <= 10; i++)
		put_error(b, i, i % 2 ? "A: 1" : "B: 1", NULL);
	CHECK_OK(b, store_group_delete(&b->store, &verb, &done, &b->err));
	assert_int_equal(done.n, 3);
	assert_false(done.has_more);
	CHECK_COUNT(b, 7, "soniq_dead_letter_jobs");
	CHECK_COUNT(b, 2, "soniq_dead_letter_jobs WHERE last_error = 'A: 1'");
	CHECK_OK(b, store_group_delete(&b->store, &verb, &done, &b->err));
	assert_int_equal(done.n, 0);
}

/* More than one look sees: what is done makes way for the rest. */
TEST(a_group_of_any_size_is_done_in_the_end)
{
	struct bench *b = bench_of(state);
	const struct group_verb verb = verb_on(b, "A: 1", clock_now());
	struct group_done done = { 0, true };
	int64_t n = 0;

	put_many(b, GROUP_LOOK_MAX + 500, "CASE WHEN i % 4 = 0 THEN 'A: 1' ELSE 'B: 1' END");
	for (int i = 0; i < 10 && done.has_more; i++) {
		CHECK_OK(b, store_group_delete(&b->store, &verb, &done, &b->err));
		n += done.n;
	}
	assert_false(done.has_more);
	assert_int_equal(n, (GROUP_LOOK_MAX + 500) / 4);
	CHECK_COUNT(b, 0, "soniq_dead_letter_jobs WHERE last_error = 'A: 1'");
}

/* The batch in which one cannot be is as it was, and what went before stays done. */
TEST(what_was_done_stays_done_when_the_next_fails)
{
	struct bench *b = bench_of(state);
	const struct group_verb verb = verb_on(b, "A: 1", clock_now());
	struct group_done done = { 0, false };

	for (int i = 1; i <= 60; i++)
		put_error(b, i, "A: 1", i == 60 ? "queue = 'none'" : NULL);
	given(b, "ALTER TABLE soniq_jobs ADD CONSTRAINT none_of_these CHECK (queue <> 'none')",
	      "CREATE TRIGGER none_of_these BEFORE INSERT ON soniq_jobs WHEN NEW.queue = 'none' "
	      "BEGIN SELECT RAISE(ABORT, 'none of these'); END");
	CHECK_OK(b, store_group_replay(&b->store, &verb, &done, &b->err));
	assert_int_equal(done.n, 50);
	assert_true(done.has_more);
	CHECK_ERR(b, ERR_CONFLICT, store_group_replay(&b->store, &verb, &done, &b->err));
	CHECK_COUNT(b, 50, "soniq_dead_letter_jobs WHERE resurrection_count = 1");
	CHECK_COUNT(b, 50, "soniq_jobs WHERE status = 'queued'");
}

struct caller {
	struct bench *b;
	struct group_verb verb;
	bool is_delete;
	int64_t n;
};

static void *call_until_done(void *arg)
{
	struct caller *c = arg;
	AUTO(store) struct store store = { 0 };
	struct group_done done = { 0, true };
	struct err err = { 0 };

	if (store_open(&c->b->db.options, &store, &err) != ERR_OK)
		return NULL;
	for (int i = 0; i < 100 && done.has_more; i++) {
		const enum err_code code =
			(c->is_delete ? store_group_delete : store_group_replay)(&store, &c->verb,
										 &done, &err);
		c->n += code == ERR_OK ? done.n : 0;
		done.has_more = code != ERR_OK || done.has_more;
	}
	return NULL;
}

static int64_t call_at_once(struct bench *b, const char *error, bool is_delete)
{
	struct caller callers[THREADS];
	pthread_t threads[THREADS];
	int64_t n = 0;

	for (int i = 0; i < THREADS; i++) {
		callers[i] = (struct caller){ b, verb_on(b, error, clock_now()), is_delete, 0 };
		callers[i].verb.limit = 70;
		pthread_create(&threads[i], NULL, call_until_done, &callers[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		n += callers[i].n;
	}
	return n;
}

TEST(callers_at_once_replay_each_letter_once)
{
	struct bench *b = bench_of(state);

	put_many(b, 300, "'A: 1'");
	assert_int_equal(call_at_once(b, "A: 1", false), 300);
	CHECK_COUNT(b, 300, "soniq_jobs WHERE status = 'queued'");
	CHECK_COUNT(b, 300, "soniq_dead_letter_jobs WHERE resurrection_count = 1");
}

TEST(callers_at_once_delete_each_letter_once)
{
	struct bench *b = bench_of(state);

	put_many(b, 300, "'A: 1'");
	assert_int_equal(call_at_once(b, "A: 1", true), 300);
	CHECK_COUNT(b, 0, "soniq_dead_letter_jobs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(a_group_is_replayed_once_however_often_it_is_asked),
		ON_BOTH(a_letter_that_was_replayed_before_is_passed_over),
		ON_BOTH(the_oldest_go_first_up_to_the_limit),
		ON_BOTH(time_that_is_over_ends_it_after_the_first_few),
		ON_BOTH(a_group_is_deleted_and_nothing_else),
		ON_BOTH(a_group_of_any_size_is_done_in_the_end),
		ON_BOTH(what_was_done_stays_done_when_the_next_fails),
		ON_BOTH(callers_at_once_replay_each_letter_once),
		ON_BOTH(callers_at_once_delete_each_letter_once),
	};
	return cmocka_run_group_tests_name("dead_group_verbs", tests, NULL, NULL);
}
