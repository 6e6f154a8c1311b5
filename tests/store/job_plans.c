/* job_plans.c -- PostgreSQL reads lists off the indexes that were meant, whatever it knows, or
 * thinks it knows, of the table: by plans for these values and by plans for any. */
#include "db/view.h"
#include "store/checks.h"
#include "store/indexed.h"
#include "store/stats.h"

#if WITH_POSTGRESQL
#include <libpq-fe.h>

#define TOP "'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', NULL"
#define HALF_WAY "'2024-01-01 04:00', 'ffffffff-ffff-ffff-ffff-ffffffffffff', NULL"
#define PAGE "50, 255, 8192"
#define TERMS                                                                           \
	"'[{\"term\": 0, \"is_not\": false, \"key\": \"args\", \"op\": \"has\", "       \
	"\"path\": [\"a\"], \"word\": \"1\"}]'"
#define NO_TERMS ", 0, NULL"

struct plan {
	enum sql_id sql;
	const char *values;
	const char *index;      /* that must be in use; NULL: any */
	int blocks_max;         /* that may be touched */
	bool needs_statistics;  /* of a queue that was not there when they were made */
	bool needs_bitmaps;     /* which are off in our sessions, but for this statement */
	bool needs_settings;    /* those of our sessions, which a pooler's get by transaction */
};

/* q3 has no jobs among the newest half, and rare none among all but the first 50. */
static const struct plan plans[] = {
	{ SQL_JOB_NEWEST, HALF_WAY ", " PAGE, "soniq_x_jobs_created", 300, false, false, false },
	{ SQL_JOB_QUEUE_NEWEST, TOP ", " PAGE ", 'q3'", "soniq_x_jobs_queue_created", 300, true,
	  false, false },
	{ SQL_JOB_QUEUE_NEWEST, TOP ", " PAGE ", 'rare'", NULL, 300, false, false, false },
	{ SQL_JOB_WALK, HALF_WAY ", " PAGE ", NULL, 'queued', NULL, false, NULL, NULL" NO_TERMS,
	  "soniq_x_jobs_created", 1500, false, false, false },
	{ SQL_JOB_STATUS_WALK,
	  HALF_WAY ", " PAGE ", NULL, 'queued', NULL, false, NULL, NULL" NO_TERMS,
	  "soniq_x_jobs_status", 1500, false, false, false },
	{ SQL_JOB_WALK, HALF_WAY ", " PAGE ", NULL, NULL, NULL, false, NULL, NULL, 0, " TERMS,
	  "soniq_x_jobs_created", 3500, false, false, false },
	{ SQL_JOB_FEW, TOP ", " PAGE ", NULL, 'processing', NULL, false, NULL, NULL, 0, " TERMS,
	  "idx_soniq_jobs_queue_status", 3000, false, false, false },
	{ SQL_JOB_FEW, TOP ", " PAGE ", NULL, 'processing', NULL, false, NULL, NULL" NO_TERMS,
	  "idx_soniq_jobs_queue_status", 1500, false, false, false },
	{ SQL_JOB_FEW, TOP ", " PAGE ", NULL, 'done', NULL, false, NULL, NULL" NO_TERMS,
	  "idx_soniq_jobs_queue_status", 3000, false, false, false },
	{ SQL_JOB_ERROR, TOP ", " PAGE ", NULL, NULL, NULL, false, 'no 7007 ', NULL" NO_TERMS,
	  "soniq_x_jobs_error", 500, false, true, false },
	/* Groups of ten thousand, and nothing of what stands behind the small ones. */
	{ SQL_STATS_QUEUES, "10001, 500, 255", "idx_soniq_jobs_queue_status", 8000, false, false,
	  true },
	/* Thousands are queued without a moment, and none of them is looked at. */
	{ SQL_X_READ_WAITING, "51, 500, 255", "soniq_x_jobs_wait", 300, false, false, false },
	{ SQL_X_READ_TYPE_WAITING, "200, 500, 255, 1000", "soniq_x_jobs_wait", 2500, false, false,
	  true },
	{ SQL_WORKER_JOBS, "1000, 500, 50, 255", "idx_soniq_jobs_queue_status", 1500, false, false,
	  false },
	{ SQL_JOB_UNDATED,
	  "NULL, NULL, NULL, " PAGE ", NULL, NULL, NULL, false, NULL, NULL" NO_TERMS,
	  "soniq_x_jobs_created", 300, false, false, false },
};

static const char *run(struct bench *b, PGconn *conn, const char *text)
{
	PGresult *result = PQexec(conn, text);
	const char *lines = "";

	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s\n%s", text, PQresultErrorMessage(result));
	for (int i = 0; i < PQntuples(result); i++)
		lines = arena_printf(&b->arena, "%s%s\n", lines, PQgetvalue(result, i, 0));
	PQclear(result);
	return lines;
}

/* The first node's buffers are those of all. */
static int blocks_of(const char *lines)
{
	const char *at = strstr(lines, "Buffers: shared ");
	int hit = 0, read = 0;

	if (at && sscanf(at, "Buffers: shared hit=%d read=%d", &hit, &read) < 1)
		sscanf(at, "Buffers: shared read=%d", &read);
	return hit + read;
}

