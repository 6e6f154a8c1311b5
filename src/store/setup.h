/* setup.h -- the tables: are they there, are they ours to use, and making them. */
#ifndef STORE_SETUP_H
#define STORE_SETUP_H

#include "store/store.h"

enum schema_state {
	SCHEMA_OK,              /* every table and column that we use is there */
	SCHEMA_ABSENT,          /* not one table of Soniq */
	SCHEMA_PARTIAL,         /* some are missing: `missing` names them */
	SCHEMA_INCOMPATIBLE,    /* a column of soniq_jobs must be given that we do not know */
};

struct schema_report {
	enum schema_state state;
	struct str missing;             /* "soniq_jobs.dedup_key, soniq_workers", or NULL */
	struct str newer;               /* versions that are recorded and unknown to us, or NULL */
	struct str latest;              /* the highest version recorded, or NULL */
};

/* Look at the catalog. Never changes anything. */
enum err_code store_schema_check(struct store *st, struct arena *arena,
				 struct schema_report *ret, struct err *err) MUST_CHECK;
/* ERR_OK when the state is SCHEMA_OK; else SCHEMA with a message that says what to do. */
enum err_code schema_report_err(const struct schema_report *report, const char *label,
				struct err *err) MUST_CHECK;

struct migration {
	struct str version;             /* "0001" */
	struct str name;                /* "core"; NULL when recorded by somebody else */
	usec_t applied_at;              /* TIME_NULL: pending */
	int8_t is_known;                /* 1: one of ours */
};
extern const struct record migration_record;

/* All known and all recorded migrations, by version; none recorded when the table is missing. */
enum err_code store_migrations(struct store *st, struct arena *arena, struct list *ret,
			       struct err *err) MUST_CHECK;

struct setup_result {
	bool made_database;
	struct list applied;            /* struct migration: those that this call applied */
	size_t n_known;
};

/* Bring the schema to 0005: create the database or file when it is missing, take the lock that
 * the Python tool takes (SONIQ_LOCK_MIGRATIONS), apply what is not recorded, each in its own
 * transaction with its row in soniq_migrations. Any number may run at once, in any mix with the
 * Python tool; each migration is applied once.
 *
 * Errors: those of db_open, db_create_database, db_run_script; BUSY when the lock is not had
 *         in 60 s (says who may hold it) */
enum err_code store_setup(const struct db_options *options, struct arena *arena,
			  struct setup_result *ret, struct err *err) MUST_CHECK;

/* Advisory locks shared with the Python project: signed big-endian BLAKE2b-64 of
 * "soniq.leadership.v1/" + name (docs/compatibility.md). */
#define SONIQ_LOCK_MIGRATIONS (-3170183739012905038LL)
#define SONIQ_LOCK_MAINTENANCE 4325948971829913621LL
#define SONIQ_LOCK_SCHEDULER 1159553910399431960LL

#endif
