/* api_system_get.c -- GET /api/system: the database, ourselves, and how we were told to be. */
#include "api/context.h"
#include "api/keeper.h"
#include "metrics/metrics.h"
#include "store/history.h"
#include "store/history_size.h"
#include "store/system.h"

struct view {
	struct system_state database;
	struct history history;
	int64_t backlog;                /* I64_NULL: there is no history */
	struct server_meter meter;
	struct server_spending spending;
	struct metrics_process process;
};

static enum err_code load(struct request *rq, struct view *view, struct err *err)
{
	struct store *store;
	TRY(api_store(rq, &store, err));
	TRY(store_history(store, rq->arena, &view->history, err));
	const bool has_history = view->history.state == HISTORY_OK;
	TRY(store_system(store, has_history, rq->arena, &view->database, err));
	if (!has_history)
		return ERR_OK;

	struct history_backlog backlog;
	TRY(store_history_backlog(store, &backlog, err));
	view->backlog = backlog.unfolded;
	return ERR_OK;
}

static void write_database(struct json *j, const struct api *api, const struct view *view)
{
	const struct list *tables = &view->database.tables;

	json_key(j, "database");
	json_open_object(j);
	json_key(j, "backend");
	json_text(j, api->database.sqlite_path ? "sqlite" : "postgresql");
	json_key(j, "name");
	json_text(j, api->database.label);
	json_fields(j, &system_record, &view->database);
	json_key(j, "tables");
	json_open_array(j);
	for (size_t i = 0; i < tables->n; i++)
		json_record(j, &system_table_record, LIST_AT(tables, struct system_table, i));
	json_close_array(j);
	json_close_object(j);
}

static struct str state_of(const struct history *h, struct arena *arena)
{
	switch (h->state) {
	case HISTORY_ABSENT:
		return S("none");
	case HISTORY_BROKEN:
		return str_of(arena_printf(arena, "missing: %.*s", STR_ARG(h->missing)));
	case HISTORY_FORBIDDEN:
		return str_of(arena_printf(arena, "not to be read by this role: %.*s",
					   STR_ARG(h->missing)));
	case HISTORY_OK:
		break;
	}
	if (!h->recount_due.p)
		return S("ok");
	return str_of(arena_printf(arena, "to be counted anew: %.*s", STR_ARG(h->recount_due)));
}

static const char *keeper_word(const struct api *api)
{
	if (!api->keeper)
		return NULL;
	const struct keeper_meter m = keeper_meter_get(api->keeper);
	if (m.is_keeping)
		return "keeping";
	return m.failures > 0 ? "failing" : "waiting";
}

static void write_history(struct json *j, const struct api *api, const struct view *view,
			  struct arena *arena)
{
	const struct history *h = &view->history;

	json_key(j, "history");
	json_open_object(j);
	json_key(j, "state");
	json_str(j, state_of(h, arena));
	json_key(j, "since");
	json_time(j, h->state == HISTORY_OK ? h->since : TIME_NULL);
	json_key(j, "backlog");
	json_i64(j, view->backlog);
	json_key(j, "keeper");
	json_text(j, keeper_word(api));
	json_close_object(j);
}

static void write_process(struct json *j, const struct api *api, const struct view *view)
{
	const bool is_counted = api->server != NULL;

	json_key(j, "process");
	json_open_object(j);
	json_key(j, "memory_bytes");
	json_i64(j, view->process.resident_bytes);
	json_key(j, "cpu_seconds");
	json_f64(j, (double)view->process.cpu / SECOND);
	json_key(j, "connections");
	json_i64(j, is_counted ? view->meter.open : I64_NULL);
	json_key(j, "streams");
	json_i64(j, is_counted ? view->meter.streams : I64_NULL);
	json_key(j, "requests");
	json_i64(j, is_counted ? view->meter.requests : I64_NULL);
	json_key(j, "database_share");
	json_f64(j, is_counted ? view->spending.share : NAN);
	json_key(j, "database_budget");
	json_f64(j, is_counted ? view->spending.budget : NAN);
	json_close_object(j);
}

static void write_snapshots(struct json *j, const struct list *kept)
{
	json_key(j, "snapshots");
	json_open_array(j);
	for (size_t i = 0; i < kept->n; i++) {
		const struct server_kept *k = LIST_AT(kept, struct server_kept, i);

		json_open_object(j);
		json_key(j, "path");
		json_str(j, k->path);
		json_key(j, "cost_ms");
		json_f64(j, (double)k->cost / MSEC);
		json_key(j, "age_seconds");
		json_f64(j, (double)k->age / SECOND);
		json_key(j, "due_seconds");
		json_f64(j, (double)k->due / SECOND);
		json_close_object(j);
	}
	json_close_array(j);
}

static const char *unless_empty(const char *text)
{
	return text && text[0] ? text : NULL;
}

static void write_setting(struct json *j, const struct conf *conf, const struct setting *s,
			  struct arena *arena)
{
	json_open_object(j);
	json_key(j, "name");
	json_text(j, s->env ? s->env : s->name);
	json_key(j, "value");
	json_text(j, unless_empty(conf_show(conf, s, arena)));
	json_key(j, "source");
	json_text(j, conf_source_name(conf->sources[s - settings_table]));
	json_key(j, "default");
	json_text(j, s->default_text);
	json_key(j, "meaning");
	json_text(j, s->doc);
	json_close_object(j);
}

static void write_settings(struct json *j, const struct conf *conf, struct arena *arena)
{
	json_key(j, "settings");
	json_open_array(j);
	for (const struct setting *s = settings_table; s->name; s++)
		write_setting(j, conf, s, arena);
	json_close_array(j);
}

static void write_all(struct json *j, const struct request *rq, const struct view *view,
		      usec_t as_of)
{
	const struct api *api = api_of(rq);

	json_open_object(j);
	json_key(j, "version");
	json_text(j, SONIQ_VERSION);
	json_key(j, "instance");
	json_text(j, api->instance);
	json_key(j, "started_at");
	json_time(j, api->started);
	json_key(j, "uptime_seconds");
	json_f64(j, (double)(clock_mono() - api->started_mono) / SECOND);
	json_key(j, "timestamp");
	json_time(j, as_of);
	write_database(j, api, view);
	write_history(j, api, view, rq->arena);
	write_process(j, api, view);
	write_snapshots(j, &view->spending.kept);
	write_settings(j, api->conf, rq->arena);
	json_close_object(j);
}

enum err_code system_get(struct request *rq, struct reply *reply, struct err *err)
{
	const struct api *api = api_of(rq);
	const struct quality quality = quality_new();
	struct view view = { .backlog = I64_NULL };
	TRY(load(rq, &view, err));

	metrics_process_read(&view.process);
	if (api->server) {
		view.meter = server_meter_get(api->server);
		server_spending_get(api->server, rq->arena, &view.spending);
	}
	answer_quality(rq, reply, &quality);
	struct json j = answer_json(reply);
	write_all(&j, rq, &view, quality.as_of);
	return ERR_OK;
}
