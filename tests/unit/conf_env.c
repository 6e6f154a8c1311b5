/* conf_env.c -- what stands in a .env file. */
#include "unit.h"

#include "conf/conf.h"

/* The pairs as "name=value;name=value;". */
static void check_pairs(struct str text, const char *want)
{
	AUTO(arena) struct arena arena = { 0 };
	AUTO(buf) struct buf got = buf_new(10000);
	const struct conf_flag *pairs;
	const size_t n = conf_parse_env(text, &arena, &pairs);

	for (size_t i = 0; i < n; i++)
		buf_printf(&got, "%s=%s;", pairs[i].name, pairs[i].text);
	CHECK_STR(buf_str(&got), want);
}

TEST(lines_are_names_and_values)
{
	check_pairs(S("A=1\nB = two words \r\n\r\nexport C=3\nexport=4\nD="),
		    "A=1;B=two words;C=3;export=4;D=;");
	check_pairs(S(""), "");
	check_pairs(S("\xEF\xBB\xBF" "A=1"), "A=1;");
	check_pairs(S("  \tA=1"), "A=1;");
}

TEST(comments_begin_behind_a_blank)
{
	check_pairs(S("# A=1\n  # B=2\nC=3 # c\nD=a#b\nE=#e\nF=x\t#\n"),
		    "C=3;D=a#b;E=#e;F=x;");
}

TEST(single_quotes_keep_what_is_in_them)
{
	check_pairs(S("A=' a # b '\nB='x\\n$y' # c\nC='it\\'s'\nD=''"),
		    "A= a # b ;B=x\\n$y;C=it's;D=;");
}

TEST(double_quotes_know_escapes)
{
	check_pairs(S("A=\"a\\n\\tb\\\"c\\\\d\\q\"\nB=\"two\nlines\"\nC=1"),
		    "A=a\n\tb\"c\\d\\q;B=two\nlines;C=1;");
}

TEST(lines_that_make_no_sense_are_passed_over)
{
	check_pairs(S("nonsense\nA=1\n=2\nB C=3\nD=\"open\nE=4\n1+1=2\nF='x' y\nG=5"),
		    "A=1;E=4;G=5;");
	check_pairs(S("A=a\0b\nB=1\n\0\nC=2"), "B=1;C=2;");
	check_pairs(S("A=\"\\"), "");
	check_pairs(S("export"), "");
	check_pairs(S("A"), "");
}

TEST(what_stands_twice_is_given_twice)
{
	check_pairs(S("A=1\nA=2"), "A=1;A=2;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_names_and_values),
		cmocka_unit_test(comments_begin_behind_a_blank),
		cmocka_unit_test(single_quotes_keep_what_is_in_them),
		cmocka_unit_test(double_quotes_know_escapes),
		cmocka_unit_test(lines_that_make_no_sense_are_passed_over),
		cmocka_unit_test(what_stands_twice_is_given_twice),
	};

	return cmocka_run_group_tests_name("conf_env", tests, NULL, NULL);
}
