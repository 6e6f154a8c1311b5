/* panel_file.c -- reads a folder of panels, runs one, and writes what it gave. */
#include "api/panel_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".sql"

struct folder {
	const struct settings *settings;
	const char *path;
	bool is_sqlite;
	struct arena *arena;
};

static void fd_release(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static enum err_code fail_to_read(struct err *err)
{
	return err_set(err, ERR_INVALID, "it cannot be read: %s; check its owner and its rights",
		       strerror(errno));
}

/* Up to a byte more than one may have. */
static enum err_code read_all(int fd, struct buf *text, struct err *err)
{
	ssize_t n;

	do {
		char *room = buf_reserve(text, 8192);
		if (!room)
			break;
		n = read(fd, room, 8192);
		if (n < 0)
			return fail_to_read(err);
		text->n += (size_t)n;
	} while (n > 0 && text->n <= PANEL_FILE_MAX);
	if (text->n > PANEL_FILE_MAX)
		return err_set(err, ERR_INVALID, "it is larger than %d KiB; panels are one query",
			       PANEL_FILE_MAX >> 10);
	return ERR_OK;
}

/* A link is fine, a pipe would never end. */
static enum err_code read_file(const char *path, struct buf *text, struct err *err)
{
	AUTO(fd) const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return fail_to_read(err);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INVALID, "it is not a file; move it away, or rename it");
	return read_all(fd, text, err);
}

static enum err_code check_timeout(const struct folder *folder, struct panel_head *head,
				   struct err *err)
{
	const usec_t most = folder->settings->dashboard.statement_timeout;
	char text[TIME_TEXT_MAX];

	if (head->timeout == 0)
		head->timeout = most;
	duration_format(most, text);
	if (head->timeout > most)
		return err_set(err, ERR_INVALID,
			       "its timeout is longer than SONIQ_DASHBOARD_STATEMENT_TIMEOUT "
			       "(%s); shorten the one or raise the other",
			       text);
	return ERR_OK;
}

static enum err_code file_fill(const struct folder *folder, struct panel_file *file,
			       struct err *err)
{
	AUTO(buf) struct buf text = buf_new(2 * PANEL_FILE_MAX);
	TRY(read_file(file->path, &text, err));
	const struct str whole = { buf_cstr(&text), text.n };
	TRY(panel_head_read(whole, folder->arena, &file->head, err));
	TRY(check_timeout(folder, &file->head, err));

	const enum panel_backend other = folder->is_sqlite ? PANEL_POSTGRESQL : PANEL_SQLITE;
	file->is_left_out = file->head.backend == other;
	/* It is checked as what it is, also where it is left out. */
	const bool is_for_sqlite = file->is_left_out ? !folder->is_sqlite : folder->is_sqlite;
	TRY(panel_query_check(whole, is_for_sqlite, err));
	file->sql = str_cstr(folder->arena, whole);
	return ERR_OK;
}

static enum err_code file_read(const struct folder *folder, const char *name,
			       struct panel_file *ret, struct err *err)
{
	const struct str id = { name, strlen(name) - strlen(SUFFIX) };
	struct panel_file file = {
		.id = str_cstr(folder->arena, id),
		.path = arena_printf(folder->arena, "%s/%s", folder->path, name),
	};

	if (!panel_id_is_good(id))
		return err_set(err, ERR_INVALID,
			       "%s: its name is the panel's id: use a-z, 0-9, - "
			       "and _, at most %d, and .sql",
			       file.path, PANEL_ID_MAX);
	if (file_fill(folder, &file, err) != ERR_OK)
		return err_prefix(err, file.path);
	*ret = file;
	return ERR_OK;
}

static int is_panel(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), S(SUFFIX));
}

static int by_order(const void *a, const void *b)
{
	const struct panel_file *one = a, *other = b;

	if (one->head.order != other->head.order)
		return one->head.order < other->head.order ? -1 : 1;
	return strcmp(one->id, other->id);
}

