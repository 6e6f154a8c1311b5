/* setup.c -- makes the tables, once, whoever else is at it. */
#include "store/setup.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/schema.h"

/* An index on a large table takes its time; so does somebody else's migration. */
#define STATEMENT_TIMEOUT (10 * MINUTE)
#define LOCK_PATIENCE (60 * SECOND)
#define TRIES 3

static const struct field migration_fields[] = {
	FIELD_STR(struct migration, version),
	FIELD_STR_FLAGS(struct migration, name, FIELD_OPTIONAL),
	FIELD_TIME_FLAGS(struct migration, applied_at, FIELD_OPTIONAL),
	FIELD_BOOL_FLAGS(struct migration, is_known, FIELD_COMPUTED),
	FIELD_END,
};
const struct record migration_record = { "migration", sizeof(struct migration),
					 migration_fields };

/* Core migrations of newer Python releases that were looked at: nothing that we read or write
 * changes its meaning. They are theirs to apply. */
static const char *const harmless[] = {
	"0006",         /* 0.2.0: functions for producers, another default of max_attempts */
};

static const struct migration_text *ours(struct str version)
{
	for (const struct migration_text *m = migration_texts; m->version; m++) {
		if (str_eq(version, str_of(m->version)))
			return m;
	}
	return NULL;
}

bool migration_is_known(struct str version)
{
	for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
		if (str_eq(version, str_of(harmless[i])))
			return true;
	}
	return ours(version) != NULL;
}

static bool is_recorded(const struct list *recorded, const struct migration_text *m)
{
	for (size_t i = 0; i < recorded->n; i++) {
		if (str_eq(LIST_AT(recorded, struct migration, i)->version, str_of(m->version)))
			return true;
	}
	return false;
}

static int by_version(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;

	return str_order(x->version, y->version);
}

static struct migration of_text(const struct migration_text *m, usec_t applied_at)
{
	return (struct migration){ .version = str_of(m->version), .name = str_of(m->name),
				   .applied_at = applied_at, .is_known = 1 };
}

enum err_code migrations_of(struct store *st, const struct list *columns, struct arena *arena,
			    struct list *ret, struct err *err)
{
	struct list all = list_new(arena, sizeof(struct migration));

	if (schema_has(columns, S(SCHEMA_MIGRATIONS), S("version")))
		TRY(db_query(st->db, CALL0(SQL_MIGRATION_LIST, &migration_record), arena, &all,
			     err));
	for (size_t i = 0; i < all.n; i++) {
		struct migration *m = LIST_AT(&all, struct migration, i);

		m->is_known = ours(m->version) != NULL;
	}
	const struct list recorded = all;
	for (const struct migration_text *m = migration_texts; m->version; m++) {
		if (!is_recorded(&recorded, m))
			*(struct migration *)list_add(&all) = of_text(m, TIME_NULL);
	}
	qsort(all.items, all.n, sizeof(struct migration), by_version);
	*ret = all;
	return ERR_OK;
}

enum err_code store_migrations(struct store *st, struct arena *arena, struct list *ret,
			       struct err *err)
{
	struct list columns;
	TRY(schema_columns(st, arena, &columns, err));

	return migrations_of(st, &columns, arena, ret, err);
}

/* Looking needs no right to make tables, and there is mostly nothing to make. */
static enum err_code find_pending(struct store *st, bool *ret_is, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list all;
	TRY(store_migrations(st, &arena, &all, err));

	*ret_is = false;
	for (size_t i = 0; i < all.n; i++)
		*ret_is |= LIST_AT(&all, struct migration, i)->applied_at == TIME_NULL;
	return ERR_OK;
}

static enum err_code make_bookkeeping(struct store *st, struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	TRY(db_begin(st->db, &tx, err));

	TRY(db_exec(st->db, CALL0(SQL_MIGRATION_TABLE, NULL), NULL, err));
	TRY(db_exec(st->db, CALL0(SQL_MIGRATION_INDEX, NULL), NULL, err));
	return db_commit(&tx, err);
}

