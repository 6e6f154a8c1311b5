/* server.c -- the loop: opening, running, stopping, and the watchers of others. */
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http/call.h"
#include "http/flow.h"
#include "http/serving.h"

#define GRACE (10 * SECOND)
/* For executors to notice that they were cancelled. */
#define PATIENCE (3 * SECOND)
/* Besides connections: the database's, files, the loop's own. */
#define DESCRIPTORS_MORE 128

void server_timer(struct event *timer, usec_t after)
{
	const struct timeval tv = { .tv_sec = after / SECOND, .tv_usec = after % SECOND };
	event_add(timer, &tv);
}

void server_wake(struct server *server)
{
	const uint64_t one = 1;
	/* It fails only when the counter is full, and then the loop wakes anyway. */
	(void)!write(server->wake_fd, &one, sizeof(one));
}

/* ---- stopping ---- */

/* A write whose client has gone is waited for as well. */
void server_check_end(struct server *server)
{
	if (server->is_stopping && server->n_conns == 0 && TAILQ_EMPTY(&server->air) &&
	    (!server->desk || desk_is_idle(server->desk)))
		event_base_loopexit(server->base, NULL);
}

static void begin_stop(struct server *server)
{
	struct conn *conn, *next;

	if (server->is_stopping) {
		event_base_loopbreak(server->base);
		return;
	}
	server->is_stopping = true;
	if (server->on_stop)
		server->on_stop(server->on_stop_arg);
	listen_close(server);
	for (conn = TAILQ_FIRST(&server->conns); conn; conn = next) {
		next = TAILQ_NEXT(conn, link);
		conn_wind_up(conn);
	}
	if (server->desk)
		desk_wind_up(server->desk);
	flights_drop_alone(server);
	server_timer(&server->grace, GRACE);
	server_check_end(server);
}

static void on_signal(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	begin_stop(arg);
}

static void on_grace(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd;
	(void)what;
	event_base_loopbreak(server->base);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;
	uint64_t n = 0;

	(void)what;
	(void)!read(fd, &n, sizeof(n));
	if (server->desk)
		desk_look(server->desk);
	flows_look(server);
	flights_land(server);
	live_hear(server);
	server_check_end(server);
	if (atomic_exchange(&server->is_stop_asked, false))
		begin_stop(server);
}

static void on_kept(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	kept_sweep(arg, false);
}

void server_stop(struct server *server)
{
	atomic_store(&server->is_stop_asked, true);
	server_wake(server);
}

/* ---- opening ---- */

static void set_defaults(struct server_options *o)
{
	o->host = o->host ? o->host : "127.0.0.1";
	o->n_readers = o->n_readers > 0 ? o->n_readers : 3;
	o->n_longs = o->n_longs > 0 ? o->n_longs : 2;
	o->n_guests = o->n_guests > 0 ? o->n_guests : 2;
	o->queue_max = o->queue_max > 0 ? o->queue_max : 64;
	o->connections_max = o->connections_max > 0 ? o->connections_max : 1536;
	o->streams_max = o->streams_max > 0 ? o->streams_max : 1024;
	o->peer_max = o->peer_max > 0 ? o->peer_max : 64;
	o->head_deadline = o->head_deadline > 0 ? o->head_deadline : 10 * SECOND;
	o->idle_timeout = o->idle_timeout > 0 ? o->idle_timeout : 15 * SECOND;
	o->request_deadline = o->request_deadline > 0 ? o->request_deadline : 10 * SECOND;
	o->budget = o->budget > 0 ? o->budget : 1;
}

/* A connection each is more than some systems give a program at first. */
static void raise_descriptors(const struct server_options *o)
{
	const rlim_t wanted = (rlim_t)o->connections_max + DESCRIPTORS_MORE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	/* Where it is refused, fewer are served (see on_accept_error). */
	(void)!setrlimit(RLIMIT_NOFILE, &limit);
}

