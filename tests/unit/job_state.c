/* job_state.c -- which verb leads from which state to which, and what people may do. */
#include "rules/job_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/macros.h"

#define TEST(name) static void name(void **state UNUSED)

static void check_actions(const char *status, const char *first, const char *second)
{
	const char *const *actions = job_state_actions(str_of(status));

	if (!first) {
		assert_null(actions[0]);
		return;
	}
	assert_string_equal(actions[0], first);
	if (!second) {
		assert_null(actions[1]);
		return;
	}
	assert_string_equal(actions[1], second);
	assert_null(actions[2]);
}

TEST(people_may_do_what_is_safe)
{
	check_actions("queued", "cancel", "delete");
	check_actions("processing", NULL, NULL);
	check_actions("done", "delete", NULL);
	check_actions("cancelled", "delete", NULL);
	check_actions("dead_letter", "replay", "delete");
}

TEST(a_job_of_an_unknown_status_may_be_deleted)
{
	check_actions("exploded", "delete", NULL);
	check_actions("", "delete", NULL);
	check_actions("gone", "delete", NULL);
	check_actions(NULL, "delete", NULL);
}

TEST(states_are_read_as_they_are_written)
{
	for (int i = 0; i < JOB_GONE; i++) {
		enum job_state read = JOB_STATE__COUNT;

		assert_true(job_state_parse(str_of(job_state_name((enum job_state)i)), &read));
		assert_int_equal(read, i);
	}
	enum job_state read = JOB_STATE__COUNT;
	assert_false(job_state_parse(S("Queued"), &read));
	assert_false(job_state_parse(S("gone"), &read));
	assert_int_equal(read, JOB_STATE__COUNT);
}

TEST(only_a_queued_job_is_claimed_or_cancelled)
{
	for (int i = 0; i < JOB_STATE__COUNT; i++) {
		const enum job_state from = (enum job_state)i;

		assert_int_equal(job_state_may(from, JOB_CLAIM, NULL), from == JOB_QUEUED);
		assert_int_equal(job_state_may(from, JOB_CANCEL, NULL), from == JOB_QUEUED);
	}
}

TEST(a_worker_takes_a_job_to_one_of_three_ends)
{
	enum job_state to;

	assert_true(job_state_may(JOB_PROCESSING, JOB_FINISH, &to));
	assert_int_equal(to, JOB_DONE);
	assert_true(job_state_may(JOB_PROCESSING, JOB_RETRY, &to));
	assert_int_equal(to, JOB_QUEUED);
	assert_true(job_state_may(JOB_PROCESSING, JOB_BURY, &to));
	assert_int_equal(to, JOB_DEAD_LETTER);
}

TEST(a_dead_letter_stays_when_it_is_replayed)
{
	enum job_state to;

	assert_true(job_state_may(JOB_DEAD_LETTER, JOB_REPLAY, &to));
	assert_int_equal(to, JOB_DEAD_LETTER);
}

TEST(every_verb_has_a_use)
{
	for (int i = 0; i < JOB_VERB__COUNT; i++) {
		bool is_used = false;

		for (int from = 0; from < JOB_STATE__COUNT; from++)
			is_used |= job_state_may((enum job_state)from, (enum job_verb)i, NULL);
		assert_true(is_used);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_may_do_what_is_safe),
		cmocka_unit_test(a_job_of_an_unknown_status_may_be_deleted),
		cmocka_unit_test(states_are_read_as_they_are_written),
		cmocka_unit_test(only_a_queued_job_is_claimed_or_cancelled),
		cmocka_unit_test(a_worker_takes_a_job_to_one_of_three_ends),
		cmocka_unit_test(a_dead_letter_stays_when_it_is_replayed),
		cmocka_unit_test(every_verb_has_a_use),
	};
	return cmocka_run_group_tests_name("job_state", tests, NULL, NULL);
}
