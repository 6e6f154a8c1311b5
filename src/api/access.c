/* access.c -- the decision table: the first row that applies answers. */
#include "api/access.h"

#include <stddef.h>

#define LOCAL_RULE                                                                              \
	"Without SONIQ_DASHBOARD_API_KEY only the user who runs the dashboard, at this machine, " \
	"may write. "

struct refusal {
	bool (*applies)(const struct access_facts *f);
	enum err_code code;
	const char *msg;
};

bool access_is_write(enum access_want want)
{
	return want == WANT_OPERATE || want == WANT_DESTROY;
}

const char *access_role_name(enum access_role role)
{
	static const char *const names[ACCESS_ROLE__COUNT] = { "none", "viewer", "operator",
							       "admin" };
	return names[role];
}

static bool is_write(const struct access_facts *f)
{
	return access_is_write(f->want);
}

static bool host_is_unknown(const struct access_facts *f)
{
	return !f->is_host_ours;
}

static bool origin_is_foreign(const struct access_facts *f)
{
	return f->is_foreign;
}

static bool name_is_garbled(const struct access_facts *f)
{
	return f->is_name_garbled;
}

static bool writes_are_off(const struct access_facts *f)
{
	return is_write(f) && !f->is_write_mode;
}

static bool has_data(const struct access_facts *f)
{
	return f->want == WANT_READ || is_write(f);
}

static bool must_be_known(const struct access_facts *f)
{
	return has_data(f) && f->is_closed;
}

static bool guesses_keys(const struct access_facts *f)
{
	return must_be_known(f) && f->takes_keys && f->is_throttled;
}

static bool lacks_key(const struct access_facts *f)
{
	return must_be_known(f) && !f->is_known && f->takes_keys;
}

static bool lacks_name(const struct access_facts *f)
{
	return must_be_known(f) && !f->is_known;
}

static bool lacks_role(const struct access_facts *f)
{
	return must_be_known(f) && f->role == ROLE_NONE;
}

static bool reads_from_afar(const struct access_facts *f)
{
	return f->want == WANT_READ && !f->is_closed && !f->may_read_openly;
}

static bool may_be_forged(const struct access_facts *f)
{
	return is_write(f) && !f->is_proven_ours;
}

static bool operates_as_viewer(const struct access_facts *f)
{
	return f->want == WANT_OPERATE && f->is_closed && f->role < ROLE_OPERATOR;
}

static bool destroys_as_viewer(const struct access_facts *f)
{
	return f->want == WANT_DESTROY && f->is_closed && f->role < ROLE_OPERATOR;
}

static bool destroys_as_operator(const struct access_facts *f)
{
	return f->want == WANT_DESTROY && f->is_closed && f->role < ROLE_ADMIN;
}

static bool writes_openly(const struct access_facts *f)
{
	return is_write(f) && !f->is_closed;
}

static bool writes_through_proxy(const struct access_facts *f)
{
	return writes_openly(f) && f->is_forwarded;
}

static bool writes_from_afar(const struct access_facts *f)
{
	return writes_openly(f) && !(f->is_peer_loopback && f->is_host_loopback);
}

static bool writes_as_another(const struct access_facts *f)
{
	return writes_openly(f) && !f->is_peer_same_user;
}

static const struct refusal refusals[] = {
	{ host_is_unknown, ERR_MISDIRECTED,
	  "This host name is not one of the dashboard's. Add it to "
	  "SONIQ_DASHBOARD_ALLOWED_HOSTS if it should be." },
	{ origin_is_foreign, ERR_FORBIDDEN,
	  "Requests from this origin are refused. Behind a proxy pass the Host header on, or add "
	  "the origin to SONIQ_DASHBOARD_ALLOWED_ORIGINS." },
	{ name_is_garbled, ERR_MALFORMED,
	  "The header of SONIQ_DASHBOARD_USER_HEADER must come once, with a name in UTF-8 of 256 "
	  "bytes at most." },
	{ writes_are_off, ERR_FORBIDDEN,
	  "Dashboard writes are disabled. Set SONIQ_DASHBOARD_WRITE_ENABLED=true to enable "
	  "replay, cancel and delete." },
	{ guesses_keys, ERR_TOO_MANY, "Too many wrong keys from this address. Wait a minute." },
	{ lacks_key, ERR_UNAUTHORIZED, "Invalid or missing API key." },
	{ lacks_name, ERR_FORBIDDEN,
	  "Only a proxy of SONIQ_DASHBOARD_TRUSTED_PROXIES says who asks, by "
	  "SONIQ_DASHBOARD_USER_HEADER. This request did not come from one, or names nobody." },
	{ lacks_role, ERR_FORBIDDEN,
	  "This needs the role viewer, and you have no role here. Ask who runs the dashboard for "
	  "one." },
	{ reads_from_afar, ERR_FORBIDDEN,
	  "Reading needs SONIQ_DASHBOARD_API_KEY when the dashboard is not bound to loopback." },
	{ may_be_forged, ERR_FORBIDDEN,
	  "A write must come from the dashboard's own page, or carry X-Soniq-Request (or "
	  "X-API-Key)." },
	{ operates_as_viewer, ERR_FORBIDDEN,
	  "Replay and cancel need the role operator; yours is viewer." },
	{ destroys_as_viewer, ERR_FORBIDDEN, "Delete needs the role admin; yours is viewer." },
	{ destroys_as_operator, ERR_FORBIDDEN, "Delete needs the role admin; yours is operator." },
	{ writes_through_proxy, ERR_FORBIDDEN,
	  LOCAL_RULE "This request came through a proxy: set a key." },
	{ writes_from_afar, ERR_FORBIDDEN,
	  LOCAL_RULE "This request came from elsewhere: set a key." },
	{ writes_as_another, ERR_FORBIDDEN,
	  LOCAL_RULE "This connection belongs to another user, perhaps a proxy: set a key." },
};

enum err_code access_decide(const struct access_facts *facts, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (refusals[i].applies(facts))
			return err_set(err, refusals[i].code, "%s", refusals[i].msg);
	return ERR_OK;
}
