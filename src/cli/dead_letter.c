/* dead_letter.c -- what the dead-letter commands share. */
#include "cli/dead_letter.h"

#include <unistd.h>

#include "base/parse.h"
#include "json/json.h"

#define ASK_FROM 5
#define SHOWN 10

struct job_filter dead_filter(const struct dead_opts *opts)
{
	return (struct job_filter){
		.job_name = str_of(opts->filter),
		.queue = str_of(opts->queue),
		.reason = str_of(opts->reason),
		.limit = STORE_PAGE_MAX,
	};
}

enum err_code dead_load(struct cli *cli, struct store *store, const struct dead_opts *opts,
			struct list *ret, struct err *err)
{
	struct job_filter filter = dead_filter(opts);
	*ret = list_new(&cli->arena, sizeof(struct job));

	while (ret->n < (size_t)opts->limit) {
		const size_t left = (size_t)opts->limit - ret->n;
		struct list page;
		filter.limit = left < STORE_PAGE_MAX ? (int)left : STORE_PAGE_MAX;
		TRY(store_dead_page(store, &filter, &cli->arena, &page, err));
		for (size_t i = 0; i < page.n; i++)
			*(struct job *)list_add(ret) = *LIST_AT(&page, struct job, i);
		if (page.n < (size_t)filter.limit)
			return ERR_OK;
		const struct job *last = LIST_AT(&page, struct job, page.n - 1);
		filter.has_cursor = true;
		filter.after_at = last->moved_to_dead_letter_at;
		if (!parse_uuid(last->id, filter.after_id))
			return ERR_OK;
	}
	return ERR_OK;
}

enum err_code dead_confirm(struct cli *cli, const struct dead_opts *opts, const char *verb,
			   size_t n, struct err *err)
{
	char answer[16] = "";
	if (opts->yes || n < ASK_FROM)
		return ERR_OK;
	if (!isatty(STDIN_FILENO))
		return err_set(err, ERR_INVALID,
			       "would %s %zu dead-letter jobs and there is nobody to ask; say "
			       "--yes to go on, or --dry-run to look first", verb, n);
	fprintf(cli->err, "%c%s %zu dead-letter jobs? [y/N] ", verb[0] - 'a' + 'A', verb + 1, n);
	if (fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
		return ERR_OK;
	return err_set(err, ERR_CANCELLED, "nothing was done");
}

static void print_one(struct cli *cli, const struct dead_verb *verb, const char *id,
		      const char *made)
{
	if (cli->is_json)
		return;
	if (made[0])
		fprintf(cli->out, "%s %s as %s\n", verb->past, id, made);
	else
		fprintf(cli->out, "%s %s\n", verb->past, id);
}

struct tally {
	struct json *json;
	size_t n_done;
	struct err first;
};

static void add_result(struct json *j, const char *id, const char *made, const struct err *err)
{
	json_open_object(j);
	json_key(j, "id");
	json_text(j, id);
	if (made[0]) {
		json_key(j, "job_id");
		json_text(j, made);
	}
	json_key(j, "error");
	json_text(j, err ? err->msg : NULL);
	json_close_object(j);
}

static void run_one(struct cli *cli, struct store *store, const struct dead_verb *verb,
		    const char *id, struct tally *tally)
{
	char uuid[UUID_TEXT_LEN + 1] = "", made[UUID_TEXT_LEN + 1] = "";
	struct err err = { 0 };
	enum err_code code = ERR_OK;

	if (!parse_uuid(str_of(id), uuid))
		code = err_set(&err, ERR_INVALID, "\"%.60s\" is not a job id", id);
	if (code == ERR_OK)
		code = verb->run(store, uuid, made, &err);
	add_result(tally->json, uuid[0] ? uuid : id, made, code == ERR_OK ? NULL : &err);
	if (code == ERR_OK) {
		tally->n_done++;
		print_one(cli, verb, uuid, made);
		return;
	}
	if (tally->first.code == ERR_OK)
		tally->first = err;
	else if (!cli->is_json)
		fprintf(cli->err, "soniq: %s\n", visible(cli, str_of(err.msg)));
}

static enum err_code run_ids(struct cli *cli, struct store *store, const struct dead_verb *verb,
			     const char *const *ids, size_t n, struct err *err)
{
	AUTO(buf) struct buf text = buf_new(256 * 1024 * 1024);
	struct json j = json_new(&text);
	struct tally tally = { .json = &j };

	json_open_array(&j);
	for (size_t i = 0; i < n; i++)
		run_one(cli, store, verb, ids[i], &tally);
	json_close_array(&j);
	if (cli->is_json)
		print_json_buf(cli, &text);
	else if (n > 1)
		fprintf(cli->out, "%s %zu of %zu dead-letter job(s).\n", verb->past, tally.n_done, n);
	if (tally.first.code != ERR_OK)
		*err = tally.first;
	return tally.first.code;
}

static void print_dry(struct cli *cli, const struct dead_verb *verb, const struct list *jobs)
{
	fprintf(cli->out, "Dry run: would %s %zu dead-letter job(s).\n", verb->word, jobs->n);
	for (size_t i = 0; i < jobs->n && i < SHOWN; i++) {
		const struct job *job = LIST_AT(jobs, struct job, i);
		fprintf(cli->out, "  %s  %s\n", visible(cli, job->id), visible(cli, job->job_name));
	}
	if (jobs->n > SHOWN)
		fprintf(cli->out, "  ... and %zu more\n", jobs->n - SHOWN);
}

static enum err_code run_all(struct cli *cli, struct store *store, const struct dead_opts *opts,
			     const struct dead_verb *verb, struct err *err)
{
	struct list jobs;
	TRY(dead_load(cli, store, opts, &jobs, err));
	if (opts->is_dry) {
		print_dry(cli, verb, &jobs);
		return ERR_OK;
	}
	if (jobs.n == 0 && !cli->is_json) {
		fprintf(cli->out, "No dead-letter jobs match the filter.\n");
		return ERR_OK;
	}
	TRY(dead_confirm(cli, opts, verb->word, jobs.n, err));
	const char **ids = ARENA_ARRAY(&cli->arena, const char *, jobs.n + 1);
	for (size_t i = 0; i < jobs.n; i++)
		ids[i] = str_cstr(&cli->arena, LIST_AT(&jobs, struct job, i)->id);
	return run_ids(cli, store, verb, ids, jobs.n, err);
}

enum err_code dead_run(struct cli *cli, const struct dead_opts *opts,
		       const struct dead_verb *verb, char **args, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	size_t n = 0;

	while (args[n])
		n++;
	if (n == 0 && !opts->all)
		return err_set(err, ERR_INVALID, "name the dead letters to %s by id, or say --all; "
			       "soniq dead-letter list shows them", verb->word);
	if (n > 0 && opts->all)
		return err_set(err, ERR_INVALID, "give either ids or --all, not both");
	TRY(cli_store(cli, opts->is_dry ? DB_READ : DB_WRITE, &store, err));
	if (opts->all)
		return run_all(cli, &store, opts, verb, err);
	if (opts->is_dry) {
		fprintf(cli->out, "Dry run: would %s %zu dead-letter job(s).\n", verb->word, n);
		return ERR_OK;
	}
	return run_ids(cli, &store, verb, (const char *const *)args, n, err);
}
