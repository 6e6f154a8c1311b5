/* why.c -- why a job does not run, of jobs that really do not. */
#include "seed.h"
#include "store/history.h"
#include "store/why.h"

#define ME "00000000-0000-4000-8000-000000000001"
#define TWIN "00000000-0000-4000-8000-000000000002"

static struct why ask(struct bench *b, const char *id)
{
	struct list attempts;
	struct job job;
	struct why why;

	CHECK_OK(b, store_job_trace(&b->store, id, &b->arena, &job, &attempts, &b->err));
	CHECK_OK(b, store_why(&b->store, &job, &b->arena, &why, &b->err));
	return why;
}

static const struct finding *check_at(struct bench *b, const char *answer, const char *codes,
				      int line)
{
	AUTO(buf) struct buf got = buf_new(4096);
	const struct why why = ask(b, ME);

	for (size_t i = 0; i < why.reasons.n; i++)
		buf_printf(&got, "%s%.*s", i > 0 ? " " : "",
			   STR_ARG(LIST_AT(&why.reasons, struct finding, i)->code));
	check_text(buf_str(&got), codes, __FILE__, line);
	check_text(str_of(why_answer_name(why.answer)), answer, __FILE__, line);
	assert_true(why.reasons.n > 0);
	return LIST_AT(&why.reasons, struct finding, why.reasons.n - 1);
}

/* Gives the last reason. */
#define CHECK_WHY(b, answer, codes) check_at((b), (answer), (codes), __LINE__)

static void live_worker(struct bench *b, const char *queues)
{
	put_worker(b, WORKER_A, 1, queues, NULL);
}

TEST(nobody_works)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .id = ME });
	CHECK_WHY(b, "stuck", "no_worker");
	put_worker(b, WORKER_A, 1, "[]",
		   arena_printf(&b->arena, "last_heartbeat = %s", at(b, -10 * MINUTE)));
	CHECK_WHY(b, "stuck", "no_worker");
}

TEST(the_first_in_line)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME });
	CHECK_TEXT(CHECK_WHY(b, "waits", "next_in_line")->evidence, "2 of 2 slots are free.");
}

TEST(its_queue_is_not_served)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[\"a\", \"b\"]");
	put_job(b, (struct seed){ .id = ME, .queue = "c" });
	CHECK_WHY(b, "stuck", "queue_unserved");
	run(b, "UPDATE soniq_jobs SET queue = 'b'");
	CHECK_WHY(b, "waits", "next_in_line");
	/* No queue is none of the named. */
	run(b, "UPDATE soniq_jobs SET queue = NULL");
	CHECK_WHY(b, "stuck", "queue_unserved");
}

TEST(a_job_without_a_queue_waits_for_those_that_serve_all)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME, .queue = "NULL" });
	put_job(b, (struct seed){ .queue = "NULL", .created = -MINUTE });
	CHECK_TEXT(CHECK_WHY(b, "waits", "behind_others")->title,
		   "It is behind 1 job of its queue");
}

TEST(it_is_scheduled)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME, .scheduled = HOUR });
	CHECK_WHY(b, "waits", "scheduled_later");
	run(b, "UPDATE soniq_jobs SET attempts = 1, last_error = 'ValueError: no'");
	assert_non_null(strstr(CHECK_WHY(b, "waits", "scheduled_later")->title.p, "backs off"));
}

TEST(its_name_is_registered_or_not)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[\"default\"]");
	put_worker(b, WORKER_B, 2, "[\"other\"]",
		   arena_printf(&b->arena, "started_at = %s", at(b, -HOUR)));
	put_job(b, (struct seed){ .id = ME, .name = "mail" });
	CHECK_WHY(b, "waits", "next_in_line");
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("fax"), &b->err));
	CHECK_WHY(b, "stuck", "name_unregistered");
	CHECK_OK(b, store_registry_put(&b->store, WORKER_B, S("mail"), &b->err));
	run(b, arena_printf(&b->arena,
			    "UPDATE soniq_task_registry SET last_seen_at = %s "
			    "WHERE task_name = 'mail'",
			    at(b, -HOUR)));
	CHECK_WHY(b, "stuck", "name_elsewhere");
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("mail"), &b->err));
	CHECK_WHY(b, "waits", "next_in_line");
}

/* Workers of the Python project register under an id that is not their own. */
TEST(a_name_is_matched_by_the_moment_too)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME, .name = "mail" });
	CHECK_OK(b, store_registry_put(&b->store, TWIN, S("mail"), &b->err));
	CHECK_WHY(b, "waits", "next_in_line");
}

