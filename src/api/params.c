/* params.c -- query parameters. */
#include "api/params.h"

#include <inttypes.h>
#include <stdio.h>

#include "rules/signature.h"

static enum err_code find(const struct request *rq, const char *name, struct str *ret,
			  struct err *err)
{
	char many[64];
	snprintf(many, sizeof(many), "%s[]", name);

	size_t n = 0;
	struct str value = request_query(rq, name, &n);
	if (n > 1 || request_query(rq, many, NULL).p)
		return err_param(err, name, "%s may be given once only", name);
	if (value.p && value.n > 0 && !str_is_utf8(value))
		return err_param(err, name, "%s is not valid UTF-8 text", name);
	*ret = value;
	return ERR_OK;
}

enum err_code param_int(const struct request *rq, const char *name, const int64_t range[2],
			int64_t *out, struct err *err)
{
	struct str text;
	TRY(find(rq, name, &text, err));
	if (!text.p)
		return ERR_OK;

	int64_t n;
	if (!parse_i64(text, &n) || n < range[0] || n > range[1])
		return err_param(err, name,
				 "%s must be a whole number from %" PRId64 " to %" PRId64, name,
				 range[0], range[1]);
	*out = n;
	return ERR_OK;
}

static size_t count_characters(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

enum err_code param_text(const struct request *rq, const char *name, size_t max,
			 struct str *ret, struct err *err)
{
	struct str text;
	TRY(find(rq, name, &text, err));
	if (text.p && count_characters(text) > max)
		return err_param(err, name, "%s is longer than %zu characters", name, max);
	*ret = text.n > 0 ? text : STR_NULL;
	return ERR_OK;
}

enum err_code param_choice(const struct request *rq, const char *name, const char *const *words,
			   struct str *ret, struct err *err)
{
	struct str text;
	TRY(find(rq, name, &text, err));
	*ret = STR_NULL;
	if (text.n == 0)
		return ERR_OK;

	AUTO(buf) struct buf all = buf_new(256);
	for (; *words; words++) {
		if (str_eq(text, str_of(*words))) {
			*ret = text;
			return ERR_OK;
		}
		buf_printf(&all, "%s%s", all.n ? ", " : "", *words);
	}
	return err_param(err, name, "%s must be one of %s", name, buf_cstr(&all));
}

static bool is_moment(struct str text)
{
	static const char picture[] = "9999-99-99T99:99:99";
	const size_t n = sizeof(picture) - 1;

	for (size_t i = 0; i < n; i++)
		if (i >= text.n || (picture[i] == '9' ? text.p[i] < '0' || text.p[i] > '9'
						      : text.p[i] != picture[i]))
			return false;
	const size_t n_fraction = text.n - n > 2 && text.p[n] == '.' ? text.n - n - 2 : 0;
	if (n_fraction > 6 || text.n != n + 1 + (n_fraction ? n_fraction + 1 : 0))
		return false;
	for (size_t i = n + 1; i < n + 1 + n_fraction; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return text.p[text.n - 1] == 'Z';
}

enum err_code param_moment(const struct request *rq, const char *name, usec_t *ret,
			   struct err *err)
{
	struct str text;
	usec_t moment = TIME_NULL;
	TRY(find(rq, name, &text, err));

	if (text.n > 0 && (!is_moment(text) || !time_parse(text, &moment)))
		return err_param(err, name, "%s must be a moment such as "
				 "2026-01-31T12:00:00.000000Z", name);
	*ret = moment;
	return ERR_OK;
}

enum err_code param_signature(const struct request *rq, struct str *ret, struct err *err)
{
	struct str text;
	TRY(param_text(rq, "signature", 64, &text, err));
	if (text.p && !signature_is_valid(text))
		return err_param(err, "signature", "signature must be 16 hex digits, as a group "
				 "has them");
	*ret = text;
	return ERR_OK;
}

bool cursor_format(usec_t at, struct str id, char out[CURSOR_MAX])
{
	char uuid[UUID_TEXT_LEN + 1];

	if (!parse_uuid(id, uuid) || !str_eq(id, str_of(uuid)))
		return false;
	snprintf(out, CURSOR_MAX, "%" PRId64 "~%s", at, uuid);
	return true;
}

bool cursor_parse(struct str text, usec_t *ret_at, char ret_id[UUID_TEXT_LEN + 1])
{
	struct str at;
	usec_t moment;
	if (!str_cut(&text, '~', &at) || !parse_i64(at, &moment) || text.n != UUID_TEXT_LEN ||
	    !parse_uuid(text, ret_id))
		return false;
	*ret_at = moment;
	return true;
}

bool cursor_format_worker(const struct worker *worker, char out[CURSOR_MAX])
{
	char cursor[CURSOR_MAX];

	if (!cursor_format(worker->last_heartbeat, worker->id, cursor))
		return false;
	const int n = snprintf(out, CURSOR_MAX, "%c~%s", worker->half == 0 ? '0' : '1', cursor);
	return n > 0 && n < CURSOR_MAX;
}

bool cursor_parse_worker(struct str text, struct worker_want *ret)
{
	struct str half;
	if (!str_cut(&text, '~', &half) || half.n != 1 || (half.p[0] != '0' && half.p[0] != '1') ||
	    !cursor_parse(text, &ret->after_at, ret->after_id))
		return false;
	ret->after_half = half.p[0] - '0';
	ret->has_cursor = true;
	return true;
}

struct str cursor_format_schedule(const struct schedule *schedule, struct arena *arena)
{
	char uuid[UUID_TEXT_LEN + 1];

	if (!parse_uuid(schedule->id, uuid) || !str_eq(schedule->id, str_of(uuid)))
		return STR_NULL;
	return str_of(arena_printf(arena, "%.*s~%s", STR_ARG(schedule->job_name), uuid));
}

bool cursor_parse_schedule(struct str text, struct schedule_want *ret)
{
	char uuid[UUID_TEXT_LEN + 1];
	const size_t n_name = text.n - UUID_TEXT_LEN - 1;

	if (text.n <= UUID_TEXT_LEN || text.p[n_name] != '~')
		return false;
	const struct str id = { text.p + n_name + 1, UUID_TEXT_LEN };
	if (!parse_uuid(id, uuid))
		return false;
	ret->after_name = (struct str){ text.p, n_name };
	ret->after_id = id;
	return true;
}

struct str cursor_format_group(const struct group *group, struct arena *arena)
{
	return str_of(arena_printf(arena, "%" PRId64 "~%" PRId64 "~%.*s", group->count,
				   group->last_seen, STR_ARG(group->signature)));
}

bool cursor_parse_group(struct str text, struct group_want *ret)
{
	struct str count, seen;
	if (!str_cut(&text, '~', &count) || !parse_i64(count, &ret->after_count) ||
	    !str_cut(&text, '~', &seen) || !parse_i64(seen, &ret->after_seen) ||
	    !signature_is_valid(text))
		return false;
	memcpy(ret->after_signature, text.p, SIGNATURE_LEN);
	ret->has_cursor = true;
	return true;
}

enum err_code param_cursor(const struct request *rq, struct str *ret, struct err *err)
{
	return param_text(rq, "cursor", 512, ret, err);
}

enum err_code param_cursor_fail(struct err *err)
{
	return err_param(err, "cursor", "cursor is not one that this server gave");
}

static enum err_code cursor(const struct request *rq, struct job_filter *filter, struct err *err)
{
	struct str text;
	TRY(param_cursor(rq, &text, err));
	if (!text.p)
		return ERR_OK;
	if (!cursor_parse(text, &filter->after_at, filter->after_id))
		return param_cursor_fail(err);
	filter->has_cursor = true;
	return ERR_OK;
}

enum err_code param_page(const struct request *rq, struct job_filter *filter, struct err *err)
{
	int64_t limit = 50, offset = 0;
	TRY(param_int(rq, "limit", (const int64_t[]){ 1, STORE_PAGE_MAX }, &limit, err));
	TRY(param_int(rq, "offset", (const int64_t[]){ 0, STORE_OFFSET_MAX }, &offset, err));
	TRY(cursor(rq, filter, err));
	filter->limit = (int)limit;
	filter->offset = filter->has_cursor ? 0 : (int)offset;
	return ERR_OK;
}

enum err_code path_uuid(const struct request *rq, int part, char ret[UUID_TEXT_LEN + 1],
			struct err *err)
{
	if (!parse_uuid(rq->parts[part], ret))
		return err_set(err, ERR_NOT_FOUND, "There is nothing with this id.");
	return ERR_OK;
}
