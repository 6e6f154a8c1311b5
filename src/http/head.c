/* head.c -- the bytes of a request's head, read strictly: CR LF ends a line and nothing else does,
 * a line is not continued on the next, and no byte is skipped, repaired or guessed. */
#include "http/head.h"

static enum head_state broken(int status, const char *why, int *ret_status, struct err *err)
{
	*ret_status = status;
	err_set(err, ERR_MALFORMED, "%s", why);
	return HEAD_BROKEN;
}

static bool is_allowed(unsigned char c)
{
	return (c >= ' ' && c != 0x7f) || c == '\t' || c == '\r' || c == '\n';
}

/* LF stands after CR, and nothing else does. */
static bool is_in_place(const char *bytes, size_t i)
{
	const bool is_after_cr = i > 0 && bytes[i - 1] == '\r';
	return is_after_cr == (bytes[i] == '\n');
}

/* The end of a line at scan->n (already counted). */
static enum head_state end_line(struct head_scan *scan, const char *bytes, int *ret_status,
				struct err *err)
{
	const size_t n = scan->n;

	if (scan->n_lines++ == 0) {
		scan->line_n = n - 2;
		if (scan->line_n == 0)
			return broken(400, "The request begins with an empty line.",
				      ret_status, err);
		return HEAD_MORE;
	}
	if (n >= 4 && memcmp(bytes + n - 4, "\r\n\r\n", 4) == 0)
		return HEAD_WHOLE;
	if (scan->n_lines > HTTP_HEADERS_MAX + 1)
		return broken(431, "There are too many headers.", ret_status, err);
	return HEAD_MORE;
}

/* One more byte, which stands at scan->n. */
static enum head_state step(struct head_scan *scan, const char *bytes, int *ret_status,
			    struct err *err)
{
	const size_t i = scan->n;

	if (!is_allowed((unsigned char)bytes[i]) || !is_in_place(bytes, i))
		return broken(400, "The head of the request has a control byte, or a line that "
			      "does not end with CR LF.", ret_status, err);
	scan->n++;
	if (scan->line_n == 0 && scan->n > HTTP_LINE_MAX)
		return broken(414, "The request line is too long.", ret_status, err);
	if (scan->n > HTTP_HEAD_MAX)
		return broken(431, "The head of the request is too large.", ret_status, err);
	return bytes[i] == '\n' ? end_line(scan, bytes, ret_status, err) : HEAD_MORE;
}

enum head_state http_head_scan(struct head_scan *scan, const char *bytes, size_t n,
			       int *ret_status, struct err *err)
{
	while (scan->n < n) {
		const enum head_state state = step(scan, bytes, ret_status, err);
		if (state != HEAD_MORE)
			return state;
	}
	return HEAD_MORE;
}

/* "HTTP/1.1" or "HTTP/1.0"; another version is told apart from what is none. */
static enum err_code parse_version(struct str s, int *ret_minor, int *ret_status, struct err *err)
{
	if (str_eq(s, S("HTTP/1.1")) || str_eq(s, S("HTTP/1.0"))) {
		*ret_minor = s.p[7] - '0';
		return ERR_OK;
	}
	if (s.n == 8 && str_starts(s, S("HTTP/")) && s.p[6] == '.') {
		*ret_status = 505;
		return err_set(err, ERR_MALFORMED, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
	}
	return err_set(err, ERR_MALFORMED, "The request line names no version of HTTP.");
}

static enum err_code parse_line(struct str line, struct arena *arena, struct head *head,
				int *ret_status, struct err *err)
{
	struct str method, target;

	if (!str_cut(&line, ' ', &method) || !str_cut(&line, ' ', &target) || !line.p ||
	    method.n == 0 || target.n == 0)
		return err_set(err, ERR_MALFORMED,
			       "The request line is not a method, a path and a version.");
	TRY(parse_version(line, &head->minor, ret_status, err));
	for (size_t i = 0; i < target.n; i++)
		if (target.p[i] <= ' ' || target.p[i] > '~' || target.p[i] == '#')
			return err_set(err, ERR_MALFORMED,
				       "The address has bytes that must be percent-encoded.");
	head->method = str_cstr(arena, method);
	head->raw_query = target;
	str_cut(&head->raw_query, '?', &head->raw_path);
	return ERR_OK;
}

static enum err_code parse_header(struct str line, struct http_pair *ret, struct err *err)
{
	const char *colon = line.n > 0 ? memchr(line.p, ':', line.n) : NULL;

