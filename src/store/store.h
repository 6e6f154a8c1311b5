/* store.h -- what may be asked of the database: one store over both backends. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "db/db.h"

/* What was seen of our own tables at the last look (store/history.h). */
struct store_seen {
	usec_t until;                   /* clock_mono: good so long; 0: not looked yet */
	int history;                    /* enum history_state */
	unsigned indexes;               /* bits of enum store_index */
	usec_t ahead;                   /* so far the database's clock is ahead of ours */
	char missing[200];              /* names, for messages */
};

/* Where the keeping of the history is (store/history_turn.c). */
struct store_kept {
	int64_t tail;                   /* page of soniq_x_delta behind which new rows come */
	int64_t roll;                   /* page from which those before are looked through again */
	int64_t batch;                  /* delta rows that the next fold takes; 0: all it may */
	usec_t count_after;             /* clock_mono: no recount before it */
	bool is_quiet;                  /* in the last turn nothing was to be done */
	usec_t pruned_now, pruned_mono; /* both clocks at some pruning; 0: there was none */
};

/* What the answers of one round share (store/shared.h). */
struct store_shared {
	bool is_on;
	int64_t round;
	usec_t until; /* clock_mono: good so long */
	struct arena arena;
	struct list readings; /* in it */
};

/* The default of the Python project's heartbeat_timeout. */
#define STORE_STALE_AFTER (300 * SECOND)

/* Better a part of a list than none. */
#define STORE_PATIENCE (800 * MSEC)

/* A connection with the knowledge of Soniq's tables. One thread at a time (db_cancel aside). */
struct store {
	struct db *db;                  /* owned */
	struct store_seen seen;
	struct store_kept kept;
	struct store_shared shared;
	usec_t patience;    /* a list looks so long for its rows, and counts them */
	usec_t stale_after; /* a worker that was silent for so long is taken for dead */
};

/* patience and stale_after are the usual ones, and may be set. */
enum err_code store_open(const struct db_options *options, struct store *ret_store,
			 struct err *err) MUST_CHECK;
void store_release(struct store *st);

/* How a number or a list was had. The worst kind of all parts of an answer counts. */
enum kind {
	KIND_EXACT,             /* of all rows, now */
	KIND_CACHED,            /* of all rows, at the moment of as_of */
	KIND_WINDOW,            /* of the newest part of a large table only */
	KIND_CAPPED,            /* counting stopped at a limit: at least this many */
	KIND_ESTIMATED,         /* from the planner's statistics */
	KIND__COUNT
};

const char *kind_name(enum kind kind);          /* "exact" ... */

/* What is said of every answer beside the answer. */
struct quality {
	enum kind kind;
	usec_t as_of;           /* when it was read, our clock */
	usec_t covered_from;    /* of a span that is covered in part: from when on; else 0 */
};

/* Its members kind and as_of. */
struct json;
void json_quality(struct json *j, const struct quality *quality);

/* Exact, and of now. */
static inline struct quality quality_new(void)
{
	return (struct quality){ .kind = KIND_EXACT, .as_of = clock_now() };
}

/* Longest texts that are carried: more is cut, on a character's edge. */
#define STORE_ERROR_LIST_MAX 8192       /* characters of last_error in lists */
#define STORE_TEXT_MAX 65536            /* characters of one text, bytes of args and result */
#define STORE_NAME_MAX 255              /* queue, job name: characters shown, bytes accepted */
#define STORE_PAGE_MAX 200
#define STORE_OFFSET_MAX 10000
#define STORE_COUNT_CAP 50000           /* counting of one group stops here */
#define STORE_WINDOW_PAGES 8192         /* PostgreSQL: newest heap pages that are looked at */
#define STORE_WINDOW_ROWS 200000        /* SQLite: newest rowids that are looked at */

/* The part of the job table that lists and sums look at: all of it while it is small. */
struct window {
	/* For the statements, as text: a tid (PostgreSQL) or a rowid (SQLite); of PostgreSQL's
	 * dead letters: how many of the newest. */
	struct str start;
	int8_t is_whole;        /* 1: nothing is left out */
};

/* Errors: those of db_query */
enum err_code store_window(struct store *st, struct arena *arena, struct window *ret,
			   struct err *err) MUST_CHECK;
/* The same for the dead letters. */
enum err_code store_dead_window(struct store *st, struct arena *arena, struct window *ret,
				struct err *err) MUST_CHECK;

/* Now, by the database's clock, which its rows are written by: ours, and by how much the two
 * differed at the last look (at most 10 s ago; less than a second is no difference). */
usec_t store_now(struct store *st);
/* A moment that the database's clock told, by ours, as far as it was seen to be ahead. */
static inline usec_t store_by_our_clock(const struct store *st, usec_t theirs)
{
	return theirs - st->seen.ahead;
}

/* The database answers (one trivial statement). */
enum err_code store_ping(struct store *st, struct err *err) MUST_CHECK;

#endif
