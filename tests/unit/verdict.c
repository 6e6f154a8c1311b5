/* verdict.c -- each rule about queues, on both sides of its edges; and that all is well. */
#include "verdict_scene.h"

/* ---- all clear ---- */

TEST(all_is_well_and_says_what_that_rests_on)
{
	struct scene *s = *state;

	add_worker(s, SECOND, true, false);
	add_queue(s, "mail", 3, 4);
	s->facts.queued = 5;
	judge(s);
	assert_int_equal(s->found.n, 0);
	CHECK_TEXT(s->clear, "1 worker running; 5 jobs queued, the oldest due for 4 s; no dead "
			     "letters in the last hour");
	s->facts.queued_is_cut = true;
	judge(s);
	CHECK_TEXT(s->clear, "1 worker running; at least 5 jobs queued, the oldest due for 4 s; no "
			     "dead letters in the last hour");
}

TEST(an_idle_system_without_workers_is_well)
{
	struct scene *s = *state;

	add_queue(s, "mail", 0, NAN);
	judge(s);
	assert_int_equal(s->found.n, 0);
	CHECK_TEXT(s->clear, "no worker is running, and none is needed; nothing waits; no dead "
			     "letters in the last hour");
}

/* ---- no_worker, queue_unserved ---- */

TEST(no_worker_runs_while_jobs_wait)
{
	struct scene *s = *state;

	add_worker(s, HOUR, false, true);
	add_queue(s, "a", 2, 60)->live_workers = 0;
	add_queue(s, "b", 1, 30)->live_workers = 0;
	const struct finding *f = check_found(s, "no_worker", "bad");

	CHECK_STR(f->title, "No worker is running, and 3 jobs wait");
	CHECK_STR(f->evidence, "Due in 2 queues, the oldest for 1 min; the last heartbeat of any "
			       "worker came 1 h ago, of \u201chost:1\u201d.");
	CHECK_STR(f->href, "jobs?filter=status%3Aready");
	/* Since both are so: the heartbeat went before the job came. */
	assert_int_equal(f->since, NOW - 60 * SECOND);
	/* What follows from it is not told besides. */
	CHECK_NONE(s, "queue_unserved");
	CHECK_NONE(s, "waiting_long");
}

TEST(of_a_queue_that_was_not_counted_to_its_end_at_least_so_many_wait)
{
	struct scene *s = *state;

	add_queue(s, "a", 2000, 60)->live_workers = 0;
	struct queue_facts *q = add_queue(s, "b", 15950, 30);
	q->live_workers = 0;
	q->ready_is_cut = true;
	CHECK_STR(check_found(s, "no_worker", "bad")->title,
		  "No worker is running, and at least 17,950 jobs wait");
	add_worker(s, 0, true, false);
	CHECK_STR(check_found(s, "queue_unserved", "bad")->title,
		  "No worker serves queue \u201ca\u201d, where 2,000 jobs wait");
}

TEST(no_worker_counts_from_the_last_heartbeat_on)
{
	struct scene *s = *state;

	add_worker(s, 10 * SECOND, false, false);
	add_queue(s, "a", 1, 60)->live_workers = 0;
	assert_int_equal(check_found(s, "no_worker", "bad")->since, NOW - 10 * SECOND);
}

TEST(one_live_worker_is_some)
{
	struct scene *s = *state;

	add_worker(s, 0, true, false);
	add_queue(s, "a", 1, 1)->live_workers = 0;
	CHECK_NONE(s, "no_worker");
	const struct finding *f = check_found(s, "queue_unserved", "bad");

	CHECK_STR(f->title, "No worker serves queue \u201ca\u201d, where 1 job waits");
	CHECK_STR(f->href, "jobs?filter=status%3Aready+queue%3Aa");
	assert_int_equal(f->since, NOW - SECOND);
}

TEST(jobs_for_later_need_no_worker)
{
	struct scene *s = *state;

	add_queue(s, "a", 0, NAN)->live_workers = 0;
	CHECK_NONE(s, "no_worker");
	add_worker(s, 0, true, false);
	CHECK_NONE(s, "queue_unserved");
}

TEST(who_serves_the_others_nobody_knows)
{
	struct scene *s = *state;
	struct queue_facts *q = add_queue(s, "(others)", 5, 1);

	add_worker(s, 0, true, false);
	q->live_workers = 0;
	q->is_others = true;
	CHECK_NONE(s, "queue_unserved");
}

TEST(many_queues_are_put_together)
{
	struct scene *s = *state;

	add_worker(s, 0, true, false);
	for (int i = 0; i < 5; i++)
		add_queue(s, "q", 1, 1)->live_workers = 0;
	judge(s);
	assert_int_equal(s->found.n, 4);
	CHECK_STR(LIST_AT(&s->found, struct finding, 3)->title,
		  "2 more queues with jobs that no worker serves");
	CHECK_STR(LIST_AT(&s->found, struct finding, 3)->href, "queues");
}

TEST(a_queue_without_a_name_is_named_so)
{
	struct scene *s = *state;

	add_worker(s, 0, true, false);
	add_queue(s, NULL, 1, NAN)->live_workers = 0;
	const struct finding *f = check_found(s, "queue_unserved", "bad");

	CHECK_STR(f->title, "No worker serves queue (none), where 1 job waits");
	assert_true(f->since == TIME_NULL);
}

/* ---- queue_growing ---- */

static struct queue_facts *growing(struct scene *s, int64_t ready)
{
	struct queue_facts *q = add_queue(s, "a b", ready, 5);

	q->arrived_per_minute = 12;
	q->finished_per_minute = 4;
	return q;
}

