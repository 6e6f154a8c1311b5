/* db_pooler.c -- PostgreSQL behind PgBouncer in transaction mode: nothing of ours stays behind. */
#include "db_bench.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static pid_t pooler;

static const char config[] =
	"[databases]\n"
	"* = host=%s\n"
	"[pgbouncer]\n"
	"listen_port = 6432\n"
	"unix_socket_dir = %s\n"
	"auth_type = trust\n"
	"auth_file = %s/pooler.users\n"
	"pool_mode = transaction\n"
	/* One session for all: whatever one of us leaves in it, the next one meets. */
	"default_pool_size = 1\n";

static void write_text(struct arena *arena, const char *end, const char *text)
{
	const char *folder = server_folder(test_db_server());
	FILE *file = fopen(arena_printf(arena, "%s/%s", folder, end), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void exec_pooler(const char *ini)
{
	const struct passwd *account = geteuid() == 0 ? getpwnam("postgres") : NULL;

	if (account && (setgroups(0, NULL) || setgid(account->pw_gid) || setuid(account->pw_uid)))
		_exit(126);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execlp("pgbouncer", "pgbouncer", "-q", ini, (char *)NULL);
	execl("/usr/sbin/pgbouncer", "pgbouncer", "-q", ini, (char *)NULL);
	_exit(127);
}

/* False: there is none on this machine. */
static bool start_pooler(struct arena *arena)
{
	const char *folder = server_folder(test_db_server());
	const char *socket = arena_printf(arena, "%s/.s.PGSQL.6432", folder);

	write_text(arena, "pooler.users", "\"postgres\" \"\"\n");
	write_text(arena, "pooler.ini", arena_printf(arena, config, folder, folder, folder));
	fflush(NULL);
	pooler = fork();
	if (pooler == 0)
		exec_pooler(arena_printf(arena, "%s/pooler.ini", folder));
	for (int i = 0; i < 500; i++) {
		if (access(socket, F_OK) == 0)
			return true;
		if (waitpid(pooler, NULL, WNOHANG) != 0)
			return false;
		usleep(20000);
	}
	return false;
}

static int setup(void **state)
{
	AUTO(arena) struct arena arena = { 0 };

	(void)state;
	if (test_db_server() && !start_pooler(&arena))
		pooler = 0;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (pooler > 0) {
		kill(pooler, SIGTERM);
		waitpid(pooler, NULL, 0);
	}
	return 0;
}

/* The bench's database through the pooler. Owned. */
static struct db *pooled(struct bench *b, enum db_role role)
{
	struct db_options options = { .label = "pooled", .role = role };
	struct db *db = NULL;

	options.url = arena_printf(&b->arena, "postgresql://postgres@/%s?host=%s&port=6432",
				   b->at.options.label, server_folder(test_db_server()));
	CHECK_OK(b, db_open(&options, &db, &b->err));
	return db;
}

static struct bench *pooler_of(void **state)
{
	struct bench *b = bench_of(state);

	if (pooler <= 0)
		skip();
	return b;
}

static void settings_count_and_leave_no_trace(void **state)
{
	struct bench *b = pooler_of(state);
	AUTO_FREE(db) struct db *reader = pooled(b, DB_READ);
	AUTO_FREE(db) struct db *writer = pooled(b, DB_WRITE);
	struct pair pair;

	CHECK_OK(b, db_query_one(reader, CALL(T(T_WHERE), &pair_record, P_TEXT("lock_timeout")),
				 &b->arena, &pair, &b->err));
	CHECK_STR(pair.name, "2s");
	CHECK_ERR(b, ERR_FORBIDDEN, db_exec(reader, CALL(T(T_PUT), NULL, P_I64(1), P_TEXT("a")),
					    NULL, &b->err));
	CHECK_OK(b, db_exec(writer, CALL(T(T_PUT), NULL, P_I64(1), P_TEXT("a")), NULL, &b->err));
	/* A script is sent as it is: it sees the session as others meet it. */
	CHECK_OK(b, db_run_script(reader, "DO $$ BEGIN ASSERT "
		"current_setting('statement_timeout') = '0' AND "
		"current_setting('lock_timeout') = '0' AND "
		"current_setting('default_transaction_read_only') = 'off'; END $$", &b->err));
	assert_int_equal(count(b, reader), 1);
}

static void statements_are_sent_over_and_over(void **state)
{
	struct bench *b = pooler_of(state);
	AUTO_FREE(db) struct db *one = pooled(b, DB_READ);
	AUTO_FREE(db) struct db *two = pooled(b, DB_READ);

	for (int i = 0; i < 3; i++) {
		assert_int_equal(count(b, one), 0);
		assert_int_equal(count(b, two), 0);
	}
}

static void a_transaction_stays_together(void **state)
{
	struct bench *b = pooler_of(state);
	AUTO_FREE(db) struct db *db = pooled(b, DB_WRITE);
	const struct call *call = CALL(T(T_PUT), NULL, P_I64(1), P_TEXT("a"));

	{
		AUTO(db_tx) struct db_tx tx = { 0 };
		CHECK_OK(b, db_begin(db, &tx, &b->err));
		CHECK_OK(b, db_exec(db, call, NULL, &b->err));
	}
	assert_int_equal(count(b, db), 0);
	AUTO(db_tx) struct db_tx tx = { 0 };
	CHECK_OK(b, db_begin(db, &tx, &b->err));
	CHECK_OK(b, db_exec(db, call, NULL, &b->err));
	CHECK_OK(b, db_commit(&tx, &b->err));
	assert_int_equal(count(b, db), 1);
	CHECK_ERR(b, ERR_CONFLICT, db_exec(db, call, NULL, &b->err));
	assert_int_equal(count(b, db), 1);
}

static void nobody_listens_through_it(void **state)
{
	struct bench *b = pooler_of(state);
	AUTO_FREE(db) struct db *db = pooled(b, DB_READ);

	CHECK_ERR(b, ERR_INVALID, db_watch(db, &b->err));
	assert_non_null(strstr(b->err.msg, "session mode"));
	assert_int_equal(count(b, db), 0);
}

static void a_lock_needs_a_transaction(void **state)
{
	struct bench *b = pooler_of(state);
	AUTO_FREE(db) struct db *db = pooled(b, DB_WRITE);
	AUTO(db_tx) struct db_tx tx = { 0 };

	CHECK_ERR(b, ERR_INVALID, db_lock(db, 5, 0, &b->err));
	CHECK_SAYS(b, "pooler");
	CHECK_OK(b, db_begin(db, &tx, &b->err));
	CHECK_OK(b, db_lock(db, 5, 0, &b->err));
	CHECK_ERR(b, ERR_BUSY, db_lock(b->db, 5, 0, &b->err));
	CHECK_OK(b, db_commit(&tx, &b->err));
	CHECK_OK(b, db_lock(b->db, 5, 0, &b->err));
}

static void a_statement_can_be_stopped(void **state)
{
	struct bench *b = pooler_of(state);
	AUTO_FREE(db) struct db *db = pooled(b, DB_READ);
	const struct call *call = CALL(T(T_LONG), &pair_record, P_I64(60));
	struct canceller canceller;
	struct list rows;

	cancel_begin(&canceller, db);
	CHECK_ERR(b, ERR_CANCELLED, db_query(db, call, &b->arena, &rows, &b->err));
	cancel_end(&canceller);
	db_set_deadline(db, clock_mono() + 500 * MSEC);
	CHECK_ERR(b, ERR_TIMEOUT, db_query(db, call, &b->arena, &rows, &b->err));
	db_set_deadline(db, 0);
	assert_int_equal(count(b, db), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_PG(settings_count_and_leave_no_trace),
		ON_PG(statements_are_sent_over_and_over),
		ON_PG(a_transaction_stays_together),
		ON_PG(nobody_listens_through_it),
		ON_PG(a_lock_needs_a_transaction),
		ON_PG(a_statement_can_be_stopped),
	};

	return cmocka_run_group_tests_name("db_pooler", tests, setup, stop);
}
