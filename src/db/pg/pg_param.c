/* pg_param.c -- values for $1..$n as the texts that PostgreSQL reads. */
#include "db/pg/pg.h"

#include <math.h>
#include <string.h>

/* Our text counts years before 1 as 0, -1 ... and gives them and those past 9999 a sign.
 * PostgreSQL has no year 0, no sign, and a word for the years before. */
static const char *time_text(usec_t t, struct arena *arena)
{
	char text[TIME_TEXT_MAX];
	const char *rest = text;
	int64_t year = 0;

	time_format(t, text);
	if (t == TIME_INFINITY || t == TIME_MINUS_INFINITY)
		return arena_printf(arena, "%s", text);
	rest += text[0] == '+' || text[0] == '-';
	for (; *rest >= '0' && *rest <= '9'; rest++)
		year = year * 10 + (*rest - '0');
	if (text[0] == '-' || year == 0)
		return arena_printf(arena, "%04lld%s BC", (long long)year + 1, rest);
	return arena_printf(arena, "%04lld%s", (long long)year, rest);
}

static const char *f64_text(double f, struct arena *arena)
{
	if (isnan(f))
		return NULL;
	if (isinf(f))
		return f > 0 ? "Infinity" : "-Infinity";
	return arena_printf(arena, "%.17g", f);
}

static enum err_code str_text(const struct param *param, struct arena *arena,
			      const char **ret_text, struct err *err)
{
	if (param->str.p && memchr(param->str.p, '\0', param->str.n))
		return err_set(err, ERR_INVALID, "a text must not hold a NUL character");
	*ret_text = str_cstr(arena, param->str);
	return ERR_OK;
}

static enum err_code text_of(const struct param *param, struct arena *arena,
			     const char **ret_text, struct err *err)
{
	*ret_text = NULL;
	switch (param->type) {
	case F_I64:
		if (param->i64 != I64_NULL)
			*ret_text = arena_printf(arena, "%lld", (long long)param->i64);
		return ERR_OK;
	case F_F64:
		*ret_text = f64_text(param->f64, arena);
		return ERR_OK;
	case F_BOOL:
		if (param->i64 >= 0)
			*ret_text = param->i64 > 0 ? "t" : "f";
		return ERR_OK;
	case F_TIME:
		if (param->i64 != TIME_NULL)
			*ret_text = time_text(param->i64, arena);
		return ERR_OK;
	case F_STR:
	case F_JSON:
		return str_text(param, arena, ret_text, err);
	}
	return err_set(err, ERR_INTERNAL, "a parameter is of no known type");
}

enum err_code pg_params(const struct call *call, struct arena *arena,
			const char *const **ret_values, struct err *err)
{
	const char **values = ARENA_ARRAY(arena, const char *, call->n_params + 1);

	for (size_t i = 0; i < call->n_params; i++)
		TRY(text_of(&call->params[i], arena, &values[i], err));
	*ret_values = values;
	return ERR_OK;
}
