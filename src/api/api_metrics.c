/* api_metrics.c -- GET /metrics: the same numbers for machines that watch. */
#include "api/context.h"
#include "metrics/metrics.h"

#define SCRAPE_FRESH_MS 1000
#define WORKERS_MAX 500

static enum err_code load(struct request *rq, struct scrape *scrape, struct err *err)
{
	struct store *store;
	struct quality queues, hour;

	TRY(api_store(rq, &store, err));
	TRY(store_queues(store, rq->arena, &scrape->queues, &queues, err));
	TRY(store_last_hour(store, rq->arena, &scrape->hour, &hour, err));
	TRY(store_workers(store, DAY, WORKERS_MAX, rq->arena, &scrape->workers, err));
	scrape->queues_kind = queues.kind;
	scrape->hour_kind = hour.kind;
	return ERR_OK;
}

static void read_cost(const struct api *api, struct metrics_cost *cost)
{
	const struct server_meter m = api->meter(api->meter_arg);

	*cost = (struct metrics_cost){
		.requests = m.requests,
		.refused = m.refused,
		.errors = m.errors,
		.queries = m.queries,
		.shared = m.shared,
		.connections = m.open,
		.busy = m.busy_usec,
	};
}

/* A database that is away is what a scrape has to tell, not a reason to have none. */
static enum err_code scrape_get(struct request *rq, struct reply *reply, struct err *err)
{
	const struct api *api = api_of(rq);
	const enum metrics_format format = metrics_format_of(request_header(rq, "Accept"));
	struct scrape scrape = { .version = SONIQ_VERSION };
	struct metrics_cost cost;

	scrape.is_up = load(rq, &scrape, err) == ERR_OK;
	if (!scrape.is_up && err->code == ERR_CANCELLED)
		return err->code;
	if (api->meter) {
		read_cost(api, &cost);
		scrape.cost = &cost;
	}
	metrics_process_read(&scrape.process);
	reply->content_type = metrics_content_type(format);
	reply_header(reply, rq->arena, "Vary", S("Accept"));
	metrics_write(&reply->body, format, &scrape);
	return ERR_OK;
}

/* Who asks for the other format asks for something else. */
struct str api_flight_salt(const struct request *rq)
{
	if (!str_eq(rq->path, S("/metrics")) ||
	    metrics_format_of(request_header(rq, "Accept")) == METRICS_TEXT)
		return STR_NULL;
	return S("openmetrics");
}

const struct route api_metrics_routes[] = {
	{ HTTP_GET, "/metrics", scrape_get, LANE_READ, WANT_READ, SCRAPE_FRESH_MS, "scrape_get" },
	{ 0 },
};
