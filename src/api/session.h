/* session.h -- the keys: comparing them, exchanging one for a cookie, slowing down guessing. */
#ifndef API_SESSION_H
#define API_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "api/access.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"

#define SESSION_COOKIE "soniq_session"
#define SESSION_LIFE (12 * HOUR)
#define SESSION_TOKEN_MAX 160

/* Only hashes are kept of a key. */
struct key {
	bool is_set;
	unsigned char hash[32];
	unsigned char mac_key[32];      /* signs cookies; follows from the key and its role, so that
	                                 * sessions survive a restart, hold for every instance, and
	                                 * are of no other role, not even when keys change places */
};

/* The keys, each at its role; there is none of ROLE_NONE. */
struct keyring {
	bool is_set;                    /* any of them */
	struct key keys[ACCESS_ROLE__COUNT];
};

/* texts: each at its role; NULL: that role has no key. */
void keyring_init(struct keyring *ring, const char *const texts[ACCESS_ROLE__COUNT]);
/* Whose key it is, in constant time: all are compared. ROLE_NONE: nobody's. */
enum access_role keyring_role(const struct keyring *ring, struct str key);
/* A signed token good until now + SESSION_LIFE; NUL-terminated. role: one that has a key. */
void session_make(const struct keyring *ring, enum access_role role, usec_t now,
		  char ret_token[SESSION_TOKEN_MAX]);
/* The role that it was made for; ROLE_NONE when it is no good (any more). */
enum access_role session_role(const struct keyring *ring, struct str token, usec_t now);
/* Take the value of our next cookie out of a Cookie header; false when there is no more. The
 * same name is there more than once where it was set with several paths. */
bool session_next_cookie(struct str *cookies, struct str *ret_token);

/* Sessions that were signed out of and would still be good: the last so many, until a restart.
 * One thread. */
#define SESSIONS_OVER_MAX 256
#define SESSION_MAC_TEXT 64

struct sessions_over {
	char macs[SESSIONS_OVER_MAX][SESSION_MAC_TEXT];
	size_t n;                       /* put in ever */
};

/* token: one that has a session_role. */
void sessions_over_put(struct sessions_over *over, struct str token);
bool sessions_over_has(const struct sessions_over *over, struct str token);

/* Wrong keys in one minute, by peer and of all peers together. One thread. */
#define THROTTLE_PEERS 256
#define THROTTLE_TRIES 20
#define THROTTLE_TRIES_ALL 1000

struct throttle {
	struct {
		char address[64];
		int64_t minute;
		int tries;
	} peers[THROTTLE_PEERS];
	int64_t minute;
	int tries;
};

void throttle_count(struct throttle *t, const char *address, usec_t mono);
bool throttle_is_over(const struct throttle *t, const char *address, usec_t mono);

#endif
