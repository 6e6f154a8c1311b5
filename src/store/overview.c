/* overview.c -- gathering what the rules about the whole want to know. */
#include "store/overview.h"

#include <inttypes.h>

#include "rules/verdict.h"
#include "store/holder.h"
#include "store/quality.h"
#include "store/stats_kept.h"
#include "store/worker.h"

#define WORKERS_MAX 500
#define WORKERS_STOPPED DAY
#define NAMES_MAX 200
#define NAMES_TOLD 5
#define DEAD_MAX 10000
#define SCHEDULES_MAX 10000
/* As far back as names are looked for where there is no history. */
#define NAMES_MINUTES (30 * 24 * 60)

struct facts_of {
	struct store *st;
	struct arena *arena;
	struct verdict_facts facts;
	struct quality quality;
	struct history history;
	bool has_history;
	int64_t active; /* jobs in hand, of the queues that tell it */
};

static void join(struct facts_of *of, const struct quality *quality)
{
	quality_worsen(&of->quality, quality->kind);
	if (quality->as_of < of->quality.as_of)
		of->quality.as_of = quality->as_of;
}

/* ---- queues ---- */

static struct queue_facts queue_facts_of(const struct queue_stats *q)
{
	return (struct queue_facts){
		.name = q->queue,
		.ready = q->ready,
		.ready_is_cut = q->is_due_cut == 1,
		.live_workers = q->live_workers,
		.oldest_seconds = q->outlook.oldest_waiting_seconds,
		.arrived_per_minute = q->outlook.arrived_per_minute,
		.finished_per_minute = q->outlook.finished_per_minute,
		.usual_wait_ms = (double)NAN,
		.is_others = q->is_others == 1,
	};
}

static enum err_code add_queues(struct facts_of *of, struct err *err)
{
	struct list queues;
	struct quality quality;
	TRY(store_waiting(of->st, of->arena, &queues, &quality, err));

	join(of, &quality);
	for (size_t i = 0; i < queues.n; i++) {
		const struct queue_stats *queue = LIST_AT(&queues, struct queue_stats, i);

		*(struct queue_facts *)list_add(&of->facts.queues) = queue_facts_of(queue);
		of->facts.queued += queue->queued;
		of->active += queue->processing > 0 ? queue->processing : 0;
		of->facts.queued_is_cut |= queue->is_due_cut == 1 && !of->has_history;
	}
	return ERR_OK;
}

static void put_usual(struct facts_of *of, const struct tally *tally)
{
	for (size_t i = 0; i < of->facts.queues.n; i++) {
		struct queue_facts *q = LIST_AT(&of->facts.queues, struct queue_facts, i);

		if (q->is_others || tally->is_others == 1 || !str_eq(q->name, tally->name))
			continue;
		q->usual_waits = tally->waits.n;
		q->usual_wait_ms = times_of(tally).wait_p95_ms;
	}
}

/* What is usual, from 23 whole hours of history that were over an hour ago, so that nothing of now
 * is in it and it is read off rollups of hours; nothing is where it is too young. */
static enum err_code add_day(struct facts_of *of, struct err *err)
{
	const usec_t now = store_now(of->st);
	const usec_t until = now - now % HOUR - HOUR;
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .from = until - 23 * HOUR,
					   .until = until };
	struct verdict_facts *facts = &of->facts;
	struct tallies day;
	int64_t done = 0, dead = 0, failed = 0;

	facts->rest_done = facts->rest_dead = facts->rest_failed = I64_NULL;
	if (!of->has_history)
		return ERR_OK;
	TRY(store_tallies(of->st, &want, of->arena, &day, err));
	for (size_t i = 0; i < day.rows.n; i++) {
		const struct tally *tally = LIST_AT(&day.rows, struct tally, i);

		put_usual(of, tally);
		done += tally->done;
		dead += tally->dead;
		failed += tally->failed;
	}
	if (day.covered_from >= until)
		return ERR_OK;
	facts->rest_done = done;
	facts->rest_dead = dead;
	facts->rest_failed = failed;
	return ERR_OK;
}

/* Where more ended than is counted, both are of what ended since one moment (store_metrics):
 * else too few that were done would stand beside all that died. */