static void assign_events(struct server *server)
{
	struct event_base *base = server->base;

	event_assign(&server->wake, base, server->wake_fd, EV_READ | EV_PERSIST, on_wake, server);
	event_assign(&server->sigterm, base, SIGTERM, EV_SIGNAL | EV_PERSIST, on_signal, server);
	event_assign(&server->sigint, base, SIGINT, EV_SIGNAL | EV_PERSIST, on_signal, server);
	event_assign(&server->grace, base, -1, 0, on_grace, server);
	event_assign(&server->kept_timer, base, -1, 0, on_kept, server);
	event_add(&server->wake, NULL);
}

/* Libraries do not log: what libevent would say is in the errors that it gives. */
static void be_silent(int severity, const char *text)
{
	(void)severity;
	(void)text;
}

/* What is at home in a program of ours, and would be an intrusion in another. */
static enum err_code own_process(struct server *server, struct err *err)
{
	raise_descriptors(&server->options);
	signal(SIGPIPE, SIG_IGN);
	event_set_log_callback(be_silent);
	TRY(listen_open(server, err));
	/* From here on, not only when the loop turns: who is told that we listen may end us. */
	event_add(&server->sigterm, NULL);
	event_add(&server->sigint, NULL);
	return ERR_OK;
}

/* Without a look at the environment, which can choose other ways to wait. */
static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();

	if (!config)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_IGNORE_ENV);
	struct event_base *base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static void init_pools(struct server *server)
{
	const struct server_options *o = &server->options;
	const int executors[LANE__COUNT] = {
		[LANE_READ] = o->n_readers,
		[LANE_LONG] = o->n_longs,
		[LANE_WRITE] = o->has_writer ? 1 : 0,
		[LANE_GUEST] = o->n_guests,
	};

	for (int lane = 0; lane < LANE__COUNT; lane++)
		pool_init(&server->pools[lane], server, executors[lane], (enum route_lane)lane);
}

enum err_code server_open(const struct http_app *app, const struct server_options *options,
			  struct server **ret_server, struct err *err)
{
	AUTO_FREE(server) struct server *server = xalloc(sizeof(*server));

	server->app = app;
	server->options = *options;
	set_defaults(&server->options);
	budget_init(&server->budget, server->options.budget, clock_mono());
	TAILQ_INIT(&server->conns);
	TAILQ_INIT(&server->air);
	TAILQ_INIT(&server->landed);
	TAILQ_INIT(&server->watchers);
	pthread_mutex_init(&server->landed_guard, NULL);
	pthread_mutex_init(&server->kept_guard, NULL);
	TAILQ_INIT(&server->flows);
	init_pools(server);

	server->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	server->base = new_base();
	if (server->wake_fd < 0 || !server->base)
		return err_set(err, ERR_INTERNAL, "cannot make an event loop: out of descriptors?");
	assign_events(server);
	live_open(server);
	if (options->is_mounted)
		server->desk = desk_open(server);
	else
		TRY(own_process(server, err));
	*ret_server = server;
	server = NULL;
	return ERR_OK;
}

int server_port(const struct server *server)
{
	return server->port;
}

/* ---- running ---- */

static void close_all(struct server *server)
{
	struct conn *conn;

	while ((conn = TAILQ_FIRST(&server->conns)))
		conn_close(conn);
	if (server->desk)
		desk_close_all(server->desk);
}

enum err_code server_run(struct server *server, struct err *err)
{
	for (int lane = 0; lane < LANE__COUNT; lane++)
		TRY(pool_start(&server->pools[lane], err));
	const bool has_failed = event_base_dispatch(server->base) < 0;
	if (server->desk)
		desk_end(server->desk);
	if (has_failed)
		return err_set(err, ERR_INTERNAL, "the event loop failed");
	event_del(&server->sigterm);
	event_del(&server->sigint);
	return ERR_OK;
}

