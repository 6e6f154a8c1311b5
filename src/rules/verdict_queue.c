/* verdict_queue.c -- what is wrong with queues: nobody serves them, they grow, jobs wait. */
#include <inttypes.h>
#include <math.h>

#include "rules/forecast.h"
#include "rules/verdict_rules.h"

static const struct queue_facts *queue_at(const struct verdicts *v, size_t i)
{
	return LIST_AT(&v->facts->queues, struct queue_facts, i);
}

static const char *name_of(struct verdicts *v, const struct queue_facts *queue)
{
	return words_name(v->arena, queue->name, "(none)");
}

static const char *oldest_of(struct verdicts *v, double seconds)
{
	if (!isfinite(seconds))
		return "for an unknown time";
	return arena_printf(v->arena, "for %s",
			    words_span(v->arena, (usec_t)(fmin(seconds, 1e10) * SECOND)));
}

static usec_t since_of(const struct verdicts *v, double seconds)
{
	return isfinite(seconds) ? v->facts->now - (usec_t)(fmin(seconds, 1e10) * SECOND)
				 : TIME_NULL;
}

/* A queue without a name has no term of its own, nor has the name of all others. */
static void show_old(struct verdicts *v, struct finding *f, const struct queue_facts *queue,
		     struct str age)
{
	const struct filter_term terms[] = {
		{ "status", S("ready"), true },
		{ "queue", queue && !queue->is_others ? queue->name : STR_NULL, false },
		{ "created", age, true },
		{ 0 },
	};

	finding_show(f, v->arena, &finding_jobs, terms);
}

static void show_ready(struct verdicts *v, struct finding *f, const struct queue_facts *queue)
{
	show_old(v, f, queue, STR_NULL);
}

/* The age of what waits at least nearly so long, as a term takes it: a list begins with the newest,
 * and who waits longest would stand on its last page. */
static struct str nearly_as_old(struct verdicts *v, double seconds)
{
	static const struct {
		usec_t span;
		char unit;
	} units[] = { { DAY, 'd' }, { HOUR, 'h' }, { MINUTE, 'm' }, { SECOND, 's' } };
	const usec_t age = (usec_t)(fmin(seconds, 1e9) * SECOND);
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(units) && age < 2 * units[i].span)
		i++;
	return SAY(v, ">%" PRId64 "%c", age / units[i].span, units[i].unit);
}

/* A rule about one queue: does it apply, and what is said? */
struct queue_rule {
	bool (*applies)(const struct verdicts *v, const struct queue_facts *queue);
	void (*tell)(struct verdicts *v, const struct queue_facts *queue);
	const char *rest; /* "3 more queues ...", where too many apply */
	enum finding_level level;
};

static void tell_rest(struct verdicts *v, const struct queue_rule *rule, int64_t n)
{
	struct finding *f = verdict_add(v, rule->level);

	f->title = SAY(v, "%s %s",
		       words_count(v->arena, n,
				   &(const struct count_words){ "more queue", "more queues" }),
		       rule->rest);
	f->evidence = S("The first three are told apart.");
	f->href = S("queues");
	f->next = S("Begin with those three; the table of queues has the rest.");
	f->command = S("soniq status --verbose");
}

static void judge_queues(struct verdicts *v, const struct queue_rule *rule)
{
	int64_t n = 0;

	for (size_t i = 0; i < v->facts->queues.n; i++) {
		if (!rule->applies(v, queue_at(v, i)))
			continue;
		if (n++ < VERDICT_APART_MAX)
			rule->tell(v, queue_at(v, i));
	}
	if (n > VERDICT_APART_MAX)
		tell_rest(v, rule, n - VERDICT_APART_MAX);
}

/* ---- no_worker ---- */

struct due {
	int64_t jobs, queues;
	bool is_cut;
	double oldest;
};

static struct due due_of(const struct verdicts *v)
{
	struct due due = { .oldest = NAN };

