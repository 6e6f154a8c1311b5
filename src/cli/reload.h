/* reload.h -- soniq dashboard --reload: notice what changed, and start again. */
#ifndef CLI_RELOAD_H
#define CLI_RELOAD_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"

struct server;

/* A folder that counts too. Borrowed while it is watched. */
struct reload_panels {
	const char *folder;     /* NULL: none */
	bool is_sqlite;         /* what they are for */
};

struct reload {
	int fd;                 /* inotify; -1: none */
	struct server *server;
	char program[4096];     /* the binary's path, as it was at the start */
	const struct reload_panels *panels;
	int panels_watch;       /* inotify's number of the folder */
	usec_t seen;            /* when a change was noticed (clock_mono); 0: none yet */
	bool is_due;            /* the server was stopped for it */
};

/* Watch the binary, the .env file and the folder of panels; when one of them changed and then
 * rested for a moment, stop the server and set is_due.
 * Errors: UNAVAILABLE  the system gives no watches */
enum err_code reload_watch(struct reload *reload, struct server *server,
			   const struct reload_panels *panels, struct err *err) MUST_CHECK;
void reload_release(struct reload *reload);
/* Become the program anew, with the same arguments; returns only on failure. */
enum err_code reload_start_again(char **argv, struct err *err) MUST_CHECK;

#endif
