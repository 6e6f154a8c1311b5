/* signature.c -- an error's text taken apart: type, message, place. */
#include "rules/signature.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "base/macros.h"
#include "base/parse.h"
#include "rules/message.h"

#define RAW_MESSAGE_MAX 1200    /* bytes of a message that are looked at */
/* Part of what is hashed: another way of taking apart makes other signatures. */
#define VERSION "1"

/* A traceback's line `File "path", line 1, in function`. */
struct place {
	struct str path;
	struct str function;    /* NULL: of a SyntaxError */
};

/* One traceback, from its header to the line that names the exception. */
struct trace {
	struct place inner;             /* the last frame */
	struct place user, user_outer;  /* the last and the first of users' code; path NULL: none */
	bool is_ended;                  /* the line of the exception was seen */
	struct str last;                /* that line */
	struct str part;                /* of a group: the line of the first exception in it */
};

struct scan {
	struct trace first, now;
	int n_traces;
	bool is_inside;         /* frames may follow */
	bool is_in_part;        /* among the exceptions of a group */
};

/* ---- lines ---- */

static bool is_header(struct str line)
{
	return str_eq(line, S("Traceback (most recent call last):")) ||
	       str_eq(line, S("Exception Group Traceback (most recent call last):"));
}

static struct str skip_spaces(struct str s)
{
	while (s.n > 0 && s.p[0] == ' ')
		s = (struct str){ s.p + 1, s.n - 1 };
	return s;
}

/* Groups are drawn with a margin of " + ", " | " and "+-+---". */
static struct str skip_margin(struct str line)
{
	const struct str s = skip_spaces(line);

	if (s.n < 2 || (s.p[0] != '|' && s.p[0] != '+') || s.p[1] != ' ')
		return line;
	return (struct str){ s.p + 2, s.n - 2 };
}

static bool is_part_mark(struct str line)
{
	return str_starts(skip_spaces(line), S("+-+-")) ||
	       str_starts(skip_spaces(line), S("+----"));
}

