/* api_group.c -- groups of equal failures: which there are, one, and verbs on one. */
#include <inttypes.h>

#include "api/context.h"
#include "api/params.h"
#include "rules/job_state.h"
#include "rules/signature.h"
#include "store/dead_groups.h"

#define TEXT_SHORT_MAX 256
#define HOURS_MAX 8784

static void shorten_group(void *p, struct arena *arena)
{
	struct group *group = p;
	(void)arena;
	group->sample_error = str_head_utf8(group->sample_error, TEXT_SHORT_MAX);
}

static enum err_code groups_wanted(const struct request *rq, struct group_want *ret,
				   struct err *err)
{
	int64_t hours = 0, limit = 50;
	struct str cursor;
	TRY(param_dead_search(rq, &ret->filter, err));
	TRY(param_int(rq, "hours", (const int64_t[]){ 0, HOURS_MAX }, &hours, err));
	TRY(param_int(rq, "limit", (const int64_t[]){ 1, STORE_PAGE_MAX }, &limit, err));
	if (hours > 0)
		ret->since = api_now(rq) - hours * HOUR;
	ret->limit = (int)limit;
	TRY(param_cursor(rq, &cursor, err));
	if (cursor.p && !cursor_parse_group(cursor, ret))
		return param_cursor_fail(err);
	return ERR_OK;
}

static void add_next_group(struct request *rq, struct reply *reply, const struct list *rows)
{
	const struct group *last = LIST_AT(rows, struct group, rows->n - 1);

	answer_next_cursor(rq, reply, cursor_format_group(last, rq->arena));
}

static enum err_code groups_list(struct request *rq, struct reply *reply, struct err *err)
{
	struct group_want want = { .since = TIME_NULL, .before = TIME_NULL };
	enum export_format format;
	TRY(groups_wanted(rq, &want, err));
	TRY(param_format(rq, &format, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct group_list list;
	TRY(store_group_list(store, &want, rq->arena, &list, err));
	answer_quality(rq, reply, &list.quality);
	answer_total(rq, reply, list.n_looked);
	if (list.has_more)
		add_next_group(rq, reply, &list.rows);
	answer_table(rq, reply,
		     &(struct table){ format, &group_record, &list.rows, shorten_group, NULL });
	return ERR_OK;
}

static enum err_code path_signature(const struct request *rq, char ret[SIGNATURE_LEN + 1],
				    struct err *err)
{
	if (!signature_is_valid(rq->parts[0]))
		return err_set(err, ERR_NOT_FOUND, "There is no group of this signature.");
	memcpy(ret, rq->parts[0].p, SIGNATURE_LEN);
	ret[SIGNATURE_LEN] = '\0';
	return ERR_OK;
}

/* The same ones for as long as `as_of` is: an age would let go of more with every call. */
static enum err_code group_filter(const struct request *rq, struct job_filter *ret,
				  struct err *err)
{
	struct job_filter filter = { .status = str_of(job_state_name(JOB_DEAD_LETTER)) };
	usec_t as_of;
	TRY(param_moment(rq, "as_of", &as_of, err));
	TRY(param_filter(rq, as_of == TIME_NULL ? api_now(rq) : as_of, &filter, err));
	*ret = filter;
	return ERR_OK;
}

static enum err_code group_get(struct request *rq, struct reply *reply, struct err *err)
{
	char signature[SIGNATURE_LEN + 1];
	struct group_want want = { .since = TIME_NULL, .before = TIME_NULL,
				   .signature = signature, .limit = 1 };
	TRY(path_signature(rq, signature, err));
	TRY(group_filter(rq, &want.filter, err));
	TRY(param_moment(rq, "before", &want.before, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	struct group group;
	struct quality quality;
	TRY(store_group_find(store, &want, rq->arena, &group, &quality, err));
	answer_quality(rq, reply, &quality);
	answer_veil(rq, &group_record, &group);
	answer_record(reply, &group_record, &group);
	return ERR_OK;
}

/* ---- verbs ---- */

typedef enum err_code (*group_fn)(struct store *st, const struct group_verb *verb,
				  struct group_done *ret, struct err *err);

static enum err_code verb_wanted(const struct request *rq, struct group_verb *ret,
				 struct err *err)
{
	int64_t limit = GROUP_VERB_MAX;
	TRY(group_filter(rq, &ret->filter, err));
	TRY(param_moment(rq, "before", &ret->before, err));
	if (ret->before == TIME_NULL)
		return err_param(err, "before", "before must say up to which moment they were "
				 "looked at, as last_seen or Soniq-As-Of gave it");
	TRY(param_int(rq, "limit", (const int64_t[]){ 1, GROUP_VERB_MAX }, &limit, err));
	ret->limit = (int)limit;
	return ERR_OK;
}

/* Half of the time that is left: looking took some, and the last transaction takes some. */
static usec_t stop_at(const struct request *rq)
{
	const struct lane *lane = rq->lane;
	const usec_t now = clock_mono();

	return lane->deadline > now ? now + (lane->deadline - now) / 2 : now + 5 * SECOND;
}

static enum err_code answer_group(struct reply *reply, const struct group_done *done,
				  const char *message)
{
	struct json j = answer_json(reply);
	json_open_object(&j);
	json_key(&j, "message");
	json_text(&j, message);
	json_key(&j, "done");
	json_i64(&j, done->n);
	json_key(&j, "remaining");
	json_bool(&j, done->has_more);
	json_close_object(&j);
	return ERR_OK;
}

static enum err_code act(struct request *rq, struct reply *reply, group_fn run,
			 const char *past, struct err *err)
{
	char signature[SIGNATURE_LEN + 1];
	struct group_verb verb = { .signature = signature };
	struct group_done done;
	TRY(path_signature(rq, signature, err));
	TRY(verb_wanted(rq, &verb, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	verb.until = stop_at(rq);
	TRY(run(store, &verb, &done, err));
	return answer_group(reply, &done,
			    arena_printf(rq->arena, "%" PRId64 " dead-letter job(s) %s", done.n,
					 past));
}

static enum err_code group_replay(struct request *rq, struct reply *reply, struct err *err)
{
	return act(rq, reply, store_group_replay, "replayed", err);
}

static enum err_code group_delete(struct request *rq, struct reply *reply, struct err *err)
{
	return act(rq, reply, store_group_delete, "deleted", err);
}

const struct route api_group_routes[] = {
	{ HTTP_GET, "/api/dead-letter/groups", groups_list, LANE_READ, WANT_READ, ROUTE_SNAPSHOT,
	  "failure_groups_list" },
	{ HTTP_GET, "/api/dead-letter/groups/{signature}", group_get, LANE_READ, WANT_READ,
	  ROUTE_SNAPSHOT, "failure_group_get" },
	{ HTTP_DELETE, "/api/dead-letter/groups/{signature}", group_delete, LANE_WRITE,
	  WANT_DESTROY, 0, "failure_group_delete" },
	{ HTTP_POST, "/api/dead-letter/groups/{signature}/replay", group_replay, LANE_WRITE,
	  WANT_OPERATE, 0, "failure_group_replay" },
	{ 0 },
};
