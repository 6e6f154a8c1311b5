/* why_ended.c -- reasons of jobs that ended, died or are at work. */
#include <inttypes.h>
#include <math.h>

#include "rules/why_rules.h"

static bool is_kind(const struct reasons *r, const char *kind)
{
	return str_eq(r->facts->kind, str_of(kind));
}

static struct str attempts_words(struct reasons *r)
{
	const int64_t n = r->facts->attempts, of = r->facts->max_attempts;

	if (n == I64_NULL)
		return S("How many attempts it made is not known.");
	if (of == I64_NULL)
		return TELL(r, "After attempt %" PRId64 ".", n);
	return TELL(r, "After %" PRId64 " of %" PRId64 " attempts.", n, of);
}

void why_gone(struct reasons *r)
{
	if (!is_kind(r, "history"))
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_ENDED);

	f->title = TELL(r, "Its row is gone; its last attempt ended as %s",
			words_name(r->arena, r->facts->status, "(unknown)"));
	f->evidence = TELL(r, "That attempt ended %s.", why_ago(r, r->facts->updated_at));
	f->since = r->facts->updated_at;
	f->next = S("Nothing: rows of done jobs are deleted after a while (SONIQ_RESULT_TTL).");
}

void why_done(struct reasons *r)
{
	if (!why_is(r, "done"))
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_ENDED);

	f->title = TELL(r, "It was done %s", why_ago(r, r->facts->updated_at));
	f->evidence = attempts_words(r);
	f->since = r->facts->updated_at;
	f->next = S("Nothing. To run it again, enqueue it anew.");
}

void why_cancelled(struct reasons *r)
{
	if (!why_is(r, "cancelled"))
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_ENDED);

	f->title = TELL(r, "It was cancelled %s", why_ago(r, r->facts->updated_at));
	f->evidence = attempts_words(r);
	f->since = r->facts->updated_at;
	f->next = S("Nothing runs it again. To have the work done, enqueue it anew.");
}

void why_unknown(struct reasons *r)
{
	if (!is_kind(r, "job") || why_is(r, "queued") || why_is(r, "processing") ||
	    why_is(r, "done") || why_is(r, "cancelled"))
		return;
	struct finding *f = why_add(r, FINDING_BAD, WHY_STUCK);

	f->title = TELL(r, "Its status is %s, which no worker takes",
			words_name(r->arena, r->facts->status, "missing"));
	f->evidence = S("Soniq knows queued, processing, done and cancelled.");
	f->since = r->facts->updated_at;
	f->next = S("Find out who wrote that; then delete it, or set its status in the database.");
}

void why_dead(struct reasons *r)
{
	if (!is_kind(r, "dead_letter"))
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_ENDED);

	f->title = TELL(r, "It died %s and is in the dead letters: %.*s",
			why_ago(r, r->facts->updated_at),
			STR_ARG(r->facts->dead_letter_reason.p
					? str_head_utf8(r->facts->dead_letter_reason, 60)
					: S("no reason given")));
	f->evidence = attempts_words(r);
	f->since = r->facts->updated_at;
	f->href = TELL(r, "dead-letter/%.*s", STR_ARG(r->facts->id));
	f->next =
		S("Mend what its error tells of, then replay it. A replay makes a new job with the "
		  "same arguments, due at once, with all attempts and without its unique or dedup "
		  "key; the dead letter stays.");
	f->command = why_command(r, "soniq dead-letter replay");
}

void why_replayed(struct reasons *r)
{
	static const struct count_words times = { "time", "times" };

	if (!is_kind(r, "dead_letter") || r->facts->replays <= 0)
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_ENDED);

	f->title = TELL(r, "It was replayed %s", words_count(r->arena, r->facts->replays, &times));
	f->evidence = TELL(r, "The last time %s.", why_ago(r, r->facts->last_replay_at));
	f->since = r->facts->last_replay_at;
	f->next = S("See what became of that replay before the next one.");
}

/* ---- processing ---- */

static const char *worker_words(struct reasons *r)
{
	return words_name(r->arena, r->facts->worker.p ? r->facts->worker : r->facts->worker_id,
			  "nobody");
}

static struct str claimed_words(struct reasons *r)
{
	return TELL(r, "Attempt %" PRId64 " was claimed %s.",
		    r->facts->attempts == I64_NULL ? 0 : r->facts->attempts,
		    why_ago(r, r->facts->updated_at));
}

static bool is_held(const struct reasons *r)
{
	return why_is(r, "processing");
}

