/* finding.c -- words, addresses and command lines that findings are made of. */
#include "rules/finding.h"

#include <stdlib.h>

#include "base/text.h"
#include "rules/filter.h"

#define NAME_SHOWN_MAX 60
#define NUMBER_MAX 32
#define TEXT_MAX ((size_t)65536)

const struct record finding_record = {
	"finding",
	sizeof(struct finding),
	(const struct field[]){
		FIELD_STR(struct finding, code),
		FIELD_STR(struct finding, level),
		FIELD_STR(struct finding, title),
		FIELD_STR(struct finding, evidence),
		FIELD_TIME(struct finding, since),
		FIELD_STR(struct finding, href),
		FIELD_STR(struct finding, next),
		FIELD_STR(struct finding, command),
		FIELD_I64_FLAGS(struct finding, rank, FIELD_HIDDEN),
		FIELD_END,
	},
};

struct finding *finding_add(struct list *findings, const char *code, enum finding_level level)
{
	static const char *const names[] = {
		[FINDING_BAD] = "bad", [FINDING_WARN] = "warn", [FINDING_INFO] = "info"
	};
	struct finding *f = list_add(findings);

	record_clear(&finding_record, f);
	f->code = str_of(code);
	f->level = str_of(names[level]);
	f->rank = level;
	f->title = f->evidence = f->href = f->next = S("");
	return f;
}

/* Insertion keeps what is equal in its order; there are a few dozen at most. */
void findings_sort(struct list *findings)
{
	for (size_t i = 1; i < findings->n; i++) {
		const struct finding moved = *LIST_AT(findings, struct finding, i);
		size_t at = i;

		for (; at > 0 && LIST_AT(findings, struct finding, at - 1)->rank > moved.rank; at--)
			*LIST_AT(findings, struct finding, at) =
				*LIST_AT(findings, struct finding, at - 1);
		*LIST_AT(findings, struct finding, at) = moved;
	}
}

usec_t span_between(usec_t from, usec_t until)
{
	usec_t span;

	if (!__builtin_sub_overflow(until, from, &span))
		return span;
	return until > from ? INT64_MAX : INT64_MIN + 2;
}

const char *words_number(struct arena *arena, int64_t n)
{
	char text[NUMBER_MAX];
	size_t at = sizeof(text) - 1;
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	text[at] = '\0';
	for (int digits = 0; digits == 0 || rest > 0; digits++, rest /= 10) {
		if (digits > 0 && digits % 3 == 0)
			text[--at] = ',';
		text[--at] = (char)('0' + rest % 10);
	}
	if (n < 0)
		text[--at] = '-';
	return arena_printf(arena, "%s", text + at);
}

const char *words_count(struct arena *arena, int64_t n, const struct count_words *words)
{
	return arena_printf(arena, "%s %s", words_number(arena, n),
			    n == 1 ? words->one : words->many);
}

const char *words_span(struct arena *arena, usec_t span)
{
	char text[TIME_TEXT_MAX];

	if (span < 0)
		span = 0;
	if (span >= SECOND)
		span -= span % SECOND;
	duration_format(span, text);
	return arena_printf(arena, "%s", text);
}

const char *words_name(struct arena *arena, struct str name, const char *none)
{
	const struct str head = str_head_utf8(name, NAME_SHOWN_MAX);

	if (!name.p)
		return none;
	return arena_printf(arena, "\u201c%.*s%s\u201d", STR_ARG(head),
			    head.n < name.n ? "\u2026" : "");
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '-' || c == '.' || c == '_';
}

static bool is_plain_word(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_plain(text.p[i]))
			return false;
	return text.n > 0;
}

static void add_encoded(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (is_plain(text.p[i]))
			buf_add_char(b, text.p[i]);
		else if (text.p[i] == ' ')
			buf_add_char(b, '+');
		else
			buf_printf(b, "%%%02X", (unsigned char)text.p[i]);
	}
}

static void add_terms(struct buf *filter, const struct filter_term *terms)
{
	for (; terms->key; terms++) {
		if (terms->value.n == 0)
			continue;
		buf_printf(filter, "%s%s:", filter->n > 0 ? " " : "", terms->key);
		if (terms->is_ready)
			buf_add_str(filter, terms->value);
		else
			filter_print_text(terms->value, filter);
	}
}

const struct filter_place finding_jobs = { "jobs", "soniq jobs" };

void finding_show(struct finding *f, struct arena *arena, const struct filter_place *place,
		  const struct filter_term *terms)
{
	AUTO(buf) struct buf filter = buf_new(TEXT_MAX);
	AUTO(buf) struct buf href = buf_new(TEXT_MAX);

	add_terms(&filter, terms);
	buf_printf(&href, "%s?filter=", place->page);
	add_encoded(&href, buf_str(&filter));
	f->href = str_copy(arena, buf_str(&href));
	f->command = str_of(arena_printf(arena, "%s %.*s", place->command,
					 STR_ARG(shell_word(arena, buf_str(&filter)))));
}

struct str finding_values(struct arena *arena, const struct str *texts, size_t n)
{
	AUTO(buf) struct buf b = buf_new(TEXT_MAX);

	if (n == 0 || n > FINDING_VALUES_MAX)
		return STR_NULL;
	for (size_t i = 0; i < n; i++) {
		if (texts[i].n == 0)
			return STR_NULL;
		if (i > 0)
			buf_add_char(&b, ',');
		filter_print_text(texts[i], &b);
	}
	return str_copy(arena, buf_str(&b));
}

/* What a terminal would not show as it is goes as the numbers of its bytes. */
static bool is_visible(struct str text)
{
	AUTO(buf) struct buf b = buf_new(TEXT_MAX);

	text_add_visible(&b, text);
	return !b.has_failed && str_eq(buf_str(&b), text);
}

static void add_quoted(struct buf *b, struct str text)
{
	buf_add_char(b, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			buf_add_text(b, "'\\''");
		else
			buf_add_char(b, text.p[i]);
	}
	buf_add_char(b, '\'');
}

static void add_bytes(struct buf *b, struct str text)
{
	buf_add_text(b, "$'");
	for (size_t i = 0; i < text.n; i++) {
		if (is_plain(text.p[i]) || text.p[i] == ' ')
			buf_add_char(b, text.p[i]);
		else
			buf_printf(b, "\\%03o", (unsigned char)text.p[i]);
	}
	buf_add_char(b, '\'');
}

struct str shell_word(struct arena *arena, struct str text)
{
	AUTO(buf) struct buf b = buf_new(TEXT_MAX);

	if (is_plain_word(text))
		buf_add_str(&b, text);
	else if (is_visible(text))
		add_quoted(&b, text);
	else
		add_bytes(&b, text);
	return str_copy(arena, buf_str(&b));
}
