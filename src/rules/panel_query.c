/* panel_query.c -- how many statements a text has, as either database reads quotes and comments. */
#include "rules/panel.h"

#include <ctype.h>

/* The text from here on, and what stands before it. */
struct scan {
	const char *begin, *at, *end;
	bool is_sqlite;
};

static bool sees(const struct scan *s, const char *text)
{
	const size_t n = strlen(text);

	return (size_t)(s->end - s->at) >= n && memcmp(s->at, text, n) == 0;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Is a letter before this place a word of its own: the E of E'...'? */
static bool is_escaping(const struct scan *s)
{
	const char *before = s->at - 1;

	return !s->is_sqlite && s->at > s->begin && (*before == 'e' || *before == 'E') &&
	       (before == s->begin || !is_word(before[-1]));
}

/* Up to the quote that closes; one that is doubled does not. */
static void skip_quoted(struct scan *s, char close)
{
	const bool has_escapes = close == '\'' && is_escaping(s);

	for (s->at++; s->at < s->end; s->at++) {
		const bool has_next = s->at + 1 < s->end;

		if (has_escapes && *s->at == '\\' && has_next)
			s->at++;
		else if (*s->at == close && close != ']' && has_next && s->at[1] == close)
			s->at++;
		else if (*s->at == close)
			break;
	}
	if (s->at < s->end)
		s->at++;
}

static void skip_line(struct scan *s)
{
	while (s->at < s->end && *s->at != '\n')
		s->at++;
}

/* On PostgreSQL there may be comments in them. */
static void skip_comment(struct scan *s)
{
	int depth = 0;

	do {
		if (sees(s, "*/")) {
			depth--;
			s->at += 2;
		} else if (sees(s, "/*") && (depth == 0 || !s->is_sqlite)) {
			depth++;
			s->at += 2;
		} else {
			s->at++;
		}
	} while (depth > 0 && s->at < s->end);
}

/* $tag$ ... $tag$; false: a dollar that is something else. */
static bool skip_dollars(struct scan *s)
{
	const char *close = s->at + 1;

	if (s->is_sqlite || (s->at > s->begin && is_word(s->at[-1])))
		return false;
	while (close < s->end && is_word(*close))
		close++;
	if (close == s->end || *close != '$' || isdigit((unsigned char)s->at[1]))
		return false;
	const size_t n = (size_t)(close - s->at) + 1;
	const char *body = s->at + n;
	const char *over = memmem(body, (size_t)(s->end - body), s->at, n);
	s->at = over ? over + n : s->end;
	return true;
}

/* Past what is no part of a statement's own text; false: it is. */
static bool skip_comments(struct scan *s)
{
	if (sees(s, "--"))
		skip_line(s);
	else if (sees(s, "/*"))
		skip_comment(s);
	else if (isspace((unsigned char)*s->at))
		s->at++;
	else
		return false;
	return true;
}

/* Past a quoted piece, or one byte. */
static void skip_piece(struct scan *s)
{
	const char c = *s->at;

	if (c == '\'' || c == '"' || (c == '`' && s->is_sqlite))
		skip_quoted(s, c);
	else if (c == '[' && s->is_sqlite)
		skip_quoted(s, ']');
	else if (c != '$' || !skip_dollars(s))
		s->at++;
}

static int line_of(const struct scan *s)
{
	int line = 1;

	for (const char *at = s->begin; at < s->at; at++)
		line += *at == '\n';
	return line;
}

enum err_code panel_query_check(struct str text, bool is_sqlite, struct err *err)
{
	struct scan s = { text.p, text.p, text.p + text.n, is_sqlite };
	bool has_begun = false, is_over = false;

	while (s.at < s.end) {
		if (skip_comments(&s))
			continue;
		if (*s.at == ';' && has_begun) {
			is_over = true;
			s.at++;
			continue;
		}
		if (is_over)
			return err_set(err, ERR_INVALID,
				       "line %d: a second statement begins "
				       "here; a panel has one",
				       line_of(&s));
		has_begun = has_begun || *s.at != ';';
		skip_piece(&s);
	}
	if (!has_begun)
		return err_set(err, ERR_INVALID, "there is no query below its comments");
	return ERR_OK;
}