TEST(a_queue_grows)
{
	struct scene *s = *state;

	growing(s, VERDICT_GROWING_MIN);
	const struct finding *f = check_found(s, "queue_growing", "warn");

	CHECK_STR(f->title, "Queue \u201ca b\u201d grows by 8.0 jobs a minute");
	CHECK_STR(f->evidence, "In the last 10 minutes 12.0 a minute came and 4.0 were finished; "
			       "12.0 would have to be. Due: 10 jobs, the oldest for 5 s.");
	CHECK_STR(f->href, "jobs?filter=status%3Aready+queue%3A%22a+b%22");
	/* That its oldest job has waited for long is something else. */
	assert_true(f->since == TIME_NULL);
}

TEST(few_jobs_do_not_grow)
{
	growing(*state, VERDICT_GROWING_MIN - 1);
	CHECK_NONE(*state, "queue_growing");
}

TEST(a_queue_that_drains_or_is_not_known_does_not_grow)
{
	struct scene *s = *state;
	struct queue_facts *q = growing(s, 100);

	q->finished_per_minute = 13;
	CHECK_NONE(s, "queue_growing");
	q->finished_per_minute = NAN;
	CHECK_NONE(s, "queue_growing");
}

/* ---- waiting_long ---- */

TEST(without_a_usual_wait_a_quarter_of_an_hour_is_too_long)
{
	struct scene *s = *state;
	struct queue_facts *q = add_queue(s, "a", 7, 900);

	CHECK_NONE(s, "waiting_long");
	q->oldest_seconds = 901;
	const struct finding *f = check_found(s, "waiting_long", "warn");

	CHECK_STR(f->title, "A job of queue \u201ca\u201d waits for 15m 1s");
	CHECK_STR(f->evidence, "The oldest of 7 due; too long is more than 15 min, for "
			       "what is usual "
			       "here is not known.");
	CHECK_STR(f->href, "jobs?filter=status%3Aready+queue%3Aa+created%3A%3E15m");
	/* Since it became too long. */
	assert_int_equal(f->since, NOW - SECOND);
	q->oldest_seconds = 4 * 900;
	check_found(s, "waiting_long", "warn");
	q->oldest_seconds = 4 * 900 + 1;
	check_found(s, "waiting_long", "bad");
	q->oldest_seconds = 119;
	q->usual_waits = VERDICT_USUAL_MIN;
	q->usual_wait_ms = 1;
	CHECK_STR(check_found(s, "waiting_long", "warn")->href,
		  "jobs?filter=status%3Aready+queue%3Aa+created%3A%3E119s");
	q->oldest_seconds = 2 * 86400;
	CHECK_STR(check_found(s, "waiting_long", "bad")->href,
		  "jobs?filter=status%3Aready+queue%3Aa+created%3A%3E2d");
}

TEST(a_usual_wait_is_what_95_of_100_are)
{
	struct scene *s = *state;
	struct queue_facts *q = add_queue(s, "a", 1, 100);

	q->usual_waits = VERDICT_USUAL_MIN;
	q->usual_wait_ms = 20000;
	CHECK_NONE(s, "waiting_long");
	q->oldest_seconds = 101;
	const struct finding *f = check_found(s, "waiting_long", "warn");

	CHECK_STR(f->evidence, "The oldest of 1 due; 95 % of the last day's jobs waited "
			       "at most 20 s, "
			       "and too long is more than 1m 40s (5 times that, but at least a "
			       "minute).");
	q->usual_waits = VERDICT_USUAL_MIN - 1;
	CHECK_NONE(s, "waiting_long");
}

TEST(less_than_a_minute_is_never_too_long)
{
	struct scene *s = *state;
	struct queue_facts *q = add_queue(s, "a", 1, 60);

	q->usual_waits = 1000;
	q->usual_wait_ms = 1;
	CHECK_NONE(s, "waiting_long");
	q->oldest_seconds = 61;
	check_found(s, "waiting_long", "warn");
	q->usual_wait_ms = INFINITY;
	q->oldest_seconds = 901;
	check_found(s, "waiting_long", "warn");
}

TEST(bad_comes_before_warn_and_info)
{
	struct scene *s = *state;

	s->facts.history.state = KEEPING_UNCOUNTED;
	add_worker(s, 10 * MINUTE, false, true);
	add_queue(s, "a", 1, 1)->live_workers = 0;
	judge(s);
	assert_int_equal(s->found.n, 3);
	CHECK_STR(LIST_AT(&s->found, struct finding, 0)->code, "no_worker");
	CHECK_STR(LIST_AT(&s->found, struct finding, 1)->code, "workers_stale");
	CHECK_STR(LIST_AT(&s->found, struct finding, 2)->code, "history_inexact");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(all_is_well_and_says_what_that_rests_on),
		UNIT(an_idle_system_without_workers_is_well),
		UNIT(no_worker_runs_while_jobs_wait),
		UNIT(of_a_queue_that_was_not_counted_to_its_end_at_least_so_many_wait),
		UNIT(no_worker_counts_from_the_last_heartbeat_on),
		UNIT(one_live_worker_is_some),
		UNIT(jobs_for_later_need_no_worker),
		UNIT(who_serves_the_others_nobody_knows),
		UNIT(many_queues_are_put_together),
		UNIT(a_queue_without_a_name_is_named_so),
		UNIT(a_queue_grows),
		UNIT(few_jobs_do_not_grow),
		UNIT(a_queue_that_drains_or_is_not_known_does_not_grow),
		UNIT(without_a_usual_wait_a_quarter_of_an_hour_is_too_long),
		UNIT(a_usual_wait_is_what_95_of_100_are),
		UNIT(less_than_a_minute_is_never_too_long),
		UNIT(bad_comes_before_warn_and_info),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
