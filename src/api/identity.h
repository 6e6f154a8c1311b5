/* identity.h -- who a caller is, and where: by key, session, proxy, or the program around us. */
#ifndef API_IDENTITY_H
#define API_IDENTITY_H

#include <stdbool.h>

#include "api/access.h"
#include "base/buf.h"
#include "http/http.h"

enum known_by {
	KNOWN_NOT,
	KNOWN_BY_KEY,           /* shown with the request */
	KNOWN_BY_SESSION,       /* that was had with a key */
	KNOWN_BY_PROXY,         /* that is trusted, and names the user */
	KNOWN_BY_PROGRAM,       /* that we are mounted in */
};

struct identity {
	enum known_by by;
	enum access_role role;
	struct str user;        /* NULL where nobody has a name; borrowed from the request */
	bool is_garbled;        /* it is named, but not so that we can read it */
	bool takes_keys;        /* a key, or a session, would be looked at */
};

struct settings;

/* Do callers have to show who they are? */
bool settings_close(const struct settings *s);

struct api;

struct identity identity_of(const struct api *api, const struct request *rq);
/* Of what was let in before: sessions that have ended since count, too. */
struct identity identity_then(const struct api *api, const struct request *rq);
/* For people and logs, one line without secrets: "admin key", "user \"bob\", operator". */
void identity_add(struct buf *out, const struct api *api, const struct identity *who);

struct client { char address[64]; };
/* Where the caller is: the peer, or what a trusted one says by X-Forwarded-For. */
struct client client_of(const struct api *api, const struct request *rq);

#endif
