/* history_storm.c -- everything at once, and folds killed in the middle: at the end all is counted
 * once. Each writer counts for itself what it did. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "keep.h"
#include "store/history_keep.h"
#include "support/writer.h"

#define WRITERS 3
#define FOLDERS 2
#define SEED 20260724

/* ---- who folds, and who kills ---- */

struct folder {
	struct store st;
	pthread_mutex_t mutex; /* for st.db against who kills */
	struct db_options options;
	atomic_bool *is_over;
	int n_turns;
	atomic_int n_failures;
	_Atomic int64_t n_folded;
};

/* A connection that was killed is made anew at once. */
static void open_again(struct folder *f)
{
	struct err err = { 0 };

	const int64_t batch = f->st.kept.batch;

	pthread_mutex_lock(&f->mutex);
	store_release(&f->st);
	while (store_open(&f->options, &f->st, &err) != ERR_OK)
		;
	f->st.kept.batch = batch;
	pthread_mutex_unlock(&f->mutex);
}

static void rest(long usec)
{
	nanosleep(&(struct timespec){ .tv_nsec = usec * 1000 }, NULL);
}

static void *fold_always(void *arg)
{
	struct folder *f = arg;

	while (!atomic_load(f->is_over)) {
		struct history_turn turn = { 0 };
		struct err err = { 0 };
		const enum err_code code =
			store_history_turn(&f->st, &history_policy_default, &turn, &err);

		f->n_turns++;
		atomic_fetch_add(&f->n_failures, code != ERR_OK);
		atomic_fetch_add(&f->n_folded, turn.folded);
		if (code == ERR_UNAVAILABLE)
			open_again(f);
		if (!turn.is_behind)
			rest(2000);
	}
	return NULL;
}

struct killer {
	struct store st;
	struct folder *folders;
	uint64_t random;
	uint64_t every; /* microseconds at most */
	atomic_bool *is_over;
};

/* PostgreSQL: the session ends, wherever it is. SQLite: the statement is given up, and with it
 * its transaction. */
static void *kill_often(void *arg)
{
	struct killer *k = arg;
	const bool is_sqlite = db_is_sqlite(k->st.db);

	while (!atomic_load(k->is_over)) {
		struct err err = { 0 };
		struct folder *f = &k->folders[writer_random(&k->random) % FOLDERS];

		rest((long)(writer_random(&k->random) % k->every));
		pthread_mutex_lock(&f->mutex);
		if (is_sqlite || writer_random(&k->random) % 2)
			db_cancel(f->st.db);
		else
			(void)!db_run_script(k->st.db,
					     "SELECT pg_terminate_backend(pid) FROM "
					     "pg_stat_activity WHERE datname = current_database() "
					     "AND application_name = 'folder'",
					     &err);
		pthread_mutex_unlock(&f->mutex);
	}
	return NULL;
}

/* ---- the storm ---- */

struct storm {
	struct bench *b;
	struct writer *writers;
	struct folder folders[FOLDERS];
	struct killer killer;
	atomic_bool is_over;
	pthread_t threads[FOLDERS + 1];
};

static void open_writer(struct bench *b, struct writer *w, int i)
{
	CHECK_OK(b, store_open(&b->db.options, &w->st, &b->err));
	if (bench_is_sqlite(b))
		CHECK_OK(b,
			 db_run_script(w->st.db, "PRAGMA ignore_check_constraints = 1", &b->err));
	w->random = SEED + (uint64_t)i;
	w->n_steps = bench_is_sqlite(b) ? 250 : 500;
	snprintf(w->worker_id, sizeof(w->worker_id), "00000000-0000-4000-8000-00000000000%d", i);
	snprintf(w->queue, sizeof(w->queue), "queue%d", i);
	put_worker(b, w->worker_id, i + 1, "[]", NULL);
}

/* Nothing is counted anew from here on: a recount would hide what was counted wrongly. And all
 * that is coarse counts as derived already, so that it is added to as well. */
static void prepare(struct storm *s, struct bench *b)
{
	*s = (struct storm){ .b = b, .writers = xalloc(WRITERS * sizeof(struct writer)) };
	given(b, "ALTER TABLE soniq_jobs DROP CONSTRAINT soniq_jobs_status_check", "SELECT 1");
	keep(b);
	given(b, "UPDATE soniq_x_state SET derived_10 = '2100-01-01', derived_60 = '2100-01-01'",
	      "UPDATE soniq_x_state SET derived_10 = 4102444800000000, "
	      "derived_60 = 4102444800000000");
	run(b, "CREATE TABLE at_first AS SELECT recounted_at FROM soniq_x_state");
	for (int i = 0; i < WRITERS; i++)
		open_writer(b, &s->writers[i], i);
}

