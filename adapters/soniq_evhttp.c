/* soniq_evhttp.c -- requests of evhttp to calls of the dashboard, and the answers back. */
#include "soniq_evhttp.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#define BODY_MAX 65536
/* What a client may send while its answer is on the way. */
#define AHEAD_MAX 16384
#define WRITE_SECONDS 60

struct soniq_evhttp {
	struct event_base *base;
	struct soniq_dashboard *dashboard;
	struct soniq_evhttp_options options;
	char *prefix;
	struct event *news;
	TAILQ_HEAD(, job) jobs;
	size_t n_jobs;
};

/* One request, from its call to the end of its answer. */
struct job {
	TAILQ_ENTRY(job) link;
	struct soniq_evhttp *mount;
	struct soniq_call *call;
	struct evhttp_request *request;
	struct event *turn;             /* the last piece is with the kernel */
	bool has_head, has_body, is_writing;
};

/* ---- the answer ---- */

static struct evhttp_connection *connection_of(const struct job *job)
{
	return evhttp_request_get_connection(job->request);
}

/* The request is evhttp's again. */
static void job_free(struct job *job)
{
	struct evhttp_connection *connection = connection_of(job);

	if (connection) {
		evhttp_connection_set_closecb(connection, NULL, NULL);
		bufferevent_setwatermark(evhttp_connection_get_bufferevent(connection), EV_READ, 0,
					 0);
	}
	if (job->call)
		soniq_call_free(job->call);
	event_free(job->turn);
	TAILQ_REMOVE(&job->mount->jobs, job, link);
	job->mount->n_jobs--;
	free(job);
}

/* The client has gone. Where evhttp has let go of the request, it is ours to free. */
static void on_close(struct evhttp_connection *connection, void *arg)
{
	struct job *job = arg;
	struct evhttp_request *request = job->request;
	const bool is_ours = !connection_of(job);

	(void)connection;
	job_free(job);
	if (is_ours)
		evhttp_request_free(request);
}

/* A reset, for without chunks only that tells a client that there was to be more. Not by closing:
 * evhttp says goodbye first. */
static void reset(struct evhttp_connection *connection)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	(void)connect(bufferevent_getfd(evhttp_connection_get_bufferevent(connection)), &nobody,
		      sizeof(nobody));
}

static void break_off(struct job *job)
{
	struct evhttp_connection *connection = connection_of(job);
	struct evhttp_request *request = job->request;
	const bool has_head = job->has_head;

	job_free(job);
	if (!has_head) {
		evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
		return;
	}
	reset(connection);
	evhttp_connection_free(connection);
}

/* What has no length ends with the connection, or goes on for so long that no time to wait for the
 * client's next word is right. */
static void make_endless(struct job *job)
{
	const struct timeval patience = { .tv_sec = WRITE_SECONDS };

	evhttp_add_header(evhttp_request_get_output_headers(job->request), "Connection", "close");
	bufferevent_set_timeouts(evhttp_connection_get_bufferevent(connection_of(job)), NULL,
				 &patience);
}

static void send_head(struct job *job, const struct soniq_piece *piece)
{
	struct evkeyvalq *out = evhttp_request_get_output_headers(job->request);

	for (size_t i = 0; i < piece->n_headers; i++)
		evhttp_add_header(out, piece->headers[i].name, piece->headers[i].value);
	job->has_body = piece->status != 204 && piece->status != 304 &&
			evhttp_request_get_command(job->request) != EVHTTP_REQ_HEAD;
	if (job->has_body && !evhttp_find_header(out, "Content-Length"))
		make_endless(job);
	evhttp_send_reply_start(job->request, piece->status, NULL);
	job->has_head = true;
}

/* Not here: evhttp is in the middle of its own work. */
static void on_written(struct evhttp_connection *connection, void *arg)
{
	struct job *job = arg;

	(void)connection;
	event_active(job->turn, 0, 0);
}

static bool send_body(struct job *job, const struct soniq_piece *piece)
{
	struct evbuffer *body = evbuffer_new();

	job->is_writing = body && evbuffer_add(body, piece->body, piece->body_n) == 0;
	if (job->is_writing)
		evhttp_send_reply_chunk_with_cb(job->request, body, on_written, job);
	if (body)
		evbuffer_free(body);
	return job->is_writing;
}

static void send_end(struct job *job)
{
	struct evhttp_request *request = job->request;

	job_free(job);
	evhttp_send_reply_end(request);
}

/* The next piece only when the one before it is with the kernel. */
static void move(struct job *job)
{
	while (!job->is_writing) {
		struct soniq_piece piece;

		switch (soniq_call_take(job->call, &piece)) {
		case SONIQ_PART_NOTHING:
			return;
		case SONIQ_PART_HEAD:
			send_head(job, &piece);
			break;
		case SONIQ_PART_BODY:
			if (!job->has_body || send_body(job, &piece))
				break;
			break_off(job);
			return;
		case SONIQ_PART_END:
			send_end(job);
			return;
		case SONIQ_PART_BROKEN:
			break_off(job);
			return;
		}
	}
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct job *job = arg;

	(void)fd;
	(void)what;
	job->is_writing = false;
	move(job);
}

static void on_news(evutil_socket_t fd, short what, void *arg)
{
	const struct soniq_evhttp *mount = arg;
	void *job = NULL;

	(void)fd;
	(void)what;
	while (soniq_dashboard_next(mount->dashboard, &job))
		move(job);
}

/* ---- the request ---- */

