/* help.h -- what the help to a terminal and the man page share. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/cli.h"

/* One option or setting, however it is shown. */
struct help_line {
	char words[96];                 /* "-o, --output FILE" */
	const char *doc;
	const char *default_text;       /* NULL: none worth telling */
};

/* What each exit status means, in one paragraph. */
extern const char help_exit_status[];

struct help_line help_option(const struct option *option);
struct help_line help_setting(const char *name);
/* "soniq job [options] ID" and a newline. */
void help_usage(struct buf *out, const struct command *command);

#endif
