/* schema.h -- for the store itself: the catalog, and which migrations are whose. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/setup.h"

#define SCHEMA_MIGRATIONS "soniq_migrations"

struct table_column {
	struct str table_name;
	struct str column_name;
	int8_t must_be_given;           /* NOT NULL, and no default */
};

/* The columns of all of Soniq's tables that are there. */
enum err_code schema_columns(struct store *st, struct arena *arena, struct list *ret,
			     struct err *err) MUST_CHECK;
/* column NULL: is the table there at all? */
bool schema_has(const struct list *columns, struct str table, struct str column);

/* As store_migrations, where the columns are known already. */
enum err_code migrations_of(struct store *st, const struct list *columns, struct arena *arena,
			    struct list *ret, struct err *err) MUST_CHECK;
/* One of ours, or one of the Python project's that changes nothing for us. */
bool migration_is_known(struct str version);

#endif
