/* api_export.c -- the rows of a list as a file: streamed where it may be of any length, at once
 * where the list is whole in memory. */
#include "api/context.h"
#include "api/params.h"
#include "export/export.h"
#include "rules/redact.h"

#define PIECE ((size_t)32 * 1024)
#define LIMIT_DEFAULT 100000
#define LIMIT_MAX 1000000

static const char *const format_words[] = { "json", "csv", "jsonl", NULL };
static const enum export_format formats[] = { EXPORT_ARRAY, EXPORT_CSV, EXPORT_LINES };
#define LIST_FORMATS 0          /* the first of those that are taken, and the default */
#define FILE_FORMATS 1

struct file {
	struct request *rq;
	struct reply *reply;
};

static enum err_code read_format(const struct request *rq, size_t first,
				 enum export_format *ret, struct err *err)
{
	struct str word;
	TRY(param_choice(rq, "format", format_words + first, &word, err));

	*ret = formats[first];
	for (size_t i = first; word.p && format_words[i]; i++)
		if (str_eq(word, str_of(format_words[i])))
			*ret = formats[i];
	return ERR_OK;
}

enum err_code param_format(const struct request *rq, enum export_format *ret, struct err *err)
{
	return read_format(rq, LIST_FORMATS, ret, err);
}

static enum err_code begin_file(void *arg, const struct quality *quality, struct err *err)
{
	const struct file *file = arg;
	(void)err;
	answer_quality(file->rq, file->reply, quality);
	return ERR_OK;
}

static enum err_code flush_when_full(void *arg, struct err *err)
{
	const struct file *file = arg;
	const struct buf *body = &file->reply->body;
	return body->n < PIECE && !body->has_failed ? ERR_OK : reply_flush(file->reply, err);
}

static void veil_row(void *arg, const struct record *record, void *row, struct arena *arena)
{
	const struct file *file = arg;
	redact_row(&api_of(file->rq)->secrets, record, row, arena);
}

/* "soniq-jobs-20261128T221500Z.csv" */
static struct str file_name(struct request *rq, const char *noun, const char *suffix)
{
	char now[TIME_TEXT_MAX];
	time_format(clock_now(), now);

	return str_of(arena_printf(rq->arena,
				   "attachment; filename=\"soniq-%s-"
				   "%.4s%.2s%.2sT%.2s%.2s%.2sZ.%s\"", noun, now, now + 5, now + 8,
				   now + 11, now + 14, now + 17, suffix));
}

static void add_headers(struct request *rq, struct reply *reply, const char *noun,
			enum export_format format)
{
	const bool is_csv = format == EXPORT_CSV;

	reply->content_type = is_csv ? "text/csv; charset=utf-8" : "application/jsonl";
	reply_header(reply, rq->arena, "Content-Disposition",
		     file_name(rq, noun, is_csv ? "csv" : "jsonl"));
}

/* ---- whole in memory ---- */

static void write_table(struct reply *reply, const struct table *table)
{
	if (table->format == EXPORT_ARRAY)
		answer_list(reply, table->record, table->rows);
	else
		export_list(&reply->body, table->format, table->record, table->rows);
}

/* A file is called as the last piece of the route is, which is ours. */
void answer_table(struct request *rq, struct reply *reply, const struct table *table)
{
	const struct list *rows = table->rows;

	if (table->format != EXPORT_ARRAY)
		add_headers(rq, reply,
			    table->noun ? table->noun : strrchr(rq->route->path, '/') + 1,
			    table->format);
	for (size_t i = 0; i < rows->n; i++)
		answer_veil(rq, table->record, (char *)rows->items + i * rows->item_size);
	write_table(reply, table);
	if (!reply->body.has_failed || !table->shorten)
		return;
	rows_shorten(rq, table->rows, table->shorten);
	buf_reset(&reply->body);
	write_table(reply, table);
}

/* ---- streamed ---- */

static enum err_code write_file(struct request *rq, struct reply *reply, const char *noun,
				struct export_want *want, struct err *err)
{
	struct file file = { rq, reply };
	const struct export_sink sink = { .out = &reply->body,
					  .begin = begin_file,
					  .veil = rq->is_veiled ? veil_row : NULL,
					  .row = flush_when_full,
					  .arg = &file };
	want->limit = LIMIT_DEFAULT;
	TRY(read_format(rq, FILE_FORMATS, &want->format, err));
	TRY(param_int(rq, "limit", (const int64_t[]){ 1, LIMIT_MAX }, &want->limit, err));
	struct store *store;
	TRY(api_store(rq, &store, err));

	add_headers(rq, reply, noun, want->format);
	/* A proxy that collects it first would take it from the database as fast as it can. */
	reply_header(reply, rq->arena, "X-Accel-Buffering", S("no"));
	return export_run(store, want, &sink, &want->limit, err);
}

enum err_code jobs_export(struct request *rq, struct reply *reply, struct err *err)
{
	struct job_filter filter;
	struct export_want want = { EXPORT_JOBS, .record = &job_row_record, .filter = &filter };
	TRY(param_search(rq, &filter, err));
	return write_file(rq, reply, "jobs", &want, err);
}

enum err_code dead_letters_export(struct request *rq, struct reply *reply, struct err *err)
{
	struct job_filter filter;
	struct export_want want = { EXPORT_DEAD, .record = &dead_whole_record, .filter = &filter };
	TRY(param_dead_search(rq, &filter, err));
	return write_file(rq, reply, "dead-letters", &want, err);
}
