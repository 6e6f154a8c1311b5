/* history_read.c -- how many there are: right, folded or not. */
#include "keep.h"

#include <stdlib.h>

static struct list gauges_of(struct bench *b, struct quality *quality)
{
	struct list gauges;

	CHECK_OK(b, store_gauges(&b->store, &b->arena, &gauges, quality, &b->err));
	return gauges;
}

static const char *is_text(struct bench *b, const char *column, struct str text)
{
	if (!text.p)
		return arena_printf(&b->arena, "%s IS NULL", column);
	return arena_printf(&b->arena, "%s = '%.*s'", column, STR_ARG(text));
}

/* Each gauge is the number of such rows, and there are no rows besides. */
static void check_gauges(struct bench *b, enum kind kind)
{
	struct quality quality;
	const struct list gauges = gauges_of(b, &quality);
	int64_t live = 0, dead = 0;

	CHECK_KIND(quality, kind);
	for (size_t i = 0; i < gauges.n; i++) {
		const struct gauge *g = LIST_AT(&gauges, struct gauge, i);
		const bool is_dead = str_eq(g->status, S("dead_letter"));
		const char *rows =
			arena_printf(&b->arena, "%s WHERE %s AND %s AND %s",
				     is_dead ? "soniq_dead_letter_jobs" : "soniq_jobs",
				     is_text(b, "queue", g->queue),
				     is_text(b, "job_name", g->job_name),
				     is_dead ? "1 = 1" : is_text(b, "status", g->status));

		check_rows(b, g->n, rows, __FILE__, __LINE__);
		*(is_dead ? &dead : &live) += g->n;
	}
	CHECK_ROWS(b, live, "soniq_jobs", "1 = 1");
	CHECK_ROWS(b, dead, "soniq_dead_letter_jobs", "1 = 1");
}

/* A few hundred jobs on their ways, the same at each run. */
static void move_jobs(struct bench *b, int step)
{
	static const char *const queues[] = { "a", "b", "NULL" };
	static const char *const names[] = { "mail", "pay", "sum" };

	put_job(b, (struct seed){
			   .n = 1 + step % 4, .queue = queues[step % 3], .name = names[step % 2] });
	run(b, "UPDATE soniq_jobs SET status = 'processing', attempts = 1 WHERE id IN "
	       "(SELECT id FROM soniq_jobs WHERE status = 'queued' ORDER BY id LIMIT 2)");
	if (step % 2 == 0)
		run(b, "UPDATE soniq_jobs SET status = 'done' WHERE id IN (SELECT id FROM "
		       "soniq_jobs WHERE status = 'processing' ORDER BY id LIMIT 1)");
	if (step % 5 == 0)
		run(b, "UPDATE soniq_jobs SET queue = 'b', job_name = 'sum' WHERE id IN (SELECT id "
		       "FROM soniq_jobs WHERE status = 'queued' ORDER BY id LIMIT 2)");
	if (step % 6 == 0)
		put_dead(b, 2, names[step % 3], "a", -SECOND);
	if (step % 7 == 0)
		run(b, "DELETE FROM soniq_jobs WHERE status = 'done'");
	if (step % 9 == 0)
		run(b, "DELETE FROM soniq_dead_letter_jobs WHERE job_name = 'mail'");
}

TEST(gauges_are_exact_folded_or_not)
{
	struct bench *b = bench_of(state);

	counted(b);
	check_gauges(b, KIND_EXACT);
	for (int step = 1; step <= 40; step++) {
		move_jobs(b, step);
		if (step % 4 == 0)
			check_gauges(b, KIND_EXACT);
		if (step % 10 == 0) {
			keep(b);
			check_gauges(b, KIND_EXACT);
		}
	}
}

TEST(sums_of_gauges_are_apart_by_what_is_wanted)
{
	struct bench *b = bench_of(state);
	const struct gauge_want none = { .by_queue = false }, queues = { .by_queue = true },
				types = { .by_type = true };
	struct quality quality;
	struct list sums;

	counted(b);
	put_job(b, (struct seed){ .n = 3, .queue = "a", .name = "mail" });
	put_job(b, (struct seed){ .n = 2, .queue = "a", .name = "pay" });
	keep(b);
	put_job(b, (struct seed){ .n = 4, .queue = "b", .name = "mail" });

	CHECK_OK(b, store_gauge_sums(&b->store, &none, &b->arena, &sums, &quality, &b->err));
	assert_int_equal(sums.n, 1);
	assert_int_equal(LIST_AT(&sums, struct gauge, 0)->n, 9);
	CHECK_OK(b, store_gauge_sums(&b->store, &queues, &b->arena, &sums, &quality, &b->err));
	assert_int_equal(sums.n, 2);
	for (size_t i = 0; i < sums.n; i++) {
		const struct gauge *g = LIST_AT(&sums, struct gauge, i);

		assert_null(g->job_name.p);
		assert_int_equal(g->n, str_eq(g->queue, S("a")) ? 5 : 4);
	}
	CHECK_OK(b, store_gauge_sums(&b->store, &types, &b->arena, &sums, &quality, &b->err));
	assert_int_equal(sums.n, 2);
	for (size_t i = 0; i < sums.n; i++) {
		const struct gauge *g = LIST_AT(&sums, struct gauge, i);

		assert_null(g->queue.p);
		assert_int_equal(g->n, str_eq(g->job_name, S("mail")) ? 7 : 2);
	}
	CHECK_KIND(quality, KIND_EXACT);
}

