/* cmd_jobs.c -- soniq jobs: the newest jobs that match a filter, listed or written into a file. */
#include "api/params.h"
#include "cli/cli.h"
#include "cli/export_file.h"
#include "json/json.h"
#include "rules/filter.h"
#include "store/job.h"

/* Of a large table so many parts are looked through before the reader is asked to go on. */
#define PARTS_MAX 10
#define LIMIT_DEFAULT 20
#define LIMIT_MAX 10000         /* of a list, which is held in memory */
#define EXPORT_LIMIT_MAX 100000000
#define WORDS_MAX 8192

struct opts {
	int64_t limit;                  /* 0: not said */
	const char *cursor;
	struct file_opts file;
};

static const struct option options[] = {
	{ "--limit", 'l', OPT_INT, offsetof(struct opts, limit), "N", NULL, 1, EXPORT_LIMIT_MAX,
	  NULL, "At most so many jobs: 20 of a list, else all." },
	{ "--cursor", 0, OPT_TEXT, offsetof(struct opts, cursor), "CURSOR", NULL, 0, 0, NULL,
	  "Go on where an earlier list ended, which told this." },
	FILE_OPTIONS(struct opts, file,
		     "Write all that match as CSV, or as JSON lines, in place of a list."),
	OPTION_END,
};

const struct column job_columns[] = {
	{ "id", "ID", 36, COLUMN_WHOLE },
	{ "job_name", "Name", 40, 0 },
	{ "status", "Status", 12, 0 },
	{ "queue", "Queue", 20, 0 },
	{ "created_at", "Created", 0, COLUMN_AGE },
	{ "attempts", "Attempts", 0, 0 },
	{ 0 },
};

/* What was found, and where more of it begins. */
struct found {
	struct list rows; /* struct job_row */
	struct quality quality;
	char next[CURSOR_MAX]; /* "": there is no more */
};

static struct str join(struct cli *cli, char **args)
{
	AUTO(buf) struct buf words = buf_new(WORDS_MAX);

	for (size_t i = 0; args[i]; i++)
		buf_printf(&words, "%s%s", i > 0 ? " " : "", args[i]);
	return str_copy(&cli->arena, buf_str(&words));
}

static enum err_code read_filter(struct cli *cli, const struct opts *opts, struct str text,
				 struct job_filter *ret, struct err *err)
{
	struct job_filter filter = { .limit = STORE_PAGE_MAX };

	TRY(cli_filter(cli, text, &filter, err));
	filter.has_cursor = opts->cursor != NULL;
	if (opts->cursor && !cursor_parse(str_of(opts->cursor), &filter.after_at, filter.after_id))
		return err_set(err, ERR_INVALID, "--cursor: this is not one that soniq jobs told");
	*ret = filter;
	return ERR_OK;
}

/* Behind the last row that a cursor can name. */
static void find_next(const struct job_list *page, int limit, char next[CURSOR_MAX])
{
	next[0] = '\0';
	if (page->stop_id.p && cursor_format(page->stop_at, page->stop_id, next))
		return;
	if (page->rows.n < (size_t)limit)
		return;
	for (size_t i = page->rows.n; i-- > 0;) {
		const struct job_row *row = LIST_AT(&page->rows, struct job_row, i);

		if (cursor_format(row->sort_at, row->id, next))
			return;
	}
}

static enum err_code load(struct cli *cli, size_t limit, struct job_filter *filter,
			  struct found *found, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct job_list page;
	TRY(cli_store(cli, DB_READ, &store, err));

	found->rows = list_new(&cli->arena, sizeof(struct job_row));
	for (int part = 0; found->rows.n < limit; part += page.stop_id.p != NULL) {
		const size_t left = limit - found->rows.n;

		filter->limit = left < STORE_PAGE_MAX ? (int)left : STORE_PAGE_MAX;
		TRY(store_job_list(&store, filter, &cli->arena, &page, err));
		for (size_t i = 0; i < page.rows.n; i++)
			*(struct job_row *)list_add(&found->rows) =
				*LIST_AT(&page.rows, struct job_row, i);
		found->quality = page.quality;
		find_next(&page, filter->limit, found->next);
		filter->has_cursor =
			found->next[0] && part < PARTS_MAX &&
			cursor_parse(str_of(found->next), &filter->after_at, filter->after_id);
		if (!filter->has_cursor)
			break;
	}
	return ERR_OK;
}

