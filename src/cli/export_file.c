/* export_file.c -- the rows of an export into a file, or the standard output. */
#include "cli/export_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json/json.h"

#define LINE_MAX_BYTES (256 * 1024 * 1024)
#define LINE_KEPT ((size_t)1024 * 1024)

struct export {
	FILE *file;
	const char *output;
	enum err_code (*fill)(struct export *x, struct err *err);
	int64_t n;
	struct buf line;
	/* of a search */
	struct store *store;
	const struct export_want *want;
	enum kind kind;                 /* how the first page was had */
	/* of rows that are there */
	enum export_format format;
	const struct record *record;
	const struct list *rows;
};

static enum err_code fail_write(struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE, "the export could not be written: %s",
		       strerror(errno));
}

static enum err_code note_kind(void *arg, const struct quality *quality, struct err *err)
{
	struct export *x = arg;
	(void)err;
	x->kind = quality->kind;
	return ERR_OK;
}

static enum err_code write_line(void *arg, struct err *err)
{
	struct export *x = arg;
	const struct buf *b = &x->line;

	if (b->has_failed || (b->n > 0 && fwrite(b->p, 1, b->n, x->file) != b->n))
		return fail_write(err);
	/* one long row is no reason to hold so much for all others */
	if (b->room > LINE_KEPT) {
		buf_release(&x->line);
		x->line = buf_new(LINE_MAX_BYTES);
	}
	buf_reset(&x->line);
	return ERR_OK;
}

static enum err_code fill_from_store(struct export *x, struct err *err)
{
	const struct export_sink sink = { .out = &x->line,
					  .begin = note_kind,
					  .row = write_line,
					  .arg = x };

	return export_run(x->store, x->want, &sink, &x->n, err);
}

static enum err_code fill_from_rows(struct export *x, struct err *err)
{
	(void)err;
	export_list(&x->line, x->format, x->record, x->rows);
	x->n = (int64_t)x->rows->n;
	return ERR_OK;
}

static enum err_code write_all(struct export *x, struct err *err)
{
	x->line = buf_new(LINE_MAX_BYTES);
	enum err_code code = x->fill(x, err);
	if (code == ERR_OK)
		code = write_line(x, err);
	buf_release(&x->line);
	if (code == ERR_OK && fflush(x->file) != 0)
		return fail_write(err);
	return code;
}

static enum err_code fail_file(const char *path, struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE, "cannot write %s: %s", path, strerror(errno));
}

/* To the disk first, then under its name. */
static enum err_code put_in_place(struct export *x, const char *part, const char *path,
				  struct err *err)
{
	const bool is_safe = fsync(fileno(x->file)) == 0;
	if (fclose(x->file) != 0 || !is_safe || rename(part, path) != 0)
		return fail_file(path, err);
	return ERR_OK;
}

/* A file of that name appears only when it is whole. */
static enum err_code write_new(struct cli *cli, struct export *x, struct err *err)
{
	char *part = arena_printf(&cli->arena, "%s.XXXXXX", x->output);
	const int fd = mkstemp(part);
	x->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!x->file)
		return fail_file(x->output, err);

	enum err_code code = write_all(x, err);
	if (code == ERR_OK)
		code = put_in_place(x, part, x->output, err);
	else
		fclose(x->file);
	if (code != ERR_OK)
		unlink(part);
	return code;
}

/* A pipe or a device is written to, not replaced. */
static enum err_code write_into(struct export *x, struct err *err)
{
	x->file = fopen(x->output, "we");
	if (!x->file)
		return fail_file(x->output, err);
	const enum err_code code = write_all(x, err);
	if (fclose(x->file) != 0 && code == ERR_OK)
		return fail_file(x->output, err);
	return code;
}

static void print_file(struct cli *cli, const struct export *x)
{
	AUTO(buf) struct buf text = buf_new(65536);
	struct json j = json_new(&text);
	if (!cli->is_json) {
		fprintf(cli->out, "%s\n", x->output);
		return;
	}
	json_open_object(&j);
	json_key(&j, "output");
	json_text(&j, x->output);
	json_key(&j, "count");
	json_i64(&j, x->n);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code write_file(struct cli *cli, struct export *x, struct err *err)
{
	struct stat st;
	const bool is_special = stat(x->output, &st) == 0 && !S_ISREG(st.st_mode);

	TRY(is_special ? write_into(x, err) : write_new(cli, x, err));
	print_file(cli, x);
	return ERR_OK;
}

static bool is_standard(const char *output)
{
	return strcmp(output, "-") == 0;
}

static enum err_code check_place(const struct cli *cli, const char *output, struct err *err)
{
	if (is_standard(output) && cli->is_tty)
		return err_set(err, ERR_INVALID, "an export is not for a terminal: send it to a "
			       "file, or see the list");
	return ERR_OK;
}

static enum err_code write_out(struct cli *cli, struct export *x, struct err *err)
{
	return is_standard(x->output) ? write_all(x, err) : write_file(cli, x, err);
}

enum err_code export_to(struct cli *cli, const char *output, const struct export_want *want,
			struct err *err)
{
	struct export x = { .file = cli->out, .output = output, .fill = fill_from_store,
			    .want = want };

	TRY(check_place(cli, output, err));
	AUTO(store) struct store store = { 0 };
	TRY(cli_store(cli, DB_READ, &store, err));
	x.store = &store;
	TRY(write_out(cli, &x, err));
	if (x.kind == KIND_WINDOW)
		fprintf(cli->err, "soniq: only the newest part of a large table was searched; the "
				  "indexes that soniq setup makes are needed for all of it\n");
	return ERR_OK;
}

/* ---- --format and --output ---- */

static const char *output_of(const struct file_opts *file)
{
	return file->output ? file->output : "-";
}

enum export_format file_format(const struct file_opts *file)
{
	return strcmp(file->format, "csv") == 0 ? EXPORT_CSV : EXPORT_LINES;
}

enum err_code file_check(const struct cli *cli, const struct file_opts *file, struct err *err)
{
	if (file->output && !file->format)
		return err_set(err, ERR_INVALID, "say in which form to write: --format csv or "
			       "--format jsonl");
	if (!file->format)
		return ERR_OK;
	if (cli->is_json && file_format(file) == EXPORT_CSV && is_standard(output_of(file)))
		return err_set(err, ERR_INVALID, "--json and --format csv do not go together: "
			       "--format jsonl writes JSON");
	return check_place(cli, output_of(file), err);
}

enum err_code file_write(struct cli *cli, const struct file_opts *file,
			 const struct record *record, const struct list *rows,
			 const struct quality *quality, struct err *err)
{
	struct export x = { .file = cli->out, .output = output_of(file), .fill = fill_from_rows,
			    .format = file_format(file), .record = record, .rows = rows };

	TRY(write_out(cli, &x, err));
	if (quality && quality->kind != KIND_EXACT)
		fprintf(cli->err, "soniq: numbers are not exact: %s\n",
			quality_words(cli, quality));
	return ERR_OK;
}
