/* list.c -- an array that grows inside an arena. */
#include "base/list.h"

#include <string.h>

#include "base/arena.h"

#define ROOM_FIRST 8

struct list list_new(struct arena *arena, size_t item_size)
{
	return (struct list){ .item_size = item_size, .arena = arena };
}

void *list_add(struct list *list)
{
	if (list->n == list->room) {
		const size_t room = list->room ? list->room * 2 : ROOM_FIRST;
		void *items = arena_alloc(list->arena, room * list->item_size);

		if (list->n > 0)
			memcpy(items, list->items, list->n * list->item_size);
		list->items = items;
		list->room = room;
	}
	return (char *)list->items + list->n++ * list->item_size;
}
