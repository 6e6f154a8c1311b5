/* job_pages.c -- following the pages of a list off our indexes: every job that stays is on one of
 * them, whatever comes and goes meanwhile, and wherever looking had to stop. */
#include <stdlib.h>

#include "store/indexed.h"

#define JOBS 4000
#define CHURN 900000            /* numbers from here on come and go */

/* Of job i, by its number alone, so that what is to be listed is known without asking. */
static bool is_undated(int i)
{
	return i % 97 == 0;
}

static const char *status_of(int i)
{
	if (i % 50 == 3)
		return "processing";
	return i % 3 == 0 ? "queued" : "done";
}

/* Three at a time have the same moment, and the order of the moments is not that of the numbers. */
static int moment_of(int i)
{
	return (int)((unsigned)i / 3 * 7919U % 100003U);
}

static void put_jobs(struct bench *b)
{
	given(b,
	      "INSERT INTO soniq_jobs (id, job_name, args, status, queue, last_error, created_at) "
	      "SELECT ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, "
	      "'job.' || i % 7, '{}', CASE WHEN i % 50 = 3 THEN 'processing' WHEN i % 3 = 0 "
	      "THEN 'queued' ELSE 'done' END, CASE WHEN i % 11 > 0 THEN 'q' || i % 11 END, "
	      "CASE WHEN i % 20 = 7 THEN 'Broken pipe ' || i END, "
	      "CASE WHEN i % 97 > 0 THEN to_timestamp(1700000000 + i / 3 * 7919 % 100003) END "
	      "FROM generate_series(1, 4000) AS i",
	      "WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 4000) "
	      "INSERT INTO soniq_jobs (id, job_name, args, status, queue, last_error, created_at) "
	      "SELECT printf('00000000-0000-4000-8000-%012d', i), "
	      "'job.' || (i % 7), '{}', CASE WHEN i % 50 = 3 THEN 'processing' WHEN i % 3 = 0 "
	      "THEN 'queued' ELSE 'done' END, CASE WHEN i % 11 > 0 THEN 'q' || (i % 11) END, "
	      "CASE WHEN i % 20 = 7 THEN 'Broken pipe ' || i END, "
	      "CASE WHEN i % 97 > 0 THEN (1700000000 + i / 3 * 7919 % 100003) * 1000000 END "
	      "FROM g");
}

static bool has_queue(const struct job_filter *f, int i)
{
	return !f->queue.p ||
	       (i % 11 > 0 && f->queue.n == 2 + (i % 11 > 9) && atoi(f->queue.p + 1) == i % 11);
}

static bool has_text(const struct job_filter *f, int i)
{
	return f->text.n == 0 || (str_eq(f->text, S("PIPE")) && i % 20 == 7) ||
	       (str_eq(f->text, S("b.3")) && i % 7 == 3);
}

static bool is_wanted(const struct job_filter *f, int i)
{
	return has_queue(f, i) && has_text(f, i) &&
	       (!f->status.p || str_eq(f->status, str_of(status_of(i)))) &&
	       (!f->job_name.p || atoi(f->job_name.p + f->job_name.n - 1) == i % 7);
}

static int by_place(const void *a, const void *b)
{
	const int i = *(const int *)a, j = *(const int *)b;

	if (is_undated(i) != is_undated(j))
		return is_undated(i) - is_undated(j);
	if (!is_undated(i) && moment_of(i) != moment_of(j))
		return moment_of(j) - moment_of(i);
	return j - i;
}

struct numbers {
	int n;
	int at[JOBS + 1];
};

static struct numbers wanted(const struct job_filter *f)
{
	struct numbers all = { 0 };

	for (int i = 1; i <= JOBS; i++)
		if (is_wanted(f, i))
			all.at[all.n++] = i;
	qsort(all.at, (size_t)all.n, sizeof(int), by_place);
	return all;
}

