/* record.h -- one description of a struct, from which rows are read, JSON is written and tables
 * are printed. */
#ifndef BASE_RECORD_H
#define BASE_RECORD_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/str.h"

enum field_type {
	F_I64,          /* int64_t;     NULL is I64_NULL */
	F_F64,          /* double;      NULL is NAN */
	F_BOOL,         /* int8_t;      NULL is -1 */
	F_TIME,         /* usec_t;      NULL is TIME_NULL */
	F_STR,          /* struct str;  NULL is p == NULL */
	F_JSON,         /* struct str holding JSON text that the database checked; spliced in */
};

struct arena;

#define I64_NULL INT64_MIN

struct field {
	const char *name;       /* column name, JSON key, table heading */
	enum field_type type;
	size_t offset;
	int flags;
};

/* Not a column of the query's rows: the store fills it in (0 / NULL / "" until then). */
#define FIELD_COMPUTED 1
/* Read from rows, but never written out. */
#define FIELD_HIDDEN 2
/* The text may be missing from the rows of some statements: then it is NULL. */
#define FIELD_OPTIONAL 4
/* May hold secrets: not for everybody as it is (rules/redact.h). */
#define FIELD_PRIVATE 8

struct record {
	const char *name;
	size_t size;
	const struct field *fields;     /* ended by a NULL name */
};

/* The _Generic makes a wrong member type a compile error. */
#define FIELD_CHECKED(st, member, ctype, ftype, fl)                                             \
	{ #member, _Generic(((st *)0)->member, ctype: ftype), offsetof(st, member), fl }
#define FIELD_I64(st, member) FIELD_CHECKED(st, member, int64_t, F_I64, 0)
#define FIELD_F64(st, member) FIELD_CHECKED(st, member, double, F_F64, 0)
#define FIELD_BOOL(st, member) FIELD_CHECKED(st, member, int8_t, F_BOOL, 0)
#define FIELD_TIME(st, member) FIELD_CHECKED(st, member, usec_t, F_TIME, 0)
#define FIELD_STR(st, member) FIELD_CHECKED(st, member, struct str, F_STR, 0)
#define FIELD_JSON(st, member) FIELD_CHECKED(st, member, struct str, F_JSON, 0)
#define FIELD_STR_FLAGS(st, member, fl) FIELD_CHECKED(st, member, struct str, F_STR, fl)
#define FIELD_I64_FLAGS(st, member, fl) FIELD_CHECKED(st, member, int64_t, F_I64, fl)
#define FIELD_F64_FLAGS(st, member, fl) FIELD_CHECKED(st, member, double, F_F64, fl)
#define FIELD_BOOL_FLAGS(st, member, fl) FIELD_CHECKED(st, member, int8_t, F_BOOL, fl)
#define FIELD_TIME_FLAGS(st, member, fl) FIELD_CHECKED(st, member, usec_t, F_TIME, fl)
#define FIELD_JSON_FLAGS(st, member, fl) FIELD_CHECKED(st, member, struct str, F_JSON, fl)
#define FIELD_END { NULL, F_I64, 0, 0 }

/* The texts of an object copied into the arena, so that it outlives what it was read into. */
void record_keep(const struct record *record, void *object, struct arena *arena);

/* Every field to its NULL, and what is not a field to zero. */
void record_clear(const struct record *record, void *object);

#endif
