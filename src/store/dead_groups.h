/* dead_groups.h -- dead letters that died of the same thing: what groups there are, and what may be
 * done to one. */
#ifndef STORE_DEAD_GROUPS_H
#define STORE_DEAD_GROUPS_H

#include "rules/signature.h"
#include "store/job.h"

#define GROUP_LOOK_MAX 10000    /* dead letters that are looked at: the newest that match */
#define GROUP_VERB_MAX 1000     /* of one group that one call deals with */
#define GROUP_TREND 24          /* spans of a trend */
#define GROUP_NAMES 5           /* most frequent names that are given */
#define GROUP_SAMPLE_MAX 1024   /* characters of the sample's error in a list */

struct group_want {
	struct job_filter filter;       /* all but status, name_is_part, signature and the page */
	usec_t since;                   /* moved at this moment or later; TIME_NULL: any */
	usec_t before;                  /* moved at this moment or earlier; TIME_NULL: any */
	const char *signature;          /* only this group, with its sample in full; NULL: all */
	bool is_unreplayed;             /* only what was not replayed since it was moved here */
	int limit;                      /* groups that are given */
	bool has_cursor;                /* go on after this place in the order of the list */
	int64_t after_count;
	usec_t after_seen;
	char after_signature[SIGNATURE_LEN + 1];
};

/* Failures of one signature (rules/signature.h). What is JSON is an array. */
struct group {
	struct str signature;
	struct str error_type;          /* NULL: none */
	struct str message;
	struct str frame;               /* NULL: none */
	int64_t count;
	double share;                   /* per cent of those that were looked at */
	usec_t first_seen;
	usec_t last_seen;
	int64_t replayed;               /* since they were moved here */
	struct str job_names;           /* JSON, the most frequent, as the next two */
	struct str queues;
	struct str reasons;
	struct str trend;               /* JSON: how many came in each of GROUP_TREND spans */
	usec_t trend_from;
	int64_t trend_bucket_seconds;
	struct str sample_id;           /* the newest */
	struct str sample_error;
};
extern const struct record group_record;

struct group_list {
	struct list rows; /* struct group, by count, last_seen, signature: most first */
	int64_t n_groups; /* in all */
	bool has_more;    /* behind these rows */
	int64_t n_looked;               /* dead letters */
	struct quality quality;         /* KIND_WINDOW: there are more that match */
};

/* Errors: those of db_query */
enum err_code store_group_list(struct store *st, const struct group_want *want,
			       struct arena *arena, struct group_list *ret,
			       struct err *err) MUST_CHECK;

/* Errors: NOT_FOUND  none of those that are looked at has the signature */
enum err_code store_group_find(struct store *st, const struct group_want *want,
			       struct arena *arena, struct group *ret, struct quality *ret_quality,
			       struct err *err) MUST_CHECK;

/* Which ones a verb is for: those of the signature that match and were moved at `before` or
 * earlier. */
struct group_verb {
	const char *signature;
	struct job_filter filter;       /* as in struct group_want */
	usec_t before;
	int limit;                      /* 1 .. GROUP_VERB_MAX, the oldest first */
	usec_t until;                   /* clock_mono: begin no more after this moment; 0: no end */
};

struct group_done {
	int64_t n;                      /* dealt with by this call */
	bool has_more;                  /* call again */
};

/* A new job for each, as store_dead_replay makes it. A dead letter that was replayed since it was
 * moved here is passed over, whoever did it: however often and by how many this is called at
 * once, each is replayed once.
 *
 * Both work in small transactions; what was done stays done when a later one fails, and that is
 * no error then. */
enum err_code store_group_replay(struct store *st, const struct group_verb *verb,
				 struct group_done *ret, struct err *err) MUST_CHECK;
enum err_code store_group_delete(struct store *st, const struct group_verb *verb,
				 struct group_done *ret, struct err *err) MUST_CHECK;

#endif
