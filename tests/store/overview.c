/* overview.c -- what is said of a database in which something is really wrong. */
#include <stdlib.h>

#include "keep.h"
#include "store/overview.h"

static struct overview look(struct bench *b)
{
	struct overview overview;

	CHECK_OK(b, store_overview(&b->store, &b->arena, &overview, &b->err));
	return overview;
}

/* The codes of all verdicts, in order; gives the first of this code. */
static const struct finding *check_at(struct bench *b, const char *want, const char *code, int line)
{
	AUTO(buf) struct buf got = buf_new(4096);
	const struct overview overview = look(b);
	const struct finding *found = NULL;

	for (size_t i = 0; i < overview.verdicts.n; i++) {
		const struct finding *f = LIST_AT(&overview.verdicts, struct finding, i);

		buf_printf(&got, "%s%.*s", i > 0 ? " " : "", STR_ARG(f->code));
		if (!found && code && str_eq(f->code, str_of(code)))
			found = f;
	}
	check_text(buf_str(&got), want, __FILE__, line);
	assert_true((overview.all_clear == NULL) == (overview.verdicts.n > 0));
	return found;
}

#define CHECK_CODES(b, want) check_at((b), (want), NULL, __LINE__)
#define CHECK_FOUND(b, want, code) check_at((b), (want), (code), __LINE__)

static void live_worker(struct bench *b, const char *queues)
{
	put_worker(b, WORKER_A, 1, queues, NULL);
}

static void silent_worker(struct bench *b, const char *id, int64_t pid, const char *more)
{
	put_worker(b, id, pid, "[]",
		   arena_printf(&b->arena, "last_heartbeat = %s%s", at(b, -10 * MINUTE), more));
}

TEST(nothing_is_well)
{
	struct bench *b = bench_of(state);

	CHECK_CODES(b, "");
	assert_non_null(strstr(look(b).all_clear, "no worker is running, and none is needed"));
}

TEST(a_worker_at_work_is_well)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .created = -SECOND });
	put_job(b, (struct seed){ .status = "processing", .worker = WORKER_A });
	CHECK_CODES(b, "");
	assert_non_null(strstr(look(b).all_clear, "1 worker running; 1 job queued"));
}

TEST(jobs_wait_and_nobody_is_there)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .n = 3, .created = -MINUTE });
	put_job(b, (struct seed){ .scheduled = HOUR });
	CHECK_TEXT(CHECK_FOUND(b, "no_worker", "no_worker")->title,
		   "No worker is running, and 3 jobs wait");
}

TEST(a_queue_that_nobody_serves)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[\"a\"]");
	put_job(b, (struct seed){ .queue = "a" });
	put_job(b, (struct seed){ .queue = "b", .n = 2 });
	const struct finding *f = CHECK_FOUND(b, "queue_unserved", "queue_unserved");

	CHECK_TEXT(f->href, "jobs?filter=status%3Aready+queue%3Ab");
}

TEST(a_silent_worker_with_a_job_in_hand)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	silent_worker(b, WORKER_B, 2, "");
	put_job(b, (struct seed){ .status = "processing", .worker = WORKER_B });
	put_job(b, (struct seed){ .status = "processing", .worker = WORKER_A });
	const struct finding *f = CHECK_FOUND(b, "jobs_orphaned workers_stale", "jobs_orphaned");

	CHECK_TEXT(f->evidence,
		   "1 of silent workers, 0 of stopped ones, 0 of workers without a row.");
	CHECK_TEXT(f->href, "jobs?filter=status%3Aprocessing+worker%3A" WORKER_B);
}

TEST(jobs_that_nobody_puts_back)
{
	struct bench *b = bench_of(state);

	silent_worker(b, WORKER_B, 2, ", status = 'stopped'");
	put_job(b, (struct seed){ .status = "processing", .worker = WORKER_B });
	put_job(b, (struct seed){ .status = "processing", .n = 2, .updated = -11 * MINUTE });
	const struct finding *f = CHECK_FOUND(b, "jobs_orphaned", "jobs_orphaned");

	CHECK_TEXT(f->evidence,
		   "0 of silent workers, 1 of stopped ones, 2 of workers without a row.");
}

TEST(a_name_that_no_live_worker_registered)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("mail"), &b->err));
	put_job(b, (struct seed){ .name = "mail" });
	CHECK_CODES(b, "");
	put_job(b, (struct seed){ .name = "fax", .n = 2 });
	CHECK_TEXT(CHECK_FOUND(b, "names_unregistered", "names_unregistered")->evidence,
		   "2 jobs wait: \u201cfax\u201d (2).");
}

TEST(names_are_counted_by_the_gauges)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("mail"), &b->err));
	put_job(b, (struct seed){ .name = "mail" });
	put_job(b, (struct seed){ .name = "fax", .n = 2 });
	keep(b);
	CHECK_TEXT(CHECK_FOUND(b, "names_unregistered", "names_unregistered")->evidence,
		   "2 jobs wait: \u201cfax\u201d (2).");
}

