/* server_kept.c -- answers given again for a moment: few, small, and never after a write. */
#include <stdlib.h>

#include "http/serving.h"

/* One answer must not push out all the others. */
#define KEPT_ONE_MAX (KEPT_BYTES_MAX / 4)

static void drop(struct server *server, struct kept *k)
{
	answer_unref(k->answer);
	free((char *)k->key.text.p);
	server->n_kept--;
	server->kept_bytes -= k->size;
	*k = (struct kept){ 0 };
}

static bool is_fresh(const struct server *server, const struct kept *k, usec_t now)
{
	return k->until > now && k->generation == atomic_load(&server->generation);
}

static struct kept *find(struct server *server, const struct flight_key *key)
{
	for (size_t i = 0; server->n_kept > 0 && i < KEPT_MAX; i++) {
		struct kept *k = &server->kept[i];
		if (k->answer && k->key.hash == key->hash && str_eq(k->key.text, key->text))
			return k;
	}
	return NULL;
}

struct answer *kept_find(struct server *server, const struct flight_key *key)
{
	const struct kept *k = find(server, key);
	return k && is_fresh(server, k, clock_mono()) ? k->answer : NULL;
}

static struct kept *find_oldest(struct server *server)
{
	struct kept *oldest = NULL;

	for (size_t i = 0; i < KEPT_MAX; i++) {
		struct kept *k = &server->kept[i];
		if (k->answer && (!oldest || k->until < oldest->until))
			oldest = k;
	}
	return oldest;
}

static struct kept *find_place(struct server *server, size_t size)
{
	struct kept *k = server->kept;

	while (server->n_kept == KEPT_MAX || server->kept_bytes + size > KEPT_BYTES_MAX)
		drop(server, find_oldest(server));
	while (k->answer)
		k++;
	return k;
}

void kept_put(struct server *server, const struct flight *flight, usec_t fresh)
{
	const size_t size = answer_size(flight->answer) + flight->key.text.n;
	struct kept *old = find(server, &flight->key);

	if (old)
		drop(server, old);
	if (size > KEPT_ONE_MAX)
		return;

	struct kept *k = find_place(server, size);
	char *text = xalloc(flight->key.text.n);
	memcpy(text, flight->key.text.p, flight->key.text.n);
	*k = (struct kept){
		.answer = flight->answer,
		.key = { { text, flight->key.text.n }, flight->key.hash },
		.generation = flight->generation,
		.until = clock_mono() + fresh,
		.size = size,
	};
	answer_ref(k->answer);
	server->n_kept++;
	server->kept_bytes += size;
	if (!event_pending(&server->kept_timer, EV_TIMEOUT, NULL))
		server_timer(&server->kept_timer, SECOND);
}

void kept_sweep(struct server *server, bool is_all)
{
	const usec_t now = clock_mono();

	for (size_t i = 0; i < KEPT_MAX; i++) {
		struct kept *k = &server->kept[i];
		if (k->answer && (is_all || !is_fresh(server, k, now)))
			drop(server, k);
	}
	if (server->n_kept > 0)
		server_timer(&server->kept_timer, SECOND);
}
