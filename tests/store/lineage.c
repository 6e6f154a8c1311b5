/* lineage.c -- what a job is a replay of, and what was made of a dead letter. */
#include "rows.h"
#include "store/history.h"
#include "store/lineage.h"
#include "store/work.h"

static struct list kin_of(struct bench *b, const char *id)
{
	struct list kin, attempts;
	struct job job;

	CHECK_OK(b, store_job_trace(&b->store, id, &b->arena, &job, &attempts, &b->err));
	CHECK_OK(b, store_lineage(&b->store, &job, &b->arena, &kin, &b->err));
	return kin;
}

static const char *replay(struct bench *b, int n)
{
	char *made = ARENA_ARRAY(&b->arena, char, UUID_TEXT_LEN + 1);

	CHECK_OK(b, store_dead_replay(&b->store, id_of(b, n), made, &b->err));
	return made;
}

static void check_kin(const struct list *kin, size_t i, const struct kin *want)
{
	assert_true(i < kin->n);
	const struct kin *got = LIST_AT(kin, struct kin, i);

	assert_true(str_eq(got->id, want->id));
	assert_true(str_eq(got->relation, want->relation));
	assert_true(str_eq(got->status, want->status));
	assert_int_equal(got->is_certain, want->is_certain);
	assert_true(got->at != TIME_NULL);
}

#define KIN(id_, relation_, status_, is_certain_)                                                  \
	&(const struct kin)                                                                        \
	{                                                                                          \
		.id = str_of(id_), .relation = S(relation_), .status = S(status_),                 \
		.is_certain = (is_certain_)                                                        \
	}

TEST(a_job_alone_has_no_kin)
{
	struct bench *b = bench_of(state);

	put(b, 1, NULL);
	put_dead(b, 2, NULL);
	assert_int_equal(kin_of(b, id_of(b, 1)).n, 0);
	assert_int_equal(kin_of(b, id_of(b, 2)).n, 0);
}

TEST(each_replay_of_ours_is_known)
{
	struct bench *b = bench_of(state);
	const char *made[3];

	put_dead(b, 1, NULL);
	put_dead(b, 2, NULL);
	replay(b, 2);
	for (int i = 0; i < 3; i++)
		made[i] = replay(b, 1);
	sql(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET status = 'done' WHERE id = '%s'",
			    made[1]));
	const struct list kin = kin_of(b, id_of(b, 1));

	assert_int_equal(kin.n, 3);
	check_kin(&kin, 0, KIN(made[0], "replay", "queued", 1));
	check_kin(&kin, 1, KIN(made[1], "replay", "done", 1));
	check_kin(&kin, 2, KIN(made[2], "replay", "queued", 1));
}

TEST(a_replay_knows_its_origin)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, NULL);
	put_dead(b, 2, NULL);
	const char *first = replay(b, 1);
	replay(b, 2);
	replay(b, 1);
	const struct list kin = kin_of(b, first);

	assert_int_equal(kin.n, 1);
	check_kin(&kin, 0, KIN(id_of(b, 1), "origin", "dead_letter", 1));
}

/* The replay died as well: it is the replay of one and the origin of another. */
TEST(the_chain_goes_on_when_a_replay_dies)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, NULL);
	const char *first = replay(b, 1);
	sql(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, "
			    "priority, max_attempts, attempts, dead_letter_reason, "
			    "original_created_at, moved_to_dead_letter_at) "
			    "SELECT id, job_name, args, queue, priority, max_attempts, 3, 'again', "
			    "created_at, created_at FROM soniq_jobs WHERE id = '%s'; "
			    "DELETE FROM soniq_jobs WHERE id = '%s'",
			    first, first));
	char second[UUID_TEXT_LEN + 1];
	CHECK_OK(b, store_dead_replay(&b->store, first, second, &b->err));
	struct list kin = kin_of(b, id_of(b, 1));

	assert_int_equal(kin.n, 1);
	check_kin(&kin, 0, KIN(first, "replay", "dead_letter", 1));
	kin = kin_of(b, first);
	assert_int_equal(kin.n, 2);
	check_kin(&kin, 0, KIN(id_of(b, 1), "origin", "dead_letter", 1));
	check_kin(&kin, 1, KIN(second, "replay", "queued", 1));
}

/* As the Python project writes one: any id, the same moment in both rows. */
static void python_replay(struct bench *b, int dead, int made)
{
	const char *now =
		bench_is_sqlite(b) ? "1790000000000000" : "'2026-09-21 13:46:40+00'::timestamptz";

	sql(b, arena_printf(&b->arena,
			    "UPDATE soniq_dead_letter_jobs SET resurrection_count = "
			    "resurrection_count + 1, last_resurrection_at = %s WHERE id = '%s'; "
			    "INSERT INTO soniq_jobs (id, job_name, args, queue, created_at) "
			    "SELECT '%s', job_name, args, queue, %s FROM soniq_dead_letter_jobs "
			    "WHERE id = '%s'",
			    now, id_of(b, dead), id_of(b, made), now, id_of(b, dead)));
}

