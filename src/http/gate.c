/* gate.c -- what is refused before anything else looks at a request: whatever two programs could
 * read in two ways. */
#include "base/parse.h"
#include "http/head.h"

bool http_is_token(struct str s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];
		const char lower = (char)(c | 0x20);
		if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z') &&
		    (c == '\0' || !strchr(others, c)))
			return false;
	}
	return s.n > 0;
}

static bool has_control(struct str s, bool may_have_tab)
{
	for (size_t i = 0; i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];
		if ((c < ' ' && !(c == '\t' && may_have_tab)) || c == 0x7f)
			return true;
	}
	return false;
}

/* A name, an address, or [an address]; perhaps with a port. Whose it is, is not decided here. */
static bool is_host(struct str s)
{
	static const char others[] = "-._~:[]";

	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];
		const char lower = (char)(c | 0x20);
		if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z') &&
		    (c == '\0' || !strchr(others, c)))
			return false;
	}
	return s.n > 0 && s.n <= 255;
}

static enum err_code check_host(struct str value, struct err *err)
{
	if (!is_host(value))
		return err_set(err, ERR_MALFORMED, "The Host header is not a host.");
	return ERR_OK;
}

static enum err_code check_length(struct str value, struct err *err)
{
	int64_t n = 0;

	/* Digits alone; parse_i64 takes a minus and this must not. */
	if (value.n == 0 || value.n > 19 || value.p[0] == '-' || !parse_i64(value, &n))
		return err_set(err, ERR_MALFORMED, "The Content-Length is not a length.");
	if (n > HTTP_BODY_MAX)
		return err_set(err, ERR_TOO_LARGE, "The body is larger than %d bytes.",
			       HTTP_BODY_MAX);
	return ERR_OK;
}

static enum err_code check_transfer(struct str value, struct err *err)
{
	(void)value;
	return err_set(err, ERR_MALFORMED,
		       "Transfer-Encoding is not taken: send a Content-Length.");
}

static enum err_code check_coding(struct str value, struct err *err)
{
	(void)value;
	return err_set(err, ERR_MEDIA_TYPE, "A body with a Content-Encoding is not taken.");
}

/* Headers that may stand once at the most, and what their values must be. Host comes first. */
static const struct {
	const char *name;
	enum err_code (*check)(struct str value, struct err *err);
} singles[] = {
	{ "Host", check_host },
	{ "Content-Length", check_length },
	{ "Transfer-Encoding", check_transfer },
	{ "Content-Encoding", check_coding },
	{ "Content-Type", NULL },
	{ "Origin", NULL },
	{ "Expect", NULL },
	{ "Authorization", NULL },
	{ "X-API-Key", NULL },
	{ "Sec-Fetch-Site", NULL },
	{ "Sec-Fetch-Mode", NULL },
};

#define SEEN_HOST 1u

static enum err_code check_header(const struct http_pair *h, unsigned *seen, struct err *err)
{
	if (!http_is_token(h->name))
		return err_set(err, ERR_MALFORMED, "The name of a header is not a token.");
	/* X_Forwarded_For and X-Forwarded-For are one name to some programs behind proxies. */
	if (memchr(h->name.p, '_', h->name.n))
		return err_set(err, ERR_MALFORMED, "The name of a header has an underscore.");
	if (has_control(h->value, true))
		return err_set(err, ERR_MALFORMED, "The value of a header has control bytes.");

	for (size_t i = 0; i < ARRAY_LEN(singles); i++) {
		if (!str_eq_nocase(h->name, str_of(singles[i].name)))
			continue;
		if (*seen & 1u << i)
			return err_set(err, ERR_MALFORMED, "There is more than one %s header.",
				       singles[i].name);
		*seen |= 1u << i;
		return singles[i].check ? singles[i].check(h->value, err) : ERR_OK;
	}
	return ERR_OK;
}

/* ".." as a piece. Whether it would lead out of anything is not asked: nobody needs it. */
static bool has_dot_dot(struct str path)
{
	struct str piece;

	while (str_cut(&path, '/', &piece))
		if (str_eq(piece, S("..")))
			return true;
	return false;
}

static bool is_visible(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

static enum err_code check_path(const char *method, struct str raw, struct arena *arena,
				struct str *ret_path, struct err *err)
{
	struct str path;

	if (str_eq(raw, S("*")) && http_method_of(method) == HTTP_OPTIONS) {
		*ret_path = raw;
		return ERR_OK;
	}
	if (raw.n == 0 || raw.p[0] != '/' || !is_visible(raw) || memchr(raw.p, '#', raw.n) ||
	    memchr(raw.p, '?', raw.n))
		return err_set(err, ERR_MALFORMED, "The request's address is not a path.");
	TRY(http_decode(raw, false, arena, &path, err));
	if (has_control(path, false) || memchr(path.p, '\\', path.n) || has_dot_dot(path))
		return err_set(err, ERR_MALFORMED,
			       "The path has control bytes, a backslash or \"..\".");
	*ret_path = path;
	return ERR_OK;
}

enum err_code http_gate(const struct head *head, struct arena *arena, struct str *ret_path,
			struct err *err)
{
	unsigned seen = 0;

	if (!http_is_token(str_of(head->method)))
		return err_set(err, ERR_MALFORMED, "The method is not a token.");
	for (size_t i = 0; i < head->n_headers; i++)
		TRY(check_header(&head->headers[i], &seen, err));
	if (!(seen & SEEN_HOST))
		return err_set(err, ERR_MALFORMED, "There is no Host header.");
	return check_path(head->method, head->raw_path, arena, ret_path, err);
}
