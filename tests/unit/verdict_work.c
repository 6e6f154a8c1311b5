/* verdict_work.c -- each rule about workers, ends, schedules and the history, at its edges. */
#include "verdict_scene.h"

/* ---- workers_stale, jobs_orphaned ---- */

static struct holder_facts *add_holder(struct scene *s, const char *worker, int64_t jobs)
{
	struct holder_facts *h = list_add(&s->facts.holders);

	*h = (struct holder_facts){
		.worker_id = S("00000000-0000-4000-8000-00000000000a"),
		.worker = str_of(worker),
		.last_heartbeat = NOW - 10 * MINUTE,
		.jobs = jobs,
		.since = NOW - 11 * MINUTE,
	};
	return h;
}

TEST(silent_workers_are_told_with_what_they_hold)
{
	struct scene *s = *state;

	add_worker(s, 0, true, false);
	CHECK_NONE(s, "workers_stale");
	add_worker(s, 10 * MINUTE, false, true);
	add_holder(s, "host:1", 2)->is_stale = true;
	const struct finding *f = check_found(s, "workers_stale", "warn");

	CHECK_STR(f->title, "1 worker has gone silent");
	CHECK_STR(f->evidence, "\u201chost:1\u201d last beat 10 min ago; 2 jobs in hand.");
	assert_int_equal(f->since, NOW - 10 * MINUTE);
	CHECK_STR(f->command, "soniq inspect --stale");
}

TEST(jobs_of_silent_workers_are_orphans)
{
	struct scene *s = *state;

	add_holder(s, "host:1", 2)->is_stale = true;
	const struct finding *f = check_found(s, "jobs_orphaned", "bad");

	CHECK_STR(f->title, "2 jobs are processing, but nobody works on them");
	CHECK_STR(f->evidence, "2 of silent workers, 0 of stopped ones, 0 of workers "
			       "without a row.");
	CHECK_STR(f->href, "jobs?filter=status%3Aprocessing+worker%3A00000000-0000-4000-8000-"
			   "00000000000a");
	CHECK_STR(f->command, "soniq inspect --cleanup");
	assert_int_equal(f->since, NOW - 10 * MINUTE);
}

TEST(nothing_cleans_up_behind_stopped_workers_and_missing_ones)
{
	struct scene *s = *state;

	add_holder(s, "host:1", 1);
	add_holder(s, NULL, 3);
	const struct finding *f = check_found(s, "jobs_orphaned", "bad");

	CHECK_STR(f->evidence, "0 of silent workers, 1 of stopped ones, 3 of workers "
			       "without a row.");
	CHECK_STR(f->href, "jobs?filter=status%3Aprocessing+worker%3A00000000-0000-4000-8000-"
			   "00000000000a%2C00000000-0000-4000-8000-00000000000a");
	CHECK_STR(f->command, "soniq jobs 'status:processing worker:00000000-0000-4000-8000-"
			      "00000000000a,00000000-0000-4000-8000-00000000000a'");
	assert_int_equal(f->since, NOW - 11 * MINUTE);
}

TEST(of_jobs_that_were_not_all_looked_at_there_are_at_least_so_many)
{
	struct scene *s = *state;

	s->facts.holders_are_cut = true;
	add_worker(s, 10 * MINUTE, false, true);
	add_holder(s, "host:1", 1001)->is_stale = true;
	CHECK_STR(check_found(s, "jobs_orphaned", "bad")->title,
		  "At least 1,001 jobs are processing, but nobody works on them");
	CHECK_STR(check_found(s, "workers_stale", "warn")->evidence,
		  "\u201chost:1\u201d last beat 10 min ago; at least 1,001 jobs in hand.");
	s->facts.dead_is_cut = true;
	add_name(&s->facts.dead, "a", 10000);
	CHECK_STR(check_found(s, "dead_letters_new", "warn")->title,
		  "At least 10,000 jobs died in the last hour");
}

