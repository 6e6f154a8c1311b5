/* main.c -- the program. */
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
	/* Secrets are in this process's memory: nobody else's business, not even in a core. */
	const struct rlimit no_core = { 0, 0 };
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &no_core);
	exit(cli_run(argc, argv, stdout, stderr));
}
