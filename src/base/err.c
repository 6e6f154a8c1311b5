/* err.c -- recording an error, and what each kind means. */
#include "base/err.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

struct kind {
	const char *name;
	int http;
	int exit_status;
	bool is_transient;
};

static const struct kind kinds[] = {
#define X(name, http, status, retry, meaning) [ERR_##name] = { #name, http, status, retry },
	ERR_MAP(X)
#undef X
};

#define NAME_MAX_LEN 24

static char names[ERR__COUNT][NAME_MAX_LEN];

static void names_fill(void)
{
	for (size_t i = 0; i < ERR__COUNT; i++)
		for (size_t k = 0; k < NAME_MAX_LEN - 1 && kinds[i].name[k]; k++)
			names[i][k] = (char)tolower((unsigned char)kinds[i].name[k]);
}

/* Messages of libraries bring newlines along; an error is one line. */
static void one_line(char *msg, int wanted, size_t room)
{
	size_t n = wanted < 0 ? 0 : (size_t)wanted;

	if (n >= room)
		n = str_head_utf8((struct str){ msg, room - 1 }, room - 2).n;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)msg[i] < ' ')
			msg[i] = ' ';
	while (n > 0 && msg[n - 1] == ' ')
		n--;
	msg[n] = '\0';
}

static void PRINTF_LIKE(3, 0)
set(struct err *err, enum err_code code, const char *fmt, va_list args)
{
	/* Built aside, because the arguments may point into the error that is replaced. */
	char msg[sizeof(err->msg)];
	const int wanted = vsnprintf(msg, sizeof(msg), fmt, args);

	one_line(msg, wanted, sizeof(msg));
	*err = (struct err){ .code = code };
	memcpy(err->msg, msg, sizeof(msg));
}

enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	set(err, code, fmt, args);
	va_end(args);
	return code;
}

enum err_code err_param(struct err *err, const char *param, const char *fmt, ...)
{
	const struct str name = str_head_utf8(str_of(param), sizeof(err->param) - 1);
	char kept[sizeof(err->param)] = "";
	va_list args;

	memcpy(kept, name.p, name.n);
	va_start(args, fmt);
	set(err, ERR_INVALID, fmt, args);
	va_end(args);
	memcpy(err->param, kept, sizeof(kept));
	return ERR_INVALID;
}

enum err_code err_prefix(struct err *err, const char *prefix)
{
	char msg[sizeof(err->msg)];
	const int wanted = snprintf(msg, sizeof(msg), "%s: %s", prefix, err->msg);

	one_line(msg, wanted, sizeof(msg));
	memcpy(err->msg, msg, sizeof(msg));
	return err->code;
}

static const struct kind *kind_of(enum err_code code)
{
	return (unsigned)code < ERR__COUNT ? &kinds[code] : &kinds[ERR_INTERNAL];
}

const char *err_name(enum err_code code)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, names_fill);
	return names[kind_of(code) - kinds];
}

int err_http(enum err_code code)
{
	return kind_of(code)->http;
}

int err_exit(enum err_code code)
{
	return kind_of(code)->exit_status;
}

bool err_is_transient(enum err_code code)
{
	return kind_of(code)->is_transient;
}
