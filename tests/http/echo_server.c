/* echo_server.c -- a toy application on http/server.h, for the black-box tests to attack.
 *
 * usage: http_echo_server [name=value ...]: host, port, readers, queue, connections, peer, streams,
 * budget_permille, head_ms, idle_ms, deadline_ms. Prints its port. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/parse.h"
#include "http/answer.h"
#include "http/server.h"
#include "http/topic.h"
#include "json/json.h"
#include "echo_options.h"

#define PIECE ((size_t)65536)

struct toy {
	struct server *server;
	atomic_int n_runs, n_cancelled, n_logged, n_opened;
	atomic_int broken_opens;        /* so many lane_opens fail */
	atomic_int n_ticks, n_pieces;
	atomic_int cost_ms, costly_ms, said;
	atomic_bool is_broken, is_late, is_watched, is_told;
	pthread_mutex_t guard;
	pthread_cond_t gate_moved;
	bool is_gate_open;              /* what /wait waits for */
};

struct toy_lane {
	struct toy *toy;
	bool may_write;
	bool is_cancelled;              /* under the toy's guard */
	usec_t deadline;
};

/* ---- the lanes ---- */

static enum err_code lane_open(void *context, bool may_write, void **ret_lane, struct err *err)
{
	struct toy *toy = context;

	if (atomic_load(&toy->broken_opens) > 0) {
		atomic_fetch_sub(&toy->broken_opens, 1);
		return err_set(err, ERR_UNAVAILABLE, "no connection to db.secret.example");
	}
	struct toy_lane *lane = xalloc(sizeof(*lane));
	lane->toy = toy;
	lane->may_write = may_write;
	atomic_fetch_add(&toy->n_opened, 1);
	*ret_lane = lane;
	return ERR_OK;
}

static void lane_close(void *lane)
{
	free(lane);
}

static void lane_cancel(void *p)
{
	struct toy_lane *lane = p;

	pthread_mutex_lock(&lane->toy->guard);
	lane->is_cancelled = true;
	atomic_fetch_add(&lane->toy->n_cancelled, 1);
	pthread_cond_broadcast(&lane->toy->gate_moved);
	pthread_mutex_unlock(&lane->toy->guard);
}

static void lane_deadline(void *p, usec_t mono)
{
	struct toy_lane *lane = p;

	lane->deadline = mono;
	pthread_mutex_lock(&lane->toy->guard);
	lane->is_cancelled = false;
	pthread_mutex_unlock(&lane->toy->guard);
}

/* ---- the handlers ---- */

static void add_number(struct json *j, const char *key, int64_t n)
{
	json_key(j, key);
	json_i64(j, n);
}

static enum err_code echo(struct request *rq, struct reply *reply, struct err *err)
{
	struct json j = json_new(&reply->body);

	(void)err;
	json_open_object(&j);
	json_key(&j, "method");
	json_text(&j, http_method_name(rq->method));
	json_key(&j, "path");
	json_str(&j, rq->path);
	json_key(&j, "query");
	json_str(&j, rq->raw_query);
	json_key(&j, "body");
	json_str(&j, rq->body);
	json_key(&j, "part");
	json_str(&j, rq->parts[0]);
	json_key(&j, "address");
	json_text(&j, rq->peer.address);
	json_key(&j, "is_loopback");
	json_bool(&j, rq->peer.is_loopback);
	json_key(&j, "is_same_user");
	json_bool(&j, rq->peer.is_same_user);
	json_close_object(&j);
	return ERR_OK;
}

static enum err_code meter(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;
	const struct server_meter m = server_meter_get(toy->server);
	struct json j = json_new(&reply->body);

	(void)err;
	json_open_object(&j);
	add_number(&j, "runs", atomic_load(&toy->n_runs));
	add_number(&j, "cancelled", atomic_load(&toy->n_cancelled));
	add_number(&j, "logged", atomic_load(&toy->n_logged));
	add_number(&j, "opened", atomic_load(&toy->n_opened));
	add_number(&j, "pieces", atomic_load(&toy->n_pieces));
	add_number(&j, "ticks", atomic_load(&toy->n_ticks));
	add_number(&j, "requests", m.requests);
	add_number(&j, "refused", m.refused);
	add_number(&j, "queries", m.queries);
	add_number(&j, "shared", m.shared);
	add_number(&j, "connections", m.connections);
	add_number(&j, "waiting", m.waiting);
	add_number(&j, "refreshes", m.refreshes);
	add_number(&j, "looks", m.looks);
	add_number(&j, "snapshot_usec", m.snapshot_usec);
	add_number(&j, "tokens_usec", m.tokens_usec);
	add_number(&j, "streams", m.streams);
	add_number(&j, "events", m.events);
	add_number(&j, "open", m.open);
	add_number(&j, "costly_ms", atomic_load(&toy->costly_ms));
	add_number(&j, "watched", atomic_load(&toy->is_watched));
	json_close_object(&j);
	return ERR_OK;
}

