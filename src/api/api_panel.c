/* api_panel.c -- panels that the program which serves this API registered. */
#include "api/context.h"

static bool is_panel_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", id.p[i]))
			return false;
	return id.n > 0 && id.n <= 64;
}

static const struct api_panel *panel_find(const struct api *api, struct str id)
{
	for (size_t i = 0; i < api->panels.n; i++) {
		const struct api_panel *panel = LIST_AT(&api->panels, struct api_panel, i);
		if (str_eq(id, str_of(panel->id)))
			return panel;
	}
	return NULL;
}

enum err_code api_add_panel(struct api *api, const struct api_panel *panel, struct err *err)
{
	if (!is_panel_id(str_of(panel->id)))
		return err_set(err, ERR_INVALID,
			       "panel id \"%s\": use a-z, 0-9, - and _, at most 64", panel->id);
	if (panel_find(api, str_of(panel->id)))
		return err_set(err, ERR_CONFLICT, "a panel \"%s\" is there already", panel->id);
	*(struct api_panel *)list_add(&api->panels) = *panel;
	return ERR_OK;
}

static void write_title(struct json *j, const struct api_panel *panel)
{
	json_key(j, "id");
	json_text(j, panel->id);
	json_key(j, "title");
	json_text(j, panel->title);
}

static enum err_code panels_list(struct request *rq, struct reply *reply, struct err *err)
{
	(void)err;
	const struct api *api = api_of(rq);
	struct json j = answer_json(reply);

	json_open_array(&j);
	for (size_t i = 0; i < api->panels.n; i++) {
		json_open_object(&j);
		write_title(&j, LIST_AT(&api->panels, struct api_panel, i));
		json_close_object(&j);
	}
	json_close_array(&j);
	return ERR_OK;
}

static enum err_code panel_get(struct request *rq, struct reply *reply, struct err *err)
{
	const struct api_panel *panel = panel_find(api_of(rq), rq->parts[0]);
	if (!panel)
		return err_set(err, ERR_NOT_FOUND, "There is no panel with this id.");

	AUTO(buf) struct buf content = buf_new(1024 * 1024);
	TRY(panel->render(panel->arg, rq->arena, &content, err));
	if (content.has_failed || !json_is_valid(buf_str(&content), true, JSON_DEPTH_MAX))
		return err_set(err, ERR_INTERNAL, "panel %s: what it gave is not an object",
			       panel->id);
	struct json j = answer_json(reply);
	json_open_object(&j);
	write_title(&j, panel);
	json_key(&j, "content");
	json_raw(&j, buf_str(&content));
	json_close_object(&j);
	return ERR_OK;
}

const struct route api_panel_routes[] = {
	{ HTTP_GET, "/api/panels", panels_list, LANE_LOOP, WANT_READ, 0, "panels_list" },
	{ HTTP_GET, "/api/panels/{panel_id}", panel_get, LANE_READ, WANT_READ, 0, "panel_get" },
	{ 0 },
};
