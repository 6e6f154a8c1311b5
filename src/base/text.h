/* text.h -- hostile text made safe for a terminal, a log line or a spreadsheet. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"
#include "base/str.h"

/* For a terminal or a log: printable UTF-8 stays; control bytes (C0, DEL, C1), bidirectional
 * controls, line separators and broken UTF-8 come out as \xNN or \u{NNNN}; tab and newline too. */
void text_add_visible(struct buf *b, struct str s);
/* The same, cut to at most `columns` character cells, with an ellipsis when cut. */
void text_add_cell(struct buf *b, struct str s, size_t columns);
/* How many terminal cells the text takes when printed by text_add_visible. */
size_t text_columns(struct str s);
/* One CSV field (RFC 4180 quoting); a text that a spreadsheet would take for a formula
 * (= + - @ tab CR at its start, unless it is a plain number) gets a ' in front. NULL: empty. */
void text_add_csv(struct buf *b, struct str s);
/* The text as UTF-8 whatever it was: each broken byte becomes U+FFFD. */
void text_add_utf8(struct buf *b, struct str s);

#endif
