/* identity.c -- who a caller is, and where. Headers count only from a proxy that is trusted. */
#include "api/identity.h"

#include <stdio.h>

#include "api/context.h"

#define FORWARDED_FOR "X-Forwarded-For"

bool settings_close(const struct settings *s)
{
	return s->dashboard.api_key || s->dashboard.operator_key || s->dashboard.viewer_key ||
	       s->dashboard.user_header;
}

static bool is_trusted(const struct api *api, const struct request *rq)
{
	return proxy_list_has(&api->proxies, str_of(rq->peer.address));
}

static size_t count_header(const struct request *rq, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < rq->n_headers; i++)
		n += str_eq_nocase(rq->headers[i].name, str_of(name));
	return n;
}

static struct identity vouched(const struct caller *caller)
{
	const bool is_role = caller->role > ROLE_NONE && caller->role < ACCESS_ROLE__COUNT;

	return (struct identity){
		.by = KNOWN_BY_PROGRAM,
		.role = is_role ? (enum access_role)caller->role : ROLE_NONE,
		.user = caller->user.n > 0 ? caller->user : STR_NULL,
	};
}

/* No key and no session is looked at beside it: nobody is more, or other, than the proxy says. */
static struct identity named(const struct api *api, const struct request *rq, size_t n)
{
	const struct str name = request_header(rq, api->settings->dashboard.user_header);
	if (n > 1 || !user_name_is_valid(name))
		return (struct identity){ .is_garbled = true };
	return (struct identity){ KNOWN_BY_PROXY, role_list_find(&api->roles, name), name, false,
				  false };
}

static struct identity by_session(const struct api *api, const struct request *rq, bool also_ended)
{
	const usec_t now = clock_now() - (also_ended ? MINUTE : 0);
	struct str cookies = request_header(rq, "Cookie"), token;
	struct identity who = { .takes_keys = true };

	/* The same name may be there with several paths. */
	while (who.by == KNOWN_NOT && session_next_cookie(&cookies, &token)) {
		const enum access_role role = session_role(&api->keyring, token, now);
		if (role == ROLE_NONE)
			continue;
		if (!also_ended && sessions_over_has(&api->sessions_over, token))
			continue;
		who.by = KNOWN_BY_SESSION;
		who.role = role;
	}
	return who;
}

static struct identity by_key(const struct api *api, struct str key)
{
	const enum access_role role = keyring_role(&api->keyring, key);
	return (struct identity){ role == ROLE_NONE ? KNOWN_NOT : KNOWN_BY_KEY, role, STR_NULL,
				  false, true };
}

struct identity identity_of(const struct api *api, const struct request *rq)
{
	const char *header = api->settings->dashboard.user_header;
	if (rq->caller)
		return vouched(rq->caller);
	const size_t n = header && is_trusted(api, rq) ? count_header(rq, header) : 0;
	if (n > 0)
		return named(api, rq, n);
	if (!api->keyring.is_set)
		return (struct identity){ 0 };

	const struct str key = request_header(rq, "X-API-Key");
	return key.n > 0 ? by_key(api, key) : by_session(api, rq, false);
}

struct identity identity_then(const struct api *api, const struct request *rq)
{
	const struct identity who = identity_of(api, rq);
	return who.by == KNOWN_NOT && who.takes_keys ? by_session(api, rq, true) : who;
}

void identity_add(struct buf *out, const struct api *api, const struct identity *who)
{
	const char *role = access_role_name(who->role);

	if (who->by == KNOWN_BY_KEY || who->by == KNOWN_BY_SESSION)
		buf_printf(out, "%s key", role);
	else if (who->by == KNOWN_NOT)
		buf_add_text(out, settings_close(api->settings) ? "nobody" : "loopback");
	else if (!who->user.p)
		buf_add_text(out, role);
	else {
		/* In quotes and escaped: no name can look like more than one. */
		struct json j = json_new(out);
		buf_add_text(out, "user ");
		json_str(&j, who->user);
		buf_printf(out, ", %s", role);
	}
}

struct client client_of(const struct api *api, const struct request *rq)
{
	AUTO(buf) struct buf all = buf_new(HTTP_HEAD_MAX);
	struct client client;

	snprintf(client.address, sizeof(client.address), "%s", rq->peer.address);
	if (rq->caller || !is_trusted(api, rq))
		return client;
	/* The header may come more than once, which is one list. */
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (!str_eq_nocase(rq->headers[i].name, S(FORWARDED_FOR)))
			continue;
		if (all.n > 0)
			buf_add_char(&all, ',');
		buf_add_str(&all, rq->headers[i].value);
	}
	if (!all.has_failed)
		proxy_client(&api->proxies, buf_str(&all), client.address, sizeof(client.address));
	return client;
}