	for (size_t i = 0; i < v->facts->queues.n; i++) {
		if (queue_at(v, i)->ready <= 0)
			continue;
		due.jobs += queue_at(v, i)->ready;
		due.queues++;
		due.is_cut = due.is_cut || queue_at(v, i)->ready_is_cut;
		due.oldest = fmax(due.oldest, queue_at(v, i)->oldest_seconds);
	}
	return due;
}

/* Both must hold: no worker, and a job that waits. */
static usec_t later_of(usec_t a, usec_t b)
{
	if (a == TIME_NULL || a == TIME_INFINITY)
		return b;
	return a > b ? a : b;
}

static struct str last_seen(struct verdicts *v)
{
	if (v->facts->workers.n == 0)
		return S("no worker has been there for a day");

	const struct worker_facts *last = LIST_AT(&v->facts->workers, struct worker_facts, 0);
	return SAY(v, "the last heartbeat of any worker came %s, of %s",
		   verdict_ago(v, last->last_heartbeat),
		   words_name(v->arena, last->name, "an unknown one"));
}

void verdict_no_worker(struct verdicts *v)
{
	static const struct count_words queues = { "queue", "queues" };
	const struct due due = due_of(v);
	const struct list *workers = &v->facts->workers;

	if (due.jobs == 0 || verdict_live(v->facts) > 0)
		return;
	struct finding *f = verdict_add(v, FINDING_BAD);
	const struct str seen = last_seen(v);

	f->title = SAY(v, "No worker is running, and %s %s", verdict_jobs(v, due.jobs, due.is_cut),
		       due.jobs == 1 ? "waits" : "wait");
	f->evidence = SAY(v, "Due in %s, the oldest %s; %.*s.",
			  words_count(v->arena, due.queues, &queues), oldest_of(v, due.oldest),
			  STR_ARG(seen));
	f->since = since_of(v, due.oldest);
	if (workers->n > 0)
		f->since = later_of(LIST_AT(workers, struct worker_facts, 0)->last_heartbeat,
				    f->since);
	show_ready(v, f, NULL);
	f->next = S("Start a worker, or see why those that ran ended. Jobs stay queued and lose "
		    "nothing meanwhile.");
}

/* ---- queue_unserved ---- */

/* Of those that are not told apart nobody knows who serves them. */
static bool is_unserved(const struct verdicts *v, const struct queue_facts *queue)
{
	return queue->ready > 0 && queue->live_workers == 0 && !queue->is_others &&
	       verdict_live(v->facts) > 0;
}

static void tell_unserved(struct verdicts *v, const struct queue_facts *queue)
{
	static const struct count_words workers = { "live worker serves", "live workers serve" };
	struct finding *f = verdict_add(v, FINDING_BAD);

	f->title = SAY(v, "No worker serves queue %s, where %s %s", name_of(v, queue),
		       verdict_jobs(v, queue->ready, queue->ready_is_cut),
		       queue->ready == 1 ? "waits" : "wait");
	f->evidence = SAY(v, "The oldest is due %s; %s other queues.",
			  oldest_of(v, queue->oldest_seconds),
			  words_count(v->arena, verdict_live(v->facts), &workers));
	f->since = since_of(v, queue->oldest_seconds);
	show_ready(v, f, queue);
	f->next = S("Start a worker that serves this queue, or one that serves all (without "
		    "--queues). Jobs stay queued meanwhile.");
}

void verdict_unserved(struct verdicts *v)
{
	static const struct queue_rule rule = { is_unserved, tell_unserved,
						"with jobs that no worker serves", FINDING_BAD };

	judge_queues(v, &rule);
}

/* ---- queue_growing ---- */

static bool is_served(const struct queue_facts *queue)
{
	return queue->live_workers > 0;
}

static struct forecast forecast_of(const struct queue_facts *queue)
{
	return forecast_make(queue->ready, queue->arrived_per_minute, queue->finished_per_minute);
}

static bool is_growing(const struct verdicts *v, const struct queue_facts *queue)
{
	(void)v;
	return is_served(queue) && queue->ready >= VERDICT_GROWING_MIN &&
	       forecast_of(queue).kind == FORECAST_GROWS;
}

