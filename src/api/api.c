/* api.c -- putting the API together: settings checked, routes listed. */
#include "api/api.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/context.h"
#include "api/watch.h"
#include "base/parse.h"
#include "rules/redact.h"

static const struct route *const tables[] = {
	api_job_routes, api_complete_routes, api_dead_routes, api_group_routes, api_stats_routes,
	api_worker_routes,
	api_system_routes, api_session_routes, api_panel_routes, api_metrics_routes,
	api_page_routes, api_event_routes, api_overview_routes, NULL,
};

bool api_host_is_local(const char *host)
{
	unsigned char four[4];
	struct in6_addr six;

	if (inet_pton(AF_INET, host, four) == 1)
		return four[0] == 127;
	if (inet_pton(AF_INET6, host, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six);
	return host[0] == '/' || strcmp(host, "localhost") == 0;
}

static const char *first_open(const struct api_options *o)
{
	for (const char *const *host = o->bound; host && *host; host++)
		if (!api_host_is_local(*host))
			return *host;
	return o->settings->dashboard.host;
}

/* Nothing is served openly by accident: each open door must be asked for by name. */
static enum err_code check_is_safe(const struct api_options *o, struct err *err)
{
	const char *host = first_open(o);
	if (o->is_mounted || o->is_local_only || settings_close(o->settings))
		return ERR_OK;
	if (o->settings->dashboard.write_enabled)
		return err_set(err, ERR_FORBIDDEN,
			       "refusing to serve %s with write mode on and no key: anybody who "
			       "reaches it could delete jobs. Set SONIQ_DASHBOARD_API_KEY (16 "
			       "characters or more), or bind to 127.0.0.1", host);
	if (!o->settings->dashboard.insecure_public_reads)
		return err_set(err, ERR_FORBIDDEN,
			       "refusing to serve %s without a key: anybody who reaches it could "
			       "read jobs and their arguments. Set SONIQ_DASHBOARD_API_KEY (16 "
			       "characters or more), bind to 127.0.0.1, or say "
			       "--insecure-public-reads", host);
	return ERR_OK;
}

/* The address that is bound is a name of ours too, unless it stands for all of them or is the
 * path of a socket. */
static void add_host(struct buf *names, const char *host)
{
	if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0 || host[0] == '/')
		return;
	buf_printf(names, strchr(host, ':') ? ",[%s]" : ",%s", host);
}

static enum err_code init_hosts(struct api *api, const char *const *bound, struct err *err)
{
	const struct settings *s = api->settings;
	const char *const configured[] = { s->dashboard.host, NULL };
	AUTO(buf) struct buf names = buf_new(16384);

	buf_add_text(&names, s->dashboard.allowed_hosts ? s->dashboard.allowed_hosts : "");
	for (const char *const *host = bound ? bound : configured; *host; host++)
		add_host(&names, *host);
	TRY(host_list_parse(buf_cstr(&names), &api->arena, &api->hosts, err));
	return origin_list_parse(s->dashboard.allowed_origins ? s->dashboard.allowed_origins : "",
				 &api->arena, &api->origins, err);
}

static const char *header_trouble(const struct settings *s)
{
	const bool has_all = s->dashboard.trusted_proxies && s->dashboard.roles;
	const char *name = s->dashboard.user_header;

	if (!name)
		return s->dashboard.roles ? "SONIQ_DASHBOARD_ROLES are those of users that "
					    "SONIQ_DASHBOARD_USER_HEADER names: set it"
					  : NULL;
	if (!has_all)
		return "SONIQ_DASHBOARD_USER_HEADER needs SONIQ_DASHBOARD_TRUSTED_PROXIES, which "
		       "says who may send it, and SONIQ_DASHBOARD_ROLES";
	for (; *name; name++)
		if (!isascii(*name) || (!isalnum((unsigned char)*name) && *name != '-'))
			return "SONIQ_DASHBOARD_USER_HEADER is not the name of a header: letters, "
			       "digits and \"-\"";
	return NULL;
}

