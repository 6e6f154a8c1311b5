/* soniq_microhttpd.c -- requests of libmicrohttpd to calls of the dashboard, and the answers back.
 *
 * Locks, in the order in which they are taken: the mount's; the dashboard's own, inside of it; a
 * job's; the daemon's own. ready() comes with the dashboard's held, so that no job's is held while
 * the dashboard is asked for anything.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "soniq_microhttpd.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#define BODY_MAX 65536
#define BLOCK 32768
#define HEADERS_MAX 128

struct soniq_microhttpd {
	struct soniq_dashboard *dashboard;
	struct soniq_microhttpd_options options;
	char *prefix;
	pthread_mutex_t guard;          /* of the next two */
	TAILQ_HEAD(, job) jobs;
	bool is_stopped;
	int watch_fd, end_fd;           /* epoll: clients that go; eventfd: no more of that */
	pthread_t watcher;
	bool has_watcher;
};

/* One request below the prefix. */
struct job {
	TAILQ_ENTRY(job) link;
	struct MHD_Connection *connection;
	char *target;
	char *body;
	size_t body_n;
	struct soniq_call *call;
	struct soniq_piece piece;       /* of the body, borrowed from the call */
	size_t passed;                  /* of it */
	bool is_seen, is_too_large, is_answered, is_head;
	pthread_mutex_t guard;          /* of what follows */
	bool is_ready, is_suspended, has_gone;
};

/* ---- waking and waiting ---- */

/* Any thread. */
static void wake(struct job *job, bool has_gone)
{
	pthread_mutex_lock(&job->guard);
	job->has_gone = job->has_gone || has_gone;
	job->is_ready = true;
	if (job->is_suspended)
		MHD_resume_connection(job->connection);
	job->is_suspended = false;
	pthread_mutex_unlock(&job->guard);
}

static void ready(void *arg)
{
	wake(arg, false);
}

/* Suspends, unless something has come since there was nothing; gives whether it did. */
static bool suspend(struct job *job)
{
	pthread_mutex_lock(&job->guard);
	const bool has_come = job->is_ready;
	if (!has_come)
		MHD_suspend_connection(job->connection);
	job->is_suspended = !has_come;
	job->is_ready = false;
	pthread_mutex_unlock(&job->guard);
	return !has_come;
}

static bool has_gone(struct job *job)
{
	pthread_mutex_lock(&job->guard);
	const bool found = job->has_gone;
	pthread_mutex_unlock(&job->guard);
	return found;
}

/* The next part; NOTHING: the connection is suspended. */
static enum soniq_part take(struct job *job)
{
	enum soniq_part part;

	do {
		if (has_gone(job))
			return SONIQ_PART_BROKEN;
		part = soniq_call_take(job->call, &job->piece);
	} while (part == SONIQ_PART_NOTHING && !suspend(job));
	return part;
}

/* ---- clients that go: the daemon does not look at connections that are suspended ---- */

static int socket_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/* The job is there as long as it is in the list. */
static void tell_gone(struct soniq_microhttpd *mount, const void *which)
{
	struct job *job;

	pthread_mutex_lock(&mount->guard);
	TAILQ_FOREACH(job, &mount->jobs, link)
		if (job == which)
			wake(job, true);
	pthread_mutex_unlock(&mount->guard);
}

static void *watch(void *arg)
{
	struct soniq_microhttpd *mount = arg;
	struct epoll_event event = { 0 };

	while (event.data.ptr != mount)
		if (epoll_wait(mount->watch_fd, &event, 1, -1) == 1)
			tell_gone(mount, event.data.ptr);
	return NULL;
}

static void watch_client(const struct soniq_microhttpd *mount, struct job *job)
{
	struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = job };

	epoll_ctl(mount->watch_fd, EPOLL_CTL_ADD, socket_of(job->connection), &event);
}

/* ---- the answer ---- */

/* A reset, for without chunks only that tells a client that there was to be more. Not by closing:
 * the daemon says goodbye first. */
static ssize_t break_off(const struct job *job)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	(void)connect(socket_of(job->connection), &nobody, sizeof(nobody));
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

/* 0: suspended. */
static ssize_t read_body(void *arg, uint64_t position, char *place, size_t n)
{
	struct job *job = arg;

	(void)position;
	if (job->passed == job->piece.body_n) {
		const enum soniq_part part = take(job);
		job->passed = 0;
		if (part == SONIQ_PART_END)
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (part == SONIQ_PART_BROKEN)
			return break_off(job);
	}
	const size_t left = job->piece.body_n - job->passed;
	const size_t taken = left < n ? left : n;
	if (taken > 0)
		memcpy(place, job->piece.body + job->passed, taken);
	job->passed += taken;
	return (ssize_t)taken;
}

static bool is_length(const struct soniq_header *header)
{
	return strcasecmp(header->name, "Content-Length") == 0;
}

static struct MHD_Response *response_of(struct job *job)
{
	const struct soniq_piece *piece = &job->piece;
	uint64_t size = MHD_SIZE_UNKNOWN;

