/* access.h -- who may ask what: one pure decision over facts (docs/security.md). */
#ifndef API_ACCESS_H
#define API_ACCESS_H

#include <stdbool.h>

#include "base/err.h"

enum access_want {
	WANT_SHELL,     /* the page and its files: no data in them */
	WANT_STATE,     /* health, ready, what the caller may do, signing in: nothing of the rows */
	WANT_READ,
	WANT_WRITE,
};

/* Everything the decision depends on. */
struct access_facts {
	enum access_want want;
	bool is_host_ours;      /* Host is a loopback literal or an allowed name */
	bool is_host_loopback;
	bool is_foreign;        /* an Origin, or Sec-Fetch-Site, that is neither ours nor allowed */
	bool is_proven_ours;    /* Sec-Fetch-Site: same-origin, or a header of ours */
	bool is_key_set;
	bool is_key_right;      /* the key in its header, or a session that was had with it */
	bool is_throttled;      /* shows a key, after too many wrong ones: right or not */
	bool is_write_mode;
	bool may_read_openly;   /* bound to loopback, or --insecure-public-reads */
	bool is_peer_loopback;
	bool is_peer_same_user;
	bool is_forwarded;      /* came through a proxy, by its headers */
};

/* Errors: MISDIRECTED, FORBIDDEN, UNAUTHORIZED, TOO_MANY; the message says what to do. */
enum err_code access_decide(const struct access_facts *facts, struct err *err) MUST_CHECK;

#endif
