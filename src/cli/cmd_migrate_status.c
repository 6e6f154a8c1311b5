/* cmd_migrate_status.c -- soniq migrate-status: which migrations are applied. */
#include "cli/cli.h"
#include "store/setup.h"

static void print_part(struct cli *cli, const struct list *all, bool is_applied)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct migration *m = LIST_AT(all, struct migration, i);
		if ((m->applied_at != TIME_NULL) != is_applied)
			continue;
		if (is_applied)
			fprintf(cli->out, "  %s%s  %s\n", visible(cli, m->version),
				m->is_known == 1 ? "" : " (not one of ours)",
				when(cli, m->applied_at));
		else
			fprintf(cli->out, "  %s_%s\n", visible(cli, m->version),
				visible(cli, m->name));
	}
}

static void print_status(struct cli *cli, const struct list *all, size_t pending)
{
	print_mark(cli, MARK_INFO, "Soniq Database Migration Status");
	fprintf(cli->out, "==================================================\n");
	fprintf(cli->out, "Total migrations: %zu\nApplied: %zu\nPending: %zu\n", all->n,
		all->n - pending, pending);
	fprintf(cli->out, "Status: %s\n", pending ? "Migrations pending" : "Up to date");
	if (all->n > pending) {
		fprintf(cli->out, "\nApplied migrations:\n");
		print_part(cli, all, true);
	}
	if (pending > 0) {
		fprintf(cli->out, "\nPending migrations:\n");
		print_part(cli, all, false);
		fprintf(cli->out, "\nRun 'soniq setup' to apply pending migrations\n");
	}
}

static enum err_code run(struct cli *cli, const void *opts, char **args, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct list all;
	size_t pending = 0;
	(void)opts;
	(void)args;

	TRY(cli_store_bare(cli, DB_READ, &store, err));
	TRY(store_migrations(&store, &cli->arena, &all, err));
	if (cli->is_json) {
		print_json_list(cli, &migration_record, &all);
		return ERR_OK;
	}
	for (size_t i = 0; i < all.n; i++)
		pending += LIST_AT(&all, struct migration, i)->applied_at == TIME_NULL;
	print_status(cli, &all, pending);
	return ERR_OK;
}

const struct command cmd_migrate_status = {
	.name = "migrate-status",
	.doc = "List applied and pending migrations.",
	.run = run,
};
