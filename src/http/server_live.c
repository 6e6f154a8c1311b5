/* server_live.c -- the hub: looks whether there are news, has them made, and tells all streams.
 *
 * While nobody watches nothing of this runs. News are what any flight of a topic's path brings,
 * whoever asked for it; the hub asks only when nobody else does.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "http/dispatch.h"
#include "http/serving.h"

/* So often news of one topic are told at the most. */
#define TICK (250 * MSEC)
#define BEAT (15 * SECOND)
/* Without a word that anything changed: some changes may make none; and where all are told of,
 * waiting jobs and the signs of life of workers grow old, other topics hardly. */
#define QUIET (3 * SECOND)
#define QUIET_TOLD (15 * SECOND)
#define AFTER_FAILURE SECOND
/* Pages are loaded again and again: the watch is not given up between two. */
#define REST (10 * SECOND)
#define FRAME_MAX (HTTP_REPLY_MAX + 65536)

/* Where all changes are told, what was read since the last one is good for all topics. */
static int64_t round_now(const struct server *server)
{
	const struct http_live *live = server->app->live;
	const bool is_told = live->is_told && live->is_told(server->app->context);

	return is_told ? 1 + server->hub.n_changes + atomic_load(&server->generation) : 0;
}

static struct exchange *ask(struct server *server, int topic)
{
	struct str query = str_of(server->app->live->topics[topic].path), path;
	struct exchange *ex = exchange_own(server);
	struct err err = { 0 };
	const char *allow;

	str_cut(&query, '?', &path);
	ex->rq.path = path;
	ex->rq.is_veiled = server->app->live->topics[topic].is_veiled;
	ex->rq.round = round_now(server);
	ex->rq.raw_query = query.p ? query : S("");
	const bool is_path =
		http_query_parse(ex->rq.raw_query, &ex->arena, &ex->rq.query, &ex->rq.n_query,
				 &err) == ERR_OK &&
		http_route(server->app, &ex->rq, &allow, &err) == ERR_OK;
	/* The application's table of topics names its own numbers. */
	assert(is_path && ex->rq.route->lane == LANE_READ);
	return ex;
}

static struct flight_key own_key(struct server *server, int topic)
{
	struct exchange *ex = ask(server, topic);
	struct flight_key key = flight_key_of(ex);
	char *text = xalloc(key.text.n);

	memcpy(text, key.text.p, key.text.n);
	key.text.p = text;
	exchange_unref(ex);
	return key;
}

static bool has_topic(const struct server *server, int i)
{
	return server->app->live && i < HTTP_TOPICS_MAX && server->app->live->topics[i].name;
}

static bool is_of_topic(const struct server *server, int i, const struct flight_key *key)
{
	const struct flight_key *own = &server->hub.topics[i].key;

	return own->hash == key->hash && str_eq(own->text, key->text);
}

bool live_has(const struct server *server, const struct flight_key *key)
{
	for (int i = 0; key->text.p && has_topic(server, i); i++)
		if (is_of_topic(server, i, key))
			return true;
	return false;
}

/* ---- making news ---- */

/* A line break would end the event's data; in JSON it is a space like any other. */
static void add_data(struct buf *b, size_t from)
{
	for (size_t i = from; i < b->n; i++)
		if (b->p[i] == '\n' || b->p[i] == '\r')
			b->p[i] = ' ';
	buf_add_text(b, "\n\n");
}

static struct frame *make_frame(struct server *server, int topic, const struct answer *answer)
{
	const struct http_live *live = server->app->live;
	const char *event = answer->status == 200 ? "snapshot" : "trouble";
	AUTO(buf) struct buf b = buf_new(FRAME_MAX);

	buf_printf(&b, "id: %lld\nevent: %s\ndata: ", ++server->hub.last_id, event);
	const size_t from = b.n;
	live->frame(live->topics[topic].name, answer, &b);
	add_data(&b, from);
	server->meter.events++;
	return b.has_failed ? NULL : frame_new(buf_str(&b));
}

static void tell_all(struct server *server, int topic)
{
	struct stream *s;

	TAILQ_FOREACH(s, &server->hub.streams, link)
		stream_offer(s, topic);
}