static void start_folding(struct storm *s, uint64_t kill_every)
{
	struct bench *b = s->b;

	atomic_store(&s->is_over, false);
	for (int i = 0; i < FOLDERS; i++) {
		struct folder *f = &s->folders[i];

		*f = (struct folder){ .options = b->db.options, .is_over = &s->is_over };
		f->options.application_name = "folder";
		pthread_mutex_init(&f->mutex, NULL);
		CHECK_OK(b, store_open(&f->options, &f->st, &b->err));
		pthread_create(&s->threads[i], NULL, fold_always, f);
	}
	s->killer = (struct killer){
		.folders = s->folders, .random = SEED, .every = kill_every, .is_over = &s->is_over
	};
	CHECK_OK(b, store_open(&b->db.options, &s->killer.st, &b->err));
	pthread_create(&s->threads[FOLDERS], NULL, kill_often, &s->killer);
}

static void write_all(struct storm *s)
{
	pthread_t threads[WRITERS];

	for (int i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, writer_run, &s->writers[i]);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < WRITERS; i++) {
		if (s->writers[i].err.code != ERR_OK)
			fail_msg("writer %d: %s", i, s->writers[i].err.msg);
	}
}

static int64_t n_folded(struct storm *s)
{
	int64_t n = 0;

	for (int i = 0; i < FOLDERS; i++)
		n += atomic_load(&s->folders[i].n_folded);
	return n;
}

static int n_killed(struct storm *s)
{
	int n = 0;

	for (int i = 0; i < FOLDERS; i++)
		n += atomic_load(&s->folders[i].n_failures);
	return n;
}

static void stop_folding(struct storm *s)
{
	int turns = 0;

	/* A storm may be over before the first was killed, or before one was not. */
	while (n_killed(s) == 0 || n_folded(s) == 0)
		rest(10000);
	atomic_store(&s->is_over, true);
	for (int i = 0; i <= FOLDERS; i++)
		pthread_join(s->threads[i], NULL);
	for (int i = 0; i < FOLDERS; i++) {
		turns += s->folders[i].n_turns;
		store_release(&s->folders[i].st);
	}
	store_release(&s->killer.st);
	print_message("%d turns, %d of them killed, %lld rows folded in others\n", turns,
		      n_killed(s), (long long)n_folded(s));
}

static void clean_up(struct storm *s)
{
	for (int i = 0; i < WRITERS; i++)
		store_release(&s->writers[i].st);
	free(s->writers);
}

static struct counts sum_counts(const struct storm *s)
{
	struct counts sum = { 0 };

	for (int i = 0; i < WRITERS; i++) {
		const int64_t *from = (const int64_t *)&s->writers[i].counts;

		for (size_t k = 0; k < sizeof(sum) / sizeof(int64_t); k++)
			((int64_t *)&sum)[k] += from[k];
	}
	return sum;
}

/* ---- what is there in the end ---- */

static void check_sums(struct bench *b, const char *rows, const struct counts *want)
{
	const struct {
		const char *column;
		int64_t want;
	} sums[] = {
		{ "arrived", want->arrived },   { "started", want->started },
		{ "done", want->done },         { "failed", want->failed },
		{ "dead", want->dead },         { "cancelled", want->cancelled },
		{ "returned", want->returned }, { "wait_n", want->started },
		{ "run_n", want->ends },
	};

	for (size_t i = 0; i < ARRAY_LEN(sums); i++)
		CHECK_SUM(b, sums[i].want, sums[i].column, rows);
}

static void check_span(struct bench *b, const char *kind, int span, const struct counts *want)
{
	check_sums(b,
		   arena_printf(&b->arena, ROLLUPS " WHERE kind = '%s' AND span = %d", kind,
				span),
		   want);
}

static void check_all_queues(struct bench *b, int span, const struct counts *want)
{
	check_sums(b,
		   arena_printf(&b->arena, "soniq_x_rollup WHERE name_id = 0 AND span = %d", span),
		   want);
}

/* The histograms hold as many as were told. */
static void check_histograms(struct bench *b, const struct counts *want)
{
	struct list rows;
	struct histogram waits = { 0 }, runs = { 0 };

	CHECK_OK(b, db_query(b->store.db,
			     CALL(SQL_X_ROLLUP_SPAN, &rollup_record, P_I64(-1), P_I64(10000),
				  P_I64(1), P_I64(0), P_I64(4102444800000000)),
			     &b->arena, &rows, &b->err));
	for (size_t i = 0; i < rows.n; i++) {
		assert_true(histogram_read(&waits, LIST_AT(&rows, struct rollup, i)->waits));
		assert_true(histogram_read(&runs, LIST_AT(&rows, struct rollup, i)->runs));
	}
	/* Once by queue, once by type, once for all. */
	assert_int_equal(waits.n, 3 * want->started);
	assert_int_equal(runs.n, 3 * want->ends);
}

