/* rows.c -- from a database's columns to the fields of a struct, by name and within a limit. */
#include "db/rows.h"

#include <assert.h>

#include "base/parse.h"

static int column_of(const struct field *field, int n_columns, db_column_fn name_of,
		     const void *result)
{
	if (field->flags & FIELD_COMPUTED)
		return -1;
	for (int i = 0; i < n_columns; i++) {
		const char *name = name_of(result, i);

		if (name && strcmp(name, field->name) == 0)
			return i;
	}
	return -1;
}

enum err_code db_map_make(struct db_map *map, const struct record *record, int n_columns,
			  db_column_fn name_of, const void *result, struct err *err)
{
	map->record = NULL;
	for (size_t i = 0; record->fields[i].name; i++) {
		const struct field *field = &record->fields[i];
		const int column = column_of(field, n_columns, name_of, result);

		assert(i < DB_FIELDS_MAX);
		if (column < 0 && !(field->flags & (FIELD_COMPUTED | FIELD_OPTIONAL)))
			return err_set(err, ERR_INTERNAL, "the rows have no column %s (record %s)",
				       field->name, record->name);
		map->column[i] = (int16_t)column;
	}
	map->record = record;
	map->n_columns = n_columns;
	return ERR_OK;
}

struct db_rows db_rows_new(const struct record *record, struct arena *arena)
{
	struct db_rows rows = { .record = record };

	if (record && arena)
		rows.list = list_new(arena, record->size);
	return rows;
}

enum err_code db_rows_check(const struct db_rows *rows, struct err *err)
{
	if (rows->size <= DB_RESULT_MAX)
		return ERR_OK;
	return err_set(err, ERR_TOO_LARGE, "the result is larger than %zu MiB; ask for less",
		       DB_RESULT_MAX >> 20);
}

enum err_code db_rows_add(struct db_rows *rows, void **ret_object, struct err *err)
{
	rows->size += rows->record->size;
	TRY(db_rows_check(rows, err));
	*ret_object = list_add(&rows->list);
	record_clear(rows->record, *ret_object);
	return ERR_OK;
}

/* A text that goes over the limit is left out; db_rows_check then says so. */
static bool put_text(struct db_rows *rows, void *at, struct str text)
{
	rows->size += text.n + 1;
	if (rows->size <= DB_RESULT_MAX)
		*(struct str *)at = str_copy(rows->list.arena, text);
	return true;
}

static bool put_bool(void *at, struct str text)
{
	bool is_true;

	if (!parse_bool(text, &is_true))
		return false;
	*(int8_t *)at = is_true;
	return true;
}

bool db_field_put(struct db_rows *rows, const struct field *field, void *object, struct str text)
{
	void *at = (char *)object + field->offset;

	switch (field->type) {
	case F_I64:
		return parse_i64(text, at);
	case F_F64:
		return parse_f64(text, at);
	case F_BOOL:
		return put_bool(at, text);
	case F_TIME:
		return time_parse(text, at);
	case F_STR:
	case F_JSON:
		return put_text(rows, at, text);
	}
	return false;
}
