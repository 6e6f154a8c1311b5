/* verdict_work.c -- what is wrong with workers, jobs that ended, schedules and the numbers. */
#include <math.h>

#include "base/buf.h"
#include "rules/verdict_rules.h"

#define LIST_TEXT_MAX ((size_t)4096)

/* "“a” (3), “b” (1) and more": the first few. */
static struct str names_of(struct verdicts *v, const struct list *names, bool counts)
{
	AUTO(buf) struct buf b = buf_new(LIST_TEXT_MAX);

	for (size_t i = 0; i < names->n && i < VERDICT_APART_MAX; i++) {
		const struct name_facts *name = LIST_AT(names, struct name_facts, i);

		buf_printf(&b, "%s%s", i > 0 ? ", " : "",
			   words_name(v->arena, name->job_name, "(none)"));
		if (counts)
			buf_printf(&b, " (%s)", words_number(v->arena, name->n));
	}
	if (names->n > VERDICT_APART_MAX)
		buf_add_text(&b, " and more");
	return str_copy(v->arena, buf_str(&b));
}

/* Before a count that is not whole, where a sentence begins. */
static const char *at_least(bool is_cut)
{
	return is_cut ? "At least " : "";
}

static int64_t sum_of(const struct list *names)
{
	int64_t n = 0;

	for (size_t i = 0; i < names->n; i++)
		n += LIST_AT(names, struct name_facts, i)->n;
	return n;
}

/* All of them as the value of a term; NULL where they are too many. */
static struct str value_of(struct verdicts *v, const struct list *names)
{
	struct str texts[FINDING_VALUES_MAX];

	for (size_t i = 0; i < names->n && i < ARRAY_LEN(texts); i++)
		texts[i] = LIST_AT(names, struct name_facts, i)->job_name;
	return finding_values(v->arena, texts, names->n);
}

/* The earlier of two moments; none counts as the end of time. */
static usec_t earlier_of(usec_t a, usec_t b)
{
	if (a == TIME_NULL || b == TIME_NULL)
		return a == TIME_NULL ? b : a;
	return a < b ? a : b;
}

/* ---- workers_stale ---- */

struct silence {
	int64_t workers, jobs;
	usec_t since; /* the first of them went silent */
	struct str who;
};

static struct silence silence_of(struct verdicts *v)
{
	AUTO(buf) struct buf who = buf_new(LIST_TEXT_MAX);
	struct silence s = { .since = TIME_NULL };

	for (size_t i = 0; i < v->facts->workers.n; i++) {
		const struct worker_facts *w = LIST_AT(&v->facts->workers, struct worker_facts, i);

		if (!w->is_stale)
			continue;
		if (s.workers++ < VERDICT_APART_MAX)
			buf_printf(&who, "%s%s last beat %s", s.workers > 1 ? ", " : "",
				   words_name(v->arena, w->name, "an unknown one"),
				   verdict_ago(v, w->last_heartbeat));
		s.since = earlier_of(s.since, w->last_heartbeat);
	}
	for (size_t i = 0; i < v->facts->holders.n; i++) {
		const struct holder_facts *h = LIST_AT(&v->facts->holders, struct holder_facts, i);

		s.jobs += h->is_stale ? h->jobs : 0;
	}
	s.who = str_copy(v->arena, buf_str(&who));
	return s;
}

void verdict_stale(struct verdicts *v)
{
	static const struct count_words workers = { "worker has", "workers have" };
	const struct silence s = silence_of(v);

	if (s.workers == 0)
		return;
	struct finding *f = verdict_add(v, FINDING_WARN);

	f->title = SAY(v, "%s gone silent", words_count(v->arena, s.workers, &workers));
	f->evidence =
		SAY(v, "%.*s%s; %s in hand.", STR_ARG(s.who),
		    s.workers > VERDICT_APART_MAX ? " and more" : "",
		    verdict_jobs(v, s.jobs, v->facts->holders_are_cut));
	f->since = s.since;
	f->href = S("workers?sort=State"); /* the silent ones first */
	f->next = S("See whether those processes still run. If they do not, --cleanup marks them "
		    "stopped and puts their jobs back; if one does, its jobs would run twice.");
	f->command = S("soniq inspect --stale");
}

/* ---- jobs_orphaned ---- */

/* A job that nobody is named for may belong to a worker without a row, for a while. */
static bool is_orphaned(const struct verdicts *v, const struct holder_facts *h)
{
	if (h->worker_id.p)
		return !h->is_live;
	return h->since != TIME_NULL &&
	       span_between(h->since, v->facts->now) > VERDICT_ORPHAN_AFTER;
}

