/* api_panel.c -- panels: those that the program registered, and those that are files. */
#include <stdatomic.h>
#include <stdlib.h>

#include "api/context.h"
#include "api/panel_file.h"
#include "base/thread.h"
#include "export/panel.h"
#include "store/quality.h"

/* One of either kind. What a file gave is kept for a while, an error too: a query that takes long
 * costs no less when it is stopped. */
struct panel {
	struct api_panel own;          /* render NULL: a file's */
	const struct panel_file *file; /* NULL: the program's */
	pthread_mutex_t guard;         /* of what is kept */
	char *content;                 /* NULL: none, there was an error */
	struct err err;
	usec_t made, made_mono; /* 0: never */
	atomic_llong running;   /* the program's: since when one runs, clock_mono; 0: none does */
};

/* Nobody waits for it any more by then (server_options.request_deadline). */
#define STUCK_AFTER (10 * SECOND)

static struct panel *panel_find(const struct api *api, struct str id)
{
	for (size_t i = 0; i < api->panels.n; i++) {
		struct panel *panel = *LIST_AT(&api->panels, struct panel *, i);
		if (str_eq(id, str_of(panel->own.id)))
			return panel;
	}
	return NULL;
}

static enum err_code panel_add(struct api *api, const struct panel *panel, struct err *err)
{
	const char *id = panel->own.id;

	if (!panel_id_is_good(str_of(id)))
		return err_set(err, ERR_INVALID,
			       "panel id \"%s\": use a-z, 0-9, - and _, at most 64", id);
	if (panel_find(api, str_of(id)))
		return err_set(err, ERR_CONFLICT, "a panel \"%s\" is there already", id);
	struct panel *kept = arena_copy(&api->arena, panel, sizeof(*panel));
	pthread_mutex_init(&kept->guard, NULL);
	*(struct panel **)list_add(&api->panels) = kept;
	return ERR_OK;
}

enum err_code api_add_panel(struct api *api, const struct api_panel *panel, struct err *err)
{
	const struct panel own = { .own = *panel };

	return panel_add(api, &own, err);
}

enum err_code api_add_panel_files(struct api *api, const struct list *files, struct err *err)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct panel_file *file = LIST_AT(files, struct panel_file, i);
		const struct panel panel = { .own = { .id = file->id, .title = file->head.title },
					     .file = file };
		if (!file->is_left_out)
			TRY(panel_add(api, &panel, err));
	}
	return ERR_OK;
}

void api_panels_release(struct api *api)
{
	for (size_t i = 0; i < api->panels.n; i++) {
		struct panel *panel = *LIST_AT(&api->panels, struct panel *, i);
		pthread_mutex_destroy(&panel->guard);
		free(panel->content);
	}
}

static void write_title(struct json *j, const struct panel *panel)
{
	json_key(j, "id");
	json_text(j, panel->own.id);
	json_key(j, "title");
	json_text(j, panel->own.title);
}

static enum err_code panels_list(struct request *rq, struct reply *reply, struct err *err)
{
	(void)err;
	const struct api *api = api_of(rq);
	struct json j = answer_json(reply);

	json_open_array(&j);
	for (size_t i = 0; i < api->panels.n; i++) {
		const struct panel *panel = *LIST_AT(&api->panels, struct panel *, i);
		json_open_object(&j);
		write_title(&j, panel);
		if (panel->file) {
			json_key(&j, "show");
			json_text(&j, panel_shows[panel->file->head.show]);
		}
		json_close_object(&j);
	}
	json_close_array(&j);
	return ERR_OK;
}

/* What a panel gives, or its own error. */
struct shown {
	struct buf content;
	struct quality quality;
	struct err err; /* code OK: none */
};

static void shown_release(struct shown *shown)
{
	buf_release(&shown->content);
}

static bool kept_get(struct panel *panel, struct shown *shown)
{
	HOLD(&panel->guard);

	if (panel->made_mono == 0 || clock_mono() - panel->made_mono >= panel->file->head.refresh)
		return false;
	shown->quality = (struct quality){ .kind = KIND_CACHED, .as_of = panel->made };
	shown->err = panel->err;
	if (panel->content)
		buf_add_text(&shown->content, panel->content);
	return true;
}

static void kept_put(struct panel *panel, struct shown *shown)
{
	const bool has_failed = shown->err.code != ERR_OK;
	char *content = has_failed ? NULL : xstrdup(buf_cstr(&shown->content));
	HOLD(&panel->guard);

	free(panel->content);
	panel->content = content;
	panel->err = shown->err;
	panel->made = shown->quality.as_of;
	panel->made_mono = clock_mono();
}

/* The query's own fault is what is shown; the database's is an error like everywhere. */
static enum err_code run_file(struct request *rq, struct panel *panel, struct shown *shown,
			      struct err *err)
{
	struct store *store;
	struct view view;
	TRY(api_store(rq, &store, err));

