/* access.h -- who may ask what: one pure decision over facts (docs/security.md). */
#ifndef API_ACCESS_H
#define API_ACCESS_H

#include <stdbool.h>

#include "base/err.h"

enum access_want {
	WANT_SHELL,     /* the page and its files: no data in them */
	WANT_STATE,     /* health, ready, what the caller may do, signing in: nothing of the rows */
	WANT_READ,
	WANT_OPERATE,   /* a write that puts work back or stops it: replay, cancel */
	WANT_DESTROY,   /* a write that cannot be undone: delete */
	ACCESS_WANT__COUNT
};

/* Each may what those before it may. */
enum access_role {
	ROLE_NONE,
	ROLE_VIEWER,    /* reads */
	ROLE_OPERATOR,  /* operates */
	ROLE_ADMIN,     /* destroys */
	ACCESS_ROLE__COUNT
};

/* Everything the decision depends on. */
struct access_facts {
	enum access_want want;
	bool is_host_ours;      /* Host is a loopback literal or an allowed name */
	bool is_host_loopback;
	bool is_foreign;        /* an Origin, or Sec-Fetch-Site, that is neither ours nor allowed */
	bool is_proven_ours;    /* Sec-Fetch-Site: same-origin, or a header of ours */
	bool is_closed;         /* callers have to show who they are */
	bool takes_keys;        /* by a key, or a session that was had with one */
	bool is_known;          /* and this one did: by a key, a session, or somebody vouches */
	bool is_name_garbled;   /* a proxy that is believed names its user in no way we can read */
	enum access_role role;  /* of who is known */
	bool is_throttled;      /* shows a key, after too many wrong ones: right or not */
	bool is_write_mode;
	bool may_read_openly;   /* bound to loopback, or --insecure-public-reads */
	bool is_peer_loopback;
	bool is_peer_same_user;
	bool is_forwarded;      /* came through a proxy, by its headers */
};

bool access_is_write(enum access_want want);
const char *access_role_name(enum access_role role);    /* "none", "viewer", ... */

/* Errors: MALFORMED, MISDIRECTED, FORBIDDEN, UNAUTHORIZED, TOO_MANY; the message says what to
 * do. */
enum err_code access_decide(const struct access_facts *facts, struct err *err) MUST_CHECK;

#endif
