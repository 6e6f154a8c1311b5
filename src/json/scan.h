/* scan.h -- for the room itself: through the text of JSON, without building anything from it. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "json/json.h"

/* Each takes from the beginning of s what it names, or is false: then the text is not JSON. */
bool json_take(struct str *s, char c);
bool json_take_string(struct str *s);
/* With the space around it. */
bool json_take_value(struct str *s, int depth);
void json_skip_space(struct str *s);

#endif
