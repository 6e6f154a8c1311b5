/* holder.c -- the jobs in hand, by whose hands they are in. */
#include "store/holder.h"

#include <inttypes.h>

#include "rules/verdict.h"
#include "store/worker.h"

#define QUEUES_MAX 500
#define HOLDERS_MAX 500

struct holder_row {
	struct str worker_id;
	struct str hostname;
	int64_t pid;
	usec_t last_heartbeat;
	int8_t is_live, is_stale, is_there;
	int64_t jobs;
	usec_t since;
	int8_t is_cut;
};
static const struct field holder_fields[] = {
	FIELD_STR(struct holder_row, worker_id), FIELD_STR(struct holder_row, hostname),
	FIELD_I64(struct holder_row, pid),       FIELD_TIME(struct holder_row, last_heartbeat),
	FIELD_BOOL(struct holder_row, is_live),  FIELD_BOOL(struct holder_row, is_stale),
	FIELD_BOOL(struct holder_row, is_there), FIELD_I64(struct holder_row, jobs),
	FIELD_TIME(struct holder_row, since),    FIELD_BOOL(struct holder_row, is_cut),
	FIELD_END,
};
static const struct record holder_record = { "holder", sizeof(struct holder_row), holder_fields };

struct str holder_name(struct arena *arena, struct str hostname, int64_t pid)
{
	if (!hostname.p)
		return STR_NULL;
	if (pid == I64_NULL)
		return hostname;
	return str_of(arena_printf(arena, "%.*s:%" PRId64, STR_ARG(hostname), pid));
}

int64_t held_most(int64_t active)
{
	return active > HELD_MAX ? HELD_PART : HELD_MAX;
}

static struct holder_facts facts_of(struct arena *arena, const struct holder_row *row)
{
	struct str worker = holder_name(arena, row->hostname, row->pid);

	if (row->is_there == 1 && !worker.p)
		worker = S("");
	return (struct holder_facts){
		.worker_id = row->worker_id,
		.worker = worker,
		.last_heartbeat = row->last_heartbeat,
		.is_live = row->is_live == 1,
		.is_stale = row->is_stale == 1,
		.jobs = row->jobs,
		.since = row->since,
	};
}

enum err_code store_holders(struct store *st, int64_t jobs_max, struct arena *arena,
			    struct list *ret, bool *ret_is_cut, struct err *err)
{
	const struct call *call =
		CALL(SQL_JOB_HOLDERS, &holder_record, P_I64(jobs_max), P_I64(QUEUES_MAX),
		     P_I64(STORE_NAME_MAX), P_I64(st->stale_after), P_I64(HOLDERS_MAX));
	struct list rows;
	TRY(db_query(st->db, call, arena, &rows, err));

	*ret_is_cut = rows.n > 0 && LIST_AT(&rows, struct holder_row, 0)->is_cut == 1;
	*ret = list_new(arena, sizeof(struct holder_facts));
	for (size_t i = 0; i < rows.n; i++)
		*(struct holder_facts *)list_add(ret) =
			facts_of(arena, LIST_AT(&rows, struct holder_row, i));
	return ERR_OK;
}
