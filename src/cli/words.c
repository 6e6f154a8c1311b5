/* words.c -- how numbers were had, how old and how large things are: in words. */
#include <inttypes.h>
#include <math.h>

#include "cli/cli.h"
#include "store/stats.h"

const char *ago(struct cli *cli, usec_t moment)
{
	char text[TIME_TEXT_MAX];
	const usec_t now = cli_now(cli);

	if (moment == TIME_NULL || moment == TIME_INFINITY || moment == TIME_MINUS_INFINITY)
		return "-";
	if (moment > now - SECOND)
		return "now";
	duration_format((now - moment) / SECOND * SECOND, text);
	return arena_printf(&cli->arena, "%s ago", text);
}

const char *quality_words(struct cli *cli, const struct quality *quality)
{
	switch (quality->kind) {
	case KIND_CACHED:
		return arena_printf(&cli->arena, "exact, of %s", ago(cli, quality->as_of));
	case KIND_WINDOW:
		return "newest part only";
	case KIND_CAPPED:
		return "at least";
	case KIND_ESTIMATED:
		return "about";
	case KIND_EXACT:
	case KIND__COUNT:
		break;
	}
	return "exact";
}

const char *bytes_text(struct cli *cli, int64_t bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	double n = (double)bytes;
	size_t unit = 0;

	if (bytes == I64_NULL)
		return "-";
	for (; n >= 1000 && unit + 1 < ARRAY_LEN(units); unit++)
		n /= 1000;
	return arena_printf(&cli->arena, unit > 0 && n < 100 ? "%.1f %s" : "%.0f %s", n,
			    units[unit]);
}

const char *ms_text(struct cli *cli, double ms)
{
	char text[TIME_TEXT_MAX];

	if (isnan(ms) || ms < 0 || ms > 1e15)
		return "-";
	if (ms < 10)
		return arena_printf(&cli->arena, "%.1f ms", ms);
	if (ms < 1000)
		return arena_printf(&cli->arena, "%.0f ms", ms);
	if (ms < 60000)
		return arena_printf(&cli->arena, "%.1f s", ms / 1000);
	duration_format((usec_t)(ms / 1000) * SECOND, text);
	return arena_printf(&cli->arena, "%s", text);
}

const char *forecast_words(struct cli *cli, const struct outlook *outlook)
{
	const double seconds = outlook->drain_seconds;
	char text[TIME_TEXT_MAX];

	if (str_eq(outlook->forecast, S("grows")))
		return arena_printf(&cli->arena, "grows by %.1f/min", outlook->growth_per_minute);
	if (str_eq(outlook->forecast, S("drains")) && seconds >= 0 && seconds < 1e10) {
		duration_format(((usec_t)seconds + 1) * SECOND, text);
		return arena_printf(&cli->arena, "empty in %s", text);
	}
	if (!outlook->forecast.p || str_eq(outlook->forecast, S("unknown")))
		return "-";
	return visible(cli, outlook->forecast);
}
