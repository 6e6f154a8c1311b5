/* test_db.h -- a fresh, empty database of either kind, for one test. */
#ifndef TEST_DB_H
#define TEST_DB_H

#include "db/db.h"
#include "support/test_server.h"

enum backend { BACKEND_PG, BACKEND_LITE };

struct test_db {
	enum backend backend;
	struct db_options options;      /* DB_WRITE; its texts are owned by this */
	char *folder;                   /* SQLite: of the file; else NULL */
};

/* PostgreSQL: a database on the server that SONIQ_TEST_PG names (a URL of a role that may create
 * databases), else on a private one, which the first call starts. SQLite: a file in a folder of
 * its own. False: there is no server to be had; any other failure ends the program. */
bool test_db_make(enum backend backend, struct test_db *ret_db);
void test_db_drop(struct test_db *db);

/* The same options for reading. */
struct db_options test_db_reader(const struct test_db *db);
/* The private server; NULL if there is none, or SONIQ_TEST_PG is in use. */
struct test_server *test_db_server(void);

#endif
