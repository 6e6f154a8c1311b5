/* csv.c -- records as lines of CSV. */
#include "base/csv.h"

#include "unit.h"

struct thing {
	struct str name;
	int64_t n;
	double share;
	int8_t is_good;
	usec_t at;
	struct str tags;
	int64_t secret;
};

static const struct field fields[] = {
	FIELD_STR(struct thing, name),
	FIELD_I64_FLAGS(struct thing, secret, FIELD_HIDDEN),
	FIELD_I64(struct thing, n),
	FIELD_F64(struct thing, share),
	FIELD_BOOL(struct thing, is_good),
	FIELD_TIME(struct thing, at),
	FIELD_JSON(struct thing, tags),
	FIELD_END,
};
static const struct record record = { "thing", sizeof(struct thing), fields };

static void check_row(const struct thing *thing, const char *want)
{
	AUTO(buf) struct buf b = buf_new(1000);

	csv_add_row(&b, &record, thing);
	assert_string_equal(buf_cstr(&b), want);
}

TEST(names_are_those_that_are_not_hidden)
{
	AUTO(buf) struct buf b = buf_new(1000);

	csv_add_names(&b, &record);
	assert_string_equal(buf_cstr(&b), "name,n,share,is_good,at,tags\r\n");
}

TEST(values_are_exact)
{
	const struct thing thing = { S("=a,\"b\""), INT64_MAX, -12.5, 1, 1, S("{\"a\":1}"), 7 };
	const struct thing low = { S(""), INT64_MIN + 1, 0, 0, 0, S("[]"), 7 };

	check_row(&thing, "\"'=a,\"\"b\"\"\",9223372036854775807,-12.5,true,"
			  "1970-01-01T00:00:00.000001Z,\"{\"\"a\"\":1}\"\r\n");
	check_row(&low, "\"\",-9223372036854775807,0,false,1970-01-01T00:00:00.000000Z,[]\r\n");
}

TEST(what_is_null_is_empty)
{
	struct thing thing;

	record_clear(&record, &thing);
	check_row(&thing, ",,,,,\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_that_are_not_hidden),
		cmocka_unit_test(values_are_exact),
		cmocka_unit_test(what_is_null_is_empty),
	};
	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
