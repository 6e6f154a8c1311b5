/* histogram.h -- how long things took: counts in buckets that grow evenly, so that any two can be
 * added and percentiles read from the sum. */
#ifndef RULES_HISTOGRAM_H
#define RULES_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"

/* Bucket b > 0 holds durations from 100 us * 2^((b-1)/6) up to the next one's; bucket 0 what is
 * shorter; the last one (from 3.5 years on) all that is longer. A percentile is read as the
 * geometric middle of its bucket: at most 6 % from the truth, but in these two. */
#define HISTOGRAM_PER_OCTAVE 6
#define HISTOGRAM_BUCKETS 242

struct histogram {
	int64_t n; /* all together */
	int64_t counts[HISTOGRAM_BUCKETS];
};

int histogram_bucket(usec_t duration); /* below 0 counts as 0 */
/* Where a bucket ends, in microseconds (the last one: INFINITY). */
double histogram_bound(int bucket);
void histogram_add(struct histogram *h, usec_t duration);
void histogram_merge(struct histogram *to, const struct histogram *from);
/* The duration that this part (0 .. 1) of all do not exceed, in microseconds; NAN of none. */
double histogram_percentile(const struct histogram *h, double part);

/* As text: "bucket:count bucket:count", ascending, "" of none. Reading adds to what is there and
 * skips what it does not understand; false: there was such. */
bool histogram_read(struct histogram *h, struct str text);
void histogram_write(const struct histogram *h, struct buf *out);

#endif
