/* mount.c -- soniq/dashboard.h from inside a program: several dashboards, many threads, and whoever
 * lets go of a call, or of a dashboard, before its time. */
#include "unit.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <soniq/dashboard.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/mounted.h"

#define N_THREADS 6
#define N_CALLS 60

/* ---- opening ---- */

TEST(options_that_make_no_sense_are_told)
{
	const struct soniq_option wrong[] = { { "dashboard.write_enabled", "perhaps" }, { 0 } };
	const struct soniq_option unknown[] = { { "no.such_thing", "1" }, { 0 } };
	struct soniq_error error = { 0 };

	assert_null(soniq_dashboard_open(wrong, NULL, &error));
	assert_int_equal(error.status, 422);
	assert_non_null(strstr(error.message, "perhaps"));
	assert_null(soniq_dashboard_open(unknown, NULL, &error));
	assert_int_equal(error.status, 422);
	assert_null(soniq_dashboard_open(unknown, NULL, NULL));
}

TEST(two_live_side_by_side)
{
	struct soniq_dashboard *one = open_one("true"), *other = open_one(NULL);
	const struct got first = ask(one, "/api/stats"), second = ask(other, "/api/stats");

	assert_int_equal(first.status, 200);
	assert_int_equal(second.status, 200);
	assert_string_not_equal(first.instance, second.instance);
	soniq_dashboard_close(one);
	assert_int_equal(ask(other, "/api/queues").status, 200);
	soniq_dashboard_close(other);
}

/* It is no fault of whoever asks. */
TEST(an_address_that_makes_no_sense_is_a_database_that_is_away)
{
	static const char *const urls[] = { "postgresql://ada@localhost:five/x",
					    "postgresql://ada:p%zz@localhost/x" };

	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		const struct soniq_option options[] = { { "database.url", urls[i] }, { 0 } };
		struct soniq_dashboard *dashboard = open_with(options);

		assert_int_equal(ask(dashboard, "/api/stats").status, 503);
		assert_int_equal(ask(dashboard, "/").status, 200);
		soniq_dashboard_close(dashboard);
	}
}

/* ---- many threads ---- */

static const char *const targets[] = {
	"/", "/health", "/api/stats", "/api/jobs?limit=5", "/api/jobs/export", "/api/events",
	"/api/queues", "/api/overview", "/api/nothing", "/api/jobs?limit=x",
};

struct asker {
	struct soniq_dashboard *dashboard;
	unsigned int seed;
	int n_wrong;
};

/* Some are let go at once, some with their head taken, some at their end. */
static bool ask_something(struct asker *asker)
{
	const char *target = targets[(unsigned int)rand_r(&asker->seed) % ARRAY_LEN(targets)];
	const int patience = rand_r(&asker->seed) % 4;
	const bool is_endless = strcmp(target, "/api/events") == 0;
	struct soniq_call *call = begin(asker->dashboard, target);
	struct got got = { 0 };
	bool is_good = true;

	for (int i = 0; i < patience && !take_all(call, &got); i++)
		soniq_call_wait(call, rand_r(&asker->seed) % 3);
	while (patience == 3 && !is_endless && is_good && !take_all(call, &got))
		is_good = soniq_call_wait(call, PATIENCE_MS);
	soniq_call_free(call);
	return is_good && (got.status == 0 || got.status >= 200);
}

static void *ask_much(void *arg)
{
	struct asker *asker = arg;

	for (int i = 0; i < N_CALLS; i++)
		asker->n_wrong += !ask_something(asker);
	return NULL;
}

TEST(calls_of_many_threads_are_let_go_at_any_moment)
{
	struct soniq_dashboard *both[] = { open_one("true"), open_one(NULL) };
	struct asker askers[N_THREADS] = { 0 };
	pthread_t threads[N_THREADS];

	for (size_t i = 0; i < N_THREADS; i++) {
		askers[i] = (struct asker){ both[i % 2], (unsigned int)i + 1, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, ask_much, &askers[i]), 0);
	}
	for (size_t i = 0; i < N_THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(askers[i].n_wrong, 0);
	}
	assert_int_equal(ask(both[0], "/api/stats").status, 200);
	soniq_dashboard_close(both[0]);
	soniq_dashboard_close(both[1]);
}

/* ---- the ways to learn of news ---- */

struct slot {
	struct soniq_call *call;
	struct got got;
	bool is_freed;
};

static void wait_for_news(const struct soniq_dashboard *dashboard)
{
	struct pollfd at = { .fd = soniq_dashboard_fd(dashboard), .events = POLLIN };

	assert_int_equal(poll(&at, 1, PATIENCE_MS), 1);
}

