/* cmd_history.c -- soniq history: is it there, how far has it come, what does it take up. */
#include <inttypes.h>
#include <time.h>

#include "cli/cli.h"
#include "json/json.h"
#include "store/history.h"
#include "store/history_size.h"

#define LEAD_PATIENCE (30 * SECOND)
#define LEAD_PAUSE (50 * MSEC)
#define LAG_MAX MINUTE          /* older than this: nobody folds */

struct opts {
	bool fold;
	bool recount;
};

static const struct option options[] = {
	{ "--fold", 0, OPT_FLAG, offsetof(struct opts, fold), NULL, NULL, 0, 0, NULL,
	  "First fold all that is not folded yet (writes)." },
	{ "--recount", 0, OPT_FLAG, offsetof(struct opts, recount), NULL, NULL, 0, 0, NULL,
	  "First count all jobs anew (writes)." },
	OPTION_END,
};

struct view {
	struct history history;
	struct history_backlog backlog; /* here and below only of HISTORY_OK */
	struct list tables;
	int64_t folded;                 /* by --fold */
	usec_t now;                     /* by the database's clock */
};

static const char *const state_words[] = {
	[HISTORY_ABSENT] = "absent", [HISTORY_BROKEN] = "broken",
	[HISTORY_FORBIDDEN] = "forbidden", [HISTORY_OK] = "ok",
};

/* ---- doing ---- */

/* Another process leads for a moment at a time. */
static enum err_code take_turn(struct cli *cli, struct store *store, struct history_turn *turn,
			       struct err *err)
{
	const struct settings *s = &cli->conf.values;
	const struct history_policy policy = {
		.keep_attempts = s->history.attempts_retention,
		.attempts_max = s->history.attempts_max,
		.keep_hours = s->history.retention,
	};
	const usec_t until = clock_mono() + LEAD_PATIENCE;

	for (;;) {
		const struct timespec pause = { .tv_nsec = LEAD_PAUSE * 1000 };
		TRY(store_history_turn(store, &policy, turn, err));
		if (turn->is_leader)
			return ERR_OK;
		if (clock_mono() > until)
			return err_set(err, ERR_BUSY, "another process is folding; try again");
		nanosleep(&pause, NULL);
	}
}

static enum err_code fold(struct cli *cli, struct store *store, int64_t *ret_folded,
			  struct err *err)
{
	struct history_turn turn = { 0 };

	do {
		TRY(take_turn(cli, store, &turn, err));
		*ret_folded += turn.folded;
	} while (turn.is_behind);
	return store_history_tell(store, err);
}

static enum err_code write_first(struct cli *cli, const struct opts *opts, struct view *view,
				 struct err *err)
{
	AUTO(store) struct store store = { 0 };

	if (!opts->fold && !opts->recount)
		return ERR_OK;
	TRY(cli_store(cli, DB_WRITE, &store, err));
	if (opts->fold)
		TRY(fold(cli, &store, &view->folded, err));
	return opts->recount ? store_history_recount(&store, "soniq history --recount", err)
			     : ERR_OK;
}

static enum err_code load(struct cli *cli, struct view *view, struct err *err)
{
	AUTO(store) struct store store = { 0 };

	TRY(cli_store(cli, DB_READ, &store, err));
	view->now = store_now(&store);
	TRY(store_history(&store, &cli->arena, &view->history, err));
	if (view->history.state != HISTORY_OK)
		return ERR_OK;
	TRY(store_history_backlog(&store, &view->backlog, err));
	return store_history_tables(&store, &cli->arena, &view->tables, err);
}

/* ---- telling ---- */

struct line {
	struct str table, rows, size;
};
static const struct field line_fields[] = {
	FIELD_STR(struct line, table),
	FIELD_STR(struct line, rows),
	FIELD_STR(struct line, size),
	FIELD_END,
};
static const struct record line_record = { "line", sizeof(struct line), line_fields };
static const struct column line_columns[] = {
	{ "table", "Table", 0, 0 }, { "rows", "Rows", 0, 0 }, { "size", "Size", 0, 0 }, { 0 },
};