TEST(all_slots_are_busy)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[\"default\"]");
	put_worker(b, WORKER_B, 2, "[\"other\"]", NULL);
	put_job(b, (struct seed){ .id = ME });
	put_job(b, (struct seed){ .status = "processing", .worker = WORKER_A });
	put_job(b, (struct seed){ .status = "processing", .worker = WORKER_B, .n = 5 });
	CHECK_WHY(b, "waits", "next_in_line");
	put_job(b, (struct seed){ .status = "processing", .worker = WORKER_A, .queue = "x" });
	CHECK_TEXT(CHECK_WHY(b, "waits", "slots_busy")->evidence, "2 of 2 slots of 1 worker.");
}

/* Jobs on both sides of it, in every way in which one is before another. */
static void put_around(struct bench *b)
{
	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME, .created = -MINUTE, .scheduled = -30 * SECOND });
	put_job(b, (struct seed){ .priority = 5 });
	put_job(b, (struct seed){ .priority = 200, .created = -HOUR });
	put_job(b, (struct seed){ .n = 2 });
	put_job(b, (struct seed){ .scheduled = -31 * SECOND });
	put_job(b, (struct seed){ .scheduled = -29 * SECOND, .created = -HOUR });
	put_job(b, (struct seed){ .scheduled = -30 * SECOND, .created = -2 * MINUTE });
	put_job(b, (struct seed){ .scheduled = HOUR, .priority = 1 });
	put_job(b, (struct seed){ .queue = "other", .priority = 1 });
	put_job(b, (struct seed){ .status = "done", .priority = 1 });
	/* now() went on between the statements: the moments that are to be equal are made so. */
	run(b,
	    "UPDATE soniq_jobs SET scheduled_at = (SELECT scheduled_at FROM soniq_jobs "
	    "WHERE id = '" ME "') WHERE scheduled_at IN (SELECT max(scheduled_at) FROM soniq_jobs "
	    "WHERE created_at < (SELECT created_at FROM soniq_jobs WHERE id = '" ME "') "
	    "AND scheduled_at < (SELECT max(scheduled_at) FROM soniq_jobs WHERE scheduled_at < "
	    "now() AND id <> '" ME "'))");
}

/* What claims give is the truth. */
static int64_t place_of(struct bench *b, const char *id)
{
	const struct claim all = { .worker_id = WORKER_A, .queue = S("default"), .limit = 100 };
	struct list claimed;

	CHECK_OK(b, store_claim(&b->store, &all, &b->arena, &claimed, &b->err));
	for (size_t i = 0; i < claimed.n; i++)
		if (str_eq(LIST_AT(&claimed, struct claimed, i)->id, str_of(id)))
			return (int64_t)i;
	return -1;
}

TEST(what_is_before_it_is_what_is_claimed_before_it)
{
	struct bench *b = bench_of(state);

	put_around(b);
	const struct finding *f = CHECK_WHY(b, "waits", "behind_others");
	const int64_t place = place_of(b, ME);

	assert_true(place >= 4);
	CHECK_TEXT(f->title,
		   arena_printf(&b->arena, "It is behind %" PRId64 " jobs of its queue", place));
}

/* Whatever is due since when: what was never scheduled is claimed first. */
TEST(a_job_without_a_moment_is_before_those_with_one)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME });
	put_job(b, (struct seed){ .scheduled = -HOUR, .created = -HOUR });
	CHECK_WHY(b, "waits", "next_in_line");
	put_job(b, (struct seed){ .created = -MINUTE });
	CHECK_WHY(b, "waits", "behind_others");
}

TEST(counting_stops)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .n = 10500, .created = -MINUTE });
	put_job(b, (struct seed){ .id = ME });
	assert_non_null(strstr(CHECK_WHY(b, "waits", "behind_others")->title.p,
			       "It is behind at least 10"));
}

TEST(attempts_are_used_up)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME, .attempts = 3 });
	CHECK_WHY(b, "stuck", "attempts_used_up next_in_line");
}

TEST(a_clock_is_ahead)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME, .created = HOUR });
	CHECK_WHY(b, "waits", "clocks_differ next_in_line");
	run(b, "UPDATE soniq_jobs SET created_at = now()");
	CHECK_WHY(b, "waits", "next_in_line");
	run(b,
	    arena_printf(&b->arena, "UPDATE soniq_workers SET last_heartbeat = %s", at(b, HOUR)));
	CHECK_WHY(b, "waits", "clocks_differ next_in_line");
}

/* ---- it is at work ---- */

static void processing(struct bench *b, const char *worker)
{
	put_job(b, (struct seed){ .id = ME,
				  .status = "processing",
				  .worker = worker,
				  .attempts = 1,
				  .updated = -MINUTE });
}

TEST(it_runs)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	processing(b, WORKER_A);
	assert_non_null(strstr(CHECK_WHY(b, "runs", "running")->title.p, "host:1"));
}

