/* dead_letter.h -- what the dead-letter commands share: their options and their questions. */
#ifndef CLI_DEAD_LETTER_H
#define CLI_DEAD_LETTER_H

#include "cli/cli.h"
#include "cli/export_file.h"
#include "cli/verb.h"
#include "store/dead_groups.h"
#include "store/job.h"

struct dead_opts {
	bool all;
	const char *filter;     /* exact job name */
	const char *queue;
	const char *reason;
	const char *where;      /* the language of filters */
	const char *group;      /* signature */
	int64_t limit;
	int64_t hours;
	int64_t days;
	bool is_dry;
	bool yes;
	struct file_opts file;
};

#define DEAD_OPT(name_, letter_, type_, member, value_, default_, min_, max_, doc_)             \
	{ name_, letter_, type_, offsetof(struct dead_opts, member), value_, default_, min_,     \
	  max_, NULL, doc_ }
#define DEAD_FILTERS                                                                             \
	DEAD_OPT("--filter", 0, OPT_TEXT, filter, "NAME", NULL, 0, 0,                            \
		 "Only jobs of this name (the whole name)."),                                    \
	DEAD_OPT("--queue", 0, OPT_TEXT, queue, "NAME", NULL, 0, 0, "Only jobs of this queue."), \
	DEAD_OPT("--reason", 0, OPT_TEXT, reason, "REASON", NULL, 0, 0,                          \
		 "Only jobs that died for this reason, such as max_retries_exceeded."),           \
	DEAD_OPT("--where", 0, OPT_TEXT, where, "FILTER", NULL, 0, 0,                            \
		 "Only jobs that match a filter, as soniq jobs and the page take it.")
#define DEAD_GROUP                                                                               \
	DEAD_OPT("--group", 0, OPT_TEXT, group, "SIGNATURE", NULL, 0, 0,                         \
		 "Only those that died of this, as soniq dead-letter groups shows them.")
#define DEAD_LIMIT                                                                               \
	DEAD_OPT("--limit", 0, OPT_INT, limit, "N", "50", 1, 1000000, "At most so many.")
#define DEAD_VERB                                                                                \
	DEAD_OPT("--dry-run", 0, OPT_FLAG, is_dry, NULL, NULL, 0, 0,                             \
		 "Only say what would be done; nothing is written."),                            \
	DEAD_OPT("--yes", 'y', OPT_FLAG, yes, NULL, NULL, 0, 0, "Do not ask.")

/* Ages in --where count back from now: once for a command.
 * Errors: INVALID  --where cannot be read */
enum err_code dead_filter(struct cli *cli, const struct dead_opts *opts, struct job_filter *ret,
			  struct err *err) MUST_CHECK;

/* The ids of the newest dead letters that match, at most opts->limit: struct job each with id,
 * job_name and dead_letter_reason. */
enum err_code dead_load(struct cli *cli, struct store *store, const struct dead_opts *opts,
			struct list *ret, struct err *err) MUST_CHECK;

/* The same for somebody who looks: with a filter, only the newest part of a large table is
 * searched. ret_part: that was so, and there may be more that match. */
enum err_code dead_look(struct cli *cli, struct store *store, const struct dead_opts *opts,
			struct list *ret, bool *ret_part, struct err *err) MUST_CHECK;

/* Let the filter go on behind a page that was full.
 * Errors: SCHEMA  its last row has no id to go on from */
enum err_code dead_go_on(struct job_filter *filter, const struct list *page,
			 struct err *err) MUST_CHECK;

/* Ask before a verb falls on five or more. ERR_OK: go on. INVALID: nobody to ask (not a
 * terminal; says --yes). FORBIDDEN: the answer was no. */
enum err_code dead_confirm(struct cli *cli, const struct dead_opts *opts, const char *verb,
			   size_t n, struct err *err) MUST_CHECK;

/* Run a verb on each id of args, on all that match or on a group. A word of args that is no id:
 * INVALID, and nothing is done. */
struct dead_verb {
	struct verb verb;
	enum err_code (*run_group)(struct store *st, const struct group_verb *verb,
				   struct group_done *ret, struct err *err);
	bool is_once;           /* a group's letters that were replayed are passed over */
};
enum err_code dead_run(struct cli *cli, const struct dead_opts *opts,
		       const struct dead_verb *verb, char **args, struct err *err) MUST_CHECK;

/* "ValueError: order <n> is late". In the arena. */
struct str dead_group_error(struct cli *cli, const struct group *group);
/* Errors: INVALID  --group is no signature */
enum err_code dead_check_group(const struct dead_opts *opts, struct err *err) MUST_CHECK;
/* Run a verb on those of opts->group that are there now: counts, asks, tells how many.
 * Errors: NOT_FOUND  there is no such group; those of the verb */
enum err_code dead_run_group(struct cli *cli, const struct dead_opts *opts,
			     const struct dead_verb *verb, struct err *err) MUST_CHECK;

#endif
