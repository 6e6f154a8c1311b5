/* why.c -- each reason why a job does not run, on both sides of its edges. */
#include "unit.h"

#include <math.h>

#include "rules/why.h"

#define NOW ((usec_t)1790000000 * SECOND)
#define JOB "00000000-0000-4000-8000-000000000001"
#define TWIN "00000000-0000-4000-8000-000000000002"

/* A job that is queued, due, first in line, and served by one worker with a free slot. */
struct scene {
	struct arena arena;
	struct why_facts facts;
	struct why why;
};

static int begin(void **state)
{
	struct scene *s = xalloc(sizeof(*s));

	s->facts = (struct why_facts){
		.now = NOW,
		.id = S(JOB),
		.kind = S("job"),
		.status = S("queued"),
		.job_name = S("mail.send"),
		.queue = S("mail"),
		.priority = 100,
		.attempts = 0,
		.max_attempts = 3,
		.scheduled_at = TIME_NULL,
		.created_at = NOW - 10 * SECOND,
		.updated_at = NOW - 10 * SECOND,
		.replays = I64_NULL,
		.last_replay_at = TIME_NULL,
		.live_workers = 2,
		.serving = 1,
		.slots = 4,
		.busy = 1,
		.knows_names = true,
		.name_is_known = true,
		.serving_name = 1,
		.finished_per_minute = NAN,
		.run_p99_ms = NAN,
	};
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct scene *s = *state;

	arena_release(&s->arena);
	free(s);
	return 0;
}

/* All reasons, in order, by their codes; the answer; and each says all of it. */
static const struct finding *check_at(struct scene *s, const char *answer, const char *codes,
				      int line)
{
	AUTO(buf) struct buf got = buf_new(4096);

	why_judge(&s->facts, &s->arena, &s->why);
	for (size_t i = 0; i < s->why.reasons.n; i++) {
		const struct finding *f = LIST_AT(&s->why.reasons, struct finding, i);

		buf_printf(&got, "%s%.*s", i > 0 ? " " : "", STR_ARG(f->code));
		assert_true(f->title.n > 0 && f->evidence.n > 0 && f->href.n > 0 && f->next.n > 0);
	}
	check_str_at(buf_str(&got), str_of(codes), __FILE__, line);
	check_str_at(str_of(why_answer_name(s->why.answer)), str_of(answer), __FILE__, line);
	assert_true(s->why.reasons.n > 0);
	const struct finding *first = LIST_AT(&s->why.reasons, struct finding, 0);

	CHECK_BYTES(s->why.summary, first->title);
	return first;
}

#define CHECK(s, answer, codes) check_at((s), (answer), (codes), __LINE__)

/* ---- it ended ---- */

TEST(what_is_gone_is_told_from_its_attempts)
{
	struct scene *s = *state;

	s->facts.kind = S("history");
	s->facts.status = S("done");
	const struct finding *f = CHECK(s, "ended", "gone");

	CHECK_STR(f->title, "Its row is gone; its last attempt ended as \u201cdone\u201d");
	CHECK_STR(f->href, "jobs/" JOB);
}

TEST(done_and_cancelled_jobs_ended)
{
	struct scene *s = *state;

	s->facts.status = S("done");
	s->facts.attempts = 2;
	const struct finding *f = CHECK(s, "ended", "done");

	CHECK_STR(f->title, "It was done 10 s ago");
	CHECK_STR(f->evidence, "After 2 of 3 attempts.");
	assert_int_equal(f->since, NOW - 10 * SECOND);
	s->facts.status = S("cancelled");
	s->facts.max_attempts = I64_NULL;
	CHECK_STR(CHECK(s, "ended", "cancelled")->evidence, "After attempt 2.");
}

TEST(a_status_of_somebody_else_is_stuck)
{
	struct scene *s = *state;

	s->facts.status = S("paused");
	CHECK_STR(CHECK(s, "stuck", "status_unknown")->title,
		  "Its status is \u201cpaused\u201d, which no worker takes");
	s->facts.status = STR_NULL;
	CHECK(s, "stuck", "status_unknown");
	s->facts.status = S("dead_letter");
	CHECK(s, "stuck", "status_unknown");
}