/* With the index of those that wait. */
TEST(a_name_tells_since_when_it_waits)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("mail"), &b->err));
	put_job(b, (struct seed){ .name = "mail", .created = -30 * SECOND });
	put_job(b, (struct seed){ .name = "fax", .n = 2, .created = -20 * SECOND });
	given_the_index(b);
	keep(b);
	const struct finding *f = CHECK_FOUND(b, "names_unregistered", "names_unregistered");

	assert_true(llabs(f->since - clock_now() + 20 * SECOND) < 8 * SECOND);
}

TEST(a_name_of_a_worker_that_is_gone)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	CHECK_OK(b, store_registry_put(&b->store, WORKER_A, S("mail"), &b->err));
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_task_registry (task_name, worker_id, last_seen_at) "
			    "VALUES ('fax', '%s', %s)",
			    WORKER_B, at(b, -DAY)));
	put_job(b, (struct seed){ .name = "fax" });
	CHECK_CODES(b, "names_unregistered");
}

TEST(what_died_in_the_last_hour)
{
	struct bench *b = bench_of(state);

	put_dead(b, 4, "old", "q", -61 * MINUTE);
	CHECK_CODES(b, "");
	put_dead(b, 2, "mail", "q", -59 * MINUTE);
	put_dead(b, 1, "fax", "q", -MINUTE);
	const struct finding *f = CHECK_FOUND(b, "dead_letters_new", "dead_letters_new");

	CHECK_TEXT(f->title, "3 jobs died in the last hour");
	CHECK_TEXT(f->evidence, "By name: \u201cmail\u201d (2), \u201cfax\u201d (1).");
	assert_true(f->since < clock_now() - 58 * MINUTE);
}

TEST(too_many_die)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .status = "done",
				  .n = 20,
				  .created = -MINUTE,
				  .updated = -SECOND,
				  .expires = HOUR });
	put_dead(b, 5, "mail", "q", -MINUTE);
	CHECK_TEXT(CHECK_FOUND(b, "failure_share dead_letters_new", "failure_share")->title,
		   "20.0 % of the jobs that ended in the last hour died");
}

/* Ten minutes ago it was well. */
TEST(too_many_die_since_a_while)
{
	struct bench *b = bench_of(state);
	const usec_t now = clock_now(), span = now - now % (10 * MINUTE);

	keep(b);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -DAY)));
	tell(b, (struct told){
			.at = span - 20 * MINUTE, .becomes = "done", .outcome = "done", .n = 100 });
	tell(b, (struct told){ .at = span - 10 * MINUTE, .becomes = "dead_letter", .n = 30 });
	keep(b);
	const struct finding *f = CHECK_FOUND(b, "failure_share", "failure_share");

	assert_int_equal(f->since, span - 10 * MINUTE);
}

static void put_schedule(struct bench *b, const char *name, const char *status, int64_t next)
{
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_recurring_jobs (id, job_name, schedule_type, "
			    "schedule_value, status, next_run) VALUES (%s, '%s', 'interval', '60', "
			    "'%s', %s)",
			    any_id(b, NULL), name, status, at(b, next)));
}

/* Of the hour more was done than is counted, and what died before that is no share of it. */
TEST(of_many_jobs_an_hour_no_more_die_than_did)
{
	struct bench *b = bench_of(state);

	put_job(b, (struct seed){ .n = STORE_COUNT_CAP + 100,
				  .status = "done",
				  .created = -11 * MINUTE,
				  .updated = -10 * MINUTE,
				  .expires = HOUR });
	put_dead(b, 8000, "send", "mail", -30 * MINUTE);
	CHECK_CODES(b, "dead_letters_new");
}

TEST(schedules_that_do_not_fire)
{
	struct bench *b = bench_of(state);

	put_schedule(b, "soon", "active", -4 * MINUTE);
	put_schedule(b, "paused", "paused", -HOUR);
	put_schedule(b, "never", "active", NEVER);
	CHECK_CODES(b, "");
	put_schedule(b, "late", "active", -6 * MINUTE);
	const struct finding *f = CHECK_FOUND(b, "schedule_overdue", "schedule_overdue");

	CHECK_TEXT(f->level, "warn");
	assert_non_null(strstr(f->evidence.p, "1 of 3 active schedules"));
	assert_non_null(strstr(f->evidence.p, "\u201clate\u201d"));
	run(b, "DELETE FROM soniq_recurring_jobs WHERE job_name <> 'late'");
	CHECK_TEXT(CHECK_FOUND(b, "schedule_overdue", "schedule_overdue")->level, "bad");
}

