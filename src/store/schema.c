/* schema.c -- are the tables there that we need, with the columns that we use? */
#include "store/schema.h"

#include "base/text.h"

#define NAMES_MAX 2048

/* Every column of compatibility.md's core tables, which are those that we read and write. */
static const struct {
	const char *table;
	const char *columns;
} needed[] = {
	{ "soniq_jobs", "id job_name args args_hash status attempts max_attempts queue priority "
			"unique_job dedup_key scheduled_at expires_at last_error result "
			"producer_id created_at updated_at worker_id" },
	{ "soniq_workers", "id hostname pid queues concurrency status last_heartbeat started_at "
			   "version metadata" },
	{ "soniq_dead_letter_jobs",
	  "id job_name args queue priority max_attempts attempts last_error dead_letter_reason "
	  "original_created_at moved_to_dead_letter_at resurrection_count last_resurrection_at "
	  "tags created_at" },
	{ "soniq_recurring_jobs",
	  "id job_name schedule_type schedule_value priority queue max_attempts job_kwargs status "
	  "created_at last_run next_run run_count last_job_id updated_at" },
	{ "soniq_task_registry", "task_name worker_id last_seen_at args_model_repr" },
	{ SCHEMA_MIGRATIONS, "version name applied_at" },
};

static const struct field column_fields[] = {
	FIELD_STR(struct table_column, table_name),
	FIELD_STR(struct table_column, column_name),
	FIELD_BOOL(struct table_column, must_be_given),
	FIELD_END,
};
static const struct record column_record = { "table_column", sizeof(struct table_column),
					     column_fields };

enum err_code schema_columns(struct store *st, struct arena *arena, struct list *ret,
			     struct err *err)
{
	return db_query(st->db, CALL0(SQL_SCHEMA_COLUMNS, &column_record), arena, ret, err);
}

bool schema_has(const struct list *columns, struct str table, struct str column)
{
	for (size_t i = 0; i < columns->n; i++) {
		const struct table_column *c = LIST_AT(columns, struct table_column, i);

		if (str_eq(c->table_name, table) &&
		    (!column.p || str_eq(c->column_name, column)))
			return true;
	}
	return false;
}

static void add_name(struct buf *names, struct str table, struct str column)
{
	if (names->n > 0)
		buf_add_text(names, ", ");
	text_add_visible(names, table);
	if (!column.p)
		return;
	buf_add_char(names, '.');
	text_add_visible(names, column);
}

static void add_missing(const struct list *columns, struct buf *names)
{
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		const struct str table = str_of(needed[i].table);
		struct str rest = str_of(needed[i].columns), column;

		if (!schema_has(columns, table, STR_NULL)) {
			add_name(names, table, STR_NULL);
			continue;
		}
		while (str_cut(&rest, ' ', &column)) {
			if (!schema_has(columns, table, column))
				add_name(names, table, column);
		}
	}
}

static bool is_known_column(struct str column)
{
	struct str rest = str_of(needed[0].columns), known;

	while (str_cut(&rest, ' ', &known)) {
		if (str_eq(known, column))
			return true;
	}
	return false;
}

/* Columns of soniq_jobs that every new job would have to fill, and we would not. */
static void add_demanded(const struct list *columns, struct buf *names)
{
	for (size_t i = 0; i < columns->n; i++) {
		const struct table_column *c = LIST_AT(columns, struct table_column, i);

		if (str_eq(c->table_name, str_of(needed[0].table)) && c->must_be_given == 1 &&
		    !is_known_column(c->column_name))
			add_name(names, c->table_name, c->column_name);
	}
}

static enum schema_state judge(const struct list *columns, struct buf *names)
{
	if (columns->n == 0)
		return SCHEMA_ABSENT;
	add_missing(columns, names);
	if (names->n > 0)
		return SCHEMA_PARTIAL;
	add_demanded(columns, names);
	return names->n > 0 ? SCHEMA_INCOMPATIBLE : SCHEMA_OK;
}

static void note_versions(const struct list *migrations, struct arena *arena,
			  struct schema_report *report)
{
	AUTO(buf) struct buf newer = buf_new(NAMES_MAX);

	for (size_t i = 0; i < migrations->n; i++) {
		const struct migration *m = LIST_AT(migrations, struct migration, i);

		if (m->applied_at == TIME_NULL)
			continue;
		report->latest = m->version;
		if (!migration_is_known(m->version))
			add_name(&newer, m->version, STR_NULL);
	}
	if (newer.n > 0)
		report->newer = str_copy(arena, buf_str(&newer));
}

enum err_code store_schema_check(struct store *st, struct arena *arena,
				 struct schema_report *ret, struct err *err)
{
	struct schema_report report = { .state = SCHEMA_OK };
	AUTO(buf) struct buf names = buf_new(NAMES_MAX);
	struct list columns, migrations;
	TRY(schema_columns(st, arena, &columns, err));
	TRY(migrations_of(st, &columns, arena, &migrations, err));

	report.state = judge(&columns, &names);
	if (names.n > 0)
		report.missing = str_copy(arena, buf_str(&names));
	note_versions(&migrations, arena, &report);
	*ret = report;
	return ERR_OK;
}

enum err_code schema_report_err(const struct schema_report *report, const char *label,
				struct err *err)
{
	switch (report->state) {
	case SCHEMA_OK:
		return ERR_OK;
	case SCHEMA_ABSENT:
		return err_set(err, ERR_SCHEMA,
			       "%s: there are no Soniq tables here; run `soniq setup` to make "
			       "them, or look for another database or search_path", label);
	case SCHEMA_PARTIAL:
		return err_set(err, ERR_SCHEMA,
			       "%s: missing from the tables of Soniq: %.*s; run `soniq setup`",
			       label, STR_ARG(report->missing));
	case SCHEMA_INCOMPATIBLE:
		return err_set(err, ERR_SCHEMA,
			       "%s: a newer Soniq has made these tables: every job needs %.*s, "
			       "which this release does not know; use a newer soniq", label,
			       STR_ARG(report->missing));
	}
	return err_set(err, ERR_INTERNAL, "the state of the tables is unknown");
}
