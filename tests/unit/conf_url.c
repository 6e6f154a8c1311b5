/* conf_url.c -- what may be shown of a database URL, and which database it means. */
#include "unit.h"

#include <string.h>

#include "conf/conf.h"

static void check_label(const char *url, const char *want)
{
	AUTO(arena) struct arena arena = { 0 };

	CHECK_TEXT(conf_url_label(url, &arena), want);
}

TEST(urls_keep_user_host_and_database)
{
	check_label("postgresql://postgres@localhost/soniq",
		    "postgresql://postgres@localhost/soniq");
	check_label("postgres://u:pw@h:5433/d", "postgresql://u@h:5433/d");
	check_label("postgresql+asyncpg://u:pw@h/d", "postgresql://u@h/d");
	check_label("postgresql://u@h", "postgresql://u@h");
	check_label("postgresql://", "postgresql://");
	check_label("postgresql:///d", "postgresql:///d");
	check_label("postgresql://u:@h/d", "postgresql://u@h/d");
	check_label("postgresql://u:pw@[::1]:5432/d", "postgresql://u@[::1]:5432/d");
	check_label("postgresql://%2Fvar%2Frun/d", "postgresql://%2Fvar%2Frun/d");
	check_label("postgresql:///d?host=/var/run/postgresql&port=5433",
		    "postgresql:///var/run/postgresql:5433/d");
	check_label("postgresql://u:pw@a:1,b:2,c/d?target_session_attrs=any",
		    "postgresql://u@a:1,b:2,c/d");
	check_label(NULL, "");
}

TEST(keyword_strings_keep_user_host_and_database)
{
	check_label("host=h port=5433 user=u password=pw dbname=d", "postgresql://u@h:5433/d");
	check_label("  host = '/tmp/x'  password = 'p\\'w x' dbname='d' ", "postgresql:///tmp/x/d");
	check_label("password='' user=u", "postgresql://u@");
	check_label("dbname=d sslpassword=hush", "postgresql:///d");
}

TEST(paths_are_shown_as_they_are)
{
	check_label("sqlite:///x/y.db", "sqlite:///x/y.db");
	check_label("sqlite:////abs/y.db", "sqlite:////abs/y.db");
	check_label("./jobs.sqlite3", "./jobs.sqlite3");
	check_label("/home/me@work/jobs.db", "/home/me@work/jobs.db");
}

/* In each of these, "hush" or a piece of it is the password. */
static const char *const with_password[] = {
	"postgresql://u:hush@h/d",
	"postgresql://u:hu@sh@h/d",
	"postgresql://u:hu:sh@h/d",
	"postgresql://u:hu/sh@h/d",
	"postgresql://u:hu?sh@h/d",
	"postgresql://u:hu#sh@h/d",
	"postgresql://u:/hush@h/d",
	"postgresql://u:@hush@h/d",
	"postgresql://u:?hush@h/d",
	"postgresql://u:%68ush@h/d",
	"postgresql://u:hush%40@h/d",
	"postgresql://:hush@h/d",
	"postgresql://u:hush@h1,u2:hush@h2/d",
	"postgresql://h1,h2/d?password=hush",
	"postgresql://u@h/d?password=hush",
	"postgresql://h/d?user=u&password=hu@sh",
	"postgresql://h/d?sslpassword=hush&password=hu%40sh",
	"postgresql://h?password=hush",
	"postgresql:///?password=hush",
	"postgresql://u@h/d?password=hu?sh",
	"postgresql://u@h/d?password=hu/sh",
	"postgresql://u@h/d?password=hu:sh@",
	"postgresql://u:hush",
	"postgresql://u:hush/d",
	"postgresql://u:hu sh@h/d",
	"postgresql://u:hush@h/d trailing hush",
	"postgresql://u:hush@h:port/d",
	"postgresql://u:hush@[::1/d",
	"postgresql://u@x:hush@h/d",
	"postgresql://u:hush@h/d?",
	"postgresql://u:hush@h/d#hush",
	"postgresql://u:hush@h/d?host=a@hush",
	"PostgreSQL://u:hush@h/d",
	"postgres:u:hush@h/d",
	"postgresql:/u:hush@h/d",
	"mysql://u:hush@h/d",
	"http://u:hush@h/d.db",
	"postgresql+x y://u:hush@h/d",
	"//u:hush@h/d",
	"u:hush@h/d",
	"u:hush@h/d.db",
	"sqlite://u:hush@h/d.db",
	"sqlite:///x.db?key=hush",
	" postgresql://u:hush@h/d",
	"hush",
	"host=h password=hush",
	"host=h password = hush",
	"password='hush' host=h",
	"password='hu sh' host=h",
	"password='hu\\'sh' host=h",
	"password=hu\\ sh host=h",
	"password='hush",
	"password=hush\\",
	"password=hu sh host=h",
	"host='a b' password=hush",
	"PASSWORD=hush",
	"sslpassword=hush",
	"passfile=/x password=hush dbname=d",
	"dbname=postgresql://u:hush@h/d",
	"dbname='host=h password=hush'",
	"host=u:hush@h dbname=d",
	"user='u:hush@h'",
	"password=hush\nhost=h",
	"=hush",
	"password==hush host=h",
	"host=h,password=hush",
	"host=h;password=hush",
	"password=hush'x y' host=h",
	"user=u@hush",
	"password=\xC3\xA4hush host=h",
};

