/* writer.c -- whatever can be done to a job, by our functions and as the Python project does it. */
#include "support/writer.h"

#include <stdio.h>

#include "base/buf.h"

#define NAMES 12

uint64_t writer_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * 2685821657736338717ULL) >> 16;
}

static int below(struct writer *w, int n)
{
	return (int)(writer_random(&w->random) % (uint64_t)n);
}

/* ---- what a writer does ---- */

/* SQLite has one writer at a time, who may be a fold. */
void writer_sql(struct writer *w, const char *text)
{
	enum err_code code = ERR_BUSY;

	for (int i = 0; i < 20 && code == ERR_BUSY; i++)
		code = db_run_script(w->st.db, text, &w->err);
	if (code == ERR_OK)
		w->err = (struct err){ 0 };
}

#define SQL(w, ...)                                                                                \
	do {                                                                                       \
		char text_[2000];                                                                  \
		snprintf(text_, sizeof(text_), __VA_ARGS__);                                       \
		writer_sql((w), text_);                                                            \
	} while (0)

static struct job_model *add_job(struct writer *w)
{
	struct job_model *job = &w->jobs[w->n_jobs++];

	*job = (struct job_model){ .at = QUEUED };
	uuid_v4(job->id);
	w->counts.arrived++;
	return job;
}

/* Some job that is so; NULL: none is. */
static struct job_model *some(struct writer *w, enum at at)
{
	const int from = w->n_jobs > 0 ? below(w, w->n_jobs) : 0;

	for (int i = 0; i < w->n_jobs; i++) {
		struct job_model *job = &w->jobs[(from + i) % w->n_jobs];

		if (job->at == at)
			return job;
	}
	return NULL;
}

static void enqueue(struct writer *w)
{
	const char *name = below(w, 2) ? "mail" : "report";
	const struct new_job job = { .job_name = str_of(name),
				     .queue = str_of(w->queue),
				     .priority = 100,
				     .max_attempts = 3 };
	struct job_model *model = add_job(w);

	(void)!store_enqueue(&w->st, &job, model->id, &w->err);
}

static void enqueue_bulk(struct writer *w)
{
	AUTO(buf) struct buf text = buf_new(100000);
	const int n = 1 + below(w, 40);

	buf_add_text(&text, "INSERT INTO soniq_jobs (id, job_name, args, queue) VALUES ");
	for (int i = 0; i < n; i++) {
		buf_printf(&text, "%s('%s', 'type%d', '{}', ", i ? ", " : "", add_job(w)->id,
			   below(w, NAMES));
		if (below(w, 10) == 0)
			buf_add_text(&text, "NULL)");
		else
			buf_printf(&text, "'%s')", w->queue);
	}
	writer_sql(w, buf_cstr(&text));
}

static struct job_model *find(struct writer *w, struct str id)
{
	for (int i = 0; i < w->n_jobs; i++) {
		if (str_eq(id, str_of(w->jobs[i].id)))
			return &w->jobs[i];
	}
	err_set(&w->err, ERR_INTERNAL, "claimed a job of somebody else");
	return &w->jobs[0];
}

static void claim(struct writer *w)
{
	AUTO(arena) struct arena arena = { 0 };
	const struct claim want = { w->worker_id, str_of(w->queue), 1 + below(w, 20) };
	struct list rows;

	if (store_claim(&w->st, &want, &arena, &rows, &w->err) != ERR_OK)
		return;
	for (size_t i = 0; i < rows.n; i++) {
		const struct claimed *c = LIST_AT(&rows, struct claimed, i);
		struct job_model *job = find(w, c->id);

		job->at = PROCESSING;
		job->attempts = (int)c->attempts;
		job->has_worker = true;
		w->counts.started++;
	}
}

/* As the Python worker does it that runs once and has no row. */
static void claim_plainly(struct writer *w)
{
	struct job_model *job = some(w, QUEUED);

	if (!job)
		return;
	SQL(w,
	    "UPDATE soniq_jobs SET status = 'processing', attempts = attempts + 1, "
	    "updated_at = now() WHERE id = '%s'",
	    job->id);
	job->at = PROCESSING;
	job->attempts++;
	job->has_worker = false;
	w->counts.started++;
}

static struct job_model *end_one(struct writer *w, enum at at)
{
	struct job_model *job = some(w, PROCESSING);