static void die(struct scene *s)
{
	s->facts.kind = S("dead_letter");
	s->facts.status = S("dead_letter");
	s->facts.dead_letter_reason = S("max_retries_exceeded");
	s->facts.attempts = 3;
	s->facts.replays = 0;
}

TEST(a_dead_letter_says_what_a_replay_would_do)
{
	struct scene *s = *state;

	die(s);
	const struct finding *f = CHECK(s, "ended", "dead_letter");

	CHECK_STR(f->title, "It died 10 s ago and is in the dead letters: max_retries_exceeded");
	CHECK_STR(f->command, "soniq dead-letter replay " JOB);
	CHECK_STR(f->href, "dead-letter/" JOB);
	assert_non_null(strstr(f->next.p, "without its unique or dedup key"));
	s->facts.replays = 2;
	s->facts.last_replay_at = NOW - MINUTE;
	CHECK(s, "ended", "dead_letter replayed");
	s->facts.twin_id = S(TWIN);
	CHECK(s, "ended", "dead_letter replayed twin_queued");
	CHECK_STR(LIST_AT(&s->why.reasons, struct finding, 2)->href, "jobs/" TWIN);
}

/* ---- it is at work ---- */

static void run(struct scene *s, usec_t since)
{
	s->facts.status = S("processing");
	s->facts.attempts = 1;
	s->facts.updated_at = NOW - since;
	s->facts.worker_id = S("w");
	s->facts.worker = S("host:1");
	s->facts.worker_heartbeat = NOW - SECOND;
	s->facts.worker_is_live = true;
}

TEST(a_job_runs)
{
	struct scene *s = *state;

	run(s, 5 * SECOND);
	const struct finding *f = CHECK(s, "runs", "running");

	CHECK_STR(f->title, "It runs, for 5 s, on worker \u201chost:1\u201d");
	CHECK_STR(f->evidence, "Attempt 1 was claimed 5 s ago.");
	assert_int_equal(f->since, NOW - 5 * SECOND);
}

TEST(a_run_is_long_when_it_is_twice_what_99_of_100_took)
{
	struct scene *s = *state;

	run(s, 60 * SECOND);
	s->facts.usual_runs = WHY_USUAL_MIN;
	s->facts.run_p99_ms = 30000;
	CHECK_STR(CHECK(s, "runs", "running")->evidence,
		  "Attempt 1 was claimed 1 min ago. 99 % of its name ran at most 30 s.");
	s->facts.updated_at--;
	CHECK(s, "runs", "running_long");
	s->facts.usual_runs = WHY_USUAL_MIN - 1;
	CHECK(s, "runs", "running");
}

TEST(half_a_minute_is_never_long)
{
	struct scene *s = *state;

	run(s, WHY_LONG_MIN);
	s->facts.usual_runs = 1000;
	s->facts.run_p99_ms = 1;
	CHECK(s, "runs", "running");
	s->facts.updated_at--;
	CHECK(s, "runs", "running_long");
}

TEST(a_silent_worker_is_mended_by_others)
{
	struct scene *s = *state;

	run(s, MINUTE);
	s->facts.worker_is_live = false;
	s->facts.worker_is_stale = true;
	s->facts.worker_heartbeat = NOW - 10 * MINUTE;
	const struct finding *f = CHECK(s, "waits", "worker_silent");

	assert_int_equal(f->since, NOW - 10 * MINUTE);
	CHECK_STR(f->command, "soniq inspect --stale");
	s->facts.live_workers = 0;
	CHECK_STR(CHECK(s, "stuck", "worker_silent")->command, "soniq inspect --cleanup");
}

