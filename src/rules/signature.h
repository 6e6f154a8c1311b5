/* signature.h -- which failures are the same one: a signature of type, message and place. */
#ifndef RULES_SIGNATURE_H
#define RULES_SIGNATURE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

#define SIGNATURE_LEN 16
#define SIGNATURE_LOOK_MAX 8192         /* bytes of an error that are looked at */
#define SIGNATURE_TYPE_MAX 120          /* bytes of each part */
#define SIGNATURE_MESSAGE_MAX 300
#define SIGNATURE_FRAME_MAX 160

/* What is the same of equal failures. Texts are in the arena, UTF-8 where the error was. */
struct failure {
	struct str error_type;          /* "ConnectionError"; NULL: the text has none */
	struct str message;             /* what varies replaced, white space folded; never NULL */
	struct str frame;               /* "file:function"; NULL: no traceback */
	char signature[SIGNATURE_LEN + 1];      /* lower-case hex of all three */
};

/* The parts of an error as Soniq stores it: `Type: message`, then a Python traceback that may be
 * cut anywhere; or any other text. Of a letter without an error the reason is what is the same.
 *
 * The frame is the innermost of the users' own code: not of installed packages, the standard
 * library or the Python project. Of exceptions that follow others it is the last one's; where the
 * end is cut, the first one's, and where that is cut as well, the outermost, which then is no part
 * of the signature: what is left of a traceback depends on the length of the message. */
struct failure failure_of(struct str last_error, struct str reason, struct arena *arena);

/* 16 lower-case hex digits. */
bool signature_is_valid(struct str text);

#endif
