/* cmd_dead_letter_export.c -- soniq dead-letter export: all that match, to a file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/dead_letter.h"
#include "export/export.h"
#include "json/json.h"

#define LINE_MAX_BYTES (256 * 1024 * 1024)
#define LINE_KEPT ((size_t)1024 * 1024)

static const struct option options[] = {
	{ "--format", 0, OPT_CHOICE, offsetof(struct dead_opts, format), "FORMAT", "csv", 0, 0,
	  "csv|json", "csv or json." },
	DEAD_OPT("--output", 'o', OPT_TEXT, output, "FILE", NULL, 0, 0,
		 "The file to write; - is the standard output."),
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
	struct store *store;
	FILE *file;
	bool is_json;
	int64_t n;
	struct buf line;
};

static enum err_code fail_write(struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE, "the export could not be written: %s",
		       strerror(errno));
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

static enum err_code write_all(const struct dead_opts *opts, struct export *x, struct err *err)
{
	const struct job_filter filter = dead_filter(opts);
	const struct export_want want = {
		.kind = EXPORT_DEAD,
		.format = x->is_json ? EXPORT_ARRAY : EXPORT_CSV,
		.record = &export_record,
		.filter = &filter,
		.limit = opts->limit,
		.is_whole = true,
	};
	const struct export_sink sink = { &x->line, NULL, write_line, x };

	x->line = buf_new(LINE_MAX_BYTES);
	enum err_code code = export_run(x->store, &want, &sink, &x->n, err);
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
static enum err_code write_new(struct cli *cli, const struct dead_opts *opts, struct export *x,
			       struct err *err)
{
	char *part = arena_printf(&cli->arena, "%s.XXXXXX", opts->output);
	const int fd = mkstemp(part);
	x->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!x->file)
		return fail_file(opts->output, err);

	enum err_code code = write_all(opts, x, err);
	if (code == ERR_OK)
		code = put_in_place(x, part, opts->output, err);
	else
		fclose(x->file);
	if (code != ERR_OK)
		unlink(part);
	return code;
}

/* A pipe or a device is written to, not replaced. */
static enum err_code write_into(const struct dead_opts *opts, struct export *x, struct err *err)
{
	x->file = fopen(opts->output, "we");
	if (!x->file)
		return fail_file(opts->output, err);
	const enum err_code code = write_all(opts, x, err);
	if (fclose(x->file) != 0 && code == ERR_OK)
		return fail_file(opts->output, err);
	return code;
}

static void print_file(struct cli *cli, const struct dead_opts *opts, const struct export *x)
{
	AUTO(buf) struct buf text = buf_new(65536);
	struct json j = json_new(&text);
	if (!cli->is_json) {
		fprintf(cli->out, "%s\n", opts->output);
		return;
	}
	json_open_object(&j);
	json_key(&j, "output");
	json_text(&j, opts->output);
	json_key(&j, "count");
	json_i64(&j, x->n);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code write_file(struct cli *cli, const struct dead_opts *opts, struct export *x,
				struct err *err)
{
	struct stat st;
	const bool is_special = stat(opts->output, &st) == 0 && !S_ISREG(st.st_mode);

	TRY(is_special ? write_into(opts, x, err) : write_new(cli, opts, x, err));
	print_file(cli, opts, x);
	return ERR_OK;
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct dead_opts *opts = p;
	struct export x = { .file = cli->out, .is_json = strcmp(opts->format, "json") == 0 };
	(void)args;

	if (!opts->output)
		return err_set(err, ERR_INVALID,
			       "say where to write: --output FILE, or --output -");
	if (strcmp(opts->output, "-") == 0 && cli->is_tty)
		return err_set(err, ERR_INVALID, "an export is not for a terminal: send it to a "
			       "file, or see soniq dead-letter list");
	AUTO(store) struct store store = { 0 };
	TRY(cli_store(cli, DB_READ, &store, err));
	x.store = &store;
	if (strcmp(opts->output, "-") != 0)
		return write_file(cli, opts, &x, err);
	x.is_json = x.is_json || cli->is_json;
	return write_all(opts, &x, err);
}

const struct command cmd_dead_letter_export = {
	.name = "dead-letter export",
	.doc = "Write dead letters to a CSV or JSON file.",
	.more = "The file appears under its name when it is whole, readable by you alone. In CSV "
		"a text that a spreadsheet would take for a formula gets a ' in front; JSON has "
		"every text as it is.",
	.examples = "soniq dead-letter export --output dead.csv\n"
		    "soniq dead-letter export --format json --output - | jq length",
	.options = options,
	.opts_size = sizeof(struct dead_opts),
	.run = run,
};