static void tell_growing(struct verdicts *v, const struct queue_facts *queue)
{
	struct finding *f = verdict_add(v, FINDING_WARN);

	f->title = SAY(v, "Queue %s grows by %.1f jobs a minute", name_of(v, queue),
		       forecast_of(queue).growth_per_minute);
	f->evidence = SAY(v,
			  "In the last 10 minutes %.1f a minute came and %.1f were finished; "
			  "%.1f would have to be. Due: %s, the oldest %s.",
			  queue->arrived_per_minute, queue->finished_per_minute,
			  queue->arrived_per_minute,
			  verdict_jobs(v, queue->ready, queue->ready_is_cut),
			  oldest_of(v, queue->oldest_seconds));
	/* How old the oldest is does not tell since when it grows. */
	f->since = TIME_NULL;
	show_ready(v, f, queue);
	f->next = S("Let more workers serve it, or give those that do more concurrency; see in the "
		    "task types whether its jobs run longer than they did.");
}

void verdict_growing(struct verdicts *v)
{
	static const struct queue_rule rule = { is_growing, tell_growing, "that grow",
						FINDING_WARN };

	judge_queues(v, &rule);
}

/* ---- waiting_long ---- */

static bool is_usual_known(const struct queue_facts *queue)
{
	return queue->usual_waits >= VERDICT_USUAL_MIN && isfinite(queue->usual_wait_ms);
}

usec_t verdict_wait_limit(const struct queue_facts *queue)
{
	if (!is_usual_known(queue))
		return VERDICT_WAIT_UNKNOWN;
	return (usec_t)fmin(fmax(queue->usual_wait_ms * MSEC * VERDICT_WAIT_FACTOR,
				 (double)VERDICT_WAIT_MIN),
			    1e16);
}

static bool is_waiting(const struct verdicts *v, const struct queue_facts *queue)
{
	(void)v;
	return is_served(queue) && queue->ready > 0 && isfinite(queue->oldest_seconds) &&
	       queue->oldest_seconds * SECOND > (double)verdict_wait_limit(queue);
}

static struct str limit_words(struct verdicts *v, const struct queue_facts *queue)
{
	const char *limit = words_span(v->arena, verdict_wait_limit(queue));

	if (!is_usual_known(queue))
		return SAY(v, "too long is more than %s, for what is usual here is not known",
			   limit);
	return SAY(v,
		   "95 %% of the last day's jobs waited at most %s, and too long is more than %s "
		   "(%d times that, but at least a minute)",
		   words_span(v->arena, (usec_t)(queue->usual_wait_ms * MSEC)), limit,
		   VERDICT_WAIT_FACTOR);
}

static void tell_waiting(struct verdicts *v, const struct queue_facts *queue)
{
	const double limit = (double)verdict_wait_limit(queue);
	const bool is_bad = queue->oldest_seconds * SECOND > VERDICT_WAIT_BAD * limit;
	struct finding *f = verdict_add(v, is_bad ? FINDING_BAD : FINDING_WARN);
	const struct str words = limit_words(v, queue);

	f->title = SAY(v, "A job of queue %s waits %s", name_of(v, queue),
		       oldest_of(v, queue->oldest_seconds));
	f->evidence = SAY(v, "The oldest of %s%s due; %.*s.",
			  queue->ready_is_cut ? "at least " : "",
			  words_number(v->arena, queue->ready), STR_ARG(words));
	f->since = since_of(v, queue->oldest_seconds - limit / SECOND);
	show_old(v, f, queue, nearly_as_old(v, queue->oldest_seconds));
	f->next = S("See why that job does not run (its page says so); workers may be busy with "
		    "long jobs, or with those of smaller priority numbers, which go first.");
}

void verdict_waiting(struct verdicts *v)
{
	static const struct queue_rule rule = { is_waiting, tell_waiting,
						"where jobs wait too long", FINDING_WARN };

	judge_queues(v, &rule);
}
