/* health.c -- the rule that tells a healthy system from one to look at. */
#include "rules/health.h"

#include <math.h>

#define BACKLOG_MAX 1000
#define ERROR_RATE_MAX 10.0

double health_error_rate(int64_t done, int64_t dead)
{
	const double ended = (double)done + (double)dead;

	return ended > 0 ? round(1e4 * (double)dead / ended) / 100 : 0;
}

const char *health_status(int64_t backlog, double error_rate)
{
	return backlog > BACKLOG_MAX || error_rate > ERROR_RATE_MAX ? "degraded" : "healthy";
}
