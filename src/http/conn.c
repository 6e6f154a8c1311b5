/* conn.c -- a connection: what may take how long, one request after the other.
 *
 *     READING -> [BODY ->] RUNNING -> SENDING -> READING ...
 *                                |           `-> LINGERING -> closed
 *                                |-> FLOWING -> SENDING ...
 *                                `-> STREAMING -> SENDING ...
 *
 * Bytes of the next request wait in the input buffer, which is bounded, until the answer before it
 * is written. Reading never stops, so that a client that leaves is noticed while its request runs.
 */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/parse.h"
#include "http/flow.h"
#include "http/serving.h"

#define LINGER (2 * SECOND)
/* A reader that takes less than this in an idle timeout is let go. */
#define SENT_MIN ((size_t)32 * 1024)
#define UNSENT_BIG ((size_t)128 * 1024)
#define KERNEL_UNSENT (32 * 1024)
#define UNSENT_MAX ((size_t)16 * 1024 * 1024)

static void enter(struct conn *conn, enum conn_state state, usec_t at_most)
{
	conn->state = state;
	conn->since = clock_mono();
	if (at_most > 0)
		server_timer(&conn->timer, at_most);
	else
		event_del(&conn->timer);
}

void conn_close(struct conn *conn)
{
	struct server *server = conn->server;

	if (conn->outlet.exchange)
		exchange_abandon(conn->outlet.exchange);
	if (conn->outlet.stream)
		stream_free(conn->outlet.stream);
	event_del(&conn->timer);
	TAILQ_REMOVE(&server->conns, conn, link);
	server->n_conns--;
	bufferevent_free(conn->bev);
	free(conn);
	server_check_end(server);
}

/* Refuse what came, and take no more from this client. */
static void reject(struct conn *conn, const struct err *err, int status)
{
	if (!conn->outlet.exchange)
		exchange_new(&conn->outlet, &conn->peer);
	conn->outlet.is_closing = true;
	conn->server->meter.refused++;
	enter(conn, CONN_RUNNING, 0);
	exchange_fail(conn->outlet.exchange, err, status);
}

static bool wants_close(const struct head *head)
{
	if (head_has_word(head, "Connection", "close") || head_find(head, "Upgrade").p)
		return true;
	return head->minor == 0 && !head_has_word(head, "Connection", "keep-alive");
}

/* Parse and vet the head that was copied; fill in the request. */
static enum err_code accept_head(struct conn *conn, struct str bytes, int *ret_status,
				 struct err *err)
{
	struct request *rq = &conn->outlet.exchange->rq;
	struct head *head = &conn->head;
	struct str path;

	TRY(http_head_parse(bytes, rq->arena, head, ret_status, err));
	TRY(http_gate(head, rq->arena, &path, err));
	rq->method = http_method_of(head->method);
	rq->path = path;
	rq->raw_query = head->raw_query.p ? head->raw_query : S("");
	rq->headers = head->headers;
	rq->n_headers = head->n_headers;

	const struct str expect = request_header(rq, "Expect");
	if (expect.p && !str_eq_nocase(expect, S("100-continue"))) {
		*ret_status = 417;
		return err_set(err, ERR_MALFORMED, "That expectation is not met here.");
	}
	return ERR_OK;
}

static size_t length_of(const struct head *head)
{
	int64_t n = 0;
	return parse_i64(head_find(head, "Content-Length"), &n) ? (size_t)n : 0;
}

static void run(struct conn *conn)
{
	enter(conn, CONN_RUNNING, 0);
	exchange_start(conn->outlet.exchange);
}

static void await_body(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);

	enter(conn, CONN_BODY, conn->server->options.head_deadline);
	if (conn->head.minor > 0 && head_find(&conn->head, "Expect").p &&
	    evbuffer_get_length(input) == 0)
		evbuffer_add_printf(bufferevent_get_output(conn->bev),
				    "HTTP/1.1 100 Continue\r\n\r\n");
}

