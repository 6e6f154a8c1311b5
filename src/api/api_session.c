/* api_session.c -- what the caller may do here; signing in and out. */
#include <stdio.h>

#include "api/context.h"
#include "db/db.h"
#include "rules/job_state.h"

/* What may be asked, by name. */
static const struct { const char *name; enum access_want want; } things[] = {
	{ "read", WANT_READ }, { "operate", WANT_OPERATE }, { "destroy", WANT_DESTROY },
};

/* What stands between this caller and that; "" when nothing does. */
static struct err obstacle(const struct request *rq, const struct identity *who,
			   enum access_want want)
{
	struct access_facts facts = api_facts_of(rq, who, want);
	struct err err = { 0 };

	facts.is_proven_ours = true;    /* the page sends its header with every write */
	if (access_decide(&facts, &err) == ERR_OK)
		err.msg[0] = '\0';
	return err;
}

static bool may(const struct request *rq, const struct identity *who, enum access_want want)
{
	return obstacle(rq, who, want).msg[0] == '\0';
}

static void put_obstacle(struct json *j, const char *key, const struct err *err)
{
	json_key(j, key);
	json_text(j, err->msg[0] ? err->msg : NULL);
}

static void write_rights(struct json *j, const struct request *rq, const struct identity *who)
{
	json_key(j, "may");
	json_open_object(j);
	for (size_t i = 0; i < ARRAY_LEN(things); i++) {
		json_key(j, things[i].name);
		json_bool(j, may(rq, who, things[i].want));
	}
	json_close_object(j);

	json_key(j, "refusals");
	json_open_object(j);
	for (size_t i = 0; i < ARRAY_LEN(things); i++) {
		const struct err why = obstacle(rq, who, things[i].want);
		put_obstacle(j, things[i].name, &why);
	}
	json_close_object(j);
}

static bool is_signed_in(const struct identity *who)
{
	return who->by == KNOWN_BY_KEY || who->by == KNOWN_BY_SESSION;
}

static void write_who(struct json *j, const struct identity *who)
{
	json_key(j, "auth_required");
	json_bool(j, who->takes_keys);
	json_key(j, "signed_in");
	json_bool(j, is_signed_in(who));
	json_key(j, "user");
	json_str(j, who->user);
	json_key(j, "role");
	json_text(j, who->by == KNOWN_NOT ? NULL : access_role_name(who->role));
}

static void write_flags(struct json *j, const struct request *rq, const struct identity *who)
{
	const struct api *api = api_of(rq);
	const struct err why = obstacle(rq, who, WANT_OPERATE);

	write_who(j, who);
	json_key(j, "write_enabled");
	json_bool(j, api->settings->dashboard.write_enabled);
	json_key(j, "may_write");
	json_bool(j, why.msg[0] == '\0');
	put_obstacle(j, "write_refusal", &why);
	write_rights(j, rq, who);
	json_key(j, "reload");
	json_bool(j, api->settings->dashboard.reload);
	json_key(j, "instance");
	json_text(j, api->instance);
}

/* So that lists can offer what they hold without a question for each row. */
static void write_actions(struct json *j)
{
	json_key(j, "allowed_actions");
	json_open_object(j);
	for (int state = 0; state < JOB_GONE; state++) {
		const char *name = job_state_name((enum job_state)state);

		json_texts(j, name, job_state_actions(str_of(name)));
	}
	json_texts(j, "unknown", job_state_actions(STR_NULL));
	json_close_object(j);
}

static const struct { struct str start; const char *color; } known_environments[] = {
	{ S("prod"), "red" }, { S("stag"), "amber" }, { S("dev"), "green" },
	{ S("local"), "green" },
};

static const char *color_of(const char *environment)
{
	const struct str name = str_of(environment);

	for (size_t i = 0; i < ARRAY_LEN(known_environments); i++) {
		const struct str start = known_environments[i].start;
		const struct str head = { name.p, name.n < start.n ? name.n : start.n };
		if (str_eq_nocase(head, start))
			return known_environments[i].color;
	}
	return "grey";
}

/* Told to those who have still to sign in, too: they must know where they do. */
static void write_environment(struct json *j, const char *name, const char *color)
{
	json_key(j, "environment");
	json_text(j, name);
	json_key(j, "environment_color");
	json_text(j, !name ? NULL : color ? color : color_of(name));
}

