/* pg_url.c -- reads the database URL before libpq uses it: no message may show a password. */
#include "db/pg/pg.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"

#define CONNECT_TIMEOUT 3
#define CONNECT_TIMEOUT_MAX 30

static void free_options(PQconninfoOption **options)
{
	PQconninfoFree(*options);
}

static const char *option(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword; options++) {
		if (strcmp(options->keyword, keyword) == 0)
			return options->val && options->val[0] ? options->val : NULL;
	}
	return NULL;
}

static enum err_code refuse_password(const struct db_options *options, struct err *err)
{
	return err_set(err, ERR_INVALID,
		       "%s: the database URL cannot be understood; write the signs @ : / ? # %% "
		       "of user and password as %%40 %%3A %%2F %%3F %%23 %%25", options->label);
}

/* libpq quotes the piece that it stumbles over, which may be a piece of the password. The label
 * has no password: what libpq says of the label may be shown. */
static enum err_code refuse(const struct db_options *options, struct err *err)
{
	char *why = NULL;
	char line[PG_LINE_MAX];

	if (!strstr(options->label, "://"))
		return refuse_password(options, err);
	PQconninfoOption *parsed = PQconninfoParse(options->label, &why);

	if (parsed) {
		PQconninfoFree(parsed);
		return refuse_password(options, err);
	}
	pg_line(why ? why : "", line);
	PQfreemem(why);
	return err_set(err, ERR_INVALID, "%s: the database URL cannot be understood: %s",
		       options->label, line);
}

static int count_hosts(const char *hosts)
{
	int n = 1;

	for (; hosts && *hosts; hosts++)
		n += *hosts == ',';
	return n;
}

/* An @ or / that was not escaped in the password shows up in what comes after it. */
static bool has_stray_password(const PQconninfoOption *parsed)
{
	const char *host = option(parsed, "host");
	const char *port = option(parsed, "port");
	const char *dbname = option(parsed, "dbname");

	if (host && host[0] != '@' && strchr(host, '@'))
		return true;
	if (port && port[strspn(port, "0123456789,")])
		return true;
	return dbname && strchr(dbname, '@') && !option(parsed, "password");
}

static int timeout_of(const PQconninfoOption *parsed)
{
	int64_t seconds = CONNECT_TIMEOUT;
	const char *text = option(parsed, "connect_timeout");

	if (!text || !parse_i64(str_of(text), &seconds) || seconds <= 0)
		return CONNECT_TIMEOUT;
	return seconds < CONNECT_TIMEOUT_MAX ? (int)seconds : CONNECT_TIMEOUT_MAX;
}

enum err_code pg_url_check(const struct db_options *options, struct pg_url *ret_url,
			   struct err *err)
{
	char *why = NULL;
	__attribute__((cleanup(free_options))) PQconninfoOption *parsed =
		PQconninfoParse(options->url ? options->url : "", &why);

	PQfreemem(why);
	if (!parsed)
		return refuse(options, err);
	if (has_stray_password(parsed))
		return refuse_password(options, err);

	const char *dbname = option(parsed, "dbname");
	struct pg_url url = { .connect_timeout = timeout_of(parsed),
			      .n_hosts = count_hosts(option(parsed, "host")) };
	if (dbname && strlen(dbname) >= sizeof(url.dbname))
		return err_set(err, ERR_INVALID, "%s: a database name has at most 63 bytes",
			       options->label);
	if (dbname)
		memcpy(url.dbname, dbname, strlen(dbname) + 1);
	*ret_url = url;
	return ERR_OK;
}

static bool is_near(struct str host)
{
	return host.n == 0 || host.p[0] == '/' || host.p[0] == '@' || str_starts(host, S("127.")) ||
	       str_eq(host, S("::1")) || str_eq(host, S("localhost"));
}

static bool are_near(const char *hosts)
{
	struct str rest = str_of(hosts), host;

	while (str_cut(&rest, ',', &host))
		if (!is_near(host))
			return false;
	return true;
}

/* What the URL does not say is what libpq takes for it: from its environment, or by default. */
bool pg_is_unproven(const struct db_options *options)
{
	__attribute__((cleanup(free_options))) PQconninfoOption *said =
		PQconninfoParse(options->url ? options->url : "", NULL);
	__attribute__((cleanup(free_options))) PQconninfoOption *usual = PQconndefaults();

	if (!said || !usual)
		return false;
	const char *host = option(said, "hostaddr"), *mode = option(said, "sslmode");
	if (!host)
		host = option(said, "host");
	if (!host)
		host = option(usual, "host");
	if (!mode)
		mode = option(usual, "sslmode");
	return host && !are_near(host) && !(mode && strcmp(mode, "verify-full") == 0);
}
