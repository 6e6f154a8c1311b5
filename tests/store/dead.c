/* dead.c -- dead letters: replayed once for each time it is asked, deleted, counted, exported. */
#include <pthread.h>

#include "store/rows.h"

#if WITH_POSTGRESQL
#include <libpq-fe.h>
#endif

#define THREADS 10
#define REPLAYS 10

/* No moment, as store_dead_count takes it. */
#define ANY_TIME TIME_INFINITY

TEST(a_replay_makes_a_new_job_of_what_the_letter_has)
{
	struct bench *b = bench_of(state);
	char made[UUID_TEXT_LEN + 1];
	struct job job, letter;

	put_dead(b, 1, NULL);
	CHECK_OK(b, store_dead_replay(&b->store, id_of(b, 1), made, &b->err));
	assert_string_not_equal(made, id_of(b, 1));
	CHECK_OK(b, store_job_find(&b->store, made, &b->arena, &job, &b->err));
	CHECK_TEXT(job.kind, "job");
	CHECK_TEXT(job.job_name, "mail.send");
	CHECK_TEXT(job.args, "{\"n\": 1}");
	CHECK_TEXT(job.status, "queued");
	CHECK_TEXT(job.queue, "mail");
	assert_int_equal(job.priority, 7);
	assert_int_equal(job.attempts, 0);
	assert_int_equal(job.max_attempts, 4);
	assert_int_equal(job.unique_job, 0);
	assert_true(job.scheduled_at > PAST);
	assert_true(job.created_at > PAST);
	assert_int_equal(job.result_bytes, I64_NULL);
	CHECK_TEXT(job.last_error, NULL);
	CHECK_TEXT(job.producer_id, NULL);
	CHECK_OK(b, store_dead_find(&b->store, id_of(b, 1), &b->arena, &letter, &b->err));
	assert_int_equal(letter.resurrection_count, 1);
	assert_true(letter.last_resurrection_at > PAST);
}

TEST(a_replay_of_nothing_changes_nothing)
{
	struct bench *b = bench_of(state);
	char made[UUID_TEXT_LEN + 1] = "untouched";

	put_dead(b, 1, NULL);
	put(b, 2, NULL);
	CHECK_ERR(b, ERR_NOT_FOUND, store_dead_replay(&b->store, id_of(b, 2), made, &b->err));
	CHECK_MESSAGE(b, id_of(b, 2));
	assert_string_equal(made, "untouched");
	CHECK_COUNT(b, 0, "soniq_dead_letter_jobs WHERE resurrection_count <> 0");
	CHECK_COUNT(b, 1, "soniq_jobs WHERE job_name = 'mail.send'");
}

TEST(a_letter_without_a_count_starts_at_one)
{
	struct bench *b = bench_of(state);
	char made[UUID_TEXT_LEN + 1];

	put_dead(b, 1, "resurrection_count = NULL");
	CHECK_OK(b, store_dead_replay(&b->store, id_of(b, 1), made, &b->err));
	CHECK_OK(b, store_dead_replay(&b->store, id_of(b, 1), made, &b->err));
	CHECK_COUNT(b, 1, "soniq_dead_letter_jobs WHERE resurrection_count = 2");
	CHECK_COUNT(b, 2, "soniq_jobs WHERE job_name = 'mail.send'");
}

/* The count and the new job are one: where the job cannot be, the count stays. */
TEST(a_replay_that_fails_leaves_the_letter_as_it_was)
{
	struct bench *b = bench_of(state);
	char made[UUID_TEXT_LEN + 1] = "untouched";

	put_dead(b, 1, NULL);
	given(b, "ALTER TABLE soniq_jobs ADD CONSTRAINT none_of_these CHECK (queue <> 'mail')",
	      "CREATE TRIGGER none_of_these BEFORE INSERT ON soniq_jobs WHEN NEW.queue = 'mail' "
	      "BEGIN SELECT RAISE(ABORT, 'none of these'); END");
	CHECK_ERR(b, ERR_CONFLICT, store_dead_replay(&b->store, id_of(b, 1), made, &b->err));
	assert_string_equal(made, "untouched");
	CHECK_COUNT(b, 1, "soniq_dead_letter_jobs WHERE resurrection_count = 0");
	CHECK_COUNT(b, 0, "soniq_jobs WHERE job_name = 'mail.send'");
	/* The connection is of use again. */
	CHECK_OK(b, store_ping(&b->store, &b->err));
}