static bool find_last(struct str s, struct str what, size_t *ret)
{
	for (size_t i = s.n; i-- > 0;) {
		if (str_starts((struct str){ s.p + i, s.n - i }, what)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static bool read_place(struct str line, struct place *ret)
{
	const struct str file = S("File \""), in = S(", in ");
	const struct str s = skip_spaces(line);
	size_t end;

	if (!str_starts(s, file) || !find_last(s, S("\", line "), &end) || end < file.n)
		return false;
	const struct str rest = { s.p + end, s.n - end };
	size_t at;
	ret->path = (struct str){ s.p + file.n, end - file.n };
	ret->function = STR_NULL;
	if (find_last(rest, in, &at))
		ret->function = (struct str){ rest.p + at + in.n, rest.n - at - in.n };
	return true;
}

/* ---- whose code ---- */

static bool is_same(char c, char want)
{
	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	return (c == '\\' ? '/' : c) == want;
}

static bool has_part(struct str path, const char *part)
{
	const size_t n = strlen(part);

	for (size_t i = 0; i + n <= path.n; i++) {
		size_t k = 0;
		while (k < n && is_same(path.p[i + k], part[k]))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

static bool is_users(struct str path)
{
	static const char *const others[] = {
		"/site-packages/",  "/dist-packages/", "/lib/python3", "/lib64/python3",
		"/lib/python2",     "/lib/pypy",       "/soniq/core/", "/soniq/features/",
		"/soniq/backends/", "/soniq/app.py",
	};

	if (path.n == 0 || path.p[0] == '<')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (has_part(path, others[i]))
			return false;
	return !(has_part(path, "/python3") && has_part(path, "/lib/"));
}

static void note_place(struct trace *trace, const struct place *place)
{
	trace->inner = *place;
	if (!is_users(place->path))
		return;
	trace->user = *place;
	if (!trace->user_outer.path.p)
		trace->user_outer = *place;
}

/* ---- the whole text ---- */

/* `Type: message` or `Type`: the length of the type, or 0. */
static size_t type_length(struct str line)
{
	size_t n = 0;

	while (n < line.n && n < SIGNATURE_TYPE_MAX &&
	       ((line.p[n] >= 'a' && line.p[n] <= 'z') || (line.p[n] >= 'A' && line.p[n] <= 'Z') ||
		(n > 0 && ((line.p[n] >= '0' && line.p[n] <= '9') || line.p[n] == '.')) ||
		line.p[n] == '_' || (unsigned char)line.p[n] >= 0x80))
		n++;
	if (n == line.n)
		return n;
	return line.p[n] == ':' && (n + 1 == line.n || line.p[n + 1] == ' ') ? n : 0;
}

static void note_part(struct scan *scan, struct str line)
{
	if (!scan->now.part.p && !is_header(line) && type_length(line) > 0 &&
	    type_length(line) < line.n)
		scan->now.part = line;
}

static void begin_trace(struct scan *scan)
{
	if (scan->n_traces++ == 1)
		scan->first = scan->now;
	scan->now = (struct trace){ 0 };
	scan->is_inside = true;
	scan->is_in_part = false;
}

static void note_line(struct scan *scan, struct str whole)
{
	const struct str line = skip_margin(whole);
	struct place place;

	if (scan->n_traces > 0 && is_part_mark(whole))
		scan->is_in_part = true;
	else if (is_header(line) && !(scan->is_in_part && line.p != whole.p))
		begin_trace(scan);
	else if (scan->is_in_part)
		note_part(scan, line);
	else if (scan->is_inside && read_place(line, &place))
		note_place(&scan->now, &place);
	else if (scan->is_inside && line.n > 0 && line.p[0] != ' ') {
		scan->is_inside = false;
		scan->now.is_ended = true;
		scan->now.last = line;
	}
}

static struct str cut_line(struct str *s)
{
	struct str line;

	if (!str_cut(s, '\n', &line))
		return STR_NULL;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static struct scan scan_text(struct str text)
{
	struct scan scan = { 0 };

	for (struct str rest = text, line = cut_line(&rest); line.p; line = cut_line(&rest))
		note_line(&scan, line);
	if (scan.n_traces == 1)
		scan.first = scan.now;
	return scan;
}

/* Of a cut end the first traceback counts. */
static const struct trace *choose_trace(const struct scan *scan)
{
	return scan->now.is_ended ? &scan->now : &scan->first;
}

static struct place place_of(const struct trace *t)
{
	if (!t->is_ended)
		return t->user_outer;
	return t->user.path.p ? t->user : t->inner;
}

/* ---- parts ---- */

static struct str basename_of(struct str path)
{
	size_t from = path.n;
	bool is_first = true;

	while (from > 0) {
		const char c = path.p[from - 1];
		const struct str tail = { path.p + from, path.n - from };
		const bool is_end = c == '/' || c == '\\';
		/* "__init__.py" alone says nothing. */
		if (is_end && !(is_first && str_starts(tail, S("__"))))
			break;
		is_first = is_first && !is_end;
		from--;
	}
	return (struct str){ path.p + from, path.n - from };
}

static struct str cut_to(struct arena *arena, struct buf *b, size_t max)
{
	for (size_t i = 0; i < b->n; i++)
		if ((unsigned char)b->p[i] < ' ' || b->p[i] == 0x7f)
			b->p[i] = ' ';
	return str_copy(arena, str_trim(str_head_utf8(buf_str(b), max)));
}

static struct str make_frame(const struct place *place, struct arena *arena)
{
	AUTO(buf) struct buf b = buf_new(SIGNATURE_LOOK_MAX * 2);

	if (!place->path.p)
		return STR_NULL;
	buf_add_str(&b, basename_of(place->path));
	if (place->function.p) {
		buf_add_char(&b, ':');
		buf_add_str(&b, place->function);
	}
	return cut_to(arena, &b, SIGNATURE_FRAME_MAX);
}

static bool skip(struct str *s, struct str prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	*s = (struct str){ s->p + prefix.n, s->n - prefix.n };
	return true;
}

static struct str without_prefix(struct str text)
{
	while (skip(&text, S("Max retries exceeded: ")) ||
	       skip(&text, S("Retry policy declined: ")))
		;
	return text;
}

/* Up to the traceback. */
static struct str head_of(struct str text)
{
	for (struct str rest = text, line = cut_line(&rest); line.p; line = cut_line(&rest))
		if (is_header(skip_margin(line)))
			return (struct str){ text.p, (size_t)(line.p - text.p) };
	return text;
}

static struct str first_line(struct str text)
{
	return cut_line(&text);
}

static bool is_blank(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > ' ')
			return false;
	return true;
}

/* What names the failure: the line in front, else the one behind the frames. */
static struct str summary_of(struct str text, const struct scan *scan)
{
	const struct str head = head_of(text);

	return is_blank(head) && scan->now.last.p ? scan->now.last : head;
}

/* How a process ended: the number is what it is about. */
static bool is_exit(struct str raw)
{
	return str_starts(raw, S("killed by signal ")) || str_starts(raw, S("exited with status "));
}

static struct str make_message(struct str raw, const struct scan *scan, struct arena *arena)
{
	AUTO(buf) struct buf b = buf_new((size_t)RAW_MESSAGE_MAX * 8);

	if (is_exit(raw))
		buf_add_str(&b, first_line(raw));
	else
		message_add_plain(&b, str_head_utf8(raw, RAW_MESSAGE_MAX));
	/* The parts are what tells two groups of exceptions apart. */
	if (scan->now.part.p) {
		while (b.n > 0 && b.p[b.n - 1] == ' ')
			b.n--;
		buf_add_text(&b, ": ");
		message_add_plain(&b, scan->now.part);
	}
	return cut_to(arena, &b, SIGNATURE_MESSAGE_MAX);
}

/* How much is left of a traceback that is cut depends on how long the message is: then the frame
 * is for people alone. */
static void sign(struct failure *f, bool is_frame_sure)
{
	static const char hex[] = "0123456789abcdef";
	AUTO(buf) struct buf b = buf_new(4096);
	unsigned char digest[EVP_MAX_MD_SIZE] = { 0 };
	const struct str parts[] = { f->error_type, f->message,
				     is_frame_sure ? f->frame : STR_NULL };

	buf_add_text(&b, VERSION);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		buf_add_char(&b, '\0');
		buf_add_str(&b, parts[i]);
	}
	EVP_Digest(b.p, b.n, digest, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < SIGNATURE_LEN; i++)
		f->signature[i] = hex[(digest[i / 2] >> (i % 2 ? 0 : 4)) & 0xf];
	f->signature[SIGNATURE_LEN] = '\0';
}

struct failure failure_of(struct str last_error, struct str reason, struct arena *arena)
{
	const struct str looked = str_head_utf8(last_error, SIGNATURE_LOOK_MAX);
	const struct str text = without_prefix(is_blank(looked) ? STR_NULL : looked);
	const struct scan scan = scan_text(text);
	const struct trace *trace = choose_trace(&scan);
	const struct place place = place_of(trace);
	struct str summary = summary_of(text, &scan);
	const size_t n_type = type_length(first_line(summary));
	struct failure f = { .frame = make_frame(&place, arena) };

	if (n_type > 0 && (scan.n_traces > 0 || n_type < first_line(summary).n)) {
		f.error_type = str_copy(arena, (struct str){ summary.p, n_type });
		summary = (struct str){ summary.p + n_type, summary.n - n_type };
		summary = summary.n > 0 && summary.p[0] == ':' ?
			  (struct str){ summary.p + 1, summary.n - 1 } : summary;
	}
	f.message = make_message(text.p ? summary : reason, &scan, arena);
	sign(&f, trace->is_ended);
	return f;
}

bool signature_is_valid(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!((text.p[i] >= '0' && text.p[i] <= '9') ||
		      (text.p[i] >= 'a' && text.p[i] <= 'f')))
			return false;
	return text.n == SIGNATURE_LEN;
}
