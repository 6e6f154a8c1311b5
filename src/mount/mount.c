/* mount.c -- soniq/dashboard.h: the dashboard for a program that has a server of its own. */
#include <soniq/dashboard.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/access.h"
#include "api/api.h"
#include "api/keeper.h"
#include "api/panel_file.h"
#include "base/thread.h"
#include "http/call.h"

struct soniq_panel_out {
	struct buf *text;
	bool has_no_memory;
};

/* A panel of the program's; what api_panel borrows is here. */
struct panel {
	soniq_panel_fn render;
	void *arg;
};

struct soniq_dashboard {
	struct arena arena;
	struct conf conf;
	struct soniq_log log;
	struct log_sink sink;
	struct api *api;
	struct keeper *keeper;
	struct server *server;
	pthread_t loop;
	pid_t pid; /* whose threads there are */
	bool is_running;
	atomic_bool is_draining;
};

static void tell(struct soniq_error *error, const struct err *err)
{
	if (!error)
		return;
	error->status = err_http(err->code);
	snprintf(error->message, sizeof(error->message), "%s", err->msg);
}

/* What is handed through as a number means the same on both sides. */
_Static_assert((int)SONIQ_PART_NOTHING == CALL_NOTHING && (int)SONIQ_PART_HEAD == CALL_HEAD &&
	       (int)SONIQ_PART_BODY == CALL_BODY && (int)SONIQ_PART_END == CALL_END &&
	       (int)SONIQ_PART_BROKEN == CALL_BROKEN, "parts of an answer");
_Static_assert((int)SONIQ_LEVEL_DEBUG == LOG_DEBUG && (int)SONIQ_LEVEL_INFO == LOG_INFO &&
	       (int)SONIQ_LEVEL_WARNING == LOG_WARNING && (int)SONIQ_LEVEL_ERROR == LOG_ERROR &&
	       (int)SONIQ_LEVEL_CRITICAL == LOG_CRITICAL, "levels of a line");
_Static_assert((int)SONIQ_ROLE_NONE == ROLE_NONE && (int)SONIQ_ROLE_VIEWER == ROLE_VIEWER &&
	       (int)SONIQ_ROLE_OPERATOR == ROLE_OPERATOR && (int)SONIQ_ROLE_ADMIN == ROLE_ADMIN,
	       "roles");

/* ---- opening ---- */

static void put_line(void *arg, enum log_level level, const char *who, struct str text)
{
	const struct soniq_log *log = arg;
	AUTO(arena) struct arena arena = { 0 };

	if (log->put)
		log->put(log->arg, (enum soniq_level)level, who, str_cstr(&arena, text));
}

static enum err_code read_options(struct soniq_dashboard *d, const struct soniq_option *options,
				  struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list flags = list_new(&arena, sizeof(struct conf_flag));

	for (; options && options->name; options++)
		*(struct conf_flag *)list_add(&flags) =
			(struct conf_flag){ options->name, options->value };
	list_add(&flags);
	return conf_load_given(&d->conf, flags.items, err);
}

static enum err_code open_api(struct soniq_dashboard *d, struct err *err)
{
	const struct settings *s = &d->conf.values;
	struct api_options options = {
		.settings = s,
		.conf = &d->conf,
		.database = api_database(s, &d->arena),
		.is_mounted = true,
		.log = &d->sink,
	};

	options.database.statement_timeout = s->dashboard.statement_timeout;
	options.database.application_name = "soniq dashboard";
	TRY(api_new(&options, &d->api, err));

	struct list files;
	const bool is_sqlite = options.database.sqlite_path != NULL;
	TRY(panel_files_read(s, is_sqlite, &d->arena, &files, err));
	return api_add_panel_files(d->api, &files, err);
}

static enum err_code open_server(struct soniq_dashboard *d, struct err *err)
{
	const struct settings *s = &d->conf.values;
	const struct server_options options = {
		.is_mounted = true,
		.has_writer = s->dashboard.write_enabled,
		.budget = s->dashboard.database_budget,
	};

