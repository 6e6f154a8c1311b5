/* panel.h -- what stands in the file of a panel: a header of comments, and one query. */
#ifndef RULES_PANEL_H
#define RULES_PANEL_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#define PANEL_FILE_MAX 65536 /* bytes */
#define PANEL_TITLE_MAX 120  /* characters of title and label */
#define PANEL_ID_MAX 64

enum panel_show { PANEL_NUMBER, PANEL_TABLE, PANEL_LINE, PANEL_TEXT, PANEL_SHOW__COUNT };
extern const char *const panel_shows[PANEL_SHOW__COUNT]; /* "number" ... */

enum panel_backend { PANEL_ANY, PANEL_POSTGRESQL, PANEL_SQLITE, PANEL_BACKEND__COUNT };

/* The header's lines: `-- key: value`. Texts are in the arena. */
struct panel_head {
	const char *title;
	const char *label; /* what the number is; NULL: nothing is said */
	enum panel_show show;
	usec_t timeout; /* 0: as long as any read */
	usec_t refresh; /* an answer may be given again so long */
	int64_t order;  /* the smallest comes first */
	enum panel_backend backend;
};

/* a-z 0-9 - and _, 1 to PANEL_ID_MAX of them. */
bool panel_id_is_good(struct str id);

/* Read the comments at the beginning of a file. Those that are not `key: value` are passed over.
 *
 * Errors: INVALID  the text is not UTF-8; a key is unknown, there twice, or its value is wrong;
 *                  there is no title. Says the line */
enum err_code panel_head_read(struct str text, struct arena *arena, struct panel_head *ret,
			      struct err *err) MUST_CHECK;

/* Is there one statement, as this database reads quotes and comments?
 * Errors: INVALID  none, or more; says the line */
enum err_code panel_query_check(struct str text, bool is_sqlite, struct err *err) MUST_CHECK;

#endif
