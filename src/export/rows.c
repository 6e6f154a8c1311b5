/* rows.c -- records as rows of text. */
#include "export/rows.h"

#include "base/csv.h"
#include "json/json.h"

void export_begin(struct buf *out, enum export_format format, const struct record *record)
{
	if (format == EXPORT_CSV)
		csv_add_names(out, record);
}

void export_row(struct buf *out, enum export_format format, const struct record *record,
		const void *row, int64_t n_before)
{
	struct json j = json_new(out);

	switch (format) {
	case EXPORT_CSV:
		csv_add_row(out, record, row);
		break;
	case EXPORT_ARRAY:
		buf_add_text(out, n_before > 0 ? ",\n" : "[\n");
		json_record(&j, record, row);
		break;
	case EXPORT_LINES:
		json_record(&j, record, row);
		buf_add_char(out, '\n');
		break;
	}
}

void export_end(struct buf *out, enum export_format format, int64_t n)
{
	if (format == EXPORT_ARRAY)
		buf_add_text(out, n > 0 ? "\n]\n" : "[]\n");
}

void export_list(struct buf *out, enum export_format format, const struct record *record,
		 const struct list *rows)
{
	export_begin(out, format, record);
	for (size_t i = 0; i < rows->n; i++)
		export_row(out, format, record, (const char *)rows->items + i * rows->item_size,
			   (int64_t)i);
	export_end(out, format, (int64_t)rows->n);
}