/* Jobs appear everywhere, and some of those go again. Others change, but for their place. */
static void churn(struct bench *b, int page)
{
	static int next = CHURN;
	const char *const date = page % 5 == 0 ? "created_at = NULL" : "attempts = 1";

	put(b, next, date);
	sql(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET created_at = %s WHERE id = '%s'",
			    page % 5 == 0 ? "NULL" : moment(b, PAST + page * 997 % 100003 * SECOND),
			    id_of(b, next)));
	if (next % 2 == 0)
		sql(b, arena_printf(&b->arena, "DELETE FROM soniq_jobs WHERE id = '%s'",
				    id_of(b, next - 1)));
	sql(b, arena_printf(&b->arena, "UPDATE soniq_jobs SET attempts = attempts + 1 "
			    "WHERE id = '%s'", id_of(b, 1 + page * 31 % JOBS)));
	next++;
}

static void set_cursor(struct job_filter *f, usec_t at, struct str id)
{
	f->has_cursor = true;
	f->after_at = at;
	memcpy(f->after_id, id.p, UUID_TEXT_LEN + 1);
	f->offset = 0;
}

/* As the API does it. False: that was the last page. */
static bool go_on(struct job_filter *f, const struct job_list *list)
{
	if (list->stop_id.p) {
		set_cursor(f, list->stop_at, list->stop_id);
		return true;
	}
	if (list->rows.n < (size_t)f->limit)
		return false;
	const struct job_row *last = LIST_AT(&list->rows, struct job_row, list->rows.n - 1);
	set_cursor(f, last->sort_at, last->id);
	return true;
}

static void note(struct numbers *all, const struct list *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		const int number = atoi(LIST_AT(rows, struct job_row, i)->id.p + 24);

		if (number >= CHURN)
			continue;
		assert_true(all->n < JOBS);
		all->at[all->n++] = number;
	}
}

static void follow(struct bench *b, struct job_filter f, struct numbers *got)
{
	struct job_list list;

	got->n = 0;
	for (int page = 0; page < 2000; page++) {
		CHECK_OK(b, store_job_list(&b->store, &f, &b->arena, &list, &b->err));
		note(got, &list.rows);
		if (!go_on(&f, &list))
			return;
		churn(b, page);
	}
	fail_msg("the pages do not end");
}

/* f finds what `same` finds, in the same order. */
static void check_same(struct bench *b, struct job_filter f, const struct job_filter *same)
{
	const struct numbers want = wanted(same);
	struct numbers got;

	assert_true(want.n > 0);
	follow(b, f, &got);
	for (int i = 0; i < want.n && i < got.n; i++)
		if (got.at[i] != want.at[i])
			fail_msg("at %d: %d instead of %d", i, got.at[i], want.at[i]);
	assert_int_equal(got.n, want.n);
}

static void check_all(struct bench *b, struct job_filter f)
{
	check_same(b, f, &f);
}

static struct job_filter filter_of(struct bench *b, const char *text)
{
	struct job_filter f = { .limit = 40 };
	struct filter terms;

	CHECK_OK(b, filter_parse(str_of(text), &b->arena, &terms, &b->err));
	store_filter_add(&f, &terms, clock_now(), &b->arena);
	return f;
}

/* What has a member of the filter, said in words, and in words for which there is none. */
TEST(terms_are_followed_like_members)
{
	static const struct {
		const char *terms;
		struct job_filter same;
	} pairs[] = {
		{ "queue:q10", { .queue = S("q10") } },
		{ "queue:q10,none", { .queue = S("q10") } },
		{ "-status:queued,done -type:x", { .status = S("processing") } },
		{ "status:processing queue:q3,x", { .status = S("processing"), .queue = S("q3") } },
		{ "type:job.5*", { .job_name = S("job.5") } },
		{ "error:pipe", { .text = S("PIPE") } },
		{ "error:pipe,x status:queued", { .text = S("PIPE"), .status = S("queued") } },
	};
	struct bench *b = bench_of(state);

	put_jobs(b);
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		check_same(b, filter_of(b, pairs[i].terms), &pairs[i].same);
}

