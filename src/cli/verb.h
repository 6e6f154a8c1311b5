/* verb.h -- a verb on rows that are named by their ids: a line for each, or one document. */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include "cli/cli.h"
#include "store/job.h"

struct verb {
	const char *word;       /* "replay" */
	const char *past;       /* "Replayed" */
	const char *done;       /* "replayed" */
	const char *what;       /* "dead-letter job" */
	const char *short_what; /* "dead letter" */
	/* The row before anything is done to it. Fails where the verb would. */
	enum err_code (*find)(struct store *st, const char *uuid, struct arena *arena,
			      struct job *ret, struct err *err);
	/* made: the id of what came of it, or "". */
	enum err_code (*run)(struct store *st, const char *uuid, char made[UUID_TEXT_LEN + 1],
			     struct err *err);
};

/* The ids as struct job each, of which there is nothing but the id.
 * Errors: INVALID  a word that is no id is a slip of the hand: nothing is to be done then */
enum err_code verb_read_ids(struct cli *cli, char **args, struct list *ret,
			    struct err *err) MUST_CHECK;
/* For a dry run: the rows of these ids. Errors: those of verb->find */
enum err_code verb_look_up(struct cli *cli, struct store *store, const struct verb *verb,
			   struct list *jobs, struct err *err) MUST_CHECK;
void verb_print_dry(struct cli *cli, const struct verb *verb, const struct list *jobs);
/* Goes on after one that is not there or in another state, and gives the kind of the first error
 * at the end. */
enum err_code verb_run(struct cli *cli, struct store *store, const struct verb *verb,
		       const struct list *jobs, struct err *err) MUST_CHECK;

#endif
