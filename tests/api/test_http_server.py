"""The server under load, in waiting and at its end: flights, caps, deadlines, cancellation."""

import contextlib
import gzip
import resource
import signal
import socket
import time
from pathlib import Path

import pytest

from support import ours
from support.echo import Echo, Raw, program
from support.processes import Child
from support.waiting import wait_until


@pytest.fixture
def start():
    started = []

    def run(**options):
        server = Echo(**options)
        started.append(server)
        return server

    yield run
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def echo():
    server = Echo()
    yield server
    server.stop()


# ---- single flight, and answers that are kept ----


def test_equal_requests_are_one_execution(start):
    echo = start(readers=2)
    callers = [echo.background("/wait?x=1") for _ in range(20)]
    callers.append(echo.background("/wait?x=1", "HEAD"))
    echo.wait_meter(shared=20)
    other = echo.background("/wait?x=2")
    echo.wait_meter(runs=2)
    echo.ask("/gate/open", "POST")
    answers = [caller.get() for caller in callers]
    assert {a.status for a in answers} == {200}
    assert len({a.body for a in answers}) == 2  # the HEAD has none
    assert other.get().json()["query"] == "x=2"
    assert (echo.meter()["runs"], echo.meter()["queries"]) == (2, 2)


@pytest.mark.parametrize("changed", ["path", "salt", "method"])
def test_unequal_requests_are_not_shared(start, changed):
    echo = start(readers=2)
    first = echo.background("/wait/write")
    echo.wait_meter(runs=1)
    second = {
        "path": lambda: echo.background("/wait/read"),
        "salt": lambda: echo.background("/wait/write", Toy_Salt="x"),
        "method": lambda: echo.background("/wait/write", "POST"),
    }[changed]()
    echo.wait_meter(runs=2)
    echo.ask("/gate/open", "POST")
    assert first.get().status == second.get().status == 200
    assert echo.meter()["shared"] == 0


def test_fresh_answers_are_given_again_until_a_write(echo):
    first, again = echo.ask("/fresh"), echo.ask("/fresh")
    assert (again.body, first.header("Toy-Kind"), again.header("Toy-Kind")) == (
        first.body,
        "exact",
        "cached",
    )
    assert again.header("ETag") == first.header("ETag")
    assert echo.ask("/fresh?other").body != first.body
    assert echo.ask("/fresh", Toy_Salt="x").header("Toy-Kind") == "exact"
    written = echo.ask("/write", "POST").body
    last = echo.ask("/fresh")
    assert last.header("Toy-Kind") == "exact"
    assert int(last.body) == int(written) + 1


def test_answers_without_freshness_are_not_kept(echo):
    assert echo.ask("/count").body != echo.ask("/count").body


def test_kept_answers_are_bounded(echo):
    raw = echo.connect()
    for path, most in [("/fresh?n=", 256), ("/fresh/big?n=180000&", 4)]:
        n = 40 if most < 40 else 300
        for i in range(n):
            assert raw.ask(f"{path}{i}").header("Toy-Kind") == "exact"
        kept = 0
        for i in reversed(range(n)):
            if raw.ask(f"{path}{i}").header("Toy-Kind") != "cached":
                break
            kept += 1
        assert 1 <= kept <= most, path


def test_a_write_ends_the_sharing_of_what_runs(start):
    echo = start(readers=2)
    before = echo.background("/wait")
    echo.wait_meter(runs=1)
    echo.ask("/write", "POST")
    after = echo.background("/wait")
    echo.wait_meter(runs=3)
    echo.ask("/gate/open", "POST")
    assert before.get().status == after.get().status == 200
    assert echo.meter()["shared"] == 0


# ---- what is full, late, or not wanted any more ----


def test_full_queue_is_503_at_once(start):
    echo = start(readers=1, queue=4)
    callers = [echo.background("/wait/0")]
    echo.wait_meter(runs=1)
    callers += [echo.background(f"/wait/{i}") for i in range(1, 5)]
    echo.wait_meter(waiting=4)
    answer = echo.ask("/count")
    assert (answer.status, answer.header("Retry-After")) == (503, "1")
    assert answer.json()["detail"]
    assert echo.ask("/echo").status == 200
    echo.ask("/gate/open", "POST")
    assert {c.get().status for c in callers} == {200}
    assert echo.ask("/count").status == 200


def test_deadline_is_504_and_cancels(start):
    echo = start(readers=1, deadline_ms=300)
    running, waiting = echo.background("/wait/1"), echo.background("/wait/2")
    assert running.get().status == waiting.get().status == 504
    assert "given up" in running.get().json()["detail"]
    assert echo.meter()["cancelled"] >= 1
    assert echo.ask("/count").status == 200


def test_cancelled_when_the_last_client_has_gone(start):
    echo = start(readers=1)
    first, second = echo.background("/wait"), echo.background("/wait")
    echo.wait_meter(runs=1, shared=1)
    waiting = echo.background("/wait/never")
    first.leave()
    assert echo.meter()["cancelled"] == 0
    waiting.leave()
    second.leave()
    echo.wait_meter(cancelled=1)
    assert echo.ask("/count").body == b"2", "what waited was not dropped"
    assert echo.meter()["runs"] == 2


