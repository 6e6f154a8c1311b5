/* role.c -- names of users, and the roles they have. */
#include "api/proxy.h"
#include "base/list.h"
#include "base/macros.h"

#define ROLES "SONIQ_DASHBOARD_ROLES"

/* C0, DEL and C1. */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

bool user_name_is_valid(struct str name)
{
	if (!name.p || name.n == 0 || name.n > USER_NAME_MAX || !str_is_utf8(name))
		return false;

	for (size_t n = 0; name.n > 0; name.p += n, name.n -= n) {
		uint32_t c = 0;
		n = str_utf8_char(name, &c);
		if (n == 0 || is_control(c))
			return false;
	}
	return true;
}

static bool role_parse(struct str text, enum access_role *ret)
{
	for (int role = ROLE_NONE; role < ACCESS_ROLE__COUNT; role++) {
		if (!str_eq(text, str_of(access_role_name((enum access_role)role))))
			continue;
		*ret = (enum access_role)role;
		return true;
	}
	return false;
}

static bool entry_parse(struct str entry, struct user_role *ret)
{
	struct str role = entry, name;
	str_cut(&role, '=', &name);
	ret->name = str_trim(name);
	return role.p && user_name_is_valid(ret->name) && role_parse(str_trim(role), &ret->role);
}

static const struct user_role *find(const struct user_role *items, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].name, name))
			return &items[i];
	return NULL;
}

enum err_code role_list_parse(const char *text, struct arena *arena, struct role_list *ret,
			      struct err *err)
{
	struct list items = list_new(arena, sizeof(struct user_role));
	struct str rest = str_copy(arena, str_of(text)), entry;

	while (str_cut(&rest, ',', &entry)) {
		struct user_role one = { 0 };
		entry = str_trim(entry);
		if (entry.n == 0)
			continue;
		if (!entry_parse(entry, &one))
			return err_set(err, ERR_INVALID,
				       ROLES ": \"%.*s\" is not name=role; the roles are viewer, "
				       "operator, admin and none", STR_ARG(entry));
		if (find(items.items, items.n, one.name))
			return err_set(err, ERR_INVALID, ROLES ": \"%.*s\" is there twice",
				       STR_ARG(one.name));
		*(struct user_role *)list_add(&items) = one;
	}
	const struct user_role *others = find(items.items, items.n, S("*"));
	*ret = (struct role_list){ items.items, items.n, others ? others->role : ROLE_NONE };
	return ERR_OK;
}

enum access_role role_list_find(const struct role_list *list, struct str name)
{
	const struct user_role *found = find(list->items, list->n, name);
	return found ? found->role : list->others;
}
