/* csv.c -- records as lines of CSV. */
#include "base/csv.h"

#include "base/text.h"

static void add_f64(struct buf *b, double value)
{
	if (isfinite(value))
		buf_printf(b, "%.15g", value);
}

static void add_value(struct buf *b, const struct field *f, const void *at)
{
	char text[TIME_TEXT_MAX];

	switch (f->type) {
	case F_I64:
		if (*(const int64_t *)at != I64_NULL)
			buf_add_i64(b, *(const int64_t *)at);
		break;
	case F_F64:
		add_f64(b, *(const double *)at);
		break;
	case F_BOOL:
		if (*(const int8_t *)at >= 0)
			buf_add_text(b, *(const int8_t *)at ? "true" : "false");
		break;
	case F_TIME:
		buf_add(b, text, time_format(*(const usec_t *)at, text));
		break;
	case F_STR:
	case F_JSON:
		text_add_csv(b, *(const struct str *)at);
		break;
	}
}

static void add_line(struct buf *b, const struct record *record, const void *object)
{
	const char *between = "";

	for (const struct field *f = record->fields; f->name; f++) {
		if (f->flags & FIELD_HIDDEN)
			continue;
		buf_add_text(b, between);
		between = ",";
		if (object)
			add_value(b, f, (const char *)object + f->offset);
		else
			text_add_csv(b, str_of(f->name));
	}
	buf_add_text(b, "\r\n");
}

void csv_add_names(struct buf *b, const struct record *record)
{
	add_line(b, record, NULL);
}

void csv_add_row(struct buf *b, const struct record *record, const void *object)
{
	add_line(b, record, object);
}
