/* panel.h -- what a panel gives, as rows of a file. */
#ifndef EXPORT_PANEL_H
#define EXPORT_PANEL_H

#include "base/arena.h"
#include "base/err.h"
#include "export/rows.h"

/* More than a panel's query gives (db/view.h); a panel of the program's own may be larger. */
#define EXPORT_PANEL_ROWS ((size_t)100000)
#define EXPORT_PANEL_COLUMNS ((size_t)1000)

struct panel_rows {
	struct record record;   /* made for these columns, of this format */
	struct list rows;
	bool is_cut;            /* there is more than the panel gives */
};

/* A table and the points of lines are rows as they are; a number is one row with one column, called
 * as its label or `value`; a text is a row for each line, called `text`. Columns of one name are
 * told apart in objects: `n`, `n_2`. A row that is too short has nothing in its last columns.
 *
 * Takes:  content  a PanelContent of api/openapi.yaml
 * Gives:  ret      in the arena, and in content
 * Errors: INVALID  it is none of these */
enum err_code export_panel(struct str content, enum export_format format, struct arena *arena,
			   struct panel_rows *ret, struct err *err) MUST_CHECK;

#endif
