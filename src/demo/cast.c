/* cast.c -- the kinds of jobs, workers and schedules that the demo plays. */
#include "demo/cast.h"

#include "demo/errors.h"

/* Names of schedules have 0 an hour: only a schedule makes them. Nobody serves the queue
 * "reports": its jobs wait for ever, as they do when a worker is forgotten in a deployment.
 * Yesterday is as today will be: past, times THINNED, is what a day makes. */
const struct role roles[] = {
	{ .job_name = "emails.send_welcome", .queue = "mail", .per_hour = 2700,
	  .run_ms = { 40, 400 }, .failures = 40, .max_attempts = 4, .priority = 100,
	  .past = { 900, 3 },
	  .errors = { error_smtp_busy },
	  .args = "{\"user_id\": %d, \"template\": \"welcome\", \"locale\": \"de-DE\"}",
	  .result = "{\"message_id\": \"<a1b2c3@mail.example>\"}" },
	{ .job_name = "emails.send_digest", .queue = "mail", .per_hour = 720,
	  .run_ms = { 300, 1500 }, .failures = 80, .max_attempts = 3, .priority = 120,
	  .delay_s = 20, .past = { 240, 7 },
	  .errors = { error_smtp_timeout, error_smtp_busy },
	  .args = "{\"user_id\": %d, \"since\": \"2026-01-01\", \"title\": \"Grüße, 你好 👋\"}" },
	{ .job_name = "billing.charge_card", .queue = "billing", .per_hour = 900,
	  .run_ms = { 200, 900 }, .failures = 140, .max_attempts = 3, .priority = 10,
	  .past = { 300, 60 },
	  .errors = { error_card_declined, error_gateway },
	  .args = "{\"invoice\": %d, \"amount\": 4999, \"currency\": \"EUR\"}",
	  .result = "{\"charged\": true, \"amount\": 4999}" },
	{ .job_name = "images.resize", .queue = "media", .per_hour = 1800,
	  .run_ms = { 500, 5000 }, .failures = 60, .max_attempts = 4, .priority = 100,
	  .past = { 600, 6 },
	  .errors = { error_image, error_memory },
	  .args = "{\"image\": %d, \"sizes\": [320, 768, 1280], \"crop\": null}",
	  .result = "{\"bytes\": 183224}" },
	{ .job_name = "search.reindex", .queue = "default", .per_hour = 600,
	  .run_ms = { 800, 6000 }, .failures = 30, .max_attempts = 4, .priority = 200,
	  .past = { 200, 6 },
	  .errors = { error_search, error_mapping },
	  .args = "{\"document\": %d, \"full\": false}" },
	{ .job_name = "reports.yearly", .queue = "reports", .per_hour = 90,
	  .max_attempts = 4, .priority = 100, .errors = { "" },
	  .args = "{\"customer\": %d, \"year\": 2025}" },
	{ .job_name = "partners.sync", .queue = "partners", .per_hour = 30,
	  .run_ms = { 300, 1200 }, .failures = 400, .max_attempts = 3, .priority = 100,
	  .past = { 10, 46 }, .errors = { error_partner_key, error_partner_data },
	  .args = "{\"partner\": %d}" },
	{ .job_name = "legacy.export", .queue = "default", .per_hour = 1,
	  .run_ms = { 1, 5 }, .failures = 1000, .max_attempts = 1, .priority = 100,
	  .past = { 0, 20 }, .reason = "job_not_found",
	  .errors = { error_not_found }, .args = "{\"table\": %d}" },
	{ .job_name = "cleanup.sessions", .queue = "default", .run_ms = { 50, 300 },
	  .max_attempts = 4, .priority = 100, .past = { 80, 0 }, .errors = { "" },
	  .args = "{\"batch\": %d}", .result = "{\"removed\": 17}" },
	{ .job_name = "metrics.rollup", .queue = "default", .run_ms = { 100, 600 },
	  .max_attempts = 4, .priority = 100, .past = { 20, 0 }, .errors = { "" },
	  .args = "{\"part\": %d}" },
};
const size_t n_roles = sizeof(roles) / sizeof(roles[0]);

const struct troupe troupes[] = {
	{ "web-1", "[\"mail\", \"default\"]", 6, false },
	{ "web-2", "[\"mail\", \"default\", \"partners\"]", 6, false },
	{ "gpu-1", "[\"media\"]", 4, false },
	{ "pay-1", "[\"billing\"]", 3, false },
	{ "gpu-2", "[\"media\"]", 4, true },
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
