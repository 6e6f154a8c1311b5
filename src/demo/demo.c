/* demo.c -- the play itself: one thread, a tick, and what is due at it. */
#include "demo/demo.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/list.h"
#include "base/log.h"
#include "base/parse.h"
#include "demo/cast.h"
#include "json/json.h"
#include "store/setup.h"
#include "store/work.h"
#include "store/worker.h"

#define TICK (50 * MSEC)
#define BEAT_EVERY (2 * SECOND)
#define KEEP_DONE HOUR
#define SLOTS_MAX 8
#define QUEUES_MAX 4
#define OPENING 150             /* jobs at the start, so that the page is not empty */

struct slot {                   /* one job in a worker's hands */
	char job_id[UUID_TEXT_LEN + 1];     /* "" : free */
	const struct role *role;
	int64_t attempts, max_attempts;
	usec_t until;
};

struct actor {
	char id[UUID_TEXT_LEN + 1];
	const struct troupe *troupe;
	struct str queues[QUEUES_MAX];
	size_t n_queues;
	struct slot slots[SLOTS_MAX];
};

struct demo {
	struct arena arena;
	struct store store;
	pthread_t thread;
	bool has_thread;
	atomic_bool is_over;
	uint64_t random;
	usec_t next_beat;
	struct actor *actors;
	struct schedule *schedules;
	struct log_limit limit;
};

/* xorshift: a play needs no better dice. */
static int dice(struct demo *demo, int sides)
{
	demo->random ^= demo->random << 13;
	demo->random ^= demo->random >> 7;
	demo->random ^= demo->random << 17;
	return sides > 0 ? (int)(demo->random % (uint64_t)sides) : 0;
}

static enum err_code enqueue(struct demo *demo, const struct role *role, struct err *err)
{
	char id[UUID_TEXT_LEN + 1], args[512];
	const int number = dice(demo, 100000);

	snprintf(args, sizeof(args), "{}");
	AUTO(buf) struct buf text = buf_new(512);
	struct str rest = str_of(role->args), head;
	if (str_cut(&rest, '%', &head) && rest.n > 0) {
		buf_add_str(&text, head);
		buf_add_i64(&text, number);
		buf_add(&text, rest.p + 1, rest.n - 1);
		snprintf(args, sizeof(args), "%s", buf_cstr(&text));
	}
	const struct new_job job = {
		.job_name = str_of(role->job_name),
		.queue = str_of(role->queue),
		.args = str_of(args),
		.priority = role->priority,
		.max_attempts = role->max_attempts,
		.delay = role->delay_s ? dice(demo, role->delay_s) * SECOND : 0,
		.producer_id = S("soniq-demo"),
	};
	return store_enqueue(&demo->store, &job, id, err);
}

static enum err_code produce(struct demo *demo, struct err *err)
{
	const int ticks_a_minute = (int)(MINUTE / TICK);
	for (size_t i = 0; i < n_roles; i++)
		if (dice(demo, ticks_a_minute) < roles[i].per_minute)
			TRY(enqueue(demo, &roles[i], err));
	return ERR_OK;
}

static enum err_code finish(struct demo *demo, struct actor *actor, struct slot *slot,
			    struct err *err)
{
	const struct role *role = slot->role;
	const struct hold hold = { slot->job_id, actor->id, slot->attempts };
	enum err_code code;

	if (dice(demo, 1000) >= role->failures)
		code = store_done(&demo->store, &hold, str_of(role->result), KEEP_DONE, err);
	else if (slot->attempts < slot->max_attempts)
		code = store_retry(&demo->store, &hold, str_of(role->error),
				   slot->attempts * 4 * SECOND, err);
	else
		code = store_bury(&demo->store, &hold, str_of(role->error),
				  "max_retries_exceeded", err);
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

static enum err_code beat(struct demo *demo, struct err *err)
{
	if (clock_mono() < demo->next_beat)
		return ERR_OK;
	demo->next_beat = clock_mono() + BEAT_EVERY;
	for (size_t i = 0; i < n_troupes; i++)
		TRY(store_worker_beat(&demo->store, demo->actors[i].id,
				      5 + dice(demo, 600) / 10.0, 80 + dice(demo, 900) / 10.0,
				      err));
	int64_t n;
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

static enum err_code enter(struct demo *demo, size_t i, struct err *err)
{
	struct actor *actor = &demo->actors[i];
	const struct str *queues;
	actor->troupe = &troupes[i];
	uuid_v7(clock_now(), actor->id);
	actor->n_queues = json_read_strings(str_of(troupes[i].queues), &demo->arena, &queues);
	for (size_t q = 0; q < actor->n_queues && q < QUEUES_MAX; q++)
		actor->queues[q] = queues[q];

	const struct worker worker = {
		.id = str_of(actor->id),
		.hostname = str_of(actor->troupe->hostname),
		.pid = getpid(),
		.queues = str_of(actor->troupe->queues),
		.concurrency = actor->troupe->concurrency,
		.version = S("demo"),
	};
	return store_worker_register(&demo->store, &worker, err);
}

/* The names that somebody handles: not those of the queue that nobody serves. */
static enum err_code register_names(struct demo *demo, struct err *err)
{
	for (size_t i = 0; i < n_roles; i++)
		if (!str_eq(str_of(roles[i].queue), S("reports")))
			TRY(store_registry_put(&demo->store, demo->actors[0].id,
					       str_of(roles[i].job_name), err));
	return ERR_OK;
}

static enum err_code put_schedules(struct demo *demo, struct err *err)
{
	for (size_t i = 0; i < n_cues; i++) {
		struct schedule *s = &demo->schedules[i];
		char *id = ARENA_ARRAY(&demo->arena, char, UUID_TEXT_LEN + 1);
		uuid_v7(clock_now(), id);
		*s = (struct schedule){
			.id = str_of(id),
			.job_name = str_of(cues[i].job_name),
			.schedule_type = str_of(cues[i].type),
			.schedule_value = str_of(cues[i].value),
			.priority = 100,
			.queue = str_of(cues[i].queue),
			.max_attempts = 4,
			.job_kwargs = S("{}"),
			.status = str_of(cues[i].status),
			.next_run = cues[i].every_s ? clock_now() + cues[i].every_s * SECOND
						    : TIME_NULL,
			.last_run = TIME_NULL,
		};
		TRY(store_schedule_put(&demo->store, s, err));
	}
	return ERR_OK;
}

static enum err_code open_scene(struct demo *demo, struct err *err)
{
	demo->actors = ARENA_ARRAY(&demo->arena, struct actor, n_troupes);
	demo->schedules = ARENA_ARRAY(&demo->arena, struct schedule, n_cues);
	for (size_t i = 0; i < n_troupes; i++)
		TRY(enter(demo, i, err));
	TRY(register_names(demo, err));
	TRY(put_schedules(demo, err));
	for (int i = 0; i < OPENING; i++)
		TRY(enqueue(demo, &roles[(size_t)dice(demo, (int)n_roles - 2)], err));
	return ERR_OK;
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
	TRY(open_scene(demo, err));
	if (pthread_create(&demo->thread, NULL, play, demo) != 0)
		return err_set(err, ERR_INTERNAL, "no thread could be started for the demo");
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
