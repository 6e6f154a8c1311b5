/* cmd_top.c -- soniq top: queues, workers and failures as they change. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/screen.h"
#include "store/job.h"
#include "store/stats.h"
#include "store/worker.h"

#define WORKERS_MAX 500
#define FAILURES_MAX 20
#define FRAME_LINES 10          /* that are not rows of the three tables */

/* Looking takes at most one part in so many of the time. */
#define LOOK_SHARE 20

struct opts {
	int64_t interval;
	bool once;
};

static const struct option options[] = {
	{ "--interval", 'i', OPT_INT, offsetof(struct opts, interval), "SECONDS", "2", 1, 3600,
	  NULL,
	  "Look again after so many seconds." },
	{ "--once", 0, OPT_FLAG, offsetof(struct opts, once), NULL, NULL, 0, 0, NULL,
	  "Print what there is once, and end." },
	OPTION_END,
};

struct top_queue {
	struct str queue;
	int64_t ready, scheduled, processing, dead_letter, live_workers;
	double oldest_waiting_seconds;
	double queued_change;           /* a second, between two looks; NAN: not known yet */
	double arrived_per_minute;      /* by the history; NAN: there is none */
	double finished_per_minute;     /* likewise; without it between two looks */
	double wait_p95_ms, run_p95_ms; /* of the last hour; NAN: not known */
	int64_t queued, ended;          /* what the next sample is compared with */
};

static const struct field top_queue_fields[] = {
	FIELD_STR(struct top_queue, queue),
	FIELD_I64(struct top_queue, ready),
	FIELD_I64(struct top_queue, scheduled),
	FIELD_I64(struct top_queue, processing),
	FIELD_I64(struct top_queue, dead_letter),
	FIELD_I64(struct top_queue, live_workers),
	FIELD_F64(struct top_queue, oldest_waiting_seconds),
	FIELD_F64(struct top_queue, queued_change),
	FIELD_F64(struct top_queue, arrived_per_minute),
	FIELD_F64(struct top_queue, finished_per_minute),
	FIELD_F64(struct top_queue, wait_p95_ms),
	FIELD_F64(struct top_queue, run_p95_ms),
	FIELD_END,
};
static const struct record top_queue_record = {
	"top_queue", sizeof(struct top_queue), top_queue_fields,
};

static const struct column queue_columns[] = {
	{ "queue", "Queue", 40, 0 }, { "ready", "Ready", 0, 0 },
	{ "queued_change", "Change/s", 0, 0 }, { "processing", "Running", 0, 0 },
	{ "arrived_per_minute", "In/min", 0, 0 }, { "finished_per_minute", "Out/min", 0, 0 },
	{ "oldest_waiting_seconds", "Waiting", 0, COLUMN_SPAN },
	{ "live_workers", "Workers", 0, 0 }, { "dead_letter", "Dead", 0, 0 },
	{ "wait_p95_ms", "Wait p95", 0, COLUMN_MS }, { "run_p95_ms", "Run p95", 0, COLUMN_MS },
	{ "scheduled", "Later", 0, 0 }, { 0 },
};

static const struct column worker_columns[] = {
	{ "hostname", "Host", 30, 0 }, { "pid", "PID", 0, 0 }, { "status", "Status", 10, 0 },
	{ "stale", "Stale", 0, 0 }, { "concurrency", "Slots", 0, 0 },
	{ "last_heartbeat", "Heartbeat", 0, COLUMN_AGE }, { "queues", "Queues", 40, 0 }, { 0 },
};

static const struct column failure_columns[] = {
	{ "job_name", "Failed", 30, 0 }, { "queue", "Queue", 20, 0 },
	{ "moved_to_dead_letter_at", "When", 0, COLUMN_AGE }, { "last_error", "Error", 60, 0 },
	{ 0 },
};

/* One look at the database; all of it lives in its own arena. */
struct sample {
	struct arena arena;
	usec_t at;                      /* clock_mono */
	struct job_stats stats;
	struct quality quality;
	struct list queues;             /* struct top_queue */
	struct worker_list workers;
	struct job_list failures;
};

static void sample_release(struct sample *s)
{
	arena_release(&s->arena);
	*s = (struct sample){ 0 };
}