TEST(jobs_in_live_hands_are_no_orphans)
{
	struct scene *s = *state;

	add_holder(s, "host:1", 1)->is_live = true;
	CHECK_NONE(s, "jobs_orphaned");
}

TEST(a_job_of_nobody_is_an_orphan_after_a_while)
{
	struct scene *s = *state;
	struct holder_facts *h = add_holder(s, NULL, 1);

	h->worker_id = STR_NULL;
	h->since = NOW - VERDICT_ORPHAN_AFTER;
	CHECK_NONE(s, "jobs_orphaned");
	h->since--;
	CHECK_STR(check_found(s, "jobs_orphaned", "bad")->href, "jobs?filter=status%3Aprocessing");
	h->since = TIME_NULL;
	CHECK_NONE(s, "jobs_orphaned");
}

/* ---- names_unregistered ---- */

TEST(names_that_nobody_registered)
{
	struct scene *s = *state;

	add_name(&s->facts.names, "a.b", 4);
	CHECK_NONE(s, "names_unregistered");
	add_worker(s, 0, true, false);
	const struct finding *f = check_found(s, "names_unregistered", "warn");

	CHECK_STR(f->title, "1 task name is queued that no live worker registered");
	CHECK_STR(f->evidence, "4 jobs wait: \u201ca.b\u201d (4).");
	CHECK_STR(f->href, "jobs?filter=status%3Aqueued+type%3Aa.b");
	assert_true(f->since == TIME_NULL);
	s->facts.names_since = NOW - HOUR;
	assert_int_equal(check_found(s, "names_unregistered", "warn")->since, NOW - HOUR);
	s->facts.knows_names = false;
	CHECK_NONE(s, "names_unregistered");
}

TEST(many_names_are_put_together)
{
	struct scene *s = *state;

	add_worker(s, 0, true, false);
	for (int i = 0; i < 4; i++)
		add_name(&s->facts.names, "n", 1);
	const struct finding *f = check_found(s, "names_unregistered", "warn");

	CHECK_STR(f->title, "4 task names are queued that no live worker registered");
	CHECK_STR(f->evidence, "4 jobs wait: \u201cn\u201d (1), \u201cn\u201d (1), "
			       "\u201cn\u201d (1) "
			       "and more.");
	CHECK_STR(f->href, "jobs?filter=status%3Aqueued+type%3An%2Cn%2Cn%2Cn");
	for (int i = 0; i < FINDING_VALUES_MAX; i++)
		add_name(&s->facts.names, "n", 1);
	CHECK_STR(check_found(s, "names_unregistered", "warn")->href, "types");
}

/* ---- failure_share, dead_letters_new ---- */

static void ended(struct scene *s, int64_t done, int64_t dead)
{
	s->facts.hour_done = done;
	s->facts.hour_dead = dead;
}

static void rest(struct scene *s, int64_t done, int64_t dead)
{
	s->facts.rest_done = done;
	s->facts.rest_dead = dead;
}

TEST(more_than_a_tenth_is_too_much)
{
	struct scene *s = *state;

	ended(s, 90, 10);
	CHECK_NONE(s, "failure_share");
	ended(s, 89, 11);
	const struct finding *f = check_found(s, "failure_share", "bad");

	CHECK_STR(f->title, "11.0 % of the jobs that ended in the last hour died");
	CHECK_STR(f->evidence, "11 died and 89 were done; what is usual is not known.");
}

static void add_span(struct scene *s, int64_t ago, int64_t done, int64_t dead)
{
	*(struct ended_facts *)list_add(&s->facts.ended) =
		(struct ended_facts){ NOW - ago * MINUTE, done, dead, 0 };
}

static usec_t failing_since(struct scene *s)
{
	return check_found(s, "failure_share", "bad")->since;
}