	TRY(server_open(api_app(d->api), &options, &d->server, err));
	api_on_server(d->api, d->server);
	return ERR_OK;
}

static void *run(void *arg)
{
	struct soniq_dashboard *d = arg;
	struct err err = { 0 };

	log_to(&d->sink);
	if (server_run(d->server, &err) != ERR_OK)
		log_line(LOG_ERROR, "dashboard", "%s", err.msg);
	return NULL;
}

static enum err_code start(struct soniq_dashboard *d, struct err *err)
{
	TRY(thread_start(&d->loop, run, d, err));
	d->is_running = true;
	return ERR_OK;
}

static enum err_code open_all(struct soniq_dashboard *d, const struct soniq_option *options,
			      struct err *err)
{
	TRY(read_options(d, options, err));
	TRY(open_api(d, err));
	TRY(open_server(d, err));
	TRY(api_start_keeper(d->api, &d->keeper, err));
	api_on_keeper(d->api, d->keeper);
	return start(d, err);
}

/* What is kept back is enough to open one with. */
static enum err_code keep_memory_back(struct err *err)
{
	memory_keep_back();
	if (!memory_is_short())
		return ERR_OK;
	memory_let_go();
	return err_set(err, ERR_BUSY, "the program has no memory to spare for a dashboard");
}

struct soniq_dashboard *soniq_dashboard_open(const struct soniq_option *options,
					     const struct soniq_log *log, struct soniq_error *error)
{
	struct err err = { 0 };

	if (keep_memory_back(&err) != ERR_OK) {
		tell(error, &err);
		return NULL;
	}
	struct soniq_dashboard *d = xalloc(sizeof(*d));
	d->pid = getpid();
	d->log = log ? *log : (struct soniq_log){ 0 };
	d->sink = (struct log_sink){ put_line, &d->log };
	if (open_all(d, options, &err) == ERR_OK)
		return d;
	tell(error, &err);
	soniq_dashboard_close(d);
	return NULL;
}

/* ---- closing ---- */

/* Once: the second stop of a server does not wait for what runs. */
void soniq_dashboard_drain(struct soniq_dashboard *d)
{
	if (!atomic_exchange(&d->is_draining, true))
		server_stop(d->server);
}

/* In the child of a fork there are no threads to end, and locks may be held for ever. */
void soniq_dashboard_close(struct soniq_dashboard *d)
{
	if (d->pid != getpid())
		return;
	if (d->is_running) {
		soniq_dashboard_drain(d);
		pthread_join(d->loop, NULL);
	}
	if (d->server)
		api_on_server(d->api, NULL);
	const bool is_over = !d->server || server_free(d->server);
	if (d->keeper) {
		api_on_keeper(d->api, NULL);
		keeper_free(d->keeper);
	}
	/* A thread that does not come back, perhaps from a panel, uses the rest. */
	if (!is_over)
		return;
	if (d->api)
		api_free(d->api);
	conf_release(&d->conf);
	arena_release(&d->arena);
	free(d);
	memory_let_go();
}

/* ---- panels ---- */

struct writing {
	struct buf *text;
	const char *bytes;
	size_t n;
};

static void write_on(void *arg)
{
	const struct writing *writing = arg;

	buf_add(writing->text, writing->bytes, writing->n);
}

/* Frames of the program's are around this one. */
void soniq_panel_write(struct soniq_panel_out *out, const char *bytes, size_t n)
{
	struct writing writing = { out->text, bytes, n };

	if (!memory_try(write_on, &writing))
		out->has_no_memory = true;
}

static enum err_code render(void *arg, struct arena *arena, struct buf *text, struct err *err)
{
	const struct panel *panel = arg;
	struct soniq_panel_out out = { .text = text };
	(void)arena;

	const bool is_well = panel->render(panel->arg, &out);
	if (out.has_no_memory)
		return err_set(err, ERR_BUSY, "there was not enough memory for what it gave");
	if (is_well)
		return ERR_OK;
	err_set(err, ERR_INVALID, "%.*s", STR_ARG(str_head_utf8(buf_str(text), 400)));
	buf_reset(text);
	return err->code;
}

