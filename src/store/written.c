/* written.c -- what the statements that write have in common. */
#include "store/written.h"

static const struct field id_fields[] = { FIELD_STR(struct id_row, id), FIELD_END };
const struct record id_record = { "id", sizeof(struct id_row), id_fields };

static bool has_control(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return true;
	return false;
}

enum err_code text_check(struct str text, const char *param, size_t max, struct err *err)
{
	if (text.n < 1 || text.n > max)
		return err_param(err, param, "must have 1 to %zu bytes", max);
	if (!str_is_utf8(text) || has_control(text))
		return err_param(err, param, "must be UTF-8 without control characters");
	return ERR_OK;
}