static void take_head(struct conn *conn, const char *bytes, size_t n)
{
	struct err err = { 0 };
	int status = 0;

	struct exchange *ex = exchange_new(&conn->outlet, &conn->peer);
	const char *copy = arena_copy(&ex->arena, bytes, n);
	evbuffer_drain(bufferevent_get_input(conn->bev), n);
	conn->scan = (struct head_scan){ 0 };
	conn->head = (struct head){ .minor = 1 };
	if (accept_head(conn, (struct str){ copy, n }, &status, &err) != ERR_OK) {
		reject(conn, &err, status);
		return;
	}
	conn->outlet.is_closing = conn->outlet.is_closing || wants_close(&conn->head);
	conn->outlet.can_chunk = conn->head.minor > 0;
	conn->body_n = length_of(&conn->head);
	if (conn->body_n > 0)
		await_body(conn);
	else
		run(conn);
}

static size_t at_most(size_t n, size_t max)
{
	return n < max ? n : max;
}

/* Gives whether there was anything to go on with. */
static bool read_head(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);
	const size_t n = at_most(evbuffer_get_length(input), HTTP_HEAD_MAX + 1);
	struct err err = { 0 };
	int status = 0;

	if (n == conn->scan.n)
		return false;
	/* From the first byte on it is a head, and all of it has to come in time. */
	if (conn->scan.n == 0)
		enter(conn, CONN_READING, conn->server->options.head_deadline);

	const char *bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)n);
	switch (http_head_scan(&conn->scan, bytes, n, &status, &err)) {
	case HEAD_MORE:
		return false;
	case HEAD_BROKEN:
		conn->head = (struct head){ .minor = 1 };
		reject(conn, &err, status);
		return true;
	case HEAD_WHOLE:
		take_head(conn, bytes, conn->scan.n);
		return true;
	}
	return false;
}

static bool read_body(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);
	struct request *rq = &conn->outlet.exchange->rq;

	if (evbuffer_get_length(input) < conn->body_n)
		return false;
	char *body = arena_alloc(rq->arena, conn->body_n + 1);
	evbuffer_remove(input, body, conn->body_n);
	rq->body = (struct str){ body, conn->body_n };
	run(conn);
	return true;
}

static void advance(struct conn *conn)
{
	bool has_moved = true;

	while (has_moved && conn->state <= CONN_BODY)
		has_moved = conn->state == CONN_BODY ? read_body(conn) : read_head(conn);
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct conn *conn = arg;

	/* Whoever reads a stream has nothing more to say. */
	if (conn->state == CONN_LINGERING || conn->state == CONN_STREAMING)
		evbuffer_drain(bufferevent_get_input(bev), SIZE_MAX);
	else
		advance(conn);
}

/* What the client still sends is thrown away for a while: closing at once would make the kernel
 * send a reset, which takes away the answer that the client has not read yet. */
static void linger(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);

	if (conn->is_eof) {
		conn_close(conn);
		return;
	}
	shutdown(bufferevent_getfd(conn->bev), SHUT_WR);
	evbuffer_drain(input, evbuffer_get_length(input));
	enter(conn, CONN_LINGERING, conn->server->is_stopping ? LINGER / 10 : LINGER);
}

/* All of the output is with the kernel. */
static void on_write(struct bufferevent *bev, void *arg)
{
	struct conn *conn = arg;

	(void)bev;
	if (conn->state == CONN_STREAMING)
		stream_drained(conn->outlet.stream);
	if (conn->state == CONN_FLOWING)
		flow_drained(&conn->outlet);
	if (conn->state != CONN_SENDING)
		return;
	if (conn->outlet.is_closing || conn->server->is_stopping) {
		linger(conn);
		return;
	}
	enter(conn, CONN_READING, conn->server->options.idle_timeout);
	advance(conn);
	if (conn->is_eof && conn->state <= CONN_BODY)
		conn_close(conn);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
	struct conn *conn = arg;

	(void)bev;
	if ((what & BEV_EVENT_EOF) && conn->state == CONN_SENDING)
		conn->is_eof = true;
	else if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		conn_close(conn);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;
	const size_t unsent = evbuffer_get_length(bufferevent_get_output(conn->bev));

	(void)fd;
	(void)what;
	const bool is_moving = conn->state == CONN_FLOWING ? flow_is_moving(&conn->outlet, SENT_MIN)
			       : conn->state == CONN_SENDING && conn->unsent - unsent >= SENT_MIN;
	if (!is_moving) {
		conn_close(conn);
		return;
	}
	conn->unsent = unsent;
	server_timer(&conn->timer, conn->server->options.idle_timeout);
}