static enum err_code add_share(struct facts_of *of, struct err *err)
{
	struct verdict_facts *facts = &of->facts;
	struct metrics metrics;
	struct quality quality;

	if (of->has_history || facts->hour_done <= STORE_COUNT_CAP)
		return ERR_OK;
	TRY(store_metrics(of->st, 1, of->arena, &metrics, &quality, err));
	facts->hour_done = metrics.successful;
	facts->hour_dead = metrics.dead_lettered;
	return ERR_OK;
}

static enum err_code add_hour(struct facts_of *of, struct err *err)
{
	struct last_hour hour;
	struct quality quality;
	TRY(store_ended(of->st, of->arena, &hour, &quality, err));

	join(of, &quality);
	of->facts.hour_done = hour.completed_last_hour;
	of->facts.hour_dead = hour.dead_lettered_last_hour;
	of->facts.hour_failed = hour.failed_last_hour;
	return add_share(of, err);
}

static bool is_more(int64_t part, int64_t all, double percent)
{
	return (double)part * 100 > percent * (double)all;
}

/* Many died or failed: since when may have to be said. */
static bool is_failing(const struct verdict_facts *facts)
{
	const int64_t ended = facts->hour_dead + facts->hour_done;

	return (facts->hour_dead >= VERDICT_FAILURES_DEAD &&
		is_more(facts->hour_dead, ended, VERDICT_FAILURES_MAX / 2)) ||
	       (facts->hour_failed >= VERDICT_RETRIES_FAILED &&
		is_more(facts->hour_failed, ended + facts->hour_failed, VERDICT_RETRIES_MAX / 2));
}

static enum err_code add_ended(struct facts_of *of, struct err *err)
{
	const struct history_want want = { .kind = HISTORY_QUEUES,
					   .is_sum = true,
					   .from = store_now(of->st) - DAY,
					   .until = TIME_NULL,
					   .bucket = 10 * MINUTE };
	struct tallies day;

	if (!of->has_history || !is_failing(&of->facts))
		return ERR_OK;
	TRY(store_tallies(of->st, &want, of->arena, &day, err));
	for (size_t i = 0; i < day.rows.n; i++) {
		const struct tally *t = LIST_AT(&day.rows, struct tally, i);

		*(struct ended_facts *)list_add(&of->facts.ended) =
			(struct ended_facts){ t->at, t->done, t->dead, t->failed };
	}
	return ERR_OK;
}

/* ---- workers ---- */

struct beat {
	struct str hostname;
	int64_t pid;
	usec_t last_heartbeat;
	int8_t is_live, is_stale;
};
static const struct field beat_fields[] = {
	FIELD_STR(struct beat, hostname),        FIELD_I64(struct beat, pid),
	FIELD_TIME(struct beat, last_heartbeat), FIELD_BOOL(struct beat, is_live),
	FIELD_BOOL(struct beat, is_stale),       FIELD_END,
};
static const struct record beat_record = { "beat", sizeof(struct beat), beat_fields };

static enum err_code add_workers(struct facts_of *of, struct err *err)
{
	const struct call *call =
		CALL(SQL_WORKER_BEATS, &beat_record, P_I64(WORKERS_STOPPED), P_I64(WORKERS_MAX),
		     P_I64(of->st->stale_after), P_I64(STORE_NAME_MAX));
	struct list beats;
	TRY(db_query(of->st->db, call, of->arena, &beats, err));

	for (size_t i = 0; i < beats.n; i++) {
		const struct beat *beat = LIST_AT(&beats, struct beat, i);

		*(struct worker_facts *)list_add(&of->facts.workers) = (struct worker_facts){
			.name = holder_name(of->arena, beat->hostname, beat->pid),
			.last_heartbeat = beat->last_heartbeat,
			.is_live = beat->is_live == 1,
			.is_stale = beat->is_stale == 1,
		};
	}
	bool *is_cut = &of->facts.holders_are_cut;
	TRY(store_holders(of->st, held_most(of->active), of->arena, &of->facts.holders, is_cut,
			  err));
	quality_note(&of->quality, -1, *is_cut);
	return ERR_OK;
}

/* ---- names ---- */