TEST(a_password_is_never_shown)
{
	AUTO(arena) struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(with_password); i++) {
		const char *label = conf_url_label(with_password[i], &arena);

		if (strstr(label, "hu") || strstr(label, "sh/") || strstr(label, "sh@") ||
		    strstr(label, "ush"))
			fail_msg("%s shows %s", with_password[i], label);
	}
}

TEST(what_cannot_be_understood_is_not_shown)
{
	check_label("postgresql://u:p/w@h/d", "postgresql://(not shown)");
	check_label("nonsense", "postgresql://(not shown)");
	check_label(" = ", "postgresql://(not shown)");
	check_label("mysql://u@h/d", "postgresql://(not shown)");
	check_label("sqlite:///x.db?key=k", "sqlite:///(not shown)");
	check_label("postgresql://h/d\x1b[2J", "postgresql://(not shown)");
}

TEST(passwords_with_signs_of_urls_do_not_hide_the_host)
{
	check_label("postgresql://u:p@ss:w#rd@h:1/d", "postgresql://u@h:1/d");
	check_label("postgresql://u:100%@h/d", "postgresql://u@h/d");
}

static void check_sqlite(const char *url, const char *want)
{
	AUTO(arena) struct arena arena = { 0 };
	const char *path = NULL;

	assert_int_equal(conf_url_is_sqlite(url, &arena, &path), want != NULL);
	CHECK_TEXT(path, want);
}

TEST(sqlite_files_are_told_from_postgresql)
{
	check_sqlite("sqlite:///relative.db", "relative.db");
	check_sqlite("sqlite:////absolute/x", "/absolute/x");
	check_sqlite("jobs.db", "jobs.db");
	check_sqlite("/x/jobs.sqlite", "/x/jobs.sqlite");
	check_sqlite("./a=b.sqlite3", "./a=b.sqlite3");
	check_sqlite("postgresql://h/x.db", NULL);
	check_sqlite("host=h dbname=x.db", NULL);
	check_sqlite("jobs.txt", NULL);
	check_sqlite("", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_keep_user_host_and_database),
		cmocka_unit_test(keyword_strings_keep_user_host_and_database),
		cmocka_unit_test(paths_are_shown_as_they_are),
		cmocka_unit_test(a_password_is_never_shown),
		cmocka_unit_test(what_cannot_be_understood_is_not_shown),
		cmocka_unit_test(passwords_with_signs_of_urls_do_not_hide_the_host),
		cmocka_unit_test(sqlite_files_are_told_from_postgresql),
	};

	return cmocka_run_group_tests_name("conf_url", tests, NULL, NULL);
}
