/* why.c -- gathering what the rules about one job want to know. */
#include "store/why.h"

#include "rules/verdict.h"
#include "store/history.h"
#include "store/holder.h"
#include "store/stats_kept.h"
#include "store/worker.h"

#define SERVERS_MAX 1000
#define HOLDINGS_MAX 10000 /* of one job alone, that nobody asks for again and again */
#define AHEAD_MAX 10001
#define TWINS_MAX 200
#define SLOTS_MAX 100000 /* of one worker: more is a broken row */
#define RATE_SPAN (10 * MINUTE)
#define USUAL_SPAN (7 * DAY)

/* A live worker; without an id: there is none, only the moment. */
struct server {
	usec_t now;
	struct str id;
	int64_t concurrency;
	usec_t last_heartbeat;
	int8_t serves, knows;
};
static const struct field server_fields[] = {
	FIELD_TIME(struct server, now),
	FIELD_STR(struct server, id),
	FIELD_I64(struct server, concurrency),
	FIELD_TIME(struct server, last_heartbeat),
	FIELD_BOOL(struct server, serves),
	FIELD_BOOL(struct server, knows),
	FIELD_END,
};
static const struct record server_record = { "server", sizeof(struct server), server_fields };

struct ahead {
	int64_t ahead;
	int8_t is_capped;
};
static const struct field ahead_fields[] = {
	FIELD_I64(struct ahead, ahead),
	FIELD_BOOL(struct ahead, is_capped),
	FIELD_END,
};
static const struct record ahead_record = { "ahead", sizeof(struct ahead), ahead_fields };

struct twin {
	struct str id;
	int8_t is_unique;
};
static const struct field twin_fields[] = {
	FIELD_STR(struct twin, id),
	FIELD_BOOL(struct twin, is_unique),
	FIELD_END,
};
static const struct record twin_record = { "twin", sizeof(struct twin), twin_fields };

struct gather {
	struct store *st;
	struct arena *arena;
	const struct job *job;
	struct why_facts facts;
};

static bool is_status(const struct gather *g, const char *status)
{
	return str_eq(g->job->kind, S("job")) && str_eq(g->job->status, str_of(status));
}

static struct why_facts facts_of(struct store *st, const struct job *job)
{
	return (struct why_facts){
		.now = store_now(st),
		.stale_after = st->stale_after,
		.id = job->id,
		.kind = job->kind,
		.status = job->status,
		.job_name = job->job_name,
		.queue = job->queue,
		.last_error = job->last_error,
		.dead_letter_reason = job->dead_letter_reason,
		.priority = job->priority,
		.attempts = job->attempts,
		.max_attempts = job->max_attempts,
		.scheduled_at = job->scheduled_at,
		.created_at = job->created_at,
		.updated_at = job->updated_at,
		.replays = job->resurrection_count,
		.last_replay_at = job->last_resurrection_at,
		.worker_id = job->worker_id,
		.finished_per_minute = (double)NAN,
		.run_p99_ms = (double)NAN,
	};
}

/* ---- workers ---- */

