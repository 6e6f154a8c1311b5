/* cmd_setup.c -- soniq setup: make the database and its tables. */
#include "cli/cli.h"
#include "json/json.h"
#include "store/setup.h"

struct opts {
	bool is_dry;
};

static const struct option options[] = {
	{ "--dry-run", 0, OPT_FLAG, offsetof(struct opts, is_dry), NULL, NULL, 0, 0, NULL,
	  "Only say what would be applied." },
	OPTION_END,
};

static void print_names(struct cli *cli, const struct list *migrations)
{
	for (size_t i = 0; i < migrations->n; i++) {
		const struct migration *m = LIST_AT(migrations, struct migration, i);
		fprintf(cli->out, "    - %s_%s\n", visible(cli, m->version),
			visible(cli, m->name));
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

static void print_json_result(struct cli *cli, const struct setup_result *result)
{
	AUTO(buf) struct buf text = buf_new(65536);
	struct json j = json_new(&text);
	json_open_object(&j);
	json_key(&j, "made_database");
	json_bool(&j, result->made_database);
	json_key(&j, "applied");
	json_open_array(&j);
	for (size_t i = 0; i < result->applied.n; i++)
		json_record(&j, &migration_record, LIST_AT(&result->applied, struct migration, i));
	json_close_array(&j);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

/* Looking needs no lock and makes nothing; a database that is missing lacks every migration. */
static enum err_code load_pending(struct cli *cli, struct list *ret, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct list all;
	TRY(cli_store_bare(cli, DB_READ, &store, err));
	TRY(store_migrations(&store, &cli->arena, &all, err));

	*ret = list_new(&cli->arena, sizeof(struct migration));
	for (size_t i = 0; i < all.n; i++) {
		const struct migration *m = LIST_AT(&all, struct migration, i);
		if (m->is_known == 1 && m->applied_at == TIME_NULL)
			*(struct migration *)list_add(ret) = *m;
	}
	return ERR_OK;
}

static enum err_code run_dry(struct cli *cli, struct err *err)
{
	struct list pending;
	TRY(load_pending(cli, &pending, err));
	if (cli->is_json) {
		print_json_list(cli, &migration_record, &pending);
		return ERR_OK;
	}
	print_mark(cli, MARK_INFO, "Dry run: would apply %zu migrations to %s", pending.n,
		   cli->database.label);
	print_names(cli, &pending);
	return ERR_OK;
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	(void)args;
	if (opts->is_dry)
		return run_dry(cli, err);

	struct db_options database = cli->database;
	struct setup_result result;
	database.role = DB_WRITE;
	database.must_exist = false;
	if (!cli->is_json)
		print_mark(cli, MARK_INFO, "Setting up Soniq database %s...", database.label);
	TRY(store_setup(&database, &cli->arena, &result, err));
	if (cli->is_json)
		print_json_result(cli, &result);
	else
		print_result(cli, &result);
	return ERR_OK;
}

const struct command cmd_setup = {
	.name = "setup",
	.doc = "Create the database and its tables, or bring them up to date.",
	.more = "Safe to run at any time, any number of times, also at once with the Python "
		"tool's setup: each migration is applied once. Nothing that is there is changed.",
	.examples = "soniq setup --database-url postgresql://postgres@localhost/soniq\n"
		    "soniq setup --database-url sqlite:///jobs.db",
	.options = options,
	.opts_size = sizeof(struct opts),
	.run = run,
};
