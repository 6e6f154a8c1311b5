/* print.c -- tables, JSON and marked lines for people and scripts. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "json/json.h"

#define JSON_MAX ((size_t)256 * 1024 * 1024)
#define COLUMNS_MAX 64
#define CELL_MIN 12             /* a text that is cut keeps so many cells */

const char *visible(struct cli *cli, struct str text)
{
	AUTO(buf) struct buf b = buf_new(JSON_MAX);
	if (!text.p)
		return "-";
	text_add_visible(&b, text);
	return arena_copy(&cli->arena, buf_cstr(&b), b.n + 1);
}

const char *when(struct cli *cli, usec_t moment)
{
	char text[TIME_TEXT_MAX];
	const size_t n = time_format(moment, text);
	if (n == 0)
		return "-";
	char *out = arena_copy(&cli->arena, text, n + 1);
	out[n] = '\0';
	if (n > 20 && out[10] == 'T') {         /* 2026-11-23T17:15:58.029367Z */
		out[10] = ' ';
		out[19] = 'Z';
		out[20] = '\0';
	}
	return out;
}

const char *number_text(struct cli *cli, int64_t n)
{
	return n == I64_NULL ? "-" : arena_printf(&cli->arena, "%" PRId64, n);
}

static const char *age(struct cli *cli, usec_t moment)
{
	char text[TIME_TEXT_MAX];
	if (moment == TIME_NULL || moment == TIME_INFINITY || moment == TIME_MINUS_INFINITY)
		return when(cli, moment);
	usec_t d;
	if (__builtin_sub_overflow(cli_now(cli), moment, &d) || d == INT64_MIN)
		return when(cli, moment);
	duration_format(d < 0 ? -d : d, text);
	return arena_printf(&cli->arena, d < 0 ? "in %s" : "%s ago", text);
}

static const char *span(struct cli *cli, double seconds)
{
	char text[TIME_TEXT_MAX];
	if (isnan(seconds) || seconds < 0 || seconds > 1e12)
		return "-";
	seconds = floor(seconds);
	if (seconds < 1)
		return "0 s";
	duration_format((usec_t)(seconds * 1e6), text);
	return arena_printf(&cli->arena, "%s", text);
}

