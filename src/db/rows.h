/* rows.h -- what both drivers share: columns found by name, and rows within a limit. */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include "db/db.h"

#define DB_FIELDS_MAX 64
#define DB_RESULT_MAX ((size_t)32 << 20)        /* bytes of one result, structs and texts */

/* For each field of a record the column that it is read from. */
struct db_map {
	const struct record *record;            /* NULL: the map is not made yet */
	int n_columns;
	int16_t column[DB_FIELDS_MAX];          /* -1: none, the field keeps its NULL */
};

typedef const char *(*db_column_fn)(const void *result, int column);

/* Find the columns of a record by name; the first of that name counts.
 *
 * Errors: INTERNAL  a field that is neither computed nor optional has no column */
enum err_code db_map_make(struct db_map *map, const struct record *record, int n_columns,
			  db_column_fn name_of, const void *result, struct err *err) MUST_CHECK;

/* The rows that were read so far. */
struct db_rows {
	const struct record *record;
	struct list list;
	size_t size;                            /* bytes, of at most DB_RESULT_MAX */
};

struct db_rows db_rows_new(const struct record *record, struct arena *arena);
/* Add an object, all NULL. Its place is borrowed until the next one is added. */
enum err_code db_rows_add(struct db_rows *rows, void **ret_object, struct err *err) MUST_CHECK;
/* After the fields of a row: TOO_LARGE when a text was left out because of the limit. */
enum err_code db_rows_check(const struct db_rows *rows, struct err *err) MUST_CHECK;
/* Put a text (p is not NULL) into a field: copied, parsed, or false if it is not of the type. */
bool db_field_put(struct db_rows *rows, const struct field *field, void *object, struct str text);

#endif