	for (size_t i = 0; i < piece->n_headers; i++)
		if (is_length(&piece->headers[i]))
			size = strtoull(piece->headers[i].value, NULL, 10);
	if (piece->status == 204 || piece->status == 304)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	struct MHD_Response *response =
		MHD_create_response_from_callback(size, BLOCK, read_body, job, NULL);
	/* The daemon ends what has no length with a last chunk, also where there is no body. */
	if (response && job->is_head && size == MHD_SIZE_UNKNOWN)
		MHD_set_response_options(response, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
	return response;
}

static enum MHD_Result queue(struct job *job, unsigned int status, struct MHD_Response *response)
{
	if (!response)
		return MHD_NO;
	const enum MHD_Result is_queued = MHD_queue_response(job->connection, status, response);
	MHD_destroy_response(response);
	return is_queued;
}

static enum MHD_Result answer_empty(struct job *job, unsigned int status, const char *location)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

	job->is_answered = true;
	if (response && location)
		MHD_add_response_header(response, "Location", location);
	return queue(job, status, response);
}

static enum MHD_Result answer(struct job *job)
{
	struct MHD_Response *response = response_of(job);
	const struct soniq_piece *piece = &job->piece;

	job->is_answered = true;
	for (size_t i = 0; response && i < piece->n_headers; i++)
		if (!is_length(&piece->headers[i]))
			MHD_add_response_header(response, piece->headers[i].name,
						piece->headers[i].value);
	const unsigned int status = (unsigned int)piece->status;
	job->piece.body_n = job->passed = 0;
	return queue(job, status, response);
}

/* The head is what decides; until there is one the connection is suspended. */
static enum MHD_Result go_on(struct job *job)
{
	switch (take(job)) {
	case SONIQ_PART_NOTHING:
		return MHD_YES;
	case SONIQ_PART_HEAD:
		return answer(job);
	default:
		return has_gone(job) ? MHD_NO : answer_empty(job, 503, NULL);
	}
}

/* ---- the request ---- */

struct headers {
	struct soniq_header list[HEADERS_MAX];
	size_t n;
};

static enum MHD_Result add_header(void *arg, enum MHD_ValueKind kind, const char *name,
				  const char *value)
{
	struct headers *headers = arg;

	(void)kind;
	if (headers->n == HEADERS_MAX)
		return MHD_NO;
	headers->list[headers->n++] = (struct soniq_header){ name, value ? value : "" };
	return MHD_YES;
}

/* Room for the longest there is: an IPv6 address with its scope. */
static const char *address_of(struct MHD_Connection *connection, char text[64])
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *at = info ? info->client_addr : NULL;

	if (!at || getnameinfo(at, at->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
							     : sizeof(struct sockaddr_in),
			       text, 64, NULL, 0, NI_NUMERICHOST) != 0)
		return NULL;
	return text;
}

static void begin(struct soniq_microhttpd *mount, struct job *job, const char *method)
{
	struct headers headers = { .n = 0 };
	char address[64];

	MHD_get_connection_values(job->connection, MHD_HEADER_KIND, add_header, &headers);
	struct soniq_request asked = {
		.method = method, .target = job->target,
		.headers = headers.list, .n_headers = headers.n,
		.body = job->body, .body_n = job->body_n,
		.address = address_of(job->connection, address),
		.ready = ready, .arg = job,
	};
	job->is_head = strcmp(method, "HEAD") == 0;
	asked.role = mount->options.who(job->connection, mount->options.arg, &asked.user);
	pthread_mutex_lock(&mount->guard);
	if (!mount->is_stopped)
		job->call = soniq_call_begin(mount->dashboard, &asked);
	pthread_mutex_unlock(&mount->guard);
	if (job->call)
		watch_client(mount, job);
}

static void add_body(struct job *job, const char *bytes, size_t n)
{
	char *body = job->body_n + n <= BODY_MAX ? realloc(job->body, job->body_n + n) : NULL;

	job->is_too_large = job->is_too_large || !body;
	if (!body)
		return;
	memcpy(body + job->body_n, bytes, n);
	job->body = body;
	job->body_n += n;
}

/* At the first sight of a request, before its body is read. */
static enum MHD_Result look(const struct soniq_microhttpd *mount, struct job *job)
{
	const char *length = MHD_lookup_connection_value(job->connection, MHD_HEADER_KIND,
							 "Content-Length");

	job->is_seen = true;
	if (job->target[0] != '/') {
		char *place = NULL;
		if (asprintf(&place, "%s/%s", mount->prefix, job->target) < 0)
			return MHD_NO;
		const enum MHD_Result is_queued = answer_empty(job, 308, place);
		free(place);
		return is_queued;
	}
	if (length && strtoull(length, NULL, 10) > BODY_MAX)
		return answer_empty(job, 413, NULL);
	return MHD_YES;
}

