/* panel.c -- the header of a panel's file: which keys there are, and what each may be. */
#include "rules/panel.h"

#include <stdio.h>

#include "base/parse.h"

#define REFRESH_DEFAULT (15 * SECOND)
#define REFRESH_MIN SECOND
#define REFRESH_MAX (24 * HOUR)
#define TIMEOUT_MIN (100 * MSEC)
#define ORDER_MOST 1000000

const char *const panel_shows[PANEL_SHOW__COUNT] = {
	[PANEL_NUMBER] = "number",
	[PANEL_TABLE] = "table",
	[PANEL_LINE] = "line",
	[PANEL_TEXT] = "text",
};

static const char *const backends[PANEL_BACKEND__COUNT] = {
	[PANEL_ANY] = "any",
	[PANEL_POSTGRESQL] = "postgresql",
	[PANEL_SQLITE] = "sqlite",
};

/* One `-- key: value`. */
struct line {
	struct str key, value;
	struct arena *arena;
	struct panel_head *head;
};

bool panel_id_is_good(struct str id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t i = 0; i < id.n; i++)
		if (!memchr(letters, id.p[i], sizeof(letters) - 1))
			return false;
	return id.n > 0 && id.n <= PANEL_ID_MAX;
}

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	return false;
}

static enum err_code set_text(const struct line *line, const char **ret, struct err *err)
{
	if (line->value.n == 0 || characters(line->value) > PANEL_TITLE_MAX)
		return err_set(err, ERR_INVALID, "%.*s has to be a text of 1 to %d characters",
			       STR_ARG(line->key), PANEL_TITLE_MAX);
	if (has_control(line->value))
		return err_set(err, ERR_INVALID, "%.*s holds a control character",
			       STR_ARG(line->key));
	*ret = str_cstr(line->arena, line->value);
	return ERR_OK;
}

static enum err_code set_title(const struct line *line, struct err *err)
{
	return set_text(line, &line->head->title, err);
}

static enum err_code set_label(const struct line *line, struct err *err)
{
	return set_text(line, &line->head->label, err);
}

static int word_of(struct str word, const char *const *words, int n)
{
	int i = 0;

	while (i < n && !str_eq(word, str_of(words[i])))
		i++;
	return i;
}

static enum err_code set_show(const struct line *line, struct err *err)
{
	const int show = word_of(line->value, panel_shows, PANEL_SHOW__COUNT);

	if (show == PANEL_SHOW__COUNT)
		return err_set(err, ERR_INVALID, "show has to be number, table, line or text");
	line->head->show = (enum panel_show)show;
	return ERR_OK;
}

static enum err_code set_backend(const struct line *line, struct err *err)
{
	const int backend = word_of(line->value, backends, PANEL_BACKEND__COUNT);

	if (backend == PANEL_BACKEND__COUNT || backend == PANEL_ANY)
		return err_set(err, ERR_INVALID, "backend has to be postgresql or sqlite");
	line->head->backend = (enum panel_backend)backend;
	return ERR_OK;
}

static enum err_code set_timeout(const struct line *line, struct err *err)
{
	if (!parse_duration(line->value, &line->head->timeout) || line->head->timeout < TIMEOUT_MIN)
		return err_set(err, ERR_INVALID,
			       "timeout has to be a time of at least 100ms, such as 2s");
	return ERR_OK;
}

static enum err_code set_refresh(const struct line *line, struct err *err)
{
	usec_t *refresh = &line->head->refresh;

	if (!parse_duration(line->value, refresh) || *refresh < REFRESH_MIN ||
	    *refresh > REFRESH_MAX)
		return err_set(err, ERR_INVALID,
			       "refresh has to be a time from 1s to 24h, such as 30s");
	return ERR_OK;
}

static enum err_code set_order(const struct line *line, struct err *err)
{
	int64_t *order = &line->head->order;

	if (!parse_i64(line->value, order) || *order < -ORDER_MOST || *order > ORDER_MOST)
		return err_set(err, ERR_INVALID, "order has to be a whole number from -%d to %d",
			       ORDER_MOST, ORDER_MOST);
	return ERR_OK;
}

static const struct key {
	const char *name;
	enum err_code (*set)(const struct line *line, struct err *err);
} keys[] = {
	{ "title", set_title },     { "show", set_show },       { "label", set_label },
	{ "timeout", set_timeout }, { "refresh", set_refresh }, { "order", set_order },
	{ "backend", set_backend },
};

/* `-- key: value`; false: some other comment. */
static bool line_split(struct str comment, struct line *line)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	struct str rest = str_trim((struct str){ comment.p + 2, comment.n - 2 });

	if (!memchr(rest.p, ':', rest.n))
		return false;
	str_cut(&rest, ':', &line->key);
	line->value = str_trim(rest);
	for (size_t i = 0; i < line->key.n; i++)
		if (!memchr(letters, line->key.p[i], sizeof(letters) - 1))
			return false;
	return line->key.n > 0;
}

static enum err_code line_read(const struct line *line, unsigned *seen, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!str_eq(line->key, str_of(keys[i].name)))
			continue;
		if (*seen & 1U << i)
			return err_set(err, ERR_INVALID, "%s is there twice", keys[i].name);
		*seen |= 1U << i;
		return keys[i].set(line, err);
	}
	return err_set(err, ERR_INVALID,
		       "there is no key \"%.*s\"; there are title, show, label, timeout, refresh, "
		       "order and backend",
		       STR_ARG(str_head_utf8(line->key, 40)));
}

static enum err_code fail_at(int n, struct err *err)
{
	char where[24];

	snprintf(where, sizeof(where), "line %d", n);
	return err_prefix(err, where);
}

static struct str without_cr(struct str line)
{
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

enum err_code panel_head_read(struct str text, struct arena *arena, struct panel_head *ret,
			      struct err *err)
{
	struct panel_head head = { .show = PANEL_TABLE, .refresh = REFRESH_DEFAULT };
	struct line line = { .arena = arena, .head = &head };
	struct str rest = text, comment;
	unsigned seen = 0;

	if (!str_is_utf8(text))
		return err_set(err, ERR_INVALID, "it is not a text in UTF-8");
	for (int n = 1; str_cut(&rest, '\n', &comment); n++) {
		comment = str_trim(without_cr(comment));
		if (comment.n > 0 && !str_starts(comment, S("--")))
			break;
		if (comment.n > 0 && line_split(comment, &line) &&
		    line_read(&line, &seen, err) != ERR_OK)
			return fail_at(n, err);
	}
	if (!head.title)
		return err_set(err, ERR_INVALID,
			       "it has no title: begin with a line \"-- title: ...\"");
	*ret = head;
	return ERR_OK;
}
