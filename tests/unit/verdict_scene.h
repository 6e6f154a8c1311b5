/* verdict_scene.h -- for tests of verdicts: a system that is well, to be broken. */
#ifndef UNIT_VERDICT_SCENE_H
#define UNIT_VERDICT_SCENE_H

#include "unit/unit.h"

#include <math.h>

#include "rules/verdict.h"

#define NOW ((usec_t)1790000000 * SECOND)

/* A system in which all is well: one worker that serves one queue. */
struct scene {
	struct arena arena;
	struct verdict_facts facts;
	struct list found;
	const char *clear;
};

static inline UNUSED struct queue_facts *add_queue(struct scene *s, const char *name, int64_t ready,
						   double oldest)
{
	struct queue_facts *q = list_add(&s->facts.queues);

	*q = (struct queue_facts){
		.name = str_of(name),
		.ready = ready,
		.live_workers = 1,
		.oldest_seconds = oldest,
		.arrived_per_minute = NAN,
		.finished_per_minute = NAN,
		.usual_wait_ms = NAN,
	};
	return q;
}

static inline UNUSED void add_worker(struct scene *s, usec_t silent, bool is_live, bool is_stale)
{
	*(struct worker_facts *)list_add(&s->facts.workers) =
		(struct worker_facts){ S("host:1"), NOW - silent, is_live, is_stale };
}

static inline UNUSED void add_name(struct list *list, const char *name, int64_t n)
{
	*(struct name_facts *)list_add(list) = (struct name_facts){ str_of(name), n };
}

static inline UNUSED int begin(void **state)
{
	struct scene *s = xalloc(sizeof(*s));

	s->facts = (struct verdict_facts){
		.now = NOW,
		.queues = list_new(&s->arena, sizeof(struct queue_facts)),
		.workers = list_new(&s->arena, sizeof(struct worker_facts)),
		.holders = list_new(&s->arena, sizeof(struct holder_facts)),
		.knows_names = true,
		.names = list_new(&s->arena, sizeof(struct name_facts)),
		.names_since = TIME_NULL,
		.ended = list_new(&s->arena, sizeof(struct ended_facts)),
		.rest_done = I64_NULL,
		.rest_dead = I64_NULL,
		.rest_failed = I64_NULL,
		.dead = list_new(&s->arena, sizeof(struct name_facts)),
		.overdue = list_new(&s->arena, sizeof(struct name_facts)),
		.dead_since = TIME_NULL,
		.overdue_since = TIME_NULL,
		.history = { .since = TIME_NULL },
	};
	*state = s;
	return 0;
}

static inline UNUSED int end(void **state)
{
	struct scene *s = *state;

	arena_release(&s->arena);
	free(s);
	return 0;
}

static inline UNUSED void judge(struct scene *s)
{
	verdict_judge(&s->facts, &s->arena, &s->found, &s->clear);
}

static inline UNUSED const struct finding *find(struct scene *s, const char *code)
{
	judge(s);
	for (size_t i = 0; i < s->found.n; i++) {
		const struct finding *f = LIST_AT(&s->found, struct finding, i);

		if (str_eq(f->code, str_of(code)))
			return f;
	}
	return NULL;
}

#define CHECK_NONE(s, code) assert_null(find((s), (code)))

static inline UNUSED const struct finding *check_found(struct scene *s, const char *code,
						       const char *level)
{
	const struct finding *f = find(s, code);

	assert_non_null(f);
	CHECK_STR(f->level, level);
	/* Whatever is found says all of it. */
	assert_true(f->title.n > 0 && f->evidence.n > 0 && f->href.n > 0 && f->next.n > 0);
	assert_null(s->clear);
	return f;
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, begin, end)

#endif
