/* filter_value.c -- the filter language: one value, by what its qualifier takes. */
#include "rules/filter_parts.h"

#include "base/clock.h"
#include "base/parse.h"

/* Far beyond what a column holds, and far from the ends of the type. */
#define NUMBER_MAX 1000000000000000
#define AGE_MAX (36500 * DAY)

typedef enum err_code (*read_fn)(const struct scan *s, const struct filter_qualifier *q,
				 const struct piece *piece, struct filter_value *ret,
				 struct err *err);

static struct filter_value of_text(enum filter_op op, struct str text)
{
	return (struct filter_value){ op, text, I64_NULL, I64_NULL };
}

static enum err_code read_status(const struct scan *s, const struct filter_qualifier *q,
				 const struct piece *piece, struct filter_value *ret,
				 struct err *err)
{
	enum filter_status status;

	if (!filter_find_status(piece->text, &status)) {
		const char *meant = filter_guess_status(piece->text);
		const char *const all = "there are queued, ready, scheduled, processing, done, "
					"cancelled and dead";

		return filter_wrong(s, piece->from, piece->to, err, "\"%.*s\" is no status: %s%s%s",
				    STR_ARG(str_head_utf8(piece->text, 40)),
				    meant ? "did you mean " : all, meant ? meant : "",
				    meant ? "?" : "");
	}
	(void)q;
	*ret = (struct filter_value){ FILTER_STATE, STR_NULL, status, I64_NULL };
	return ERR_OK;
}

/* A * that is not quoted stands for the rest of a name, and nowhere else. */
static enum err_code read_name(const struct scan *s, const struct filter_qualifier *q,
			       const struct piece *piece, struct filter_value *ret, struct err *err)
{
	const char *star = piece->is_quoted ? NULL : memchr(piece->text.p, '*', piece->text.n);
	const size_t at = star ? (size_t)(star - piece->text.p) : 0;

	if (star && at + 1 < piece->text.n)
		return filter_wrong(s, piece->from + at, piece->from + at + 1, err,
				    "%s: a * stands at the end only; in quotes it is itself",
				    q->name);
	*ret = star ? of_text(FILTER_BEGINS, (struct str){ piece->text.p, at })
		    : of_text(FILTER_IS, piece->text);
	return ERR_OK;
}

static enum err_code read_part(const struct scan *s, const struct filter_qualifier *q,
			       const struct piece *piece, struct filter_value *ret, struct err *err)
{
	const bool is_any = !piece->is_quoted && str_eq(piece->text, S("*"));

	(void)s;
	(void)q;
	(void)err;
	*ret = is_any ? of_text(FILTER_BEGINS, S("")) : of_text(FILTER_HOLDS, piece->text);
	return ERR_OK;
}

static enum err_code read_id(const struct scan *s, const struct filter_qualifier *q,
			     const struct piece *piece, struct filter_value *ret, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];

	if (!parse_uuid(piece->text, uuid))
		return filter_wrong_piece(s, piece, err, "no id", q->example);
	*ret = of_text(FILTER_IS, str_copy(s->arena, str_of(uuid)));
	return ERR_OK;
}

/* A value of args that is not quoted is of the type that it looks like, or a string. */
static enum err_code read_args(const struct scan *s, const struct filter_qualifier *q,
			       const struct piece *piece, struct filter_value *ret, struct err *err)
{
	const bool is_bare = !piece->is_quoted;

	if (is_bare && (piece->text.p[0] == '<' || piece->text.p[0] == '>'))
		return filter_wrong_piece(s, piece, err,
					  "no value of args, which are compared as a "
					  "whole",
					  "args.user_id:42 or args.sign:\">\"");
	TRY(read_name(s, q, piece, ret, err));
	if (is_bare && ret->op == FILTER_IS)
		ret->op = FILTER_WORTH;
	return ERR_OK;
}

/* ---- numbers and moments: a point, from a point on, up to a point, between two ---- */

