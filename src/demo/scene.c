/* scene.c -- what is there when the play begins, as if it had gone on for a day. */
#include <stdio.h>
#include <unistd.h>

#include "demo/play.h"
#include "json/json.h"
#include "store/past.h"

#define OPENING 150 /* jobs at the start, so that the page is not empty */
#define OFTENEST 2700 /* an hour, of all roles */
#define BACKLOG 20  /* of them at least, where nobody serves */
#define SILENT (20 * MINUTE)

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

/* The names that somebody handles: not that of the queue that nobody serves, nor one whose
 * handler is gone. */
static enum err_code register_names(struct demo *demo, struct err *err)
{
	for (size_t i = 0; i < n_roles; i++)
		if (roles[i].run_ms[1] > 0 && !roles[i].reason)
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

static enum err_code remember_dead(struct demo *demo, struct past past, const char *error, int n,
				   struct err *err)
{
	past.error = str_of(error);
	past.n = n;
	return store_past_dead(&demo->store, &past, err);
}

/* Pages and charts show a day: that of a role is what it would have been, its rows thinned out. */
static enum err_code remember(struct demo *demo, const struct role *role, struct err *err)
{
	struct str before, behind = str_of(role->args);
	str_cut(&behind, '%', &before);
	struct past past = {
		.job_name = str_of(role->job_name),
		.queue = str_of(role->queue),
		.args = { before, { behind.p + 1, behind.n - 1 } }, /* without the d */
		.result = str_of(role->result),
		.reason = role->reason ? role->reason : "max_retries_exceeded",
		.priority = role->priority,
		.max_attempts = role->max_attempts,
		.span = DAY,
		.took = { role->run_ms[0] * MSEC, role->run_ms[1] * MSEC },
		.kept = 25 * HOUR,
		.n = role->past[0],
	};
	TRY(store_past_done(&demo->store, &past, err));
	const int n_rare = role->errors[1] ? role->past[1] / ERROR_RARE : 0;
	TRY(remember_dead(demo, past, role->errors[0], role->past[1] - n_rare, err));
	return remember_dead(demo, past, role->errors[1], n_rare, err);
}

/* It took a job, and then nothing was heard of it any more. */
static enum err_code fall_silent(struct demo *demo, const struct actor *actor, struct err *err)
{
	const struct claim want = { .worker_id = actor->id, .queue = actor->queues[0], .limit = 1 };
	struct list jobs;
	TRY(store_claim(&demo->store, &want, &demo->arena, &jobs, err));
	return store_past_silent(&demo->store, actor->id, SILENT, err);
}

static enum err_code open_jobs(struct demo *demo, struct err *err)
{
	const struct role *unserved = role_find(S("reports.yearly"));
	for (size_t i = 0; i < OPENING;) {
		const struct role *role = &roles[(size_t)dice(demo, (int)n_roles)];
		if (dice(demo, OFTENEST) >= role->per_hour)
			continue;
		TRY(demo_enqueue(demo, role, err));
		i++;
	}
	for (size_t i = 0; i < BACKLOG; i++)
		TRY(demo_enqueue(demo, unserved, err));
	return ERR_OK;
}

enum err_code demo_open_scene(struct demo *demo, struct err *err)
{
	demo->actors = ARENA_ARRAY(&demo->arena, struct actor, n_troupes);
	demo->schedules = ARENA_ARRAY(&demo->arena, struct schedule, n_cues);
	for (size_t i = 0; i < n_troupes; i++)
		TRY(enter(demo, i, err));
	TRY(register_names(demo, err));
	TRY(put_schedules(demo, err));
	for (size_t i = 0; i < n_roles; i++)
		TRY(remember(demo, &roles[i], err));
	TRY(store_past_history(&demo->store, THINNED, err));
	TRY(open_jobs(demo, err));
	for (size_t i = 0; i < n_troupes; i++)
		if (troupes[i].is_silent)
			TRY(fall_silent(demo, &demo->actors[i], err));
	return ERR_OK;
}