/* The proxies that are believed, and whom they may name. */
static enum err_code init_proxies(struct api *api, struct err *err)
{
	const struct settings *s = api->settings;
	const char *proxies = s->dashboard.trusted_proxies, *roles = s->dashboard.roles;
	const char *trouble = header_trouble(s);

	if (trouble)
		return err_set(err, ERR_INVALID, "%s", trouble);
	TRY(proxy_list_parse(proxies ? proxies : "", &api->arena, &api->proxies, err));
	return role_list_parse(roles ? roles : "", &api->arena, &api->roles, err);
}

/* Two equal keys would be one key of two roles. */
static enum err_code init_keys(struct api *api, struct err *err)
{
	const struct settings *s = api->settings;
	const char *const keys[ACCESS_ROLE__COUNT] = {
		[ROLE_VIEWER] = s->dashboard.viewer_key,
		[ROLE_OPERATOR] = s->dashboard.operator_key,
		[ROLE_ADMIN] = s->dashboard.api_key,
	};

	for (int i = ROLE_VIEWER; i < ROLE_ADMIN; i++)
		for (int j = i + 1; j <= ROLE_ADMIN; j++)
			if (keys[i] && keys[j] && strcmp(keys[i], keys[j]) == 0)
				return err_set(err, ERR_INVALID,
					       "the key of the %s is that of the %s too: give each "
					       "of SONIQ_DASHBOARD_API_KEY, _OPERATOR_KEY and "
					       "_VIEWER_KEY its own",
					       access_role_name((enum access_role)i),
					       access_role_name((enum access_role)j));
	keyring_init(&api->keyring, keys);
	return ERR_OK;
}

static void init_secrets(struct api *api)
{
	const char *more = api->settings->dashboard.hidden_keys;
	const bool is_none = more && str_eq(str_trim(str_of(more)), S("-"));
	const char *words =
		is_none ? ""
			: arena_printf(&api->arena, REDACT_USUAL ", %s", more ? more : "");

	api->secrets = redact_words(str_of(words), &api->arena);
}

static void init_instance(struct api *api)
{
	unsigned char id[8];
	random_bytes(id, sizeof(id));
	for (size_t i = 0; i < sizeof(id); i++)
		snprintf(api->instance + 2 * i, 3, "%02x", id[i]);
}

static bool has_file(struct str name)
{
	return web_asset_find(name) != NULL;
}

static bool is_proxy(void *context, const char *address)
{
	const struct api *api = context;

	return proxy_list_has(&api->proxies, str_of(address));
}

static const struct http_app app_template = {
	.tables = tables,
	.is_proxy = is_proxy,
	.has_file = has_file,
	.missing = api_missing,
	.admit = api_admit,
	.decorate = api_decorate,
	.flight_salt = api_flight_salt,
	.live = &api_live,
	.lane_open = lane_open,
	.lane_close = lane_close,
	.lane_cancel = lane_cancel,
	.lane_deadline = lane_deadline,
	.log = api_log,
	.kept_mark = { "Soniq-Kind", S("exact"), S("cached") },
};

enum err_code api_new(const struct api_options *options, struct api **ret_api, struct err *err)
{
	TRY(check_is_safe(options, err));

	AUTO_FREE(api) struct api *api = xalloc(sizeof(*api));
	*api = (struct api){
		.settings = options->settings,
		.conf = options->conf,
		.started = clock_now(),
		.started_mono = clock_mono(),
		.database = options->database,
		.is_local_only = options->is_local_only,
		.log = options->log,
		.app = app_template,
	};
	api->app.context = api;
	/* The program takes its prefix off, and may have rules for what is below it. */
	if (options->is_mounted)
		api->app.has_file = NULL;
	api->panels = list_new(&api->arena, sizeof(struct panel *));
	init_secrets(api);
	init_instance(api);
	TRY(init_keys(api, err));
	TRY(init_proxies(api, err));
	TRY(init_hosts(api, options->bound, err));
	TRY(api_pages_init(api, err));

	*ret_api = api;
	api = NULL;
	return ERR_OK;
}

void api_free(struct api *api)
{
	watch_free(api->watch);
	api_panels_release(api);
	arena_release(&api->arena);
	free(api);
}

const struct http_app *api_app(struct api *api)
{
	return &api->app;
}