struct orphans {
	int64_t of_silent, of_stopped, of_gone, all;
	size_t holders;
	struct str ids[FINDING_VALUES_MAX];
	usec_t since;
};

static struct orphans orphans_of(const struct verdicts *v)
{
	struct orphans o = { .since = TIME_NULL };

	for (size_t i = 0; i < v->facts->holders.n; i++) {
		const struct holder_facts *h = LIST_AT(&v->facts->holders, struct holder_facts, i);

		if (!is_orphaned(v, h))
			continue;
		o.all += h->jobs;
		o.of_silent += h->is_stale ? h->jobs : 0;
		o.of_stopped += h->worker.p && !h->is_stale ? h->jobs : 0;
		o.of_gone += h->worker.p ? 0 : h->jobs;
		if (o.holders < ARRAY_LEN(o.ids))
			o.ids[o.holders] = h->worker_id;
		o.holders++;
		o.since = earlier_of(o.since, h->worker.p ? h->last_heartbeat : h->since);
	}
	return o;
}

void verdict_orphaned(struct verdicts *v)
{
	static const struct count_words words = { "job is", "jobs are" };
	const struct orphans o = orphans_of(v);

	if (o.all == 0)
		return;
	struct finding *f = verdict_add(v, FINDING_BAD);
	const struct filter_term terms[] = {
		{ "status", S("processing"), true },
		{ "worker", finding_values(v->arena, o.ids, o.holders), true },
		{ 0 },
	};

	f->title = SAY(v, "%s%s processing, but nobody works on %s",
		       at_least(v->facts->holders_are_cut),
		       words_count(v->arena, o.all, &words), o.all == 1 ? "it" : "them");
	f->evidence = SAY(v,
			  "%s of silent workers, %s of stopped ones, %s of workers without a row.",
			  words_number(v->arena, o.of_silent), words_number(v->arena, o.of_stopped),
			  words_number(v->arena, o.of_gone));
	f->since = o.since;
	finding_show(f, v->arena, &finding_jobs, terms);
	f->next =
		o.of_silent > 0
			? S("Live workers put jobs of silent ones back within 5 to 10 minutes; "
			    "where none runs, --cleanup does. Be sure that the silent process is "
			    "gone, or its jobs run twice.")
			: S("Nothing puts jobs back whose worker was stopped or is gone: see "
			    "whether the work was done, then set them to queued in the database.");
	if (o.of_silent > 0)
		f->command = S("soniq inspect --cleanup");
}

/* ---- names_unregistered ---- */

/* Where nobody works, or nobody registers, nothing follows from a name that is missing. */
void verdict_unregistered(struct verdicts *v)
{
	static const struct count_words names = { "task name is", "task names are" };
	static const struct count_words wait = { "job waits", "jobs wait" };
	const struct list *all = &v->facts->names;
	const struct str types = value_of(v, all);

	if (all->n == 0 || !v->facts->knows_names || verdict_live(v->facts) == 0)
		return;
	struct finding *f = verdict_add(v, FINDING_WARN);
	const struct str list = names_of(v, all, true);
	const struct filter_term terms[] = { { "status", S("queued"), true },
					     { "type", types, true },
					     { 0 } };

	f->title = SAY(v, "%s queued that no live worker registered",
		       words_count(v->arena, (int64_t)all->n, &names));
	f->evidence = SAY(v, "%s: %.*s.", words_count(v->arena, sum_of(all), &wait), STR_ARG(list));
	f->since = v->facts->names_since;
	f->href = S("types");
	f->command = S("soniq status --verbose");
	if (types.p)
		finding_show(f, v->arena, &finding_jobs, terms);
	f->next =
		S("Start workers of the version that knows them. A Python worker that serves their "
		  "queue moves them to the dead letters as job_not_found; they can be replayed.");
}

/* ---- failure_share ---- */

static void show_died(struct verdicts *v, struct finding *f, struct str name, const char *command)
{
	const struct filter_term terms[] = { { "finished", S("<1h"), true },
					     { "type", name, false },
					     { 0 } };

	finding_show(f, v->arena, &(const struct filter_place){ "dead-letter", command }, terms);
}

static double share_of(int64_t bad, int64_t good)
{
	if (bad == I64_NULL || good == I64_NULL || bad + good <= 0)
		return (double)NAN;
	return 100.0 * (double)bad / ((double)bad + (double)good);
}

