/* db_texts.h -- statements of the tests' own, in the place of those of src/sql.
 *
 * sql_texts and migration_texts are defined here, so that the linker leaves out the real ones. */
#ifndef UNIT_DB_TEXTS_H
#define UNIT_DB_TEXTS_H

#include "db/db.h"

enum text_id {
	T_ECHO,
	T_TOO_FEW,
	T_SWAPPED,
	T_LONG,
	T_PUT,
	T_RENAME,
	T_ALL,
	T_STAR,
	T_NO_TABLE,
	T_NO_COLUMN,
	T_BIG,
	T_WHERE,
	T_HOSTILE,
	T_TIME,
	T__COUNT
};

_Static_assert((int)T__COUNT <= (int)SQL__COUNT, "the tests have more statements than the program");

#define T(id) ((enum sql_id)(id))

const struct migration_text migration_texts[] = { { 0 } };

const struct sql_text sql_texts[SQL__COUNT + 1] = {
	[T_ECHO] = { .name = "test_echo", .n_params = 6,
		.pg = "SELECT $1::bigint AS i, $2::float8 AS f, $3::boolean AS b, "
		      "$4::timestamptz AS t, $5::text AS s, $6::jsonb AS j",
		.lite = "SELECT ?1 AS i, ?2 AS f, ?3 AS b, ?4 AS t, ?5 AS s, ?6 AS j" },
	[T_TOO_FEW] = { .name = "test_too_few", .n_params = 0,
		.pg = "SELECT 1 AS i",
		.lite = "SELECT 1 AS i" },
	[T_SWAPPED] = { .name = "test_swapped", .n_params = 0,
		.pg = "SELECT '[]'::jsonb AS j, 'text' AS s, now() AS t, true AS b, 2 AS "
		      "f, 1 AS i, 9 AS i",
		.lite = "SELECT '[]' AS j, 'text' AS s, now() AS t, 1 AS b, 2 AS f, 1 AS i, "
			"9 AS i" },
	[T_LONG] = { .name = "test_long", .n_params = 1,
		.pg = "SELECT count(*) AS id, NULL AS name FROM pg_sleep($1::bigint)",
		.lite = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
			"WHERE i < 100000000000 * ?1) SELECT count(*) AS id, NULL AS name "
			"FROM n" },
	[T_PUT] = { .name = "test_put", .n_params = 2,
		.pg = "INSERT INTO thing (id, name) VALUES ($1, $2)",
		.lite = "INSERT INTO thing (id, name) VALUES (?1, ?2)" },
	[T_RENAME] = { .name = "test_rename", .n_params = 1,
		.pg = "UPDATE thing SET name = $1",
		.lite = "UPDATE thing SET name = ?1" },
	[T_ALL] = { .name = "test_all", .n_params = 0,
		.pg = "SELECT id, name FROM thing ORDER BY id",
		.lite = "SELECT id, name FROM thing ORDER BY id" },
	[T_STAR] = { .name = "test_star", .n_params = 0,
		.pg = "SELECT * FROM thing ORDER BY id",
		.lite = "SELECT * FROM thing ORDER BY id" },
	[T_NO_TABLE] = { .name = "test_no_table", .n_params = 0,
		.pg = "SELECT id, name FROM missing",
		.lite = "SELECT id, name FROM missing" },
	[T_NO_COLUMN] = { .name = "test_no_column", .n_params = 0,
		.pg = "SELECT absent AS id, name FROM thing",
		.lite = "SELECT absent AS id, name FROM thing" },
	[T_BIG] = { .name = "test_big", .n_params = 1,
		.pg = "SELECT n AS id, repeat('x', 1000000) AS name FROM "
		      "generate_series(1, $1::int) AS n",
		.lite = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
			"WHERE i < ?1) SELECT i AS id, printf('%.*c', 1000000, 'x') AS name "
			"FROM n" },
	[T_WHERE] = { .name = "test_where", .n_params = 1,
		.pg = "SELECT pg_backend_pid() AS id, current_setting($1::text) AS name",
		.lite = "SELECT now() AS id, uuid4() || uuid7() || ?1 AS name" },
	[T_HOSTILE] = { .name = "test_hostile", .n_params = 0,
		.pg = "SELECT NULL::bigint AS i, NULL::float8 AS f, NULL::boolean AS b, "
		      "NULL::timestamptz AS t, NULL::text AS s, NULL::jsonb AS j",
		.lite = "SELECT v AS i, v AS f, v AS b, v AS t, v AS s, v AS j FROM odd "
			"WHERE id = 1" },
	[T_TIME] = { .name = "test_time", .n_params = 1,
		.pg = "SELECT 1 AS id, $1::timestamptz::text AS name",
		.lite = "SELECT 1 AS id, ?1 AS name" },
};

struct pair {
	int64_t id;
	struct str name;
};

static const struct field pair_fields[] = {
	FIELD_I64(struct pair, id),
	FIELD_STR(struct pair, name),
	FIELD_END,
};
static const struct record pair_record = { "pair", sizeof(struct pair), pair_fields };

/* A field of every type, one that no statement has, one that a statement may have. */
struct every {
	int64_t i;
	double f;
	int8_t b;
	usec_t t;
	struct str s;
	struct str j;
	int64_t computed;
	struct str optional;
};

static const struct field every_fields[] = {
	FIELD_I64(struct every, i),
	FIELD_F64(struct every, f),
	FIELD_BOOL(struct every, b),
	FIELD_TIME(struct every, t),
	FIELD_STR(struct every, s),
	FIELD_JSON(struct every, j),
	FIELD_I64_FLAGS(struct every, computed, FIELD_COMPUTED),
	FIELD_STR_FLAGS(struct every, optional, FIELD_OPTIONAL),
	FIELD_END,
};
static const struct record every_record UNUSED = { "every", sizeof(struct every), every_fields };

#endif