TEST(its_worker_is_silent_stopped_or_gone)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_worker(b, WORKER_B, 2, "[]",
		   arena_printf(&b->arena, "last_heartbeat = %s", at(b, -10 * MINUTE)));
	processing(b, WORKER_B);
	CHECK_WHY(b, "waits", "worker_silent");
	run(b, "UPDATE soniq_workers SET status = 'stopped' WHERE pid = 1");
	CHECK_WHY(b, "stuck", "worker_silent");
	run(b, "UPDATE soniq_workers SET status = 'stopped'");
	CHECK_WHY(b, "stuck", "worker_gone");
	run(b, "DELETE FROM soniq_workers WHERE pid = 2");
	CHECK_WHY(b, "runs", "worker_gone");
}

TEST(a_twin_holds_its_key)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .id = ME,
				  .status = "processing",
				  .worker = WORKER_A,
				  .args_hash = "abc",
				  .dedup_key = "k",
				  .updated = -MINUTE });
	put_job(b, (struct seed){ .id = TWIN, .name = "fax", .args_hash = "abc" });
	CHECK_WHY(b, "runs", "running");
	run(b, "UPDATE soniq_jobs SET job_name = 'mail'");
	CHECK_TEXT(CHECK_WHY(b, "runs", "running twin_queued")->title,
		   "A queued job holds its unique arguments");
	run(b, "UPDATE soniq_jobs SET args_hash = NULL, dedup_key = 'k' WHERE id = '" TWIN "'");
	const struct finding *f = CHECK_WHY(b, "runs", "running twin_queued");

	CHECK_TEXT(f->title, "A queued job holds its dedup key");
	CHECK_TEXT(f->href, "jobs/" TWIN);
	run(b, "UPDATE soniq_jobs SET status = 'done' WHERE id = '" TWIN "'");
	CHECK_WHY(b, "runs", "running");
}

/* ---- it ended ---- */

TEST(dead_letters)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, "mail", "default", -MINUTE);
	run(b, "UPDATE soniq_dead_letter_jobs SET id = '" ME "'");
	CHECK_WHY(b, "ended", "dead_letter");
	/* An equal job that is not unique is nobody's business. */
	put_job(b, (struct seed){ .id = TWIN });
	CHECK_WHY(b, "ended", "dead_letter");
	run(b, bench_is_sqlite(b) ? "UPDATE soniq_jobs SET unique_job = 1, args_hash = 'x'"
				  : "UPDATE soniq_jobs SET unique_job = true, args_hash = 'x'");
	CHECK_WHY(b, "ended", "dead_letter twin_queued");
	run(b, "UPDATE soniq_jobs SET args = '{\"n\": 1}'");
	CHECK_WHY(b, "ended", "dead_letter");
	char made[UUID_TEXT_LEN + 1];
	CHECK_OK(b, store_dead_replay(&b->store, ME, made, &b->err));
	CHECK_WHY(b, "ended", "dead_letter replayed");
}

TEST(done_and_cancelled)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .id = ME, .status = "done" });
	CHECK_WHY(b, "ended", "done");
	run(b, "UPDATE soniq_jobs SET status = 'cancelled'");
	CHECK_WHY(b, "ended", "cancelled");
}

/* ---- with the history ---- */

TEST(what_is_gone_is_remembered)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	processing(b, WORKER_A);
	run(b, "UPDATE soniq_jobs SET status = 'done'; DELETE FROM soniq_jobs");
	CHECK_WHY(b, "ended", "gone");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(nobody_works),
		ON_BOTH(the_first_in_line),
		ON_BOTH(its_queue_is_not_served),
		ON_BOTH(a_job_without_a_queue_waits_for_those_that_serve_all),
		ON_BOTH(it_is_scheduled),
		ON_BOTH(its_name_is_registered_or_not),
		ON_BOTH(a_name_is_matched_by_the_moment_too),
		ON_BOTH(all_slots_are_busy),
		ON_BOTH(what_is_before_it_is_what_is_claimed_before_it),
		WITH_HISTORY(what_is_before_it_is_what_is_claimed_before_it),
		ON_BOTH(a_job_without_a_moment_is_before_those_with_one),
		ON_BOTH(counting_stops),
		ON_BOTH(attempts_are_used_up),
		ON_BOTH(a_clock_is_ahead),
		ON_BOTH(it_runs),
		ON_BOTH(its_worker_is_silent_stopped_or_gone),
		ON_BOTH(a_twin_holds_its_key),
		ON_BOTH(dead_letters),
		ON_BOTH(done_and_cancelled),
		WITH_HISTORY(what_is_gone_is_remembered),
	};

	return cmocka_run_group_tests_name("why", tests, NULL, NULL);
}
