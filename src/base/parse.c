/* parse.c -- whole texts to numbers, durations, booleans and ids. */
#include "base/parse.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/macros.h"

#define NUMBER_TEXT_MAX 400

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool parse_i64(struct str text, int64_t *ret_n)
{
	const bool is_negative = text.n > 0 && text.p[0] == '-';
	int64_t n = 0;

	if (text.n == (size_t)is_negative)
		return false;
	for (size_t i = is_negative; i < text.n; i++) {
		if (!is_digit(text.p[i]))
			return false;

		const int digit = is_negative ? '0' - text.p[i] : text.p[i] - '0';

		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n))
			return false;
	}
	*ret_n = n;
	return true;
}

static size_t count_digits(struct str text, size_t from)
{
	size_t n = 0;

	while (from + n < text.n && is_digit(text.p[from + n]))
		n++;
	return n;
}

static bool is_any(struct str text, size_t at, const char *chars)
{
	return at < text.n && text.p[at] != '\0' && strchr(chars, text.p[at]);
}

/* How much of the beginning is a number; 0 if it does not begin with one. */
static size_t number_length(struct str text)
{
	size_t at = is_any(text, 0, "-");
	const size_t whole = count_digits(text, at);

	if (whole == 0)
		return 0;
	at += whole;

	const size_t fraction = is_any(text, at, ".") ? count_digits(text, at + 1) : 0;

	if (fraction > 0)
		at += 1 + fraction;
	if (!is_any(text, at, "eE"))
		return at;

	const size_t sign = is_any(text, at + 1, "+-");
	const size_t exponent = count_digits(text, at + 1 + sign);

	return exponent > 0 ? at + 1 + sign + exponent : at;
}

bool parse_f64(struct str text, double *ret_n)
{
	char copy[NUMBER_TEXT_MAX];

	if (text.n == 0 || text.n >= sizeof(copy) || number_length(text) != text.n)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';

	const double n = strtod(copy, NULL);

	if (!isfinite(n))
		return false;
	*ret_n = n;
	return true;
}

bool parse_bool(struct str text, bool *ret_b)
{
	static const struct {
		struct str word;
		bool value;
	} words[] = {
		{ S("1"), true },  { S("true"), true },   { S("t"), true },  { S("yes"), true },
		{ S("y"), true },  { S("on"), true },     { S("0"), false }, { S("false"), false },
		{ S("f"), false }, { S("no"), false },    { S("n"), false }, { S("off"), false },
		{ S(""), false },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_eq_nocase(text, words[i].word)) {
			*ret_b = words[i].value;
			return true;
		}
	}
	return false;
}

static bool unit_size(struct str unit, usec_t *ret_size)
{
	static const struct {
		struct str name;
		usec_t size;
	} units[] = {
		{ S(""), SECOND },  { S("us"), 1 },     { S("ms"), MSEC }, { S("s"), SECOND },
		{ S("m"), MINUTE }, { S("h"), HOUR },   { S("d"), DAY },
	};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (str_eq(unit, units[i].name)) {
			*ret_size = units[i].size;
			return true;
		}
	}
	return false;
}

bool parse_duration(struct str text, usec_t *ret_d)
{
	const double most = 9.0e18;             /* below 2^63, which a double cannot tell apart */
	const size_t n = number_length(text);
	double number;
	usec_t size;

	if (n == 0 || !parse_f64((struct str){ text.p, n }, &number) || number < 0 ||
	    !unit_size((struct str){ text.p + n, text.n - n }, &size))
		return false;
	number *= (double)size;
	if (number > most)
		return false;
	*ret_d = llround(number);
	return true;
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void uuid_text(const unsigned char bytes[16], char ret_uuid[UUID_TEXT_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";
	char *p = ret_uuid;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = digits[bytes[i] >> 4];
		*p++ = digits[bytes[i] & 15];
	}
	*p = '\0';
}

static struct str skip_prefix(struct str text, struct str prefix)
{
	if (text.n < prefix.n || !str_eq_nocase((struct str){ text.p, prefix.n }, prefix))
		return text;
	return (struct str){ text.p + prefix.n, text.n - prefix.n };
}

bool parse_uuid(struct str text, char ret_uuid[UUID_TEXT_LEN + 1])
{
	unsigned char bytes[16] = { 0 };
	size_t n = 0;

	if (!text.p)
		return false;
	text = skip_prefix(skip_prefix(text, S("urn:")), S("uuid:"));
	while (text.n > 0 && is_any(text, 0, "{}"))
		text = (struct str){ text.p + 1, text.n - 1 };
	while (text.n > 0 && is_any(text, text.n - 1, "{}"))
		text.n--;

	for (size_t i = 0; i < text.n; i++) {
		const int value = hex_value(text.p[i]);

		if (text.p[i] == '-')
			continue;
		if (value < 0 || n == 32)
			return false;
		bytes[n / 2] = (unsigned char)(bytes[n / 2] << 4 | value);
		n++;
	}
	if (n != 32)
		return false;
	uuid_text(bytes, ret_uuid);
	return true;
}

/* Version and variant where RFC 9562 has them. */
static void uuid_stamp(unsigned char bytes[16], int version)
{
	bytes[6] = (unsigned char)((bytes[6] & 0x0F) | version << 4);
	bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
}

void uuid_v4(char ret_uuid[UUID_TEXT_LEN + 1])
{
	unsigned char bytes[16];

	random_bytes(bytes, sizeof(bytes));
	uuid_stamp(bytes, 4);
	uuid_text(bytes, ret_uuid);
}

void uuid_v7(usec_t now, char ret_uuid[UUID_TEXT_LEN + 1])
{
	const uint64_t ms = now < 0 ? 0 : (uint64_t)(now / MSEC);
	/* The microseconds go where the RFC allows a finer clock: 12 bits behind the version. */
	const uint64_t fine = now < 0 ? 0 : (uint64_t)(now % MSEC) * 4096 / 1000;
	unsigned char bytes[16];

	random_bytes(bytes, sizeof(bytes));
	for (int i = 0; i < 6; i++)
		bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
	bytes[6] = (unsigned char)(fine >> 8);
	bytes[7] = (unsigned char)fine;
	uuid_stamp(bytes, 7);
	uuid_text(bytes, ret_uuid);
}

void uuid_v8(const unsigned char bytes[16], char ret_uuid[UUID_TEXT_LEN + 1])
{
	unsigned char stamped[16];

	memcpy(stamped, bytes, sizeof(stamped));
	uuid_stamp(stamped, 8);
	uuid_text(stamped, ret_uuid);
}

void random_bytes(void *bytes, size_t n)
{
	char *p = bytes;

	while (n > 0) {
		const ssize_t got = getrandom(p, n, 0);

		/* Ids and session keys must never be guessable: better to end than to go on. */
		if (got < 0 && errno != EINTR)
			abort();
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
}
