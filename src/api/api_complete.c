/* api_complete.c -- how a filter that is being typed may go on. */
#include <inttypes.h>

#include "api/context.h"
#include "api/params.h"
#include "rules/filter_spot.h"
#include "rules/finding.h"
#include "rules/redact.h"
#include "store/known.h"
#include "store/worker.h"

#define ITEMS_MAX 20
#define WORKERS_MAX 200
#define MEMBERS_MAX 50
#define LABEL_MAX 200

struct item {
	struct str insert;
	struct str label;
	struct str note; /* NULL: none */
};

static const struct field item_fields[] = {
	FIELD_STR(struct item, insert),
	FIELD_STR(struct item, label),
	FIELD_STR(struct item, note),
	FIELD_END,
};
static const struct record item_record = { "completion", sizeof(struct item), item_fields };

struct completion {
	struct store *store;
	struct arena *arena;
	struct filter_spot spot;
	struct list items; /* struct item: all there are, in their order */
	struct quality quality;
	const struct list *secrets; /* NULL: nothing is hidden from the caller */
};

static struct str quoted(struct arena *arena, struct str text)
{
	AUTO(buf) struct buf b = buf_new(2 * text.n + 3);

	filter_print_text(text, &b);
	return str_copy(arena, buf_str(&b));
}

static void add(struct completion *c, struct str insert, struct str label, struct str note)
{
	*(struct item *)list_add(&c->items) =
		(struct item){ insert, str_head_utf8(label, LABEL_MAX), note };
}

/* ---- what goes without the database ---- */

static void add_qualifiers(struct completion *c)
{
	for (int key = FILTER_TEXT + 1; key < FILTER_KEY__COUNT; key++) {
		const struct filter_qualifier *q = &filter_qualifiers[key];
		const char *end = c->spot.next == ':' ? "" : key == FILTER_ARGS ? "." : ":";

		add(c, str_of(arena_printf(c->arena, "%s%s", q->name, end)), str_of(q->name),
		    str_of(q->doc));
	}
}

static const struct {
	enum filter_kind kind;
	const char *insert;
	const char *note;
} fixed[] = {
	{ FILTER_KIND_STATUS, "queued", "waits, due or not" },
	{ FILTER_KIND_STATUS, "ready", "queued and due" },
	{ FILTER_KIND_STATUS, "scheduled", "queued and not yet due" },
	{ FILTER_KIND_STATUS, "processing", "a worker has it" },
	{ FILTER_KIND_STATUS, "done", "it worked" },
	{ FILTER_KIND_STATUS, "cancelled", "somebody cancelled it" },
	{ FILTER_KIND_STATUS, "dead", "the dead letters" },
	{ FILTER_KIND_TIME, "<5m", "in the last 5 minutes" },
	{ FILTER_KIND_TIME, "<1h", "in the last hour" },
	{ FILTER_KIND_TIME, "<24h", "in the last 24 hours" },
	{ FILTER_KIND_TIME, "<7d", "in the last 7 days" },
	{ FILTER_KIND_TIME, ">1h", "more than an hour ago" },
	{ FILTER_KIND_TIME, ">24h", "more than 24 hours ago" },
	{ FILTER_KIND_NUMBER, "0", NULL },
	{ FILTER_KIND_NUMBER, ">1", "more than 1" },
	{ FILTER_KIND_NUMBER, ">2", "more than 2" },
	{ FILTER_KIND_NUMBER, "1..3", "from 1 to 3" },
};

static void add_fixed(struct completion *c)
{
	const enum filter_kind kind = filter_qualifiers[c->spot.key].kind;

	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (fixed[i].kind == kind && c->spot.key != FILTER_TEXT)
			add(c, str_of(fixed[i].insert), str_of(fixed[i].insert),
			    str_of(fixed[i].note));
}

/* ---- what is known of jobs ---- */

static enum err_code add_names(struct completion *c, enum known what, struct err *err)
{
	static const struct count_words jobs = { "job", "jobs" };
	struct list names;
	TRY(store_known_names(c->store, what, c->arena, &names, err));

	for (size_t i = 0; i < names.n; i++) {
		const struct known_name *known = LIST_AT(&names, struct known_name, i);
		const char *note = known->n == I64_NULL
					   ? NULL
					   : words_count(c->arena, known->n, &jobs);

		if (known->name.n > 0)
			add(c, quoted(c->arena, known->name), known->name, str_of(note));
	}
	if (what == KNOWN_PRODUCERS)
		c->quality.kind = KIND_WINDOW;
	return ERR_OK;
}

static enum err_code add_workers(struct completion *c, struct err *err)
{
	static const struct worker_want want = { .is_brief = true,
						 .stopped_within = DAY,
						 .limit = WORKERS_MAX };
	struct worker_list workers;
	TRY(store_workers(c->store, &want, c->arena, &workers, err));

	for (size_t i = 0; i < workers.rows.n; i++) {
		const struct worker *w = LIST_AT(&workers.rows, struct worker, i);
		const char *label =
			arena_printf(c->arena, "%.*s:%" PRId64, STR_ARG(w->hostname), w->pid);

		if (w->id.n > 0)
			add(c, quoted(c->arena, w->id), str_of(label),
			    w->stale == 1 ? S("silent") : w->status);
	}
	return ERR_OK;
}

/* ---- arguments ---- */

static bool is_object(struct str value)
{
	return value.n > 0 && value.p[0] == '{';
}

static struct str step_text(const struct completion *c, struct str name, struct str value)
{
	AUTO(buf) struct buf b = buf_new(2 * name.n + 4);

