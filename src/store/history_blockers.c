/* history_blockers.c -- whose locks a step of the setup waits for, in words. */
#include <inttypes.h>

#include "base/text.h"
#include "store/history_setup.h"
#include "store/history_steps.h"

#define NOTE_MAX 400

struct blocker {
	int64_t pid;
	struct str application;
	int64_t age_us;
};

static const struct field blocker_fields[] = {
	FIELD_I64(struct blocker, pid),
	FIELD_STR(struct blocker, application),
	FIELD_I64(struct blocker, age_us),
	FIELD_END,
};
static const struct record blocker_record = { "blocker", sizeof(struct blocker), blocker_fields };

static const char *blocker_text(const struct blocker *b, struct arena *arena)
{
	char age[TIME_TEXT_MAX] = "a time unknown";
	AUTO(buf) struct buf name = buf_new(NOTE_MAX);

	if (b->age_us != I64_NULL)
		duration_format(b->age_us, age);
	text_add_cell(&name, b->application, 40);
	return arena_printf(arena, "process %" PRId64 " (%s), for %s", b->pid,
			    name.n > 0 ? buf_cstr(&name) : "without a name", age);
}

const char *history_blockers(struct store *st, const char *wanted, struct arena *arena)
{
	struct list rows;
	struct err ignored = { 0 };
	const char *text = NULL;
	const struct call *call = CALL(SQL_X_HOLDERS, &blocker_record, P_TEXT(wanted),
				       P_I64(SONIQ_LOCK_HISTORY_SETUP));

	if (db_query(st->db, call, arena, &rows, &ignored) != ERR_OK || rows.n == 0)
		return "another program";
	for (size_t i = 0; i < rows.n; i++) {
		const char *one = blocker_text(LIST_AT(&rows, struct blocker, i), arena);

		text = text ? arena_printf(arena, "%s; %s", text, one) : one;
	}
	return text;
}
