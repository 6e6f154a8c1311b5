/* cmd_dead_letter.c -- soniq dead-letter list, replay, delete, cleanup. */
#include <inttypes.h>
#include <unistd.h>

#include "cli/dead_letter.h"
#include "json/json.h"

#define IDS_MAX 100000

static const struct option list_options[] = {
	DEAD_FILTERS, DEAD_GROUP, DEAD_LIMIT, OPTION_END,
};

static const struct option verb_options[] = {
	DEAD_OPT("--all", 0, OPT_FLAG, all, NULL, NULL, 0, 0,
		 "All that match, newest first, up to --limit."),
	DEAD_FILTERS, DEAD_GROUP, DEAD_LIMIT, DEAD_VERB, OPTION_END,
};

static const struct option cleanup_options[] = {
	DEAD_OPT("--days", 0, OPT_INT, days, "N", "30", 1, 36500, "Older than so many days."),
	DEAD_FILTERS, DEAD_VERB, OPTION_END,
};

static const struct column columns[] = {
	{ "id", "ID", 36, COLUMN_WHOLE }, { "job_name", "Name", 40, 0 },
	{ "last_error", "Error", 60, 0 }, { "queue", "Queue", 20, 0 },
	{ "moved_to_dead_letter_at", "Died", 0, COLUMN_AGE },
	{ "dead_letter_reason", "Reason", 24, 0 }, { "attempts", "Attempts", 0, 0 },
	{ "resurrection_count", "Replays", 0, 0 }, { 0 },
};

static enum err_code run_list(struct cli *cli, const void *opts, char **args, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct list jobs;
	bool is_part;
	(void)args;

	TRY(dead_check_group(opts, err));
	TRY(cli_store(cli, DB_READ, &store, err));
	TRY(dead_look(cli, &store, opts, &jobs, &is_part, err));
	if (cli->is_json)
		print_json_list(cli, &job_record, &jobs);
	else if (jobs.n == 0)
		fprintf(cli->out, "No dead-letter jobs.\n");
	else
		print_table(cli, &job_record, columns, &jobs);
	if (is_part)
		fprintf(cli->err, "Only the newest dead letters were searched; soniq dead-letter "
			"export searches all.\n");
	return ERR_OK;
}

static enum err_code replay_one(struct store *st, const char *uuid,
				char made[UUID_TEXT_LEN + 1], struct err *err)
{
	return store_dead_replay(st, uuid, made, err);
}

static enum err_code delete_one(struct store *st, const char *uuid,
				char made[UUID_TEXT_LEN + 1], struct err *err)
{
	made[0] = '\0';
	return store_dead_delete(st, uuid, err);
}

static const struct dead_verb replay = {
	{ "replay", "Replayed", "replayed", "dead-letter job", "dead letter", store_dead_find,
	  replay_one },
	store_group_replay, true,
};
static const struct dead_verb delete = {
	{ "delete", "Deleted", "deleted", "dead-letter job", "dead letter", store_dead_find,
	  delete_one },
	store_group_delete, false,
};

static enum err_code run_replay(struct cli *cli, const void *opts, char **args, struct err *err)
{
	return dead_run(cli, opts, &replay, args, err);
}

static enum err_code run_delete(struct cli *cli, const void *opts, char **args, struct err *err)
{
	return dead_run(cli, opts, &delete, args, err);
}

