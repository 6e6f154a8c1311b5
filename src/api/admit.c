/* admit.c -- the facts of a request, the decision, and what every reply carries. */
#include <inttypes.h>

#include "api/context.h"
#include "metrics/metrics.h"

/* What proxies add. "X-Forwarded-" stands for all headers that begin so. */
static bool is_of_proxy(struct str name)
{
	static const char *const whole[] = { "Forwarded", "X-Real-IP", "Via" };
	const struct str family = S("X-Forwarded-");

	for (size_t i = 0; i < ARRAY_LEN(whole); i++)
		if (str_eq_nocase(name, str_of(whole[i])))
			return true;
	return name.n > family.n && str_eq_nocase((struct str){ name.p, family.n }, family);
}

/* No other site has begun this request: the browser vouches that it was the reader, or a page of
 * our own origin. */
static bool is_vouched(const struct request *rq)
{
	const struct str site = request_header(rq, "Sec-Fetch-Site");

	return str_eq(site, S("same-origin")) || str_eq(site, S("none"));
}

static bool is_forwarded(const struct request *rq)
{
	for (size_t i = 0; i < rq->n_headers; i++)
		if (is_of_proxy(rq->headers[i].name))
			return true;
	return false;
}

/* Another origin shows by its Origin, or by what the browser says of where the request began.
 * A link that somebody followed (navigate) is no request of the other page. */
static bool is_foreign(const struct request *rq, const struct api *api)
{
	const struct str origin = request_header(rq, "Origin");
	const struct str site = request_header(rq, "Sec-Fetch-Site");

	if (origin.p)
		return !origin_list_has(&api->origins, origin) &&
		       !origin_is_host(origin, request_header(rq, "Host"),
				       str_eq(site, S("same-origin")));
	if (!site.p || is_vouched(rq))
		return false;
	return rq->method != HTTP_GET ||
	       !str_eq(request_header(rq, "Sec-Fetch-Mode"), S("navigate"));
}

static bool is_throttled(const struct request *rq, const struct api *api)
{
	if (!request_has_header(rq, "X-API-Key"))
		return false;
	const struct client client = client_of(api, rq);
	return throttle_is_over(&api->throttle, client.address, clock_mono());
}

static bool is_proven_ours(const struct request *rq)
{
	return str_eq(request_header(rq, "Sec-Fetch-Site"), S("same-origin")) ||
	       request_has_header(rq, "X-Soniq-Request") || request_has_header(rq, "X-API-Key");
}

/* Whose Host it is: that of a program that we are mounted in is checked by it, unless we are told
 * the names. */
static bool is_host_given(const struct request *rq, const struct api *api)
{
	return rq->caller && !api->settings->dashboard.allowed_hosts;
}

struct access_facts api_facts_of(const struct request *rq, const struct identity *who,
				 enum access_want want)
{
	const struct api *api = api_of(rq);
	struct authority host = { 0 };
	const bool has_host = authority_parse(request_header(rq, "Host"), &host);
	const bool is_loopback = has_host && authority_is_loopback(&host);

	return (struct access_facts){
		.want = want,
		.is_host_ours = is_host_given(rq, api) || is_loopback ||
				(has_host && host_list_has(&api->hosts, &host)),
		.is_host_loopback = is_loopback,
		.is_foreign = is_foreign(rq, api),
		.is_proven_ours = is_proven_ours(rq),
		.is_closed = rq->caller || settings_close(api->settings),
		.takes_keys = who->takes_keys,
		.is_known = who->by != KNOWN_NOT,
		.is_name_garbled = who->is_garbled,
		.role = who->role,
		.is_throttled = is_throttled(rq, api),
		.is_write_mode = api->settings->dashboard.write_enabled,
		.may_read_openly =
			api->is_local_only || api->settings->dashboard.insecure_public_reads,
		.is_peer_loopback = rq->peer.is_loopback,
		.is_peer_same_user = rq->peer.is_same_user,
		.is_forwarded = is_forwarded(rq),
	};
}

