/* filter.c -- the filter language, text to terms. */
#include "rules/filter_parts.h"

#include <stdio.h>

static size_t characters(struct str s, size_t n_bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < n_bytes && i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

enum err_code filter_wrong(const struct scan *s, size_t from, size_t to, struct err *err,
			   const char *fmt, ...)
{
	const size_t position = characters(s->text, from);
	const size_t end = characters(s->text, to);
	char msg[sizeof(err->msg)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(msg, sizeof(msg), fmt, args);
	va_end(args);
	err_param(err, "filter", "%s", msg);
	err->position = (int)position;
	err->length = end > position ? (int)(end - position) : 1;
	return ERR_INVALID;
}

/* What was typed, not more of it than a sentence bears. */
static struct str quotable(struct str text)
{
	return str_head_utf8(text, 40);
}

enum err_code filter_wrong_piece(const struct scan *s, const struct piece *piece, struct err *err,
				 const char *what, const char *example)
{
	return filter_wrong(s, piece->from, piece->to, err, "\"%.*s\" is %s, as in %s",
			    STR_ARG(quotable(piece->text)), what, example);
}

static bool is_at(const struct scan *s, char c)
{
	return s->at < s->text.n && s->text.p[s->at] == c;
}

static bool take(struct scan *s, char c)
{
	const bool is_there = is_at(s, c);

	s->at += is_there;
	return is_there;
}

static bool is_between(const struct scan *s)
{
	return s->at >= s->text.n || filter_is_space(s->text.p[s->at]);
}

static enum err_code take_quoted(struct scan *s, struct piece *ret, struct err *err)
{
	struct piece piece = { .is_quoted = true, .from = s->at++ };
	char *text = arena_alloc(s->arena, s->text.n - s->at + 1);
	size_t n = 0;

	while (!is_at(s, '"')) {
		if (s->at >= s->text.n)
			return filter_wrong(s, piece.from, s->text.n, err,
					    "the quote is not closed: put a \" behind the text");
		const bool is_escape =
			is_at(s, '\\') && s->at + 1 < s->text.n &&
			(s->text.p[s->at + 1] == '"' || s->text.p[s->at + 1] == '\\');
		s->at += is_escape;
		text[n++] = s->text.p[s->at++];
	}
	piece.to = ++s->at;
	piece.text = (struct str){ text, n };
	*ret = piece;
	return ERR_OK;
}

/* One value: quoted, or up to a space, or a comma where values may be many. */
static enum err_code take_value(struct scan *s, bool may_be_many, struct piece *ret,
				struct err *err)
{
	const size_t from = s->at;

	if (is_at(s, '"')) {
		TRY(take_quoted(s, ret, err));
		if (is_between(s) || (may_be_many && is_at(s, ',')))
			return ERR_OK;
		return filter_wrong(s, s->at, s->at + 1, err,
				    "behind the closing quote there has to be a space");
	}
	while (!is_between(s) && !(may_be_many && is_at(s, ',')))
		s->at++;
	*ret = (struct piece){ { s->text.p + from, s->at - from }, false, from, s->at };
	return ERR_OK;
}

static struct filter_value *add_value(struct filter_clause *term)
{
	return list_add(&term->values);
}

static bool is_plain_id(const struct filter_clause *term)
{
	return term->key == FILTER_ID && !term->is_not;
}

static enum err_code add_values(struct scan *s, size_t from, struct filter_clause *term,
				struct err *err)
{
	const struct filter_qualifier *q = &filter_qualifiers[term->key];
	const size_t first = s->at;
	struct piece piece;

	do {
		TRY(take_value(s, true, &piece, err));
		if (piece.text.n == 0)
			return filter_wrong(s, piece.from == first ? from : piece.from - 1,
					    piece.to, err, "%s: a value is missing, as in %s",
					    q->name, q->example);
		TRY(filter_read_value(s, term->key, &piece, add_value(term), err));
	} while (take(s, ','));
	if (term->values.n == 1)
		return ERR_OK;
	if (is_plain_id(term))
		return filter_wrong(s, first, s->at, err, "id takes one id only");
	for (size_t i = 0; i < term->values.n && term->key == FILTER_STATUS && !term->is_not; i++)
		if (LIST_AT(&term->values, struct filter_value, i)->low == FILTER_DEAD)
			return filter_wrong(s, first, s->at, err,
					    "dead letters are a list of their "
					    "own: status:dead goes with no other status");
	return ERR_OK;
}

static enum err_code add_word(struct scan *s, struct filter_clause *term, struct err *err)
{
	struct piece piece;
	TRY(take_value(s, false, &piece, err));

	if (piece.text.n == 0)
		return filter_wrong(s, piece.from, piece.to, err, "the text is empty");
	*add_value(term) = (struct filter_value){
		.op = FILTER_HOLDS, .text = piece.text, .low = I64_NULL, .high = I64_NULL
	};
	return ERR_OK;
}

/* How many letters stand here, if they end in `:` or, of args, in `.`; else 0. */
static size_t name_length(const struct scan *s)
{
	size_t n = 0;

	while (s->at + n < s->text.n) {
		const char c = s->text.p[s->at + n];

		if (c != '_' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z'))
			break;
		n++;
	}
	const struct str name = { s->text.p + s->at, n };
	const char end = s->at + n < s->text.n ? name.p[n] : ' ';
	const bool is_args = end == '.' && filter_find_key(name) == FILTER_ARGS;
	return end == ':' || is_args ? n : 0;
}

static enum err_code no_such_key(const struct scan *s, struct str name, struct err *err)
{
	const char *meant = filter_guess_key(name);
	const struct str said = quotable(name);
	AUTO(buf) struct buf all = buf_new(400);

	for (int key = FILTER_TEXT + 1; key < FILTER_KEY__COUNT; key++)
		buf_printf(&all, "%s%s", key > FILTER_TEXT + 1 ? ", " : "",
			   filter_qualifiers[key].name);
	if (meant)
		return filter_wrong(s, s->at, s->at + name.n, err,
				    "there is no qualifier "
				    "\"%.*s\": did you mean %s? In quotes it is a text to look for",
				    STR_ARG(said), meant);
	return filter_wrong(s, s->at, s->at + name.n, err,
			    "there is no qualifier \"%.*s\", but "
			    "these: %s. In quotes it is a text to look for",
			    STR_ARG(said), buf_cstr(&all));
}

static enum err_code take_step(struct scan *s, struct filter_clause *term, struct err *err)
{
	const size_t from = s->at;
	struct piece piece = { .from = from };

	if (is_at(s, '"')) {
		TRY(take_quoted(s, &piece, err));
	} else {
		while (s->at < s->text.n && !filter_ends_path(s->text.p[s->at]))
			s->at++;
		piece.text = (struct str){ s->text.p + from, s->at - from };
		if (piece.text.n == 0)
			return filter_wrong(s, from > 0 ? from - 1 : 0, from + 1, err,
					    "a step of "
					    "the path is missing, as in args.user.id:42");
	}
	if (term->path.n == FILTER_PATH_MAX)
		return filter_wrong(s, from, s->at, err, "a path has at most %d steps",
				    FILTER_PATH_MAX);
	*(struct str *)list_add(&term->path) = piece.text;
	return ERR_OK;
}

static enum err_code take_path(struct scan *s, size_t from, struct filter_clause *term,
			       struct err *err)
{
	if (!is_at(s, '.'))
		return filter_wrong(s, from, s->at + 1, err,
				    "args needs a path, as in args.user_id:42");
	while (take(s, '.'))
		TRY(take_step(s, term, err));
	if (is_at(s, ':'))
		return ERR_OK;
	return filter_wrong(s, from, s->at, err,
			    "behind the path a : and a value are missing, as in args.user_id:42");
}

static enum err_code take_term(struct scan *s, struct filter *filter, struct err *err)
{
	const size_t from = s->at;
	struct filter_clause term = { .is_not = take(s, '-'),
				      .values = list_new(s->arena, sizeof(struct filter_value)),
				      .path = list_new(s->arena, sizeof(struct str)) };
	const struct str name = { s->text.p + s->at, name_length(s) };

	if (is_between(s))
		return filter_wrong(s, from, s->at, err,
				    "behind the - there has to be what is "
				    "not wanted, as in -status:done");
	if (filter->terms.n == FILTER_TERMS_MAX)
		return filter_wrong(s, from, s->text.n, err, "these are more than %d terms",
				    FILTER_TERMS_MAX);
	if (name.n == 0) {
		TRY(add_word(s, &term, err));
	} else {
		term.key = filter_find_key(name);
		if (term.key == FILTER_TEXT)
			return no_such_key(s, name, err);
		s->at += name.n;
		if (term.key == FILTER_ARGS)
			TRY(take_path(s, from, &term, err));
		s->at++;
		TRY(add_values(s, from, &term, err));
	}
	*(struct filter_clause *)list_add(&filter->terms) = term;
	return ERR_OK;
}

static enum err_code check_text(const struct scan *s, struct err *err)
{
	if (s->text.n > 0 && !str_is_utf8(s->text))
		return err_param(err, "filter", "filter is not valid UTF-8 text");
	const size_t n = characters(s->text, s->text.n);
	if (n <= FILTER_CHARACTERS_MAX)
		return ERR_OK;
	err_param(err, "filter", "filter is longer than %d characters", FILTER_CHARACTERS_MAX);
	err->position = FILTER_CHARACTERS_MAX;
	err->length =
		n - FILTER_CHARACTERS_MAX < INT32_MAX ? (int)n - FILTER_CHARACTERS_MAX : INT32_MAX;
	return ERR_INVALID;
}

enum err_code filter_parse(struct str text, struct arena *arena, struct filter *ret,
			   struct err *err)
{
	struct filter filter = { list_new(arena, sizeof(struct filter_clause)) };
	struct scan s = { text.p ? text : S(""), 0, arena };
	TRY(check_text(&s, err));

	for (;;) {
		while (s.at < s.text.n && filter_is_space(s.text.p[s.at]))
			s.at++;
		if (s.at == s.text.n)
			break;
		TRY(take_term(&s, &filter, err));
	}
	*ret = filter;
	return ERR_OK;
}