void why_worker_gone(struct reasons *r)
{
	const struct why_facts *facts = r->facts;

	if (!is_held(r) || facts->worker_is_live || facts->worker_is_stale)
		return;
	/* A worker that runs what there is and ends has no row: it may be at it. */
	const bool is_nobody = !facts->worker_id.p;
	struct finding *f =
		is_nobody ? why_add(r, FINDING_WARN, WHY_RUNS) : why_add(r, FINDING_BAD, WHY_STUCK);

	f->title = is_nobody ? S("It is processing, but no worker is named for it")
			     : TELL(r, "It is processing, but its worker %s is %s", worker_words(r),
				    facts->worker.p ? "stopped" : "gone");
	f->evidence = claimed_words(r);
	f->since = facts->worker.p ? facts->worker_heartbeat : facts->updated_at;
	f->next =
		is_nobody
			? S("`soniq worker --run-once` leaves no row: see whether one is at work. "
			    "Nothing puts the job back if it is not.")
			: S("Nothing puts it back by itself. See whether its work was done; then "
			    "set it to queued, or delete it, in the database.");
	f->command = S("soniq inspect");
}

void why_worker_silent(struct reasons *r)
{
	const struct why_facts *facts = r->facts;
	static const struct count_words workers = { "live worker", "live workers" };
	const bool is_mended = facts->live_workers > 0;

	if (!is_held(r) || !facts->worker_is_stale)
		return;
	struct finding *f = why_add(r, FINDING_BAD, is_mended ? WHY_WAITS : WHY_STUCK);
	const struct str claimed = claimed_words(r);

	f->title = TELL(r, "Its worker %s sent its last heartbeat %s", worker_words(r),
			why_ago(r, facts->worker_heartbeat));
	f->evidence = TELL(r, "%.*s %s could put it back.", STR_ARG(claimed),
			   words_count(r->arena, facts->live_workers, &workers));
	f->since = facts->worker_heartbeat;
	f->next =
		is_mended
			? S("Live workers put it back within 5 to 10 minutes. If the silent "
			    "process still runs, the job then runs twice.")
			: S("Be sure that the silent process is gone; then --cleanup puts its jobs "
			    "back. Start a worker.");
	f->command = is_mended ? S("soniq inspect --stale") : S("soniq inspect --cleanup");
}

static bool is_live(const struct reasons *r)
{
	return is_held(r) && r->facts->worker_is_live;
}

static usec_t run_of(const struct reasons *r)
{
	const usec_t since = r->facts->updated_at;

	if (since == TIME_NULL || since == TIME_INFINITY || since == TIME_MINUS_INFINITY)
		return 0;
	return span_between(since, r->facts->now);
}

static bool is_usual_known(const struct reasons *r)
{
	return r->facts->usual_runs >= WHY_USUAL_MIN && isfinite(r->facts->run_p99_ms);
}

static bool is_long(const struct reasons *r)
{
	const double run = (double)run_of(r);

	return is_live(r) && is_usual_known(r) && run > (double)WHY_LONG_MIN &&
	       run > WHY_LONG_FACTOR * r->facts->run_p99_ms * MSEC;
}

static void tell_run(struct reasons *r, struct finding *f)
{
	const struct str claimed = claimed_words(r);

	f->since = r->facts->updated_at;
	f->evidence = claimed;
	if (is_usual_known(r))
		f->evidence = TELL(r, "%.*s 99 %% of its name ran at most %s.", STR_ARG(claimed),
				   words_span(r->arena, (usec_t)(r->facts->run_p99_ms * MSEC)));
}

void why_long(struct reasons *r)
{
	if (!is_long(r))
		return;
	struct finding *f = why_add(r, FINDING_WARN, WHY_RUNS);

	f->title = TELL(r, "It runs for %s, longer than its name does",
			words_span(r->arena, run_of(r)));
	tell_run(r, f);
	f->next = TELL(r,
		       "See what worker %s does. A job that hangs ends at its timeout "
		       "(SONIQ_JOB_TIMEOUT), where it has one.",
		       worker_words(r));
	f->command = S("soniq inspect");
}

void why_running(struct reasons *r)
{
	if (!is_live(r) || is_long(r))
		return;
	struct finding *f = why_add(r, FINDING_INFO, WHY_RUNS);

	f->title = TELL(r, "It runs, for %s, on worker %s", words_span(r->arena, run_of(r)),
			worker_words(r));
	tell_run(r, f);
	f->next = S("Nothing.");
}

/* Of two queued jobs one may hold a key: a job that runs cannot be put back while another does. */
void why_twin(struct reasons *r)
{
	const bool is_dead = is_kind(r, "dead_letter");

	if (!r->facts->twin_id.p || !(is_held(r) || is_dead))
		return;
	struct finding *f = why_add(r, FINDING_WARN, is_dead ? WHY_ENDED : WHY_WAITS);

	f->title = is_dead ? S("A queued job of its name has the same arguments")
			   : TELL(r, "A queued job holds its %s", r->facts->twin_key);
	f->evidence = TELL(r, "It is job %.*s.", STR_ARG(r->facts->twin_id));
	f->href = TELL(r, "jobs/%.*s", STR_ARG(r->facts->twin_id));
	f->next = is_dead ? S("A replay is not kept from being queued beside it: the work would be "
			      "done twice. See first what becomes of that one.")
			  : S("If this attempt fails it cannot be queued again before that one is "
			      "claimed. Nothing has to be done while it runs.");
	f->command = TELL(r, "soniq job %.*s", STR_ARG(shell_word(r->arena, r->facts->twin_id)));
}
