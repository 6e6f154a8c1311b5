/* health.h -- is the system as a whole healthy? */
#ifndef RULES_HEALTH_H
#define RULES_HEALTH_H

#include <stdint.h>

/* Percent of the jobs that ended in the last hour which died, two places; 0 when none ended. */
double health_error_rate(int64_t done, int64_t dead);

/* "healthy", or "degraded" by the rule of the Python project: more than 1000 jobs queued, or more
 * than 10 % errors. That the database does not answer ("unhealthy") the caller knows. */
const char *health_status(int64_t backlog, double error_rate);

#endif
