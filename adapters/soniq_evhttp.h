/* soniq_evhttp.h -- the dashboard of Soniq in a program that serves with libevent's evhttp.
 *
 *     struct soniq_evhttp *mount = soniq_evhttp_new(base, dashboard, &options);
 *     ...in the callback of the program's requests, after it knows that they may:
 *     if (soniq_evhttp_handle(mount, request))
 *             return;
 *
 * Everything happens in the thread of the event_base, which never waits. Only one mount may take
 * from a dashboard's soniq_dashboard_next. The program ignores SIGPIPE, as every program with
 * libevent does, and sets the limits of its server (evhttp_set_max_body_size ...).
 */
#ifndef SONIQ_EVHTTP_H
#define SONIQ_EVHTTP_H

#include <event2/http.h>
#include <soniq/dashboard.h>

struct soniq_evhttp;

struct soniq_evhttp_options {
	const char *prefix;     /* "/admin/queue": no slash at the end; "" for all there is */
	/* What whoever asks may do. ret_user: their name, needed until this call of handle ends; it
	 * is NULL at first. */
	enum soniq_role (*who)(struct evhttp_request *request, void *arg, const char **ret_user);
	void *arg;
};

/* NULL: out of memory. The options' prefix is copied. */
struct soniq_evhttp *soniq_evhttp_new(struct event_base *base, struct soniq_dashboard *dashboard,
				      const struct soniq_evhttp_options *options);
/* Answers a request below the prefix, now or later; false: it is not below it. */
bool soniq_evhttp_handle(struct soniq_evhttp *mount, struct evhttp_request *request);
/* How many answers are not whole yet. After soniq_dashboard_drain they become none. */
size_t soniq_evhttp_pending(const struct soniq_evhttp *mount);
/* After the last evhttp of its requests is freed, or none is pending; before
 * soniq_dashboard_close. */
void soniq_evhttp_free(struct soniq_evhttp *mount);

#endif
