/* watch.c -- what has changed is told: by a look, or by whoever writes, when nothing was to be seen
 * for a while. */
#include "store/watch.h"

#include "keep.h"

#if WITH_POSTGRESQL
#include <libpq-fe.h>

#define BEAT "UPDATE soniq_jobs SET updated_at = now() WHERE status = 'processing'"

/* Somebody else, who hears what is told of the history. */
struct other {
	struct store store;
	struct changes changes;
	PGconn *ears;
};

static void listens(struct bench *b, struct other *other)
{
	struct db_options options = b->db.options;

	options.role = DB_READ;
	*other = (struct other){ .ears = PQconnectdb(b->db.options.url) };
	PQclear(PQexec(other->ears, "LISTEN soniq_x_change"));
	CHECK_OK(b, store_open(&options, &other->store, &b->err));
	CHECK_OK(b, store_watch(&other->store, &other->changes, &b->err));
}

static void leaves(struct other *other)
{
	store_release(&other->store);
	PQfinish(other->ears);
}

static bool hears(struct bench *b, struct other *other, usec_t patience)
{
	bool has_changed;

	CHECK_OK(b, store_wait_change(&other->store, &other->changes, patience, &has_changed,
				      &b->err));
	return has_changed;
}

/* Until there is nothing to hear for a while. */
static void rests(struct bench *b, struct other *other)
{
	while (hears(b, other, 2 * SECOND))
		;
}

/* Notices that were sent since the last time. */
static int notices(struct other *other)
{
	PGnotify *notice;
	int n = 0;

	PQclear(PQexec(other->ears, "SELECT 1"));
	while ((notice = PQnotifies(other->ears))) {
		PQfreemem(notice);
		n++;
	}
	return n;
}

static struct bench *with_history(void **state)
{
	struct bench *b = bench_of(state);

	counted(b);
	keep(b);
	return b;
}

/* As if it had listened for long. */
static void judges_anew(struct bench *b, struct other *other)
{
	other->changes.judged_at -= MINUTE;
	hears(b, other, 0);
}

/* The keeper counts a moment after the dashboard has begun to listen. */
TEST(what_is_kept_is_found_while_it_listens)
{
	struct bench *b = bench_of(state);
	struct other other;

	listens(b, &other);
	assert_false(other.changes.tells_all || other.changes.looks);
	counted(b);
	keep(b);
	hears(b, &other, 0);
	assert_false(other.changes.tells_all);
	judges_anew(b, &other);
	assert_true(other.changes.tells_all && other.changes.looks);
	run(b, "UPDATE soniq_x_state SET sampled_at = now() - interval '1 hour'");
	judges_anew(b, &other);
	assert_false(other.changes.tells_all || other.changes.looks);
	leaves(&other);
}

TEST(who_writes_tells_those_that_wait_and_nobody_else)
{
	struct bench *b = with_history(state);
	struct other other;

	listens(b, &other);
	assert_true(other.changes.looks && other.changes.tells_all);
	rests(b, &other);
	assert_true(other.changes.is_armed);
	put_job(b, (struct seed){ .n = 2, .status = "processing" });
	assert_int_equal(notices(&other), 1);
	assert_true(hears(b, &other, 10 * SECOND));
	assert_false(other.changes.is_armed);
	/* It looks itself now. */
	put_job(b, (struct seed){ .n = 2 });
	assert_int_equal(notices(&other), 0);
	assert_true(hears(b, &other, 10 * SECOND));
	rests(b, &other);
	assert_true(other.changes.is_armed);
	leaves(&other);
	/* Nobody is there. */
	put_job(b, (struct seed){ .n = 2 });
	CHECK_ROWS(b, 0, "pg_locks",
		   "locktype = 'advisory' AND mode = 'ExclusiveLock' AND database = "
		   "(SELECT oid FROM pg_database WHERE datname = current_database())");
}

TEST(each_way_to_change_a_job_is_told)
{
	static const char *const changes[] = {
		"UPDATE soniq_jobs SET status = 'processing'",
		"UPDATE soniq_jobs SET status = 'queued', attempts = attempts + 1",
		"UPDATE soniq_jobs SET scheduled_at = now() + interval '1 hour'",
		"DELETE FROM soniq_jobs WHERE ctid = (SELECT min(ctid) FROM soniq_jobs)",
		"TRUNCATE soniq_jobs CASCADE",
		"DELETE FROM soniq_dead_letter_jobs",
	};
	struct bench *b = with_history(state);
	struct other other;

	put_job(b, (struct seed){ .n = 3 });
	put_dead(b, 1, "send", "mail", 0);
	listens(b, &other);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		rests(b, &other);
		assert_true(other.changes.is_armed);
		notices(&other);
		run(b, changes[i]);
		assert_int_equal(notices(&other), 1);
		assert_true(hears(b, &other, 10 * SECOND));
	}
	leaves(&other);
}

/* As of a worker that finds nothing to claim, or tells that it lives. */
TEST(what_changes_nothing_is_not_told)
{
	struct bench *b = with_history(state);
	struct other other;

	put_job(b, (struct seed){ .n = 2, .status = "processing" });
	listens(b, &other);
	rests(b, &other);
	assert_true(other.changes.is_armed);
	run(b, BEAT);
	run(b, "UPDATE soniq_jobs SET status = 'done' WHERE status = 'queued'");
	run(b, "DELETE FROM soniq_jobs WHERE status = 'queued'");
	assert_int_equal(notices(&other), 0);
	leaves(&other);
}

/* What was written before anybody waited, and is committed after that, would not be told. */
TEST(nobody_waits_to_be_told_while_something_is_being_written)
{
	struct bench *b = with_history(state);
	AUTO(db_tx) struct db_tx tx = { 0 };
	struct other other;

	listens(b, &other);
	CHECK_OK(b, db_begin(b->store.db, &tx, &b->err));
	put_job(b, (struct seed){ .n = 2 });
	rests(b, &other);
	assert_false(other.changes.is_armed);
	CHECK_OK(b, db_commit(&tx, &b->err));
	assert_int_equal(notices(&other), 0);
	assert_true(hears(b, &other, 10 * SECOND));
	leaves(&other);
}

TEST(of_two_that_watch_one_waits_and_the_other_looks)
{
	struct bench *b = with_history(state);
	struct other one, other;

	listens(b, &one);
	listens(b, &other);
	rests(b, &one);
	rests(b, &other);
	assert_true(one.changes.is_armed);
	assert_false(other.changes.is_armed);
	put_job(b, (struct seed){ .n = 2 });
	assert_true(hears(b, &one, 10 * SECOND));
	assert_true(hears(b, &other, 10 * SECOND));
	leaves(&one);
	rests(b, &other);
	assert_true(other.changes.is_armed);
	leaves(&other);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#if WITH_POSTGRESQL
		WITH_HISTORY_ON_PG(what_is_kept_is_found_while_it_listens),
		WITH_HISTORY_ON_PG(who_writes_tells_those_that_wait_and_nobody_else),
		WITH_HISTORY_ON_PG(each_way_to_change_a_job_is_told),
		WITH_HISTORY_ON_PG(what_changes_nothing_is_not_told),
		WITH_HISTORY_ON_PG(nobody_waits_to_be_told_while_something_is_being_written),
		WITH_HISTORY_ON_PG(of_two_that_watch_one_waits_and_the_other_looks),
#endif
		{ 0 },
	};
	return _cmocka_run_group_tests("watch", tests, ARRAY_LEN(tests) - 1, NULL, NULL);
}
