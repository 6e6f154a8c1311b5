/* filter_print.c -- the filter language, terms to text. */
#include <inttypes.h>

#include "base/clock.h"
#include "rules/filter_parts.h"

static void add_quoted(struct buf *out, struct str text)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
	buf_add_char(out, '"');
}

static bool needs_quotes(struct str text)
{
	if (text.n == 0 || text.p[0] == '-' || text.p[0] == '<' || text.p[0] == '>')
		return true;
	for (size_t i = 0; i < text.n; i++)
		if (filter_is_space(text.p[i]) || memchr(":,\"\\*", text.p[i], 5))
			return true;
	return str_starts(text, S("args."));
}

void filter_print_text(struct str text, struct buf *out)
{
	if (needs_quotes(text))
		add_quoted(out, text);
	else
		buf_add_str(out, text);
}

static void add_moment(struct buf *out, int64_t at)
{
	char text[TIME_TEXT_MAX];

	time_format(at, text);
	buf_add_text(out, text);
}

static void add_age(struct buf *out, int64_t age)
{
	static const struct {
		usec_t size;
		const char *name;
	} units[] = {
		{ DAY, "d" }, { HOUR, "h" }, { MINUTE, "m" }, { SECOND, "s" }, { MSEC, "ms" }
	};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (age > 0 && age % units[i].size == 0) {
			buf_printf(out, "%" PRId64 "%s", age / units[i].size, units[i].name);
			return;
		}
	}
	buf_printf(out, "%" PRId64 "us", age);
}

typedef void (*add_fn)(struct buf *out, int64_t n);

static void add_span(struct buf *out, const struct filter_value *v, add_fn add,
		     const char *const sides[2])
{
	if (v->high == I64_NULL || v->low == I64_NULL) {
		buf_add_text(out, sides[v->low == I64_NULL]);
		add(out, v->low == I64_NULL ? v->high : v->low);
		return;
	}
	add(out, v->low);
	if (v->low == v->high && add == buf_add_i64)
		return;
	buf_add_text(out, "..");
	add(out, v->high);
}

static void add_value(struct buf *out, enum filter_kind kind, const struct filter_value *v)
{
	static const char *const sides[2] = { ">=", "<=" };
	static const char *const ages[2] = { ">", "<" };

	switch (v->op) {
	case FILTER_BEGINS:
		buf_add_str(out, v->text);
		buf_add_char(out, '*');
		return;
	case FILTER_WORTH:
		buf_add_str(out, v->text);
		return;
	case FILTER_STATE:
		buf_add_text(out, filter_statuses[v->low]);
		return;
	case FILTER_BETWEEN:
		add_span(out, v, kind == FILTER_KIND_TIME ? add_moment : buf_add_i64, sides);
		return;
	case FILTER_AGE:
		add_span(out, v, add_age, ages);
		return;
	case FILTER_IS:
	case FILTER_HOLDS:
		break;
	}
	if (kind == FILTER_KIND_ARGS)
		add_quoted(out, v->text);
	else
		filter_print_text(v->text, out);
}

void filter_print_step(struct str step, struct buf *out)
{
	bool is_bare = step.n > 0;

	for (size_t i = 0; i < step.n; i++)
		is_bare = is_bare && !filter_ends_path(step.p[i]) && step.p[i] != '\\';
	if (is_bare)
		buf_add_str(out, step);
	else
		add_quoted(out, step);
}

static void add_path(struct buf *out, const struct list *path)
{
	for (size_t i = 0; i < path->n; i++) {
		buf_add_char(out, '.');
		filter_print_step(*LIST_AT(path, struct str, i), out);
	}
}

static void add_term(struct buf *out, const struct filter_clause *term)
{
	const struct filter_qualifier *q = &filter_qualifiers[term->key];

	if (term->is_not)
		buf_add_char(out, '-');
	buf_add_text(out, q->name);
	add_path(out, &term->path);
	if (term->key != FILTER_TEXT)
		buf_add_char(out, ':');
	for (size_t i = 0; i < term->values.n; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		add_value(out, q->kind, LIST_AT(&term->values, struct filter_value, i));
	}
}

void filter_print(const struct filter *filter, struct buf *out)
{
	for (size_t i = 0; i < filter->terms.n; i++) {
		if (i > 0)
			buf_add_char(out, ' ');
		add_term(out, LIST_AT(&filter->terms, struct filter_clause, i));
	}
}