struct span {
	int64_t low, high;
};

/* Anything that a text may be as a point: a number, a day, an hour. */
typedef bool (*point_fn)(struct str text, struct span *ret);

static bool read_integer(struct str text, struct span *ret)
{
	int64_t n;

	if (!parse_i64(text, &n) || n > NUMBER_MAX || n < -NUMBER_MAX)
		return false;
	*ret = (struct span){ n, n };
	return true;
}

/* How long the moment is that is written with so many characters; 0: none is. */
static usec_t precision(size_t n)
{
	static const usec_t fractions[] = { SECOND / 10, SECOND / 100, MSEC, 100, 10, 1 };

	if (n == 10)
		return DAY;
	if (n == 16)
		return MINUTE;
	if (n == 19)
		return SECOND;
	return n >= 21 && n <= 26 ? fractions[n - 21] : 0;
}

#define ZONE_LEN 6 /* "+02:00" */
#define ZONE_MAX (14 * HOUR)

static bool is_pair(const char *p)
{
	return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9';
}

static usec_t pair_of(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/* Takes off a zone that the text ends in, "Z" or "+02:00", and tells how far it is ahead of UTC; of
 * a day there is none. */
static usec_t take_zone(struct str *text)
{
	if (text->n > 10 && text->p[text->n - 1] == 'Z') {
		text->n--;
		return 0;
	}
	if (text->n < 16 + ZONE_LEN)
		return 0;
	const char *zone = text->p + text->n - ZONE_LEN;

	if ((zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || !is_pair(zone + 1) ||
	    !is_pair(zone + 4))
		return 0;
	const usec_t ahead = pair_of(zone + 1) * HOUR + pair_of(zone + 4) * MINUTE;

	if (ahead > ZONE_MAX)
		return 0;
	text->n -= ZONE_LEN;
	return zone[0] == '+' ? ahead : -ahead;
}

static bool read_moment(struct str text, struct span *ret)
{
	char full[] = "0000-00-00T00:00:00.000000Z";
	usec_t at;

	const usec_t ahead = take_zone(&text);
	const usec_t length = precision(text.n);
	if (length == 0)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		const bool is_digit = text.p[i] >= '0' && text.p[i] <= '9';

		if (full[i] == '0' ? !is_digit : text.p[i] != full[i])
			return false;
		full[i] = text.p[i];
	}
	if (!time_parse(str_of(full), &at))
		return false;
	*ret = (struct span){ at - ahead, at - ahead + length - 1 };
	return true;
}

/* Seconds without a unit might be a year. */
static bool read_age(struct str text, struct span *ret)
{
	const char last = text.n > 0 ? text.p[text.n - 1] : '0';
	usec_t age;

	if ((last >= '0' && last <= '9') || !parse_duration(text, &age) || age > AGE_MAX)
		return false;
	*ret = (struct span){ age, age };
	return true;
}

static size_t find_dots(struct str text)
{
	for (size_t i = 0; i + 1 < text.n; i++)
		if (text.p[i] == '.' && text.p[i + 1] == '.')
			return i;
	return text.n;
}

static struct str behind(struct str text, size_t n)
{
	return (struct str){ text.p + n, text.n - n };
}

static bool read_between(struct str text, size_t dots, point_fn point, struct span *ret)
{
	struct span low, high;

	if (!point((struct str){ text.p, dots }, &low) || !point(behind(text, dots + 2), &high))
		return false;
	*ret = (struct span){ low.low, high.high };
	return true;
}

static bool read_side(struct str text, point_fn point, struct span *ret)
{
	const bool is_more = text.p[0] == '>';
	const bool is_equal = text.n > 1 && text.p[1] == '=';
	struct span at;

	if (!point(behind(text, is_equal ? 2 : 1), &at))
		return false;
	if (is_more)
		*ret = (struct span){ is_equal ? at.low : at.high + 1, I64_NULL };
	else
		*ret = (struct span){ I64_NULL, is_equal ? at.high : at.low - 1 };
	return true;
}

static bool is_side(struct str text)
{
	return text.n > 0 && (text.p[0] == '<' || text.p[0] == '>');
}

static bool read_span(struct str text, point_fn point, struct span *ret)
{
	const size_t dots = find_dots(text);

	if (dots < text.n)
		return read_between(text, dots, point, ret);
	return is_side(text) ? read_side(text, point, ret) : point(text, ret);
}

static enum err_code put_span(const struct scan *s, const struct piece *piece, enum filter_op op,
			      struct span span, struct filter_value *ret, struct err *err)
{
	if (span.low != I64_NULL && span.high != I64_NULL && span.low > span.high)
		return filter_wrong(s, piece->from, piece->to, err,
				    "nothing is between these two: the smaller one comes first");
	*ret = (struct filter_value){ op, STR_NULL, span.low, span.high };
	return ERR_OK;
}

static enum err_code read_number(const struct scan *s, const struct filter_qualifier *q,
				 const struct piece *piece, struct filter_value *ret,
				 struct err *err)
{
	struct span span;

	(void)q;
	if (!read_span(piece->text, read_integer, &span) || span.low > NUMBER_MAX ||
	    (span.high != I64_NULL && span.high < -NUMBER_MAX))
		return filter_wrong_piece(s, piece, err, "no number or span of numbers",
					  "3, >2, >=2, <5 or 1..3");
	return put_span(s, piece, FILTER_BETWEEN, span, ret, err);
}

/* Of ages, the sides count from now: `<1h` is all that came since. An age has no end, so that both
 * signs mean the same with and without =. */
static bool read_ages(struct str text, struct span *ret)
{
	struct span at;

	if (!is_side(text))
		return find_dots(text) < text.n && read_span(text, read_age, ret);
	if (!read_age(behind(text, text.n > 1 && text.p[1] == '=' ? 2 : 1), &at))
		return false;
	*ret = text.p[0] == '<' ? (struct span){ I64_NULL, at.high }
				: (struct span){ at.low, I64_NULL };
	return true;
}

static enum err_code read_time(const struct scan *s, const struct filter_qualifier *q,
			       const struct piece *piece, struct filter_value *ret, struct err *err)
{
	struct span span;

	if (read_ages(piece->text, &span))
		return put_span(s, piece, FILTER_AGE, span, ret, err);
	if (read_span(piece->text, read_moment, &span))
		return put_span(s, piece, FILTER_BETWEEN, span, ret, err);
	if (read_age(piece->text, &span))
		return filter_wrong(s, piece->from, piece->to, err,
				    "say whether younger or older: "
				    "%s:<%.*s or %s:>%.*s",
				    q->name, STR_ARG(str_head_utf8(piece->text, 20)), q->name,
				    STR_ARG(str_head_utf8(piece->text, 20)));
	return filter_wrong_piece(s, piece, err, "no age and no moment (in UTC, or with +02:00)",
				  "<1h, >2d, 2026-11-27, >2026-11-27T03:00 or "
				  "2026-11-27T03:00..2026-11-27T04:00");
}

enum err_code filter_read_value(const struct scan *s, enum filter_key key,
				const struct piece *piece, struct filter_value *ret,
				struct err *err)
{
	static const read_fn readers[] = {
		[FILTER_KIND_STATUS] = read_status, [FILTER_KIND_NAME] = read_name,
		[FILTER_KIND_PART] = read_part,     [FILTER_KIND_ID] = read_id,
		[FILTER_KIND_NUMBER] = read_number, [FILTER_KIND_TIME] = read_time,
		[FILTER_KIND_ARGS] = read_args,
	};
	const struct filter_qualifier *q = &filter_qualifiers[key];

	return readers[q->kind](s, q, piece, ret, err);
}
