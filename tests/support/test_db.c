/* test_db.c -- makes databases for tests, and takes them away again. */
#include "support/test_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test_server *private_server;

/* A test cannot go on without its database. */
static void must(enum err_code code, const struct err *err, const char *what)
{
	if (code == ERR_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, err->msg);
	exit(70);
}

/* The URL of the server's own database, or NULL. */
static const char *maintenance_url(void)
{
	static bool has_tried;
	const char *given = getenv("SONIQ_TEST_PG");

	if (given && given[0])
		return given;
	if (!has_tried)
		private_server = server_start();
	has_tried = true;
	return private_server ? server_url(private_server) : NULL;
}

struct test_server *test_db_server(void)
{
	return maintenance_url() ? private_server : NULL;
}

/* "postgresql://u@h/postgres?x=y" -> "postgresql://u@h/NAME?x=y" */
static char *url_of(const char *maintenance, const char *name)
{
	const char *authority = strstr(maintenance, "://");
	const char *rest = strchr(maintenance, '?');
	const size_t end = authority ? strcspn(authority + 3, "/?") : 0;
	char *url = NULL;

	if (!authority || asprintf(&url, "%.*s/%s%s", (int)(authority + 3 + end - maintenance),
				   maintenance, name, rest ? rest : "") < 0)
		exit(70);
	return url;
}

static bool make_pg(struct test_db *db)
{
	static int n_made;
	const char *maintenance = maintenance_url();
	char name[48];

	if (!maintenance)
		return false;
	snprintf(name, sizeof(name), "soniq_test_%d_%d", (int)getpid(), ++n_made);
	db->options.url = url_of(maintenance, name);
	db->options.label = xstrdup(name);
	return true;
}

static bool make_lite(struct test_db *db)
{
	char folder[] = "/tmp/soniq-lite-XXXXXX";
	char *path = NULL;

	if (!mkdtemp(folder) || asprintf(&path, "%s/soniq.db", folder) < 0)
		exit(70);
	db->folder = xstrdup(folder);
	db->options.sqlite_path = path;
	db->options.url = xstrdup("sqlite:");
	db->options.label = xstrdup(path);
	return true;
}

bool test_db_make(enum backend backend, struct test_db *ret_db)
{
	struct test_db db = { .backend = backend, .options = { .role = DB_WRITE } };
	struct err err = { 0 };

	static const bool is_built_in[] = { [BACKEND_PG] = WITH_POSTGRESQL,
					    [BACKEND_LITE] = WITH_SQLITE };

	if (!is_built_in[backend] || !(backend == BACKEND_PG ? make_pg(&db) : make_lite(&db)))
		return false;
	must(db_create_database(&db.options, NULL, &err), &err, "a database for a test");
	*ret_db = db;
	return true;
}

struct db_options test_db_reader(const struct test_db *db)
{
	struct db_options options = db->options;

	options.role = DB_READ;
	options.must_exist = true;
	return options;
}

static void drop_pg(const struct test_db *test_db)
{
	AUTO_FREE(db) struct db *db = NULL;
	struct err err = { 0 };
	char text[128];
	const struct db_options options = { .url = maintenance_url(), .label = "maintenance",
					    .role = DB_WRITE };

	snprintf(text, sizeof(text), "DROP DATABASE IF EXISTS %s WITH (FORCE)",
		 test_db->options.label);
	/* A test may have left the server in ruins; then there is nothing to drop. */
	if (db_open(&options, &db, &err) == ERR_OK && db_run_script(db, text, &err) != ERR_OK)
		fprintf(stderr, "%s\n", err.msg);
}

static void drop_lite(const struct test_db *test_db)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		snprintf(path, sizeof(path), "%s%s", test_db->options.sqlite_path, ends[i]);
		unlink(path);
	}
	if (rmdir(test_db->folder) != 0)
		perror(test_db->folder);
}

void test_db_drop(struct test_db *db)
{
	if (!db->options.url)
		return;
	if (db->backend == BACKEND_PG)
		drop_pg(db);
	else
		drop_lite(db);
	free((char *)db->options.url);
	free((char *)db->options.label);
	free((char *)db->options.sqlite_path);
	free(db->folder);
	*db = (struct test_db){ 0 };
}
