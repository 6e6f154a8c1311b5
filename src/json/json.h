/* json.h -- JSON out through a streaming writer, JSON in through jansson. */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/record.h"
#include "base/str.h"

#define JSON_DEPTH_MAX 32
#define JSON_RAW_DEPTH_MAX 256

/* Writes one JSON value into a buf; places commas itself; compact form. Misuse (a value where
 * a key must stand, unbalanced ends, a second value) is an assert; too much text shows in
 * out->has_failed. */
struct json {
	struct buf *out;
	int depth;
	bool is_object[JSON_DEPTH_MAX + 1];     /* by depth; 0 is outside of everything */
	bool has_items[JSON_DEPTH_MAX + 1];
	bool after_key;
};

struct json json_new(struct buf *out);
void json_open_object(struct json *j);
void json_close_object(struct json *j);
void json_open_array(struct json *j);
void json_close_array(struct json *j);
void json_key(struct json *j, const char *key);
/* jansson has a function json_null(): ours has another name for the linker. */
#define json_null json_put_null
void json_null(struct json *j);
void json_bool(struct json *j, bool value);
void json_i64(struct json *j, int64_t value);           /* I64_NULL: null */
void json_f64(struct json *j, double value);            /* NAN, infinite: null; shortest digits */
void json_str(struct json *j, struct str value);        /* NULL: null; broken UTF-8: U+FFFD */
void json_text(struct json *j, const char *value);
void json_time(struct json *j, usec_t value);           /* TIME_NULL: null; RFC 3339 or infinity */
/* JSON from the database; NULL: null. Nested deeper than JSON_RAW_DEPTH_MAX it is written as a
 * string that holds it: readers that recurse would not survive the whole answer. */
void json_raw(struct json *j, struct str value);
/* `"key": value` for each member of a record that is not hidden, into an open object. */
void json_fields(struct json *j, const struct record *record, const void *object);
/* The record as an object of its own. */
void json_record(struct json *j, const struct record *record, const void *object);
/* `"key": [...]` of objects of the record, into an open object. */
void json_list(struct json *j, const char *key, const struct record *record,
	       const struct list *list);
/* `"key": [...]` of texts, ended by NULL, into an open object. */
void json_texts(struct json *j, const char *key, const char *const *texts);

/* What json_read_object expects of one key. `out` is a struct str *, int64_t *, int8_t * or
 * double *, by type; strings are copied into the arena. */
struct json_want {
	const char *key;
	enum field_type type;           /* F_STR, F_I64, F_BOOL, F_F64 */
	bool is_required;
	void *out;
};

/* Read a JSON object of known keys.
 *
 * Takes:  text   at most 64 KiB; depth at most JSON_DEPTH_MAX
 *         wants  ended by a NULL key; outputs keep their value when an optional key is absent
 *                or null
 * Errors: MALFORMED  not JSON, or not an object (says the position, never repeats the text)
 *         INVALID    a key is missing, unknown or of the wrong type (param = the key) */
enum err_code json_read_object(struct str text, const struct json_want *wants,
			       struct arena *arena, struct err *err) MUST_CHECK;

/* The strings of a JSON array of strings, other elements left out; NULL or broken text gives
 * none. In the arena. */
size_t json_read_strings(struct str text, struct arena *arena, const struct str **ret_items);
/* The number under a top-level key of a JSON object; NAN if there is none. */
double json_read_number(struct str text, const char *key);
/* Is it one JSON value, object only if must_be_object, no deeper than `depth` (0: a scalar)?
 * Numbers may be of any size, as in PostgreSQL's jsonb. */
bool json_is_valid(struct str text, bool must_be_object, int depth);

/* The value at the end of a path, as it stands in the text; of equal keys the last one counts, as
 * in PostgreSQL's jsonb. A step into an array is its index, from its end when negative. False:
 * there is none, or the text is not JSON. */
bool json_find(struct str text, const struct str *path, size_t n, struct str *ret);
/* The names of an object's members, at most `max` of them, in the arena; none of anything else. */
size_t json_names(struct str text, size_t max, struct arena *arena, const struct str **ret);
/* The elements of a JSON array as they stand in the text, at most `max` of them, in the arena; none
 * of anything else. */
size_t json_items(struct str text, size_t max, struct arena *arena, const struct str **ret);
/* What a JSON string says, in the arena; any other value as it is. */
struct str json_said(struct str value, struct arena *arena);
/* Is the value, or one of the array that it is, equal to this scalar (JSON, too)? Numbers are
 * compared as what they are worth, with all of their digits. */
bool json_holds(struct str value, struct str scalar);

#endif