bool soniq_dashboard_add_panel(struct soniq_dashboard *d, const char *id, const char *title,
			       soniq_panel_fn fn, void *arg, struct soniq_error *error)
{
	struct err err = { 0 };
	struct panel *own = ARENA_NEW(&d->arena, struct panel);
	const struct api_panel panel = {
		.id = str_cstr(&d->arena, str_of(id)),
		.title = str_cstr(&d->arena, str_of(title)),
		.render = render,
		.arg = own,
	};

	*own = (struct panel){ fn, arg };
	if (api_add_panel(d->api, &panel, &err) == ERR_OK)
		return true;
	tell(error, &err);
	return false;
}

/* ---- calls: those of the server, in the library's words ---- */

struct soniq_call {
	struct call *call;
	struct arena arena; /* of the head */
	void *arg;
	pid_t pid;
};

static struct http_pair *pairs_of(const struct soniq_request *request, struct arena *arena)
{
	struct http_pair *pairs = ARENA_ARRAY(arena, struct http_pair, request->n_headers + 1);

	for (size_t i = 0; i < request->n_headers; i++)
		pairs[i] = (struct http_pair){ str_of(request->headers[i].name),
					       str_of(request->headers[i].value) };
	return pairs;
}

struct soniq_call *soniq_call_begin(struct soniq_dashboard *d, const struct soniq_request *request)
{
	AUTO(arena) struct arena arena = { 0 };
	struct soniq_call *call = xalloc(sizeof(*call));
	const struct call_request asked = {
		.method = request->method,
		.target = str_of(request->target),
		.headers = pairs_of(request, &arena),
		.n_headers = request->n_headers,
		.body = { request->body, request->body_n },
		.address = request->address,
		.user = str_of(request->user),
		.role = (int)request->role,
		.ready = request->ready,
		.arg = request->ready ? request->arg : call,
	};

	call->arg = request->arg;
	call->pid = d->pid;
	call->call = call_new(d->server, &asked);
	call_begin(call->call);
	return call;
}

struct showing {
	struct soniq_call *call;
	const struct call_piece *from;
	struct soniq_piece *piece;
};

static void show_head(void *arg)
{
	const struct showing *showing = arg;
	struct soniq_call *call = showing->call;
	const struct call_piece *from = showing->from;
	struct soniq_piece *piece = showing->piece;
	struct soniq_header *headers =
		ARENA_ARRAY(&call->arena, struct soniq_header, from->n_headers + 1);

	for (size_t i = 0; i < from->n_headers; i++)
		headers[i] =
			(struct soniq_header){ from->headers[i].name.p, from->headers[i].value.p };
	piece->status = from->status;
	piece->headers = headers;
	piece->n_headers = from->n_headers;
}

enum soniq_part soniq_call_take(struct soniq_call *call, struct soniq_piece *piece)
{
	struct call_piece from;
	const enum call_part part = call_take(call->call, &from);

	*piece = (struct soniq_piece){ .body = from.body.p, .body_n = from.body.n };
	struct showing showing = { call, &from, piece };
	if (part == CALL_HEAD && !memory_try(show_head, &showing))
		return SONIQ_PART_BROKEN;
	return (enum soniq_part)part;
}

bool soniq_call_wait(struct soniq_call *call, int milliseconds)
{
	return call_wait(call->call, milliseconds * MSEC);
}

void soniq_call_free(struct soniq_call *call)
{
	if (call->pid != getpid())
		return;
	call_free(call->call);
	arena_release(&call->arena);
	free(call);
}

int soniq_dashboard_fd(const struct soniq_dashboard *d)
{
	return call_fd(d->server);
}

struct soniq_call *soniq_dashboard_next(struct soniq_dashboard *d, void **ret_arg)
{
	void *own = NULL;

	if (!call_next(d->server, &own))
		return NULL;
	struct soniq_call *call = own;
	if (ret_arg)
		*ret_arg = call->arg;
	return call;
}

const char *soniq_version(void)
{
	return SONIQ_VERSION;
}
