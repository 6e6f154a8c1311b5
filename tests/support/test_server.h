/* test_server.h -- a PostgreSQL of the test's own: in a temporary folder, gone when the test is. */
#ifndef TEST_SERVER_H
#define TEST_SERVER_H

#include <stdbool.h>

struct test_server;

/* Make a cluster and start it, without TCP and without passwords. NULL: this machine has no
 * PostgreSQL server, or no account to run it as; says so on stderr. One that is there and does
 * not start ends the test program. The server ends with the process, however that ends. */
struct test_server *server_start(void);
/* "postgresql://postgres@/postgres?host=/tmp/..." */
const char *server_url(const struct test_server *server);
/* Its folder, which holds data/pg_hba.conf and the socket. */
const char *server_folder(const struct test_server *server);
/* As if it had crashed, or the machine lost power; and up again. */
void server_crash(struct test_server *server);
void server_up(struct test_server *server);

#endif