static enum err_code read_entries(const struct folder *folder, struct dirent **entries, int n,
				  struct list *ret, struct err *err)
{
	if (n > PANEL_FILES_MAX)
		return err_set(err, ERR_INVALID, "%s: there are %d panels, at most %d are taken",
			       folder->path, n, PANEL_FILES_MAX);
	for (int i = 0; i < n; i++) {
		struct panel_file file;
		TRY(file_read(folder, entries[i]->d_name, &file, err));
		*(struct panel_file *)list_add(ret) = file;
	}
	if (ret->n > 0)
		qsort(ret->items, ret->n, sizeof(struct panel_file), by_order);
	return ERR_OK;
}

enum err_code panel_files_read(const struct settings *settings, bool is_sqlite, struct arena *arena,
			       struct list *ret, struct err *err)
{
	const struct folder folder = { settings, settings->dashboard.panels, is_sqlite, arena };
	struct dirent **entries = NULL;

	*ret = list_new(arena, sizeof(struct panel_file));
	if (!folder.path)
		return ERR_OK;
	const int n = scandir(folder.path, &entries, is_panel, alphasort);
	if (n < 0)
		return err_set(err, ERR_INVALID,
			       "the folder of panels %s cannot be read: %s; see --panels",
			       folder.path, strerror(errno));
	const enum err_code code = read_entries(&folder, entries, n, ret, err);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return code;
}

enum err_code panel_file_run(const struct panel_file *file, struct db *db, struct arena *arena,
			     struct view *ret, struct err *err)
{
	const enum err_code code = db_view(db, file->sql, file->head.timeout, arena, ret, err);
	char text[TIME_TEXT_MAX];

	if (code != ERR_TIMEOUT)
		return code;
	duration_format(file->head.timeout, text);
	return err_set(err, ERR_TIMEOUT, "Its query was stopped after %s.", text);
}

static void write_cell(struct json *j, const struct view_cell *cell)
{
	if (cell->kind == VIEW_NUMBER)
		json_raw(j, cell->text);
	else if (cell->kind == VIEW_BOOL)
		json_bool(j, cell->text.p[0] == 't');
	else
		json_str(j, cell->text);
}

static void write_number(const struct panel_file *file, const struct view *view, struct json *j)
{
	static const struct view_cell none = { VIEW_NULL, { NULL, 0 } };

	json_key(j, "value");
	write_cell(j, view->n_rows > 0 ? view_cell(view, 0, 0) : &none);
	if (file->head.label) {
		json_key(j, "label");
		json_text(j, file->head.label);
	}
}

/* The first column, a line a row. */
static void write_text(const struct view *view, struct json *j)
{
	AUTO(buf) struct buf text = buf_new(2 * VIEW_BYTES_MAX);

	for (size_t r = 0; r < view->n_rows; r++) {
		if (r > 0)
			buf_add_char(&text, '\n');
		buf_add_str(&text, view_cell(view, r, 0)->text);
	}
	json_key(j, "text");
	json_str(j, (struct str){ buf_cstr(&text), text.n });
}

static void write_rows(const struct view *view, struct json *j)
{
	json_key(j, "columns");
	json_open_array(j);
	for (size_t c = 0; c < view->columns.n; c++)
		json_str(j, *LIST_AT(&view->columns, struct str, c));
	json_close_array(j);
	json_key(j, "rows");
	json_open_array(j);
	for (size_t r = 0; r < view->n_rows; r++) {
		json_open_array(j);
		for (size_t c = 0; c < view->columns.n; c++)
			write_cell(j, view_cell(view, r, c));
		json_close_array(j);
	}
	json_close_array(j);
}

void panel_write_content(const struct panel_file *file, const struct view *view, struct json *j)
{
	json_open_object(j);
	json_key(j, "type");
	json_text(j, panel_shows[file->head.show]);
	if (file->head.show == PANEL_NUMBER)
		write_number(file, view, j);
	else if (file->head.show == PANEL_TEXT)
		write_text(view, j);
	else
		write_rows(view, j);
	if (file->head.show != PANEL_NUMBER) {
		json_key(j, "truncated");
		json_bool(j, view->is_cut);
	}
	json_close_object(j);
}
