/* keeper_pace.c -- how long the keeper waits between two turns. */
#include "api/keeper.h"

#define EVERY SECOND
#define EVERY_MAX (5 * SECOND) /* while there is something to do */
#define EVERY_QUIET (15 * SECOND)
#define QUIET_TURNS 10                  /* after so many of nothing it is quiet */
#define LOOK_AGAIN MINUTE               /* for what somebody has to do first */
#define SHARE 4                         /* wait so many times what the turn took */
#define HURRY_TURNS 20                  /* behind for so many: wait only as long as it took */
#define BEHIND_MIN (10 * MSEC)

static usec_t clamp(usec_t pause, usec_t min, usec_t max)
{
	return pause < min ? min : pause > max ? max : pause;
}

static usec_t after_failure(const struct keeper_pace *pace, enum err_code code)
{
	const int doubled = pace->failed < 7 ? pace->failed - 1 : 6;

	switch (code) {
	case ERR_SCHEMA:
	case ERR_FORBIDDEN:
	case ERR_INVALID:
	case ERR_INTERNAL:
		return LOOK_AGAIN;
	case ERR_BUSY:          /* a writer is at it, who goes first */
		return clamp(pace->failed * SECOND, SECOND, EVERY_MAX);
	default:
		return clamp(EVERY << doubled, EVERY, LOOK_AGAIN);
	}
}

bool keeper_rests(const struct keeper_pace *pace)
{
	return pace->failed == 0 && pace->quiet > QUIET_TURNS;
}

usec_t keeper_pause(struct keeper_pace *pace, enum err_code code, const struct history_turn *turn,
		    usec_t took)
{
	/* Something is pruned every minute, whatever happens; what is left of it is behind. */
	const bool is_quiet = turn->folded == 0 && !turn->is_behind && !turn->has_recounted;

	pace->failed = code == ERR_OK ? 0 : pace->failed + 1;
	if (code != ERR_OK)
		return after_failure(pace, code);
	pace->behind = turn->is_behind ? pace->behind + 1 : 0;
	pace->quiet = is_quiet ? pace->quiet + 1 : 0;
	if (pace->behind > HURRY_TURNS)
		return clamp(took, BEHIND_MIN, EVERY_MAX);
	if (pace->behind > 0)
		return clamp(SHARE * took, BEHIND_MIN, EVERY_MAX);
	if (keeper_rests(pace))
		return EVERY_QUIET;
	return clamp(SHARE * took, EVERY, LOOK_AGAIN);
}
