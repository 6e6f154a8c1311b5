/* demo.c -- the play itself: one thread, a tick, and what is due at it. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/thread.h"
#include "demo/play.h"

#define TICK (50 * MSEC)
#define BEAT_EVERY (2 * SECOND)
#define KEEP_DONE (3 * HOUR)
#define SECOND_THOUGHTS 80      /* one job of so many is cancelled at once */

/* xorshift: a play needs no better dice. */
int dice(struct demo *demo, int sides)
{
	demo->random ^= demo->random << 13;
	demo->random ^= demo->random >> 7;
	demo->random ^= demo->random << 17;
	return sides > 0 ? (int)(demo->random % (uint64_t)sides) : 0;
}

/* The text with a number in place of each %d. */
static void add_filled(struct buf *out, const char *text, int number)
{
	struct str rest = str_of(text), part;

	str_cut(&rest, '%', &part);
	buf_add_str(out, part);
	while (str_cut(&rest, '%', &part)) {
		buf_add_i64(out, number);
		buf_add(out, part.p + 1, part.n - 1); /* without the d */
	}
}

enum err_code demo_enqueue(struct demo *demo, const struct role *role, struct err *err)
{
	AUTO(buf) struct buf args = buf_new(1024);
	char id[UUID_TEXT_LEN + 1];

	add_filled(&args, role->args, dice(demo, 100000));
	const struct new_job job = {
		.job_name = str_of(role->job_name),
		.queue = str_of(role->queue),
		.args = buf_str(&args),
		.priority = role->priority,
		.max_attempts = role->max_attempts,
		.delay = role->delay_s ? dice(demo, role->delay_s) * SECOND : 0,
		.producer_id = S("soniq-demo"),
	};
	TRY(store_enqueue(&demo->store, &job, id, err));
	return dice(demo, SECOND_THOUGHTS) ? ERR_OK : store_job_cancel(&demo->store, id, err);
}

static enum err_code produce(struct demo *demo, struct err *err)
{
	const int ticks_an_hour = (int)(HOUR / TICK);
	for (size_t i = 0; i < n_roles; i++)
		if (dice(demo, ticks_an_hour) < roles[i].per_hour)
			TRY(demo_enqueue(demo, &roles[i], err));
	return ERR_OK;
}

static void add_error(struct demo *demo, struct buf *out, const struct role *role)
{
	const bool is_rare = role->errors[1] && dice(demo, ERROR_RARE) == 0;

	add_filled(out, role->errors[is_rare], dice(demo, 100000));
}

static enum err_code finish(struct demo *demo, struct actor *actor, struct slot *slot,
			    struct err *err)
{
	const struct role *role = slot->role;
	const struct hold hold = { slot->job_id, actor->id, slot->attempts };
	AUTO(buf) struct buf error = buf_new(8192);
	enum err_code code;

	add_error(demo, &error, role);
	if (dice(demo, 1000) >= role->failures)
		code = store_done(&demo->store, &hold, str_of(role->result), KEEP_DONE, err);
	else if (slot->attempts < slot->max_attempts)
		code = store_retry(&demo->store, &hold, buf_str(&error),
				   slot->attempts * 4 * SECOND, err);
	else
		code = store_bury(&demo->store, &hold, buf_str(&error),
				  role->reason ? role->reason : "max_retries_exceeded", err);
	/* deleted by somebody who plays along: no longer ours, and no fault */
	if (code == ERR_CONFLICT || code == ERR_NOT_FOUND || code == ERR_OK) {
		slot->job_id[0] = '\0';
		return ERR_OK;
	}
	return code;
}

static void take(struct demo *demo, struct slot *slot, const struct claimed *job)
{
	const struct role *role = role_find(job->job_name);
	const int span = role->run_ms[1] - role->run_ms[0];

	snprintf(slot->job_id, sizeof(slot->job_id), "%.*s", STR_ARG(job->id));
	slot->role = role;
	slot->attempts = job->attempts;
	slot->max_attempts = job->max_attempts;
	slot->until = clock_mono() + (role->run_ms[0] + dice(demo, span)) * MSEC;
}

static enum err_code claim_one(struct demo *demo, struct actor *actor, struct slot *slot,
			       struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct claim want = {
		.worker_id = actor->id,
		.queue = actor->queues[(size_t)dice(demo, (int)actor->n_queues)],
		.limit = 1,
	};
	struct list jobs;
	TRY(store_claim(&demo->store, &want, &arena, &jobs, err));
	if (jobs.n > 0)
		take(demo, slot, LIST_AT(&jobs, struct claimed, 0));
	return ERR_OK;
}

