/* twin.h -- another session that comes at the same moment. */
#ifndef STORE_TWIN_H
#define STORE_TWIN_H

#include <pthread.h>
#include <unistd.h>

#include "store/work.h"
#include "support/store_fixture.h"

/* Another session that queues a job of the dedup key "k" in a transaction, which ends while
 * others wait for it: what they saw before is then no longer so. */
struct twin {
	struct store store;
	pthread_t thread;
	bool has_failed;
};

static inline UNUSED void *twin_run(void *arg)
{
	const struct new_job job = { .job_name = S("mail"), .priority = 100, .max_attempts = 1,
				     .dedup_key = S("k") };
	char id[UUID_TEXT_LEN + 1];
	struct err err = { 0 };
	struct twin *twin = arg;
	AUTO(db_tx) struct db_tx tx = { 0 };

	twin->has_failed = db_begin(twin->store.db, &tx, &err) != ERR_OK ||
			   store_enqueue(&twin->store, &job, id, &err) != ERR_OK;
	usleep(300000);
	twin->has_failed = twin->has_failed || db_commit(&tx, &err) != ERR_OK;
	return NULL;
}

static inline UNUSED void twin_start(struct bench *b, struct twin *twin)
{
	*twin = (struct twin){ 0 };
	CHECK_OK(b, store_open(&b->db.options, &twin->store, &b->err));
	assert_int_equal(pthread_create(&twin->thread, NULL, twin_run, twin), 0);
	usleep(100000);
}

static inline UNUSED void twin_end(struct twin *twin)
{
	pthread_join(twin->thread, NULL);
	store_release(&twin->store);
	assert_false(twin->has_failed);
}

#endif
