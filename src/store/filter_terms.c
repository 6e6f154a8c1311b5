/* filter_terms.c -- the terms of a filter as the statements take them: what a list can be asked for
 * anyway, and the rest as JSON, which parts/ of src/sql evaluates.
 *
 * [{"term": 0, "is_not": false, "key": "queue", "op": "is", "word": "mail", ...}, ...]: an object
 * for each value; those of one term have its number, and one of them has to hold. */
#include "json/json.h"
#include "rules/job_state.h"
#include "store/job.h"

#define TERMS_TEXT_MAX ((size_t)1024 * 1024)

struct write {
	struct json json;
	const struct filter_clause *term;
	size_t n; /* of the term */
	usec_t now;
};

static const enum job_state states[FILTER_STATUS__COUNT] = {
	[FILTER_QUEUED] = JOB_QUEUED,    [FILTER_READY] = JOB_QUEUED,
	[FILTER_LATER] = JOB_QUEUED,     [FILTER_PROCESSING] = JOB_PROCESSING,
	[FILTER_DONE] = JOB_DONE,        [FILTER_CANCELLED] = JOB_CANCELLED,
	[FILTER_DEAD] = JOB_DEAD_LETTER,
};

static void open_value(struct write *w, const char *key, const char *op)
{
	struct json *j = &w->json;

	json_open_object(j);
	json_key(j, "term");
	json_i64(j, (int64_t)w->n);
	json_key(j, "is_not");
	json_bool(j, w->term->is_not);
	json_key(j, "key");
	json_text(j, key);
	json_key(j, "op");
	json_text(j, op);
}

static void add_text(struct write *w, const char *key, const char *op, struct str text)
{
	open_value(w, key, op);
	json_key(&w->json, "word");
	json_str(&w->json, text);
	json_key(&w->json, "cut");
	json_i64(&w->json, str_eq(str_of(key), S("error")) ? STORE_ERROR_LIST_MAX : STORE_NAME_MAX);
	json_close_object(&w->json);
}

static void add_span(struct write *w, const char *key, const char *op, int64_t low, int64_t high)
{
	open_value(w, key, op);
	json_key(&w->json, "low");
	json_i64(&w->json, low);
	json_key(&w->json, "high");
	json_i64(&w->json, high);
	json_close_object(&w->json);
}

static void add_path_value(struct write *w, const char *op, struct str word)
{
	open_value(w, "args", op);
	json_key(&w->json, "path");
	json_open_array(&w->json);
	for (size_t i = 0; i < w->term->path.n; i++)
		json_str(&w->json, *LIST_AT(&w->term->path, struct str, i));
	json_close_array(&w->json);
	json_key(&w->json, "word");
	json_str(&w->json, word);
	json_close_object(&w->json);
}

static void add_string(struct write *w, struct str text)
{
	AUTO(buf) struct buf b = buf_new(TERMS_TEXT_MAX);
	struct json j = json_new(&b);

	json_str(&j, text);
	add_path_value(w, "has", buf_str(&b));
}

/* An exponent is left to be a string: of a great one PostgreSQL makes no number. */
static bool is_scalar(struct str text)
{
	return json_is_valid(text, false, 0) && text.p[0] != '"' && text.p[0] != '[' &&
	       text.p[0] != '{' &&
	       (text.p[0] > '9' || !(memchr(text.p, 'e', text.n) || memchr(text.p, 'E', text.n)));
}

static void add_args(struct write *w, const struct filter_value *v)
{
	if (v->op == FILTER_BEGINS) {
		add_path_value(w, v->text.n > 0 ? "starts" : "there", v->text);
		return;
	}
	add_string(w, v->text);
	if (v->op == FILTER_WORTH && is_scalar(v->text))
		add_path_value(w, "has", v->text);
}

static void add_state(struct write *w, const struct filter_value *v)
{
	if (v->low == FILTER_READY || v->low == FILTER_LATER)
		add_text(w, "wait", "is", str_of(filter_statuses[v->low]));
	else
		add_text(w, "status", "is", str_of(job_state_name(states[v->low])));
}

/* A part of the name or of the error, or a whole id. */
static void add_word(struct write *w, struct str text)
{
	char uuid[UUID_TEXT_LEN + 1];

	add_text(w, "type", "holds", text);
	add_text(w, "error", "holds", text);
	if (parse_uuid(text, uuid))
		add_text(w, "id", "is", str_of(uuid));
}

/* Moments of an age; a border that is open stays so. */
static void age_span(const struct filter_value *v, usec_t now, int64_t *ret_low, int64_t *ret_high)
{
	*ret_low = v->high == I64_NULL ? I64_NULL : now - v->high;
	*ret_high = v->low == I64_NULL ? I64_NULL : now - v->low;
}

static void add_amount(struct write *w, const struct filter_value *v)
{
	const struct filter_qualifier *q = &filter_qualifiers[w->term->key];
	int64_t low = v->low, high = v->high;

	if (v->op == FILTER_AGE)
		age_span(v, w->now, &low, &high);
	add_span(w, q->name, q->kind == FILTER_KIND_TIME ? "moment" : "number", low, high);
}

