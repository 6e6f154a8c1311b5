/* panel_file.h -- panels that are files: a folder of queries, read once, run when looked at. */
#ifndef API_PANEL_FILE_H
#define API_PANEL_FILE_H

#include "base/list.h"
#include "conf/conf.h"
#include "db/view.h"
#include "json/json.h"
#include "rules/panel.h"

#define PANEL_FILES_MAX 200
#define PANEL_CONTENT_MAX ((size_t)3 << 20) /* bytes of an answer's content */

struct panel_file {
	const char *id; /* the file's name without .sql */
	const char *path;
	const char *sql;        /* the whole file */
	struct panel_head head; /* its timeout is set */
	bool is_left_out;       /* it is for the other backend */
};

/* Read the folder that the settings name (none: no panels): what ends in .sql and does not begin
 * with a dot, by `order`, then by id.
 *
 * Takes:  is_sqlite  which database they are for
 * Gives:  ret        list of struct panel_file, texts too, in the arena
 * Errors: INVALID    the folder or a file cannot be read, or a file is none of a panel: names it,
 *                    and the line */
enum err_code panel_files_read(const struct settings *settings, bool is_sqlite, struct arena *arena,
			       struct list *ret, struct err *err) MUST_CHECK;

/* Run its query.
 * Errors: INVALID  it is wrong; TIMEOUT  it took too long: both in words for its reader;
 *         UNAVAILABLE, BUSY, CANCELLED  as of db_view */
enum err_code panel_file_run(const struct panel_file *file, struct db *db, struct arena *arena,
			     struct view *ret, struct err *err) MUST_CHECK;

/* As a PanelContent of api/openapi.yaml. */
void panel_write_content(const struct panel_file *file, const struct view *view, struct json *j);

#endif
