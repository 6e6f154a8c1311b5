/* soniq_microhttpd.h -- the dashboard of Soniq in a program that serves with libmicrohttpd.
 *
 *     mount = soniq_microhttpd_new(dashboard, &options);
 *     daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, port,
 *                     NULL, NULL, handler, arg,
 *                     MHD_OPTION_URI_LOG_CALLBACK, soniq_microhttpd_uri, mount,
 *                     MHD_OPTION_NOTIFY_COMPLETED, soniq_microhttpd_completed, mount,
 *                     MHD_OPTION_END);
 *     ...in the handler, first of all:
 *     if (soniq_microhttpd_owns(mount, *con_cls))
 *             return soniq_microhttpd_handle(mount, connection, method, upload_data,
 *                             upload_data_size, con_cls);
 *
 * The daemon's threads never wait: a connection without anything to send is suspended. So any way
 * of polling will do but MHD_USE_THREAD_PER_CONNECTION. A thread of the mount's own watches which
 * clients go meanwhile. A program with a completed callback of its own calls this one from it.
 */
#ifndef SONIQ_MICROHTTPD_H
#define SONIQ_MICROHTTPD_H

#include <microhttpd.h>
#include <soniq/dashboard.h>

struct soniq_microhttpd;

struct soniq_microhttpd_options {
	const char *prefix;     /* "/admin/queue": no slash at the end; "" for all there is */
	/* What whoever asks may do. ret_user: their name, needed until this call of handle ends; it
	 * is NULL at first. */
	enum soniq_role (*who)(struct MHD_Connection *connection, void *arg, const char **ret_user);
	void *arg;
};

/* NULL: out of memory or descriptors. The options' prefix is copied. */
struct soniq_microhttpd *soniq_microhttpd_new(struct soniq_dashboard *dashboard,
					      const struct soniq_microhttpd_options *options);
/* For the daemon, with the mount as its arg: sees the target as it came, and marks what is below
 * the prefix. */
void *soniq_microhttpd_uri(void *arg, const char *uri, struct MHD_Connection *connection);
void soniq_microhttpd_completed(void *arg, struct MHD_Connection *connection, void **con_cls,
				enum MHD_RequestTerminationCode why);
bool soniq_microhttpd_owns(struct soniq_microhttpd *mount, const void *con_cls);
enum MHD_Result soniq_microhttpd_handle(struct soniq_microhttpd *mount,
					struct MHD_Connection *connection, const char *method,
					const char *upload_data, size_t *upload_data_size,
					void **con_cls);
/* No call begins after this (503), so that soniq_dashboard_close may. What the daemon still has to
 * send then is pending: MHD_stop_daemon cuts it off. */
void soniq_microhttpd_stop(struct soniq_microhttpd *mount);
size_t soniq_microhttpd_pending(struct soniq_microhttpd *mount);
/* After MHD_stop_daemon. */
void soniq_microhttpd_free(struct soniq_microhttpd *mount);

#endif
