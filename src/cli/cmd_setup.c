/* cmd_setup.c -- soniq setup: make the database and its tables, and the history beside them. */
#include "cli/cli.h"
#include "json/json.h"
#include "store/history_setup.h"
#include "store/setup.h"

/* Who waits for a lock is told of it as often. */
#define WAIT_NEWS (5 * SECOND)
#define JSON_MAX 262144

struct opts {
	bool is_minimal;
	bool optimizes;
	bool removes;
	bool is_dry;
};

static const struct option options[] = {
	{ "--minimal", 0, OPT_FLAG, offsetof(struct opts, is_minimal), NULL, NULL, 0, 0, NULL,
	  "Only the tables that the Python project has too, no history." },
	{ "--optimize", 0, OPT_FLAG, offsetof(struct opts, optimizes), NULL, NULL, 0, 0, NULL,
	  "Also vacuum the jobs more often, and drop two indexes that are not needed any more." },
	{ "--remove-history", 0, OPT_FLAG, offsetof(struct opts, removes), NULL, NULL, 0, 0, NULL,
	  "Take the history away, and what --optimize did; jobs are not touched." },
	{ "--dry-run", 0, OPT_FLAG, offsetof(struct opts, is_dry), NULL, NULL, 0, 0, NULL,
	  "Only say what would be run, as SQL." },
	OPTION_END,
};

/* What was done, or would be. */
struct report {
	struct setup_result tables;
	struct list steps; /* struct history_step */
};

static void print_names(struct cli *cli, const struct list *migrations)
{
	for (size_t i = 0; i < migrations->n; i++) {
		const struct migration *m = LIST_AT(migrations, struct migration, i);
		fprintf(cli->out, "    - %s_%s\n", visible(cli, m->version), visible(cli, m->name));
	}
}

static void print_result(struct cli *cli, const struct setup_result *result)
{
	if (result->made_database)
		print_mark(cli, MARK_OK, "Created %s", cli->database.label);
	fprintf(cli->out, "  Found %zu core migrations\n", result->n_known);
	if (result->applied.n == 0) {
		fprintf(cli->out, "  Core schema is already up to date\n");
		print_mark(cli, MARK_OK, "Database setup completed (no migrations needed)");
		return;
	}
	fprintf(cli->out, "  Applied:\n");
	print_names(cli, &result->applied);
	print_mark(cli, MARK_OK, "Applied %zu migrations successfully", result->applied.n);
}

static void add_list(struct json *j, const char *key, const struct record *record,
		     const struct list *rows)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < rows->n; i++)
		json_record(j, record, (const char *)rows->items + i * rows->item_size);
	json_close_array(j);
}

