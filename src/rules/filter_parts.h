/* filter_parts.h -- what the files of the filter language share. */
#ifndef RULES_FILTER_PARTS_H
#define RULES_FILTER_PARTS_H

#include "rules/filter.h"

struct scan {
	struct str text;
	size_t at;              /* in bytes */
	struct arena *arena;
};

/* A piece of the text: what it says, and where it stands. */
struct piece {
	struct str text;        /* without quotes and escapes */
	bool is_quoted;
	size_t from, to;
};

/* INVALID, and the bytes at fault as characters. One at least is at fault, even at the end. */
enum err_code filter_wrong(const struct scan *s, size_t from, size_t to, struct err *err,
			   const char *fmt, ...) PRINTF_LIKE(5, 6);
enum err_code filter_wrong_piece(const struct scan *s, const struct piece *piece,
				 struct err *err, const char *what, const char *example);

/* One value of a qualifier. */
enum err_code filter_read_value(const struct scan *s, enum filter_key key,
				const struct piece *piece, struct filter_value *ret,
				struct err *err) MUST_CHECK;

/* In any case of letters; FILTER_TEXT if there is none. */
enum filter_key filter_find_key(struct str name);
/* The name that was meant, or NULL. */
const char *filter_guess_key(struct str name);
const char *filter_guess_status(struct str name);
bool filter_find_status(struct str name, enum filter_status *ret);

static inline bool filter_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What ends a piece of a path that is not quoted. */
static inline bool filter_ends_path(char c)
{
	return c == '.' || c == ':' || c == '"' || filter_is_space(c);
}

#endif
