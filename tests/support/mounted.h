/* mounted.h -- a dashboard inside this program: opened on a small database, and asked. */
#ifndef SUPPORT_MOUNTED_H
#define SUPPORT_MOUNTED_H

#include <soniq/dashboard.h>
#include <stdbool.h>
#include <stddef.h>

#include "support/test_db.h"

/* Nothing takes as long; a test that fails does. */
#define PATIENCE_MS 60000

extern struct test_db mounted_db;
/* For a group of tests: makes its tables, and drops them. */
int mounted_make(void **state);
int mounted_drop(void **state);

/* What an answer was: its status, 0 when it broke off before it began; how long its body. */
struct got {
	int status;
	size_t body_n;
	enum soniq_part end;
	char instance[64];
};

struct soniq_request request_of(const char *target);
struct soniq_call *begin(struct soniq_dashboard *dashboard, const char *target);
/* The test fails where it cannot be opened. */
struct soniq_dashboard *open_with(const struct soniq_option *options);
struct soniq_dashboard *open_one(const char *write);
/* Takes what there is; gives whether that was the end. */
bool take_all(struct soniq_call *call, struct got *got);
struct got finish(struct soniq_call *call);
struct got ask(struct soniq_dashboard *dashboard, const char *target);

#endif
