/* answer.c -- how answers are written. */
#include <inttypes.h>

#include "api/context.h"
#include "api/params.h"

struct json answer_json(struct reply *reply)
{
	return json_new(&reply->body);
}

void answer_quality(struct request *rq, struct reply *reply, const struct quality *quality)
{
	char when[TIME_TEXT_MAX];
	const size_t n = time_format(quality->as_of, when);

	reply_header(reply, rq->arena, "Soniq-Kind", str_of(kind_name(quality->kind)));
	reply_header(reply, rq->arena, "Soniq-As-Of", str_copy(rq->arena, (struct str){ when, n }));
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

/* Also the end of every write: what was kept of answers is stale now. */
enum err_code answer_done(struct request *rq, struct reply *reply, const char *message)
{
	const struct api *api = api_of(rq);
	if (api->on_write)
		api->on_write(api->on_write_arg);
	if (!message)
		return ERR_OK;
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
	static const char *const kept[] = { "status", "queue", "q", "query", "job_name", "reason",
					    "limit" };

	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		const struct str value = request_query(rq, kept[i], NULL);
		if (value.n == 0)
			continue;
		buf_printf(b, "%s=", kept[i]);
		add_encoded(b, value);
		buf_add_char(b, '&');
	}
}

/* After a row whose id is no UUID (SQLite takes any text) only counting goes on, as far as it
 * is allowed. Gives whether there is a way to go on. */
static bool add_place(struct buf *b, const struct job_filter *page, usec_t at, struct str id)
{
	char cursor[CURSOR_MAX];

	if (cursor_format(at, id, cursor)) {
		buf_printf(b, "cursor=%s", cursor);
		return true;
	}
	buf_printf(b, "offset=%d", page->offset + page->limit);
	return !page->has_cursor && page->offset + page->limit <= STORE_OFFSET_MAX;
}

void answer_next(struct request *rq, struct reply *reply, const struct job_filter *page,
		 usec_t at, struct str id)
{
	AUTO(buf) struct buf b = buf_new(16384);

	buf_add_text(&b, "<?");
	add_filters(&b, rq);
	if (!add_place(&b, page, at, id))
		return;
	buf_add_text(&b, ">; rel=\"next\"");
	reply_header(reply, rq->arena, "Link", str_copy(rq->arena, buf_str(&b)));
}

void answer_total(struct request *rq, struct reply *reply, int64_t total)
{
	if (total < 0)
		return;
	reply_header(reply, rq->arena, "X-Total-Count",
		     str_of(arena_printf(rq->arena, "%" PRId64, total)));
}
