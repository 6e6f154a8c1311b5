/* request.c -- what a request says: its method, its headers, its parameters. */
#include "http/http.h"

static const char *const method_names[HTTP_METHOD__COUNT] = {
	[HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",       [HTTP_POST] = "POST",
	[HTTP_DELETE] = "DELETE",   [HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = "OTHER",
};

enum http_method http_method_of(const char *name)
{
	for (int i = 0; i < HTTP_OTHER; i++)
		if (strcmp(name, method_names[i]) == 0)
			return (enum http_method)i;
	return HTTP_OTHER;
}

const char *http_method_name(enum http_method method)
{
	return method_names[method];
}

struct str request_header(const struct request *rq, const char *name)
{
	const struct str wanted = str_of(name);

	for (size_t i = 0; i < rq->n_headers; i++)
		if (str_eq_nocase(rq->headers[i].name, wanted))
			return rq->headers[i].value;
	return STR_NULL;
}

bool request_has_header(const struct request *rq, const char *name)
{
	return request_header(rq, name).p != NULL;
}

struct str request_query(const struct request *rq, const char *name, size_t *ret_n)
{
	const struct str wanted = str_of(name);
	struct str first = STR_NULL;
	size_t n = 0;

	for (size_t i = 0; i < rq->n_query; i++) {
		if (!str_eq(rq->query[i].name, wanted))
			continue;
		if (n++ == 0)
			first = rq->query[i].value;
	}
	if (ret_n)
		*ret_n = n;
	return first;
}