enum MHD_Result soniq_microhttpd_handle(struct soniq_microhttpd *mount,
					struct MHD_Connection *connection, const char *method,
					const char *upload_data, size_t *upload_data_size,
					void **con_cls)
{
	struct job *job = *con_cls;

	job->connection = connection;
	if (!job->is_seen)
		return look(mount, job);
	if (*upload_data_size > 0) {
		add_body(job, upload_data, *upload_data_size);
		*upload_data_size = 0;
		return MHD_YES;
	}
	if (job->is_answered)
		return MHD_YES;
	if (job->is_too_large)
		return answer_empty(job, 413, NULL);
	if (!job->call)
		begin(mount, job, method);
	return job->call ? go_on(job) : answer_empty(job, 503, NULL);
}

bool soniq_microhttpd_owns(struct soniq_microhttpd *mount, const void *con_cls)
{
	const struct job *job;
	bool is_there = false;

	pthread_mutex_lock(&mount->guard);
	TAILQ_FOREACH(job, &mount->jobs, link)
		is_there = is_there || job == con_cls;
	pthread_mutex_unlock(&mount->guard);
	return is_there;
}

void *soniq_microhttpd_uri(void *arg, const char *uri, struct MHD_Connection *connection)
{
	struct soniq_microhttpd *mount = arg;
	const size_t n = strlen(mount->prefix);

	if (strncmp(uri, mount->prefix, n) != 0 || (uri[n] && !strchr("/?", uri[n])))
		return NULL;
	struct job *job = calloc(1, sizeof(*job));
	char *target = strdup(uri + n);
	if (!job || !target) {
		free(job);
		free(target);
		return NULL;
	}
	job->connection = connection;
	job->target = target;
	pthread_mutex_init(&job->guard, NULL);
	pthread_mutex_lock(&mount->guard);
	TAILQ_INSERT_TAIL(&mount->jobs, job, link);
	pthread_mutex_unlock(&mount->guard);
	return job;
}

void soniq_microhttpd_completed(void *arg, struct MHD_Connection *connection, void **con_cls,
				enum MHD_RequestTerminationCode why)
{
	struct soniq_microhttpd *mount = arg;
	struct job *job = *con_cls;

	(void)why;
	if (!soniq_microhttpd_owns(mount, job))
		return;
	*con_cls = NULL;
	if (job->call) {
		epoll_ctl(mount->watch_fd, EPOLL_CTL_DEL, socket_of(connection), NULL);
		soniq_call_free(job->call);
	}
	pthread_mutex_lock(&mount->guard);
	TAILQ_REMOVE(&mount->jobs, job, link);
	pthread_mutex_unlock(&mount->guard);
	pthread_mutex_destroy(&job->guard);
	free(job->target);
	free(job->body);
	free(job);
}

/* ---- the mount ---- */

static bool start_watcher(struct soniq_microhttpd *mount)
{
	struct epoll_event end = { .events = EPOLLIN, .data.ptr = mount };
	sigset_t all, before;

	if (mount->watch_fd < 0 || mount->end_fd < 0 ||
	    epoll_ctl(mount->watch_fd, EPOLL_CTL_ADD, mount->end_fd, &end) != 0)
		return false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	mount->has_watcher = pthread_create(&mount->watcher, NULL, watch, mount) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return mount->has_watcher;
}

struct soniq_microhttpd *soniq_microhttpd_new(struct soniq_dashboard *dashboard,
					      const struct soniq_microhttpd_options *options)
{
	struct soniq_microhttpd *mount = calloc(1, sizeof(*mount));

	if (!mount)
		return NULL;
	mount->dashboard = dashboard;
	mount->options = *options;
	mount->prefix = strdup(options->prefix);
	mount->watch_fd = epoll_create1(EPOLL_CLOEXEC);
	mount->end_fd = eventfd(0, EFD_CLOEXEC);
	pthread_mutex_init(&mount->guard, NULL);
	TAILQ_INIT(&mount->jobs);
	if (mount->prefix && start_watcher(mount))
		return mount;
	soniq_microhttpd_free(mount);
	return NULL;
}

void soniq_microhttpd_stop(struct soniq_microhttpd *mount)
{
	pthread_mutex_lock(&mount->guard);
	mount->is_stopped = true;
	pthread_mutex_unlock(&mount->guard);
}

size_t soniq_microhttpd_pending(struct soniq_microhttpd *mount)
{
	const struct job *job;
	size_t n = 0;

	pthread_mutex_lock(&mount->guard);
	TAILQ_FOREACH(job, &mount->jobs, link)
		n += job->call != NULL;
	pthread_mutex_unlock(&mount->guard);
	return n;
}

void soniq_microhttpd_free(struct soniq_microhttpd *mount)
{
	const uint64_t one = 1;

	if (mount->has_watcher && write(mount->end_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(mount->watcher, NULL);
	close(mount->watch_fd);
	close(mount->end_fd);
	pthread_mutex_destroy(&mount->guard);
	free(mount->prefix);
	free(mount);
}
