/* api_system.c -- health of the process, of the database, and the description of this API. */
#include "api/context.h"
#include "rules/health.h"
#include "store/stats.h"
#include "web/web.h"

static enum err_code health_get(struct request *rq, struct reply *reply, struct err *err)
{
	(void)rq;
	(void)err;
	buf_add_text(&reply->body, "{\"status\":\"ok\"}");
	return ERR_OK;
}

static enum err_code check_ready(struct request *rq, struct err *err)
{
	struct store *store;
	TRY(api_store_checked(rq, &store, err));
	return store_ping(store, err);
}

/* Not an error of the request: the answer is that it is not ready, and why. */
static enum err_code ready_get(struct request *rq, struct reply *reply, struct err *err)
{
	struct err why = { 0 };
	(void)err;
	const bool is_ready = check_ready(rq, &why) == ERR_OK;

	reply->status = is_ready ? 200 : 503;
	struct json j = answer_json(reply);
	json_open_object(&j);
	json_key(&j, "status");
	json_text(&j, is_ready ? "ready" : "not_ready");
	if (!is_ready) {
		json_key(&j, "detail");
		json_text(&j, why.code == ERR_SCHEMA ? "The tables of Soniq are not usable."
						     : "The database does not answer.");
	}
	json_close_object(&j);
	return ERR_OK;
}

static enum err_code load_hour(struct request *rq, struct last_hour *hour,
			       struct quality *quality, struct err *err)
{
	struct store *store;
	TRY(api_store(rq, &store, err));
	return store_last_hour(store, rq->arena, hour, quality, err);
}

static enum err_code system_health(struct request *rq, struct reply *reply, struct err *err)
{
	struct last_hour hour = { 0 };
	struct quality quality = quality_new();
	const bool is_up = load_hour(rq, &hour, &quality, err) == ERR_OK;
	const int64_t processed = hour.completed_last_hour + hour.dead_lettered_last_hour;
	const double rate = health_error_rate(hour.completed_last_hour,
					      hour.dead_lettered_last_hour);

	if (!is_up && err->code == ERR_CANCELLED)
		return err->code;
	reply->status = is_up ? 200 : 503;
	answer_quality(rq, reply, &quality);
	struct json j = answer_json(reply);
	json_open_object(&j);
	json_key(&j, "status");
	json_text(&j, is_up ? health_status(hour.queue_backlog, rate) : "unhealthy");
	json_key(&j, "database_healthy");
	json_bool(&j, is_up);
	json_key(&j, "queue_backlog");
	json_i64(&j, is_up ? hour.queue_backlog : I64_NULL);
	json_key(&j, "error_rate_last_hour");
	json_f64(&j, is_up ? rate : NAN);
	json_key(&j, "jobs_processed_last_hour");
	json_i64(&j, is_up ? processed : I64_NULL);
	json_key(&j, "timestamp");
	json_time(&j, quality.as_of);
	json_quality(&j, &quality);
	json_close_object(&j);
	return ERR_OK;
}

const struct web_asset *web_asset_find(struct str path)
{
	for (size_t i = 0; i < web_assets_n; i++)
		if (str_eq(path, str_of(web_assets[i].path)))
			return &web_assets[i];
	return NULL;
}

/* The description is a file of the page's build: the same YAML, as JSON. */
static enum err_code openapi_get(struct request *rq, struct reply *reply, struct err *err)
{
	const struct web_asset *asset = web_asset_find(S("openapi.json"));
	if (!asset)
		return err_set(err, ERR_NOT_FOUND, "This program was built without the page.");
	return answer_asset(rq, reply, asset);
}

const struct route api_system_routes[] = {
	{ HTTP_GET, "/health", health_get, LANE_LOOP, WANT_STATE, 0, "health_get" },
	{ HTTP_GET, "/ready", ready_get, LANE_READ, WANT_STATE, 1000, "ready_get" },
	{ HTTP_GET, "/api/system", system_get, LANE_READ, WANT_READ, ROUTE_SNAPSHOT, "system_get" },
	{ HTTP_GET, "/api/system/health", system_health, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "system_health" },
	{ HTTP_GET, "/api/openapi.json", openapi_get, LANE_LOOP, WANT_READ, 0, "openapi_get" },
	{ 0 },
};