TEST(the_newest_replay_of_python_is_known_by_its_moment)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, NULL);
	put_dead(b, 2, NULL);
	python_replay(b, 1, 101);
	python_replay(b, 2, 102);
	const struct list replays = kin_of(b, id_of(b, 1)), origin = kin_of(b, id_of(b, 101));

	assert_int_equal(replays.n, 1);
	check_kin(&replays, 0, KIN(id_of(b, 101), "replay", "queued", 1));
	assert_int_equal(origin.n, 1);
	check_kin(&origin, 0, KIN(id_of(b, 1), "origin", "dead_letter", 1));
}

TEST(twins_of_one_transaction_are_not_certain)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, "args = '{}'");
	put_dead(b, 2, "args = '{}'");
	python_replay(b, 1, 101);
	python_replay(b, 2, 102);
	const struct list replays = kin_of(b, id_of(b, 1)), origin = kin_of(b, id_of(b, 101));

	assert_int_equal(replays.n, 2);
	check_kin(&replays, 0, KIN(id_of(b, 101), "replay", "queued", 0));
	check_kin(&replays, 1, KIN(id_of(b, 102), "replay", "queued", 0));
	assert_int_equal(origin.n, 1);
	check_kin(&origin, 0, KIN(id_of(b, 2), "origin", "dead_letter", 0));
}

TEST(other_arguments_are_another_job)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, NULL);
	python_replay(b, 1, 101);
	sql(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET args = '{}' WHERE id = '%s'",
			    id_of(b, 101)));
	assert_int_equal(kin_of(b, id_of(b, 1)).n, 0);
	assert_int_equal(kin_of(b, id_of(b, 101)).n, 0);
}

/* Somebody set the count back: the id of the first replay is taken, the second one has another. */
TEST(a_count_that_was_set_back_hinders_no_replay)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, NULL);
	const char *first = replay(b, 1);
	sql(b, "UPDATE soniq_dead_letter_jobs SET resurrection_count = 0");
	const char *second = replay(b, 1);

	assert_string_not_equal(first, second);
	CHECK_COUNT(b, 2, "soniq_jobs WHERE job_name = 'mail.send'");
}

TEST(more_than_fifty_are_the_newest_fifty)
{
	struct bench *b = bench_of(state);
	const char *made[60];

	put_dead(b, 1, NULL);
	for (int i = 0; i < 60; i++)
		made[i] = replay(b, 1);
	const struct list kin = kin_of(b, id_of(b, 1));

	assert_int_equal(kin.n, LINEAGE_MAX);
	check_kin(&kin, 0, KIN(made[10], "replay", "queued", 1));
	check_kin(&kin, 49, KIN(made[59], "replay", "queued", 1));
}

TEST(any_count_ends)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1,
		 bench_is_sqlite(b) ? "resurrection_count = 9223372036854775807"
				    : "resurrection_count = 2147483647");
	assert_int_equal(kin_of(b, id_of(b, 1)).n, 0);
	put_dead(b, 2, "resurrection_count = -5");
	assert_int_equal(kin_of(b, id_of(b, 2)).n, 0);
}

/* ---- with the history ---- */

TEST(a_replay_that_is_gone_is_remembered)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, NULL);
	const char *made = replay(b, 1);
	sql(b, arena_printf(&b->arena,
			    "UPDATE soniq_jobs SET status = 'processing', attempts = 1 "
			    "WHERE id = '%s'; UPDATE soniq_jobs SET status = 'done' "
			    "WHERE id = '%s'; DELETE FROM soniq_jobs WHERE id = '%s'",
			    made, made, made));
	const struct list kin = kin_of(b, id_of(b, 1)), origin = kin_of(b, made);

	assert_int_equal(kin.n, 1);
	check_kin(&kin, 0, KIN(made, "replay", "done", 1));
	assert_int_equal(origin.n, 1);
	check_kin(&origin, 0, KIN(id_of(b, 1), "origin", "dead_letter", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(a_job_alone_has_no_kin),
		ON_BOTH(each_replay_of_ours_is_known),
		ON_BOTH(a_replay_knows_its_origin),
		ON_BOTH(the_chain_goes_on_when_a_replay_dies),
		ON_BOTH(the_newest_replay_of_python_is_known_by_its_moment),
		WITH_HISTORY(the_newest_replay_of_python_is_known_by_its_moment),
		ON_BOTH(twins_of_one_transaction_are_not_certain),
		ON_BOTH(other_arguments_are_another_job),
		ON_BOTH(a_count_that_was_set_back_hinders_no_replay),
		ON_BOTH(more_than_fifty_are_the_newest_fifty),
		ON_BOTH(any_count_ends),
		WITH_HISTORY(a_replay_that_is_gone_is_remembered),
	};

	return cmocka_run_group_tests_name("lineage", tests, NULL, NULL);
}
