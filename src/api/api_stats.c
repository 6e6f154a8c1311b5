/* api_stats.c -- numbers: stats, queues, metrics, timeline, types. */
#include "api/context.h"
#include "api/params.h"
#include "store/stats.h"

static enum err_code stats_get(struct request *rq, struct reply *reply, struct err *err)
{
	struct store *store;
	TRY(api_store(rq, &store, err));
	struct job_stats stats;
	struct quality quality;
	TRY(store_stats(store, rq->arena, &stats, &quality, err));
	api_note_active(api_of(rq), stats.processing);
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
	struct json j = answer_json(reply);
	json_open_object(&j);
	json_fields(&j, &metrics_record, &metrics);
	json_quality(&j, &quality);
	json_close_object(&j);
	return ERR_OK;
}

static enum err_code timeline_wanted(const struct request *rq, struct timeline_want *ret,
				     struct err *err)
{
	int64_t hours = 24;
	TRY(param_int(rq, "hours", (const int64_t[]){ 1, 8784 }, &hours, err));
	struct str bucket;
	TRY(param_choice(rq, "bucket", timeline_bucket_words, &bucket, err));
	ret->bucket = timeline_bucket_span(bucket, hours);
	TRY(param_text(rq, "queue", STORE_NAME_MAX, &ret->queue, err));
	TRY(param_text(rq, "job_name", STORE_NAME_MAX, &ret->job_name, err));
	if (ret->queue.p && ret->job_name.p)
		return err_param(err, "job_name",
				 "queue and job_name are kept apart in the history: give one");
	ret->hours = (int)hours;
	return ERR_OK;
}

static enum err_code timeline_get(struct request *rq, struct reply *reply, struct err *err)
{
	struct timeline_want want;
	enum export_format format;
	TRY(timeline_wanted(rq, &want, err));
	TRY(param_format(rq, &format, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct list buckets;
	struct quality quality;
	TRY(store_timeline(store, &want, rq->arena, &buckets, &quality, err));
	answer_quality(rq, reply, &quality);
	answer_table(rq, reply, &(struct table){ format, &timeline_record, &buckets, NULL, NULL });
	return ERR_OK;
}

typedef enum err_code (*list_fn)(struct store *st, struct arena *arena, struct list *ret,
				 struct quality *ret_quality, struct err *err);

static enum err_code answer_numbers(struct request *rq, struct reply *reply, list_fn load,
				    const struct record *record, struct err *err)
{
	enum export_format format;
	TRY(param_format(rq, &format, err));
	struct store *store;
	TRY(api_store(rq, &store, err));
	struct list items;
	struct quality quality;
	TRY(load(store, rq->arena, &items, &quality, err));
	answer_quality(rq, reply, &quality);
	answer_table(rq, reply, &(struct table){ format, record, &items, NULL, NULL });
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
	{ HTTP_GET, "/api/stats", stats_get, LANE_READ, WANT_READ, ROUTE_SNAPSHOT, "stats_get" },
	{ HTTP_GET, "/api/queues", queues_list, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "queues_list" },
	{ HTTP_GET, "/api/metrics", metrics_get, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "metrics_get" },
	{ HTTP_GET, "/api/jobs/timeline", timeline_get, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "timeline_get" },
	{ HTTP_GET, "/api/jobs/types", types_list, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "types_list" },
	{ 0 },
};
