/* params_search.c -- what jobs and dead letters are searched for by. */
#include "api/context.h"
#include "api/params.h"
#include "rules/job_state.h"
#include "rules/redact.h"

#define SEARCH_MAX 128
/* Of the filter: what is longer is said by its parser, with the place. */
#define FILTER_ANY 65536

const char *const param_statuses[] = { "queued",    "processing",  "done",
				       "cancelled", "dead_letter", NULL };

/* What a filter finds tells of it as much as showing it does. */
static enum err_code check_veil(const struct request *rq, const struct filter *filter,
				struct err *err)
{
	for (size_t i = 0; rq->is_veiled && i < filter->terms.n; i++) {
		const struct filter_clause *term = LIST_AT(&filter->terms, struct filter_clause, i);

		for (size_t k = 0; term->key == FILTER_ARGS && k < term->path.n; k++) {
			const struct str step = *LIST_AT(&term->path, struct str, k);

			if (redact_is_secret(&api_of(rq)->secrets, step))
				return err_param(err, "filter",
						 "what is under \"%.*s\" is hidden "
						 "from you, and cannot be asked for",
						 STR_ARG(str_head_utf8(step, 60)));
		}
	}
	return ERR_OK;
}

enum err_code param_filter(const struct request *rq, usec_t now, struct job_filter *filter,
			   struct err *err)
{
	struct filter terms;
	struct str text;
	TRY(param_text(rq, "filter", FILTER_ANY, &text, err));
	TRY(filter_parse(text, rq->arena, &terms, err));
	TRY(check_veil(rq, &terms, err));
	store_filter_add(filter, &terms, now, rq->arena);
	return ERR_OK;
}

/* Last, because it adds to the others. */
static enum err_code add_filter(const struct request *rq, struct job_filter *filter,
				struct err *err)
{
	return param_filter(rq, api_now(rq), filter, err);
}

enum err_code param_search(const struct request *rq, struct job_filter *ret, struct err *err)
{
	struct job_filter filter = { .name_is_part = true };
	struct str query;
	TRY(param_text(rq, "q", SEARCH_MAX, &filter.text, err));
	TRY(param_text(rq, "query", SEARCH_MAX, &query, err));
	TRY(param_text(rq, "job_name", STORE_NAME_MAX, &filter.job_name, err));
	TRY(param_choice(rq, "status", param_statuses, &filter.status, err));
	TRY(param_text(rq, "queue", STORE_NAME_MAX, &filter.queue, err));
	if (!filter.text.p)
		filter.text = query;
	TRY(add_filter(rq, &filter, err));
	*ret = filter;
	return ERR_OK;
}

enum err_code param_dead_search(const struct request *rq, struct job_filter *ret, struct err *err)
{
	struct job_filter filter = { .status = str_of(job_state_name(JOB_DEAD_LETTER)) };
	TRY(param_text(rq, "q", SEARCH_MAX, &filter.text, err));
	TRY(param_text(rq, "queue", STORE_NAME_MAX, &filter.queue, err));
	TRY(param_text(rq, "job_name", STORE_NAME_MAX, &filter.job_name, err));
	TRY(param_text(rq, "reason", STORE_NAME_MAX, &filter.reason, err));
	TRY(param_signature(rq, &filter.signature, err));
	TRY(add_filter(rq, &filter, err));
	*ret = filter;
	return ERR_OK;
}