	shown->quality = quality_new();
	const enum err_code code =
		panel_file_run(panel->file, store->db, rq->arena, &view, &shown->err);
	if (code == ERR_OK) {
		struct json j = json_new(&shown->content);
		panel_write_content(panel->file, &view, &j);
	} else if (code != ERR_INVALID && code != ERR_TIMEOUT) {
		*err = shown->err;
		return code;
	}
	kept_put(panel, shown);
	return ERR_OK;
}

/* One that does not come back would take one executor after the other, as often as it is asked. */
static bool is_stuck(struct panel *panel)
{
	const usec_t since = atomic_load(&panel->running);

	return since > 0 && clock_mono() - since > STUCK_AFTER;
}

static enum err_code render(struct request *rq, struct panel *panel, struct shown *shown)
{
	long long none = 0;

	if (is_stuck(panel))
		return err_set(&shown->err, ERR_TIMEOUT,
			       "it has not come back since it was asked before.");
	const bool is_first = atomic_compare_exchange_strong(&panel->running, &none, clock_mono());
	const enum err_code code =
		panel->own.render(panel->own.arg, rq->arena, &shown->content, &shown->err);
	if (is_first)
		atomic_store(&panel->running, 0);
	return code;
}

static enum err_code run_own(struct request *rq, struct panel *panel, struct shown *shown,
			     struct err *err)
{
	const enum err_code code = render(rq, panel, shown);
	const bool is_object = !shown->content.has_failed &&
			       json_is_valid(buf_str(&shown->content), true, JSON_DEPTH_MAX);

	shown->quality = quality_new();
	shown->err.code = code;
	if (code == ERR_CANCELLED)
		return err_set(err, code, "%s", shown->err.msg);
	if (code == ERR_OK && !is_object)
		(void)err_set(&shown->err, ERR_INVALID, "What it gave is not an object.");
	return ERR_OK;
}

/* A panel is to blame for itself, whatever it called its error: 504 when it took too long, else
 * 422. No other answer is touched by it, and its reader is told why. */
static enum err_code tell_own_error(const struct panel *panel, const struct err *own,
				    struct err *err)
{
	const enum err_code code = own->code == ERR_TIMEOUT ? ERR_TIMEOUT : ERR_INVALID;

	return err_set(err, code, "The panel \"%s\" failed: %s", panel->own.id,
		       own->msg[0] ? own->msg : "it does not say why.");
}

/* What is wrong with it may be mended in the database: whoever looks at it asks again. */
static void say_when_again(struct request *rq, struct reply *reply, const struct panel *panel)
{
	const usec_t pause = panel->file ? panel->file->head.refresh : 15 * SECOND;

	reply_header(reply, rq->arena, "Retry-After",
		     str_of(arena_printf(rq->arena, "%lld", (long long)(pause / SECOND))));
}

static void answer_panel(struct reply *reply, const struct panel *panel, const struct shown *shown)
{
	struct json j = answer_json(reply);

	json_open_object(&j);
	write_title(&j, panel);
	json_key(&j, "content");
	json_raw(&j, buf_str(&shown->content));
	json_close_object(&j);
}

static enum err_code answer_file(struct request *rq, struct reply *reply, const struct panel *panel,
				 enum export_format format, struct shown *shown, struct err *err)
{
	struct panel_rows made;

	if (export_panel(buf_str(&shown->content), format, rq->arena, &made, &shown->err) != ERR_OK)
		return tell_own_error(panel, &shown->err, err);
	if (made.is_cut)
		quality_worsen(&shown->quality, KIND_CAPPED);
	answer_quality(rq, reply, &shown->quality);
	const struct table table = {
		.format = format,
		.record = &made.record,
		.rows = &made.rows,
		.noun = arena_printf(rq->arena, "panel-%s", panel->own.id),
	};
	answer_table(rq, reply, &table);
	return ERR_OK;
}

static enum err_code panel_get(struct request *rq, struct reply *reply, struct err *err)
{
	AUTO(shown) struct shown shown = { .content = buf_new(PANEL_CONTENT_MAX) };
	struct panel *panel = panel_find(api_of(rq), rq->parts[0]);
	enum export_format format;
	TRY(param_format(rq, &format, err));

	if (!panel)
		return err_set(err, ERR_NOT_FOUND, "There is no panel with this id.");
	if (!panel->file)
		TRY(run_own(rq, panel, &shown, err));
	else if (!kept_get(panel, &shown))
		TRY(run_file(rq, panel, &shown, err));
	if (shown.err.code == ERR_OK && format != EXPORT_ARRAY)
		return answer_file(rq, reply, panel, format, &shown, err);
	answer_quality(rq, reply, &shown.quality);
	if (shown.err.code != ERR_OK) {
		say_when_again(rq, reply, panel);
		return tell_own_error(panel, &shown.err, err);
	}
	answer_panel(reply, panel, &shown);
	return ERR_OK;
}

const struct route api_panel_routes[] = {
	{ HTTP_GET, "/api/panels", panels_list, LANE_LOOP, WANT_READ, 0, "panels_list" },
	{ HTTP_GET, "/api/panels/{panel_id}", panel_get, LANE_GUEST, WANT_READ, 0,
	  "panel_get" },
	{ 0 },
};
