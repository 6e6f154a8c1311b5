/* http_gate.c -- heads as bytes: what is refused, with which status, and what is let through. */
#include "unit.h"

#include <stdio.h>

#include "http/head.h"

/* The status of a head that is given in pieces of `step` bytes: 200 if it passes, 0 if it is not
 * whole. This is the server's way, without a socket. */
static int vet(struct str bytes, size_t step, struct str *ret_path)
{
	AUTO(arena) struct arena arena = { 0 };
	struct head_scan scan = { 0 };
	enum head_state state = HEAD_MORE;
	struct head head;
	struct err err = { 0 };
	struct str path = STR_NULL;
	int status = 0;

	for (size_t n = step; state == HEAD_MORE; n += step) {
		const size_t n_now = n < bytes.n ? n : bytes.n;
		char *copy = arena_copy(&arena, bytes.p, n_now);

		state = http_head_scan(&scan, copy, n_now, &status, &err);
		if (n >= bytes.n)
			break;
	}
	if (state == HEAD_MORE)
		return 0;
	if (state == HEAD_BROKEN)
		return status;
	const struct str whole = { arena_copy(&arena, bytes.p, scan.n), scan.n };
	enum err_code code = http_head_parse(whole, &arena, &head, &status, &err);
	if (code == ERR_OK)
		code = http_gate(&head, &arena, &path, &err);
	assert_int_equal(code, err.code);
	if (ret_path && code == ERR_OK)
		*ret_path = (struct str){ strndup(path.p, path.n), path.n };
	return code == ERR_OK ? 200 : status ? status : err_http(code);
}

/* The verdict must not depend on how the bytes are cut. */
static int vet_all(struct str bytes)
{
	const int status = vet(bytes, bytes.n, NULL);

	assert_int_equal(vet(bytes, 1, NULL), status);
	assert_int_equal(vet(bytes, 7, NULL), status);
	return status;
}

struct trial {
	int status;
	struct str bytes;
};

#define LINE "GET /x HTTP/1.1\r\n"
#define HOST "Host: localhost\r\n"
#define T(status, text) { status, { text, sizeof(text) - 1 } }

static void check_trials(const struct trial *trials, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const int status = vet_all(trials[i].bytes);
		if (status != trials[i].status)
			fail_msg("%d instead of %d for: %.*s", status, trials[i].status,
				 STR_ARG(trials[i].bytes));
	}
}

