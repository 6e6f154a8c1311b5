/* history_names.c -- queues and job names by number, as long as there is room for them. */
#include "store/history_keep.h"

#include <stdio.h>

#define QUEUES_MAX 500
#define TYPES_MAX 1000
#define KEY_MAX (2 + 4 * STORE_NAME_MAX) /* bytes: kind, '=', the name */

static const char *const kinds[NAME__KINDS] = { "queue", "type" };

struct name_row {
	int64_t i, id;
};
static const struct field name_row_fields[] = {
	FIELD_I64(struct name_row, i),
	FIELD_I64(struct name_row, id),
	FIELD_END,
};
static const struct record name_row_record = { "name_row", sizeof(struct name_row),
					       name_row_fields };

static struct name *put_key(struct names *names, enum name_kind kind, struct str key)
{
	bool is_new;
	struct name *name = table_put(&names->table, key, &is_new);

	if (is_new)
		name->kind = kind;
	return name;
}

struct names names_new(struct arena *arena)
{
	struct names names = { .table = table_new(arena, sizeof(struct name)) };

	names.others[NAME_QUEUE] = put_key(&names, NAME_QUEUE, S("q*"));
	names.others[NAME_TYPE] = put_key(&names, NAME_TYPE, S("t*"));
	for (int i = 0; i < NAME__KINDS; i++)
		names.others[i]->key = S("*");
	return names;
}

static bool fits(struct str name)
{
	return name.n + 2 <= KEY_MAX && !memchr(name.p, '\0', name.n) && str_is_utf8(name);
}

struct name *names_put(struct names *names, enum name_kind kind, struct str name)
{
	char key[KEY_MAX] = { kind == NAME_QUEUE ? 'q' : 't', '=' };

	if (name.p && !fits(name))
		return names->others[kind];
	if (name.p && name.n > 0)
		memcpy(key + 2, name.p, name.n);

	struct name *put = put_key(names, kind, (struct str){ key, name.p ? name.n + 2 : 1 });
	if (put->key.p)
		return put;
	/* Beside the key of the table, which begins with the kind. */
	struct arena *arena = names->table.entries.arena;
	put->key = name.p ? str_of(arena_printf(arena, "=%.*s", STR_ARG(name))) : S("");
	put->name = name.p ? (struct str){ put->key.p + 1, name.n } : STR_NULL;
	return put;
}

static struct name *name_at(const struct names *names, size_t i)
{
	return table_at(&names->table, i);
}

static void write_name(struct json *j, const struct name *name, size_t i)
{
	json_open_object(j);
	json_key(j, "i");
	json_i64(j, (int64_t)i);
	json_key(j, "kind");
	json_text(j, kinds[name->kind]);
	json_key(j, "key");
	json_str(j, name->key);
	json_key(j, "name");
	json_str(j, name->name);
	json_close_object(j);
}

/* Those without a number; gives how many. */
static size_t write_names(struct buf *out, const struct names *names)
{
	struct json j = json_new(out);
	size_t n = 0;

	json_open_array(&j);
	for (size_t i = 0; i < table_n(&names->table); i++) {
		if (name_at(names, i)->id > 0)
			continue;
		write_name(&j, name_at(names, i), i);
		n++;
	}
	json_close_array(&j);
	return n;
}

static enum err_code find(struct keep *keep, struct names *names, struct str wanted,
			  struct err *err)
{
	struct list rows;
	TRY(db_query(keep->st->db, CALL(SQL_X_NAME_FIND, &name_row_record, P_STR(wanted)),
		     keep->arena, &rows, err));

	for (size_t i = 0; i < rows.n; i++) {
		const struct name_row *row = LIST_AT(&rows, struct name_row, i);

		if (row->i >= 0 && row->i < (int64_t)table_n(&names->table))
			name_at(names, (size_t)row->i)->id = row->id;
	}
	return ERR_OK;
}

static enum err_code put_missing(struct keep *keep, struct names *names, struct str missing,
				 struct err *err)
{
	int64_t n;
	TRY(db_exec(keep->st->db,
		    CALL(SQL_X_NAME_PUT, NULL, P_STR(missing), P_I64(QUEUES_MAX + 1),
			 P_I64(TYPES_MAX + 1)),
		    &n, err));
	return n > 0 ? find(keep, names, missing, err) : ERR_OK;
}

/* What has no number now is one of the others. */
static enum err_code settle(struct names *names, struct err *err)
{
	for (int i = 0; i < NAME__KINDS; i++) {
		if (names->others[i]->id <= 0)
			return err_set(err, ERR_SCHEMA,
				       "soniq_x_names has no row of the other "
				       "%ss; run `soniq setup`",
				       kinds[i]);
	}
	for (size_t i = 0; i < table_n(&names->table); i++) {
		struct name *name = name_at(names, i);

		if (name->id <= 0)
			name->id = names->others[name->kind]->id;
	}
	return ERR_OK;
}

enum err_code names_resolve(struct keep *keep, struct names *names, struct err *err)
{
	AUTO(buf) struct buf text = buf_new(KEEP_TEXT_MAX);

	if (write_names(&text, names) == 0)
		return ERR_OK;
	TRY(find(keep, names, buf_str(&text), err));
	buf_reset(&text);
	if (write_names(&text, names) > 0)
		TRY(put_missing(keep, names, buf_str(&text), err));
	return settle(names, err);
}