static void worsen(struct quality *quality, const struct quality *other)
{
	if (other->kind > quality->kind)
		*quality = *other;
}

static const struct top_queue *queue_before(const struct sample *before, struct str name)
{
	for (size_t i = 0; i < before->queues.n; i++) {
		const struct top_queue *q = LIST_AT(&before->queues, struct top_queue, i);
		if (str_eq(q->queue, name))
			return q;
	}
	return NULL;
}

/* Without history rows of finished jobs are cleaned up in between: what has become fewer tells no
 * rate. */
static void set_rates(struct top_queue *q, const struct sample *before, usec_t at)
{
	const struct top_queue *old = queue_before(before, q->queue);
	q->queued_change = NAN;
	if (!old || at <= before->at)
		return;
	const double seconds = (double)(at - before->at) / 1e6;
	q->queued_change = (double)(q->queued - old->queued) / seconds;
	if (isnan(q->finished_per_minute) && q->ended >= old->ended)
		q->finished_per_minute = (double)(q->ended - old->ended) / seconds * 60;
}

static void add_queue(struct sample *s, const struct queue_stats *from, const struct sample *before)
{
	struct top_queue *q = list_add(&s->queues);
	struct job_stats *sum = &s->stats;
	*q = (struct top_queue){
		.queue = from->queue,
		.ready = from->ready,
		.scheduled = from->scheduled,
		.processing = from->processing,
		.dead_letter = from->dead_letter,
		.live_workers = from->live_workers,
		.oldest_waiting_seconds = from->outlook.oldest_waiting_seconds,
		.arrived_per_minute = from->outlook.arrived_per_minute,
		.finished_per_minute = from->outlook.finished_per_minute,
		.wait_p95_ms = from->times.wait_p95_ms,
		.run_p95_ms = from->times.run_p95_ms,
		.queued = from->queued,
		.ended = from->done + from->dead_letter,
	};
	set_rates(q, before, s->at);
	sum->queued += from->queued;
	sum->processing += from->processing;
	sum->done += from->done;
	sum->cancelled += from->cancelled;
	sum->dead_letter += from->dead_letter;
}

static enum err_code look(struct store *store, const struct sample *before, struct sample *s,
			  struct err *err)
{
	const struct job_filter newest = { .limit = FAILURES_MAX, .is_brief = true };
	const struct worker_want all = { .limit = WORKERS_MAX };
	struct quality quality;
	struct list queues;

	s->at = clock_mono();
	s->queues = list_new(&s->arena, sizeof(struct top_queue));
	TRY(store_queues(store, &s->arena, &queues, &quality, err));
	TRY(store_workers(store, &all, &s->arena, &s->workers, err));
	TRY(store_dead_newest(store, &newest, &s->arena, &s->failures, err));
	for (size_t i = 0; i < queues.n; i++)
		add_queue(s, LIST_AT(&queues, struct queue_stats, i), before);
	s->quality = quality;
	worsen(&s->quality, &s->workers.quality);
	worsen(&s->quality, &s->failures.quality);
	return ERR_OK;
}

/* The first rows of a list, under a title that says how many there are. */
static void print_part(struct cli *cli, const char *title, const struct record *record,
		       const struct column *columns, const struct list *rows, size_t max)
{
	struct list first = *rows;
	if (first.n > max)
		first.n = max;
	fprintf(cli->out, "\n%s (%zu):\n", title, rows->n);
	if (first.n > 0)
		print_table(cli, record, columns, &first);
}

static void print_frame(struct cli *cli, const struct sample *s, size_t lines)
{
	const struct job_stats *n = &s->stats;
	const size_t room = lines > FRAME_LINES + 4 ? lines - FRAME_LINES : 4;

	fprintf(cli->out, "soniq top  %s  %s  numbers: %s\n", when(cli, cli_now(cli)),
		visible(cli, str_of(cli->database.label)), quality_words(cli, &s->quality));
	fprintf(cli->out, "Queued %" PRId64 "  Running %" PRId64 "  Done %" PRId64
		"  Cancelled %" PRId64 "  Dead %" PRId64 "\n", n->queued, n->processing, n->done,
		n->cancelled, n->dead_letter);
	print_part(cli, "Queues", &top_queue_record, queue_columns, &s->queues, room / 2);
	print_part(cli, "Workers", &worker_record, worker_columns, &s->workers.rows, room / 4);
	print_part(cli, "Newest failures", &job_record, failure_columns, &s->failures.rows,
		   room / 4);
}