	filter_print_step(name, &b);
	if (c->spot.next != ':' && c->spot.next != '.')
		buf_add_char(&b, is_object(value) ? '.' : ':');
	return str_copy(c->arena, buf_str(&b));
}

static void add_steps(struct completion *c, struct str value)
{
	const struct str *names;
	const size_t n = json_names(value, MEMBERS_MAX, c->arena, &names);
	struct str member;

	for (size_t i = 0; i < n; i++)
		if (json_find(value, &names[i], 1, &member))
			add(c, step_text(c, names[i], member), names[i], STR_NULL);
}

static void add_scalar(struct completion *c, struct str value)
{
	const struct str said = json_said(value, c->arena);

	if (said.n == 0 || said.n > LABEL_MAX || is_object(value) || value.p[0] == '[')
		return;
	add(c, value.p[0] == '"' ? quoted(c->arena, said) : said, said, STR_NULL);
}

static enum err_code add_args(struct completion *c, struct err *err)
{
	const struct str *path = c->spot.path.items;
	struct list args;
	struct str value;
	TRY(store_known_args(c->store, c->arena, &args, err));

	for (size_t i = 0; i < args.n; i++) {
		struct str all = *LIST_AT(&args, struct str, i);

		if (c->secrets)
			all = redact_json(c->secrets, all, c->arena);
		if (!json_find(all, path, c->spot.path.n, &value))
			continue;
		if (c->spot.part == FILTER_PART_STEP)
			add_steps(c, value);
		else
			add_scalar(c, value);
	}
	c->quality.kind = KIND_WINDOW;
	return ERR_OK;
}

/* ---- together ---- */

static enum err_code add_values(struct completion *c, struct err *err)
{
	switch (c->spot.key) {
	case FILTER_QUEUE:
		return add_names(c, KNOWN_QUEUES, err);
	case FILTER_TYPE:
		return add_names(c, KNOWN_TYPES, err);
	case FILTER_REASON:
		return add_names(c, KNOWN_REASONS, err);
	case FILTER_PRODUCER:
		return add_names(c, KNOWN_PRODUCERS, err);
	case FILTER_WORKER:
		return add_workers(c, err);
	case FILTER_ARGS:
		return add_args(c, err);
	default:
		add_fixed(c);
		return ERR_OK;
	}
}

static enum err_code collect(struct completion *c, struct err *err)
{
	if (c->spot.part == FILTER_PART_STEP)
		return add_args(c, err);
	if (c->spot.part == FILTER_PART_VALUE)
		return add_values(c, err);
	if (!c->spot.is_quoted)
		add_qualifiers(c);
	return ERR_OK;
}

/* Where the typed text is in it: 0 at its beginning, -1 nowhere. */
static int64_t find_nocase(struct str text, struct str part)
{
	for (size_t i = 0; i + part.n <= text.n; i++)
		if (str_eq_nocase((struct str){ text.p + i, part.n }, part))
			return (int64_t)i;
	return -1;
}

static bool has_item(const struct list *items, const struct item *item)
{
	for (size_t i = 0; i < items->n; i++)
		if (str_eq(LIST_AT(items, struct item, i)->insert, item->insert))
			return true;
	return false;
}

/* Those that begin with what was typed, then those that have it in them. */
static struct list chosen(const struct completion *c)
{
	struct list out = list_new(c->arena, sizeof(struct item));

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < c->items.n && out.n < ITEMS_MAX; i++) {
			const struct item *item = LIST_AT(&c->items, struct item, i);
			const int64_t label = find_nocase(item->label, c->spot.typed);
			const int64_t insert = find_nocase(item->insert, c->spot.typed);
			const bool is_first = label == 0 || insert == 0;

			if ((label >= 0 || insert >= 0) && is_first == (pass == 0) &&
			    !has_item(&out, item))
				*(struct item *)list_add(&out) = *item;
		}
	}
	return out;
}

static void write_answer(struct reply *reply, const struct completion *c)
{
	const struct list items = chosen(c);
	struct json j = answer_json(reply);

	json_open_object(&j);
	json_key(&j, "from");
	json_i64(&j, (int64_t)c->spot.from);
	json_key(&j, "to");
	json_i64(&j, (int64_t)c->spot.to);
	json_key(&j, "items");
	json_open_array(&j);
	for (size_t i = 0; i < items.n; i++)
		json_record(&j, &item_record, LIST_AT(&items, struct item, i));
	json_close_array(&j);
	json_close_object(&j);
}

static enum err_code filter_complete(struct request *rq, struct reply *reply, struct err *err)
{
	struct completion c = { .arena = rq->arena,
				.items = list_new(rq->arena, sizeof(struct item)),
				.quality = quality_new(),
				.secrets = rq->is_veiled ? &api_of(rq)->secrets : NULL };
	int64_t at = FILTER_CHARACTERS_MAX;
	struct str text;
	TRY(param_text(rq, "filter", FILTER_CHARACTERS_MAX, &text, err));
	TRY(param_int(rq, "at", (const int64_t[]){ 0, FILTER_CHARACTERS_MAX }, &at, err));
	TRY(api_store(rq, &c.store, err));

	c.spot = filter_spot_at(text, (size_t)at, rq->arena);
	TRY(collect(&c, err));
	answer_quality(rq, reply, &c.quality);
	write_answer(reply, &c);
	return ERR_OK;
}

const struct route api_complete_routes[] = {
	{ HTTP_GET, "/api/jobs/complete", filter_complete, LANE_READ, WANT_READ, 0,
	  "filter_complete" },
	{ 0 },
};