/* Answers that nobody reads take up memory: above a limit the slowest readers have to go. */
static void relieve(struct server *server, const struct conn *newest)
{
	size_t total = 0;
	struct conn *conn, *next;

	TAILQ_FOREACH(conn, &server->conns, link)
		total += evbuffer_get_length(bufferevent_get_output(conn->bev));
	for (conn = TAILQ_FIRST(&server->conns); conn && total > UNSENT_MAX; conn = next) {
		const size_t n = evbuffer_get_length(bufferevent_get_output(conn->bev));
		next = TAILQ_NEXT(conn, link);
		if (conn != newest && conn->state == CONN_SENDING && n >= UNSENT_BIG) {
			total -= n;
			conn_close(conn);
		}
	}
}

static void await_sent(struct conn *conn)
{
	conn->unsent = evbuffer_get_length(bufferevent_get_output(conn->bev));
	enter(conn, CONN_SENDING, conn->server->options.idle_timeout);
}

static void sent(struct outlet *outlet)
{
	struct conn *conn = conn_of(outlet);

	await_sent(conn);
	if (conn->unsent >= UNSENT_BIG)
		relieve(conn->server, conn);
}

static void flow(struct outlet *outlet)
{
	struct conn *conn = conn_of(outlet);

	enter(conn, CONN_FLOWING, conn->server->options.idle_timeout);
}

/* What the kernel holds back grows old; and a peer that is gone without a word is noticed. */
static void stream(struct outlet *outlet)
{
	struct conn *conn = conn_of(outlet);
	const int fd = bufferevent_getfd(conn->bev);
	const int lowat = KERNEL_UNSENT;
	const unsigned patience = STALLED_MAX / MSEC;

	/* Not TCP, or not known here: then it has to do without. */
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof(lowat));
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof(patience));
	enter(conn, CONN_STREAMING, 0);
}

static void stream_over(struct outlet *outlet)
{
	await_sent(conn_of(outlet));
}

/* Of a chunked body the last chunk is missing, and where the end of the connection would be that
 * of the body there is a reset in its place. */
static void break_off(struct outlet *outlet, bool is_chunked)
{
	const struct linger at_once = { .l_onoff = 1 };
	struct conn *conn = conn_of(outlet);

	if (!is_chunked)
		setsockopt(bufferevent_getfd(conn->bev), SOL_SOCKET, SO_LINGER, &at_once,
			   sizeof(at_once));
	conn_close(conn);
}

static void close_outlet(struct outlet *outlet)
{
	conn_close(conn_of(outlet));
}

static const struct outlet_kind connection = {
	.head = wire_head,
	.sent = sent,
	.flow = flow,
	.stream = stream,
	.stream_over = stream_over,
	.break_off = break_off,
	.close = close_outlet,
};

void conn_wind_up(struct conn *conn)
{
	conn->outlet.is_closing = true;
	if (conn->outlet.stream)
		stream_end(conn->outlet.stream, "The dashboard stops.");
	if (conn->state == CONN_READING || conn->state == CONN_LINGERING)
		conn_close(conn);
}

void conn_open(struct server *server, int fd, const struct peer *peer)
{
	struct conn *conn = xalloc(sizeof(*conn));

	*conn = (struct conn){ .server = server, .peer = *peer };
	conn->bev = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!conn->bev) {
		evutil_closesocket(fd);
		free(conn);
		return;
	}
	conn->outlet = (struct outlet){ .kind = &connection, .server = server,
					.out = bufferevent_get_output(conn->bev) };
	TAILQ_INSERT_TAIL(&server->conns, conn, link);
	server->n_conns++;
	server->meter.connections++;
	event_assign(&conn->timer, server->base, -1, 0, on_timer, conn);
	bufferevent_setcb(conn->bev, on_read, on_write, on_event, conn);
	bufferevent_setwatermark(conn->bev, EV_READ, 0, HTTP_HEAD_MAX + HTTP_BODY_MAX);
	enter(conn, CONN_READING, server->options.idle_timeout);
	bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
}
