/* session.h -- the API key: comparing it, exchanging it for a cookie, slowing down guessing. */
#ifndef API_SESSION_H
#define API_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"

#define SESSION_COOKIE "soniq_session"
#define SESSION_LIFE (12 * HOUR)
#define SESSION_TOKEN_MAX 160

/* Only hashes are kept of the key. */
struct keyring {
	bool is_set;
	unsigned char key_hash[32];
	unsigned char mac_key[32];      /* signs cookies; follows from the key, so that sessions
	                                 * survive a restart and hold for every instance */
};

/* key NULL: no key is set. */
void keyring_init(struct keyring *ring, const char *key);
/* In constant time. */
bool keyring_is_key(const struct keyring *ring, struct str key);
/* A signed token good until now + SESSION_LIFE; NUL-terminated. */
void session_make(const struct keyring *ring, usec_t now, char ret_token[SESSION_TOKEN_MAX]);
bool session_is_good(const struct keyring *ring, struct str token, usec_t now);
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

/* token: one that session_is_good. */
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
