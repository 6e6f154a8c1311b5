/* worker_life.c -- a worker's row from registering to stopping, and what becomes of its jobs. */
#include <inttypes.h>

#include "json/json.h"
#include "store/worker.h"
#include "store/written.h"

#define SWEPT_MAX 500
#define METADATA_MAX 4096

/* Puts back what the worker holds; part of the caller's transaction. CONFLICT: try all of it
 * again with drop_keys, which cannot meet another session's twin. */
static enum err_code release_jobs(struct store *st, struct str id, bool drop_keys,
				  int64_t *ret_jobs, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list freed;
	TRY(db_query(st->db,
		     CALL(SQL_WORKER_RELEASE_JOBS, &id_record, P_STR(id), P_BOOL(drop_keys)),
		     &arena, &freed, err));
	*ret_jobs = (int64_t)freed.n;
	return ERR_OK;
}

struct sweep {
	struct store *st;
	usec_t stale_after;
	int64_t n_workers;
	int64_t n_jobs;
};

static enum err_code sweep_once(struct sweep *sweep, struct str id, bool drop_keys,
				struct err *err)
{
	struct db *db = sweep->st->db;
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(db, &tx, err));

	int64_t changed, jobs;
	TRY(db_exec(db, CALL(SQL_WORKER_LAPSE, NULL, P_STR(id), P_I64(sweep->stale_after)),
		    &changed, err));
	if (changed == 0)       /* it beat, or somebody else was here */
		return ERR_OK;
	TRY(release_jobs(sweep->st, id, drop_keys, &jobs, err));
	TRY(db_commit(&tx, err));

	sweep->n_workers++;
	sweep->n_jobs += jobs;
	return ERR_OK;
}

static enum err_code sweep_worker(struct sweep *sweep, struct str id, struct err *err)
{
	const enum err_code code = sweep_once(sweep, id, false, err);

	if (code != ERR_CONFLICT)
		return code;
	*err = (struct err){ 0 };
	return sweep_once(sweep, id, true, err);
}

enum err_code store_worker_sweep(struct store *st, usec_t stale_after, int64_t *ret_workers,
				 int64_t *ret_jobs, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct sweep sweep = { .st = st, .stale_after = stale_after };
	struct list silent;
	TRY(db_query(st->db,
		     CALL(SQL_WORKER_SILENT, &id_record, P_I64(stale_after), P_I64(SWEPT_MAX)),
		     &arena, &silent, err));

	for (size_t i = 0; i < silent.n; i++)
		TRY(sweep_worker(&sweep, LIST_AT(&silent, struct id_row, i)->id, err));
	*ret_workers = sweep.n_workers;
	*ret_jobs = sweep.n_jobs;
	return ERR_OK;
}

static enum err_code worker_check(const struct worker *worker, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];

	if (!parse_uuid(worker->id, uuid))
		return err_param(err, "id", "is not an id");
	TRY(text_check(worker->hostname, "hostname", STORE_NAME_MAX, err));
	if (worker->pid < 0 || worker->pid > INT32_MAX)
		return err_param(err, "pid", "is not the id of a process");
	if (worker->concurrency < 1 || worker->concurrency > INT32_MAX)
		return err_param(err, "concurrency", "must be 1 or more");
	if (worker->queues.p && !(str_starts(worker->queues, S("[")) &&
				  json_is_valid(worker->queues, false, 1)))
		return err_param(err, "queues", "must be a JSON array of texts");
	if (worker->metadata.p && !json_is_valid(worker->metadata, true, JSON_DEPTH_MAX))
		return err_param(err, "metadata", "must be a JSON object");
	return ERR_OK;
}

static void add_number(struct json *j, const char *key, double value)
{
	if (isnan(value))
		return;
	json_key(j, key);
	json_f64(j, value);
}

/* What the Python project's `inspect` prints of a worker; NULL where there is nothing to tell. */
static struct str metadata_of(double cpu_percent, double memory_mb, struct arena *arena)
{
	AUTO(buf) struct buf text = buf_new(METADATA_MAX);
	struct json j = json_new(&text);

	if (isnan(cpu_percent) && isnan(memory_mb))
		return STR_NULL;
	json_open_object(&j);
	add_number(&j, "cpu_percent", cpu_percent);
	add_number(&j, "memory_mb", memory_mb);
	json_close_object(&j);
	return str_copy(arena, buf_str(&text));
}

/* The process that had this host name and pid before is gone: what it held goes back. */
static enum err_code predecessor_drop(struct store *st, const struct worker *worker,
				      bool drop_keys, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list old;
	TRY(db_query(st->db,
		     CALL(SQL_WORKER_AT, &id_record, P_STR(worker->hostname), P_I64(worker->pid)),
		     &arena, &old, err));

	for (size_t i = 0; i < old.n; i++) {
		const struct str id = LIST_AT(&old, struct id_row, i)->id;
		int64_t jobs;

		TRY(release_jobs(st, id, drop_keys, &jobs, err));
		TRY(db_exec(st->db, CALL(SQL_WORKER_DROP, NULL, P_STR(id)), NULL, err));
	}
	return ERR_OK;
}

static enum err_code register_once(struct store *st, const struct worker *worker, bool drop_keys,
				   struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str told = metadata_of(worker->cpu_percent, worker->memory_mb, &arena);
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(st->db, &tx, err));
	TRY(predecessor_drop(st, worker, drop_keys, err));

	const struct call *call =
		CALL(SQL_WORKER_REGISTER, NULL, P_STR(worker->id), P_STR(worker->hostname),
		     P_I64(worker->pid), P_STR(worker->queues.p ? worker->queues : S("[]")),
		     P_I64(worker->concurrency), P_STR(worker->version),
		     P_STR(worker->metadata.p ? worker->metadata : told));
	TRY(db_exec(st->db, call, NULL, err));
	return db_commit(&tx, err);
}

enum err_code store_worker_register(struct store *st, const struct worker *worker,
				    struct err *err)
{
	TRY(worker_check(worker, err));

	const enum err_code code = register_once(st, worker, false, err);
	if (code != ERR_CONFLICT)
		return code;
	*err = (struct err){ 0 };
	return register_once(st, worker, true, err);
}

static enum err_code worker_gone(int64_t changed, const char *uuid, struct err *err)
{
	if (changed > 0)
		return ERR_OK;
	return err_set(err, ERR_NOT_FOUND, "there is no worker %.36s", uuid);
}

enum err_code store_worker_beat(struct store *st, const char *uuid, double cpu_percent,
				double memory_mb, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct str told = metadata_of(cpu_percent, memory_mb, &arena);
	int64_t changed;
	TRY(db_exec(st->db, CALL(SQL_WORKER_BEAT, NULL, P_TEXT(uuid), P_STR(told)), &changed,
		    err));
	return worker_gone(changed, uuid, err);
}

enum err_code store_worker_stop(struct store *st, const char *uuid, struct err *err)
{
	int64_t changed;
	TRY(db_exec(st->db, CALL(SQL_WORKER_STOP, NULL, P_TEXT(uuid)), &changed, err));
	return worker_gone(changed, uuid, err);
}

enum err_code store_registry_put(struct store *st, const char *uuid, struct str task_name,
				 struct err *err)
{
	TRY(text_check(task_name, "task_name", STORE_NAME_MAX, err));
	return db_exec(st->db, CALL(SQL_REGISTRY_PUT, NULL, P_STR(task_name), P_TEXT(uuid)),
		       NULL, err);
}