TEST(each_job_that_stays_is_on_one_page)
{
	static const struct job_filter filters[] = {
		{ .limit = 200 },
		{ .limit = 7, .queue = S("q10") },
		{ .limit = 60, .status = S("queued") },
		{ .limit = 7, .status = S("processing") },
		{ .limit = 3, .status = S("processing"), .queue = S("q3") },
		{ .limit = 50, .status = S("done"), .queue = S("q1") },
		{ .limit = 60, .job_name = S("OB.5"), .name_is_part = true },
		{ .limit = 60, .job_name = S("job.5") },
		{ .limit = 30, .text = S("PIPE") },
		{ .limit = 60, .text = S("b.3") },
		{ .limit = 3, .text = S("PIPE"), .status = S("queued"), .queue = S("q7") },
		{ .limit = 60, .text = S("b.3"), .status = S("queued"), .wants_total = true },
	};
	struct bench *b = bench_of(state);

	put_jobs(b);
	for (size_t i = 0; i < ARRAY_LEN(filters); i++)
		check_all(b, filters[i]);
}

static void check_offset(struct bench *b, struct job_filter f, int offset)
{
	const struct numbers want = wanted(&f);
	struct job_list list;
	struct numbers got = { 0 };

	f.offset = offset;
	CHECK_OK(b, store_job_list(&b->store, &f, &b->arena, &list, &b->err));
	note(&got, &list.rows);
	const int left = want.n > offset ? want.n - offset : 0;
	assert_int_equal(got.n, left < f.limit ? left : f.limit);
	for (int i = 0; i < got.n; i++)
		assert_int_equal(got.at[i], want.at[offset + i]);
}

/* Also far into those without a date: 41 of 4,000, behind all others. */
TEST(an_offset_is_counted_from_the_first)
{
	static const int offsets[] = { 1, 999, 1000, 1001, 2500, 3958, 3959, 3960, 3995, 4001 };
	struct bench *b = bench_of(state);

	put_jobs(b);
	for (size_t i = 0; i < ARRAY_LEN(offsets); i++) {
		check_offset(b, (struct job_filter){ .limit = 20 }, offsets[i]);
		check_offset(b, (struct job_filter){ .limit = 20, .status = S("queued") },
			     offsets[i] / 3);
		check_offset(b, (struct job_filter){ .limit = 20, .status = S("queued"),
						     .queue = S("q2") }, offsets[i] / 33);
		check_offset(b, (struct job_filter){ .limit = 20, .text = S("PIPE") },
			     offsets[i] / 20);
	}
}

static struct job_list list_of(struct bench *b, struct job_filter f)
{
	struct job_list list;

	if (f.limit == 0)
		f.limit = 10;
	CHECK_OK(b, store_job_list(&b->store, &f, &b->arena, &list, &b->err));
	return list;
}

static void check_total(struct bench *b, struct job_filter f, int64_t want, enum kind kind)
{
	f.wants_total = true;
	const struct job_list list = list_of(b, f);

	assert_int_equal(list.total, want);
	assert_string_equal(kind_name(list.quality.kind), kind_name(kind));
}

TEST(totals_of_all_there_are)
{
	struct bench *b = bench_of(state);

	put_jobs(b);
	check_total(b, (struct job_filter){ 0 }, JOBS, KIND_EXACT);
	check_total(b, (struct job_filter){ .offset = 3990 }, JOBS, KIND_EXACT);
	check_total(b, (struct job_filter){ .status = S("processing") }, 80, KIND_EXACT);
	check_total(b, (struct job_filter){ .queue = S("q4") }, 364, KIND_EXACT);
	check_total(b, (struct job_filter){ .text = S("PIPE") }, 200, KIND_EXACT);
	check_total(b, (struct job_filter){ .text = S("b.3") }, 572, KIND_EXACT);
	check_total(b, (struct job_filter){ .job_name = S("nobody"), .name_is_part = true }, 0,
		    KIND_EXACT);
}

