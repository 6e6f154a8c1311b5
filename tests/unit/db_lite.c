/* db_lite.c -- SQLite alone: columns of any type, and files that go, change or are none of ours. */
#include "db_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define FORKS 60

static const char *path_of(struct bench *b, const char *end)
{
	return arena_printf(&b->arena, "%s%s", b->at.options.sqlite_path, end);
}

static void write_file(const char *path, const char *bytes, size_t n)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
}

/* The record of every type, read from one value that a column should not have. */
static struct every read_odd(struct bench *b, const char *value)
{
	struct every row;

	CHECK_OK(b, db_run_script(b->db, arena_printf(&b->arena,
		"DROP TABLE IF EXISTS odd; CREATE TABLE odd (id INTEGER PRIMARY KEY, v);"
		"INSERT INTO odd VALUES (1, %s)", value), &b->err));
	CHECK_OK(b, db_query_one(b->db, CALL0(T(T_HOSTILE), &every_record), &b->arena, &row,
				 &b->err));
	return row;
}

static void words_are_no_numbers(void **state)
{
	struct bench *b = bench_of(state);
	const struct every row = read_odd(b, "'word'");

	assert_int_equal(row.i, I64_NULL);
	assert_true(isnan(row.f));
	assert_int_equal(row.b, -1);
	assert_int_equal(row.t, TIME_NULL);
	CHECK_STR(row.s, "word");
	CHECK_STR(row.j, NULL);
}

static void numbers_in_a_text_are_numbers(void **state)
{
	struct bench *b = bench_of(state);
	struct every row = read_odd(b, "'12'");

	assert_int_equal(row.i, 12);
	assert_true(row.f == 12.0);
	CHECK_STR(row.j, "12");
	row = read_odd(b, "'2025-11-25 15:07:38+00'");
	assert_int_equal(row.t, INT64_C(1764083258000000));
	row = read_odd(b, "'true'");
	assert_int_equal(row.b, 1);
	CHECK_STR(row.j, "true");
}

static void numbers_are_texts_too(void **state)
{
	struct bench *b = bench_of(state);
	struct every row = read_odd(b, "-7");

	assert_int_equal(row.i, -7);
	assert_true(row.f == -7.0);
	assert_int_equal(row.b, 1);
	assert_int_equal(row.t, -7);
	CHECK_STR(row.s, "-7");
	row = read_odd(b, "2.0");
	assert_int_equal(row.i, 2);
	assert_int_equal(row.t, 2);
	row = read_odd(b, "2.5");
	assert_int_equal(row.i, I64_NULL);
	assert_true(row.f == 2.5);
}

static void infinity_and_huge_numbers_are_nothing(void **state)
{
	struct bench *b = bench_of(state);
	struct every row = read_odd(b, "9e999");

	assert_true(isnan(row.f));
	assert_int_equal(row.i, I64_NULL);
	row = read_odd(b, "-9e18 * 9");
	assert_int_equal(row.i, I64_NULL);
	assert_int_equal(row.t, TIME_NULL);
}

static void bytes_are_texts_if_they_can_be(void **state)
{
	struct bench *b = bench_of(state);
	struct every row = read_odd(b, "x'5b315d'");

	CHECK_STR(row.s, "[1]");
	CHECK_STR(row.j, "[1]");
	assert_int_equal(row.i, I64_NULL);
	row = read_odd(b, "x'ff00'");
	CHECK_STR(row.s, NULL);
	CHECK_STR(row.j, NULL);
	row = read_odd(b, "x''");
	CHECK_STR(row.j, NULL);
}

static void broken_json_is_nothing(void **state)
{
	static const char *const values[] = { "'{\"a\": 1'", "'{a: 1}'", "''", "'[1] x'",
		"'\"a' || char(10) || '\"'", "CAST(x'22ff22' AS TEXT)", "CAST(x'5b5d0061' AS TEXT)",
		"'NaN'", "9e999" };
	struct bench *b = bench_of(state);

	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		CHECK_STR(read_odd(b, values[i]).j, NULL);
	CHECK_STR(read_odd(b, "' {\"a\": [1, \"b\"]} '").j, " {\"a\": [1, \"b\"]} ");
}

