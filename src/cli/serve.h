/* serve.h -- the dashboard on a server, for the commands that serve it. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "cli/cli.h"

/* Check the database, bind, greet, serve until stopped.
 *
 * Gives:  ret_again   files changed under --reload: the program is to be started again
 *         ret_port    where it listened, for --port 0
 * Errors: those of api_new, server_open, cli_store */
enum err_code serve_dashboard(struct cli *cli, bool *ret_again, int *ret_port,
			      struct err *err) MUST_CHECK;

#endif
