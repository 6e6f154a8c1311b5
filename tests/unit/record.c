/* record.c -- described structs. */
#include "unit.h"

#include <string.h>

#include "base/record.h"

struct sample {
	int64_t id;
	double load;
	int8_t is_on;
	usec_t at;
	struct str name;
	struct str args;
	int64_t beside;
};

static const struct field fields[] = {
	FIELD_I64(struct sample, id),     FIELD_F64(struct sample, load),
	FIELD_BOOL(struct sample, is_on), FIELD_TIME(struct sample, at),
	FIELD_STR(struct sample, name),   FIELD_JSON(struct sample, args),
	FIELD_END,
};

static const struct record record = { "sample", sizeof(struct sample), fields };

TEST(clearing_sets_every_field_to_its_null)
{
	struct sample s;

	memset(&s, 0x55, sizeof(s));
	record_clear(&record, &s);
	assert_true(s.id == I64_NULL);
	assert_true(isnan(s.load));
	assert_int_equal(s.is_on, -1);
	assert_true(s.at == TIME_NULL);
	assert_null(s.name.p);
	assert_null(s.args.p);
	assert_int_equal(s.beside, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clearing_sets_every_field_to_its_null),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