/* With a day to compare, half of what is too many is, too, when it is twice what was usual. */
static bool is_share_up(double hour, double rest, double max)
{
	return isfinite(rest) && hour > max / 2 && hour > 2 * rest;
}

static bool is_share_usual(double hour, double rest)
{
	return isfinite(rest) && hour <= 1.5 * rest;
}

static struct str usual_words(struct verdicts *v, double rest)
{
	return isfinite(rest) ? SAY(v, "in the rest of the day it was %.1f %%", rest)
			      : S("what is usual is not known");
}

typedef double (*share_fn)(const struct ended_facts *span);

static double died_in(const struct ended_facts *span)
{
	return share_of(span->dead, span->done);
}

static double failed_in(const struct ended_facts *span)
{
	return share_of(span->failed, span->done + span->dead);
}

/* Where the latest spans begin that have more than that share, of those in which any ended. A good
 * one that has only just begun is no end of it. */
static usec_t failing_since(const struct list *ended, share_fn share_in, double max)
{
	usec_t since = TIME_NULL;

	for (size_t i = ended->n; i-- > 0;) {
		const struct ended_facts *span = LIST_AT(ended, struct ended_facts, i);
		const double share = share_in(span);

		if (share > max)
			since = span->at;
		else if (isfinite(share) && since != TIME_NULL)
			break;
	}
	return since;
}

void verdict_failures(struct verdicts *v)
{
	const struct verdict_facts *facts = v->facts;
	const double hour = share_of(facts->hour_dead, facts->hour_done);
	const double rest = share_of(facts->rest_dead, facts->rest_done);
	const bool is_high = hour > VERDICT_FAILURES_MAX;

	if (!isfinite(hour) || facts->hour_dead < VERDICT_FAILURES_DEAD ||
	    facts->hour_dead + facts->hour_done < VERDICT_FAILURES_ENDED ||
	    (!is_high && !is_share_up(hour, rest, VERDICT_FAILURES_MAX)))
		return;
	const bool is_bad = is_high && !is_share_usual(hour, rest);
	struct finding *f = verdict_add(v, is_bad ? FINDING_BAD : FINDING_WARN);
	const struct str usual = usual_words(v, rest);

	f->title = SAY(v, "%.1f %% of the jobs that ended in the last hour died", hour);
	f->evidence =
		SAY(v, "%s died and %s were done; %.*s.", words_number(v->arena, facts->hour_dead),
		    words_number(v->arena, facts->hour_done), STR_ARG(usual));
	f->since = failing_since(&facts->ended, died_in, VERDICT_FAILURES_MAX / (is_high ? 1 : 2));
	show_died(v, f, STR_NULL, "soniq dead-letter groups --where");
	f->next =
		S("See which failures are alike in the dead letters. Replay them once the cause is "
		  "mended: what replays too early dies again.");
}

/* ---- attempts_failing ---- */

/* Where half of all attempts fail on every day that is how its jobs work, and no alarm. */
static enum finding_level failing_level(double hour, double rest)
{
	if (is_share_usual(hour, rest))
		return FINDING_INFO;
	return hour > VERDICT_RETRIES_BAD ? FINDING_BAD : FINDING_WARN;
}

/* Both, or not known. */
static int64_t finished_of(int64_t done, int64_t dead)
{
	return done == I64_NULL || dead == I64_NULL ? I64_NULL : done + dead;
}

void verdict_attempts(struct verdicts *v)
{
	static const struct filter_term terms[] = { { "status", S("queued"), true },
						    { "attempts", S(">0"), true },
						    { 0 } };
	const struct verdict_facts *facts = v->facts;
	const int64_t finished = finished_of(facts->hour_done, facts->hour_dead);
	const double hour = share_of(facts->hour_failed, finished);
	const double rest =
		share_of(facts->rest_failed, finished_of(facts->rest_done, facts->rest_dead));
	const bool is_high = hour > VERDICT_RETRIES_MAX;

	if (!isfinite(hour) || facts->hour_failed < VERDICT_RETRIES_FAILED ||
	    (!is_high && !is_share_up(hour, rest, VERDICT_RETRIES_MAX)))
		return;
	struct finding *f = verdict_add(v, failing_level(hour, rest));
	const struct str usual = usual_words(v, rest);

	f->title = SAY(v, "%.0f %% of the attempts in the last hour failed, to be tried again",
		       floor(hour));
	f->evidence = SAY(v, "%s failed, and %s ended for good; %.*s.",
			  words_number(v->arena, facts->hour_failed),
			  words_number(v->arena, finished), STR_ARG(usual));
	f->since = failing_since(&facts->ended, failed_in, VERDICT_RETRIES_MAX / (is_high ? 1 : 2));
	finding_show(f, v->arena, &finding_jobs, terms);
	f->next = S("See the errors of those that wait for their next attempt, and mend the cause "
		    "before their attempts are used up: then they are dead letters.");
}

