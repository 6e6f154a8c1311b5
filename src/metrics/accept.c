/* accept.c -- which of the two formats an Accept header prefers. */
#include "metrics/metrics.h"

/* "0.75" in thousandths; what is no such number is the best there is, as without one. */
static int quality_of(struct str text)
{
	int value = 0, digits = 0;
	if (text.n == 0 || (text.p[0] != '0' && text.p[0] != '1'))
		return 1000;
	if (text.p[0] == '1')
		return 1000;
	for (size_t i = 2; i < text.n && digits < 3; i++, digits++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return 1000;
		value = value * 10 + (text.p[i] - '0');
	}
	for (; digits < 3; digits++)
		value *= 10;
	return value;
}

static int item_quality(struct str parameters)
{
	struct str parameter;
	while (str_cut(&parameters, ';', &parameter)) {
		const struct str p = str_trim(parameter);
		if (str_starts(p, S("q=")))
			return quality_of((struct str){ p.p + 2, p.n - 2 });
	}
	return 1000;
}

enum metrics_format metrics_format_of(struct str accept)
{
	struct str rest = accept, item, type;
	int best[2] = { 0, 0 };

	while (str_cut(&rest, ',', &item)) {
		if (!str_cut(&item, ';', &type))
			continue;
		type = str_trim(type);
		const bool is_open = str_eq_nocase(type, S("application/openmetrics-text"));
		if (!is_open && !str_eq_nocase(type, S("text/plain")))
			continue;
		const int q = item_quality(item);
		if (q > best[is_open])
			best[is_open] = q;
	}
	return best[METRICS_OPEN] > best[METRICS_TEXT] ? METRICS_OPEN : METRICS_TEXT;
}
