/* cmd_config.c -- soniq config: each setting, its value, and where that came from. */
#include <string.h>

#include "cli/cli.h"
#include "json/json.h"

struct row {
	struct str name;
	struct str value;
	struct str source;
	struct str environment;
	struct str meaning;
};

static const struct field row_fields[] = {
	FIELD_STR(struct row, name), FIELD_STR(struct row, value), FIELD_STR(struct row, source),
	FIELD_STR(struct row, environment), FIELD_STR(struct row, meaning), FIELD_END,
};
static const struct record row_record = { "setting", sizeof(struct row), row_fields };

static const struct column columns[] = {
	{ "environment", "Setting", 0, COLUMN_WHOLE }, { "value", "Value", 48, 0 },
	{ "source", "From", 0, COLUMN_WHOLE }, { "meaning", "Meaning", 0, 0 }, { 0 },
};

static struct row row_of(struct cli *cli, const struct setting *s)
{
	const enum setting_source source = cli->conf.sources[s - settings_table];
	return (struct row){
		.name = str_of(s->name),
		.value = str_of(conf_show(&cli->conf, s, &cli->arena)),
		.source = str_of(conf_source_name(source)),
		.environment = str_of(s->env ? s->env : s->flag),
		.meaning = str_of(s->doc),
	};
}

static bool is_wanted(const struct setting *s, const char *name)
{
	return !name || strcmp(s->name, name) == 0 || (s->env && strcmp(s->env, name) == 0);
}

static enum err_code run(struct cli *cli, const void *opts, char **args, struct err *err)
{
	struct list rows = list_new(&cli->arena, sizeof(struct row));
	(void)opts;

	for (const struct setting *s = settings_table; s->name; s++)
		if (is_wanted(s, args[0]))
			*(struct row *)list_add(&rows) = row_of(cli, s);
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "there is no setting \"%.60s\"; soniq config "
			       "lists them", args[0]);
	if (cli->is_json)
		print_json_list(cli, &row_record, &rows);
	else
		print_table(cli, &row_record, columns, &rows);
	return ERR_OK;
}

const struct command cmd_config = {
	.name = "config",
	.args = "[NAME]",
	.max_args = 1,
	.doc = "Show each setting, its value and where it came from.",
	.more = "A flag wins over the environment, the environment over the .env file of the "
		"current folder, and that over the default. Secrets are not shown.",
	.examples = "soniq config\nsoniq config SONIQ_DATABASE_URL",
	.run = run,
};
