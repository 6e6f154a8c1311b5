/* history_recount.c -- all rows are counted and the gauges put right; names that nothing refers
 * to are forgotten. */
#include "store/history_keep.h"

#include <stdio.h>

/* Longest time that counting may take, and differences that one pass puts right. */
#define COUNT_TIMEOUT (10 * MINUTE)
#define CELLS_AT_ONCE 100000
#define NAMES_AT_ONCE 1000
#define LEAD_PATIENCE (10 * SECOND)

struct found_name {
	struct str kind, name;
};
static const struct field found_name_fields[] = {
	FIELD_STR(struct found_name, kind),
	FIELD_STR(struct found_name, name),
	FIELD_END,
};
static const struct record found_name_record = { "found_name", sizeof(struct found_name),
						 found_name_fields };

struct unused_name {
	int64_t id, i;
};
static const struct field unused_name_fields[] = {
	FIELD_I64(struct unused_name, id),
	FIELD_I64(struct unused_name, i),
	FIELD_END,
};
static const struct record unused_name_record = { "unused_name", sizeof(struct unused_name),
						  unused_name_fields };

/* Where readers hold up nobody (PostgreSQL) all of it is one transaction of the one that leads.
 * On SQLite a transaction would hold up every writer while all is counted: only what is written
 * is in one, and if somebody else counted meanwhile it is given up. */
struct recount {
	struct keep *keep;
	struct lead lead;
	usec_t patience;
	bool is_whole;
};

static void recount_release(struct recount *r)
{
	lead_release(&r->lead);
}

static enum err_code begin(struct recount *r, struct err *err)
{
	struct db *db = r->keep->st->db;
	char timeout[32];
	TRY(lead_begin(db, r->patience, &r->lead, err));

	snprintf(timeout, sizeof(timeout), "%lld", (long long)(COUNT_TIMEOUT / MSEC));
	return db_exec(db, CALL(SQL_X_GAUGE_PATIENCE, NULL, P_TEXT(timeout)), NULL, err);
}

static enum err_code begin_part(struct recount *r, struct err *err)
{
	return r->is_whole ? ERR_OK : begin(r, err);
}

static enum err_code end_part(struct recount *r, struct err *err)
{
	return r->is_whole ? ERR_OK : lead_commit(&r->lead, err);
}

/* The dictionary first: names in it are told apart, as far as there is room. */
static enum err_code fill_names(struct recount *r, struct err *err)
{
	struct keep *keep = r->keep;
	struct names names = names_new(keep->arena);
	struct list rows;
	TRY(db_query(keep->st->db,
		     CALL(SQL_X_GAUGE_NAMES, &found_name_record, P_I64(NAMES_AT_ONCE)), keep->arena,
		     &rows, err));

	for (size_t i = 0; i < rows.n; i++) {
		const struct found_name *row = LIST_AT(&rows, struct found_name, i);

		names_put(&names, str_eq(row->kind, S("queue")) ? NAME_QUEUE : NAME_TYPE,
			  row->name);
	}
	TRY(begin_part(r, err));
	TRY(names_resolve(keep, &names, err));
	return end_part(r, err);
}

static enum err_code read_cells(struct recount *r, struct arena *arena, struct list *ret,
				struct err *err)
{
	return db_query(r->keep->st->db,
			CALL(SQL_X_GAUGE_RECOUNT, &cell_record, P_I64(CELLS_AT_ONCE)), arena, ret,
			err);
}

/* Of rows whose differences are all known: the next pass finds only others. */
static enum err_code correct(struct recount *r, bool *ret_more, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct keep *keep = r->keep;
	struct list cells;
	bool is_below;
	int64_t n;
	TRY(read_cells(r, &arena, &cells, err));

	*ret_more = cells.n >= CELLS_AT_ONCE;
	TRY(begin_part(r, err));
	TRY(db_exec(keep->st->db,
		    CALL(SQL_X_GAUGE_RECOUNTED, NULL, P_TIME(keep->state.recounted_at),
			 P_STR(*ret_more ? STR_NULL : keep->state.recount_due)),
		    &n, err));
	if (n == 0)
		return err_set(err, ERR_BUSY, "another process has counted the jobs meanwhile");
	TRY(gauges_add(keep, &cells, &is_below, err));
	TRY(keep_state_read(keep, err));
	return end_part(r, err);
}

/* What it counted goes to the others, whose counters then go on where its own ended. */
static enum err_code forget_name(struct keep *keep, const struct unused_name *name, struct err *err)
{
	struct rollups own = rollups_new(keep->arena), others = rollups_new(keep->arena);
	struct rollup *row = rollups_at(&own, name->id, SPAN_EVER, 0);

	TRY(rollups_read(keep, &own, err));
	rollup_merge(rollups_at(&others, name->i, SPAN_EVER, 0), row, keep->arena);
	TRY(rollups_add(keep, &others, err));
	TRY(db_exec(keep->st->db, CALL(SQL_X_ROLLUP_DROP, NULL, P_I64(name->id)), NULL, err));
	return db_exec(keep->st->db, CALL(SQL_X_NAME_DROP, NULL, P_I64(name->id)), NULL, err);
}

static enum err_code forget_unused(struct recount *r, struct err *err)
{
	struct keep *keep = r->keep;
	struct list rows;
	TRY(begin_part(r, err));
	TRY(db_exec(keep->st->db, CALL0(SQL_X_GAUGE_PRUNE, NULL), NULL, err));
	TRY(db_query(keep->st->db,
		     CALL(SQL_X_NAME_UNUSED, &unused_name_record, P_I64(NAMES_AT_ONCE)),
		     keep->arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++)
		TRY(forget_name(keep, LIST_AT(&rows, struct unused_name, i), err));
	return end_part(r, err);
}

/* Why it is due is read before all is counted: what comes up meanwhile makes it due again. */
static enum err_code count_all(struct recount *r, struct err *err)
{
	bool is_more = true;

	if (r->is_whole)
		TRY(begin(r, err));
	TRY(keep_state_read(r->keep, err));
	TRY(fill_names(r, err));
	while (is_more)
		TRY(correct(r, &is_more, err));
	TRY(forget_unused(r, err));
	return r->is_whole ? lead_commit(&r->lead, err) : ERR_OK;
}

enum err_code keep_recount(struct keep *keep, usec_t patience, struct err *err)
{
	struct db *db = keep->st->db;
	struct recount r = { .keep = keep,
			     .patience = patience,
			     .is_whole = db_can(db, DB_CAN_LOCK_ROWS) };
	const usec_t timeout = db_statement_timeout(db);

	db_set_statement_timeout(db, COUNT_TIMEOUT);
	const enum err_code code = count_all(&r, err);
	recount_release(&r);
	db_set_statement_timeout(db, timeout);
	return code;
}

enum err_code store_history_recount(struct store *st, const char *reason, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct keep keep = { .st = st, .arena = &arena };

	/* Should it come to nothing, the next turn does it. */
	TRY(db_exec(st->db, CALL(SQL_X_STATE_DUE, NULL, P_TEXT(reason)), NULL, err));
	return keep_recount(&keep, LEAD_PATIENCE, err);
}