static enum err_code answer_session(struct request *rq, struct reply *reply,
				    const struct identity *who)
{
	const struct api *api = api_of(rq);
	const bool may_know = may(rq, who, WANT_READ);
	const char *backend = api->database.sqlite_path ? "sqlite" : "postgresql";

	struct json j = answer_json(reply);
	json_open_object(&j);
	write_flags(&j, rq, who);
	json_key(&j, "version");
	json_text(&j, may_know ? SONIQ_VERSION : NULL);
	json_key(&j, "database");
	json_text(&j, may_know ? api->database.label : NULL);
	json_key(&j, "backend");
	json_text(&j, may_know ? backend : NULL);
	write_actions(&j);
	write_environment(&j, api->settings->dashboard.environment,
			  api->settings->dashboard.environment_color);
	json_close_object(&j);
	return ERR_OK;
}

static enum err_code session_get(struct request *rq, struct reply *reply, struct err *err)
{
	(void)err;
	const struct identity who = identity_of(api_of(rq), rq);
	return answer_session(rq, reply, &who);
}

/* No Path: the browser takes the folder of the address it asked, which is right under any
 * prefix. Secure where a proxy says that the browser speaks TLS; to believe it wrongly would
 * only make the cookie stricter. */
static void set_cookie(struct request *rq, struct reply *reply, const char *token, usec_t life)
{
	const bool is_tls = str_eq(request_header(rq, "X-Forwarded-Proto"), S("https"));
	const char *cookie = arena_printf(
		rq->arena, "%s=%s; Max-Age=%d; HttpOnly; SameSite=Strict%s", SESSION_COOKIE,
		token, (int)(life / SECOND), is_tls ? "; Secure" : "");

	reply_header(reply, rq->arena, "Set-Cookie", str_of(cookie));
}

enum err_code session_start(struct request *rq, struct reply *reply, struct str key,
			    enum access_role *ret_role, struct err *err)
{
	struct api *api = api_of(rq);
	const struct client client = client_of(api, rq);
	if (throttle_is_over(&api->throttle, client.address, clock_mono())) {
		reply_header(reply, rq->arena, "Retry-After", S("60"));
		return err_set(err, ERR_TOO_MANY,
			       "Too many wrong keys from this address. Wait a minute.");
	}
	const enum access_role role = keyring_role(&api->keyring, key);
	if (role == ROLE_NONE) {
		throttle_count(&api->throttle, client.address, clock_mono());
		return err_set(err, ERR_UNAUTHORIZED, "Invalid or missing API key.");
	}
	char token[SESSION_TOKEN_MAX];
	session_make(&api->keyring, role, clock_now(), token);
	set_cookie(rq, reply, token, SESSION_LIFE);
	*ret_role = role;
	return ERR_OK;
}

static enum err_code session_create(struct request *rq, struct reply *reply, struct err *err)
{
	const struct str type = request_header(rq, "Content-Type");
	struct str rest = type, media = STR_NULL, key = STR_NULL;
	str_cut(&rest, ';', &media);
	if (!str_eq_nocase(str_trim(media), S("application/json")))
		return err_set(err, ERR_MEDIA_TYPE, "Send the key as application/json.");

	const struct json_want wants[] = { { "api_key", F_STR, true, &key }, { 0 } };
	TRY(json_read_object(rq->body, wants, rq->arena, err));
	struct identity who = identity_of(api_of(rq), rq);
	if (!who.takes_keys)
		return err_set(err, ERR_CONFLICT,
			       "This dashboard takes no key from you: there is nothing to sign in "
			       "to.");
	TRY(session_start(rq, reply, key, &who.role, err));
	who.by = KNOWN_BY_SESSION;
	return answer_session(rq, reply, &who);
}

static enum err_code session_delete(struct request *rq, struct reply *reply, struct err *err)
{
	struct api *api = api_of(rq);
	struct str cookies = request_header(rq, "Cookie"), token;
	(void)err;

	while (session_next_cookie(&cookies, &token))
		if (session_role(&api->keyring, token, clock_now()) != ROLE_NONE)
			sessions_over_put(&api->sessions_over, token);
	set_cookie(rq, reply, "", 0);
	const struct identity who = identity_of(api, rq);
	return answer_session(rq, reply, &who);
}

const struct route api_session_routes[] = {
	{ HTTP_GET, "/api/session", session_get, LANE_LOOP, WANT_STATE, 0, "session_get" },
	{ HTTP_POST, "/api/session", session_create, LANE_LOOP, WANT_STATE, 0, "session_create" },
	{ HTTP_DELETE, "/api/session", session_delete, LANE_LOOP, WANT_STATE, 0, "session_delete" },
	{ 0 },
};
