/* clock.h -- one type for every moment and duration: microseconds. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* A moment: microseconds since 1970-01-01 00:00 UTC. A duration: microseconds. */
typedef int64_t usec_t;

#define MSEC ((usec_t)1000)
#define SECOND (1000 * MSEC)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* What stands for SQL NULL and for PostgreSQL's infinite timestamps in a usec_t. */
#define TIME_NULL INT64_MIN
#define TIME_MINUS_INFINITY (INT64_MIN + 1)
#define TIME_INFINITY INT64_MAX

usec_t clock_now(void);         /* wall clock */
usec_t clock_mono(void);        /* never jumps; only differences mean something */
usec_t clock_cpu(void);         /* CPU time that this process has used */

#define TIME_TEXT_MAX 48
/* "2026-11-23T17:15:58.029367Z"; "infinity", "-infinity"; "" for TIME_NULL. Years past 9999 or
 * before 0001 are written with a sign and as many digits as they need (ISO 8601 expanded).
 * Gives the length. */
size_t time_format(usec_t t, char out[TIME_TEXT_MAX]);
/* Reads RFC 3339 and what PostgreSQL prints with DateStyle ISO ("2026-11-23 17:15:58.029367+00",
 * "infinity", "0044-03-15 12:00:00+00 BC"; offsets with hours, minutes, seconds). Moments
 * outside the range of usec_t become the last one of their side, never infinity: what sorts
 * before infinity must not come back as it. False if it is none of these. */
bool time_parse(struct str text, usec_t *ret_t);
/* "3h 12m", "45 s", "2 d", "950 ms": two units at the most, for people. Gives the length. */
size_t duration_format(usec_t d, char out[TIME_TEXT_MAX]);

#endif
