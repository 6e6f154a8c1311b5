/* gate.c -- heads of requests: what passes holds what the gate promises, however it was cut. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum head_state scan_in_steps(struct str bytes, size_t step, struct head_scan *scan,
				     int *ret_status)
{
	struct err err = { 0 };
	size_t n = 0;

	do {
		n = bytes.n - n > step ? n + step : bytes.n;
		const enum head_state state =
			http_head_scan(scan, bytes.p, n, ret_status, &err);
		if (state != HEAD_MORE)
			return state;
	} while (n < bytes.n);
	return HEAD_MORE;
}

static void check_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		assert(s.p[i] != '\r' && s.p[i] != '\n' && s.p[i] != '\0');
}

static size_t count(const struct head *head, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < head->n_headers; i++)
		n += str_eq_nocase(head->headers[i].name, str_of(name));
	return n;
}

static void check_passed(const struct head *head, struct str path)
{
	const struct str length = head_find(head, "Content-Length");

	assert(head->n_headers <= HTTP_HEADERS_MAX);
	for (size_t i = 0; i < head->n_headers; i++) {
		assert(http_is_token(head->headers[i].name));
		check_text(head->headers[i].value);
	}
	assert(count(head, "Host") == 1 && head_find(head, "Host").n > 0);
	assert(count(head, "Transfer-Encoding") == 0);
	assert(count(head, "Content-Length") <= 1);
	for (size_t i = 0; i < length.n; i++)
		assert(length.p[i] >= '0' && length.p[i] <= '9');
	assert(!length.p || strtoull(length.p, NULL, 10) <= HTTP_BODY_MAX);
	assert(path.n > 0 && (path.p[0] == '/' || str_eq(path, S("*"))));
	check_text(path);
	assert(!memchr(path.p, '\\', path.n));
	assert(!memmem(path.p, path.n, "/../", 4) && !str_ends(path, S("/..")));
}

/* Each line of the bytes is the request line, a header, or the empty one. */
static void check_lines(const struct head *head, struct str whole)
{
	size_t n = 0;

	for (size_t i = 0; i < whole.n; i++)
		n += whole.p[i] == '\n';
	assert(n == head->n_headers + 2);
}

static void vet(struct str whole, struct arena *arena)
{
	struct head head;
	struct str path;
	struct err err = { 0 };
	int status = 0;

	if (http_head_parse(whole, arena, &head, &status, &err) != ERR_OK) {
		assert(err.code != ERR_OK && err.msg[0]);
		return;
	}
	check_lines(&head, whole);
	const enum err_code code = http_gate(&head, arena, &path, &err);
	assert(code == err.code);
	if (code == ERR_OK)
		check_passed(&head, path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena arena = { 0 };
	struct head_scan at_once = { 0 }, in_steps = { 0 };
	int status = 0, status_in_steps = 0;
	const struct str bytes = { (const char *)data, size };

	if (size == 0)
		return 0;
	const enum head_state state = scan_in_steps(bytes, size, &at_once, &status);
	assert(state == scan_in_steps(bytes, 1 + size % 3, &in_steps, &status_in_steps));
	assert(status == status_in_steps);
	assert(at_once.n <= HTTP_HEAD_MAX + 1);
	if (state != HEAD_WHOLE)
		return 0;
	assert(at_once.n == in_steps.n && at_once.n <= size);
	vet((struct str){ arena_copy(&arena, data, at_once.n), at_once.n }, &arena);
	return 0;
}
