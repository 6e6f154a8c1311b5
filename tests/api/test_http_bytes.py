"""The server against raw bytes: what is refused gets one answer and a closed connection."""

import pytest

from support.echo import Echo

LINE = b"GET /count HTTP/1.1\r\n"
HOST = b"Host: localhost\r\n"
POST = b"POST /write HTTP/1.1\r\n" + HOST
SMUGGLED = b"GET /count HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def echo():
    server = Echo()
    yield server
    server.stop()


REFUSED = {
    "cl_te": (400, POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "te_cl": (400, POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
    "te": (400, POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "te_identity": (400, POST + b"Transfer-Encoding: identity\r\n\r\n"),
    "te_list": (400, POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    "te_x": (400, POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    "te_vt": (400, POST + b"Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n"),
    "te_empty": (400, POST + b"Transfer-Encoding:\r\n\r\n"),
    "te_folded": (400, POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    "te_1_0": (400, b"POST /write HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"),
    "chunk_tricks": (400, POST + b"Transfer-Encoding: chunked\r\n\r\n0x5;\0\nhello\r\n-1\r\n\r\n"),
    "cl_twice": (400, POST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n"),
    "cl_differ": (400, POST + b"Content-Length: 0\r\nContent-Length: 41\r\n\r\n"),
    "cl_plus": (400, POST + b"Content-Length: +5\r\n\r\nhello"),
    "cl_minus": (400, POST + b"Content-Length: -5\r\n\r\n"),
    "cl_minus_0": (400, POST + b"Content-Length: -0\r\n\r\n"),
    "cl_hex": (400, POST + b"Content-Length: 0x5\r\n\r\nhello"),
    "cl_underscore": (400, POST + b"Content-Length: 5_0\r\n\r\nhello"),
    "cl_blank": (400, POST + b"Content-Length:  5\r\n\r\nhello"),
    "cl_list": (400, POST + b"Content-Length: 5,5\r\n\r\nhello"),
    "cl_2_64": (400, POST + b"Content-Length: 18446744073709551616\r\n\r\n"),
    "cl_big": (413, POST + b"Content-Length: 65537\r\n\r\n"),
    "bare_lf": (400, b"GET /count HTTP/1.1\nHost: localhost\n\n"),
    "bare_lf_last": (400, LINE + HOST + b"\n"),
    "bare_cr": (400, LINE + HOST + b"A: b\rC: d\r\n\r\n"),
    "nul": (400, LINE + HOST + b"A: b\0c\r\n\r\n"),
    "control": (400, LINE + HOST + b"A: \x1b[2J\r\n\r\n"),
    "space_colon": (400, LINE + HOST + b"A : b\r\n\r\n"),
    "no_colon": (400, LINE + HOST + b"A\r\n\r\n"),
    "empty_name": (400, LINE + HOST + b": b\r\n\r\n"),
    "bad_name": (400, LINE + HOST + b"A@: b\r\n\r\n"),
    "underscore": (400, LINE + HOST + b"X_Forwarded_For: 127.0.0.1\r\n\r\n"),
    "empty_line": (400, b"\r\n" + LINE + HOST + b"\r\n"),
    "space_line": (400, b" \r\n" + LINE + HOST + b"\r\n"),
    "folded": (400, LINE + HOST + b"A: b\r\n c\r\n\r\n"),
    "no_host": (400, LINE + b"\r\n"),
    "two_hosts": (400, LINE + HOST + HOST + b"\r\n"),
    "bad_host": (400, LINE + b"Host: localhost:6161@evil\r\n\r\n"),
    "dots": (400, b"GET /../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n"),
    "dots_coded": (400, b"GET /%2e%2e/x HTTP/1.1\r\n" + HOST + b"\r\n"),
    "backslash": (400, b"GET /..%5cx HTTP/1.1\r\n" + HOST + b"\r\n"),
    "nul_coded": (400, b"GET /x%00y HTTP/1.1\r\n" + HOST + b"\r\n"),
    "crlf_coded": (400, b"GET /x%0d%0aSet-Cookie:a HTTP/1.1\r\n" + HOST + b"\r\n"),
    "query_broken": (400, b"GET /count?a=%zz HTTP/1.1\r\n" + HOST + b"\r\n"),
    "query_many": (400, b"GET /count?" + b"a&" * 65 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "long_line": (414, b"GET /" + b"x" * 8200 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "endless_line": (414, b"GET /" + b"x" * 1_000_000),
    "long_header": (431, LINE + HOST + b"A: " + b"x" * 17_000 + b"\r\n\r\n"),
    "endless_header": (431, LINE + HOST + b"A: " + b"x" * 1_000_000),
    "many_headers": (431, LINE + HOST + b"A: b\r\n" * 70 + b"\r\n"),
    "endless_headers": (431, LINE + HOST + b"A: b\r\n" * 100_000),
    "coded_body": (415, POST + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b"),
    "expectation": (417, POST + b"Expect: miracles\r\nContent-Length: 2\r\n\r\n{}"),
    "http_2": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "proxy": (400, b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n" * 2 + LINE + HOST + b"\r\n"),
    "tls": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "connect": (400, b"CONNECT localhost:22 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "no_version": (400, b"GET /count\r\n" + HOST + b"\r\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_one_answer_and_closed(echo, name):
    status, data = REFUSED[name]
    before = echo.meter()
    raw = echo.connect().send(data + SMUGGLED)
    answer = raw.answer()
    assert answer.status == status
    assert answer.header("Connection") == "close"
    assert answer.header("Content-Type") == "application/json"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.json()["detail"]
    assert raw.is_closed()
    after = echo.meter()
    assert after["runs"] == before["runs"], "something of it was executed"
    assert after["refused"] == before["refused"] + 1
    assert after["logged"] == before["logged"] + 2  # itself, and the first reading of the meter


def test_byte_by_byte_is_the_same_request(echo):
    raw = echo.connect()
    data = b"POST /echo?a=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
    for i in range(len(data)):
        raw.send(data[i : i + 1])
    answer = raw.answer()
    assert (answer.status, answer.json()["body"], answer.json()["query"]) == (200, "hello", "a=1")
    assert raw.ask().status == 200


def test_pipelined_requests_are_answered_in_order(echo):
    # Some from memory, some from an executor: the order must hold all the same.
    paths = [f"/echo/{i}" if i % 3 else f"/big?n={i}" for i in range(100)]
    data = b"".join(f"GET {p} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for p in paths)
    half = len(data) // 2 + 7
    together = echo.connect().send(data[:half]).send(data[half:])
    one = echo.connect()
    for path in paths:
        assert together.answer().body == one.ask(path).body, path


def test_pipelined_bad_request_is_answered_last(echo):
    raw = echo.connect().send(SMUGGLED + b"GET /echo HTTP/1.1\nHost: x\n\n" + SMUGGLED)
    assert [raw.answer().status, raw.answer().status] == [200, 400]
    assert raw.is_closed()


def test_body_then_next_request(echo):
    raw = echo.connect().send(POST + b"Content-Length: 5\r\n\r\nhello" + SMUGGLED)
    assert [raw.answer().status, raw.answer().status] == [200, 200]


def test_largest_body_is_taken(echo):
    body = b"x" * 65536
    assert echo.ask("/echo", "POST", body).json()["body"] == body.decode()


def test_body_of_a_get_is_not_the_next_request(echo):
    raw = echo.connect()
    assert raw.ask("/echo", body=SMUGGLED).status == 200
    assert raw.ask("/echo/next").json()["part"] == "next"


def test_expect_100_continue(echo):
    raw = echo.connect()
    raw.send(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n")
    raw.send(b"Content-Length: 5\r\n\r\n")
    assert raw.answer().status == 100
    raw.send(b"hello")
    assert raw.answer().json()["body"] == "hello"


def test_head_is_get_without_the_body(echo):
    raw = echo.connect()
    for path in ["/echo", "/big?n=1000", "/nothing"]:
        get, head = raw.ask(path), raw.ask(path, "HEAD")
        assert (head.status, head.body) == (get.status, b"")
        skip = ("Date", "Content-Length")
        assert [h for h in head.headers if h[0] not in skip] == [
            h for h in get.headers if h[0] not in skip
        ]
    assert raw.ask("/big?n=1000", "HEAD").header("Content-Length") == "22000"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "FOO", "get"])
def test_other_methods_are_405(echo, method):
    raw = echo.connect()
    answer = raw.ask("/echo", method, b"SMUGGLED")
    assert (answer.status, answer.header("Allow")) == (405, "GET, HEAD, POST")
    assert raw.ask("/nothing", method).status == 404
    assert raw.ask("/echo").status == 200


def test_options_are_the_applications(echo):
    assert echo.ask("/echo", "OPTIONS").status == 405
    answer = echo.ask("/echo", "OPTIONS", Origin="http://a")
    assert (answer.status, answer.header("Access-Control-Allow-Methods")) == (204, "GET")
    assert answer.header("Content-Length") is None


def test_admission_refuses_before_anything_runs(echo):
    before = echo.meter()["runs"]
    for path, method in [("/count", "GET"), ("/write", "POST"), ("/nothing", "GET")]:
        assert echo.ask(path, method, Toy_Deny="1").status == 403
    assert echo.meter()["runs"] == before


def test_persistence(echo):
    raw = echo.connect()
    assert raw.ask("/echo").header("Connection") is None
    assert raw.ask("/echo", Connection="close").header("Connection") == "close"
    assert raw.is_closed()

    raw = echo.connect().send(b"GET /echo HTTP/1.0\r\nHost: a\r\n\r\n")
    assert raw.answer().header("Connection") == "close"
    assert raw.is_closed()

    raw = echo.connect()
    for _ in range(2):
        raw.send(b"GET /echo HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n")
        assert raw.answer().header("Connection") == "keep-alive"


@pytest.mark.parametrize("protocol", ["h2c", "websocket"])
def test_upgrade_is_ignored_and_closed(echo, protocol):
    raw = echo.connect()
    answer = raw.ask("/echo", Upgrade=protocol, Connection="Upgrade, HTTP2-Settings")
    assert (answer.status, answer.header("Connection")) == (200, "close")
    assert raw.is_closed()


def test_range_is_ignored(echo):
    ranges = "bytes=" + ",".join(f"{i}-{i}" for i in range(1000))
    answer = echo.ask("/big?n=100", Range=ranges)
    assert (answer.status, len(answer.body)) == (200, 2200)


def test_no_banner(echo):
    names = {k for k, _ in echo.ask("/echo").headers}
    assert names == {"Date", "Content-Type", "Content-Length", "X-Content-Type-Options"}


def test_faults_are_told_by_their_kind_and_logged_in_full(echo):
    answer = echo.ask("/fail")
    assert (answer.status, answer.json()) == (500, {"detail": "Soniq itself is at fault."})
    assert "secret/path.c:12 went wrong" in echo.child.stderr()


def test_half_a_request_then_gone(echo):
    before = echo.meter()["logged"]
    for part in [b"GET", LINE, POST + b"Content-Length: 5\r\n\r\nhel"]:
        echo.connect().send(part).close()
    assert echo.ask("/echo").status == 200
    echo.wait_meter(logged=before + 1)