static void check_plan(struct bench *b, PGconn *conn, const struct plan *plan)
{
	const struct sql_text *text = &sql_texts[plan->sql];

	run(b, conn, arena_printf(&b->arena, "PREPARE it AS %s", text->pg));
	const char *lines = run(b, conn, arena_printf(&b->arena, "EXPLAIN (ANALYZE, BUFFERS, "
						      "COSTS OFF, TIMING OFF) EXECUTE it (%s)",
						      plan->values));
	run(b, conn, "DEALLOCATE it");
	if ((plan->index && !strstr(lines, plan->index)) ||
	    strstr(lines, "Seq Scan on soniq_jobs") ||
	    blocks_of(lines) > plan->blocks_max)
		fail_msg("%s (%s), %d blocks:\n%s", text->name, plan->values, blocks_of(lines),
			 lines);
}

/* By plans for these values and for any; in our sessions and, behind a pooler, in any session. */
static void check_plans(struct bench *b, PGconn *conn, bool has_statistics)
{
	for (int mode = 0; mode < 4; mode++) {
		const bool is_ours = mode < 2;
		const char *const settings =
			is_ours ? "enable_bitmapscan = off; SET random_page_cost = 1.1"
				: "enable_bitmapscan = on; SET random_page_cost = 4";

		run(b, conn, arena_printf(&b->arena, "SET plan_cache_mode = force_%s_plan; SET %s",
					  mode % 2 ? "custom" : "generic", settings));
		for (size_t i = 0; i < ARRAY_LEN(plans); i++) {
			const struct plan *plan = &plans[i];

			if ((has_statistics || !plan->needs_statistics) &&
			    (!plan->needs_bitmaps || !is_ours) &&
			    (!plan->needs_settings || is_ours))
				check_plan(b, conn, plan);
		}
	}
}

static const char *const fill =
	"ALTER TABLE soniq_jobs SET (autovacuum_enabled = false);"
	"INSERT INTO soniq_jobs (id, job_name, args, status, queue, last_error, created_at) "
	"SELECT md5(i::text)::uuid, 'job', '{}', "
	"CASE WHEN i % 500 = 0 THEN 'processing' WHEN i % 40 = 0 THEN 'queued' ELSE 'done' END, "
	"CASE WHEN i <= 50 THEN 'rare' WHEN i <= 80000 THEN 'q' || i % 4 "
	"ELSE 'q' || i % 3 END, "
	"CASE WHEN i % 10 = 7 THEN 'no ' || i || ' ' || repeat('x', 100) END, "
	"timestamptz '2024-01-01' + i * interval '0.2 s' "
	"FROM generate_series(1, 160000) AS i";

/* Half of the jobs came after the statistics were made, if there are any at all. */
TEST(lists_are_read_off_their_indexes)
{
	struct bench *b = bench_of(state);
	PGconn *conn = PQconnectdb(b->db.options.url);

	run(b, conn, "SET plan_cache_mode = force_generic_plan; SET jit = off");
	run(b, conn, fill);
	check_plans(b, conn, true);
	run(b, conn, "ANALYZE soniq_jobs");
	check_plans(b, conn, true);
	PQfinish(conn);
}

/* Statistics of another time: when the table was small, and every job was in the rare queue. */
TEST(statistics_may_be_wrong)
{
	struct bench *b = bench_of(state);
	PGconn *conn = PQconnectdb(b->db.options.url);

	run(b, conn, "SET jit = off");
	run(b, conn, "INSERT INTO soniq_jobs (id, job_name, args, status, queue, created_at) "
		     "SELECT gen_random_uuid(), 'job', '{}', 'processing', 'rare', '2020-01-01' "
		     "FROM generate_series(1, 5000)");
	run(b, conn, "ANALYZE soniq_jobs; DELETE FROM soniq_jobs");
	run(b, conn, fill);
	check_plans(b, conn, false);
	PQfinish(conn);
}

static void check_number(const struct view *view, size_t column, const char *want)
{
	CHECK_TEXT(view_cell(view, 0, column)->text, want);
}

/* Five plans for calls' own values, and then perhaps one for any, would be the server's way. */
TEST(a_statement_is_planned_once_but_not_a_window)
{
	struct bench *b = bench_of(state);
	struct db_options options = b->db.options;
	AUTO(store) struct store store = { 0 };
	struct job_stats stats;
	struct job_list list;
	struct quality quality;
	struct view view;

	options.role = DB_READ;
	CHECK_OK(b, store_open(&options, &store, &b->err));
	for (int i = 0; i < 3; i++) {
		CHECK_OK(b, store_job_list(&store, &(struct job_filter){ .limit = 5 }, &b->arena,
					   &list, &b->err));
		CHECK_OK(b, store_stats(&store, &b->arena, &stats, &quality, &b->err));
	}
	CHECK_OK(b, db_view(store.db,
			    "SELECT sum(generic_plans) FILTER (WHERE name = 'stats_queues'), "
			    "sum(custom_plans) FILTER (WHERE name = 'stats_queues'), "
			    "sum(generic_plans) FILTER (WHERE name = 'job_list'), "
			    "sum(custom_plans) FILTER (WHERE name = 'job_list') "
			    "FROM pg_prepared_statements",
			    SECOND, &b->arena, &view, &b->err));
	check_number(&view, 0, "3");
	check_number(&view, 1, "0");
	check_number(&view, 2, "0");
	check_number(&view, 3, "3");
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#if WITH_POSTGRESQL
		INDEXED_ON_PG(lists_are_read_off_their_indexes),
		INDEXED_ON_PG(statistics_may_be_wrong),
		ON_PG(a_statement_is_planned_once_but_not_a_window),
#endif
		{ 0 },
	};
	return _cmocka_run_group_tests("job_plans", tests, ARRAY_LEN(tests) - 1, NULL, NULL);
}
