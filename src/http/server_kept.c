/* server_kept.c -- answers given again: few, small, and never after a write. */
#include <math.h>
#include <stdlib.h>

#include "base/thread.h"
#include "http/serving.h"

/* One answer must not push out all the others. */
#define KEPT_ONE_MAX (KEPT_BYTES_MAX / 4)
/* A snapshot that nobody asks for goes after this long, and does not count among those that are
 * looked at after that. */
#define FORGOTTEN (30 * MINUTE)
#define LOOKED_AT (90 * SECOND)

static void drop(struct server *server, struct kept *k)
{
	answer_unref(k->answer);
	free((char *)k->key.text.p);
	server->n_kept--;
	server->kept_bytes -= k->size;
	*k = (struct kept){ 0 };
}

static bool is_of_now(const struct server *server, const struct kept *k)
{
	return k->generation == atomic_load(&server->generation);
}

static bool is_usable(const struct server *server, const struct kept *k, usec_t now)
{
	if (k->fresh == 0)
		return now - k->asked < FORGOTTEN;
	return now - k->made < k->fresh && is_of_now(server, k);
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

struct kept *kept_find(struct server *server, const struct flight_key *key)
{
	struct kept *k = find(server, key);
	return k && is_usable(server, k, clock_mono()) ? k : NULL;
}

void kept_note_given(struct server *server, struct kept *k)
{
	pthread_mutex_lock(&server->kept_guard);
	k->n_given++;
	k->asked = clock_mono();
	pthread_mutex_unlock(&server->kept_guard);
}

void kept_note_failed(struct server *server, const struct flight *flight, bool is_too_slow)
{
	struct kept *k = kept_find(server, &flight->key);

	if (!k)
		return;
	pthread_mutex_lock(&server->kept_guard);
	if (is_too_slow) {
		k->cost = flight->cost;
		k->made = clock_mono() - k->cost;
	} else {
		k->has_failed = true;
	}
	pthread_mutex_unlock(&server->kept_guard);
}

void kept_pay(struct server *server, const struct flight *flight)
{
	pthread_mutex_lock(&server->kept_guard);
	budget_fill(&server->budget, clock_mono());
	budget_pay(&server->budget, flight->cost, flight->is_look);
	pthread_mutex_unlock(&server->kept_guard);
}

/* Those that were asked for once go before those that are asked for again and again: who varies
 * parameters does not push out what pages look at. */
static bool goes_before(const struct kept *a, const struct kept *b)
{
	if ((a->n_given == 0) != (b->n_given == 0))
		return a->n_given == 0;
	return a->asked < b->asked;
}

static struct kept *find_victim(struct server *server)
{
	struct kept *victim = NULL;

	for (size_t i = 0; i < KEPT_MAX; i++) {
		struct kept *k = &server->kept[i];
		if (k->answer && (!victim || goes_before(k, victim)))
			victim = k;
	}
	return victim;
}

static struct kept *find_place(struct server *server, size_t size)
{
	struct kept *k = server->kept;

	while (server->n_kept == KEPT_MAX || server->kept_bytes + size > KEPT_BYTES_MAX)
		drop(server, find_victim(server));
	while (k->answer)
		k++;
	return k;
}

static void put(struct server *server, const struct flight *flight, usec_t fresh)
{
	const size_t size = answer_size(flight->answer) + flight->key.text.n;
	const usec_t now = clock_mono();
	struct kept *old = find(server, &flight->key);
	const struct kept before = old ? *old : (struct kept){ .asked = now };

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
		.made = now - flight->cost,
		.fresh = fresh,
		.cost = budget_expect(before.cost, flight->cost),
		.asked = before.asked,
		.n_given = before.n_given,
		.size = size,
	};
	answer_ref(k->answer);
	server->n_kept++;
	server->kept_bytes += size;
}

void kept_put(struct server *server, const struct flight *flight, usec_t fresh)
{
	pthread_mutex_lock(&server->kept_guard);
	put(server, flight, fresh);
	pthread_mutex_unlock(&server->kept_guard);
	if (server->n_kept > 0 && !event_pending(&server->kept_timer, EV_TIMEOUT, NULL))
		server_timer(&server->kept_timer, SECOND);
}

