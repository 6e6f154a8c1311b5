/* finding.h -- what a rule found: one shape for the page, the API and the command line. */
#ifndef RULES_FINDING_H
#define RULES_FINDING_H

#include "base/arena.h"
#include "base/list.h"
#include "base/record.h"

enum finding_level { FINDING_BAD, FINDING_WARN, FINDING_INFO };

/* Texts are plain; names of rows in them are data and may hold anything. */
struct finding {
	struct str code;     /* of its rule */
	struct str level;    /* "bad", "warn", "info" */
	struct str title;    /* one sentence */
	struct str evidence; /* the numbers behind it */
	usec_t since;        /* TIME_NULL: not known */
	struct str href;     /* where the page shows those rows, relative to the mount */
	struct str next;     /* what is safe to do about it */
	struct str command;  /* the same as a command line; NULL: there is none */
	int64_t rank;        /* hidden: enum finding_level */
};
extern const struct record finding_record;

/* A rule as the documentation lists it. */
struct finding_rule {
	const char *code;
	const char *what;
};

/* Adds one with its code and level; the texts are the caller's to fill in. */
struct finding *finding_add(struct list *findings, const char *code, enum finding_level level);
/* Worst level first, else in the order in which they came. */
void findings_sort(struct list *findings);

/* until - from; the end of the type where it is beyond: rows hold any moment. */
usec_t span_between(usec_t from, usec_t until);

/* "12,257" */
const char *words_number(struct arena *arena, int64_t n);
/* "1 job", "3,000 jobs" */
struct count_words {
	const char *one, *many;
};
const char *words_count(struct arena *arena, int64_t n, const struct count_words *words);
/* "3m 12s"; whole seconds from one second on. */
const char *words_span(struct arena *arena, usec_t span);
/* A name of a row in quotes, cut where it is long; NULL: what stands for none. */
const char *words_name(struct arena *arena, struct str name, const char *none);

/* One condition of the page's filter (filter.h): `key:value`. Without a value, which the language
 * does not have, it is left out; one that is ready is written as it is, any other as a text. */
struct filter_term {
	const char *key;
	struct str value;
	bool is_ready;
};
/* Where rows are looked at: the page, and the command that takes the same filter. */
struct filter_place {
	const char *page, *command;
};
extern const struct filter_place finding_jobs;
/* The rows of which these terms hold, ended by a NULL key: "jobs?filter=..." as its href, and by
 * the same filter "soniq jobs ..." as its command. */
void finding_show(struct finding *f, struct arena *arena, const struct filter_place *place,
		  const struct filter_term *terms);
/* Texts as the ready value of one term, any of which may hold: "a,\"b c\"". NULL where there are
 * none, more than FINDING_VALUES_MAX, or one without a text: then no term says it. */
#define FINDING_VALUES_MAX 8
struct str finding_values(struct arena *arena, const struct str *texts, size_t n);
/* A word of a command line that the shell takes as this text and nothing else, whatever it holds;
 * one printable line. */
struct str shell_word(struct arena *arena, struct str text);

#endif