static void free_watchers(struct server *server)
{
	struct watcher *w;

	while ((w = TAILQ_FIRST(&server->watchers))) {
		TAILQ_REMOVE(&server->watchers, w, link);
		event_free(w->event);
		free(w);
	}
}

static void free_loop(struct server *server)
{
	listen_close(server);
	if (server->desk)
		desk_close(server->desk);
	live_close(server);
	kept_sweep(server, true);
	free_watchers(server);
	if (server->base)
		event_base_free(server->base);
	if (server->wake_fd >= 0)
		close(server->wake_fd);
}

/* All at once: one that waits for another's end would have the patience for both. */
static bool stop_pools(struct server *server)
{
	const usec_t until = clock_mono() + PATIENCE;
	bool is_done = true;

	for (int lane = 0; lane < LANE__COUNT; lane++)
		pool_stop(&server->pools[lane]);
	for (int lane = 0; lane < LANE__COUNT; lane++)
		is_done = pool_join(&server->pools[lane], until) && is_done;
	return is_done;
}

bool server_free(struct server *server)
{
	server->is_stopping = true;
	close_all(server);
	if (!stop_pools(server))
		return false;
	flights_land(server);
	free_loop(server);
	for (int lane = 0; lane < LANE__COUNT; lane++)
		pool_release(&server->pools[lane]);
	pthread_mutex_destroy(&server->landed_guard);
	pthread_mutex_destroy(&server->kept_guard);
	free(server);
	return true;
}

/* ---- for others ---- */

void server_forget(struct server *server)
{
	atomic_fetch_add(&server->generation, 1);
}

void server_changed(struct server *server)
{
	atomic_store(&server->hub.is_changed, true);
	server_wake(server);
}

static int n_waiting(const struct server *server)
{
	int n = 0;

	for (int lane = 0; lane < LANE__COUNT; lane++)
		n += atomic_load(&server->pools[lane].n_queued);
	return n;
}

struct server_meter server_meter_get(const struct server *server)
{
	return (struct server_meter){
		.requests = atomic_load(&server->meter.requests),
		.refused = atomic_load(&server->meter.refused),
		.errors = atomic_load(&server->meter.errors),
		.queries = atomic_load(&server->meter.queries),
		.shared = atomic_load(&server->meter.shared),
		.connections = atomic_load(&server->meter.connections),
		.busy_usec = atomic_load(&server->busy_usec),
		.open = atomic_load(&server->n_conns),
		.waiting = n_waiting(server),
		.refreshes = atomic_load(&server->meter.refreshes),
		.looks = atomic_load(&server->meter.looks),
		.snapshot_usec = atomic_load(&server->meter.snapshot_usec),
		.tokens_usec = atomic_load(&server->meter.tokens),
		.streams = atomic_load(&server->meter.streams),
		.events = atomic_load(&server->meter.events),
	};
}

static void on_watched(evutil_socket_t fd, short what, void *arg)
{
	const struct watcher *w = arg;

	(void)fd;
	(void)what;
	w->fn(w->arg);
}

static struct watcher *watch(struct server *server, int fd, short what, void (*fn)(void *arg),
			     void *arg)
{
	struct watcher *w = xalloc(sizeof(*w));

	w->fn = fn;
	w->arg = arg;
	w->event = event_new(server->base, fd, (short)(what | EV_PERSIST), on_watched, w);
	TAILQ_INSERT_TAIL(&server->watchers, w, link);
	return w;
}

void server_on_readable(struct server *server, int fd, void (*fn)(void *arg), void *arg)
{
	event_add(watch(server, fd, EV_READ, fn, arg)->event, NULL);
}

void server_on_stop(struct server *server, void (*fn)(void *arg), void *arg)
{
	server->on_stop = fn;
	server->on_stop_arg = arg;
}

void server_every(struct server *server, usec_t interval, void (*fn)(void *arg), void *arg)
{
	server_timer(watch(server, -1, 0, fn, arg)->event, interval);
}