static int64_t sum_bytes(const struct list *tables)
{
	int64_t all = 0;

	for (size_t i = 0; i < tables->n; i++) {
		const int64_t bytes = LIST_AT(tables, struct history_table, i)->bytes;
		if (bytes == I64_NULL)
			return I64_NULL;
		all += bytes;
	}
	return all;
}

static void add_line(struct list *lines, const char *table, const char *rows, const char *size)
{
	*(struct line *)list_add(lines) = (struct line){ str_of(table), str_of(rows),
							 str_of(size) };
}

static void print_tables(struct cli *cli, const struct list *tables)
{
	struct list lines = list_new(&cli->arena, sizeof(struct line));

	for (size_t i = 0; i < tables->n; i++) {
		const struct history_table *t = LIST_AT(tables, struct history_table, i);
		const char *rows = t->n_rows == I64_NULL ? "not known" :
			arena_printf(&cli->arena, "about %" PRId64, t->n_rows);
		add_line(&lines, visible(cli, t->name), rows, bytes_text(cli, t->bytes));
	}
	add_line(&lines, "together", "", bytes_text(cli, sum_bytes(tables)));
	fputc('\n', cli->out);
	print_table(cli, &line_record, line_columns, &lines);
}

static const char *backlog_words(struct cli *cli, const struct history_backlog *b)
{
	if (b->unfolded == 0)
		return "nothing";
	return arena_printf(&cli->arena, "%s%" PRId64 " changes, the oldest of %s",
			    b->unfolded >= HISTORY_BACKLOG_MAX ? "at least " : "", b->unfolded,
			    ago(cli, b->oldest_at));
}

static const char *counts_words(struct cli *cli, const struct history *h)
{
	if (h->recount_due.p)
		return arena_printf(&cli->arena, "estimated until all are counted anew: %s",
				    visible(cli, h->recount_due));
	return arena_printf(&cli->arena, "exact, last counted anew %s", ago(cli, h->recounted_at));
}

static void print_limits(struct cli *cli)
{
	const struct settings *s = &cli->conf.values;
	char attempts[TIME_TEXT_MAX], hours[TIME_TEXT_MAX];

	duration_format(s->history.attempts_retention, attempts);
	duration_format(s->history.retention, hours);
	fprintf(cli->out, "  %-16s %s, at most %" PRId64 "\n", "Attempts kept", attempts,
		s->history.attempts_max);
	fprintf(cli->out, "  %-16s %s\n", "Hours kept", hours);
}

static void print_advice(struct cli *cli, const struct view *v)
{
	const usec_t oldest = v->backlog.oldest_at;

	if (oldest != TIME_NULL && oldest < v->now - LAG_MAX)
		print_mark(cli, MARK_WARNING, "Nobody folds: run soniq history --fold, or a "
			   "dashboard with SONIQ_HISTORY_KEEPER and a role that may write to "
			   "soniq_x_ tables");
	if (v->history.recount_due.p)
		print_mark(cli, MARK_INFO, "A dashboard counts anew by itself; soniq history "
			   "--recount does it now");
}

static void print_kept(struct cli *cli, const struct view *v)
{
	const struct history *h = &v->history;
	const struct { const char *name, *text;
	} lines[] = {
		{ "Kept since", when(cli, h->since) },
		{ "Last fold", ago(cli, h->folded_at) },
		{ "Not yet folded", backlog_words(cli, &v->backlog) },
		{ "Counts", counts_words(cli, h) },
		{ "Last gap", h->hole_at == TIME_NULL ? "none" : ago(cli, h->hole_at) },
	};

	print_mark(cli, MARK_OK, "The history of this database is whole");
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		fprintf(cli->out, "  %-16s %s\n", lines[i].name, lines[i].text);
	print_limits(cli);
	print_tables(cli, &v->tables);
	print_advice(cli, v);
}