struct access_facts api_facts(const struct request *rq, enum access_want want)
{
	const struct identity who = identity_of(api_of(rq), rq);
	return api_facts_of(rq, &who, want);
}

/* A preflight is answered for origins that were allowed, and for no others. */
static bool is_preflight(const struct request *rq)
{
	return rq->method == HTTP_OPTIONS &&
	       request_has_header(rq, "Access-Control-Request-Method") &&
	       origin_list_has(&api_of(rq)->origins, request_header(rq, "Origin"));
}

/* Browsers show no key with a preflight; a method that nothing here takes gets nothing. */
static enum access_want want_of(const struct request *rq, const struct route *route)
{
	if (route)
		return (enum access_want)route->access;
	if (is_preflight(rq) || rq->method == HTTP_OTHER)
		return WANT_SHELL;
	return str_starts(rq->path, S("/api/")) ? WANT_READ : WANT_SHELL;
}

static void answer_preflight(const struct request *rq, struct reply *reply)
{
	reply_header(reply, rq->arena, "Access-Control-Allow-Methods", S("GET, POST, DELETE"));
	reply_header(reply, rq->arena, "Access-Control-Allow-Headers",
		     S("Content-Type, X-API-Key, X-Soniq-Request"));
	reply_header(reply, rq->arena, "Access-Control-Max-Age", S("600"));
	reply->status = 204;
}

/* Who may do something with a job may see what is in it; and so may who sits at this machine, where
 * nobody has to say who they are. */
static bool is_veiled(const struct access_facts *facts)
{
	const bool is_here = facts->is_peer_loopback && !facts->is_forwarded;

	return facts->is_known ? facts->role < ROLE_OPERATOR : !is_here;
}

enum err_code api_admit(struct request *rq, const struct route *route, struct reply *reply,
			struct err *err)
{
	struct api *api = api_of(rq);
	struct authority host;
	if (!is_host_given(rq, api) && !authority_parse(request_header(rq, "Host"), &host))
		return err_set(err, ERR_MALFORMED, "The Host header is not a host name.");

	const struct access_facts facts = api_facts(rq, want_of(rq, route));
	if (facts.takes_keys && !facts.is_known && request_has_header(rq, "X-API-Key"))
		throttle_count(&api->throttle, client_of(api, rq).address, clock_mono());

	const enum err_code code = access_decide(&facts, err);
	if (code == ERR_TOO_MANY)
		reply_header(reply, rq->arena, "Retry-After", S("60"));
	TRY(code);
	rq->is_veiled = is_veiled(&facts);
	if (is_preflight(rq))
		answer_preflight(rq, reply);
	return ERR_OK;
}

static const struct { const char *name; struct str value; } safe_headers[] = {
	{ "X-Content-Type-Options", S("nosniff") },
	{ "Referrer-Policy", S("no-referrer") },
	{ "Cross-Origin-Resource-Policy", S("same-origin") },
	{ "X-Frame-Options", S("DENY") },
};

/* No other site has opened this window. */
static bool is_opened_by_reader(const struct request *rq)
{
	return str_eq(request_header(rq, "Sec-Fetch-Mode"), S("navigate")) && is_vouched(rq);
}

