/* forecast.h -- will a queue run empty, and when? */
#ifndef RULES_FORECAST_H
#define RULES_FORECAST_H

#include <stdint.h>

enum forecast_kind {
	FORECAST_UNKNOWN, /* it is not known how fast jobs come and go */
	FORECAST_EMPTY,   /* nothing waits */
	FORECAST_DRAINS,  /* more go than come */
	FORECAST_GROWS,   /* more come than go */
	FORECAST_STEADY,  /* as many come as go, within what chance makes of it */
};

struct forecast {
	enum forecast_kind kind;
	double drain_seconds;     /* DRAINS: until nothing waits; else NAN */
	double growth_per_minute; /* GROWS: jobs; else NAN */
};

const char *forecast_name(enum forecast_kind kind); /* "unknown" ... */

/* If all goes on as in the last minutes. Rates are jobs a minute; NAN: not known. */
struct forecast forecast_make(int64_t waiting, double arrived_per_minute,
			      double finished_per_minute);

#endif