/* More than a search looks at, all of them done, in front of the jobs of put. */
static void put_many(struct bench *b, int n)
{
	given(b,
	      arena_printf(&b->arena,
			   "INSERT INTO soniq_jobs (id, job_name, args, status, created_at, "
			   "last_error) "
			   "SELECT gen_random_uuid(), 'bulk', '{}', 'done', '2024-01-01', 'oops' "
			   "FROM generate_series(1, %d)", n),
	      arena_printf(&b->arena,
			   "WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g "
			   "WHERE i < %d) "
			   "INSERT INTO soniq_jobs (id, job_name, args, status, created_at, "
			   "last_error) "
			   "SELECT uuid4(), 'bulk', '{}', 'done', 1704067200000000, 'oops' FROM g",
			   n));
}

/* Until there is a row. */
static struct job_list look_until(struct bench *b, struct job_filter *f, int *ret_n)
{
	for (*ret_n = 1; *ret_n < 100000; ++*ret_n) {
		const struct job_list list = list_of(b, *f);

		if (list.rows.n > 0)
			return list;
		assert_int_equal(list.quality.kind, KIND_WINDOW);
		assert_true(go_on(f, &list));
	}
	fail_msg("it is never found");
	return (struct job_list){ 0 };
}

TEST(looking_stops_and_goes_on)
{
	struct bench *b = bench_of(state);
	struct job_filter f = { .limit = 10, .job_name = S("SEND"), .name_is_part = true };
	int n;

	put(b, 1, NULL);
	put(b, 2, "created_at = NULL");
	put_many(b, 51000);
	check_total(b, f, 1, KIND_WINDOW);
	const struct job_list list = look_until(b, &f, &n);
	assert_true(n > 1);
	assert_int_equal(list.rows.n, 2);
	CHECK_TEXT(LIST_AT(&list.rows, struct job_row, 0)->id, id_of(b, 1));
	CHECK_TEXT(LIST_AT(&list.rows, struct job_row, 1)->id, id_of(b, 2));
	assert_null(list.stop_id.p);
	assert_int_equal(list.quality.kind, KIND_EXACT);
}

/* More than a walk looks at is older, or younger, and without a date there are none. */
TEST(a_span_of_creation_bounds_the_walk)
{
	static const char *const texts[] = {
		"created:>2024-06-01 attempts:7", "created:<2023-12-01 attempts:7",
		"created:>2023-12-01 created:<2023-12-31 attempts:7",
	};
	struct bench *b = bench_of(state);

	put(b, 1, NULL);
	put(b, 2, "created_at = NULL, attempts = 7");
	put_many(b, 51000);
	put(b, 3, arena_printf(&b->arena, "created_at = %s", moment(b, clock_now())));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		check_total(b, filter_of(b, texts[i]), 0, KIND_EXACT);
		assert_null(list_of(b, filter_of(b, texts[i])).stop_id.p);
	}
	check_total(b, filter_of(b, "created:>2024-06-01"), 1, KIND_EXACT);
	check_total(b, filter_of(b, "created:<2023-12-01"), 1, KIND_EXACT);
	check_total(b, filter_of(b, "attempts:7"), 1, KIND_WINDOW);
}

/* A plain list, and a status of which there are few, are not searched for. */
TEST(what_an_index_knows_is_exact_in_any_table)
{
	struct bench *b = bench_of(state);

	put(b, 1, "status = 'processing'");
	put(b, 2, "queue = 'mail'");
	put_many(b, 51000);
	struct job_list list = list_of(b, (struct job_filter){ .status = S("processing") });
	assert_int_equal(list.rows.n, 1);
	assert_int_equal(list.quality.kind, KIND_EXACT);
	list = list_of(b, (struct job_filter){ .queue = S("mail") });
	assert_int_equal(list.rows.n, 1);
	assert_int_equal(list.quality.kind, KIND_EXACT);
	list = list_of(b, (struct job_filter){ .offset = 2999 });
	assert_int_equal(list.rows.n, 10);
	assert_int_equal(list.quality.kind, KIND_EXACT);
	check_total(b, (struct job_filter){ .job_name = S("bulk") }, STORE_TOTAL_CAP, KIND_CAPPED);
}

