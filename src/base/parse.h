/* parse.h -- whole texts to numbers, durations, booleans and ids: all of it, or it is wrong. */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/str.h"

/* Decimal digits with an optional minus; no plus, no spaces, no other digits than ASCII's. */
bool parse_i64(struct str text, int64_t *ret_n);
/* Digits, optional fraction and exponent; never hex, inf or nan. */
bool parse_f64(struct str text, double *ret_n);
/* 1 true t yes y on / 0 false f no n off and "" (false), any case. */
bool parse_bool(struct str text, bool *ret_b);
/* A number of seconds ("30", "0.5") or a number with us, ms, s, m, h, d ("90s", "15m"). */
bool parse_duration(struct str text, usec_t *ret_d);

#define UUID_TEXT_LEN 36
/* The forms that Python's uuid.UUID() takes: hyphens or not, braces, urn:uuid:, any case.
 * Gives the canonical lower-case text, NUL-terminated. */
bool parse_uuid(struct str text, char ret_uuid[UUID_TEXT_LEN + 1]);
/* A new random id: version 4 as the Python project makes them. */
void uuid_v4(char ret_uuid[UUID_TEXT_LEN + 1]);
/* A new id that sorts by the moment it was made: version 7 (RFC 9562). */
void uuid_v7(usec_t now, char ret_uuid[UUID_TEXT_LEN + 1]);
/* An id made of bytes that mean something to whoever made them: version 8. */
void uuid_v8(const unsigned char bytes[16], char ret_uuid[UUID_TEXT_LEN + 1]);
/* n bytes from the kernel's random source. */
void random_bytes(void *bytes, size_t n);

#endif