TEST(a_stopped_worker_and_a_missing_one_are_not)
{
	struct scene *s = *state;

	run(s, MINUTE);
	s->facts.worker_is_live = false;
	CHECK_STR(CHECK(s, "stuck", "worker_gone")->title,
		  "It is processing, but its worker \u201chost:1\u201d is stopped");
	s->facts.worker = STR_NULL;
	CHECK_STR(CHECK(s, "stuck", "worker_gone")->title,
		  "It is processing, but its worker \u201cw\u201d is gone");
	/* A worker that runs once has no row, and may be at it. */
	s->facts.worker_id = STR_NULL;
	CHECK(s, "runs", "worker_gone");
}

TEST(a_twin_holds_the_key_of_a_job_that_runs)
{
	struct scene *s = *state;

	run(s, SECOND);
	s->facts.twin_id = S(TWIN);
	s->facts.twin_key = "dedup key";
	CHECK(s, "runs", "running twin_queued");
	CHECK_STR(LIST_AT(&s->why.reasons, struct finding, 1)->title,
		  "A queued job holds its dedup key");
}

/* ---- it waits ---- */

TEST(the_first_in_line_is_taken_soon)
{
	struct scene *s = *state;

	CHECK_STR(CHECK(s, "waits", "next_in_line")->evidence, "3 of 4 slots are free.");
}

TEST(the_first_in_line_that_is_left_lying)
{
	struct scene *s = *state;

	s->facts.created_at = s->facts.updated_at = NOW - WHY_TAKEN_WITHIN;
	CHECK(s, "waits", "next_in_line");
	s->facts.created_at = s->facts.updated_at = NOW - WHY_TAKEN_WITHIN - 1;
	CHECK(s, "stuck", "not_taken");
	/* It was put back a moment ago. */
	s->facts.updated_at = NOW - SECOND;
	CHECK(s, "waits", "next_in_line");
}

TEST(a_job_for_later_waits)
{
	struct scene *s = *state;

	s->facts.scheduled_at = NOW;
	CHECK(s, "waits", "next_in_line");
	s->facts.scheduled_at = NOW + 90 * SECOND;
	const struct finding *f = CHECK(s, "waits", "scheduled_later");

	CHECK_STR(f->title, "It is scheduled, and is due in 1m 30s");
	s->facts.scheduled_at = TIME_INFINITY;
	CHECK(s, "stuck", "scheduled_later");
}

TEST(back_off_and_snooze_are_told_apart)
{
	struct scene *s = *state;

	s->facts.scheduled_at = NOW + SECOND;
	s->facts.attempts = 1;
	s->facts.last_error = S("ValueError: no");
	CHECK_STR(CHECK(s, "waits", "scheduled_later")->title,
		  "It backs off after a failure, and is due in 1 s");
	s->facts.last_error = S("SNOOZE: later");
	CHECK_STR(CHECK(s, "waits", "scheduled_later")->title,
		  "It put itself off, and is due in 1 s");
}

/* What it lacks now it may have by then. */
TEST(later_jobs_are_only_warned_of)
{
	struct scene *s = *state;

	s->facts.scheduled_at = NOW + HOUR;
	s->facts.live_workers = s->facts.serving = 0;
	CHECK(s, "waits", "scheduled_later no_worker");
	CHECK_STR(LIST_AT(&s->why.reasons, struct finding, 1)->level, "warn");
}

TEST(attempts_are_used_up)
{
	struct scene *s = *state;

	s->facts.attempts = 2;
	CHECK(s, "waits", "next_in_line");
	s->facts.attempts = 3;
	CHECK(s, "stuck", "attempts_used_up next_in_line");
	s->facts.attempts = I64_NULL;
	CHECK(s, "waits", "next_in_line");
}

TEST(nobody_works_or_serves)
{
	struct scene *s = *state;

	s->facts.serving = s->facts.serving_name = 0;
	const struct finding *f = CHECK(s, "stuck", "queue_unserved");

	CHECK_STR(f->title, "No live worker serves its queue \u201cmail\u201d");
	CHECK_STR(f->evidence, "2 live workers serve other queues.");
	CHECK_STR(f->href, "jobs?filter=status%3Aqueued+queue%3Amail");
	assert_int_equal(f->since, NOW - 10 * SECOND);
	s->facts.live_workers = 0;
	CHECK(s, "stuck", "no_worker");
}

