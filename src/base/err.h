/* err.h -- the kinds of errors, and what each means to HTTP, to a shell and to a retry. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stdarg.h>

#include "base/macros.h"

/* name, HTTP status, exit status of the command line, worth retrying, meaning */
#define ERR_MAP(X)                                                                              \
	X(OK,           200, 0, false, "It worked.")                                            \
	X(INTERNAL,     500, 1, false, "Soniq itself is at fault.")                             \
	X(INVALID,      422, 2, false, "A value that was given is not acceptable.")             \
	X(MALFORMED,    400, 2, false, "The request cannot be understood.")                     \
	X(UNAVAILABLE,  503, 3, true,  "The database cannot be reached.")                       \
	X(BUSY,         503, 3, true,  "There is too much to do at the moment.")                \
	X(TIMEOUT,      504, 3, true,  "It took too long and was given up.")                    \
	X(CANCELLED,    503, 3, true,  "It was given up because nobody waits for it.")          \
	X(NOT_FOUND,    404, 4, false, "The thing named does not exist.")                       \
	X(CONFLICT,     409, 5, false, "The thing named is in the wrong state for this.")       \
	X(FORBIDDEN,    403, 6, false, "This is not allowed.")                                  \
	X(UNAUTHORIZED, 401, 6, false, "A key is needed, or the key is wrong.")                 \
	X(SCHEMA,       503, 7, false, "The tables of Soniq are missing, damaged or too new.")  \
	X(METHOD,       405, 2, false, "The method is not one that this address takes.")        \
	X(TOO_LARGE,    413, 2, false, "What was sent is larger than the limit.")               \
	X(MEDIA_TYPE,   415, 2, false, "What was sent is of a type that is not taken.")         \
	X(MISDIRECTED,  421, 6, false, "The host name is not one of this server's.")            \
	X(TOO_MANY,     429, 3, true,  "Too many attempts; wait and try again.")

enum err_code {
#define X(name, http, status, retry, meaning) ERR_##name,
	ERR_MAP(X)
#undef X
	ERR__COUNT
};

/* What went wrong. Written only on failure; a zeroed one means nothing went wrong yet. */
struct err {
	enum err_code code;
	char msg[480];          /* one line for people: what, and what to do next; never a secret */
	char param[40];         /* the parameter at fault, or "" */
	char state[40];         /* the state that is in the way (CONFLICT), or "" */
	int position, length;   /* characters of the parameter that are wrong; 0, 0: all of it */
};

/* Record an error and give its code back, so that `return err_set(...)` reads as one step. */
enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same for one parameter: INVALID, and the parameter's name is kept. */
enum err_code err_param(struct err *err, const char *param, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Put `prefix: ` in front of the message that is there; gives the code back. */
enum err_code err_prefix(struct err *err, const char *prefix);

const char *err_name(enum err_code code);       /* "not_found" */
int err_http(enum err_code code);
int err_exit(enum err_code code);
bool err_is_transient(enum err_code code);

#endif