	if (line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
		return err_set(err, ERR_MALFORMED, "A header is continued on a second line.");
	if (!colon)
		return err_set(err, ERR_MALFORMED, "A header has no colon.");
	const size_t n = (size_t)(colon - line.p);
	const bool has_space = line.n > n + 1 && colon[1] == ' ';
	const struct str raw = { colon + 1 + has_space, line.n - n - 1 - has_space };
	ret->name = (struct str){ line.p, n };
	/* Of a length not even blanks are taken away: the gate wants digits alone. */
	ret->value = str_eq_nocase(ret->name, S("Content-Length")) ? raw : str_trim(raw);
	return ERR_OK;
}

/* What stands before the next CR LF; the scan has made sure that there is one. */
static struct str cut_line(struct str *rest)
{
	struct str line;

	str_cut(rest, '\n', &line);
	line.n--;
	return line;
}

/* "http://host/path" is what a client says to a proxy, and servers must take it: only when it
 * names the same host as the Host header, so that nobody can read it in two ways. */
static enum err_code drop_authority(struct head *head, struct err *err)
{
	static const struct str scheme = { "http://", 7 };
	struct str rest = head->raw_path;

	if (rest.n < scheme.n || !str_eq_nocase((struct str){ rest.p, scheme.n }, scheme))
		return ERR_OK;
	rest = (struct str){ rest.p + scheme.n, rest.n - scheme.n };
	const char *slash = rest.n > 0 ? memchr(rest.p, '/', rest.n) : NULL;
	const size_t n = slash ? (size_t)(slash - rest.p) : rest.n;
	if (!str_eq_nocase((struct str){ rest.p, n }, head_find(head, "Host")))
		return err_set(err, ERR_MALFORMED,
			       "The address and the Host header name two hosts.");
	head->raw_path = slash ? (struct str){ slash, rest.n - n } : S("/");
	return ERR_OK;
}

enum err_code http_head_parse(struct str bytes, struct arena *arena, struct head *ret_head,
			      int *ret_status, struct err *err)
{
	struct http_pair *headers = ARENA_ARRAY(arena, struct http_pair, HTTP_HEADERS_MAX);
	struct str rest = bytes;
	struct head head = { .headers = headers };

	*ret_status = 0;
	TRY(parse_line(cut_line(&rest), arena, &head, ret_status, err));
	for (;;) {
		const struct str line = cut_line(&rest);
		if (line.n == 0)
			break;
		if (head.n_headers == HTTP_HEADERS_MAX)
			return err_set(err, ERR_TOO_LARGE, "There are too many headers.");
		TRY(parse_header(line, &headers[head.n_headers++], err));
	}
	TRY(drop_authority(&head, err));
	*ret_head = head;
	return ERR_OK;
}

struct str head_find(const struct head *head, const char *name)
{
	for (size_t i = 0; i < head->n_headers; i++)
		if (str_eq_nocase(head->headers[i].name, str_of(name)))
			return head->headers[i].value;
	return STR_NULL;
}

bool head_has_word(const struct head *head, const char *name, const char *word)
{
	for (size_t i = 0; i < head->n_headers; i++) {
		struct str rest = head->headers[i].value;
		struct str item;
		if (!str_eq_nocase(head->headers[i].name, str_of(name)))
			continue;
		while (str_cut(&rest, ',', &item))
			if (str_eq_nocase(str_trim(item), str_of(word)))
				return true;
	}
	return false;
}
