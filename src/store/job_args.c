/* job_args.c -- the ids of the jobs of a list, and how their arguments begin. */
#include "json/json.h"
#include "store/job.h"

#define IDS_TEXT_MAX ((size_t)1 << 20)
/* What is stored out of line is not fetched for a line of a list; PostgreSQL does that from about
 * 2,000 bytes on. */
#define STORED_MAX 4096

struct args_start {
	struct str id;
	struct str args_start;
};
static const struct field args_start_fields[] = {
	FIELD_STR(struct args_start, id),
	FIELD_STR(struct args_start, args_start),
	FIELD_END,
};
static const struct record args_start_record = { "args_start", sizeof(struct args_start),
						 args_start_fields };

struct str store_job_ids(const struct list *rows, struct arena *arena)
{
	AUTO(buf) struct buf text = buf_new(IDS_TEXT_MAX);
	struct json j = json_new(&text);

	json_open_array(&j);
	for (size_t i = 0; i < rows->n; i++) {
		const struct str id = LIST_AT(rows, struct job_row, i)->id;

		if (id.p && id.n <= STORE_NAME_MAX)
			json_str(&j, id);
	}
	json_close_array(&j);
	return str_copy(arena, buf_str(&text));
}

static void put(const struct list *rows, const struct args_start *found)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct job_row *row = LIST_AT(rows, struct job_row, i);

		if (str_eq(row->id, found->id))
			row->args_start = found->args_start;
	}
}

enum err_code store_args_start(struct store *st, const struct list *rows, bool are_dead,
			       struct arena *arena, struct err *err)
{
	struct list found;

	if (rows->n == 0)
		return ERR_OK;
	TRY(db_query(st->db,
		     CALL(are_dead ? SQL_DEAD_ARGS_START : SQL_JOB_ARGS_START, &args_start_record,
			  P_STR(store_job_ids(rows, arena)), P_I64(STORE_ARGS_START),
			  P_I64(STORED_MAX)),
		     arena, &found, err));
	for (size_t i = 0; i < found.n; i++)
		put(rows, LIST_AT(&found, struct args_start, i));
	return ERR_OK;
}