static enum err_code find_recorded(struct store *st, const struct migration_text *m,
				   bool *ret_is, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list rows;
	TRY(db_query(st->db, CALL(SQL_MIGRATION_FIND, &migration_record, P_TEXT(m->version)),
		     &arena, &rows, err));

	*ret_is = rows.n > 0;
	return ERR_OK;
}

static enum err_code apply_one(struct store *st, const struct migration_text *m,
			       struct list *applied, struct err *err)
{
	AUTO(db_tx) struct db_tx tx = { 0 };
	bool is_there;
	TRY(db_begin(st->db, &tx, err));

	TRY(find_recorded(st, m, &is_there, err));
	if (is_there)
		return ERR_OK;
	TRY(db_run_script(st->db, db_is_sqlite(st->db) ? m->lite : m->pg, err));
	TRY(db_exec(st->db, CALL(SQL_MIGRATION_PUT, NULL, P_TEXT(m->version), P_TEXT(m->name)),
		    NULL, err));
	TRY(db_commit(&tx, err));
	*(struct migration *)list_add(applied) = of_text(m, clock_now());
	return ERR_OK;
}

static enum err_code apply_all(struct store *st, struct list *applied, struct err *err)
{
	bool is_pending;
	TRY(find_pending(st, &is_pending, err));
	if (!is_pending)
		return ERR_OK;

	TRY(make_bookkeeping(st, err));
	for (const struct migration_text *m = migration_texts; m->version; m++) {
		if (apply_one(st, m, applied, err) == ERR_OK)
			continue;
		char prefix[80];
		snprintf(prefix, sizeof(prefix), "migration %s_%s", m->version, m->name);
		return err_prefix(err, prefix);
	}
	return ERR_OK;
}

/* Somebody who does not take the lock can be in the way: what he has done is then found. */
static enum err_code apply_firmly(struct store *st, struct list *applied, struct err *err)
{
	enum err_code code = ERR_OK;

	for (int i = 0; i < TRIES; i++) {
		code = apply_all(st, applied, err);
		if (code != ERR_CONFLICT && code != ERR_BUSY)
			break;
	}
	return code;
}

static enum err_code open_or_make(const struct db_options *options, struct store *st,
				  bool *ret_made, struct err *err)
{
	*ret_made = false;
	const enum err_code code = store_open(options, st, err);
	if (code != ERR_UNAVAILABLE)
		return code;
	TRY(db_create_database(options, ret_made, err));
	return store_open(options, st, err);
}

static enum err_code take_lock(struct store *st, struct err *err)
{
	const enum err_code code = db_lock(st->db, SONIQ_LOCK_MIGRATIONS, LOCK_PATIENCE, err);

	if (code != ERR_BUSY)
		return code;
	return err_set(err, code,
		       "%s: another setup, of this program or of the Python tool, has held the "
		       "migration lock for a minute; wait until it is done, or end it",
		       db_label(st->db));
}

/* The lock ends with the connection. */
enum err_code store_setup(const struct db_options *options, struct arena *arena,
			  struct setup_result *ret, struct err *err)
{
	AUTO(store) struct store st = { 0 };
	struct db_options own = *options;
	struct setup_result result = { .applied = list_new(arena, sizeof(struct migration)) };

	own.role = DB_WRITE;
	own.must_exist = true;
	if (own.statement_timeout < STATEMENT_TIMEOUT)
		own.statement_timeout = STATEMENT_TIMEOUT;
	TRY(open_or_make(&own, &st, &result.made_database, err));
	TRY(take_lock(&st, err));
	TRY(apply_firmly(&st, &result.applied, err));

	while (migration_texts[result.n_known].version)
		result.n_known++;
	*ret = result;
	return ERR_OK;
}
