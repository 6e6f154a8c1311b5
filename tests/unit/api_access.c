/* api_access.c -- the decision table: every combination of facts, and each condition alone. */
#include "api/access.h"

#include "unit/unit.h"

/* Facts as bits, so that one of them can be turned over. */
enum {
	HOST_OURS = 1 << 0,
	HOST_LOOPBACK = 1 << 1,
	FOREIGN = 1 << 2,
	PROVEN = 1 << 3,
	KEY_SET = 1 << 4,
	KEY_RIGHT = 1 << 5,
	THROTTLED = 1 << 6,
	WRITE_MODE = 1 << 7,
	OPEN_READS = 1 << 8,
	PEER_LOOPBACK = 1 << 9,
	SAME_USER = 1 << 10,
	FORWARDED = 1 << 11,
	ALL_FACTS = 1 << 12,
};

static struct access_facts facts_of(unsigned bits, enum access_want want)
{
	return (struct access_facts){
		.want = want,
		.is_host_ours = bits & HOST_OURS,
		.is_host_loopback = bits & HOST_LOOPBACK,
		.is_foreign = bits & FOREIGN,
		.is_proven_ours = bits & PROVEN,
		.is_key_set = bits & KEY_SET,
		.is_key_right = bits & KEY_RIGHT,
		.is_throttled = bits & THROTTLED,
		.is_write_mode = bits & WRITE_MODE,
		.may_read_openly = bits & OPEN_READS,
		.is_peer_loopback = bits & PEER_LOOPBACK,
		.is_peer_same_user = bits & SAME_USER,
		.is_forwarded = bits & FORWARDED,
	};
}

static enum err_code decide(unsigned bits, enum access_want want, struct err *err)
{
	const struct access_facts facts = facts_of(bits, want);

	*err = (struct err){ 0 };
	return access_decide(&facts, err);
}

static bool has(unsigned bits, unsigned all)
{
	return (bits & all) == all;
}

/* The table of docs/security.md, column by column. */
static enum err_code with_key(unsigned bits, enum access_want want)
{
	if (has(bits, THROTTLED))
		return ERR_TOO_MANY;
	if (!has(bits, KEY_RIGHT))
		return ERR_UNAUTHORIZED;
	return want == WANT_WRITE && !has(bits, PROVEN) ? ERR_FORBIDDEN : ERR_OK;
}

static enum err_code without_key(unsigned bits, enum access_want want)
{
	const unsigned local = PROVEN | PEER_LOOPBACK | HOST_LOOPBACK | SAME_USER;

	if (want == WANT_READ)
		return has(bits, OPEN_READS) ? ERR_OK : ERR_FORBIDDEN;
	return has(bits, local) && !has(bits, FORWARDED) ? ERR_OK : ERR_FORBIDDEN;
}

static enum err_code expected(unsigned bits, enum access_want want)
{
	if (!has(bits, HOST_OURS))
		return ERR_MISDIRECTED;
	if (has(bits, FOREIGN))
		return ERR_FORBIDDEN;
	if (want == WANT_SHELL || want == WANT_STATE)
		return ERR_OK;
	if (want == WANT_WRITE && !has(bits, WRITE_MODE))
		return ERR_FORBIDDEN;
	return has(bits, KEY_SET) ? with_key(bits, want) : without_key(bits, want);
}

TEST(every_combination_of_facts)
{
	struct err err;

	for (int want = WANT_SHELL; want <= WANT_WRITE; want++) {
		for (unsigned bits = 0; bits < ALL_FACTS; bits++) {
			const enum err_code code = decide(bits, (enum access_want)want, &err);

			if (code != expected(bits, (enum access_want)want))
				print_error("want %d, facts %#x: %s\n", want, bits,
					    err_name(code));
			assert_int_equal(code, expected(bits, (enum access_want)want));
			assert_int_equal(err.code, code);
			assert_true((err.msg[0] != '\0') == (code != ERR_OK));
		}
	}
}

/* A refusal, and the facts each of which, turned over alone, makes another answer; all others
 * make none. `by_want` are the wants under which the same facts lead to the same answer. */
struct witness {
	const char *says;
	enum err_code code;
	enum access_want want;
	unsigned facts;
	unsigned decisive;
	unsigned by_want;
};

#define WANTS(shell, state, read, write) ((shell) | (state) << 1 | (read) << 2 | (write) << 3)
#define ANY_WANT WANTS(1, 1, 1, 1)
/* The person at this machine, from the page. */
#define AT_HOME (HOST_OURS | HOST_LOOPBACK | PROVEN | PEER_LOOPBACK | SAME_USER | OPEN_READS)
#define LOCAL_FACTS (PROVEN | HOST_LOOPBACK | PEER_LOOPBACK | SAME_USER | FORWARDED)

