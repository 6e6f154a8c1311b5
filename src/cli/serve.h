/* serve.h -- the dashboard on a server, for the commands that serve it. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "cli/cli.h"
#include "cli/systemd.h"

struct serve {
	struct handed handed;   /* taken: sockets to serve instead of what the settings say */
	bool again;             /* given: files changed under --reload, start the program again */
	int port;               /* given: where it listened, for --port 0; 0: at no port */
};

/* Check the database, bind, greet, serve until stopped.
 * Errors: those of places_find, api_new, server_open, cli_store */
enum err_code serve_dashboard(struct cli *cli, struct serve *serve, struct err *err) MUST_CHECK;

#endif