TEST(plain_requests_pass)
{
	static const struct trial trials[] = {
		T(200, LINE HOST "\r\n"),
		T(200, "GET /x HTTP/1.0\r\n" HOST "\r\n"),
		T(200, "GET /x?a=%zz&b HTTP/1.1\r\n" HOST "\r\n"),
		T(200, "GET /a%20b/%e4 HTTP/1.1\r\n" HOST "\r\n"),
		T(200, "GET /a..b/...c HTTP/1.1\r\n" HOST "\r\n"),
		T(200, "PUT /x HTTP/1.1\r\n" HOST "\r\n"),
		T(200, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n"),
		T(200, "POST /x HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"),
		T(200, "POST /x HTTP/1.1\r\n" HOST "content-length:0065536\r\n\r\n"),
		T(200, LINE "host:[::1]:6161\r\n\r\n"),
		T(200, LINE "Host: 127.0.0.1:6161 \t\r\n\r\n"),
		T(200, LINE HOST "User-Agent: caf\xc3\xa9\tx\r\nEmpty:\r\n\r\n"),
		T(200, LINE HOST "Accept: a\r\nAccept: b\r\n\r\n"),
		T(200, "GET http://localhost/x HTTP/1.1\r\n" HOST "\r\n"),
		T(200, "GET HTTP://LOCALHOST HTTP/1.1\r\n" HOST "\r\n"),
		T(0, LINE "Host: localhost\r\n"),
		T(0, "GET /x HT"),
		T(0, LINE HOST "\r"),
	};
	check_trials(trials, ARRAY_LEN(trials));
}

TEST(two_readings_of_a_length_are_refused)
{
#define POST "POST /x HTTP/1.1\r\n" HOST
	static const struct trial trials[] = {
		T(400, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
		T(400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
		T(400, POST "Transfer-Encoding: chunked\r\n\r\n"),
		T(400, POST "Transfer-Encoding: identity\r\n\r\n"),
		T(400, POST "Transfer-Encoding: chunked, identity\r\n\r\n"),
		T(400, POST "Transfer-Encoding: xchunked\r\n\r\n"),
		T(400, POST "Transfer-Encoding: chunked\x0b\r\n\r\n"),
		T(400, POST "Transfer-Encoding:\r\n\r\n"),
		T(400, POST "Transfer-Encoding : chunked\r\n\r\n"),
		T(400, POST "Transfer-Encoding:\r\n chunked\r\n\r\n"),
		T(400, POST "transfer-encoding: CHUNKED\r\n\r\n"),
		T(400, "POST /x HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"),
		T(400, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
		T(400, POST "Content-Length: 5\r\ncontent-length: 6\r\n\r\n"),
		T(400, POST "Content-Length: 5, 5\r\n\r\n"),
		T(400, POST "Content-Length: 5,5\r\n\r\n"),
		T(400, POST "Content-Length: +5\r\n\r\n"),
		T(400, POST "Content-Length: -5\r\n\r\n"),
		T(400, POST "Content-Length: -0\r\n\r\n"),
		T(400, POST "Content-Length: 0x5\r\n\r\n"),
		T(400, POST "Content-Length: 5_0\r\n\r\n"),
		T(400, POST "Content-Length: \" 5\"\r\n\r\n"),
		T(400, POST "Content-Length:  5\r\n\r\n"),
		T(400, POST "Content-Length: 5 \r\n\r\n"),
		T(400, POST "Content-Length:\t5\r\n\r\n"),
		T(400, POST "Content-Length: 5e0\r\n\r\n"),
		T(400, POST "Content-Length:\r\n\r\n"),
		T(400, POST "Content-Length: 18446744073709551616\r\n\r\n"),
		T(400, POST "Content-Length: 99999999999999999999999\r\n\r\n"),
		T(413, POST "Content-Length: 65537\r\n\r\n"),
		T(413, POST "Content-Length: 1073741824\r\n\r\n"),
		T(415, POST "Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\n"),
	};
	check_trials(trials, ARRAY_LEN(trials));
}

TEST(lines_end_with_cr_lf_and_hold_no_control_bytes)
{
	static const struct trial trials[] = {
		T(400, "GET /x HTTP/1.1\nHost: localhost\n\n"),
		T(400, LINE "Host: localhost\n\r\n"),
		T(400, LINE HOST "A: b\rC: d\r\n\r\n"),
		T(400, LINE HOST "A: b\r\r\n\r\n"),
		T(400, LINE HOST "\n"),
		T(400, LINE HOST "\rx\r\n"),
		T(400, LINE HOST "A: b\0c\r\n\r\n"),
		T(400, LINE HOST "A\0: b\r\n\r\n"),
		T(400, "GET /x\0 HTTP/1.1\r\n" HOST "\r\n"),
		T(400, LINE HOST "A: \x1b[2J\r\n\r\n"),
		T(400, LINE HOST "A: b\x7f\r\n\r\n"),
		T(400, "GET /x\x01 HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "\r\n" LINE HOST "\r\n"),
		T(400, "\n" LINE HOST "\r\n"),
		T(400, " " LINE HOST "\r\n"),
		T(400, LINE " Host: localhost\r\n\r\n"),
		T(400, LINE HOST " folded\r\n\r\n"),
		T(400, LINE HOST "\tfolded\r\n\r\n"),
	};
	check_trials(trials, ARRAY_LEN(trials));
}

TEST(header_names_are_tokens_without_underscores)
{
	static const struct trial trials[] = {
		T(400, LINE HOST "A : b\r\n\r\n"),
		T(400, LINE HOST "No colon\r\n\r\n"),
		T(400, LINE HOST ": empty\r\n\r\n"),
		T(400, LINE HOST "A(b): c\r\n\r\n"),
		T(400, LINE HOST "A\"b: c\r\n\r\n"),
		T(400, LINE HOST "A/b: c\r\n\r\n"),
		T(400, LINE HOST "A\xc3\xa9: c\r\n\r\n"),
		T(400, LINE HOST "X_Forwarded_For: 127.0.0.1\r\n\r\n"),
		T(200, LINE HOST "!#$%&'*+-.^`|~09azAZ: c\r\n\r\n"),
	};
	check_trials(trials, ARRAY_LEN(trials));
}

TEST(one_host_that_is_a_host)
{
	static const struct trial trials[] = {
		T(400, LINE "\r\n"),
		T(400, LINE "Accept: x\r\n\r\n"),
		T(400, "GET /x HTTP/1.0\r\n\r\n"),
		T(400, LINE HOST HOST "\r\n"),
		T(400, LINE HOST "hOST: evil\r\n\r\n"),
		T(400, LINE "Host:\r\n\r\n"),
		T(400, LINE "Host: localhost:6161@evil\r\n\r\n"),
		T(400, LINE "Host: localhost/x\r\n\r\n"),
		T(400, LINE "Host: a, b\r\n\r\n"),
		T(400, LINE "Host: a b\r\n\r\n"),
		T(400, LINE "Host: a?b\r\n\r\n"),
		T(400, LINE "Host: caf\xc3\xa9\r\n\r\n"),
		T(400, "GET http://evil/x HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "GET http://localhost@evil/x HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "GET http:///x HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "GET https://localhost/x HTTP/1.1\r\n" HOST "\r\n"),
		T(400, LINE HOST "Origin: a\r\nOrigin: b\r\n\r\n"),
		T(400, LINE HOST "X-API-Key: a\r\nX-Api-Key: b\r\n\r\n"),
	};
	check_trials(trials, ARRAY_LEN(trials));
}

TEST(paths_are_decoded_once_and_lead_nowhere_else)
{
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
	static const struct trial trials[] = {
		T(400, GET("/../etc/passwd")),
		T(400, GET("/a/..")),
		T(400, GET("/a/%2e%2e/b")),
		T(400, GET("/a/.%2E/b")),
		T(400, GET("/..%5cwindows")),
		T(400, GET("/a%5cb")),
		T(400, GET("/a\\b")),
		T(400, GET("/a%00b")),
		T(400, GET("/a%0d%0aSet-Cookie:x")),
		T(400, GET("/a%7f")),
		T(400, GET("/a%")),
		T(400, GET("/a%4")),
		T(400, GET("/a%zz")),
		T(400, GET("/a#b")),
		T(400, GET("/caf\xc3\xa9")),
		T(400, GET("x")),
		T(400, GET("*")),
		T(400, GET("")),
		T(400, "GET  /x HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "GET /x  HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "GET /x HTTP/1.1 \r\n" HOST "\r\n"),
		T(400, "GET /x y HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "GET /x\r\n" HOST "\r\n"),
		T(400, "GET\r\n" HOST "\r\n"),
		T(400, "G(T /x HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "CONNECT localhost:443 HTTP/1.1\r\n" HOST "\r\n"),
		T(400, "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n" LINE HOST "\r\n"),
		T(400, "GET /x http/1.1\r\n" HOST "\r\n"),
		T(400, "GET /x HTTP/1.11\r\n" HOST "\r\n"),
		T(505, "PRI * HTTP/2.0\r\n\r\n"),
		T(505, "GET /x HTTP/1.2\r\n" HOST "\r\n"),
	};
	check_trials(trials, ARRAY_LEN(trials));

	struct str path = STR_NULL;
	assert_int_equal(vet(S(GET("/%25%32%65/%2fa+b")), 1, &path), 200);
	CHECK_STR(path, "/%2e//a+b");
	free((char *)path.p);
}

static int vet_long(size_t n_line, size_t n_header, size_t n_headers)
{
	AUTO(buf) struct buf b = buf_new(1 << 20);

	buf_add_text(&b, "GET /");
	for (size_t i = 0; i < n_line; i++)
		buf_add_char(&b, 'x');
	buf_add_text(&b, " HTTP/1.1\r\n" HOST);
	for (size_t h = 0; h < n_headers; h++) {
		buf_add_text(&b, "A: ");
		for (size_t i = 0; i < n_header; i++)
			buf_add_char(&b, 'x');
		buf_add_text(&b, "\r\n");
	}
	buf_add_text(&b, "\r\n");
	const int status = vet(buf_str(&b), b.n, NULL);
	assert_int_equal(vet(buf_str(&b), 97, NULL), status);
	return status;
}

TEST(sizes_have_an_end)
{
	assert_int_equal(vet_long(8000, 0, 0), 200);
	assert_int_equal(vet_long(8200, 0, 0), 414);
	assert_int_equal(vet_long(100000, 0, 0), 414);
	assert_int_equal(vet_long(10, 16000, 1), 200);
	assert_int_equal(vet_long(10, 16400, 1), 431);
	assert_int_equal(vet_long(10, 100, HTTP_HEADERS_MAX - 1), 200);
	assert_int_equal(vet_long(10, 10, HTTP_HEADERS_MAX), 431);
	assert_int_equal(vet_long(10, 0, 4000), 431);
}

TEST(a_line_that_never_ends_is_noticed_before_it_does)
{
	AUTO(buf) struct buf b = buf_new(1 << 20);
	struct head_scan scan = { 0 };
	struct err err = { 0 };
	int status = 0;

	for (int i = 0; i < HTTP_LINE_MAX + 10; i++)
		buf_add_char(&b, 'x');
	assert_int_equal(http_head_scan(&scan, b.p, b.n, &status, &err), HEAD_BROKEN);
	assert_int_equal(status, 414);
}

TEST(words_of_a_header_are_found)
{
	const struct http_pair headers[] = {
		{ S("connection"), S("keep-alive, Upgrade") },
		{ S("Connection"), S("CLOSE") },
	};
	const struct head head = { .headers = headers, .n_headers = 2 };

	assert_true(head_has_word(&head, "Connection", "close"));
	assert_true(head_has_word(&head, "Connection", "upgrade"));
	assert_false(head_has_word(&head, "Connection", "keep"));
	assert_false(head_has_word(&head, "Other", "close"));
	CHECK_STR(head_find(&head, "CONNECTION"), "keep-alive, Upgrade");
	assert_null(head_find(&head, "Host").p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_requests_pass),
		cmocka_unit_test(two_readings_of_a_length_are_refused),
		cmocka_unit_test(lines_end_with_cr_lf_and_hold_no_control_bytes),
		cmocka_unit_test(header_names_are_tokens_without_underscores),
		cmocka_unit_test(one_host_that_is_a_host),
		cmocka_unit_test(paths_are_decoded_once_and_lead_nowhere_else),
		cmocka_unit_test(sizes_have_an_end),
		cmocka_unit_test(a_line_that_never_ends_is_noticed_before_it_does),
		cmocka_unit_test(words_of_a_header_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
