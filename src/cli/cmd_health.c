/* cmd_health.c -- soniq health, soniq ready: for probes and scripts. */
#include "cli/cli.h"
#include "json/json.h"
#include "rules/health.h"
#include "store/stats.h"

static void print_word(struct cli *cli, const char *status, const struct last_hour *hour)
{
	AUTO(buf) struct buf text = buf_new(4096);
	struct json j = json_new(&text);
	if (!cli->is_json) {
		fprintf(cli->out, "%s\n", status);
		return;
	}
	json_open_object(&j);
	json_key(&j, "status");
	json_text(&j, status);
	if (hour) {
		json_key(&j, "queue_backlog");
		json_i64(&j, hour->queue_backlog);
		json_key(&j, "error_rate_last_hour");
		json_f64(&j, health_error_rate(hour->completed_last_hour,
					       hour->dead_lettered_last_hour));
		json_key(&j, "jobs_processed_last_hour");
		json_i64(&j, hour->completed_last_hour + hour->dead_lettered_last_hour);
	}
	json_close_object(&j);
	print_json_buf(cli, &text);
}

static enum err_code run_health(struct cli *cli, const void *opts, char **args, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	struct last_hour hour;
	struct quality quality;
	(void)opts;
	(void)args;

	TRY(cli_store(cli, DB_READ, &store, err));
	TRY(store_last_hour(&store, &cli->arena, &hour, &quality, err));
	const double rate = health_error_rate(hour.completed_last_hour,
					      hour.dead_lettered_last_hour);
	print_word(cli, health_status(hour.queue_backlog, rate), &hour);
	return ERR_OK;
}

static enum err_code run_ready(struct cli *cli, const void *opts, char **args, struct err *err)
{
	AUTO(store) struct store store = { 0 };
	(void)opts;
	(void)args;

	TRY(cli_store(cli, DB_READ, &store, err));
	print_word(cli, "ready", NULL);
	return ERR_OK;
}

const struct command cmd_health = {
	.name = "health",
	.doc = "Say whether the system is healthy or degraded; fail when the database is down.",
	.more = "Degraded means more than 1000 queued jobs, or more than 10 per cent of the last "
		"hour's jobs dead. Exit status 0 for both words, 3 when the database does not "
		"answer.",
	.run = run_health,
};

const struct command cmd_ready = {
	.name = "ready",
	.doc = "Succeed when the database answers and its tables can be used.",
	.run = run_ready,
};
