/* live.h -- streams of events: the hub that knows the newest frame of each topic, and who gets it.
 * All of it belongs to the loop thread, unless it says otherwise. */
#ifndef HTTP_LIVE_H
#define HTTP_LIVE_H

#include "http/flight.h"
#include "http/topic.h"

TAILQ_HEAD(stream_list, stream);

/* An event as bytes, shared by all output buffers that it waits in. */
struct frame {
	int n_refs;
	size_t n;
	char bytes[];
};

struct hub_topic {
	struct flight_key key;          /* owned */
	int n_streams;
	struct frame *news;             /* the newest; NULL: none yet */
	struct frame *trouble;          /* why there are none for now; NULL: there are */
	char etag[40];                  /* of what the news are made of */
	usec_t next_try;                /* clock_mono; after one that failed */
};

struct hub {
	struct stream_list streams;
	int n_streams;
	struct hub_topic topics[HTTP_TOPICS_MAX];
	long long last_id;
	atomic_bool is_changed;         /* any thread */
	usec_t changed;                 /* clock_mono, when that was seen */
	int64_t n_changes;              /* how often it was */
	struct event tick, beat, rest;
	bool is_watching;
};

/* Who takes nothing for so long is let go. */
#define STALLED_MAX (60 * SECOND)

struct stream {
	TAILQ_ENTRY(stream) link;
	struct server *server;
	struct outlet *outlet;
	struct exchange *admitted;      /* the request, to ask again whether it may go on */
	unsigned topics;                /* a bit each */
	unsigned missed;                /* news that it was too slow for */
	usec_t drained;                 /* clock_mono; all that was sent was with the kernel */
};

/* ---- the hub (server_live.c) ---- */

void live_open(struct server *server);
void live_close(struct server *server);
/* A stream has come, or gone. */
void live_joined(struct stream *stream);
void live_left(struct stream *stream);
/* Is this what a topic tells of? */
bool live_has(const struct server *server, const struct flight_key *key);
/* Something has changed, perhaps: then what is looked at is looked after at once. */
void live_hear(struct server *server);
/* The newest of this topic into the stream, if there is any. */
void live_tell(struct stream *stream, int topic);
/* One has come back from its executor, and was kept. */
void live_landed(const struct flight *flight);

/* ---- one stream (stream.c) ---- */

/* Errors: BUSY  there are too many */
enum err_code stream_check_room(const struct exchange *ex, struct err *err) MUST_CHECK;
/* The head of the answer is written; takes the exchange over. */
void stream_start(struct exchange *ex, unsigned topics);
void stream_send(struct stream *stream, struct frame *frame);
/* There is news of this topic: now, or when it has read what was before. */
void stream_offer(struct stream *stream, int topic);
/* All of its output is with the kernel. */
void stream_drained(struct stream *stream);
/* A sign of life, or its end: who reads nothing any more, or may not, goes. Frees it then. */
void stream_beat(struct stream *stream);
/* Says why, and ends it. */
void stream_end(struct stream *stream, const char *why);
/* The connection goes. */
void stream_free(struct stream *stream);

struct frame *frame_new(struct str bytes);
void frame_unref(struct frame *frame);

#endif