static int64_t held_by(const struct list *holders, struct str worker_id)
{
	for (size_t i = 0; i < holders->n; i++) {
		const struct holder_facts *h = LIST_AT(holders, struct holder_facts, i);

		if (str_eq(h->worker_id, worker_id))
			return h->jobs;
	}
	return 0;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void note_clock(struct why_facts *facts, usec_t moment)
{
	if (moment == TIME_NULL || moment == TIME_INFINITY)
		return;
	const usec_t ahead = span_between(facts->now, moment);

	if (ahead > facts->clock_ahead)
		facts->clock_ahead = ahead;
}

static void note_server(struct why_facts *facts, const struct server *server,
			const struct list *holders)
{
	facts->live_workers++;
	note_clock(facts, server->last_heartbeat);
	if (server->serves != 1)
		return;
	facts->serving++;
	facts->serving_name += server->knows == 1;
	if (server->concurrency > 0)
		facts->slots += least(server->concurrency, SLOTS_MAX);
	facts->busy += held_by(holders, server->id);
}

static void note_worker(struct why_facts *facts, const struct list *holders)
{
	for (size_t i = 0; i < holders->n; i++) {
		const struct holder_facts *h = LIST_AT(holders, struct holder_facts, i);

		if (!str_eq(h->worker_id, facts->worker_id))
			continue;
		facts->worker = h->worker;
		facts->worker_heartbeat = h->last_heartbeat;
		facts->worker_is_live = h->is_live;
		facts->worker_is_stale = h->is_stale;
	}
}

static enum err_code add_workers(struct gather *g, struct err *err)
{
	const struct call *call =
		CALL(SQL_WHY_SERVERS, &server_record, P_STR(g->job->queue), P_STR(g->job->job_name),
		     P_I64(g->st->stale_after), P_I64(SERVERS_MAX));
	struct list servers, holders;
	bool is_cut;
	TRY(db_query(g->st->db, call, g->arena, &servers, err));
	TRY(store_holders(g->st, HOLDINGS_MAX, g->arena, &holders, &is_cut, err));

	for (size_t i = 0; i < servers.n; i++) {
		const struct server *server = LIST_AT(&servers, struct server, i);

		g->facts.now = server->now;
		if (server->id.p)
			note_server(&g->facts, server, &holders);
	}
	if (is_status(g, "processing"))
		note_worker(&g->facts, &holders);
	note_clock(&g->facts, g->job->created_at);
	note_clock(&g->facts, g->job->updated_at);
	return ERR_OK;
}

static enum err_code add_names(struct gather *g, struct err *err)
{
	struct list names;
	TRY(store_registered(g->st, g->arena, &names, err));

	g->facts.knows_names = names.n > 0 && names.n < STATS_REGISTERED_MAX;
	for (size_t i = 0; i < names.n; i++)
		if (str_eq(*LIST_AT(&names, struct str, i), g->job->job_name))
			g->facts.name_is_known = true;
	return ERR_OK;
}

/* ---- the queue, the name, the twin ---- */

static enum err_code add_ahead(struct gather *g, struct err *err)
{
	struct ahead ahead;
	TRY(db_query_one(g->st->db,
			 CALL(SQL_WHY_AHEAD, &ahead_record, P_STR(g->job->id), P_I64(AHEAD_MAX)),
			 g->arena, &ahead, err));

	g->facts.ahead = ahead.ahead;
	g->facts.ahead_is_capped = ahead.is_capped == 1;
	return ERR_OK;
}

static enum err_code one_tally(struct gather *g, const struct history_want *want,
			       struct tallies *span, const struct tally **ret, struct err *err)
{
	TRY(store_tallies(g->st, want, g->arena, span, err));
	*ret = span->rows.n > 0 ? LIST_AT(&span->rows, struct tally, 0) : NULL;
	return ERR_OK;
}

static enum err_code kept_pace(struct gather *g, struct err *err)
{
	const usec_t now = store_now(g->st);
	const struct history_want rate = { .kind = HISTORY_QUEUES,
					   .has_name = true,
					   .name = g->job->queue,
					   .from = now - RATE_SPAN,
					   .until = TIME_NULL };
	const struct history_want usual = { .kind = HISTORY_TYPES,
					    .has_name = true,
					    .name = g->job->job_name,
					    .from = now - USUAL_SPAN,
					    .until = TIME_NULL };
	struct history history;
	struct tallies span;
	const struct tally *tally;
	TRY(kept_open(g->st, g->arena, &history, err));
	TRY(one_tally(g, &rate, &span, &tally, err));

	const double minutes = (double)(now - span.covered_from) / MINUTE;
	const int64_t ended = tally ? tally->done + tally->dead + tally->cancelled : 0;
	if (minutes >= 1)
		g->facts.finished_per_minute = (double)ended / minutes;
	TRY(one_tally(g, &usual, &span, &tally, err));
	if (!tally)
		return ERR_OK;
	g->facts.usual_runs = tally->runs.n;
	g->facts.run_p99_ms = times_of(tally).run_p99_ms;
	return ERR_OK;
}

/* Without the history nothing is known of either. */
static enum err_code add_pace(struct gather *g, struct err *err)
{
	struct err why = { 0 };
	const enum err_code code = kept_pace(g, &why);

	if (code == ERR_OK || kept_is_missing(g->st, code))
		return ERR_OK;
	*err = why;
	return code;
}

static enum err_code add_twin(struct gather *g, struct err *err)
{
	const bool is_dead = str_eq(g->job->kind, S("dead_letter"));
	const struct call *alive = CALL(SQL_WHY_TWIN, &twin_record, P_STR(g->job->id));
	const struct call *dead =
		CALL(SQL_WHY_DEAD_TWIN, &twin_record, P_STR(g->job->id), P_I64(TWINS_MAX));
	struct list twins;
	TRY(db_query(g->st->db, is_dead ? dead : alive, g->arena, &twins, err));

	if (twins.n == 0)
		return ERR_OK;
	const struct twin *twin = LIST_AT(&twins, struct twin, 0);
	g->facts.twin_id = twin->id;
	g->facts.twin_key = twin->is_unique == 1 ? "unique arguments" : "dedup key";
	return ERR_OK;
}

static enum err_code gather(struct gather *g, struct err *err)
{
	const bool is_queued = is_status(g, "queued");
	const bool is_processing = is_status(g, "processing");

	if (is_queued || is_processing)
		TRY(add_workers(g, err));
	if (is_queued)
		TRY(add_names(g, err));
	if (is_queued)
		TRY(add_ahead(g, err));
	if (is_queued || is_processing)
		TRY(add_pace(g, err));
	if (is_processing || str_eq(g->job->kind, S("dead_letter")))
		TRY(add_twin(g, err));
	return ERR_OK;
}

enum err_code store_why(struct store *st, const struct job *job, struct arena *arena,
			struct why *ret, struct err *err)
{
	struct gather g = { .st = st, .arena = arena, .job = job, .facts = facts_of(st, job) };
	TRY(gather(&g, err));

	why_judge(&g.facts, arena, ret);
	return ERR_OK;
}
