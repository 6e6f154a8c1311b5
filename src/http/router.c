/* router.c -- from a path to the handler: exact pieces first, then {names}; below any prefix. */
#include "http/http.h"

struct match {
	const struct route *route;
	unsigned rank;                  /* a bit a piece, set where the piece is exact */
	struct str parts[HTTP_PATH_PARTS_MAX];
};

static bool is_name(struct str piece)
{
	return piece.n >= 2 && piece.p[0] == '{' && piece.p[piece.n - 1] == '}';
}

/* Does the path fit the pattern? Then rank and parts of `m` are filled in. */
static bool fits(struct str pattern, struct str path, struct match *m)
{
	struct str wanted, got;
	size_t n_parts = 0;

	m->rank = 0;
	while (str_cut(&pattern, '/', &wanted)) {
		if (!str_cut(&path, '/', &got))
			return false;
		const bool is_exact = str_eq(wanted, got);
		if (!is_exact && (!is_name(wanted) || got.n == 0))
			return false;
		if (!is_exact && n_parts < HTTP_PATH_PARTS_MAX)
			m->parts[n_parts++] = got;
		m->rank = m->rank << 1 | is_exact;
	}
	return path.p == NULL;
}

static bool serves(const struct route *route, enum http_method method)
{
	return route->method == method || (route->method == HTTP_GET && method == HTTP_HEAD);
}

/* What was found: the best pattern's methods, a bit each, and its route for the wanted one. A
 * pattern that is less exact does not count: "/jobs/search" is no "/jobs/{id}". */
struct found {
	struct match match;
	unsigned methods;
};

static void consider(struct found *found, const struct match *m, enum http_method method)
{
	if (found->methods && m->rank < found->match.rank)
		return;
	if (!found->methods || m->rank > found->match.rank)
		*found = (struct found){ .match.rank = m->rank };
	found->methods |= 1u << m->route->method;
	if (serves(m->route, method))
		found->match = *m;
}

static struct found look(const struct http_app *app, const struct request *rq)
{
	struct found found = { 0 };

	for (size_t t = 0; app->tables[t]; t++) {
		for (const struct route *r = app->tables[t]; r->path; r++) {
			struct match m = { .route = r };
			if (fits(str_of(r->path), rq->path, &m))
				consider(&found, &m, rq->method);
		}
	}
	return found;
}

/* ---- below a prefix that a proxy passes on ---- */

#define PREFIX_PIECES_MAX 8

static bool begins_route(const struct http_app *app, struct str piece)
{
	struct str rest, first;

	for (size_t t = 0; app->tables[t]; t++) {
		for (const struct route *r = app->tables[t]; r->path; r++) {
			rest = (struct str){ r->path + 1, strlen(r->path) - 1 };
			if (str_cut(&rest, '/', &first) && str_eq(first, piece))
				return true;
		}
	}
	return false;
}

/* How long the prefix is: what stands before the first piece that an address of ours begins with,
 * or before the slash at the end. That is one place or none: nothing is tried out, and below a
 * piece of ours ("/health/api/jobs") there is no other address to be found. */
static size_t prefix_length(const struct http_app *app, struct str path)
{
	struct str rest = { path.p + 1, path.n - 1 }, piece;

	for (int i = 0; i <= PREFIX_PIECES_MAX && str_cut(&rest, '/', &piece); i++) {
		const size_t before = (size_t)(piece.p - path.p) - 1;
		if (piece.n == 0)
			return rest.p ? 0 : before;
		if (begins_route(app, piece) || app->has_file(piece))
			return before;
	}
	return 0;
}

static void take_prefix_off(const struct http_app *app, struct request *rq)
{
	if (!app->has_file || rq->path.n == 0 || rq->path.p[0] != '/')
		return;
	const size_t n = prefix_length(app, rq->path);
	rq->path = (struct str){ rq->path.p + n, rq->path.n - n };
}

static const char *allow_of(unsigned methods, struct arena *arena)
{
	const char *text = "";

	if (methods & 1u << HTTP_GET)
		methods |= 1u << HTTP_HEAD;
	for (int i = 0; i < HTTP_OTHER; i++)
		if (methods & 1u << i)
			text = arena_printf(arena, "%s%s%s", text, text[0] ? ", " : "",
					    http_method_name((enum http_method)i));
	return text;
}

enum err_code http_route(const struct http_app *app, struct request *rq,
			 const char **ret_allow, struct err *err)
{
	take_prefix_off(app, rq);
	const struct found found = look(app, rq);

	rq->route = found.match.route;
	if (found.methods == 0 && app->missing)
		rq->route = app->missing(rq);
	memcpy(rq->parts, found.match.parts, sizeof(rq->parts));
	if (rq->route)
		return ERR_OK;
	if (found.methods == 0)
		return err_set(err, ERR_NOT_FOUND, "There is nothing at this path.");
	*ret_allow = allow_of(found.methods, rq->arena);
	return err_set(err, ERR_METHOD, "This path takes %s.", *ret_allow);
}