static void print_found(struct cli *cli, struct str text, const struct found *found)
{
	const char *match =
		text.n > 0 ? arena_printf(&cli->arena, " that match %s", visible(cli, text)) : "";

	if (found->rows.n == 0) {
		print_mark(cli, MARK_INFO, "No jobs%s", match);
	} else {
		fprintf(cli->out, "Jobs%s (%zu, %s):\n", match, found->rows.n,
			quality_words(cli, &found->quality));
		print_table(cli, &job_row_record, job_columns, &found->rows);
	}
	if (found->next[0])
		print_mark(cli, MARK_INFO, "There may be more: --cursor %s", found->next);
}

static void print_json_found(struct cli *cli, const struct found *found)
{
	AUTO(buf) struct buf text = buf_new(64 * 1024 * 1024);
	struct json j = json_new(&text);

	json_open_object(&j);
	json_key(&j, "kind");
	json_text(&j, kind_name(found->quality.kind));
	json_key(&j, "jobs");
	json_open_array(&j);
	for (size_t i = 0; i < found->rows.n; i++)
		json_record(&j, &job_row_record, LIST_AT(&found->rows, struct job_row, i));
	json_close_array(&j);
	json_key(&j, "next");
	json_str(&j, found->next[0] ? str_of(found->next) : STR_NULL);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code list_jobs(struct cli *cli, const struct opts *opts, struct str text,
			       struct job_filter *filter, struct err *err)
{
	struct found found = { .next = "" };

	if (opts->limit > LIMIT_MAX)
		return err_set(err, ERR_INVALID, "--limit: a list has at most %d jobs; --format "
			       "csv or jsonl writes any number", LIMIT_MAX);
	const int64_t limit = opts->limit > 0 ? opts->limit : LIMIT_DEFAULT;
	TRY(load(cli, (size_t)limit, filter, &found, err));
	if (cli->is_json)
		print_json_found(cli, &found);
	else
		print_found(cli, text, &found);
	return ERR_OK;
}

static enum err_code export_jobs(struct cli *cli, const struct opts *opts,
				 const struct job_filter *filter, struct err *err)
{
	const struct export_want want = {
		.kind = EXPORT_JOBS,
		.format = file_format(&opts->file),
		.record = &job_row_record,
		.filter = filter,
		.limit = opts->limit > 0 ? opts->limit : EXPORT_LIMIT_MAX,
	};

	return export_to(cli, opts->file.output ? opts->file.output : "-", &want, err);
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	const struct str text = join(cli, args);
	struct job_filter filter;

	TRY(file_check(cli, &opts->file, err));
	TRY(read_filter(cli, opts, text, &filter, err));
	return opts->file.format ? export_jobs(cli, opts, &filter, err)
				 : list_jobs(cli, opts, text, &filter, err);
}

static bool qualifier(size_t i, struct help_row *ret)
{
	if (i >= FILTER_KEY__COUNT)
		return false;
	*ret = (struct help_row){ filter_qualifiers[i].example, filter_qualifiers[i].doc };
	return true;
}

const struct command cmd_jobs = {
	.name = "jobs",
	.args = "[FILTER...]",
	.max_args = FILTER_TERMS_MAX,
	.doc = "List the newest jobs that match a filter.",
	.more = "All terms of a filter have to hold. A - before a term is its opposite, commas "
		"between values are any of them; a filter that begins with a - comes behind "
		"--: soniq jobs -- '-queue:mail'. The shell takes quotes away: put the whole "
		"filter into single ones. With --format all that match are written, newest "
		"first, in little memory; a file appears under its name when it is whole. In CSV "
		"a text that a spreadsheet would take for a formula gets a ' in front.",
	.rows_title = "terms",
	.row = qualifier,
	.examples = "soniq jobs\n"
		    "soniq jobs status:processing 'created:<1h'\n"
		    "soniq jobs 'status:dead error:\"timed out\" -queue:mail' --limit 100 --json\n"
		    "soniq jobs status:dead --format csv --output dead.csv",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run,
};
