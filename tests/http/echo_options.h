/* echo_options.h -- the toy server's options, "name=value" each. */
#ifndef ECHO_OPTIONS_H
#define ECHO_OPTIONS_H

#include <stdio.h>

#include "base/parse.h"
#include "http/server.h"

static void set_option(struct server_options *o, struct str text)
{
	const struct { const char *name; int *number; usec_t *ms; } known[] = {
		{ "port", &o->port, NULL },             { "readers", &o->n_readers, NULL },
		{ "queue", &o->queue_max, NULL },
		{ "connections", &o->connections_max, NULL },
		{ "peer", &o->peer_max, NULL },         { "streams", &o->streams_max, NULL },
		{ "head_ms", NULL, &o->head_deadline }, { "idle_ms", NULL, &o->idle_timeout },
		{ "deadline_ms", NULL, &o->request_deadline },
	};
	struct str name;
	int64_t n = 0;

	str_cut(&text, '=', &name);
	if (str_eq(name, S("host")))
		o->host = text.p;
	else if (!text.p || !parse_i64(text, &n))
		fprintf(stderr, "what is %.*s?\n", STR_ARG(text));
	if (str_eq(name, S("budget_permille")))
		o->budget = (double)n / 10;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_eq(name, str_of(known[i].name)) && known[i].number)
			*known[i].number = (int)n;
		else if (str_eq(name, str_of(known[i].name)))
			*known[i].ms = n * MSEC;
	}
}

#endif