static bool is_registered(const struct list *registered, struct str name)
{
	for (size_t i = 0; i < registered->n; i++)
		if (str_eq(*LIST_AT(registered, struct str, i), name))
			return true;
	return false;
}

static void note_name(struct facts_of *of, const struct list *registered,
		      const struct name_facts *name)
{
	if (name->n > 0 && name->job_name.p && of->facts.names.n < NAMES_MAX &&
	    !is_registered(registered, name->job_name))
		*(struct name_facts *)list_add(&of->facts.names) = *name;
}

static enum err_code add_names_kept(struct facts_of *of, struct err *err)
{
	static const struct gauge_want by_type = { .by_type = true };
	struct list gauges, registered;
	struct quality quality;
	TRY(store_registered(of->st, of->arena, &registered, err));
	TRY(store_gauge_sums(of->st, &by_type, of->arena, &gauges, &quality, err));

	of->facts.knows_names = registered.n > 0 && registered.n < STATS_REGISTERED_MAX;
	join(of, &quality);
	for (size_t i = 0; i < gauges.n; i++) {
		const struct gauge *g = LIST_AT(&gauges, struct gauge, i);
		const struct name_facts name = { g->job_name, g->n };

		if (g->is_other_type != 1 && str_eq(g->status, S("queued")))
			note_name(of, &registered, &name);
	}
	return ERR_OK;
}

static enum err_code add_names_seen(struct facts_of *of, struct err *err)
{
	struct drift drift;
	TRY(store_drift(of->st, NAMES_MINUTES, of->arena, &drift, err));

	of->facts.knows_names = drift.registered.n > 0 && drift.registered.n < STATS_REGISTERED_MAX;
	join(of, &drift.quality);
	for (size_t i = 0; i < drift.observed.n; i++) {
		const struct drift_name *d = LIST_AT(&drift.observed, struct drift_name, i);
		const struct name_facts name = { d->job_name, d->queued };

		note_name(of, &drift.registered, &name);
	}
	return ERR_OK;
}

static enum err_code add_names(struct facts_of *of, struct err *err)
{
	struct verdict_facts *facts = &of->facts;
	struct list names = list_new(of->arena, sizeof(struct str));

	facts->names_since = TIME_NULL;
	if (!of->has_history)
		return add_names_seen(of, err);
	TRY(add_names_kept(of, err));
	for (size_t i = 0; i < facts->names.n; i++)
		*(struct str *)list_add(&names) =
			LIST_AT(&facts->names, struct name_facts, i)->job_name;
	return names.n > 0 ? kept_waiting_since(of->st, &names, &facts->names_since, err) : ERR_OK;
}

/* ---- dead letters, schedules ---- */

struct recent {
	struct str job_name;
	int64_t n;
	usec_t since;
	int8_t is_capped;
};
static const struct field recent_fields[] = {
	FIELD_STR(struct recent, job_name),
	FIELD_I64(struct recent, n),
	FIELD_TIME(struct recent, since),
	FIELD_BOOL(struct recent, is_capped),
	FIELD_END,
};
static const struct record recent_record = { "recent", sizeof(struct recent), recent_fields };

static enum err_code add_dead(struct facts_of *of, struct err *err)
{
	const struct call *call = CALL(SQL_DEAD_RECENT, &recent_record, P_I64(HOUR),
				       P_I64(DEAD_MAX), P_I64(NAMES_MAX), P_I64(STORE_NAME_MAX));
	struct verdict_facts *facts = &of->facts;
	struct list rows;
	TRY(db_query(of->st->db, call, of->arena, &rows, err));

	facts->dead_since = TIME_INFINITY;
	for (size_t i = 0; i < rows.n; i++) {
		const struct recent *row = LIST_AT(&rows, struct recent, i);

		*(struct name_facts *)list_add(&facts->dead) =
			(struct name_facts){ row->job_name, row->n };
		if (row->since < facts->dead_since)
			facts->dead_since = row->since;
		quality_note(&of->quality, -1, row->is_capped);
		facts->dead_is_cut = facts->dead_is_cut || row->is_capped == 1;
	}
	return ERR_OK;
}