TEST(it_is_told_since_when_so_many_die)
{
	struct scene *s = *state;

	ended(s, 80, 20);
	assert_true(failing_since(s) == TIME_NULL);
	add_span(s, 90, 5, 5);
	add_span(s, 60, 90, 10);
	add_span(s, 50, 8, 1);
	assert_int_equal(failing_since(s), NOW - 50 * MINUTE);
	/* Nothing ended: no end of it. */
	add_span(s, 40, 0, 0);
	add_span(s, 30, 80, 20);
	assert_int_equal(failing_since(s), NOW - 50 * MINUTE);
	add_span(s, 0, 1, 0);
	assert_int_equal(failing_since(s), NOW - 50 * MINUTE);
	s->facts.ended.n = 1;
	assert_int_equal(failing_since(s), NOW - 90 * MINUTE);
}

TEST(attempts_that_fail_and_are_tried_again)
{
	struct scene *s = *state;

	ended(s, 8, 2);
	s->facts.hour_failed = 10;
	CHECK_NONE(s, "attempts_failing");
	s->facts.hour_failed = 11;
	const struct finding *f = check_found(s, "attempts_failing", "warn");
	CHECK_STR(f->title, "52 % of the attempts in the last hour failed, to be tried again");
	CHECK_STR(f->evidence, "11 failed, and 10 ended for good; what is usual is not known.");
	CHECK_STR(f->href, "jobs?filter=status%3Aqueued+attempts%3A%3E0");
	s->facts.hour_failed = 91;
	check_found(s, "attempts_failing", "bad");
	s->facts.hour_failed = I64_NULL;
	CHECK_NONE(s, "attempts_failing");
}

TEST(as_many_attempts_as_usual_are_no_alarm)
{
	struct scene *s = *state;

	ended(s, 10, 0);
	rest(s, 100, 0);
	s->facts.hour_failed = 20;
	s->facts.rest_failed = 150;
	CHECK_STR(check_found(s, "attempts_failing", "info")->evidence,
		  "20 failed, and 10 ended for good; in the rest of the day it was 60.0 %.");
	/* A third, where it was a tenth. */
	ended(s, 20, 0);
	s->facts.hour_failed = 10;
	s->facts.rest_failed = 11;
	check_found(s, "attempts_failing", "warn");
	s->facts.hour_failed = VERDICT_RETRIES_FAILED - 1;
	CHECK_NONE(s, "attempts_failing");
}

TEST(few_jobs_have_no_share)
{
	struct scene *s = *state;

	ended(s, 0, VERDICT_FAILURES_ENDED - 1);
	CHECK_NONE(s, "failure_share");
	ended(s, 0, VERDICT_FAILURES_ENDED);
	check_found(s, "failure_share", "bad");
	ended(s, 8, VERDICT_FAILURES_DEAD - 1);
	CHECK_NONE(s, "failure_share");
	ended(s, 7, VERDICT_FAILURES_DEAD);
	check_found(s, "failure_share", "bad");
	ended(s, 0, 0);
	CHECK_NONE(s, "failure_share");
}

TEST(twice_what_is_usual_is_told_early)
{
	struct scene *s = *state;

	ended(s, 94, 6);
	CHECK_NONE(s, "failure_share");
	rest(s, 97, 3);
	CHECK_NONE(s, "failure_share");
	rest(s, 98, 2);
	CHECK_STR(check_found(s, "failure_share", "warn")->evidence,
		  "6 died and 94 were done; in the rest of the day it was 2.0 %.");
	ended(s, 95, 5);
	CHECK_NONE(s, "failure_share");
}

TEST(what_is_as_bad_every_day_is_less_urgent)
{
	struct scene *s = *state;

	ended(s, 70, 30);
	rest(s, 80, 20);
	check_found(s, "failure_share", "warn");
	rest(s, 81, 19);
	check_found(s, "failure_share", "bad");
}