static const struct witness witnesses[] = {
	{ "host name", ERR_MISDIRECTED, WANT_WRITE, (AT_HOME | WRITE_MODE) & ~HOST_OURS, HOST_OURS,
	  ANY_WANT },
	{ "origin", ERR_FORBIDDEN, WANT_WRITE, AT_HOME | WRITE_MODE | FOREIGN, HOST_OURS | FOREIGN,
	  ANY_WANT },
	{ "writes are disabled", ERR_FORBIDDEN, WANT_WRITE, AT_HOME,
	  HOST_OURS | FOREIGN | WRITE_MODE, WANTS(0, 0, 0, 1) },
	{ "Too many", ERR_TOO_MANY, WANT_WRITE,
	  AT_HOME | WRITE_MODE | KEY_SET | KEY_RIGHT | THROTTLED,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_SET | THROTTLED, WANTS(0, 0, 1, 1) },
	{ "Too many", ERR_TOO_MANY, WANT_READ, AT_HOME | KEY_SET | THROTTLED,
	  HOST_OURS | FOREIGN | KEY_SET | THROTTLED, WANTS(0, 0, 1, 0) },
	{ "API key", ERR_UNAUTHORIZED, WANT_READ, AT_HOME | KEY_SET,
	  HOST_OURS | FOREIGN | KEY_SET | KEY_RIGHT | THROTTLED, WANTS(0, 0, 1, 0) },
	{ "API key", ERR_UNAUTHORIZED, WANT_WRITE, AT_HOME | KEY_SET | WRITE_MODE,
	  HOST_OURS | FOREIGN | KEY_SET | KEY_RIGHT | THROTTLED | WRITE_MODE,
	  WANTS(0, 0, 1, 1) },
	{ "Reading needs", ERR_FORBIDDEN, WANT_READ, AT_HOME & ~OPEN_READS,
	  HOST_OURS | FOREIGN | KEY_SET | OPEN_READS, WANTS(0, 0, 1, 0) },
	{ "own page", ERR_FORBIDDEN, WANT_WRITE,
	  (AT_HOME | WRITE_MODE | KEY_SET | KEY_RIGHT) & ~PROVEN,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_RIGHT | THROTTLED | PROVEN, WANTS(0, 0, 0, 1) },
	{ "own page", ERR_FORBIDDEN, WANT_WRITE, (AT_HOME | WRITE_MODE) & ~PROVEN,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_SET | PROVEN, WANTS(0, 0, 0, 1) },
	{ "through a proxy", ERR_FORBIDDEN, WANT_WRITE, AT_HOME | WRITE_MODE | FORWARDED,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_SET | PROVEN | FORWARDED, WANTS(0, 0, 0, 1) },
	{ "from elsewhere", ERR_FORBIDDEN, WANT_WRITE, (AT_HOME | WRITE_MODE) & ~PEER_LOOPBACK,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_SET | PROVEN | FORWARDED | PEER_LOOPBACK,
	  WANTS(0, 0, 0, 1) },
	{ "from elsewhere", ERR_FORBIDDEN, WANT_WRITE, (AT_HOME | WRITE_MODE) & ~HOST_LOOPBACK,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_SET | PROVEN | FORWARDED | HOST_LOOPBACK,
	  WANTS(0, 0, 0, 1) },
	{ "another user", ERR_FORBIDDEN, WANT_WRITE, (AT_HOME | WRITE_MODE) & ~SAME_USER,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_SET | LOCAL_FACTS, WANTS(0, 0, 0, 1) },
	/* What is allowed, and what each fact is needed for. */
	{ "", ERR_OK, WANT_WRITE, AT_HOME | WRITE_MODE,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_SET | LOCAL_FACTS, ANY_WANT },
	{ "", ERR_OK, WANT_WRITE, HOST_OURS | PROVEN | KEY_SET | KEY_RIGHT | WRITE_MODE,
	  HOST_OURS | FOREIGN | WRITE_MODE | KEY_SET | KEY_RIGHT | THROTTLED | PROVEN, ANY_WANT },
	{ "", ERR_OK, WANT_READ, HOST_OURS | KEY_SET | KEY_RIGHT,
	  HOST_OURS | FOREIGN | KEY_SET | KEY_RIGHT | THROTTLED, WANTS(1, 1, 1, 0) },
	{ "", ERR_OK, WANT_READ, HOST_OURS | OPEN_READS,
	  HOST_OURS | FOREIGN | KEY_SET | OPEN_READS, WANTS(1, 1, 1, 0) },
	{ "", ERR_OK, WANT_SHELL, HOST_OURS | KEY_SET, HOST_OURS | FOREIGN, WANTS(1, 1, 0, 0) },
	{ "", ERR_OK, WANT_STATE, HOST_OURS | KEY_SET, HOST_OURS | FOREIGN, WANTS(1, 1, 0, 0) },
};

static bool is_same(const struct witness *w, unsigned bits, enum access_want want)
{
	struct err err;

	if (decide(bits, want, &err) != w->code)
		return false;
	return w->code == ERR_OK || strstr(err.msg, w->says) != NULL;
}

static void check_facts(const struct witness *w)
{
	for (unsigned fact = 1; fact < ALL_FACTS; fact <<= 1) {
		const bool is_same_answer = is_same(w, w->facts ^ fact, w->want);

		if (is_same_answer == has(w->decisive, fact))
			print_error("\"%s\", want %d: fact %#x\n", w->says, w->want, fact);
		assert_true(is_same_answer != has(w->decisive, fact));
	}
}

static void check_wants(const struct witness *w)
{
	for (unsigned want = WANT_SHELL; want <= WANT_WRITE; want++) {
		const bool is_same_answer = is_same(w, w->facts, (enum access_want)want);

		if (is_same_answer != has(w->by_want, 1U << want))
			print_error("\"%s\": want %u\n", w->says, want);
		assert_true(is_same_answer == has(w->by_want, 1U << want));
	}
}

TEST(each_condition_matters_alone)
{
	for (size_t i = 0; i < ARRAY_LEN(witnesses); i++) {
		assert_true(is_same(&witnesses[i], witnesses[i].facts, witnesses[i].want));
		check_facts(&witnesses[i]);
		check_wants(&witnesses[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_of_facts),
		cmocka_unit_test(each_condition_matters_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