static const char *method_of(const struct evhttp_request *request)
{
	static const struct { enum evhttp_cmd_type type; const char *name; } methods[] = {
		{ EVHTTP_REQ_GET, "GET" },       { EVHTTP_REQ_HEAD, "HEAD" },
		{ EVHTTP_REQ_POST, "POST" },     { EVHTTP_REQ_DELETE, "DELETE" },
		{ EVHTTP_REQ_PUT, "PUT" },       { EVHTTP_REQ_OPTIONS, "OPTIONS" },
		{ EVHTTP_REQ_PATCH, "PATCH" },
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (methods[i].type == evhttp_request_get_command(request))
			return methods[i].name;
	return "OTHER";
}

/* Gives the headers for the caller to free. */
static struct soniq_header *headers_of(struct evhttp_request *request, size_t *ret_n)
{
	const struct evkeyvalq *in = evhttp_request_get_input_headers(request);
	const struct evkeyval *pair;
	size_t n = 0;

	TAILQ_FOREACH(pair, in, next)
		n++;
	struct soniq_header *headers = calloc(n + 1, sizeof(*headers));
	if (!headers)
		return NULL;
	n = 0;
	TAILQ_FOREACH(pair, in, next)
		headers[n++] = (struct soniq_header){ pair->key, pair->value };
	*ret_n = n;
	return headers;
}

static struct job *job_new(struct soniq_evhttp *mount, struct evhttp_request *request)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->mount = mount;
	job->request = request;
	job->turn = event_new(mount->base, -1, 0, on_turn, job);
	if (!job->turn) {
		free(job);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&mount->jobs, job, link);
	mount->n_jobs++;
	return job;
}

/* That a client goes is noticed only while the connection reads. evhttp ends the process when a
 * byte of the next request comes to its own reader meanwhile, so that there is none until it sets
 * it again for the next request. */
static void watch_client(struct job *job)
{
	struct bufferevent *bev = evhttp_connection_get_bufferevent(connection_of(job));
	bufferevent_data_cb on_write = NULL;
	bufferevent_event_cb on_event = NULL;
	void *arg = NULL;

	bufferevent_getcb(bev, NULL, &on_write, &on_event, &arg);
	bufferevent_setcb(bev, NULL, on_write, on_event, arg);
	bufferevent_setwatermark(bev, EV_READ, 0, AHEAD_MAX);
	bufferevent_enable(bev, EV_READ);
	evhttp_connection_set_closecb(connection_of(job), on_close, job);
}

static void begin(struct job *job, const char *target, const struct soniq_header *headers,
		  size_t n_headers)
{
	const struct soniq_evhttp *mount = job->mount;
	struct evbuffer *in = evhttp_request_get_input_buffer(job->request);
	struct soniq_request asked = {
		.method = method_of(job->request), .target = target,
		.headers = headers, .n_headers = n_headers,
		.body_n = evbuffer_get_length(in), .arg = job,
	};
	char *address = NULL;
	ev_uint16_t port = 0;

	evhttp_connection_get_peer(connection_of(job), &address, &port);
	asked.address = address;
	asked.body = (const char *)evbuffer_pullup(in, -1);
	asked.role = mount->options.who(job->request, mount->options.arg, &asked.user);
	job->call = soniq_call_begin(mount->dashboard, &asked);
	watch_client(job);
}

static void answer(struct soniq_evhttp *mount, struct evhttp_request *request, const char *target)
{
	size_t n = 0;
	struct soniq_header *headers = headers_of(request, &n);
	struct job *job = headers ? job_new(mount, request) : NULL;

	if (job)
		begin(job, target, headers, n);
	else
		evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
	free(headers);
}

static void redirect(struct evhttp_request *request, const char *prefix, const char *query)
{
	const size_t n = strlen(prefix) + strlen(query) + 2;
	char *place = malloc(n);

	if (!place) {
		evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
		return;
	}
	snprintf(place, n, "%s/%s", prefix, query);
	evhttp_add_header(evhttp_request_get_output_headers(request), "Location", place);
	free(place);
	evhttp_send_reply(request, 308, "Permanent Redirect", NULL);
}

bool soniq_evhttp_handle(struct soniq_evhttp *mount, struct evhttp_request *request)
{
	const char *uri = evhttp_request_get_uri(request);
	const size_t n = strlen(mount->prefix);

	if (strncmp(uri, mount->prefix, n) != 0 || (uri[n] && !strchr("/?", uri[n])))
		return false;
	if (uri[n] != '/')
		redirect(request, mount->prefix, uri + n);
	else if (evbuffer_get_length(evhttp_request_get_input_buffer(request)) > BODY_MAX)
		evhttp_send_error(request, HTTP_ENTITYTOOLARGE, NULL);
	else
		answer(mount, request, uri + n);
	return true;
}

/* ---- the mount ---- */

struct soniq_evhttp *soniq_evhttp_new(struct event_base *base, struct soniq_dashboard *dashboard,
				      const struct soniq_evhttp_options *options)
{
	struct soniq_evhttp *mount = calloc(1, sizeof(*mount));

	if (!mount)
		return NULL;
	mount->base = base;
	mount->dashboard = dashboard;
	mount->options = *options;
	mount->prefix = strdup(options->prefix);
	mount->news = event_new(base, soniq_dashboard_fd(dashboard), EV_READ | EV_PERSIST, on_news,
				mount);
	TAILQ_INIT(&mount->jobs);
	if (!mount->prefix || !mount->news || event_add(mount->news, NULL) != 0) {
		soniq_evhttp_free(mount);
		return NULL;
	}
	return mount;
}

size_t soniq_evhttp_pending(const struct soniq_evhttp *mount)
{
	return mount->n_jobs;
}

void soniq_evhttp_free(struct soniq_evhttp *mount)
{
	while (!TAILQ_EMPTY(&mount->jobs))
		break_off(TAILQ_FIRST(&mount->jobs));
	if (mount->news)
		event_free(mount->news);
	free(mount->prefix);
	free(mount);
}