struct replayer {
	struct bench *b;
	int n_done;
};

static void *replay_many(void *arg)
{
	struct replayer *r = arg;
	AUTO(store) struct store store = { 0 };
	struct err err = { 0 };
	char made[UUID_TEXT_LEN + 1];

	if (store_open(&r->b->db.options, &store, &err) != ERR_OK)
		return NULL;
	for (int i = 0; i < REPLAYS; i++)
		r->n_done += store_dead_replay(&store, "00000000-0000-4000-8000-000000000001",
					       made, &err) == ERR_OK;
	return NULL;
}

TEST(a_hundred_replays_at_once_make_a_hundred_jobs)
{
	struct bench *b = bench_of(state);
	struct replayer replayers[THREADS];
	pthread_t threads[THREADS];
	int n_done = 0;

	put_dead(b, 1, NULL);
	for (int i = 0; i < THREADS; i++) {
		replayers[i] = (struct replayer){ b, 0 };
		pthread_create(&threads[i], NULL, replay_many, &replayers[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		n_done += replayers[i].n_done;
	}
	assert_int_equal(n_done, THREADS * REPLAYS);
	CHECK_COUNT(b, 100, "soniq_jobs WHERE job_name = 'mail.send'");
	CHECK_COUNT(b, 1, "soniq_dead_letter_jobs WHERE resurrection_count = 100");
}

#if WITH_POSTGRESQL
/* The payload of the only notification that is there, or NULL. */
static const char *notified(struct bench *b, PGconn *conn)
{
	/* A round trip brings everything that was committed before. */
	PQclear(PQexec(conn, "SELECT 1"));
	PQconsumeInput(conn);
	PGnotify *first = PQnotifies(conn), *second = PQnotifies(conn);
	const char *payload = first ? arena_printf(&b->arena, "%s", first->extra) : NULL;

	assert_null(second);
	PQfreemem(first);
	return payload;
}

TEST(a_replay_tells_the_workers_of_its_queue)
{
	struct bench *b = bench_of(state);
	PGconn *conn = PQconnectdb(b->db.options.url);
	char made[UUID_TEXT_LEN + 1];

	PQclear(PQexec(conn, "LISTEN soniq_new_job"));
	put_dead(b, 1, NULL);
	put_dead(b, 2, "queue = repeat('q', 8000)");
	put_dead(b, 3, "queue = repeat('q', 7999)");
	assert_null(notified(b, conn));
	CHECK_OK(b, store_dead_replay(&b->store, id_of(b, 1), made, &b->err));
	assert_string_equal(notified(b, conn), "mail");
	/* A name that no payload can hold: replayed all the same. */
	CHECK_OK(b, store_dead_replay(&b->store, id_of(b, 2), made, &b->err));
	assert_null(notified(b, conn));
	CHECK_OK(b, store_dead_replay(&b->store, id_of(b, 3), made, &b->err));
	assert_int_equal(strlen(notified(b, conn)), 7999);
	PQfinish(conn);
}
#endif

TEST(a_dead_letter_is_deleted_once)
{
	struct bench *b = bench_of(state);

	put_dead(b, 1, NULL);
	put_dead(b, 2, NULL);
	CHECK_OK(b, store_dead_delete(&b->store, id_of(b, 1), &b->err));
	CHECK_ERR(b, ERR_NOT_FOUND, store_dead_delete(&b->store, id_of(b, 1), &b->err));
	CHECK_COUNT(b, 1, "soniq_dead_letter_jobs");
}

static int64_t count_of(struct bench *b, struct job_filter filter, usec_t before)
{
	int64_t n = -1;

	CHECK_OK(b, store_dead_count(&b->store, &filter, before, &n, &b->err));
	return n;
}

static void put_several(struct bench *b)
{
	put_dead(b, 1, "queue = 'a'");
	put_dead(b, 2, "queue = 'a', job_name = 'other'");
	put_dead(b, 3, "queue = 'b', dead_letter_reason = 'job_not_found'");
	put_dead(b, 4, bench_is_sqlite(b) ? "moved_to_dead_letter_at = 9223372036854775807"
					  : "moved_to_dead_letter_at = 'infinity'");
}

TEST(counting_is_by_every_filter)
{
	struct bench *b = bench_of(state);

	put_several(b);
	assert_int_equal(count_of(b, (struct job_filter){ 0 }, ANY_TIME), 4);
	assert_int_equal(count_of(b, (struct job_filter){ .queue = S("a") }, ANY_TIME), 2);
	assert_int_equal(count_of(b, (struct job_filter){ .job_name = S("mail.send") }, ANY_TIME),
			 3);
	assert_int_equal(count_of(b, (struct job_filter){ .job_name = S("mail") }, ANY_TIME), 0);
	assert_int_equal(count_of(b, (struct job_filter){ .reason = S("job_not_found") },
				  ANY_TIME), 1);
	assert_int_equal(count_of(b, (struct job_filter){ 0 }, PAST + 2 * SECOND), 1);
	assert_int_equal(count_of(b, (struct job_filter){ .queue = S("b") }, PAST), 0);
}

static int64_t delete_many(struct bench *b, struct job_filter filter, usec_t before)
{
	int64_t n = -1;

	CHECK_OK(b, store_dead_delete_many(&b->store, &filter, before, &n, &b->err));
	return n;
}

TEST(many_are_deleted_up_to_the_limit)
{
	struct bench *b = bench_of(state);
	const struct job_filter two = { .limit = 2 };

	for (int i = 1; i <= 5; i++)
		put_dead(b, i, NULL);
	assert_int_equal(delete_many(b, two, PAST + 5 * SECOND), 2);
	/* The newest of them went first, and what was not asked for is there. */
	CHECK_COUNT(b, 1, arena_printf(&b->arena, "soniq_dead_letter_jobs WHERE id = '%s'",
				       id_of(b, 5)));
	CHECK_COUNT(b, 1, arena_printf(&b->arena, "soniq_dead_letter_jobs WHERE id = '%s'",
				       id_of(b, 2)));
	assert_int_equal(delete_many(b, two, PAST + 5 * SECOND), 2);
	assert_int_equal(delete_many(b, two, PAST + 5 * SECOND), 0);
	assert_int_equal(delete_many(b, two, ANY_TIME), 1);
	CHECK_COUNT(b, 0, "soniq_dead_letter_jobs");
}

TEST(many_are_deleted_by_every_filter)
{
	struct bench *b = bench_of(state);

	put_several(b);
	assert_int_equal(delete_many(b, (struct job_filter){ .queue = S("a"),
							     .job_name = S("other"),
							     .limit = 100 }, ANY_TIME), 1);
	assert_int_equal(delete_many(b, (struct job_filter){ .reason = S("job_not_found"),
							     .limit = 100 }, ANY_TIME), 1);
	assert_int_equal(delete_many(b, (struct job_filter){ .queue = S("zzz"),
							     .limit = 100 }, ANY_TIME), 0);
	CHECK_COUNT(b, 2, "soniq_dead_letter_jobs");
}

/* Every letter's number, by pages. */
static const char *walk(struct bench *b, struct job_filter filter)
{
	const char *text = "";

	for (int page = 0; page < 20; page++) {
		struct list jobs;
		CHECK_OK(b, store_dead_page(&b->store, &filter, &b->arena, &jobs, &b->err));
		if (jobs.n == 0)
			return text;
		for (size_t i = 0; i < jobs.n; i++)
			text = arena_printf(&b->arena, "%s%c", text,
					    LIST_AT(&jobs, struct job, i)->id.p[35]);
		const struct job *last = LIST_AT(&jobs, struct job, jobs.n - 1);
		filter.has_cursor = true;
		filter.after_at = last->moved_to_dead_letter_at;
		memcpy(filter.after_id, last->id.p, sizeof(filter.after_id));
		text = arena_printf(&b->arena, "%s|", text);
	}
	fail_msg("the pages do not end: %s", text);
	return text;
}

TEST(pages_for_export_hold_each_letter_once)
{
	struct bench *b = bench_of(state);

	put_several(b);
	put_dead(b, 5, arena_printf(&b->arena, "moved_to_dead_letter_at = %s",
				    moment(b, PAST + 2 * SECOND)));
	put_dead(b, 6, bench_is_sqlite(b) ? "moved_to_dead_letter_at = 'never'"
					  : "moved_to_dead_letter_at = '-infinity'");
	assert_string_equal(walk(b, (struct job_filter){ .limit = 2 }), "43|52|16|");
	assert_string_equal(walk(b, (struct job_filter){ .limit = 1 }), "4|3|5|2|1|6|");
	assert_string_equal(walk(b, (struct job_filter){ .limit = 2, .queue = S("a") }), "21|");
	assert_string_equal(walk(b, (struct job_filter){ .limit = 9, .text = S("OTHER") }), "2|");
}

TEST(a_page_for_export_has_every_column)
{
	struct bench *b = bench_of(state);
	struct job_filter filter = { .limit = 10 };
	struct list jobs;

	put_dead(b, 1, "tags = '[1]', resurrection_count = 2");
	CHECK_OK(b, store_dead_page(&b->store, &filter, &b->arena, &jobs, &b->err));
	const struct job *job = LIST_AT(&jobs, struct job, 0);
	CHECK_TEXT(job->id, id_of(b, 1));
	CHECK_TEXT(job->args, "{\"n\": 1}");
	CHECK_TEXT(job->tags, "[1]");
	CHECK_TEXT(job->last_error, "ValueError: no");
	CHECK_TEXT(job->dead_letter_reason, "max_retries_exceeded");
	assert_int_equal(job->resurrection_count, 2);
	assert_int_equal(job->attempts, 4);
	assert_int_equal(job->created_at, PAST);
	filter.is_brief = true;
	CHECK_OK(b, store_dead_page(&b->store, &filter, &b->arena, &jobs, &b->err));
	job = LIST_AT(&jobs, struct job, 0);
	CHECK_TEXT(job->args, NULL);
	CHECK_TEXT(job->tags, "[1]");
	filter.offset = 1;
	CHECK_OK(b, store_dead_page(&b->store, &filter, &b->arena, &jobs, &b->err));
	assert_int_equal(jobs.n, 0);
}

TEST(what_is_looked_at_is_what_an_export_has_while_the_table_is_small)
{
	struct bench *b = bench_of(state);
	const struct job_filter filter = { .limit = 2, .queue = S("a") };
	struct job_list newest;
	struct list all;

	put_several(b);
	CHECK_OK(b, store_dead_newest(&b->store, &filter, &b->arena, &newest, &b->err));
	CHECK_OK(b, store_dead_page(&b->store, &filter, &b->arena, &all, &b->err));
	assert_int_equal(newest.quality.kind, KIND_EXACT);
	assert_int_equal(newest.total, -1);
	assert_int_equal(newest.rows.n, 2);
	assert_int_equal(all.n, 2);
	for (size_t i = 0; i < all.n; i++)
		assert_true(str_eq(LIST_AT(&newest.rows, struct job, i)->id,
				   LIST_AT(&all, struct job, i)->id));
}

TEST(a_total_is_of_all_that_match_whatever_page_is_looked_at)
{
	struct bench *b = bench_of(state);
	struct job_filter filter = { .limit = 2, .wants_total = true };
	struct job_list first, rest;

	for (int i = 1; i <= 5; i++)
		put_dead(b, i, i == 4 ? "queue = 'other'" : NULL);
	CHECK_OK(b, store_dead_newest(&b->store, &filter, &b->arena, &first, &b->err));
	const struct job *last = LIST_AT(&first.rows, struct job, 1);
	filter.has_cursor = true;
	filter.after_at = last->moved_to_dead_letter_at;
	assert_true(parse_uuid(last->id, filter.after_id));
	CHECK_OK(b, store_dead_newest(&b->store, &filter, &b->arena, &rest, &b->err));
	assert_int_equal(first.total, 5);
	assert_int_equal(rest.total, 5);
	filter = (struct job_filter){ .limit = 2, .wants_total = true, .queue = S("other") };
	CHECK_OK(b, store_dead_newest(&b->store, &filter, &b->arena, &first, &b->err));
	assert_int_equal(first.total, 1);
}

/* By rowid: the place where PostgreSQL's window ends is its statement's LIMIT. */
TEST(who_looks_sees_the_newest_of_a_large_table_and_an_export_has_all)
{
	struct bench *b = bench_of(state);
	struct job_filter filter = { .limit = 9 };
	struct job_list newest;
	struct list all;

	put_dead(b, 1, NULL);
	given(b, NULL,
	      "INSERT INTO soniq_dead_letter_jobs (rowid, id, job_name, args, queue, priority, "
	      "max_attempts, attempts, dead_letter_reason, original_created_at, "
	      "moved_to_dead_letter_at) SELECT 300000, "
	      "'00000000-0000-4000-8000-000000000002', job_name, args, queue, priority, "
	      "max_attempts, attempts, dead_letter_reason, original_created_at, "
	      "moved_to_dead_letter_at FROM soniq_dead_letter_jobs");
	CHECK_OK(b, store_dead_newest(&b->store, &filter, &b->arena, &newest, &b->err));
	CHECK_OK(b, store_dead_page(&b->store, &filter, &b->arena, &all, &b->err));
	assert_int_equal(newest.quality.kind, KIND_WINDOW);
	assert_int_equal(newest.rows.n, 1);
	assert_int_equal(all.n, 2);
	filter.status = S("dead_letter");
	CHECK_OK(b, store_job_list(&b->store, &filter, &b->arena, &newest, &b->err));
	assert_int_equal(newest.quality.kind, KIND_WINDOW);
	assert_int_equal(newest.rows.n, 1);
	filter.wants_all = true;
	CHECK_OK(b, store_job_list(&b->store, &filter, &b->arena, &newest, &b->err));
	assert_int_equal(newest.quality.kind, KIND_EXACT);
	assert_int_equal(newest.rows.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(a_replay_makes_a_new_job_of_what_the_letter_has),
		ON_BOTH(a_replay_of_nothing_changes_nothing),
		ON_BOTH(a_letter_without_a_count_starts_at_one),
		ON_BOTH(a_replay_that_fails_leaves_the_letter_as_it_was),
		ON_BOTH(a_hundred_replays_at_once_make_a_hundred_jobs),
#if WITH_POSTGRESQL
		ON_PG(a_replay_tells_the_workers_of_its_queue),
#endif
		ON_BOTH(a_dead_letter_is_deleted_once),
		ON_BOTH(counting_is_by_every_filter),
		ON_BOTH(many_are_deleted_up_to_the_limit),
		ON_BOTH(many_are_deleted_by_every_filter),
		ON_BOTH(pages_for_export_hold_each_letter_once),
		ON_BOTH(a_page_for_export_has_every_column),
		ON_BOTH(a_total_is_of_all_that_match_whatever_page_is_looked_at),
		ON_LITE(who_looks_sees_the_newest_of_a_large_table_and_an_export_has_all),
		ON_BOTH(what_is_looked_at_is_what_an_export_has_while_the_table_is_small),
	};
	return cmocka_run_group_tests_name("dead", tests, NULL, NULL);
}