TEST(its_name_is_registered_by_nobody)
{
	struct scene *s = *state;

	s->facts.name_is_known = false;
	s->facts.serving_name = 0;
	CHECK_STR(CHECK(s, "stuck", "name_unregistered")->href,
		  "jobs?filter=status%3Aqueued+type%3Amail.send");
	/* Where nobody registers anything nothing follows from it. */
	s->facts.knows_names = false;
	CHECK(s, "waits", "next_in_line");
}

TEST(its_name_is_registered_elsewhere)
{
	struct scene *s = *state;

	s->facts.serving_name = 0;
	CHECK_STR(CHECK(s, "stuck", "name_elsewhere")->title,
		  "Only workers that do not serve queue \u201cmail\u201d registered its name");
}

TEST(a_clock_that_is_ahead)
{
	struct scene *s = *state;

	s->facts.clock_ahead = WHY_CLOCK_MAX;
	CHECK(s, "waits", "next_in_line");
	s->facts.clock_ahead++;
	CHECK(s, "waits", "clocks_differ next_in_line");
}

TEST(all_slots_are_busy)
{
	struct scene *s = *state;

	s->facts.busy = 3;
	CHECK(s, "waits", "next_in_line");
	s->facts.busy = 4;
	const struct finding *f = CHECK(s, "waits", "slots_busy");

	CHECK_STR(f->evidence, "4 of 4 slots of 1 worker.");
	CHECK_STR(f->href, "jobs?filter=status%3Aprocessing");
}

TEST(others_come_first)
{
	struct scene *s = *state;

	s->facts.ahead = 30;
	CHECK_STR(CHECK(s, "waits", "behind_others")->title, "It is behind 30 jobs of its queue");
	s->facts.busy = 4;
	s->facts.ahead_is_capped = true;
	s->facts.finished_per_minute = 12;
	CHECK(s, "waits", "slots_busy behind_others");
	const struct finding *f = LIST_AT(&s->why.reasons, struct finding, 1);

	CHECK_STR(f->title, "It is behind at least 30 jobs of its queue");
	CHECK_STR(f->evidence,
		  "Claimed first is the smallest priority number, then what is due "
		  "longest; its number is 100. At the present rate of 12.0 a minute it "
		  "comes to it in about 2m 30s.");
	s->facts.finished_per_minute = 0;
	CHECK(s, "waits", "slots_busy behind_others");
	assert_non_null(
		strstr(LIST_AT(&s->why.reasons, struct finding, 1)->evidence.p, "is not known"));
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_is_gone_is_told_from_its_attempts),
		UNIT(done_and_cancelled_jobs_ended),
		UNIT(a_status_of_somebody_else_is_stuck),
		UNIT(a_dead_letter_says_what_a_replay_would_do),
		UNIT(a_job_runs),
		UNIT(a_run_is_long_when_it_is_twice_what_99_of_100_took),
		UNIT(half_a_minute_is_never_long),
		UNIT(a_silent_worker_is_mended_by_others),
		UNIT(a_stopped_worker_and_a_missing_one_are_not),
		UNIT(a_twin_holds_the_key_of_a_job_that_runs),
		UNIT(the_first_in_line_is_taken_soon),
		UNIT(the_first_in_line_that_is_left_lying),
		UNIT(a_job_for_later_waits),
		UNIT(back_off_and_snooze_are_told_apart),
		UNIT(later_jobs_are_only_warned_of),
		UNIT(attempts_are_used_up),
		UNIT(nobody_works_or_serves),
		UNIT(its_name_is_registered_by_nobody),
		UNIT(its_name_is_registered_elsewhere),
		UNIT(a_clock_that_is_ahead),
		UNIT(all_slots_are_busy),
		UNIT(others_come_first),
	};

	return cmocka_run_group_tests_name("why", tests, NULL, NULL);
}
