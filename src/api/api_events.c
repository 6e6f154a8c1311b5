/* api_events.c -- GET /api/events: snapshots that changed, as they change. */
#include "api/context.h"
#include "api/params.h"
#include "api/watch.h"
#include "http/answer.h"
#include "http/topic.h"

/* While no job changes, a worker is late within minutes, a scheduled job is due, an oldest one
 * older; the rest is as it was, but for a span of hours that moves on. Of the signs of life of
 * workers nobody tells. */
#define CALM MINUTE

static const struct http_topic topics[] = {
	{ "stats", "/api/stats", CALM, false },
	{ "queues", "/api/queues", CALM, false },
	{ "workers", "/api/workers", 30 * SECOND, false },
	{ "metrics", "/api/metrics", CALM, false },
	{ "types", "/api/jobs/types", CALM, false },
	{ "overview", "/api/overview", CALM, false },
	{ "timeline", "/api/jobs/timeline?hours=24", CALM, false },
	{ "dead_letters", "/api/dead-letter?limit=7", CALM, false },
	{ "dead_letters", "/api/dead-letter?limit=7", CALM, true },
	{ 0 },
};

#define TOPICS_DEFAULT 7u       /* the first three */
#define TOPICS_WORDS "stats, queues, workers, metrics, types, overview, timeline, dead_letters"

/* Of two that have the name, that which is meant for the caller. */
static unsigned topic_bit(struct str name, bool is_veiled)
{
	unsigned bit = 0;

	for (unsigned i = 0; topics[i].name; i++)
		if (str_eq(name, str_of(topics[i].name)) &&
		    (bit == 0 || topics[i].is_veiled == is_veiled))
			bit = 1u << i;
	return bit;
}

static enum err_code read_topics(struct request *rq, unsigned *ret, struct err *err)
{
	struct str rest = STR_NULL, name;
	TRY(param_text(rq, "topics", 256, &rest, err));

	*ret = rest.p ? 0 : TOPICS_DEFAULT;
	while (str_cut(&rest, ',', &name)) {
		const unsigned bit = topic_bit(str_trim(name), rq->is_veiled);
		if (bit == 0)
			return err_param(err, "topics", "topics must be some of " TOPICS_WORDS
					 ", separated by commas");
		*ret |= bit;
	}
	return ERR_OK;
}

static enum err_code events_watch(struct request *rq, struct reply *reply, struct err *err)
{
	TRY(read_topics(rq, &reply->topics, err));
	reply->content_type = "text/event-stream";
	reply_header(reply, rq->arena, "Cache-Control", S("no-cache"));
	/* nginx would collect what it is to pass on. */
	reply_header(reply, rq->arena, "X-Accel-Buffering", S("no"));
	return ERR_OK;
}

static struct str header_of(const struct answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->n_headers; i++)
		if (str_eq_nocase(answer->headers[i].name, str_of(name)))
			return answer->headers[i].value;
	return STR_NULL;
}

/* The body is JSON already: it goes in as it is. */
static void add_body(struct buf *out, const char *key, const struct answer *answer)
{
	buf_printf(out, ",\"%s\":", key);
	buf_add_str(out, (struct str){ answer->body, answer->body_n });
	buf_add_char(out, '}');
}

static void write_news(struct buf *out, const char *topic, const struct answer *answer)
{
	const struct str kind = header_of(answer, "Soniq-Kind");
	const struct str as_of = header_of(answer, "Soniq-As-Of");
	const struct str covered = header_of(answer, "Soniq-Covered-From");

	buf_printf(out, "{\"topic\":\"%s\",\"kind\":\"%.*s\",\"as_of\":\"%.*s\"", topic,
		   STR_ARG(kind), STR_ARG(as_of));
	if (covered.p)
		buf_printf(out, ",\"covered_from\":\"%.*s\"", STR_ARG(covered));
	add_body(out, "data", answer);
}

/* The body of an error is an object with "detail" first: the topic goes in before it. */
static void write_trouble(struct buf *out, const char *topic, const struct answer *answer)
{
	const struct str body = { answer->body, answer->body_n };

	buf_printf(out, "{\"topic\":\"%s\",\"status\":%d,", topic, answer->status);
	if (body.n > 2 && body.p[0] == '{')
		buf_add_str(out, (struct str){ body.p + 1, body.n - 1 });
	else
		buf_add_text(out, "\"detail\":\"It failed.\"}");
}

static void write_frame(const char *topic, const struct answer *answer, struct buf *out)
{
	if (answer->status == 200)
		write_news(out, topic, answer);
	else
		write_trouble(out, topic, answer);
}

static void set_watch(void *context, bool is_on)
{
	const struct api *api = context;

	if (api->watch)
		watch_set(api->watch, is_on);
}

static bool is_told(void *context)
{
	const struct api *api = context;

	return api->watch && watch_tells_all(api->watch);
}

const struct http_live api_live = { topics, write_frame, set_watch, is_told };

const struct route api_event_routes[] = {
	{ HTTP_GET, "/api/events", events_watch, LANE_STREAM, WANT_READ, 0, "events_watch" },
	{ 0 },
};
