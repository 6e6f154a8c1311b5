/* cmd_panels.c -- soniq panels: the panels of the folder, and what one of them gives. */
#include "api/panel_file.h"
#include "cli/export_file.h"
#include "export/panel.h"
#include "json/json.h"
#include "store/quality.h"

struct opts {
	struct file_opts file;
};

static const struct option options[] = {
	FILE_OPTIONS(struct opts, file, "With an ID: write what it gives as a file."),
	OPTION_END,
};

/* A panel as a line of a table. */
struct line {
	struct str id, title, show, refresh, file;
};

static const struct field line_fields[] = {
	FIELD_STR(struct line, id),   FIELD_STR(struct line, title),
	FIELD_STR(struct line, show), FIELD_STR(struct line, refresh),
	FIELD_STR(struct line, file), FIELD_END,
};
static const struct record line_record = { "line", sizeof(struct line), line_fields };

static const struct column columns[] = {
	{ "id", "Id", 0, COLUMN_WHOLE }, { "title", "Title", 48, 0 }, { "show", "Shown as", 0, 0 },
	{ "refresh", "Refresh", 0, 0 },  { "file", "File", 0, 0 },    { 0 },
};

static void print_panels(struct cli *cli, const struct list *files)
{
	struct list lines = list_new(&cli->arena, sizeof(struct line));

	for (size_t i = 0; i < files->n; i++) {
		const struct panel_file *file = LIST_AT(files, struct panel_file, i);
		char *refresh = arena_alloc(&cli->arena, TIME_TEXT_MAX);
		duration_format(file->head.refresh, refresh);
		if (!file->is_left_out)
			*(struct line *)list_add(&lines) = (struct line){
				str_of(file->id),
				str_of(file->head.title),
				str_of(panel_shows[file->head.show]),
				str_of(refresh),
				str_of(file->path),
			};
	}
	if (cli->is_json)
		print_json_list(cli, &line_record, &lines);
	else if (lines.n == 0)
		fprintf(cli->out, "No panels.\n");
	else
		print_table(cli, &line_record, columns, &lines);
}

static void print_view_json(struct cli *cli, const struct panel_file *file, const struct view *view)
{
	AUTO(buf) struct buf text = buf_new(PANEL_CONTENT_MAX + 65536);
	struct json j = json_new(&text);

	json_open_object(&j);
	json_key(&j, "id");
	json_text(&j, file->id);
	json_key(&j, "title");
	json_text(&j, file->head.title);
	json_key(&j, "content");
	panel_write_content(file, view, &j);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

/* A column is a number where all of its values are: those stand to the right. */
static enum column_style style_of(const struct view *view, size_t column)
{
	for (size_t r = 0; r < view->n_rows; r++) {
		const enum view_kind kind = view_cell(view, r, column)->kind;
		if (kind != VIEW_NUMBER && kind != VIEW_NULL)
			return COLUMN_PLAIN;
	}
	return COLUMN_DIGITS;
}

/* Rows as print_table takes them: of a record that is made for these columns. */
static void print_view(struct cli *cli, const struct view *view)
{
	const size_t n = view->columns.n;
	struct field *fields = ARENA_ARRAY(&cli->arena, struct field, n + 1);
	struct column *heads = ARENA_ARRAY(&cli->arena, struct column, n + 1);
	struct list rows = list_new(&cli->arena, n * sizeof(struct str));

	for (size_t c = 0; c < n; c++) {
		const char *name = arena_printf(&cli->arena, "%zu", c);
		const struct str title = *LIST_AT(&view->columns, struct str, c);
		fields[c] = (struct field){ name, F_STR, c * sizeof(struct str), 0 };
		heads[c] = (struct column){ name, visible(cli, title), 0, style_of(view, c) };
	}
	for (size_t r = 0; r < view->n_rows; r++) {
		struct str *row = list_add(&rows);
		for (size_t c = 0; c < n; c++)
			row[c] = view_cell(view, r, c)->text;
	}
	const struct record record = { "row", n * sizeof(struct str), fields };
	print_table(cli, &record, heads, &rows);
	if (view->is_cut)
		fprintf(cli->err, "There is more than is shown.\n");
}

static enum err_code write_file(struct cli *cli, const struct panel_file *file,
				const struct file_opts *to, const struct view *view,
				struct err *err)
{
	AUTO(buf) struct buf text = buf_new(PANEL_CONTENT_MAX);
	struct json j = json_new(&text);
	struct panel_rows made;
	struct quality quality = quality_new();

	panel_write_content(file, view, &j);
	TRY(export_panel(buf_str(&text), file_format(to), &cli->arena, &made, err));
	if (made.is_cut)
		quality_worsen(&quality, KIND_CAPPED);
	return file_write(cli, to, &made.record, &made.rows, &quality, err);
}

static const struct panel_file *find(const struct list *files, const char *id)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct panel_file *file = LIST_AT(files, struct panel_file, i);
		if (strcmp(file->id, id) == 0)
			return file;
	}
	return NULL;
}

static enum err_code run_panel(struct cli *cli, const struct list *files, const char *id,
			       const struct file_opts *to, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	const struct panel_file *file = find(files, id);
	struct view view;

	if (!file)
		return err_set(err, ERR_NOT_FOUND,
			       "there is no panel \"%.64s\"; soniq panels lists them", id);
	if (file->is_left_out)
		return err_set(err, ERR_INVALID, "%s is for another kind of database", file->path);
	TRY(cli_store_bare(cli, DB_READ, &store, err));
	if (panel_file_run(file, store.db, &cli->arena, &view, err) != ERR_OK)
		return err_prefix(err, file->path);
	if (to->format)
		return write_file(cli, file, to, &view, err);
	if (cli->is_json)
		print_view_json(cli, file, &view);
	else
		print_view(cli, &view);
	return ERR_OK;
}

static enum err_code run(struct cli *cli, const void *opts, char **args, struct err *err)
{
	const bool is_sqlite = cli->database.sqlite_path != NULL;
	const struct file_opts *to = &((const struct opts *)opts)->file;
	struct list files;

	TRY(file_check(cli, to, err));
	if (to->format && !args[0])
		return err_set(err, ERR_INVALID, "--format is for one panel: name it");
	if (!cli->conf.values.dashboard.panels)
		return err_set(err, ERR_INVALID,
			       "no folder of panels is named: say --panels DIR, "
			       "or set SONIQ_DASHBOARD_PANELS");
	TRY(panel_files_read(&cli->conf.values, is_sqlite, &cli->arena, &files, err));
	if (args[0])
		return run_panel(cli, &files, args[0], to, err);
	print_panels(cli, &files);
	return ERR_OK;
}

static const char *const settings[] = { "dashboard.panels", NULL };

const struct command cmd_panels = {
	.name = "panels",
	.args = "[ID]",
	.max_args = 1,
	.doc = "List the panels of a folder, or run one.",
	.more = "Panels are queries of your own, which the dashboard shows: a folder of .sql "
		"files, each a header of comments and one query that reads. A panel is run as the "
		"dashboard runs it: nothing of what it does stays, and its timeout holds.",
	.examples = "soniq panels --panels contrib/panels\n"
		    "soniq panels failing-types --panels contrib/panels --json\n"
		    "soniq panels failing-types --panels contrib/panels --format csv > types.csv",
	.options = options,
	.opts_size = sizeof(struct opts),
	.settings = settings,
	.run = run,
};