struct overdue {
	struct str job_name;
	usec_t now;
	usec_t since;
	int64_t overdue, active;
};
static const struct field overdue_fields[] = {
	FIELD_STR(struct overdue, job_name), FIELD_TIME(struct overdue, now),
	FIELD_TIME(struct overdue, since),   FIELD_I64(struct overdue, overdue),
	FIELD_I64(struct overdue, active),   FIELD_END,
};
static const struct record overdue_record = { "overdue", sizeof(struct overdue), overdue_fields };

static enum err_code add_schedules(struct facts_of *of, struct err *err)
{
	const struct call *call =
		CALL(SQL_SCHEDULE_OVERDUE, &overdue_record, P_I64(VERDICT_OVERDUE),
		     P_I64(SCHEDULES_MAX), P_I64(NAMES_TOLD), P_I64(STORE_NAME_MAX));
	struct verdict_facts *facts = &of->facts;
	struct list rows;
	TRY(db_query(of->st->db, call, of->arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++) {
		const struct overdue *row = LIST_AT(&rows, struct overdue, i);

		if (row->now == TIME_NULL) {
			*(struct name_facts *)list_add(&facts->overdue) =
				(struct name_facts){ row->job_name, 1 };
			continue;
		}
		facts->now = row->now;
		facts->schedules = row->active;
		facts->overdue_n = row->overdue;
		facts->overdue_since = row->since;
	}
	return ERR_OK;
}

/* ---- the history itself ---- */

static enum keeping keeping_of(const struct history *h, usec_t now)
{
	const usec_t last = h->sampled_at == TIME_NULL ? h->since : h->sampled_at;

	if (h->state == HISTORY_BROKEN)
		return KEEPING_HALF_MADE;
	if (h->state == HISTORY_FORBIDDEN)
		return KEEPING_FORBIDDEN;
	if (h->state != HISTORY_OK)
		return KEEPING_FINE;
	if (span_between(last, now) > VERDICT_BEHIND)
		return KEEPING_BEHIND;
	return h->recount_due.p ? KEEPING_UNCOUNTED : KEEPING_FINE;
}

static void add_history(struct facts_of *of)
{
	const struct history *h = &of->history;
	struct history_facts *to = &of->facts.history;

	to->state = keeping_of(h, of->facts.now);
	to->detail = h->state == HISTORY_OK ? h->recount_due : h->missing;
	to->since = TIME_NULL;
	if (to->state == KEEPING_BEHIND)
		to->since = h->sampled_at == TIME_NULL ? h->since : h->sampled_at;
}

static struct facts_of facts_new(struct store *st, struct arena *arena)
{
	return (struct facts_of){
		.st = st,
		.arena = arena,
		.quality = quality_new(),
		.facts = {
			.now = store_now(st),
			.queues = list_new(arena, sizeof(struct queue_facts)),
			.workers = list_new(arena, sizeof(struct worker_facts)),
			.names = list_new(arena, sizeof(struct name_facts)),
			.ended = list_new(arena, sizeof(struct ended_facts)),
			.dead = list_new(arena, sizeof(struct name_facts)),
			.overdue = list_new(arena, sizeof(struct name_facts)),
		},
	};
}

static enum err_code gather(struct facts_of *of, struct err *err)
{
	static enum err_code (*const steps[])(struct facts_of *, struct err *) = {
		add_schedules, add_queues,  add_hour,  add_day,
		add_ended,     add_workers, add_names, add_dead,
	};
	TRY(store_history(of->st, of->arena, &of->history, err));

	of->has_history = of->history.state == HISTORY_OK && of->history.recounted_at != TIME_NULL;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		TRY(steps[i](of, err));
	add_history(of);
	return ERR_OK;
}

/* A history that went while it was read is looked for once more. */
enum err_code store_overview(struct store *st, struct arena *arena, struct overview *ret,
			     struct err *err)
{
	struct facts_of of = facts_new(st, arena);
	enum err_code code = gather(&of, err);

	if (of.has_history && kept_is_missing(st, code)) {
		of = facts_new(st, arena);
		code = gather(&of, err);
	}
	TRY(code);
	verdict_judge(&of.facts, arena, &ret->verdicts, &ret->all_clear);
	ret->quality = of.quality;
	return ERR_OK;
}
