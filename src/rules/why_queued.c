/* why_queued.c -- reasons of a job that is queued. */
#include <inttypes.h>
#include <math.h>

#include "rules/why_rules.h"

static bool is_queued(const struct reasons *r)
{
	return why_is(r, "queued");
}

static bool is_due(const struct reasons *r)
{
	return is_queued(r) && !why_is_later(r);
}

/* What is for later may find by then what it lacks now. */
static struct finding *add_stuck(struct reasons *r)
{
	return is_due(r) ? why_add(r, FINDING_BAD, WHY_STUCK) : why_add(r, FINDING_WARN, WHY_WAITS);
}

/* Since when it could have run. */
static usec_t due_since(const struct reasons *r)
{
	const usec_t at = r->facts->scheduled_at;

	return at != TIME_NULL && at > r->facts->created_at ? at : r->facts->created_at;
}

static bool is_snoozed(const struct reasons *r)
{
	return str_starts(r->facts->last_error, S("SNOOZE"));
}

static struct str later_title(struct reasons *r)
{
	const usec_t at = r->facts->scheduled_at;
	const char *how = "It is scheduled";

	if (is_snoozed(r))
		how = "It put itself off";
	else if (r->facts->attempts > 0 && r->facts->last_error.p)
		how = "It backs off after a failure";
	if (at == TIME_INFINITY)
		return TELL(r, "%s, for never", how);
	return TELL(r, "%s, and is due in %s", how,
		    words_span(r->arena, span_between(r->facts->now, at)));
}

void why_later(struct reasons *r)
{
	char when[TIME_TEXT_MAX];

	if (!why_is_later(r))
		return;
	const bool is_never = r->facts->scheduled_at == TIME_INFINITY;
	struct finding *f =
		is_never ? why_add(r, FINDING_BAD, WHY_STUCK) : why_add(r, FINDING_INFO, WHY_WAITS);

	time_format(r->facts->scheduled_at, when);
	f->title = later_title(r);
	f->evidence = TELL(r, "Not before %s; %" PRId64 " of %" PRId64 " attempts are used.", when,
			   r->facts->attempts == I64_NULL ? 0 : r->facts->attempts,
			   r->facts->max_attempts == I64_NULL ? 0 : r->facts->max_attempts);
	f->since = r->facts->updated_at;
	f->next = is_never ? S("Cancel it, or set scheduled_at in the database.")
			   : S("Nothing: it becomes due by itself.");
}

/* A claim counts first and looks then: one more than may be is not run. */
void why_used_up(struct reasons *r)
{
	const int64_t n = r->facts->attempts, most = r->facts->max_attempts;

	if (!is_queued(r) || n == I64_NULL || most == I64_NULL || n < most)
		return;
	struct finding *f = add_stuck(r);

	f->title = S("It has no attempt left: the next claim moves it to the dead letters");
	f->evidence = TELL(r,
			   "%" PRId64 " of %" PRId64 " attempts are used; the last one ended "
			   "without a word, as when a worker is killed.",
			   n, most);
	f->since = r->facts->updated_at;
	f->next =
		S("See whether this job ends its worker (memory, a crash). Replay the dead letter "
		  "once that is mended.");
}

void why_no_worker(struct reasons *r)
{
	if (!is_queued(r) || r->facts->live_workers > 0)
		return;
	struct finding *f = add_stuck(r);

	f->title = S("No worker is running");
	f->evidence = TELL(r, "No active worker sent a heartbeat in the last %s.",
			   words_span(r->arena, r->facts->stale_after));
	f->since = due_since(r);
	f->next = TELL(r, "Start a worker that serves queue %s.", why_queue(r));
	f->command = S("soniq inspect");
}

static bool is_served(const struct reasons *r)
{
	return is_queued(r) && r->facts->serving > 0;
}

void why_unserved(struct reasons *r)
{
	static const struct count_words words = { "live worker serves", "live workers serve" };

	if (!is_queued(r) || r->facts->live_workers <= 0 || r->facts->serving > 0)
		return;
	struct finding *f = add_stuck(r);
	const struct filter_term terms[] = { { "status", S("queued"), true },
					     { "queue", r->facts->queue, false },
					     { 0 } };

	f->title = TELL(r, "No live worker serves its queue %s", why_queue(r));
	f->evidence =
		TELL(r, "%s other queues.", words_count(r->arena, r->facts->live_workers, &words));
	f->since = due_since(r);
	finding_show(f, r->arena, &finding_jobs, terms);
	f->next = S("Start a worker that serves this queue, or one that serves all.");
}

static void show_name(struct reasons *r, struct finding *f)
{
	const struct filter_term terms[] = { { "status", S("queued"), true },
					     { "type", r->facts->job_name, false },
					     { 0 } };

	finding_show(f, r->arena, &finding_jobs, terms);
}

void why_unregistered(struct reasons *r)
{
	if (!is_served(r) || !r->facts->knows_names || r->facts->name_is_known)
		return;
	struct finding *f = add_stuck(r);

	f->title = TELL(r, "No live worker registered its name %s", why_name(r));
	f->evidence = TELL(r, "%" PRId64 " of %" PRId64 " live workers serve its queue.",
			   r->facts->serving, r->facts->live_workers);
	show_name(r, f);
	f->next =
		S("Start workers of the version that knows it. A Python worker that takes it moves "
		  "it to the dead letters as job_not_found; it can be replayed from there.");
}

