/* api_access.c -- the decision table: every combination of facts, and each condition alone. */
#include "api/access.h"

#include "unit/unit.h"

/* Facts as bits, so that one of them can be turned over; the role stands above them. */
enum {
	HOST_OURS = 1 << 0,
	HOST_LOOPBACK = 1 << 1,
	FOREIGN = 1 << 2,
	PROVEN = 1 << 3,
	CLOSED = 1 << 4,
	TAKES_KEYS = 1 << 5,
	KNOWN = 1 << 6,
	GARBLED = 1 << 7,
	THROTTLED = 1 << 8,
	WRITE_MODE = 1 << 9,
	OPEN_READS = 1 << 10,
	PEER_LOOPBACK = 1 << 11,
	SAME_USER = 1 << 12,
	FORWARDED = 1 << 13,
	ALL_FACTS = 1 << 14,
};

#define AS(role) ((unsigned)(role) * ALL_FACTS)
#define WITH_ROLES (ACCESS_ROLE__COUNT * ALL_FACTS)

static enum access_role role_of(unsigned bits)
{
	return (enum access_role)(bits / ALL_FACTS);
}

static struct access_facts facts_of(unsigned bits, enum access_want want)
{
	return (struct access_facts){
		.want = want,
		.is_host_ours = bits & HOST_OURS,
		.is_host_loopback = bits & HOST_LOOPBACK,
		.is_foreign = bits & FOREIGN,
		.is_proven_ours = bits & PROVEN,
		.is_closed = bits & CLOSED,
		.takes_keys = bits & TAKES_KEYS,
		.is_known = bits & KNOWN,
		.is_name_garbled = bits & GARBLED,
		.role = role_of(bits),
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

static bool writes(enum access_want want)
{
	return want == WANT_OPERATE || want == WANT_DESTROY;
}

/* The table of docs/security.md, column by column. */
static enum err_code closed(unsigned bits, enum access_want want)
{
	static const enum access_role needed[ACCESS_WANT__COUNT] = {
		[WANT_READ] = ROLE_VIEWER, [WANT_OPERATE] = ROLE_OPERATOR,
		[WANT_DESTROY] = ROLE_ADMIN,
	};

	if (has(bits, THROTTLED | TAKES_KEYS))
		return ERR_TOO_MANY;
	if (!has(bits, KNOWN))
		return has(bits, TAKES_KEYS) ? ERR_UNAUTHORIZED : ERR_FORBIDDEN;
	if (role_of(bits) < needed[want])
		return ERR_FORBIDDEN;
	return writes(want) && !has(bits, PROVEN) ? ERR_FORBIDDEN : ERR_OK;
}

static enum err_code open_to_all(unsigned bits, enum access_want want)
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
	if (has(bits, GARBLED))
		return ERR_MALFORMED;
	if (want == WANT_SHELL || want == WANT_STATE)
		return ERR_OK;
	if (writes(want) && !has(bits, WRITE_MODE))
		return ERR_FORBIDDEN;
	return has(bits, CLOSED) ? closed(bits, want) : open_to_all(bits, want);
}

TEST(every_combination_of_facts)
{
	struct err err;

	for (int want = WANT_SHELL; want < ACCESS_WANT__COUNT; want++) {
		for (unsigned bits = 0; bits < WITH_ROLES; bits++) {
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
 * make none. `by_want` are the wants under which the same facts lead to the same answer, and
 * `by_role` the roles. */
struct witness {
	const char *says;
	enum err_code code;
	enum access_want want;
	unsigned facts;
	unsigned decisive;
	unsigned by_want;
	unsigned by_role;
};

#define WANTS(shell, state, read, operate, destroy) \
	((shell) | (state) << 1 | (read) << 2 | (operate) << 3 | (destroy) << 4)
#define ANY_WANT WANTS(1, 1, 1, 1, 1)
#define WRITES WANTS(0, 0, 0, 1, 1)
#define READS WANTS(0, 0, 1, 0, 0)
#define DATA WANTS(0, 0, 1, 1, 1)
#define ROLES(none, viewer, operator, admin) \
	((none) | (viewer) << 1 | (operator) << 2 | (admin) << 3)
#define ANY_ROLE ROLES(1, 1, 1, 1)
/* The person at this machine, from the page. */
#define AT_HOME (HOST_OURS | HOST_LOOPBACK | PROVEN | PEER_LOOPBACK | SAME_USER | OPEN_READS)
#define LOCAL_FACTS (PROVEN | HOST_LOOPBACK | PEER_LOOPBACK | SAME_USER | FORWARDED)
/* Decisive for whatever comes after them. */
#define GATE (HOST_OURS | FOREIGN | GARBLED)
#define KEYED (CLOSED | TAKES_KEYS)
/* From afar, by the page, known. */
#define AFAR (HOST_OURS | PROVEN | CLOSED | KNOWN)

static const struct witness witnesses[] = {
	{ "host name", ERR_MISDIRECTED, WANT_DESTROY, (AT_HOME | WRITE_MODE) & ~HOST_OURS,
	  HOST_OURS, ANY_WANT, ANY_ROLE },
	{ "origin", ERR_FORBIDDEN, WANT_DESTROY, AT_HOME | WRITE_MODE | FOREIGN,
	  HOST_OURS | FOREIGN, ANY_WANT, ANY_ROLE },
	{ "USER_HEADER", ERR_MALFORMED, WANT_DESTROY, AT_HOME | WRITE_MODE | GARBLED, GATE,
	  ANY_WANT, ANY_ROLE },
	{ "writes are disabled", ERR_FORBIDDEN, WANT_OPERATE, AT_HOME, GATE | WRITE_MODE, WRITES,
	  ANY_ROLE },
	{ "Too many", ERR_TOO_MANY, WANT_OPERATE,
	  AT_HOME | WRITE_MODE | KEYED | KNOWN | THROTTLED | AS(ROLE_ADMIN),
	  GATE | WRITE_MODE | KEYED | THROTTLED, DATA, ANY_ROLE },
	{ "Too many", ERR_TOO_MANY, WANT_READ, AT_HOME | KEYED | THROTTLED,
	  GATE | KEYED | THROTTLED, READS, ANY_ROLE },
	{ "API key", ERR_UNAUTHORIZED, WANT_READ, AT_HOME | KEYED,
	  GATE | KEYED | KNOWN | THROTTLED, READS, ANY_ROLE },
	{ "API key", ERR_UNAUTHORIZED, WANT_OPERATE, AT_HOME | KEYED | WRITE_MODE,
	  GATE | KEYED | KNOWN | THROTTLED | WRITE_MODE, DATA, ANY_ROLE },
	{ "Only a proxy", ERR_FORBIDDEN, WANT_READ, AT_HOME | CLOSED, GATE | KEYED | KNOWN, READS,
	  ANY_ROLE },
	{ "have no role", ERR_FORBIDDEN, WANT_READ, AT_HOME | WRITE_MODE | CLOSED | KNOWN,
	  GATE | CLOSED | KNOWN, DATA, ROLES(1, 0, 0, 0) },
	{ "Reading needs", ERR_FORBIDDEN, WANT_READ, AT_HOME & ~OPEN_READS,
	  GATE | CLOSED | OPEN_READS, READS, ANY_ROLE },
	{ "own page", ERR_FORBIDDEN, WANT_OPERATE,
	  ((AT_HOME | WRITE_MODE | KEYED | KNOWN) & ~PROVEN) | AS(ROLE_ADMIN),
	  GATE | WRITE_MODE | KNOWN | THROTTLED | PROVEN, WRITES, ROLES(0, 1, 1, 1) },
	{ "own page", ERR_FORBIDDEN, WANT_OPERATE, (AT_HOME | WRITE_MODE) & ~PROVEN,
	  GATE | WRITE_MODE | CLOSED | PROVEN, WRITES, ANY_ROLE },
	{ "the role operator; yours is viewer", ERR_FORBIDDEN, WANT_OPERATE,
	  AFAR | WRITE_MODE | AS(ROLE_VIEWER), GATE | WRITE_MODE | CLOSED | KNOWN | PROVEN,
	  WANTS(0, 0, 0, 1, 0), ROLES(0, 1, 0, 0) },
	{ "the role admin; yours is viewer", ERR_FORBIDDEN, WANT_DESTROY,
	  AFAR | WRITE_MODE | AS(ROLE_VIEWER), GATE | WRITE_MODE | CLOSED | KNOWN | PROVEN,
	  WANTS(0, 0, 0, 0, 1), ROLES(0, 1, 0, 0) },
	{ "the role admin; yours is operator", ERR_FORBIDDEN, WANT_DESTROY,
	  AFAR | WRITE_MODE | AS(ROLE_OPERATOR), GATE | WRITE_MODE | CLOSED | KNOWN | PROVEN,
	  WANTS(0, 0, 0, 0, 1), ROLES(0, 0, 1, 0) },
	{ "through a proxy", ERR_FORBIDDEN, WANT_OPERATE, AT_HOME | WRITE_MODE | FORWARDED,
	  GATE | WRITE_MODE | CLOSED | PROVEN | FORWARDED, WRITES, ANY_ROLE },
	{ "from elsewhere", ERR_FORBIDDEN, WANT_OPERATE, (AT_HOME | WRITE_MODE) & ~PEER_LOOPBACK,
	  GATE | WRITE_MODE | CLOSED | PROVEN | FORWARDED | PEER_LOOPBACK, WRITES, ANY_ROLE },
	{ "from elsewhere", ERR_FORBIDDEN, WANT_OPERATE, (AT_HOME | WRITE_MODE) & ~HOST_LOOPBACK,
	  GATE | WRITE_MODE | CLOSED | PROVEN | FORWARDED | HOST_LOOPBACK, WRITES, ANY_ROLE },
	{ "another user", ERR_FORBIDDEN, WANT_OPERATE, (AT_HOME | WRITE_MODE) & ~SAME_USER,
	  GATE | WRITE_MODE | CLOSED | LOCAL_FACTS, WRITES, ANY_ROLE },
	/* What is allowed, and what each fact is needed for. */
	{ "", ERR_OK, WANT_DESTROY, AT_HOME | WRITE_MODE,
	  GATE | WRITE_MODE | CLOSED | LOCAL_FACTS, ANY_WANT, ANY_ROLE },
	{ "", ERR_OK, WANT_DESTROY, AFAR | TAKES_KEYS | WRITE_MODE | AS(ROLE_ADMIN),
	  GATE | WRITE_MODE | CLOSED | KNOWN | THROTTLED | PROVEN, ANY_WANT, ROLES(0, 0, 0, 1) },
	{ "", ERR_OK, WANT_OPERATE, AFAR | WRITE_MODE | AS(ROLE_OPERATOR),
	  GATE | WRITE_MODE | CLOSED | KNOWN | PROVEN, WANTS(1, 1, 1, 1, 0), ROLES(0, 0, 1, 1) },
	{ "", ERR_OK, WANT_READ, HOST_OURS | KEYED | KNOWN | AS(ROLE_VIEWER),
	  GATE | CLOSED | KNOWN | THROTTLED, WANTS(1, 1, 1, 0, 0), ROLES(0, 1, 1, 1) },
	{ "", ERR_OK, WANT_READ, HOST_OURS | OPEN_READS, GATE | CLOSED | OPEN_READS,
	  WANTS(1, 1, 1, 0, 0), ANY_ROLE },
	{ "", ERR_OK, WANT_SHELL, HOST_OURS | KEYED, GATE, WANTS(1, 1, 0, 0, 0), ANY_ROLE },
	{ "", ERR_OK, WANT_STATE, HOST_OURS | KEYED, GATE, WANTS(1, 1, 0, 0, 0), ANY_ROLE },
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
	for (unsigned want = WANT_SHELL; want < ACCESS_WANT__COUNT; want++) {
		const bool is_same_answer = is_same(w, w->facts, (enum access_want)want);

		if (is_same_answer != has(w->by_want, 1U << want))
			print_error("\"%s\": want %u\n", w->says, want);
		assert_true(is_same_answer == has(w->by_want, 1U << want));
	}
}

static void check_roles(const struct witness *w)
{
	for (unsigned role = ROLE_NONE; role < ACCESS_ROLE__COUNT; role++) {
		const unsigned bits = w->facts % ALL_FACTS + AS(role);
		const bool is_same_answer = is_same(w, bits, w->want);

		if (is_same_answer != has(w->by_role, 1U << role))
			print_error("\"%s\": role %u\n", w->says, role);
		assert_true(is_same_answer == has(w->by_role, 1U << role));
	}
}

TEST(each_condition_matters_alone)
{
	for (size_t i = 0; i < ARRAY_LEN(witnesses); i++) {
		assert_true(is_same(&witnesses[i], witnesses[i].facts, witnesses[i].want));
		check_facts(&witnesses[i]);
		check_wants(&witnesses[i]);
		check_roles(&witnesses[i]);
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
