/* history_gauge.c -- how many rows there are, by queue, type and status. */
#include "store/history_keep.h"

#define ROWS_MAX 5000

static const struct field cell_fields[] = {
	FIELD_I64(struct cell, queue_id),
	FIELD_I64(struct cell, type_id),
	FIELD_STR(struct cell, status),
	FIELD_I64(struct cell, n),
	FIELD_END,
};
const struct record cell_record = { "cell", sizeof(struct cell), cell_fields };

static const struct field number_fields[] = {
	FIELD_I64(struct number, n),
	FIELD_END,
};
const struct record number_record = { "number", sizeof(struct number), number_fields };

const struct str gauge_dated = { "dated", 5 };

struct str gauge_status(struct str status)
{
	static const struct str known[] = {
		{ "queued", 6 },    { "processing", 10 },  { "done", 4 },
		{ "cancelled", 9 }, { "dead_letter", 11 },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_eq(status, known[i]))
			return known[i];
	}
	return S("*");
}

static size_t write_cells(struct buf *out, const struct list *cells, size_t from)
{
	struct json j = json_new(out);
	size_t n = 0;

	json_open_array(&j);
	for (size_t i = from; i < cells->n && i - from < ROWS_MAX; i++) {
		const struct cell *cell = LIST_AT(cells, struct cell, i);

		if (cell->n == 0)
			continue;
		json_record(&j, &cell_record, cell);
		n++;
	}
	json_close_array(&j);
	return n;
}

static enum err_code add_chunk(struct keep *keep, const struct list *cells, size_t from,
			       bool *ret_below, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(buf) struct buf text = buf_new(KEEP_TEXT_MAX);
	struct list rows;

	if (write_cells(&text, cells, from) == 0)
		return ERR_OK;
	TRY(db_query(keep->st->db, CALL(SQL_X_GAUGE_ADD, &number_record, P_STR(buf_str(&text))),
		     &arena, &rows, err));
	for (size_t i = 0; i < rows.n; i++)
		*ret_below |= LIST_AT(&rows, struct number, i)->n < 0;
	return ERR_OK;
}

enum err_code gauges_add(struct keep *keep, const struct list *cells, bool *ret_below,
			 struct err *err)
{
	*ret_below = false;
	for (size_t i = 0; i < cells->n; i += ROWS_MAX)
		TRY(add_chunk(keep, cells, i, ret_below, err));
	return ERR_OK;
}
