/* play.h -- what the parts of the play share: the stage, and who stands on it. */
#ifndef DEMO_PLAY_H
#define DEMO_PLAY_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/parse.h"
#include "demo/cast.h"
#include "demo/demo.h"
#include "store/work.h"
#include "store/worker.h"

#define SLOTS_MAX 8
#define QUEUES_MAX 4

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
	struct actor *actors;           /* one for each troupe */
	struct schedule *schedules;     /* one for each cue */
	struct log_limit limit;
};

/* 0 .. sides - 1 */
int dice(struct demo *demo, int sides);
/* A job of this role; now and then somebody takes it back at once. */
enum err_code demo_enqueue(struct demo *demo, const struct role *role, struct err *err) MUST_CHECK;
/* The scene before the curtain: workers, names, schedules, a day of history, some jobs. */
enum err_code demo_open_scene(struct demo *demo, struct err *err) MUST_CHECK;

#endif
