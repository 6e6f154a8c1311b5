/* server_listen.c -- where we listen, and whom we let in. */
#include <errno.h>
#include <event2/listener.h>
#include <event2/util.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/* Room for one more of this peer, if need be by closing an idle one. */
static bool make_room(struct server *server, const struct peer *peer)
{
	struct conn *victim = NULL;
	const bool is_full = server->n_conns >= server->options.connections_max;
	const bool is_greedy = !peer->is_crowd &&
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

/* Behind loopback may stand a proxy, too, and all of its clients. */
static bool is_crowd(const struct server *server, const struct peer *peer)
{
	const struct http_app *app = server->app;

	return peer->is_loopback || (app->is_proxy && app->is_proxy(app->context, peer->address));
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
	peer.is_crowd = is_crowd(server, &peer);
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

/* backlog 0: it listens already. */
static enum err_code add_listener(struct server *server, int fd, int backlog, struct err *err)
{
	struct evconnlistener *listener =
		evconnlistener_new(server->base, on_accept, server,
				   LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, backlog, fd);

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
	if (ss.ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)(const void *)&ss)->sin6_port);
	return 0;
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
		if (server->n_listeners == SERVER_LISTENERS_MAX)
			break;
		const int fd = bind_tcp(ai, server->port, !all->ai_next);
		if (fd < 0 && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT)) {
			missing = errno;
			continue;
		}
		if (fd < 0)
			return bind_error(server, errno, err);
		server->port = port_of(fd);
		TRY(add_listener(server, fd, BACKLOG, err));
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

static enum err_code listen_at(struct server *server, const struct server_socket *at,
			       struct err *err)
{
	struct stat st;
	int fd;

	TRY(listen_unix(at, &fd, err));
	if (lstat(at->path, &st) == 0) {
		server->unix_path = xstrdup(at->path);
		server->unix_device = st.st_dev;
		server->unix_inode = st.st_ino;
	}
	return add_listener(server, fd, BACKLOG, err);
}

/* A copy of each, so that closing ours leaves the caller's as it is. */
static enum err_code listen_handed(struct server *server, struct err *err)
{
	for (int i = 0; i < server->options.n_handed; i++) {
		const int given = server->options.handed[i];
		const bool is_ready = evutil_make_socket_nonblocking(given) == 0;
		const int fd = is_ready ? fcntl(given, F_DUPFD_CLOEXEC, 0) : -1;
		if (fd < 0)
			return err_set(err, ERR_INTERNAL, "cannot listen at descriptor %d: %s",
				       given, strerror(errno));
		if (server->port == 0)
			server->port = port_of(fd);
		TRY(add_listener(server, fd, 0, err));
	}
	return ERR_OK;
}

enum err_code listen_open(struct server *server, struct err *err)
{
	const struct server_options *o = &server->options;
	const struct server_socket plain = { o->host, 0600, (uid_t)-1, (gid_t)-1 };

	event_assign(&server->listen_again, server->base, -1, 0, on_listen_again, server);
	if (o->n_handed > 0)
		return listen_handed(server, err);
	if (o->at || o->host[0] == '/')
		return listen_at(server, o->at ? o->at : &plain, err);
	return listen_tcp(server, err);
}

/* Ours may have been replaced meanwhile, by another dashboard say. */
static void remove_socket(const struct server *server)
{
	struct stat st;

	if (lstat(server->unix_path, &st) == 0 && st.st_dev == server->unix_device &&
	    st.st_ino == server->unix_inode)
		unlink(server->unix_path);
}

void listen_close(struct server *server)
{
	if (event_initialized(&server->listen_again))
		event_del(&server->listen_again);
	for (int i = 0; i < server->n_listeners; i++)
		evconnlistener_free(server->listeners[i]);
	server->n_listeners = 0;
	if (server->unix_path)
		remove_socket(server);
	free(server->unix_path);
	server->unix_path = NULL;
}
