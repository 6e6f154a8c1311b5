/* stats_kept.h -- for the store itself: the numbers of stats.h as the history has them. */
#ifndef STORE_STATS_KEPT_H
#define STORE_STATS_KEPT_H

#include "store/history.h"
#include "store/stats.h"

/* The six fields of a member `times`. */
#define TIMES_FIELD(type, member)                                                                  \
	{ #member, F_F64, offsetof(type, times.member), FIELD_COMPUTED }
#define TIMES_FIELDS(type)                                                                         \
	TIMES_FIELD(type, wait_p50_ms), TIMES_FIELD(type, wait_p95_ms),                            \
		TIMES_FIELD(type, wait_p99_ms), TIMES_FIELD(type, run_p50_ms),                     \
		TIMES_FIELD(type, run_p95_ms), TIMES_FIELD(type, run_p99_ms)

/* Those of a member `outlook`. */
#define OUTLOOK_FIELD_FLAGS(type, member, field, flags)                                            \
	{                                                                                          \
#member, field, offsetof(type, outlook.member), flags                              \
	}
#define OUTLOOK_FIELD(type, member, field) OUTLOOK_FIELD_FLAGS(type, member, field, FIELD_COMPUTED)
#define OUTLOOK_FIELDS(type)                                                                       \
	OUTLOOK_FIELD(type, oldest_waiting_seconds, F_F64),                                        \
		OUTLOOK_FIELD(type, arrived_per_minute, F_F64),                                    \
		OUTLOOK_FIELD(type, finished_per_minute, F_F64),                                   \
		OUTLOOK_FIELD(type, forecast, F_STR), OUTLOOK_FIELD(type, drain_seconds, F_F64),   \
		OUTLOOK_FIELD(type, growth_per_minute, F_F64)

#define STATS_QUEUES_MAX 500
/* All that the history tells apart, and the others. */
#define STATS_TYPES_MAX (HISTORY_TYPES_MAX + 1)
#define STATS_DRIFT_MAX 500

/* struct queue_stats as store_queues gives them: by total_jobs descending, then name. */
void queues_sort(struct list *queues);

/* Percent with two places; 0 of nothing. */
double stats_percent(int64_t part, int64_t whole);
/* Of a span in which n happened; of less than a minute a rate is chance. */
int64_t stats_per_hour(int64_t n, usec_t span);
struct times times_of(const struct tally *tally);
/* total / n in milliseconds; NAN of none. */
double mean_ms(double total_us, int64_t n);
/* What a part of an answer says of the whole. */
void quality_join(struct quality *to, const struct quality *from);
/* covered_from is told where it is later than what was asked for. */
void quality_cover(struct quality *to, const struct tallies *tallies, usec_t asked);

/* One more span of one kind: all names apart, or together (is_sum). */
enum err_code kept_span(struct store *st, const struct history_want *want, struct arena *arena,
			struct quality *quality, struct tallies *ret, struct err *err) MUST_CHECK;

/* What happened in the last 10 minutes to those of want (its span is set here), and of how many
 * minutes that is, 0 of less than one: of less, a rate is chance. */
enum err_code kept_recent(struct store *st, struct history_want want, struct arena *arena,
			  struct tallies *ret, double *ret_minutes, struct err *err) MUST_CHECK;
static inline int64_t tally_ended(const struct tally *t)
{
	return t->done + t->dead + t->cancelled;
}

/* Errors: NOT_FOUND  there is no history, or its gauges were never counted: do without */
enum err_code kept_open(struct store *st, struct arena *arena, struct history *ret,
			struct err *err) MUST_CHECK;
/* Is that an error after which to do without the history? Also when it went meanwhile. */
bool kept_is_missing(struct store *st, enum err_code code);

/* Where a status is counted; the last are the dead letters, which are no live jobs. */
struct status_counter {
	const char *status;
	size_t in_stats, in_queue;
};
#define STATUS_COUNTERS 5
extern const struct status_counter status_counters[STATUS_COUNTERS];

static inline int64_t *counter_of(const struct status_counter *counter, struct queue_stats *queue)
{
	return (int64_t *)((char *)queue + counter->in_queue);
}

/* Fills in at_least; is_counted: its rows were counted, up to STORE_COUNT_CAP of each status. */
void queue_tell_cut(struct queue_stats *queue, bool is_counted, struct arena *arena);

enum err_code kept_stats(struct store *st, struct arena *arena, struct job_stats *ret,
			 struct quality *ret_quality, struct err *err) MUST_CHECK;
enum err_code kept_queues(struct store *st, struct arena *arena, struct list *ret,
			  struct quality *ret_quality, struct err *err) MUST_CHECK;
/* Without what happened in the last hour, and without queues of which nothing is there. */
enum err_code kept_waiting(struct store *st, struct arena *arena, struct list *ret,
			   struct quality *ret_quality, struct err *err) MUST_CHECK;
/* Those that are due. Where neither side was counted to its end, more may be than are known. */
int64_t queue_due(const struct queue_stats *queue);
/* What waits, in all queues together. */
enum err_code kept_outlook(struct store *st, struct arena *arena, struct outlook *ret,
			   struct quality *ret_quality, struct err *err) MUST_CHECK;
/* From the rates, of so many that are due. */
void outlook_foretell(struct outlook *outlook, int64_t due);
/* The same of each of these struct type_stats. */
enum err_code kept_type_outlooks(struct store *st, struct arena *arena, struct list *types,
				 struct err *err) MUST_CHECK;
/* Since when the one of these names (struct str) that waits longest has, at least; TIME_NULL: not
 * known. */
enum err_code kept_waiting_since(struct store *st, const struct list *names, usec_t *ret,
				 struct err *err) MUST_CHECK;
enum err_code kept_metrics(struct store *st, int hours, struct arena *arena, struct metrics *ret,
			   struct quality *ret_quality, struct err *err) MUST_CHECK;
enum err_code kept_timeline(struct store *st, const struct timeline_want *want, struct arena *arena,
			    struct list *ret, struct quality *ret_quality,
			    struct err *err) MUST_CHECK;
enum err_code kept_types(struct store *st, struct arena *arena, struct list *ret,
			 struct quality *ret_quality, struct err *err) MUST_CHECK;
/* What struct drift observes. NOT_FOUND also where the history is younger than the window. */
enum err_code kept_drift(struct store *st, int window_minutes, struct arena *arena,
			 struct list *ret_observed, struct quality *ret_quality,
			 struct err *err) MUST_CHECK;
/* active_jobs and queue_backlog are left out. */
enum err_code kept_ended(struct store *st, struct arena *arena, struct last_hour *ret,
			 struct quality *ret_quality, struct err *err) MUST_CHECK;
enum err_code kept_last_hour(struct store *st, struct arena *arena, struct last_hour *ret,
			     struct quality *ret_quality, struct err *err) MUST_CHECK;

#endif
