/* panel.c -- numbers, tables, lines and texts of panels as rows. */
#include "export/panel.h"

#include "json/json.h"

struct making {
	struct str content;
	enum export_format format;
	struct arena *arena;
	struct panel_rows *to;
	size_t n_columns;
};

static bool member(const struct making *m, const char *name, struct str *ret)
{
	const struct str path = str_of(name);

	return json_find(m->content, &path, 1, ret);
}

/* ---- columns ---- */

static bool is_taken(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return true;
	return false;
}

/* An object has one member of a name; a line of CSV has as many as there are. */
static const char *name_of(const struct making *m, const struct field *before, size_t n,
			   struct str said)
{
	const char *name = str_cstr(m->arena, said);
	const char *made = name;

	for (size_t i = 2; m->format != EXPORT_CSV && is_taken(before, n, made); i++)
		made = arena_printf(m->arena, "%s_%zu", name, i);
	return made;
}

/* names: as JSON. In JSON a cell stands as it is, in CSV as what it says. */
static void put_columns(struct making *m, const struct str *names, size_t n)
{
	struct field *fields = ARENA_ARRAY(m->arena, struct field, n + 1);
	const enum field_type type = m->format == EXPORT_CSV ? F_STR : F_JSON;

	for (size_t i = 0; i < n; i++) {
		const struct str said = json_said(names[i], m->arena);
		fields[i] = (struct field){ name_of(m, fields, i, said), type,
					    i * sizeof(struct str), 0 };
	}
	m->n_columns = n;
	m->to->record = (struct record){ "panel", n * sizeof(struct str), fields };
	m->to->rows = list_new(m->arena, n * sizeof(struct str));
}

/* ---- rows ---- */

static struct str cell_of(const struct making *m, struct str value)
{
	if (m->format != EXPORT_CSV)
		return value;
	return str_eq(value, S("null")) ? STR_NULL : json_said(value, m->arena);
}

static void put_row(struct making *m, const struct str *cells, size_t n)
{
	struct str *row = list_add(&m->to->rows);

	for (size_t i = 0; i < m->n_columns; i++)
		row[i] = i < n ? cell_of(m, cells[i]) : STR_NULL;
}

static bool put_table(struct making *m)
{
	struct str columns, rows;
	const struct str *names, *lines, *cells;

	if (!member(m, "columns", &columns) || !member(m, "rows", &rows))
		return false;
	const size_t n = json_items(columns, EXPORT_PANEL_COLUMNS, m->arena, &names);
	if (n == 0)
		return false;
	put_columns(m, names, n);
	const size_t n_lines = json_items(rows, EXPORT_PANEL_ROWS, m->arena, &lines);
	for (size_t i = 0; i < n_lines; i++) {
		const size_t n_cells = json_items(lines[i], n, m->arena, &cells);
		put_row(m, cells, n_cells);
	}
	return true;
}

static bool put_number(struct making *m)
{
	struct str value, label = S("\"value\"");

	if (!member(m, "value", &value))
		return false;
	(void)member(m, "label", &label);
	put_columns(m, &label, 1);
	put_row(m, &value, 1);
	return true;
}

static bool put_text(struct making *m)
{
	const struct str name = S("\"text\"");
	struct str text, line;

	if (!member(m, "text", &text))
		return false;
	put_columns(m, &name, 1);
	struct str rest = json_said(text, m->arena);
	while (str_cut(&rest, '\n', &line)) {
		AUTO(buf) struct buf quoted = buf_new(6 * line.n + 3);
		struct json j = json_new(&quoted);
		json_str(&j, line);
		const struct str cell = str_copy(m->arena, buf_str(&quoted));
		put_row(m, &cell, 1);
	}
	return true;
}

static const struct {
	const char *type; /* as JSON */
	bool (*put)(struct making *m);
} shapes[] = {
	{ "\"table\"", put_table },
	{ "\"line\"", put_table },
	{ "\"number\"", put_number },
	{ "\"text\"", put_text },
};

static bool put(struct making *m)
{
	struct str type;

	if (!member(m, "type", &type))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (str_eq(type, str_of(shapes[i].type)))
			return shapes[i].put(m);
	return false;
}

enum err_code export_panel(struct str content, enum export_format format, struct arena *arena,
			   struct panel_rows *ret, struct err *err)
{
	struct making making = { .content = content, .format = format, .arena = arena, .to = ret };
	struct str truncated = STR_NULL;

	*ret = (struct panel_rows){ 0 };
	if (!put(&making))
		return err_set(err, ERR_INVALID, "What it gives cannot be written as rows.");
	(void)member(&making, "truncated", &truncated);
	ret->is_cut = str_eq(truncated, S("true"));
	return ERR_OK;
}
