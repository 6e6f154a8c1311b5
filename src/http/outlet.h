/* outlet.h -- where an answer goes: to a connection (conn.c), or to a call of the program around us
 * (call.c). All of it belongs to the loop thread. */
#ifndef HTTP_OUTLET_H
#define HTTP_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

struct evbuffer;
struct exchange;
struct outlet;
struct server;
struct stream;

/* A body whose length nobody knows yet. */
#define ENDLESS ((size_t)-1)

struct outlet_kind {
	/* Status, type and headers of ex->reply, before the body. */
	void (*head)(struct outlet *outlet, const struct exchange *ex, size_t body_n);
	/* All of the answer stands in `out`. */
	void (*sent)(struct outlet *outlet);
	/* The head of a long body stands there; pieces follow. */
	void (*flow)(struct outlet *outlet);
	/* The head of a stream does, which owns the rest. */
	void (*stream)(struct outlet *outlet);
	/* The last event stands there. Closes no other outlet. */
	void (*stream_over)(struct outlet *outlet);
	/* A body that ended too early, and may not look whole. The outlet is gone after it. */
	void (*break_off)(struct outlet *outlet, bool is_chunked);
	/* Whoever reads it reads no more. The outlet is gone after it. */
	void (*close)(struct outlet *outlet);
};

struct outlet {
	const struct outlet_kind *kind;
	struct server *server;
	struct evbuffer *out;           /* the body that is not yet taken */
	struct exchange *exchange;      /* until it is answered */
	struct stream *stream;
	bool can_chunk;                 /* a body of unknown length goes in chunks */
	bool is_closing;                /* no request after this one */
};

#endif