void live_tell(struct stream *s, int topic)
{
	const struct hub_topic *t = &s->server->hub.topics[topic];

	if (t->news)
		stream_send(s, t->news);
	if (t->trouble)
		stream_send(s, t->trouble);
}

static void publish(struct server *server, int topic, const struct answer *answer)
{
	struct hub_topic *t = &server->hub.topics[topic];

	if (t->news && !t->trouble && answer->etag[0] && strcmp(t->etag, answer->etag) == 0)
		return;
	frame_unref(t->news);
	frame_unref(t->trouble);
	t->trouble = NULL;
	t->news = make_frame(server, topic, answer);
	memcpy(t->etag, answer->etag, sizeof(t->etag));
	tell_all(server, topic);
}

/* Once, however long it lasts; who comes later is told as well. */
static void say_trouble(struct server *server, int topic, const struct answer *answer)
{
	struct hub_topic *t = &server->hub.topics[topic];
	struct stream *s;

	t->next_try = clock_mono() + AFTER_FAILURE;
	if (t->trouble || answer->err.code == ERR_CANCELLED)
		return;
	t->trouble = make_frame(server, topic, answer);
	TAILQ_FOREACH(s, &server->hub.streams, link)
		if (t->trouble && s->topics & 1u << topic)
			stream_send(s, t->trouble);
}

/* ---- looking whether there are any ---- */

static void begin(struct server *server, int topic, bool is_look)
{
	struct exchange *ex = ask(server, topic);

	flight_begin_alone(ex, &server->hub.topics[topic].key, is_look);
	exchange_unref(ex);
}

static usec_t quiet_of(const struct server *server, int topic)
{
	const struct http_live *live = server->app->live;

	if (!live->is_told || !live->is_told(server->app->context))
		return QUIET;
	return live->topics[topic].quiet ? live->topics[topic].quiet : QUIET_TOLD;
}

static enum snapshot_step step_of(struct server *server, int topic, const struct kept *k)
{
	const struct flight_key *key = &server->hub.topics[topic].key;
	struct snapshot s = kept_snapshot(server, k, flight_find(server, key), TICK);
	const bool has_changed = k && server->hub.changed >= k->made;
	const usec_t quiet = quiet_of(server, topic);

	if (!has_changed && s.interval < quiet)
		s.interval = quiet;
	if (has_changed && budget_is_ample(&server->budget, k->cost))
		s.interval = TICK;
	return budget_step(&server->budget, &s);
}

static bool is_under_way(struct server *server)
{
	for (int i = 0; has_topic(server, i); i++)
		if (flight_find(server, &server->hub.topics[i].key))
			return true;
	return false;
}

/* What only grew old has time: one after the other, by a session that is warm, costs the database a
 * fraction of what all at once do by several that are not. */
static bool has_time(struct server *server, const struct kept *k)
{
	return k && server->hub.changed < k->made && is_under_way(server);
}

static void look_after(struct server *server, int topic)
{
	struct hub_topic *t = &server->hub.topics[topic];
	struct kept *k = kept_find(server, &t->key);

	if (k)
		kept_note_given(server, k);
	if (flight_find(server, &t->key) || clock_mono() < t->next_try || has_time(server, k))
		return;
	switch (step_of(server, topic, k)) {
	case SNAPSHOT_LOOK:
		begin(server, topic, true);
		return;
	case SNAPSHOT_REFRESH:
	case SNAPSHOT_GIVE_AND_MAKE:
		begin(server, topic, false);
		return;
	case SNAPSHOT_GIVE:
	case SNAPSHOT_REFUSE:
		return;
	}
}

static void look(struct server *server)
{
	const usec_t now = clock_mono();

	if (atomic_exchange(&server->hub.is_changed, false)) {
		server->hub.changed = now;
		server->hub.n_changes++;
	}
	budget_fill(&server->budget, now);
	for (int i = 0; has_topic(server, i); i++)
		if (server->hub.topics[i].n_streams > 0)
			look_after(server, i);
}