static void add_value(struct write *w, const struct filter_value *v)
{
	static const char *const ops[] = {
		[FILTER_IS] = "is",
		[FILTER_BEGINS] = "begins",
		[FILTER_HOLDS] = "holds",
	};

	if (w->term->key == FILTER_TEXT)
		add_word(w, v->text);
	else if (w->term->key == FILTER_ARGS)
		add_args(w, v);
	else if (v->op == FILTER_STATE)
		add_state(w, v);
	else if (v->op == FILTER_BETWEEN || v->op == FILTER_AGE)
		add_amount(w, v);
	else
		add_text(w, filter_qualifiers[w->term->key].name, ops[v->op], v->text);
}

static void add_term(struct write *w, const struct filter_clause *term)
{
	w->term = term;
	for (size_t i = 0; i < term->values.n; i++)
		add_value(w, LIST_AT(&term->values, struct filter_value, i));
	w->n++;
}

/* ---- what a list can be asked for without JSON, and so by index ---- */

static bool put_once(struct str *at, struct str text)
{
	if (at->p)
		return false;
	*at = text;
	return true;
}

static bool put_state(struct job_filter *f, enum filter_status status)
{
	const bool is_all = status != FILTER_READY && status != FILTER_LATER;

	return put_once(&f->status, str_of(job_state_name(states[status]))) && is_all;
}

static void narrow(struct job_filter *f, int64_t low, int64_t high)
{
	if (f->since == 0 && f->until == 0) {
		f->since = TIME_MINUS_INFINITY;
		f->until = TIME_INFINITY;
	}
	if (low != I64_NULL && low > f->since)
		f->since = low;
	if (high != I64_NULL && high < f->until)
		f->until = high;
}

static bool put_created(struct job_filter *f, const struct filter_value *v, usec_t now)
{
	int64_t low = v->low, high = v->high;

	if (v->op == FILTER_AGE)
		age_span(v, now, &low, &high);
	narrow(f, low, high);
	return false;
}

/* The term stays: only for dead letters is it the moment that they died. */
static bool put_ended(struct job_filter *f, const struct filter_value *v, usec_t now)
{
	int64_t low = v->low, high = v->high;

	if (v->op == FILTER_AGE)
		age_span(v, now, &low, &high);
	if (low != I64_NULL && (f->died_since == 0 || low > f->died_since))
		f->died_since = low;
	return false;
}

/* A text is looked for in names too, but errors have an index; an id is looked for anywhere. */
static bool put_error(struct job_filter *f, const struct filter_value *v)
{
	char uuid[UUID_TEXT_LEN + 1];

	if (v->op == FILTER_HOLDS && f->text.n == 0 && !parse_uuid(v->text, uuid))
		f->text = v->text;
	return false;
}

/* Does the member say all of it? What it says in part, or of other lists only, stays a term. */
static bool put_value(struct job_filter *f, const struct filter_clause *term, usec_t now)
{
	const struct filter_value *v = LIST_AT(&term->values, struct filter_value, 0);

	switch (term->key) {
	case FILTER_TEXT:
		return f->text.n == 0 && put_once(&f->text, v->text);
	case FILTER_ERROR:
		return put_error(f, v);
	case FILTER_STATUS:
		return put_state(f, (enum filter_status)v->low);
	case FILTER_QUEUE:
		return v->op == FILTER_IS && put_once(&f->queue, v->text);
	case FILTER_CREATED:
		return put_created(f, v, now);
	case FILTER_UPDATED:
	case FILTER_FINISHED:
		return put_ended(f, v, now);
	default:
		return false;
	}
}

static bool is_whole_name(const struct filter_clause *term)
{
	return term->key == FILTER_TYPE &&
	       LIST_AT(&term->values, struct filter_value, 0)->op == FILTER_IS;
}

static bool put_member(struct job_filter *f, const struct filter_clause *term, usec_t now)
{
	if (term->is_not || term->values.n > 1)
		return false;
	if (is_whole_name(term) && !f->job_name.p) {
		f->job_name = LIST_AT(&term->values, struct filter_value, 0)->text;
		f->name_is_part = false;
		return true;
	}
	return put_value(f, term, now);
}

/* An id is found wherever it is, as a text that is one. */
static void put_ids(struct job_filter *f, const struct filter *terms)
{
	char uuid[UUID_TEXT_LEN + 1];

	for (size_t i = 0; i < terms->terms.n; i++) {
		const struct filter_clause *term = LIST_AT(&terms->terms, struct filter_clause, i);
		const struct str text = LIST_AT(&term->values, struct filter_value, 0)->text;
		const bool may_be_id = term->key == FILTER_ID || term->key == FILTER_TEXT;

		if (may_be_id && !term->is_not && f->text.n == 0 && parse_uuid(text, uuid))
			f->text = text;
	}
}

void store_filter_add(struct job_filter *filter, const struct filter *terms, usec_t now,
		      struct arena *arena)
{
	AUTO(buf) struct buf b = buf_new(TERMS_TEXT_MAX);
	struct write w = { .json = json_new(&b), .now = now };

	if (filter->text.n == 0)
		filter->text = STR_NULL;
	put_ids(filter, terms);
	json_open_array(&w.json);
	for (size_t i = 0; i < terms->terms.n; i++) {
		const struct filter_clause *term = LIST_AT(&terms->terms, struct filter_clause, i);

		if (!put_member(filter, term, now))
			add_term(&w, term);
	}
	json_close_array(&w.json);
	if (w.n > 0)
		filter->terms = str_copy(arena, buf_str(&b));
}
