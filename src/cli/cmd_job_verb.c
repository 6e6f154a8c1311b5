/* cmd_job_verb.c -- soniq job cancel, soniq job delete. */
#include "cli/verb.h"
#include "rules/job_state.h"

#define IDS_MAX 100000

struct opts {
	bool is_dry;
};

static const struct option options[] = {
	{ "--dry-run", 0, OPT_FLAG, offsetof(struct opts, is_dry), NULL, NULL, 0, 0, NULL,
	  "Only say what would be done; nothing is written." },
	OPTION_END,
};

static enum err_code cancel_one(struct store *st, const char *uuid,
				char made[UUID_TEXT_LEN + 1], struct err *err)
{
	made[0] = '\0';
	return store_job_cancel(st, uuid, err);
}

static enum err_code delete_one(struct store *st, const char *uuid,
				char made[UUID_TEXT_LEN + 1], struct err *err)
{
	made[0] = '\0';
	return store_job_delete(st, uuid, err);
}

/* A status that nobody knows may be deleted: else there were no way to be rid of it. */
static bool may(const struct job *job, enum job_verb verb)
{
	enum job_state state = JOB_DEAD_LETTER;

	if (str_eq(job->kind, S("job")) && !job_state_parse(job->status, &state))
		return verb == JOB_DELETE;
	return job_state_may(state, verb, NULL);
}

static enum err_code find(struct store *st, const char *uuid, enum job_verb verb,
			  struct arena *arena, struct job *ret, struct err *err)
{
	TRY(store_job_find(st, uuid, arena, ret, err));
	if (str_eq(ret->kind, S("dead_letter")))
		return err_set(err, ERR_CONFLICT, "job %s is a dead letter: soniq dead-letter "
			       "delete or replay %s", uuid, uuid);
	if (may(ret, verb))
		return ERR_OK;
	return err_set(err, ERR_CONFLICT, "job %s is %.*s, and cannot be %s now", uuid,
		       (int)(ret->status.n < 40 ? ret->status.n : 40),
		       ret->status.p ? ret->status.p : "",
		       verb == JOB_CANCEL ? "cancelled" : "deleted");
}

static enum err_code find_to_cancel(struct store *st, const char *uuid, struct arena *arena,
				    struct job *ret, struct err *err)
{
	return find(st, uuid, JOB_CANCEL, arena, ret, err);
}

static enum err_code find_to_delete(struct store *st, const char *uuid, struct arena *arena,
				    struct job *ret, struct err *err)
{
	return find(st, uuid, JOB_DELETE, arena, ret, err);
}

static const struct verb cancel = { "cancel", "Cancelled", "cancelled", "job", "job",
				    find_to_cancel, cancel_one };
static const struct verb delete = { "delete", "Deleted", "deleted", "job", "job",
				    find_to_delete, delete_one };

static enum err_code run(struct cli *cli, const struct opts *opts, const struct verb *verb,
			 char **args, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct list jobs;

	TRY(verb_read_ids(cli, args, &jobs, err));
	TRY(cli_store(cli, opts->is_dry ? DB_READ : DB_WRITE, &store, err));
	if (!opts->is_dry)
		return verb_run(cli, &store, verb, &jobs, err);
	TRY(verb_look_up(cli, &store, verb, &jobs, err));
	verb_print_dry(cli, verb, &jobs);
	return ERR_OK;
}

static enum err_code run_cancel(struct cli *cli, const void *opts, char **args, struct err *err)
{
	return run(cli, opts, &cancel, args, err);
}

static enum err_code run_delete(struct cli *cli, const void *opts, char **args, struct err *err)
{
	return run(cli, opts, &delete, args, err);
}

const struct command cmd_job_cancel = {
	.name = "job cancel",
	.args = "ID...",
	.min_args = 1,
	.max_args = IDS_MAX,
	.doc = "Cancel jobs that are queued: they will not run, and their rows stay.",
	.examples = "soniq job cancel 0192d3f4-7a5b-7c6d-8e9f-0a1b2c3d4e5f\n"
		    "soniq jobs 'queue:mail status:queued' --json | jq -r '.jobs[].id' |\n"
		    "  xargs soniq job cancel",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run_cancel,
};

const struct command cmd_job_delete = {
	.name = "job delete",
	.args = "ID...",
	.min_args = 1,
	.max_args = IDS_MAX,
	.doc = "Delete jobs that no worker has in hand, with their arguments and results.",
	.more = "There is no way back. Dead letters have a command of their own, "
		"soniq dead-letter delete.",
	.examples = "soniq job delete 0192d3f4-7a5b-7c6d-8e9f-0a1b2c3d4e5f\n"
		    "soniq job delete --dry-run 0192d3f4-7a5b-7c6d-8e9f-0a1b2c3d4e5f",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run_delete,
};
