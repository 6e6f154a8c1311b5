/* dispatch.h -- the steps of a request, for those who split them between threads. */
#ifndef HTTP_DISPATCH_H
#define HTTP_DISPATCH_H

#include "http/http.h"

/* Route and admit. After ERR_OK with rq->route NULL the reply is complete (a preflight). */
enum err_code http_begin(const struct http_app *app, struct request *rq, struct reply *reply,
			 struct err *err) MUST_CHECK;
/* Run the handler of rq->route; what comes back is a whole reply, if need be one of an error,
 * and then the error. */
enum err_code http_run(struct request *rq, struct reply *reply, struct err *err);

#endif