void kept_sweep(struct server *server, bool is_all)
{
	const usec_t now = clock_mono();

	pthread_mutex_lock(&server->kept_guard);
	for (size_t i = 0; i < KEPT_MAX; i++) {
		struct kept *k = &server->kept[i];
		if (k->answer && (is_all || !is_usable(server, k, now)))
			drop(server, k);
	}
	pthread_mutex_unlock(&server->kept_guard);
	if (server->n_kept > 0)
		server_timer(&server->kept_timer, SECOND);
}

static bool is_looked_at(const struct kept *k, usec_t now)
{
	return k->answer && k->fresh == 0 && k->n_given > 0 && now - k->asked < LOOKED_AT;
}

/* Of all snapshots that are looked at. */
static double sum_of_roots(const struct server *server, usec_t now)
{
	double sum = 0;

	for (size_t i = 0; i < KEPT_MAX; i++)
		if (is_looked_at(&server->kept[i], now))
			sum += sqrt((double)server->kept[i].cost);
	return sum;
}

static usec_t interval_of(const struct server *server, const struct kept *k, double roots,
			  usec_t at_least)
{
	if (!is_looked_at(k, clock_mono()))
		roots += sqrt((double)k->cost);
	return budget_interval(&server->budget, k->cost, roots, at_least);
}

struct snapshot kept_snapshot(const struct server *server, const struct kept *kept,
			      const struct flight *flight, usec_t at_least)
{
	const usec_t now = clock_mono();
	struct snapshot s = {
		.is_there = kept != NULL,
		.is_flying = flight != NULL,
		.flying_for = flight ? now - flight->boarded : 0,
	};

	if (kept) {
		s.is_wrong = kept->has_failed || !is_of_now(server, kept);
		s.age = now - kept->made;
		s.cost = kept->cost;
		s.interval = interval_of(server, kept, sum_of_roots(server, now), at_least);
	}
	return s;
}

/* ---- for others ---- */

/* "path\nquery\nsalt" (see flight_key_of). A key that somebody put there does not go on. */
static struct str shown_path(const struct kept *k, struct arena *arena)
{
	struct str rest = k->key.text, path, query;

	str_cut(&rest, '\n', &path);
	str_cut(&rest, '\n', &query);
	if (query.n == 0 || memmem(query.p, query.n, "api_key", strlen("api_key")))
		return str_copy(arena, path);
	return str_of(arena_printf(arena, "%.*s?%.*s", STR_ARG(path), STR_ARG(query)));
}

static struct server_kept described(const struct server *server, const struct kept *k,
				    double roots, struct arena *arena)
{
	const usec_t age = clock_mono() - k->made;
	const usec_t fresh = k->fresh > 0 ? k->fresh
					  : interval_of(server, k, roots, BUDGET_FRESH_MIN);

	return (struct server_kept){ shown_path(k, arena), k->cost, age, fresh - age };
}

static int by_cost(const void *a, const void *b)
{
	const usec_t one = ((const struct server_kept *)a)->cost;
	const usec_t other = ((const struct server_kept *)b)->cost;

	return (one < other) - (one > other);
}

static void get_spending(struct server *server, struct arena *arena, struct server_spending *ret)
{
	const usec_t now = clock_mono();
	HOLD(&server->kept_guard);

	ret->share = budget_share(&server->budget, now);
	const double roots = sum_of_roots(server, now);
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (server->kept[i].answer)
			*(struct server_kept *)list_add(&ret->kept) =
				described(server, &server->kept[i], roots, arena);
}

void server_spending_get(struct server *server, struct arena *arena, struct server_spending *ret)
{
	*ret = (struct server_spending){
		.budget = server->options.budget,
		.kept = list_new(arena, sizeof(struct server_kept)),
	};
	get_spending(server, arena, ret);
	if (ret->kept.n > 0)
		qsort(ret->kept.items, ret->kept.n, sizeof(struct server_kept), by_cost);
}
