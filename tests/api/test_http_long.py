"""Bodies that go in pieces: framing, back-pressure, who leaves, who stalls, and what breaks off."""

import socket

import httpx
import pytest

from support.echo import Echo, Raw
from support.waiting import wait_until

PIECE = 65536
# What the kernel holds on both sides, and three pieces of the server's own, are no more than this.
HELD = 400


@pytest.fixture(scope="module")
def echo():
    server = Echo()
    yield server
    server.stop()


def head_of(raw: Raw):
    """The head of an answer; its body is left where it is."""
    return raw.answer(has_body=False)


def ask_long(echo: Echo, query: str, version: str = "1.1", method: str = "GET") -> Raw:
    raw = echo.connect()
    return raw.send(f"{method} /long?{query} HTTP/{version}\r\nHost: localhost\r\n\r\n".encode())


def read_chunks(raw: Raw) -> list[bytes]:
    """RFC 9112 7.1, by its grammar."""
    chunks = []
    while True:
        while b"\r\n" not in raw.waiting:
            raw._more()
        line, _, raw.waiting = raw.waiting.partition(b"\r\n")
        n = int(line, 16)
        data = raw._take(n + 2)
        assert data[n:] == b"\r\n"
        if n == 0:
            return chunks
        chunks.append(data[:n])


def rest(raw: Raw) -> bytes:
    while True:
        try:
            raw._more()
        except EOFError:
            return raw.waiting


def test_chunks_by_an_independent_client(echo):
    with httpx.Client(trust_env=False) as client:
        for n in (1, 2, 40):
            answer = client.get(f"http://127.0.0.1:{echo.port}/long", params={"n": n})
            assert answer.headers["Transfer-Encoding"] == "chunked"
            assert "Content-Length" not in answer.headers and "ETag" not in answer.headers
            assert answer.content == b"x" * (n * PIECE) + b"end"


def test_the_connection_goes_on_after_the_last_chunk(echo):
    raw = ask_long(echo, "n=3")
    raw.send(b"GET /echo?next HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert head_of(raw).status == 200
    assert b"".join(read_chunks(raw)) == b"x" * (3 * PIECE) + b"end"
    assert raw.answer().json()["query"] == "next"


def test_a_short_one_is_an_answer_like_others(echo):
    answer = echo.ask("/long?n=0")
    assert answer.body == b"end" and answer.header("Content-Length") == "3"
    assert answer.header("Transfer-Encoding") is None


def test_an_error_before_the_first_piece_is_an_answer_like_others(echo):
    answer = echo.ask("/long?n=5&fail=0")
    assert answer.status == 503 and "detail" in answer.json()


def test_http_1_0_has_no_chunks(echo):
    raw = ask_long(echo, "n=20", "1.0")
    answer = head_of(raw)
    assert answer.header("Transfer-Encoding") is None and answer.header("Connection") == "close"
    assert rest(raw) == b"x" * (20 * PIECE) + b"end"


def test_head_makes_no_more_than_the_head(start):
    echo = start()
    raw = ask_long(echo, "n=1000", method="HEAD")
    assert head_of(raw).header("Transfer-Encoding") == "chunked"
    assert raw.ask("/echo").status == 200
    wait_until(lambda: echo.ask("/long?n=1").status == 200, "the executor is free")
    assert echo.meter()["pieces"] < 10


def test_who_reads_slowly_is_waited_for(start):
    echo = start()
    raw = ask_long(echo, "n=4000")
    head_of(raw)
    before = echo.meter()
    echo.wait_meter(ticks=before["ticks"] + 50)
    assert echo.meter()["pieces"] < HELD
    assert len(b"".join(read_chunks(raw))) == 4000 * PIECE + 3
    assert echo.meter()["pieces"] == 4000


def test_who_reads_nothing_is_let_go(start):
    echo = start(idle_ms=300)
    raws = [ask_long(echo, "n=4000") for _ in range(2)]
    assert [head_of(raw).status for raw in raws] == [200, 200]
    wait_until(lambda: echo.ask("/long?n=1").status == 200, "an executor is free")
    assert echo.meter()["pieces"] < 2 * HELD
    for raw in raws:
        with pytest.raises(EOFError):
            read_chunks(raw)


@pytest.mark.parametrize("where", ["n=3&stop=2", "n=4000"])
def test_who_leaves_takes_it_along(start, where):
    """While it waits for the database, and while it waits for the reader."""
    echo = start()
    for _ in range(4):
        raw = ask_long(echo, where)
        head_of(raw)
        raw.sock.shutdown(socket.SHUT_RDWR)
        raw.close()
        wait_until(lambda: echo.ask("/long?n=1").status == 200, "both executors are free")
    echo.wait_meter(cancelled=4)
    assert echo.meter()["pieces"] < 5 * HELD


def test_two_at_once_and_nobody_else_waits(start):
    echo = start(readers=1)
    two = [ask_long(echo, "n=2&stop=1") for _ in range(2)]
    for raw in two:
        assert head_of(raw).status == 200
    third = echo.ask("/long?n=1")
    assert third.status == 503 and third.header("Retry-After") == "1"
    assert echo.ask("/count").status == 200
    echo.ask("/gate/open", "POST")
    for raw in two:
        assert len(b"".join(read_chunks(raw))) == 2 * PIECE + 3
    wait_until(lambda: echo.ask("/long?n=1").status == 200, "an executor is free")


def test_what_breaks_half_way_does_not_look_whole(echo):
    with httpx.Client(trust_env=False) as client, pytest.raises(httpx.RemoteProtocolError):
        client.get(f"http://127.0.0.1:{echo.port}/long", params={"n": 5, "fail": 3})
    raw = ask_long(echo, "n=5&fail=3")
    head_of(raw)
    assert not rest(raw).endswith(b"0\r\n\r\n")


def test_where_the_end_is_that_of_the_connection_there_is_a_reset(echo):
    raw = ask_long(echo, "n=5&fail=3", "1.0")
    with pytest.raises(ConnectionResetError):
        while raw.sock.recv(PIECE):
            pass


def test_a_deadline_counts_until_the_first_piece(start):
    echo = start(deadline_ms=300)
    assert echo.ask("/long?n=2&stop=0").status == 504
    raw = ask_long(echo, "n=2&stop=1")
    assert head_of(raw).status == 200
    echo.wait_meter(ticks=echo.meter()["ticks"] + 60)
    echo.ask("/gate/open", "POST")
    assert len(b"".join(read_chunks(raw))) == 2 * PIECE + 3


def test_a_stop_lets_it_finish(start):
    echo = start()
    raw = ask_long(echo, "n=200")
    head_of(raw)
    echo.child.process.terminate()
    assert len(b"".join(read_chunks(raw))) == 200 * PIECE + 3
    assert raw.is_closed()
    assert echo.child.process.wait(30) == 0
