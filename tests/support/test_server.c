/* test_server.c -- starts a PostgreSQL, and leaves a janitor that clears it away. */
#include "support/test_server.h"

#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

/* A path to a Unix socket may have 107 bytes, so nothing longer than this. */
#define FOLDER "/tmp/soniq-pg-XXXXXX"
#define PATH_MAX_HERE 512

/* The janitor is a process that starts the server as its child and then reads orders: 'c' crash,
 * 'u' up. Each is answered by a byte. When the test ends, cleanly or not, its end of the pipe
 * closes, and the janitor ends the server and removes the folder. */
struct test_server {
	char folder[sizeof(FOLDER)];
	char url[128];
	int orders, answers;    /* our ends of the pipes */
};

struct place {
	char bin[PATH_MAX_HERE];
	const struct passwd *account;   /* NULL: as we are */
};

static bool has_programs(const char *bin)
{
	char path[PATH_MAX_HERE + 16];

	snprintf(path, sizeof(path), "%s/initdb", bin);
	return access(path, X_OK) == 0;
}

static bool ask_pg_config(char bin[PATH_MAX_HERE])
{
	FILE *said = popen("pg_config --bindir 2>/dev/null", "r");
	const bool is_read = said && fgets(bin, PATH_MAX_HERE, said);

	if (said)
		pclose(said);
	if (!is_read)
		return false;
	bin[strcspn(bin, "\n")] = '\0';
	return has_programs(bin);
}

/* Debian keeps the programs of each version in a folder of its own. */
static bool look_in_debian(char bin[PATH_MAX_HERE])
{
	glob_t found = { 0 };
	bool is_there = false;

	if (glob("/usr/lib/postgresql/*/bin", 0, NULL, &found) == 0) {
		snprintf(bin, PATH_MAX_HERE, "%s", found.gl_pathv[found.gl_pathc - 1]);
		is_there = has_programs(bin);
	}
	globfree(&found);
	return is_there;
}

static bool find_place(struct place *place)
{
	if (!ask_pg_config(place->bin) && !look_in_debian(place->bin)) {
		fprintf(stderr, "no initdb found: the tests on PostgreSQL are skipped\n");
		return false;
	}
	place->account = geteuid() == 0 ? getpwnam("postgres") : NULL;
	if (geteuid() == 0 && !place->account) {
		fprintf(stderr, "root needs an account postgres: its tests are skipped\n");
		return false;
	}
	return true;
}

/* In the child: what it says goes to a file beside the data. */
static void become(const struct place *place, const char *folder)
{
	char log[PATH_MAX_HERE];
	int fd;

	if (place->account && (setgroups(0, NULL) || setgid(place->account->pw_gid) ||
			       setuid(place->account->pw_uid)))
		_exit(126);
	snprintf(log, sizeof(log), "%s/log", folder);
	fd = open(log, O_CREAT | O_WRONLY | O_APPEND, 0600);
	dup2(fd, 1);
	dup2(fd, 2);
	if (chdir(folder) != 0)
		_exit(126);
}

static pid_t start(const struct place *place, const char *folder, const char **words)
{
	char path[PATH_MAX_HERE + 64];
	const pid_t pid = fork();

	if (pid != 0)
		return pid;
	become(place, folder);
	snprintf(path, sizeof(path), "%s/%s", place->bin, words[0]);
	/* They look for each other beside the path that they were called by. */
	words[0] = path;
	execv(path, (char *const *)words);
	_exit(127);
}

static bool run_initdb(const struct place *place, const char *folder)
{
	const char *words[] = { "initdb", "-D", "data", "-U", "postgres", "-A", "trust",
				"-E", "UTF8", "--locale=C", "--no-sync", NULL };
	int status = 1;

	waitpid(start(place, folder, words), &status, 0);
	return status == 0;
}

static bool answers(const char *folder)
{
	char path[PATH_MAX_HERE];

	/* The server writes "ready" into the last line of this file. */
	snprintf(path, sizeof(path), "%s/data/postmaster.pid", folder);
	FILE *file = fopen(path, "r");
	char line[PATH_MAX_HERE];
	bool is_ready = false;

	while (file && fgets(line, sizeof(line), file))
		is_ready = strncmp(line, "ready", 5) == 0;
	if (file)
		fclose(file);
	return is_ready;
}

static pid_t run_server(const struct place *place, const char *folder)
{
	char sockets[PATH_MAX_HERE];
	const char *words[] = { "postgres", "-D", "data", "-k", sockets, "-c", "fsync=off",
				"-c", "full_page_writes=off", "-c", "shared_buffers=16MB",
				"-c", "listen_addresses=", "-c", "max_connections=40", NULL };

	snprintf(sockets, sizeof(sockets), "%s", folder);
	const pid_t pid = start(place, folder, words);
	/* 60 s; it takes one. */
	for (int i = 0; i < 3000 && !answers(folder); i++)
		usleep(20000);
	return pid;
}

static void end_server(pid_t pid)
{
	kill(pid, SIGQUIT);
	waitpid(pid, NULL, 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void serve(const struct place *place, const char *folder, int orders, int out)
{
	char order = 'u';
	pid_t pid = 0;

	if (!run_initdb(place, folder))
		return;
	do {
		if (order == 'u')
			pid = run_server(place, folder);
		else
			end_server(pid);
		if (write(out, &order, 1) != 1)
			break;
	} while (read(orders, &order, 1) == 1);
	if (order == 'u')
		end_server(pid);
}

static void janitor(const struct place *place, const char *folder, int orders, int out)
{
	/* Whoever interrupts the test at a terminal means the test. */
	setsid();
	serve(place, folder, orders, out);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	_exit(0);
}

static bool obey(struct test_server *server, char order)
{
	char answer;

	return (!order || write(server->orders, &order, 1) == 1) &&
	       read(server->answers, &answer, 1) == 1;
}

static bool make_folder(const struct place *place, char *folder)
{
	if (!mkdtemp(folder) || chmod(folder, 0755) != 0)
		return false;
	return !place->account ||
	       chown(folder, place->account->pw_uid, place->account->pw_gid) == 0;
}

static bool start_janitor(const struct place *place, struct test_server *server)
{
	int orders[2], answer[2];

	if (pipe2(orders, O_CLOEXEC) != 0 || pipe2(answer, O_CLOEXEC) != 0)
		return false;
	fflush(NULL);
	const pid_t pid = fork();
	if (pid == 0) {
		close(orders[1]);
		close(answer[0]);
		janitor(place, server->folder, orders[0], answer[1]);
	}
	close(orders[0]);
	close(answer[1]);
	server->orders = orders[1];
	server->answers = answer[0];
	return pid > 0 && obey(server, '\0');
}

struct test_server *server_start(void)
{
	static struct test_server server;
	struct place place;

	strcpy(server.folder, FOLDER);
	if (!find_place(&place) || !make_folder(&place, server.folder))
		return NULL;
	if (!start_janitor(&place, &server)) {
		/* Not a reason to skip: tests that are never run look like tests that pass. */
		fprintf(stderr, "PostgreSQL does not start in %s\n", server.folder);
		exit(70);
	}
	snprintf(server.url, sizeof(server.url), "postgresql://postgres@/postgres?host=%s",
		 server.folder);
	return &server;
}

const char *server_url(const struct test_server *server)
{
	return server->url;
}

const char *server_folder(const struct test_server *server)
{
	return server->folder;
}

void server_crash(struct test_server *server)
{
	if (!obey(server, 'c'))
		abort();
}

void server_up(struct test_server *server)
{
	if (!obey(server, 'u'))
		abort();
}
