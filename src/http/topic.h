/* topic.h -- what the application offers over streams: topics, and what the hub asks of it. */
#ifndef HTTP_TOPIC_H
#define HTTP_TOPIC_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"

struct answer;

/* What can be watched over a stream. Its snapshots are those of its path, made by the same flights
 * and within the same budget as everybody's. */
struct http_topic {
	const char *name;
	const char *path;               /* of a GET route of LANE_READ; it may have a query */
	/* How long it is right where every change is told of (http_live.is_told) and none was:
	 * what grows old in it by itself may be late by so much. 0: 15 s */
	usec_t quiet;
	bool is_veiled;                 /* as it is for callers who are (request.is_veiled) */
};

#define HTTP_TOPICS_MAX 16

struct http_live {
	const struct http_topic *topics;/* ended by a NULL name */
	/* One JSON object: an answer (http/answer.h) of a topic's path, or of an error. */
	void (*frame)(const char *topic, const struct answer *answer, struct buf *out);
	/* Somebody watches from here on, or nobody does: call server_changed meanwhile, when
	 * there may be news. From the loop; must not block. */
	void (*watch)(void *context, bool is_on);
	/* Is every change told of? Then what is there only grows old. From the loop; NULL: no. */
	bool (*is_told)(void *context);
};

#endif
