/* cast.c -- the kinds of jobs, workers and schedules that the demo plays. */
#include "demo/cast.h"

#define TRACE(file, line, call, last)                                                           \
	last "\nTraceback (most recent call last):\n  File \"/app/" file "\", line " line        \
	     ", in " call "\n    " call "(job)\n" last

const struct role roles[] = {
	{ "emails.send_welcome", "mail", 90, { 40, 400 }, 15, 4, 100, 0,
	  TRACE("emails.py", "41", "send_welcome", "SMTPServerBusy: 421 try again later"),
	  "{\"user_id\": %d, \"template\": \"welcome\", \"locale\": \"de-DE\"}",
	  "{\"message_id\": \"<a1b2c3@mail.example>\"}" },
	{ "emails.send_digest", "mail", 24, { 300, 1500 }, 30, 3, 120, 20,
	  TRACE("emails.py", "88", "send_digest", "TimeoutError: timed out after 10 s"),
	  "{\"user_id\": %d, \"since\": \"2026-01-01\", \"title\": \"Grüße, 你好 👋\"}", NULL },
	{ "billing.charge_card", "billing", 30, { 200, 900 }, 90, 3, 10, 0,
	  TRACE("billing.py", "132", "charge_card", "CardDeclined: insufficient funds"),
	  "{\"invoice\": %d, \"amount\": 4999, \"currency\": \"EUR\"}",
	  "{\"charged\": true, \"amount\": 4999}" },
	{ "images.resize", "media", 60, { 500, 4000 }, 25, 4, 100, 0,
	  TRACE("images.py", "17", "resize", "OSError: image file is truncated (12 bytes)"),
	  "{\"image\": %d, \"sizes\": [320, 768, 1280], \"crop\": null}",
	  "{\"bytes\": 183224}" },
	{ "search.reindex", "default", 20, { 800, 6000 }, 10, 4, 200, 0,
	  TRACE("search.py", "203", "reindex", "ConnectionError: index-2 refused"),
	  "{\"document\": %d, \"full\": false}", NULL },
	{ "reports.yearly", "reports", 3, { 1000, 2000 }, 0, 4, 100, 0,
	  "", "{\"customer\": %d, \"year\": 2025}", NULL },
	{ "partners.sync", "partners", 10, { 300, 1200 }, 1000, 3, 100, 0,
	  TRACE("partners.py", "9", "sync", "KeyError: 'account'"),
	  "{\"partner\": %d}", NULL },
	{ "cleanup.sessions", "default", 0, { 50, 300 }, 0, 4, 100, 0, "", "{\"batch\": %d}",
	  "{\"removed\": 17}" },
	{ "metrics.rollup", "default", 0, { 100, 600 }, 0, 4, 100, 0, "", "{\"part\": %d}", NULL },
};
const size_t n_roles = sizeof(roles) / sizeof(roles[0]);

/* Nobody serves the queue "reports": its jobs wait for ever, as they do when a worker is
 * forgotten in a deployment. */
const struct troupe troupes[] = {
	{ "web-1", "[\"mail\", \"default\"]", 6 },
	{ "web-2", "[\"mail\", \"default\", \"partners\"]", 6 },
	{ "gpu-1", "[\"media\"]", 4 },
	{ "pay-1", "[\"billing\"]", 3 },
};
const size_t n_troupes = sizeof(troupes) / sizeof(troupes[0]);

const struct cue cues[] = {
	{ "cleanup.sessions", "default", "interval", "15", "active", 15 },
	{ "metrics.rollup", "default", "interval", "60", "active", 60 },
	{ "billing.close_month", "billing", "cron", "0 3 1 * *", "paused", 0 },
};
const size_t n_cues = sizeof(cues) / sizeof(cues[0]);

const struct role *role_find(struct str job_name)
{
	for (size_t i = 0; i < n_roles; i++)
		if (str_eq(job_name, str_of(roles[i].job_name)))
			return &roles[i];
	return &roles[0];
}