static void print_json_report(struct cli *cli, const struct report *report)
{
	AUTO(buf) struct buf text = buf_new(JSON_MAX);
	struct json j = json_new(&text);
	json_open_object(&j);
	json_key(&j, "made_database");
	json_bool(&j, report->tables.made_database);
	add_list(&j, "applied", &migration_record, &report->tables.applied);
	add_list(&j, "history", &history_step_record, &report->steps);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

/* ---- only saying it ---- */

/* Looking needs no lock and makes nothing; a database that is missing lacks every migration. */
static enum err_code load_pending(struct store *store, struct cli *cli, struct list *ret,
				  struct err *err)
{
	struct list all;
	TRY(store_migrations(store, &cli->arena, &all, err));

	*ret = list_new(&cli->arena, sizeof(struct migration));
	for (size_t i = 0; i < all.n; i++) {
		const struct migration *m = LIST_AT(&all, struct migration, i);
		if (m->is_known == 1 && m->applied_at == TIME_NULL)
			*(struct migration *)list_add(ret) = *m;
	}
	return ERR_OK;
}

/* What is no statement is said as a comment. */
static void print_script(struct cli *cli, const char *name, const char *what, struct str sql)
{
	fprintf(cli->out, "\n-- %s%s%s\n", name, what[0] ? ": " : "", what);
	if (sql.p)
		fprintf(cli->out, "%.*s%s\n", STR_ARG(sql), str_ends(sql, S(";")) ? "" : ";");
}

static void print_migration_scripts(struct cli *cli, const struct list *pending)
{
	for (const struct migration_text *t = migration_texts; t->version; t++) {
		for (size_t i = 0; i < pending->n; i++) {
			const struct migration *m = LIST_AT(pending, struct migration, i);
			if (str_eq(m->version, str_of(t->version)))
				print_script(cli, t->version, t->name,
					     str_of(cli->database.sqlite_path ? t->lite : t->pg));
		}
	}
}

static void print_note(struct cli *cli, const struct report *report)
{
	if (report->tables.applied.n == 0 && report->steps.n == 0)
		return;
	fprintf(cli->out,
		"\n-- Each migration and step is noted where it is done, in soniq_migrations and "
		"soniq_x_steps; a\n"
		"-- lock that is waited for is given up after 200 ms and asked for again. Who runs "
		"this by hand\n"
		"-- runs `soniq setup` afterwards: it finds what is there, and counts the jobs.\n");
}

static void print_dry(struct cli *cli, const struct opts *opts, const struct report *report)
{
	if (!opts->removes) {
		print_mark(cli, MARK_INFO, "Dry run: would apply %zu migrations to %s",
			   report->tables.applied.n, cli->database.label);
		print_names(cli, &report->tables.applied);
	}
	if (!opts->is_minimal)
		print_mark(cli, MARK_INFO, "Dry run: would take %zu steps to %s the history",
			   report->steps.n, opts->removes ? "remove" : "set up");
	print_note(cli, report);
	print_migration_scripts(cli, &report->tables.applied);
	for (size_t i = 0; i < report->steps.n; i++) {
		const struct history_step *s = LIST_AT(&report->steps, struct history_step, i);
		print_script(cli, str_cstr(&cli->arena, s->name), str_cstr(&cli->arena, s->what),
			     s->sql);
	}
}

static enum err_code run_dry(struct cli *cli, const struct opts *opts, struct report *report,
			     struct err *err)
{
	AUTO(store) struct store store = { 0 };
	const struct history_setup_options how = { .removes = opts->removes,
						   .optimizes = opts->optimizes,
						   .is_dry = true };
	TRY(cli_store_bare(cli, DB_READ, &store, err));

	if (!opts->removes)
		TRY(load_pending(&store, cli, &report->tables.applied, err));
	if (!opts->is_minimal)
		TRY(store_history_setup(&store, &how, &cli->arena, &report->steps, err));
	if (!cli->is_json)
		print_dry(cli, opts, report);
	return ERR_OK;
}

/* ---- doing it ---- */

struct listener {
	struct cli *cli;
	bool has_waited;
	bool has_built; /* said what indexes wait for */
	usec_t next_news;
};

static void begin_step(struct listener *l, const struct history_step *step)
{
	if (str_starts(step->name, S("index_")) && !l->has_built)
		fprintf(l->cli->out, "    Indexes are built beside running work, once transactions "
				     "that began before are over:\n");
	l->has_built |= str_starts(step->name, S("index_"));
	l->has_waited = false;
	l->next_news = clock_mono();
	fprintf(l->cli->out, "    - %.*s ...", STR_ARG(step->what));
}

static void wait_step(struct listener *l, const struct history_step *step)
{
	if (clock_mono() < l->next_news)
		return;
	fprintf(l->cli->out, "%s      waits for %s\n", l->has_waited ? "" : "\n",
		visible(l->cli, step->note));
	l->has_waited = true;
	l->next_news = clock_mono() + WAIT_NEWS;
}

static void end_step(struct listener *l, const struct history_step *step)
{
	char took[TIME_TEXT_MAX];

	if (step->note.p)
		snprintf(took, sizeof(took), "left out");
	else
		duration_format((usec_t)(step->took_ms * (double)MSEC), took);
	fprintf(l->cli->out, "%s %s\n", l->has_waited ? "      ..." : "", took);
	if (step->note.p)
		fprintf(l->cli->out, "      %s\n", visible(l->cli, step->note));
}

static void on_step(void *arg, enum history_news news, const struct history_step *step)
{
	static void (*const handlers[])(struct listener *, const struct history_step *) = {
		[STEP_BEGINS] = begin_step,
		[STEP_WAITS] = wait_step,
		[STEP_ENDS] = end_step,
	};
	struct listener *l = arg;

	handlers[news](l, step);
	fflush(l->cli->out);
}

static enum err_code set_tables_up(struct cli *cli, struct report *report, struct err *err)
{
	struct db_options database = cli->database;
	database.role = DB_WRITE;
	database.must_exist = false;
	if (!cli->is_json)
		print_mark(cli, MARK_INFO, "Setting up Soniq database %s...", database.label);
	TRY(store_setup(&database, &cli->arena, &report->tables, err));
	if (!cli->is_json)
		print_result(cli, &report->tables);
	return ERR_OK;
}

static void print_end(struct cli *cli, bool removes, size_t n)
{
	if (n == 0)
		print_mark(cli, MARK_OK,
			   removes ? "There is no history to remove" : "History is up to date");
	else
		print_mark(cli, MARK_OK,
			   removes ? "Removed the history in %zu steps"
				   : "Set up the history in %zu steps",
			   n);
}

static enum err_code change_history(struct cli *cli, const struct opts *opts, struct report *report,
				    struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct listener listener = { .cli = cli };
	struct db_options database = cli->database;
	const struct history_setup_options how = {
		.removes = opts->removes,
		.optimizes = opts->optimizes,
		.tell = cli->is_json ? NULL : on_step,
		.arg = &listener,
	};
	database.role = DB_WRITE;
	database.must_exist = true;
	if (database.statement_timeout < HISTORY_SETUP_TIMEOUT)
		database.statement_timeout = HISTORY_SETUP_TIMEOUT;
	if (!cli->is_json)
		print_mark(cli, MARK_INFO,
			   opts->removes ? "Removing the history of %s..."
					 : "Setting up the history of %s...",
			   database.label);
	TRY(store_open(&database, &store, err));
	TRY(store_history_setup(&store, &how, &cli->arena, &report->steps, err));
	if (!cli->is_json)
		print_end(cli, opts->removes, report->steps.n);
	return ERR_OK;
}

static enum err_code run_wet(struct cli *cli, const struct opts *opts, struct report *report,
			     struct err *err)
{
	if (!opts->removes)
		TRY(set_tables_up(cli, report, err));
	if (!opts->is_minimal)
		TRY(change_history(cli, opts, report, err));
	return ERR_OK;
}

static enum err_code check_opts(const struct opts *opts, struct err *err)
{
	if (opts->is_minimal && opts->removes)
		return err_set(err, ERR_INVALID,
			       "--minimal sets up and --remove-history takes "
			       "away: give one of them");
	if (opts->is_minimal && opts->optimizes)
		return err_set(err, ERR_INVALID,
			       "--optimize needs the indexes that --minimal "
			       "leaves out: give one of them");
	if (opts->removes && opts->optimizes)
		return err_set(err, ERR_INVALID,
			       "--remove-history also undoes --optimize: give "
			       "one of them");
	return ERR_OK;
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	(void)args;
	TRY(check_opts(opts, err));

	struct report report = {
		.tables.applied = list_new(&cli->arena, sizeof(struct migration)),
		.steps = list_new(&cli->arena, sizeof(struct history_step)),
	};
	TRY(opts->is_dry ? run_dry(cli, opts, &report, err) : run_wet(cli, opts, &report, err));
	if (cli->is_json)
		print_json_report(cli, &report);
	return ERR_OK;
}

const struct command cmd_setup = {
	.name = "setup",
	.doc = "Create the database and its tables, or bring them up to date.",
	.more = "Safe to run at any time, any number of times, beside running workers, and at "
		"once with the Python tool's setup: each migration is applied once. Nothing that "
		"is there is changed, but by --optimize.\n"
		"After the tables that both projects share come those of the history (soniq_x_*), "
		"triggers that fill them, and indexes: with them all numbers are exact and quick "
		"at any number of jobs, and finished jobs leave their attempts behind. Locks on "
		"tables in use are held for a moment only and asked for again when they are not "
		"had; indexes are built concurrently. A run that was stopped is taken up by the "
		"next one. --remove-history leaves the database as it was.",
	.examples = "soniq setup --database-url postgresql://postgres@localhost/soniq\n"
		    "soniq setup --database-url sqlite:///jobs.db\n"
		    "soniq setup --dry-run\n"
		    "soniq setup --remove-history",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run,
};
