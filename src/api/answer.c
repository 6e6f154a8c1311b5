/* answer.c -- how answers are written. */
#include <inttypes.h>

#include "api/context.h"
#include "api/params.h"
#include "rules/redact.h"

struct json answer_json(struct reply *reply)
{
	return json_new(&reply->body);
}

static void answer_moment(struct request *rq, struct reply *reply, const char *name, usec_t at)
{
	char when[TIME_TEXT_MAX];
	const size_t n = time_format(at, when);

	reply_header(reply, rq->arena, name, str_copy(rq->arena, (struct str){ when, n }));
}

void answer_quality(struct request *rq, struct reply *reply, const struct quality *quality)
{
	reply_header(reply, rq->arena, "Soniq-Kind", str_of(kind_name(quality->kind)));
	answer_moment(rq, reply, "Soniq-As-Of", quality->as_of);
	if (quality->covered_from > 0)
		answer_moment(rq, reply, "Soniq-Covered-From", quality->covered_from);
}

void answer_record(struct reply *reply, const struct record *record, const void *object)
{
	struct json j = answer_json(reply);
	json_record(&j, record, object);
}

void answer_list(struct reply *reply, const struct record *record, const struct list *list)
{
	struct json j = answer_json(reply);
	json_open_array(&j);
	for (size_t i = 0; i < list->n; i++)
		json_record(&j, record, (const char *)list->items + i * list->item_size);
	json_close_array(&j);
}

void rows_shorten(struct request *rq, struct list *rows, shorten_fn shorten)
{
	for (size_t i = 0; i < rows->n; i++)
		shorten((char *)rows->items + i * rows->item_size, rq->arena);
}

void answer_veil(struct request *rq, const struct record *record, void *row)
{
	if (rq->is_veiled)
		redact_row(&api_of(rq)->secrets, record, row, rq->arena);
}

void answer_rows(struct request *rq, struct reply *reply, const struct record *record,
		 struct list *rows, shorten_fn shorten)
{
	answer_table(rq, reply, &(struct table){ EXPORT_ARRAY, record, rows, shorten, NULL });
}

enum err_code answer_message(struct reply *reply, const char *message)
{
	struct json j = answer_json(reply);
	json_open_object(&j);
	json_key(&j, "message");
	json_text(&j, message);
	json_close_object(&j);
	return ERR_OK;
}

static void add_encoded(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    c == '-' || c == '.' || c == '_' || c == '~')
			buf_add_char(b, (char)c);
		else
			buf_printf(b, "%%%02X", c);
	}
}

static void add_filters(struct buf *b, const struct request *rq)
{
	static const char *const kept[] = { "status",   "queue",  "q",         "query",
					    "job_name", "reason", "filter",    "signature",
					    "hours",    "limit",  "with_args", "format" };

	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		const struct str value = request_query(rq, kept[i], NULL);
		if (value.n == 0)
			continue;
		buf_printf(b, "%s=", kept[i]);
		add_encoded(b, value);
		buf_add_char(b, '&');
	}
}

void answer_next_cursor(struct request *rq, struct reply *reply, struct str cursor)
{
	AUTO(buf) struct buf b = buf_new(32768);

	buf_add_text(&b, "<?");
	add_filters(&b, rq);
	buf_add_text(&b, "cursor=");
	add_encoded(&b, cursor);
	buf_add_text(&b, ">; rel=\"next\"");
	reply_header(reply, rq->arena, "Link", str_copy(rq->arena, buf_str(&b)));
}

bool answer_next(struct request *rq, struct reply *reply, usec_t at, struct str id)
{
	char cursor[CURSOR_MAX];

	if (!cursor_format(at, id, cursor))
		return false;
	answer_next_cursor(rq, reply, str_of(cursor));
	return true;
}

void answer_total(struct request *rq, struct reply *reply, int64_t total)
{
	if (total < 0)
		return;
	reply_header(reply, rq->arena, "X-Total-Count",
		     str_of(arena_printf(rq->arena, "%" PRId64, total)));
}
