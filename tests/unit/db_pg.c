/* db_pg.c -- PostgreSQL alone: what its errors mean, and servers that crash, hang or refuse. */
#include "db_bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>

/* The pause between two tries to connect, and some more. */
static void let_it_try_again(void)
{
	usleep(700000);
}

/* For what cannot be done to a server that others use. */
static struct bench *private_of(void **state)
{
	struct bench *b = bench_of(state);

	if (!test_db_server())
		skip();
	return b;
}

static struct pair where(struct bench *b, struct db *db, const char *setting)
{
	struct pair pair;

	CHECK_OK(b, db_query_one(db, CALL(T(T_WHERE), &pair_record, P_TEXT(setting)), &b->arena,
				 &pair, &b->err));
	return pair;
}

static const struct {
	const char *state;
	enum err_code code;
} meanings[] = {
	{ "40001", ERR_BUSY },        { "40P01", ERR_BUSY },       { "55P03", ERR_BUSY },
	{ "57014", ERR_TIMEOUT },     { "42P01", ERR_SCHEMA },     { "42703", ERR_SCHEMA },
	{ "3F000", ERR_SCHEMA },      { "42501", ERR_FORBIDDEN },  { "23505", ERR_CONFLICT },
	{ "23503", ERR_CONFLICT },    { "23514", ERR_CONFLICT },   { "22P02", ERR_INVALID },
	{ "22003", ERR_INVALID },     { "53100", ERR_UNAVAILABLE }, { "XX000", ERR_INTERNAL },
	{ "P0001", ERR_INTERNAL },
};

static void each_sqlstate_has_its_meaning(void **state)
{
	struct bench *b = bench_of(state);

	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		const char *script = arena_printf(&b->arena, "DO $$ BEGIN RAISE EXCEPTION USING "
			"ERRCODE = '%s', MESSAGE = E'one\\n\\ttwo'; END $$", meanings[i].state);

		CHECK_ERR(b, meanings[i].code, db_run_script(b->db, script, &b->err));
		assert_null(strchr(b->err.msg, '\n'));
		if (meanings[i].code != ERR_TIMEOUT)
			CHECK_SAYS(b, "one two");
	}
	assert_int_equal(count(b, b->db), 0);
}

static void a_broken_session_is_made_again(void **state)
{
	static const char *const states[] = { "57P01", "08006", "25006" };
	struct bench *b = bench_of(state);

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		const int64_t before = where(b, b->db, "TimeZone").id;
		const char *script = arena_printf(&b->arena, "DO $$ BEGIN RAISE EXCEPTION USING "
						  "ERRCODE = '%s'; END $$", states[i]);

		CHECK_ERR(b, ERR_UNAVAILABLE, db_run_script(b->db, script, &b->err));
		let_it_try_again();
		assert_int_not_equal(where(b, b->db, "TimeZone").id, before);
	}
}

static void a_session_closed_while_idle_is_made_again_unseen(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *other = bench_open(b, DB_WRITE);
	const int64_t pid = where(b, b->db, "TimeZone").id;

	let_it_try_again();
	CHECK_OK(b, db_run_script(other, arena_printf(&b->arena, "DO $$ BEGIN PERFORM "
		"pg_terminate_backend(%lld, 5000); END $$", (long long)pid), &b->err));
	assert_int_not_equal(where(b, b->db, "TimeZone").id, pid);
}

static void a_crash_is_survived(void **state)
{
	struct bench *b = private_of(state);
	struct list rows;

	put(b, 1, "a");
	server_crash(test_db_server());
	let_it_try_again();
	CHECK_ERR(b, ERR_UNAVAILABLE, db_query(b->db, CALL0(T(T_ALL), &pair_record), &b->arena,
					       &rows, &b->err));
	CHECK_SAYS(b, "cannot connect");
	assert_string_equal(db_version(b->db), "");
	server_up(test_db_server());
	for (int i = 0; i < 20 && db_version(b->db)[0] == '\0'; i++) {
		let_it_try_again();
		(void)!db_query(b->db, CALL0(T(T_ALL), &pair_record), &b->arena, &rows, &b->err);
	}
	assert_int_equal(count(b, b->db), 1);
}

