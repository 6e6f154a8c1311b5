/* exchange.c -- one request and its answer, as the loop sees them. */
#include <stdlib.h>

#include "http/dispatch.h"
#include "http/serving.h"

struct exchange *exchange_own(struct server *server)
{
	struct exchange *ex = xalloc(sizeof(*ex));

	ex->server = server;
	ex->n_refs = 1;
	ex->started = clock_mono();
	ex->reply = reply_new(&ex->arena);
	ex->rq = (struct request){
		.path = S(""),
		.body = S(""),
		.arena = &ex->arena,
		.app = server->app->context,
	};
	return ex;
}

struct exchange *exchange_new(struct outlet *outlet, const struct peer *peer)
{
	struct exchange *ex = exchange_own(outlet->server);

	ex->outlet = outlet;
	outlet->exchange = ex;
	ex->rq.peer = *peer;
	return ex;
}

void exchange_unref(struct exchange *ex)
{
	if (--ex->n_refs > 0)
		return;
	reply_release(&ex->reply);
	arena_release(&ex->arena);
	free(ex);
}

static void say(const struct exchange *ex, int status, const struct err *err)
{
	const struct http_app *app = ex->server->app;

	if (app->log)
		app->log(app->context, &ex->rq, status, clock_mono() - ex->started,
			 err && err->code != ERR_OK ? err : NULL);
}

/* All of the answer stands in the output. */
static void let_go(struct exchange *ex)
{
	struct outlet *outlet = ex->outlet;

	outlet->exchange = NULL;
	ex->outlet = NULL;
	outlet->kind->sent(outlet);
	exchange_unref(ex);
}

void exchange_finish(struct exchange *ex, struct answer *answer, bool is_kept)
{
	if (ex->server->is_stopping)
		ex->outlet->is_closing = true;
	wire_send(ex, answer, is_kept);
	ex->server->meter.requests++;
	if (ex->reply.status >= 500)
		ex->server->meter.errors++;
	say(ex, ex->reply.status, &answer->err);

	let_go(ex);
}

void exchange_finish_flow(struct exchange *ex, const struct err *err)
{
	if (ex->server->is_stopping)
		ex->outlet->is_closing = true;
	ex->server->meter.requests++;
	if (err)
		ex->server->meter.errors++;
	say(ex, err ? err_http(err->code) : ex->reply.status, err);

	let_go(ex);
}

/* The handler has a reply of its own, so that its headers are in the answer and those of admission
 * are not: they are this caller's, and an answer may be shared. */
static void finish_reply(struct exchange *ex, struct reply *reply, const struct err *err)
{
	struct answer *answer = answer_take(reply, err);

	reply_release(reply);
	exchange_finish(ex, answer, false);
	answer_unref(answer);
}

void exchange_fail(struct exchange *ex, const struct err *err, int status)
{
	struct reply reply = reply_new(&ex->arena);

	reply_error(&reply, err);
	if (status)
		reply.status = status;
	finish_reply(ex, &reply, err);
}

static void run_here(struct exchange *ex)
{
	struct err err = { 0 };
	struct reply reply = reply_new(&ex->arena);

	http_run(&ex->rq, &reply, &err);
	finish_reply(ex, &reply, &err);
}

static void open_stream(struct exchange *ex, const struct reply *reply)
{
	ex->outlet->is_closing = true;
	wire_send_head(ex, reply);
	ex->server->meter.requests++;
	say(ex, ex->reply.status, NULL);
	if (ex->rq.method != HTTP_HEAD) {
		stream_start(ex, reply->topics);
		return;
	}
	let_go(ex);
}

static void begin_stream(struct exchange *ex)
{
	struct err err = { 0 };
	struct reply reply = reply_new(&ex->arena);

	if (http_run(&ex->rq, &reply, &err) != ERR_OK) {
		finish_reply(ex, &reply, &err);
		return;
	}
	if (stream_check_room(ex, &err) == ERR_OK) {
		open_stream(ex, &reply);
	} else {
		ex->server->meter.refused++;
		exchange_fail(ex, &err, 0);
	}
	reply_release(&reply);
}

static void finish_preflight(struct exchange *ex)
{
	struct reply reply = reply_new(&ex->arena);

	reply.status = ex->reply.status;
	finish_reply(ex, &reply, NULL);
}

void exchange_start(struct exchange *ex)
{
	struct request *rq = &ex->rq;
	struct err err = { 0 };

	ex->started = clock_mono();
	err.code = http_query_parse(rq->raw_query, &ex->arena, &rq->query, &rq->n_query, &err);
	if (err.code == ERR_OK)
		err.code = http_begin(ex->server->app, rq, &ex->reply, &err);
	else
		ex->outlet->is_closing = true;

	if (err.code != ERR_OK) {
		ex->server->meter.refused++;
		exchange_fail(ex, &err, 0);
	} else if (!rq->route) {
		finish_preflight(ex);
	} else if (rq->route->lane == LANE_LOOP) {
		run_here(ex);
	} else if (rq->route->lane == LANE_STREAM) {
		begin_stream(ex);
	} else {
		flight_board(ex);
	}
}

void exchange_abandon(struct exchange *ex)
{
	if (ex->flight)
		flight_leave(ex, false);
	ex->server->meter.requests++;
	say(ex, 499, NULL);
	ex->outlet->exchange = NULL;
	ex->outlet = NULL;
	exchange_unref(ex);
}
