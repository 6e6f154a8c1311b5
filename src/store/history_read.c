/* history_read.c -- how many there are now, and the attempts of one job, which may be gone. */
#include <stdlib.h>

#include "rules/job_state.h"
#include "store/history.h"
#include "store/job.h"
#include "store/quality.h"
#include "store/shared.h"

#define UNFOLDED_MAX 20000
/* Of all queues, names and statuses. */
#define GAUGES_MAX 100000
#define ATTEMPT_ERROR_MAX 4000

const struct record gauge_record = {
	"gauge",
	sizeof(struct gauge),
	(const struct field[]){
		FIELD_STR(struct gauge, queue),
		FIELD_STR(struct gauge, job_name),
		FIELD_STR(struct gauge, status),
		FIELD_I64(struct gauge, n),
		FIELD_I64(struct gauge, dated),
		FIELD_BOOL(struct gauge, is_other_queue),
		FIELD_BOOL(struct gauge, is_other_type),
		FIELD_END,
	},
};

/* A gauge, or (status NULL) what is said of all of them. */
struct gauge_row {
	struct gauge gauge;
	usec_t folded_at;
	int8_t is_due;    /* for a recount */
	int8_t is_behind; /* too much is unfolded, and was left out */
};

#define GAUGE_FIELD(member, type)                                                                  \
	{                                                                                          \
#member, type, offsetof(struct gauge_row, gauge.member), 0                         \
	}

static const struct field gauge_row_fields[] = {
	GAUGE_FIELD(queue, F_STR),
	GAUGE_FIELD(job_name, F_STR),
	GAUGE_FIELD(status, F_STR),
	GAUGE_FIELD(n, F_I64),
	GAUGE_FIELD(dated, F_I64),
	GAUGE_FIELD(is_other_queue, F_BOOL),
	GAUGE_FIELD(is_other_type, F_BOOL),
	FIELD_TIME(struct gauge_row, folded_at),
	FIELD_BOOL(struct gauge_row, is_due),
	FIELD_BOOL(struct gauge_row, is_behind),
	FIELD_END,
};
static const struct record gauge_row_record = { "gauge_row", sizeof(struct gauge_row),
						gauge_row_fields };

/* While it is made up for, page by page, some of what is newer is in it and some is not. */
static void note_head(const struct store *st, struct quality *quality, const struct gauge_row *head)
{
	if (head->is_due == 1 || head->is_behind == 1)
		quality_worsen(quality, KIND_ESTIMATED);
	if (head->is_behind == 1 && head->folded_at != TIME_NULL)
		quality->as_of = store_by_our_clock(st, head->folded_at);
}

/* Fewer than none, or more with a moment than there are, is a fault of the gauges, which a recount
 * mends. */
static bool is_wrong(const struct gauge *gauge)
{
	return gauge->n < 0 || gauge->dated < 0 || gauge->dated > gauge->n;
}

/* Whether it was the one that speaks of all. */
static bool note_row(const struct store *st, struct list *gauges, struct quality *quality,
		     const struct gauge_row *row)
{
	if (!row->gauge.status.p) {
		note_head(st, quality, row);
		return true;
	}
	if (is_wrong(&row->gauge))
		quality_worsen(quality, KIND_ESTIMATED);
	if (row->gauge.n >= 0)
		*(struct gauge *)list_add(gauges) = row->gauge;
	return false;
}

/* All as one is cheap by itself; in a round it is a sum of what others of the round want, too. */
static enum err_code read_gauges(struct store *st, const struct gauge_want *want,
				 struct arena *arena, struct list *ret, usec_t *as_of,
				 struct err *err)
{
	const bool is_one = !want->by_queue && !want->by_type;
	const bool by_queue = want->by_queue || is_one;
	const struct call *call =
		want->queue.p ? CALL(SQL_X_READ_QUEUE, &gauge_row_record, P_I64(UNFOLDED_MAX),
				     P_STR(want->queue), P_I64(HISTORY_QUEUES_MAX))
		: is_one && st->shared.round == 0
			? CALL(SQL_X_READ_TOTALS, &gauge_row_record, P_I64(UNFOLDED_MAX))
			: CALL(SQL_X_READ_GAUGES, &gauge_row_record, P_BOOL(by_queue),
			       P_BOOL(want->by_type), P_I64(UNFOLDED_MAX),
			       P_I64(HISTORY_QUEUES_MAX), P_I64(HISTORY_TYPES_MAX),
			       P_I64(GAUGES_MAX));

	return store_query_shared(st, call, arena, ret, as_of, err);
}

enum err_code store_gauge_sums(struct store *st, const struct gauge_want *want, struct arena *arena,
			       struct list *ret, struct quality *ret_quality, struct err *err)
{
	struct quality quality = quality_new();
	struct list gauges = list_new(arena, sizeof(struct gauge));
	struct list rows;
	TRY(read_gauges(st, want, arena, &rows, &quality.as_of, err));

	bool has_head = false;
	for (size_t i = 0; i < rows.n; i++)
		has_head |= note_row(st, &gauges, &quality, LIST_AT(&rows, struct gauge_row, i));
	if (gauges.n >= GAUGES_MAX || !has_head)
		quality_worsen(&quality, KIND_ESTIMATED);
	*ret = gauges;
	*ret_quality = quality;
	return ERR_OK;
}