void api_decorate(const struct request *rq, struct reply *reply)
{
	const struct api *api = api_of(rq);

	reply_header(reply, rq->arena, "Content-Security-Policy", api->policy);
	for (size_t i = 0; i < ARRAY_LEN(safe_headers); i++)
		reply_header(reply, rq->arena, safe_headers[i].name, safe_headers[i].value);
	/* Cutting a window off from its opener takes the browser a new process, and as long as
	 * all else until the page is there: only where there may be an opener. */
	if (!is_opened_by_reader(rq))
		reply_header(reply, rq->arena, "Cross-Origin-Opener-Policy", S("same-origin"));
	if (!reply_find(reply, "Cache-Control").p)
		reply_header(reply, rq->arena, "Cache-Control", S("no-store"));
	if (reply->status == 503 && !reply_find(reply, "Retry-After").p)
		reply_header(reply, rq->arena, "Retry-After", S("2"));
	reply_header(reply, rq->arena, "Soniq-Instance", str_of(api->instance));

	const struct str origin = request_header(rq, "Origin");
	if (origin.p && origin_list_has(&api->origins, origin)) {
		reply_header(reply, rq->arena, "Access-Control-Allow-Origin", origin);
		reply_header(reply, rq->arena, "Access-Control-Expose-Headers",
			     S("Link, X-Total-Count, Soniq-Kind, Soniq-As-Of, "
			       "Soniq-Covered-From, Soniq-Instance"));
	}
	if (api->origins.n > 0)
		reply_header(reply, rq->arena, "Vary", S("Origin"));
}

/* Somebody tried a key; not that a page asked before its user signed in. */
static bool is_wrong_key(const struct request *rq, int status)
{
	if (status != 401 && status != 429)
		return false;
	if (request_has_header(rq, "X-API-Key"))
		return true;
	return rq->route && rq->route->access < WANT_READ;
}

/* Who, what, when; nothing in it can be made to look like another line, or another name. */
static void audit(const struct api *api, const struct request *rq, const struct client *client,
		  int status)
{
	const struct identity who = identity_then(api, rq);
	AUTO(buf) struct buf name = buf_new(4096);

	identity_add(&name, api, &who);
	log_line(LOG_INFO, "audit", "%s %.*s by %s (%s): %d", rq->route->id, STR_ARG(rq->path),
		 client->address, buf_cstr(&name), status);
}

static bool has_written(const struct request *rq, int status)
{
	return rq->route && access_is_write((enum access_want)rq->route->access) && status < 400;
}

/* Writes are an audit trail and never dropped; faults and the rest only so many a second. */
void api_log(void *context, const struct request *rq, int status, usec_t took,
	     const struct err *err)
{
	struct api *api = context;
	const struct client client = client_of(api, rq);
	int skipped = 0;

	if (has_written(rq, status))
		audit(api, rq, &client, status);
	if (is_wrong_key(rq, status) && log_limit_pass(&api->key_limit, 1, &skipped))
		log_line(LOG_WARNING, "dashboard", "wrong key from %s (%d more not shown)",
			 client.address, skipped);
	if (status >= 500 && log_limit_pass(&api->fault_limit, 5, &skipped))
		log_line(LOG_WARNING, "dashboard", "%.*s: %d: %s (%d more not shown)",
			 STR_ARG(rq->path), status, err && err->msg[0] ? err->msg : "failed",
			 skipped);
	if (log_is_on(LOG_DEBUG) && log_limit_pass(&api->access_limit, 100, &skipped))
		log_line(LOG_DEBUG, "dashboard", "%s %.*s %d %" PRId64 " us", client.address,
			 STR_ARG(rq->path), status, took);
}

/* Who asks for the other format of /metrics asks for something else; and who may not see secrets
 * gets another answer where there may be some. Sums hold none, and are the same for all. */
struct str api_flight_salt(const struct request *rq)
{
	static const struct str sums[] = { S("/api/jobs/types"), S("/api/jobs/timeline") };

	if (str_eq(rq->path, S("/metrics")) &&
	    metrics_format_of(request_header(rq, "Accept")) != METRICS_TEXT)
		return S("openmetrics");
	if (!rq->is_veiled)
		return STR_NULL;
	for (size_t i = 0; i < ARRAY_LEN(sums); i++)
		if (str_eq(rq->path, sums[i]))
			return STR_NULL;
	return str_starts(rq->path, S("/api/jobs")) || str_starts(rq->path, S("/api/dead-letter"))
		       ? S("veiled")
		       : STR_NULL;
}
