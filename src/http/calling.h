/* calling.h -- a call as its two sides see it: the program (call.c) and the loop (call_loop.c). */
#ifndef HTTP_CALLING_H
#define HTTP_CALLING_H

#include "http/call.h"
#include "http/serving.h"

enum call_state {
	CALL_NEW,               /* posted */
	CALL_OPEN,              /* the request is under way */
	CALL_FLOWING,           /* a long body is made, piece by piece */
	CALL_STREAMING,         /* events, until one side ends it */
	CALL_SENT,              /* the rest of the answer is in the outlet */
	CALL_OVER,              /* the loop has nothing more to do with it */
};

struct call {
	struct outlet outlet;           /* the loop's, as are the next three */
	struct event pump;              /* something was added to the outlet */
	struct event patience;          /* FLOWING, SENT: so long it may take nothing */
	enum call_state state;

	struct desk *desk;              /* its guard is for all that follows */
	TAILQ_ENTRY(call) link;         /* all that are not OVER */
	TAILQ_ENTRY(call) posted;
	TAILQ_ENTRY(call) listed;
	bool is_posted, is_listed;
	bool is_left;                   /* the program has freed it */
	pthread_cond_t moved;
	struct arena arena;             /* of the next two */
	struct call_request asked;
	struct call_piece head;
	bool has_head, is_head_given;
	struct buf waiting, given;      /* of the body */
	size_t n_promised, n_handed;    /* the loop's; ENDLESS: nobody said how many */
	enum call_part end;             /* CALL_NOTHING: it goes on */
};

TAILQ_HEAD(call_list, call);

struct desk {
	pthread_mutex_t guard;
	struct server *server;          /* NULL: it is gone */
	int n_refs;                     /* of the server, and of each call */
	int fd;                         /* eventfd: something is listed */
	bool is_over;                   /* the loop has ended: nobody answers any more */
	struct call_list calls, posted, listed;
};

/* Both under the guard. The loop is to look at it; the program is to be told. */
void call_post(struct call *call);
void call_notify(struct call *call);
/* Under the guard. It was not looked at, and need not be. */
void call_strike_post(struct call *call);
/* Neither side needs it any more. Takes the guard, and gives it back. */
void call_destroy(struct call *call);
/* Its way out, of the server's loop. */
void call_open_outlet(struct call *call, struct server *server);

#endif
