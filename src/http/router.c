/* router.c -- from a path to the handler: exact pieces first, then {names}. */
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

/* One bit for each method that some route has at this path; the best route in `best`. */
static unsigned look(const struct http_app *app, const struct request *rq, struct match *best)
{
	unsigned methods = 0;

	for (size_t t = 0; app->tables[t]; t++) {
		for (const struct route *r = app->tables[t]; r->path; r++) {
			struct match m = { .route = r };

			if (!fits(str_of(r->path), rq->path, &m))
				continue;
			methods |= 1u << r->method;
			if (serves(r, rq->method) && (!best->route || m.rank > best->rank))
				*best = m;
		}
	}
	return methods;
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
	struct match best = { 0 };
	const unsigned methods = look(app, rq, &best);

	rq->route = best.route;
	memcpy(rq->parts, best.parts, sizeof(rq->parts));
	if (best.route)
		return ERR_OK;
	if (methods == 0)
		return err_set(err, ERR_NOT_FOUND, "There is nothing at this path.");
	*ret_allow = allow_of(methods, rq->arena);
	return err_set(err, ERR_METHOD, "This path takes %s.", *ret_allow);
}