static void a_transaction_does_not_go_on_in_another_session(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *other = bench_open(b, DB_WRITE);
	const int64_t pid = where(b, b->db, "TimeZone").id;
	const struct call *call = CALL(T(T_PUT), NULL, P_I64(2), P_TEXT("b"));

	{
		AUTO(db_tx) struct db_tx tx = { 0 };
		CHECK_OK(b, db_begin(b->db, &tx, &b->err));
		put(b, 1, "a");
		let_it_try_again();
		CHECK_OK(b, db_run_script(other, arena_printf(&b->arena, "DO $$ BEGIN PERFORM "
			"pg_terminate_backend(%lld, 5000); END $$", (long long)pid), &b->err));
		CHECK_ERR(b, ERR_UNAVAILABLE, db_exec(b->db, call, NULL, &b->err));
		CHECK_ERR(b, ERR_UNAVAILABLE, db_exec(b->db, call, NULL, &b->err));
		CHECK_SAYS(b, "inside a transaction");
		CHECK_ERR(b, ERR_UNAVAILABLE, db_commit(&tx, &b->err));
	}
	assert_int_equal(count(b, b->db), 0);
}

static void a_commit_that_rolls_back_is_an_error(void **state)
{
	struct bench *b = bench_of(state);
	AUTO(db_tx) struct db_tx tx = { 0 };
	const struct call *call = CALL(T(T_PUT), NULL, P_I64(1), P_TEXT("b"));

	CHECK_OK(b, db_begin(b->db, &tx, &b->err));
	put(b, 1, "a");
	CHECK_ERR(b, ERR_CONFLICT, db_exec(b->db, call, NULL, &b->err));
	CHECK_ERR(b, ERR_INTERNAL, db_commit(&tx, &b->err));
	assert_int_equal(count(b, b->db), 0);
}

static void a_server_that_hangs_is_given_up(void **state)
{
	struct bench *b = private_of(state);
	const pid_t pid = (pid_t)where(b, b->db, "TimeZone").id;
	AUTO_FREE(db) struct db *reader = bench_open(b, DB_READ);
	const pid_t reader_pid = (pid_t)where(b, reader, "TimeZone").id;
	struct list rows;

	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(kill(reader_pid, SIGSTOP), 0);
	db_set_deadline(b->db, clock_mono() + 500 * MSEC);
	db_set_deadline(reader, clock_mono() + 500 * MSEC);
	CHECK_ERR(b, ERR_UNAVAILABLE, db_exec(b->db, CALL(T(T_PUT), NULL, P_I64(1), P_TEXT("a")),
					      NULL, &b->err));
	CHECK_SAYS(b, "look whether");
	db_set_deadline(reader, clock_mono() + 500 * MSEC);
	CHECK_ERR(b, ERR_TIMEOUT, db_query(reader, CALL0(T(T_ALL), &pair_record), &b->arena, &rows,
					   &b->err));
	kill(pid, SIGCONT);
	kill(reader_pid, SIGCONT);
	db_set_deadline(reader, 0);
	let_it_try_again();
	(void)count(b, reader);
}

static void the_session_is_set_as_we_need_it(void **state)
{
	struct bench *b = bench_of(state);
	struct db_options options = test_db_reader(&b->at);
	AUTO_FREE(db) struct db *reader = NULL;

	options.statement_timeout = 1500 * MSEC;
	options.application_name = "soniq test";
	CHECK_OK(b, db_open(&options, &reader, &b->err));
	CHECK_STR(where(b, reader, "default_transaction_read_only").name, "on");
	CHECK_STR(where(b, reader, "statement_timeout").name, "1500ms");
	CHECK_STR(where(b, reader, "lock_timeout").name, "2s");
	CHECK_STR(where(b, reader, "jit").name, "off");
	CHECK_STR(where(b, reader, "application_name").name, "soniq test");
	CHECK_STR(where(b, b->db, "default_transaction_read_only").name, "off");
	CHECK_STR(where(b, b->db, "TimeZone").name, "UTC");
	CHECK_STR(where(b, b->db, "statement_timeout").name, "30s");
	CHECK_STR(where(b, b->db, "idle_in_transaction_session_timeout").name, "1min");
}

