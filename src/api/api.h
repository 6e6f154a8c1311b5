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

/* Called (from an executor) after each write that succeeded: server_forget. */
void api_on_write(struct api *api, void (*fn)(void *arg), void *arg);

/* Called (from an executor) for what the server counts: server_meter_get. Set before serving;
 * without it /metrics leaves that out. */
void api_on_meter(struct api *api, struct server_meter (*fn)(void *arg), void *arg);

/* Likewise: server_spending_get. */
typedef void (*api_spending_fn)(void *arg, struct arena *arena, struct server_spending *ret);
void api_on_spending(struct api *api, api_spending_fn fn, void *arg);

/* Called (from a thread of its own) when the database may hold other numbers than before, while a
 * stream is open: server_changed. NULL, before what is called goes: never again. */
void api_on_change(struct api *api, void (*fn)(void *arg), void *arg);

struct keeper;
/* Whose work /metrics and /api/system tell of; NULL: nobody's here. Set before serving, outlives
 * it. */
void api_on_keeper(struct api *api, struct keeper *keeper);

/* A panel: something of the user's own, shown beside ours. Registered before serving. */
struct api_panel {
	const char *id;                 /* a-z 0-9 - _ */
	const char *title;
	/* Writes one JSON object, the content (api/openapi.yaml, PanelContent). */
	enum err_code (*render)(void *arg, struct arena *arena, struct buf *out, struct err *err);
	void *arg;
};
enum err_code api_add_panel(struct api *api, const struct api_panel *panel,
			    struct err *err) MUST_CHECK;

/* An address of loopback, "localhost", the path of a Unix socket: no other machine can reach what
 * is bound there. A name that only begins like an address is none. */
bool api_host_is_local(const char *host);

#define SONIQ_VERSION "0.1.0"

#endif