/* A name that was never told cannot be there: nothing is looked through. */
TEST(a_name_that_nobody_has_is_known_at_once)
{
	struct bench *b = bench_of(state);
	const struct job_filter typo = { .job_name = S("bulkk"), .name_is_part = true };

	put_many(b, 51000);
	given(b, "SELECT 1", "DELETE FROM soniq_x_delta");      /* a row each: too many */
	check_total(b, typo, 0, KIND_EXACT);
	assert_null(list_of(b, typo).stop_id.p);
	sql(b, "UPDATE soniq_x_state SET recount_due = 'lost'");
	check_total(b, typo, 0, KIND_WINDOW);
}

#define USED "pg_stat_user_indexes WHERE indexrelname = 'soniq_x_jobs_error' AND idx_scan > 0"

/* By a session that only reads: those may not use bitmaps else. Its end makes its counts known. */
static void read_errors_once(struct bench *b)
{
	const struct db_options options = test_db_reader(&b->db);
	const struct job_filter filter = { .limit = 10, .text = S("valueerror") };
	AUTO(store) struct store reader = { 0 };
	struct job_list list;

	CHECK_OK(b, store_open(&options, &reader, &b->err));
	CHECK_OK(b, store_job_list(&reader, &filter, &b->arena, &list, &b->err));
	assert_int_equal(list.rows.n, 2);
}

TEST(an_error_is_found_in_any_table)
{
	struct bench *b = bench_of(state);

	put(b, 1, "last_error = 'ValueError: 100% of a_b\\c'");
	put(b, 2, "last_error = 'ValueError: 100 of axb'");
	put_many(b, 51000);
	read_errors_once(b);
	for (int i = 0; i < 100 && count_rows(b, USED) == 0; i++)
		sql(b, "SELECT pg_sleep(0.05)");
	CHECK_COUNT(b, 1, USED);
	check_total(b, (struct job_filter){ .text = S("valueerror") }, 2, KIND_EXACT);
	check_total(b, (struct job_filter){ .text = S("100% of a_b\\C") }, 1, KIND_EXACT);
	check_total(b, (struct job_filter){ .text = S("100%") }, 1, KIND_EXACT);
	check_total(b, filter_of(b, "error:valueerror"), 2, KIND_EXACT);
	check_total(b, filter_of(b, "error:valueerror attempts:>9"), 0, KIND_EXACT);
	check_total(b, (struct job_filter){ .text = S("ValueError"), .status = S("done") }, 0,
		    KIND_EXACT);
	/* Too many have it: then it is found by walking. */
	check_total(b, (struct job_filter){ .text = S("oops") }, STORE_TOTAL_CAP, KIND_CAPPED);
	assert_int_equal(list_of(b, (struct job_filter){ .text = S("oops") }).rows.n, 10);
	/* Too short for the index. */
	check_total(b, (struct job_filter){ .text = S("ul") }, STORE_TOTAL_CAP, KIND_CAPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		INDEXED(each_job_that_stays_is_on_one_page),
		WITH_HISTORY(an_offset_is_counted_from_the_first),
		INDEXED(an_offset_is_counted_from_the_first),
		INDEXED(totals_of_all_there_are),
		INDEXED(terms_are_followed_like_members),
		INDEXED(looking_stops_and_goes_on),
		INDEXED(a_span_of_creation_bounds_the_walk),
		INDEXED(what_an_index_knows_is_exact_in_any_table),
		INDEXED(a_name_that_nobody_has_is_known_at_once),
		INDEXED_ON_PG(an_error_is_found_in_any_table),
	};
	return cmocka_run_group_tests_name("job_pages", tests, NULL, NULL);
}
