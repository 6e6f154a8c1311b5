/* dead_letter.c -- what the dead-letter commands share. */
#include "cli/dead_letter.h"

#include <unistd.h>

#include "base/parse.h"
#include "json/json.h"
#include "rules/job_state.h"

#define ASK_FROM 5
/* Rows a page, so that their longest texts fit into one answer: without args, and with them. */
#define PAGE_BRIEF 100
#define PAGE_WHOLE 50

enum err_code dead_filter(struct cli *cli, const struct dead_opts *opts, struct job_filter *ret,
			  struct err *err)
{
	struct job_filter filter = {
		.status = str_of(job_state_name(JOB_DEAD_LETTER)),
		.job_name = str_of(opts->filter),
		.queue = str_of(opts->queue),
		.reason = str_of(opts->reason),
		.signature = str_of(opts->group),
		.limit = STORE_PAGE_MAX,
	};

	if (opts->where)
		TRY(cli_filter(cli, str_of(opts->where), &filter, err));
	*ret = filter;
	return ERR_OK;
}

enum err_code dead_go_on(struct job_filter *filter, const struct list *page, struct err *err)
{
	const struct job *last = LIST_AT(page, struct job, page->n - 1);
	filter->has_cursor = true;
	filter->after_at = last->moved_to_dead_letter_at;
	if (filter->after_at == TIME_NULL)
		filter->after_at = TIME_MINUS_INFINITY;         /* as the statement sorts it */
	if (parse_uuid(last->id, filter->after_id))
		return ERR_OK;
	return err_set(err, ERR_SCHEMA, "the dead letter \"%.*s\" has an id that is none: mend "
		       "or delete its row", (int)(last->id.n < 60 ? last->id.n : 60),
		       last->id.p ? last->id.p : "");
}

/* ret_part NULL: every one is wanted, however long it takes to find them. */
static enum err_code load_page(struct store *store, const struct job_filter *filter,
			       struct arena *arena, struct list *ret, bool *ret_part,
			       struct err *err)
{
	struct job_list newest;
	if (!ret_part)
		return store_dead_page(store, filter, arena, ret, err);
	TRY(store_dead_newest(store, filter, arena, &newest, err));
	*ret = newest.rows;
	*ret_part = newest.quality.kind != KIND_EXACT && ret->n < (size_t)filter->limit;
	return ERR_OK;
}

static enum err_code load(struct cli *cli, struct store *store, const struct dead_opts *opts,
			  struct list *ret, bool *ret_part, struct err *err)
{
	struct job_filter filter;
	TRY(dead_filter(cli, opts, &filter, err));
	filter.is_brief = !cli->is_json || opts->all;
	*ret = list_new(&cli->arena, sizeof(struct job));

	while (ret->n < (size_t)opts->limit) {
		const size_t left = (size_t)opts->limit - ret->n;
		struct list page;
		const size_t most = filter.is_brief ? PAGE_BRIEF : PAGE_WHOLE;
		filter.limit = (int)(left < most ? left : most);
		TRY(load_page(store, &filter, &cli->arena, &page, ret_part, err));
		for (size_t i = 0; i < page.n; i++)
			*(struct job *)list_add(ret) = *LIST_AT(&page, struct job, i);
		if (page.n < (size_t)filter.limit)
			return ERR_OK;
		TRY(dead_go_on(&filter, &page, err));
	}
	return ERR_OK;
}

enum err_code dead_load(struct cli *cli, struct store *store, const struct dead_opts *opts,
			struct list *ret, struct err *err)
{
	return load(cli, store, opts, ret, NULL, err);
}

enum err_code dead_look(struct cli *cli, struct store *store, const struct dead_opts *opts,
			struct list *ret, bool *ret_part, struct err *err)
{
	/* A group is looked for to the end: it is named by somebody who knows that it is there. */
	const bool is_filtered =
		(opts->filter || opts->queue || opts->reason || opts->where) && !opts->group;
	*ret_part = false;
	return load(cli, store, opts, ret, is_filtered ? ret_part : NULL, err);
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
	fflush(cli->err);
	if (fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
		return ERR_OK;
	return err_set(err, ERR_FORBIDDEN, "nothing was done, as you said");
}

static enum err_code check_choice(const struct dead_opts *opts, const struct dead_verb *verb,
				  bool has_ids, struct err *err)
{
	if (opts->group && (has_ids || opts->all))
		return err_set(err, ERR_INVALID, "--group goes without ids and without --all");
	if (!has_ids && !opts->all && !opts->group)
		return err_set(err, ERR_INVALID, "name the dead letters to %s by id, or say --all "
			       "or --group; soniq dead-letter list shows them",
			       verb->verb.word);
	if (has_ids && opts->all)
		return err_set(err, ERR_INVALID, "give either ids or --all, not both");
	if (has_ids && (opts->filter || opts->queue || opts->reason || opts->where))
		return err_set(err, ERR_INVALID, "--filter, --queue, --reason and --where go with "
			       "--all or --group, not with ids");
	return ERR_OK;
}

enum err_code dead_run(struct cli *cli, const struct dead_opts *opts,
		       const struct dead_verb *verb, char **args, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct list jobs;

	TRY(check_choice(opts, verb, args[0] != NULL, err));
	if (opts->group)
		return dead_run_group(cli, opts, verb, err);
	TRY(verb_read_ids(cli, args, &jobs, err));
	TRY(cli_store(cli, opts->is_dry ? DB_READ : DB_WRITE, &store, err));
	if (opts->all)
		TRY(dead_load(cli, &store, opts, &jobs, err));
	else if (opts->is_dry)
		TRY(verb_look_up(cli, &store, &verb->verb, &jobs, err));
	if (opts->is_dry) {
		verb_print_dry(cli, &verb->verb, &jobs);
		return ERR_OK;
	}
	if (jobs.n == 0 && !cli->is_json) {
		fprintf(cli->out, "No dead-letter jobs match the filter.\n");
		return ERR_OK;
	}
	if (opts->all)
		TRY(dead_confirm(cli, opts, verb->verb.word, jobs.n, err));
	return verb_run(cli, &store, &verb->verb, &jobs, err);
}
