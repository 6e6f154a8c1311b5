/* server_listen.c -- where we listen, and whom we let in. */
#include <errno.h>
#include <event2/listener.h>
#include <event2/util.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/serving.h"

#define BACKLOG 511
#define PAUSE (100 * MSEC)
#define VICTIMS 16

/* ---- whom we let in ---- */

/* Whoever takes longer than this over reading an answer may have to go. */
#define SLOW SECOND

static bool is_expendable(const struct conn *conn, usec_t now)
{
	switch (conn->state) {
	case CONN_READING:
	case CONN_BODY:
	case CONN_LINGERING:
		return true;
	case CONN_SENDING:
		return now - conn->since > SLOW;
	case CONN_RUNNING:
	case CONN_FLOWING:
	case CONN_STREAMING:
		return false;
	}
	return false;
}

/* The one that has been idle or slow for longest; one whose request runs never goes. With `peer`,
 * only connections of the same address count. */
static struct conn *find_idle(struct server *server, const struct peer *peer)
{
	const usec_t now = clock_mono();
	struct conn *oldest = NULL;
	struct conn *conn = NULL;

	TAILQ_FOREACH(conn, &server->conns, link) {
		if (peer && strcmp(conn->peer.address, peer->address) != 0)
			continue;
		if (is_expendable(conn, now) && (!oldest || conn->since < oldest->since))
			oldest = conn;
	}
	return oldest;
}

static int count_peer(const struct server *server, const struct peer *peer)
{
	const struct conn *conn;
	int n = 0;

	TAILQ_FOREACH(conn, &server->conns, link)
		n += strcmp(conn->peer.address, peer->address) == 0;
	return n;
}

/* Room for one more of this peer, if need be by closing an idle one. Loopback has no limit of its
 * own: behind it may stand a proxy, and all of its clients. */
static bool make_room(struct server *server, const struct peer *peer)
{
	struct conn *victim = NULL;
	const bool is_full = server->n_conns >= server->options.connections_max;
	const bool is_greedy = !peer->is_loopback &&
			       count_peer(server, peer) >= server->options.peer_max;

	if (!is_full && !is_greedy)
		return true;
	victim = find_idle(server, is_greedy ? peer : NULL);
	if (victim)
		conn_close(victim);
	return victim != NULL;
}

/* What has come is read, so that closing does not take the answer away (see conn.c, linger). */
static void refuse(int fd)
{
	static const char full[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
				   "Content-Length: 0\r\nConnection: close\r\n\r\n";
	char scratch[4096];

	(void)!recv(fd, scratch, sizeof(scratch), MSG_DONTWAIT);
	/* It fits into an empty socket, or it does not matter. */
	(void)!send(fd, full, sizeof(full) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
		      int n, void *arg)
{
	struct server *server = arg;
	struct peer peer;
	int one = 1;

	(void)listener;
	(void)n;
	peer_find(fd, address, &peer);
	if (!make_room(server, &peer)) {
		server->meter.refused++;
		refuse(fd);
		return;
	}
	if (address->sa_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	conn_open(server, fd, &peer);
}

static void set_listening(struct server *server, bool is_on)
{
	for (int i = 0; i < server->n_listeners; i++) {
		if (is_on)
			evconnlistener_enable(server->listeners[i]);
		else
			evconnlistener_disable(server->listeners[i]);
	}
}

static void on_listen_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	set_listening(arg, true);
}

/* Out of descriptors: asking again at once would spin. A few idle connections make room. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
	struct server *server = arg;
	struct conn *victim;

	(void)listener;
	for (int i = 0; i < VICTIMS && (victim = find_idle(server, NULL)); i++)
		conn_close(victim);
	set_listening(server, false);
	server_timer(&server->listen_again, PAUSE);
}

/* ---- where we listen ---- */

static enum err_code bind_error(const struct server *server, int code, struct err *err)
{
	const char *host = server->options.host;
	const int port = server->options.port;

	if (code == EADDRINUSE)
		return err_set(err, ERR_CONFLICT,
			       "%s port %d is in use by another program: end it, or choose "
			       "another port", host, port);
	if (code == EACCES || code == EPERM)
		return err_set(err, ERR_FORBIDDEN, "not allowed to listen at %s port %d: choose a "
			       "port above 1023", host, port);
	return err_set(err, ERR_INVALID, "cannot listen at %s port %d: %s", host, port,
		       strerror(code));
}

static enum err_code add_listener(struct server *server, int fd, struct err *err)
{
	struct evconnlistener *listener = evconnlistener_new(
		server->base, on_accept, server,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, fd);

	if (!listener) {
		const int code = errno;
		close(fd);
		return bind_error(server, code, err);
	}
	evconnlistener_set_error_cb(listener, on_accept_error);
	server->listeners[server->n_listeners++] = listener;
	return ERR_OK;
}

static int port_of(int fd)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t n = sizeof(ss);

	if (getsockname(fd, (struct sockaddr *)&ss, &n) != 0)
		return 0;
	if (ss.ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)(const void *)&ss)->sin_port);
	return ntohs(((const struct sockaddr_in6 *)(const void *)&ss)->sin6_port);
}

