/* filter.c -- a filter that was typed, and where it cannot be read. */
#include "base/text.h"
#include "cli/cli.h"
#include "rules/filter.h"
#include "store/job.h"

#define SHOWN_MAX 65536

/* The line as it was typed, and under it the place that is wrong. */
static void point_at(struct cli *cli, struct str text, const struct err *err)
{
	AUTO(buf) struct buf b = buf_new(SHOWN_MAX);
	size_t from = 0, n = 0;

	for (int i = 0; from < text.n && i < err->position; i++)
		from += str_utf8_char((struct str){ text.p + from, text.n - from },
				      &(uint32_t){ 0 });
	for (int i = 0; from + n < text.n && i < err->length; i++)
		n += str_utf8_char((struct str){ text.p + from + n, text.n - from - n },
				   &(uint32_t){ 0 });
	const size_t indent = text_columns((struct str){ text.p, from });
	const size_t width = text_columns((struct str){ text.p + from, n });

	buf_add_text(&b, "  ");
	text_add_visible(&b, text);
	buf_printf(&b, "\n  %*s^", (int)indent, "");
	for (size_t i = 1; i < width; i++)
		buf_add_char(&b, '~');
	fprintf(cli->err, "%s\n", buf_cstr(&b));
}

static bool has_age(const struct filter *filter)
{
	for (size_t i = 0; i < filter->terms.n; i++) {
		const struct list *values =
			&LIST_AT(&filter->terms, struct filter_clause, i)->values;

		for (size_t k = 0; k < values->n; k++)
			if (LIST_AT(values, struct filter_value, k)->op == FILTER_AGE)
				return true;
	}
	return false;
}

static enum err_code ask_clock(struct cli *cli, struct err *err)
{
	AUTO(store) struct store store = { 0 };

	return cli_store(cli, DB_READ, &store, err);
}

enum err_code cli_filter(struct cli *cli, struct str text, struct job_filter *filter,
			 struct err *err)
{
	struct filter terms;

	if (filter_parse(text, &cli->arena, &terms, err) != ERR_OK) {
		if (err->length > 0)
			point_at(cli, text, err);
		return err->code;
	}
	if (has_age(&terms))
		TRY(ask_clock(cli, err));
	store_filter_add(filter, &terms, cli_now(cli), &cli->arena);
	return ERR_OK;
}