static const struct field *field_find(const struct record *record, const char *name)
{
	for (const struct field *f = record->fields; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

static const char *number(struct cli *cli, double value)
{
	if (isnan(value))
		return "-";
	return arena_printf(&cli->arena, value == floor(value) ? "%.0f" : "%.1f", value);
}

static const char *real(struct cli *cli, enum column_style style, double value)
{
	if (style == COLUMN_SPAN)
		return span(cli, value);
	return style == COLUMN_MS ? ms_text(cli, value) : number(cli, value);
}

static const char *cell(struct cli *cli, const struct field *f, const struct column *c,
			const void *row)
{
	const char *at = (const char *)row + f->offset;
	const usec_t moment = f->type == F_TIME ? *(const usec_t *)at : 0;

	switch (f->type) {
	case F_I64:
		return number_text(cli, *(const int64_t *)at);
	case F_F64:
		return real(cli, c->style, *(const double *)at);
	case F_BOOL:
		return *(const int8_t *)at < 0 ? "-" : *(const int8_t *)at ? "yes" : "no";
	case F_TIME:
		return c->style == COLUMN_AGE ? age(cli, moment) : when(cli, moment);
	case F_STR:
	case F_JSON:
		break;
	}
	return visible(cli, *(const struct str *)at);
}

/* It stands to the right and is never cut. */
static bool is_number(const struct field *f, const struct column *c)
{
	return f->type == F_I64 || f->type == F_F64 || c->style == COLUMN_DIGITS;
}

struct grid {
	const struct column *columns;
	const struct field *fields[COLUMNS_MAX];
	size_t widths[COLUMNS_MAX];
	const char **cells;             /* row after row, n_columns each */
	size_t n_columns;
	size_t n_shown;                 /* columns that the terminal has room for */
	size_t n_rows;
};

static struct grid grid_of(struct cli *cli, const struct record *record,
			   const struct column *columns, const struct list *rows)
{
	struct grid g = { .columns = columns, .n_rows = rows->n };
	for (; columns[g.n_columns].field; g.n_columns++)
		g.fields[g.n_columns] = field_find(record, columns[g.n_columns].field);
	g.n_shown = g.n_columns;

	g.cells = ARENA_ARRAY(&cli->arena, const char *, g.n_columns * rows->n + 1);
	for (size_t r = 0; r < rows->n; r++)
		for (size_t c = 0; c < g.n_columns; c++)
			g.cells[r * g.n_columns + c] =
				cell(cli, g.fields[c], &columns[c],
				     (const char *)rows->items + r * rows->item_size);
	return g;
}

static size_t width_of(const struct grid *g, size_t c)
{
	const size_t max = (size_t)g->columns[c].max;
	size_t width = text_columns(str_of(g->columns[c].title));
	for (size_t r = 0; r < g->n_rows; r++) {
		const size_t n = text_columns(str_of(g->cells[r * g->n_columns + c]));
		if (n > width)
			width = n;
	}
	return max > 0 && width > max ? max : width;
}

/* The widest text that may be cut further; n_shown: none. */
static size_t find_wide(const struct grid *g)
{
	size_t widest = g->n_shown;
	for (size_t c = 0; c < g->n_shown; c++) {
		const bool is_text = g->fields[c]->type == F_STR || g->fields[c]->type == F_JSON;
		const enum column_style style = g->columns[c].style;
		if (!is_text || style == COLUMN_WHOLE || style == COLUMN_DIGITS ||
		    g->widths[c] <= CELL_MIN)
			continue;
		if (widest == g->n_shown || g->widths[c] > g->widths[widest])
			widest = c;
	}
	return widest;
}

static bool is_too_wide(const struct grid *g, int columns)
{
	size_t all = 0;
	for (size_t c = 0; c < g->n_shown; c++)
		all += g->widths[c] + (c ? 2 : 0);
	return columns > 0 && all > (size_t)columns;
}

/* Widths that the terminal has room for: each text gives way, then the last column. */
static void fit(struct grid *g, int columns)
{
	size_t wanted[COLUMNS_MAX], wide;
	for (size_t c = 0; c < g->n_columns; c++)
		g->widths[c] = wanted[c] = width_of(g, c);

	while (is_too_wide(g, columns)) {
		wide = find_wide(g);
		if (wide < g->n_shown) {
			g->widths[wide]--;
		} else if (g->n_shown > 1) {
			g->n_shown--;
			memcpy(g->widths, wanted, sizeof(wanted));
		} else {
			return;
		}
	}
}

static void add_cell(struct buf *line, const char *text, size_t width, bool to_right, bool is_last)
{
	const size_t n = text_columns(str_of(text));
	const int pad = n < width ? (int)(width - n) : 0;

	if (to_right)
		buf_printf(line, "%*s", pad, "");
	text_add_cell(line, str_of(text), width);
	if (!is_last)
		buf_printf(line, "%*s", to_right ? 2 : pad + 2, "");
}

static void print_row(struct cli *cli, const struct grid *g, const char *const *texts,
		      bool is_bold)
{
	AUTO(buf) struct buf line = buf_new(JSON_MAX);
	for (size_t c = 0; c < g->n_shown; c++)
		add_cell(&line, texts[c], g->widths[c], is_number(g->fields[c], &g->columns[c]),
			 c + 1 == g->n_shown);
	fprintf(cli->out, is_bold ? "\033[1m%s\033[0m\n" : "%s\n", buf_cstr(&line));
}

void print_table(struct cli *cli, const struct record *record, const struct column *columns,
		 const struct list *rows)
{
	const char *titles[COLUMNS_MAX] = { NULL };
	struct grid g = grid_of(cli, record, columns, rows);

	fit(&g, cli->columns);
	for (size_t c = 0; c < g.n_columns; c++)
		titles[c] = columns[c].title;
	print_row(cli, &g, titles, cli->use_color);
	for (size_t r = 0; r < g.n_rows; r++)
		print_row(cli, &g, g.cells + r * g.n_columns, false);
}

/* The character at the beginning as JSON writes what must not stand as it is; false: it may. */
static bool add_escaped(struct buf *out, struct str one, uint32_t c)
{
	AUTO(buf) struct buf shown = buf_new(64);
	text_add_visible(&shown, one);
	if (str_eq(buf_str(&shown), one))
		return false;
	if (c > 0xFFFF) {
		const uint32_t high = 0xD800 + ((c - 0x10000) >> 10);
		buf_printf(out, "\\u%04x", high);
		c = 0xDC00 + ((c - 0x10000) & 0x3FF);
	}
	buf_printf(out, "\\u%04x", c);
	return true;
}

/* JSON lets pass what a terminal may take for an order (U+009B) or what turns text around; such
 * characters stand only inside of strings, where an escape means the same. */
static void add_safe_json(struct buf *out, struct str json)
{
	size_t plain = 0;
	for (size_t i = 0; i < json.n;) {
		uint32_t c = (unsigned char)json.p[i];
		size_t n = 1;
		if (c >= 0x7f) {
			n = str_utf8_char((struct str){ json.p + i, json.n - i }, &c);
			n = n ? n : 1;
			buf_add(out, json.p + plain, i - plain);
			plain = add_escaped(out, (struct str){ json.p + i, n }, c) ? i + n : i;
		}
		i += n;
	}
	buf_add(out, json.p + plain, json.n - plain);
}

void print_json_buf(struct cli *cli, const struct buf *json)
{
	AUTO(buf) struct buf safe = buf_new(2 * JSON_MAX);
	add_safe_json(&safe, buf_str(json));
	if (json->has_failed || safe.has_failed) {
		cli->is_too_large = true;
		return;
	}
	fwrite(safe.p, 1, safe.n, cli->out);
	fputc('\n', cli->out);
}

void print_json_list(struct cli *cli, const struct record *record, const struct list *rows)
{
	AUTO(buf) struct buf text = buf_new(JSON_MAX);
	struct json j = json_new(&text);
	json_open_array(&j);
	for (size_t i = 0; i < rows->n; i++)
		json_record(&j, record, (const char *)rows->items + i * rows->item_size);
	json_close_array(&j);
	print_json_buf(cli, &text);
}

void print_mark(struct cli *cli, enum mark mark, const char *fmt, ...)
{
	static const struct { const char *plain, *colored; } marks[] = {
		[MARK_OK] = { "[OK]", "\033[32m✓\033[0m" },
		[MARK_ERROR] = { "[ERROR]", "\033[31m✗\033[0m" },
		[MARK_WARNING] = { "[WARNING]", "\033[33m⚠\033[0m" },
		[MARK_INFO] = { "[INFO]", "\033[34mℹ\033[0m" },
	};
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fprintf(cli->out, "%s %s\n", cli->use_color ? marks[mark].colored : marks[mark].plain,
		visible(cli, str_of(text)));
}
