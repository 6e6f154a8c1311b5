/* log.c -- one line an event on stderr. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

#define LINE_MAX_BYTES 4096
#define TEXT_MAX_BYTES (4 * LINE_MAX_BYTES + 1) /* each byte may come out as \xNN */

static _Atomic int least_level = LOG_INFO;
static _Thread_local const struct log_sink *sink;

void log_set_level(enum log_level level)
{
	atomic_store(&least_level, (int)level);
}

bool log_is_on(enum log_level level)
{
	return (int)level >= atomic_load(&least_level);
}

static void add_head(struct buf *line, enum log_level level, const char *who)
{
	static const char *const names[LOG__COUNT] = {
		"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL",
	};
	char now[TIME_TEXT_MAX];
	const size_t n = time_format(clock_now(), now);

	/* Milliseconds are enough: "029367Z" becomes "029Z". */
	buf_add(line, now, n - 4);
	buf_printf(line, "Z %s %s: ", names[level], who);
}

/* One write for one line, so that lines of several threads do not mix. */
static void put_line(struct str line)
{
	char out[LINE_MAX_BYTES];
	const struct str head = str_head_utf8(line, sizeof(out) - 1);

	memcpy(out, head.p, head.n);
	out[head.n] = '\n';
	for (size_t done = 0; done < head.n + 1;) {
		const ssize_t n = write(STDERR_FILENO, out + done, head.n + 1 - done);

		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

void log_to(const struct log_sink *to)
{
	sink = to;
}

void log_line(enum log_level level, const char *who, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES];
	va_list args;

	if (!log_is_on(level))
		return;
	va_start(args, fmt);
	const int wanted = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);

	const struct str whole = { text, wanted < 0 ? 0 : strlen(text) };
	AUTO(buf) struct buf line = buf_new(TEXT_MAX_BYTES + 256);

	if (!sink)
		add_head(&line, level, who);
	/* A character that the cut went through must not look like a broken byte. */
	text_add_visible(&line, wanted < (int)sizeof(text) ? whole
							   : str_head_utf8(whole, whole.n - 4));
	if (sink)
		sink->put(sink->arg, level, who, buf_str(&line));
	else
		put_line(buf_str(&line));
}

bool log_limit_pass(struct log_limit *limit, int burst, int *ret_skipped)
{
	const int64_t second = clock_mono() / SECOND + 1;       /* 0 means never used */

	*ret_skipped = 0;
	if (second != limit->second) {
		*ret_skipped = limit->skipped;
		*limit = (struct log_limit){ .second = second };
	}
	if (limit->said >= burst) {
		limit->skipped++;
		return false;
	}
	limit->said++;
	return true;
}
