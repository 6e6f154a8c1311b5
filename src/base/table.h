/* table.h -- objects found by their key: a hash table that grows inside an arena. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "base/str.h"

struct table {
	struct list entries; /* in the order in which they came */
	struct table_entry **slots;
	size_t n_slots; /* a power of two, or 0 */
	size_t item_size;
};

/* Keys are any bytes: a text, or a struct without holes. */
struct table table_new(struct arena *arena, size_t item_size);
/* The object of this key, made (zeroed) when it is missing; stays where it is. The key is
 * copied. */
void *table_put(struct table *table, struct str key, bool *ret_is_new);
size_t table_n(const struct table *table);
/* The object that came as number i. */
void *table_at(const struct table *table, size_t i);

#define KEY_OF(object) ((struct str){ (const char *)&(object), sizeof(object) })

#endif
