/* lane.c -- an executor's connection. */
#include <stdlib.h>

#include "api/context.h"
#include "store/shared.h"

/* How messages call the database: callers need not know where it is, and the log has said it. */
#define LABEL "the database"

/* Two tries to connect are at least this far apart. */
#define RETRY_PAUSE (500 * MSEC)

enum err_code lane_open(void *context, bool may_write, void **ret_lane, struct err *err)
{
	(void)err;
	struct lane *lane = xalloc(sizeof(*lane));
	*lane = (struct lane){ .api = context, .may_write = may_write };
	log_to(lane->api->log);
	pthread_mutex_init(&lane->guard, NULL);
	*ret_lane = lane;
	return ERR_OK;
}

void lane_close(void *p)
{
	struct lane *lane = p;
	if (lane->is_open)
		store_release(&lane->store);
	pthread_mutex_destroy(&lane->guard);
	free(lane);
}

void lane_cancel(void *p)
{
	struct lane *lane = p;
	atomic_store(&lane->is_cancelled, true);
	pthread_mutex_lock(&lane->guard);
	if (lane->is_open)
		db_cancel(lane->store.db);
	pthread_mutex_unlock(&lane->guard);
}

void lane_deadline(void *p, usec_t mono)
{
	struct lane *lane = p;
	lane->deadline = mono;
	atomic_store(&lane->is_cancelled, false);
	if (lane->is_open)
		db_set_deadline(lane->store.db, mono);
}

/* Whom the server lets in is no matter of the caller's, nor is what its address looks like. A
 * server that refuses is not asked for each request; db.c does the same for a connection that
 * broke. */
static enum err_code connect_now(struct lane *lane, struct store *ret_store, struct err *err)
{
	struct db_options options = lane->api->database;
	const usec_t began = clock_mono();

	options.role = lane->may_write ? DB_WRITE : DB_READ;
	options.label = LABEL;
	if (store_open(&options, ret_store, err) == ERR_OK)
		return ERR_OK;
	const usec_t now = clock_mono();
	const usec_t took = now - began;
	lane->next_try = now + (took > RETRY_PAUSE ? took : RETRY_PAUSE);
	if (err->code == ERR_FORBIDDEN || err->code == ERR_INVALID)
		err->code = ERR_UNAVAILABLE;
	lane->last = *err;
	return err->code;
}

static enum err_code connect_lane(struct lane *lane, struct err *err)
{
	struct store store;

	if (clock_mono() < lane->next_try) {
		*err = lane->last;
		return err->code;
	}
	TRY(connect_now(lane, &store, err));
	store.stale_after = lane->api->settings->queue.heartbeat_timeout;
	pthread_mutex_lock(&lane->guard);
	lane->store = store;
	lane->is_open = true;
	pthread_mutex_unlock(&lane->guard);
	db_set_deadline(store.db, lane->deadline);
	db_set_stop(store.db, &lane->is_cancelled);
	return ERR_OK;
}

enum err_code api_store_checked(struct request *rq, struct store **ret, struct err *err)
{
	struct lane *lane = rq->lane;
	struct schema_report report;

	lane->is_checked = false;
	if (!lane->is_open)
		TRY(connect_lane(lane, err));
	TRY(store_schema_check(&lane->store, rq->arena, &report, err));
	TRY(schema_report_err(&report, LABEL, err));
	lane->is_checked = true;
	*ret = &lane->store;
	return ERR_OK;
}

/* Looked at again until it is usable: somebody may be running `soniq setup` at this moment. */
enum err_code api_store(struct request *rq, struct store **ret, struct err *err)
{
	struct lane *lane = rq->lane;

	if (!lane->is_open || !lane->is_checked)
		TRY(api_store_checked(rq, ret, err));
	*ret = &lane->store;
	store_round(&lane->store, rq->round);
	return ERR_OK;
}

usec_t api_now(const struct request *rq)
{
	struct lane *lane = rq->lane;

	return lane && lane->is_open ? store_now(&lane->store) : clock_now();
}
