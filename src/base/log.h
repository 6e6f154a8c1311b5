/* log.h -- one line an event, on stderr or to whoever the thread works for. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_CRITICAL, LOG__COUNT };

/* Less important lines than this are dropped. Default LOG_INFO. */
void log_set_level(enum log_level level);
bool log_is_on(enum log_level level);

/* "2026-11-23T17:15:58.029Z WARNING dashboard: text". Control bytes, and bytes that are not
 * UTF-8, come out as \xNN, so that a line stays one line; cut at 4 KiB. Any thread. */
void log_line(enum log_level level, const char *who, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Where the lines of this thread go from here on, instead of to stderr: for threads of ours in a
 * program that is not. text: as above, without the head. NULL: to stderr. */
struct log_sink {
	void (*put)(void *arg, enum log_level level, const char *who, struct str text);
	void *arg;
};
void log_to(const struct log_sink *to);

/* A limiter for lines that hostile callers could cause: true at most `burst` times a second
 * for one struct; the first line after a silence tells how many were left out. */
struct log_limit { int64_t second; int said; int skipped; };
bool log_limit_pass(struct log_limit *limit, int burst, int *ret_skipped);

#endif