static enum err_code set_gate(struct toy *toy, bool is_open)
{
	pthread_mutex_lock(&toy->guard);
	toy->is_gate_open = is_open;
	pthread_cond_broadcast(&toy->gate_moved);
	pthread_mutex_unlock(&toy->guard);
	return ERR_OK;
}

static enum err_code open_gate(struct request *rq, struct reply *reply, struct err *err)
{
	(void)err;
	(void)reply;
	return set_gate(rq->app, true);
}

static enum err_code close_gate(struct request *rq, struct reply *reply, struct err *err)
{
	(void)err;
	(void)reply;
	return set_gate(rq->app, false);
}

/* Waits until the gate is open, or it is cancelled. */
static enum err_code await_gate(struct toy *toy, struct toy_lane *lane, struct err *err)
{
	pthread_mutex_lock(&toy->guard);
	while (!toy->is_gate_open && !lane->is_cancelled)
		pthread_cond_wait(&toy->gate_moved, &toy->guard);
	const bool is_cancelled = lane->is_cancelled;
	pthread_mutex_unlock(&toy->guard);
	return is_cancelled ? err_set(err, ERR_CANCELLED, "cancelled") : ERR_OK;
}

static enum err_code wait_gate(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;

	atomic_fetch_add(&toy->n_runs, 1);
	TRY(await_gate(toy, rq->lane, err));
	return echo(rq, reply, err);
}

static int64_t number_of(const struct request *rq, const char *name)
{
	int64_t n = -1;

	return parse_i64(request_query(rq, name, NULL), &n) ? n : -1;
}

/* ?n= pieces of 64 KiB and an end; before piece ?stop= it waits at the gate, before ?fail= it
 * fails. */
static enum err_code long_body(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;

	reply->content_type = "text/plain";
	for (int64_t i = 0; i <= number_of(rq, "n"); i++) {
		if (i == number_of(rq, "stop"))
			TRY(await_gate(toy, rq->lane, err));
		if (i == number_of(rq, "fail"))
			return err_set(err, ERR_UNAVAILABLE, "it broke");
		if (i == number_of(rq, "n"))
			break;
		memset(buf_reserve(&reply->body, PIECE), 'x', PIECE);
		reply->body.n += PIECE;
		atomic_fetch_add(&toy->n_pieces, 1);
		TRY(reply_flush(reply, err));
	}
	buf_add_text(&reply->body, "end");
	return ERR_OK;
}

/* A number that grows with each execution. */
static enum err_code count(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;

	(void)err;
	reply_header(reply, rq->arena, "Toy-Kind", S("exact"));
	buf_printf(&reply->body, "%d", atomic_fetch_add(&toy->n_runs, 1) + 1);
	return ERR_OK;
}

/* As many lines as ?n= says. */
static enum err_code big(struct request *rq, struct reply *reply, struct err *err)
{
	int64_t n = 0;

	if (!parse_i64(request_query(rq, "n", NULL), &n) || n < 0 || n > 100000000)
		return err_param(err, "n", "n must be a number");
	for (int64_t i = 0; i < n && !reply->body.has_failed; i++)
		buf_printf(&reply->body, "line %08d of many\n", (int)i);
	reply->content_type = "text/plain";
	return ERR_OK;
}

/* The same, with a tag of its own. */
static enum err_code tagged(struct request *rq, struct reply *reply, struct err *err)
{
	reply_header(reply, rq->arena, "ETag", S("\"own\""));
	return big(rq, reply, err);
}

static enum err_code big_count(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;

	atomic_fetch_add(&toy->n_runs, 1);
	reply_header(reply, rq->arena, "Toy-Kind", S("exact"));
	return big(rq, reply, err);
}

static enum err_code fault_of(const struct toy *toy, struct err *err)
{
	if (atomic_load(&toy->is_broken))
		return err_set(err, ERR_UNAVAILABLE, "no connection to db.secret.example");
	if (atomic_load(&toy->is_late))
		return err_set(err, ERR_TIMEOUT, "it took too long");
	return ERR_OK;
}

