/* api_metrics.c -- GET /metrics: the same numbers for machines that watch. */
#include "api/context.h"
#include "api/keeper.h"
#include "metrics/metrics.h"

#define WORKERS_MAX 500

/* What the history lacks is no fault of a scrape. */
static enum err_code load_history(struct request *rq, struct store *store, struct scrape *scrape,
				  struct err *err)
{
	TRY(store_history(store, rq->arena, &scrape->history, err));
	if (scrape->history.state != HISTORY_OK)
		return ERR_OK;
	TRY(store_history_backlog(store, &scrape->backlog, err));
	TRY(store_history_totals(store, rq->arena, &scrape->totals, err));
	/* SQLite would read every page of them */
	if (!db_is_sqlite(store->db))
		TRY(store_history_tables(store, rq->arena, &scrape->tables, err));
	scrape->has_history = true;
	return ERR_OK;
}

static enum err_code load(struct request *rq, struct scrape *scrape, struct err *err)
{
	struct store *store;
	struct quality queues, hour;
	static const struct worker_want want = { .is_brief = true,
						 .stopped_within = DAY,
						 .limit = WORKERS_MAX };

	TRY(api_store(rq, &store, err));
	TRY(store_queues(store, rq->arena, &scrape->queues, &queues, err));
	TRY(store_last_hour(store, rq->arena, &scrape->hour, &hour, err));
	TRY(store_workers(store, &want, rq->arena, &scrape->workers, err));
	scrape->queues_kind = queues.kind;
	scrape->hour_kind = hour.kind;
	scrape->at = store_now(store);
	return load_history(rq, store, scrape, err);
}

static void read_cost(const struct api *api, struct metrics_cost *cost)
{
	const struct server_meter m = server_meter_get(api->server);

	*cost = (struct metrics_cost){
		.requests = m.requests,
		.refused = m.refused,
		.errors = m.errors,
		.queries = m.queries,
		.shared = m.shared,
		.connections = m.open,
		.busy = m.busy_usec,
		.refreshes = m.refreshes,
		.looks = m.looks,
		.snapshots = m.snapshot_usec,
		.tokens = m.tokens_usec,
		.streams = m.streams,
		.events = m.events,
	};
}

static void read_keeper(const struct api *api, struct metrics_keeper *keeper)
{
	const struct keeper_meter m = keeper_meter_get(api->keeper);

	*keeper = (struct metrics_keeper){
		.is_keeping = m.is_keeping,
		.turns = m.turns,
		.folded = m.folded,
		.failures = m.failures,
		.busy = m.busy,
	};
}

/* A database that is away is what a scrape has to tell, not a reason to have none. */
static enum err_code scrape_get(struct request *rq, struct reply *reply, struct err *err)
{
	const struct api *api = api_of(rq);
	const enum metrics_format format = metrics_format_of(request_header(rq, "Accept"));
	struct scrape scrape = { .version = SONIQ_VERSION };
	struct metrics_cost cost;
	struct metrics_keeper keeper;

	scrape.is_up = load(rq, &scrape, err) == ERR_OK;
	if (!scrape.is_up && err->code == ERR_CANCELLED)
		return err->code;
	if (api->server) {
		read_cost(api, &cost);
		scrape.cost = &cost;
	}
	if (api->keeper) {
		read_keeper(api, &keeper);
		scrape.keeper = &keeper;
	}
	metrics_process_read(&scrape.process);
	reply->content_type = metrics_content_type(format);
	reply_header(reply, rq->arena, "Vary", S("Accept"));
	metrics_write(&reply->body, format, &scrape);
	return ERR_OK;
}

const struct route api_metrics_routes[] = {
	{ HTTP_GET, "/metrics", scrape_get, LANE_READ, WANT_READ, ROUTE_SNAPSHOT, "scrape_get" },
	{ 0 },
};