/* A socket of this address; -1 and errno. `port` is put in. */
static int bind_tcp(const struct addrinfo *ai, int port, bool is_alone)
{
	struct sockaddr_storage ss = { 0 };
	int on = 1;
	int v6_only = !is_alone;
	const int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	memcpy(&ss, ai->ai_addr, ai->ai_addrlen);
	if (ai->ai_family == AF_INET6) {
		((struct sockaddr_in6 *)&ss)->sin6_port = htons((uint16_t)port);
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof(v6_only));
	} else {
		((struct sockaddr_in *)&ss)->sin_port = htons((uint16_t)port);
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&ss, ai->ai_addrlen) == 0)
		return fd;

	const int code = errno;
	close(fd);
	errno = code;
	return -1;
}

/* All addresses of the name, on one port. One that this machine does not have (::1 without IPv6)
 * is left out, if another is left. */
static enum err_code listen_all(struct server *server, const struct addrinfo *all, struct err *err)
{
	int missing = EADDRNOTAVAIL;

	server->port = server->options.port;
	for (const struct addrinfo *ai = all; ai; ai = ai->ai_next) {
		if (server->n_listeners == LISTENERS_MAX)
			break;
		const int fd = bind_tcp(ai, server->port, !all->ai_next);
		if (fd < 0 && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT)) {
			missing = errno;
			continue;
		}
		if (fd < 0)
			return bind_error(server, errno, err);
		server->port = port_of(fd);
		TRY(add_listener(server, fd, err));
	}
	return server->n_listeners > 0 ? ERR_OK : bind_error(server, missing, err);
}

static enum err_code listen_tcp(struct server *server, struct err *err)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_PASSIVE };
	struct addrinfo *all = NULL;

	const int failed = getaddrinfo(server->options.host, NULL, &hints, &all);
	if (failed)
		return err_set(err, ERR_INVALID, "cannot find the host %s to listen at: %s",
			       server->options.host, gai_strerror(failed));
	const enum err_code code = listen_all(server, all, err);
	freeaddrinfo(all);
	return code;
}

/* A socket that nobody listens at any more is in the way; one that somebody does is not ours. */
static bool is_stale(const struct sockaddr_un *sun)
{
	struct stat st;
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_refused = false;

	if (fd >= 0)
		is_refused = connect(fd, (const struct sockaddr *)sun, sizeof(*sun)) != 0 &&
			     errno == ECONNREFUSED;
	if (fd >= 0)
		close(fd);
	return is_refused && lstat(sun->sun_path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static enum err_code listen_unix(struct server *server, struct err *err)
{
	const char *path = server->options.host;
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(sun.sun_path))
		return err_set(err, ERR_INVALID, "the path of the socket is longer than %zu bytes",
			       sizeof(sun.sun_path) - 1);
	memcpy(sun.sun_path, path, strlen(path) + 1);
	if (is_stale(&sun))
		unlink(path);

	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* Nobody can connect before listen(), so the mode is in time. */
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) != 0 ||
	    chmod(path, 0600) != 0) {
		const int code = errno;
		if (fd >= 0)
			close(fd);
		return bind_error(server, code, err);
	}
	server->unix_path = xstrdup(path);
	return add_listener(server, fd, err);
}

enum err_code listen_open(struct server *server, struct err *err)
{
	event_assign(&server->listen_again, server->base, -1, 0, on_listen_again, server);
	return server->options.host[0] == '/' ? listen_unix(server, err) : listen_tcp(server, err);
}

void listen_close(struct server *server)
{
	if (event_initialized(&server->listen_again))
		event_del(&server->listen_again);
	for (int i = 0; i < server->n_listeners; i++)
		evconnlistener_free(server->listeners[i]);
	server->n_listeners = 0;
	if (server->unix_path)
		unlink(server->unix_path);
	free(server->unix_path);
	server->unix_path = NULL;
}
