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

static bool host_is_unknown(const struct access_facts *f)
{
	return !f->is_host_ours;
}

static bool origin_is_foreign(const struct access_facts *f)
{
	return f->is_foreign;
}

static bool writes_are_off(const struct access_facts *f)
{
	return f->want == WANT_WRITE && !f->is_write_mode;
}

static bool has_data(const struct access_facts *f)
{
	return f->want == WANT_READ || f->want == WANT_WRITE;
}

static bool guesses_keys(const struct access_facts *f)
{
	return has_data(f) && f->is_key_set && f->is_throttled;
}

static bool lacks_key(const struct access_facts *f)
{
	return has_data(f) && f->is_key_set && !f->is_key_right;
}

static bool reads_from_afar(const struct access_facts *f)
{
	return f->want == WANT_READ && !f->is_key_set && !f->may_read_openly;
}

static bool may_be_forged(const struct access_facts *f)
{
	return f->want == WANT_WRITE && !f->is_proven_ours;
}

static bool writes_openly(const struct access_facts *f)
{
	return f->want == WANT_WRITE && !f->is_key_set;
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
	{ writes_are_off, ERR_FORBIDDEN,
	  "Dashboard writes are disabled. Set SONIQ_DASHBOARD_WRITE_ENABLED=true to enable "
	  "replay, cancel and delete." },
	{ guesses_keys, ERR_TOO_MANY, "Too many wrong keys from this address. Wait a minute." },
	{ lacks_key, ERR_UNAUTHORIZED, "Invalid or missing API key." },
	{ reads_from_afar, ERR_FORBIDDEN,
	  "Reading needs SONIQ_DASHBOARD_API_KEY when the dashboard is not bound to loopback." },
	{ may_be_forged, ERR_FORBIDDEN,
	  "A write must come from the dashboard's own page, or carry X-Soniq-Request (or "
	  "X-API-Key)." },
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