def test_one_client_leaves_the_others_get_their_answer(start):
    echo = start(readers=1)
    first, second = echo.background("/wait"), echo.background("/wait")
    echo.wait_meter(runs=1, shared=1)
    first.leave()
    assert echo.ask("/echo").status == 200
    echo.ask("/gate/open", "POST")
    assert second.get().status == 200
    assert echo.meter()["cancelled"] == 0


def test_a_running_write_is_let_finish(start):
    echo = start()
    caller = echo.background("/wait/write", "POST")
    echo.wait_meter(runs=1)
    caller.leave()
    before = echo.meter()["queries"]
    echo.ask("/gate/open", "POST")
    echo.wait_meter(queries=before + 1)
    assert echo.meter()["cancelled"] == 0


def test_what_arrives_while_a_request_runs_waits(start):
    echo = start()
    raw = echo.connect().send(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
    echo.wait_meter(runs=1)
    raw.send(b"GET /echo/next HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
    echo.ask("/gate/open", "POST")
    assert raw.answer().json()["path"] == "/wait"
    assert [raw.answer().json()["part"] for _ in range(3)] == ["next"] * 3


def test_a_lane_that_could_not_be_opened_is_tried_again(start):
    echo = start(readers=1)
    echo.ask("/break", "POST")
    answer = echo.ask("/count")
    assert (answer.status, answer.json()) == (
        503,
        {"detail": "The database cannot be reached."},
    )
    assert "no connection to db.secret.example" in echo.child.stderr()
    assert echo.ask("/count").status == 200
    assert echo.meter()["opened"] == 1


# ---- representations ----


def test_etag_and_304(echo):
    raw = echo.connect()
    first = raw.ask("/big?n=3")
    tag = first.header("ETag")
    assert tag.startswith('"') and tag.endswith('"')
    for given in [tag, f"W/{tag}", f'"x", {tag}', "*"]:
        again = raw.ask("/big?n=3", If_None_Match=given)
        assert (again.status, again.body, again.header("ETag")) == (304, b"", tag)
        assert again.header("Content-Length") is None
    for given in ['"x"', tag[:-1], ""]:
        assert raw.ask("/big?n=3", If_None_Match=given).status == 200
    assert raw.ask("/big?n=4", If_None_Match=tag).status == 200
    assert raw.ask("/big?n=x", If_None_Match="*").status == 422


def test_gzip_when_it_is_wanted_and_worth_it(echo):
    raw = echo.connect()
    plain = raw.ask("/big?n=5000")
    assert plain.header("Content-Encoding") is None
    assert plain.header("Vary") == "Accept-Encoding"
    for given in ["gzip", "deflate, gzip;q=0.5", "GZIP", "br;q=1.0, gzip ; q=0.001"]:
        packed = raw.ask("/big?n=5000", Accept_Encoding=given)
        assert packed.header("Content-Encoding") == "gzip", given
        assert packed.header("Vary") == "Accept-Encoding"
        assert len(packed.body) < len(plain.body) // 2
        assert gzip.decompress(packed.body) == plain.body
        assert packed.header("ETag") != plain.header("ETag")
    tag = packed.header("ETag")
    again = raw.ask("/big?n=5000", Accept_Encoding="gzip", If_None_Match=tag)
    assert (again.status, again.body, again.header("Content-Encoding")) == (304, b"", None)
    for given in ["gzip;q=0", "gzip;q=0.000", "gzip;q=x", "br", "identity", "xgzip"]:
        answer = raw.ask("/big?n=5000", Accept_Encoding=given)
        assert (answer.header("Content-Encoding"), answer.body) == (None, plain.body), given
    assert raw.ask("/big?n=10", Accept_Encoding="gzip").header("Content-Encoding") is None


def test_a_tag_of_the_handler_is_kept(echo):
    raw = echo.connect()
    answer = raw.ask("/tagged?n=1000", Accept_Encoding="gzip")
    assert (answer.header("ETag"), answer.header("Content-Encoding")) == ('"own"', None)
    assert raw.ask("/tagged?n=1000", If_None_Match='"own"').status == 304


def test_answers_have_a_largest_size(echo):
    answer = echo.ask("/big?n=190000")
    assert (answer.status, len(answer.body)) == (200, 190000 * 22)
    answer = echo.ask("/big?n=191000")
    assert (answer.status, answer.json()["detail"][:30]) == (422, "The answer would be larger tha")


# ---- slow and many ----


def test_slow_heads_bodies_and_idlers_are_closed(start):
    echo = start(head_ms=400, idle_ms=400)
    idle = echo.connect()
    body = echo.connect().send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")
    kept = echo.connect()
    assert kept.ask("/echo").status == 200
    dripping = echo.connect()
    begun = time.monotonic()
    # One byte now and then must not earn more time.
    while time.monotonic() - begun < 10:
        try:
            dripping.sock.sendall(b"G")
            dripping.sock.settimeout(0.05)
            if dripping.sock.recv(1) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    else:
        raise AssertionError("a slow head was never closed")
    assert idle.is_closed() and body.is_closed() and kept.is_closed()
    assert echo.ask("/echo").status == 200


def slow_reader(echo, path) -> Raw:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(30)
    sock.connect(("127.0.0.1", echo.port))
    return Raw(sock).send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())


def test_a_reader_that_does_not_read_is_closed(start):
    echo = start(idle_ms=300)
    slow = slow_reader(echo, "/big?n=190000")
    time.sleep(3)  # ten times as long as it is borne with: making the answer is in it
    with pytest.raises(EOFError):
        slow.answer()
    assert echo.ask("/echo").status == 200
    slow.close()


def test_many_idle_connections_do_not_keep_others_out(start):
    echo = start(connections=64)
    idle = [echo.connect() for _ in range(300)]
    for _ in range(20):
        assert echo.ask("/echo").status == 200
    alive = 0
    for raw in idle:
        raw.send(b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        with contextlib.suppress(EOFError):
            alive += raw.answer().status == 200
    assert 1 <= alive <= 64


def test_running_out_of_descriptors_is_survived(start):
    echo = start()
    resource.prlimit(echo.child.pid, resource.RLIMIT_NOFILE, (40, 40))
    idle = [echo.connect() for _ in range(100)]
    for _ in range(3):
        wait_until(lambda: ask_or_none(echo) == 200, "it answers again")
    for raw in idle:
        raw.close()


def ask_or_none(echo) -> int | None:
    try:
        return echo.ask("/echo").status
    except (OSError, EOFError):
        return None


def test_busy_connections_are_not_closed_for_new_ones(start):
    echo = start(connections=4, readers=4)
    control = echo.connect()
    callers = [echo.background(f"/wait/{i}") for i in range(3)]
    wait_until(lambda: control.ask("/meter").json()["runs"] == 3, "three run")
    # Until its request is read the fourth is idle, and may have to go for the probe.
    wait_until(lambda: fill_last_place(echo), "the fifth is refused")
    callers.pop().leave()
    wait_until(lambda: b"503" not in refused_line(echo), "there is room")
    echo.ask("/gate/open", "POST")
    assert {caller.get().status for caller in callers} == {200}


def fill_last_place(echo) -> bool:
    echo.connect().send(b"GET /wait/last HTTP/1.1\r\nHost: a\r\n\r\n")
    time.sleep(0.1)
    return b"503" in refused_line(echo)


def refused_line(echo) -> bytes:
    with socket.create_connection(("127.0.0.1", echo.port), 5) as sock:
        sock.settimeout(0.2)
        try:
            return sock.recv(100)
        except (TimeoutError, ConnectionError):
            return b""


def test_abuse_of_one_connection_leaves_nothing_behind(start):
    echo = start()
    fds = len(list(ours_fds(echo)))
    for i in range(200):
        raw = echo.connect()
        raw.send([b"GET /count HTTP/1.1\r\nHost: a\r\n\r\n", b"\0", b"GET /big?n=1000 "][i % 3])
        raw.close()
    wait_until(lambda: len(list(ours_fds(echo))) <= fds + 1, "the descriptors are closed")
    assert echo.ask("/echo").status == 200


def ours_fds(echo):
    return Path(f"/proc/{echo.child.pid}/fd").iterdir()


def test_watchers_are_called(echo):
    echo.wait_meter(ticks=3)


# ---- starting and ending ----


def test_the_address_in_use_is_named(echo):
    child = Child([program(), f"port={echo.port}"], env=ours.environment(), name="second")
    assert child.wait(30) != 0
    other = Child([program(), "host=nowhere.invalid"], env=ours.environment(), name="third")
    assert other.wait(30) == 2
    assert "nowhere.invalid" in other.stderr()


def test_stop_waits_for_what_runs(start):
    echo = start()
    idle = echo.connect()
    running = echo.background("/wait")
    half = echo.connect().send(b"GET /ec")
    keep = echo.connect()
    assert keep.ask("/echo").status == 200
    echo.wait_meter(runs=1)
    gate = echo.connect().send(b"POST /gate/open HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n")
    wait_until(lambda: echo.meter()["connections"] >= 5, "all are there")
    echo.child.process.send_signal(signal.SIGTERM)
    assert idle.is_closed() and half.is_closed() and keep.is_closed()
    wait_until(lambda: is_refused(echo), "nobody listens")
    assert echo.child.running
    gate.send(b"x")
    answer = running.get()
    assert (answer.status, answer.header("Connection")) == (200, "close")
    assert echo.child.wait(30) == 0


def is_refused(echo) -> bool:
    # A reset is a listener that closed while it had us in its queue: the next is refused.
    try:
        socket.create_connection(("127.0.0.1", echo.port), 5).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        return False
    return False


def test_second_signal_ends_at_once(start):
    echo = start()
    running = echo.background("/wait")
    echo.wait_meter(runs=1)
    echo.child.process.send_signal(signal.SIGINT)
    wait_until(lambda: is_refused(echo), "nobody listens")
    assert echo.child.running
    echo.child.process.send_signal(signal.SIGTERM)
    assert echo.child.wait(30) == 0
    with pytest.raises(AssertionError):
        running.get()
