/* soniq_fastcgi.h -- the dashboard of Soniq in a program that serves FastCGI (libfcgi, fcgiapp.h).
 *
 *     while (FCGX_Accept_r(&request) == 0)            in each of the program's threads
 *             if (!soniq_fastcgi_handle(dashboard, &options, &request))
 *                     ...an address of the program's own
 *
 * A thread is taken for as long as an answer lasts, a page that listens to events all its life:
 * have as many as there may be open pages, and some more. The web server passes the target as it
 * came (REQUEST_URI), keeps no body back (nginx: fastcgi_buffering off) and closes its side when
 * the client has gone (nginx does).
 */
#ifndef SONIQ_FASTCGI_H
#define SONIQ_FASTCGI_H

#include <fcgiapp.h>
#include <soniq/dashboard.h>

struct soniq_fastcgi_options {
	const char *prefix;     /* "/admin/queue": no slash at the end; "" for all there is */
	/* What whoever asks may do, by FCGX_GetParam(..., request->envp): REMOTE_USER and others.
	 * ret_user: their name, needed until this call of handle ends; it is NULL at first. */
	enum soniq_role (*who)(FCGX_Request *request, void *arg, const char **ret_user);
	void *arg;
};

/* Answers a request below the prefix to its end, and finishes it; false: it is not below it. Any
 * thread, as long as the dashboard is open. */
bool soniq_fastcgi_handle(struct soniq_dashboard *dashboard,
			  const struct soniq_fastcgi_options *options, FCGX_Request *request);

#endif
