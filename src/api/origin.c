/* origin.c -- Host and Origin headers. */
#include "api/origin.h"

#include "base/list.h"
#include "base/macros.h"

#define AUTHORITY_MAX 255

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_';
}

static bool is_v6_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
	       c == ':' || c == '.';
}

static bool all_of(struct str s, bool (*is_ok)(char c))
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_ok(s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_v6_literal(struct str host)
{
	if (host.n < 4 || host.p[0] != '[' || host.p[host.n - 1] != ']')
		return false;
	return all_of((struct str){ host.p + 1, host.n - 2 }, is_v6_char);
}

/* Where the host ends: behind the bracket of a literal, else at the first colon. */
static size_t host_length(struct str text)
{
	const char *end = memchr(text.p, text.p[0] == '[' ? ']' : ':', text.n);
	if (!end)
		return text.n;
	return (size_t)(end - text.p) + (text.p[0] == '[' ? 1 : 0);
}

bool authority_parse(struct str text, struct authority *ret)
{
	if (!text.p || text.n == 0 || text.n > AUTHORITY_MAX)
		return false;

	struct authority a = { { text.p, host_length(text) }, STR_NULL };
	if (a.host.n < text.n) {
		if (text.p[a.host.n] != ':')
			return false;
		a.port = (struct str){ text.p + a.host.n + 1, text.n - a.host.n - 1 };
		if (!all_of(a.port, is_digit) || a.port.n > 5)
			return false;
	}
	if (!is_v6_literal(a.host) && !all_of(a.host, is_name_char))
		return false;
	*ret = a;
	return true;
}

bool authority_is_loopback(const struct authority *a)
{
	return str_eq(a->host, S("127.0.0.1")) || str_eq(a->host, S("[::1]")) ||
	       str_eq_nocase(a->host, S("localhost"));
}

enum err_code host_list_parse(const char *text, struct arena *arena, struct host_list *ret,
			      struct err *err)
{
	struct list items = list_new(arena, sizeof(struct authority));
	struct str rest = str_copy(arena, str_of(text)), entry;

	while (str_cut(&rest, ',', &entry)) {
		entry = str_trim(entry);
		if (entry.n == 0)
			continue;
		struct authority a;
		if (!authority_parse(entry, &a))
			return err_set(err, ERR_INVALID,
				       "SONIQ_DASHBOARD_ALLOWED_HOSTS: \"%.*s\" is not a host "
				       "name; write names, or name:port, with commas between",
				       STR_ARG(entry));
		*(struct authority *)list_add(&items) = a;
	}
	*ret = (struct host_list){ items.items, items.n };
	return ERR_OK;
}

bool host_list_has(const struct host_list *list, const struct authority *a)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct authority *item = &list->items[i];
		if (str_eq_nocase(item->host, a->host) &&
		    (!item->port.p || str_eq(item->port, a->port)))
			return true;
	}
	return false;
}

/* The authority of "http://..." or "https://..."; NULL text for anything else. */
static struct str origin_authority(struct str origin)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		const struct str scheme = str_of(schemes[i]);
		if (origin.p && str_starts(origin, scheme))
			return (struct str){ origin.p + scheme.n, origin.n - scheme.n };
	}
	return STR_NULL;
}

enum err_code origin_list_parse(const char *text, struct arena *arena, struct origin_list *ret,
				struct err *err)
{
	struct list items = list_new(arena, sizeof(struct str));
	struct str rest = str_copy(arena, str_of(text)), entry;

	while (str_cut(&rest, ',', &entry)) {
		entry = str_trim(entry);
		if (entry.n == 0)
			continue;
		struct authority a;
		if (!authority_parse(origin_authority(entry), &a))
			return err_set(err, ERR_INVALID,
				       "SONIQ_DASHBOARD_ALLOWED_ORIGINS: \"%.*s\" is not an "
				       "origin; write https://name or https://name:port",
				       STR_ARG(entry));
		*(struct str *)list_add(&items) = entry;
	}
	*ret = (struct origin_list){ items.items, items.n };
	return ERR_OK;
}

bool origin_list_has(const struct origin_list *list, struct str origin)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->items[i], origin))
			return true;
	return false;
}

/* A port that is not written is the scheme's own; a Host without one is as its Origin says. */
static bool is_same_port(struct str origin, const struct authority *a, const struct authority *b)
{
	const struct str usual = str_starts(origin, S("https:")) ? S("443") : S("80");
	return str_eq(a->port.p ? a->port : usual, b->port.p ? b->port : usual);
}

bool origin_is_host(struct str origin, struct str host, bool any_port)
{
	struct authority a, b;
	if (!authority_parse(origin_authority(origin), &a) || !authority_parse(host, &b))
		return false;
	return str_eq_nocase(a.host, b.host) && (any_port || is_same_port(origin, &a, &b));
}
