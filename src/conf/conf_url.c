/* conf_url.c -- what a database URL may show of itself, and which database it means.
 *
 * A label is built from parts that were recognised, never from what is left when a password is
 * taken out: whatever is odd anywhere, nothing of the text is shown. */
#include "conf/conf.h"

#include <string.h>

#include "base/macros.h"

#define NOT_SHOWN "postgresql://(not shown)"
#define PATH_NOT_SHOWN "sqlite:///(not shown)"
#define LABEL_MAX 1024

/* The parts that a label consists of; each NULL when absent. */
struct parts {
	struct str user;
	struct str hosts;       /* "host:port,host:port" */
	struct str host;        /* of a parameter host=, or of a keyword string */
	struct str port;
	struct str database;
};

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

/* Only letters, digits and the characters of `others`, at least one. */
static bool is_made_of(struct str s, const char *others)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_word_char(s.p[i]) && (s.p[i] == '\0' || !strchr(others, s.p[i])))
			return false;
	return s.n > 0;
}

static bool is_port(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n <= 5;
}

static bool is_name(struct str s)
{
	return is_made_of(s, "._-%+~$") && s.n <= 128;
}

/* A name, an address, a folder with the socket. */
static bool is_host(struct str s)
{
	return is_made_of(s, "._-%/:,") && s.n <= 256;
}

/* "name", "name:5432", "[::1]:5432", "" of a URL. */
static bool is_host_port(struct str s)
{
	struct str host;

	if (str_starts(s, S("["))) {
		s = (struct str){ s.p + 1, s.n - 1 };
		if (!str_cut(&s, ']', &host) || !is_made_of(host, ":.%") || !s.p)
			return false;
		return s.n == 0 || (s.p[0] == ':' && is_port((struct str){ s.p + 1, s.n - 1 }));
	}
	str_cut(&s, ':', &host);
	return (host.n == 0 || is_made_of(host, "._-%")) && (!s.p || is_port(s));
}

static bool are_hosts(struct str s)
{
	struct str one;

	while (str_cut(&s, ',', &one))
		if (!is_host_port(one))
			return false;
	return true;
}

/* Keep a parameter that may be shown; all others are passed over. */
static bool keep_parameter(struct parts *parts, struct str key, struct str value)
{
	struct {
		struct str key;
		struct str *out;
		bool (*is_good)(struct str);
	} known[] = {
		{ S("host"), &parts->host, is_host },     { S("hostaddr"), &parts->host, is_host },
		{ S("port"), &parts->port, is_port },     { S("user"), &parts->user, is_name },
		{ S("dbname"), &parts->database, is_name },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (!str_eq(key, known[i].key))
			continue;
		*known[i].out = value;
		return value.n == 0 || known[i].is_good(value);
	}
	return true;
}

static bool read_query(struct str query, struct parts *parts)
{
	struct str value;
	struct str key;

	while (str_cut(&query, '&', &value)) {
		str_cut(&value, '=', &key);
		if (value.p && !keep_parameter(parts, key, value))
			return false;
	}
	return true;
}

static bool has_any(struct str s, const char *chars)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(chars, s.p[i]))
			return true;
	return false;
}

/* A password may hold each character that a URL uses, so it ends at the last @ of all. When a /
 * or ? stands before that, nobody can tell where the password is. */
static bool read_user(struct str *s, struct parts *parts)
{
	const char *at = s->n > 0 ? memrchr(s->p, '@', s->n) : NULL;

	if (!at)
		return true;

	struct str login = { s->p, (size_t)(at - s->p) };

	if (has_any(login, "/?"))
		return false;
	*s = (struct str){ at + 1, s->n - login.n - 1 };
	str_cut(&login, ':', &parts->user);
	return parts->user.n == 0 || is_name(parts->user);
}

static bool read_url(struct str s, struct parts *parts)
{
	struct str path;

	if (!read_user(&s, parts))
		return false;
	str_cut(&s, '?', &path);
	if (s.p && !read_query(s, parts))
		return false;
	str_cut(&path, '/', &parts->hosts);
	if (path.n > 0)
		parts->database = path;
	return are_hosts(parts->hosts) && (path.n == 0 || is_name(path));
}

static void skip_spaces(struct str *s)
{
	while (s->n > 0 && strchr(" \t\r\n", s->p[0]) && s->p[0] != '\0')
		*s = (struct str){ s->p + 1, s->n - 1 };
}

/* One value of a keyword string, moved over; quotes taken off. Backslashes stay: a value that
 * has one is no name and so is not shown. */