static void print_view(struct cli *cli, const struct opts *opts, const struct view *v)
{
	const char *missing = visible(cli, v->history.missing);

	if (opts->fold)
		print_mark(cli, MARK_OK, "Folded %" PRId64 " changes", v->folded);
	if (opts->recount)
		print_mark(cli, MARK_OK, "Counted all jobs anew");
	switch (v->history.state) {
	case HISTORY_ABSENT:
		print_mark(cli, MARK_INFO, "This database has no history: numbers are of the "
			   "rows that are there now. soniq setup adds it");
		return;
	case HISTORY_BROKEN:
		print_mark(cli, MARK_WARNING, "The history is not whole and is not used; missing: "
			   "%s. soniq setup mends it", missing);
		return;
	case HISTORY_FORBIDDEN:
		print_mark(cli, MARK_WARNING, "This role may not read the history: GRANT SELECT "
			   "ON %s TO the role", missing);
		return;
	case HISTORY_OK:
		print_kept(cli, v);
	}
}

static void add_time(struct json *j, const char *key, usec_t value)
{
	json_key(j, key);
	json_time(j, value);
}

static void add_i64(struct json *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_i64(j, value);
}

static void add_state(struct json *j, const struct history *h)
{
	json_key(j, "state");
	json_text(j, state_words[h->state]);
	json_key(j, "missing");
	json_str(j, h->missing);
	add_time(j, "since", h->since);
	add_time(j, "folded_at", h->folded_at);
	add_time(j, "recounted_at", h->recounted_at);
	add_time(j, "hole_at", h->hole_at);
	json_key(j, "recount_due");
	json_str(j, h->recount_due);
}

static void add_size(struct json *j, const struct view *v)
{
	const bool is_ok = v->history.state == HISTORY_OK;

	add_i64(j, "unfolded", is_ok ? v->backlog.unfolded : I64_NULL);
	json_key(j, "unfolded_is_capped");
	json_bool(j, is_ok && v->backlog.unfolded >= HISTORY_BACKLOG_MAX);
	add_time(j, "oldest_unfolded_at", is_ok ? v->backlog.oldest_at : TIME_NULL);
	add_i64(j, "bytes", is_ok ? sum_bytes(&v->tables) : I64_NULL);
	json_key(j, "tables");
	json_open_array(j);
	for (size_t i = 0; i < v->tables.n; i++)
		json_record(j, &history_table_record, LIST_AT(&v->tables, struct history_table, i));
	json_close_array(j);
}

static void print_json_view(struct cli *cli, const struct opts *opts, const struct view *v)
{
	const struct settings *s = &cli->conf.values;
	AUTO(buf) struct buf text = buf_new(1024 * 1024);
	struct json j = json_new(&text);

	json_open_object(&j);
	add_state(&j, &v->history);
	add_size(&j, v);
	add_i64(&j, "attempts_retention_seconds", s->history.attempts_retention / SECOND);
	add_i64(&j, "attempts_max", s->history.attempts_max);
	add_i64(&j, "retention_seconds", s->history.retention / SECOND);
	if (opts->fold)
		add_i64(&j, "folded", v->folded);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	struct view view = { 0 };
	(void)args;

	TRY(write_first(cli, opts, &view, err));
	TRY(load(cli, &view, err));
	if (cli->is_json)
		print_json_view(cli, opts, &view);
	else
		print_view(cli, opts, &view);
	return ERR_OK;
}

const struct command cmd_history = {
	.name = "history",
	.doc = "Show how far the history has come and what it takes up.",
	.more = "The history is what soniq setup adds: exact counts at any size, and what happened "
		"after the rows of jobs are gone. A dashboard folds it; where its role may only "
		"read, run soniq history --fold now and then.",
	.examples = "soniq history\nsoniq history --fold --json",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run,
};
