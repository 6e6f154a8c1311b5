/* stream.c -- one reader of events: what it gets, what it misses, and when it has to go. */
#include <event2/buffer.h>
#include <stdlib.h>

#include "http/serving.h"

/* Above this nothing is added: what it misses it gets as the newest, once it has read. */
#define UNSENT_MAX ((size_t)16 * 1024)

struct frame *frame_new(struct str bytes)
{
	struct frame *frame = xalloc(sizeof(*frame) + bytes.n);

	frame->n_refs = 1;
	frame->n = bytes.n;
	memcpy(frame->bytes, bytes.p, bytes.n);
	return frame;
}

void frame_unref(struct frame *frame)
{
	if (frame && --frame->n_refs == 0)
		free(frame);
}

static int count_of_peer(const struct hub *hub, const struct peer *peer)
{
	const struct stream *s;
	int n = 0;

	TAILQ_FOREACH(s, &hub->streams, link)
		n += strcmp(s->admitted->rq.peer.address, peer->address) == 0;
	return n;
}

/* Half of what one address may have is left for its requests. */
enum err_code stream_check_room(const struct exchange *ex, struct err *err)
{
	const struct server *server = ex->server;
	const struct peer *peer = &ex->rq.peer;

	if (server->is_stopping)
		return err_set(err, ERR_BUSY, "The dashboard is stopping.");
	if (server->hub.n_streams >= server->options.streams_max)
		return err_set(err, ERR_BUSY, "%d live streams are open, and more are not served: "
			       "ask for the numbers now and then.", server->hub.n_streams);
	if (!peer->is_crowd &&
	    count_of_peer(&server->hub, peer) >= server->options.peer_max / 2)
		return err_set(err, ERR_BUSY, "Too many live streams of this address are open.");
	return ERR_OK;
}

static struct evbuffer *output_of(const struct stream *s)
{
	return s->outlet->out;
}

void stream_start(struct exchange *ex, unsigned topics)
{
	struct stream *s = xalloc(sizeof(*s));

	*s = (struct stream){ .server = ex->server, .outlet = ex->outlet, .admitted = ex,
			      .topics = topics, .drained = clock_mono() };
	ex->outlet->exchange = NULL;
	ex->outlet = NULL;
	s->outlet->stream = s;
	s->outlet->kind->stream(s->outlet);
	evbuffer_add_printf(output_of(s), "retry: 2000\n\n");
	live_joined(s);
}

void stream_free(struct stream *s)
{
	live_left(s);
	s->outlet->stream = NULL;
	exchange_unref(s->admitted);
	free(s);
}

static void let_go(const void *data, size_t n, void *frame)
{
	(void)data;
	(void)n;
	frame_unref(frame);
}

void stream_send(struct stream *s, struct frame *frame)
{
	if (evbuffer_get_length(output_of(s)) == 0)
		s->drained = clock_mono();
	frame->n_refs++;
	if (evbuffer_add_reference(output_of(s), frame->bytes, frame->n, let_go, frame) != 0)
		frame_unref(frame);
}

void stream_offer(struct stream *s, int topic)
{
	const unsigned bit = 1u << topic;

	if (!(s->topics & bit))
		return;
	s->missed &= ~bit;
	if (evbuffer_get_length(output_of(s)) > UNSENT_MAX)
		s->missed |= bit;
	else
		live_tell(s, topic);
}

void stream_drained(struct stream *s)
{
	s->drained = clock_mono();
	for (int i = 0; i < HTTP_TOPICS_MAX; i++)
		if (s->missed & 1u << i)
			stream_offer(s, i);
}

/* A session ends, a key is taken back: what was allowed when it began need not be now. */
static bool is_still_admitted(const struct stream *s)
{
	const struct http_app *app = s->server->app;
	AUTO(arena) struct arena arena = { 0 };
	struct reply reply = reply_new(&arena);
	struct request rq = s->admitted->rq;
	struct err err = { 0 };

	rq.arena = &arena;
	const bool is_admitted = !app->admit || app->admit(&rq, rq.route, &reply, &err) == ERR_OK;
	reply_release(&reply);
	return is_admitted;
}

void stream_beat(struct stream *s)
{
	const bool is_drained = evbuffer_get_length(output_of(s)) == 0;

	if (!is_still_admitted(s))
		stream_end(s, "You are not signed in any more.");
	else if (is_drained)
		evbuffer_add(output_of(s), ":\n\n", 3);
	else if (clock_mono() - s->drained > STALLED_MAX)
		s->outlet->kind->close(s->outlet);
}

void stream_end(struct stream *s, const char *why)
{
	struct outlet *outlet = s->outlet;

	evbuffer_add_printf(output_of(s), "event: bye\ndata: {\"detail\":\"%s\"}\n\n", why);
	stream_free(s);
	outlet->is_closing = true;
	outlet->kind->stream_over(outlet);
}
