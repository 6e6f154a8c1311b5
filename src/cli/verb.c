/* verb.c -- a verb on rows that are named by their ids. */
#include "cli/verb.h"

#include "base/parse.h"
#include "json/json.h"

#define SHOWN 10

/* What has been done so far, and the document that tells of it. */
struct tally {
	struct json *json;
	size_t n_done;
	struct err first;
};

static void print_one(struct cli *cli, const struct verb *verb, const char *id,
		      const char *made)
{
	if (cli->is_json)
		return;
	fprintf(cli->out, "%s %s", verb->past, visible(cli, str_of(id)));
	fprintf(cli->out, made[0] ? " as %s\n" : "%s\n", made);
}

static void add_result(struct json *j, const char *id, const char *made, const struct err *err)
{
	json_open_object(j);
	json_key(j, "id");
	json_text(j, id);
	if (made[0]) {
		json_key(j, "job_id");
		json_text(j, made);
	}
	json_key(j, "error");
	json_text(j, err ? err->msg : NULL);
	json_close_object(j);
}

/* False: something is wrong that will be wrong with the next one too. */
static bool note_failure(struct cli *cli, struct tally *tally, const struct err *err, bool is_alone)
{
	if (tally->first.code == ERR_OK)
		tally->first = *err;
	if (!is_alone && !cli->is_json) {
		fflush(cli->out);
		fprintf(cli->err, "soniq: %s\n", visible(cli, str_of(err->msg)));
	}
	return err->code == ERR_NOT_FOUND || err->code == ERR_CONFLICT;
}

static enum err_code sum_up(struct cli *cli, const struct verb *verb,
			    const struct tally *tally, size_t n, struct err *err)
{
	if (!cli->is_json && n > 1)
		fprintf(cli->out, "%s %zu of %zu %s(s).\n", verb->past, tally->n_done, n,
			verb->what);
	if (tally->first.code == ERR_OK)
		return ERR_OK;
	*err = tally->first;
	if (n == 1)
		return err->code;
	return err_set(err, err->code, "%zu of %zu %ss were not %s", n - tally->n_done, n,
		       verb->short_what, verb->done);
}

enum err_code verb_run(struct cli *cli, struct store *store, const struct verb *verb,
		       const struct list *jobs, struct err *err)
{
	AUTO(buf) struct buf text = buf_new(256 * 1024 * 1024);
	struct json j = json_new(&text);
	struct tally tally = { .json = &j };
	bool goes_on = true;

	json_open_array(&j);
	for (size_t i = 0; i < jobs->n && goes_on; i++) {
		const char *id = str_cstr(&cli->arena, LIST_AT(jobs, struct job, i)->id);
		char made[UUID_TEXT_LEN + 1] = "";
		struct err one = { 0 };
		const bool is_done = verb->run(store, id, made, &one) == ERR_OK;

		add_result(&j, id, made, is_done ? NULL : &one);
		tally.n_done += is_done;
		if (is_done)
			print_one(cli, verb, id, made);
		else
			goes_on = note_failure(cli, &tally, &one, jobs->n == 1);
	}
	json_close_array(&j);
	if (cli->is_json)
		print_json_buf(cli, &text);
	return sum_up(cli, verb, &tally, jobs->n, err);
}

static void print_dry_json(struct cli *cli, const struct verb *verb, const struct list *jobs)
{
	AUTO(buf) struct buf text = buf_new(256 * 1024 * 1024);
	struct json j = json_new(&text);
	json_open_object(&j);
	json_key(&j, "dry_run");
	json_text(&j, verb->word);
	json_key(&j, "count");
	json_i64(&j, (int64_t)jobs->n);
	json_key(&j, "ids");
	json_open_array(&j);
	for (size_t i = 0; i < jobs->n; i++)
		json_str(&j, LIST_AT(jobs, struct job, i)->id);
	json_close_array(&j);
	json_close_object(&j);
	print_json_buf(cli, &text);
}

void verb_print_dry(struct cli *cli, const struct verb *verb, const struct list *jobs)
{
	if (cli->is_json) {
		print_dry_json(cli, verb, jobs);
		return;
	}
	fprintf(cli->out, "Dry run: would %s %zu %s(s).\n", verb->word, jobs->n, verb->what);
	for (size_t i = 0; i < jobs->n && i < SHOWN; i++) {
		const struct job *job = LIST_AT(jobs, struct job, i);
		fprintf(cli->out, "  %s  %s\n", visible(cli, job->id), visible(cli, job->job_name));
	}
	if (jobs->n > SHOWN)
		fprintf(cli->out, "  ... and %zu more\n", jobs->n - SHOWN);
}

/* A word that is no id is a slip of the hand: nothing is done then, not even to the others. */
enum err_code verb_read_ids(struct cli *cli, char **args, struct list *ret, struct err *err)
{
	*ret = list_new(&cli->arena, sizeof(struct job));
	for (; *args; args++) {
		char uuid[UUID_TEXT_LEN + 1];
		if (!parse_uuid(str_of(*args), uuid))
			return err_set(err, ERR_INVALID,
				       "\"%.60s\" is not a job id; nothing was done", *args);
		struct job *job = list_add(ret);
		record_clear(&job_record, job);
		job->id = str_copy(&cli->arena, str_of(uuid));
	}
	return ERR_OK;
}

enum err_code verb_look_up(struct cli *cli, struct store *store, const struct verb *verb,
			   struct list *jobs, struct err *err)
{
	for (size_t i = 0; i < jobs->n; i++) {
		struct job *job = LIST_AT(jobs, struct job, i);
		const char *id = str_cstr(&cli->arena, job->id);
		TRY(verb->find(store, id, &cli->arena, job, err));
	}
	return ERR_OK;
}
