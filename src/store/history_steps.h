/* history_steps.h -- for the store itself: all that setting the history up, or taking it away,
 * consists of, as one table; and what of it a database has. */
#ifndef STORE_HISTORY_STEPS_H
#define STORE_HISTORY_STEPS_H

#include "store/history_setup.h"

/* One thing that a database has or lacks. */
struct part {
	struct str kind; /* table, function, trigger, index ... */
	struct str name;
	int8_t is_there;
	int8_t is_valid; /* 0: a trigger is disabled, an index half made */
	int8_t may_read;
	usec_t now; /* the same in all of them */
};

enum err_code history_parts(struct store *st, struct arena *arena, struct list *ret,
			    struct err *err) MUST_CHECK;

/* When a step is run. */
enum step_need {
	NEED_SCRIPT, /* the history is not whole, or its text is not what was run */
	NEED_PART,   /* its part is missing, or its text is not what was run */
	NEED_GONE,   /* its part, or one of its kind, is there */
	NEED_UNDONE, /* it undoes a step that was done */
};

enum {
	STEP_TX = 1,        /* in a transaction with the row that says so; else outside of any */
	STEP_OPTIONAL = 2,  /* what the server cannot do is left out, with the reason */
	STEP_PG = 4,        /* nothing to do on SQLite */
	STEP_ROW_FIRST = 8, /* killed half-way, it must be known that it was us */
	STEP_TABLES = 16,   /* wants a short lock on tables that are written */
	STEP_YIELDS = 32,   /* left out where somebody has settings of his own */
};

struct step_text {
	const char *name;
	const char *what; /* for people */
	enum step_need need;
	int flags;
	const char *kind, *part;            /* part NULL: any of the kind */
	const struct migration_text *texts; /* a script of these ... */
	const char *version;
	enum sql_id sql;    /* ... or else a statement */
	enum sql_id before; /* run before it: drops what a killed run left; 0: none */
	const char *undoes; /* NEED_UNDONE: the step */
};

/* For whom a lock is waited for, as a sentence's end; "another program" where that cannot be seen.
 * wanted: "write" or "any" access to the tables, the end of what is "old", the setup's "lock". */
const char *history_blockers(struct store *st, const char *wanted, struct arena *arena);

/* Each ended by a row without a name. */
extern const struct step_text history_steps[], optimize_steps[], removal_steps[];

#endif
