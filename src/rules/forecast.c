/* forecast.c -- a queue's future, from how fast jobs came and went. */
#include "rules/forecast.h"

#include <math.h>

#include "base/macros.h"

/* Rates of a few minutes differ by chance: less than this part of the greater one, or than this
 * many jobs a minute, is no difference. */
#define PART_MIN 0.05
#define RATE_MIN 0.1

const char *forecast_name(enum forecast_kind kind)
{
	static const char *const names[] = {
		[FORECAST_UNKNOWN] = "unknown", [FORECAST_EMPTY] = "empty",
		[FORECAST_DRAINS] = "drains",   [FORECAST_GROWS] = "grows",
		[FORECAST_STEADY] = "steady",
	};

	return (unsigned)kind < ARRAY_LEN(names) ? names[kind] : "unknown";
}

static enum forecast_kind kind_of(int64_t waiting, double arrived, double finished)
{
	const double least = fmax(RATE_MIN, PART_MIN * fmax(arrived, finished));

	if (waiting <= 0)
		return FORECAST_EMPTY;
	if (!isfinite(arrived) || !isfinite(finished))
		return FORECAST_UNKNOWN;
	if (fabs(finished - arrived) < least)
		return FORECAST_STEADY;
	return finished > arrived ? FORECAST_DRAINS : FORECAST_GROWS;
}

struct forecast forecast_make(int64_t waiting, double arrived_per_minute,
			      double finished_per_minute)
{
	const double gain = finished_per_minute - arrived_per_minute;
	struct forecast f = { kind_of(waiting, arrived_per_minute, finished_per_minute),
			      (double)NAN, (double)NAN };

	if (f.kind == FORECAST_DRAINS)
		f.drain_seconds = 60 * (double)waiting / gain;
	if (f.kind == FORECAST_GROWS)
		f.growth_per_minute = -gain;
	return f;
}
