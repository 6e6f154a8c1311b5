/* record.c -- what is done to every field of a described struct. */
#include "base/record.h"

#include <string.h>

static void clear_field(enum field_type type, void *member)
{
	switch (type) {
	case F_I64:
		*(int64_t *)member = I64_NULL;
		break;
	case F_F64:
		*(double *)member = (double)NAN;
		break;
	case F_BOOL:
		*(int8_t *)member = -1;
		break;
	case F_TIME:
		*(usec_t *)member = TIME_NULL;
		break;
	case F_STR:
	case F_JSON:
		*(struct str *)member = STR_NULL;
		break;
	}
}

void record_clear(const struct record *record, void *object)
{
	memset(object, 0, record->size);
	for (const struct field *field = record->fields; field->name; field++)
		clear_field(field->type, (char *)object + field->offset);
}

void record_keep(const struct record *record, void *object, struct arena *arena)
{
	for (const struct field *field = record->fields; field->name; field++) {
		struct str *text = (struct str *)((char *)object + field->offset);

		if (field->type == F_STR || field->type == F_JSON)
			*text = str_copy(arena, *text);
	}
}
