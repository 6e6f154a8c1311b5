/* list.h -- an array that grows inside an arena: rows of a query, names, options. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stddef.h>

struct arena;

struct list {
	void *items;            /* n objects of item_size bytes, in the arena */
	size_t n;
	size_t room;
	size_t item_size;
	struct arena *arena;
};

struct list list_new(struct arena *arena, size_t item_size);
/* A new zeroed object at the end. Pointers to earlier ones are void after this. */
void *list_add(struct list *list);

#define LIST_AT(list, type, i) (&((type *)(list)->items)[i])

#endif