/* Takes ?ms= of time, or as long as /cost/{ms} said last; the number grows as in count. */
static enum err_code costly(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;
	int64_t ms = atomic_load(&toy->cost_ms);
	const struct str asked = request_query(rq, "ms", NULL);

	if (asked.p && !parse_i64(asked, &ms))
		return err_param(err, "ms", "ms must be a number");
	TRY(fault_of(toy, err));
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
	atomic_fetch_add(&toy->costly_ms, (int)ms);
	return count(rq, reply, err);
}

/* POST /cost/{ms}; -1: the database is away, -2: it is too slow. */
static enum err_code set_cost(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;
	int64_t ms = 0;

	(void)reply;
	if (!parse_i64(rq->parts[0], &ms))
		return err_param(err, "ms", "ms must be a number");
	atomic_store(&toy->is_broken, ms == -1);
	atomic_store(&toy->is_late, ms == -2);
	atomic_store(&toy->cost_ms, (int)(ms < 0 ? 0 : ms));
	return ERR_OK;
}

/* What /topic/{name} says, until it says something else. */
static enum err_code topic(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;
	int64_t n = 10;

	TRY(fault_of(toy, err));
	atomic_fetch_add(&toy->n_runs, 1);
	parse_i64(request_query(rq, "n", NULL), &n);
	reply_header(reply, rq->arena, "Toy-Kind", S("exact"));
	buf_printf(&reply->body, "{\"n\":%d,\n\"round\":%lld,\"pad\":\"%0*d\"}",
		   atomic_load(&toy->said), (long long)rq->round, (int)n, 0);
	return ERR_OK;
}

static enum err_code say(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;

	(void)reply;
	(void)err;
	if (request_query(rq, "told", NULL).p)
		atomic_store(&toy->is_told, true);
	atomic_fetch_add(&toy->said, 1);
	server_changed(toy->server);
	return ERR_OK;
}

static enum err_code events(struct request *rq, struct reply *reply, struct err *err)
{
	const struct str wanted = request_query(rq, "topics", NULL);

	(void)err;
	reply->content_type = "text/event-stream";
	reply_header(reply, rq->arena, "Cache-Control", S("no-cache"));
	reply->topics = str_eq(wanted, S("big")) ? 2 : str_eq(wanted, S("both")) ? 3 :
			str_eq(wanted, S("list")) ? 4 : 1;
	return ERR_OK;
}

static void frame(const char *topic, const struct answer *answer, struct buf *out)
{
	buf_printf(out, "{\"topic\":\"%s\",\"data\":%.*s}", topic, (int)answer->body_n,
		   (const char *)answer->body);
}

static void watch(void *context, bool is_on)
{
	atomic_store(&((struct toy *)context)->is_watched, is_on);
}

static bool is_told(void *context)
{
	return atomic_load(&((struct toy *)context)->is_told);
}

static const struct http_topic topics[] = {
	{ "small", "/topic/small", 0, false },
	{ "big", "/topic/big?n=200000", 0, false },
	{ "list", "/list?n=1", 0, false },
	{ 0 },
};

static const struct http_live live = { topics, frame, watch, is_told };

static enum err_code fail(struct request *rq, struct reply *reply, struct err *err)
{
	(void)rq;
	(void)reply;
	return err_set(err, ERR_INTERNAL, "secret/path.c:12 went wrong");
}

static enum err_code break_lanes(struct request *rq, struct reply *reply, struct err *err)
{
	struct toy *toy = rq->app;

	(void)reply;
	(void)err;
	atomic_fetch_add(&toy->broken_opens, 1);
	return ERR_OK;
}

