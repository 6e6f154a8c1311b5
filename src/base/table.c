/* table.c -- objects found by their key: a hash table that grows inside an arena. */
#include "base/table.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#define SLOTS_FIRST 64

struct table_entry {
	struct table_entry *next; /* in the same slot */
	uint64_t hash;
	struct str key;
	void *item;
};

struct table table_new(struct arena *arena, size_t item_size)
{
	return (struct table){ .entries = list_new(arena, sizeof(struct table_entry *)),
			       .item_size = item_size };
}

/* The low bits are mixed once more. Names that collide on purpose make a batch of a few
 * thousand slow by milliseconds, no more. */
static uint64_t hash_of(struct str key)
{
	const uint64_t hash = str_hash(key);

	return hash ^ (hash >> 32);
}

static struct table_entry *entry_at(const struct table *table, size_t i)
{
	return *LIST_AT(&table->entries, struct table_entry *, i);
}

static void link_entry(struct table *table, struct table_entry *entry)
{
	struct table_entry **slot = &table->slots[entry->hash & (table->n_slots - 1)];

	entry->next = *slot;
	*slot = entry;
}

static void grow(struct table *table)
{
	table->n_slots = table->n_slots ? table->n_slots * 4 : SLOTS_FIRST;
	table->slots = ARENA_ARRAY(table->entries.arena, struct table_entry *, table->n_slots);
	for (size_t i = 0; i < table->entries.n; i++)
		link_entry(table, entry_at(table, i));
}

static struct table_entry *find(const struct table *table, uint64_t hash, struct str key)
{
	struct table_entry *e = table->n_slots ? table->slots[hash & (table->n_slots - 1)] : NULL;

	while (e && (e->hash != hash || !str_eq(e->key, key)))
		e = e->next;
	return e;
}

static struct table_entry *add(struct table *table, uint64_t hash, struct str key)
{
	struct arena *arena = table->entries.arena;
	struct table_entry *entry = ARENA_NEW(arena, struct table_entry);

	if (table->entries.n >= table->n_slots)
		grow(table);
	*entry = (struct table_entry){ .hash = hash,
				       .key = { arena_copy(arena, key.p, key.n), key.n },
				       .item = arena_alloc(arena, table->item_size) };
	*(struct table_entry **)list_add(&table->entries) = entry;
	link_entry(table, entry);
	return entry;
}

void *table_put(struct table *table, struct str key, bool *ret_is_new)
{
	const uint64_t hash = hash_of(key);
	struct table_entry *entry = find(table, hash, key);

	if (ret_is_new)
		*ret_is_new = entry == NULL;
	if (!entry)
		entry = add(table, hash, key);
	return entry->item;
}

size_t table_n(const struct table *table)
{
	return table->entries.n;
}

void *table_at(const struct table *table, size_t i)
{
	return entry_at(table, i)->item;
}