static void isolation_is_ours_whatever_the_role_has(void **state)
{
	struct bench *b = bench_of(state);

	CHECK_OK(b, db_run_script(b->db, arena_printf(&b->arena, "ALTER DATABASE %s SET "
		"default_transaction_isolation = 'serializable'", b->at.options.label), &b->err));
	AUTO_FREE(db) struct db *db = bench_open(b, DB_WRITE);
	CHECK_STR(where(b, db, "transaction_isolation").name, "read committed");

	AUTO(db_tx) struct db_tx tx = { 0 };
	CHECK_OK(b, db_begin(db, &tx, &b->err));
	CHECK_STR(where(b, db, "transaction_isolation").name, "read committed");
}

static void lost_preparations_are_no_error(void **state)
{
	struct bench *b = bench_of(state);
	struct list rows;

	put(b, 1, "a");
	assert_int_equal(count(b, b->db), 1);
	CHECK_OK(b, db_run_script(b->db, "DEALLOCATE ALL", &b->err));
	assert_int_equal(count(b, b->db), 1);

	AUTO_FREE(db) struct db *db = bench_open(b, DB_WRITE);
	assert_int_equal(count(b, db), 1);
	{
		AUTO(db_tx) struct db_tx tx = { 0 };
		CHECK_OK(b, db_begin(db, &tx, &b->err));
		CHECK_OK(b, db_run_script(db, "DEALLOCATE ALL", &b->err));
		CHECK_ERR(b, ERR_BUSY, db_query(db, CALL0(T(T_ALL), &pair_record), &b->arena, &rows,
						&b->err));
	}
	assert_int_equal(count(b, db), 1);
}

static void a_preparation_of_someone_else_is_no_error(void **state)
{
	struct bench *b = bench_of(state);

	CHECK_OK(b, db_run_script(b->db, "PREPARE test_all AS SELECT 1", &b->err));
	assert_int_equal(count(b, b->db), 0);
}

static void a_lock_is_had_by_one(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *other = bench_open(b, DB_WRITE);
	const int64_t key = INT64_C(-3170183739012905038);

	CHECK_OK(b, db_lock(b->db, key, 0, &b->err));
	CHECK_ERR(b, ERR_BUSY, db_lock(other, key, 200 * MSEC, &b->err));
	CHECK_OK(b, db_lock(other, key + 1, 0, &b->err));
	db_unlock(b->db, key);
	CHECK_OK(b, db_lock(other, key, 0, &b->err));
}

static void waiting_for_an_advisory_lock_can_be_cancelled(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *other = bench_open(b, DB_WRITE);
	struct canceller canceller;

	CHECK_OK(b, db_lock(b->db, 5, 0, &b->err));
	cancel_begin(&canceller, other);
	CHECK_ERR(b, ERR_CANCELLED, db_lock(other, 5, MINUTE, &b->err));
	cancel_end(&canceller);
}

static void a_text_in_place_of_a_number_is_our_mistake(void **state)
{
	struct bench *b = bench_of(state);
	struct list rows;

	CHECK_OK(b, db_run_script(b->db, "ALTER TABLE thing ALTER COLUMN id TYPE text;"
				  "INSERT INTO thing VALUES ('x')", &b->err));
	CHECK_ERR(b, ERR_INTERNAL, db_query(b->db, CALL0(T(T_ALL), &pair_record), &b->arena, &rows,
					    &b->err));
	CHECK_SAYS(b, "column id");
}

/* db_open with this URL: the error, and that it has no secret. */
static void check_refused(struct bench *b, const char *url, enum err_code want, const char *says)
{
	const struct db_options options = { .url = url, .label = "postgresql://the-label/x" };
	struct db *db = NULL;

	CHECK_ERR(b, want, db_open(&options, &db, &b->err));
	CHECK_SAYS(b, "postgresql://the-label/x");
	CHECK_SAYS(b, says);
	assert_null(strstr(b->err.msg, "secret"));
}