static size_t take_news(struct soniq_dashboard *dashboard)
{
	struct soniq_call *call;
	void *arg = NULL;
	size_t n = 0;

	while ((call = soniq_dashboard_next(dashboard, &arg))) {
		struct slot *slot = arg;
		assert_false(slot->is_freed);
		assert_ptr_equal(call, slot->call);
		if (!take_all(call, &slot->got))
			continue;
		soniq_call_free(call);
		slot->is_freed = true;
		n++;
	}
	return n;
}

TEST(a_loop_is_told_by_a_descriptor)
{
	struct soniq_dashboard *dashboard = open_one(NULL);
	struct slot slots[20] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		struct soniq_request request = request_of("/api/stats");
		request.arg = &slots[i];
		slots[i].call = soniq_call_begin(dashboard, &request);
	}
	while (n < ARRAY_LEN(slots)) {
		wait_for_news(dashboard);
		n += take_news(dashboard);
	}
	for (size_t i = 0; i < ARRAY_LEN(slots); i++)
		assert_int_equal(slots[i].got.status, 200);
	soniq_dashboard_close(dashboard);
}

TEST(a_call_that_was_let_go_is_no_news)
{
	struct soniq_dashboard *dashboard = open_one(NULL);

	for (int i = 0; i < 20; i++) {
		struct slot slots[2] = { 0 };
		for (size_t j = 0; j < ARRAY_LEN(slots); j++) {
			struct soniq_request request = request_of(j ? "/" : "/api/events");
			request.arg = &slots[j];
			slots[j].call = soniq_call_begin(dashboard, &request);
		}
		while (!soniq_call_wait(slots[0].call, PATIENCE_MS))
			fail_msg("no head of a stream");
		soniq_call_free(slots[0].call);
		slots[0].is_freed = true;
		while (!slots[1].is_freed) {
			wait_for_news(dashboard);
			take_news(dashboard);
		}
	}
	soniq_dashboard_close(dashboard);
}

static void post(void *arg)
{
	sem_post(arg);
}

TEST(or_by_a_callback)
{
	struct soniq_dashboard *dashboard = open_one(NULL);
	struct soniq_request request = request_of("/api/stats");
	struct got got = { 0 };
	sem_t news;

	sem_init(&news, 0, 0);
	request.ready = post;
	request.arg = &news;
	struct soniq_call *call = soniq_call_begin(dashboard, &request);
	while (!take_all(call, &got))
		sem_wait(&news);
	assert_int_equal(got.status, 200);
	assert_null(soniq_dashboard_next(dashboard, NULL));
	soniq_call_free(call);
	soniq_dashboard_close(dashboard);
	sem_destroy(&news);
}

/* ---- the end ---- */

TEST(calls_may_outlive_their_dashboard)
{
	struct soniq_dashboard *dashboard = open_one(NULL);
	struct soniq_call *calls[ARRAY_LEN(targets)];
	struct got got[ARRAY_LEN(targets)] = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(targets); i++)
		calls[i] = begin(dashboard, targets[i]);
	soniq_dashboard_close(dashboard);
	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		assert_true(take_all(calls[i], &got[i]));
		assert_true(soniq_call_wait(calls[i], 0));
		soniq_call_free(calls[i]);
	}
}

TEST(streams_end_when_it_drains)
{
	struct soniq_dashboard *dashboard = open_one(NULL);
	struct soniq_call *call = begin(dashboard, "/api/events");

	assert_true(soniq_call_wait(call, PATIENCE_MS));
	soniq_dashboard_drain(dashboard);
	soniq_dashboard_drain(dashboard);
	const struct got got = finish(call);
	assert_int_equal(got.status, 200);
	assert_int_equal(got.end, SONIQ_PART_END);
	assert_true(got.body_n > 0);
	soniq_dashboard_close(dashboard);
}

TEST(what_begins_after_the_drain_is_refused)
{
	struct soniq_dashboard *dashboard = open_one(NULL);
	struct got got;

	soniq_dashboard_drain(dashboard);
	do {
		got = ask(dashboard, "/health");
		assert_true(got.status == 200 || got.status == 503 ||
			    (got.status == 0 && got.end == SONIQ_PART_BROKEN));
	} while (got.status != 0);
	soniq_dashboard_close(dashboard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_that_make_no_sense_are_told),
		cmocka_unit_test(two_live_side_by_side),
		cmocka_unit_test(an_address_that_makes_no_sense_is_a_database_that_is_away),
		cmocka_unit_test(calls_of_many_threads_are_let_go_at_any_moment),
		cmocka_unit_test(a_loop_is_told_by_a_descriptor),
		cmocka_unit_test(a_call_that_was_let_go_is_no_news),
		cmocka_unit_test(or_by_a_callback),
		cmocka_unit_test(calls_may_outlive_their_dashboard),
		cmocka_unit_test(streams_end_when_it_drains),
		cmocka_unit_test(what_begins_after_the_drain_is_refused),
	};

	return cmocka_run_group_tests(tests, mounted_make, mounted_drop);
}
