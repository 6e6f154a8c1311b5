/* view.c -- what both drivers share of queries that are not ours: values as texts, and limits. */
#include "db/view.h"

#include <inttypes.h>

#include "base/parse.h"
#include "base/text.h"

/* Of a double, those that are the same in every number of so many digits. */
#define DIGITS_EXACT 15
#define CELL_SIZE 8 /* what a value takes at least, as JSON */

struct view view_new(struct arena *arena)
{
	return (struct view){
		.columns = list_new(arena, sizeof(struct str)),
		.cells = list_new(arena, sizeof(struct view_cell)),
	};
}

/* UTF-8 whatever it was, with an ellipsis where something was left out. */
static struct str clean(struct view *view, struct str text, size_t max)
{
	AUTO(buf) struct buf b = buf_new(4 * VIEW_CELL_MAX);
	const struct str head = text.n > max ? str_head_utf8(text, max) : text;

	text_add_utf8(&b, head);
	if (head.n < text.n) {
		buf_add_text(&b, "\xE2\x80\xA6");
		view->is_cut = true;
	}
	const struct str cleaned = { buf_cstr(&b), b.n };
	return str_copy(view->cells.arena, cleaned);
}

enum err_code view_add_columns(struct view *view, int n, const char *(*name)(void *result, int n),
			       void *result, struct err *err)
{
	if (n > VIEW_COLUMNS_MAX)
		return err_set(err, ERR_INVALID, "it gives %d columns; at most %d can be shown", n,
			       VIEW_COLUMNS_MAX);
	for (int i = 0; i < n; i++) {
		const char *text = name(result, i);
		const struct str kept = clean(view, str_of(text ? text : ""), VIEW_NAME_MAX);
		*(struct str *)list_add(&view->columns) = kept;
	}
	view->is_cut = false; /* of names nobody misses the end */
	return ERR_OK;
}

bool view_add_row(struct view *view)
{
	if (view->n_rows == VIEW_ROWS_MAX || view->size >= VIEW_BYTES_MAX)
		view->is_cut = view->is_full = true;
	else
		view->n_rows++;
	return !view->is_full;
}

static void add(struct view *view, enum view_kind kind, struct str text)
{
	*(struct view_cell *)list_add(&view->cells) = (struct view_cell){ kind, text };
	view->size += text.n + CELL_SIZE;
}

void view_add_null(struct view *view)
{
	add(view, VIEW_NULL, STR_NULL);
}

void view_add_bool(struct view *view, bool value)
{
	add(view, VIEW_BOOL, value ? S("true") : S("false"));
}

/* A row is whole or not there: the last one may be cut short in its texts. */
void view_add_text(struct view *view, struct str text)
{
	const size_t room = view->size < VIEW_BYTES_MAX ? VIEW_BYTES_MAX - view->size : 0;

	add(view, VIEW_TEXT, clean(view, text, room < VIEW_CELL_MAX ? room : VIEW_CELL_MAX));
}

void view_add_bytes(struct view *view, size_t n)
{
	add(view, VIEW_TEXT,
	    str_of(arena_printf(view->cells.arena, n == 1 ? "(1 byte)" : "(%zu bytes)", n)));
}

static size_t digits_in(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		const bool is_digit = text.p[i] >= '0' && text.p[i] <= '9';
		n += is_digit && (n > 0 || text.p[i] != '0');
	}
	return n;
}

static bool is_exact(struct str text)
{
	const int64_t most = INT64_C(1) << 53;
	double f;
	int64_t i;

	if (parse_i64(text, &i))
		return i >= -most && i <= most;
	return digits_in(text) <= DIGITS_EXACT && parse_f64(text, &f);
}

void view_add_number(struct view *view, struct str digits)
{
	if (is_exact(digits))
		add(view, VIEW_NUMBER, str_copy(view->cells.arena, digits));
	else
		view_add_text(view, digits);
}

/* The fewest digits that are read as the same number again. */
void view_add_double(struct view *view, double value)
{
	struct arena *arena = view->cells.arena;
	char *text = NULL;
	double again;

	if (!isfinite(value)) {
		const char *word = isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
		add(view, VIEW_TEXT, str_of(word));
		return;
	}
	for (int digits = DIGITS_EXACT; digits <= 17; digits++) {
		text = arena_printf(arena, "%.*g", digits, value);
		if (parse_f64(str_of(text), &again) && again == value)
			break;
	}
	add(view, VIEW_NUMBER, str_of(text));
}

enum err_code view_fail(const char *sql, int at, const char *message, struct err *err)
{
	int line = 1;

	for (int i = 0; i < at && sql[i]; i++)
		line += sql[i] == '\n';
	if (at < 0)
		return err_set(err, ERR_INVALID, "%s", message);
	return err_set(err, ERR_INVALID, "line %d: %s", line, message);
}
