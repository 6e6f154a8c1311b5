/* system.h -- what state the database is in: for whoever looks after it. */
#ifndef STORE_SYSTEM_H
#define STORE_SYSTEM_H

#include "store/store.h"

struct system_table {
	struct str name;
	int64_t rows;                   /* about; I64_NULL, here and below: not known */
	int64_t dead_rows;
	int64_t table_bytes;
	int64_t index_bytes;
	usec_t last_vacuum;             /* TIME_NULL: never, or not known */
};
extern const struct record system_table_record;

/* What the database does not tell our role is NULL. */
struct system_state {
	struct str version;
	int8_t is_standby;
	int64_t size_bytes;
	int64_t connections, connections_max;
	double oldest_transaction_seconds;      /* 0: none is open */
	struct str schema_version;
	struct list tables;             /* struct system_table, the largest first */
};
extern const struct record system_record;

/* Cheap at any size: nothing is counted. What takes too long or is refused is left NULL, or out.
 *
 * Takes:  has_history  store_history() is HISTORY_OK
 * Errors: those of db_query, but for TIMEOUT, BUSY and FORBIDDEN */
enum err_code store_system(struct store *st, bool has_history, struct arena *arena,
			   struct system_state *ret, struct err *err) MUST_CHECK;

#endif
