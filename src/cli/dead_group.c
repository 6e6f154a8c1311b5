/* dead_group.c -- a dead-letter verb on a group of equal failures. */
#include <inttypes.h>

#include "cli/dead_letter.h"
#include "json/json.h"
#include "rules/signature.h"

/* What the verb is for, as somebody is asked about it, and how far it has come. */
struct task {
	const struct dead_opts *opts;
	const struct dead_verb *verb;
	struct job_filter filter;
	struct group group;
	int64_t n_there;        /* letters that the verb is for, of those that were looked at */
	int64_t n_wanted;       /* of them, by --limit */
	int64_t n_done;
	usec_t before;
};

struct str dead_group_error(struct cli *cli, const struct group *group)
{
	if (!group->error_type.p)
		return group->message;
	return str_of(arena_printf(&cli->arena, "%.*s%s%.*s", STR_ARG(group->error_type),
				   group->message.n ? ": " : "", STR_ARG(group->message)));
}

enum err_code dead_check_group(const struct dead_opts *opts, struct err *err)
{
	if (!opts->group || signature_is_valid(str_of(opts->group)))
		return ERR_OK;
	return err_set(err, ERR_INVALID, "--group takes the 16 hex digits that soniq dead-letter "
		       "groups shows, not \"%.60s\"", opts->group);
}

static enum err_code find(struct cli *cli, struct store *store, struct task *task,
			  struct err *err)
{
	const struct group_want want = { .filter = task->filter, .since = TIME_NULL,
					 .before = task->before,
					 .signature = task->opts->group, .limit = 1 };
	struct quality quality;
	TRY(store_group_find(store, &want, &cli->arena, &task->group, &quality, err));

	task->n_there = task->group.count - (task->verb->is_once ? task->group.replayed : 0);
	task->n_wanted = task->n_there < task->opts->limit ? task->n_there : task->opts->limit;
	return ERR_OK;
}

static void print_json(struct cli *cli, const struct task *task)
{
	AUTO(buf) struct buf text = buf_new(4096);
	struct json j = json_new(&text);
	const bool is_dry = task->opts->is_dry;

	json_open_object(&j);
	if (is_dry) {
		json_key(&j, "dry_run");
		json_text(&j, task->verb->verb.word);
	}
	json_key(&j, "group");
	json_text(&j, task->opts->group);
	json_key(&j, "count");
	json_i64(&j, is_dry ? task->n_wanted : task->n_done);
	json_key(&j, "of");
	json_i64(&j, task->n_there);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static void print_dry(struct cli *cli, const struct task *task)
{
	const struct group *group = &task->group;

	if (cli->is_json) {
		print_json(cli, task);
		return;
	}
	fprintf(cli->out, "Dry run: would %s %" PRId64 " of %" PRId64 " dead-letter job(s).\n",
		task->verb->verb.word, task->n_wanted, task->n_there);
	fprintf(cli->out, "  %s\n", visible(cli, dead_group_error(cli, group)));
	if (group->frame.p)
		fprintf(cli->out, "  in %s\n", visible(cli, group->frame));
	fprintf(cli->out, "  first seen %s, last seen %s\n", when(cli, group->first_seen),
		when(cli, group->last_seen));
}

static void print_done(struct cli *cli, const struct task *task)
{
	if (cli->is_json)
		print_json(cli, task);
	else
		fprintf(cli->out, "%s %" PRId64 " of %" PRId64 " dead-letter job(s).\n",
			task->verb->verb.past, task->n_done, task->n_there);
}

/* No more than somebody was asked about, though there may be more behind those. */
static enum err_code run_all(struct store *store, struct task *task, struct err *err)
{
	struct group_done done = { .has_more = true };

	while (task->n_done < task->n_wanted && done.has_more) {
		const int64_t left = task->n_wanted - task->n_done;
		const struct group_verb verb = {
			.signature = task->opts->group,
			.filter = task->filter,
			.before = task->before,
			.limit = left < GROUP_VERB_MAX ? (int)left : GROUP_VERB_MAX,
		};
		TRY(task->verb->run_group(store, &verb, &done, err));
		task->n_done += done.n;
	}
	return ERR_OK;
}

enum err_code dead_run_group(struct cli *cli, const struct dead_opts *opts,
			     const struct dead_verb *verb, struct err *err)
{
	struct task task = { .opts = opts, .verb = verb };
	AUTO(store) struct store store = { 0 };

	TRY(dead_check_group(opts, err));
	TRY(dead_filter(cli, opts, &task.filter, err));
	TRY(cli_store(cli, opts->is_dry ? DB_READ : DB_WRITE, &store, err));
	task.before = cli_now(cli);
	TRY(find(cli, &store, &task, err));
	if (opts->is_dry) {
		print_dry(cli, &task);
		return ERR_OK;
	}
	TRY(dead_confirm(cli, opts, verb->verb.word, (size_t)task.n_wanted, err));
	const enum err_code code = run_all(&store, &task, err);
	print_done(cli, &task);
	return code;
}
