/* api_stats.c -- numbers: stats, queues, metrics, timeline, types. */
#include "api/context.h"
#include "api/params.h"
#include "store/stats.h"

/* Numbers of this age may be given again: any count of viewers costs the database one. */
#define NUMBERS_FRESH_MS 1000

static enum err_code stats_get(struct request *rq, struct reply *reply, struct err *err)
{
	struct store *store;
	TRY(api_store(rq, &store, err));
	struct job_stats stats;
	struct quality quality;
	TRY(store_stats(store, rq->arena, &stats, &quality, err));
	answer_quality(rq, reply, &quality);
	answer_record(reply, &job_stats_record, &stats);
	return ERR_OK;
}

static enum err_code metrics_get(struct request *rq, struct reply *reply, struct err *err)
{
	int64_t hours = 24;
	TRY(param_int(rq, "hours", (const int64_t[]){ 1, 720 }, &hours, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct metrics metrics;
	struct quality quality;
	TRY(store_metrics(store, (int)hours, rq->arena, &metrics, &quality, err));
	answer_quality(rq, reply, &quality);
	answer_record(reply, &metrics_record, &metrics);
	return ERR_OK;
}

static enum err_code timeline_get(struct request *rq, struct reply *reply, struct err *err)
{
	int64_t hours = 24;
	TRY(param_int(rq, "hours", (const int64_t[]){ 1, 720 }, &hours, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct list buckets;
	struct quality quality;
	TRY(store_timeline(store, (int)hours, rq->arena, &buckets, &quality, err));
	answer_quality(rq, reply, &quality);
	answer_list(reply, &timeline_record, &buckets);
	return ERR_OK;
}

typedef enum err_code (*list_fn)(struct store *st, struct arena *arena, struct list *ret,
				 struct quality *ret_quality, struct err *err);

static enum err_code answer_numbers(struct request *rq, struct reply *reply, list_fn load,
				    const struct record *record, struct err *err)
{
	struct store *store;
	TRY(api_store(rq, &store, err));
	struct list items;
	struct quality quality;
	TRY(load(store, rq->arena, &items, &quality, err));
	answer_quality(rq, reply, &quality);
	answer_list(reply, record, &items);
	return ERR_OK;
}

static enum err_code queues_list(struct request *rq, struct reply *reply, struct err *err)
{
	return answer_numbers(rq, reply, store_queues, &queue_stats_record, err);
}

static enum err_code types_list(struct request *rq, struct reply *reply, struct err *err)
{
	return answer_numbers(rq, reply, store_types, &type_stats_record, err);
}

const struct route api_stats_routes[] = {
	{ HTTP_GET, "/api/stats", stats_get, LANE_READ, WANT_READ, NUMBERS_FRESH_MS, "stats_get" },
	{ HTTP_GET, "/api/queues", queues_list, LANE_READ, WANT_READ, NUMBERS_FRESH_MS,
	  "queues_list" },
	{ HTTP_GET, "/api/metrics", metrics_get, LANE_READ, WANT_READ, NUMBERS_FRESH_MS,
	  "metrics_get" },
	{ HTTP_GET, "/api/jobs/timeline", timeline_get, LANE_READ, WANT_READ, NUMBERS_FRESH_MS,
	  "timeline_get" },
	{ HTTP_GET, "/api/jobs/types", types_list, LANE_READ, WANT_READ, NUMBERS_FRESH_MS,
	  "types_list" },
	{ 0 },
};
