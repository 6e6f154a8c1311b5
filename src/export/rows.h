/* rows.h -- records as rows of CSV or of JSON: how all that is exported is written. */
#ifndef EXPORT_ROWS_H
#define EXPORT_ROWS_H

#include "base/buf.h"
#include "base/list.h"
#include "base/record.h"

enum export_format {
	EXPORT_CSV,
	EXPORT_LINES,           /* a JSON object a line */
	EXPORT_ARRAY,           /* one JSON array of them */
};

/* Before the first row: the names of the columns, in CSV. */
void export_begin(struct buf *out, enum export_format format, const struct record *record);
/* A row; so many were written before it. */
void export_row(struct buf *out, enum export_format format, const struct record *record,
		const void *row, int64_t n_before);
/* After the last of so many rows. No rows: still an array. */
void export_end(struct buf *out, enum export_format format, int64_t n);
/* All of that. */
void export_list(struct buf *out, enum export_format format, const struct record *record,
		 const struct list *rows);

#endif