static const struct route routes[] = {
	{ HTTP_GET, "/echo", echo, LANE_LOOP, 0, 0, "echo" },
	{ HTTP_POST, "/echo", echo, LANE_LOOP, 0, 0, "echo_post" },
	{ HTTP_GET, "/echo/{part}", echo, LANE_LOOP, 0, 0, "echo_part" },
	{ HTTP_GET, "/meter", meter, LANE_LOOP, 0, 0, "meter" },
	{ HTTP_POST, "/gate/open", open_gate, LANE_LOOP, 0, 0, "gate_open" },
	{ HTTP_POST, "/gate/close", close_gate, LANE_LOOP, 0, 0, "gate_close" },
	{ HTTP_POST, "/break", break_lanes, LANE_LOOP, 0, 0, "break" },
	{ HTTP_GET, "/wait", wait_gate, LANE_READ, 0, 0, "wait" },
	{ HTTP_GET, "/wait/{part}", wait_gate, LANE_READ, 0, 0, "wait_part" },
	{ HTTP_GET, "/wait/write", wait_gate, LANE_READ, 0, 0, "wait_there" },
	{ HTTP_POST, "/wait/write", wait_gate, LANE_WRITE, 0, 0, "wait_write" },
	{ HTTP_GET, "/count", count, LANE_READ, 0, 0, "count" },
	{ HTTP_GET, "/fresh", count, LANE_READ, 0, 60000, "fresh" },
	{ HTTP_POST, "/write", count, LANE_WRITE, 0, 0, "write" },
	{ HTTP_GET, "/long", long_body, LANE_LONG, 0, 0, "long" },
	{ HTTP_GET, "/big", big, LANE_READ, 0, 0, "big" },
	{ HTTP_GET, "/tagged", tagged, LANE_READ, 0, 0, "tagged" },
	{ HTTP_GET, "/fresh/big", big_count, LANE_READ, 0, 60000, "fresh_big" },
	{ HTTP_GET, "/costly", costly, LANE_READ, 0, ROUTE_SNAPSHOT, "costly" },
	{ HTTP_POST, "/cost/{ms}", set_cost, LANE_LOOP, 0, 0, "cost" },
	{ HTTP_GET, "/topic/{name}", topic, LANE_READ, 0, ROUTE_SNAPSHOT, "topic" },
	{ HTTP_GET, "/list", topic, LANE_READ, 0, 200, "list" },
	{ HTTP_POST, "/say", say, LANE_LOOP, 0, 0, "say" },
	{ HTTP_GET, "/events", events, LANE_STREAM, 0, 0, "events" },
	{ HTTP_GET, "/fail", fail, LANE_READ, 0, 0, "fail" },
	{ 0 },
};

static const struct route *const tables[] = { routes, NULL };

/* ---- the application ---- */

static enum err_code admit(struct request *rq, const struct route *route,
			   struct reply *reply, struct err *err)
{
	(void)route;
	if (request_has_header(rq, "Toy-Deny"))
		return err_set(err, ERR_FORBIDDEN, "denied");
	if (rq->method == HTTP_OPTIONS && request_has_header(rq, "Origin")) {
		reply_header(reply, rq->arena, "Access-Control-Allow-Methods", S("GET"));
		reply->status = 204;
	}
	return ERR_OK;
}

static void decorate(const struct request *rq, struct reply *reply)
{
	reply_header(reply, rq->arena, "X-Content-Type-Options", S("nosniff"));
}

static struct str salt(const struct request *rq)
{
	return request_header(rq, "Toy-Salt");
}

static void count_log(void *context, const struct request *rq, int status, usec_t took,
		      const struct err *err)
{
	struct toy *toy = context;

	(void)took;
	atomic_fetch_add(&toy->n_logged, 1);
	log_line(LOG_INFO, "toy", "%s %.*s %d %s", http_method_name(rq->method),
		 STR_ARG(rq->path), status, err ? err->msg : "");
}

static void tick(void *arg)
{
	atomic_fetch_add(&((struct toy *)arg)->n_ticks, 1);
}

static enum err_code serve(const struct server_options *options, struct err *err)
{
	static struct toy toy = { .guard = PTHREAD_MUTEX_INITIALIZER,
				  .gate_moved = PTHREAD_COND_INITIALIZER };
	static const struct http_app app = {
		.tables = tables,
		.context = &toy,
		.admit = admit,
		.decorate = decorate,
		.flight_salt = salt,
		.kept_mark = { "Toy-Kind", { "exact", 5 }, { "cached", 6 } },
		.live = &live,
		.lane_open = lane_open,
		.lane_close = lane_close,
		.lane_cancel = lane_cancel,
		.lane_deadline = lane_deadline,
		.log = count_log,
	};
	AUTO_FREE(server) struct server *server = NULL;

	TRY(server_open(&app, options, &server, err));
	toy.server = server;
	server_every(server, 10 * MSEC, tick, &toy);
	printf("%d\n", server_port(server));
	fflush(stdout);
	return server_run(server, err);
}

int main(int argc, char **argv)
{
	struct server_options options = { .has_writer = true };
	struct err err = { 0 };

	for (int i = 1; i < argc; i++)
		set_option(&options, str_of(argv[i]));
	if (serve(&options, &err) == ERR_OK)
		return 0;
	fprintf(stderr, "%s\n", err.msg);
	return err_exit(err.code);
}