TEST(new_dead_letters_are_told_by_name)
{
	struct scene *s = *state;

	CHECK_NONE(s, "dead_letters_new");
	add_name(&s->facts.dead, "it's", 2);
	s->facts.dead_since = NOW - MINUTE;
	const struct finding *f = check_found(s, "dead_letters_new", "warn");

	CHECK_STR(f->title, "2 jobs died in the last hour");
	CHECK_STR(f->evidence, "By name: \u201cit's\u201d (2).");
	CHECK_STR(f->href, "dead-letter?filter=finished%3A%3C1h+type%3Ait%27s");
	CHECK_STR(f->command,
		  "soniq dead-letter list --where 'finished:<1h type:it'\\''s'");
	assert_int_equal(f->since, NOW - MINUTE);
	add_name(&s->facts.dead, "b", 1);
	CHECK_STR(check_found(s, "dead_letters_new", "warn")->command,
		  "soniq dead-letter list --where 'finished:<1h'");
}

/* ---- schedule_overdue ---- */

TEST(overdue_schedules)
{
	struct scene *s = *state;

	s->facts.schedules = 2;
	CHECK_NONE(s, "schedule_overdue");
	s->facts.overdue_n = 1;
	s->facts.overdue_since = NOW - HOUR;
	add_name(&s->facts.overdue, "nightly", 1);
	const struct finding *f = check_found(s, "schedule_overdue", "warn");

	CHECK_STR(f->title, "1 active schedule is overdue");
	CHECK_STR(f->evidence, "1 of 2 active schedules, by more than 5 minutes: "
			       "\u201cnightly\u201d; "
			       "the first was due 1 h ago.");
	assert_int_equal(f->since, NOW - HOUR);
	s->facts.schedules = 1;
	CHECK_STR(check_found(s, "schedule_overdue", "bad")->title,
		  "No scheduler runs: every active schedule is overdue");
}

/* ---- history_inexact ---- */

TEST(a_history_that_is_not_exact)
{
	static const struct {
		enum keeping state;
		const char *level, *command;
	} cases[] = {
		{ KEEPING_HALF_MADE, "warn", "soniq setup" },
		{ KEEPING_FORBIDDEN, "info", NULL },
		{ KEEPING_UNCOUNTED, "info", NULL },
		{ KEEPING_BEHIND, "info", "soniq dashboard" },
	};
	struct scene *s = *state;

	CHECK_NONE(s, "history_inexact");
	s->facts.history.detail = S("soniq_x_state");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		s->facts.history.state = cases[i].state;
		CHECK_STR(check_found(s, "history_inexact", cases[i].level)->command,
			  cases[i].command);
	}
	s->facts.history.since = NOW - HOUR;
	CHECK_STR(check_found(s, "history_inexact", "info")->evidence,
		  "The keeper last looked 1 h ago.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(silent_workers_are_told_with_what_they_hold),
		UNIT(jobs_of_silent_workers_are_orphans),
		UNIT(nothing_cleans_up_behind_stopped_workers_and_missing_ones),
		UNIT(of_jobs_that_were_not_all_looked_at_there_are_at_least_so_many),
		UNIT(jobs_in_live_hands_are_no_orphans),
		UNIT(a_job_of_nobody_is_an_orphan_after_a_while),
		UNIT(names_that_nobody_registered),
		UNIT(many_names_are_put_together),
		UNIT(more_than_a_tenth_is_too_much),
		UNIT(it_is_told_since_when_so_many_die),
		UNIT(attempts_that_fail_and_are_tried_again),
		UNIT(as_many_attempts_as_usual_are_no_alarm),
		UNIT(few_jobs_have_no_share),
		UNIT(twice_what_is_usual_is_told_early),
		UNIT(what_is_as_bad_every_day_is_less_urgent),
		UNIT(new_dead_letters_are_told_by_name),
		UNIT(overdue_schedules),
		UNIT(a_history_that_is_not_exact),
	};

	return cmocka_run_group_tests_name("verdict_work", tests, NULL, NULL);
}