static enum err_code act(struct demo *demo, struct actor *actor, struct err *err)
{
	const usec_t now = clock_mono();
	bool may_claim = true;  /* one a tick: a queue that is empty is asked once */

	for (int i = 0; i < actor->troupe->concurrency; i++) {
		struct slot *slot = &actor->slots[i];
		if (slot->job_id[0] && slot->until <= now)
			TRY(finish(demo, actor, slot, err));
		if (!slot->job_id[0] && may_claim) {
			TRY(claim_one(demo, actor, slot, err));
			may_claim = false;
		}
	}
	return ERR_OK;
}

static int busy_slots(const struct actor *actor)
{
	int n = 0;
	for (int i = 0; i < actor->troupe->concurrency; i++)
		n += actor->slots[i].job_id[0] != '\0';
	return n;
}

/* What a process that does so much would use. */
static enum err_code beat_one(struct demo *demo, const struct actor *actor, struct err *err)
{
	const int busy = busy_slots(actor);
	const int tenths = 20 + 800 * busy / actor->troupe->concurrency + dice(demo, 60);
	const double memory = 70 + 12.0 * actor->troupe->concurrency + 7.5 * busy +
			      dice(demo, 20) / 10.0;
	return store_worker_beat(&demo->store, actor->id, tenths / 10.0, memory, err);
}

static enum err_code beat(struct demo *demo, struct err *err)
{
	int64_t n;
	if (clock_mono() < demo->next_beat)
		return ERR_OK;
	demo->next_beat = clock_mono() + BEAT_EVERY;
	for (size_t i = 0; i < n_troupes; i++)
		if (!troupes[i].is_silent)
			TRY(beat_one(demo, &demo->actors[i], err));
	return store_expire(&demo->store, 500, &n, err);
}

static enum err_code fire(struct demo *demo, struct err *err)
{
	for (size_t i = 0; i < n_cues; i++) {
		struct schedule *s = &demo->schedules[i];
		char job[UUID_TEXT_LEN + 1];
		bool fired;
		if (cues[i].every_s == 0 || s->next_run > clock_now())
			continue;
		const usec_t next = clock_now() + cues[i].every_s * SECOND;
		TRY(store_schedule_fire(&demo->store, s, next, job, &fired, err));
		s->next_run = next;
	}
	return ERR_OK;
}

static enum err_code tick(struct demo *demo, struct err *err)
{
	TRY(produce(demo, err));
	for (size_t i = 0; i < n_troupes; i++)
		if (!troupes[i].is_silent)
			TRY(act(demo, &demo->actors[i], err));
	TRY(fire(demo, err));
	return beat(demo, err);
}

static void *play(void *arg)
{
	struct demo *demo = arg;
	const struct timespec pause = { 0, TICK * 1000 };
	int skipped;

	while (!atomic_load(&demo->is_over)) {
		struct err err = { 0 };
		if (tick(demo, &err) != ERR_OK && log_limit_pass(&demo->limit, 1, &skipped))
			log_line(LOG_WARNING, "demo", "%s", err.msg);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

enum err_code demo_start(const struct db_options *database, struct demo **ret_demo,
			 struct err *err)
{
	struct db_options options = *database;
	AUTO_FREE(demo) struct demo *demo = xalloc(sizeof(*demo));
	*demo = (struct demo){ .random = 88172645463325252ULL };

	options.role = DB_WRITE;
	options.application_name = "soniq demo";
	TRY(store_open(&options, &demo->store, err));
	TRY(demo_open_scene(demo, err));
	TRY(thread_start(&demo->thread, play, demo, err));
	demo->has_thread = true;
	*ret_demo = demo;
	demo = NULL;
	return ERR_OK;
}

void demo_free(struct demo *demo)
{
	struct err err;
	if (demo->has_thread) {
		atomic_store(&demo->is_over, true);
		pthread_join(demo->thread, NULL);
		for (size_t i = 0; i < n_troupes; i++)
			if (store_worker_stop(&demo->store, demo->actors[i].id, &err) != ERR_OK)
				break;
	}
	store_release(&demo->store);
	arena_release(&demo->arena);
	free(demo);
}
