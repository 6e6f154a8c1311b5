/* lite_open.c -- opens a file that is there, never makes one by chance, and knows it again. */
#include "db/lite/lite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALUE_MAX (64 << 20)            /* bytes of one value; larger ones cannot be read */
#define PROGRESS_STEPS 1000             /* of SQLite's machine between two looks at the clock */

static const struct pragma {
	const char *text;
	bool for_reads, for_writes;
} pragmas[] = {
	{ "PRAGMA trusted_schema = OFF", true, true },
	{ "PRAGMA cell_size_check = ON", true, true },
	{ "PRAGMA mmap_size = 0", true, true },         /* a file cut short would be a SIGBUS */
	{ "PRAGMA temp_store = MEMORY", true, true },
	{ "PRAGMA query_only = ON", true, false },
	{ "PRAGMA foreign_keys = ON", false, true },
	{ "PRAGMA journal_mode = WAL", false, true },
	{ "PRAGMA synchronous = FULL", false, true },
	{ "PRAGMA journal_size_limit = 67108864", false, true },
	/* The first look into the file: whatever is wrong with it shows now. */
	{ "SELECT count(*) FROM sqlite_schema", true, true },
};

static const struct { int option, value; } configs[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_DQS_DML, 0 },
	{ SQLITE_DBCONFIG_DQS_DDL, 0 },
};

enum err_code lite_create_file(const struct db_options *options, struct err *err)
{
	const int fd = open(options->sqlite_path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0) {
		close(fd);
		return ERR_OK;
	}
	if (errno == EEXIST)
		return err_set(err, ERR_CONFLICT, "%s: there is a file already", options->label);
	return err_set(err, ERR_UNAVAILABLE, "%s: the file cannot be made: %s; check that the "
		       "folder is there and writable", options->label, strerror(errno));
}

static enum err_code make_if_wanted(const struct db_options *options, struct err *err)
{
	if (options->must_exist || options->role != DB_WRITE)
		return err_set(err, ERR_UNAVAILABLE,
			       "%s: there is no such file; run `soniq setup` to make it, or put "
			       "the file back", options->label);
	const enum err_code code = lite_create_file(options, err);
	return code == ERR_CONFLICT ? ERR_OK : code;
}

static enum err_code check_file(struct lite *lite, struct err *err)
{
	const struct db_options *options = lite->options;
	struct stat st;

	if (stat(options->sqlite_path, &st) != 0 && errno == ENOENT)
		TRY(make_if_wanted(options, err));
	if (stat(options->sqlite_path, &st) != 0)
		return err_set(err, ERR_UNAVAILABLE, "%s: the file cannot be found: %s",
			       options->label, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_UNAVAILABLE, "%s: this is not a file", options->label);
	lite->dev = st.st_dev;
	lite->ino = st.st_ino;
	return ERR_OK;
}

bool lite_is_same_file(const struct lite *lite)
{
	struct stat st;

	return stat(lite->options->sqlite_path, &st) == 0 && st.st_dev == lite->dev &&
	       st.st_ino == lite->ino;
}

/* SQLite would take a path that begins with "file:" for a URI, with options in it. */
static char *safe_path(const char *path)
{
	AUTO(arena) struct arena arena = { 0 };

	return xstrdup(path[0] == '/' ? path : arena_printf(&arena, "./%s", path));
}

static int open_file(struct lite *lite)
{
	const int mode = lite->options->role == DB_READ ? SQLITE_OPEN_READONLY :
							  SQLITE_OPEN_READWRITE;
	char *path = safe_path(lite->options->sqlite_path);
	const int rc = sqlite3_open_v2(path, &lite->db,
				       mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	free(path);
	return rc;
}

static int configure(struct lite *lite)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < ARRAY_LEN(configs) && rc == SQLITE_OK; i++)
		rc = sqlite3_db_config(lite->db, configs[i].option, configs[i].value, NULL);
	sqlite3_limit(lite->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	sqlite3_progress_handler(lite->db, PROGRESS_STEPS, lite_on_progress, lite);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_handler(lite->db, lite_on_busy, lite);
	return rc == SQLITE_OK ? lite_add_functions(lite) : rc;
}

static enum err_code run_pragmas(struct lite *lite, struct err *err)
{
	const bool reads = lite->options->role == DB_READ;

	for (size_t i = 0; i < ARRAY_LEN(pragmas); i++) {
		if (reads ? pragmas[i].for_reads : pragmas[i].for_writes)
			TRY(lite_run(lite, pragmas[i].text, err));
	}
	return ERR_OK;
}

static enum err_code fail_open(struct lite *lite, int rc, struct err *err)
{
	const int why = lite->db ? sqlite3_system_errno(lite->db) : 0;

	if ((rc & 0xff) == SQLITE_CANTOPEN && why != 0)
		return err_set(err, ERR_UNAVAILABLE, "%s: the file cannot be opened: %s",
			       lite->options->label, strerror(why));
	return lite_fail(lite, rc, err);
}

static enum err_code open_and_look(struct lite *lite, struct err *err)
{
	TRY(check_file(lite, err));
	lite_start(lite);
	int rc = open_file(lite);
	if (rc == SQLITE_OK)
		rc = configure(lite);
	if (rc != SQLITE_OK)
		return fail_open(lite, rc, err);
	/* SQLite opens what it may not write for reading, without a word. */
	if (lite->options->role == DB_WRITE && sqlite3_db_readonly(lite->db, "main") == 1)
		return err_set(err, ERR_FORBIDDEN, "%s: the file is not writable for this account",
			       lite->options->label);
	return run_pragmas(lite, err);
}

enum err_code lite_open(const struct db_options *options, struct lite **ret_lite, struct err *err)
{
	AUTO_FREE(lite) struct lite *lite = xalloc(sizeof(*lite));

	memset(lite, 0, sizeof(*lite));
	lite->options = options;
	TRY(open_and_look(lite, err));
	*ret_lite = lite;
	lite = NULL;
	return ERR_OK;
}

void lite_free(struct lite *lite)
{
	if (!lite)
		return;
	for (size_t i = 0; i < ARRAY_LEN(lite->statements); i++)
		sqlite3_finalize(lite->statements[i].stmt);
	sqlite3_finalize(lite->json_valid);
	sqlite3_finalize(lite->data_version);
	sqlite3_close(lite->db);
	free(lite);
}
