/* clock.c -- the clocks, and moments and durations to text. */
#include "base/clock.h"

#include <string.h>
#include <time.h>

/* Days from 0000-03-01 to 1970-01-01. Years that begin in March end with the leap day. */
#define DAYS_TO_1970 719468
#define DAYS_IN_400 146097
#define DAYS_IN_100 36524
#define DAYS_IN_4 1461

static const int16_t month_starts[12] = { 0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337 };

static usec_t read_clock(clockid_t id)
{
	struct timespec now;

	if (clock_gettime(id, &now) != 0)
		return 0;
	return (usec_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

usec_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

usec_t clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

usec_t clock_cpu(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct date {
	int64_t year;           /* 0 is 1 BC */
	int month, day;
};

static struct date date_of_days(int64_t days)
{
	days += DAYS_TO_1970;
	const int64_t cycle = floor_div(days, DAYS_IN_400);
	int rest = (int)(days - cycle * DAYS_IN_400);
	/* The last century of a cycle, and the last year of four, are a day longer. */
	const int century = rest / DAYS_IN_100 < 3 ? rest / DAYS_IN_100 : 3;

	rest -= century * DAYS_IN_100;
	const int four = rest / DAYS_IN_4;

	rest -= four * DAYS_IN_4;
	const int year = rest / 365 < 3 ? rest / 365 : 3;

	rest -= year * 365;
	int month = rest / 32;

	while (month < 11 && month_starts[month + 1] <= rest)
		month++;
	return (struct date){
		.year = cycle * 400 + century * 100 + four * 4 + year + (month >= 10),
		.month = month >= 10 ? month - 9 : month + 3,
		.day = rest - month_starts[month] + 1,
	};
}

static int64_t days_of_date(struct date date)
{
	const int64_t year = date.year - (date.month < 3);

	return year * 365 + floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400) +
	       month_starts[(date.month + 9) % 12] + date.day - 1 - DAYS_TO_1970;
}

/* Exactly `width` digits, the last ones of n. */
static char *put_digits(char *p, int64_t n, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		p[i] = (char)('0' + n % 10);
		n /= 10;
	}
	return p + width;
}

static char *put_year(char *p, int64_t year)
{
	const int64_t size = year < 0 ? -year : year;
	int width = 4;

	if (year < 1 || year > 9999)
		*p++ = year < 0 ? '-' : '+';
	for (int64_t limit = 10000; size >= limit; limit *= 10)
		width++;
	return put_digits(p, size, width);
}

static char *put_day_time(char *p, usec_t rest)
{
	static const struct {
		char before;
		int width;
		usec_t unit;
	} parts[] = { { 'T', 2, HOUR }, { ':', 2, MINUTE }, { ':', 2, SECOND }, { '.', 6, 1 } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		*p++ = parts[i].before;
		p = put_digits(p, rest / parts[i].unit, parts[i].width);
		rest %= parts[i].unit;
	}
	*p++ = 'Z';
	return p;
}

static size_t put_word(char *out, const char *word)
{
	const size_t n = strlen(word);

	memcpy(out, word, n + 1);
	return n;
}

size_t time_format(usec_t t, char out[TIME_TEXT_MAX])
{
	if (t == TIME_NULL)
		return put_word(out, "");
	if (t == TIME_INFINITY)
		return put_word(out, "infinity");
	if (t == TIME_MINUS_INFINITY)
		return put_word(out, "-infinity");

	const int64_t days = floor_div(t, DAY);
	const struct date date = date_of_days(days);
	char *p = put_year(out, date.year);

	*p++ = '-';
	p = put_digits(p, date.month, 2);
	*p++ = '-';
	p = put_digits(p, date.day, 2);
	/* Not t - days * DAY: the first day of all begins before the smallest usec_t. */
	p = put_day_time(p, t % DAY + (t % DAY < 0 ? DAY : 0));
	*p = '\0';
	return (size_t)(p - out);
}

/* Reading goes through the text once; each take_ moves on, or fails and the whole fails. */

static bool take_char(struct str *s, const char *any, char *ret_c)
{
	if (s->n == 0 || s->p[0] == '\0' || !strchr(any, s->p[0]))
		return false;
	*ret_c = s->p[0];
	s->p++;
	s->n--;
	return true;
}

static bool take_digits(struct str *s, size_t least, size_t most, int64_t *ret_n)
{
	size_t width = 0;
	int64_t n = 0;

	while (width < s->n && s->p[width] >= '0' && s->p[width] <= '9') {
		if (width == most)
			return false;
		n = n * 10 + (s->p[width++] - '0');
	}
	if (width < least)
		return false;
	*s = (struct str){ s->p + width, s->n - width };
	*ret_n = n;
	return true;
}

/* `before` and two digits in lo..hi. */
static bool take_part(struct str *s, const char *before, int lo, int hi, int *ret_n)
{
	char c;
	int64_t n;

	if (!take_char(s, before, &c) || !take_digits(s, 2, 2, &n) || n < lo || n > hi)
		return false;
	*ret_n = (int)n;
	return true;
}

static int month_length(int64_t year, int month)
{
	const struct date first = { year, month, 1 };
	const struct date next = { month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1 };

	return (int)(days_of_date(next) - days_of_date(first));
}

static bool take_date(struct str *s, struct date *ret_date)
{
	char sign = '+';

	take_char(s, "+-", &sign);
	if (!take_digits(s, 4, 9, &ret_date->year))
		return false;
	if (sign == '-')
		ret_date->year = -ret_date->year;
	return take_part(s, "-", 1, 12, &ret_date->month) &&
	       take_part(s, "-", 1, 31, &ret_date->day);
}

/* Digits behind the point; more than six are cut off, not rounded, as the clock itself does. */
static bool take_fraction(struct str *s, usec_t *time)
{
	char c;
	usec_t unit = SECOND / 10;
	const size_t before = s->n;

	while (take_char(s, "0123456789", &c)) {
		*time += (c - '0') * unit;
		unit /= 10;
	}
	return s->n < before;
}

static bool take_day_time(struct str *s, usec_t *ret_time)
{
	int hour, minute, second;
	char c;

	/* 60 is a leap second, which PostgreSQL and we count as the next second's beginning. */
	if (!take_part(s, "Tt ", 0, 23, &hour) || !take_part(s, ":", 0, 59, &minute) ||
	    !take_part(s, ":", 0, 60, &second))
		return false;
	*ret_time = hour * HOUR + minute * MINUTE + second * SECOND;
	return !take_char(s, ".", &c) || take_fraction(s, ret_time);
}

/* "", "Z", "+05", "+05:30", "-00:25:21"; without one it is UTC, as timestamps without zone. */
static bool take_offset(struct str *s, usec_t *ret_offset)
{
	char c;
	int hours, minutes = 0, seconds = 0;

	*ret_offset = 0;
	if (take_char(s, "Zz", &c))
		return true;
	if (s->n == 0 || (s->p[0] != '+' && s->p[0] != '-'))
		return true;

	const bool is_west = s->p[0] == '-';

	if (!take_part(s, "+-", 0, 23, &hours))
		return false;
	if (s->n > 0 && s->p[0] == ':' && !take_part(s, ":", 0, 59, &minutes))
		return false;
	if (s->n > 0 && s->p[0] == ':' && !take_part(s, ":", 0, 59, &seconds))
		return false;
	*ret_offset = hours * HOUR + minutes * MINUTE + seconds * SECOND;
	if (is_west)
		*ret_offset = -*ret_offset;
	return true;
}

#define LAST_MOMENT (TIME_INFINITY - 1)
#define FIRST_MOMENT (TIME_MINUS_INFINITY + 1)

static usec_t moment(int64_t days, usec_t rest)
{
	usec_t t;

	/* Both parts with one sign, so that the sum passes the range only if the moment does. */
	if (days < 0) {
		days++;
		rest -= DAY;
	}
	if (__builtin_mul_overflow(days, DAY, &t) || __builtin_add_overflow(t, rest, &t))
		return days < 0 ? FIRST_MOMENT : LAST_MOMENT;
	if (t > LAST_MOMENT)
		return LAST_MOMENT;
	return t < FIRST_MOMENT ? FIRST_MOMENT : t;
}

bool time_parse(struct str text, usec_t *ret_t)
{
	struct date date;
	usec_t time, offset;

	if (str_eq(text, S("infinity")) || str_eq(text, S("-infinity"))) {
		*ret_t = text.p[0] == '-' ? TIME_MINUS_INFINITY : TIME_INFINITY;
		return true;
	}
	if (!text.p || !take_date(&text, &date) || !take_day_time(&text, &time) ||
	    !take_offset(&text, &offset))
		return false;
	if (str_eq(text, S(" BC"))) {
		if (date.year < 1)
			return false;
		date.year = 1 - date.year;
		text.n = 0;
	}
	if (text.n > 0 || date.day > month_length(date.year, date.month))
		return false;
	*ret_t = moment(days_of_date(date), time - offset);
	return true;
}

static char *put_count(char *p, uint64_t n, const char *unit)
{
	int width = 1;

	for (uint64_t limit = 10; n >= limit; limit *= 10)
		width++;
	p = put_digits(p, (int64_t)n, width);
	return p + put_word(p, unit);
}

size_t duration_format(usec_t d, char out[TIME_TEXT_MAX])
{
	static const struct {
		usec_t size;
		const char *alone, *joined;
	} units[] = {
		{ DAY, " d", "d" },    { HOUR, " h", "h" },  { MINUTE, " min", "m" },
		{ SECOND, " s", "s" }, { MSEC, " ms", "" },  { 1, " us", "" },
	};
	const size_t last = sizeof(units) / sizeof(units[0]) - 1;
	const size_t last_joined = 3;
	uint64_t rest = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
	size_t i = 0;
	char *p = out;

	if (d == TIME_NULL || d == TIME_INFINITY || d == TIME_MINUS_INFINITY)
		return time_format(d, out);
	if (d < 0)
		*p++ = '-';
	while (i < last && rest < (uint64_t)units[i].size)
		i++;

	const uint64_t n = rest / (uint64_t)units[i].size;

	rest %= (uint64_t)units[i].size;
	const uint64_t next = i < last_joined ? rest / (uint64_t)units[i + 1].size : 0;

	if (next == 0)
		return (size_t)(put_count(p, n, units[i].alone) - out);
	p = put_count(p, n, units[i].joined);
	*p++ = ' ';
	return (size_t)(put_count(p, next, units[i + 1].joined) - out);
}
