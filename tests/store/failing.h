/* failing.h -- dead letters with errors, for tests of their groups. */
#ifndef STORE_FAILING_H
#define STORE_FAILING_H

#include "rules/signature.h"
#include "store/dead_groups.h"
#include "store/rows.h"

static const UNUSED struct group_want all = { .since = TIME_NULL, .before = TIME_NULL,
					      .limit = 50 };

static inline UNUSED const char *signature_of(struct bench *b, const char *error)
{
	const struct failure f = failure_of(str_of(error), STR_NULL, &b->arena);

	return arena_printf(&b->arena, "%s", f.signature);
}

static inline UNUSED void put_error(struct bench *b, int n, const char *error, const char *more)
{
	put_dead(b, n, arena_printf(&b->arena, "last_error = '%s'%s%s", error,
				    more ? ", " : "", more ? more : ""));
}

static inline UNUSED struct group_list groups(struct bench *b, struct group_want want)
{
	struct group_list list = { 0 };

	CHECK_OK(b, store_group_list(&b->store, &want, &b->arena, &list, &b->err));
	return list;
}

static inline UNUSED const struct group *group_at(const struct group_list *list, size_t i)
{
	assert_true(i < list->rows.n);
	return LIST_AT(&list->rows, struct group, i);
}

/* Rows by one statement: the newest has the number n. */
static inline UNUSED void put_many(struct bench *b, int n, const char *error)
{
	static const char *const columns =
		"INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, "
		"max_attempts, attempts, last_error, dead_letter_reason, original_created_at, "
		"moved_to_dead_letter_at) ";
	given(b,
	      arena_printf(&b->arena,
			   "%s SELECT ('00000000-0000-4000-8000-' || "
			   "lpad(i::text, 12, '0'))::uuid, "
			   "'m', '{}', 'q', 1, 1, 1, %s, 'r', now(), "
			   "'2024-01-01'::timestamptz + i * interval '1 second' "
			   "FROM generate_series(1, %d) AS i", columns, error, n),
	      arena_printf(&b->arena,
			   "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE "
			   "i < %d) %s SELECT printf('00000000-0000-4000-8000-%%012d', i), 'm', "
			   "'{}', 'q', 1, 1, 1, %s, 'r', 0, 1704067200000000 + i * 1000000 FROM s",
			   n, columns, error));
}

#endif