static bool take_keyword_value(struct str *s, struct str *ret_value)
{
	const bool is_quoted = s->n > 0 && s->p[0] == '\'';
	size_t end = is_quoted;

	while (end < s->n && !strchr(is_quoted ? "'" : " \t\r\n", s->p[end]))
		end += s->p[end] == '\\' ? 2 : 1;
	if (end > s->n || (is_quoted && end == s->n))
		return false;
	*ret_value = (struct str){ s->p + is_quoted, end - is_quoted };
	*s = (struct str){ s->p + end + is_quoted, s->n - end - is_quoted };
	return true;
}

static bool read_keywords(struct str s, struct parts *parts)
{
	for (skip_spaces(&s); s.n > 0; skip_spaces(&s)) {
		struct str key, value;

		if (!str_cut(&s, '=', &key) || !s.p)
			return false;
		skip_spaces(&s);
		key = str_trim(key);
		if (!is_made_of(key, "_") || !take_keyword_value(&s, &value) ||
		    !keep_parameter(parts, key, value))
			return false;
	}
	return true;
}

static const char *label_of(const struct parts *parts, struct arena *arena)
{
	const struct str hosts = parts->hosts.n > 0 ? parts->hosts : parts->host;
	AUTO(buf) struct buf label = buf_new(LABEL_MAX);

	buf_add_text(&label, "postgresql://");
	if (parts->user.n > 0)
		buf_printf(&label, "%.*s@", STR_ARG(parts->user));
	buf_add_str(&label, hosts);
	if (parts->port.n > 0)
		buf_printf(&label, ":%.*s", STR_ARG(parts->port));
	if (parts->database.n > 0)
		buf_printf(&label, "/%.*s", STR_ARG(parts->database));
	return label.has_failed ? NOT_SHOWN : str_cstr(arena, buf_str(&label));
}

static bool is_keyword_string(struct str s)
{
	struct str key;

	return str_cut(&s, '=', &key) && s.p && is_made_of(str_trim(key), "_");
}

/* "postgresql://", "postgres://", and with a driver's name as SQLAlchemy writes it. */
static bool take_scheme(struct str *s)
{
	struct str scheme = str_starts(*s, S("postgresql")) ? S("postgresql") : S("postgres");

	if (!str_starts(*s, scheme))
		return false;

	struct str rest = { s->p + scheme.n, s->n - scheme.n };

	if (str_starts(rest, S("+"))) {
		str_cut(&rest, ':', &scheme);
		scheme = (struct str){ scheme.p + 1, scheme.n - 1 };
		if (!rest.p || !is_made_of(scheme, "_") || !str_starts(rest, S("//")))
			return false;
		*s = (struct str){ rest.p + 2, rest.n - 2 };
		return true;
	}
	if (!str_starts(rest, S("://")))
		return false;
	*s = (struct str){ rest.p + 3, rest.n - 3 };
	return true;
}

/* A path can be shown, unless it could be the rest of a URL with a login. */
static const char *path_label(const char *url, const char *path, struct arena *arena)
{
	const char *colon = strchr(path, ':');

	if ((colon && strchr(colon, '@')) || strchr(path, '?'))
		return str_starts(str_of(url), S("sqlite:")) ? PATH_NOT_SHOWN : NOT_SHOWN;
	return str_cstr(arena, str_of(url));
}

const char *conf_url_label(const char *url, struct arena *arena)
{
	struct parts parts = { 0 };
	struct str s = str_of(url);
	const char *path;

	if (!url)
		return "";
	if (conf_url_is_sqlite(url, arena, &path))
		return path_label(url, path, arena);
	if (take_scheme(&s) ? read_url(s, &parts) : read_keywords(s, &parts))
		return label_of(&parts, arena);
	return NOT_SHOWN;
}

bool conf_url_is_sqlite(const char *url, struct arena *arena, const char **ret_path)
{
	struct str path = str_of(url);
	const bool has_scheme = str_starts(path, S("sqlite://"));

	if (has_scheme)
		path = (struct str){ path.p + 9, path.n - 9 };
	else if (strstr(url, "://") || is_keyword_string(path))
		return false;
	if (has_scheme && str_starts(path, S("/")))
		path = (struct str){ path.p + 1, path.n - 1 };
	if (!has_scheme && !str_ends(path, S(".db")) && !str_ends(path, S(".sqlite")) &&
	    !str_ends(path, S(".sqlite3")))
		return false;
	*ret_path = str_cstr(arena, path);
	return true;
}
