/* lite_value.c -- values of SQLite, which may be of any type in any column, and our fields. */
#include "db/lite/lite.h"

#include <math.h>

#include "base/parse.h"

static struct str text_of(sqlite3_stmt *stmt, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);

	return (struct str){ (const char *)text, (size_t)sqlite3_column_bytes(stmt, column) };
}

/* A float that is whole and fits. */
static bool whole(double f, int64_t *ret_n)
{
	if (!(f >= -9.2e18 && f <= 9.2e18) || f != floor(f))
		return false;
	*ret_n = (int64_t)f;
	return true;
}

static void put_integer(const struct field *field, void *at, int64_t n)
{
	switch (field->type) {
	case F_I64:
	case F_TIME:
		*(int64_t *)at = n;
		return;
	case F_F64:
		*(double *)at = (double)n;
		return;
	case F_BOOL:
		*(int8_t *)at = n != 0;
		return;
	case F_STR:
	case F_JSON:
		return;
	}
}

static void put_float(const struct field *field, void *at, double f)
{
	int64_t n;

	if (field->type == F_F64)
		*(double *)at = isfinite(f) ? f : NAN;
	else if (whole(f, &n))
		put_integer(field, at, n);
}

/* Nothing checks a column that is meant to be JSON, and the API copies it as it is. */
static bool is_json(struct lite *lite, struct str text)
{
	sqlite3_stmt *check = lite->json_valid;
	int64_t is_valid = 0;

	if (!str_is_utf8(text))
		return false;
	if (!check && sqlite3_prepare_v3(lite->db, "SELECT json_valid(?1)", -1,
					 SQLITE_PREPARE_PERSISTENT, &lite->json_valid, NULL) !=
			      SQLITE_OK)
		return false;
	check = lite->json_valid;
	sqlite3_bind_text(check, 1, text.p, (int)text.n, SQLITE_STATIC);
	if (sqlite3_step(check) == SQLITE_ROW)
		is_valid = sqlite3_column_int64(check, 0);
	sqlite3_reset(check);
	sqlite3_clear_bindings(check);
	return is_valid == 1;
}

static void put_text(struct lite *lite, struct db_rows *rows, const struct field *field,
		     void *object, struct str text)
{
	if (!text.p || (field->type == F_JSON && !is_json(lite, text)))
		return;
	/* What is not a number or a time stays NULL. */
	(void)db_field_put(rows, field, object, text);
}

void lite_read_field(struct lite *lite, struct db_rows *rows, const struct field *field,
		     void *object, sqlite3_stmt *stmt, int column)
{
	void *at = (char *)object + field->offset;
	const int type = sqlite3_column_type(stmt, column);
	const bool is_text = field->type == F_STR || field->type == F_JSON;

	if (type == SQLITE_NULL)
		return;
	if (type == SQLITE_BLOB && !(is_text && str_is_utf8(text_of(stmt, column))))
		return;
	if (type == SQLITE_INTEGER && !is_text)
		put_integer(field, at, sqlite3_column_int64(stmt, column));
	else if (type == SQLITE_FLOAT && !is_text)
		put_float(field, at, sqlite3_column_double(stmt, column));
	else
		put_text(lite, rows, field, object, text_of(stmt, column));
}

static int bind_str(sqlite3_stmt *stmt, int n, struct str text)
{
	if (!text.p)
		return sqlite3_bind_null(stmt, n);
	return sqlite3_bind_text64(stmt, n, text.p, text.n, SQLITE_STATIC, SQLITE_UTF8);
}

int lite_bind(sqlite3_stmt *stmt, int n, const struct param *param)
{
	switch (param->type) {
	case F_I64:
	case F_TIME:
		if (param->i64 != I64_NULL)
			return sqlite3_bind_int64(stmt, n, param->i64);
		break;
	case F_BOOL:
		if (param->i64 >= 0)
			return sqlite3_bind_int64(stmt, n, param->i64 > 0);
		break;
	case F_F64:
		if (!isnan(param->f64))
			return sqlite3_bind_double(stmt, n, param->f64);
		break;
	case F_STR:
	case F_JSON:
		return bind_str(stmt, n, param->str);
	}
	return sqlite3_bind_null(stmt, n);
}
