/* cmd_job.c -- soniq job ID: one job or dead letter, everything. */
#include <inttypes.h>

#include "base/parse.h"
#include "cli/cli.h"
#include "json/json.h"
#include "rules/job_state.h"
#include "store/history.h"
#include "store/job.h"

/* The lines that a reader wants first; long texts follow below. */
static const char *const lines[] = {
	"id", "job_name", "status", "queue", "priority", "attempts", "max_attempts", "created_at",
	"updated_at", "scheduled_at", "expires_at", "worker_id", "producer_id", "unique_job",
	"args_hash", "dedup_key", "dead_letter_reason", "moved_to_dead_letter_at",
	"resurrection_count", "last_resurrection_at", "tags",
};

static const struct column attempt_columns[] = {
	{ "attempt", "Attempt", 0, 0 }, { "outcome", "Outcome", 12, 0 },
	{ "started_at", "Started", 0, 0 }, { "wait_ms", "Waited", 0, COLUMN_MS },
	{ "run_ms", "Ran", 0, COLUMN_MS }, { "worker", "Worker", 30, 0 },
	{ "error", "Error", 60, 0 }, { 0 },
};

static const char *value(struct cli *cli, const struct field *f, const struct job *job)
{
	const char *at = (const char *)job + f->offset;

	if (f->type == F_TIME)
		return when(cli, *(const usec_t *)at);
	if (f->type == F_I64)
		return number_text(cli, *(const int64_t *)at);
	if (f->type == F_BOOL)
		return *(const int8_t *)at < 0 ? "-" : *(const int8_t *)at ? "yes" : "no";
	return visible(cli, *(const struct str *)at);
}

static void print_lines(struct cli *cli, const struct job *job)
{
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		for (const struct field *f = job_record.fields; f->name; f++) {
			if (!str_eq(str_of(f->name), str_of(lines[i])))
				continue;
			const char *text = value(cli, f, job);
			if (text[0] != '-' || text[1] != '\0')
				fprintf(cli->out, "%-24s %s\n", f->name, text);
		}
}

/* Line by line, so that a traceback stays readable and nothing else gets through. */
static void print_text(struct cli *cli, const char *title, struct str text)
{
	struct str line;
	if (!text.p)
		return;
	if (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	fprintf(cli->out, "\n%s:\n", title);
	while (str_cut(&text, '\n', &line))
		fprintf(cli->out, "  %s\n", visible(cli, line));
}

static void print_json_text(struct cli *cli, const char *title, struct str json,
			    struct str preview, int64_t bytes)
{
	print_text(cli, title, json);
	if (json.p || !preview.p)
		return;
	print_text(cli, title, str_head_utf8(preview, 2000));
	fprintf(cli->out, "  ... %" PRId64 " bytes in all\n", bytes);
}

static void print_actions(struct cli *cli, const struct job *job)
{
	static const struct { const char *action, *line; } ways[] = {
		{ "replay", "soniq dead-letter replay" },
		{ "delete", "soniq dead-letter delete" },
	};
	const char *const *action = job_state_actions(job->status);
	if (!str_eq(job->kind, S("dead_letter")))
		return;
	fprintf(cli->out, "\nWhat can be done:\n");
	for (; *action; action++)
		for (size_t i = 0; i < ARRAY_LEN(ways); i++)
			if (str_eq(str_of(*action), str_of(ways[i].action)))
				fprintf(cli->out, "  %s %s\n", ways[i].line, visible(cli, job->id));
}

static void print_attempts(struct cli *cli, const struct list *attempts)
{
	if (attempts->n == 0)
		return;
	fprintf(cli->out, "\nattempts (%zu):\n", attempts->n);
	print_table(cli, &attempt_record, attempt_columns, attempts);
}

static void print_json_job(struct cli *cli, const struct job *job, const struct list *attempts)
{
	AUTO(buf) struct buf text = buf_new(64 * 1024 * 1024);
	struct json j = json_new(&text);

	json_open_object(&j);
	json_fields(&j, &job_record, job);
	json_key(&j, "attempts_history");
	json_open_array(&j);
	for (size_t i = 0; i < attempts->n; i++)
		json_record(&j, &attempt_record, LIST_AT(attempts, struct attempt, i));
	json_close_array(&j);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code find(struct cli *cli, const char *uuid, struct job *job,
			  struct list *attempts, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	TRY(cli_store(cli, DB_READ, &store, err));
	return store_job_trace(&store, uuid, &cli->arena, job, attempts, err);
}

static void print_job(struct cli *cli, const struct job *job, const struct list *attempts)
{
	if (str_eq(job->kind, S("history")))
		print_mark(cli, MARK_INFO, "The row of this job is gone; this is what its attempts "
			   "know");
	print_lines(cli, job);
	print_text(cli, "last_error", job->last_error);
	print_json_text(cli, "args", job->args, job->args_preview, job->args_bytes);
	print_json_text(cli, "result", job->result, job->result_preview, job->result_bytes);
	print_attempts(cli, attempts);
	print_actions(cli, job);
}

static enum err_code run(struct cli *cli, const void *opts, char **args, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];
	struct list attempts;
	struct job job;
	(void)opts;

	if (!parse_uuid(str_of(args[0]), uuid))
		return err_set(err, ERR_INVALID, "\"%.60s\" is not a job id", args[0]);
	TRY(find(cli, uuid, &job, &attempts, err));
	if (cli->is_json)
		print_json_job(cli, &job, &attempts);
	else
		print_job(cli, &job, &attempts);
	return ERR_OK;
}

const struct command cmd_job = {
	.name = "job",
	.args = "ID",
	.min_args = 1,
	.max_args = 1,
	.doc = "Show everything about one job or dead letter, with its attempts.",
	.more = "With the history (soniq setup) also of one whose row is gone.",
	.examples = "soniq job 0192d3f4-7a5b-7c6d-8e9f-0a1b2c3d4e5f\n"
		    "soniq job --json ID | jq .args",
	.run = run,
};