static void print_count(struct cli *cli, const char *word, int64_t n, int64_t days)
{
	AUTO(buf) struct buf text = buf_new(4096);
	struct json j = json_new(&text);
	if (!cli->is_json) {
		fprintf(cli->out, "%s %" PRId64 " dead-letter job(s) older than %" PRId64
			" days.\n", word, n, days);
		return;
	}
	json_open_object(&j);
	json_key(&j, "count");
	json_i64(&j, n);
	json_key(&j, "days");
	json_i64(&j, days);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code delete_before(struct store *store, const struct job_filter *filter,
				   usec_t before, int64_t *ret_n, struct err *err)
{
	int64_t n;
	*ret_n = 0;
	do {
		TRY(store_dead_delete_many(store, filter, before, &n, err));
		*ret_n += n;
	} while (n >= filter->limit);
	return ERR_OK;
}

static enum err_code run_cleanup(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct dead_opts *opts = p;
	AUTO(store) struct store store = { 0 };
	struct job_filter filter;
	int64_t n;
	(void)args;

	TRY(dead_filter(cli, opts, &filter, err));
	TRY(cli_store(cli, opts->is_dry ? DB_READ : DB_WRITE, &store, err));
	/* By the clock that the moments were written by: ours may be a year ahead. */
	const usec_t before = store_now(&store) - opts->days * DAY;
	TRY(store_dead_count(&store, &filter, before, &n, err));
	if (opts->is_dry) {
		print_count(cli, "Dry run: would remove", n, opts->days);
		return ERR_OK;
	}
	if (isatty(STDIN_FILENO))       /* cron has nobody to ask, and days are a bound */
		TRY(dead_confirm(cli, opts, "remove", (size_t)n, err));
	TRY(delete_before(&store, &filter, before, &n, err));
	print_count(cli, "Removed", n, opts->days);
	return ERR_OK;
}

const struct command cmd_dead_letter_list = {
	.name = "dead-letter list",
	.doc = "List jobs that ran out of attempts, newest first.",
	.examples = "soniq dead-letter list --queue mail --limit 10\n"
		    "soniq dead-letter list --group 62f22d71b192d7d4\n"
		    "soniq dead-letter list --where 'error:\"timed out\" finished:<24h'\n"
		    "soniq dead-letter list --json | jq -r '.[].id'",
	.options = list_options,
	.opts_size = sizeof(struct dead_opts),
	.run = run_list,
};

const struct command cmd_dead_letter_replay = {
	.name = "dead-letter replay",
	.args = "[ID...]",
	.max_args = IDS_MAX,
	.doc = "Make a new queued job of each dead letter, which stays.",
	.more = "With --all or --group it asks before it replays five or more, unless --yes is "
		"given. Of a group those go first that died first, and those that were replayed "
		"already are passed over; --where and the like narrow a group too.",
	.examples = "soniq dead-letter replay 0192d3f4-7a5b-7c6d-8e9f-0a1b2c3d4e5f\n"
		    "soniq dead-letter replay --group 62f22d71b192d7d4 --limit 1000\n"
		    "soniq dead-letter replay --all --filter emails.send_welcome --dry-run",
	.options = verb_options,
	.opts_size = sizeof(struct dead_opts),
	.run = run_replay,
};

const struct command cmd_dead_letter_delete = {
	.name = "dead-letter delete",
	.args = "[ID...]",
	.max_args = IDS_MAX,
	.doc = "Delete dead letters for good.",
	.more = "With --all or --group it asks before it deletes five or more, unless --yes is "
		"given. Export them first: there is no way back.",
	.examples = "soniq dead-letter delete 0192d3f4-7a5b-7c6d-8e9f-0a1b2c3d4e5f\n"
		    "soniq dead-letter delete --all --reason task_not_registered --limit 1000",
	.options = verb_options,
	.opts_size = sizeof(struct dead_opts),
	.run = run_delete,
};

const struct command cmd_dead_letter_cleanup = {
	.name = "dead-letter cleanup",
	.doc = "Delete dead letters that are older than some days.",
	.more = "Asks first when it runs in a terminal and there are five or more; from cron or a "
		"script it does not ask.",
	.examples = "soniq dead-letter cleanup --days 90 --dry-run\n"
		    "soniq dead-letter cleanup --days 90 --filter emails.send_digest",
	.options = cleanup_options,
	.opts_size = sizeof(struct dead_opts),
	.run = run_cleanup,
};
