/* api_server.c -- what stands around the API by the settings: database, server, keeper. */
#include "api/context.h"
#include "api/keeper.h"
#include "api/watch.h"

struct db_options api_database(const struct settings *settings, struct arena *arena)
{
	const char *url = settings->database.url;
	const char *path = NULL;

	conf_url_is_sqlite(url, arena, &path);
	return (struct db_options){
		.url = url,
		.sqlite_path = path,
		.label = conf_url_label(url, arena),
		.must_exist = true,
	};
}

/* Who looks is not the only one that waits for it. */
static void changed(void *arg)
{
	struct api *api = arg;

	server_changed(api->server);
	keeper_rouse(api->keeper);
}

void api_on_server(struct api *api, struct server *server)
{
	watch_free(api->watch);
	api->server = server;
	api->watch = server ? watch_new(&api->database, api->log, changed, api) : NULL;
}

void api_on_keeper(struct api *api, struct keeper *keeper)
{
	api->keeper = keeper;
}

/* Not a matter of write mode, which is about jobs: the keeper writes to tables of ours alone. */
enum err_code api_start_keeper(const struct api *api, struct keeper **ret_keeper, struct err *err)
{
	const struct settings *s = api->settings;
	const struct keeper_options options = {
		.database = api->database,
		.policy = {
			.keep_attempts = s->history.attempts_retention,
			.attempts_max = s->history.attempts_max,
			.keep_hours = s->history.retention,
		},
		.stale_after = s->queue.heartbeat_timeout,
		.log = api->log,
	};

	*ret_keeper = NULL;
	return s->history.keeper ? keeper_start(&options, ret_keeper, err) : ERR_OK;
}