	if (!job)
		return NULL;
	job->at = at;
	w->counts.ends++;
	return job;
}

static struct hold hold_of(const struct writer *w, const struct job_model *job)
{
	return (struct hold){ job->id, w->worker_id, job->attempts };
}

static void finish(struct writer *w)
{
	const struct job_model *job = end_one(w, DONE);

	if (!job)
		return;
	w->counts.done++;
	const struct hold hold = hold_of(w, job);
	if (job->has_worker)
		(void)!store_done(&w->st, &hold, STR_NULL, HOUR, &w->err);
	else
		SQL(w,
		    "UPDATE soniq_jobs SET status = 'done', expires_at = now(), "
		    "updated_at = now() WHERE id = '%s'",
		    job->id);
}

static void finish_and_delete(struct writer *w)
{
	const struct job_model *job = end_one(w, GONE);

	if (!job)
		return;
	w->counts.done++;
	const struct hold hold = hold_of(w, job);
	if (job->has_worker)
		(void)!store_done(&w->st, &hold, STR_NULL, 0, &w->err);
	else
		SQL(w, "DELETE FROM soniq_jobs WHERE id = '%s'", job->id);
}

static void fail_once(struct writer *w)
{
	const struct job_model *job = end_one(w, QUEUED);

	if (!job)
		return;
	w->counts.failed++;
	const struct hold hold = hold_of(w, job);
	if (job->has_worker)
		(void)!store_retry(&w->st, &hold, S("it failed"), 0, &w->err);
	else
		SQL(w,
		    "UPDATE soniq_jobs SET status = 'queued', last_error = 'it failed', "
		    "scheduled_at = NULL, updated_at = now(), worker_id = worker_id "
		    "WHERE id = '%s'",
		    job->id);
}

/* Snoozed, given back, taken from a worker that is silent. */
static void put_back(struct writer *w)
{
	static const char *const ways[] = {
		"last_error = 'SNOOZE', scheduled_at = now()",
		"worker_id = NULL, scheduled_at = now()",
		"worker_id = NULL",
	};
	const int way = below(w, 3);
	struct job_model *job = some(w, PROCESSING);

	/* Only who had a worker can lose it. */
	if (!job || !job->has_worker)
		return;
	SQL(w, "UPDATE soniq_jobs SET status = 'queued', updated_at = now(), %s WHERE id = '%s'",
	    ways[way], job->id);
	job->at = QUEUED;
	job->has_worker = false;
	w->counts.returned++;
	w->counts.ends++;
}

static void claim_again(struct writer *w)
{
	struct job_model *job = some(w, PROCESSING);

	if (!job)
		return;
	SQL(w, "UPDATE soniq_jobs SET attempts = attempts + 1, updated_at = now() WHERE id = '%s'",
	    job->id);
	job->attempts++;
	w->counts.returned++;
	w->counts.ends++;
}

static void bury(struct writer *w)
{
	const struct job_model *job = end_one(w, DEAD);

	if (!job)
		return;
	w->counts.dead++;
	const struct hold hold = hold_of(w, job);
	if (job->has_worker)
		(void)!store_bury(&w->st, &hold, S("dead"), "max_retries_exceeded", &w->err);
	else
		SQL(w,
		    "BEGIN; INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, "
		    "priority, max_attempts, attempts, dead_letter_reason, "
		    "original_created_at, moved_to_dead_letter_at) SELECT id, job_name, args, "
		    "coalesce(queue, 'default'), priority, max_attempts, attempts, 'x', "
		    "created_at, now() FROM soniq_jobs WHERE id = '%s'; "
		    "DELETE FROM soniq_jobs WHERE id = '%s'; COMMIT",
		    job->id, job->id);
}

static void replay(struct writer *w)
{
	const struct job_model *dead = some(w, DEAD);

	if (dead)
		SQL(w,
		    "INSERT INTO soniq_jobs (id, job_name, args, queue, scheduled_at) "
		    "SELECT '%s', job_name, args, queue, now() FROM soniq_dead_letter_jobs "
		    "WHERE id = '%s'; UPDATE soniq_dead_letter_jobs SET resurrection_count = "
		    "resurrection_count + 1 WHERE id = '%s'",
		    add_job(w)->id, dead->id, dead->id);
}

