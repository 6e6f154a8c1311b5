/* replay.c -- a dead letter becomes a job again, under an id that tells whose replay it is. */
#include "store/replay.h"

#include <inttypes.h>

#include <openssl/evp.h>

#include "base/buf.h"

struct marked {
	int64_t n;
};
static const struct field marked_fields[] = { FIELD_I64(struct marked, n), FIELD_END };
static const struct record marked_record = { "marked", sizeof(struct marked), marked_fields };

void replay_id(struct str dead_id, int64_t n, char ret_id[UUID_TEXT_LEN + 1])
{
	unsigned char digest[EVP_MAX_MD_SIZE] = { 0 };
	AUTO(buf) struct buf b = buf_new(1024);

	buf_printf(&b, "soniq replay %.*s %" PRId64, STR_ARG(str_head_utf8(dead_id, 512)), n);
	EVP_Digest(b.p, b.n, digest, NULL, EVP_sha256(), NULL);
	uuid_v8(digest, ret_id);
}

static enum err_code copy(struct store *st, struct str dead_id, const char *id, int64_t *ret_n,
			  struct err *err)
{
	return db_exec(st->db, CALL(SQL_DEAD_COPY, NULL, P_STR(dead_id), P_TEXT(id)), ret_n, err);
}

/* Where somebody set the count back the id is taken: then it is any. */
static enum err_code make(struct store *st, struct str dead_id, int64_t n,
			  char id[UUID_TEXT_LEN + 1], struct err *err)
{
	int64_t n_made;

	replay_id(dead_id, n, id);
	TRY(copy(st, dead_id, id, &n_made, err));
	if (n_made > 0)
		return ERR_OK;
	uuid_v7(clock_now(), id);
	return copy(st, dead_id, id, &n_made, err);
}

enum err_code replay_make(struct store *st, enum sql_id mark, struct str dead_id,
			  char ret_id[UUID_TEXT_LEN + 1], bool *ret_is_made, struct err *err)
{
	AUTO(arena) struct arena arena = { 0 };
	struct list rows;
	TRY(db_query(st->db, CALL(mark, &marked_record, P_STR(dead_id)), &arena, &rows, err));

	*ret_is_made = rows.n > 0;
	if (rows.n == 0)
		return ERR_OK;
	TRY(make(st, dead_id, LIST_AT(&rows, struct marked, 0)->n, ret_id, err));
	if (!db_can(st->db, DB_CAN_NOTIFY))
		return ERR_OK;
	return db_exec(st->db, CALL(SQL_JOB_NOTIFY, NULL, P_TEXT(ret_id)), NULL, err);
}