/* What waited for this one comes next. */
void live_landed(const struct flight *f)
{
	struct server *server = f->server;
	bool is_news = false;

	for (int i = 0; server->hub.n_streams > 0 && has_topic(server, i); i++) {
		if (server->hub.topics[i].n_streams == 0 || !is_of_topic(server, i, &f->key))
			continue;
		is_news = true;
		if (f->answer->status == 200)
			publish(server, i, f->answer);
		else
			say_trouble(server, i, f->answer);
	}
	if (is_news)
		look(server);
}

/* The first change after a while is told at once, those after it with the next tick. */
void live_hear(struct server *server)
{
	if (server->hub.n_streams > 0 && atomic_load(&server->hub.is_changed))
		look(server);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	look(arg);
}

static void on_beat(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;
	struct stream *s, *next;

	(void)fd;
	(void)what;
	for (s = TAILQ_FIRST(&server->hub.streams); s; s = next) {
		next = TAILQ_NEXT(s, link);
		stream_beat(s);
	}
}

/* ---- streams come and go ---- */

static void set_watch(struct server *server, bool is_on)
{
	const struct http_live *live = server->app->live;

	if (server->hub.is_watching == is_on)
		return;
	server->hub.is_watching = is_on;
	if (live->watch)
		live->watch(server->app->context, is_on);
}

static void on_rest(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	set_watch(arg, false);
}

static void forget_news(struct hub_topic *t)
{
	frame_unref(t->news);
	frame_unref(t->trouble);
	t->news = t->trouble = NULL;
	t->next_try = 0;
}

static void wake(struct server *server)
{
	struct hub *hub = &server->hub;

	event_del(&hub->rest);
	set_watch(server, true);
	server_timer(&hub->tick, TICK);
	server_timer(&hub->beat, BEAT);
}

static void fall_asleep(struct server *server)
{
	struct hub *hub = &server->hub;

	event_del(&hub->tick);
	event_del(&hub->beat);
	server_timer(&hub->rest, REST);
}

/* What was made for a request, unless better is to be had at once. */
static bool is_good_enough(struct server *server, int topic, const struct kept *k)
{
	const enum snapshot_step step = step_of(server, topic, k);

	return k && !k->has_failed && (step == SNAPSHOT_GIVE || step == SNAPSHOT_GIVE_AND_MAKE);
}

static void greet(struct stream *s, int topic)
{
	struct server *server = s->server;
	struct hub_topic *t = &server->hub.topics[topic];
	const struct kept *k = kept_find(server, &t->key);

	t->n_streams++;
	if (t->news || t->trouble)
		live_tell(s, topic);
	else if (is_good_enough(server, topic, k))
		publish(server, topic, k->answer);
}

void live_joined(struct stream *s)
{
	struct server *server = s->server;
	struct hub *hub = &server->hub;

	TAILQ_INSERT_TAIL(&hub->streams, s, link);
	server->meter.streams = ++hub->n_streams;
	if (hub->n_streams == 1)
		wake(server);
	budget_fill(&server->budget, clock_mono());
	for (int i = 0; has_topic(server, i); i++)
		if (s->topics & 1u << i)
			greet(s, i);
	look(server);
}

void live_left(struct stream *s)
{
	struct server *server = s->server;
	struct hub *hub = &server->hub;

	TAILQ_REMOVE(&hub->streams, s, link);
	server->meter.streams = --hub->n_streams;
	for (int i = 0; has_topic(server, i); i++) {
		struct hub_topic *t = &hub->topics[i];
		if (s->topics & 1u << i && --t->n_streams == 0)
			forget_news(t);
	}
	if (hub->n_streams == 0)
		fall_asleep(server);
}

void live_open(struct server *server)
{
	struct hub *hub = &server->hub;

	TAILQ_INIT(&hub->streams);
	event_assign(&hub->tick, server->base, -1, EV_PERSIST, on_tick, server);
	event_assign(&hub->beat, server->base, -1, EV_PERSIST, on_beat, server);
	event_assign(&hub->rest, server->base, -1, 0, on_rest, server);
	for (int i = 0; has_topic(server, i); i++)
		hub->topics[i].key = own_key(server, i);
}

void live_close(struct server *server)
{
	set_watch(server, false);
	for (int i = 0; i < HTTP_TOPICS_MAX; i++) {
		forget_news(&server->hub.topics[i]);
		free((char *)server->hub.topics[i].key.text.p);
	}
}
