/* lane.c -- an executor's connection. */
#include <stdlib.h>

#include "api/context.h"

/* How messages call the database: callers need not know where it is, and the log has said it. */
#define LABEL "the database"

enum err_code lane_open(void *context, bool may_write, void **ret_lane, struct err *err)
{
	(void)err;
	struct lane *lane = xalloc(sizeof(*lane));
	*lane = (struct lane){ .api = context, .may_write = may_write };
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
	pthread_mutex_lock(&lane->guard);
	if (lane->is_open)
		db_cancel(lane->store.db);
	pthread_mutex_unlock(&lane->guard);
}

void lane_deadline(void *p, usec_t mono)
{
	struct lane *lane = p;
	lane->deadline = mono;
	if (lane->is_open)
		db_set_deadline(lane->store.db, mono);
}

static void set_store(struct lane *lane, const struct store *store)
{
	pthread_mutex_lock(&lane->guard);
	lane->store = store ? *store : (struct store){ 0 };
	lane->is_open = store != NULL;
	pthread_mutex_unlock(&lane->guard);
}

/* Whom the server lets in is no matter of the caller's. */
static enum err_code connect_lane(const struct db_options *options, struct store *store,
				  struct err *err)
{
	const enum err_code code = store_open(options, store, err);

	if (code == ERR_FORBIDDEN)
		err->code = ERR_UNAVAILABLE;
	return code == ERR_OK ? ERR_OK : err->code;
}

enum err_code api_store_bare(struct request *rq, struct store **ret, struct err *err)
{
	struct lane *lane = rq->lane;
	if (!lane->is_open) {
		struct db_options options = lane->api->database;
		options.role = lane->may_write ? DB_WRITE : DB_READ;
		options.label = LABEL;
		struct store store;
		TRY(connect_lane(&options, &store, err));
		set_store(lane, &store);
		db_set_deadline(store.db, lane->deadline);
	}
	*ret = &lane->store;
	return ERR_OK;
}

/* The connection is given up when the schema is not usable, so that the next request looks again:
 * somebody may be running `soniq setup` at this moment. */
enum err_code api_store(struct request *rq, struct store **ret, struct err *err)
{
	struct lane *lane = rq->lane;
	const bool is_new = !lane->is_open;
	struct store *store;
	TRY(api_store_bare(rq, &store, err));

	if (is_new) {
		struct schema_report report;
		enum err_code code = store_schema_check(store, rq->arena, &report, err);
		if (code == ERR_OK)
			code = schema_report_err(&report, LABEL, err);
		if (code != ERR_OK) {
			struct store gone = lane->store;
			set_store(lane, NULL);
			store_release(&gone);
			return code;
		}
	}
	*ret = store;
	return ERR_OK;
}
