/* host_microhttpd.c -- a program with libmicrohttpd, and the dashboard below /admin/queue.
 *
 *     host_microhttpd --token admin=SECRET --database-url jobs.db --write
 *     curl -H 'Authorization: Bearer SECRET' http://127.0.0.1:8080/admin/queue/api/stats
 */
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "soniq_microhttpd.h"

#define CONNECTIONS_MAX 1024
#define IDLE_SECONDS 60u
/* Twentieths of a second, for what is made but not sent. */
#define TICKS_MAX 40

struct program {
	struct host host;
	struct MHD_Daemon *daemon;
	struct soniq_dashboard *dashboard;
	struct soniq_microhttpd *mount;
};

static const struct host_token *user_of(const struct program *program,
					struct MHD_Connection *connection)
{
	return host_user(&program->host, MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
								     "Authorization"));
}

static enum soniq_role who(struct MHD_Connection *connection, void *arg, const char **ret_user)
{
	const struct host_token *token = user_of(arg, connection);

	*ret_user = token->user;
	return token->role;
}

static enum MHD_Result say(struct MHD_Connection *connection, unsigned int status, char *text)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY);

	MHD_add_response_header(response, "Content-Type", "text/plain");
	const enum MHD_Result result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

/* NOLINTNEXTLINE(readability-function-size): so many does the library hand over. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version,
				  const char *upload_data, size_t *upload_data_size,
				  void **con_cls)
{
	struct program *program = arg;
	char page[] = HOST_PAGE, stranger[] = HOST_WHO, nothing[] = HOST_NOTHING;

	(void)version;
	if (strcmp(url, "/") == 0)
		return say(connection, 200, page);
	if (!user_of(program, connection))
		return say(connection, 401, stranger);
	if (program->mount && soniq_microhttpd_owns(program->mount, *con_cls))
		return soniq_microhttpd_handle(program->mount, connection, method, upload_data,
					       upload_data_size, con_cls);
	return say(connection, 404, nothing);
}

static bool open_dashboard(struct program *program)
{
	const struct soniq_microhttpd_options options = { program->host.prefix, who, program };

	if (program->host.is_bare)
		return true;
	program->dashboard = host_open(&program->host);
	if (program->dashboard)
		program->mount = soniq_microhttpd_new(program->dashboard, &options);
	return program->mount != NULL;
}

static bool start(struct program *program)
{
	const unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
	const struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)program->host.port),
	};
	const struct MHD_OptionItem mounted[] = {
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)soniq_microhttpd_uri, program->mount },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)soniq_microhttpd_completed,
		  program->mount },
		{ MHD_OPTION_END, 0, NULL },
	};

	program->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, program, MHD_OPTION_SOCK_ADDR, &at,
		MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
		IDLE_SECONDS, MHD_OPTION_ARRAY, program->mount ? mounted : mounted + 2,
		MHD_OPTION_END);
	if (!program->daemon)
		fprintf(stderr, "cannot listen on port %d\n", program->host.port);
	return program->daemon != NULL;
}

/* The daemon goes on while the dashboard ends, for it sends what is still to be sent. */
static void end_dashboard(struct program *program)
{
	const struct timespec tick = { .tv_nsec = 50 * 1000 * 1000 };

	if (program->mount)
		soniq_microhttpd_stop(program->mount);
	if (program->dashboard)
		soniq_dashboard_close(program->dashboard);
	for (int i = 0; program->mount && i < TICKS_MAX; i++)
		if (soniq_microhttpd_pending(program->mount) > 0)
			nanosleep(&tick, NULL);
}

static void stop(struct program *program)
{
	const MHD_socket listener = program->daemon ? MHD_quiesce_daemon(program->daemon) : -1;

	if (listener >= 0)
		close(listener);
	end_dashboard(program);
	if (program->daemon)
		MHD_stop_daemon(program->daemon);
	if (program->mount)
		soniq_microhttpd_free(program->mount);
}

int main(int argc, char **argv)
{
	struct program program = { 0 };

	if (!host_read(&program.host, argc, argv))
		return 2;
	host_hold_signals();
	const bool is_running = open_dashboard(&program) && start(&program);
	if (is_running)
		host_wait();
	stop(&program);
	return is_running ? 0 : 1;
}
