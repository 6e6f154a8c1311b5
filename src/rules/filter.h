/* filter.h -- the small language in which lists of jobs are asked for: text to terms and back.
 *
 *     status:dead queue:mail,sms error:"timed out" args.user_id:42 attempts:>2 -created:<1h
 *
 * Its grammar is told in docs/dashboard.md. Nothing here knows a database or the time. */
#ifndef RULES_FILTER_H
#define RULES_FILTER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/record.h"
#include "base/str.h"

#define FILTER_CHARACTERS_MAX 1024
#define FILTER_TERMS_MAX 32
#define FILTER_PATH_MAX 8

enum filter_key {
	FILTER_TEXT,            /* a word without a qualifier */
	FILTER_STATUS,
	FILTER_QUEUE,
	FILTER_TYPE,
	FILTER_ERROR,
	FILTER_CREATED,
	FILTER_ATTEMPTS,
	FILTER_PRIORITY,
	FILTER_ARGS,
	FILTER_WORKER,
	FILTER_PRODUCER,
	FILTER_ID,
	FILTER_REASON,
	FILTER_UPDATED,
	FILTER_SCHEDULED,
	FILTER_FINISHED,
	FILTER_KEY__COUNT
};

enum filter_status {
	FILTER_QUEUED,
	FILTER_READY,
	FILTER_LATER,           /* "scheduled": queued, and not yet due */
	FILTER_PROCESSING,
	FILTER_DONE,
	FILTER_CANCELLED,
	FILTER_DEAD,
	FILTER_STATUS__COUNT
};

enum filter_op {
	FILTER_IS,              /* text, whole; of args: quoted, a string */
	FILTER_BEGINS,          /* text, its beginning; "" - there is any */
	FILTER_HOLDS,           /* text, a part of it, in any case of letters */
	FILTER_WORTH,           /* of args: a string, a number, true, false or null of this text */
	FILTER_STATE,           /* low is an enum filter_status */
	FILTER_BETWEEN,         /* a number or a moment: low and high, both included */
	FILTER_AGE,             /* so old: low and high, both included */
};

struct filter_value {
	enum filter_op op;
	struct str text;
	int64_t low, high;      /* I64_NULL: open */
};

struct filter_clause {
	enum filter_key key;
	bool is_not;
	struct list values;     /* struct filter_value, one at least; one of them has to hold */
	struct list path;       /* of args: struct str */
};

/* All of the terms have to hold. */
struct filter {
	struct list terms;      /* struct filter_clause, at most FILTER_TERMS_MAX */
};

/* Texts are in the arena.
 * Errors: INVALID  a sentence that says what is wrong, and where: err->position, err->length */
enum err_code filter_parse(struct str text, struct arena *arena, struct filter *ret,
			   struct err *err) MUST_CHECK;
/* What would be parsed as the same again. */
void filter_print(const struct filter *filter, struct buf *out);
/* A text as a value, in quotes where it needs them. */
void filter_print_text(struct str text, struct buf *out);
/* The same as a step of a path. */
void filter_print_step(struct str step, struct buf *out);

enum filter_kind {
	FILTER_KIND_STATUS,
	FILTER_KIND_NAME,
	FILTER_KIND_PART,
	FILTER_KIND_ID,
	FILTER_KIND_NUMBER,
	FILTER_KIND_TIME,
	FILTER_KIND_ARGS,
};

struct filter_qualifier {
	const char *name;
	enum filter_kind kind;
	const char *example;
	const char *doc;
};

/* By enum filter_key; FILTER_TEXT has no name. */
extern const struct filter_qualifier filter_qualifiers[FILTER_KEY__COUNT];
extern const char *const filter_statuses[FILTER_STATUS__COUNT];

#endif
