/* api.h -- the JSON API and the page over a store: who may ask what, and the answers. */
#ifndef API_API_H
#define API_API_H

#include "conf/conf.h"
#include "db/db.h"
#include "http/server.h"

struct api;

struct api_options {
	const struct settings *settings;        /* borrowed for as long as the api lives */
	const struct conf *conf;                /* where they are from; likewise */
	struct db_options database;             /* for its connections; texts borrowed likewise */
	bool is_local_only;                     /* bound to loopback or a Unix socket */
	bool is_mounted;                        /* a program around us knows who asks */
	const struct log_sink *log;             /* of its threads; borrowed; NULL: stderr */
	const char *const *bound;               /* the addresses and paths, ended by NULL; borrowed
						 * for the call. NULL: dashboard.host */
};

/* Make one; checks that the combination of settings is safe to serve.
 * Errors: FORBIDDEN  it is not: says which settings, and what to do
 *         INVALID    an allowed host or origin makes no sense */
enum err_code api_new(const struct api_options *options, struct api **ret_api,
		      struct err *err) MUST_CHECK;
void api_free(struct api *api);
DEFINE_AUTO_FREE(api)

/* What a transport needs; lives as long as the api. */
const struct http_app *api_app(struct api *api);

/* The database that the settings name, for options; its texts are in the arena. */
struct db_options api_database(const struct settings *settings, struct arena *arena);

/* Which server the application is on: whom it tells of writes and changes, and whose counters
 * /metrics and /api/system show; without one they leave those out. Set before serving; NULL before
 * the server goes. */
void api_on_server(struct api *api, struct server *server);

struct keeper;
/* Whose work /metrics and /api/system tell of; NULL: nobody's here. Set before serving, outlives
 * it. */
void api_on_keeper(struct api *api, struct keeper *keeper);
/* One by the settings, or none (NULL) where they say so. Errors: those of keeper_start */
enum err_code api_start_keeper(const struct api *api, struct keeper **ret_keeper,
			       struct err *err) MUST_CHECK;

/* A panel: something of the user's own, shown beside ours. Registered before serving. */
struct api_panel {
	const char *id;                 /* a-z 0-9 - _ */
	const char *title;
	/* Writes one JSON object, the content (api/openapi.yaml, PanelContent). */
	enum err_code (*render)(void *arg, struct arena *arena, struct buf *out, struct err *err);
	void *arg;
};
/* Errors: INVALID  the id; CONFLICT  there is one of this id. An error of its render is told to
 * whoever looks at it, as its own. */
enum err_code api_add_panel(struct api *api, const struct api_panel *panel,
			    struct err *err) MUST_CHECK;
/* Those of panel_files_read; borrowed for as long as the api lives. Likewise. */
enum err_code api_add_panel_files(struct api *api, const struct list *files,
				  struct err *err) MUST_CHECK;

/* An address of loopback, "localhost", the path of a Unix socket: no other machine can reach what
 * is bound there. A name that only begins like an address is none. */
bool api_host_is_local(const char *host);

#define SONIQ_VERSION "0.1.0"

#endif
