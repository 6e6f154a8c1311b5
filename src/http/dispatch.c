/* dispatch.c -- route, admit, run, decorate. */
#include "http/dispatch.h"

enum err_code http_begin(const struct http_app *app, struct request *rq, struct reply *reply,
			 struct err *err)
{
	const char *allow = NULL;
	struct err not_found = { 0 };
	const enum err_code found = http_route(app, rq, &allow, &not_found);

	/* Who may not ask is told so, and not what exists. */
	if (app->admit)
		TRY(app->admit(rq, rq->route, reply, err));
	if (found == ERR_OK || (rq->method == HTTP_OPTIONS && reply->status == 204))
		return ERR_OK;
	if (allow)
		reply_header(reply, rq->arena, "Allow", str_of(allow));
	*err = not_found;
	return found;
}

enum err_code http_run(struct request *rq, struct reply *reply, struct err *err)
{
	enum err_code code = rq->route->run(rq, reply, err);

	if (code == ERR_OK && reply->body.has_failed)
		code = err_set(err, ERR_INVALID,
			       "The answer would be larger than %d MiB: ask for fewer rows.",
			       HTTP_REPLY_MAX / (1024 * 1024));
	err->code = code;
	if (code != ERR_OK)
		reply_error(reply, err);
	return code;
}

void http_dispatch(const struct http_app *app, struct request *rq, struct reply *reply)
{
	struct err err = { 0 };

	err.code = http_begin(app, rq, reply, &err);
	if (err.code != ERR_OK)
		reply_error(reply, &err);
	else if (rq->route)
		http_run(rq, reply, &err);
	if (app->decorate)
		app->decorate(rq, reply);
}
