/* filter_table.c -- the one table of qualifiers, and what a mistyped one was meant to be. */
#include "rules/filter_parts.h"

const struct filter_qualifier filter_qualifiers[FILTER_KEY__COUNT] = {
	[FILTER_TEXT] = { "", FILTER_KIND_PART, "\"timed out\"",
		"A part of the name or of the error, in any case of letters, or a whole id." },
	[FILTER_STATUS] = { "status", FILTER_KIND_STATUS, "status:queued,processing",
		"queued, ready (queued and due), scheduled (queued and not yet due), processing, "
		"done, cancelled; dead lists the dead letters." },
	[FILTER_QUEUE] = { "queue", FILTER_KIND_NAME, "queue:mail,sms",
		"The queue's whole name, or its beginning: queue:mail*." },
	[FILTER_TYPE] = { "type", FILTER_KIND_NAME, "type:mail.*",
		"The job's whole name, or its beginning: type:mail.*." },
	[FILTER_ERROR] = { "error", FILTER_KIND_PART, "error:\"timed out\"",
		"A part of the error, in any case of letters; error:* for any error." },
	[FILTER_CREATED] = { "created", FILTER_KIND_TIME, "created:<1h",
		"When it was enqueued: younger or older than an age, on a day, in a span." },
	[FILTER_ATTEMPTS] = { "attempts", FILTER_KIND_NUMBER, "attempts:>2",
		"How many attempts were begun." },
	[FILTER_PRIORITY] = { "priority", FILTER_KIND_NUMBER, "priority:1..10",
		"The priority; the least goes first." },
	[FILTER_ARGS] = { "args", FILTER_KIND_ARGS, "args.user_id:42",
		"What stands in the arguments under a path; args.user_id:* for anything." },
	[FILTER_WORKER] = { "worker", FILTER_KIND_NAME, "worker:0190a1*",
		"The id of the worker that has it, or had it last, or the beginning of that." },
	[FILTER_PRODUCER] = { "producer", FILTER_KIND_NAME, "producer:web-1",
		"Who enqueued it: the whole name, or its beginning." },
	[FILTER_ID] = { "id", FILTER_KIND_ID, "id:01234567-89ab-4cde-8f01-23456789abcd",
		"The job's id." },
	[FILTER_REASON] = { "reason", FILTER_KIND_NAME, "reason:max_retries_exceeded",
		"Why a dead letter is one." },
	[FILTER_UPDATED] = { "updated", FILTER_KIND_TIME, "updated:<5m",
		"When its row was last changed; of a dead letter, when it became one." },
	[FILTER_SCHEDULED] = { "scheduled", FILTER_KIND_TIME, "scheduled:2026-11-27",
		"When it is, or was, due." },
	[FILTER_FINISHED] = { "finished", FILTER_KIND_TIME,
		"finished:2026-11-27T03:00..2026-11-27T04:00",
		"When it was done or cancelled, or became a dead letter." },
};

const char *const filter_statuses[FILTER_STATUS__COUNT] = {
	[FILTER_QUEUED] = "queued",         [FILTER_READY] = "ready",
	[FILTER_LATER] = "scheduled",       [FILTER_PROCESSING] = "processing",
	[FILTER_DONE] = "done",             [FILTER_CANCELLED] = "cancelled",
	[FILTER_DEAD] = "dead",
};

/* What other tools, the database and the API call the same. */
static const struct {
	const char *said;
	enum filter_key meant;
} synonyms[] = {
	{ "name", FILTER_TYPE },        { "job", FILTER_TYPE },
	{ "job_name", FILTER_TYPE },    { "task", FILTER_TYPE },
	{ "state", FILTER_STATUS },     { "is", FILTER_STATUS },
	{ "age", FILTER_CREATED },      { "time", FILTER_CREATED },
	{ "since", FILTER_CREATED },    { "arg", FILTER_ARGS },
	{ "kwargs", FILTER_ARGS },      { "tries", FILTER_ATTEMPTS },
	{ "retries", FILTER_ATTEMPTS }, { "exception", FILTER_ERROR },
	{ "due", FILTER_SCHEDULED },    { "ended", FILTER_FINISHED },
	{ "why", FILTER_REASON },
};

enum filter_key filter_find_key(struct str name)
{
	for (int key = FILTER_TEXT + 1; key < FILTER_KEY__COUNT; key++)
		if (str_eq_nocase(name, str_of(filter_qualifiers[key].name)))
			return (enum filter_key)key;
	return FILTER_TEXT;
}

bool filter_find_status(struct str name, enum filter_status *ret)
{
	if (str_eq_nocase(name, S("dead_letter"))) {
		*ret = FILTER_DEAD;
		return true;
	}
	for (int i = 0; i < FILTER_STATUS__COUNT; i++) {
		if (str_eq_nocase(name, str_of(filter_statuses[i]))) {
			*ret = (enum filter_status)i;
			return true;
		}
	}
	return false;
}

#define WORD_MAX 16

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* How many letters have to be put in, taken out or changed; both words are at most WORD_MAX. */
static int distance(struct str a, struct str b)
{
	int row[WORD_MAX + 1];

	for (int k = 0; k <= (int)b.n; k++)
		row[k] = k;
	for (int i = 1; i <= (int)a.n; i++) {
		int corner = row[0];

		row[0] = i;
		for (int k = 1; k <= (int)b.n; k++) {
			const char c = a.p[i - 1];
			const int changed = corner + (c != b.p[k - 1] && (c | ' ') != b.p[k - 1]);

			corner = row[k];
			row[k] = least(changed, least(row[k], row[k - 1]) + 1);
		}
	}
	return row[b.n];
}

/* Two letters may be wrong, but not more than half of them. */
static const char *nearest(struct str said, const char *const *words, size_t n)
{
	const char *found = NULL;
	int best = 3;

	for (size_t i = 0; i < n && said.n <= WORD_MAX; i++) {
		const int away = distance(said, str_of(words[i]));

		if (away < best && away * 2 <= (int)strlen(words[i])) {
			best = away;
			found = words[i];
		}
	}
	return found;
}

const char *filter_guess_key(struct str name)
{
	const char *names[FILTER_KEY__COUNT - 1];

	for (size_t i = 0; i < ARRAY_LEN(synonyms); i++)
		if (str_eq_nocase(name, str_of(synonyms[i].said)))
			return filter_qualifiers[synonyms[i].meant].name;
	for (int key = FILTER_TEXT + 1; key < FILTER_KEY__COUNT; key++)
		names[key - 1] = filter_qualifiers[key].name;
	return nearest(name, names, ARRAY_LEN(names));
}

const char *filter_guess_status(struct str name)
{
	static const struct {
		const char *said;
		enum filter_status meant;
	} others[] = {
		{ "failed", FILTER_DEAD },      { "running", FILTER_PROCESSING },
		{ "active", FILTER_PROCESSING },{ "completed", FILTER_DONE },
		{ "finished", FILTER_DONE },    { "success", FILTER_DONE },
		{ "pending", FILTER_READY },    { "waiting", FILTER_READY },
		{ "delayed", FILTER_LATER },    { "canceled", FILTER_CANCELLED },
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_eq_nocase(name, str_of(others[i].said)))
			return filter_statuses[others[i].meant];
	return nearest(name, filter_statuses, FILTER_STATUS__COUNT);
}