static void check_all(struct storm *s)
{
	struct bench *b = s->b;
	const struct counts want = sum_counts(s);
	static const int spans[] = { SPAN_EVER, SPAN_MINUTE, SPAN_TEN, SPAN_HOUR };

	keep(b);
	assert_true(want.arrived > 100 && want.started > 100 && want.dead > 10 &&
		    want.returned > 10);
	CHECK_ROWS(b, 0, "soniq_x_delta", "1 = 1");
	CHECK_GAUGES(b);
	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		check_span(b, "queue", spans[i], &want);
		check_span(b, "type", spans[i], &want);
		check_all_queues(b, spans[i], &want);
	}
	check_histograms(b, &want);
	CHECK_SUM(b, want.ends, "1", "soniq_x_attempts");
}

TEST(a_storm_is_counted_once)
{
	struct bench *b = bench_of(state);
	struct storm s;

	prepare(&s, b);
	start_folding(&s, 100000);
	write_all(&s);
	stop_folding(&s);
	check_all(&s);
	CHECK_ROWS(b, 1, "soniq_x_state AS s JOIN at_first AS f ON f.recounted_at = s.recounted_at",
		   "recount_due IS NULL");
	clean_up(&s);
}

TEST(an_emptied_table_in_a_storm_is_counted_anew)
{
	struct bench *b = bench_of(state);
	struct storm s;

	prepare(&s, b);
	start_folding(&s, 100000);
	write_all(&s);
	run(b, "TRUNCATE soniq_jobs");
	for (int i = 0; i < WRITERS; i++)
		s.writers[i].n_jobs = 0;
	write_all(&s);
	stop_folding(&s);
	b->store.kept.count_after = 0;
	check_all(&s);
	clean_up(&s);
}

/* Jobs of these numbers, each with a name of its own. */
static const char *many(struct bench *b, int from, int to)
{
	if (bench_is_sqlite(b))
		return arena_printf(&b->arena,
				    "INSERT INTO soniq_jobs (id, job_name, args, queue) WITH "
				    "RECURSIVE g (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM g "
				    "WHERE i < %d) SELECT uuid4(), 'n' || i, '{}', "
				    "'q' || (i %% 1999) FROM g",
				    from, to);
	return arena_printf(&b->arena,
			    "INSERT INTO soniq_jobs (id, job_name, args, queue) SELECT "
			    "gen_random_uuid(), 'n' || i, '{}', 'q' || (i %% 1999) "
			    "FROM generate_series(%d, %d) AS s (i)",
			    from, to);
}

/* More names than there is room for, all the while. */
TEST(a_hundred_thousand_names_are_counted_once)
{
	struct bench *b = bench_of(state);
	struct storm s;
	const int n = 20, of = 5000;

	prepare(&s, b);
	start_folding(&s, 1000000);
	struct writer *w = &s.writers[0];
	for (int i = 0; i < n; i++)
		writer_sql(w, many(b, i * of + 1, (i + 1) * of));
	writer_sql(w, "DELETE FROM soniq_jobs WHERE job_name LIKE '%7'");
	assert_int_equal(w->err.code, ERR_OK);
	stop_folding(&s);
	keep(b);
	CHECK_SUM(b, (int64_t)n * of, "arrived", ROLLUPS " WHERE kind = 'type' AND span = 1");
	CHECK_SUM(b, (int64_t)n * of, "arrived", ROLLUPS " WHERE kind = 'queue' AND span = 0");
	CHECK_ROWS(b, 1001, "soniq_x_names", "kind = 'type'");
	CHECK_ROWS(b, 501, "soniq_x_names", "kind = 'queue'");
	CHECK_GAUGES(b);
	CHECK_ROWS(b, 1, "soniq_x_state AS s JOIN at_first AS f ON f.recounted_at = s.recounted_at",
		   "recount_due IS NULL");
	clean_up(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(a_storm_is_counted_once),
		WITH_HISTORY_ON_PG(an_emptied_table_in_a_storm_is_counted_anew),
		WITH_HISTORY(a_hundred_thousand_names_are_counted_once),
	};

	return cmocka_run_group_tests_name("storm", tests, NULL, NULL);
}