static void delete_dead(struct writer *w)
{
	struct job_model *dead = some(w, DEAD);

	if (!dead)
		return;
	SQL(w, "DELETE FROM soniq_dead_letter_jobs WHERE id = '%s'", dead->id);
	dead->at = GONE;
}

/* Put back by hand under its own id, it runs and dies again: its letter is written over. */
static void die_again(struct writer *w)
{
	struct job_model *dead = some(w, DEAD);

	if (!dead)
		return;
	SQL(w,
	    "INSERT INTO soniq_jobs (id, job_name, args, queue) SELECT id, job_name, args, queue "
	    "FROM soniq_dead_letter_jobs WHERE id = '%s'; UPDATE soniq_jobs SET status = "
	    "'processing', attempts = 1, worker_id = '%s', updated_at = now() WHERE id = '%s'",
	    dead->id, w->worker_id, dead->id);
	dead->attempts = 1;
	w->counts.arrived++;
	w->counts.started++;
	w->counts.ends++;
	w->counts.dead++;
	const struct hold hold = hold_of(w, dead);
	(void)!store_bury(&w->st, &hold, S("dead again"), "max_retries_exceeded", &w->err);
}

static void move_dead(struct writer *w)
{
	const struct job_model *dead = some(w, DEAD);

	if (dead)
		SQL(w,
		    "UPDATE soniq_dead_letter_jobs SET queue = 'moved', job_name = job_name || "
		    "'x' WHERE id = '%s'",
		    dead->id);
}

/* what: of the UPDATE; NULL: the row is deleted. */
static void change(struct writer *w, enum at from, const char *what, enum at to)
{
	struct job_model *job = some(w, from);

	if (!job)
		return;
	if (what)
		SQL(w, "UPDATE soniq_jobs SET %s WHERE id = '%s'", what, job->id);
	else
		SQL(w, "DELETE FROM soniq_jobs WHERE id = '%s'", job->id);
	w->counts.cancelled += to == CANCELLED;
	job->at = to;
}

static void cancel(struct writer *w)
{
	change(w, QUEUED, "status = 'cancelled', updated_at = now()", CANCELLED);
}

static void make_weird(struct writer *w)
{
	change(w, QUEUED, below(w, 2) ? "status = 'weird'" : "status = 'dated'", WEIRD);
	if (below(w, 2))
		change(w, WEIRD, "status = 'queued'", QUEUED);
}

static void delete_some(struct writer *w)
{
	static const enum at from[] = { QUEUED, DONE, CANCELLED, WEIRD };

	change(w, from[below(w, 4)], NULL, GONE);
}

static void move(struct writer *w)
{
	change(w, QUEUED, "queue = 'moved', job_name = job_name || 'x'", QUEUED);
	change(w, DONE, "queue = NULL", DONE);
}

/* One gets a moment or loses it; or all of the queue lose theirs, moved or not. */
static void put_off(struct writer *w)
{
	static const char *const what[] = {
		"scheduled_at = now()",
		"scheduled_at = NULL",
		"scheduled_at = now(), queue = 'moved'",
	};

	change(w, QUEUED, what[below(w, (int)ARRAY_LEN(what))], QUEUED);
	if (below(w, 20) == 0)
		SQL(w, "UPDATE soniq_jobs SET scheduled_at = NULL WHERE queue = '%s'", w->queue);
}

static void roll_back(struct writer *w)
{
	SQL(w,
	    "BEGIN; UPDATE soniq_jobs SET status = 'done' WHERE queue = '%s'; "
	    "DELETE FROM soniq_jobs WHERE queue = '%s'; ROLLBACK",
	    w->queue, w->queue);
}

static void (*const deeds[])(struct writer *w) = {
	enqueue,     enqueue_bulk,  claim,
	claim,       claim_plainly, claim_plainly,
	finish,      finish,        finish_and_delete,
	fail_once,   put_back,      put_back,
	claim_again, bury,          bury,
	replay,      delete_dead,   cancel,
	make_weird,  delete_some,   move,
	roll_back,   put_off,       put_off,
	die_again,   move_dead,
};

void *writer_run(void *arg)
{
	struct writer *w = arg;

	for (int i = 0; i < w->n_steps && w->err.code == ERR_OK && w->n_jobs < WRITER_JOBS_MAX - 50;
	     i++)
		deeds[below(w, (int)ARRAY_LEN(deeds))](w);
	return NULL;
}
