/* host_evhttp.c -- a program with libevent's evhttp, and the dashboard below /admin/queue.
 *
 *     host_evhttp --token admin=SECRET --database-url jobs.db --write
 *     curl -H 'Authorization: Bearer SECRET' http://127.0.0.1:8080/admin/queue/api/stats
 */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "soniq_evhttp.h"

#define BODY_MAX 65536
#define HEADERS_MAX 16384
/* Ticks of a twentieth of a second: a little more than the ten seconds of the drain. */
#define TICKS_MAX 240

struct program {
	struct host host;
	struct event_base *base;
	struct evhttp *http;
	struct evhttp_bound_socket *listener;
	struct soniq_dashboard *dashboard;
	struct soniq_evhttp *mount;
	struct event *ticker;
	int ticks;
};

static const struct host_token *user_of(struct program *program, struct evhttp_request *request)
{
	const struct evkeyvalq *headers = evhttp_request_get_input_headers(request);

	return host_user(&program->host, evhttp_find_header(headers, "Authorization"));
}

static enum soniq_role who(struct evhttp_request *request, void *arg, const char **ret_user)
{
	const struct host_token *token = user_of(arg, request);

	*ret_user = token->user;
	return token->role;
}

static void say(struct evhttp_request *request, int status, const char *text)
{
	struct evbuffer *body = evbuffer_new();

	evbuffer_add(body, text, strlen(text));
	evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
			  "text/plain");
	evhttp_send_reply(request, status, NULL, body);
	evbuffer_free(body);
}

static void on_request(struct evhttp_request *request, void *arg)
{
	struct program *program = arg;

	if (strcmp(evhttp_request_get_uri(request), "/") == 0)
		say(request, 200, HOST_PAGE);
	else if (!user_of(program, request))
		say(request, 401, HOST_WHO);
	else if (!program->mount || !soniq_evhttp_handle(program->mount, request))
		say(request, 404, HOST_NOTHING);
}

/* Until all answers are sent: streams end when they are told, the rest when it is made. */
static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct program *program = arg;

	(void)fd;
	(void)what;
	if (!program->mount || soniq_evhttp_pending(program->mount) == 0 ||
	    ++program->ticks > TICKS_MAX)
		event_base_loopbreak(program->base);
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
	struct program *program = arg;
	const struct timeval often = { .tv_usec = 50 * 1000 };

	(void)number;
	(void)what;
	if (program->listener)
		evhttp_del_accept_socket(program->http, program->listener);
	program->listener = NULL;
	if (program->dashboard)
		soniq_dashboard_drain(program->dashboard);
	event_add(program->ticker, &often);
}

static bool open_all(struct program *program)
{
	struct host *host = &program->host;
	const struct soniq_evhttp_options options = { host->prefix, who, program };

	program->base = event_base_new();
	program->http = evhttp_new(program->base);
	program->ticker = event_new(program->base, -1, EV_PERSIST, on_tick, program);
	evhttp_set_max_body_size(program->http, BODY_MAX);
	evhttp_set_max_headers_size(program->http, HEADERS_MAX);
	evhttp_set_gencb(program->http, on_request, program);
	program->listener = evhttp_bind_socket_with_handle(program->http, "127.0.0.1",
							   (ev_uint16_t)host->port);
	if (!program->listener)
		fprintf(stderr, "cannot listen on port %d\n", host->port);
	if (!program->listener || host->is_bare)
		return program->listener != NULL;
	program->dashboard = host_open(host);
	if (program->dashboard)
		program->mount = soniq_evhttp_new(program->base, program->dashboard, &options);
	return program->mount != NULL;
}

static void run(struct program *program)
{
	struct event *term = evsignal_new(program->base, SIGTERM, on_signal, program);
	struct event *interrupt = evsignal_new(program->base, SIGINT, on_signal, program);

	event_add(term, NULL);
	event_add(interrupt, NULL);
	event_base_dispatch(program->base);
	event_free(term);
	event_free(interrupt);
}

static void close_all(struct program *program)
{
	evhttp_free(program->http);
	if (program->mount)
		soniq_evhttp_free(program->mount);
	if (program->dashboard)
		soniq_dashboard_close(program->dashboard);
	event_free(program->ticker);
	event_base_free(program->base);
}

int main(int argc, char **argv)
{
	struct program program = { .ticks = 0 };

	if (!host_read(&program.host, argc, argv))
		return 2;
	signal(SIGPIPE, SIG_IGN);
	const bool is_open = open_all(&program);
	if (is_open)
		run(&program);
	close_all(&program);
	return is_open ? 0 : 1;
}
