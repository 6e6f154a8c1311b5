/* cast.h -- who plays: the kinds of jobs, the workers, the schedules. */
#ifndef DEMO_CAST_H
#define DEMO_CAST_H

#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"

#define ERROR_RARE 4
/* Of so many that were done yesterday one has its row yet; the history has all of them. */
#define THINNED 72

/* One kind of job. */
struct role {
	const char *job_name;
	const char *queue;
	int per_hour;                   /* how many are enqueued on average */
	int run_ms[2];                  /* from, to */
	int failures;                   /* attempts of 1000 that fail */
	int max_attempts;
	int priority;
	int delay_s;                    /* up to so many seconds later */
	int past[2];                    /* rows done, of which each stands for THINNED, and dead, in
					 * the day before the play begins */
	const char *reason;             /* what a dead one died of; NULL: max_retries_exceeded */
	const char *errors[2];          /* what a failure says, with %d for a number; the second,
					 * if any, is what one in ERROR_RARE says */
	const char *args;               /* JSON with %d for a number */
	const char *result;             /* JSON, or NULL */
};

struct troupe {                         /* one worker process */
	const char *hostname;
	const char *queues;             /* JSON */
	int concurrency;
	bool is_silent;                 /* it hangs: it holds a job and has not been heard of */
};

struct cue {                            /* one schedule */
	const char *job_name;
	const char *queue;
	const char *type;
	const char *value;
	const char *status;
	int every_s;                    /* of intervals; 0: never fires in the play */
};

extern const struct role roles[];
extern const size_t n_roles;
extern const struct troupe troupes[];
extern const size_t n_troupes;
extern const struct cue cues[];
extern const size_t n_cues;

/* The role of a name; the first one if there is none. */
const struct role *role_find(struct str job_name);

#endif