/* Into memory first: only what is whole goes to the terminal, and no more than fits. */
static void show(const struct cli *cli, struct screen *screen, const struct sample *s,
		 const struct err *trouble)
{
	char *text = NULL;
	size_t n = 0;
	struct cli frame = *cli;
	frame.arena = (struct arena){ 0 };
	frame.columns = screen->columns;
	frame.out = open_memstream(&text, &n);
	if (!frame.out)
		return;
	if (trouble->code != ERR_OK)
		fprintf(frame.out, "soniq top  no numbers: %s\nTrying again; q quits.\n",
			visible(&frame, str_of(trouble->msg)));
	else
		print_frame(&frame, s, (size_t)screen->lines);
	fclose(frame.out);
	screen_show(screen, (struct str){ text, n });
	free(text);
	arena_release(&frame.arena);
}

/* Connected again whenever the last look went wrong. */
static void look_again(struct cli *cli, struct store *store, struct sample *s, struct err *trouble)
{
	struct sample now = { 0 };
	*trouble = (struct err){ 0 };
	enum err_code code = store->db ? ERR_OK : cli_store(cli, DB_READ, store, trouble);
	if (code == ERR_OK)
		code = look(store, s, &now, trouble);
	trouble->code = code;
	if (code == ERR_OK) {
		sample_release(s);
		*s = now;
		return;
	}
	sample_release(&now);
	sample_release(s);
	store_release(store);
	*store = (struct store){ 0 };
}

/* A look that costs the database much is taken the more rarely. */
static usec_t pause_of(const struct opts *opts, usec_t took)
{
	const usec_t pause = opts->interval * SECOND;

	return took * LOOK_SHARE > pause ? took * LOOK_SHARE : pause;
}

static int watch(struct cli *cli, const struct opts *opts, struct store *store, struct sample *s)
{
	AUTO(screen) struct screen screen = { 0 };
	enum screen_event event = SCREEN_TIME;
	struct err trouble = { 0 };
	usec_t until = 0;
	int by_signal = 0;

	screen_open(&screen, cli->out);
	while (event < SCREEN_QUIT) {
		if (event == SCREEN_TIME) {
			const usec_t began = clock_mono();

			look_again(cli, store, s, &trouble);
			until = clock_mono() + pause_of(opts, clock_mono() - began);
		}
		show(cli, &screen, s, &trouble);
		event = screen_wait(&screen, until, &by_signal);
	}
	return by_signal;
}

static enum err_code run(struct cli *cli, const void *p, char **args, struct err *err)
{
	const struct opts *opts = p;
	AUTO(store) struct store store = { 0 };
	AUTO(sample) struct sample now = { 0 };
	const struct sample none = { 0 };
	(void)args;

	TRY(cli_store(cli, DB_READ, &store, err));
	if (opts->once || !cli->is_tty) {
		TRY(look(&store, &none, &now, err));
		print_frame(cli, &now, 1000);
		return ERR_OK;
	}
	const int by_signal = watch(cli, opts, &store, &now);
	if (by_signal)          /* with the terminal restored, end as it would have */
		raise(by_signal);
	return ERR_OK;
}

const struct command cmd_top = {
	.name = "top",
	.doc = "Watch queues, workers and failures as they change.",
	.more = "q quits. A look that takes the database long comes less often than asked for. "
		"In/min and Out/min are of the last 10 minutes, p95 of the last hour, "
		"by the history (soniq setup). Without it Out/min is that between two looks, and "
		"none where rows of finished jobs were cleaned up in between. What is no terminal "
		"gets one look.",
	.examples = "soniq top --interval 5\nsoniq top --once",
	.options = options,
	.opts_size = sizeof(struct opts),
	.without = WITHOUT_JSON,
	.run = run,
};
