/* options.h -- the parser of the command line; see cli.h for the tables. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/cli.h"

#define PARSE_FLAGS_MAX 32

struct global_opts {
	bool is_json;
	bool no_color;
	bool help;
	bool version;
};

/* One parse: in: words (ended by NULL), command (may be NULL), opts, globals, args with room
 * for all words. Out: args, flags; words stands behind what was taken. */
struct parse {
	char **words;
	const struct command *command;
	bool takes_args;        /* false: stop at the first word that is no option */
	void *opts;
	struct global_opts *globals;
	char **args;
	int n_args;
	struct conf_flag flags[PARSE_FLAGS_MAX + 1];    /* for conf_load; ended by a NULL name */
	size_t n_flags;
};

void options_default(const struct option *table, void *opts);
/* Errors: INVALID  an unknown option (the nearest known is named), a missing or wrong value */
enum err_code options_parse(struct parse *p, struct err *err) MUST_CHECK;

#endif
