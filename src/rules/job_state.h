/* job_state.h -- the states of a job, and which verb leads from which to which. */
#ifndef RULES_JOB_STATE_H
#define RULES_JOB_STATE_H

#include <stdbool.h>

#include "base/str.h"

enum job_state {
	JOB_QUEUED,
	JOB_PROCESSING,
	JOB_DONE,
	JOB_CANCELLED,
	JOB_DEAD_LETTER,        /* a row of its own table, under the same id */
	JOB_GONE,               /* no row any more */
	JOB_STATE__COUNT
};

enum job_verb {
	JOB_CANCEL,             /* what people may do ... */
	JOB_DELETE,
	JOB_REPLAY,             /* mints a new job; the dead letter stays what it is */
	JOB_CLAIM,              /* ... and what workers do */
	JOB_FINISH,
	JOB_RETRY,              /* also: put back at shutdown, or after its worker was lost */
	JOB_BURY,
	JOB_VERB__COUNT
};

const char *job_state_name(enum job_state state);       /* as in the database: "queued" ... */
/* False for a text that is no state that a row can be in (hostile rows have any). */
bool job_state_parse(struct str text, enum job_state *ret_state);

/* May this be done to a job in this state, and where does it lead? ret_to may be NULL. */
bool job_state_may(enum job_state from, enum job_verb verb, enum job_state *ret_to);

/* What people may do to a job of this status: "cancel", "delete", "replay"; ended by NULL.
 * One of an unknown status may be deleted. */
const char *const *job_state_actions(struct str status);

#endif
