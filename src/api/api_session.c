/* api_session.c -- what the caller may do here; signing in and out. */
#include <stdio.h>

#include "api/context.h"
#include "db/db.h"

/* What stands between this caller and a write; "" when nothing does. */
static struct err write_obstacle(const struct request *rq)
{
	struct access_facts facts = api_facts(rq, WANT_WRITE);
	struct err err = { 0 };

	facts.is_proven_ours = true;    /* the page sends its header with every write */
	if (access_decide(&facts, &err) == ERR_OK)
		err.msg[0] = '\0';
	return err;
}

static bool is_known(const struct request *rq)
{
	const struct access_facts facts = api_facts(rq, WANT_READ);
	struct err err = { 0 };
	return access_decide(&facts, &err) == ERR_OK;
}

static void write_flags(struct json *j, const struct request *rq, bool is_signed_in)
{
	const struct api *api = api_of(rq);
	struct err obstacle = write_obstacle(rq);
	if (is_signed_in && api->settings->dashboard.write_enabled)
		obstacle.msg[0] = '\0';

	json_key(j, "auth_required");
	json_bool(j, api->keyring.is_set);
	json_key(j, "signed_in");
	json_bool(j, is_signed_in);
	json_key(j, "write_enabled");
	json_bool(j, api->settings->dashboard.write_enabled);
	json_key(j, "may_write");
	json_bool(j, obstacle.msg[0] == '\0');
	json_key(j, "write_refusal");
	json_text(j, obstacle.msg[0] ? obstacle.msg : NULL);
	json_key(j, "reload");
	json_bool(j, api->settings->dashboard.reload);
	json_key(j, "instance");
	json_text(j, api->instance);
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

static enum err_code answer_session(struct request *rq, struct reply *reply, bool is_signed_in)
{
	const struct api *api = api_of(rq);
	const bool may_know = is_signed_in || is_known(rq);
	const char *backend = api->database.sqlite_path ? "sqlite" : "postgresql";

	struct json j = answer_json(reply);
	json_open_object(&j);
	write_flags(&j, rq, is_signed_in);
	json_key(&j, "version");
	json_text(&j, may_know ? SONIQ_VERSION : NULL);
	json_key(&j, "database");
	json_text(&j, may_know ? api->database.label : NULL);
	json_key(&j, "backend");
	json_text(&j, may_know ? backend : NULL);
	write_environment(&j, api->settings->dashboard.environment,
			  api->settings->dashboard.environment_color);
	json_close_object(&j);
	return ERR_OK;
}

static enum err_code session_get(struct request *rq, struct reply *reply, struct err *err)
{
	(void)err;
	const struct access_facts facts = api_facts(rq, WANT_READ);
	return answer_session(rq, reply, facts.is_key_set && facts.is_key_right);
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
			    struct err *err)
{
	struct api *api = api_of(rq);
	if (throttle_is_over(&api->throttle, rq->peer.address, clock_mono())) {
		reply_header(reply, rq->arena, "Retry-After", S("60"));
		return err_set(err, ERR_TOO_MANY,
			       "Too many wrong keys from this address. Wait a minute.");
	}
	if (!keyring_is_key(&api->keyring, key)) {
		throttle_count(&api->throttle, rq->peer.address, clock_mono());
		return err_set(err, ERR_UNAUTHORIZED, "Invalid or missing API key.");
	}
	char token[SESSION_TOKEN_MAX];
	session_make(&api->keyring, clock_now(), token);
	set_cookie(rq, reply, token, SESSION_LIFE);
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
	if (!api_of(rq)->keyring.is_set)
		return err_set(err, ERR_CONFLICT,
			       "This dashboard has no key: there is nothing to sign in to.");
	TRY(session_start(rq, reply, key, err));
	return answer_session(rq, reply, true);
}

static enum err_code session_delete(struct request *rq, struct reply *reply, struct err *err)
{
	struct api *api = api_of(rq);
	struct str cookies = request_header(rq, "Cookie"), token;
	(void)err;

	while (session_next_cookie(&cookies, &token))
		if (session_is_good(&api->keyring, token, clock_now()))
			sessions_over_put(&api->sessions_over, token);
	set_cookie(rq, reply, "", 0);
	return answer_session(rq, reply, false);
}

const struct route api_session_routes[] = {
	{ HTTP_GET, "/api/session", session_get, LANE_LOOP, WANT_STATE, 0, "session_get" },
	{ HTTP_POST, "/api/session", session_create, LANE_LOOP, WANT_STATE, 0, "session_create" },
	{ HTTP_DELETE, "/api/session", session_delete, LANE_LOOP, WANT_STATE, 0, "session_delete" },
	{ 0 },
};
