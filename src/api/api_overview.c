/* api_overview.c -- what the rules say: of the whole, and of one job that does not run. */
#include "api/context.h"
#include "api/params.h"
#include "store/history.h"
#include "store/overview.h"
#include "store/why.h"

static enum err_code overview_get(struct request *rq, struct reply *reply, struct err *err)
{
	struct overview overview;
	struct store *store;
	TRY(api_store(rq, &store, err));
	TRY(store_overview(store, rq->arena, &overview, err));

	answer_quality(rq, reply, &overview.quality);
	struct json j = answer_json(reply);
	json_open_object(&j);
	json_list(&j, "verdicts", &finding_record, &overview.verdicts);
	json_key(&j, "all_clear");
	json_text(&j, overview.all_clear);
	json_key(&j, "timestamp");
	json_time(&j, overview.quality.as_of);
	json_quality(&j, &overview.quality);
	json_close_object(&j);
	return ERR_OK;
}

static void write_why(struct reply *reply, const struct job *job, const struct why *why)
{
	struct json j = answer_json(reply);

	json_open_object(&j);
	json_key(&j, "job_id");
	json_str(&j, job->id);
	json_key(&j, "status");
	json_str(&j, job->status);
	json_key(&j, "answer");
	json_text(&j, why_answer_name(why->answer));
	json_key(&j, "summary");
	json_str(&j, why->summary);
	json_list(&j, "reasons", &finding_record, &why->reasons);
	json_close_object(&j);
}

static enum err_code job_why(struct request *rq, struct reply *reply, struct err *err)
{
	const struct quality now = quality_new();
	char uuid[UUID_TEXT_LEN + 1];
	TRY(path_uuid(rq, 0, uuid, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct job job;
	struct why why;
	TRY(store_job_recall(store, uuid, rq->arena, &job, err));
	TRY(store_why(store, &job, rq->arena, &why, err));
	answer_quality(rq, reply, &now);
	write_why(reply, &job, &why);
	return ERR_OK;
}

const struct route api_overview_routes[] = {
	{ HTTP_GET, "/api/overview", overview_get, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "overview_get" },
	{ HTTP_GET, "/api/jobs/{job_id}/why", job_why, LANE_READ, WANT_READ, 0, "job_why" },
	{ 0 },
};
