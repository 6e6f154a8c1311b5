/* cmd_dead_letter_export.c -- soniq dead-letter export: all that match, to a file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/text.h"
#include "cli/dead_letter.h"
#include "json/json.h"

#define LINE_MAX_BYTES (8 * 1024 * 1024)

static const struct option options[] = {
	{ "--format", 0, OPT_CHOICE, offsetof(struct dead_opts, format), "FORMAT", "csv", 0, 0,
	  "csv|json", "csv or json." },
	DEAD_OPT("--output", 'o', OPT_TEXT, output, "FILE", NULL, 0, 0,
		 "Where to write; - is the standard output."),
	DEAD_FILTERS,
	DEAD_OPT("--limit", 0, OPT_INT, limit, "N", "1000000", 1, 100000000, "At most so many."),
	OPTION_END,
};

/* The columns and their order are those of the Python tool's export. */
static const struct field fields[] = {
	FIELD_STR(struct job, id),
	FIELD_STR(struct job, job_name),
	FIELD_JSON(struct job, args),
	FIELD_STR(struct job, queue),
	FIELD_I64(struct job, priority),
	FIELD_I64(struct job, max_attempts),
	FIELD_I64(struct job, attempts),
	FIELD_STR(struct job, last_error),
	FIELD_STR(struct job, dead_letter_reason),
	{ "original_created_at", F_TIME, offsetof(struct job, created_at), 0 },
	FIELD_TIME(struct job, moved_to_dead_letter_at),
	FIELD_I64(struct job, resurrection_count),
	FIELD_TIME(struct job, last_resurrection_at),
	FIELD_JSON(struct job, tags),
	FIELD_END,
};
static const struct record export_record = { "dead_letter", sizeof(struct job), fields };

struct export {
	FILE *file;
	bool is_json;
	size_t n;
};

static void add_value(struct buf *b, const struct field *f, const struct job *job)
{
	const char *at = (const char *)job + f->offset;
	char text[TIME_TEXT_MAX];

	if (f->type == F_I64) {
		if (*(const int64_t *)at != I64_NULL)
			buf_add_i64(b, *(const int64_t *)at);
	} else if (f->type == F_TIME) {
		buf_add(b, text, time_format(*(const usec_t *)at, text));
	} else {
		text_add_csv(b, *(const struct str *)at);
	}
}

static void add_csv_line(struct buf *b, const struct job *job)
{
	for (const struct field *f = fields; f->name; f++) {
		if (f != fields)
			buf_add_char(b, ',');
		if (job)
			add_value(b, f, job);
		else
			buf_add_text(b, f->name);
	}
	buf_add_text(b, "\r\n");
}

static enum err_code write_out(struct export *x, const struct buf *b, struct err *err)
{
	if (b->has_failed || fwrite(b->p, 1, b->n, x->file) != b->n)
		return err_set(err, ERR_UNAVAILABLE, "the export could not be written: %s",
			       strerror(errno));
	return ERR_OK;
}

static enum err_code write_job(struct export *x, const struct job *job, struct err *err)
{
	AUTO(buf) struct buf b = buf_new(LINE_MAX_BYTES);
	if (x->is_json) {
		buf_add_text(&b, x->n ? ",\n" : "[\n");
		struct json j = json_new(&b);
		json_record(&j, &export_record, job);
	} else {
		if (x->n == 0)
			add_csv_line(&b, NULL);
		add_csv_line(&b, job);
	}
	x->n++;
	return write_out(x, &b, err);
}

/* No rows: still a header, still an array. */
static enum err_code write_end(struct export *x, struct err *err)
{
	AUTO(buf) struct buf b = buf_new(LINE_MAX_BYTES);
	if (x->is_json)
		buf_add_text(&b, x->n ? "\n]\n" : "[]\n");
	else if (x->n == 0)
		add_csv_line(&b, NULL);
	TRY(write_out(x, &b, err));
	if (fflush(x->file) != 0)
		return err_set(err, ERR_UNAVAILABLE, "the export could not be written: %s",
			       strerror(errno));
	return ERR_OK;
}

/* Page by page, each in its own arena: any number of rows in little memory. */
static enum err_code write_page(struct export *x, struct store *store, struct job_filter *filter,
				bool *ret_more, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list page;
	TRY(store_dead_page(store, filter, &arena, &page, err));
	for (size_t i = 0; i < page.n; i++)
		TRY(write_job(x, LIST_AT(&page, struct job, i), err));

	*ret_more = page.n > 0 && page.n == (size_t)filter->limit;
	if (!*ret_more)
		return ERR_OK;
	const struct job *last = LIST_AT(&page, struct job, page.n - 1);
	filter->has_cursor = true;
	filter->after_at = last->moved_to_dead_letter_at;
	*ret_more = parse_uuid(last->id, filter->after_id);
	return ERR_OK;
}

static enum err_code write_all(struct cli *cli, const struct dead_opts *opts, struct export *x,
			       struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct job_filter filter = dead_filter(opts);
	bool more = true;

	TRY(cli_store(cli, DB_READ, &store, err));
	while (more && x->n < (size_t)opts->limit) {
		const size_t left = (size_t)opts->limit - x->n;
		filter.limit = left < STORE_PAGE_MAX ? (int)left : STORE_PAGE_MAX;
		TRY(write_page(x, &store, &filter, &more, err));
	}
	return write_end(x, err);
}

/* A file of that name appears only when it is whole. */
static enum err_code write_file(struct cli *cli, const struct dead_opts *opts, struct export *x,
				struct err *err)
{
	const char *part = arena_printf(&cli->arena, "%s.part", opts->output);
	const int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	x->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!x->file)
		return err_set(err, ERR_UNAVAILABLE, "cannot write %s: %s", part, strerror(errno));

	enum err_code code = write_all(cli, opts, x, err);
	if (fclose(x->file) != 0 && code == ERR_OK)
		code = err_set(err, ERR_UNAVAILABLE, "cannot write %s: %s", part, strerror(errno));
	if (code == ERR_OK && rename(part, opts->output) != 0)
		code = err_set(err, ERR_UNAVAILABLE, "cannot write %s: %s", opts->output,
			       strerror(errno));
	if (code != ERR_OK)
		unlink(part);
	else
		fprintf(cli->out, "%s\n", opts->output);
	return code;
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct dead_opts *opts = p;
	struct export x = { .file = cli->out, .is_json = strcmp(opts->format, "json") == 0 };
	(void)args;

	if (!opts->output)
		return err_set(err, ERR_INVALID, "say where to write: --output FILE, or --output -");
	if (strcmp(opts->output, "-") == 0)
		return write_all(cli, opts, &x, err);
	return write_file(cli, opts, &x, err);
}

const struct command cmd_dead_letter_export = {
	.name = "dead-letter export",
	.doc = "Write dead letters to a CSV or JSON file.",
	.more = "In CSV a text that a spreadsheet would take for a formula gets a ' in front. Args "
		"of more than 64 KiB are left out.",
	.examples = "soniq dead-letter export --output dead.csv\n"
		    "soniq dead-letter export --format json --output - | jq length",
	.options = options,
	.opts_size = sizeof(struct dead_opts),
	.run = run,
};
