/* places.h -- where the dashboard is to be reached: an address, a Unix socket, or what was handed
 * over. */
#ifndef CLI_PLACES_H
#define CLI_PLACES_H

#include "cli/cli.h"
#include "cli/systemd.h"

struct place {
	const char *host;               /* an address, or the path of a Unix socket */
	int port;                       /* 0: whatever the server takes */
};

struct places {
	struct place all[SERVER_LISTENERS_MAX];
	const char *hosts[SERVER_LISTENERS_MAX + 1];    /* theirs, ended by NULL */
	int n;
	bool is_local_only;             /* no other machine can reach any of them */
	struct server_socket socket;    /* path NULL: none is to be made */
};

/* What was handed over goes before dashboard.unix, and that before dashboard.host. Texts in the
 * cli's arena.
 * Errors: INVALID    no such user or group, or a mode that is none
 *         NOT_FOUND  there is no working folder to begin a relative path with */
enum err_code places_find(struct cli *cli, const struct handed *handed, struct places *ret,
			  struct err *err) MUST_CHECK;
/* "http://127.0.0.1:6161, /run/soniq.sock"; `port` is in place of 0. In the arena. */
const char *places_text(struct cli *cli, const struct places *places, int port);

#endif