static int64_t sum_of(const struct list *gauges)
{
	int64_t n = 0;

	for (size_t i = 0; i < gauges->n; i++)
		n += LIST_AT(gauges, struct gauge, i)->n;
	return n;
}

TEST(too_much_that_is_not_folded_is_left_out)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	put_job(b, (struct seed){ .n = 5 });
	keep(b);
	run(b, "UPDATE soniq_x_state SET folded_at = now()");
	const usec_t folded = clock_now();
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) "
			    "SELECT 'default', 'mail', 'queued', 1 FROM %s",
			    numbers(b, 20000)));
	struct list gauges = gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_EXACT);
	assert_int_equal(sum_of(&gauges), 20005);

	put_job(b, (struct seed){ .n = 1 });
	gauges = gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	assert_int_equal(sum_of(&gauges), 5);
	assert_true(llabs(quality.as_of - folded) < 2 * SECOND);
}

/* What was folded of a backlog is not all that came until then. */
TEST(a_backlog_that_is_made_up_for_is_not_of_now)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	keep(b);
	run(b, arena_printf(&b->arena, "UPDATE soniq_x_state SET folded_at = %s", at(b, -HOUR)));
	const usec_t folded = clock_now() - HOUR;
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_delta (queue, job_name, becomes, n) "
			    "SELECT 'default', 'mail', 'queued', 1 FROM %s",
			    numbers(b, 30000)));
	assert_true(turn(b).is_behind);
	gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	assert_true(llabs(quality.as_of - folded) < MINUTE);
	keep(b);
	gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_EXACT);
}

TEST(gauges_that_are_to_be_counted_anew_are_estimates)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_EXACT);
	run(b, "INSERT INTO soniq_x_delta (outcome) VALUES ('!truncate')");
	gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	run(b, "DELETE FROM soniq_x_delta");
	run(b, "UPDATE soniq_x_state SET recount_due = 'because'");
	gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	counted(b);
	tell(b, (struct told){ .was = "queued" });
	const struct list gauges = gauges_of(b, &quality);
	CHECK_KIND(quality, KIND_ESTIMATED);
	assert_int_equal(gauges.n, 0);
}

static const char *repeated(struct bench *b, char c, int n)
{
	char *text = arena_alloc(&b->arena, (size_t)n + 1);

	memset(text, c, (size_t)n);
	return text;
}

/* The marks of the dictionary are names like others in a job. */
TEST(hostile_names_are_told_apart)
{
	struct bench *b = bench_of(state);
	const char *const names[] = {
		"*", "=", "", "=a", "a", "(others)", "\x01\x1b[31m", repeated(b, 'x', 255)
	};
	struct quality quality;

	counted(b);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			put_job(b, (struct seed){
					   .n = (int)i + 1, .queue = names[i], .name = names[i] });
		put_job(b, (struct seed){ .n = 20, .queue = "NULL" });
		check_gauges(b, KIND_EXACT);
		keep(b);
		check_gauges(b, KIND_EXACT);
	}
	/* Two names with the same beginning are one. */
	put_job(b, (struct seed){ .n = 3, .queue = repeated(b, 'x', 256) });
	const struct list gauges = gauges_of(b, &quality);
	int64_t n = 0;
	for (size_t i = 0; i < gauges.n; i++) {
		const struct gauge *g = LIST_AT(&gauges, struct gauge, i);

		assert_int_equal(g->is_other_queue, 0);
		n += g->queue.n == 255 ? g->n : 0;
	}
	assert_int_equal(n, 2 * (int64_t)ARRAY_LEN(names) + 3);
}

TEST(names_beyond_the_room_are_the_others)
{
	struct bench *b = bench_of(state);
	struct quality quality;

	counted(b);
	run(b, arena_printf(&b->arena,
			    "INSERT INTO soniq_x_names (kind, key, name) "
			    "SELECT 'queue', '=q' || i, 'q' || i FROM %s",
			    numbers(b, 500)));
	put_job(b, (struct seed){ .n = 2, .queue = "q7" });
	put_job(b, (struct seed){ .n = 3, .queue = "new" });
	put_job(b, (struct seed){ .n = 4, .queue = "newer" });
	for (int round = 0; round < 2; round++) {
		const struct list gauges = gauges_of(b, &quality);

		assert_int_equal(gauges.n, 2);
		for (size_t i = 0; i < gauges.n; i++) {
			const struct gauge *g = LIST_AT(&gauges, struct gauge, i);

			assert_int_equal(g->n, g->is_other_queue == 1 ? 7 : 2);
			assert_true(g->is_other_queue == 1 || str_eq(g->queue, S("q7")));
		}
		keep(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HISTORY(gauges_are_exact_folded_or_not),
		WITH_HISTORY(sums_of_gauges_are_apart_by_what_is_wanted),
		WITH_HISTORY(too_much_that_is_not_folded_is_left_out),
		WITH_HISTORY(a_backlog_that_is_made_up_for_is_not_of_now),
		WITH_HISTORY(gauges_that_are_to_be_counted_anew_are_estimates),
		WITH_HISTORY(hostile_names_are_told_apart),
		WITH_HISTORY(names_beyond_the_room_are_the_others),
	};
	return cmocka_run_group_tests_name("history_read", tests, NULL, NULL);
}
