/* csv.h -- records as lines of CSV (RFC 4180), safe for a spreadsheet. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"
#include "base/record.h"

/* The names of the members that are not hidden, ended by CR LF. */
void csv_add_names(struct buf *b, const struct record *record);
/* Their values: NULL is empty, an empty text is "", times are RFC 3339; texts as text_add_csv. */
void csv_add_row(struct buf *b, const struct record *record, const void *object);

#endif