enum err_code store_gauges(struct store *st, struct arena *arena, struct list *ret,
			   struct quality *ret_quality, struct err *err)
{
	const struct gauge_want want = { .by_queue = true, .by_type = true };

	return store_gauge_sums(st, &want, arena, ret, ret_quality, err);
}

static const struct field attempt_fields[] = {
	FIELD_I64(struct attempt, attempt),
	FIELD_STR(struct attempt, worker_id),
	FIELD_STR(struct attempt, worker),
	FIELD_TIME_FLAGS(struct attempt, created_at, FIELD_HIDDEN),
	FIELD_TIME(struct attempt, started_at),
	FIELD_TIME(struct attempt, ended_at),
	FIELD_F64(struct attempt, wait_ms),
	FIELD_F64(struct attempt, run_ms),
	FIELD_STR(struct attempt, outcome),
	FIELD_STR_FLAGS(struct attempt, error, FIELD_PRIVATE),
	FIELD_STR_FLAGS(struct attempt, queue, FIELD_HIDDEN),
	FIELD_STR_FLAGS(struct attempt, job_name, FIELD_HIDDEN),
	FIELD_END,
};
const struct record attempt_record = { "attempt", sizeof(struct attempt), attempt_fields };

static bool is_moment(usec_t t)
{
	return t != TIME_NULL && t != TIME_INFINITY && t != TIME_MINUS_INFINITY;
}

/* An attempt after another has waited since that one ended, at most. */
static void mend_wait(struct attempt *now, const struct attempt *before)
{
	if (!is_moment(now->started_at) || !is_moment(before->ended_at))
		return;
	const double longest = fmax((double)(now->started_at - before->ended_at) / MSEC, 0);

	now->wait_ms = fmin(now->wait_ms, longest);
}

static enum err_code read_attempts(struct store *st, const char *uuid, struct arena *arena,
				   struct list *ret, struct err *err)
{
	struct history history;
	TRY(store_history(st, arena, &history, err));
	if (history.state != HISTORY_OK)
		return err_set(err, ERR_SCHEMA, "there is no history; `soniq setup` makes one");

	struct list rows;
	const struct call *call =
		CALL(SQL_X_READ_ATTEMPTS, &attempt_record, P_TEXT(uuid),
		     P_I64(HISTORY_ATTEMPTS_MAX), P_I64(ATTEMPT_ERROR_MAX), P_I64(STORE_NAME_MAX));
	TRY(db_query(st->db, call, arena, &rows, err));

	for (size_t i = rows.n; i-- > 0;) {
		struct attempt *made = list_add(ret);

		*made = *LIST_AT(&rows, struct attempt, i);
		if (ret->n > 1)
			mend_wait(made, made - 1);
	}
	return ERR_OK;
}

enum err_code store_attempts(struct store *st, const char *uuid, struct arena *arena,
			     struct list *ret, struct err *err)
{
	*ret = list_new(arena, sizeof(struct attempt));

	const enum err_code code = read_attempts(st, uuid, arena, ret, err);
	if (code != ERR_SCHEMA && code != ERR_FORBIDDEN)
		return code;
	store_history_forget(st);
	return ERR_OK;
}

static struct str status_after(struct str outcome)
{
	return str_eq(outcome, S("dead")) ? str_of(job_state_name(JOB_DEAD_LETTER)) : outcome;
}

static void remember(struct job *job, const char *uuid, const struct attempt *last,
		     struct arena *arena)
{
	record_clear(&job_record, job);
	job->id = str_copy(arena, str_of(uuid));
	job->kind = S("history");
	job->job_name = last->job_name;
	job->queue = last->queue;
	job->status = status_after(last->outcome);
	job->attempts = last->attempt;
	job->last_error = last->error;
	job->worker_id = last->worker_id;
	job->created_at = last->created_at;
	job->updated_at = last->ended_at;
}

enum err_code store_job_trace(struct store *st, const char *uuid, struct arena *arena,
			      struct job *ret_job, struct list *ret_attempts, struct err *err)
{
	struct err why = { 0 };
	const enum err_code code = store_job_find(st, uuid, arena, ret_job, &why);
	const bool is_gone = code == ERR_NOT_FOUND;

	if (code == ERR_OK || is_gone)
		TRY(store_attempts(st, uuid, arena, ret_attempts, err));
	if (code != ERR_OK && (!is_gone || ret_attempts->n == 0)) {
		*err = why;
		return code;
	}
	if (is_gone)
		remember(ret_job, uuid,
			 LIST_AT(ret_attempts, struct attempt, ret_attempts->n - 1), arena);
	return ERR_OK;
}

enum err_code store_job_recall(struct store *st, const char *uuid, struct arena *arena,
			       struct job *ret, struct err *err)
{
	struct list attempts;
	const enum err_code code = store_job_find(st, uuid, arena, ret, err);

	return code == ERR_NOT_FOUND ? store_job_trace(st, uuid, arena, ret, &attempts, err) : code;
}