static const char *with(struct bench *b, const char *user, const char *database)
{
	return arena_printf(&b->arena, "postgresql://%s@/%s?host=%s", user, database,
			    server_folder(test_db_server()));
}

static void a_refusal_says_what_to_do(void **state)
{
	struct bench *b = private_of(state);

	check_refused(b, with(b, "postgres:secret", "absent"), ERR_UNAVAILABLE, "soniq setup");
	check_refused(b, with(b, "nobody:secret", "postgres"), ERR_FORBIDDEN, "28000");
	check_refused(b, "postgresql://postgres:secret@/x?host=/absent", ERR_UNAVAILABLE,
		      "check the address");
	check_refused(b, "postgresql://postgres:secret@127.0.0.1:1/x", ERR_UNAVAILABLE, "refused");
}

static void a_wrong_password_is_forbidden(void **state)
{
	struct bench *b = private_of(state);

	const char *path = arena_printf(&b->arena, "%s/data/pg_hba.conf",
					server_folder(test_db_server()));
	FILE *hba = fopen(path, "w");
	assert_non_null(hba);
	fputs("local all guest scram-sha-256\nlocal all all trust\n", hba);
	fclose(hba);
	CHECK_OK(b, db_run_script(b->db, "CREATE ROLE guest LOGIN PASSWORD 'right';"
				  "DO $$ BEGIN PERFORM pg_reload_conf(); END $$", &b->err));
	let_it_try_again();
	check_refused(b, with(b, "guest:secret", "postgres"), ERR_FORBIDDEN, "28P01");
	check_refused(b, with(b, "guest", "postgres"), ERR_UNAVAILABLE, "password");
	CHECK_OK(b, db_run_script(b->db, "DROP ROLE guest", &b->err));
}

static void a_role_that_may_not_read_is_forbidden(void **state)
{
	struct bench *b = private_of(state);
	AUTO_FREE(db) struct db *db = NULL;
	struct list rows;

	CHECK_OK(b, db_run_script(b->db, "CREATE ROLE poor LOGIN", &b->err));
	const struct db_options options = { .url = with(b, "poor", b->at.options.label),
					    .label = "x", .role = DB_READ };
	CHECK_OK(b, db_open(&options, &db, &b->err));
	CHECK_ERR(b, ERR_FORBIDDEN, db_query(db, CALL0(T(T_ALL), &pair_record), &b->arena, &rows,
					     &b->err));
	CHECK_SAYS(b, "thing");
	db_free(db);
	db = NULL;
	CHECK_OK(b, db_run_script(b->db, "DROP ROLE poor", &b->err));
}

static void a_password_in_the_wrong_place_is_never_shown(void **state)
{
	struct bench *b = bench_of(state);

	check_refused(b, "postgresql://u:a@secret@host/x", ERR_INVALID, "%40");
	check_refused(b, "postgresql://u:a/secret@host/x", ERR_INVALID, "%2F");
	check_refused(b, "postgresql://u:12/secret@host/x", ERR_INVALID, "%2F");
	check_refused(b, "postgresql://u:%secret@host/x", ERR_INVALID, "%25");
	check_refused(b, "postgresql://u:secret@[::1/x", ERR_INVALID, "understood");
	check_refused(b, "host=x password='secret", ERR_INVALID, "understood");
}

/* A server that takes connections and never says a word. */
static int listen_silently(int *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(fd, 5), 0);
	getsockname(fd, (struct sockaddr *)&at, &n);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static void silence_is_not_waited_for(void **state)
{
	struct bench *b = bench_of(state);
	int port;
	const int fd = listen_silently(&port);
	const char *url = arena_printf(&b->arena, "postgresql://u:secret@127.0.0.1:%d/x?"
				       "connect_timeout=1", port);

	check_refused(b, url, ERR_UNAVAILABLE, "no answer");
	close(fd);
}

static void the_next_host_is_tried_after_silence(void **state)
{
	struct bench *b = private_of(state);
	AUTO_FREE(db) struct db *db = NULL;
	int port;

	const int fd = listen_silently(&port);
	const struct db_options options = { .label = "x", .url = arena_printf(&b->arena,
		"postgresql://postgres@/postgres?connect_timeout=1&host=127.0.0.1,%s&port=%d,5432",
		server_folder(test_db_server()), port) };
	CHECK_OK(b, db_open(&options, &db, &b->err));
	assert_string_not_equal(db_version(db), "");
	close(fd);
}

