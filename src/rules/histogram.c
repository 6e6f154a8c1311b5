/* histogram.c -- durations in evenly growing buckets, and percentiles of them. */
#include "rules/histogram.h"

#include <math.h>

#include "base/parse.h"

#define SHORTEST 100.0 /* microseconds: where bucket 0 ends */
#define LAST (HISTOGRAM_BUCKETS - 1)

double histogram_bound(int bucket)
{
	if (bucket >= LAST)
		return INFINITY;
	return SHORTEST * exp2((double)bucket / HISTOGRAM_PER_OCTAVE);
}

/* The logarithm may be off by its last digit, which counts where a bucket ends. */
int histogram_bucket(usec_t duration)
{
	const double d = (double)duration;
	if (d < SHORTEST)
		return 0;
	const double guess = 1 + floor(HISTOGRAM_PER_OCTAVE * log2(d / SHORTEST));
	int b = guess < LAST ? (int)guess : LAST;

	if (d < histogram_bound(b - 1))
		b--;
	else if (d >= histogram_bound(b))
		b++;
	return b;
}

/* The geometric middle; of bucket 0, which has none, and of the last one, as if each were as wide
 * as the others. */
static double middle(int bucket)
{
	return SHORTEST * exp2((bucket - 0.5) / HISTOGRAM_PER_OCTAVE);
}

/* Sums that would not fit stay at the greatest number. */
static void add(struct histogram *h, int bucket, int64_t n)
{
	if (__builtin_add_overflow(h->counts[bucket], n, &h->counts[bucket]))
		h->counts[bucket] = INT64_MAX;
	if (__builtin_add_overflow(h->n, n, &h->n))
		h->n = INT64_MAX;
}

void histogram_add(struct histogram *h, usec_t duration)
{
	add(h, histogram_bucket(duration), 1);
}

void histogram_merge(struct histogram *to, const struct histogram *from)
{
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (from->counts[i] > 0)
			add(to, i, from->counts[i]);
	}
}

double histogram_percentile(const struct histogram *h, double part)
{
	const double rank = fmax(1, ceil(part * (double)h->n));
	double below = 0;
	int last = -1;

	for (int i = 0; i < HISTOGRAM_BUCKETS && below < rank; i++) {
		if (h->counts[i] <= 0)
			continue;
		below += (double)h->counts[i];
		last = i;
	}
	return last < 0 ? NAN : middle(last);
}

/* "bucket:count" */
static bool read_piece(struct histogram *h, struct str piece)
{
	struct str bucket_text;
	int64_t bucket, count;

	if (!str_cut(&piece, ':', &bucket_text) || !piece.p)
		return false;
	if (!parse_i64(bucket_text, &bucket) || !parse_i64(piece, &count))
		return false;
	if (bucket < 0 || bucket > LAST || count < 0)
		return false;
	add(h, (int)bucket, count);
	return true;
}

bool histogram_read(struct histogram *h, struct str text)
{
	bool is_clean = true;
	struct str piece;

	while (str_cut(&text, ' ', &piece)) {
		if (piece.n > 0)
			is_clean &= read_piece(h, piece);
	}
	return is_clean;
}

void histogram_write(const struct histogram *h, struct buf *out)
{
	const char *blank = "";

	for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (h->counts[i] <= 0)
			continue;
		buf_add_text(out, blank);
		buf_add_i64(out, i);
		buf_add_char(out, ':');
		buf_add_i64(out, h->counts[i]);
		blank = " ";
	}
}