void why_elsewhere(struct reasons *r)
{
	if (!is_served(r) || !r->facts->name_is_known || r->facts->serving_name > 0)
		return;
	struct finding *f = add_stuck(r);

	f->title = TELL(r, "Only workers that do not serve queue %s registered its name",
			why_queue(r));
	f->evidence = TELL(r, "None of the %" PRId64 " that serve it registered %s.",
			   r->facts->serving, why_name(r));
	show_name(r, f);
	f->next =
		S("Let the workers that know the name serve this queue, or enqueue it in theirs.");
}

void why_clocks(struct reasons *r)
{
	if (!is_queued(r) || r->facts->clock_ahead <= WHY_CLOCK_MAX)
		return;
	struct finding *f = why_add(r, FINDING_WARN, WHY_WAITS);

	f->title = TELL(r, "A clock is %s ahead of the database's",
			words_span(r->arena, r->facts->clock_ahead));
	f->evidence = S("The job's or a live worker's moments lie in the future.");
	f->next = S("Set the clocks by NTP. What is due counts by the database's clock; what is "
		    "scheduled was counted by the producer's.");
}

static bool is_full(const struct reasons *r)
{
	return r->facts->slots > 0 && r->facts->busy >= r->facts->slots;
}

void why_busy(struct reasons *r)
{
	static const struct count_words words = { "worker", "workers" };

	if (!is_due(r) || !is_served(r) || !is_full(r))
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_WAITS);
	const struct filter_term terms[] = { { "status", S("processing"), true }, { 0 } };

	f->title = S("All slots of the workers that serve its queue are busy");
	f->evidence = TELL(r, "%s of %s slots of %s.", words_number(r->arena, r->facts->busy),
			   words_number(r->arena, r->facts->slots),
			   words_count(r->arena, r->facts->serving, &words));
	f->since = due_since(r);
	finding_show(f, r->arena, &finding_jobs, terms);
	f->next = S("Nothing, if it may wait. More workers, or more concurrency, take it sooner.");
}

static struct str estimate(struct reasons *r)
{
	const double rate = r->facts->finished_per_minute;

	if (!isfinite(rate) || rate <= 0)
		return S("When it comes to it is not known.");
	return TELL(r, "At the present rate of %.1f a minute it comes to it in about %s.", rate,
		    words_span(r->arena,
			       (usec_t)fmin((double)r->facts->ahead / rate * MINUTE, 1e16)));
}

void why_behind(struct reasons *r)
{
	static const struct count_words words = { "job", "jobs" };

	if (!is_due(r) || r->facts->ahead <= 0)
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_WAITS);
	const struct filter_term terms[] = { { "status", S("queued"), true },
					     { "queue", r->facts->queue, false },
					     { 0 } };
	const struct str when = estimate(r);

	f->title = TELL(r, "It is behind %s%s of its queue",
			r->facts->ahead_is_capped ? "at least " : "",
			words_count(r->arena, r->facts->ahead, &words));
	f->evidence = TELL(r,
			   "Claimed first is the smallest priority number, then what is due "
			   "longest; its number is %" PRId64 ". %.*s",
			   r->facts->priority == I64_NULL ? 0 : r->facts->priority, STR_ARG(when));
	f->since = due_since(r);
	finding_show(f, r->arena, &finding_jobs, terms);
	f->next = S("Nothing, if it may wait. More workers take it sooner.");
}

/* Nobody is before it, and somebody could take it. */
static bool is_first(const struct reasons *r)
{
	return is_due(r) && is_served(r) && !is_full(r) && r->facts->ahead == 0 &&
	       (r->facts->serving_name > 0 || !r->facts->knows_names);
}

static bool is_left_lying(const struct reasons *r)
{
	const usec_t since = due_since(r);

	return since != TIME_NULL && since != TIME_MINUS_INFINITY &&
	       span_between(since, r->facts->now) > WHY_TAKEN_WITHIN &&
	       span_between(r->facts->updated_at, r->facts->now) > WHY_TAKEN_WITHIN;
}

static struct str free_words(struct reasons *r)
{
	return TELL(r, "%s of %s slots are free.",
		    words_number(r->arena, r->facts->slots - r->facts->busy),
		    words_number(r->arena, r->facts->slots));
}

void why_not_taken(struct reasons *r)
{
	if (!is_first(r) || !is_left_lying(r))
		return;
	struct finding *f = why_add(r, FINDING_WARN, WHY_STUCK);

	f->title = S("It is first in line and a slot is free, yet nobody takes it");
	f->evidence = free_words(r);
	f->since = due_since(r);
	f->next = S("See whether a transaction holds its row locked, and whether the workers hang: "
		    "they beat, but may not claim.");
	f->command = S("soniq inspect");
}

void why_next(struct reasons *r)
{
	if (!is_first(r) || is_left_lying(r))
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_WAITS);

	f->title = S("It is first in line");
	f->evidence = free_words(r);
	f->since = due_since(r);
	f->next = S("Nothing: workers look every few seconds.");
}
