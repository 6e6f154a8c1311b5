/* dead_group_verbs.c -- dead letters of one group replayed or deleted, a few in a transaction. */
#include "store/dead_groups.h"

#include "base/parse.h"
#include "store/dead_look.h"
#include "store/replay.h"

#define BATCH 50        /* rows of one transaction: others wait no longer than for these */

struct members {
	const char *signature;
	struct list ids;        /* struct str, the newest first */
};

static void note_member(void *arg, const struct dead_error *row, const struct failure *failure)
{
	struct members *m = arg;

	if (strcmp(m->signature, failure->signature) == 0)
		*(struct str *)list_add(&m->ids) = str_copy(m->ids.arena, row->id);
}

/* What is done to one, inside a transaction. ret_n: 1, or 0 where somebody else did it. */
typedef enum err_code (*step_fn)(struct store *st, struct str id, int64_t *ret_n,
				 struct err *err);

static enum err_code delete_one(struct store *st, struct str id, int64_t *ret_n, struct err *err)
{
	return db_exec(st->db, CALL(SQL_DEAD_DELETE, NULL, P_STR(id)), ret_n, err);
}

static enum err_code replay_one(struct store *st, struct str id, int64_t *ret_n, struct err *err)
{
	char made[UUID_TEXT_LEN + 1];
	bool is_made;
	TRY(replay_make(st, SQL_DEAD_MARK_ONCE, id, made, &is_made, err));

	*ret_n = is_made;
	return ERR_OK;
}

/* The n that end before `end`, the last of them first: all callers in one order, so that no two
 * wait for each other. */
static enum err_code run_batch(struct store *st, const struct list *ids, const size_t range[2],
			       step_fn step, int64_t *n_done, struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	int64_t n = 0, n_one;
	TRY(db_begin(st->db, &tx, err));

	for (size_t i = range[1]; i > range[0]; i--) {
		TRY(step(st, *LIST_AT(ids, struct str, i - 1), &n_one, err));
		n += n_one;
	}
	TRY(db_commit(&tx, err));
	*n_done += n;
	return ERR_OK;
}

static bool is_time(usec_t until)
{
	return until == 0 || clock_mono() < until;
}

/* Gives how many of the ids were not come to. */
static enum err_code run_all(struct store *st, const struct group_verb *verb,
			     const struct list *ids, step_fn step, struct group_done *done,
			     struct err *err)
{
	const size_t limit = (size_t)verb->limit;
	const size_t stop = ids->n > limit ? ids->n - limit : 0;
	enum err_code code = ERR_OK;
	size_t end = ids->n;

	while (end > stop && code == ERR_OK && (end == ids->n || is_time(verb->until))) {
		const size_t begin = end - stop > BATCH ? end - BATCH : stop;
		code = run_batch(st, ids, (const size_t[]){ begin, end }, step, &done->n, err);
		end = code == ERR_OK ? begin : end;
	}
	done->has_more = end > 0;
	return done->n > 0 ? ERR_OK : code;
}

static enum err_code run(struct store *st, const struct group_verb *verb, bool is_replay,
			 struct group_done *ret, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct group_want want = { .filter = verb->filter, .since = TIME_NULL,
					 .before = verb->before, .is_unreplayed = is_replay };
	struct members m = { verb->signature, list_new(&arena, sizeof(struct str)) };
	struct group_done done = { 0 };
	bool is_whole;
	TRY(store_dead_look(st, &want, (struct note){ note_member, &m }, &is_whole, err));

	TRY(run_all(st, verb, &m.ids, is_replay ? replay_one : delete_one, &done, err));
	/* What is done makes way for older ones to be looked at. */
	done.has_more = done.has_more || (done.n > 0 && !is_whole);
	*ret = done;
	return ERR_OK;
}

enum err_code store_group_replay(struct store *st, const struct group_verb *verb,
				 struct group_done *ret, struct err *err)
{
	return run(st, verb, true, ret, err);
}

enum err_code store_group_delete(struct store *st, const struct group_verb *verb,
				 struct group_done *ret, struct err *err)
{
	return run(st, verb, false, ret, err);
}
