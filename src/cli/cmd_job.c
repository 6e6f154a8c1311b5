/* cmd_job.c -- soniq job ID: one job or dead letter, everything, and why it does not run. */
#include <inttypes.h>

#include "base/parse.h"
#include "cli/cli.h"
#include "cli/findings.h"
#include "json/json.h"
#include "rules/job_state.h"
#include "store/history.h"
#include "store/lineage.h"
#include "store/why.h"

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

static const struct column kin_columns[] = {
	{ "relation", "Relation", 0, 0 }, { "id", "ID", 36, COLUMN_WHOLE },
	{ "status", "Status", 12, 0 }, { "at", "Replayed", 0, 0 },
	{ "is_certain", "Certain", 0, 0 }, { 0 },
};

/* All that is shown. */
struct view {
	struct job job;
	struct list attempts;   /* struct attempt */
	struct list lineage;    /* struct kin */
	struct why why;
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
	const bool is_dead = str_eq(job->kind, S("dead_letter"));
	const char *const *action = job_state_actions(job->status);

	if (str_eq(job->kind, S("history")) || !*action)
		return;
	fprintf(cli->out, "\nWhat can be done:\n");
	for (; *action; action++)
		fprintf(cli->out, "  soniq %s %s %s\n", is_dead ? "dead-letter" : "job", *action,
			visible(cli, job->id));
}

static void print_part(struct cli *cli, const char *title, const struct record *record,
		       const struct column *columns, const struct list *rows)
{
	if (rows->n == 0)
		return;
	fprintf(cli->out, "\n%s (%zu):\n", title, rows->n);
	print_table(cli, record, columns, rows);
}

static void add_why(struct json *j, const struct why *why)
{
	json_key(j, "why");
	json_open_object(j);
	json_key(j, "answer");
	json_text(j, why_answer_name(why->answer));
	json_key(j, "summary");
	json_str(j, why->summary);
	json_list(j, "reasons", &finding_record, &why->reasons);
	json_close_object(j);
}

static void print_json_job(struct cli *cli, const struct view *view)
{
	AUTO(buf) struct buf text = buf_new(64 * 1024 * 1024);
	struct json j = json_new(&text);

	json_open_object(&j);
	json_fields(&j, &job_record, &view->job);
	json_list(&j, "attempts_history", &attempt_record, &view->attempts);
	json_list(&j, "lineage", &kin_record, &view->lineage);
	add_why(&j, &view->why);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code find(struct cli *cli, const char *uuid, struct view *view, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct job *job = &view->job;
	TRY(cli_store(cli, DB_READ, &store, err));
	TRY(store_job_trace(&store, uuid, &cli->arena, job, &view->attempts, err));
	TRY(store_lineage(&store, job, &cli->arena, &view->lineage, err));
	return store_why(&store, job, &cli->arena, &view->why, err);
}

static void print_job(struct cli *cli, const struct view *view)
{
	const struct job *job = &view->job;

	if (str_eq(job->kind, S("history")))
		print_mark(cli, MARK_INFO, "The row of this job is gone; this is what its attempts "
			   "know");
	print_lines(cli, job);
	fprintf(cli->out, "\nwhy (%s):\n", why_answer_name(view->why.answer));
	print_findings(cli, &view->why.reasons);
	print_text(cli, "last_error", job->last_error);
	print_json_text(cli, "args", job->args, job->args_preview, job->args_bytes);
	print_json_text(cli, "result", job->result, job->result_preview, job->result_bytes);
	print_part(cli, "attempts", &attempt_record, attempt_columns, &view->attempts);
	print_part(cli, "lineage", &kin_record, kin_columns, &view->lineage);
	print_actions(cli, job);
}

static enum err_code run(struct cli *cli, const void *opts, char **args, struct err *err)
{
	char uuid[UUID_TEXT_LEN + 1];
	struct view view = { 0 };
	(void)opts;

	if (!parse_uuid(str_of(args[0]), uuid))
		return err_set(err, ERR_INVALID, "\"%.60s\" is not a job id", args[0]);
	TRY(find(cli, uuid, &view, err));
	if (cli->is_json)
		print_json_job(cli, &view);
	else
		print_job(cli, &view);
	return ERR_OK;
}

const struct command cmd_job = {
	.name = "job",
	.args = "ID",
	.min_args = 1,
	.max_args = 1,
	.doc = "Show everything about one job or dead letter, and why it does not run.",
	.more = "With its attempts, and with what it is a replay of or the replays of a dead "
		"letter. With the history (soniq setup) also of one whose row is gone. "
		"soniq job cancel and soniq job delete do something about it.",
	.examples = "soniq job 0192d3f4-7a5b-7c6d-8e9f-0a1b2c3d4e5f\n"
		    "soniq job --json ID | jq .args",
	.run = run,
};