static void two_make_one_database(void **state)
{
	struct bench *b = private_of(state);
	const char *name = arena_printf(&b->arena, "%s_\"x", b->at.options.label);
	struct db_options options = { .label = name };
	bool was_made = false;

	options.url = arena_printf(&b->arena, "postgresql://postgres@/%s_%%22x?host=%s",
				   b->at.options.label, server_folder(test_db_server()));
	CHECK_OK(b, db_create_database(&options, &was_made, &b->err));
	assert_true(was_made);
	CHECK_OK(b, db_create_database(&options, &was_made, &b->err));
	assert_false(was_made);
	options.url = "host=/absent dbname=x";
	CHECK_ERR(b, ERR_UNAVAILABLE, db_create_database(&options, &was_made, &b->err));
}

static void another_machine_has_to_prove_who_it_is(void **state)
{
	static const struct {
		const char *url;
		bool is_unproven;
	} cases[] = {
		{ "postgresql://localhost/x", false },
		{ "postgresql://127.0.0.1:5432,localhost/x", false },
		{ "postgresql://[::1]/x", false },
		{ "postgresql:///x?host=/run/postgresql", false },
		{ "host=@abstract dbname=x", false },
		{ "postgresql://db.example/x", true },
		{ "postgresql://localhost,db.example/x", true },
		{ "postgresql://db.example/x?sslmode=require", true },
		{ "postgresql://db.example/x?sslmode=verify-ca", true },
		{ "postgresql://db.example/x?sslmode=verify-full", false },
		{ "postgresql://db.example/x?hostaddr=127.0.0.1", false },
		{ "postgresql:///x?hostaddr=10.0.0.1", true },
		{ "not one", false },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct db_options options = { .url = cases[i].url, .label = "x" };

		if (db_is_unproven(&options) != cases[i].is_unproven)
			fail_msg("%s", cases[i].url);
	}
	setenv("PGSSLMODE", "verify-full", 1);
	assert_false(db_is_unproven(&(struct db_options){ .url = cases[5].url }));
	setenv("PGHOST", "db.example", 1);
	setenv("PGSSLMODE", "require", 1);
	assert_true(db_is_unproven(&(struct db_options){ .url = "postgresql:///x" }));
	unsetenv("PGHOST");
	unsetenv("PGSSLMODE");
	assert_false(db_is_unproven(&(struct db_options){ .sqlite_path = "/x.db", .url = "x.db" }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_PG(each_sqlstate_has_its_meaning),
		ON_PG(a_broken_session_is_made_again),
		ON_PG(a_session_closed_while_idle_is_made_again_unseen),
		ON_PG(a_crash_is_survived),
		ON_PG(a_transaction_does_not_go_on_in_another_session),
		ON_PG(a_commit_that_rolls_back_is_an_error),
		ON_PG(a_server_that_hangs_is_given_up),
		ON_PG(the_session_is_set_as_we_need_it),
		ON_PG(isolation_is_ours_whatever_the_role_has),
		ON_PG(lost_preparations_are_no_error),
		ON_PG(a_preparation_of_someone_else_is_no_error),
		ON_PG(a_lock_is_had_by_one),
		ON_PG(waiting_for_an_advisory_lock_can_be_cancelled),
		ON_PG(a_text_in_place_of_a_number_is_our_mistake),
		ON_PG(a_refusal_says_what_to_do),
		ON_PG(a_wrong_password_is_forbidden),
		ON_PG(a_role_that_may_not_read_is_forbidden),
		ON_PG(a_password_in_the_wrong_place_is_never_shown),
		ON_PG(silence_is_not_waited_for),
		ON_PG(the_next_host_is_tried_after_silence),
		ON_PG(two_make_one_database),
		cmocka_unit_test(another_machine_has_to_prove_who_it_is),
	};

	return cmocka_run_group_tests_name("db_pg", tests, NULL, NULL);
}