/* ---- dead_letters_new ---- */

void verdict_dead(struct verdicts *v)
{
	static const struct count_words words = { "job", "jobs" };
	const struct list *all = &v->facts->dead;
	const int64_t n = sum_of(all);

	if (n == 0)
		return;
	struct finding *f = verdict_add(v, FINDING_WARN);
	const struct str list = names_of(v, all, true);
	const struct str one =
		all->n == 1 ? LIST_AT(all, struct name_facts, 0)->job_name : STR_NULL;

	f->title = SAY(v, "%s%s died in the last hour",
		       at_least(v->facts->dead_is_cut), words_count(v->arena, n, &words));
	f->evidence = SAY(v, "By name: %.*s.", STR_ARG(list));
	f->since = v->facts->dead_since;
	show_died(v, f, one, "soniq dead-letter list --where");
	f->next = S("Read the error of the newest, mend its cause, then replay. They stay until "
		    "somebody deletes them.");
}

/* ---- schedule_overdue ---- */

void verdict_overdue(struct verdicts *v)
{
	static const struct count_words words = { "active schedule is", "active schedules are" };
	const struct verdict_facts *facts = v->facts;
	const bool are_all = facts->overdue_n == facts->schedules;

	if (facts->overdue_n == 0)
		return;
	struct finding *f = verdict_add(v, are_all ? FINDING_BAD : FINDING_WARN);
	const struct str list = names_of(v, &facts->overdue, false);

	f->title = are_all ? SAY(v, "No scheduler runs: every active schedule is overdue")
			   : SAY(v, "%s overdue", words_count(v->arena, facts->overdue_n, &words));
	f->evidence = SAY(v,
			  "%s of %s active schedules, by more than 5 minutes: %.*s; the first was "
			  "due %s.",
			  words_number(v->arena, facts->overdue_n),
			  words_number(v->arena, facts->schedules), STR_ARG(list),
			  verdict_ago(v, facts->overdue_since));
	f->since = facts->overdue_since;
	f->href = S("schedules");
	f->next = are_all ? S("Start the scheduler. What is overdue then fires once, however "
			      "many runs were missed.")
			  : S("Restart the scheduler: the Python project's reads its schedules "
			      "once, when it starts.");
	f->command = S("soniq inspect --schedules");
}

/* ---- history_inexact ---- */

static const struct {
	const char *title, *evidence, *next, *command;
	enum finding_level level;
} keepings[] = {
	[KEEPING_HALF_MADE] = { "The history is half made, and numbers do without it", "Missing",
				"Set it up again: what is there stays, what is missing is made.",
				"soniq setup", FINDING_WARN },
	[KEEPING_FORBIDDEN] = { "The history may not be read by our role", "No right to read",
				"Grant SELECT on the tables of the history to this role.", NULL,
				FINDING_INFO },
	[KEEPING_UNCOUNTED] = { "Numbers are about right until all is counted anew", "Because of",
				"Nothing: a dashboard that may write to the history counts anew by "
				"itself.",
				NULL, FINDING_INFO },
	[KEEPING_BEHIND] = { "Nobody keeps the history: numbers of the last minutes are missing",
			     NULL,
			     "Let a dashboard run whose role may write to the "
			     "tables of the history.",
			     "soniq dashboard", FINDING_INFO },
};

void verdict_history(struct verdicts *v)
{
	const struct history_facts *history = &v->facts->history;
	const enum keeping state = history->state;

	if (state == KEEPING_FINE)
		return;
	struct finding *f = verdict_add(v, keepings[state].level);

	f->title = str_of(keepings[state].title);
	f->evidence =
		keepings[state].evidence
			? SAY(v, "%s: %.*s.", keepings[state].evidence, STR_ARG(history->detail))
			: SAY(v, "The keeper last looked %s.", verdict_ago(v, history->since));
	f->since = history->since;
	f->href = S("system");
	f->next = str_of(keepings[state].next);
	f->command = str_of(keepings[state].command);
}