static void broken_texts_come_as_they_are(void **state)
{
	struct bench *b = bench_of(state);

	CHECK_BYTES(read_odd(b, "CAST(x'61ff62' AS TEXT)").s, S("a\xFF" "b"));
	CHECK_BYTES(read_odd(b, "CAST(x'610062' AS TEXT)").s, S("a\0b"));
}

static void a_file_is_for_its_owner(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct bench *b = bench_of(state);
	struct stat st;

	put(b, 1, "a");
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		assert_int_equal(stat(path_of(b, ends[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void a_deleted_file_stays_deleted(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *reader = bench_open(b, DB_READ);
	struct list rows;

	put(b, 1, "a");
	assert_int_equal(unlink(b->at.options.sqlite_path), 0);
	usleep(700000);
	CHECK_ERR(b, ERR_UNAVAILABLE, db_query(reader, CALL0(T(T_ALL), &pair_record), &b->arena,
					       &rows, &b->err));
	CHECK_SAYS(b, "no such file");
	CHECK_ERR(b, ERR_UNAVAILABLE, db_exec(b->db, CALL(T(T_PUT), NULL, P_I64(2), P_TEXT("b")),
					      NULL, &b->err));
	assert_int_equal(access(b->at.options.sqlite_path, F_OK), -1);
}

/* A database with two things, in the place of the one that is open. */
static void replace_file(struct bench *b)
{
	struct db_options options = b->at.options;
	AUTO_FREE(db) struct db *db = NULL;

	options.sqlite_path = path_of(b, "-other");
	CHECK_OK(b, db_open(&options, &db, &b->err));
	CHECK_OK(b, db_run_script(db, "CREATE TABLE thing (id INTEGER PRIMARY KEY, name);"
				  "INSERT INTO thing VALUES (1, 'a'), (2, 'b')", &b->err));
	db_free(db);
	db = NULL;
	unlink(path_of(b, "-wal"));
	unlink(path_of(b, "-shm"));
	assert_int_equal(rename(options.sqlite_path, b->at.options.sqlite_path), 0);
}

static void a_replaced_file_is_opened_anew(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *reader = bench_open(b, DB_READ);

	assert_int_equal(count(b, reader), 0);
	replace_file(b);
	usleep(700000);
	assert_int_equal(count(b, reader), 2);
	put(b, 3, "c");
	assert_int_equal(count(b, reader), 3);
}

static void a_file_replaced_inside_a_transaction_ends_it(void **state)
{
	struct bench *b = bench_of(state);

	{
		AUTO(db_tx) struct db_tx tx = { 0 };
		CHECK_OK(b, db_begin(b->db, &tx, &b->err));
		put(b, 9, "z");
		replace_file(b);
		CHECK_ERR(b, ERR_UNAVAILABLE, db_commit(&tx, &b->err));
	}
	usleep(700000);
	assert_int_equal(count(b, b->db), 2);
}

static void check_open(struct bench *b, const char *path, enum db_role role, enum err_code want,
		       const char *says)
{
	const struct db_options options = { .sqlite_path = path, .label = path, .role = role,
					    .must_exist = true };
	struct db *db = NULL;

	CHECK_ERR(b, want, db_open(&options, &db, &b->err));
	CHECK_SAYS(b, path);
	CHECK_SAYS(b, says);
}

static void what_is_no_database_is_told_apart(void **state)
{
	struct bench *b = bench_of(state);
	const char *path = path_of(b, "-odd");
	char garbage[8192];

	check_open(b, path, DB_READ, ERR_UNAVAILABLE, "soniq setup");
	check_open(b, path, DB_WRITE, ERR_UNAVAILABLE, "soniq setup");
	assert_int_equal(access(path, F_OK), -1);
	memset(garbage, 'x', sizeof(garbage));
	write_file(path, garbage, sizeof(garbage));
	check_open(b, path, DB_READ, ERR_UNAVAILABLE, "not a SQLite database");
	check_open(b, path, DB_WRITE, ERR_UNAVAILABLE, "not a SQLite database");
	unlink(path);
	check_open(b, b->at.folder, DB_READ, ERR_UNAVAILABLE, "not a file");
	check_open(b, path_of(b, "/below"), DB_WRITE, ERR_UNAVAILABLE, "Not a directory");
}

static void a_damaged_file_says_so(void **state)
{
	struct bench *b = bench_of(state);
	char garbage[4096];
	struct list rows;

	put(b, 1, "a");
	CHECK_OK(b, db_run_script(b->db, "PRAGMA wal_checkpoint(TRUNCATE)", &b->err));
	db_free(b->db);
	b->db = NULL;
	memset(garbage, 0xA5, sizeof(garbage));
	const int fd = open(b->at.options.sqlite_path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, garbage, sizeof(garbage), 4096), sizeof(garbage));
	close(fd);
	CHECK_OK(b, db_open(&b->at.options, &b->db, &b->err));
	CHECK_ERR(b, ERR_UNAVAILABLE, db_query(b->db, CALL0(T(T_ALL), &pair_record), &b->arena,
					       &rows, &b->err));
	CHECK_SAYS(b, "damaged");
}

static bool is_refused(struct bench *b, enum db_role role, enum err_code want, const char *says)
{
	struct db_options options = b->at.options;
	struct db *db = NULL;

	options.role = role;
	if (db_open(&options, &db, &b->err) == want && strstr(b->err.msg, says))
		return true;
	print_error("%s: %s\n", err_name(b->err.code), b->err.msg);
	return false;
}

static bool is_read_only(struct bench *b)
{
	return is_refused(b, DB_WRITE, ERR_FORBIDDEN, "not writable") &&
	       is_refused(b, DB_READ, ERR_UNAVAILABLE, "must be writable");
}

/* Asks an account that owns nothing here; only root has to become one. */
static bool ask_nobody(bool (*ask)(struct bench *b), struct bench *b)
{
	int status = -1;

	if (geteuid() != 0)
		return ask(b);
	const pid_t pid = fork();
	if (pid == 0)
		_exit(setgid(65534) == 0 && setuid(65534) == 0 && ask(b) ? 0 : 1);
	waitpid(pid, &status, 0);
	return status == 0;
}

static void a_folder_that_is_read_only_says_so(void **state)
{
	struct bench *b = bench_of(state);

	db_free(b->db);
	b->db = NULL;
	assert_int_equal(chmod(b->at.options.sqlite_path, 0444), 0);
	assert_int_equal(chmod(b->at.folder, 0555), 0);
	const bool says_so = ask_nobody(is_read_only, b);
	assert_int_equal(chmod(b->at.folder, 0755), 0);
	assert_true(says_so);
}

static bool is_unreadable(struct bench *b)
{
	return is_refused(b, DB_READ, ERR_UNAVAILABLE, "Permission denied");
}

static void a_file_that_may_not_be_read_says_so(void **state)
{
	struct bench *b = bench_of(state);

	assert_int_equal(chmod(b->at.options.sqlite_path, 0), 0);
	assert_int_equal(chmod(b->at.folder, 0755), 0);
	assert_true(ask_nobody(is_unreadable, b));
}

static void a_path_is_never_a_uri(void **state)
{
	struct bench *b = bench_of(state);
	struct db_options options = { .sqlite_path = "file:x?mode=memory", .label = "x",
				      .role = DB_WRITE };
	AUTO_FREE(db) struct db *db = NULL;
	char before[4096];

	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(b->at.folder), 0);
	CHECK_OK(b, db_open(&options, &db, &b->err));
	CHECK_OK(b, db_run_script(db, "CREATE TABLE t (x)", &b->err));
	db_free(db);
	db = NULL;
	assert_int_equal(unlink("file:x?mode=memory"), 0);
	assert_int_equal(chdir(before), 0);
}

static void now_stands_still_inside_a_transaction(void **state)
{
	struct bench *b = bench_of(state);
	const struct call *call = CALL(T(T_WHERE), &pair_record, P_TEXT("!"));
	AUTO(db_tx) struct db_tx tx = { 0 };
	struct pair one, two;

	CHECK_OK(b, db_begin(b->db, &tx, &b->err));
	CHECK_OK(b, db_query_one(b->db, call, &b->arena, &one, &b->err));
	usleep(2000);
	CHECK_OK(b, db_query_one(b->db, call, &b->arena, &two, &b->err));
	assert_int_equal(one.id, two.id);
	assert_int_equal(one.name.n, 36 + 36 + 1);
	assert_false(str_eq(one.name, two.name));
	assert_int_equal(one.name.p[14], '4');
	assert_int_equal(one.name.p[36 + 14], '7');
	CHECK_OK(b, db_commit(&tx, &b->err));
	usleep(2000);
	CHECK_OK(b, db_query_one(b->db, call, &b->arena, &two, &b->err));
	assert_true(two.id > one.id);
}

static void the_guards_hold(void **state)
{
	struct bench *b = bench_of(state);
	AUTO_FREE(db) struct db *reader = bench_open(b, DB_READ);

	CHECK_ERR(b, ERR_FORBIDDEN, db_run_script(reader, "PRAGMA query_only = OFF;"
						  "INSERT INTO thing VALUES (1, 'a')", &b->err));
	CHECK_ERR(b, ERR_INTERNAL, db_run_script(b->db, "PRAGMA writable_schema = ON;"
						 "DELETE FROM sqlite_schema", &b->err));
	CHECK_ERR(b, ERR_CONFLICT, db_run_script(b->db, "CREATE TABLE part (thing REFERENCES "
						 "thing (id)); INSERT INTO part VALUES (77)",
						 &b->err));
}

/* Somebody who is at work, each time on a connection of his own. */
struct busy {
	const struct db_options *options;
	atomic_bool is_over;
};

static bool works(const struct db_options *options)
{
	struct db *db = NULL;
	struct err err = { 0 };
	const bool is_well = db_open(options, &db, &err) == ERR_OK &&
			     db_run_script(db, "SELECT count(*) FROM thing", &err) == ERR_OK;

	db_free(db);
	return is_well;
}

static void *work(void *arg)
{
	struct busy *busy = arg;

	while (!atomic_load(&busy->is_over))
		works(busy->options);
	return NULL;
}

/* One that hangs is ended by its alarm. */
static int child_of_fork(const struct db_options *options)
{
	int status = -1;
	const pid_t pid = fork();

	if (pid == 0) {
		alarm(5);
		_exit(works(options) ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return status;
}

/* What another thread had locked in SQLite at that moment would be locked for ever. */
static void a_child_of_a_fork_opens_its_own(void **state)
{
	struct bench *b = bench_of(state);
	struct busy busy = { .options = &b->at.options };
	pthread_t threads[2];

	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &busy), 0);
	for (int i = 0; i < FORKS; i++)
		assert_int_equal(child_of_fork(busy.options), 0);
	atomic_store(&busy.is_over, true);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_join(threads[i], NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_LITE(words_are_no_numbers),
		ON_LITE(numbers_in_a_text_are_numbers),
		ON_LITE(numbers_are_texts_too),
		ON_LITE(infinity_and_huge_numbers_are_nothing),
		ON_LITE(bytes_are_texts_if_they_can_be),
		ON_LITE(broken_json_is_nothing),
		ON_LITE(broken_texts_come_as_they_are),
		ON_LITE(a_file_is_for_its_owner),
		ON_LITE(a_deleted_file_stays_deleted),
		ON_LITE(a_replaced_file_is_opened_anew),
		ON_LITE(a_file_replaced_inside_a_transaction_ends_it),
		ON_LITE(what_is_no_database_is_told_apart),
		ON_LITE(a_damaged_file_says_so),
		ON_LITE(a_folder_that_is_read_only_says_so),
		ON_LITE(a_file_that_may_not_be_read_says_so),
		ON_LITE(a_path_is_never_a_uri),
		ON_LITE(now_stands_still_inside_a_transaction),
		ON_LITE(the_guards_hold),
		ON_LITE(a_child_of_a_fork_opens_its_own),
	};

	return cmocka_run_group_tests_name("db_lite", tests, NULL, NULL);
}
