/* history_steps.c -- the steps of setting the history up and of taking it away, in order. */
#include "store/history_steps.h"

#define SCRIPT(texts_, version_) .texts = (texts_), .version = (version_)

/* The tables and triggers first: what happens while the indexes are built counts already. */
const struct step_text history_steps[] = {
	{ "steps", "note what was done", NEED_PART, STEP_TX, "steps", "soniq_x_steps",
	  .sql = SQL_X_STEP_TABLE },
	{ "01_tables", "make the tables of the history", NEED_SCRIPT, STEP_TX,
	  SCRIPT(history_texts, "01") },
	{ "02_functions", "make the functions of the triggers", NEED_SCRIPT, STEP_TX | STEP_PG,
	  SCRIPT(history_texts, "02") },
	{ "03_triggers_jobs", "watch the jobs", NEED_SCRIPT, STEP_TX | STEP_TABLES,
	  SCRIPT(history_texts, "03") },
	{ "04_triggers_dead", "watch the dead letters", NEED_SCRIPT, STEP_TX | STEP_TABLES,
	  SCRIPT(history_texts, "04") },
	{ "index_created", "index the jobs by age", NEED_PART, 0, "index", "soniq_x_jobs_created",
	  .sql = SQL_X_INDEX_CREATED, .before = SQL_X_DROP_CREATED },
	{ "index_queue_created", "index the jobs of a queue by age", NEED_PART, 0, "index",
	  "soniq_x_jobs_queue_created", .sql = SQL_X_INDEX_QUEUE_CREATED,
	  .before = SQL_X_DROP_QUEUE_CREATED },
	{ "index_claim", "index the waiting jobs as workers take them", NEED_PART, 0, "index",
	  "soniq_x_jobs_claim", .sql = SQL_X_INDEX_CLAIM, .before = SQL_X_DROP_CLAIM },
	{ "index_wait", "index the waiting jobs by queue", NEED_PART, 0, "index",
	  "soniq_x_jobs_wait", .sql = SQL_X_INDEX_WAIT, .before = SQL_X_DROP_WAIT },
	{ "extension", "add pg_trgm, to search errors with", NEED_PART,
	  STEP_TX | STEP_OPTIONAL | STEP_PG, "extension", "pg_trgm", .sql = SQL_X_TRIGRAM },
	{ "index_error", "index the errors by their words", NEED_PART, STEP_OPTIONAL | STEP_PG,
	  "index", "soniq_x_jobs_error", .sql = SQL_X_INDEX_ERROR, .before = SQL_X_DROP_ERROR },
	{ 0 },
};

const struct step_text optimize_steps[] = {
	{ "vacuum", "vacuum the jobs after each 20,000 changes", NEED_PART,
	  STEP_TX | STEP_PG | STEP_TABLES | STEP_YIELDS, "settings", "autovacuum",
	  .sql = SQL_X_VACUUM },
	{ "spare_status_priority",
	  "drop idx_soniq_jobs_status_priority, which is not needed any "
	  "more",
	  NEED_GONE, STEP_PG | STEP_ROW_FIRST, "index", "idx_soniq_jobs_status_priority",
	  .sql = SQL_X_SPARE_STATUS_PRIORITY },
	{ "spare_queue_status_priority",
	  "drop idx_soniq_jobs_queue_status_priority, which is not "
	  "needed any more",
	  NEED_GONE, STEP_PG | STEP_ROW_FIRST, "index", "idx_soniq_jobs_queue_status_priority",
	  .sql = SQL_X_SPARE_QUEUE_STATUS_PRIORITY },
	{ 0 },
};

/* The triggers first, the bookkeeping last: a run that was killed finds what is left. */
const struct step_text removal_steps[] = {
	{ "remove_triggers_jobs", "watch the jobs no more", NEED_GONE, STEP_TX | STEP_TABLES,
	  "trigger", "soniq_jobs.", SCRIPT(removal_texts, "01") },
	{ "remove_triggers_dead", "watch the dead letters no more", NEED_GONE,
	  STEP_TX | STEP_TABLES, "trigger", "soniq_dead_letter_jobs.",
	  SCRIPT(removal_texts, "02") },
	{ "remove_functions", "drop the functions", NEED_GONE, STEP_TX | STEP_PG, "function",
	  SCRIPT(removal_texts, "03") },
	{ "restore_vacuum", "vacuum the jobs as the server does", NEED_UNDONE,
	  STEP_TX | STEP_PG | STEP_TABLES, "settings", "autovacuum", .sql = SQL_X_DROP_VACUUM,
	  .undoes = "vacuum" },
	{ "restore_status_priority", "build idx_soniq_jobs_status_priority again", NEED_UNDONE,
	  STEP_PG, "index", "idx_soniq_jobs_status_priority", .sql = SQL_X_RESTORE_STATUS_PRIORITY,
	  .before = SQL_X_SPARE_STATUS_PRIORITY, .undoes = "spare_status_priority" },
	{ "restore_queue_status_priority", "build idx_soniq_jobs_queue_status_priority again",
	  NEED_UNDONE, STEP_PG, "index", "idx_soniq_jobs_queue_status_priority",
	  .sql = SQL_X_RESTORE_QUEUE_STATUS_PRIORITY, .before = SQL_X_SPARE_QUEUE_STATUS_PRIORITY,
	  .undoes = "spare_queue_status_priority" },
	{ "remove_index_created", "drop the index of jobs by age", NEED_GONE, 0, "index",
	  "soniq_x_jobs_created", .sql = SQL_X_DROP_CREATED },
	{ "remove_index_queue_created", "drop the index of a queue's jobs by age", NEED_GONE, 0,
	  "index", "soniq_x_jobs_queue_created", .sql = SQL_X_DROP_QUEUE_CREATED },
	{ "remove_index_claim", "drop the index of waiting jobs", NEED_GONE, 0, "index",
	  "soniq_x_jobs_claim", .sql = SQL_X_DROP_CLAIM },
	{ "remove_index_wait", "drop the index of waiting jobs by queue", NEED_GONE, 0, "index",
	  "soniq_x_jobs_wait", .sql = SQL_X_DROP_WAIT },
	{ "remove_index_error", "drop the index of errors", NEED_GONE, STEP_PG, "index",
	  "soniq_x_jobs_error", .sql = SQL_X_DROP_ERROR },
	{ "remove_extension", "drop pg_trgm, which came with the history", NEED_UNDONE,
	  STEP_TX | STEP_OPTIONAL | STEP_PG, "extension", "pg_trgm", .sql = SQL_X_DROP_TRIGRAM,
	  .undoes = "extension" },
	{ "remove_tables", "drop the tables of the history", NEED_GONE, STEP_TX, "table",
	  SCRIPT(removal_texts, "04") },
	{ "remove_steps", "forget what was done", NEED_GONE, STEP_TX, "steps",
	  .sql = SQL_X_STEP_END },
	{ 0 },
};