TEST(hostile_names_are_quoted_everywhere)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, "a''b\"; rm -rf ~ #", "q", -MINUTE);
	const struct finding *f = CHECK_FOUND(b, "dead_letters_new", "dead_letters_new");

	CHECK_TEXT(f->command, "soniq dead-letter list --where "
			       "'finished:<1h type:\"a'\\''b\\\"; rm -rf ~ #\"'");
	CHECK_TEXT(f->href, "dead-letter?filter=finished%3A%3C1h+type%3A"
			    "%22a%27b%5C%22%3B+rm+-rf+%7E+%23%22");
}

/* ---- with the history ---- */

/* As if it had been kept for so long. */
static void kept_since(struct bench *b, int64_t ago)
{
	keep(b);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET since = %s", at(b, -ago)));
}

TEST(a_queue_that_grows)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .n = 30, .created = -SECOND });
	kept_since(b, HOUR);
	const struct finding *f = CHECK_FOUND(b, "queue_growing", "queue_growing");

	assert_non_null(strstr(f->title.p, "grows by "));
	assert_non_null(strstr(f->evidence.p, "and 0.0 were finished"));
	assert_non_null(strstr(f->evidence.p, "Due: 30 jobs"));
}

TEST(a_job_that_waits_longer_than_others_did)
{
	struct bench *b = bench_of(state);

	live_worker(b, "[]");
	put_job(b, (struct seed){ .created = -5 * MINUTE });
	kept_since(b, DAY);
	CHECK_CODES(b, "");
	for (int i = 0; i < 3; i++)
		tell(b, (struct told){ .at = clock_now() - 3 * HOUR,
				       .queue = "default",
				       .was = "queued",
				       .becomes = "processing",
				       .n = 10,
				       .waits = "20000 20000 20000 20000 20000 20000 20000 "
						"20000 20000 20000" });
	/* What goes wrong now is not what is usual. */
	tell(b, (struct told){ .queue = "default",
			       .was = "queued",
			       .becomes = "processing",
			       .n = 5,
			       .waits = "9000000000 9000000000 9000000000 9000000000 9000000000" });
	keep(b);
	counted(b);
	const struct finding *f = CHECK_FOUND(b, "waiting_long", "waiting_long");

	CHECK_TEXT(f->level, "bad");
	assert_non_null(strstr(f->evidence.p, "95 % of the last day's jobs waited at most "));
	assert_non_null(strstr(f->evidence.p, "too long is more than 1 min"));
}

TEST(a_history_that_nobody_keeps)
{
	struct bench *b = bench_of(state);

	kept_since(b, HOUR);
	CHECK_CODES(b, "");
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET sampled_at = %s",
			    at(b, -11 * MINUTE)));
	CHECK_TEXT(CHECK_FOUND(b, "history_inexact", "history_inexact")->title,
		   "Nobody keeps the history: numbers of the last minutes are missing");
}

TEST(a_history_that_is_half_made)
{
	struct bench *b = bench_of(state);

	keep(b);
	run(b, "DROP TABLE soniq_x_attempts");
	store_history_forget(&b->store);
	const struct finding *f = CHECK_FOUND(b, "history_inexact", "history_inexact");

	CHECK_TEXT(f->level, "warn");
	CHECK_TEXT(f->evidence, "Missing: soniq_x_attempts.");
}

TEST(a_history_that_must_be_counted)
{
	struct bench *b = bench_of(state);

	keep(b);
	run(b, "UPDATE soniq_x_state SET recount_due = 'truncate'");
	CHECK_TEXT(CHECK_FOUND(b, "history_inexact", "history_inexact")->evidence,
		   "Because of: truncate.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(nothing_is_well),
		ON_BOTH(a_worker_at_work_is_well),
		ON_BOTH(jobs_wait_and_nobody_is_there),
		ON_BOTH(a_queue_that_nobody_serves),
		ON_BOTH(a_silent_worker_with_a_job_in_hand),
		ON_BOTH(jobs_that_nobody_puts_back),
		ON_BOTH(a_name_that_no_live_worker_registered),
		WITH_HISTORY(names_are_counted_by_the_gauges),
		WITH_HISTORY(a_name_tells_since_when_it_waits),
		ON_BOTH(a_name_of_a_worker_that_is_gone),
		ON_BOTH(what_died_in_the_last_hour),
		ON_BOTH(too_many_die),
		WITH_HISTORY(too_many_die_since_a_while),
		ON_BOTH(of_many_jobs_an_hour_no_more_die_than_did),
		ON_BOTH(schedules_that_do_not_fire),
		ON_BOTH(hostile_names_are_quoted_everywhere),
		WITH_HISTORY(a_queue_that_grows),
		WITH_HISTORY(a_job_that_waits_longer_than_others_did),
		WITH_HISTORY(a_history_that_nobody_keeps),
		WITH_HISTORY(a_history_that_is_half_made),
		WITH_HISTORY(a_history_that_must_be_counted),
	};

	return cmocka_run_group_tests_name("overview", tests, NULL, NULL);
}
